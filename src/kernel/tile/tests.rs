//! Tiles written leaf by leaf, in lots, with and without what was fetched; and roots and proofs read back from them.

use super::*;
use crate::kernel::tree::{
    consistency_plan, consistency_proof, inclusion_plan, inclusion_proof, leaf_hash, root_of, root_plan,
};

/// A stored book: its edge, its leaves (the events) and its rows.
#[derive(Default)]
struct Book {
    edge: Edge,
    leaves: Vec<Hash>,
    rows: BTreeMap<TileId, Vec<u8>>,
}

impl Book {
    fn fetch(&self, ids: impl IntoIterator<Item = TileId>) -> Tiles {
        let size = self.edge.size();
        let mut tiles = Tiles::new();
        for id in ids {
            let hashes = if id.is_stored(size) {
                self.rows[&id].clone()
            } else {
                assert_eq!(id.level, 0, "{id:?} is asked for and does not exist");
                let Range { start, end } = id.leaves();
                let part = usize::try_from(start).unwrap()..usize::try_from(end.min(size)).unwrap();
                self.leaves[part].iter().flat_map(|hash| hash.0).collect()
            };
            tiles.insert(id, hashes);
        }
        tiles
    }

    fn append(&mut self, leaves: &[Hash]) {
        let needed = Appender::needs(self.edge.size(), leaves.len() as u64);
        let mut appender = Appender::new(self.edge.clone(), self.fetch(needed)).unwrap();
        for leaf in leaves {
            appender.push(*leaf).unwrap();
        }
        for row in appender.take_rows() {
            self.rows.insert(row.id, row.hashes);
        }
        self.edge = appender.into_edge();
        self.leaves.extend(leaves);
    }

    /// Each row there is, and no other, has the hashes that the specification defines.
    fn check(&self) {
        let size = self.edge.size();
        let mut expected = BTreeMap::new();
        let mut span: usize = 1;
        for level in 0..LEVELS {
            let entries: Vec<Hash> = self.leaves.chunks_exact(span).map(|part| root_of(part.iter().copied())).collect();
            for (index, tile) in entries.chunks(256).enumerate() {
                let id = TileId { level, index: index as u64 };
                assert_eq!(id.width(size), tile.len(), "{id:?} at {size}");
                if level > 0 || tile.len() == 256 {
                    expected.insert(id, tile.iter().flat_map(|hash| hash.0).collect::<Vec<u8>>());
                    assert!(id.is_stored(size));
                }
            }
            span = span.saturating_mul(256);
        }
        assert_eq!(self.rows, expected, "at {size}");
    }

    fn read(&self, plan: &[Range]) -> Vec<Hash> {
        self.fetch(needs(plan)).compute(plan).unwrap()
    }
}

