//! The Merkle tree over the events of a book: RFC 6962 section 2, with SHA-256.
//!
//! A leaf is hashed as `SHA-256(0x00 ‖ input)`, two subtrees as `SHA-256(0x01 ‖ left ‖ right)`; leaves count from 0,
//! so the event at position *p* is leaf *p* − 1.
//!
//! - [`Edge`] is what a writer keeps: it grows by one leaf at a time and knows the root.
//! - [`plan`] says which subtrees a root or proof is made of, before anything is read.
//! - [`verify`] is all that an outsider needs.
//!
//! `tile` says where the hashes of a plan are stored.

mod edge;
mod hash;
pub mod plan;
#[cfg(test)]
mod tests;
pub mod verify;

pub use edge::{Edge, EdgeError, root_of};
pub use hash::{EMPTY, Hash, HashError, LeafHasher, leaf_hash, leaf_hash_of_parts, node_hash};
pub use plan::{
    Range, Subtree, compute, consistency_plan, consistency_proof, inclusion_plan, inclusion_proof, root_plan,
};
pub use verify::{ProofError, verify_consistency, verify_inclusion};
