//! The book takes in a line of a statement that is about no payment: two clicks, with its document; and gives back what was
//! taken in wrongly.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::words;
use crate::journal::{Door, Names};
use crate::kernel::{Error, Result};
use crate::payments::{self, PayingAccount};
use crate::people::Cashier;
use crate::reconciliation::actions::{self, BookForm};
use crate::reconciliation::rules::What;
use crate::reconciliation::store::{self, BookableLine, Booking};
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The line.
#[derive(Template)]
#[template(path = "reconciliation/pages/line.html")]
pub struct LinePage {
    frame: Frame,
    form: Fields,
    line: BookableLine,
    /// How it was booked, if it was.
    booking: Option<Booking>,
    names: Names,
    account: PayingAccount,
    /// Entries of the account's own book, and recovered money, that it may be.
    entries: Vec<Choice>,
}

impl LinePage {
    fn kind(&self) -> &'static str {
        What::from_code(&self.line.kind).map_or("", |what| words::what(self.frame.t, what))
    }

    fn verb(&self) -> String {
        let phrase = self.frame.t.f("reconciliation.book.do").with("kind", self.kind());
        phrase.with("sum", self.frame.t.yuan(self.line.amount)).to_string()
    }

    fn withdrawing(&self) -> String {
        let phrase = self.frame.t.f("reconciliation.withdraw.do").with("kind", self.kind());
        phrase.with("sum", self.frame.t.yuan(self.line.amount)).to_string()
    }

    fn consequence(&self) -> &'static str {
        let t = self.frame.t;
        if self.line.is_credit { t.s("reconciliation.book.comes") } else { t.s("reconciliation.book.goes") }
    }
}

async fn page(who: &Cashier, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<LinePage> {
    let (c, book_id, t) = (&door.db.read, who.book_id(), frame.t);
    let line = store::bookable(c, book_id, id).await?;
    let entries = store::unmatched_entries(c, book_id, &line).await?;
    let entry = |entry: store::AccountEntry| {
        let words = format!("{} {} {}", entry.on, words::entry(t, entry.kind), entry.document);
        Choice::new(entry.id, words)
    };
    let mut entries: Vec<Choice> = entries.into_iter().map(entry).collect();
    for one in store::unmatched_receipts(c, book_id, &line).await? {
        let kind = words::what(t, What::Recovery);
        entries.push(Choice::new(one.receipt, format!("{} {kind} {} {}", one.on, one.name, one.document)));
    }
    let month = frame.href(&format!("reconciliation/account/{}/{}", line.account, line.on.month()));
    let booking = match line.booking {
        Some(id) => Some(store::booking(c, book_id, id).await?),
        None => None,
    };
    Ok(LinePage {
        entries,
        booking,
        names: Names::read(c, book_id).await?,
        account: payments::paying_account(c, book_id, line.account).await?,
        frame: frame.page("reconciliation", t.s("reconciliation.book.title")).crumb(month, t.s("reconciliation.form")),
        line,
        form,
    })
}

/// Shows the line.
#[get("/reconciliation/line/<id>/book")]
pub async fn show(who: Cashier, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<LinePage> {
    let line = store::bookable(&door.db.read, who.book_id(), id).await?;
    let form = Fields::new().with("booked_on", line.on).with("document", &line.serial);
    Ok(Page::new(page(&who, id, frame, form, door).await?))
}

/// Takes it in.
#[post("/reconciliation/line/<id>/book", data = "<sent>")]
pub async fn book(
    who: Cashier,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<LinePage>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let typed = |name: &str| form.value(name).to_owned();
    let booking = BookForm {
        line: id,
        booked_on: typed("booked_on"),
        document: typed("document"),
        note: typed("note"),
        entry: form.value("entry").parse().ok(),
    };
    match actions::book_line(door, who.ask(key, "book_statement_line"), booking).await {
        Ok(_) => {
            let line = store::bookable(&door.db.read, who.book_id(), id).await?;
            let to = frame.href(&format!("reconciliation/account/{}/{}", line.account, line.on.month()));
            Ok(Reply::done(to, frame.t.s("reconciliation.booked")))
        }
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Gives it back.
#[post("/reconciliation/line/<id>/withdraw", data = "<sent>")]
pub async fn withdraw(
    who: Cashier,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<LinePage>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    // Which booking was on the page: another one may stand there by now.
    let booking = form.value("booking").parse().unwrap_or_default();
    let ask = who.ask(key, "withdraw_statement_booking");
    match actions::withdraw_booking(door, ask, booking, form.value("reason").to_owned()).await {
        Ok(_) => {
            let to = frame.href(&format!("reconciliation/line/{id}/book"));
            Ok(Reply::done(to, frame.t.s("reconciliation.withdrawn")))
        }
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}
