//! The names of those who acted, and what waits for them, as pages show them.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use crate::db::sql;
use crate::kernel::Result;

#[derive(Debug, FromQueryResult)]
struct Name {
    actor_uid: String,
    name: String,
}

/// The names of these actors as last introduced; a page names a handful.
pub async fn names_of(c: &impl ConnectionTrait, book_id: i64, uids: &[&str]) -> Result<HashMap<String, String>> {
    let uids: BTreeSet<&str> = uids.iter().copied().collect();
    if uids.is_empty() {
        return Ok(HashMap::new());
    }
    let places = sql::places(uids.len());
    let query =
        format!("SELECT actor_uid, name FROM actors WHERE book_id = ? AND actor_uid IN ({places}) ORDER BY position");
    let mut values: Vec<Value> = vec![book_id.into()];
    values.extend(uids.into_iter().map(Value::from));
    Ok(sql::all::<Name>(c, &query, values).await?.into_iter().map(|row| (row.actor_uid, row.name)).collect())
}

#[derive(Debug, FromQueryResult)]
struct Count {
    n: i64,
}

/// How many changes of account wait for another person than this one; none for somebody who is no reviewer.
pub async fn count_pending(c: &impl ConnectionTrait, book_id: i64, person: &str) -> Result<i64> {
    let query = "SELECT COUNT(*) AS n FROM accounts WHERE book_id = ? AND state = 'pending' AND prepared_person <> ?";
    Ok(sql::one::<Count>(c, query, vec![book_id.into(), person.into()]).await?.map_or(0, |count| count.n))
}
