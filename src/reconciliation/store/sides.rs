//! Both sides of a paying account, as the tables had them at a position.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::{day, optional_day};
use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::{self, PayingAccount};
use crate::reconciliation::rules::{Adjustment, BankEntry, BookEntry, Flow, Key, Opening, Sides, Span, What};
use crate::recoveries;

/// An account and a month, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountMonth {
    /// The account.
    pub account: PayingAccount,
    /// The form; nothing as long as the bank said nothing of a balance.
    pub adjustment: Option<Adjustment>,
    /// Statements left out because other ones tell of the same days.
    pub left_out: Vec<i64>,
    /// Files of the bank that bear on it.
    pub files: Vec<i64>,
}

/// The form of an account for the days from `from` to `until`, as known at a position.
///
/// # Errors
/// `NotFound` for an account that there is not.
pub async fn account_month(
    c: &impl ConnectionTrait,
    (book_id, at): (i64, i64),
    account: i64,
    (from, until): (Day, Day),
) -> Result<AccountMonth> {
    let account = payments::paying_account(c, book_id, account).await?;
    let form = Forms::read(c, (book_id, at), Whose::Account(account.id)).await?.of((from, until));
    Ok(AccountMonth { adjustment: form.adjustment, left_out: form.left_out, files: form.files, account })
}

/// The form of some days, and the statements behind it.
pub(super) struct Form {
    /// The form; nothing as long as the bank said nothing of a balance.
    pub(super) adjustment: Option<Adjustment>,
    /// Statements left out because other ones tell of the same days.
    pub(super) left_out: Vec<i64>,
    /// Files of the bank that bear on it.
    pub(super) files: Vec<i64>,
}

/// Both sides of an account, read once for the forms of any days.
pub(super) struct Forms {
    sides: Option<Sides>,
    spans: Vec<Span>,
    left_out: Vec<i64>,
}

impl Forms {
    /// What is known of them at a position.
    pub(super) async fn read(c: &impl ConnectionTrait, (book_id, at): (i64, i64), whose: Whose<'_>) -> Result<Self> {
        let of = Of { c, book_id, at, whose };
        let (spans, left_out) = of.spans().await?;
        let sides = of.sides(spans.clone()).await?;
        Ok(Self { sides, spans, left_out })
    }

    /// The form for the days from `from` to `until`.
    pub(super) fn of(&self, (from, until): (Day, Day)) -> Form {
        let concerned = self.spans.iter().filter(|span| span.from <= until && from <= span.to);
        Form {
            adjustment: self.sides.as_ref().and_then(|sides| sides.adjust(from, until)),
            left_out: self.left_out.clone(),
            files: concerned.map(|span| span.file).collect(),
        }
    }
}

/// What an account's own book holds of payments, quota and receipts, whether or not the bank stated a balance.
pub(super) async fn own_book(
    c: &impl ConnectionTrait,
    (book_id, at): (i64, i64),
    account: i64,
) -> Result<(Option<Opening>, Vec<BookEntry>)> {
    let of = Of { c, book_id, at, whose: Whose::Account(account) };
    let entries = of.entries().await?;
    let opening = entries.iter().find(|row| row.kind == "opening").map(recorded).transpose()?;
    let mut book = of.payments().await?;
    book.extend(of.own_entries(&entries)?);
    book.extend(of.receipts().await?);
    Ok((opening, book))
}

fn recorded(row: &EntryRow) -> Result<Opening> {
    Ok(Opening { on: day(&row.effective_on)?, amount: Fen::new(row.amount_fen), is_recorded: true })
}

/// Whose both sides are: of an account that the book keeps, or of a statement that names none of these. Payments of no
/// account may be behind the latter.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whose<'a> {
    Account(i64),
    Number(&'a str),
}

