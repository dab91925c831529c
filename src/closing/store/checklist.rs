//! What there is to know before months are closed: where the money stands, what is open, what the last verification says.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use crate::audit::Check;
use crate::closing::rules::{Facts, Item, Standing, UnpaidGrant, Verified};
use crate::db::{Database, sql};
use crate::funds;
use crate::grants;
use crate::journal::{self, Head, root_at};
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::periods::{self, Closed, Month};
use crate::reconciliation::{self, Scope};

/// What somebody sees who wants to close months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    /// The months and what was found; none where they cannot be closed.
    pub facts: Facts,
    /// The verification on which the closing would rest, if it serves.
    pub verified: Option<Verified>,
}

/// Up to where the book is closed, and the first month that is not.
pub async fn next_month(c: &impl ConnectionTrait, book_id: i64) -> Result<(Closed, Month)> {
    let closed = periods::closed(c, book_id).await?;
    Ok((closed, closed.next(begins(c, book_id).await?)))
}

#[derive(Debug, FromQueryResult)]
struct First {
    effective_on: Option<String>,
}

/// The month in which the book's money first moved; that of its first event where none has.
async fn begins(c: &impl ConnectionTrait, book_id: i64) -> Result<Month> {
    let query = "SELECT MIN(effective_on) AS effective_on FROM stage_days WHERE book_id = ?";
    let first: Option<First> = sql::one(c, query, vec![book_id.into()]).await?;
    match first.and_then(|first| first.effective_on) {
        Some(day) => Ok(Month::of(Day::parse(&day)?)),
        None => Ok(Month::of(journal::event(c, book_id, 1).await?.recorded_at.day())),
    }
}

/// What closing the book up to a month would find, in one snapshot.
///
/// # Errors
/// Those of [`Closed::may_close`].
pub async fn checklist(
    db: &Database,
    head: &Head,
    last: Month,
    today: Day,
    check: Option<&Check>,
) -> Result<Checklist> {
    let view = db.snapshot().await?;
    let (closed, next) = next_month(&view, head.book_id).await?;
    let months = closed.may_close(next, last, today)?;
    let verified = verified(&view, head.book_id, last, check).await?;
    let mut facts = facts(&view, head, months).await?;
    if verified.is_none() {
        facts.open.insert(Item::NotVerified, 1);
    }
    view.rollback().await.map_err(Error::internal)?;
    Ok(Checklist { facts, verified })
}

#[derive(Debug, FromQueryResult)]
struct At {
    position: i64,
}

/// The verification, if it serves for closing up to a month: all held, its root is that of the book, and no money has moved
/// since with effect in that month or before.
pub async fn verified(
    c: &impl ConnectionTrait,
    book_id: i64,
    last: Month,
    check: Option<&Check>,
) -> Result<Option<Verified>> {
    let Some(check) = check.filter(|check| check.outcome.holds()) else { return Ok(None) };
    let verified = Verified { position: check.position, root: check.outcome.root.clone() };
    Ok(serves(c, book_id, last, &verified).await?.then_some(verified))
}

/// Whether a verification that held still serves.
pub async fn serves(c: &impl ConnectionTrait, book_id: i64, last: Month, verified: &Verified) -> Result<bool> {
    let head = Head::read(c, book_id).await?;
    if !(1..=head.position).contains(&verified.position) {
        return Ok(false);
    }
    let query = "SELECT position FROM transfers WHERE book_id = ? AND effective_on <= ?
        ORDER BY position DESC, line DESC LIMIT 1";
    let moved: Option<At> = sql::one(c, query, vec![book_id.into(), last.last().to_string().into()]).await?;
    let is_newer = moved.is_none_or(|moved| moved.position <= verified.position);
    Ok(is_newer && root_at(c, &head, verified.position).await?.to_string() == verified.root)
}

/// What is found about months, as the book stands.
pub async fn facts(c: &impl ConnectionTrait, head: &Head, months: Vec<Month>) -> Result<Facts> {
    let (Some(first), Some(last)) = (months.first().copied(), months.last().copied()) else {
        return Err(Error::internal("no months to close"));
    };
    let unpaid = if last.ends_year() { unpaid(c, head.book_id, last.last()).await? } else { Vec::new() };
    let unsigned = reconciliation::unsigned(c, head.book_id, (first.first(), last.last())).await?;
    let mut open = open(c, head, first, last).await?;
    if !unsigned.is_empty() {
        open.insert(Item::NotSigned, i64::try_from(unsigned.len()).map_err(Error::internal)?);
    }
    Ok(Facts { lines: standings(c, head.book_id, last, &unpaid).await?, open, unsigned, months, unpaid })
}

#[derive(Debug, FromQueryResult)]
struct Name {
    id: i64,
    code: String,
    document_number: String,
}

