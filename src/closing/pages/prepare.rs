//! A manager looks at what is open and prepares that months be closed; at the end of a year, with decisions.

use std::collections::BTreeMap;

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use crate::audit::last_check;
use crate::closing::actions::{self, PrepareForm};
use crate::closing::rules::{Chosen, Facts, Item, Rest, Standing, Unpaid, Verified};
use crate::closing::store;
use crate::journal::Door;
use crate::kernel::{Error, Result};
use crate::payments::{self, PayingAccount};
use crate::people::Manager;
use crate::periods::Month;
use crate::reconciliation::Subject;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The checklist, and the form below it.
#[derive(Template)]
#[template(path = "closing/pages/prepare.html")]
pub struct Prepare {
    frame: Frame,
    form: Fields,
    last: Month,
    /// Absent where these months cannot be closed; the form says why.
    facts: Option<Facts>,
    verified: Option<Verified>,
    /// Months up to which one may close as well.
    others: Vec<Month>,
    accounts: Vec<PayingAccount>,
}

impl Prepare {
    /// What is open of an item; nothing is a tick.
    fn found(&self, facts: &Facts, item: &Item) -> i64 {
        facts.open.get(item).copied().unwrap_or_default()
    }

    fn is_last(&self, month: &Month) -> bool {
        *month == self.last
    }

    fn items(&self) -> [Item; 10] {
        Item::ALL
    }

    /// Where a person looks at an item.
    fn place(&self, item: &Item) -> String {
        let last = self.last;
        self.frame.href(&match item {
            Item::NotVerified => "audit/verify".to_owned(),
            Item::NotBalanced | Item::Unanswered => format!("reconciliation/period/{last}"),
            Item::NotSigned => "reconciliation".to_owned(),
            Item::Differences => "differences".to_owned(),
            Item::UndoWaits => "bank-files".to_owned(),
            Item::BatchesWait => "batches".to_owned(),
            Item::GrantsWait => "grants?state=submitted".to_owned(),
            Item::ImportsWait => "imports".to_owned(),
            Item::BudgetsWait => "policies".to_owned(),
        })
    }

    fn is_unsigned(&self, item: &Item) -> bool {
        *item == Item::NotSigned
    }

    /// What nobody signed, in words.
    fn unsigned(&self, subject: &Subject) -> String {
        let t = self.frame.t;
        match subject {
            Subject::Batch(batch) => t.f("reconciliation.scope.batch").with("batch", batch).to_string(),
            Subject::Account { account, from, .. } => {
                let found = self.accounts.iter().find(|one| one.id == *account);
                let number = found.map_or("", |one| &one.account_number);
                t.f("reconciliation.scope.account").with("account", number).with("month", from.month()).to_string()
            }
        }
    }

    /// Where it is signed.
    fn signed_at(&self, subject: &Subject) -> String {
        self.frame.href(&match subject {
            Subject::Batch(batch) => format!("reconciliation/batch/{batch}"),
            Subject::Account { account, from, .. } => format!("reconciliation/account/{account}/{}", from.month()),
        })
    }

    fn bars(&self, item: &Item) -> bool {
        item.bars().is_some()
    }

    fn is_barred(&self) -> bool {
        self.facts.as_ref().is_none_or(|facts| facts.open.keys().any(|item| item.bars().is_some()))
    }

    fn rests(&self) -> [Rest; 2] {
        Rest::ALL
    }

    fn fates(&self) -> [Unpaid; 2] {
        Unpaid::ALL
    }

    fn rest_field(&self, standing: &Standing) -> String {
        format!("rest-{}", standing.allotment)
    }

    fn unpaid_field(&self, standing: &Standing) -> String {
        format!("unpaid-{}", standing.allotment)
    }

    fn owes(&self, standing: &Standing) -> bool {
        standing.unpaid.get() > 0
    }
}

async fn page(who: &Manager, last: Option<Month>, frame: Frame, mut form: Fields, door: &Door) -> Result<Prepare> {
    let (book_id, today) = (who.book_id(), door.surroundings.clock.now().day());
    let (_, next) = store::next_month(&door.db.read, book_id).await?;
    let last = last.unwrap_or(next);
    let check = last_check(door, book_id).await?;
    let (facts, verified) = match store::checklist(&door.db, who.head(), last, today, check.as_ref()).await {
        Ok(found) => (Some(found.facts), found.verified),
        Err(Error::Refused(refusals)) => {
            if !form.is_refused() {
                form = form.refused(refusals);
            }
            (None, None)
        }
        Err(error) => return Err(error),
    };
    let others = next.through(Month::of(today)).into_iter();
    let others = others.filter(|month| month.last() < today && month.year() == next.year()).collect();
    let accounts = payments::paying_accounts(&door.db.read, book_id).await?;
    let (title, list) = (frame.t.f("closing.prepare.title").with("month", last), frame.href("closing"));
    let up = frame.t.s("closing.title");
    let frame = frame.page("closing", title).crumb(list, up);
    Ok(Prepare { frame, form, last, facts, verified, others, accounts })
}

/// Shows the checklist of the next month, or up to another one of its year.
#[get("/closing/new?<month>")]
pub async fn show(who: Manager, month: Option<&str>, frame: Frame, door: &Managed<Door>) -> Answer<Prepare> {
    let last = month.and_then(|month| Month::parse(month).ok());
    Ok(Page::new(page(&who, last, frame, Fields::new(), door).await?))
}

/// Prepares the closing.
#[post("/closing/new", data = "<sent>")]
pub async fn save(
    who: Manager,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Prepare>, Error> {
    let mut form = sent.into_inner();
    let (key, last) = (form.key(), form.read("month", Month::parse));
    let (Some(key), Some(last)) = (key, last) else {
        return Ok(Reply::again(page(&who, last, frame, form, door).await?));
    };
    let wanted = read(&form, last);
    match actions::prepare(door, who.ask(key, "prepare_closing"), wanted).await {
        Ok(made) => {
            let to = format!("{}/{}", frame.href("closing"), made.closing);
            Ok(Reply::done(to, frame.t.s("closing.prepared")))
        }
        Err(error) => Ok(Reply::again(page(&who, Some(last), frame, form.take(error)?, door).await?)),
    }
}

fn read(form: &Fields, last: Month) -> PrepareForm {
    let reason = |item: Item| (item.field().to_owned(), form.value(item.field()).to_owned());
    let reasons = Item::ALL.into_iter().map(reason).filter(|(_, typed)| !typed.is_empty()).collect();
    let mut chosen: BTreeMap<i64, Chosen> = BTreeMap::new();
    for allotment in form.values("allotment").filter_map(|id| id.parse::<i64>().ok()) {
        let rest = Rest::from_code(form.value(&format!("rest-{allotment}")));
        let unpaid = Unpaid::from_code(form.value(&format!("unpaid-{allotment}")));
        chosen.insert(allotment, Chosen { rest, unpaid });
    }
    PrepareForm { last, reasons, chosen, document: form.value("document").to_owned() }
}