impl Whose<'_> {
    /// A condition on files `f`, with its value.
    fn files(self) -> (&'static str, Value) {
        match self {
            Self::Account(account) => ("f.paying_account = ?", account.into()),
            Self::Number(number) => ("f.paying_account IS NULL AND f.account_number = ?", number.into()),
        }
    }

    /// A condition on batches `b`, with its values.
    fn batches(self) -> (&'static str, Vec<Value>) {
        match self {
            Self::Account(account) => ("b.paying_account = ?", vec![account.into()]),
            Self::Number(_) => ("b.paying_account IS NULL", Vec::new()),
        }
    }

    /// The account that the book keeps.
    const fn account(self) -> Option<i64> {
        match self {
            Self::Account(account) => Some(account),
            Self::Number(_) => None,
        }
    }
}

/// The accounts that were confirmed by a position.
pub async fn accounts_at(c: &impl ConnectionTrait, book_id: i64, at: i64) -> Result<Vec<PayingAccount>> {
    let all = payments::paying_accounts(c, book_id).await?;
    Ok(all.into_iter().filter(|account| account.id <= at && account.state == "open").collect())
}

struct Of<'a, C> {
    c: &'a C,
    book_id: i64,
    at: i64,
    whose: Whose<'a>,
}

#[derive(Debug, FromQueryResult)]
struct SpanRow {
    id: i64,
    from_on: String,
    to_on: String,
    opening_fen: i64,
    closing_fen: i64,
}

#[derive(Debug, FromQueryResult)]
struct LineRow {
    id: i64,
    side: String,
    kind: String,
    payment: Option<i64>,
    amount_fen: i64,
    account_name: String,
    reason: String,
    bank_serial: String,
    completed_on: Option<String>,
    to_on: Option<String>,
    payments_count: Option<i64>,
    booking_entry: Option<i64>,
    booking_receipt: Option<i64>,
    booked_on: Option<String>,
}

#[derive(Debug, FromQueryResult)]
struct MemberRow {
    line_id: i64,
    payment_id: i64,
}

#[derive(Debug, FromQueryResult)]
struct PaymentRow {
    id: i64,
    amount_fen: i64,
    account_name: String,
    reference: String,
    state: String,
    completed_on: Option<String>,
    released_on: Option<String>,
}

#[derive(Debug, FromQueryResult)]
struct EntryRow {
    id: i64,
    kind: String,
    effective_on: String,
    amount_fen: i64,
    document: String,
}

/// A file `f` of the bank that stood at a position; takes that position once.
const STOOD: &str = "'taken' = (SELECT s.state FROM bank_file_steps s WHERE s.book_id = f.book_id AND s.file = f.id
    AND s.position <= ? ORDER BY s.position DESC LIMIT 1)";

