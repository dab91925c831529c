//! Another person looks at a batch as a whole and releases it: from then on its money is on its way.

use std::collections::HashMap;

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use crate::funds::{self, Stage};
use crate::journal::{Door, Names};
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::actions;
use crate::payments::rules::{BatchState, Confirmation, Explanation, ReleaseForm};
use crate::payments::store::{self, Batch, PayingAccount, PaymentLine, ReleaseChecks, SharedAccount};
use crate::people::Reviewer;
use crate::policies;
use crate::web::{As, Fields, Frame, Page, Reply};

/// Payments shown by name that bar this person; all are counted.
const BARRED_SHOWN: usize = 50;

/// What a release does to a policy's money.
struct Effect {
    policy: i64,
    code: String,
    title: String,
    payments: i64,
    sum: Fen,
    payable: (Fen, Fen),
    in_transit: (Fen, Fen),
}

/// Payments that must be taken out before the others can be released.
struct Barred {
    n: usize,
    shown: Vec<PaymentLine>,
    /// Whether nothing would be left without them.
    is_all: bool,
}

/// What releasing does.
#[derive(Template)]
#[template(path = "payments/pages/release.html")]
pub struct Decision {
    frame: Frame,
    form: Fields,
    batch: Batch,
    account: Option<PayingAccount>,
    effects: Vec<Effect>,
    checks: ReleaseChecks,
    barred: Barred,
    /// Those whose money is held back.
    held: Barred,
    names: Names,
    /// Whether this person built the batch, and so does not release it.
    own: bool,
    is_typed: bool,
}

impl Decision {
    fn at(&self, ms: impl As<i64>) -> String {
        self.frame.t.instant(Instant::new(ms.value()))
    }

    fn reviewer<'n>(&'n self, uid: Option<&'n str>) -> &'n str {
        uid.map_or(crate::web::ABSENT, |uid| self.names.of(uid))
    }

    /// What was typed about a changed account or a number: the value of `field` in the row that `key` names.
    fn typed(&self, (key, value): (&str, &str), field: &str) -> &str {
        let row = self.form.values(key).position(|one| one == value);
        row.and_then(|row| self.form.values(field).nth(row)).unwrap_or_default()
    }

    fn with(&self, account: &i64) -> &str {
        self.typed(("account", &account.to_string()), "with")
    }

    fn through(&self, account: &i64) -> &str {
        self.typed(("account", &account.to_string()), "through")
    }

    fn explanation(&self, number: &str) -> &str {
        self.typed(("number", number), "explanation")
    }

    fn shared(&self, one: &SharedAccount) -> String {
        let t = self.frame.t;
        let more = usize::try_from(one.recipients).unwrap_or(one.names.len()).saturating_sub(one.names.len());
        let mut names = one.names.join(t.s("payments.between"));
        if more > 0 {
            names += &t.n("payments.release.shared_more", more).to_string();
        }
        let phrase = t.f("payments.release.shared_one").with("names", names);
        phrase.with("n", t.count(one.payments)).with("sum", t.yuan(one.sum)).to_string()
    }

    fn verb(&self) -> String {
        let t = self.frame.t;
        let phrase = t.f("payments.release.do").with("n", t.count(self.batch.payments));
        phrase.with("sum", t.yuan(self.batch.sum)).to_string()
    }

    fn consequence(&self) -> String {
        let t = self.frame.t;
        let phrase = t.f("payments.release.happens").with("n", t.count(self.batch.payments));
        phrase.with("sum", t.yuan(self.batch.sum)).to_string()
    }
}

async fn page(who: &Reviewer, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Decision> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let batch = store::batch(c, book_id, id).await?;
    let person = &who.actor().person;
    let barred = store::barred(c, book_id, id, person).await?;
    let held = store::held_in(c, book_id, id, door.surroundings.clock.now().day()).await?;
    let account = match batch.paying_account {
        Some(account) => Some(store::paying_account(c, book_id, account).await?),
        None => None,
    };
    let today = door.surroundings.clock.now().day();
    let checks = store::release_checks(c, book_id, id, today).await?;
    let (t, list, up) = (frame.t, frame.href("batches"), frame.href(&format!("batches/{id}")));
    let of = t.f("payments.batch.title").with("id", id);
    Ok(Decision {
        effects: effects(door, book_id, id).await?,
        barred: out(door, book_id, &batch, &barred).await?,
        held: out(door, book_id, &batch, &held).await?,
        is_typed: batch.sum > checks.typed_above,
        checks,
        names: Names::read(c, book_id).await?,
        own: batch.built_person == *person,
        frame: frame
            .page("batches", t.s("payments.release.title"))
            .crumb(list, t.s("payments.batches.title"))
            .crumb(up, of),
        account,
        batch,
        form,
    })
}

