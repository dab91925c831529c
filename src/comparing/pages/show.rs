//! What differs between a list and the book, with what its columns were taken for; or what is wrong with the list.

use std::sync::Arc;

use askama::Template;
use rocket::form::Form;
use rocket::http::ContentType;
use rocket::{State, get, post};

use super::bring::owner;
use super::held::{HeldLists, List};
use crate::comparing::render::{fen, shown_number};
use crate::comparing::{Comparison, Entry, Field, Mapped, Outcome, Part, Question, compare};
use crate::journal::{Door, Keeper};
use crate::kernel::Error;
use crate::kernel::money::Fen;
use crate::people::Reader;
use crate::sheets::{BadCell, Faults};
use crate::web::form::Choice;
use crate::web::{Download, Fields, Frame, Held, Lang, Page, Reply};

/// Entries of a page.
const EACH: usize = 100;
/// Bad cells that are shown.
const FAULTS_SHOWN: usize = 300;

/// What was found.
#[expect(clippy::large_enum_variant, reason = "there is one of them for a page")]
enum Found {
    Compared(Comparison),
    Faulty(Faults),
}

/// The answer.
#[derive(Template)]
#[template(path = "comparing/pages/show.html")]
pub struct Show {
    frame: Frame,
    token: String,
    file_name: String,
    found: Found,
    fields: Vec<Choice>,
    only: Option<Outcome>,
    page: usize,
    /// Whether this machine can sign the book as it was at the position.
    signs: bool,
}

/// A line of the table: one entry.
struct Line {
    number: usize,
    outcome: String,
    is_same: bool,
    rule: &'static str,
    rows: Vec<Side>,
    grants: Vec<Side>,
    difference: Fen,
}

/// A row or a grant, as a line shows it.
struct Side {
    /// Line of the list, or the grant.
    id: u64,
    reference: String,
    number: String,
    name: String,
    policy: String,
    amount: Fen,
}

impl Show {
    fn here(&self) -> String {
        format!("{}/{}", self.frame.href("audit/compare"), self.token)
    }

    fn word(&self, outcome: &Outcome) -> &'static str {
        self.frame.t.s(&format!("comparing.outcome.{}", outcome.code()))
    }

    fn of(&self, outcome: &Outcome) -> String {
        format!("{}?outcome={}", self.here(), outcome.code())
    }

    fn is_shown(&self, outcome: &Outcome) -> bool {
        self.only == Some(*outcome)
    }

    fn list(&self, part: &Part) -> Fen {
        fen(part.list_fen)
    }

    fn book(&self, part: &Part) -> Fen {
        fen(part.book_fen)
    }

    fn difference(&self, part: &Part) -> Fen {
        fen(part.difference_fen())
    }

    fn filled<'c>(&self, compared: &'c Comparison) -> Vec<&'c (Outcome, Part)> {
        compared.parts.iter().filter(|(_, part)| part.entries > 0).collect()
    }

    fn entries<'c>(&'c self, compared: &'c Comparison) -> impl Iterator<Item = (usize, &'c Entry)> {
        let shown = |entry: &Entry| match self.only {
            Some(outcome) => entry.outcome == outcome,
            None => entry.outcome != Outcome::Same,
        };
        (1..).zip(&compared.entries).filter(move |(_, entry)| shown(entry))
    }

    fn lines(&self, compared: &Comparison) -> Vec<Line> {
        let some = self.entries(compared).skip(self.page * EACH).take(EACH);
        some.map(|(number, entry)| self.line(compared, number, entry)).collect()
    }

    fn line(&self, compared: &Comparison, number: usize, entry: &Entry) -> Line {
        let t = self.frame.t;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let rows = compared.rows(entry).map(|row| Side {
            id: row.line,
            reference: text(&row.reference),
            number: row.uscc.as_deref().map(shown_number).unwrap_or_default(),
            name: text(&row.name),
            policy: text(&row.policy),
            amount: row.amount,
        });
        let grants = compared.grants(entry).map(|grant| Side {
            id: u64::try_from(grant.grant).unwrap_or(0),
            reference: grant.reference.clone(),
            number: shown_number(&grant.uscc),
            name: grant.name.clone(),
            policy: grant.policy.clone(),
            amount: grant.amount,
        });
        Line {
            number,
            outcome: compared.outcome(t, entry),
            is_same: entry.outcome == Outcome::Same,
            rule: entry.rule.map_or("", |rule| t.s(&format!("comparing.rule.{}", rule.code()))),
            rows: rows.collect(),
            grants: grants.collect(),
            difference: fen(compared.difference_fen(entry)),
        }
    }

    fn more(&self, compared: &Comparison) -> (Option<String>, Option<String>) {
        let only = self.only.map_or_else(String::new, |outcome| format!("outcome={}&", outcome.code()));
        let at = |page: usize| format!("{}?{only}page={page}", self.here());
        let is_more = self.entries(compared).nth((self.page + 1) * EACH).is_some();
        (self.page.checked_sub(1).map(at), is_more.then(|| at(self.page + 1)))
    }

    fn unit(&self, compared: &Comparison) -> String {
        use crate::imports::UnitFrom;
        let from = match compared.unit_from {
            UnitFrom::Header => "imports.unit.header",
            UnitFrom::Title => "imports.unit.title",
            UnitFrom::Confirmed => "imports.unit.confirmed",
            UnitFrom::Assumed => "imports.unit.assumed",
        };
        self.frame.t.f(from).with("unit", compared.unit.zh()).to_string()
    }

    /// What the list claims for itself, where that is not its sum.
    fn wrong_total(&self, compared: &Comparison) -> Option<Fen> {
        let is_sum = |claimed: &Fen| i128::from(claimed.get()) == compared.whole().list_fen;
        compared.claimed.filter(|claimed| !is_sum(claimed))
    }

    fn is_field(&self, column: &Mapped, choice: &Choice) -> bool {
        column.field.map_or("", Field::code) == choice.value
    }

    fn shown_faults<'f>(&self, faults: &'f Faults) -> Vec<&'f BadCell> {
        faults.cells.iter().take(FAULTS_SHOWN).collect()
    }

    fn stem(&self, compared: &Comparison) -> String {
        stem(compared)
    }

    fn scope(&self, compared: &Comparison) -> String {
        let all = self.frame.t.s("comparing.policies.all");
        if compared.policies.is_empty() { all.to_owned() } else { compared.policies.join("、") }
    }
}

