//! `book create`, `book load`, `book reopen`.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use clap::Subcommand;

use super::workplace::Workplace;
use super::{Outcome, output, progress};
use crate::app::REGISTRY;
use crate::journal::{self, NewBook};
use crate::kernel::{Error, Refusal, Result};

/// What can be done with books.
#[derive(Debug, Subcommand)]
pub enum Book {
    /// Create an empty book with its signing key
    Create {
        /// Code by which people call it: lower-case letters, digits, hyphens
        code: String,
        /// Name on paper
        #[arg(long)]
        name: String,
        /// Administrative division, six digits of GB/T 2260
        #[arg(long)]
        division: String,
    },
    /// Rebuild a book from its events, files beside it in files/SHA256
    Load {
        /// events.jsonl
        events: PathBuf,
    },
    /// Give a book a new signing key; what the old one signed stays valid
    RotateKey {
        /// The book
        code: String,
        /// The administrator who does it
        #[arg(long = "as")]
        login: String,
    },
    /// Go on with a book that is shorter than a checkpoint that was handed out; for ever visible
    Reopen {
        /// The book
        code: String,
        /// The checkpoint that it cannot reach
        #[arg(long)]
        accept_loss: PathBuf,
        /// The auditor who agrees
        #[arg(long = "as")]
        login: String,
    },
}

impl Book {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        match self {
            Self::Create { code, name, division } => create(&workplace, NewBook { code, name, division }).await,
            Self::Load { events } => load(&workplace, events).await,
            Self::RotateKey { code, login } => rotate_key(&workplace, &code, &login).await,
            Self::Reopen { code, accept_loss, login } => reopen(&workplace, &code, accept_loss, &login).await,
        }
    }
}

async fn create(workplace: &Workplace, new: NewBook) -> Result<Outcome> {
    let head = make(workplace, &new).await?;
    output::say(workplace.lang, "cli.book.created", &[("book", &head.code), ("origin", &head.origin)])?;
    output::line(&head.public_key)?;
    Ok(Outcome::True)
}

/// Creates a book with a signing key of its own.
pub(super) async fn make(workplace: &Workplace, new: &NewBook) -> Result<journal::Head> {
    let door = &workplace.door;
    let chance = door.surroundings.chance.clone();
    journal::create(&door.db, REGISTRY, &door.surroundings, new, |origin| {
        workplace.keeper.make_key(origin, chance.as_ref())
    })
    .await
}

async fn load(workplace: &Workplace, events: PathBuf) -> Result<Outcome> {
    let unreadable = || Refusal::new("file_unreadable").with("file", events.display());
    let file = File::open(&events).map_err(|_| unreadable())?;
    let size = file.metadata().map_or(0, |m| m.len());
    let bar = progress::bar(size / 600, events.display().to_string());
    let head = journal::load(
        &workplace.door.db,
        REGISTRY,
        BufReader::with_capacity(1 << 20, file),
        files_beside(&events)?,
        |position| bar.set_position(u64::try_from(position).unwrap_or(0)),
    )
    .await?;
    bar.finish_and_clear();
    output::say(
        workplace.lang,
        "cli.book.loaded",
        &[("book", &head.code), ("events", &head.position.to_string()), ("root", &head.root().to_string())],
    )?;
    Ok(Outcome::True)
}

/// The files of the book, which lie beside its events in `files/`, named by SHA-256.
fn files_beside(events: &std::path::Path) -> Result<Vec<Vec<u8>>> {
    let Ok(entries) = std::fs::read_dir(events.with_file_name("files")) else { return Ok(Vec::new()) };
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).map_err(Error::internal)).collect()
}

async fn rotate_key(workplace: &Workplace, code: &str, login: &str) -> Result<Outcome> {
    let head = workplace.book(code).await?;
    let administrator = workplace.person(login).await?;
    let ask = workplace.ask(&head, administrator, "book_rotate_key");
    let head = journal::rotate(&workplace.door, &workplace.keeper, &head, ask, |desk| {
        Box::pin(crate::people::must(desk, &[crate::people::Role::Administrator]))
    })
    .await?;
    output::say(workplace.lang, "cli.book.rotated", &[("book", code), ("position", &head.position.to_string())])?;
    output::line(&head.public_key)?;
    Ok(Outcome::True)
}

async fn reopen(workplace: &Workplace, code: &str, note: PathBuf, login: &str) -> Result<Outcome> {
    let head = workplace.book(code).await?;
    let auditor = workplace.person(login).await?;
    let note =
        std::fs::read_to_string(&note).map_err(|_| Refusal::new("file_unreadable").with("file", note.display()))?;
    let head = journal::reopen(&workplace.door, &workplace.keeper, &head, &note, &auditor, |desk| {
        Box::pin(crate::people::must(desk, &[crate::people::Role::Auditor]))
    })
    .await?;
    output::say(workplace.lang, "cli.book.reopened", &[("book", code), ("origin", &head.origin)])?;
    Ok(Outcome::True)
}
