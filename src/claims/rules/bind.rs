//! Reads a text: every figure with where it stands, what it measures, when and of whom.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::context::{Measure, Reason};
use super::cues::Cues;
use super::figure::{Kind, Qualifier};
use super::period::{Calendar, Span};
use super::said::{Said, Topic};
use super::scope::{Mention, Names, Scope, mentions};
use super::sentences::{Opening, Sentence, sentences};
use super::table;
use super::text::folded;
use super::tokens::tokens;
use super::written::Written;
use crate::kernel::dates::Day;

/// A figure of a text and what it is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// First character in the text.
    pub start: usize,
    /// Behind the last one.
    pub end: usize,
    /// The figure as written.
    pub text: String,
    /// What it is.
    pub kind: Kind,
    /// Its number.
    pub written: Written,
    /// The other end of a range.
    pub upper: Option<Written>,
    /// How words bound it.
    pub qualifier: Qualifier,
    /// What it measures, or why that cannot be told.
    pub measure: Result<Measure, Reason>,
    /// When.
    pub span: Span,
    /// Of whom.
    pub scope: Scope,
    /// Of whom the whole is, where it is a share.
    pub whole: Scope,
    /// Whether words told when it is.
    pub is_dated: bool,
    /// How else a reader may understand it: not false then, where one of these would be true.
    pub others: Vec<Reading>,
    /// The ratio that the text itself gives for it.
    pub ratio: Option<(i128, i128)>,
}

impl Claim {
    /// Sets when it is, however it is understood.
    pub(super) fn is_of(&mut self, span: Span) {
        self.span = span;
        for other in &mut self.others {
            other.span = span;
        }
    }
}

/// Another way to understand when and of whom a figure speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// When.
    pub span: Span,
    /// Of whom.
    pub scope: Scope,
    /// Of whom the whole is.
    pub whole: Scope,
}

/// What a person binds a figure to in place of what its words say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// What it measures.
    pub measure: Measure,
    /// First day that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// Last day that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Day>,
    /// Of whom.
    #[serde(default)]
    pub scope: Scope,
}

/// Puts what a person chose in the place of what the words say, by the place of the figure in the text.
pub fn rebind(claims: &mut [Claim], bindings: &BTreeMap<usize, Binding>) {
    for (place, binding) in bindings {
        if let Some(claim) = claims.get_mut(*place) {
            claim.measure = Ok(binding.measure);
            claim.span = Span { from: binding.from, to: binding.as_of };
            claim.scope.clone_from(&binding.scope);
            claim.whole = Scope::default();
            claim.others.clear();
            claim.is_dated = true;
        }
    }
}

/// Takes out what lies behind the last day of which the book is asked.
pub fn in_time(claims: &mut [Claim], as_of: Day) {
    for claim in claims {
        let is_later = claim.span.from.or(claim.span.to).is_some_and(|day| day > as_of);
        if is_later && claim.measure.is_ok_and(|measure| measure != Measure::OfText) {
            claim.measure = Err(Reason::OutOfTime);
        }
    }
}

/// Longest text that is read, in characters: the length of a long report, and what a form can carry.
pub const CHARS_MAX: usize = 50_000;

/// A text with all that is found in it before anything is bound.
pub(super) struct Page<'n> {
    pub(super) original: Vec<char>,
    pub(super) chars: Vec<char>,
    pub(super) mentions: Vec<Mention>,
    pub(super) cues: Cues,
    pub(super) names: &'n Names,
}

impl Page<'_> {
    /// The names between two places.
    pub(super) fn named(&self, from: usize, to: usize) -> impl Iterator<Item = &Mention> {
        let first = self.mentions.partition_point(|mention| mention.start < from);
        self.mentions
            .get(first..)
            .unwrap_or_default()
            .iter()
            .take_while(move |m| m.start < to)
            .filter(move |m| m.end <= to)
    }

    /// Whether the book gives money in all ways that are named.
    pub(super) fn gives(&self, scope: &Scope) -> bool {
        let has = |wanted: &String| self.names.policies.iter().any(|policy| policy.instrument == *wanted);
        scope.instruments.iter().all(has)
    }

    /// What stands against checking a figure although it is known what it measures.
    pub(super) fn checkable(
        &self,
        measure: Measure,
        (scope, span): (&Scope, Span),
        (is_elsewhere, is_part): (bool, bool),
    ) -> Result<Measure, Reason> {
        let is_before = self.names.begins_on.zip(span.to).is_some_and(|(begins, to)| to < begins);
        match () {
            () if is_elsewhere => Err(Reason::Elsewhere),
            () if scope.is_unknown() => Err(Reason::ScopeUnknown),
            () if !self.gives(scope) => Err(Reason::NotRecorded),
            () if is_part => Err(Reason::PartOfSeveral),
            () if is_before => Err(Reason::OutOfTime),
            () => Ok(measure),
        }
    }
}

