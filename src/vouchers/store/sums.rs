//! What the transfers of some events moved: one scan, added up on the way.
//!
//! The planner of PostgreSQL knows nothing yet of rows that this transaction wrote, so nothing is asked for each
//! transfer by a query within the query.

use std::collections::{BTreeMap, HashMap};

use sea_orm::{DatabaseConnection, FromQueryResult};

use super::moved::Span;
use crate::db::sql;
use crate::funds::Stage;
use crate::journal::{Cell, scan};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::vouchers::rules::{MovedSum, Sort};

/// Ids in one condition.
const IDS_AT_ONCE: usize = 5_000;

/// What a sum is of; the grant only where it matters from which account it was paid.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    month: String,
    sort: Sort,
    policy: i64,
    allotment: i64,
    from: Stage,
    to: Stage,
    grant: Option<i64>,
}

#[derive(Debug, Default)]
struct Going {
    sums: BTreeMap<Key, Sum>,
    /// Position, grant and way of the last transfer: a grant that several allotments share is counted once.
    last: Option<(i64, i64, Stage, Stage)>,
}

#[derive(Debug, Clone)]
struct Sum {
    amount: Fen,
    grants: i64,
    last_on: Day,
}

impl Sum {
    fn add(&mut self, amount: Fen, grants: i64, on: Day) -> Result<()> {
        self.amount = self.amount.checked_add(amount).ok_or_else(|| Error::internal("a sum leaves the range"))?;
        self.grants += grants;
        self.last_on = self.last_on.max(on);
        Ok(())
    }
}

/// What the transfers at these positions moved. Who paid is the account of a grant's last payment, so that a recovery is
/// posted where the money had come from.
pub async fn sums(c: &DatabaseConnection, book_id: i64, (first, last): Span) -> Result<Vec<MovedSum>> {
    let query = format!(
        "SELECT t.position, t.policy, t.allotment, t.grant_id, t.from_stage, t.to_stage, t.amount_fen, t.effective_on,
             t.reverses_position, o.effective_on
         FROM transfers t
         LEFT JOIN transfers o ON o.book_id = t.book_id AND o.position = t.reverses_position AND o.line = t.reverses_line
         WHERE t.book_id = {book_id} AND t.position BETWEEN {first} AND {last} ORDER BY t.position, t.line"
    );
    let mut going = Going::default();
    scan(c, &query, |cells| going.take(cells)).await?;
    let grants: Vec<i64> = going.sums.keys().filter_map(|key| key.grant).collect();
    let payers = payers(c, book_id, grants, last).await?;
    let mut folded: BTreeMap<(Key, Option<String>), Sum> = BTreeMap::new();
    for (key, sum) in going.sums {
        let payer = key.grant.and_then(|grant| payers.get(&grant).cloned());
        let key = (Key { grant: None, ..key }, payer);
        match folded.get_mut(&key) {
            Some(before) => before.add(sum.amount, sum.grants, sum.last_on)?,
            None => {
                folded.insert(key, sum);
            }
        }
    }
    let moved = |((key, payer), sum): ((Key, Option<String>), Sum)| MovedSum {
        policy: key.policy,
        allotment: key.allotment,
        from: key.from,
        to: key.to,
        sort: key.sort,
        payer,
        month: key.month,
        last_on: sum.last_on,
        grants: sum.grants,
        amount: sum.amount,
    };
    Ok(folded.into_iter().map(moved).collect())
}

impl Going {
    fn take(&mut self, cells: &[Cell]) -> Result<()> {
        let [position, policy, allotment, grant, from, to, amount, on, reverses, original] = cells else {
            return Err(Error::internal("a transfer has ten columns"));
        };
        let (from, to) = (stage(from.text())?, stage(to.text())?);
        let (position, grant) = (position.int()?, grant.opt_int());
        let on = Day::parse(on.text()).map_err(Error::internal)?;
        let sort = match reverses.opt_int() {
            None => Sort::Onward,
            Some(_) if original.text().get(..4) == Some(&on.month()[..4]) => Sort::Back,
            Some(_) => Sort::BackOfEarlierYear,
        };
        let this = grant.map(|grant| (position, grant, from, to));
        let is_first = this.is_some() && this != self.last;
        self.last = this;
        let key = Key {
            month: on.month(),
            sort,
            policy: policy.int()?,
            allotment: allotment.int()?,
            from,
            to,
            grant: grant.filter(|_| was_paid(from, to)),
        };
        let empty = Sum { amount: Fen::ZERO, grants: 0, last_on: on };
        self.sums.entry(key).or_insert(empty).add(Fen::new(amount.int()?), i64::from(is_first), on)
    }
}

/// Whether money that goes this way, or back, goes through an account from which the book pays: anything but budgets,
/// approvals and what was paid before the book began, which come in great numbers.
const fn was_paid(from: Stage, to: Stage) -> bool {
    matches!(
        (from, to),
        (Stage::InTransit | Stage::Disbursed, _) | (_, Stage::InTransit) | (Stage::Payable, Stage::Disbursed)
    )
}

#[derive(FromQueryResult)]
struct Paid {
    grant_id: i64,
    batch: i64,
}

#[derive(FromQueryResult)]
struct Payer {
    batch: i64,
    kind: String,
}

/// The kind of the account of the last payment of each of these grants up to a position, where there is one.
async fn payers(c: &DatabaseConnection, book_id: i64, mut grants: Vec<i64>, last: i64) -> Result<HashMap<i64, String>> {
    grants.sort_unstable();
    grants.dedup();
    if grants.is_empty() {
        return Ok(HashMap::new());
    }
    let query = "SELECT b.id AS batch, a.kind FROM batches b
         JOIN paying_accounts a ON a.book_id = b.book_id AND a.id = b.paying_account WHERE b.book_id = ?";
    let kinds: Vec<Payer> = sql::all(c, query, vec![book_id.into()]).await?;
    let kinds: HashMap<i64, String> = kinds.into_iter().map(|payer| (payer.batch, payer.kind)).collect();
    let mut batches: HashMap<i64, i64> = HashMap::with_capacity(grants.len());
    for chunk in grants.chunks(IDS_AT_ONCE) {
        let list: Vec<String> = chunk.iter().map(i64::to_string).collect();
        let query = format!(
            "SELECT grant_id, batch FROM payments WHERE book_id = ? AND id <= ? AND grant_id IN ({}) ORDER BY id",
            list.join(",")
        );
        let paid: Vec<Paid> = sql::all(c, &query, vec![book_id.into(), last.into()]).await?;
        // A later payment takes the place of an earlier one.
        batches.extend(paid.into_iter().map(|paid| (paid.grant_id, paid.batch)));
    }
    Ok(batches.into_iter().filter_map(|(grant, batch)| Some((grant, kinds.get(&batch)?.clone()))).collect())
}

fn stage(code: &str) -> Result<Stage> {
    Stage::from_code(code).ok_or_else(|| Error::internal(format!("no stage is called {code}")))
}
