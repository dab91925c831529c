//! What happens to accounts and their statements: money goes out of them, the bank tells of it, lines are booked, months and
//! batches are signed and reopened, and files are expected.

use rand::Rng as _;
use rand::rngs::StdRng;
use relief_ledger::calendar::{self, DayForm, ExpectationForm};
use relief_ledger::grants::Form;
use relief_ledger::kernel::dates::Day;
use relief_ledger::kernel::money::Fen;
use relief_ledger::kernel::{Error, Result};
use relief_ledger::payments::{self, BankFile, Gather, PaymentState};
use relief_ledger::reconciliation::{self, AnswerForm, BookForm, EntryForm, InquiryForm, Subject};

use super::Side;
use crate::support::office::{day, form, policy};
use crate::support::statement::{StatementLine, paying_account, statement};
use crate::support::treasury::looked_at;

/// How many steps it takes.
pub const STEPS: usize = 360;
/// On which day the first statement begins.
const FIRST: &str = "2019-10-01";
/// What is on an account then, in fen.
const OPENING: i64 = 10_000_000;
/// The policy from which its grants are paid.
const POLICY: &str = "BL2020-10";
/// The accounts: number and kind.
const ACCOUNTS: [(&str, &str); 2] = [("33050112345678", "special"), ("33050112345679", "treasury_authorised")];

/// The verbs.
pub const VERBS: [&str; 15] = [
    "send from account",
    "statement",
    "book line",
    "withdraw booking",
    "account entry",
    "prepare reconciliation",
    "sign reconciliation",
    "refuse reconciliation",
    "ask reopening",
    "decide reopening",
    "say of a day",
    "expect file",
    "end expectation",
    "ask bank",
    "answer inquiry",
];

/// What is drawn: those that come to little, or without which others come to nothing, more often; and what banks and
/// cashiers do besides; and offsets once more, for which a demand must meet a grant that waits.
pub const DRAWN: [&str; 38] = [
    "send from account",
    "send from account",
    "statement",
    "statement",
    "statement",
    "statement",
    "book line",
    "book line",
    "book line",
    "withdraw booking",
    "account entry",
    "account entry",
    "prepare reconciliation",
    "prepare reconciliation",
    "prepare reconciliation",
    "prepare reconciliation",
    "sign reconciliation",
    "sign reconciliation",
    "sign reconciliation",
    "refuse reconciliation",
    "ask reopening",
    "decide reopening",
    "say of a day",
    "expect file",
    "end expectation",
    "ask bank",
    "ask bank",
    "answer inquiry",
    "bank file",
    "bank file",
    "bank file",
    "settle",
    "ask bank undo",
    "decide bank undo",
    "offset",
    "decide offset",
    "decide offset",
    "decide offset",
];

