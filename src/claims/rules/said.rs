//! A sentence as it is read: what it speaks of where a figure stands, and what the next one takes over.

use std::collections::BTreeMap;

use super::bind::{APART_MAX, Claim, Page};
use super::context::{self, Measure, Place, Reason};
use super::cues::Cue;
use super::figure::{Counted, Figure};
use super::lists;
use super::period::{Calendar, Span};
use super::scope::Scope;
use super::sentences::{Opening, Sentence};
use super::table::Around;
use super::text::Mark;
use super::tokens::{Found, Region, Token};

/// How far from a figure words still speak of it, in characters: no sentence of a report is longer, and a text without
/// marks must not make every word be held against every figure.
const NEAR: usize = 500;

/// What a text speaks of from one sentence to the next.
#[derive(Debug, Default)]
pub(super) struct Topic {
    pub(super) span: Span,
    /// Where the words of time stand that set `span`; none before any did.
    pub(super) span_at: Option<usize>,
    /// Of whom the heading above speaks.
    pub(super) heading: Scope,
    /// Of whom the last sentence spoke as a whole.
    pub(super) subject: Scope,
    /// The parts that the last sentence told of it.
    pub(super) parts: Scope,
    /// The scopes of the figures of the paragraph, up to this sentence.
    pub(super) told: Vec<Scope>,
    pub(super) is_elsewhere: bool,
    /// What the last figures measured.
    pub(super) carried: Option<Cue>,
    pub(super) claims: Vec<Claim>,
}

impl Topic {
    /// What a table below takes over.
    pub(super) fn around(&self, calendar: Calendar) -> Around {
        Around {
            span: self.span,
            heading: self.heading.clone(),
            subject: self.subject.clone(),
            is_elsewhere: self.is_elsewhere,
            is_paid: self.carried == Some(Cue::Paid),
            calendar,
        }
    }
}

/// A sentence while it is read.
pub(super) struct Said<'p, 'n> {
    pub(super) page: &'p Page<'n>,
    pub(super) topic: Topic,
    pub(super) sentence: Sentence,
    /// Of whom is spoken where a figure stands.
    pub(super) scope: Scope,
    /// The same before the first part was named.
    pub(super) whole: Scope,
    /// How else the sentence may be understood that names nobody.
    pub(super) other: Option<Scope>,
    pub(super) has_parts: bool,
    pub(super) carried: Option<Cue>,
    /// The scopes of the figures so far.
    pub(super) told: Vec<Scope>,
    /// The times that the sentence told.
    spans: Vec<Span>,
    pub(super) clause: usize,
    pub(super) clause_scope: Scope,
    pub(super) replaced: usize,
    /// Where it was said last whose payments are spoken of.
    pub(super) region_at: usize,
    /// The end of the figure before in this clause, or where the clause begins.
    pub(super) after: usize,
    /// Where the last figure of the sentence ended.
    pub(super) last_end: usize,
    /// What 分别 binds figures to, by their first character.
    pub(super) listed: Option<BTreeMap<usize, lists::Bound>>,
}

impl<'p, 'n> Said<'p, 'n> {
    pub(super) fn begun(page: &'p Page<'n>, mut topic: Topic, sentence: &Sentence) -> Self {
        let goes_on = page.cues.joining(Cue::Anaphor, sentence.start, (sentence.start + 8).min(sentence.end)).is_some();
        let names_own = sentence.names_before_figure;
        let is_sibling = sentence.lead.is_sibling(&topic.parts) && !topic.parts.is_whole();
        let is_next_part = is_sibling && sentence.opening == Opening::Part;
        let sums = page.cues.joining(Cue::Sum, sentence.start, sentence.end).is_some();
        let carried = topic.carried.filter(|_| goes_on || sums || sentence.is_item || names_own);
        if sentence.opening == Opening::Line && !sentence.is_item {
            (topic.subject, topic.parts, topic.is_elsewhere) = (Scope::default(), Scope::default(), false);
            topic.told.clear();
        }
        let (scope, other) = match sentence.opening {
            Opening::Line => (topic.heading.clone(), (!topic.heading.is_whole()).then(Scope::default)),
            _ if goes_on || is_next_part => (topic.subject.clone(), None),
            // 该街道2365家。从主体看，个体工商户1037户: of all, or still of the sub-district
            _ if names_own => {
                let still = !sentence.lead.is_beside(&topic.subject) && topic.subject != topic.heading;
                (topic.heading.clone(), still.then(|| topic.subject.clone()))
            }
            _ => (topic.subject.clone(), (topic.subject != topic.heading).then(|| topic.heading.clone())),
        };
        topic.is_elsewhere &= !names_own;
        Self {
            page,
            topic,
            scope: scope.clone(),
            whole: scope.clone(),
            other,
            has_parts: is_next_part,
            carried,
            told: Vec::new(),
            spans: Vec::new(),
            clause: sentence.start,
            clause_scope: scope,
            replaced: 0,
            region_at: 0,
            after: sentence.start,
            last_end: sentence.start,
            listed: None,
            sentence: sentence.clone(),
        }
    }

