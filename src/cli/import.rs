//! `import policies|grants|history FILE` and `import approve ID`.

use std::path::PathBuf;

use clap::Args;

use super::workplace::Workplace;
use super::{Format, Outcome, output};
use crate::imports::{self, Submitted, What};
use crate::journal::Head;
use crate::kernel::{Refusal, Result};
use crate::web::i18n;

/// Import a file, or decide on an import.
#[derive(Debug, Args)]
pub struct Import {
    /// policies, grants or history with a file; approve, refuse, withdraw, undo or undo-approve with an id
    what: String,
    /// The file, or the id of the import
    target: PathBuf,
    /// The book
    #[arg(long)]
    book: String,
    /// Who acts
    #[arg(long = "as")]
    login: String,
    /// Read and check only; nothing is stored
    #[arg(long)]
    dry_run: bool,
    /// Unit of amounts where the file does not say: yuan or wan
    #[arg(long)]
    unit: Option<String>,
    /// Approve only if the rows have this digest
    #[arg(long)]
    digest: Option<String>,
    /// Why it is refused or undone
    #[arg(long, default_value = "")]
    reason: String,
    /// text or json
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Import {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        let head = workplace.book(&self.book).await?;
        if let Some(what) = What::parse(&self.what) {
            return self.take(&workplace, &head, what).await;
        }
        self.decide(&workplace, &head).await
    }

    async fn take(self, workplace: &Workplace, head: &Head, what: What) -> Result<Outcome> {
        let actor = workplace.person(&self.login).await?;
        let bytes = std::fs::read(&self.target)
            .map_err(|_| Refusal::new("file_unreadable").with("file", self.target.display()))?;
        let name = self.target.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let unit = self.unit.as_deref().map(imports::parse_unit).transpose()?;
        let upload = imports::Upload { what, file_name: name, bytes, unit };
        let door = &workplace.door;
        let taken = if self.dry_run {
            imports::check(door, head, &actor, upload).await?
        } else {
            imports::submit(door, workplace.ask(head, actor, "import"), upload).await?
        };
        match taken {
            Ok(submitted) => self.show(workplace, &submitted),
            Err(faults) => show_faults(workplace, self.format == Format::Json, &faults),
        }
    }

    fn show(&self, workplace: &Workplace, submitted: &Submitted) -> Result<Outcome> {
        if self.format == Format::Json {
            output::json(submitted)?;
        } else {
            let key = if self.dry_run { "cli.import.would_submit" } else { "cli.import.submitted" };
            output::say(
                workplace.lang,
                key,
                &[
                    ("import", &submitted.import.to_string()),
                    ("rows", &submitted.rows.to_string()),
                    ("sum", &submitted.sum.grouped()),
                    ("digest", &submitted.digest),
                ],
            )?;
        }
        Ok(Outcome::True)
    }

    async fn decide(self, workplace: &Workplace, head: &Head) -> Result<Outcome> {
        let id: i64 =
            self.target.to_string_lossy().parse().map_err(|_| Refusal::new("import_verb").with("what", &self.what))?;
        let actor = workplace.person(&self.login).await?;
        let door = &workplace.door;
        let import = imports::by_id(&door.db.read, head.book_id, id).await?;
        let done = match self.what.as_str() {
            "approve" => {
                let digest = self.digest.clone().unwrap_or_else(|| import.digest.clone());
                if self.format != Format::Json {
                    output::say(
                        workplace.lang,
                        "cli.import.signing",
                        &[
                            ("import", &id.to_string()),
                            ("rows", &import.rows.to_string()),
                            ("sum", &import.sum.grouped()),
                            ("warnings", &import.warnings.to_string()),
                            ("digest", &digest),
                        ],
                    )?;
                }
                imports::approve(door, workplace.ask(head, actor, "import_approve"), id, digest).await?;
                "approved"
            }
            "refuse" => {
                imports::refuse(door, workplace.ask(head, actor, "import_refuse"), id, self.reason.clone()).await?;
                "refused"
            }
            "withdraw" => {
                imports::withdraw(door, workplace.ask(head, actor, "import_withdraw"), id).await?;
                "withdrawn"
            }
            "undo" => {
                let ask = workplace.ask(head, actor, "import_undo");
                imports::prepare_undo(door, ask, id, self.reason.clone()).await?;
                "undo_pending"
            }
            "undo-approve" => {
                imports::approve_undo(door, workplace.ask(head, actor, "import_undo_approve"), id).await?;
                "undone"
            }
            other => return Err(Refusal::new("import_verb").with("what", other).into()),
        };
        if self.format == Format::Json {
            output::json(&serde_json::json!({ "import": id, "state": done }))?;
        } else {
            output::say(workplace.lang, &format!("cli.import.{done}"), &[("import", &id.to_string())])?;
        }
        Ok(Outcome::True)
    }
}

/// Tells everything that is wrong with a file. Nothing of it was stored.
pub(super) fn show_faults(workplace: &Workplace, as_json: bool, faults: &imports::Faults) -> Result<Outcome> {
    if as_json {
        output::json(&faults.in_language(workplace.lang))?;
        return Ok(Outcome::False);
    }
    for fault in &faults.errors {
        output::say(
            workplace.lang,
            "cli.import.fault",
            &[
                ("line", &fault.line.to_string()),
                ("column", &fault.column),
                ("value", &fault.value),
                ("message", &i18n::sentence(workplace.lang, &fault.refusal)),
            ],
        )?;
    }
    output::say(workplace.lang, "cli.import.nothing_stored", &[("errors", &faults.errors.len().to_string())])?;
    Ok(Outcome::False)
}
