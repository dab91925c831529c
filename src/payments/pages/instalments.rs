//! Parts that fall due until a day, by policy; and the parts of one grant, as a part of the grant's page.

use std::collections::BTreeMap;

use askama::Template;
use rocket::{State as Managed, get};

use super::OfScheduler;
use super::words::{self, Look};
use crate::grants::{self, State};
use crate::journal::Door;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal};
use crate::payments::rules::PaymentState;
use crate::payments::store::{self, DuePart, Instalment, PaymentLine, Schedule, ToDecide};
use crate::people::{Admission, Reader, Role};
use crate::policies;
use crate::web::{Answer, Fields, Frame, Page};

/// Parts listed at once.
const ROWS_MAX: u64 = 500;
/// Decisions that wait and are named.
const WAITING_MAX: u64 = 50;

/// What falls due under one policy.
struct Sum {
    code: String,
    title: String,
    parts: i64,
    sum: Fen,
}

/// The parts.
#[derive(Template)]
#[template(path = "payments/pages/instalments.html")]
pub struct Due {
    frame: Frame,
    form: Fields,
    until: Day,
    today: Day,
    /// What waits for a second person.
    waiting: Vec<ToDecide>,
    rows: Vec<DuePart>,
    sums: Vec<Sum>,
    total: (i64, Fen),
    may_gather: bool,
}

impl Due {
    fn met(&self, part: &DuePart) -> Look {
        words::met(self.frame.t, &part.met)
    }

    fn payment(&self, part: &DuePart) -> Look {
        let state = part.payment.map_or(PaymentState::Built, |(_, state)| state);
        words::payment(self.frame.t, state)
    }

    /// Whether the part could go into a batch today.
    fn is_ready(&self, part: &DuePart) -> bool {
        let is_free = part.payment.is_none_or(|(_, state)| !state.is_living());
        part.due_on <= self.today && matches!(part.met.as_str(), "none" | "met") && !part.is_held && is_free
    }
}

/// Shows what falls due until a day, today if none is named.
#[get("/instalments?<form..>")]
pub async fn show(who: Reader, mut form: Fields, frame: Frame, door: &Managed<Door>) -> Answer<Due> {
    let door = &who.looking(door).await?;
    let (c, book_id, today) = (&door.db.read, who.book_id(), door.surroundings.clock.now().day());
    let all = policies::all(c, book_id).await?;
    let until = form.read_optional("until", Day::parse_lenient).flatten().unwrap_or(today);
    let policy = form.read_optional("policy", |code| {
        let found = all.iter().find(|policy| policy.code == code);
        found.map(|policy| policy.id).ok_or_else(|| Refusal::new("policy_unknown").with("found", code))
    });
    let rows = store::due_parts(c, book_id, (until, policy.flatten()), today, ROWS_MAX).await?;
    let names: BTreeMap<i64, (&str, &str)> =
        all.iter().map(|policy| (policy.id, (policy.code.as_str(), policy.title.as_str()))).collect();
    let sums: Vec<Sum> = store::due_sums(c, book_id, until)
        .await?
        .into_iter()
        .map(|sum| {
            let (code, title) = names.get(&sum.policy).copied().unwrap_or_default();
            Sum { code: code.to_owned(), title: title.to_owned(), parts: sum.parts, sum: sum.sum }
        })
        .collect();
    let total = Fen::sum(sums.iter().map(|sum| sum.sum)).ok_or_else(|| Error::internal("a sum leaves the range"))?;
    let t = frame.t;
    Ok(Page::new(Due {
        total: (sums.iter().map(|sum| sum.parts).sum(), total),
        may_gather: who.acts(Role::Cashier),
        form: if form.has("until") { form } else { form.with("until", until) },
        frame: frame.following_position().page("instalments", t.s("instalments.title")),
        waiting: store::to_decide(c, book_id, WAITING_MAX).await?,
        until,
        today,
        rows,
        sums,
    }))
}

/// A part of a grant with its last payment.
struct Row {
    one: Instalment,
    payment: Option<PaymentLine>,
}

/// The schedule of a grant.
#[derive(Template)]
#[template(path = "payments/pages/instalments_of_grant.html")]
pub struct OfGrant {
    frame: Frame,
    grant: i64,
    standing: Option<Schedule>,
    pending: Option<i64>,
    rows: Vec<Row>,
    may_set: bool,
}

impl OfGrant {
    fn met(&self, one: &Instalment) -> Look {
        words::met(self.frame.t, &one.met.state)
    }

    fn payment(&self, payment: &PaymentLine) -> Look {
        words::payment(self.frame.t, payment.state)
    }
}

/// Shows it.
#[get("/instalments/of-grant/<id>")]
pub async fn of_grant(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<OfGrant> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let grant = grants::grant(c, book_id, id).await?.ok_or(Error::NotFound)?;
    let standing = store::schedule_of(c, book_id, id, "standing").await?;
    let pending = store::schedule_of(c, book_id, id, "pending").await?.map(|schedule| schedule.id);
    let payments = store::payments_of_grant(c, book_id, id).await?;
    let last = |number: i64| payments.iter().rfind(|payment| payment.instalment == number).cloned();
    let parts = standing.as_ref().map(|schedule| schedule.instalments.clone()).unwrap_or_default();
    let rows = parts.into_iter().map(|one| Row { payment: last(one.part.number), one }).collect();
    let whole = payments.iter().any(|payment| payment.instalment == 0 && payment.state.is_living());
    let payable = matches!(grant.state, State::Approved | State::InBatch | State::PartPaid | State::Returned);
    let may_set = payable && !whole && pending.is_none() && OfScheduler::ROLES.iter().any(|role| who.acts(*role));
    Ok(Page::new(OfGrant { frame, grant: id, standing, pending, rows, may_set }))
}
