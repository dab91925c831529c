//! Why a note is not believed.

use crate::kernel::Refusal;

/// Why a note, a checkpoint or a key is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// More bytes or signatures than any checkpoint has.
    #[error("the note is too large")]
    TooLarge,
    /// Not a signed note.
    #[error("not a signed note: {0}")]
    Malformed(&'static str),
    /// A signature line of a known key does not fit the text: text or line was changed.
    #[error("the signature of {0} does not fit the text")]
    Forged(String),
    /// No line is of a key that is asked for.
    #[error("no signature of a known key")]
    Unsigned,
    /// The text is not a checkpoint.
    #[error("not a checkpoint: {0}")]
    NotCheckpoint(&'static str),
    /// The checkpoint is of a book whose key was not asked for.
    #[error("the checkpoint is of {0}, whose key signed nothing here")]
    Origin(String),
    /// The text is not a key.
    #[error("not a key: {0}")]
    Key(&'static str),
}

impl From<NoteError> for Refusal {
    fn from(error: NoteError) -> Self {
        match error {
            NoteError::TooLarge => Self::new("note_too_large"),
            NoteError::Malformed(why) => Self::new("note_malformed").with("why", why),
            NoteError::Forged(name) => Self::new("note_forged").with("name", name),
            NoteError::Unsigned => Self::new("note_unsigned"),
            NoteError::NotCheckpoint(why) => Self::new("note_not_checkpoint").with("why", why),
            NoteError::Origin(origin) => Self::new("note_origin").with("origin", origin),
            NoteError::Key(why) => Self::new("note_key").with("why", why),
        }
    }
}
