//! Signed notes (C2SP signed-note) and checkpoints (C2SP tlog-checkpoint): the text by which a head of a book's tree is
//! handed out and held against the book later.
//!
//! A note is a text, an empty line, and lines `— NAME base64(key id ‖ signature)`. A checkpoint is a note whose text has
//! the origin of the book, the size of its tree and the root. The key of a book bears the origin as its name; a
//! checkpoint counts only if signed by a key of its own origin, so that one book's head never passes for another's.
//!
//! Only Ed25519 (signature type 1) is made and checked. Lines of other keys, such as witnesses, are kept and ignored.

mod checkpoint;
mod error;
mod key;
mod proof;
mod signed;
#[cfg(test)]
mod tests;

pub use checkpoint::{Checkpoint, open, sign};
pub use error::NoteError;
pub use key::{KeyId, SigningKey, VerifierKey};
pub use proof::Proof;
pub use signed::{MAX_BYTES, MAX_SIGNATURES, Note, Signature};
