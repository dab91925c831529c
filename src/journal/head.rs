//! The head of a book: its row, its right edge, and how recorded events extend both.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::bulk::{self, Lent};
use super::event::{Recorded, request_in};
use super::registry::Registry;
use super::tx::Tx;
use crate::db::constraint::refused_or_internal;
use crate::db::entity::{books, events, requests, tiles};
use crate::kernel::instant::Instant;
use crate::kernel::tile::{Appender, TileId, Tiles};
use crate::kernel::tree::{Edge, Hash};
use crate::kernel::{Error, Result};

/// Version of the projections that this program writes; a book behind it is replayed before it is served.
pub const PROJECTION_VERSION: i64 = 1;

/// The head of a book as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Number of the book in this database.
    pub book_id: i64,
    /// Code by which people call it.
    pub code: String,
    /// 128 random bits, for ever.
    pub book_uid: String,
    /// Name on paper.
    pub name: String,
    /// Administrative division, GB/T 2260.
    pub division: String,
    /// First line of its checkpoints.
    pub origin: String,
    /// Public key by which its checkpoints are checked.
    pub public_key: String,
    /// Position of the last event = size of the tree.
    pub position: i64,
    /// Time of the last event.
    pub recorded_at: Instant,
    /// Right edge of the tree.
    pub edge: Edge,
    /// Version of the projections.
    pub projection_version: i64,
}

impl Head {
    fn from_row(row: books::Model) -> Result<Self> {
        let size = u64::try_from(row.position).map_err(Error::internal)?;
        let edge = Edge::from_bytes(size, &row.edge).map_err(Error::internal)?;
        Ok(Self::with_edge(row, edge))
    }

    /// The head as its row stands, for verification: with an empty edge if what stands there is none.
    pub(super) async fn as_it_stands(c: &impl ConnectionTrait, book_id: i64) -> Result<Self> {
        let row = books::Entity::find_by_id(book_id).one(c).await.map_err(refused_or_internal)?;
        let row = row.ok_or(Error::NotFound)?;
        Ok(Self::from_row(row.clone()).unwrap_or_else(|_| Self::with_edge(row, Edge::new())))
    }

    fn with_edge(row: books::Model, edge: Edge) -> Self {
        Self {
            book_id: row.book_id,
            code: row.code,
            book_uid: row.book_uid,
            name: row.name,
            division: row.division,
            origin: row.origin,
            public_key: row.public_key,
            position: row.position,
            recorded_at: Instant::new(row.recorded_at_ms),
            edge,
            projection_version: row.projection_version,
        }
    }

    /// Reads the head of a book.
    pub async fn read(c: &impl ConnectionTrait, book_id: i64) -> Result<Self> {
        let row = books::Entity::find_by_id(book_id).one(c).await.map_err(refused_or_internal)?;
        row.map_or(Err(Error::NotFound), Self::from_row)
    }

    /// Reads the head of the book called `code`.
    pub async fn by_code(c: &impl ConnectionTrait, code: &str) -> Result<Self> {
        let row =
            books::Entity::find().filter(books::Column::Code.eq(code)).one(c).await.map_err(refused_or_internal)?;
        row.map_or(Err(Error::NotFound), Self::from_row)
    }

    /// All books.
    pub async fn all(c: &impl ConnectionTrait) -> Result<Vec<Self>> {
        let rows = books::Entity::find().all(c).await.map_err(refused_or_internal)?;
        rows.into_iter().map(Self::from_row).collect()
    }

    /// Reads and locks the head for writing; on SQLite the immediate transaction is the lock.
    pub(super) async fn lock(tx: &Tx) -> Result<Self> {
        let row = books::Entity::find_by_id(tx.book_id())
            .lock_exclusive()
            .one(tx.connection())
            .await
            .map_err(refused_or_internal)?;
        row.map_or(Err(Error::NotFound), Self::from_row)
    }

    /// The root of the whole tree.
    pub fn root(&self) -> Hash {
        self.edge.root()
    }

    /// Writes events down, extends the tree, applies them. `self` moves on to the new head; the row is written by
    /// [`Head::save`].
    pub(super) async fn append(&mut self, tx: &mut Tx, registry: Registry, recorded: &[Recorded]) -> Result<()> {
        self.append_rows(tx, recorded).await?;
        self.project(tx, registry, recorded).await
    }

    /// Extends the tree by events that are written down already, and applies them.
    pub(super) async fn project(&mut self, tx: &mut Tx, registry: Registry, recorded: &[Recorded]) -> Result<()> {
        let Some(last) = recorded.last() else { return Ok(()) };
        self.append_requests(tx, recorded).await?;
        self.append_tree(tx, recorded).await?;
        self.position = last.position;
        self.recorded_at = last.recorded_at;
        registry.apply(tx, recorded).await
    }

