//! `period list`, `period close`, `period approve`, `period refuse`, `period reopen`.

use std::collections::BTreeMap;

use clap::{Subcommand, ValueEnum};

use super::acting::{Acting, Approving, Listing, Refusing};
use super::workplace::Workplace;
use super::{Format, Outcome, output};
use crate::audit::last_check;
use crate::closing::{self, Chosen, Closing, Item, PrepareForm, Rest, Standing, Unpaid};
use crate::kernel::{Error, Refusal, Result};
use crate::periods::{self, Month};
use crate::web::i18n;

/// What becomes of the rest of every allotment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RestChoice {
    /// It stays for the next year
    Carried,
    /// It goes back to where it came from
    TakenBack,
}

/// What becomes of every unpaid grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UnpaidChoice {
    /// It is paid in the next year
    Carried,
    /// It is cancelled
    Cancelled,
}

/// Months of a book.
#[derive(Debug, Subcommand)]
pub enum Period {
    /// Months that were ever closed, the newest first
    List(Listing),
    /// Prepare that the months up to one be closed; another person approves
    Close {
        /// The last month, YYYY-MM
        month: String,
        #[command(flatten)]
        acting: Acting,
        /// Why whatever is open may stay so
        #[arg(long, default_value = "")]
        reason: String,
        /// At the end of a year: what becomes of the rest of every allotment
        #[arg(long, value_enum)]
        rest: Option<RestChoice>,
        /// At the end of a year: what becomes of unpaid grants
        #[arg(long, value_enum)]
        unpaid: Option<UnpaidChoice>,
        /// At the end of a year, for one allotment: POLICY/DOCUMENT=carried or =taken-back, with ,carried or ,cancelled for
        /// its unpaid grants (repeatable); the others as --rest and --unpaid say
        #[arg(long, value_name = "POLICY/DOCUMENT=REST[,UNPAID]")]
        allotment: Vec<String>,
        /// The document by which money is taken back or grants are cancelled
        #[arg(long, default_value = "")]
        document: String,
    },
    /// Close, or open again, what another person prepared
    Approve(Approving),
    /// Leave as it is what another person prepared
    Refuse(Refusing),
    /// Prepare that the last closed month be opened again; another person approves
    Reopen {
        /// The month, YYYY-MM
        month: String,
        #[command(flatten)]
        acting: Acting,
        /// Why
        #[arg(long)]
        reason: String,
    },
}

impl Period {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        match self {
            Self::List(Listing { book, format }) => list(&workplace, &book, format).await,
            Self::Close { month, acting, reason, rest, unpaid, allotment, document } => {
                let others = Chosen { rest: rest.map(chosen_rest), unpaid: unpaid.map(chosen_unpaid) };
                let decisions = Decisions { others, own: allotment };
                close(&workplace, &acting, Month::parse(&month)?, (reason, decisions, document)).await
            }
            Self::Refuse(Refusing { id, acting, reason }) => refuse(&workplace, &acting, id, reason).await,
            Self::Approve(Approving { id, acting, digest }) => approve(&workplace, &acting, id, digest).await,
            Self::Reopen { month, acting, reason } => {
                let (head, actor) = acting.seat(&workplace).await?;
                let ask = workplace.ask(&head, actor, "period_reopen");
                let month = Month::parse(&month)?;
                let id = closing::prepare_reopening(&workplace.door, ask, month, reason).await?.reopening;
                let leaf = closing::reopening(&workplace.door.db.read, head.book_id, id).await?.leaf;
                tell(&workplace, &acting, "reopening", (id, &month.to_string(), &closing::digest(leaf)))
            }
        }
    }
}

/// What becomes of allotments at the end of a year.
struct Decisions {
    /// Of those that are not named.
    others: Chosen,
    /// Of those that are, as written.
    own: Vec<String>,
}

impl Decisions {
    /// The choice for each allotment.
    ///
    /// Refusals: `allotment_spelling` (`found`), `allotment_not_named` (`found`).
    fn chosen(&self, lines: &[Standing]) -> Result<BTreeMap<i64, Chosen>, Refusal> {
        let mut chosen: BTreeMap<i64, Chosen> = lines.iter().map(|line| (line.allotment, self.others)).collect();
        for written in &self.own {
            let spelling = || Refusal::new("allotment_spelling").with("found", written);
            let (named, words) = written.rsplit_once('=').ok_or_else(spelling)?;
            let (policy, document) = named.split_once('/').ok_or_else(spelling)?;
            let name = format!("{} · {}", policy.trim(), document.trim());
            let line = lines.iter().find(|line| line.name == name);
            let line = line.ok_or_else(|| Refusal::new("allotment_not_named").with("found", named))?;
            chosen.insert(line.allotment, words_of(words, self.others).ok_or_else(spelling)?);
        }
        Ok(chosen)
    }
}

/// What is decided of one allotment: of its rest, and after a comma of unpaid grants.
fn words_of(words: &str, others: Chosen) -> Option<Chosen> {
    let (rest, unpaid) = words.split_once(',').map_or((words, None), |(rest, unpaid)| (rest, Some(unpaid)));
    let rest = RestChoice::from_str(rest.trim(), true).ok()?;
    let unpaid = match unpaid {
        Some(word) => Some(chosen_unpaid(UnpaidChoice::from_str(word.trim(), true).ok()?)),
        None => others.unpaid,
    };
    Some(Chosen { rest: Some(chosen_rest(rest)), unpaid })
}

