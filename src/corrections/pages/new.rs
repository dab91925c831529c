//! A correction is prepared: what is booked on the one side, what should have been on the other.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::Corrector;
use crate::corrections::actions::{self, CorrectionForm};
use crate::corrections::rules;
use crate::funds::{self, Move};
use crate::grants::{self, Grant};
use crate::journal::Door;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::policies;
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// Days within which money is usually to be back.
const DUE_DAYS: i64 = 30;

/// The form.
#[derive(Template)]
#[template(path = "corrections/pages/new.html")]
pub struct Correcting {
    frame: Frame,
    form: Fields,
    grant: Grant,
    /// Code and title of the policy under which it stands.
    policy: (String, String),
    policies: Vec<Choice>,
    /// What really moved.
    moved: Fen,
    arrived_on: Option<Day>,
    /// Whether the bank proves what was paid.
    through_bank: bool,
    /// Whether the error is one of an earlier year.
    earlier_year: bool,
    /// How many transfers are reversed.
    reversed: usize,
}

async fn page(who: &Corrector, id: i64, frame: Frame, mut form: Fields, door: &Door) -> Result<Correcting> {
    let (c, book_id, t) = (&door.db.read, who.book_id(), frame.t);
    let grant = grants::grant(c, book_id, id).await?.ok_or(Error::NotFound)?;
    let today = door.surroundings.clock.now().day();
    let standing: Vec<Move> = rules::standing(&funds::moves_of_grant(c, book_id, id).await?);
    let all = policies::all(c, book_id).await?;
    let own = all.iter().find(|policy| policy.id == grant.content.policy);
    let policy = own.map_or_else(Default::default, |policy| (policy.code.clone(), policy.title.clone()));
    let moved = rules::really_moved(&standing).unwrap_or(Fen::ZERO);
    let arrived_on = rules::arrived_on(&standing);
    if !form.is_refused() && form.filled("reference").is_none() {
        let reference = t.f("corrections.new.proposed").with("reference", &grant.content.reference);
        form = form
            .with("reference", reference)
            .with("policy", &policy.0)
            .with("amount", moved.plain())
            .with("right_on", arrived_on.unwrap_or(today))
            .with("due_on", today.plus_days(DUE_DAYS));
    }
    let open = all.iter().filter(|one| matches!(one.state, policies::State::Open | policies::State::Closed));
    let policies = open.map(|one| Choice::new(&one.code, format!("{} {}", one.code, one.title))).collect();
    let (list, up) = (frame.href("grants"), frame.href(&format!("grants/{id}")));
    let title = t.f("corrections.new.title").with("reference", &grant.content.reference);
    Ok(Correcting {
        frame: frame
            .page("corrections", title)
            .crumb(list, t.s("grants.list.title"))
            .crumb(up, &grant.content.reference),
        through_bank: rules::went_through_bank(&standing),
        earlier_year: rules::is_of_earlier_year(&standing, today),
        reversed: standing.len(),
        form,
        grant,
        policy,
        policies,
        moved,
        arrived_on,
    })
}

/// Shows the form.
#[get("/corrections/new?<grant>")]
pub async fn show(who: Corrector, grant: i64, frame: Frame, door: &Managed<Door>) -> Answer<Correcting> {
    Ok(Page::new(page(&who, grant, frame, Fields::new(), door).await?))
}

/// Prepares the correction.
#[post("/corrections/new", data = "<sent>")]
pub async fn save(
    who: Corrector,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Correcting>, Error> {
    let mut form = sent.into_inner();
    let grant = form.value("grant").parse().map_err(|_| Error::NotFound)?;
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, grant, frame, form, door).await?)) };
    let of = |name: &str| form.value(name).to_owned();
    let typed = CorrectionForm {
        grant,
        reference: of("reference"),
        policy: of("policy"),
        allotment: of("allotment"),
        amount: of("amount"),
        right_on: of("right_on"),
        is_overpaid: form.has("is_overpaid"),
        due_on: of("due_on"),
        document: of("document"),
        reason: of("reason"),
    };
    match actions::prepare_correction(door, who.ask(key, "prepare_correction"), typed).await {
        Ok(made) => {
            let to = frame.href(&format!("corrections/{}", made.correction));
            Ok(Reply::done(to, frame.t.s("corrections.done.prepared")))
        }
        Err(error) => Ok(Reply::again(page(&who, grant, frame, form.take(error)?, door).await?)),
    }
}
