//! The stored files of a book, each under the SHA-256 of its bytes; in parts, so that none has to stand in memory whole
//! beside the file that it came from.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DatabaseConnection, FromQueryResult};
use sha2::{Digest as _, Sha256};

use super::bulk::{self, Lent};
use super::tx::Tx;
use crate::db::sql;
use crate::db::tables::FILES_NAMED_IN;
use crate::kernel::{Error, Result};

/// Bytes of a part.
const PART: usize = 1 << 20;

#[derive(FromQueryResult)]
struct Known {
    #[expect(dead_code, reason = "that there is a row is what is asked")]
    part: i64,
}

/// The name of a file: the SHA-256 of its bytes in lower-case hex.
pub(super) fn name_of(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The name of each file that the tables name.
pub(super) async fn named(connection: &DatabaseConnection, book_id: i64) -> Result<BTreeSet<String>> {
    let mut named = BTreeSet::new();
    for (table, column) in FILES_NAMED_IN {
        let query = format!("SELECT DISTINCT {column} FROM {table} WHERE book_id = {book_id}");
        bulk::scan(connection, &query, |cells| {
            named.extend(cells.first().map(|cell| cell.text().to_owned()));
            Ok(())
        })
        .await?;
    }
    Ok(named)
}

/// Keeps the bytes of a file, once; returns their SHA-256 in lower-case hex.
pub(super) async fn keep(tx: &mut Tx, bytes: &[u8]) -> Result<String> {
    let sha256 = name_of(bytes);
    let query = "SELECT part FROM files WHERE book_id = ? AND sha256 = ? AND part = 0";
    if tx.one::<Known>(query, vec![tx.book_id().into(), sha256.clone().into()]).await?.is_none() {
        // An empty file has one part with nothing in it.
        let parts: Vec<&[u8]> = if bytes.is_empty() { vec![bytes] } else { bytes.chunks(PART).collect() };
        let rows = parts.into_iter().zip(0..).map(|(part, number)| {
            [Lent::Int(tx.book_id()), Lent::Text(&sha256), Lent::Int(number), Lent::Bytes(part)].into_iter()
        });
        let rows: Vec<_> = rows.collect();
        bulk::insert_lent(tx.connection(), "files", &["book_id", "sha256", "part", "bytes"], rows.into_iter()).await?;
    }
    Ok(sha256)
}

#[derive(FromQueryResult)]
struct Part {
    bytes: Vec<u8>,
}

/// The bytes kept under a SHA-256; none if there are none.
pub async fn file(c: &impl ConnectionTrait, book_id: i64, sha256: &str) -> Result<Option<Vec<u8>>> {
    let query = "SELECT bytes FROM files WHERE book_id = ? AND sha256 = ? ORDER BY part";
    let parts: Vec<Part> = sql::all(c, query, vec![book_id.into(), sha256.into()]).await?;
    Ok((!parts.is_empty()).then(|| parts.into_iter().flat_map(|part| part.bytes).collect()))
}

/// A file as it lies there.
struct Lying {
    name: String,
    digest: Sha256,
    parts: i64,
    in_order: bool,
}

/// The SHA-256 under which each file is kept, beside that of its bytes as they lie there now; a dash for a file whose
/// parts do not follow one another.
pub(super) async fn digests(connection: &DatabaseConnection, book_id: i64) -> Result<Vec<(String, String)>> {
    let query = format!("SELECT sha256, part, bytes FROM files WHERE book_id = {book_id} ORDER BY sha256, part");
    let mut found: Vec<Lying> = Vec::new();
    bulk::scan(connection, &query, |cells| {
        let [name, part, bytes] = cells else { return Err(Error::internal("a part has three columns")) };
        if found.last().is_none_or(|last| last.name != name.text()) {
            found.push(Lying { name: name.text().to_owned(), digest: Sha256::new(), parts: 0, in_order: true });
        }
        if let Some(file) = found.last_mut() {
            file.digest.update(bytes.bytes());
            file.in_order &= part.int()? == file.parts;
            file.parts += 1;
        }
        Ok(())
    })
    .await?;
    let digest = |file: Lying| if file.in_order { hex::encode(file.digest.finalize()) } else { "—".to_owned() };
    Ok(found.into_iter().map(|file| (file.name.clone(), digest(file))).collect())
}

/// The SHA-256 of every kept file.
pub async fn file_names(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<String>> {
    #[derive(FromQueryResult)]
    struct Name {
        sha256: String,
    }
    let query = "SELECT DISTINCT sha256 FROM files WHERE book_id = ? ORDER BY sha256";
    Ok(sql::all::<Name>(c, query, vec![book_id.into()]).await?.into_iter().map(|name| name.sha256).collect())
}
