//! The balances of the accounts concerned: statements, and the quota of accounts of the treasury, held against the book.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::sides::{Forms, Whose, own_book};
use super::{day, entries_of};
use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::{self, PayingAccount};
use crate::reconciliation::rules::{AccountLevel, EntryKind, Flow, Quota, Scope, Stated, What};

#[derive(Debug, FromQueryResult)]
struct Statement {
    id: i64,
    paying_account: Option<i64>,
    account_number: String,
    from_on: String,
    to_on: String,
    opening_fen: i64,
}

#[derive(Debug, FromQueryResult)]
struct QuotaRow {
    paying_account: i64,
    from_on: Option<String>,
    until: Option<String>,
}

/// A batch `b` whose days, from its release to its last answer, a statement `f` of its account overlaps.
pub(super) const OVERLAPS_BATCH: &str = "EXISTS (SELECT 1 FROM batches b WHERE b.book_id = f.book_id AND b.id = ?
    AND b.paying_account = f.paying_account AND b.released_on <= f.to_on
    AND EXISTS (SELECT 1 FROM whole_payments p WHERE p.book_id = b.book_id AND p.batch = b.id
        AND (p.state = 'in_transit' OR p.state IN ('paid', 'refused', 'returned') AND p.completed_on >= f.from_on)))";

/// The account level: in a period the statements that lie in it, of a batch those that tell of it and those of its account
/// that overlap its days; and the quotas.
pub(super) async fn account_level(c: &impl ConnectionTrait, book_id: i64, scope: Scope) -> Result<AccountLevel> {
    let mut stated = Vec::new();
    // An account has many statements in a period, and its sides are the same for all of them.
    let mut of_accounts: HashMap<(Option<i64>, String), Forms> = HashMap::new();
    for statement in statements(c, book_id, scope).await? {
        let key = (statement.paying_account, statement.account_number.clone());
        let forms = match of_accounts.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(forms_of(c, book_id, &statement).await?),
        };
        stated.extend(held_against_the_book(forms, statement)?);
    }
    let mut quotas = Vec::new();
    for (account, days) in of_the_treasury(c, book_id, scope).await? {
        quotas.push(quota(c, book_id, account, days).await?);
    }
    AccountLevel::of(stated, quotas).ok_or_else(out_of_range)
}

fn out_of_range() -> Error {
    Error::internal("a sum of balances leaves the range")
}

async fn statements(c: &impl ConnectionTrait, book_id: i64, scope: Scope) -> Result<Vec<Statement>> {
    let book = || Value::from(book_id);
    let (condition, values): (String, Vec<Value>) = match scope {
        Scope::Batch(batch) => (
            format!(
                "f.id IN (SELECT o.file FROM bank_lines o JOIN payments p ON p.book_id = o.book_id AND p.id = o.payment
                    WHERE o.book_id = ? AND p.batch = ?)
                 OR f.id IN (SELECT o.file FROM bank_lines o
                    JOIN line_wholes w ON w.book_id = o.book_id AND w.line_id = o.id WHERE o.book_id = ? AND w.batch = ?)
                 OR {OVERLAPS_BATCH}"
            ),
            vec![book(), batch.into(), book(), batch.into(), batch.into()],
        ),
        Scope::Period(from, to) => {
            ("f.from_on >= ? AND f.to_on <= ?".to_owned(), vec![from.to_string().into(), to.to_string().into()])
        }
    };
    let query = format!(
        "SELECT f.id, f.paying_account, f.account_number, f.from_on, f.to_on, f.opening_fen FROM bank_files f
         WHERE f.book_id = ? AND f.state <> 'undone' AND f.opening_fen IS NOT NULL AND ({condition}) ORDER BY f.id"
    );
    sql::all(c, &query, [vec![book()], values].concat()).await
}

async fn forms_of(c: &impl ConnectionTrait, book_id: i64, statement: &Statement) -> Result<Forms> {
    let whose = match statement.paying_account {
        Some(account) => Whose::Account(account),
        None => Whose::Number(&statement.account_number),
    };
    Forms::read(c, (book_id, i64::MAX), whose).await
}

