//! What entered and left each stage: debits and credits that add up to the same.

use serde::Serialize;

use super::store::{self, Moment};
use super::totals::position;
use crate::db::Database;
use crate::funds::Stage;
use crate::journal::{Head, root_at};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

/// One stage of one allotment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Code of the policy.
    pub policy: String,
    /// Number of the allotment's document.
    pub allotment: String,
    /// Its number in the book.
    #[serde(skip)]
    pub allotment_id: i64,
    /// The stage.
    pub stage: String,
    /// What entered.
    pub debit: Fen,
    /// What left.
    pub credit: Fen,
    /// Entered less left, where that is above zero.
    pub debit_balance: Fen,
    /// Left less entered, where that is above zero.
    pub credit_balance: Fen,
}

/// The trial balance of a book as of a day, known at a position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrialBalance {
    /// Code of the book.
    pub book: String,
    /// Effective date.
    pub as_of: Day,
    /// Position.
    pub at: i64,
    /// Root at that position.
    pub root: String,
    /// Sum of debits = sum of credits.
    pub debit: Fen,
    /// Sum of credits.
    pub credit: Fen,
    /// Sum of the balances above zero = sum of those below.
    pub debit_balance: Fen,
    /// Sum of credit balances.
    pub credit_balance: Fen,
    /// Whether they agree.
    pub balances: bool,
    /// Lines by policy, allotment and stage, in the order of money.
    pub lines: Vec<Line>,
}

/// The trial balance; one snapshot.
pub async fn trial_balance(db: &Database, head: &Head, as_of: Day, at: Option<i64>) -> Result<TrialBalance> {
    let snapshot = db.snapshot().await?;
    let head = Head::read(&snapshot, head.book_id).await?;
    let at = position(&head, at)?;
    let moment = Moment { book_id: head.book_id, as_of, at, is_head: at == head.position };
    let entered = store::entered(&snapshot, &moment).await?;
    let root = root_at(&snapshot, &head, at).await?;
    snapshot.rollback().await.map_err(Error::internal)?;
    let order = |stage: &str| Stage::ALL.iter().position(|s| s.code() == stage);
    let mut entered: Vec<_> = entered.into_iter().collect();
    entered
        .sort_by(|((pa, da, ia, sa), _), ((pb, db, ib, sb), _)| (pa, da, ia, order(sa)).cmp(&(pb, db, ib, order(sb))));
    let lines: Vec<Line> = entered
        .into_iter()
        .map(|((policy, allotment, allotment_id, stage), (debit, credit))| Line {
            policy,
            allotment,
            allotment_id,
            stage,
            debit: Fen::new(debit),
            credit: Fen::new(credit),
            debit_balance: Fen::new((debit - credit).max(0)),
            credit_balance: Fen::new((credit - debit).max(0)),
        })
        .collect();
    let sum =
        |of: fn(&Line) -> Fen| Fen::sum(lines.iter().map(of)).ok_or_else(|| Error::internal("a sum is too large"));
    let (debit, credit) = (sum(|line| line.debit)?, sum(|line| line.credit)?);
    let (debit_balance, credit_balance) = (sum(|line| line.debit_balance)?, sum(|line| line.credit_balance)?);
    Ok(TrialBalance {
        book: head.code,
        as_of,
        at,
        root: root.to_string(),
        debit,
        credit,
        debit_balance,
        credit_balance,
        balances: debit == credit && debit_balance == credit_balance,
        lines,
    })
}
