//! Reads a text: every figure with where it stands, what it measures, when and of whom.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::context::{self, Measure, Place, Reason};
use super::cues::{Cue, Cues};
use super::figure::{Figure, Kind, Qualifier};
use super::lists;
use super::period::{Calendar, Span};
use super::scope::{Mention, Names, Scope, mentions};
use super::sentences::{Opening, Sentence, sentences};
use super::text::{Mark, folded};
use super::tokens::{Found, Region, Token, tokens};
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
    /// How else a reader may understand it: not false then, where one of these would be true.
    pub others: Vec<Reading>,
    /// The ratio that the text itself gives for it.
    pub ratio: Option<(i128, i128)>,
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

/// How far from a figure words still speak of it, in characters: no sentence of a report is longer, and a text without
/// marks must not make every word be held against every figure.
const NEAR: usize = 500;

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
}

/// Reads every figure of a text.
pub fn read(text: &str, names: &Names, calendar: Calendar) -> Vec<Claim> {
    let chars = folded(text);
    let (mentions, cues) = (mentions(&chars, names), Cues::of(&chars));
    let page = Page { original: text.chars().collect(), mentions, cues, names, chars };
    let found = tokens(&page, calendar);
    let mut topic = Topic::default();
    let mut claims = Vec::new();
    for sentence in sentences(&page, &found) {
        let mut said = Said::begun(&page, topic, &sentence);
        for token in found.get(sentence.tokens.clone()).unwrap_or_default() {
            said.take(token, &found);
        }
        topic = said.ended();
        claims.append(&mut topic.claims);
    }
    paired(claims)
}

/// What a text speaks of from one sentence to the next.
#[derive(Debug, Default)]
struct Topic {
    span: Span,
    /// Where the words of time stand that set `span`; none before any did.
    span_at: Option<usize>,
    /// Of whom the heading above speaks.
    heading: Scope,
    /// Of whom the last sentence spoke as a whole.
    subject: Scope,
    /// The parts that the last sentence told of it.
    parts: Scope,
    /// The scopes of the figures of the paragraph, up to this sentence.
    told: Vec<Scope>,
    is_elsewhere: bool,
    /// What the last figures measured.
    carried: Option<Cue>,
    claims: Vec<Claim>,
}

/// A sentence while it is read.
struct Said<'p, 'n> {
    page: &'p Page<'n>,
    topic: Topic,
    sentence: Sentence,
    /// Of whom is spoken where a figure stands.
    scope: Scope,
    /// The same before the first part was named.
    whole: Scope,
    /// How else the sentence may be understood that names nobody.
    other: Option<Scope>,
    has_parts: bool,
    carried: Option<Cue>,
    /// The scopes of the figures so far.
    told: Vec<Scope>,
    clause: usize,
    clause_scope: Scope,
    replaced: usize,
    /// Where it was said last whose payments are spoken of.
    region_at: usize,
    /// The end of the figure before in this clause, or where the clause begins.
    after: usize,
    /// Where the last figure of the sentence ended.
    last_end: usize,
    /// What 分别 binds figures to, by their first character.
    listed: Option<BTreeMap<usize, lists::Bound>>,
}