/// A statement against the book, unless another one tells of its days already, which is held against it itself.
fn held_against_the_book(forms: &Forms, statement: Statement) -> Result<Option<Stated>> {
    let found = forms.of((day(&statement.from_on)?, day(&statement.to_on)?));
    if found.left_out.contains(&statement.id) {
        return Ok(None);
    }
    let adjustment = found.adjustment.ok_or_else(out_of_range)?;
    let opening = Fen::new(statement.opening_fen);
    Ok(Some(Stated::of(statement.id, statement.account_number, opening, &adjustment)))
}

/// The accounts of the treasury that are concerned, each with the days that are looked at.
async fn of_the_treasury(
    c: &impl ConnectionTrait,
    book_id: i64,
    scope: Scope,
) -> Result<Vec<(PayingAccount, (Day, Day))>> {
    let (condition, values): (&str, Vec<Value>) = match scope {
        Scope::Batch(batch) => ("b.id = ?", vec![batch.into()]),
        Scope::Period(from, to) => {
            ("b.released_on BETWEEN ? AND ?", vec![from.to_string().into(), to.to_string().into()])
        }
    };
    let query = format!(
        "SELECT b.paying_account, MIN(b.released_on) AS from_on, MAX(COALESCE(p.completed_on, b.released_on)) AS until
         FROM batches b JOIN whole_payments p ON p.book_id = b.book_id AND p.batch = b.id
         WHERE b.book_id = ? AND b.paying_account IS NOT NULL AND b.released_on IS NOT NULL AND {condition}
         GROUP BY b.paying_account ORDER BY b.paying_account"
    );
    let rows: Vec<QuotaRow> = sql::all(c, &query, [vec![book_id.into()], values].concat()).await?;
    let mut found = Vec::new();
    for row in rows {
        let account = payments::paying_account(c, book_id, row.paying_account).await?;
        if !account.kind.has_quota() {
            continue;
        }
        let days = match (scope, row.from_on, row.until) {
            (Scope::Period(from, to), ..) => (from, to),
            (Scope::Batch(_), Some(from), Some(until)) => (day(&from)?, day(&until)?),
            _ => continue,
        };
        found.push((account, days));
    }
    Ok(found)
}

/// The quota of an account at the end of some days: issued − paid + returned, held against what the treasury stated in
/// these days or before, if it did.
async fn quota(
    c: &impl ConnectionTrait,
    book_id: i64,
    account: PayingAccount,
    (from, until): (Day, Day),
) -> Result<Quota> {
    let (opening, book) = own_book(c, (book_id, i64::MAX), account.id).await?;
    let mut quota = Quota {
        issued: opening.filter(|opening| opening.on <= until).map_or(Fen::ZERO, |opening| opening.amount),
        paid: Fen::ZERO,
        returned: Fen::ZERO,
        balance: Fen::ZERO,
        stated: None,
        difference: Fen::ZERO,
        account_number: account.account_number,
        until,
    };
    let begins = opening.map(|opening| opening.on);
    for entry in book.iter().filter(|entry| entry.on <= until && begins.is_none_or(|on| on <= entry.on)) {
        let sum = match entry.what {
            What::Payment | What::Refusal => &mut quota.paid,
            What::Return | What::Recovery => &mut quota.returned,
            _ => &mut quota.issued,
        };
        let adds = (entry.flow == Flow::In) != matches!(entry.what, What::Payment | What::Refusal);
        let next = if adds { sum.checked_add(entry.amount) } else { sum.checked_sub(entry.amount) };
        *sum = next.ok_or_else(out_of_range)?;
    }
    let stated = entries_of(c, book_id, account.id).await?;
    let stated = stated.into_iter().rfind(|entry| entry.kind == EntryKind::Stated && entry.on <= until);
    if let Some(stated) = stated {
        let days = (from.min(stated.on), stated.on);
        let found = Forms::read(c, (book_id, i64::MAX), Whose::Account(account.id)).await?.of(days);
        quota.stated = Some(stated.amount);
        quota.difference = found.adjustment.map_or(Fen::ZERO, |adjustment| adjustment.difference());
    }
    quota.balanced().ok_or_else(out_of_range)
}
