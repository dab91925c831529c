//! The right edge of a tree: all that a writer must know to add leaves and to name the root.

use super::hash::{EMPTY, Hash, node_hash};
use super::plan::{Range, Subtree};

/// The roots of the complete subtrees that make up a tree, largest first: one for each 1 in the binary size, at most
/// 63 hashes for as many events as a position can count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edge {
    size: u64,
    peaks: Vec<Hash>,
}

/// The stored bytes are not the edge of a tree of the stored size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EdgeError {
    /// The size has another number of complete subtrees than there are hashes.
    #[error("an edge of size {size} has {expected} bytes, found {found}")]
    Length {
        /// Leaves the tree is said to have.
        size: u64,
        /// Bytes such an edge has.
        expected: usize,
        /// Bytes there are.
        found: usize,
    },
    /// No book can be that long.
    #[error("a tree of size {0} is longer than any position")]
    Size(u64),
}

impl Edge {
    /// The most leaves a tree may have: positions are signed 64-bit numbers.
    pub const MAX_SIZE: u64 = i64::MAX.cast_unsigned();

    /// The edge of the empty tree.
    pub const fn new() -> Self {
        Self { size: 0, peaks: Vec::new() }
    }

    /// Leaves in the tree.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of the complete subtrees, from left to right.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Adds a leaf; one node hash on average, at most 63.
    pub fn push(&mut self, leaf: Hash) {
        self.push_with(leaf, |_, _| {});
    }

    /// Adds a leaf and names each subtree that it completes, from the leaf itself upwards.
    pub fn push_with(&mut self, leaf: Hash, mut completed: impl FnMut(Subtree, Hash)) {
        let mut at = Subtree::leaf(self.size);
        let mut hash = leaf;
        completed(at, hash);
        // A 1 at the end of the size is a subtree as large as the one in hand, just left of it.
        while at.index & 1 == 1
            && let Some(left) = self.peaks.pop()
        {
            hash = node_hash(&left, &hash);
            at = at.parent();
            completed(at, hash);
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The root of the tree (RFC 6962 section 2.1).
    pub fn root(&self) -> Hash {
        fold(&self.peaks)
    }

    /// The hashes one after another, from left to right; the size is kept apart.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.peaks.iter().flat_map(|hash| hash.0).collect()
    }

    /// Reads what [`Edge::to_bytes`] wrote.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Result<Self, EdgeError> {
        let (hashes, rest) = bytes.as_chunks::<{ Hash::LEN }>();
        if !rest.is_empty() {
            return Err(wrong_length(size, bytes.len()));
        }
        Self::from_peaks(size, hashes.iter().copied().map(Hash).collect())
    }

    /// The edge of a tree of this size whose complete subtrees have these hashes, from left to right; what reading
    /// the subtrees of [`super::root_plan`] yields.
    pub fn from_peaks(size: u64, peaks: Vec<Hash>) -> Result<Self, EdgeError> {
        if size > Self::MAX_SIZE {
            return Err(EdgeError::Size(size));
        }
        if peaks.len() != peaks_of(size) {
            return Err(wrong_length(size, peaks.len() * Hash::LEN));
        }
        Ok(Self { size, peaks })
    }

    /// The subtrees whose hashes [`Edge::peaks`] are.
    pub fn subtrees(&self) -> Vec<Subtree> {
        Range { start: 0, end: self.size }.subtrees()
    }
}

impl Extend<Hash> for Edge {
    fn extend<I: IntoIterator<Item = Hash>>(&mut self, leaves: I) {
        for leaf in leaves {
            self.push(leaf);
        }
    }
}

impl FromIterator<Hash> for Edge {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Self {
        let mut edge = Self::new();
        edge.extend(leaves);
        edge
    }
}

/// The root over these leaf hashes: the digest of many, such as the rows of an import.
pub fn root_of(leaves: impl IntoIterator<Item = Hash>) -> Hash {
    leaves.into_iter().collect::<Edge>().root()
}

/// The root of a range that falls into complete subtrees with these hashes, from left to right, largest first.
pub(super) fn fold(subtrees: &[Hash]) -> Hash {
    subtrees.iter().copied().rev().reduce(|right, left| node_hash(&left, &right)).unwrap_or(EMPTY)
}

/// Complete subtrees in a tree of this size.
const fn peaks_of(size: u64) -> usize {
    size.count_ones() as usize
}

const fn wrong_length(size: u64, found: usize) -> EdgeError {
    EdgeError::Length { size, expected: peaks_of(size) * Hash::LEN, found }
}
