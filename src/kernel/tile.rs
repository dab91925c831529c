//! Where the hashes of the tree are stored: tiles of 256, in the geometry of C2SP tlog-tiles.
//!
//! A tile of level *L* holds the roots of 256 neighbouring subtrees of 256^*L* leaves each. Two rules of this program:
//! - A level-0 tile, 256 leaf hashes, is stored once it is full; until then its leaves are read from the events
//!   ([`TileId::leaves`]).
//! - A tile of level 1 and above is a row that grows in place by one hash for each tile filled below it.
//!
//! An older tree is a beginning of the present one, so the present tiles serve every older root and proof.
//!
//! Writing: [`Appender::needs`] → fetch → [`Appender::new`] → [`Appender::push`] → [`Appender::take_rows`].
//! Reading: a plan of [`super::tree`] → [`needs`] → fetch → [`Tiles::compute`].

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{Edge, Hash, Range, Subtree, compute};
use super::{Error, tree};

/// Hashes in a full tile.
pub const WIDTH: usize = 256;
const WIDTH_U64: u64 = WIDTH as u64;
/// Levels of the binary tree that one tile spans: 2^8 = 256.
const HEIGHT: u8 = 8;
/// Tile levels that a tree of 2^63 leaves has.
const LEVELS: u8 = 8;

/// The place of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// Level of tiles, 0 at the leaves: each hash in it stands for 256^`level` leaves.
    pub level: u8,
    /// Tiles of the level left of it.
    pub index: u64,
}

impl TileId {
    /// The leaves (from 0) whose hashes a level-0 tile holds; the events at these positions + 1. In a tree that is
    /// shorter than `end` the tile is not full. Wider for higher levels, in the same sense.
    pub const fn leaves(self) -> Range {
        let shift = (self.level + 1) * HEIGHT;
        Range { start: shifted(self.index, shift), end: shifted(self.index + 1, shift) }
    }

    /// Hashes that the tile holds when the tree has `size` leaves, 0 to 256.
    pub const fn width(self, size: u64) -> usize {
        let entries = size >> (self.level * HEIGHT);
        let here = entries.saturating_sub(self.index.saturating_mul(WIDTH_U64));
        if here < WIDTH_U64 { place(here) } else { WIDTH }
    }

    /// Whether a row of the tile is stored when the tree has `size` leaves; if not, and it is of level 0, its hashes are
    /// the leaf hashes of the events.
    pub const fn is_stored(self, size: u64) -> bool {
        let width = self.width(size);
        if self.level == 0 { width == WIDTH } else { width > 0 }
    }

    /// The tile that grows on this level when the tree has `size` leaves.
    const fn open(level: u8, size: u64) -> Self {
        Self { level, index: (size >> (level * HEIGHT)) / WIDTH_U64 }
    }
}

/// The place in its tile of a level's hash with this index.
const fn place(entry: u64) -> usize {
    (entry % WIDTH_U64) as usize
}

/// `value` · 2^`bits`, at most the largest number there is.
const fn shifted(value: u64, bits: u8) -> u64 {
    match value {
        0 => 0,
        value if value.leading_zeros() < bits as u32 => u64::MAX,
        value => value << bits,
    }
}

/// Hashes within one tile whose fold is a complete subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slice {
    tile: TileId,
    from: usize,
    count: usize,
}

impl Slice {
    /// Where the subtree's hash is found: in a tile itself, or folded from up to 128 hashes of one.
    const fn of(subtree: Subtree) -> Self {
        let below = subtree.level % HEIGHT;
        let entry = subtree.index << below;
        Self {
            tile: TileId { level: subtree.level / HEIGHT, index: entry / WIDTH_U64 },
            from: place(entry),
            count: 1 << below,
        }
    }
}

/// The tiles that hold what a plan needs, each named once.
pub fn needs(plan: &[Range]) -> BTreeSet<TileId> {
    let subtrees = plan.iter().flat_map(|range| range.subtrees());
    subtrees.map(|subtree| Slice::of(subtree).tile).collect()
}

/// A tile is absent or has the wrong length: the stored tree is damaged, or its reader did not fetch what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// The tile was not given, or ends before the hash that is needed.
    #[error("tile {level}/{index} has no hash {entry}")]
    Missing {
        /// Level of the tile.
        level: u8,
        /// Index of the tile.
        index: u64,
        /// Hash in the tile, from 0.
        entry: usize,
    },
    /// The tile has another number of bytes than a tile in a tree of this size.
    #[error("tile {level}/{index} should have {expected} hashes and has {found} bytes")]
    Length {
        /// Level of the tile.
        level: u8,
        /// Index of the tile.
        index: u64,
        /// Hashes that it should have.
        expected: usize,
        /// Bytes that it has.
        found: usize,
    },
}

impl From<TileError> for Error {
    fn from(error: TileError) -> Self {
        Self::internal(error)
    }
}

/// Tiles that were fetched, as stored bytes.
#[derive(Debug, Clone, Default)]
pub struct Tiles(BTreeMap<TileId, Vec<u8>>);

impl Tiles {
    /// No tile yet.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Takes a tile: its stored row, or the leaf hashes of the events in the place of an open level-0 tile.
    pub fn insert(&mut self, id: TileId, hashes: Vec<u8>) {
        self.0.insert(id, hashes);
    }

    /// The hash of a complete subtree.
    pub fn hash(&self, subtree: Subtree) -> Result<Hash, TileError> {
        let Slice { tile: id, from, count } = Slice::of(subtree);
        let entries = self.0.get(&id).map_or(&[][..], |bytes| entries(bytes));
        match entries.get(from..from + count) {
            Some(hashes) => Ok(tree::root_of(hashes.iter().copied().map(Hash))),
            None => Err(TileError::Missing { level: id.level, index: id.index, entry: entries.len() }),
        }
    }

