//! `recovery demand`, `recovery receive`, `recovery offset`, `recovery sign`, `recovery refuse`, `recovery undo`,
//! `recovery list`.

use clap::{Subcommand, ValueEnum};

use super::acting::{Acting, Approving, Refusing};
use super::batch::account_named;
use super::workplace::Workplace;
use super::{Format, Outcome, output};
use crate::kernel::{Error, Refusal, Result};
use crate::recoveries::{self, Claim, DemandForm, Destination, OffsetForm, ReceiptForm, Signed, State, Verdict};
use crate::web::i18n;

/// Most demands that a list shows.
const LISTED: u64 = 1_000;

/// Where money goes that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DestinationChoice {
    /// The budget is restored
    Available,
    /// It is paid to the treasury
    Source,
}

impl From<DestinationChoice> for Destination {
    fn from(choice: DestinationChoice) -> Self {
        match choice {
            DestinationChoice::Available => Self::Available,
            DestinationChoice::Source => Self::Source,
        }
    }
}

/// Money that is demanded back, comes back or is settled against another grant.
#[derive(Debug, Subcommand)]
pub enum Recovery {
    /// Prepare a demand on a paid grant; another person signs
    Demand {
        /// The grant: its position in the book
        grant: i64,
        #[command(flatten)]
        acting: Acting,
        /// How much
        #[arg(long)]
        amount: String,
        /// Number of the document
        #[arg(long)]
        document: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Until when it shall be back
        #[arg(long)]
        due: String,
    },
    /// Book money that came back against a demand; another person signs
    Receive {
        /// The demand
        demand: i64,
        #[command(flatten)]
        acting: Acting,
        /// How much
        #[arg(long)]
        amount: String,
        /// Number of the document, the bank's for example
        #[arg(long)]
        document: String,
        /// When it came
        #[arg(long)]
        on: String,
        /// Where it goes
        #[arg(long, value_enum)]
        destination: DestinationChoice,
        /// Number of the paying account to which it came
        #[arg(long)]
        paying_account: Option<String>,
    },
    /// Prepare that a demand be settled against an approved grant of the same recipient; another person signs
    Offset {
        /// The demand
        demand: i64,
        /// The grant that is not paid out by so much: its position in the book
        #[arg(long)]
        grant: i64,
        #[command(flatten)]
        acting: Acting,
        /// How much
        #[arg(long)]
        amount: String,
        /// Number of the document
        #[arg(long)]
        document: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Sign a demand, receipt or offset that another person prepared, or the undoing of one that another person wants
    Sign(Approving),
    /// Refuse what waits: a demand, receipt or offset, or the undoing of one
    Refuse(Refusing),
    /// Ask that a demand be withdrawn, or a receipt or an offset undone; another person signs
    Undo(Refusing),
    /// Demands of which something is to come, those due first first
    List {
        /// The book
        #[arg(long)]
        book: String,
        /// Those that wait, are settled, refused or withdrawn as well, the newest first
        #[arg(long)]
        all: bool,
        /// text or json
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

impl Recovery {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        match self {
            Self::Demand { grant, acting, amount, document, reason, due } => {
                let form = DemandForm { grant, amount, document, reason, due_on: due };
                let (head, actor) = acting.seat(&workplace).await?;
                let ask = workplace.ask(&head, actor, "recovery_demand");
                let id = recoveries::demand(&workplace.door, ask, form).await?.id;
                tell(&workplace, &acting, Claim::Demand(id)).await
            }
            Self::Receive { demand, acting, amount, document, on, destination, paying_account } => {
                let (head, actor) = acting.seat(&workplace).await?;
                let account = account_named(&workplace, head.book_id, paying_account.as_deref()).await?;
                let destination = Destination::from(destination).code().to_owned();
                let form = ReceiptForm { demand, amount, document, received_on: on, destination, account };
                let ask = workplace.ask(&head, actor, "recovery_receive");
                let id = recoveries::prepare_receipt(&workplace.door, ask, form).await?.id;
                tell(&workplace, &acting, Claim::Receipt(id)).await
            }
            Self::Offset { demand, grant, acting, amount, document, reason } => {
                let (head, actor) = acting.seat(&workplace).await?;
                let form = OffsetForm { demand, settled_grant: grant, amount, document, reason };
                let ask = workplace.ask(&head, actor, "recovery_offset");
                let id = recoveries::prepare_offset(&workplace.door, ask, form).await?.id;
                tell(&workplace, &acting, Claim::Offset(id)).await
            }
            Self::Sign(Approving { id, acting, digest }) => decide(&workplace, &acting, id, Said::Sign(digest)).await,
            Self::Refuse(Refusing { id, acting, reason }) => {
                decide(&workplace, &acting, id, Said::Refuse(reason)).await
            }
            Self::Undo(Refusing { id, acting, reason }) => {
                let (head, actor) = acting.seat(&workplace).await?;
                let (claim, _) = found(&workplace, head.book_id, id).await?;
                let ask = workplace.ask(&head, actor, "recovery_undo");
                recoveries::ask_undo(&workplace.door, ask, claim, reason).await?;
                tell(&workplace, &acting, claim).await
            }
            Self::List { book, all, format } => list(&workplace, &book, all, format).await,
        }
    }
}

/// What another person says.
enum Said {
    Sign(Option<String>),
    Refuse(String),
}

/// Which of the three has this id, and where it stands.
async fn found(workplace: &Workplace, book_id: i64, id: i64) -> Result<(Claim, Signed)> {
    let c = &workplace.door.db.read;
    match recoveries::demand_by_id(c, book_id, id).await {
        Ok(demand) => return Ok((Claim::Demand(id), demand.signed)),
        Err(Error::NotFound) => {}
        Err(error) => return Err(error),
    }
    match recoveries::receipt(c, book_id, id).await {
        Ok(receipt) => return Ok((Claim::Receipt(id), receipt.signed)),
        Err(Error::NotFound) => {}
        Err(error) => return Err(error),
    }
    Ok((Claim::Offset(id), recoveries::offset(c, book_id, id).await?.signed))
}

/// Decides on what waits. Without a digest it signs what stands in the book, in the transaction that holds it to that.
async fn decide(workplace: &Workplace, acting: &Acting, id: i64, said: Said) -> Result<Outcome> {
    let (head, actor) = acting.seat(workplace).await?;
    let (claim, signed) = found(workplace, head.book_id, id).await?;
    let (door, ask) = (&workplace.door, workplace.ask(&head, actor, "recovery_sign"));
    if signed.state == State::UndoPending {
        let keep = match said {
            Said::Sign(Some(_)) => return Err(Refusal::new("digest_of_nothing").at("digest").into()),
            Said::Sign(None) => None,
            Said::Refuse(reason) => Some(reason),
        };
        recoveries::decide_undo(door, ask, claim, keep).await?;
        return tell(workplace, acting, claim).await;
    }
    let verdict = match said {
        Said::Sign(digest) => Verdict::Approved { digest: digest.unwrap_or_else(|| recoveries::digest(signed.leaf)) },
        Said::Refuse(reason) => Verdict::Refused { reason },
    };
    match claim {
        Claim::Demand(_) => recoveries::decide_demand(door, ask, id, verdict).await?,
        Claim::Receipt(_) => recoveries::decide_receipt(door, ask, id, verdict).await?,
        Claim::Offset(_) => recoveries::decide_offset(door, ask, id, verdict).await?,
    };
    tell(workplace, acting, claim).await
}

/// Where it stands now, with the digest that another person signs.
async fn tell(workplace: &Workplace, acting: &Acting, claim: Claim) -> Result<Outcome> {
    let (what, id) = match claim {
        Claim::Demand(id) => ("demand", id),
        Claim::Receipt(id) => ("receipt", id),
        Claim::Offset(id) => ("offset", id),
    };
    let head = acting.book(workplace).await?;
    let (_, signed) = found(workplace, head.book_id, id).await?;
    let (state, digest) = (signed.state.code(), recoveries::digest(signed.leaf));
    if acting.is_json() {
        output::json(&serde_json::json!({ what: id, "state": state, "digest": digest }))?;
    } else {
        let word = i18n::text(workplace.lang, &format!("recoveries.state.{state}"));
        let id = id.to_string();
        let places = [("id", id.as_str()), ("state", word), ("digest", digest.as_str())];
        output::say(workplace.lang, &format!("cli.recovery.{what}"), &places)?;
    }
    Ok(Outcome::True)
}

async fn list(workplace: &Workplace, book: &str, all: bool, format: Format) -> Result<Outcome> {
    let head = workplace.book(book).await?;
    let today = workplace.door.surroundings.clock.now().day();
    let c = &workplace.door.db.read;
    let mut listed = Vec::new();
    for demand in recoveries::demands(c, head.book_id, (None, today), all, (0, LISTED)).await? {
        let state = demand.signed.state.code();
        if format == Format::Text {
            let word = i18n::text(workplace.lang, &format!("recoveries.state.{state}"));
            let (amount, open) = (demand.amount.grouped(), demand.open().grouped());
            let who = format!("{}  {}", demand.reference, demand.name);
            output::line(&format!("{}  {who}  {amount}  {open}  {}  {word}", demand.id, demand.due_on))?;
        }
        listed.push(serde_json::json!({
            "demand": demand.id,
            "grant": demand.grant,
            "reference": demand.reference,
            "name": demand.name,
            "amount": demand.amount.plain(),
            "received": demand.received.plain(),
            "open": demand.open().plain(),
            "due_on": demand.due_on,
            "document": demand.document,
            "state": state,
            "digest": recoveries::digest(demand.signed.leaf),
        }));
    }
    if format != Format::Text {
        output::json(&listed)?;
    }
    Ok(Outcome::True)
}
