//! `batch create`, `batch release` (`release.rs`), `batch file`, `batch list`, `batch withdraw`.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::acting::{Acting, Listing, Refusing};
use super::release::{Said, release};
use super::workplace::Workplace;
use super::{Format, Outcome, output};
use crate::journal::Actor;
use crate::kernel::{Refusal, Result};
use crate::payments::{self, BatchState, Gather};
use crate::policies;
use crate::web::i18n;

/// Most batches that a list shows.
const LISTED: u64 = 1_000;

/// Batches of payments.
#[derive(Debug, Subcommand)]
pub enum Batch {
    /// Gather approved grants into a batch
    Create {
        #[command(flatten)]
        acting: Acting,
        /// Grants of this policy only
        #[arg(long)]
        policy: Option<String>,
        /// Only grants to recipients of this sub-district
        #[arg(long)]
        subdistrict: Option<String>,
        /// Only grants found by the recipient's name or number, or by how their reference begins
        #[arg(long)]
        search: Option<String>,
        /// At most so many, the oldest first
        #[arg(long)]
        limit: Option<u64>,
        /// Number of the account from which it is paid
        #[arg(long)]
        paying_account: Option<String>,
    },
    /// Release a batch: its money is on its way
    Release {
        /// The batch
        id: i64,
        #[command(flatten)]
        acting: Acting,
        #[command(flatten)]
        said: Said,
    },
    /// Take a batch back that waits for release
    Withdraw(Refusing),
    /// Write the file of a released batch for the bank
    File {
        /// The batch
        id: i64,
        /// Profile of the file
        #[arg(long)]
        profile: String,
        /// The book
        #[arg(long)]
        book: String,
        /// Who acts (default: the operator of the machine)
        #[arg(long = "as")]
        login: Option<String>,
        /// The file to write; of several, the others get a number before the ending
        #[arg(short, long)]
        output: PathBuf,
    },
    /// Batches, the newest first
    List(Listing),
}

impl Batch {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        match self {
            Self::Create { acting, policy, subdistrict, search, limit, paying_account } => {
                let gather = Gather { subdistrict, search, limit, ..Gather::default() };
                create(&workplace, &acting, policy.as_deref(), gather, paying_account.as_deref()).await
            }
            Self::Release { id, acting, said } => release(&workplace, id, &acting, said).await,
            Self::Withdraw(Refusing { id, acting, reason }) => {
                let (head, actor) = acting.seat(&workplace).await?;
                let ask = workplace.ask(&head, actor, "batch_withdraw");
                payments::withdraw(&workplace.door, ask, id, reason).await?;
                tell(&workplace, &acting, id, "withdrawn")
            }
            Self::File { id, profile, book, login, output } => {
                file(&workplace, id, &profile, &book, login.as_deref(), &output).await
            }
            Self::List(Listing { book, format }) => list(&workplace, &book, format).await,
        }
    }
}

pub(super) fn tell(workplace: &Workplace, acting: &Acting, id: i64, state: &str) -> Result<Outcome> {
    if acting.is_json() {
        output::json(&serde_json::json!({ "batch": id, "state": state }))?;
    } else {
        output::say(workplace.lang, &format!("cli.batch.{state}"), &[("batch", &id.to_string())])?;
    }
    Ok(Outcome::True)
}

/// The paying account in use that has this number, if one is named.
pub(super) async fn account_named(workplace: &Workplace, book_id: i64, number: Option<&str>) -> Result<Option<i64>> {
    let Some(number) = number else { return Ok(None) };
    let known = payments::paying_accounts(&workplace.door.db.read, book_id).await?;
    let found = known.iter().find(|account| account.account_number == number && account.state == "open");
    Ok(Some(found.ok_or_else(|| Refusal::new("paying_account_unknown"))?.id))
}

async fn create(
    workplace: &Workplace,
    acting: &Acting,
    policy: Option<&str>,
    gather: Gather,
    paying_account: Option<&str>,
) -> Result<Outcome> {
    let (head, actor) = acting.seat(workplace).await?;
    let c = &workplace.door.db.read;
    let policy = match policy {
        Some(code) => {
            let found = policies::by_code(c, head.book_id, code).await?;
            let unknown = || Refusal::new("policy_unknown").at("policy").with("found", code);
            Some(found.ok_or_else(unknown)?.id)
        }
        None => None,
    };
    let account = account_named(workplace, head.book_id, paying_account).await?;
    let gather = Gather { policy, ..gather };
    let made = payments::build(&workplace.door, workplace.ask(&head, actor, "batch_create"), gather, account).await?;
    if acting.is_json() {
        output::json(&made)?;
    } else {
        let places = [
            ("batch", made.batch.to_string()),
            ("payments", made.payments.to_string()),
            ("sum", made.sum.grouped()),
            ("digest", made.digest),
        ];
        output::say(
            workplace.lang,
            "cli.batch.created",
            &places.each_ref().map(|(name, text)| (*name, text.as_str())),
        )?;
    }
    Ok(Outcome::True)
}

async fn file(
    workplace: &Workplace,
    id: i64,
    profile: &str,
    book: &str,
    login: Option<&str>,
    output: &Path,
) -> Result<Outcome> {
    let head = workplace.book(book).await?;
    let actor = match login {
        Some(login) => workplace.person(login).await?,
        None => Actor::operator(),
    };
    let door = &workplace.door;
    let ask = workplace.ask(&head, actor, "batch_file");
    let made = payments::make_file(door, ask, &head, id, profile.to_owned()).await?;
    for file in &made {
        let path = numbered(output, file.part);
        let bytes = payments::bank_file_bytes(door, head.book_id, &file.sha256).await?;
        std::fs::write(&path, bytes).map_err(|_| Refusal::new("file_unwritable").with("file", path.display()))?;
        output::say(
            workplace.lang,
            "cli.batch.file",
            &[
                ("file", &path.display().to_string()),
                ("payments", &file.payments.to_string()),
                ("sum", &file.sum.grouped()),
                ("sha256", &file.sha256),
            ],
        )?;
    }
    Ok(Outcome::True)
}

/// The first file has the name that was asked for, the others a number before the ending.
fn numbered(output: &Path, part: i64) -> PathBuf {
    if part == 1 {
        return output.to_path_buf();
    }
    let stem = output.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let ending = output.extension().map_or_else(String::new, |ending| format!(".{}", ending.to_string_lossy()));
    output.with_file_name(format!("{stem}-{part}{ending}"))
}

async fn list(workplace: &Workplace, book: &str, format: Format) -> Result<Outcome> {
    let head = workplace.book(book).await?;
    let c = &workplace.door.db.read;
    let batches = payments::batches(c, head.book_id, None, i64::MAX, LISTED).await?;
    let mut listed = Vec::with_capacity(batches.len());
    for batch in batches {
        let mut states = serde_json::Map::new();
        for (state, count, _) in payments::by_state(c, head.book_id, batch.id).await? {
            states.insert(state.code().to_owned(), count.into());
        }
        if format == Format::Text {
            let state = i18n::text(workplace.lang, batch.state.key());
            let line = format!("{}  {}  {}  {}", batch.id, state, batch.payments, batch.sum.grouped());
            output::line(&line)?;
        }
        listed.push(serde_json::json!({
            "batch": batch.id,
            "state": batch.state.code(),
            "payments": batch.payments,
            "sum": batch.sum.plain(),
            "digest": batch.digest,
            "by_state": states,
            "waits": batch.state == BatchState::Built,
        }));
    }
    if format != Format::Text {
        output::json(&listed)?;
    }
    Ok(Outcome::True)
}
