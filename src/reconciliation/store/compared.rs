//! Bank and book compared at three levels, in one view of the book.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::balances::{OVERLAPS_BATCH, account_level};
use crate::db::{Database, sql};
use crate::journal::Head;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::{self, Name, PaymentState};
use crate::reconciliation::rules::{BatchLevel, Compared, LineLevel, Open, Scope, StageLevel, Sums};

/// Compares bank and book as they stand.
///
/// # Errors
/// `NotFound` for a batch that there is not.
pub async fn reconcile(db: &Database, head: &Head, scope: Scope) -> Result<Compared> {
    compare(&db.snapshot().await?, head, scope).await
}

/// Compares bank and book as a connection shows them.
///
/// # Errors
/// `NotFound` for a batch that there is not.
pub async fn compare(view: &impl ConnectionTrait, head: &Head, scope: Scope) -> Result<Compared> {
    if let Scope::Batch(batch) = scope {
        payments::batch(view, head.book_id, batch).await?;
    }
    let of = Of { view, head, scope };
    let sent = of.sent().await?;
    let differing = of.differing().await?;
    let batch = of.batch_level(&sent).await?;
    let mut lines = LineLevel { sent: batch.sent.payments, ..LineLevel::default() };
    let mut open = Vec::new();
    let differs: HashSet<i64> = differing.iter().filter_map(|found| found.payment).collect();
    for payment in &sent {
        if differs.contains(&payment.id) {
            lines.differ += 1;
        } else if payment.state == PaymentState::InTransit {
            lines.missing_at_bank += 1;
            open.push(Open {
                name: Name::MissingAtBank.code(),
                payment_id: payments::payment_name(head, payment.id),
                book: payment.amount.plain(),
                bank: String::new(),
                line: None,
            });
        } else {
            lines.agree += 1;
        }
    }
    lines.missing_in_book = count(differing.iter().filter(|found| found.payment.is_none()).count())?;
    open.extend(differing.into_iter().map(|found| Open {
        name: found.name.code(),
        payment_id: match found.payment {
            Some(payment) => payments::payment_name(head, payment),
            None => found.written_id,
        },
        book: found.book,
        bank: found.bank,
        line: Some(found.line),
    }));
    let account = account_level(view, head.book_id, scope).await?;
    open.extend(account.statements.iter().filter(|stated| stated.difference != Fen::ZERO).map(|stated| Open {
        name: Name::BalanceDiffers.code(),
        payment_id: stated.account_number.clone(),
        book: stated.adjusted_book.plain(),
        bank: stated.adjusted_bank.plain(),
        line: None,
    }));
    open.extend(account.quotas.iter().filter(|quota| quota.difference != Fen::ZERO).map(|quota| Open {
        name: Name::BalanceDiffers.code(),
        payment_id: quota.account_number.clone(),
        book: quota.balance.plain(),
        bank: quota.stated.map_or_else(String::new, Fen::plain),
        line: None,
    }));
    let stages = of.stages(&batch).await?;
    Ok(Compared { lines, batch, account, stages, discrepancies: open, differs: Vec::new(), closes: false }.judged())
}

fn count(n: usize) -> Result<i64> {
    i64::try_from(n).map_err(Error::internal)
}

struct Of<'a, C> {
    view: &'a C,
    head: &'a Head,
    scope: Scope,
}

/// A payment that went out.
struct Sent {
    id: i64,
    state: PaymentState,
    amount: Fen,
}

/// A difference that is not settled.
struct Differing {
    line: i64,
    name: Name,
    payment: Option<i64>,
    written_id: String,
    book: String,
    bank: String,
}

#[derive(Debug, FromQueryResult)]
struct SentRow {
    id: i64,
    state: String,
    amount_fen: i64,
}

#[derive(Debug, FromQueryResult)]
struct DifferingRow {
    line_id: i64,
    name: String,
    payment: Option<i64>,
    written_id: String,
    book_value: String,
    bank_value: String,
}