    pub(super) fn ended(mut self) -> Topic {
        let told_one = self.told.windows(2).all(|pair| pair.first() == pair.last());
        if self.told.is_empty() {
            self.scope.replaced_by(&self.sentence.lead);
        }
        self.topic.told.append(&mut self.told);
        self.topic.parts = if self.has_parts { self.scope.clone().beyond(&self.whole) } else { Scope::default() };
        self.topic.subject = match () {
            () if self.has_parts => self.whole,
            () if told_one => self.scope,
            () => self.whole,
        };
        if self.sentence.is_heading {
            self.topic.heading = self.topic.subject.clone();
        }
        self.topic
    }

    pub(super) fn take(&mut self, token: &Token, all: &[Token]) {
        match &token.found {
            Found::Figure(figure) => self.figure(figure, all),
            Found::Time(span, in_english) => self.time(*span, *in_english, token.start),
            Found::Mark(mark) => self.mark(*mark, token.start),
            Found::Region(region) => self.region(*region, token.start),
        }
    }

    fn mark(&mut self, mark: Mark, at: usize) {
        if mark >= Mark::Clause {
            // 在房租补助资金中，个体工商户占36.4%
            if self.told.is_empty() && self.page.chars.get(at.wrapping_sub(1)) == Some(&'中') {
                for mention in self.page.named(self.clause, at) {
                    self.scope.replaced_by(&mention.scope);
                }
                (self.whole, self.has_parts, self.last_end) = (self.scope.clone(), true, at);
            }
            // Behind a list of several nobody is meant in particular.
            if self.replaced > 1 {
                self.scope.clone_from(&self.clause_scope);
            }
            (self.clause_scope, self.replaced) = (self.scope.clone(), 0);
            (self.clause, self.after) = (at + 1, at + 1);
        }
    }

    fn region(&mut self, region: Region, at: usize) {
        self.region_at = at + 1;
        self.topic.is_elsewhere = region == Region::Other;
        // 该政策已发放500万元。全区为此安排预算2亿元: a reader may still think of the policy
        let before = std::mem::take(&mut self.scope);
        self.other = (!before.is_whole()).then_some(before);
        (self.whole, self.has_parts) = (Scope::default(), false);
    }

    fn time(&mut self, span: Span, in_english: bool, at: usize) {
        // 比9月底提高1.4个百分点: with what it is compared, not when the next figure is
        if matches!(self.page.chars.get(at.wrapping_sub(1)), Some('比' | '较')) {
            return;
        }
        let told_before = self.topic.span_at.is_some_and(|at| at >= self.sentence.start);
        let words: String = self
            .page
            .chars
            .get(at.saturating_sub(8)..at)
            .unwrap_or_default()
            .iter()
            .collect::<String>()
            .replace('（', "(");
        let opens = ["(", "(数据", "(数据统计", "(统计数据", "(截", "(统计"].iter().any(|word| words.ends_with(word));
        // 发放1.27亿元（数据截至10月底）, and English tells the time last: what stands before is meant
        if !told_before && (opens || in_english) {
            for claim in &mut self.topic.claims {
                claim.is_of(span);
            }
        }
        (self.topic.span, self.topic.span_at) = (span, Some(at));
        self.spans.push(span);
    }

    /// 7月1767万元，8月1839万元，9月1682万元，三个月合计5289万元: from the first of the times that were told to the last.
    fn sums_times(&mut self, figure: &Figure) {
        if self.spans.len() < 2 || self.page.cues.joining(Cue::Sum, self.clause, figure.start).is_none() {
            return;
        }
        let first = self.spans.iter().map(|span| span.from).min().flatten();
        if let (Some(from), Some(to)) = (first, self.spans.iter().filter_map(|span| span.to).max()) {
            self.topic.span = Span { from: Some(from), to: Some(to) };
        }
    }

