//! What pages show beside lists: proposals, counts, the way from a reference to its grant.

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use crate::db::sql;
use crate::kernel::Result;

#[derive(Debug, FromQueryResult)]
struct Name {
    name: String,
}

/// The sub-districts of recipients, at most 200.
pub async fn subdistricts(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<String>> {
    let query = "SELECT DISTINCT subdistrict AS name FROM recipients WHERE book_id = ? ORDER BY subdistrict LIMIT 200";
    Ok(sql::all::<Name>(c, query, vec![book_id.into()]).await?.into_iter().map(|row| row.name).collect())
}

#[derive(Debug, FromQueryResult)]
struct Count {
    n: i64,
}

/// How many grants recorded by hand wait for this person's review.
pub async fn count_waiting(c: &impl ConnectionTrait, book_id: i64, person: &str) -> Result<i64> {
    let query = "SELECT COUNT(*) AS n FROM whole_grants WHERE book_id = ? AND state = 'submitted' AND import_id IS NULL
            AND prepared_person <> ? AND (reduced_person IS NULL OR reduced_person <> ?)";
    let values: Vec<Value> = vec![book_id.into(), person.into(), person.into()];
    Ok(sql::one::<Count>(c, query, values).await?.map_or(0, |count| count.n))
}

#[derive(Debug, FromQueryResult)]
struct Id {
    id: i64,
}

/// The grants with this reference, oldest first: at most two, for one is all that a reader can be led to.
pub async fn by_reference(c: &impl ConnectionTrait, book_id: i64, reference: &str) -> Result<Vec<i64>> {
    let query = "SELECT id FROM grants WHERE book_id = ? AND reference = ? ORDER BY id LIMIT 2";
    let rows: Vec<Id> = sql::all(c, query, vec![book_id.into(), reference.into()]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The grants recorded by hand that wait and that this person prepared or reduced: another one reviews them.
pub async fn own_waiting(c: &impl ConnectionTrait, book_id: i64, person: &str, limit: u64) -> Result<Vec<i64>> {
    let query = format!(
        "SELECT id FROM whole_grants WHERE book_id = ? AND state = 'submitted' AND import_id IS NULL
            AND (prepared_person = ? OR reduced_person = ?) ORDER BY id LIMIT {limit}"
    );
    let rows: Vec<Id> = sql::all(c, &query, vec![book_id.into(), person.into(), person.into()]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