impl<C: ConnectionTrait> Of<'_, C> {
    fn book_id(&self) -> Value {
        self.book_id.into()
    }

    /// The account's statements one after another, and those left out because their days were told already.
    async fn spans(&self) -> Result<(Vec<Span>, Vec<i64>)> {
        let (whose, value) = self.whose.files();
        let query = format!(
            "SELECT f.id, f.from_on, f.to_on, f.opening_fen, f.closing_fen FROM bank_files f
             WHERE f.book_id = ? AND {whose} AND f.opening_fen IS NOT NULL AND {STOOD}
             ORDER BY f.id"
        );
        let rows: Vec<SpanRow> = sql::all(self.c, &query, vec![self.book_id(), value, self.at.into()]).await?;
        let (mut spans, mut left_out): (Vec<Span>, Vec<i64>) = (Vec::new(), Vec::new());
        for row in rows {
            let span = Span {
                file: row.id,
                from: day(&row.from_on)?,
                to: day(&row.to_on)?,
                opening: Fen::new(row.opening_fen),
                closing: Fen::new(row.closing_fen),
            };
            // Of two that tell of the same days the one that was loaded first counts, so that no later file moves what is
            // signed.
            if spans.iter().any(|other| overlap(other, &span)) {
                left_out.push(span.file);
            } else {
                spans.push(span);
            }
        }
        spans.sort_by_key(|span| (span.from, span.to, span.file));
        Ok((spans, left_out))
    }

    async fn sides(&self, spans: Vec<Span>) -> Result<Option<Sides>> {
        let entries = self.entries().await?;
        let of_kind = |kind: &str| entries.iter().filter(move |row| row.kind == kind).collect::<Vec<_>>();
        let stated: Vec<(Day, Fen)> = of_kind("stated")
            .into_iter()
            .map(|row| Ok((day(&row.effective_on)?, Fen::new(row.amount_fen))))
            .collect::<Result<_>>()?;
        let on_paper = spans.is_empty();
        let opening = match (of_kind("opening").first(), spans.first()) {
            (Some(row), _) => recorded(row)?,
            (None, Some(first)) => Opening { on: first.from, amount: first.opening, is_recorded: false },
            (None, None) => match stated.first() {
                // A quota begins with nothing; what was issued is on both sides.
                Some((on, _)) => Opening { on: on.month_start(), amount: Fen::ZERO, is_recorded: false },
                None => return Ok(None),
            },
        };
        let mut book = self.payments().await?;
        book.extend(self.own_entries(&entries)?);
        book.extend(self.receipts().await?);
        let lines = if on_paper { self.answers().await? } else { self.lines(&spans).await? };
        let (mut bank, booked) = self.bank(lines).await?;
        book.extend(booked);
        if on_paper {
            // The treasury that issues a quota, or to which money came back, and the book that notes it have one document.
            let issued = book.iter().filter(|entry| matches!(entry.key, Key::Entry(_) | Key::Receipt(_)));
            let issued: Vec<BankEntry> = issued.map(mirrored).collect();
            bank.extend(issued);
        }
        Ok(Some(Sides { spans, stated, bank, opening, book }))
    }

    async fn entries(&self) -> Result<Vec<EntryRow>> {
        let query = "SELECT id, kind, effective_on, amount_fen, document FROM account_entries
            WHERE book_id = ? AND paying_account = ? AND id <= ? ORDER BY effective_on, id";
        let Some(account) = self.whose.account() else { return Ok(Vec::new()) };
        sql::all(self.c, query, vec![self.book_id(), account.into(), self.at.into()]).await
    }

    /// Quota that was issued to the account or taken back.
    fn own_entries(&self, entries: &[EntryRow]) -> Result<Vec<BookEntry>> {
        let moved = entries.iter().filter_map(|row| match row.kind.as_str() {
            "issued" => Some((row, Flow::In, What::Issued)),
            "withdrawn" => Some((row, Flow::Out, What::Withdrawn)),
            _ => None,
        });
        let entry = |(row, flow, what): (&EntryRow, Flow, What)| {
            Ok(BookEntry {
                key: Key::Entry(row.id),
                flow,
                on: day(&row.effective_on)?,
                amount: Fen::new(row.amount_fen),
                counterparty: String::new(),
                serial: row.document.clone(),
                what,
            })
        };
        moved.map(entry).collect()
    }

    /// What recipients paid back to the account: the book has it from the day on which it came, as somebody booked and another
    /// person signed; a line of the bank clears it once somebody says that it is the same.
    async fn receipts(&self) -> Result<Vec<BookEntry>> {
        let Some(account) = self.whose.account() else { return Ok(Vec::new()) };
        let received = recoveries::received_on_account(self.c, (self.book_id, self.at), account).await?;
        let entry = |one: recoveries::Received| BookEntry {
            key: Key::Receipt(one.receipt),
            flow: Flow::In,
            on: one.on,
            amount: one.amount,
            counterparty: one.name,
            serial: one.document,
            what: What::Recovery,
        };
        Ok(received.into_iter().map(entry).collect())
    }

    /// Payments as they went from the account, were refused, or came back.
    async fn payments(&self) -> Result<Vec<BookEntry>> {
        let (whose, value) = self.whose.batches();
        let query = format!(
            "SELECT p.id, p.amount_fen, p.account_name, p.reference, s.state, s.completed_on, b.released_on
             FROM batches b
             JOIN payments p ON p.book_id = b.book_id AND p.batch = b.id
             JOIN payment_steps s ON s.book_id = p.book_id AND s.payment_id = p.id AND s.position = (
                SELECT MAX(x.position) FROM payment_steps x
                WHERE x.book_id = p.book_id AND x.payment_id = p.id AND x.position <= ?)
             WHERE b.book_id = ? AND {whose}
                AND s.state IN ('in_transit', 'paid', 'refused', 'returned') ORDER BY p.id"
        );
        let values = [vec![self.at.into(), self.book_id()], value].concat();
        let rows: Vec<PaymentRow> = sql::all(self.c, &query, values).await?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let released_on = optional_day(row.released_on.as_deref())?;
            let released_on =
                released_on.ok_or_else(|| Error::internal(format!("payment {} went out on no day", row.id)))?;
            let gone = BookEntry {
                key: Key::Payment(row.id, Flow::Out),
                flow: Flow::Out,
                on: released_on,
                amount: Fen::new(row.amount_fen),
                counterparty: row.account_name,
                serial: row.reference,
                what: What::Payment,
            };
            let what = match row.state.as_str() {
                "refused" => Some(What::Refusal),
                "returned" => Some(What::Return),
                _ => None,
            };
            if let Some(what) = what {
                let on = optional_day(row.completed_on.as_deref())?.unwrap_or(released_on);
                let key = Key::Payment(row.id, Flow::In);
                entries.push(BookEntry { key, flow: Flow::In, on, what, ..gone.clone() });
            }
            entries.push(gone);
        }
        Ok(entries)
    }

    /// A payment that somebody chose for a line later was not known by then; takes the position four times.
    const LINE: &'static str =
        "SELECT l.id, l.side, l.kind, CASE WHEN EXISTS (SELECT 1 FROM discrepancies d
                WHERE d.book_id = l.book_id AND d.line_id = l.id AND d.name = 'missing_in_book'
                    AND d.how IN ('as_booked', 'payment_chosen') AND d.settled_position > ?) THEN NULL ELSE l.payment END
                AS payment, COALESCE(l.amount_fen, p.amount_fen, 0) AS amount_fen,
            l.account_name, l.reason, l.bank_serial, l.completed_on, f.to_on, w.payments_count,
            k.entry AS booking_entry, k.receipt AS booking_receipt, k.booked_on
        FROM bank_files f
        JOIN bank_lines l ON l.book_id = f.book_id AND l.file = f.id
        LEFT JOIN payments p ON p.book_id = l.book_id AND p.id = l.payment
        LEFT JOIN line_wholes w ON w.book_id = l.book_id AND w.line_id = l.id AND COALESCE(w.chosen_at, 0) <= ?
        LEFT JOIN line_bookings k ON k.book_id = l.book_id AND k.line_id = l.id AND k.id <= ?
            AND (k.withdrawn_at IS NULL OR k.withdrawn_at > ?)";

    /// The lines of statements.
    async fn lines(&self, spans: &[Span]) -> Result<Vec<LineRow>> {
        let (mut lines, at) = (Vec::new(), Value::from(self.at));
        for span in spans {
            let query = format!("{} WHERE f.book_id = ? AND f.id = ? ORDER BY l.id", Self::LINE);
            lines.extend(
                sql::all::<LineRow>(
                    self.c,
                    &query,
                    vec![at.clone(), at.clone(), at.clone(), at.clone(), self.book_id(), span.file.into()],
                )
                .await?,
            );
        }
        Ok(lines)
    }

    /// The answers that count to payments from the account, where no statement tells of it.
    async fn answers(&self) -> Result<Vec<LineRow>> {
        let (whose, value) = self.whose.batches();
        let query = format!(
            "{} WHERE f.book_id = ? AND l.applied = 1 AND l.status <> 'refused' AND {STOOD}
                AND EXISTS (SELECT 1 FROM batches b WHERE b.book_id = p.book_id AND b.id = p.batch AND {whose})
             ORDER BY l.id",
            Self::LINE
        );
        let at = || Value::from(self.at);
        sql::all(self.c, &query, [vec![at(), at(), at(), at(), self.book_id(), at()], value].concat()).await
    }

    /// Which payments lines stand for.
    async fn members(&self) -> Result<HashMap<i64, Vec<i64>>> {
        let (whose, value) = self.whose.files();
        let query = format!(
            "SELECT x.line_id, x.payment_id FROM bank_files f
             JOIN bank_lines l ON l.book_id = f.book_id AND l.file = f.id
             JOIN line_payments x ON x.book_id = l.book_id AND x.line_id = l.id
             WHERE f.book_id = ? AND {whose} ORDER BY x.line_id, x.payment_id"
        );
        let rows: Vec<MemberRow> = sql::all(self.c, &query, vec![self.book_id(), value]).await?;
        let mut members: HashMap<i64, Vec<i64>> = HashMap::new();
        for row in rows {
            members.entry(row.line_id).or_default().push(row.payment_id);
        }
        Ok(members)
    }

    /// The bank's entries, and those of the book that booked them.
    async fn bank(&self, lines: Vec<LineRow>) -> Result<(Vec<BankEntry>, Vec<BookEntry>)> {
        let mut members = self.members().await?;
        let (mut bank, mut booked) = (Vec::with_capacity(lines.len()), Vec::new());
        for row in lines {
            let on = optional_day(row.completed_on.as_deref().or(row.to_on.as_deref()))?;
            let on = on.ok_or_else(|| Error::internal(format!("line {} is of no day", row.id)))?;
            let flow = if row.side == "debit" { Flow::Out } else { Flow::In };
            let what = what(&row.kind)?;
            let matches = match (row.payments_count, row.payment, &row.booked_on) {
                (Some(_), ..) => {
                    let payments = members.remove(&row.id).unwrap_or_default();
                    payments.into_iter().map(|payment| Key::Payment(payment, flow)).collect()
                }
                (None, Some(payment), _) => vec![Key::Payment(payment, flow)],
                (None, None, Some(booked_on)) => {
                    let known = row.booking_entry.map(Key::Entry).or(row.booking_receipt.map(Key::Receipt));
                    let key = known.unwrap_or(Key::Line(row.id));
                    if known.is_none() {
                        booked.push(BookEntry {
                            key,
                            flow,
                            on: day(booked_on)?,
                            amount: Fen::new(row.amount_fen),
                            counterparty: row.account_name.clone(),
                            serial: row.bank_serial.clone(),
                            what,
                        });
                    }
                    vec![key]
                }
                (None, None, None) => Vec::new(),
            };
            bank.push(BankEntry {
                line: row.id,
                flow,
                on,
                amount: Fen::new(row.amount_fen),
                counterparty: if row.account_name.is_empty() { row.reason } else { row.account_name },
                serial: row.bank_serial,
                what,
                matches,
            });
        }
        Ok((bank, booked))
    }
}

/// Whether two statements tell of the same days; one may begin on the day on which the other ends, with its balance.
fn overlap(one: &Span, other: &Span) -> bool {
    let follows = |before: &Span, after: &Span| before.to == after.from && before.closing == after.opening;
    one.from <= other.to && other.from <= one.to && !follows(one, other) && !follows(other, one)
}

fn mirrored(entry: &BookEntry) -> BankEntry {
    BankEntry {
        line: 0,
        flow: entry.flow,
        on: entry.on,
        amount: entry.amount,
        counterparty: entry.counterparty.clone(),
        serial: entry.serial.clone(),
        what: entry.what,
        matches: vec![entry.key],
    }
}

/// A line's kind in the words of the form.
fn what(kind: &str) -> Result<What> {
    What::from_code(kind).ok_or_else(|| Error::internal(format!("no line is {kind}")))
}