    async fn append_rows(&self, tx: &mut Tx, recorded: &[Recorded]) -> Result<()> {
        let columns = bulk::columns::<events::Entity>();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let rows = recorded.iter().map(|event| {
            [
                Lent::Int(self.book_id),
                Lent::Int(event.position),
                Lent::Int(event.recorded_at.get()),
                Lent::Text(&event.actor_uid),
                Lent::Text(&event.kind),
                Lent::Int(event.version),
                Lent::Text(&event.request_key),
                Lent::Bytes(&event.payload),
                Lent::Bytes(&event.leaf.0),
            ]
            .into_iter()
        });
        bulk::insert_lent(tx.connection(), "events", &columns, rows).await
    }

    async fn append_requests(&self, tx: &mut Tx, recorded: &[Recorded]) -> Result<()> {
        let mut keys = Vec::new();
        for event in recorded {
            if let Some(request) = request_in(&event.payload)? {
                keys.push(requests::Model {
                    book_id: self.book_id,
                    request_key: event.request_key.clone(),
                    content: request.content,
                    answer: request.answer.to_string(),
                    position: event.position,
                });
            }
        }
        tx.insert(keys).await
    }

    async fn append_tree(&mut self, tx: &mut Tx, recorded: &[Recorded]) -> Result<()> {
        let size = self.edge.size();
        let mut fetched = Tiles::new();
        for id in Appender::needs(size, recorded.len() as u64) {
            fetched.insert(id, read_tile(tx.connection(), self.book_id, id, size).await?);
        }
        let mut appender = Appender::new(self.edge.clone(), fetched)?;
        for event in recorded {
            appender.push(event.leaf)?;
        }
        for row in appender.take_rows() {
            tx.run(
                "INSERT INTO tiles (book_id, level, idx, hashes) VALUES (?, ?, ?, ?)
                 ON CONFLICT (book_id, level, idx) DO UPDATE SET hashes = excluded.hashes",
                vec![
                    self.book_id.into(),
                    i64::from(row.id.level).into(),
                    index(row.id.index)?.into(),
                    row.hashes.into(),
                ],
            )
            .await?;
        }
        self.edge = appender.into_edge();
        Ok(())
    }

    /// Writes the head's row.
    pub(super) async fn save(&self, tx: &mut Tx) -> Result<()> {
        tx.run(
            "UPDATE books SET position = ?, recorded_at_ms = ?, edge = ? WHERE book_id = ?",
            vec![self.position.into(), self.recorded_at.get().into(), self.edge.to_bytes().into(), self.book_id.into()],
        )
        .await
        .map(|_| ())
    }
}

/// The row of a book before its first event.
pub(super) fn before_all(book_id: i64, code: &str, book_uid: &str) -> books::Model {
    books::Model {
        book_id,
        code: code.to_owned(),
        book_uid: book_uid.to_owned(),
        name: String::new(),
        division: String::new(),
        origin: String::new(),
        public_key: String::new(),
        position: 0,
        recorded_at_ms: 0,
        edge: Edge::new().to_bytes(),
        projection_version: PROJECTION_VERSION,
    }
}

/// A position or index as the database counts.
pub fn index(value: u64) -> Result<i64> {
    i64::try_from(value).map_err(Error::internal)
}

/// The bytes of a tile in a tree of `size` leaves: its row, or the leaf hashes of the events while it is not full.
pub async fn read_tile(c: &impl ConnectionTrait, book_id: i64, id: TileId, size: u64) -> Result<Vec<u8>> {
    if id.is_stored(size) {
        let row = tiles::Entity::find_by_id((book_id, i64::from(id.level), index(id.index)?))
            .one(c)
            .await
            .map_err(refused_or_internal)?;
        return Ok(row.map(|r| r.hashes).unwrap_or_default());
    }
    let leaves = id.leaves();
    let hashes: Vec<Vec<u8>> = events::Entity::find()
        .select_only()
        .column(events::Column::LeafHash)
        .filter(events::Column::BookId.eq(book_id))
        .filter(events::Column::Position.gt(index(leaves.start)?))
        .filter(events::Column::Position.lte(index(leaves.end.min(size))?))
        .order_by_position()
        .into_tuple()
        .all(c)
        .await
        .map_err(refused_or_internal)?;
    Ok(hashes.concat())
}

/// Orders events as they happened.
trait OrderByPosition {
    fn order_by_position(self) -> Self;
}

impl OrderByPosition for sea_orm::Select<events::Entity> {
    fn order_by_position(self) -> Self {
        use sea_orm::QueryOrder as _;
        self.order_by_asc(events::Column::Position)
    }
}
