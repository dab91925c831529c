//! A text held against the book at a pair of clocks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bindings;
use super::events::StatementChecked;
use super::rules::{
    self, Binding, CHARS_MAX, Calendar, Claim, Exact, Judged, Kind, Measure, Qualifier, Reason, Scope, Span, Verdict,
    decimal, inclusive_high, inclusive_low, is_far_off, judge, micro_of, over_all,
};
use super::store::{self, Asked, Values};
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
    /// Of whom the whole is, where it is a share and not of all.
    #[serde(default, skip_serializing_if = "Scope::is_whole")]
    pub of: Scope,
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
/// `statement_empty`, `statement_long` (`n`), `position_beyond`; those of [`bindings::check`].
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
    let names = store::names(&snapshot, &head, at).await?;
    bindings::check(&question.bindings, &names)?;
    let today = last_day(question);
    let moment = Moment { book_id: head.book_id, as_of: today, at, is_head: at == head.position };
    let mut read = rules::read(&question.text, &names, Calendar { year: question.year, today });
    rules::in_time(&mut read, question.as_of);
    rules::rebind(&mut read, &question.bindings);
    let mut claims = Vec::new();
    let mut values = Values::new(&snapshot, moment);
    for claim in read {
        claims.push(held(&mut values, &claim, today).await?);
    }
    let root = root_at(&snapshot, &head, at).await?;
    snapshot.rollback().await.map_err(Error::internal)?;
    let verdict = over_all(claims.iter().map(|claim| claim.verdict));
    Ok(Checked { book: head.code, as_of: question.as_of, at, root: root.to_string(), claims, verdict })
}

/// Computes a kept statement again at a position, the head if none: from what each figure was bound to when it was kept, so
/// that a later reader of texts changes no answer.
///
/// # Errors
/// `position_beyond`.
pub async fn again(db: &Database, head: &Head, signed: &StatementChecked, at: Option<i64>) -> Result<Checked> {
    let snapshot = db.snapshot().await?;
    let head = Head::read(&snapshot, head.book_id).await?;
    let at = audit::position(&head, at)?;
    let as_of = signed.checked.as_of;
    let moment = Moment { book_id: head.book_id, as_of, at, is_head: at == head.position };
    let mut values = Values::new(&snapshot, moment);
    let mut claims = Vec::new();
    for told in &signed.checked.claims {
        let actual = match told.measure {
            Some(measure) if measure != Measure::OfText && told.actual.is_some() => {
                let span = Span { from: told.from, to: Some(told.as_of) };
                values.exact(&Asked { measure, span, scope: &told.scope, whole: &told.of }).await?
            }
            _ => None,
        };
        claims.push(actual.map_or_else(|| told.clone(), |actual| told.with(&actual)));
    }
    let root = root_at(&snapshot, &head, at).await?;
    snapshot.rollback().await.map_err(Error::internal)?;
    let verdict = over_all(claims.iter().map(|claim| claim.verdict));
    Ok(Checked { book: head.code, as_of, at, root: root.to_string(), claims, verdict })
}

/// A figure held against the book. Where only another way to understand it would be true, nobody can tell.
async fn held<C: store::Reads>(values: &mut Values<'_, C>, claim: &Claim, today: Day) -> Result<Told> {
    let actual = exact(values, claim, claim.span, (&claim.scope, &claim.whole)).await?;
    let judged = judge(claim, actual);
    if judged.verdict == Verdict::False {
        for other in &claim.others {
            let actual = exact(values, claim, other.span, (&other.scope, &other.whole)).await?;
            if judge(claim, actual).verdict == Verdict::True {
                let doubtful = Claim { measure: Err(Reason::Ambiguous), ..claim.clone() };
                return Ok(told(&doubtful, &judge(&doubtful, None), None, today));
            }
        }
        if actual.is_some_and(|actual| is_far_off(claim, &actual)) {
            let other = Claim { measure: Err(Reason::FarOff), ..claim.clone() };
            return Ok(told(&other, &judge(&other, None), None, today));
        }
    }
    Ok(told(claim, &judged, actual, today))
}

async fn exact<C: store::Reads>(
    values: &mut Values<'_, C>,
    claim: &Claim,
    span: Span,
    (scope, whole): (&Scope, &Scope),
) -> Result<Option<Exact>> {
    match claim.measure {
        Ok(Measure::OfText) => Ok(claim.ratio.and_then(|(part, of)| Exact::quotient(part * 100 * rules::ONE, of))),
        Ok(measure) => values.exact(&Asked { measure, span, scope, whole }).await,
        Err(_) => Ok(None),
    }
}

impl Told {
    /// The same figure with another exact value.
    fn with(&self, actual: &Exact) -> Self {
        let decimals = decimals_of(self.kind);
        let found = actual.decimal(decimals);
        if self.actual.as_ref() == Some(&found) {
            return self.clone();
        }
        let micro = |decimal: &Option<String>| decimal.as_deref().and_then(micro_of);
        let now = micro_of(&found);
        let figure = micro(&self.actual).zip(micro(&self.difference)).map(|(actual, difference)| actual - difference);
        let is_true = now.is_some_and(|now| {
            micro(&self.low).is_none_or(|low| now >= low) && micro(&self.high).is_none_or(|high| now <= high)
        });
        Self {
            actual: Some(found),
            difference: now.zip(figure).map(|(now, figure)| decimal(now - figure, decimals)),
            fits_cut_off: false,
            verdict: if is_true { Verdict::True } else { Verdict::False },
            ..self.clone()
        }
    }
}

/// The last day that a text without words of time can speak of: a text of a year knows nothing of later ones.
fn last_day(question: &Question) -> Day {
    let end = question.year.and_then(|year| Day::new(year, 12, 31));
    end.map_or(question.as_of, |end| end.min(question.as_of))
}

fn told(claim: &Claim, judged: &Judged, actual: Option<Exact>, as_of: Day) -> Told {
    let Judged { bounds, verdict, fits_cut_off } = *judged;
    let decimals = decimals_of(claim.kind);
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
        of: claim.whole.clone(),
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
const fn decimals_of(kind: Kind) -> u32 {
    match kind {
        Kind::Amount => 2,
        Kind::Count => 0,
        Kind::Percent | Kind::Ratio => 4,
    }
}
