//! `correction prepare`, `correction approve`, `correction refuse`, `correction list`.

use clap::{Args, Subcommand};

use super::acting::{Acting, Approving, Listing, Refusing};
use super::workplace::Workplace;
use super::{Format, Outcome, output};
use crate::corrections::{self, Correction as Found, CorrectionForm, Verdict};
use crate::kernel::Result;
use crate::web::i18n;

/// Most corrections that a list shows.
const LISTED: u64 = 1_000;

/// What is right instead.
#[derive(Debug, Args)]
pub struct Right {
    /// Reference of the right grant
    #[arg(long)]
    reference: String,
    /// Code of the right policy
    #[arg(long)]
    policy: String,
    /// Document number of the allotment that should have paid (default: the policy's shares)
    #[arg(long, default_value = "")]
    allotment: String,
    /// The right amount
    #[arg(long)]
    amount: String,
    /// The right day
    #[arg(long)]
    right_on: String,
    /// What is above the right amount was really paid, and is demanded back
    #[arg(long)]
    overpaid: bool,
    /// Until when it shall be back
    #[arg(long, default_value = "")]
    due: String,
    /// Number of the document
    #[arg(long)]
    document: String,
    /// Why
    #[arg(long)]
    reason: String,
}

/// Bookings that were wrong.
#[derive(Debug, Subcommand)]
pub enum Correction {
    /// Prepare that the booking of a paid grant be corrected; another person approves
    Prepare {
        /// The grant: its position in the book
        grant: i64,
        #[command(flatten)]
        acting: Acting,
        #[command(flatten)]
        right: Right,
    },
    /// Correct a booking as another person prepared it
    Approve(Approving),
    /// Leave a booking as it is
    Refuse(Refusing),
    /// Corrections, the newest first
    List(Listing),
}

impl Correction {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        match self {
            Self::Prepare { grant, acting, right } => {
                let (head, actor) = acting.seat(&workplace).await?;
                let ask = workplace.ask(&head, actor, "correction_prepare");
                let id = corrections::prepare_correction(&workplace.door, ask, form(grant, right)).await?.correction;
                tell(&workplace, &acting, id).await
            }
            Self::Approve(Approving { id, acting, digest }) => {
                let book_id = acting.book(&workplace).await?.book_id;
                let found = corrections::correction(&workplace.door.db.read, book_id, id).await?;
                let digest = digest.unwrap_or_else(|| corrections::digest(found.leaf));
                decide(&workplace, &acting, id, Verdict::Approved { digest }).await
            }
            Self::Refuse(Refusing { id, acting, reason }) => {
                decide(&workplace, &acting, id, Verdict::Refused { reason }).await
            }
            Self::List(Listing { book, format }) => list(&workplace, &book, format).await,
        }
    }
}

fn form(grant: i64, right: Right) -> CorrectionForm {
    CorrectionForm {
        grant,
        reference: right.reference,
        policy: right.policy,
        allotment: right.allotment,
        amount: right.amount,
        right_on: right.right_on,
        is_overpaid: right.overpaid,
        due_on: right.due,
        document: right.document,
        reason: right.reason,
    }
}

async fn decide(workplace: &Workplace, acting: &Acting, id: i64, verdict: Verdict) -> Result<Outcome> {
    let (head, actor) = acting.seat(workplace).await?;
    let ask = workplace.ask(&head, actor, "correction_decide");
    corrections::decide_correction(&workplace.door, ask, id, verdict).await?;
    tell(workplace, acting, id).await
}

fn described(found: &Found) -> serde_json::Value {
    serde_json::json!({
        "correction": found.id,
        "state": found.state.code(),
        "grant": found.grant,
        "right_grant": found.right_grant,
        "reference": found.reference,
        "amount": found.amount.plain(),
        "overpaid": found.overpaid.plain(),
        "right_on": found.right_on,
        "document": found.document,
        "digest": corrections::digest(found.leaf),
    })
}

fn word(workplace: &Workplace, found: &Found) -> &'static str {
    i18n::text(workplace.lang, &format!("corrections.state.{}", found.state.code()))
}

/// Where it stands now, with the digest that another person approves.
async fn tell(workplace: &Workplace, acting: &Acting, id: i64) -> Result<Outcome> {
    let book_id = acting.book(workplace).await?.book_id;
    let found = corrections::correction(&workplace.door.db.read, book_id, id).await?;
    if acting.is_json() {
        output::json(&described(&found))?;
    } else {
        let (id, digest) = (id.to_string(), corrections::digest(found.leaf));
        let places = [("id", id.as_str()), ("state", word(workplace, &found)), ("digest", digest.as_str())];
        output::say(workplace.lang, "cli.correction", &places)?;
    }
    Ok(Outcome::True)
}

async fn list(workplace: &Workplace, book: &str, format: Format) -> Result<Outcome> {
    let head = workplace.book(book).await?;
    let all = corrections::corrections(&workplace.door.db.read, head.book_id, None, (i64::MAX, LISTED)).await?;
    if format != Format::Text {
        output::json(&all.iter().map(described).collect::<Vec<_>>())?;
        return Ok(Outcome::True);
    }
    for found in &all {
        let amount = found.amount.grouped();
        let state = word(workplace, found);
        output::line(&format!("{}  {}  {amount}  {}  {state}", found.id, found.reference, found.right_on))?;
    }
    Ok(Outcome::True)
}