    /// The hashes of a plan: a root, or a proof.
    pub fn compute(&self, plan: &[Range]) -> Result<Vec<Hash>, TileError> {
        compute(plan, |subtree| self.hash(subtree))
    }
}

/// A row to be stored: the whole tile as it is now, inserted or put in the place of its shorter self.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which tile.
    pub id: TileId,
    /// Its hashes, 32 bytes each.
    pub hashes: Vec<u8>,
}

/// Adds leaves to a tree and collects the tiles that change. After an error it is to be dropped, with the transaction.
#[derive(Debug, Clone)]
pub struct Appender {
    edge: Edge,
    growing: Growing,
}

impl Appender {
    /// The tiles that must be fetched before `adding` leaves are added to a tree of `size`: those that are begun and of
    /// which a row will be written. Mostly none; the level-0 tile among them is read from the events. Who does not know
    /// how many leaves will come asks for [`Edge::MAX_SIZE`].
    pub fn needs(size: u64, adding: u64) -> Vec<TileId> {
        let grown = size.saturating_add(adding);
        let written = |level: u8| {
            // A level-0 row is written when a tile fills, one of a higher level whenever one below it does.
            let below = level.max(1) * HEIGHT;
            (grown >> below) > (size >> below)
        };
        (0..LEVELS)
            .filter(|level| written(*level))
            .map(|level| TileId::open(level, size))
            .filter(|id| id.width(size) > 0)
            .collect()
    }

    /// Ready to add leaves after this edge, with the tiles that [`Appender::needs`] named.
    pub fn new(edge: Edge, mut fetched: Tiles) -> Result<Self, TileError> {
        let size = edge.size();
        let open = (0..LEVELS)
            .map(|level| open_tile(TileId::open(level, size), size, &mut fetched))
            .collect::<Result<_, _>>()?;
        Ok(Self { edge, growing: Growing { open, full: Vec::new(), changed: BTreeSet::new() } })
    }

    /// The edge after the leaves added so far.
    pub const fn edge(&self) -> &Edge {
        &self.edge
    }

    /// Adds a leaf.
    pub fn push(&mut self, leaf: Hash) -> Result<(), TileError> {
        let mut entered = Ok(());
        self.edge.push_with(leaf, |subtree, hash| {
            if entered.is_ok() && subtree.level.is_multiple_of(HEIGHT) {
                entered = self.growing.enter(subtree.level / HEIGHT, subtree.index, hash);
            }
        });
        entered
    }

    /// The rows to be stored for the leaves added since the last call, by level and index; the edge goes with them, in
    /// the same transaction.
    pub fn take_rows(&mut self) -> Vec<Row> {
        self.growing.take_rows(self.edge.size())
    }

    /// The edge, when all leaves are added and the rows are taken.
    pub fn into_edge(self) -> Edge {
        self.edge
    }
}

/// The tiles at the right edge.
#[derive(Debug, Clone)]
struct Growing {
    /// The growing tile of each level; `None` where it was not fetched because no row of it was to be written.
    open: Vec<Option<Vec<u8>>>,
    /// Tiles that filled since the rows were last taken.
    full: Vec<Row>,
    /// Levels whose growing tile has changed since then.
    changed: BTreeSet<u8>,
}

impl Growing {
    /// Puts the root of a subtree that became complete into its tile.
    fn enter(&mut self, level: u8, entry: u64, hash: Hash) -> Result<(), TileError> {
        let id = TileId { level, index: entry / WIDTH_U64 };
        let place = place(entry);
        let last = place + 1 == WIDTH;
        let Some(Some(hashes)) = self.open.get_mut(usize::from(level)) else {
            // A begun level-0 tile that does not fill leaves no row.
            let harmless = level == 0 && !last;
            let missing = TileError::Missing { level, index: id.index, entry: place };
            return if harmless { Ok(()) } else { Err(missing) };
        };
        hashes.extend_from_slice(&hash.0);
        if last {
            self.full.push(Row { id, hashes: std::mem::take(hashes) });
            self.changed.remove(&level);
        } else if level > 0 {
            self.changed.insert(level);
        }
        Ok(())
    }

    fn take_rows(&mut self, size: u64) -> Vec<Row> {
        let mut rows = std::mem::take(&mut self.full);
        for level in std::mem::take(&mut self.changed) {
            if let Some(Some(hashes)) = self.open.get(usize::from(level)) {
                rows.push(Row { id: TileId::open(level, size), hashes: hashes.clone() });
            }
        }
        rows.sort_by_key(|row| row.id);
        rows
    }
}

/// The hashes of the growing tile of a level: empty if it has not begun, `None` if it has and was not fetched.
fn open_tile(id: TileId, size: u64, fetched: &mut Tiles) -> Result<Option<Vec<u8>>, TileError> {
    let width = id.width(size);
    if width == 0 {
        return Ok(Some(Vec::new()));
    }
    let Some(hashes) = fetched.0.remove(&id) else { return Ok(None) };
    if hashes.len() == width * Hash::LEN {
        Ok(Some(hashes))
    } else {
        Err(TileError::Length { level: id.level, index: id.index, expected: width, found: hashes.len() })
    }
}

/// The hashes in a tile's bytes; a torn one at the end is not a hash.
fn entries(bytes: &[u8]) -> &[[u8; Hash::LEN]] {
    bytes.as_chunks().0
}

#[cfg(test)]
mod tests;
