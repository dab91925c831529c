//! Reads a text: every figure with where it stands, what it measures, when and of whom.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::context::{self, Measure, Place, Reason};
use super::cues::Cues;
use super::elsewhere;
use super::english_period;
use super::figure::{self, Figure, Kind, Qualifier};
use super::period::{self, Calendar, Span};
use super::scope::{Mention, Names, Scope, mentions};
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
    /// How words bound it.
    pub qualifier: Qualifier,
    /// What it measures, or why that cannot be told.
    pub measure: Result<Measure, Reason>,
    /// When.
    pub span: Span,
    /// Of whom.
    pub scope: Scope,
    /// The ratio that the text itself gives for it.
    pub ratio: Option<(i128, i128)>,
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
        }
    }
}

/// Longest text that is read, in characters: the length of a long report, and what a form can carry.
pub const CHARS_MAX: usize = 50_000;

/// Folds a text character by character: half width, lower case, so that every place stays where it is.
fn folded(text: &str) -> Vec<char> {
    let original: Vec<char> = text.chars().collect();
    let half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' if c != '，' && c != '；' && c != '！' && c != '？' => {
            u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c)
        }
        '\u{3000}' | '\u{a0}' | '\u{2009}' => ' ',
        _ => c,
    };
    let lower = |c: char| c.to_lowercase().next().unwrap_or(c);
    let is_wide_digit = |c: Option<&char>| c.is_some_and(|c| ('０'..='９').contains(c));
    let mut chars: Vec<char> = original.iter().map(|c| lower(half(*c))).collect();
    for (at, c) in original.iter().enumerate() {
        // １２７，０３４: a comma of full width between digits of full width separates thousands
        let between = at > 0 && is_wide_digit(original.get(at - 1)) && is_wide_digit(original.get(at + 1));
        if *c == '，'
            && between
            && let Some(place) = chars.get_mut(at)
        {
            *place = ',';
        }
    }
    chars
}

/// How far from a figure words still speak of it, in characters: no sentence of a report is longer, and a text without
/// marks must not make every word be held against every figure.
const NEAR: usize = 500;

/// How far a mark divides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    None,
    Item,
    Clause,
    Sentence,
}

fn mark(chars: &[char], at: usize) -> Mark {
    let digit = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_digit);
    match chars.get(at) {
        Some('。' | '！' | '？' | '；' | '!' | '?' | ';' | '\n' | '\r') => Mark::Sentence,
        // a point between digits is a decimal one
        Some('.')
            if !(digit(at.checked_sub(1)) && digit(Some(at + 1)))
                && chars.get(at + 1).is_none_or(|c| c.is_whitespace()) =>
        {
            Mark::Sentence
        }
        Some('，' | ':') => Mark::Clause,
        Some(',') if !(digit(at.checked_sub(1)) && digit(Some(at + 1))) => Mark::Clause,
        Some('、' | '(' | ')' | '（' | '）') => Mark::Item,
        _ => Mark::None,
    }
}

/// What is known while a text is read.
struct Reading<'t> {
    original: Vec<char>,
    chars: Vec<char>,
    mentions: Vec<Mention>,
    cues: Cues,
    calendar: Calendar,
    year: Option<i32>,
    span: Span,
    /// Where the words of time stand that set `span`.
    span_at: usize,
    scope: Scope,
    /// Whether the sentence speaks of another region than that of the book.
    is_elsewhere: bool,
    /// The scope with which this clause began, and how often it was replaced since.
    clause_scope: Scope,
    replaced: usize,
    sentence: usize,
    /// Where the sentence ends.
    ends: usize,
    clause: usize,
    /// The end of the figure before in this clause, or where the clause begins.
    after: usize,
    claims: Vec<Claim>,
    names: &'t Names,
}

