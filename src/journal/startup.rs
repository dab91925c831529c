//! What must be so before a book is served: every kind of event is known, the projections are of this program.

use sea_orm::{ConnectionTrait, FromQueryResult};

use super::door::Open;
use super::head::{Head, PROJECTION_VERSION};
use super::log::events_between;
use super::registry::Registry;
use super::tx::Tx;
use crate::db::tables::{Class, TABLES};
use crate::db::{Database, sql};
use crate::kernel::Result;
use crate::kernel::tree::Edge;

/// Events replayed at once.
const CHUNK: i64 = 5_000;

#[derive(FromQueryResult)]
struct Newest {
    kind: String,
    version: i64,
}

/// A kind or version in the book that this program cannot read: then the book is open for reading only.
///
/// Looks at the newest event of each kind, by index: versions only grow.
pub async fn unknown_kind(c: &impl ConnectionTrait, book_id: i64, registry: Registry) -> Result<Option<String>> {
    let mut after = String::new();
    loop {
        let next: Option<Newest> = sql::one(
            c,
            "SELECT kind, version FROM events WHERE book_id = ? AND kind = (
                 SELECT MIN(kind) FROM events WHERE book_id = ? AND kind > ?)
             ORDER BY position DESC LIMIT 1",
            vec![book_id.into(), book_id.into(), after.into()],
        )
        .await?;
        let Some(newest) = next else { return Ok(None) };
        if !registry.knows(&newest.kind, newest.version) {
            return Ok(Some(format!("{}/{}", newest.kind, newest.version)));
        }
        after = newest.kind;
    }
}

/// Makes the projections of a book anew from its events, in one transaction: after a release that changed them.
pub async fn rebuild(db: &Database, registry: Registry, book_id: i64) -> Result<()> {
    let open = Open::begin(db).await?;
    match rebuild_all(db, registry, book_id).await {
        Ok(()) => open.commit().await,
        Err(error) => {
            open.rollback().await;
            Err(error)
        }
    }
}

async fn rebuild_all(db: &Database, registry: Registry, book_id: i64) -> Result<()> {
    let mut tx = Tx::new(db.write.clone(), book_id);
    let old = Head::lock(&tx).await?;
    for (table, class, _) in TABLES.iter().rev() {
        if *class == Class::Projection && *table != "books" {
            tx.run(&format!("DELETE FROM {table} WHERE book_id = ?"), vec![book_id.into()]).await?;
        }
    }
    let mut head = old.clone();
    head.position = 0;
    head.edge = Edge::new();
    while head.position < old.position {
        let events = events_between(tx.connection(), book_id, head.position, head.position + CHUNK).await?;
        if events.is_empty() {
            break;
        }
        head.project(&mut tx, registry, &events).await?;
    }
    head.save(&mut tx).await?;
    tx.run("UPDATE books SET projection_version = ? WHERE book_id = ?", vec![PROJECTION_VERSION.into(), book_id.into()])
        .await
        .map(|_| ())
}
