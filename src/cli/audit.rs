//! `audit totals`, `audit trial-balance`, `audit verify`, `checkpoint`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::anomalies::Anomalies;
use super::compare::Compare;
use super::sample::Sample;
use super::workplace::Workplace;
use super::{Format, Outcome, output, progress};
use crate::app::REGISTRY;
use crate::audit;
use crate::claims::{self, Question, Told, Verdict};
use crate::journal;
use crate::kernel::dates::Day;
use crate::kernel::{Error, Refusal, Result};
use crate::web::i18n;

/// Which book, as of when, at which position.
#[derive(Debug, Args)]
pub struct Clocks {
    /// The book
    #[arg(long)]
    book: String,
    /// Effective date, YYYY-MM-DD (default: today in Shanghai)
    #[arg(long)]
    as_of: Option<String>,
    /// Position in the book (default: the head)
    #[arg(long)]
    at: Option<i64>,
}

impl Clocks {
    /// The effective date.
    pub fn as_of(&self, workplace: &Workplace) -> Result<Day> {
        match &self.as_of {
            Some(text) => Ok(Day::parse(text).map_err(|refusal| refusal.at("as_of"))?),
            None => Ok(workplace.door.surroundings.clock.now().day()),
        }
    }

    /// The book's code.
    pub fn book(&self) -> &str {
        &self.book
    }

    /// The position asked for.
    pub const fn at(&self) -> Option<i64> {
        self.at
    }
}