/// Reads every figure of a text.
pub fn read(text: &str, names: &Names, calendar: Calendar) -> Vec<Claim> {
    let chars = folded(text);
    let mut reading = Reading {
        original: text.chars().collect(),
        mentions: mentions(&chars, names),
        cues: Cues::of(&chars),
        chars,
        calendar,
        year: None,
        span: Span::default(),
        span_at: 0,
        scope: Scope::default(),
        is_elsewhere: false,
        clause_scope: Scope::default(),
        replaced: 0,
        sentence: 0,
        ends: 0,
        clause: 0,
        after: 0,
        claims: Vec::new(),
        names,
    };
    reading.ends = reading.sentence_end(0);
    let mut at = 0;
    while at < reading.chars.len() {
        at = reading.step(at);
    }
    paired(reading.claims)
}

impl Reading<'_> {
    /// Takes what begins at a character; where to go on.
    fn step(&mut self, at: usize) -> usize {
        if let Some(mention) =
            self.mentions.iter().find(|mention| mention.start == at && !mention.scope.policies.is_empty())
        {
            return mention.end;
        }
        if let Some((span, end, year)) = period::read(&self.chars, at, self.calendar, self.year) {
            self.dates_what_stands_before(span, at);
            self.counts_in(span, at, year);
            return end;
        }
        if let Some((span, end, year)) = english_period::read(&self.chars, at, self.calendar, self.year) {
            if self.span_at < self.sentence || self.span_at == 0 {
                // English tells the time last
                for claim in self.claims.iter_mut().filter(|claim| claim.start >= self.sentence) {
                    claim.span = span;
                }
            }
            self.counts_in(span, at, year);
            return end;
        }
        if let Some(found) = figure::read(&self.chars, at) {
            let end = found.end;
            self.take(&found);
            self.after = end;
            return end;
        }
        match mark(&self.chars, at) {
            Mark::Sentence => {
                (self.scope, self.clause_scope, self.replaced) = (Scope::default(), Scope::default(), 0);
                (self.sentence, self.clause, self.after) = (at + 1, at + 1, at + 1);
                self.is_elsewhere = false;
                self.ends = self.sentence_end(at + 1);
            }
            Mark::Clause => {
                // Behind a list of several nobody is meant in particular.
                if self.replaced > 1 {
                    self.scope.clone_from(&self.clause_scope);
                }
                (self.clause_scope, self.replaced) = (self.scope.clone(), 0);
                (self.clause, self.after) = (at + 1, at + 1);
            }
            Mark::Item | Mark::None => {}
        }
        if let Some(region) = elsewhere::region(&self.chars, (at, self.clause), self.names) {
            self.is_elsewhere = region == elsewhere::Region::Other;
            self.scope = Scope::default();
        }
        at + 1
    }

    /// 发放1.27亿元（数据截至10月底）: where the sentence told no time before its bracket, what stands before is meant.
    fn dates_what_stands_before(&mut self, span: Span, at: usize) {
        let words: String = self.chars.get(at.saturating_sub(6)..at).unwrap_or_default().iter().collect();
        let words = words.replace('（', "(");
        let opens = ["(", "(数据", "(数据统计", "(统计数据"].iter().any(|word| words.ends_with(word));
        if opens && (self.span_at < self.sentence || self.span_at == 0) {
            for claim in self.claims.iter_mut().filter(|claim| claim.start >= self.sentence) {
                claim.span = span;
            }
        }
    }

    fn counts_in(&mut self, span: Span, at: usize, year: Option<i32>) {
        (self.span, self.span_at) = (span, at);
        self.year = year.or(self.year);
    }

    /// Where the words behind a figure end.
    fn until(&self, from: usize) -> usize {
        let next = |at: &usize| mark(&self.chars, *at) > Mark::None || figure::read(&self.chars, *at).is_some();
        (from..self.chars.len()).find(next).unwrap_or(self.chars.len())
    }

    fn take(&mut self, found: &Figure) {
        let until = self.until(found.end);
        let scope = self.scope_of(found, until);
        let names_policy = !scope.policies.is_empty();
        let sentence = self.sentence.max(found.start.saturating_sub(NEAR));
        let sentence_end = self.ends.min(found.end + NEAR);
        let (clause, after) = (self.clause.max(sentence), self.after.max(sentence));
        let place = Place { sentence, sentence_end, clause, until, after, names_policy };
        let measure = context::measure(&self.chars, &self.cues, found, place);
        let is_recorded =
            scope.instruments.iter().all(|wanted| self.names.policies.iter().any(|p| p.instrument == *wanted));
        let measure = if is_recorded { measure } else { Err(Reason::NotRecorded) };
        let measure = measure.map(|measure| self.of_recipients(found, measure));
        let measure = if self.is_elsewhere { measure.and(Err(Reason::Elsewhere)) } else { measure };
        self.claims.push(Claim {
            start: found.start,
            end: found.end,
            text: self.original.get(found.start..found.end).unwrap_or_default().iter().collect(),
            kind: found.kind,
            written: found.written,
            qualifier: found.qualifier,
            measure,
            span: self.span_of(found),
            scope,
            ratio: found.of.map(|of| (found.written.mantissa, of)),
        });
    }

    /// The scope of a figure: what the sentence named before, replaced by what stands since the figure before it, joined
    /// by the noun behind it.
    fn scope_of(&mut self, found: &Figure, until: usize) -> Scope {
        let in_sentence = |mention: &&Mention| mention.start >= self.sentence && mention.start < self.ends;
        let has_kinds = self.mentions.iter().filter(in_sentence).any(|m| !m.is_loose && !m.scope.kinds.is_empty());
        let counts = |mention: &&Mention| !mention.is_loose || has_kinds;
        let mut named = Scope::default();
        let from = if self.after > self.clause { self.after } else { self.sentence.max(self.last_end()) };
        for mention in self.mentions.iter().filter(|m| m.start >= from && m.end <= found.start).filter(counts) {
            named.joined_by(mention.scope.clone());
        }
        self.replaced += usize::from(!named.is_whole());
        self.scope.replaced_by(&named);
        let mut scope = self.scope.clone();
        let mut behind = Scope::default();
        for mention in self.mentions.iter().filter(|m| m.start >= found.end && m.end <= until).filter(counts) {
            behind.joined_by(mention.scope.clone());
        }
        scope.replaced_by(&behind);
        scope
    }

    /// Where the last figure of the sentence ended.
    fn last_end(&self) -> usize {
        self.claims.last().map_or(0, |claim| claim.end)
    }

    fn sentence_end(&self, from: usize) -> usize {
        (from..self.chars.len()).find(|at| mark(&self.chars, *at) == Mark::Sentence).unwrap_or(self.chars.len())
    }

    /// 累计 behind another figure of that time counts from the beginning: 10月份发放1200万元，累计发放1.27亿元.
    fn span_of(&self, found: &Figure) -> Span {
        let words: String = self.chars.get(self.clause..found.start).unwrap_or_default().iter().collect();
        let is_told = self.span_at < self.last_end();
        let is_summed = is_told && self.span_at < self.clause && words.contains("累计");
        if is_summed { Span::until(self.span.to) } else { self.span }
    }

    /// 个体工商户4441家，占42.7%: a share behind a number of recipients is one of recipients.
    fn of_recipients(&self, found: &Figure, measure: Measure) -> Measure {
        let before = self.claims.last().filter(|claim| found.start.saturating_sub(claim.end) <= APART_MAX);
        match before {
            Some(claim) if measure == Measure::ShareOfNet && claim.measure == Ok(Measure::Recipients) => {
                Measure::ShareOfRecipients
            }
            _ => measure,
        }
    }
}

/// Farthest that a percentage and its ratio stand apart, in characters.
const APART_MAX: usize = 6;

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
mod tests;
