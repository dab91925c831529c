//! `report make`, `report file`, `report sign`, `report refuse`, `report list`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::acting::{Acting, Approving, Listing, Refusing};
use super::audit::Clocks;
use super::workplace::Workplace;
use super::{Format, Outcome, output};
use crate::kernel::dates::Day;
use crate::kernel::{Refusal, Result};
use crate::people::digest_of_one;
use crate::reports::{self, FileForm, Filing, Layout, PublicationForm, Signatures};
use crate::web::i18n;

/// In which unit a report is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Unit {
    /// 元
    Yuan,
    /// 万元
    Wan,
}

impl Unit {
    const fn code(self) -> &'static str {
        match self {
            Self::Yuan => "yuan",
            Self::Wan => "wan",
        }
    }
}

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileFormat {
    /// A table.
    Csv,
    /// A workbook on A4.
    Xlsx,
    /// The report with its layout, exact to the fen.
    Json,
}

impl From<FileFormat> for reports::FileFormat {
    fn from(format: FileFormat) -> Self {
        match format {
            FileFormat::Csv => Self::Csv,
            FileFormat::Xlsx => Self::Xlsx,
            FileFormat::Json => Self::Json,
        }
    }
}

/// Reports that are handed in.
#[derive(Debug, Subcommand)]
pub enum Report {
    /// Make a report and write it to a file
    Make {
        /// direct-monthly, grants-detail, grants-summary, budget-progress, publication or bank-adjustment
        name: String,
        #[command(flatten)]
        clocks: Clocks,
        /// yuan or wan
        #[arg(long, value_enum, default_value_t = Unit::Yuan)]
        unit: Unit,
        /// xlsx, csv or json
        #[arg(long, value_enum, default_value_t = FileFormat::Xlsx)]
        format: FileFormat,
        /// The file to write
        #[arg(short, long)]
        output: PathBuf,
    },
    /// File a report: it is frozen, and another person signs it
    File {
        /// Name of the report
        name: String,
        #[command(flatten)]
        acting: Acting,
        /// Effective date, YYYY-MM-DD
        #[arg(long)]
        as_of: String,
        /// Position in the book (default: the head)
        #[arg(long)]
        at: Option<i64>,
        /// yuan or wan
        #[arg(long, value_enum, default_value_t = Unit::Yuan)]
        unit: Unit,
        /// File only if its JSON has this SHA-256
        #[arg(long, default_value = "")]
        content: String,
    },
    /// Sign a report that another person filed
    Sign(Approving),
    /// Give a filed report back
    Refuse(Refusing),
    /// Note when and where a signed list was put up
    Publish {
        /// The filing
        id: i64,
        #[command(flatten)]
        acting: Acting,
        /// First day, YYYY-MM-DD
        #[arg(long)]
        from: String,
        /// Last day, YYYY-MM-DD
        #[arg(long)]
        until: String,
        /// An address or a board
        #[arg(long)]
        place: String,
    },
    /// Reports that were filed, the newest first
    List(Listing),
}

impl Report {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        match self {
            Self::Make { name, clocks, unit, format, output } => {
                make(&workplace, &name, &clocks, (unit, format), output).await
            }
            Self::File { name, acting, as_of, at, unit, content } => {
                let as_of = Day::parse(&as_of).map_err(|refusal| refusal.at("as_of"))?;
                let form = FileForm { report: name, as_of, at: at.unwrap_or(0), unit: unit.code().into(), content };
                file(&workplace, &acting, form).await
            }
            Self::Sign(Approving { id, acting, digest }) => {
                let (head, actor) = acting.seat(&workplace).await?;
                let found = reports::filing(&workplace.door.db.read, head.book_id, id).await?;
                // Without a digest it signs what it prints, in the transaction that holds it to that.
                let digest = digest.unwrap_or_else(|| digest_of_one(found.leaf));
                reports::sign(&workplace.door, workplace.ask(&head, actor, "report_sign"), id, digest).await?;
                told(&workplace, &acting, head.book_id, (id, "cli.report.signed")).await
            }
            Self::Refuse(Refusing { id, acting, reason }) => {
                let (head, actor) = acting.seat(&workplace).await?;
                reports::refuse(&workplace.door, workplace.ask(&head, actor, "report_refuse"), id, reason).await?;
                told(&workplace, &acting, head.book_id, (id, "cli.report.refused")).await
            }
            Self::Publish { id, acting, from, until, place } => {
                let (head, actor) = acting.seat(&workplace).await?;
                let form = PublicationForm { filing: id, starts_on: from, ends_on: until, place };
                let ask = workplace.ask(&head, actor, "report_publish");
                reports::publish(&workplace.door, ask, head.book_id, form).await?;
                told(&workplace, &acting, head.book_id, (id, "cli.report.published")).await
            }
            Self::List(Listing { book, format }) => list(&workplace, &book, format).await,
        }
    }
}

