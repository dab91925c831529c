//! `bank import FILE`, `bank undo ID`, `bank approve ID`, `bank settle`, `bank reissue`.

use std::path::PathBuf;

use clap::Subcommand;

use super::acting::{Acting, Refusing};
use super::batch::account_named;
use super::import::show_faults;
use super::workplace::Workplace;
use super::{Outcome, output};
use crate::kernel::{Refusal, Result};
use crate::payments::{
    self, ChoosingPayment, How, Loaded, Name, ReissueForm, Reissued, Settling, SettlingMany, Through, Verdict,
};
use crate::web::i18n;

/// Files of the bank.
#[derive(Debug, Subcommand)]
pub enum Bank {
    /// Load a return or a statement of the bank
    Import {
        /// The file
        file: PathBuf,
        /// Profile of the file
        #[arg(long)]
        profile: String,
        /// Number of the paying account of which it is, where the file names none
        #[arg(long)]
        paying_account: Option<String>,
        #[command(flatten)]
        acting: Acting,
    },
    /// Prepare that a file be undone
    Undo {
        /// The file's number
        id: i64,
        #[command(flatten)]
        acting: Acting,
        /// Why
        #[arg(long)]
        reason: Option<String>,
    },
    /// Have a file undone that somebody else prepared
    Approve {
        /// The file's number
        id: i64,
        #[command(flatten)]
        acting: Acting,
    },
    /// Let a file stand that somebody else wants undone
    Refuse(Refusing),
    /// Settle a difference between bank and book, or all of one name that a file brought, or say which payment a line is about
    Settle {
        /// The bank's line: its position in the book
        #[arg(required_unless_present = "file")]
        line: Option<i64>,
        /// All open differences of this file that have the name, instead of those of a line
        #[arg(long, conflicts_with_all = ["line", "payment"])]
        file: Option<i64>,
        /// Settle them only if they have this digest
        #[arg(long, requires = "file")]
        digest: Option<String>,
        /// What differs: amount_differs …
        #[arg(long, required_unless_present = "payment")]
        name: Option<String>,
        /// How: as_booked, bank_corrects, not_ours, once_only
        #[arg(long, required_unless_present = "payment")]
        how: Option<String>,
        /// The payment that the line is about, one of those that were offered: its position in the book
        #[arg(long, conflicts_with_all = ["name", "how"])]
        payment: Option<i64>,
        /// The document on which that rests
        #[arg(long, default_value = "")]
        document: String,
        /// A remark
        #[arg(long, default_value = "")]
        note: String,
        #[command(flatten)]
        acting: Acting,
    },
    /// Let a refused or returned payment be made again
    Reissue {
        /// The payment: its position in the book
        payment: i64,
        /// Why it goes to the same account again
        #[arg(long, default_value = "")]
        reason: String,
        #[command(flatten)]
        acting: Acting,
    },
    /// Approve that a payment is made again to the same account, as somebody else prepared it
    ApproveReissue {
        /// The payment: its position in the book
        payment: i64,
        #[command(flatten)]
        acting: Acting,
    },
}

impl Bank {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        let door = &workplace.door;
        match self {
            Self::Import { file, profile, paying_account, acting } => {
                import(&workplace, &file, (&profile, paying_account.as_deref()), &acting).await
            }
            Self::Undo { id, acting, reason } => {
                let (head, actor) = acting.seat(&workplace).await?;
                let why = reason.unwrap_or_else(|| i18n::text(workplace.lang, "cli.bank.undo_reason").to_owned());
                payments::prepare_undo(door, workplace.ask(&head, actor, "bank_undo"), id, why).await?;
                tell(&workplace, &acting, "file", id, "undo_pending")
            }
            Self::Approve { id, acting } => {
                let (head, actor) = acting.seat(&workplace).await?;
                payments::approve_undo(door, workplace.ask(&head, actor, "bank_undo_approve"), id).await?;
                tell(&workplace, &acting, "file", id, "undone")
            }
            Self::Refuse(Refusing { id, acting, reason }) => {
                let (head, actor) = acting.seat(&workplace).await?;
                payments::refuse_undo(door, workplace.ask(&head, actor, "bank_undo_refuse"), id, reason).await?;
                tell(&workplace, &acting, "file", id, "taken")
            }
            Self::Settle { file: Some(file), digest, name, how, document, note, acting, .. } => {
                let (name, how) = words(name, how)?;
                let form = SettlingMany { file, name, how, document, note, digest: digest.unwrap_or_default() };
                settle_many(&workplace, &acting, form).await
            }
            Self::Settle { line, payment: Some(payment), document, note, acting, .. } => {
                let (head, actor) = acting.seat(&workplace).await?;
                let line = line.unwrap_or_default();
                let form = ChoosingPayment { line, payment, document, note };
                payments::choose_payment(door, workplace.ask(&head, actor, "payment_choose"), form).await?;
                tell(&workplace, &acting, "line", line, "settled")
            }
            Self::Settle { line, name, how, document, note, acting, .. } => {
                let (head, actor) = acting.seat(&workplace).await?;
                let ((name, how), line) = (words(name, how)?, line.unwrap_or_default());
                let form = Settling { line, name, how, document, note };
                payments::settle(door, workplace.ask(&head, actor, "discrepancy_settle"), form).await?;
                tell(&workplace, &acting, "line", line, "settled")
            }
            Self::Reissue { payment, reason, acting } => {
                let (head, actor) = acting.seat(&workplace).await?;
                let form = ReissueForm { payment, reason };
                let answer = payments::reissue(door, workplace.ask(&head, actor, "payment_reissue"), form).await?;
                let state = if answer.became == Reissued::Pending { "reissue_pending" } else { "reissued" };
                tell(&workplace, &acting, "payment", payment, state)
            }
            Self::ApproveReissue { payment, acting } => {
                let (head, actor) = acting.seat(&workplace).await?;
                let waits = payments::reissue_waiting(&door.db.read, head.book_id, payment).await?;
                let waits = waits.ok_or_else(|| Refusal::new("not_pending").with("name", payment))?;
                let verdict = Verdict::Approved { digest: waits.leaf.to_string() };
                let ask = workplace.ask(&head, actor, "payment_reissue_approve");
                payments::decide_reissue(door, ask, payment, verdict).await?;
                tell(&workplace, &acting, "payment", payment, "reissued")
            }
        }
    }
}