impl Side<'_> {
    /// Opens the accounts, and the policy that is paid out of them.
    pub(super) async fn own_accounts(&mut self) {
        self.office.in_force(policy(POLICY)).await;
        for (number, kind) in ACCOUNTS {
            let id = paying_account(self.world, (&self.cashier, &self.office.reviewer), number, kind).await;
            self.made.entry("own account").or_default().push(id);
        }
    }

    pub(super) async fn of_statements(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        // Months must end before they are signed.
        self.world.passes(chance.random_range(0..86_400_000));
        match verb {
            "send from account" => self.sends(chance).await,
            "statement" => self.states(chance).await,
            "book line" | "withdraw booking" | "account entry" => self.of_entries(verb, chance).await,
            "ask bank" | "answer inquiry" => self.of_inquiries(verb, chance).await,
            "say of a day" | "expect file" | "end expectation" => self.of_calendar(verb, chance).await,
            _ => self.of_reconciliations(verb, chance).await,
        }
    }

    /// Somebody new is granted something, and is paid out of an account.
    async fn sends(&mut self, chance: &mut StdRng) -> Result<String> {
        let (world, door) = (self.world, &self.world.door);
        let mut ids = Vec::new();
        for _ in 0..chance.random_range(1..4) {
            let number = world.head().await.position;
            let amount = Fen::new(chance.random_range(1_000..200_000)).plain();
            let mut typed = Form { policy: POLICY.into(), amount, ..form(&format!("Z-{number}"), 0) };
            (typed.id_type, typed.number) = ("other".into(), format!("AD{number}"));
            (typed.particulars.name, typed.account.account_name) = (format!("商户{number}"), format!("商户{number}"));
            typed.account.account_number = format!("6228480{number:09}");
            ids.push(self.office.submitted(typed).await);
        }
        self.office.approve_as(&self.office.reviewer, &ids).await?;
        let gather = Gather { grants: ids, ..Gather::default() };
        let account = self.one(chance, "own account");
        let ask = world.ask(&self.somebody(chance, &["li"]), "step");
        let made = payments::build(door, ask, gather, Some(account)).await?;
        let ask = world.ask(&self.somebody(chance, &["zhao"]), "step");
        let released = payments::release(door, ask, made.batch, looked_at(world, made.batch).await).await?;
        self.made.entry("own batch").or_default().push(made.batch);
        self.made.entry("released batch").or_default().push(made.batch);
        Ok(format!("{made:?} {released:?}"))
    }

    /// The statements of an account that stand, the last one last.
    async fn statements_of(&self, account: i64) -> Result<Vec<BankFile>> {
        let mut files = payments::bank_files(&self.world.door.db.read, self.world.book_id, i64::MAX, 1_000).await?;
        files.retain(|file| file.paying_account == Some(account) && file.state != "undone" && file.balances.is_some());
        files.sort_by_key(|file| file.balances.map(|(_, to, ..)| to));
        Ok(files)
    }

    /// The bank sends the next statement of an account.
    async fn states(&mut self, chance: &mut StdRng) -> Result<String> {
        let (world, door) = (self.world, &self.world.door);
        let account = self.one(chance, "own account");
        let number = payments::paying_account(&door.db.read, world.book_id, account).await?.account_number;
        let last = self.statements_of(account).await?.last().and_then(|file| file.balances);
        let (from, opening) =
            last.map_or((day(FIRST), OPENING), |(_, to, _, closing)| (to.plus_days(1), closing.get()));
        let until = from.month_end().min(self.today());
        if from > until {
            return Err(Error::NotFound);
        }
        let lines = self.lines(chance, account, (from, until)).await?;
        let opening = opening + i64::from(chance.random_ratio(1, 15));
        let (bytes, _) = statement(&number, (&from.to_string(), &until.to_string()), opening, &lines);
        let (ask, head) = (world.ask(&self.somebody(chance, &["li"]), "step"), world.head().await);
        let name = format!("{from}.csv");
        match payments::load_bank_file(door, ask, &head, "generic-statement", name, bytes).await? {
            Ok(loaded) => {
                self.made.entry("bank file").or_default().push(loaded.file);
                Ok(format!("{loaded:?}"))
            }
            Err(faults) => Ok(format!("{faults:?}")),
        }
    }

    /// What a bank has to tell of some days.
    async fn lines(&self, chance: &mut StdRng, account: i64, (from, until): (Day, Day)) -> Result<Vec<StatementLine>> {
        let (c, book_id) = (&self.world.door.db.read, self.world.book_id);
        let mut lines = Vec::new();
        for (summary, fen) in [("区财政拨款", 500_000), ("手续费", -500), ("结息", 123)] {
            if chance.random_ratio(1, 3) {
                lines.push(StatementLine::new(&from.to_string(), fen, summary));
            }
        }
        for batch in self.made.get("own batch").into_iter().flatten() {
            let found = payments::batch(c, book_id, *batch).await?;
            let is_new = found.released_on.is_some_and(|on| from <= on && on <= until);
            if found.paying_account != Some(account) || !(is_new || chance.random_ratio(1, 30)) {
                continue;
            }
            let words = format!("代发 {}-{batch}", self.world.head().await.code);
            let wrong = i64::from(chance.random_ratio(1, 12));
            lines.push(StatementLine::new(&until.to_string(), -found.sum.get() - wrong, &words));
            let refused = payments::payments_of(c, book_id, *batch, Some(PaymentState::Refused), (0, 9)).await?;
            let sum = Fen::sum(refused.iter().map(|payment| payment.amount)).unwrap_or(Fen::ZERO);
            if sum > Fen::ZERO {
                lines.push(StatementLine::new(&until.to_string(), sum.get(), "代发失败退回"));
            }
        }
        Ok(lines)
    }

    async fn of_entries(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door) = (self.world, &self.world.door);
        let account = self.one(chance, "own account");
        let ask = world.ask(&self.somebody(chance, &["li"]), "step");
        if verb == "withdraw booking" {
            let why = ["收费单写错", ""][usize::from(chance.random_ratio(1, 9))].to_owned();
            let withdrawn = reconciliation::withdraw_booking(door, ask, self.one(chance, "booking"), why).await?;
            return Ok(format!("{withdrawn:?}"));
        }
        if verb == "account entry" {
            let kind = ["opening", "issued", "withdrawn", "stated"][chance.random_range(0..4)];
            let entry = EntryForm {
                account,
                kind: kind.into(),
                on: if kind == "opening" { FIRST.into() } else { self.today().to_string() },
                amount: Fen::new(OPENING).plain(),
                document: "文".into(),
                note: String::new(),
            };
            return self.keep("entry", reconciliation::record_entry(door, ask, entry).await.map(|made| made.entry));
        }
        let files = self.statements_of(account).await?;
        let file = files.get(chance.random_range(0..=files.len())).ok_or(Error::NotFound)?;
        let lines = payments::lines(&door.db.read, world.book_id, file.id, 0, 100).await?;
        let line = lines.get(chance.random_range(0..=lines.len())).ok_or(Error::NotFound)?;
        let today = self.today();
        let told = line.completed_on.clone().unwrap_or_default();
        let booked_on = if chance.random() { told } else { today.to_string() };
        let book =
            BookForm { line: line.id, booked_on, document: "收费单".into(), note: String::new(), entry: None };
        self.keep("booking", reconciliation::book_line(door, ask, book).await.map(|made| made.entry))
    }

    async fn of_reconciliations(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door, c) = (self.world, &self.world.door, &self.world.door.db.read);
        let head = world.head().await;
        let right = if verb == "prepare reconciliation" { ["li", "zhao"] } else { ["wang", "zhou"] };
        let ask = world.ask(&self.somebody(chance, &right), "step");
        let why = ["请补附件", ""][usize::from(chance.random_ratio(1, 9))].to_owned();
        match verb {
            "prepare reconciliation" => {
                let subject = self.subject(chance).await?;
                let made = reconciliation::prepare(door, ask, &head, subject).await;
                self.keep("reconciliation", made.map(|made| made.reconciliation))
            }
            "sign reconciliation" => {
                let id = self.one(chance, "reconciliation");
                let digest = reconciliation::record(c, world.book_id, id).await?.digest;
                let digest = if chance.random_ratio(1, 9) { String::new() } else { digest };
                let signed = reconciliation::sign(door, ask, &head, id, digest).await;
                self.keep("signed reconciliation", signed.map(|done| done.reconciliation))
            }
            "refuse reconciliation" => {
                let id = self.one(chance, "reconciliation");
                reconciliation::refuse(door, ask, id, why).await.map(|done| format!("{done:?}"))
            }
            "ask reopening" => {
                let id = self.one(chance, "signed reconciliation");
                let asked = reconciliation::prepare_reopening(door, ask, id, why).await;
                self.keep("reopening", asked.map(|done| done.reconciliation))
            }
            _ => {
                let id = self.one(chance, "reopening");
                if chance.random_ratio(1, 3) {
                    return reconciliation::refuse_reopening(door, ask, id, why).await.map(|done| format!("{done:?}"));
                }
                reconciliation::approve_reopening(door, ask, id).await.map(|done| format!("{done:?}"))
            }
        }
    }

    async fn of_inquiries(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door) = (self.world, &self.world.door);
        let ask = world.ask(&self.somebody(chance, &["li", "zhao", "zhou"]), "step");
        let document = ["查询〔2020〕1号", ""][usize::from(chance.random_ratio(1, 9))].to_owned();
        if verb == "ask bank" {
            let asked = InquiryForm { about: self.subject(chance).await?, document, note: "催问".into() };
            let made = reconciliation::inquire(door, ask, &world.head().await, asked).await;
            return self.keep("inquiry", made.map(|made| made.inquiry));
        }
        let answer = AnswerForm { inquiry: self.one(chance, "inquiry"), document, answer: "已付出".into() };
        reconciliation::answer_inquiry(door, ask, answer).await.map(|done| format!("{done:?}"))
    }

    /// A batch, or a month of an account.
    async fn subject(&self, chance: &mut StdRng) -> Result<Subject> {
        if chance.random_ratio(1, 3) {
            return Ok(Subject::Batch(self.one(chance, "own batch")));
        }
        let account = self.one(chance, "own account");
        let months = reconciliation::account_months(&self.world.door.db.read, self.world.book_id, account).await?;
        let month = months.get(chance.random_range(0..=months.len())).ok_or(Error::NotFound)?;
        Ok(Subject::month(account, *month))
    }

    async fn of_calendar(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door) = (self.world, &self.world.door);
        match verb {
            "say of a day" => {
                let ask = world.ask(&self.somebody(chance, &["zhou"]), "step");
                let said = DayForm {
                    day: self.today().plus_days(chance.random_range(-3..30)).to_string(),
                    working: ["off", "working", "perhaps"][chance.random_range(0..3)].into(),
                    name: "调休".into(),
                };
                calendar::set_day(door, ask, said).await.map(|done| format!("{done:?}"))
            }
            "expect file" => {
                let ask = world.ask(&self.somebody(chance, &["zhou", "li"]), "step");
                let expected = ExpectationForm {
                    account: self.one(chance, "own account").to_string(),
                    profile: ["generic-statement", "generic-statement", "nothing"][chance.random_range(0..3)].into(),
                    rhythm: ["daily", "monthly"][chance.random_range(0..2)].into(),
                    nth: ["3", "0", "30"][chance.random_range(0..3)].into(),
                    from: self.today().to_string(),
                };
                let made = calendar::expect(door, ask, expected).await;
                self.keep("expectation", made.map(|made| made.expectation))
            }
            _ => {
                let ask = world.ask(&self.somebody(chance, &["zhou", "li"]), "step");
                let id = self.one(chance, "expectation");
                calendar::end_expectation(door, ask, id).await.map(|done| format!("{done:?}"))
            }
        }
    }
}
