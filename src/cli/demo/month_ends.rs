//! Month ends of the demonstration: a month of the account that was signed, a batch that waits for that, a file that is
//! expected, and the first month of the book closed.

use std::collections::BTreeMap;

use super::bank::{self, Entry};
use super::payment_days::Paid;
use crate::audit;
use crate::calendar::{self, ExpectationForm};
use crate::cli::workplace::Workplace;
use crate::closing::{self, Item, PrepareForm};
use crate::journal::{self, Ask, Head};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments;
use crate::people;
use crate::periods::Month;
use crate::reconciliation::{self, BookForm, EntryForm, Subject};

/// The format in which the bank states its account.
const STATEMENT: &str = "generic-statement";
/// What is on the account when the month begins, in fen.
const OPENING: Fen = Fen::new(1_260_000_000);
/// The first month of the book: all of it was taken over from before.
const CLOSED: &str = "2020-02";

/// What happens after everything else was recorded.
pub(super) async fn tell(workplace: &Workplace, head: &Head, paid: &Paid) -> Result<()> {
    let today = workplace.door.surroundings.clock.now().day();
    let month = today.month_start().plus_days(-1).month_start();
    let ends = MonthEnds { workplace, head, account: paid.account, month };
    ends.state().await?;
    ends.sign().await?;
    ends.prepare(Subject::Batch(paid.answered)).await?;
    ends.expect_next().await?;
    ends.close().await
}

/// Where that happens.
struct MonthEnds<'w> {
    workplace: &'w Workplace,
    head: &'w Head,
    account: i64,
    /// The first day of the month that is over.
    month: Day,
}

impl MonthEnds<'_> {
    async fn ask(&self, login: &str, verb: &'static str) -> Result<Ask> {
        Ok(self.workplace.ask(self.head, people::actor(&self.workplace.door, login).await?, verb))
    }

    /// The bank states its account; the cashier books what the book did not know, and the interest later.
    async fn state(&self) -> Result<()> {
        let (door, book_id) = (&self.workplace.door, self.head.book_id);
        let opening = EntryForm {
            account: self.account,
            kind: "opening".to_owned(),
            on: self.month.to_string(),
            amount: OPENING.plain(),
            document: "上月余额调节表".to_owned(),
            note: "启用本账套时的余额".to_owned(),
        };
        reconciliation::record_entry(door, self.ask("cashier", "account_entry").await?, opening).await?;
        let entry = |days: i64, credit: i64, debit: i64, summary: &'static str| Entry {
            on: self.month.plus_days(days),
            credit: Fen::new(credit),
            debit: Fen::new(debit),
            summary,
        };
        let entries = [
            entry(3, 500_000_000, 0, "区财政局拨入纾困资金"),
            entry(14, 0, 3_600, "代发手续费"),
            entry(20, 128_845, 0, "存款结息"),
        ];
        let number = payments::paying_account(&door.db.read, book_id, self.account).await?.account_number;
        let bytes = bank::statement(&number, (self.month, self.month.month_end()), OPENING, &entries)?;
        let (ask, name) = (self.ask("cashier", "bank_import").await?, format!("对账单-{}.csv", self.month.month()));
        let file = match payments::load_bank_file(door, ask, self.head, STATEMENT, name, bytes).await? {
            Ok(loaded) => loaded.file,
            Err(faults) => return Err(Error::internal(format!("demonstration file: {:?}", faults.cells.first()))),
        };
        let lines = payments::lines(&door.db.read, book_id, file, 0, 2).await?;
        for (line, document) in lines.iter().zip(["仑财拨〔2026〕21号", "银行收费单 3306"]) {
            let form = BookForm {
                line: line.id,
                booked_on: line.completed_on.clone().unwrap_or_default(),
                document: document.to_owned(),
                note: String::new(),
                entry: None,
            };
            reconciliation::book_line(door, self.ask("cashier", "line_book").await?, form).await?;
        }
        Ok(())
    }

    async fn prepare(&self, subject: Subject) -> Result<i64> {
        let ask = self.ask("cashier", "reconciliation_prepare").await?;
        Ok(reconciliation::prepare(&self.workplace.door, ask, self.head, subject).await?.reconciliation)
    }

    /// The cashier prepares the month, and the manager, who had no hand in it, signs.
    async fn sign(&self) -> Result<()> {
        let id = self.prepare(Subject::month(self.account, self.month)).await?;
        let (door, book_id) = (&self.workplace.door, self.head.book_id);
        let digest = reconciliation::record(&door.db.read, book_id, id).await?.digest;
        let ask = self.ask("manager", "reconciliation_sign").await?;
        reconciliation::sign(door, ask, self.head, id, digest).await.map(|_| ())
    }

    /// Every month by its fifth working day the bank shall state its account.
    async fn expect_next(&self) -> Result<()> {
        let form = ExpectationForm {
            account: self.account.to_string(),
            profile: STATEMENT.to_owned(),
            rhythm: "monthly".to_owned(),
            nth: "5".to_owned(),
            from: self.month.to_string(),
        };
        calendar::expect(&self.workplace.door, self.ask("cashier", "file_expect").await?, form).await.map(|_| ())
    }

    /// The book is verified, and its first month closed by two people.
    async fn close(&self) -> Result<()> {
        let (door, book_id) = (&self.workplace.door, self.head.book_id);
        let report = journal::verify(&door.db, door.registry, book_id, None, |_, _| ()).await?;
        audit::keep_check(door, self.head, report).await?;
        let reasons = Item::ALL.into_iter().map(|item| (item.field().to_owned(), "次月办理".to_owned()));
        let form = PrepareForm {
            last: Month::parse(CLOSED)?,
            reasons: reasons.collect(),
            chosen: BTreeMap::new(),
            document: String::new(),
        };
        let id = closing::prepare(door, self.ask("manager", "closing_prepare").await?, form).await?.closing;
        let leaf = closing::closing(&door.db.read, book_id, id).await?.leaf;
        let ask = self.ask("reviewer", "closing_approve").await?;
        closing::approve(door, ask, id, closing::digest(leaf)).await.map(|_| ())
    }
}