fn numbered(from: usize, count: usize) -> Vec<Hash> {
    (from..from + count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
}

fn grown(lots: &[usize]) -> Book {
    let mut book = Book::default();
    for lot in lots {
        book.append(&numbered(book.leaves.len(), *lot));
    }
    book
}

#[test]
fn tiles_are_the_same_in_whatever_lots_they_grow() {
    let mut book = Book::default();
    for lot in [1, 1, 253, 1, 1, 255, 256, 0, 512, 700, 1, 3000, 255, 256, 257] {
        book.append(&numbered(book.leaves.len(), lot));
        book.check();
    }
    let at_once = grown(&[book.leaves.len()]);
    assert_eq!(at_once.rows, book.rows);
    assert_eq!(at_once.edge, book.edge);
    // A lot that fills tiles of two levels exactly begins no new one.
    grown(&[65_536]).check();
}

/// The example of the specification: 273 full level-0 tiles, level 1 one full and one of 17, level 2 one of 1.
#[test]
fn seventy_thousand_leaves_have_the_tiles_that_the_specification_counts() {
    let book = grown(&[65_535, 1, 4_464]);
    book.check();
    let widths = |level| -> Vec<usize> {
        book.rows.iter().filter(|(id, _)| id.level == level).map(|(_, hashes)| hashes.len() / 32).collect()
    };
    assert_eq!(widths(0), vec![256; 273]);
    assert_eq!(widths(1), [256, 17]);
    assert_eq!(widths(2), [1]);
    assert_eq!(widths(3), Vec::<usize>::new());
    assert_eq!(TileId { level: 0, index: 273 }.width(70_000), 112);

    // Any older root, and proofs between any two sizes, are read from the present rows.
    for size in [1_usize, 256, 257, 4_097, 65_536, 70_000] {
        let tree = &book.leaves[..size];
        let root = root_of(tree.iter().copied());
        assert_eq!(book.read(&root_plan(size as u64)), [root], "root of {size}");
        for index in [0, size / 3, size - 1] {
            let plan = inclusion_plan(index as u64, size as u64).unwrap();
            assert_eq!(book.read(&plan), inclusion_proof(tree, index as u64).unwrap(), "{index} in {size}");
            assert!(needs(&plan).len() <= 6, "a proof reads few tiles");
            let old = index as u64 + 1;
            let plan = consistency_plan(old, size as u64).unwrap();
            assert_eq!(book.read(&plan), consistency_proof(tree, old).unwrap(), "{old} to {size}");
        }
    }
}

#[test]
fn rows_can_be_taken_as_leaves_come() {
    let whole = grown(&[70_000]);
    let mut appender = Appender::new(Edge::new(), Tiles::new()).unwrap();
    let mut rows = BTreeMap::new();
    for lot in whole.leaves.chunks(1_000) {
        for leaf in lot {
            appender.push(*leaf).unwrap();
        }
        rows.extend(appender.take_rows().into_iter().map(|row| (row.id, row.hashes)));
    }
    assert!(appender.take_rows().is_empty());
    assert_eq!(rows, whole.rows);
    assert_eq!(appender.edge(), &whole.edge);
}

#[test]
fn nothing_is_fetched_until_a_tile_fills() {
    assert_eq!(Appender::needs(0, 1_000_000), []);
    assert_eq!(Appender::needs(10, 245), []);
    let tile = |level, index| TileId { level, index };
    assert_eq!(Appender::needs(10, 246), [tile(0, 0)]);
    assert_eq!(Appender::needs(256, 255), []);
    assert_eq!(Appender::needs(256, 256), [tile(1, 0)]);
    assert_eq!(Appender::needs(70_000, 1), []);
    assert_eq!(Appender::needs(70_000, 144), [tile(0, 273), tile(1, 1)]);
    assert_eq!(Appender::needs(70_000, Edge::MAX_SIZE), [tile(0, 273), tile(1, 1), tile(2, 0)]);
}

#[test]
fn what_was_not_fetched_or_is_damaged_is_named() {
    let book = grown(&[300]);
    let mut appender = Appender::new(book.edge.clone(), Tiles::new()).unwrap();
    for leaf in numbered(300, 211) {
        appender.push(leaf).unwrap();
    }
    let missing = TileError::Missing { level: 0, index: 1, entry: 255 };
    assert_eq!(appender.push(EMPTY_LEAF), Err(missing));

    let mut tiles = book.fetch([TileId { level: 0, index: 1 }]);
    let short = TileError::Missing { level: 1, index: 0, entry: 1 };
    tiles.insert(TileId { level: 1, index: 0 }, vec![]);
    let error = Appender::new(book.edge.clone(), tiles.clone()).unwrap_err();
    assert_eq!(error, TileError::Length { level: 1, index: 0, expected: 1, found: 0 });
    assert_eq!(tiles.compute(&root_plan(300)), Err(TileError::Missing { level: 1, index: 0, entry: 0 }));
    tiles.insert(TileId { level: 1, index: 0 }, vec![7; 63]);
    assert_eq!(tiles.hash(Subtree { level: 9, index: 0 }), Err(short));
    assert_eq!(Tiles::new().compute(&root_plan(0)).unwrap(), [crate::kernel::tree::EMPTY]);
}

const EMPTY_LEAF: Hash = Hash([0; 32]);

#[test]
fn places_at_the_end_of_all_numbers() {
    assert_eq!(TileId { level: 7, index: 0 }.leaves(), Range { start: 0, end: u64::MAX });
    assert_eq!(TileId { level: 0, index: 2 }.leaves(), Range { start: 512, end: 768 });
    assert_eq!(TileId { level: 7, index: 0 }.width(u64::MAX), 255);
    let largest = Edge::from_bytes(Edge::MAX_SIZE, &[0; 63 * 32]).unwrap();
    assert!(Appender::new(largest, Tiles::new()).is_ok());
    assert_eq!(needs(&root_plan(Edge::MAX_SIZE)).len(), 8);
}