async fn standings(
    c: &impl ConnectionTrait,
    book_id: i64,
    last: Month,
    unpaid: &[UnpaidGrant],
) -> Result<Vec<Standing>> {
    let query = "SELECT a.id, p.code, a.document_number FROM allotments a
        JOIN policies p ON p.book_id = a.book_id AND p.id = a.policy WHERE a.book_id = ?";
    let names: Vec<Name> = sql::all(c, query, vec![book_id.into()]).await?;
    let mut names: BTreeMap<i64, String> =
        names.into_iter().map(|row| (row.id, format!("{} · {}", row.code, row.document_number))).collect();
    let spare = if last.ends_year() { funds::least_available(c, book_id, last.last()).await? } else { BTreeMap::new() };
    let mut owed: BTreeMap<i64, i64> = BTreeMap::new();
    for (allotment, amount) in unpaid.iter().flat_map(|grant| &grant.parts) {
        *owed.entry(*allotment).or_default() += amount.get();
    }
    let found = funds::standings_on(c, book_id, last.last()).await?;
    let standing = |one: funds::Standing| Standing {
        allotment: one.allotment,
        policy: one.policy,
        name: names.remove(&one.allotment).unwrap_or_default(),
        budget: one.budget,
        available: one.available,
        payable: one.payable,
        in_transit: one.in_transit,
        disbursed: one.disbursed,
        spare: spare.get(&one.allotment).copied().unwrap_or(Fen::ZERO).max(Fen::ZERO),
        unpaid: Fen::new(owed.get(&one.allotment).copied().unwrap_or_default()),
    };
    Ok(found.into_iter().map(standing).collect())
}

#[derive(Debug, FromQueryResult)]
struct UnpaidRow {
    id: i64,
    reference: String,
}

/// The grants that were approved up to a day and are payable ever since, on their way nowhere.
async fn unpaid(c: &impl ConnectionTrait, book_id: i64, on: Day) -> Result<Vec<UnpaidGrant>> {
    let query = "SELECT g.id, g.reference FROM whole_grants g WHERE g.book_id = ? AND g.state = 'approved'
        AND EXISTS (SELECT 1 FROM transfers t WHERE t.book_id = g.book_id AND t.grant_id = g.id)
        AND NOT EXISTS (SELECT 1 FROM transfers t WHERE t.book_id = g.book_id AND t.grant_id = g.id
            AND t.effective_on > ?) ORDER BY g.id";
    let rows: Vec<UnpaidRow> = sql::all(c, query, vec![book_id.into(), on.to_string().into()]).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let held = grants::held(c, book_id, &ids).await?;
    let one = |(row, held): (UnpaidRow, grants::Held)| UnpaidGrant {
        grant: row.id,
        reference: row.reference,
        parts: held.split,
    };
    // Both stand in the order of ids.
    Ok(rows.into_iter().zip(held).map(one).collect())
}

#[derive(Debug, FromQueryResult)]
struct Count {
    n: i64,
}

/// What is open, with how many.
async fn open(c: &impl ConnectionTrait, head: &Head, first: Month, last: Month) -> Result<BTreeMap<Item, i64>> {
    let compared = reconciliation::compare(c, head, Scope::Period(first.first(), last.last())).await?;
    let agrees = compared.batch.difference == Fen::ZERO
        && compared.stages.difference() == Fen::ZERO
        && compared.account.difference == Fen::ZERO;
    let lines = &compared.lines;
    let mut open = BTreeMap::from([
        (Item::NotBalanced, i64::from(!agrees)),
        (Item::Unanswered, lines.missing_at_bank),
        (Item::Differences, lines.differ + lines.missing_in_book),
    ]);
    // What came after the months is no business of theirs.
    let day: Value = last.last().to_string().into();
    let instant: Value = Instant::start_of(last.next().first()).get().into();
    let counted: [(Item, &str, &Value); 6] = [
        (Item::UndoWaits, "bank_files WHERE book_id = ? AND state = 'undo_pending' AND loaded_at_ms < ?", &instant),
        (Item::UndoWaits, "imports WHERE book_id = ? AND state = 'undo_pending' AND prepared_at_ms < ?", &instant),
        (Item::BatchesWait, "batches WHERE book_id = ? AND state = 'built' AND built_at_ms < ?", &instant),
        (
            Item::GrantsWait,
            "whole_grants WHERE book_id = ? AND state = 'submitted' AND import_id IS NULL AND applied_on <= ?",
            &day,
        ),
        (Item::ImportsWait, "imports WHERE book_id = ? AND state = 'submitted' AND prepared_at_ms < ?", &instant),
        (Item::BudgetsWait, "budget_changes WHERE book_id = ? AND state = 'pending' AND effective_on <= ?", &day),
    ];
    for (item, rows, until) in counted {
        let values: Vec<Value> = vec![head.book_id.into(), until.clone()];
        let found: Option<Count> = sql::one(c, &format!("SELECT COUNT(*) AS n FROM {rows}"), values).await?;
        *open.entry(item).or_default() += found.map_or(0, |row| row.n);
    }
    open.retain(|_, found| *found > 0);
    Ok(open)
}
