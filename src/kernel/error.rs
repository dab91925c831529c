//! The one error of the program. `web/error.rs` turns it into a page and a status, `cli` into a sentence and an exit code.

use super::refusal::Refusal;

/// What can go wrong, seen by the person who asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The rules say no; nothing was stored. At least one refusal.
    #[error("refused: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Refused(Vec<Refusal>),
    /// The request key was used before with other content.
    #[error("this request key was used before for something else")]
    KeyConflict,
    /// There is no such thing, or not for this person.
    #[error("not found")]
    NotFound,
    /// The person is signed in but may not do this.
    #[error("not allowed")]
    Forbidden,
    /// Nobody is signed in.
    #[error("not signed in")]
    SignedOut,
    /// Another piece of work holds the book; nothing was stored.
    #[error("busy: {0}")]
    Busy(String),
    /// What is asked for is being prepared, so far; asking again later finds it.
    #[error("being prepared: {done} of {of}")]
    Preparing {
        /// Events that are done.
        done: i64,
        /// Events that there are.
        of: i64,
    },
    /// The book is open for reading only; the code says why.
    #[error("read only: {0}")]
    ReadOnly(&'static str),
    /// Something that no input should cause; the text is for the log, never for the page.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// An internal fault, for the log.
    pub fn internal(what: impl std::fmt::Display) -> Self {
        Self::Internal(what.to_string())
    }

    /// The refusals, if this is one.
    pub fn refusals(&self) -> &[Refusal] {
        match self {
            Self::Refused(refusals) => refusals,
            _ => &[],
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<Vec<Refusal>> for Error {
    fn from(refusals: Vec<Refusal>) -> Self {
        Self::Refused(refusals)
    }
}

/// The program's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;