    fn figure(&mut self, figure: &Figure, all: &[Token]) {
        let until = self.until(figure, all);
        self.sums_times(figure);
        let (page, sentence) = (self.page, &self.sentence);
        let listed = self.listed.get_or_insert_with(|| lists::bound(page, sentence, all)).get(&figure.start).cloned();
        let part = self.scoped(figure, until, listed.as_ref());
        let span = listed.as_ref().and_then(|bound| bound.span).unwrap_or_else(|| self.span_of(figure));
        let measure = match listed.as_ref().map(|bound| bound.measure) {
            Some(Some(measure)) => Ok(measure),
            _ => self.measured(figure, until),
        };
        let measure =
            measure.and_then(|measure| page.checkable(measure, (&self.scope, span), (self.topic.is_elsewhere, part)));
        match measure {
            Ok(measure) => self.topic.carried = carried(measure).or(self.topic.carried),
            // 覆盖11个街道: still of what was paid
            Err(Reason::NotAboutPayments) if figure.counted == Some(Counted::Other) => {}
            Err(Reason::NotAboutPayments | Reason::Planned | Reason::NotYetPaid) => self.topic.carried = None,
            Err(_) => {}
        }
        let others = self.others(figure, span);
        self.told.push(self.scope.clone());
        self.topic.claims.push(Claim {
            start: figure.start,
            end: figure.end,
            text: self.page.original.get(figure.start..figure.end).unwrap_or_default().iter().collect(),
            kind: figure.kind,
            written: figure.written,
            upper: figure.upper,
            qualifier: figure.qualifier,
            measure,
            span,
            scope: self.scope.clone().plain(),
            whole: self.whole_of(figure),
            others,
            ratio: figure.of.map(|of| (figure.written.mantissa, of)),
        });
        (self.after, self.last_end) = (figure.end, figure.end);
    }

    /// Where the words behind a figure end: the next figure or mark.
    fn until(&self, figure: &Figure, all: &[Token]) -> usize {
        let tokens = all.get(self.sentence.tokens.clone()).unwrap_or_default();
        let behind = tokens.partition_point(|token| token.start < figure.end);
        let next = tokens.iter().skip(behind).find(|token| match &token.found {
            Found::Figure(_) | Found::Mark(_) => true,
            Found::Time(..) | Found::Region(_) => false,
        });
        next.map_or(self.sentence.end, |token| token.start)
    }

    /// The words of its clause before a figure.
    pub(super) fn words_before(&self, figure: &Figure) -> String {
        let from = self.clause.max(figure.start.saturating_sub(NEAR));
        self.page.chars.get(from..figure.start).unwrap_or_default().iter().collect()
    }

    /// 累计 behind another figure of that time counts from the beginning: 10月份发放1200万元，累计发放1.27亿元.
    fn span_of(&self, figure: &Figure) -> Span {
        let words = self.words_before(figure);
        let at = self.topic.span_at.unwrap_or(0);
        let is_told = self.topic.span_at.is_some() && (at < self.sentence.start || at < self.last_end);
        let is_summed = is_told && at < self.clause && words.contains("累计");
        if is_summed { Span::until(self.topic.span.to) } else { self.topic.span }
    }

    fn measured(&mut self, figure: &Figure, until: usize) -> Result<Measure, Reason> {
        let sentence = self.sentence.start.max(figure.start.saturating_sub(NEAR));
        let place = Place {
            sentence,
            sentence_end: self.sentence.end.min(figure.end + NEAR),
            clause: self.clause.max(sentence),
            until,
            after: self.after.max(sentence),
            names_policy: !self.scope.policies.is_empty() && !self.scope.is_unknown(),
            is_scoped: !self.scope.is_whole(),
            carried: self.carried,
            share_before: self
                .topic
                .claims
                .last()
                .and_then(|claim| claim.measure.ok())
                .filter(|measure| is_share(*measure)),
        };
        context::measure(&self.page.chars, &self.page.cues, figure, place)
            .map(|measure| self.of_recipients(figure, measure))
    }

    /// 个体工商户4441家，占42.7%: a share behind a number of recipients is one of recipients.
    fn of_recipients(&self, figure: &Figure, measure: Measure) -> Measure {
        let before = self.topic.claims.last().filter(|claim| figure.start.saturating_sub(claim.end) <= APART_MAX);
        match before {
            Some(claim) if measure == Measure::ShareOfNet && claim.measure == Ok(Measure::Recipients) => {
                Measure::ShareOfRecipients
            }
            // 逾四成受益主体为个体工商户，占42.85%
            _ if measure == Measure::ShareOfNet && self.topic.claims.last().is_some_and(is_of_recipients) => {
                Measure::ShareOfRecipients
            }
            _ => measure,
        }
    }
}

/// The cue by which the next sentence is understood that goes on with this one.
const fn carried(measure: Measure) -> Option<Cue> {
    match measure {
        Measure::NetDisbursed | Measure::Recipients | Measure::Grants => Some(Cue::Paid),
        Measure::Budget => Some(Cue::Budget),
        _ => None,
    }
}

const fn is_share(measure: Measure) -> bool {
    matches!(measure, Measure::ShareOfNet | Measure::ShareOfRecipients)
}

fn is_of_recipients(claim: &Claim) -> bool {
    claim.measure == Ok(Measure::ShareOfRecipients)
}
