//! `backup`, `restore` (SQLite) and `migrate` (PostgreSQL).

use std::path::PathBuf;

use clap::Args;

use super::workplace::Workplace;
use super::{Outcome, Settings, output};
use crate::db::{Database, Engine};
use crate::kernel::{Error, Refusal, Result};

/// Copy the databases while they are in use (SQLite).
#[derive(Debug, Args)]
pub struct Backup {
    /// The file to write; the office goes beside it as FILE.office.db
    file: PathBuf,
}

/// Put a copy in the place of lost databases (SQLite).
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup
    file: PathBuf,
}

/// Bring the tables up to date (PostgreSQL, as their owner).
#[derive(Debug, Args)]
pub struct Migrate {
    /// The role of the server, which then may use the tables but change no event and no transfer
    #[arg(long)]
    app_role: Option<String>,
}

impl Backup {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        let db = &workplace.door.db;
        if db.engine == Engine::Postgres {
            return Err(Refusal::new("backup_postgres").into());
        }
        if self.file.exists() {
            return Err(Refusal::new("file_exists").with("file", self.file.display()).into());
        }
        db.copy_to(&self.file).await?;
        output::say(workplace.lang, "cli.backup.written", &[("file", &self.file.display().to_string())])?;
        Ok(Outcome::True)
    }
}

impl Restore {
    pub(super) async fn run(self, settings: &Settings) -> Result<Outcome> {
        let target = settings
            .database
            .strip_prefix("sqlite:")
            .map(|rest| PathBuf::from(rest.trim_start_matches("//")))
            .ok_or_else(|| Refusal::new("backup_postgres"))?;
        if target.exists() {
            return Err(Refusal::new("file_exists").with("file", target.display()).into());
        }
        if !self.file.exists() {
            return Err(Refusal::new("file_unreadable").with("file", self.file.display()).into());
        }
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder).map_err(Error::internal)?;
        }
        std::fs::copy(&self.file, &target).map_err(Error::internal)?;
        let office = crate::db::office_path(&self.file);
        if office.exists() {
            std::fs::copy(&office, crate::db::office_path(&target)).map_err(Error::internal)?;
        }
        // Opening checks every book against its last checkpoint and says what is missing.
        let workplace = Workplace::open(settings).await?;
        let mut outcome = Outcome::True;
        for head in crate::journal::Head::all(&workplace.door.db.read).await? {
            let why = workplace.door.closed_for_writing(head.book_id);
            let key = why.map_or("cli.restore.book", |_| "cli.restore.book_short");
            output::say(workplace.lang, key, &[("book", &head.code), ("position", &head.position.to_string())])?;
            if why.is_some() {
                outcome = Outcome::False;
            }
        }
        Ok(outcome)
    }
}

impl Migrate {
    pub(super) async fn run(self, settings: &Settings) -> Result<Outcome> {
        Database::migrate(&settings.database).await?;
        if let Some(role) = self.app_role {
            let db = Database::open(&settings.database).await?;
            crate::db::grant_to_server(&db, &role).await?;
        }
        output::say(settings.lang.into(), "cli.migrate.done", &[])?;
        Ok(Outcome::True)
    }
}