/// Reads every figure of a text.
pub fn read(text: &str, names: &Names, calendar: Calendar) -> Vec<Claim> {
    let chars = folded(text);
    let mentions = mentions(&chars, names);
    let of_policies = |mention: &&Mention| !mention.scope.policies.is_empty() && !mention.scope.is_unknown();
    let policies: Vec<(usize, usize)> = mentions.iter().filter(of_policies).map(|m| (m.start, m.end)).collect();
    let cues = Cues::of(&chars).beside(&policies);
    let page = Page { original: text.chars().collect(), mentions, cues, names, chars };
    let found = tokens(&page, calendar);
    let mut topic = Topic::default();
    let mut claims: Vec<Claim> = Vec::new();
    let mut tables = table::find(&page).into_iter().peekable();
    let (mut read_until, mut run, mut headline) = (0, 0, 0);
    for sentence in sentences(&page, &found) {
        while let Some(table) = tables.next_if(|table| table.start <= sentence.start) {
            let told = table::claims(&page, &table, &topic.around(calendar));
            if !told.is_empty() {
                read_until = table.end;
            }
            claims.extend(told);
        }
        if sentence.start < read_until {
            continue;
        }
        let is_timeless = topic.span_at.is_none();
        let mut said = Said::begun(&page, topic, &sentence);
        for token in found.get(sentence.tokens.clone()).unwrap_or_default() {
            said.take(token, &found);
        }
        topic = said.ended();
        if sentence.opening != Opening::Part {
            run = claims.len();
        }
        // …；…（截至10月31日）: of all parts of the sentence
        if let Some(span) = topic.note.take() {
            for claim in claims.iter_mut().skip(run).filter(|claim| !claim.is_dated) {
                claim.is_of(span);
            }
        }
        if topic.span_at.is_some() {
            for claim in claims.iter_mut().take(headline) {
                claim.is_of(topic.span);
            }
            headline = 0;
        } else if is_headline(&page, &sentence) && claims.len() == headline {
            headline += topic.claims.len();
        }
        if is_timeless && topic.claims.is_empty() && topic.span_at.is_some() && is_note(&page, &sentence) {
            for claim in claims.iter_mut().filter(|claim| claim.span == Span::default()) {
                claim.is_of(topic.span);
            }
        }
        claims.append(&mut topic.claims);
    }
    paired(claims)
}

/// 1.27亿元“红包”落袋！前10个月…: what is told below says when.
fn is_headline(page: &Page<'_>, sentence: &Sentence) -> bool {
    let is_called = matches!(page.chars.get(sentence.end), Some('！' | '!'));
    // 1.27亿元是怎样送到企业手里的？——前十个月走访记
    let is_asked = matches!(page.chars.get(sentence.end), Some('？' | '?'))
        && matches!(page.chars.get(sentence.end + 1), Some('—' | '\n' | '\r' | '|'));
    sentence.opening == Opening::Line && (sentence.is_heading || is_called || is_asked)
}

/// （数据截至10月31日）, 注：数据截至10月31日: below a table it dates what no words of time did.
fn is_note(page: &Page<'_>, sentence: &Sentence) -> bool {
    let words: String = page.chars.get(sentence.start..sentence.end).unwrap_or_default().iter().collect();
    ["(", "注", "备注", "说明", "数据", "以上数据", "note"].iter().any(|word| words.trim_start().starts_with(word))
}

/// Farthest that a percentage and its ratio stand apart, in characters.
pub(super) const APART_MAX: usize = 6;

/// A percentage beside a ratio is checked against it.
fn paired(mut claims: Vec<Claim>) -> Vec<Claim> {
    for at in 1..claims.len() {
        let (before, rest) = claims.split_at_mut(at);
        let (Some(one), Some(other)) = (before.last_mut(), rest.first_mut()) else { continue };
        let (percent, ratio) = match (one.kind, other.kind) {
            (Kind::Percent, Kind::Ratio) => (one, other),
            (Kind::Ratio, Kind::Percent) => (other, one),
            _ => continue,
        };
        let apart = ratio.start.abs_diff(percent.end).min(percent.start.abs_diff(ratio.end));
        if apart > APART_MAX || percent.measure.is_ok() || percent.ratio.is_some() {
            continue;
        }
        percent.ratio = ratio.ratio;
        (percent.measure, ratio.measure) = (Ok(Measure::OfText), Ok(Measure::OfText));
        (ratio.written, ratio.qualifier) = (percent.written, percent.qualifier);
    }
    claims
}

#[cfg(test)]
mod announcements;
#[cfg(test)]
mod phrases;
#[cfg(test)]
mod tests;
