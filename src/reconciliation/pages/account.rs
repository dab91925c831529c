//! 银行存款余额调节表: one account at the end of one month; what two people sign, print and file.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::inquiry::Inquiring;
use super::words::{self, Look};
use super::{OfPreparer, Preparer};
use crate::journal::{Door, Keeper, Names};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::PayingAccount;
use crate::people::{Admission, In, Reader, Role};
use crate::reconciliation::actions::{self, InquiryForm};
use crate::reconciliation::rules::{Adjustment, Group, Item, Subject, What, month_is_over};
use crate::reconciliation::store::{self, Booking, Record};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The form.
#[derive(Template)]
#[template(path = "reconciliation/pages/account.html")]
pub struct AccountPage {
    frame: Frame,
    form: Fields,
    book: String,
    account: PayingAccount,
    from: Day,
    until: Day,
    adjustment: Option<Adjustment>,
    open_differences: i64,
    left_out: Vec<i64>,
    /// What the book took in of statements in this month.
    bookings: Vec<Booking>,
    names: Names,
    record: Option<Record>,
    /// Whether this person may prepare it, and it may be.
    prepares: bool,
    /// Whether this person books lines.
    books: bool,
    /// What the bank was asked about the balances.
    inquiring: Inquiring,
    /// The position of the files of this page.
    at: i64,
    /// Whether this machine can sign the book as it was there.
    signs: bool,
}

/// One side of the form: its balance, the group that is added, the one that is taken off, the adjusted balance.
pub struct SideOfForm {
    heading: &'static str,
    balance: Fen,
    groups: [(Group, &'static str); 2],
    adjusted: Fen,
}

impl AccountPage {
    fn look(&self) -> Look {
        words::record(self.frame.t, self.record.as_ref())
    }

    fn group(&self, group: &Group) -> &'static str {
        words::group(self.frame.t, *group)
    }

    fn what(&self, what: &What) -> &'static str {
        words::what(self.frame.t, *what)
    }

    fn kind(&self, booking: &Booking) -> &'static str {
        What::from_code(&booking.kind).map_or("", |what| words::what(self.frame.t, what))
    }

    fn of_line(&self, booking: &Booking) -> String {
        self.frame.href(&format!("reconciliation/line/{}/book", booking.line))
    }

    fn base(&self) -> String {
        self.frame.href(&format!("reconciliation/account/{}/{}", self.account.id, self.from.month()))
    }

    fn month(&self, day: Day) -> String {
        self.frame.href(&format!("reconciliation/account/{}/{}", self.account.id, day.month()))
    }

    fn before(&self) -> String {
        self.month(self.from.plus_days(-1))
    }

    fn after(&self) -> String {
        self.month(self.until.plus_days(1))
    }

    fn file(&self, format: &str) -> String {
        let (until, at) = (self.until, self.at);
        let question = format!("audit/exports/file?what=bank-statement&format={format}&as_of={until}&at={at}");
        self.frame.href(&question)
    }

    /// The name of the files, without ending.
    fn name(&self) -> String {
        let code = self.frame.seat.book.as_ref().map_or("", |book| &book.code);
        format!("{code}-bank-statement-{}-{}", self.until, self.at)
    }

    fn items<'a>(&self, adjustment: &'a Adjustment, group: &Group) -> Vec<&'a Item> {
        adjustment.of(*group)
    }

    fn sum(&self, adjustment: &Adjustment, group: &Group) -> Fen {
        adjustment.sum(*group)
    }

    /// Both sides of the form.
    fn sides(&self, adjustment: &Adjustment) -> [SideOfForm; 2] {
        let t = self.frame.t;
        let bank = if self.account.kind.has_quota() {
            t.s("reconciliation.bank_balance.quota")
        } else {
            t.s("reconciliation.bank_balance")
        };
        let side = |heading, balance, added, taken, adjusted| SideOfForm {
            heading,
            balance,
            groups: [(added, "+"), (taken, "−")],
            adjusted,
        };
        let book = t.s("reconciliation.book_balance");
        [
            side(bank, adjustment.bank, Group::BookReceived, Group::BookPaid, adjustment.adjusted_bank),
            side(book, adjustment.book, Group::BankReceived, Group::BankPaid, adjustment.adjusted_book),
        ]
    }

    /// Whether an item may be booked here.
    fn is_bookable(&self, item: &Item) -> bool {
        let kind = matches!(item.what, What::Fee | What::Interest | What::OwnTransfer | What::Receipt);
        self.books && kind && item.line.is_some()
    }

    /// Whether an item was open when the month began.
    fn is_old(&self, item: &Item) -> bool {
        item.on < self.from
    }

    fn class(&self, adjustment: &Adjustment) -> &'static str {
        if adjustment.closes() { "state-paid" } else { "state-returned" }
    }

    /// The address of what an item is about.
    fn about(&self, item: &Item) -> String {
        if let Some(receipt) = item.receipt {
            return self.frame.href(&format!("receipts/{receipt}"));
        }
        match (item.payment, item.line) {
            (Some(payment), _) => self.frame.href(&format!("payments/{payment}")),
            (None, Some(line)) => self.frame.href(&format!("reconciliation/line/{line}/book")),
            (None, None) => self.frame.href(&format!("reconciliation/account/{}/entries", self.account.id)),
        }
    }
}

