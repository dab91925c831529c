//! The names of a book, and the exact values of what sentences speak of.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};

use super::events::StatementChecked;
use super::rules::{Exact, Measure, Names, ONE, PolicyName, Scope, Span, Verdict};
use crate::audit::{self, Moment, Selected, Selection};
use crate::db::constraint::refused_or_internal;
use crate::db::entity::statements;
use crate::db::sql;
use crate::journal::{Head, event};
use crate::kernel::codes::Industry;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

/// One hundredth of a yuan, in millionths of one.
const FEN: i128 = ONE / 100;

#[derive(Debug, FromQueryResult)]
struct Name {
    name: String,
}

#[derive(Debug, FromQueryResult)]
struct First {
    day: Option<String>,
}

/// A policy as a position knows it.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct InForce {
    /// Its id.
    pub id: i64,
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Number of its document.
    pub document_number: String,
    /// In what way it gives money.
    pub instrument: String,
    /// Its first day.
    pub starts_on: String,
}

/// The approved policies of a book as it was at a position, by code.
pub async fn in_force(c: &impl ConnectionTrait, book_id: i64, at: i64) -> Result<Vec<InForce>> {
    let query = "SELECT p.id, p.code, v.title, v.document_number, v.instrument, v.starts_on
        FROM policy_versions v JOIN policies p ON p.book_id = v.book_id AND p.id = v.policy
        WHERE v.book_id = ? AND v.state IN ('open', 'closed') AND v.position = (SELECT MAX(w.position) FROM policy_versions w
            WHERE w.book_id = v.book_id AND w.policy = v.policy AND w.position <= ?)
        ORDER BY p.code, p.id";
    sql::all(c, query, vec![book_id.into(), at.into()]).await
}

/// The policies behind a number of them: those of the scope whose first day lies between two days.
pub async fn policies(c: &impl ConnectionTrait, moment: &Moment, span: Span, scope: &Scope) -> Result<Vec<InForce>> {
    let (from, to) = (span.from.map(|day| day.to_string()), span.to.unwrap_or(moment.as_of).to_string());
    let mut found = in_force(c, moment.book_id, moment.at).await?;
    found.retain(|policy| {
        let is_given = scope.policies.is_empty() || scope.policies.contains(&policy.code);
        let is_so = scope.instruments.is_empty() || scope.instruments.contains(&policy.instrument);
        let is_then = policy.starts_on <= to && from.as_ref().is_none_or(|from| policy.starts_on >= *from);
        is_given && is_so && is_then
    });
    Ok(found)
}

/// The policies, sub-districts and industries of a book as it was at a position: what was named later changes no answer.
pub async fn names(c: &impl ConnectionTrait, head: &Head, at: i64) -> Result<Names> {
    let all = in_force(c, head.book_id, at).await?;
    let policies = all.into_iter().map(|row| PolicyName {
        code: row.code,
        title: row.title,
        document_number: row.document_number,
        instrument: row.instrument,
    });
    Ok(Names {
        authority: head.name.clone(),
        division: head.division.clone(),
        policies: policies.collect(),
        subdistricts: distinct(c, (head, at), "subdistrict").await?,
        industries: distinct(c, (head, at), "industry").await?,
        begins_on: begins_on(c, head, at).await?,
    })
}

/// The first day on which the book paid something, as it was known at a position.
async fn begins_on(c: &impl ConnectionTrait, head: &Head, at: i64) -> Result<Option<Day>> {
    let (table, until) = paid(head, at);
    let query = format!("SELECT MIN(effective_on) AS day FROM {table} WHERE book_id = ? {until}");
    let first: Option<First> = sql::one(c, &query, vec![head.book_id.into()]).await?;
    first.and_then(|first| first.day).map(|day| Day::parse(&day).map_err(Error::internal)).transpose()
}

/// Where it stands what was paid, and a further condition. At the head the roll-ups tell it, without a look at every transfer.
fn paid(head: &Head, at: i64) -> (&'static str, String) {
    if at == head.position {
        ("paid_days", String::new())
    } else {
        ("transfers", format!("AND position <= {at} AND to_stage = 'disbursed'"))
    }
}

async fn distinct(c: &impl ConnectionTrait, (head, at): (&Head, i64), column: &str) -> Result<Vec<String>> {
    let (table, until) = paid(head, at);
    let query = format!(
        "SELECT DISTINCT {column} AS name FROM {table} WHERE book_id = ? AND {column} <> '' {until} ORDER BY {column}"
    );
    let rows: Vec<Name> = sql::all(c, &query, vec![head.book_id.into()]).await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// The selection of a scope; a section of industries stands for its divisions too.
pub fn selection(scope: &Scope, from: Option<Day>) -> Selection {
    let list = |names: &std::collections::BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>();
    let with_divisions = |code: &String| {
        let in_it = |industry: &Industry| industry.code() == *code || industry.section() == *code;
        Industry::all().filter(in_it).map(|industry| industry.code().to_owned()).collect::<Vec<_>>()
    };
    Selection {
        from,
        policies: list(&scope.policies),
        instruments: list(&scope.instruments),
        subdistricts: list(&scope.subdistricts),
        industries: scope.industries.iter().flat_map(with_divisions).collect(),
        kinds: list(&scope.kinds),
        sizes: list(&scope.sizes),
    }
}

const fn yuan(amount: Fen) -> i128 {
    amount.get() as i128 * FEN
}

const fn whole(n: i64) -> i128 {
    n as i128 * ONE
}

/// What values are read through.
pub trait Reads: ConnectionTrait {}

impl<C: ConnectionTrait> Reads for C {}

/// What an exact value is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What is measured.
    pub measure: Measure,
    /// When.
    pub span: Span,
    /// Of whom.
    pub scope: &'a Scope,
    /// Of whom the whole is, if it is a share.
    pub whole: &'a Scope,
}