/// What differs and how it is settled, as typed.
fn words(name: Option<String>, how: Option<String>) -> Result<(Name, How)> {
    let (name, how) = (name.unwrap_or_default(), how.unwrap_or_default());
    let unknown = |found: &str| Refusal::new("difference_word_unknown").with("found", found);
    let name = Name::from_code(&name).ok_or_else(|| unknown(&name))?;
    Ok((name, How::from_code(&how).ok_or_else(|| unknown(&how))?))
}

/// Without a digest it settles what it prints, in the transaction that holds it to that.
async fn settle_many(workplace: &Workplace, acting: &Acting, form: SettlingMany) -> Result<Outcome> {
    let (head, actor) = acting.seat(workplace).await?;
    let (file, name, how) = (form.file, form.name, form.how);
    let open = payments::open_together(&workplace.door.db.read, head.book_id, file, name).await?;
    let word = i18n::text(workplace.lang, name.key());
    let (of_file, n, sum) = (file.to_string(), open.lines.len().to_string(), open.sum.grouped());
    let places = [("file", of_file.as_str()), ("n", &n), ("name", word), ("sum", &sum), ("digest", &open.digest)];
    if !acting.is_json() {
        output::say(workplace.lang, "cli.bank.settling", &places)?;
    }
    let digest = if form.digest.is_empty() { open.digest.clone() } else { form.digest };
    let ask = workplace.ask(&head, actor, "discrepancies_settle");
    let done = payments::settle_many(&workplace.door, ask, SettlingMany { digest, ..form }).await?;
    if acting.is_json() {
        let (name, how) = (name.code(), how.code());
        output::json(&serde_json::json!({ "file": file, "name": name, "how": how, "settled": done.settled }))?;
    } else {
        output::say(workplace.lang, "cli.bank.settled_many", &places)?;
    }
    Ok(Outcome::True)
}

async fn import(
    workplace: &Workplace,
    file: &PathBuf,
    (profile, number): (&str, Option<&str>),
    acting: &Acting,
) -> Result<Outcome> {
    let (head, actor) = acting.seat(workplace).await?;
    let through = Through { profile, account: account_named(workplace, head.book_id, number).await? };
    let bytes = std::fs::read(file).map_err(|_| Refusal::new("file_unreadable").with("file", file.display()))?;
    let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let ask = workplace.ask(&head, actor, "bank_import");
    match payments::load_bank_file(&workplace.door, ask, &head, through, name, bytes).await? {
        Ok(loaded) => show(workplace, acting, &loaded),
        Err(faults) => show_faults(workplace, acting.is_json(), &faults.into()),
    }
}

/// What a file brought, for a program.
#[derive(serde::Serialize)]
struct AsJson<'l> {
    #[serde(flatten)]
    loaded: &'l Loaded,
    /// The code of each notice with its facts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notices: Vec<serde_json::Value>,
}

fn told(notice: &Refusal) -> serde_json::Value {
    let facts = notice.facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into()));
    std::iter::once(("code".to_owned(), notice.code.into())).chain(facts).collect::<serde_json::Map<_, _>>().into()
}

fn show(workplace: &Workplace, acting: &Acting, loaded: &Loaded) -> Result<Outcome> {
    if acting.is_json() {
        output::json(&AsJson { loaded, notices: loaded.notices.iter().map(told).collect() })?;
        return Ok(Outcome::True);
    }
    let places = [
        ("file", loaded.file.to_string()),
        ("lines", loaded.lines.to_string()),
        ("applied", loaded.applied.to_string()),
    ];
    output::say(workplace.lang, "cli.bank.loaded", &places.each_ref().map(|(name, text)| (*name, text.as_str())))?;
    for notice in &loaded.notices {
        output::line(&format!("  {}", i18n::sentence(workplace.lang, notice)))?;
    }
    for (name, count) in &loaded.discrepancies {
        let word = Name::from_code(name).map_or(*name, |name| i18n::text(workplace.lang, name.key()));
        output::line(&format!("  {word}  {count}"))?;
    }
    Ok(Outcome::True)
}

fn tell(workplace: &Workplace, acting: &Acting, what: &str, id: i64, state: &str) -> Result<Outcome> {
    if acting.is_json() {
        output::json(&serde_json::json!({ what: id, "state": state }))?;
    } else {
        output::say(workplace.lang, &format!("cli.bank.{state}"), &[("id", &id.to_string())])?;
    }
    Ok(Outcome::True)
}
