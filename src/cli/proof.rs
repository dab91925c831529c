//! `proof make`, `proof check`: that one grant is in a book.

use std::path::PathBuf;

use clap::Subcommand;

use super::workplace::Workplace;
use super::{Outcome, output};
use crate::journal;
use crate::kernel::note::Proof as Proven;
use crate::kernel::{Error, Refusal, Result};
use crate::proofs;

/// Proofs of single grants.
#[derive(Debug, Subcommand)]
pub enum Proof {
    /// Write the proof that a grant is in the book
    Make {
        /// The grant: its position in the book
        grant: i64,
        /// The book
        #[arg(long)]
        book: String,
        /// Where to write it, NAME.tlog-proof (default: standard output)
        #[arg(short, long)]
        output: Option<PathBuf>,
    },
    /// Check a proof against the keys that a book had
    Check {
        /// The proof
        file: PathBuf,
        /// The book
        #[arg(long)]
        book: String,
    },
}

impl Proof {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        match self {
            Self::Make { grant, book, output } => make(&workplace, &book, grant, output).await,
            Self::Check { file, book } => check(&workplace, &book, file).await,
        }
    }
}

async fn make(workplace: &Workplace, book: &str, grant: i64, target: Option<PathBuf>) -> Result<Outcome> {
    let head = workplace.book(book).await?;
    let proven = proofs::prove(&workplace.door.db.read, &workplace.keeper, head.book_id, grant).await?;
    let missing = || Refusal::new("signing_key_missing").with("book", book);
    let text = proven.proof.ok_or_else(missing)?.to_text();
    match target {
        Some(path) => {
            std::fs::write(&path, text).map_err(|_| Refusal::new("file_unwritable").with("file", path.display()))?;
        }
        None => output::line(text.trim_end())?,
    }
    Ok(Outcome::True)
}

async fn check(workplace: &Workplace, book: &str, file: PathBuf) -> Result<Outcome> {
    let head = workplace.book(book).await?;
    let unreadable = || Refusal::new("file_unreadable").with("file", file.display());
    let text = std::fs::read_to_string(&file).map_err(|_| Error::from(unreadable()))?;
    let proof = Proven::parse(&text).map_err(Refusal::from)?;
    let keys = journal::keys_of(&workplace.door.db.read, head.book_id).await?;
    let checkpoint = proof.verify(&keys)?;
    let (position, size) = ((proof.index + 1).to_string(), checkpoint.size.to_string());
    output::say(workplace.lang, "cli.proof.holds", &[("book", book), ("position", &position), ("size", &size)])?;
    Ok(Outcome::True)
}