async fn out(door: &Door, book_id: i64, batch: &Batch, ids: &[i64]) -> Result<Barred> {
    let shown = store::payments_by_ids(&door.db.read, book_id, ids.get(..BARRED_SHOWN).unwrap_or(ids)).await?;
    Ok(Barred { n: ids.len(), is_all: i64::try_from(ids.len()).is_ok_and(|n| n >= batch.payments), shown })
}

/// Payable and in transit of each policy, before and after.
async fn effects(door: &Door, book_id: i64, batch: i64) -> Result<Vec<Effect>> {
    let c = &door.db.read;
    let all: HashMap<i64, policies::Policy> =
        policies::all(c, book_id).await?.into_iter().map(|policy| (policy.id, policy)).collect();
    let mut effects = Vec::new();
    for (id, payments, sum) in store::by_policy(c, book_id, batch).await? {
        let policy = all.get(&id).ok_or_else(|| Error::internal(format!("there is no policy {id}")))?;
        let allotments: Vec<i64> = policy.allotments.iter().map(|allotment| allotment.id).collect();
        let balances = funds::balances_of(c, book_id, &allotments).await?;
        let at = |stage| Fen::sum(balances.iter().filter(|b| b.stage == stage).map(|b| b.amount)).unwrap_or(Fen::ZERO);
        let (payable, in_transit) = (at(Stage::Payable), at(Stage::InTransit));
        effects.push(Effect {
            policy: id,
            code: policy.code.clone(),
            title: policy.title.clone(),
            payments,
            sum,
            payable: (payable, payable.checked_sub(sum).unwrap_or(payable)),
            in_transit: (in_transit, in_transit.checked_add(sum).unwrap_or(in_transit)),
        });
    }
    Ok(effects)
}

/// Shows what releasing does; a batch that does not wait is shown itself.
#[get("/batches/<id>/release")]
pub async fn show(
    who: Reviewer,
    id: i64,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Result<Page<Decision>, Reply<Decision>>, Error> {
    let up = frame.href(&format!("batches/{id}"));
    let page = page(&who, id, frame, Fields::new(), door).await?;
    let waits = page.batch.state == BatchState::Built;
    Ok(if waits { Ok(Page::new(page)) } else { Err(Reply::done(up, "")) })
}

/// What the releaser says: account by account and number by number, in the order of the rows.
fn said(form: &Fields) -> ReleaseForm {
    let rows = |key: &str, field: &str| -> Vec<(String, String)> {
        form.values(key).zip(form.values(field)).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    };
    let confirmed =
        rows("account", "with").into_iter().zip(form.values("through")).filter_map(|((id, with), through)| {
            Some(Confirmation { account: id.parse().ok()?, with, through: through.to_owned() })
        });
    let explained = rows("number", "explanation");
    ReleaseForm {
        digest: form.value("digest").to_owned(),
        typed_sum: form.value("typed_sum").to_owned(),
        confirmed: confirmed.collect(),
        explained: explained
            .into_iter()
            .map(|(account_number, explanation)| Explanation { account_number, explanation })
            .collect(),
    }
}

/// Releases exactly what was shown.
#[post("/batches/<id>/release", data = "<sent>")]
pub async fn release(
    who: Reviewer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Decision>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    match actions::release(door, who.ask(key, "release_batch"), id, said(&form)).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("batches/{id}")), frame.t.s("payments.released"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Takes out the payments that bar this person, or those whose money is held back; the others can then be released.
#[post("/batches/<id>/split", data = "<sent>")]
pub async fn split_off(
    who: Reviewer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Decision>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let (c, book_id, t) = (&door.db.read, who.book_id(), frame.t);
    let (payments, reason) = if form.is("which", "held") {
        let held = store::held_in(c, book_id, id, door.surroundings.clock.now().day()).await?;
        (held, t.s("instalments.release.held_reason").to_owned())
    } else {
        let barred = store::barred(c, book_id, id, &who.actor().person).await?;
        (barred, t.f("payments.release.split_reason").with("name", &who.actor().name).to_string())
    };
    let n = payments.len();
    match actions::drop_payments(door, who.ask(key, "split_off_payments"), id, payments, reason).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("batches/{id}/release")), t.n("payments.dropped", n))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}