/// The name of the file, without ending.
fn stem(compared: &Comparison) -> String {
    format!("{}-compare-{}-{}", compared.book, compared.as_of, compared.at)
}

fn gone<P: Template>(frame: &Frame) -> Reply<P> {
    Reply::done(frame.href("audit/compare"), frame.t.s("comparing.gone"))
}

async fn found(who: &Reader, door: &Door, list: &List) -> Result<Found, Error> {
    let compared = compare(&door.db, who.head(), &list.question, list.file.read().await?).await?;
    Ok(match compared {
        Ok(compared) => Found::Compared(compared),
        Err(faults) => Found::Faulty(faults),
    })
}

/// Shows what differs; with `outcome` the entries of that outcome.
#[get("/audit/compare/<token>?<outcome>&<page>")]
#[expect(clippy::too_many_arguments, reason = "guards come as arguments")]
pub async fn show(
    who: Reader,
    token: &str,
    outcome: Option<&str>,
    page: Option<usize>,
    frame: Frame,
    held: &State<Arc<HeldLists>>,
    door: &State<Door>,
    keeper: &State<Keeper>,
) -> Result<Reply<Show>, Error> {
    let now = door.surroundings.clock.now();
    let Some(list) = held.find(token, &owner(&who), now) else { return Ok(gone(&frame)) };
    let t = frame.t;
    let choice = |field: Field| Choice::new(field.code(), t.s(&format!("comparing.field.{}", field.code())));
    let up = frame.href("audit/compare");
    let found = found(&who, door, &list).await?;
    let signs = match &found {
        Found::Compared(compared) => keeper.signs_at(&door.db.read, who.head(), compared.at).await?,
        Found::Faulty(_) => false,
    };
    let shown = Show {
        found,
        signs,
        fields: Field::ALL.into_iter().map(choice).collect(),
        only: outcome.and_then(Outcome::from_code),
        page: page.unwrap_or(0).min(usize::MAX / EACH - 2),
        token: token.to_owned(),
        file_name: list.question.file_name.clone(),
        frame: frame.page("compare", t.s("comparing.found")).crumb(up, t.s("comparing.title")),
    };
    Ok(Reply::Again(Page::new(shown)))
}

/// Reads the list again with what somebody says of its columns.
#[post("/audit/compare/<token>", data = "<form>")]
pub async fn read_again(
    who: Reader,
    token: &str,
    form: Form<Fields>,
    frame: Frame,
    held: &State<Arc<HeldLists>>,
    door: &State<Door>,
) -> Result<Reply<Show>, Error> {
    let now = door.surroundings.clock.now();
    let Some(list) = held.find(token, &owner(&who), now) else { return Ok(gone(&frame)) };
    let columns = form.values("column").map(ToOwned::to_owned);
    let said =
        columns.zip(form.values("field").map(Field::from_code)).filter(|(column, _)| !column.is_empty()).collect();
    let question = Question { said, ..list.question.clone() };
    let token = door.surroundings.chance.token();
    let content = List { question, file: list.file.clone() };
    held.keep(token.clone(), Held { owner: owner(&who), at: now, content });
    Ok(Reply::done(frame.href(&format!("audit/compare/{token}")), ""))
}

/// What differs as CSV; without `outcome` all of it, what is the same included.
#[get("/audit/compare/<token>/rows.csv?<outcome>&<lang>")]
pub async fn download(
    who: Reader,
    token: &str,
    outcome: Option<&str>,
    lang: Option<&str>,
    held: &State<Arc<HeldLists>>,
    door: &State<Door>,
) -> Result<Download, Error> {
    let list = held.find(token, &owner(&who), door.surroundings.clock.now()).ok_or(Error::NotFound)?;
    let Found::Compared(compared) = found(&who, door, &list).await? else { return Err(Error::NotFound) };
    let bytes = compared.csv(lang.and_then(Lang::parse).unwrap_or_default(), outcome.and_then(Outcome::from_code));
    let name = format!("{}.csv", stem(&compared));
    Ok(Download { name, kind: ContentType::CSV, bytes })
}