async fn page<A: Admission>(
    who: &In<A>,
    (id, month): (i64, &str),
    frame: Frame,
    form: Fields,
    (door, signs): (&Door, bool),
) -> Result<AccountPage> {
    let first = Day::parse(&format!("{month}-01")).map_err(|_| Error::NotFound)?;
    let (c, book_id, until) = (&door.db.snapshot().await?, who.book_id(), first.month_end());
    let found = store::account_month(c, (book_id, i64::MAX), id, (first, until)).await?;
    let record = store::living(c, book_id, Subject::month(id, first)).await?;
    let open_differences = store::open_differences(c, book_id, id, (first, until)).await?;
    let is_over = month_is_over(until, door.surroundings.clock.now().day()).is_ok();
    let closes = found.adjustment.as_ref().is_some_and(Adjustment::closes) && open_differences == 0;
    let works = OfPreparer::ROLES.iter().any(|role| who.acts(*role));
    let differs = found.adjustment.as_ref().is_some_and(|form| form.adjusted_bank != form.adjusted_book);
    let inquiring = Inquiring {
        made: store::inquiries(c, book_id, Subject::month(id, first)).await?,
        asks: (works && differs).then(|| frame.href(&format!("reconciliation/account/{id}/{month}/inquire"))),
        payments: 0,
        names: Names::read(c, book_id).await?,
        t: frame.t,
    };
    let (t, up) = (frame.t, frame.href("reconciliation"));
    let title = if found.account.kind.has_quota() { "reconciliation.form.quota" } else { "reconciliation.form" };
    let at = shown_at(who, &frame);
    Ok(AccountPage {
        signs,
        at,
        frame: frame.following_position().page("reconciliation", t.s(title)).crumb(up, t.s("reconciliation.title")),
        form,
        book: who.head().name.clone(),
        from: first,
        until,
        prepares: is_over && closes && record.is_none() && works,
        books: who.acts(Role::Cashier),
        account: found.account,
        adjustment: found.adjustment,
        left_out: found.left_out,
        bookings: store::bookings(c, book_id, id, (first, until)).await?,
        names: Names::read(c, book_id).await?,
        open_differences,
        record,
        inquiring,
    })
}

/// The position of what is shown.
fn shown_at<A: Admission>(who: &In<A>, frame: &Frame) -> i64 {
    frame.clocks.at.unwrap_or(who.head().position)
}

/// Whether this machine can sign the book as it was there: the book itself says, and no copy of its past.
async fn signs<A: Admission>(who: &In<A>, frame: &Frame, (door, keeper): (&Door, &Keeper)) -> Result<bool> {
    keeper.signs_at(&door.db.read, who.head(), shown_at(who, frame)).await
}

/// Shows the form of a month.
#[get("/reconciliation/account/<id>/<month>", rank = 2)]
pub async fn show(
    who: Reader,
    id: i64,
    month: &str,
    frame: Frame,
    door: &Managed<Door>,
    keeper: &Managed<Keeper>,
) -> Answer<AccountPage> {
    let signs = signs(&who, &frame, (door, keeper)).await?;
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, (id, month), frame, Fields::new(), (door, signs)).await?))
}

/// Prepares the month for signing.
#[post("/reconciliation/account/<id>/<month>/prepare", data = "<sent>")]
pub async fn prepare(
    who: Preparer,
    id: i64,
    month: &str,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
    keeper: &Managed<Keeper>,
) -> Result<Reply<AccountPage>, Error> {
    let mut form = sent.into_inner();
    let first = Day::parse(&format!("{month}-01")).map_err(|_| Error::NotFound)?;
    let signs = signs(&who, &frame, (door, keeper)).await?;
    let Some(key) = form.key() else {
        return Ok(Reply::again(page(&who, (id, month), frame, form, (door, signs)).await?));
    };
    let ask = who.ask(key, "prepare_reconciliation");
    match actions::prepare(door, ask, who.head(), Subject::month(id, first)).await {
        Ok(made) => {
            let to = frame.href(&format!("reconciliation/record/{}", made.reconciliation));
            Ok(Reply::done(to, frame.t.s("reconciliation.prepared")))
        }
        Err(error) => Ok(Reply::again(page(&who, (id, month), frame, form.take(error)?, (door, signs)).await?)),
    }
}

/// Asks the bank about balances that are not one.
#[post("/reconciliation/account/<id>/<month>/inquire", data = "<sent>")]
pub async fn inquire(
    who: Preparer,
    id: i64,
    month: &str,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
    keeper: &Managed<Keeper>,
) -> Result<Reply<AccountPage>, Error> {
    let mut form = sent.into_inner();
    let first = Day::parse(&format!("{month}-01")).map_err(|_| Error::NotFound)?;
    let signs = signs(&who, &frame, (door, keeper)).await?;
    let Some(key) = form.key() else {
        return Ok(Reply::again(page(&who, (id, month), frame, form, (door, signs)).await?));
    };
    let (document, note) = (form.value("document").to_owned(), form.value("note").to_owned());
    let asked = InquiryForm { about: Subject::month(id, first), document, note };
    match actions::inquire(door, who.ask(key, "inquire"), who.head(), asked).await {
        Ok(made) => {
            let to = frame.href(&format!("reconciliation/inquiries/{}", made.inquiry));
            Ok(Reply::done(to, frame.t.s("reconciliation.inquiry.made")))
        }
        Err(error) => Ok(Reply::again(page(&who, (id, month), frame, form.take(error)?, (door, signs)).await?)),
    }
}
