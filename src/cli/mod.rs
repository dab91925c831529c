//! The command line: the same rules as the pages, for operators and for work that is a file.
//!
//! Exit status 0: done and true; 1: refused or found wrong; 2: not understood.

mod acting;
mod anomalies;
mod audit;
mod backup;
mod bank;
mod batch;
mod book;
mod compare;
mod correction;
mod demo;
mod export;
mod import;
mod output;
mod period;
mod progress;
mod proof;
mod reconcile;
mod recovery;
mod release;
mod report;
mod sample;
mod serve;
mod signing;
mod user;
mod workplace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use output::Outcome;
use workplace::Workplace;

use crate::kernel::Result;
use crate::web::Lang;

/// The ledger for relief money.
#[derive(Debug, Parser)]
#[command(name = "relief-ledger", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Where the books are: sqlite://FILE or postgres://…
    #[arg(
        long,
        global = true,
        env = "RELIEF_LEDGER_DATABASE",
        default_value = "sqlite://data/relief-ledger.db",
        hide_env_values = true
    )]
    database: String,
    /// Folder of the signing keys (default: keys/ beside the database)
    #[arg(long, global = true, env = "RELIEF_LEDGER_KEYS")]
    keys: Option<PathBuf>,
    /// Language of messages, and of the headers of exported files
    #[arg(long, global = true, env = "RELIEF_LEDGER_LANG", value_enum, default_value_t = Language::Zh)]
    lang: Language,
    /// The same key is the same request: repeating a command with it does nothing twice
    #[arg(long, global = true)]
    request_key: Option<String>,
}

/// A language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Zh => Self::Zh,
            Language::En => Self::En,
        }
    }
}

/// How a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For tables.
    Csv,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the web application (the default)
    Serve(serve::Serve),
    /// Make the demonstration book in an empty database, and serve it
    Demo(demo::Demo),
    /// Books
    #[command(subcommand)]
    Book(book::Book),
    /// Users and their roles
    #[command(subcommand)]
    User(user::User),
    /// Import a file, or decide on an import
    Import(import::Import),
    /// Batches of payments
    #[command(subcommand)]
    Batch(batch::Batch),
    /// Files of the bank
    #[command(subcommand)]
    Bank(bank::Bank),
    /// Compare bank and book at every level, and sign what closes
    Reconcile(reconcile::Reconcile),
    /// Money demanded back, received, or settled against another grant
    #[command(subcommand)]
    Recovery(recovery::Recovery),
    /// Bookings that were wrong
    #[command(subcommand)]
    Correction(correction::Correction),
    /// Months closed and opened again
    #[command(subcommand)]
    Period(period::Period),
    /// Reports that are handed in
    #[command(subcommand)]
    Report(report::Report),
    /// Figures and proofs
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Sign the head of a book
    Checkpoint(audit::Checkpoint),
    /// Prove that a grant is in a book
    #[command(subcommand)]
    Proof(proof::Proof),
    /// Write a file with its manifest and checkpoint
    Export(export::Export),
    /// Copy the databases while they are in use (SQLite)
    Backup(backup::Backup),
    /// Put a copy in the place of lost databases (SQLite)
    Restore(backup::Restore),
    /// Bring the tables up to date (PostgreSQL, as their owner)
    Migrate(backup::Migrate),
}

/// Runs the program: parses, acts, prints; the exit status says how it went.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let _ = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .try_init();
    let lang = Lang::from(cli.settings.lang);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "no runtime");
            return ExitCode::from(1);
        }
    };
    match runtime.block_on(dispatch(cli)) {
        Ok(Outcome::True) => ExitCode::SUCCESS,
        Ok(Outcome::False) => ExitCode::from(1),
        Ok(Outcome::NotUnderstood) => ExitCode::from(2),
        Err(error) => {
            output::tell_error(lang, &error);
            ExitCode::from(1)
        }
    }
}

async fn dispatch(cli: Cli) -> Result<Outcome> {
    let settings = cli.settings;
    match cli.command.unwrap_or_else(|| Command::Serve(serve::Serve::default())) {
        Command::Serve(command) => command.run(Workplace::open(&settings).await?).await,
        Command::Demo(command) => command.run(Workplace::open(&settings).await?).await,
        Command::Book(command) => command.run(Workplace::open(&settings).await?).await,
        Command::User(command) => command.run(Workplace::open(&settings).await?).await,
        Command::Import(command) => command.run(Workplace::open(&settings).await?).await,
        Command::Batch(command) => command.run(Workplace::open(&settings).await?).await,
        Command::Bank(command) => command.run(Workplace::open(&settings).await?).await,
        Command::Reconcile(command) => command.run(Workplace::open(&settings).await?).await,
        Command::Recovery(command) => command.run(Workplace::open(&settings).await?).await,
        Command::Correction(command) => command.run(Workplace::open(&settings).await?).await,
        Command::Report(command) => command.run(Workplace::open(&settings).await?).await,
        Command::Period(command) => command.run(Workplace::open(&settings).await?).await,
        Command::Audit(command) => command.run(Workplace::open(&settings).await?).await,
        Command::Checkpoint(command) => command.run(Workplace::open(&settings).await?).await,
        Command::Proof(command) => command.run(Workplace::open(&settings).await?).await,
        Command::Export(command) => command.run(Workplace::open(&settings).await?).await,
        Command::Backup(command) => command.run(Workplace::open(&settings).await?).await,
        Command::Restore(command) => command.run(&settings).await,
        Command::Migrate(command) => command.run(&settings).await,
    }
}
