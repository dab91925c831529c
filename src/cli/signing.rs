//! `reconcile prepare`, `reconcile sign`, `reconcile refuse`, `reconcile reopen`, `reconcile list`.

use clap::Subcommand;

use super::acting::{Acting, Approving, Listing, Refusing};
use super::batch::account_named;
use super::workplace::Workplace;
use super::{Format, Outcome, output};
use crate::kernel::dates::Day;
use crate::kernel::{Refusal, Result};
use crate::reconciliation::{self, Record, RecordState, Subject};
use crate::web::i18n;

/// What two people sign of bank and book.
#[derive(Debug, Subcommand)]
pub enum Signing {
    /// Prepare a batch, or a month of an account, for signing; another person signs
    Prepare {
        #[command(flatten)]
        acting: Acting,
        /// The batch
        #[arg(long, conflicts_with_all = ["paying_account", "period"])]
        batch: Option<i64>,
        /// Number of the paying account
        #[arg(long, requires = "period")]
        paying_account: Option<String>,
        /// Its month, YYYY-MM
        #[arg(long, requires = "paying_account")]
        period: Option<String>,
    },
    /// Sign what another person prepared, or reopen what another person wants reopened
    Sign(Approving),
    /// Give back what was prepared, or let stand what another person wants reopened
    Refuse(Refusing),
    /// Ask that a signed one be reopened; another person signs that
    Reopen(Refusing),
    /// What was prepared and signed, the newest first
    List(Listing),
}

impl Signing {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        let door = &workplace.door;
        match self {
            Self::Prepare { acting, batch, paying_account, period } => {
                let (head, actor) = acting.seat(&workplace).await?;
                let account = account_named(&workplace, head.book_id, paying_account.as_deref()).await?;
                let subject = match (batch, account, period) {
                    (Some(batch), ..) => Subject::Batch(batch),
                    (None, Some(account), Some(month)) => {
                        let first = Day::parse(&format!("{month}-01")).map_err(|refusal| refusal.at("period"))?;
                        Subject::month(account, first)
                    }
                    _ => return Err(Refusal::new("sign_what").into()),
                };
                let ask = workplace.ask(&head, actor, "reconcile_prepare");
                let id = reconciliation::prepare(door, ask, &head, subject).await?.reconciliation;
                tell(&workplace, &acting, id).await
            }
            Self::Sign(Approving { id, acting, digest }) => sign(&workplace, &acting, id, digest).await,
            Self::Refuse(Refusing { id, acting, reason }) => {
                let (head, actor) = acting.seat(&workplace).await?;
                let found = reconciliation::record(&door.db.read, head.book_id, id).await?;
                let ask = workplace.ask(&head, actor, "reconcile_refuse");
                match found.state {
                    RecordState::ReopenPending => reconciliation::refuse_reopening(door, ask, id, reason).await?,
                    _ => reconciliation::refuse(door, ask, id, reason).await?,
                };
                tell(&workplace, &acting, id).await
            }
            Self::Reopen(Refusing { id, acting, reason }) => {
                let (head, actor) = acting.seat(&workplace).await?;
                let ask = workplace.ask(&head, actor, "reconcile_reopen");
                reconciliation::prepare_reopening(door, ask, id, reason).await?;
                tell(&workplace, &acting, id).await
            }
            Self::List(Listing { book, format }) => list(&workplace, &book, format).await,
        }
    }
}

/// Without a digest it signs what it prints, in the transaction that holds it to that.
async fn sign(workplace: &Workplace, acting: &Acting, id: i64, digest: Option<String>) -> Result<Outcome> {
    let (head, actor) = acting.seat(workplace).await?;
    let door = &workplace.door;
    let found = reconciliation::record(&door.db.read, head.book_id, id).await?;
    let ask = workplace.ask(&head, actor, "reconcile_sign");
    match found.state {
        RecordState::ReopenPending if digest.is_some() => {
            return Err(Refusal::new("digest_of_nothing").at("digest").into());
        }
        RecordState::ReopenPending => reconciliation::approve_reopening(door, ask, id).await?,
        _ => reconciliation::sign(door, ask, &head, id, digest.unwrap_or(found.digest)).await?,
    };
    tell(workplace, acting, id).await
}

fn described(record: &Record) -> serde_json::Value {
    serde_json::json!({
        "reconciliation": record.id,
        "state": record.state.code(),
        "scope": record.subject.word(),
        "bank": record.bank.plain(),
        "book": record.book.plain(),
        "adjusted": record.adjusted.plain(),
        "at": record.at,
        "digest": record.digest,
    })
}

fn say(workplace: &Workplace, record: &Record) -> Result<()> {
    let id = record.id.to_string();
    let word = i18n::text(workplace.lang, &format!("reconciliation.state.{}", record.state.code()));
    let places = [
        ("id", id),
        ("state", word.to_owned()),
        ("scope", record.subject.word()),
        ("bank", record.bank.grouped()),
        ("book", record.book.grouped()),
        ("adjusted", record.adjusted.grouped()),
        ("digest", record.digest.clone()),
    ];
    let places: Vec<(&str, &str)> = places.iter().map(|(name, value)| (*name, value.as_str())).collect();
    output::say(workplace.lang, "cli.reconcile.record", &places)
}

/// Where it stands now, with the digest that another person signs.
async fn tell(workplace: &Workplace, acting: &Acting, id: i64) -> Result<Outcome> {
    let book_id = acting.book(workplace).await?.book_id;
    let record = reconciliation::record(&workplace.door.db.read, book_id, id).await?;
    if acting.is_json() {
        output::json(&described(&record))?;
    } else {
        say(workplace, &record)?;
    }
    Ok(Outcome::True)
}

async fn list(workplace: &Workplace, book: &str, format: Format) -> Result<Outcome> {
    let head = workplace.book(book).await?;
    let records = reconciliation::records(&workplace.door.db.read, head.book_id).await?;
    if format == Format::Text {
        for record in &records {
            say(workplace, record)?;
        }
    } else {
        output::json(&records.iter().map(described).collect::<Vec<_>>())?;
    }
    Ok(Outcome::True)
}