impl<'p, 'n> Said<'p, 'n> {
    fn begun(page: &'p Page<'n>, mut topic: Topic, sentence: &Sentence) -> Self {
        let goes_on = page.cues.joining(Cue::Anaphor, sentence.start, (sentence.start + 8).min(sentence.end)).is_some();
        let names_own = sentence.names_before_figure;
        let is_sibling = sentence.lead.is_sibling(&topic.parts) && !topic.parts.is_whole();
        let sums = page.cues.joining(Cue::Sum, sentence.start, sentence.end).is_some();
        let carried = topic.carried.filter(|_| goes_on || sums || sentence.is_item || names_own);
        if sentence.opening == Opening::Line && !sentence.is_item {
            (topic.subject, topic.parts, topic.is_elsewhere) = (Scope::default(), Scope::default(), false);
            topic.told.clear();
        }
        let (scope, other) = match sentence.opening {
            Opening::Line => (topic.heading.clone(), (!topic.heading.is_whole()).then(Scope::default)),
            _ if goes_on || (is_sibling && sentence.opening == Opening::Part) => (topic.subject.clone(), None),
            _ if names_own => (topic.heading.clone(), None),
            _ => (topic.subject.clone(), (topic.subject != topic.heading).then(|| topic.heading.clone())),
        };
        topic.is_elsewhere &= !names_own;
        Self {
            page,
            topic,
            scope: scope.clone(),
            whole: scope.clone(),
            other,
            has_parts: false,
            carried,
            told: Vec::new(),
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

    fn ended(mut self) -> Topic {
        let told_one = self.told.windows(2).all(|pair| pair.first() == pair.last());
        if self.told.is_empty() {
            self.scope.replaced_by(&self.sentence.lead);
        }
        self.topic.told.append(&mut self.told);
        self.topic.parts = if self.has_parts { self.scope.clone() } else { Scope::default() };
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

    fn take(&mut self, token: &Token, all: &[Token]) {
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
                claim.span = span;
                for other in &mut claim.others {
                    other.span = span;
                }
            }
        }
        (self.topic.span, self.topic.span_at) = (span, Some(at));
    }

    fn figure(&mut self, figure: &Figure, all: &[Token]) {
        let until = self.until(figure, all);
        let (page, sentence) = (self.page, &self.sentence);
        let listed = self.listed.get_or_insert_with(|| lists::bound(page, sentence, all)).get(&figure.start).cloned();
        let part = self.scoped(figure, until, listed.as_ref());
        let span = listed.as_ref().and_then(|bound| bound.span).unwrap_or_else(|| self.span_of(figure));
        let measure = match listed.as_ref().map(|bound| bound.measure) {
            Some(Some(measure)) => Ok(measure),
            _ => self.measured(figure, until),
        };
        let measure = measure.and_then(|measure| self.checkable(measure, span, part));
        match measure {
            Ok(measure) => self.topic.carried = carried(measure).or(self.topic.carried),
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
        let next = tokens.iter().filter(|token| token.start >= figure.end).find(|token| match &token.found {
            Found::Figure(_) | Found::Mark(_) => true,
            Found::Time(..) | Found::Region(_) => false,
        });
        next.map_or(self.sentence.end, |token| token.start)
    }

    /// Finds of whom a figure speaks; tells whether it is of a part that nothing names.
    fn scoped(&mut self, figure: &Figure, until: usize, listed: Option<&lists::Bound>) -> bool {
        if let Some(bound) = listed {
            if let Some(scope) = &bound.scope {
                self.scope.replaced_by(scope);
                self.other = None;
            }
            return bound.is_unpaired;
        }
        let lead = if self.after > self.clause { self.after } else { self.last_end.max(self.sentence.start) };
        let loose = |m: &&Mention| !m.is_loose || self.counts_loose(m);
        let before: Vec<Mention> = self.page.named(lead, figure.start).filter(loose).cloned().collect();
        let own = |mention: &&Mention| !self.is_of_next(mention, until);
        let behind: Vec<Mention> =
            self.page.named(figure.written.end, until).filter(loose).filter(own).cloned().collect();
        let (named, by_before) = self.joined(&before);
        let (noun, by_behind) = self.joined(&behind);
        let inside = self.page.cues.joining(Cue::Inside, lead, figure.start).is_some();
        let mut part = by_before || by_behind;
        if self.page.cues.joining(Cue::Sum, lead, figure.start).is_some()
            && named.is_whole()
            && self.topic.told.iter().chain(&self.told).filter(|scope| !scope.is_whole()).count() > 1
        {
            return self.summed() || part;
        }
        if inside {
            if !self.has_parts {
                self.whole.clone_from(&self.scope);
            }
            self.has_parts = true;
            self.scope = self.whole.clone();
            let told_time = self.topic.span_at.is_some_and(|at| at >= lead) || self.region_at > lead;
            part |= named.is_whole() && noun.is_whole() && !told_time && !self.measures_apart(lead, figure.start);
        } else if !named.is_whole() && lead < self.clause && self.is_other_group(&named) {
            self.scope.clone_from(&self.whole);
        } else if !named.is_whole() && self.told.is_empty() {
            // what is named before the first figure is what the sentence is about
            self.whole.replaced_by(&named);
        }
        if !named.subdistricts.is_empty() {
            self.topic.is_elsewhere = false;
        }
        self.replaced += usize::from(!named.is_whole());
        if !named.is_whole() || !noun.is_whole() {
            self.other = None;
        }
        self.scope.replaced_by(&named);
        let own = self.scope.clone();
        self.scope.replaced_by(&noun);
        self.narrowed();
        if own.is_whole() && self.told.is_empty() && !noun.is_whole() && !inside {
            self.whole.clone_from(&own);
        }
        part
    }

    /// 制造业3364万元和批发零售业3403万元: what stands directly before the next figure, joined to this one, is of that one.
    fn is_of_next(&self, mention: &Mention, until: usize) -> bool {
        let chars = &self.page.chars;
        let behind: String = chars.get(mention.end..until).unwrap_or_default().iter().collect();
        let before: String = chars.get(..mention.start).unwrap_or_default().iter().rev().take(4).collect();
        let before: String = before.trim_start().chars().rev().collect();
        let is_joined = ["和", "及", "与", "and", ","].iter().any(|word| before.ends_with(word));
        let is_figure = chars.get(until).is_some_and(|c| c.is_ascii_alphanumeric() || *c == '¥');
        let is_bound =
            ["", "近", "超", "约", "逾", "nearly", "about", "more than", "over", "almost"].contains(&behind.trim());
        is_bound && is_joined && is_figure
    }

    /// 其中退回2万元: another measure tells it apart from the whole.
    fn measures_apart(&self, from: usize, to: usize) -> bool {
        let apart = |cue| matches!(cue, Cue::Returned | Cue::PerRecipient | Cue::PerGrant | Cue::Budget);
        self.page.cues.within(from, to).any(|(cue, ..)| apart(cue))
    }

    /// A clause about other recipients than the one before, no part of them: 制造业获得4000万元，微型企业获得7000万元.
    fn is_other_group(&self, named: &Scope) -> bool {
        named.is_of_recipients() && self.scope.is_of_recipients() && !named.is_beside(&self.scope)
    }

    /// 企业 is a kind only where another kind is set against it.
    fn counts_loose(&self, mention: &Mention) -> bool {
        let in_sentence = self.page.named(self.sentence.start, self.sentence.end);
        let is_part = self.page.cues.joining(Cue::Inside, mention.start.saturating_sub(4), mention.start).is_some();
        is_part || in_sentence.into_iter().any(|m| !m.is_loose && !m.scope.kinds.is_empty())
    }

    /// What several names together mean; whether that cannot be told. 小微企业和个体工商户 are two groups, 新碶街道小微企业
    /// is one; behind 等 stand more than are named.
    fn joined(&self, mentions: &[Mention]) -> (Scope, bool) {
        let mut scope = Scope::default();
        let mut cannot_tell = false;
        let chars = &self.page.chars;
        for pair in mentions.windows(2) {
            let [one, other] = pair else { continue };
            let is_list = super::text::joins(chars.get(one.end..other.start).unwrap_or_default());
            let are_groups = one.scope.is_of_recipients() && other.scope.is_of_recipients();
            cannot_tell |= is_list && are_groups && !one.scope.is_sibling(&other.scope);
        }
        for mention in mentions {
            scope.joined_by(mention.scope.clone());
        }
        let Some(last) = mentions.last() else { return (scope, false) };
        if super::text::starts(chars, last.end, "等").is_none() {
            return (scope, cannot_tell);
        }
        // 小微企业、个体工商户等市场主体 are all, 房租补助、稳岗返还等政策 too; 新碶、大碶等街道 are some
        let number = lists::number_behind(chars, last.end + 1);
        let is_closed =
            number.is_some_and(|number| usize::try_from(number).is_ok_and(|number| number == mentions.len()));
        let is_all = scope.is_of_recipients() && scope.industries.is_empty()
            || (!scope.policies.is_empty()
                && number.is_none_or(|n| usize::try_from(n).is_ok_and(|n| n >= self.page.names.policies.len())));
        match () {
            () if is_closed => (scope, cannot_tell),
            () if is_all => (Scope::default(), false),
            () => (scope, true),
        }
    }

    /// 小微企业房租补助 for 小微企业: words of the title narrow nothing further.
    fn narrowed(&mut self) {
        let titled = |word: &str| {
            let of_scope = |code: &String| self.page.names.policies.iter().find(|policy| policy.code == *code);
            !self.scope.policies.is_empty()
                && self
                    .scope
                    .policies
                    .iter()
                    .all(|code| of_scope(code).is_some_and(|policy| policy.title.contains(word)))
        };
        let (sizes, kinds) = (titled("小微企业"), titled("个体工商户"));
        if sizes && self.scope.sizes.len() == 2 {
            self.scope.sizes.clear();
        }
        if kinds && self.scope.kinds.len() == 1 && self.scope.kinds.contains("个体工商户") {
            self.scope.kinds.clear();
        }
    }

    /// 新碶2365家、大碶1959家，合计4324家: of all that were told. Tells whether that is no scope.
    fn summed(&mut self) -> bool {
        let parts: Vec<&Scope> = self.topic.told.iter().chain(&self.told).filter(|scope| !scope.is_whole()).collect();
        let Some(first) = parts.first() else { return false };
        let is_list = parts.iter().all(|scope| scope.is_sibling(first));
        let mut sum = Scope::default();
        for scope in &parts {
            sum.joined_by((*scope).clone());
        }
        self.scope = sum;
        !is_list
    }

    /// 累计 behind another figure of that time counts from the beginning: 10月份发放1200万元，累计发放1.27亿元.
    fn span_of(&self, figure: &Figure) -> Span {
        let words: String = self.page.chars.get(self.clause..figure.start).unwrap_or_default().iter().collect();
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

    /// What stands against checking a figure although it is known what it measures.
    fn checkable(&self, measure: Measure, span: Span, is_part: bool) -> Result<Measure, Reason> {
        let has_instrument =
            |wanted: &String| self.page.names.policies.iter().any(|policy| policy.instrument == *wanted);
        let begins_on = self.page.names.begins_on;
        let is_before = begins_on.zip(span.to).is_some_and(|(begins, to)| to < begins);
        match () {
            () if self.topic.is_elsewhere => Err(Reason::Elsewhere),
            () if self.scope.is_unknown() => Err(Reason::ScopeUnknown),
            () if !self.scope.instruments.iter().all(has_instrument) => Err(Reason::NotRecorded),
            () if is_part => Err(Reason::PartOfSeveral),
            () if is_before => Err(Reason::OutOfTime),
            () => Ok(measure),
        }
    }

    /// Of what a share is one: of what the parts are parts of, unless all are named: 占全部资金的22.9%.
    fn whole_of(&self, figure: &Figure) -> Scope {
        let words: String = self.page.chars.get(self.clause..figure.start).unwrap_or_default().iter().collect();
        let is_of_all =
            ["占全", "占该区", "占总", "占所有", "占本区", "占我区", "全区"].iter().any(|word| words.contains(word));
        let is_part = self.has_parts && self.scope != self.whole && !is_of_all;
        if figure.kind == Kind::Percent && is_part { self.whole.clone().plain() } else { Scope::default() }
    }

    /// How else a figure may be understood: of the whole where nothing in its sentence says of whom, and of all time where
    /// a time was told in a sentence before.
    fn others(&self, figure: &Figure, span: Span) -> Vec<Reading> {
        let mut others = Vec::new();
        let scopes = [Some(self.scope.clone().plain()), self.other.clone()];
        let is_of_before = self.topic.span_at.is_some_and(|at| at < self.sentence.start) && span.from.is_some();
        let spans = [Some(span), is_of_before.then(|| Span::until(span.to)), is_of_before.then(Span::default)];
        for (n, scope) in scopes.iter().enumerate() {
            for (m, span) in spans.iter().enumerate() {
                if let (Some(scope), Some(span), true) = (scope, span, n + m > 0) {
                    others.push(Reading { span: *span, scope: scope.clone(), whole: self.whole_of(figure) });
                }
            }
        }
        if !self.whole_of(figure).is_whole() {
            others.push(Reading { span, scope: self.scope.clone().plain(), whole: Scope::default() });
        }
        others
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
