//! What waits for a second person: demands, receipts and offsets, and what of them somebody wants undone.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::sql;
use crate::kernel::Result;
use crate::kernel::money::Fen;

/// A paper that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// `demand`, `receipt` or `offset`.
    pub kind: String,
    /// Its id.
    pub id: i64,
    /// Document number.
    pub document: String,
    /// How much.
    pub amount: Fen,
    /// Whether it shall be undone.
    pub is_undo: bool,
    /// The recipient's name.
    pub name: String,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    kind: String,
    id: i64,
    document: String,
    amount_fen: i64,
    state: String,
    name: String,
}

/// The first `limit` of what waits, those that wait longest first.
pub async fn to_decide_papers(c: &impl ConnectionTrait, book_id: i64, limit: u64) -> Result<Vec<Waiting>> {
    let of = |kind: &str, table: &str, demand: &str| {
        format!(
            "SELECT '{kind}' AS kind, x.id AS id, x.document, x.amount_fen, x.state, r.name FROM {table} x
             JOIN demands d ON d.book_id = x.book_id AND d.id = x.{demand}
             JOIN recipients r ON r.book_id = d.book_id AND r.id = d.recipient
             WHERE x.book_id = ? AND x.state IN ('pending', 'undo_pending')"
        )
    };
    let all = [of("demand", "demands", "id"), of("receipt", "receipts", "demand"), of("offset", "offsets", "demand")];
    let query = format!("{} ORDER BY id LIMIT {limit}", all.join(" UNION ALL "));
    let rows: Vec<Row> = sql::all(c, &query, vec![book_id.into(); 3]).await?;
    let waiting = |row: Row| Waiting {
        kind: row.kind,
        id: row.id,
        document: row.document,
        amount: Fen::new(row.amount_fen),
        is_undo: row.state == "undo_pending",
        name: row.name,
    };
    Ok(rows.into_iter().map(waiting).collect())
}