fn layout(name: &str) -> Result<&'static Layout> {
    Layout::find(name).ok_or_else(|| Refusal::new("report_unknown").with("report", name).into())
}

async fn make(
    workplace: &Workplace,
    name: &str,
    clocks: &Clocks,
    (unit, format): (Unit, FileFormat),
    target: PathBuf,
) -> Result<Outcome> {
    let head = workplace.book(clocks.book()).await?;
    let (layout, as_of) = (layout(name)?, clocks.as_of(workplace)?);
    let report = reports::make(&workplace.door.db, &head, layout, as_of, clocks.at()).await?;
    let unit = reports::parse_unit(unit.code())?;
    let bytes = reports::bytes(&report, unit, format.into(), workplace.lang, &Signatures::default())?;
    let shown = target.display().to_string();
    tokio::fs::write(&target, &bytes).await.map_err(|_| Refusal::new("file_unwritable").with("file", &shown))?;
    let (rows, at) = (report.rows.len().to_string(), report.at.to_string());
    let facts = [("file", shown.as_str()), ("rows", rows.as_str()), ("at", at.as_str())];
    output::say(workplace.lang, "cli.report.made", &facts)?;
    Ok(Outcome::True)
}

async fn file(workplace: &Workplace, acting: &Acting, form: FileForm) -> Result<Outcome> {
    layout(&form.report)?;
    let (head, actor) = acting.seat(workplace).await?;
    let form = FileForm { at: if form.at == 0 { head.position } else { form.at }, ..form };
    let ask = workplace.ask(&head, actor, "report_file");
    let id = reports::file(&workplace.door, ask, &head, form).await?.filing;
    told(workplace, acting, head.book_id, (id, "cli.report.filed")).await
}

fn facts(filing: &Filing) -> serde_json::Value {
    serde_json::json!({
        "filing": filing.id,
        "report": filing.report,
        "as_of": filing.as_of,
        "at": filing.at,
        "unit": reports::unit_code(filing.unit),
        "rows": filing.rows,
        "content": filing.content,
        "digest": digest_of_one(filing.leaf),
        "state": filing.state.code(),
    })
}

async fn told(workplace: &Workplace, acting: &Acting, book_id: i64, (id, key): (i64, &str)) -> Result<Outcome> {
    let filing = reports::filing(&workplace.door.db.read, book_id, id).await?;
    if acting.is_json() {
        output::json(&facts(&filing))?;
    } else {
        let (id, digest) = (id.to_string(), digest_of_one(filing.leaf));
        output::say(workplace.lang, key, &[("filing", &id), ("report", &filing.report), ("digest", &digest)])?;
    }
    Ok(Outcome::True)
}

async fn list(workplace: &Workplace, book: &str, format: Format) -> Result<Outcome> {
    let head = workplace.book(book).await?;
    let (mut before, mut listed) = (None, Vec::new());
    loop {
        let page = reports::filings(&workplace.door.db.read, head.book_id, before).await?;
        listed.extend(page.filings);
        before = page.older;
        if before.is_none() {
            break;
        }
    }
    if format == Format::Text {
        for filing in &listed {
            let state = i18n::text(workplace.lang, &format!("reports.state.{}", filing.state.code()));
            output::line(&format!("{}  {}  {}  {state}", filing.id, filing.report, filing.as_of))?;
        }
    } else {
        output::json(&listed.iter().map(facts).collect::<Vec<_>>())?;
    }
    Ok(Outcome::True)
}
