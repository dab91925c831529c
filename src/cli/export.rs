//! `export WHAT`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::audit::Clocks;
use super::workplace::Workplace;
use super::{Outcome, output, progress};
use crate::kernel::{Error, Refusal, Result};
use crate::{exports, journal};

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileFormat {
    /// RFC 4180.
    Csv,
    /// A workbook with text cells.
    Xlsx,
    /// One JSON object a line.
    Jsonl,
    /// One JSON document.
    Json,
    /// A journal of plain text accounting.
    Journal,
}

impl From<FileFormat> for exports::FileFormat {
    fn from(format: FileFormat) -> Self {
        match format {
            FileFormat::Csv => Self::Csv,
            FileFormat::Xlsx => Self::Xlsx,
            FileFormat::Jsonl => Self::Jsonl,
            FileFormat::Json => Self::Json,
            FileFormat::Journal => Self::Journal,
        }
    }
}

/// Write a file with its manifest and checkpoint.
#[derive(Debug, Args)]
pub struct Export {
    /// grants, recipients, payments, transfers, totals, trial-balance, reconciliation, discrepancies,
    /// bank-statement, vouchers, general-ledger, archive-list, hledger, 360giving, events, audit-package
    what: String,
    #[command(flatten)]
    clocks: Clocks,
    /// csv, xlsx or jsonl (default: csv; jsonl for events); 360giving: json or csv; hledger: journal
    #[arg(long, value_enum)]
    format: Option<FileFormat>,
    /// Group columns of totals
    #[arg(long, value_delimiter = ',')]
    by: Vec<String>,
    /// audit-package: every table a second time in this encoding
    #[arg(long, value_enum)]
    encoding: Option<Encoding>,
    /// audit-package: every table also as a workbook, for people
    #[arg(long)]
    workbooks: bool,
    /// The file to write
    #[arg(short, long)]
    output: PathBuf,
}

/// An encoding that programs of today do not need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Encoding {
    /// With Chinese headers and words.
    Gb18030,
}

impl Export {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        let head = workplace.book(self.clocks.book()).await?;
        if self.what == exports::PACKAGE {
            return self.package(&workplace, &head).await;
        }
        if self.encoding.is_some() || self.workbooks {
            return Err(Refusal::new("export_encoding").with("what", &self.what).into());
        }
        let what =
            exports::What::parse(&self.what).ok_or_else(|| Refusal::new("export_unknown").with("what", &self.what))?;
        let request = exports::Request {
            what,
            format: self.format.map_or_else(|| what.default_format(), Into::into),
            lang: workplace.lang,
            as_of: self.clocks.as_of(&workplace)?,
            at: self.clocks.at(),
            by: self.by.iter().map(|name| parse_group(name)).collect::<Result<_>>()?,
            filter: exports::Filter::default(),
        };
        let bar = progress::bar(0, self.what.clone());
        let manifest =
            exports::export(&workplace.door.db, &workplace.keeper, &head, &request, &self.output, &mut |rows| {
                bar.set_position(rows);
            })
            .await?;
        bar.finish_and_clear();
        if what == exports::What::Events {
            write_files_beside(&workplace, head.book_id, &self.output).await?;
        }
        output::say(
            workplace.lang,
            "cli.export.written",
            &[
                ("file", &self.output.display().to_string()),
                ("rows", &manifest.rows.to_string()),
                ("sha256", &manifest.sha256),
            ],
        )?;
        Ok(Outcome::True)
    }

    /// Writes the auditor's package.
    async fn package(self, workplace: &Workplace, head: &journal::Head) -> Result<Outcome> {
        if self.format.is_some() || !self.by.is_empty() {
            return Err(Refusal::new("package_choice").into());
        }
        let asked = exports::PackageOf {
            as_of: self.clocks.as_of(workplace)?,
            at: self.clocks.at(),
            gb18030: self.encoding.is_some(),
            workbooks: self.workbooks,
        };
        let bar = progress::bar(0, self.what.clone());
        let made = exports::export_package(
            &workplace.door.db,
            &workplace.keeper,
            head,
            asked,
            &self.output,
            &mut |progress| bar.set_position(progress.rows),
        )
        .await?;
        bar.finish_and_clear();
        output::say(
            workplace.lang,
            "cli.export.package",
            &[
                ("file", &self.output.display().to_string()),
                ("entries", &made.entries.to_string()),
                ("rows", &made.rows.to_string()),
                ("at", &made.at.to_string()),
                ("sha256", &made.sha256),
            ],
        )?;
        if !made.is_signed {
            output::say(workplace.lang, "cli.export.unsigned", &[])?;
        }
        Ok(Outcome::True)
    }
}

/// The files of the book go beside its events, each under its SHA-256: `book load` takes them in from there.
async fn write_files_beside(workplace: &Workplace, book_id: i64, events: &Path) -> Result<()> {
    let folder = events.with_file_name("files");
    let unwritable = |path: &Path| Refusal::new("file_unwritable").with("file", path.display());
    for name in journal::file_names(&workplace.door.db.read, book_id).await? {
        let path = folder.join(&name);
        if path.exists() {
            continue;
        }
        std::fs::create_dir_all(&folder).map_err(|_| unwritable(&folder))?;
        let bytes = journal::file(&workplace.door.db.read, book_id, &name).await?.ok_or(Error::NotFound)?;
        std::fs::write(&path, bytes).map_err(|_| unwritable(&path))?;
    }
    Ok(())
}

fn parse_group(name: &str) -> Result<crate::audit::GroupBy> {
    crate::audit::GroupBy::parse(name).ok_or_else(|| Refusal::new("group_unknown").with("group", name).into())
}