const fn chosen_rest(rest: RestChoice) -> Rest {
    match rest {
        RestChoice::Carried => Rest::Carried,
        RestChoice::TakenBack => Rest::TakenBack,
    }
}

const fn chosen_unpaid(unpaid: UnpaidChoice) -> Unpaid {
    match unpaid {
        UnpaidChoice::Carried => Unpaid::Carried,
        UnpaidChoice::Cancelled => Unpaid::Cancelled,
    }
}

async fn list(workplace: &Workplace, book: &str, format: Format) -> Result<Outcome> {
    let head = workplace.book(book).await?;
    let mut listed = Vec::new();
    for period in periods::periods(&workplace.door.db.read, head.book_id).await? {
        let state = if period.is_closed { "closed" } else { "open" };
        if format == Format::Text {
            output::line(&format!("{}  {}", period.month, i18n::text(workplace.lang, state_key(period.is_closed))))?;
        }
        listed.push(serde_json::json!({
            "month": period.month,
            "state": state,
            "at": period.at.print(),
            "position": period.position,
        }));
    }
    if format != Format::Text {
        output::json(&listed)?;
    }
    Ok(Outcome::True)
}

const fn state_key(is_closed: bool) -> &'static str {
    if is_closed { "closing.state.closed" } else { "closing.state.open" }
}

/// Shows what is open and prepares the closing with one reason for all of it.
async fn close(
    workplace: &Workplace,
    acting: &Acting,
    last: Month,
    (reason, decisions, document): (String, Decisions, String),
) -> Result<Outcome> {
    let (head, actor) = acting.seat(workplace).await?;
    let door = &workplace.door;
    let (today, check) = (door.surroundings.clock.now().day(), last_check(door, head.book_id).await?);
    let list = closing::checklist(&door.db, &head, last, today, check.as_ref()).await?;
    if !acting.is_json() {
        for (item, found) in &list.facts.open {
            output::line(&format!("{}  {found}", i18n::text(workplace.lang, item.key())))?;
        }
    }
    let reasons = Item::ALL.into_iter().filter(|_| !reason.is_empty());
    let form = PrepareForm {
        last,
        reasons: reasons.map(|item| (item.field().to_owned(), reason.clone())).collect(),
        chosen: decisions.chosen(&list.facts.lines)?,
        document,
    };
    let id = closing::prepare(door, workplace.ask(&head, actor, "period_close"), form).await?.closing;
    let made = closing::closing(&door.db.read, head.book_id, id).await?;
    tell(workplace, acting, "closing", (id, &months(&made), &closing::digest(made.leaf)))
}

fn months(closing: &Closing) -> String {
    if closing.first == closing.last { closing.last.to_string() } else { format!("{}/{}", closing.first, closing.last) }
}

/// Without a digest it signs what it prints, in the transaction that holds it to that.
async fn approve(workplace: &Workplace, acting: &Acting, id: i64, digest: Option<String>) -> Result<Outcome> {
    let (head, actor) = acting.seat(workplace).await?;
    let (door, c) = (&workplace.door, &workplace.door.db.read);
    match closing::closing(c, head.book_id, id).await {
        Ok(waiting) => {
            let digest = digest.unwrap_or_else(|| closing::digest(waiting.leaf));
            closing::approve(door, workplace.ask(&head, actor, "period_approve"), id, digest.clone()).await?;
            tell(workplace, acting, "closed", (id, &months(&waiting), &digest))
        }
        Err(Error::NotFound) => {
            let waiting = closing::reopening(c, head.book_id, id).await?;
            let digest = digest.unwrap_or_else(|| closing::digest(waiting.leaf));
            closing::approve_reopening(door, workplace.ask(&head, actor, "period_approve"), id, digest.clone()).await?;
            tell(workplace, acting, "opened", (id, &waiting.month.to_string(), &digest))
        }
        Err(error) => Err(error),
    }
}

/// Leaves months open that somebody wants closed, or closed that somebody wants opened.
async fn refuse(workplace: &Workplace, acting: &Acting, id: i64, reason: String) -> Result<Outcome> {
    let (head, actor) = acting.seat(workplace).await?;
    let (door, c) = (&workplace.door, &workplace.door.db.read);
    let ask = workplace.ask(&head, actor, "period_refuse");
    match closing::closing(c, head.book_id, id).await {
        Ok(waiting) => {
            closing::refuse(door, ask, id, reason).await?;
            tell(workplace, acting, "refused", (id, &months(&waiting), &closing::digest(waiting.leaf)))
        }
        Err(Error::NotFound) => {
            let waiting = closing::reopening(c, head.book_id, id).await?;
            closing::refuse_reopening(door, ask, id, reason).await?;
            tell(workplace, acting, "kept", (id, &waiting.month.to_string(), &closing::digest(waiting.leaf)))
        }
        Err(error) => Err(error),
    }
}

fn tell(
    workplace: &Workplace,
    acting: &Acting,
    what: &str,
    (id, months, digest): (i64, &str, &str),
) -> Result<Outcome> {
    if acting.is_json() {
        output::json(&serde_json::json!({ "id": id, "what": what, "months": months, "digest": digest }))?;
    } else {
        let facts = [("id", id.to_string()), ("months", months.to_owned()), ("digest", digest.to_owned())];
        let facts: Vec<(&str, &str)> = facts.iter().map(|(name, value)| (*name, value.as_str())).collect();
        output::say(workplace.lang, &format!("cli.period.{what}"), &facts)?;
    }
    Ok(Outcome::True)
}
