//! The head of a book's tree as the text of a note.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::NoteError;
use super::key::{SigningKey, VerifierKey};
use super::signed::Note;
use crate::kernel::tree::{EMPTY, Hash};

/// A head of a book's tree. Its text is the origin, the size in decimal digits, the root in base64, and extension lines,
/// each ended by LF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which book: `relief-ledger/DIVISION/CODE/book_uid`.
    pub origin: String,
    /// Events in the book then: the position of the last.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// Lines after the root, of other programs; this one makes none.
    pub extensions: Vec<String>,
}

impl Checkpoint {
    /// A head without extension lines.
    pub fn new(origin: impl Into<String>, size: u64, root: Hash) -> Self {
        Self { origin: origin.into(), size, root, extensions: Vec::new() }
    }

    /// Reads the text of a note, strictly: what this accepts is printed again byte for byte.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let lines = text.strip_suffix('\n').ok_or(NoteError::NotCheckpoint("the last line has no end"))?;
        let mut lines = lines.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(NoteError::NotCheckpoint("fewer than three lines"));
        };
        let checkpoint = Self {
            origin: origin.to_owned(),
            size: parse_size(size)?,
            root: parse_root(root)?,
            extensions: lines.map(str::to_owned).collect(),
        };
        checkpoint.check()?;
        Ok(checkpoint)
    }

    /// Holds what the parts must be to one another.
    fn check(&self) -> Result<(), NoteError> {
        let mut lines = std::iter::once(&self.origin).chain(&self.extensions);
        if lines.any(|line| line.is_empty() || line.contains('\n')) {
            return Err(NoteError::NotCheckpoint("an empty line"));
        }
        if self.size == 0 && self.root != EMPTY {
            return Err(NoteError::NotCheckpoint("an empty tree has another root"));
        }
        Ok(())
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, STANDARD.encode(self.root))?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// The checkpoint as a signed note. The key must bear the origin as its name. That the head is of committed events and
/// continues the last one signed is the caller's to prove before.
pub fn sign(checkpoint: &Checkpoint, key: &SigningKey) -> Result<String, NoteError> {
    checkpoint.check()?;
    if key.verifier().name() != checkpoint.origin {
        return Err(NoteError::Origin(checkpoint.origin.clone()));
    }
    Ok(Note::new(&checkpoint.to_string())?.signed_by(key).to_text())
}

/// The checkpoint in a signed note, if one of these keys signed it and that key is of the checkpoint's own origin.
pub fn open(note: &[u8], keys: &[VerifierKey]) -> Result<Checkpoint, NoteError> {
    let note = Note::parse(note)?;
    let signers = note.verify(keys)?;
    let checkpoint = Checkpoint::parse(note.text())?;
    if signers.iter().any(|key| key.name() == checkpoint.origin) {
        Ok(checkpoint)
    } else {
        Err(NoteError::Origin(checkpoint.origin))
    }
}

/// Decimal digits without a sign or a leading zero.
fn parse_size(text: &str) -> Result<u64, NoteError> {
    let size: u64 = text.parse().map_err(|_| NoteError::NotCheckpoint("the size is not a number"))?;
    if size.to_string() == text { Ok(size) } else { Err(NoteError::NotCheckpoint("the size is not a number")) }
}

fn parse_root(text: &str) -> Result<Hash, NoteError> {
    let wrong = NoteError::NotCheckpoint("the root is not 32 bytes in base64");
    let bytes = STANDARD.decode(text).map_err(|_| wrong.clone())?;
    Hash::from_slice(&bytes).map_err(|_| wrong)
}
