//! Reading the book as a log: one event, a filtered page, or all of them in order.

use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::bulk;
use super::event::Recorded;
use crate::db::constraint::refused_or_internal;
use crate::db::entity::events;
use crate::db::sql;
use crate::kernel::instant::Instant;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Result};

/// What a page of the log shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this actor.
    pub actor_uid: Option<String>,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Recorded at or after.
    pub from: Option<Instant>,
    /// Recorded before.
    pub until: Option<Instant>,
    /// Only positions below (for the next page).
    pub before: Option<i64>,
    /// Only positions up to: the second clock.
    pub at: Option<i64>,
}

/// A line of the log.
pub type Entry = Recorded;

fn recorded(row: events::Model) -> Result<Recorded> {
    Ok(Recorded {
        position: row.position,
        recorded_at: Instant::new(row.recorded_at_ms),
        actor_uid: row.actor_uid,
        kind: row.kind,
        version: row.version,
        request_key: row.request_key,
        payload: row.payload,
        leaf: Hash::from_slice(&row.leaf_hash).map_err(Error::internal)?,
    })
}

/// The events of these kinds, the first one first: of kinds that are rare.
pub async fn events_of_kinds(c: &impl ConnectionTrait, book_id: i64, kinds: &[&str]) -> Result<Vec<Recorded>> {
    let of_book = events::Entity::find().filter(events::Column::BookId.eq(book_id));
    let query = of_book.filter(events::Column::Kind.is_in(kinds.iter().copied()));
    let rows = query.order_by_asc(events::Column::Position).all(c).await.map_err(refused_or_internal)?;
    rows.into_iter().map(recorded).collect()
}

/// A page of the log, newest first.
pub async fn entries(c: &impl ConnectionTrait, book_id: i64, filter: &Filter, limit: u64) -> Result<Vec<Entry>> {
    let mut query = events::Entity::find().filter(events::Column::BookId.eq(book_id));
    if let Some(actor) = &filter.actor_uid {
        query = query.filter(events::Column::ActorUid.eq(actor));
    }
    if let Some(kind) = &filter.kind {
        query = query.filter(events::Column::Kind.eq(kind));
    }
    if let Some(from) = filter.from {
        query = query.filter(events::Column::RecordedAtMs.gte(from.get()));
    }
    if let Some(until) = filter.until {
        query = query.filter(events::Column::RecordedAtMs.lt(until.get()));
    }
    if let Some(before) = filter.before {
        query = query.filter(events::Column::Position.lt(before));
    }
    if let Some(at) = filter.at {
        query = query.filter(events::Column::Position.lte(at));
    }
    let rows = query.order_by_desc(events::Column::Position).limit(limit).all(c).await.map_err(refused_or_internal)?;
    rows.into_iter().map(recorded).collect()
}

/// The event at a position.
pub async fn event(c: &impl ConnectionTrait, book_id: i64, position: i64) -> Result<Recorded> {
    let row = events::Entity::find_by_id((book_id, position)).one(c).await.map_err(refused_or_internal)?;
    row.map_or(Err(Error::NotFound), recorded)
}

/// Every event of a book in order of position, up to `at`.
pub async fn each_event(
    connection: &DatabaseConnection,
    book_id: i64,
    at: i64,
    each: impl FnMut(Recorded) -> Result<()> + Send,
) -> Result<()> {
    let query = format!(
        "SELECT position, recorded_at_ms, actor_uid, kind, version, request_key, payload, leaf_hash
         FROM events WHERE book_id = {book_id} AND position <= {at} ORDER BY position"
    );
    scan_events(connection, &query, each).await
}

/// The events after position `after` up to and including `to`, in order.
pub async fn events_between(
    connection: &DatabaseConnection,
    book_id: i64,
    after: i64,
    to: i64,
) -> Result<Vec<Recorded>> {
    let mut found = Vec::new();
    let query = format!(
        "SELECT position, recorded_at_ms, actor_uid, kind, version, request_key, payload, leaf_hash
         FROM events WHERE book_id = {book_id} AND position > {after} AND position <= {to} ORDER BY position"
    );
    scan_events(connection, &query, |event| {
        found.push(event);
        Ok(())
    })
    .await?;
    Ok(found)
}

/// The position of the first event that is not among those from the first to `after`, however far off.
pub async fn first_outside(c: &DatabaseConnection, book_id: i64, after: i64) -> Result<Option<i64>> {
    #[derive(sea_orm::FromQueryResult)]
    struct Behind {
        position: Option<i64>,
    }
    let query = "SELECT MIN(position) AS position FROM events WHERE book_id = ? AND (position > ? OR position < 1)";
    let found: Option<Behind> = sql::one(c, query, vec![book_id.into(), after.into()]).await?;
    Ok(found.and_then(|behind| behind.position))
}

async fn scan_events(
    connection: &DatabaseConnection,
    query: &str,
    mut each: impl FnMut(Recorded) -> Result<()> + Send,
) -> Result<()> {
    bulk::scan(connection, query, |cells| {
        let [position, recorded_at, actor_uid, kind, version, request_key, payload, leaf] = cells else {
            return Err(Error::internal("an event has eight columns"));
        };
        each(Recorded {
            position: position.int()?,
            recorded_at: Instant::new(recorded_at.int()?),
            actor_uid: actor_uid.text().to_owned(),
            kind: kind.text().to_owned(),
            version: version.int()?,
            request_key: request_key.text().to_owned(),
            payload: payload.bytes().to_vec(),
            leaf: Hash::from_slice(leaf.bytes()).map_err(Error::internal)?,
        })
    })
    .await
}