#[derive(Debug, FromQueryResult)]
struct AnsweredRow {
    status: String,
    n: i64,
    fen: i64,
}

#[derive(Debug, FromQueryResult)]
struct Fens {
    fen: i64,
}

/// Payments `p` that went out.
const WENT_OUT: &str = "p.state IN ('in_transit', 'paid', 'refused', 'returned')";

impl<C: ConnectionTrait> Of<'_, C> {
    fn book_id(&self) -> Value {
        self.head.book_id.into()
    }

    /// A condition on the payments `p`, with its values.
    fn scoped(&self) -> (&'static str, Vec<Value>) {
        match self.scope {
            Scope::Batch(batch) => ("p.batch = ?", vec![batch.into()]),
            Scope::Period(from, to) => {
                ("p.released_on BETWEEN ? AND ?", vec![from.to_string().into(), to.to_string().into()])
            }
        }
    }

    async fn sent(&self) -> Result<Vec<Sent>> {
        let (scoped, values) = self.scoped();
        let query = format!(
            "SELECT p.id, p.state, p.amount_fen FROM whole_payments p
             WHERE p.book_id = ? AND {scoped} AND {WENT_OUT} ORDER BY p.id"
        );
        let rows: Vec<SentRow> = sql::all(self.view, &query, [vec![self.book_id()], values].concat()).await?;
        let sent = rows.into_iter().map(|row| {
            let state = PaymentState::from_code(&row.state);
            let state = state.ok_or_else(|| Error::internal(format!("no payment is {}", row.state)))?;
            Ok(Sent { id: row.id, state, amount: Fen::new(row.amount_fen) })
        });
        sent.collect()
    }

    /// Lines `l` of statements `f` that are told of besides those about these payments, with the values: in a period what
    /// lies in its days; of a batch the lines about no payment in the statements of its account that overlap its days.
    fn stated_beside(&self) -> (String, Vec<Value>) {
        match self.scope {
            Scope::Batch(batch) => (format!("l.payment IS NULL AND {OVERLAPS_BATCH}"), vec![batch.into()]),
            Scope::Period(from, to) => (
                "COALESCE(l.completed_on, f.to_on) BETWEEN ? AND ?".to_owned(),
                vec![from.to_string().into(), to.to_string().into()],
            ),
        }
    }

    /// Differences about these payments, about no payment of the book in the files that answered one of them, and those of
    /// the statements of these days.
    async fn differing(&self) -> Result<Vec<Differing>> {
        let (scoped, values) = self.scoped();
        let (stated, stated_values) = self.stated_beside();
        let query = format!(
            "SELECT d.line_id, d.name, d.payment, l.written_id, d.book_value, d.bank_value FROM discrepancies d
             JOIN bank_lines l ON l.book_id = d.book_id AND l.id = d.line_id
             JOIN bank_files f ON f.book_id = l.book_id AND f.id = l.file
             WHERE d.book_id = ? AND d.state = 'open' AND (
                d.payment IN (SELECT p.id FROM whole_payments p WHERE p.book_id = ? AND {scoped})
                OR d.payment IS NULL AND d.file IN (
                    SELECT o.file FROM bank_lines o JOIN whole_payments p ON p.book_id = o.book_id AND p.id = o.payment
                    WHERE o.book_id = ? AND {scoped})
                OR f.opening_fen IS NOT NULL AND {stated})
             ORDER BY d.line_id, d.name"
        );
        let own = || vec![self.book_id()];
        let values = [own(), own(), values.clone(), own(), values, stated_values].concat();
        let rows: Vec<DifferingRow> = sql::all(self.view, &query, values).await?;
        let found = rows.into_iter().map(|row| {
            let name = Name::from_code(&row.name);
            Ok(Differing {
                name: name.ok_or_else(|| Error::internal(format!("no difference is called {}", row.name)))?,
                line: row.line_id,
                payment: row.payment,
                written_id: row.written_id,
                book: row.book_value,
                bank: row.bank_value,
            })
        });
        found.collect()
    }

    async fn batch_level(&self, sent: &[Sent]) -> Result<BatchLevel> {
        let mut level = BatchLevel::default();
        let with = |sums: Sums, amount: Fen| {
            sums.with(amount).ok_or_else(|| Error::internal("a sum of payments leaves the range"))
        };
        for payment in sent {
            level.sent = with(level.sent, payment.amount)?;
            let sums = match payment.state {
                PaymentState::InTransit => &mut level.in_transit,
                PaymentState::Paid => &mut level.paid,
                PaymentState::Refused => &mut level.refused,
                PaymentState::Returned => &mut level.returned,
                PaymentState::Built | PaymentState::Dropped | PaymentState::Withdrawn => continue,
            };
            *sums = with(*sums, payment.amount)?;
        }
        // The bank's side is what its own lines say, but for amounts that it left out and those settled as booked.
        let (scoped, values) = self.scoped();
        let query = format!(
            "SELECT l.status, COUNT(*) AS n, CAST(SUM(CASE WHEN l.amount_fen IS NULL OR d.line_id IS NOT NULL
                THEN p.amount_fen ELSE l.amount_fen END) AS BIGINT) AS fen
             FROM bank_lines l
             JOIN bank_files f ON f.book_id = l.book_id AND f.id = l.file AND f.state <> 'undone'
             JOIN whole_payments p ON p.book_id = l.book_id AND p.id = l.payment
             LEFT JOIN discrepancies d ON d.book_id = l.book_id AND d.line_id = l.id AND d.name = 'amount_differs'
                AND d.how = 'as_booked'
             WHERE l.book_id = ? AND l.applied = 1 AND {scoped} GROUP BY l.status"
        );
        let rows: Vec<AnsweredRow> = sql::all(self.view, &query, [vec![self.book_id()], values].concat()).await?;
        for row in rows {
            let sums = Sums { payments: row.n, sum: Fen::new(row.fen) };
            match row.status.as_str() {
                "paid" => level.bank_paid = sums,
                "refused" => level.bank_refused = sums,
                "returned" => level.bank_returned = sums,
                other => return Err(Error::internal(format!("an answer of {other} counts"))),
            }
        }
        Ok(level.compared())
    }

    /// What the transfers of these payments' grants left in transit, against the payments themselves. What moved with a
    /// payment of the same grant that lies in another batch or period, another attempt or another part, counts there; a
    /// reversal counts with what it reverses.
    async fn stages(&self, batch: &BatchLevel) -> Result<StageLevel> {
        let (scoped, values) = self.scoped();
        let query = format!(
            "SELECT CAST(COALESCE(SUM(CASE WHEN t.to_stage = 'in_transit' THEN t.amount_fen
                WHEN t.from_stage = 'in_transit' THEN -t.amount_fen ELSE 0 END), 0) AS BIGINT) AS fen
             FROM transfers t WHERE t.book_id = ? AND t.grant_id IN (
                SELECT p.grant_id FROM whole_payments p WHERE p.book_id = ? AND {scoped} AND {WENT_OUT})
             AND NOT EXISTS (SELECT 1 FROM whole_payments p
                JOIN payment_steps s ON s.book_id = p.book_id AND s.payment_id = p.id
                    AND s.position = COALESCE(t.reverses_position, t.position)
                WHERE p.book_id = t.book_id AND p.grant_id = t.grant_id AND NOT ({scoped}))"
        );
        let values = [vec![self.book_id(), self.book_id()], values.clone(), values].concat();
        let found: Option<Fens> = sql::one(self.view, &query, values).await?;
        let in_transit = Fen::new(found.map_or(0, |found| found.fen));
        Ok(StageLevel { in_transit, in_transit_payments: batch.in_transit.sum })
    }
}
