//! The original files of a book: kept by their SHA-256, named by rows of the tables.

use std::collections::BTreeSet;

use sea_orm::DatabaseConnection;

use super::bulk;
use crate::db::tables::FILES_NAMED_IN;
use crate::kernel::Result;

/// The SHA-256 of each file that the tables name up to position `at`.
pub(super) async fn named(c: &DatabaseConnection, book_id: i64, at: i64) -> Result<BTreeSet<String>> {
    let mut named = BTreeSet::new();
    for (table, column, position) in FILES_NAMED_IN {
        let query = format!("SELECT DISTINCT {column} FROM {table} WHERE book_id = {book_id} AND {position} <= {at}");
        bulk::scan(c, &query, |cells| {
            named.extend(cells.first().map(|cell| cell.text().to_owned()));
            Ok(())
        })
        .await?;
    }
    Ok(named)
}

/// Every original file that the tables name up to position `at`: its SHA-256 and its bytes.
pub async fn each_original(
    c: &DatabaseConnection,
    book_id: i64,
    at: i64,
    mut each: impl FnMut(&str, &[u8]) -> Result<()> + Send,
) -> Result<()> {
    let named = named(c, book_id, at).await?;
    let query = format!("SELECT sha256, bytes FROM files WHERE book_id = {book_id} ORDER BY sha256");
    bulk::scan(c, &query, |cells| {
        let [name, bytes] = cells else { return Ok(()) };
        if named.contains(name.text()) { each(name.text(), bytes.bytes()) } else { Ok(()) }
    })
    .await
}
