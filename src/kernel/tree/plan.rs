//! Which subtrees a root or a proof is made of. A plan is made before anything is read, so that its caller can fetch all
//! that it needs at once; [`compute`] then turns it into hashes.

use super::edge::{fold, root_of};
use super::hash::Hash;
use super::verify::ProofError;

/// A complete subtree: 2^`level` leaves, from leaf `index` · 2^`level` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subtree {
    /// Height above the leaves, 0 to 63.
    pub level: u8,
    /// How many subtrees of the same height stand left of it.
    pub index: u64,
}

impl Subtree {
    /// The subtree that is one leaf.
    pub const fn leaf(index: u64) -> Self {
        Self { level: 0, index }
    }

    /// The subtree twice as large that this one is half of.
    #[must_use]
    pub const fn parent(self) -> Self {
        Self { level: self.level + 1, index: self.index >> 1 }
    }

    /// The leaves in it.
    pub const fn range(self) -> Range {
        let start = self.index << self.level;
        Range { start, end: start + (1 << self.level) }
    }
}

/// The leaves from `start` up to, not including, `end`. In a plan it stands for one hash, the root over these leaves;
/// only the last one of a tree may be ragged, all others are complete subtrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// First leaf.
    pub start: u64,
    /// First leaf after it.
    pub end: u64,
}

impl Range {
    /// The complete subtrees that this range falls into, from left to right.
    pub fn subtrees(self) -> Vec<Subtree> {
        let mut subtrees = Vec::new();
        let mut start = self.start;
        while start < self.end {
            let level = (self.end - start).ilog2().min(start.trailing_zeros());
            // `ilog2` of a u64 is at most 63.
            #[expect(clippy::cast_possible_truncation, reason = "a level is at most 63")]
            let subtree = Subtree { level: level as u8, index: start >> level };
            subtrees.push(subtree);
            start += 1 << level;
        }
        subtrees
    }

    /// The root over this range, given how to read complete subtrees.
    fn compute<E>(self, read: &mut impl FnMut(Subtree) -> Result<Hash, E>) -> Result<Hash, E> {
        let hashes = self.subtrees().into_iter().map(read).collect::<Result<Vec<_>, E>>()?;
        Ok(fold(&hashes))
    }
}

/// The root of the tree as it was when it had `size` leaves: one range.
pub fn root_plan(size: u64) -> Vec<Range> {
    vec![Range { start: 0, end: size }]
}

/// The proof that leaf `index` is in the tree of `size` leaves: RFC 6962 section 2.1.1, from the leaf upwards.
pub fn inclusion_plan(index: u64, size: u64) -> Result<Vec<Range>, ProofError> {
    if index >= size {
        return Err(ProofError::Index { index, size });
    }
    let mut plan = Vec::new();
    let mut tree = Range { start: 0, end: size };
    while let Some(middle) = split(tree) {
        let (left, right) = halves(tree, middle);
        let (into, beside) = if index < middle { (left, right) } else { (right, left) };
        plan.push(beside);
        tree = into;
    }
    plan.reverse();
    Ok(plan)
}

/// The proof that the tree of `new` leaves begins with the tree of `old` leaves: RFC 6962 section 2.1.2. Empty for
/// equal sizes; there is none from the empty tree, of which every tree is a continuation.
pub fn consistency_plan(old: u64, new: u64) -> Result<Vec<Range>, ProofError> {
    if old == 0 || old > new {
        return Err(ProofError::Sizes { old, new });
    }
    let mut plan = Vec::new();
    let mut tree = Range { start: 0, end: new };
    // The old tree ends inside `tree`; while that starts at 0 and ends with the old one, its hash is the known old root.
    while tree.end != old
        && let Some(middle) = split(tree)
    {
        let (left, right) = halves(tree, middle);
        let (into, beside) = if old <= middle { (left, right) } else { (right, left) };
        plan.push(beside);
        tree = into;
    }
    if tree.start != 0 {
        plan.push(tree);
    }
    plan.reverse();
    Ok(plan)
}

/// The hashes of a plan, given how to read those of complete subtrees.
pub fn compute<E>(plan: &[Range], mut read: impl FnMut(Subtree) -> Result<Hash, E>) -> Result<Vec<Hash>, E> {
    plan.iter().map(|range| range.compute(&mut read)).collect()
}

/// The inclusion proof of leaf `index`, with all leaves at hand.
pub fn inclusion_proof(leaves: &[Hash], index: u64) -> Result<Vec<Hash>, ProofError> {
    Ok(from_leaves(leaves, &inclusion_plan(index, leaves.len() as u64)?))
}

/// The proof that these leaves begin with the first `old` of them.
pub fn consistency_proof(leaves: &[Hash], old: u64) -> Result<Vec<Hash>, ProofError> {
    Ok(from_leaves(leaves, &consistency_plan(old, leaves.len() as u64)?))
}

/// The hashes of a plan that was made for these leaves.
fn from_leaves(leaves: &[Hash], plan: &[Range]) -> Vec<Hash> {
    let part = |range: &Range| {
        let from = usize::try_from(range.start).unwrap_or(usize::MAX);
        let count = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
        root_of(leaves.iter().skip(from).take(count).copied())
    };
    plan.iter().map(part).collect()
}

/// Where RFC 6962 parts this tree in two: after the largest power of two leaves that is smaller than it. A leaf is not
/// parted.
const fn split(tree: Range) -> Option<u64> {
    match tree.end - tree.start {
        0 | 1 => None,
        count => Some(tree.start + (1 << (count - 1).ilog2())),
    }
}

const fn halves(tree: Range, middle: u64) -> (Range, Range) {
    (Range { start: tree.start, end: middle }, Range { start: middle, end: tree.end })
}