/// What was read already: a text speaks of the same scopes and times again and again.
pub struct Values<'c, C> {
    c: &'c C,
    moment: Moment,
    selected: BTreeMap<(Selection, Day), Selected>,
}

impl<'c, C: ConnectionTrait> Values<'c, C> {
    /// Of a book at a moment.
    pub const fn new(c: &'c C, moment: Moment) -> Self {
        Self { c, moment, selected: BTreeMap::new() }
    }

    async fn selected(&mut self, selection: &Selection, as_of: Day) -> Result<Selected> {
        let key = (selection.clone(), as_of);
        if let Some(found) = self.selected.get(&key) {
            return Ok(*found);
        }
        let found = audit::selected(self.c, &Moment { as_of, ..self.moment }, selection).await?;
        self.selected.insert(key, found);
        Ok(found)
    }

    /// The exact value of what is measured; none where there is nothing to divide by, or where no budget is kept for such a
    /// scope.
    pub async fn exact(&mut self, asked: &Asked<'_>) -> Result<Option<Exact>> {
        let Asked { measure, span, scope, whole: of } = *asked;
        let as_of = span.to.unwrap_or(self.moment.as_of);
        let part = selection(scope, span.from);
        let found = self.selected(&part, as_of).await?;
        let figures = found.figures;
        let all = selection(of, span.from);
        Ok(match measure {
            Measure::NetDisbursed => Some(Exact::whole(yuan(figures.net))),
            Measure::GrossDisbursed => Some(Exact::whole(yuan(figures.paid))),
            Measure::Returned => Some(Exact::whole(yuan(figures.returned))),
            Measure::Recipients => Some(Exact::whole(whole(figures.recipients))),
            Measure::Grants => Some(Exact::whole(whole(figures.grants))),
            Measure::Policies => Some(Exact::whole(whole(found.policies))),
            Measure::PoliciesOfBook if has_budget(scope) => {
                let moment = Moment { as_of, ..self.moment };
                let all = policies(self.c, &moment, span, scope).await?.len();
                Some(Exact::whole(i128::try_from(all).map_err(Error::internal)? * ONE))
            }
            Measure::PerRecipient => per(found, |found| found.figures.recipients),
            Measure::PerGrant => per(found, |found| found.figures.grants),
            Measure::Budget if has_budget(scope) => Some(Exact::whole(yuan(self.budget(&part, as_of).await?))),
            Measure::Completion if has_budget(scope) => {
                Exact::quotient(yuan(figures.net) * 100 * ONE, yuan(self.budget(&part, as_of).await?))
            }
            Measure::ShareOfNet if scope != of => {
                let all = self.selected(&all, as_of).await?.figures.net;
                Exact::quotient(yuan(figures.net) * 100 * ONE, yuan(all))
            }
            Measure::ShareOfRecipients if scope != of => {
                let all = self.selected(&all, as_of).await?.figures.recipients;
                Exact::quotient(whole(figures.recipients) * 100, i128::from(all))
            }
            Measure::Budget
            | Measure::Completion
            | Measure::PoliciesOfBook
            | Measure::ShareOfNet
            | Measure::ShareOfRecipients
            | Measure::OfText => None,
        })
    }

    async fn budget(&self, selection: &Selection, as_of: Day) -> Result<Fen> {
        audit::appropriated(self.c, &Moment { as_of, ..self.moment }, selection).await
    }
}

fn per(found: Selected, of: impl Fn(&Selected) -> i64) -> Option<Exact> {
    Exact::quotient(yuan(found.figures.net), i128::from(of(&found)))
}

/// Budgets belong to policies, and so do their numbers: of a sub-district or an industry there is none.
fn has_budget(scope: &Scope) -> bool {
    scope.subdistricts.is_empty() && scope.industries.is_empty() && scope.kinds.is_empty() && scope.sizes.is_empty()
}

/// A kept statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub id: i64,
    /// The text.
    pub text: String,
    /// Effective day of figures without words of time.
    pub as_of: Day,
    /// Position at which it was held against the book.
    pub at: i64,
    /// The verdict over all.
    pub verdict: Verdict,
    /// Figures.
    pub figures: i64,
    /// Who keeps it.
    pub checked_by: String,
    /// Since when.
    pub checked_at: Instant,
}

fn of_row(row: statements::Model) -> Result<Kept> {
    Ok(Kept {
        id: row.id,
        text: row.text,
        as_of: Day::parse(&row.as_of).map_err(Error::internal)?,
        at: row.at_position,
        verdict: Verdict::from_code(&row.verdict).ok_or_else(|| Error::internal("no such verdict"))?,
        figures: row.figures_count,
        checked_by: row.checked_by,
        checked_at: Instant::new(row.checked_at_ms),
    })
}

/// Kept statements before an id, newest first.
pub async fn kept(c: &impl ConnectionTrait, book_id: i64, before: i64, limit: u64) -> Result<Vec<Kept>> {
    let query = statements::Entity::find()
        .filter(statements::Column::BookId.eq(book_id))
        .filter(statements::Column::Id.lt(before))
        .order_by_desc(statements::Column::Id)
        .limit(limit);
    query.all(c).await.map_err(refused_or_internal)?.into_iter().map(of_row).collect()
}

/// A kept statement as it was signed.
///
/// # Errors
/// `NotFound`.
pub async fn statement(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<(Kept, StatementChecked)> {
    let row = statements::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)?;
    let kept = of_row(row.ok_or(Error::NotFound)?)?;
    Ok((kept, event(c, book_id, id).await?.payload()?))
}
