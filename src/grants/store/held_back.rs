//! Grants whose money is held back on a day.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::{AT_ONCE, places};
use crate::db::sql;
use crate::kernel::Result;
use crate::kernel::dates::Day;

/// The condition that a hold on the grant `g` or on its recipient stops its money on a day.
pub fn held_back(on: Day) -> String {
    let hold = |of: &str| {
        format!(
            "EXISTS (SELECT 1 FROM grant_holds h WHERE h.book_id = g.book_id AND {of}
                AND h.from_on <= '{on}' AND h.until_on >= '{on}')"
        )
    };
    format!("({} OR {})", hold("h.grant_id = g.id"), hold("h.recipient = g.recipient"))
}

#[derive(Debug, FromQueryResult)]
struct Id {
    id: i64,
}

/// Which of these grants are held back on a day.
pub async fn which_held_back(c: &impl ConnectionTrait, book_id: i64, grants: &[i64], on: Day) -> Result<HashSet<i64>> {
    let mut found = HashSet::new();
    for chunk in grants.chunks(AT_ONCE) {
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        let query = format!(
            "SELECT g.id FROM grants g WHERE g.book_id = ? AND g.id IN ({}) AND {}",
            places(chunk.len()),
            held_back(on)
        );
        found.extend(sql::all::<Id>(c, &query, values).await?.into_iter().map(|row| row.id));
    }
    Ok(found)
}
