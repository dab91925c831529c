//! A text held against the book at a pair of clocks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rules::{
    self, Binding, CHARS_MAX, Calendar, Claim, Exact, Judged, Kind, Measure, Qualifier, Reason, Scope, Verdict,
    decimal, inclusive_high, inclusive_low, judge, over_all,
};
use super::store;
use crate::audit::{self, Moment};
use crate::db::Database;
use crate::journal::{Head, root_at};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Refusal, Result};

/// By which rule digits stand for an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// 四舍五入
    HalfUp,
}

/// A figure with its verdict. Serialises to the JSON of the command line; amounts are decimal strings in yuan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The figure as written.
    pub text: String,
    /// What it is.
    pub kind: Kind,
    /// First character in the text, from 0.
    pub start: usize,
    /// Behind the last one.
    pub end: usize,
    /// How words bound it.
    pub qualifier: Qualifier,
    /// What it measures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measure>,
    /// Why it cannot be checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// First day that counts, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// Last day that counts.
    pub as_of: Day,
    /// Of whom.
    pub scope: Scope,
    /// The least that would be true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<String>,
    /// The most that would be true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<String>,
    /// The rule by which digits stand for an interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding: Option<Rounding>,
    /// Whether the figure fits only if digits were cut off.
    #[serde(default, skip_serializing_if = "is_false")]
    pub fits_cut_off: bool,
    /// The exact value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
    /// The exact value less the figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// A checked text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Code of the book.
    pub book: String,
    /// Effective day of figures without words of time.
    pub as_of: Day,
    /// Position.
    pub at: i64,
    /// Root of the tree there.
    pub root: String,
    /// The figures in the order of the text.
    pub claims: Vec<Told>,
    /// The verdict over all.
    pub verdict: Verdict,
}

/// What is asked of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The text.
    pub text: String,
    /// The year of days without one.
    pub year: Option<i32>,
    /// Effective day of figures without words of time.
    pub as_of: Day,
    /// Position; the head if none.
    pub at: Option<i64>,
    /// What a person bound by hand, by the place of the figure in the text, from 0.
    pub bindings: BTreeMap<usize, Binding>,
}

/// Checks every figure of a text, in one snapshot.
///
/// # Errors
/// `statement_empty`, `statement_long` (`n`), `position_beyond`.
pub async fn check(db: &Database, head: &Head, question: &Question) -> Result<Checked> {
    let length = question.text.chars().count();
    if question.text.trim().is_empty() {
        return Err(Refusal::new("statement_empty").at("text").into());
    }
    if length > CHARS_MAX {
        return Err(Refusal::new("statement_long").at("text").with("n", CHARS_MAX).into());
    }
    let snapshot = db.snapshot().await?;
    let head = Head::read(&snapshot, head.book_id).await?;
    let at = audit::position(&head, question.at)?;
    let moment = Moment { book_id: head.book_id, as_of: question.as_of, at, is_head: at == head.position };
    let names = store::names(&snapshot, &head, at).await?;
    let today = last_day(question);
    let moment = Moment { as_of: today, ..moment };
    let calendar = Calendar { year: question.year, today };
    let mut claims = Vec::new();
    let mut values = store::Values::new(&snapshot, moment);
    let mut read = rules::read(&question.text, &names, calendar);
    rules::rebind(&mut read, &question.bindings);
    for claim in read {
        let actual = values.exact(&claim).await?;
        claims.push(told(&claim, actual, today));
    }
    let root = root_at(&snapshot, &head, at).await?;
    snapshot.rollback().await.map_err(Error::internal)?;
    let verdict = over_all(claims.iter().map(|claim| claim.verdict));
    Ok(Checked { book: head.code, as_of: question.as_of, at, root: root.to_string(), claims, verdict })
}

/// The last day that a text without words of time can speak of: a text of a year knows nothing of later ones.
fn last_day(question: &Question) -> Day {
    let end = question.year.and_then(|year| Day::new(year, 12, 31));
    end.map_or(question.as_of, |end| end.min(question.as_of))
}

fn told(claim: &Claim, actual: Option<Exact>, as_of: Day) -> Told {
    let Judged { bounds, verdict, fits_cut_off } = judge(claim, actual);
    let decimals = decimals(claim);
    let bound = |value: Option<i128>| value.map(|micro| decimal(micro, decimals));
    let measured = bounds.zip(claim.measure.ok());
    let of_whole = |actual: &Exact| Some(actual.micro / actual.of.max(1) - claim.written.micro()?);
    let reason = claim.measure.err().or_else(|| (verdict == Verdict::NotCheckable).then_some(Reason::WholeUnknown));
    Told {
        text: claim.text.clone(),
        kind: claim.kind,
        start: claim.start,
        end: claim.end,
        qualifier: claim.qualifier,
        measure: claim.measure.ok(),
        reason,
        from: claim.span.from,
        as_of: claim.span.to.unwrap_or(as_of),
        scope: claim.scope.clone(),
        low: measured.and_then(|(bounds, measure)| bound(inclusive_low(&bounds, measure))),
        high: measured.and_then(|(bounds, measure)| bound(inclusive_high(&bounds, measure))),
        rounding: measured.filter(|_| claim.qualifier == Qualifier::Rounded).map(|_| Rounding::HalfUp),
        fits_cut_off,
        actual: actual.map(|actual| actual.decimal(decimals)),
        difference: actual.as_ref().and_then(of_whole).map(|micro| decimal(micro, decimals)),
        verdict,
    }
}

/// How many digits behind the point a figure of this kind is told with.
fn decimals(claim: &Claim) -> u32 {
    match claim.kind {
        Kind::Amount => 2,
        Kind::Count => 0,
        Kind::Percent | Kind::Ratio => 4,
    }
}
