//! Checks of proofs, as RFC 9162 sections 2.1.3.2 and 2.1.4.2 write them. They hold a proof against roots *and* sizes, which
//! must both come from a signed checkpoint: a valid proof alone does not fix the size of its tree.

use super::hash::{Hash, node_hash};
use crate::kernel::Refusal;

/// Why a proof does not show what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The tree has no such leaf.
    #[error("leaf {index} is not in a tree of {size}")]
    Index {
        /// The leaf, counted from 0.
        index: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// The older tree is empty or longer than the newer one.
    #[error("no proof leads from a tree of {old} to one of {new}")]
    Sizes {
        /// Leaves in the older tree.
        old: u64,
        /// Leaves in the newer tree.
        new: u64,
    },
    /// The proof has too few or too many hashes for these sizes.
    #[error("the proof has {0} hashes, which is not the number for these sizes")]
    Length(usize),
    /// The proof leads to another root: the history is not the one that was signed.
    #[error("the proof leads to another root")]
    Root,
}

impl From<ProofError> for Refusal {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Index { index, size } => Self::new("proof_index").with("index", index).with("size", size),
            ProofError::Sizes { old, new } => Self::new("proof_sizes").with("old", old).with("new", new),
            ProofError::Length(found) => Self::new("proof_length").with("found", found),
            ProofError::Root => Self::new("proof_root"),
        }
    }
}

/// Holds that `leaf` is leaf `index` (from 0) of the tree of `size` leaves with this root.
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, proof: &[Hash], root: Hash) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Index { index, size });
    }
    let mut climb = Climb { node: index, last: size - 1 };
    let mut hash = leaf;
    for beside in proof {
        hash = match climb.step().ok_or(ProofError::Length(proof.len()))? {
            Side::Left => node_hash(beside, &hash),
            Side::Right => node_hash(&hash, beside),
        };
    }
    climb.arrived(proof)?;
    same(hash, root)
}

/// Holds that the tree of `new_size` leaves with `new_root` begins with the tree of `old_size` leaves with `old_root`.
/// From the empty tree there is no proof; for equal sizes the proof is empty and the roots are the same.
pub fn verify_consistency(
    old_size: u64,
    old_root: Hash,
    new_size: u64,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    let wrong_length = ProofError::Length(proof.len());
    if old_size == 0 || old_size > new_size {
        return Err(ProofError::Sizes { old: old_size, new: new_size });
    }
    if old_size == new_size {
        return if proof.is_empty() { same(old_root, new_root) } else { Err(wrong_length) };
    }
    // A complete old tree is a subtree of the new one: its root is the start, and the proof leaves it out.
    let (start, rest) = if old_size.is_power_of_two() {
        (old_root, proof)
    } else {
        let (first, rest) = proof.split_first().ok_or(wrong_length)?;
        (*first, rest)
    };
    let mut climb = Climb { node: old_size - 1, last: new_size - 1 };
    climb.skip_right_children();
    let (mut old_hash, mut new_hash) = (start, start);
    for beside in rest {
        match climb.step().ok_or(wrong_length)? {
            Side::Left => {
                old_hash = node_hash(beside, &old_hash);
                new_hash = node_hash(beside, &new_hash);
            }
            Side::Right => new_hash = node_hash(&new_hash, beside),
        }
    }
    climb.arrived(proof)?;
    same(old_hash, old_root)?;
    same(new_hash, new_root)
}

/// Where the next hash of a proof stands, seen from the node reached so far.
enum Side {
    Left,
    Right,
}

/// The way from a leaf up to the root: `fn` and `sn` of RFC 9162.
struct Climb {
    /// The node on the way, by its index on its level.
    node: u64,
    /// The last node of that level.
    last: u64,
}

impl Climb {
    /// Goes up past one hash of the proof; `None` at the root, where none can follow.
    fn step(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        let side = if self.node & 1 == 1 || self.node == self.last {
            // The last node of a ragged level has no neighbour until it is a right child.
            while self.node & 1 == 0 && self.node != 0 {
                self.up();
            }
            Side::Left
        } else {
            Side::Right
        };
        self.up();
        Some(side)
    }

    /// Goes up while the node is a right child: to the largest complete subtree that ends with it.
    fn skip_right_children(&mut self) {
        while self.node & 1 == 1 {
            self.up();
        }
    }

    fn up(&mut self) {
        self.node >>= 1;
        self.last >>= 1;
    }

    /// Holds that the proof ended at the root.
    fn arrived(&self, proof: &[Hash]) -> Result<(), ProofError> {
        if self.last == 0 { Ok(()) } else { Err(ProofError::Length(proof.len())) }
    }
}

fn same(found: Hash, expected: Hash) -> Result<(), ProofError> {
    if found == expected { Ok(()) } else { Err(ProofError::Root) }
}
