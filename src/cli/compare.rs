//! `audit compare`: a list from outside held against the book.

use std::path::PathBuf;

use clap::Args;

use super::audit::Clocks;
use super::workplace::Workplace;
use super::{Format, Outcome, output};
use crate::comparing::{self, Question};
use crate::imports::parse_unit;
use crate::kernel::{Error, Refusal, Result};
use crate::web::i18n;

/// Hold another list against the book, row by row. Exit status 1: something differs; 2: the list was not understood
#[derive(Debug, Args)]
pub struct Compare {
    /// The list: CSV or XLSX
    file: PathBuf,
    #[command(flatten)]
    clocks: Clocks,
    /// What a column means: COLUMN=FIELD with reference, uscc, name, policy, amount, account, date; COLUMN= is not read
    #[arg(long)]
    map: Vec<String>,
    /// Only grants of these policies; several with commas
    #[arg(long, value_delimiter = ',')]
    policies: Vec<String>,
    /// Unit of amounts whose header names none: yuan, wan, yi
    #[arg(long)]
    unit: Option<String>,
    /// text, json or csv
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Also write the comparison row by row, as CSV: the file that the page gives
    #[arg(short, long)]
    output: Option<PathBuf>,
}

impl Compare {
    pub(super) async fn run(self, workplace: &Workplace) -> Result<Outcome> {
        let head = workplace.book(self.clocks.book()).await?;
        let unreadable = |_| Error::from(Refusal::new("file_unreadable").with("file", self.file.display()));
        let bytes = std::fs::read(&self.file).map_err(unreadable)?;
        let name = self.file.file_name().map(|name| name.to_string_lossy().into_owned());
        let question = Question {
            file_name: name.unwrap_or_default(),
            said: self.map.iter().map(|map| comparing::parse_map(map)).collect::<Result<_>>()?,
            unit: self.unit.as_deref().map(parse_unit).transpose()?,
            as_of: self.clocks.as_of(workplace)?,
            at: self.clocks.at(),
            policies: self.policies,
        };
        let (db, lang) = (&workplace.door.db, workplace.lang);
        let compared = match comparing::compare(db, &head, &question, bytes).await? {
            Ok(compared) => compared,
            Err(faults) => {
                for fault in &faults.cells {
                    let sentence = i18n::sentence(lang, &fault.refusal);
                    output::tell(
                        lang,
                        "cli.compare.fault",
                        &[
                            ("line", &fault.line.to_string()),
                            ("column", &fault.column),
                            ("value", &fault.value),
                            ("message", &sentence),
                        ],
                    );
                }
                return Ok(Outcome::NotUnderstood);
            }
        };
        if let Some(target) = &self.output {
            let shown = target.display().to_string();
            let unwritable = |_| Error::from(Refusal::new("file_unwritable").with("file", &shown));
            std::fs::write(target, compared.csv(lang, None)).map_err(unwritable)?;
            // What is printed may be read by a program.
            output::tell(lang, "cli.compare.written", &[("file", &shown), ("at", &compared.at.to_string())]);
        }
        match self.format {
            Format::Json => output::json(&compared.to_json())?,
            Format::Csv => {
                let csv = String::from_utf8(compared.csv(lang, None)).map_err(Error::internal)?;
                output::line(csv.trim_end())?;
            }
            Format::Text => output::line(&compared.render_text(lang))?,
        }
        Ok(if compared.agrees() { Outcome::True } else { Outcome::False })
    }
}