/// Figures and proofs.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Grants, recipients, paid, returned, net
    Totals {
        #[command(flatten)]
        clocks: Clocks,
        /// policy, subdistrict, industry, size, kind, month, allotment, level; several with commas
        #[arg(long, value_delimiter = ',')]
        by: Vec<String>,
        /// text, json or csv
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// What entered and left each stage of each allotment
    TrialBalance {
        #[command(flatten)]
        clocks: Clocks,
        /// text, json or csv
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Hold every figure of a sentence against the book
    Claim {
        /// The sentence, or - to read it from standard input
        text: String,
        #[command(flatten)]
        clocks: Clocks,
        /// The year of days that name none
        #[arg(long)]
        year: Option<i32>,
        /// text, json or csv
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Samples of grants that an auditor looks at one by one
    #[command(subcommand)]
    Sample(Sample),
    /// Ask for anomalies and duplicates: questions, not verdicts
    Anomalies(Anomalies),
    /// Hold another list against the book, row by row
    Compare(Compare),
    /// Hash every event again, replay the book, compare every column
    Verify {
        /// The book
        #[arg(long)]
        book: String,
        /// A checkpoint handed out earlier, which the book must extend
        #[arg(long)]
        checkpoint: Option<PathBuf>,
        /// text or json
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

impl Audit {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        match self {
            Self::Totals { clocks, by, format } => totals(&workplace, &clocks, &by, format).await,
            Self::TrialBalance { clocks, format } => trial_balance(&workplace, &clocks, format).await,
            Self::Claim { text, clocks, year, format } => claim(&workplace, text, &clocks, year, format).await,
            Self::Sample(command) => command.run(&workplace).await,
            Self::Compare(command) => command.run(&workplace).await,
            Self::Anomalies(command) => command.run(&workplace).await,
            Self::Verify { book, checkpoint, format } => verify(&workplace, &book, checkpoint, format).await,
        }
    }
}

async fn totals(workplace: &Workplace, clocks: &Clocks, by: &[String], format: Format) -> Result<Outcome> {
    let head = workplace.book(clocks.book()).await?;
    let by = by
        .iter()
        .map(|name| audit::GroupBy::parse(name).ok_or_else(|| Refusal::new("group_unknown").with("group", name).into()))
        .collect::<Result<Vec<_>>>()?;
    let totals = audit::totals(&workplace.door.db, &head, clocks.as_of(workplace)?, clocks.at(), &by).await?;
    match format {
        Format::Json => output::json(&totals)?,
        Format::Csv => output::line(totals.render_csv(workplace.lang)?.trim_end())?,
        Format::Text => output::line(totals.render_text(workplace.lang).trim_end())?,
    }
    Ok(Outcome::True)
}

async fn claim(
    workplace: &Workplace,
    text: String,
    clocks: &Clocks,
    year: Option<i32>,
    format: Format,
) -> Result<Outcome> {
    let head = workplace.book(clocks.book()).await?;
    let text = if text == "-" { std::io::read_to_string(std::io::stdin()).map_err(Error::internal)? } else { text };
    let as_of = clocks.as_of(workplace)?;
    let question = Question { text, year, as_of, at: clocks.at(), bindings: BTreeMap::new() };
    let checked = claims::check(&workplace.door.db, &head, &question).await?;
    if format == Format::Json {
        output::json(&checked)?;
    } else if format == Format::Csv {
        output::line(checked.render_csv()?.trim_end())?;
    } else {
        for told in &checked.claims {
            tell(workplace, told)?;
        }
        let key = format!("claims.over_all.{}", checked.verdict.code());
        output::say(workplace.lang, &key, &[("as_of", &checked.as_of.to_string()), ("at", &checked.at.to_string())])?;
    }
    Ok(if checked.verdict == Verdict::False { Outcome::False } else { Outcome::True })
}

fn tell(workplace: &Workplace, told: &Told) -> Result<()> {
    let lang = workplace.lang;
    let absent = || "—".to_owned();
    let measure = match (told.measure, told.reason) {
        (_, Some(reason)) => i18n::text(lang, &format!("claims.reason.{}", reason.code())),
        (Some(measure), None) => i18n::text(lang, &format!("claims.measure.{}", measure.code())),
        (None, None) => "",
    };
    output::say(
        lang,
        "cli.claim.line",
        &[
            ("verdict", i18n::text(lang, &format!("claims.verdict.{}", told.verdict.code()))),
            ("text", &told.text),
            ("measure", measure),
            ("low", &told.low.clone().unwrap_or_else(absent)),
            ("high", &told.high.clone().unwrap_or_else(absent)),
            ("actual", &told.actual.clone().unwrap_or_else(absent)),
        ],
    )
}

async fn trial_balance(workplace: &Workplace, clocks: &Clocks, format: Format) -> Result<Outcome> {
    let head = workplace.book(clocks.book()).await?;
    let balance = audit::trial_balance(&workplace.door.db, &head, clocks.as_of(workplace)?, clocks.at()).await?;
    match format {
        Format::Json => output::json(&balance)?,
        Format::Csv => output::line(balance.render_csv(workplace.lang)?.trim_end())?,
        Format::Text => output::line(balance.render_text(workplace.lang).trim_end())?,
    }
    Ok(Outcome::True)
}

async fn verify(workplace: &Workplace, code: &str, checkpoint: Option<PathBuf>, format: Format) -> Result<Outcome> {
    let head = workplace.book(code).await?;
    let older = match checkpoint {
        Some(path) => {
            let note = std::fs::read_to_string(&path)
                .map_err(|_| Refusal::new("file_unreadable").with("file", path.display()))?;
            Some(journal::check_checkpoint(&workplace.door.db.read, head.book_id, &note).await?)
        }
        None => None,
    };
    let events = u64::try_from(head.position).unwrap_or(0);
    let bar = progress::bar(events, i18n::text(workplace.lang, "cli.verify.replaying").to_owned());
    let report = journal::verify(&workplace.door.db, REGISTRY, head.book_id, older.as_ref(), |done, _| {
        bar.set_position(u64::try_from(done).unwrap_or(0));
    })
    .await?;
    bar.finish_and_clear();
    if format == Format::Json {
        output::json(&report)?;
    } else {
        show(workplace, &report)?;
    }
    let holds = report.findings.is_empty();
    audit::keep_check(&workplace.door, &head, report).await?;
    Ok(if holds { Outcome::True } else { Outcome::False })
}

fn show(workplace: &Workplace, report: &journal::Report) -> Result<()> {
    let lang = workplace.lang;
    for finding in &report.findings {
        output::say(
            lang,
            &format!("finding.{}", finding.code),
            &[
                ("table", &finding.table),
                ("key", &finding.key),
                ("column", &finding.column),
                ("found", &finding.found),
                ("expected", &finding.expected),
            ],
        )?;
    }
    let key = if report.findings.is_empty() { "cli.verify.holds" } else { "cli.verify.does_not_hold" };
    output::say(
        lang,
        key,
        &[
            ("book", &report.book),
            ("events", &report.events.to_string()),
            ("tables", &report.tables.to_string()),
            ("rows", &report.rows.to_string()),
            ("root", &report.root),
            ("findings", &report.findings.len().to_string()),
        ],
    )?;
    match report.checkpoint {
        Some(true) => output::say(lang, "cli.verify.extends", &[]),
        Some(false) => output::say(lang, "cli.verify.not_extended", &[]),
        None => Ok(()),
    }
}

/// Sign the head of a book.
#[derive(Debug, Args)]
pub struct Checkpoint {
    /// The book
    #[arg(long)]
    book: String,
    /// Where to write the signed note (default: standard output)
    #[arg(short, long)]
    output: Option<PathBuf>,
}

impl Checkpoint {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        let head = workplace.book(&self.book).await?;
        if let Some(why) = workplace.door.closed_for_writing(head.book_id) {
            return Err(Error::ReadOnly(why));
        }
        let note = workplace.keeper.sign(&workplace.door.db.read, &head).await?;
        match self.output {
            Some(path) => std::fs::write(&path, &note)
                .map_err(|_| Refusal::new("file_unwritable").with("file", path.display()))?,
            None => output::line(note.trim_end())?,
        }
        Ok(Outcome::True)
    }
}
