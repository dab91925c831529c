//! A sentence as it is read: what it speaks of where a figure stands, and what the next one takes over.

use std::collections::BTreeMap;

use super::bind::{APART_MAX, Claim, Page};
use super::context::{self, Measure, Place, Reason};
use super::cues::Cue;
use super::figure::{Counted, Figure, Kind};
use super::inside::{is_compared_in_english, is_labelled, is_of_application, is_told_again};
use super::lists;
use super::period::{Calendar, Span};
use super::scope::Scope;
use super::sentences::{Opening, Sentence};
use super::table::Around;
use super::text::{Mark, words};
use super::tokens::{Found, Region, Token};

/// How far from a figure words still speak of it, in characters: no sentence of a report is longer, and a text without
/// marks must not make every word be held against every figure.
const NEAR: usize = 500;

/// How far from its bracket a time stands that dates what was told before, in characters.
const NOTE_CHARS: usize = 8;

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
    /// Whether it is a day without a word that all up to it is meant.
    pub(super) is_bare_day: bool,
    /// Whether words told a time without its days.
    pub(super) is_vague: bool,
    /// The last of the times by which a longer one was told, where that is spoken of again.
    pub(super) inner: Option<Span>,
    /// A time in brackets that no other was told before.
    pub(super) note: Option<Span>,
    /// What a line that ends in a colon says of those below it.
    pub(super) announced: Option<Cue>,
    /// What was asked about: 每笔补助平均多少？
    pub(super) asked: Option<Cue>,
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
    /// Whether the whole of the parts was told by 中 or 里.
    pub(super) is_inside: bool,
    pub(super) carried: Option<Cue>,
    /// The scopes of the figures so far.
    pub(super) told: Vec<Scope>,
    /// The times that the sentence told.
    spans: Vec<Span>,
    /// The time of the sentences before.
    outer: Option<Span>,
    /// When the next figure is, with which one is compared.
    aside: Option<Span>,
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
        let parted = page.cues.joining(Cue::Parted, sentence.start, sentence.end).is_some();
        // 三季度5589笔: nothing of its own says what is told
        let is_bare = page.cues.within(sentence.start, sentence.end).all(|(cue, ..)| cue == Cue::Compared);
        let is_further = sentence.opening != Opening::Line && is_bare;
        let carried =
            topic.carried.filter(|_| goes_on || sums || parted || sentence.is_item || names_own || is_further);
        let is_below = sentence.is_item || names_own || sums || is_labelled(page, sentence);
        let carried = carried.or(topic.asked).or(topic.announced.filter(|_| is_below));
        if sentence.opening == Opening::Line && !sentence.is_item {
            (topic.subject, topic.parts, topic.is_elsewhere) = (Scope::default(), Scope::default(), false);
            topic.is_vague = false;
            topic.told.clear();
        }
        let (scope, other) = match sentence.opening {
            Opening::Line => (topic.heading.clone(), (!topic.heading.is_whole()).then(Scope::default)),
            _ if goes_on || parted || is_next_part => (topic.subject.clone(), None),
            // 柴桥861家，其中个体户370户。个体户拿到416万元，占全街道的41.7%: those that were told before
            _ if names_own && is_told_again(page, &topic, sentence) => {
                (topic.subject.clone(), Some(topic.heading.clone()))
            }
            // 该街道2365家。从主体看，个体工商户1037户: of all, or still of the sub-district
            _ if names_own => {
                let still = !sentence.lead.is_beside(&topic.subject) && topic.subject != topic.heading;
                (topic.heading.clone(), still.then(|| topic.subject.clone()))
            }
            _ => (topic.subject.clone(), (topic.subject != topic.heading).then(|| topic.heading.clone())),
        };
        topic.is_elsewhere &= !names_own;
        let outer = topic.span_at.map(|_| topic.span);
        Self {
            page,
            topic,
            scope: scope.clone(),
            whole: scope.clone(),
            other,
            has_parts: is_next_part || parted,
            is_inside: false,
            carried,
            told: Vec::new(),
            spans: Vec::new(),
            outer,
            aside: None,
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
        // 三季度是高峰。7月1767万元，8月1839万元，9月1682万元；受益5028家: of the quarter again
        if let Some(outer) = self.told_by_parts() {
            (self.topic.inner, self.topic.span) = (Some(self.topic.span), outer);
        } else if !self.spans.is_empty() {
            self.topic.inner = None;
        }
        let told_one = self.told.windows(2).all(|pair| pair.first() == pair.last());
        if self.told.is_empty() {
            self.scope.replaced_by(&self.sentence.lead);
            if matches!(self.page.chars.get(self.sentence.end), Some('？' | '?')) {
                self.topic.asked = self.question();
            }
            if self.page.chars.get(self.sentence.end.wrapping_sub(1)) == Some(&':') {
                let said = self.page.cues.last_verb(self.sentence.start, self.sentence.end);
                self.topic.announced = said.filter(|cue| matches!(cue, Cue::Paid | Cue::Money | Cue::Budget));
            }
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

    /// What a question without a figure asks about: the answer need not say it again.
    fn question(&self) -> Option<Cue> {
        let (from, to) = (self.sentence.start, self.sentence.end);
        let words: String = self.page.chars.get(from..to).unwrap_or_default().iter().collect();
        let is_average = words.contains("平均") || words.contains('均');
        match () {
            () if is_average && words.contains('笔') => Some(Cue::PerGrant),
            () if is_average && words.contains(['户', '家']) => Some(Cue::PerRecipient),
            () => self.page.cues.last_verb(from, to).filter(|cue| matches!(cue, Cue::Paid | Cue::Money | Cue::Budget)),
        }
    }

    pub(super) fn take(&mut self, token: &Token, all: &[Token]) {
        match &token.found {
            Found::Figure(figure) => self.figure(figure, all),
            Found::Time(span, in_english) => self.time(*span, *in_english, token.start),
            Found::Mark(mark) => self.mark(*mark, token.start),
            Found::Region(region) => self.region(*region, token.start),
            Found::Vague => self.topic.is_vague = true,
        }
    }

    fn mark(&mut self, mark: Mark, at: usize) {
        if mark >= Mark::Clause {
            // 在房租补助资金中，个体工商户占36.4%; 惠及的主体里，企业占六成
            if self.told.len() < 2 && matches!(self.page.chars.get(at.wrapping_sub(1)), Some('中' | '里')) {
                self.opens_whole(at);
            }
            // 减税降费42.6亿元，落实纾困补助13.9亿元: what the book does not give is spoken of no further
            if self.scope.instruments != self.clause_scope.instruments && !self.page.gives(&self.scope) {
                self.scope.instruments.clone_from(&self.clause_scope.instruments);
                self.whole.instruments.clone_from(&self.clause_scope.instruments);
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
        self.other = if before.is_whole() { self.other.take() } else { Some(before) };
        (self.whole, self.has_parts) = (Scope::default(), false);
    }

    fn time(&mut self, span: Span, in_english: bool, at: usize) {
        // 比9月底提高1.4个百分点: with what it is compared, not when the next figure is; 较一季度的0.96万元 is then
        if matches!(self.page.chars.get(at.wrapping_sub(1)), Some('比' | '较')) {
            let words = words(&self.page.chars, at, at + 14);
            let is_then = words
                .split_once('的')
                .is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit() || "近约超".contains(c)));
            self.aside = is_then.then_some(span);
            return;
        }
        if is_of_application(&self.page.chars, self.clause, at) {
            return;
        }
        // up 7.3 percent from September: with what it is compared
        if in_english && is_compared_in_english(&self.page.chars, at) {
            return;
        }
        let told_before = self.topic.span_at.is_some_and(|at| at >= self.sentence.start);
        let before = words(&self.page.chars, at.saturating_sub(NOTE_CHARS), at);
        // （数据截至, （均截至: words that only lead to a time
        let opens = before
            .rfind(['(', '（'])
            .is_some_and(|open| before.chars().count() > 0 && !before[open..].contains([')', '）', '，', '。']));
        // 发放1.27亿元（数据截至10月底）, and English tells the time last: what stands before is meant
        if !told_before && (opens || in_english) {
            for claim in &mut self.topic.claims {
                claim.is_of(span);
            }
            self.topic.note = opens.then_some(span);
        }
        // set aside CNY 1.27 billion in 2020 and had spent 10 percent by October 31: of what stands behind the first time
        if told_before && in_english {
            let (clause, first) = (self.clause, self.topic.span_at.unwrap_or(0));
            for claim in self.topic.claims.iter_mut().filter(|claim| claim.start > first && claim.start >= clause) {
                claim.is_of(span);
            }
        }
        let span = match self.begun_at(span, at) {
            Some(span) => span,
            None if in_english => return,
            None => span,
        };
        // 6月30日这天64笔；10月28日，51笔: again one day
        let is_day = |span: Span| span.from.is_some() && span.from == span.to;
        let is_bare = span.from.is_none() && self.page.chars.get(at).is_some_and(char::is_ascii_digit);
        let is_again = is_bare && self.topic.span_at.is_some() && is_day(self.topic.span) && span.to.is_some();
        let span = if is_again { Span { from: span.to, to: span.to } } else { span };
        self.topic.is_vague = false;
        self.topic.is_bare_day = is_bare && !is_again;
        (self.topic.span, self.topic.span_at) = (span, Some(at));
        self.spans.push(span);
    }

    /// 2月出台房租补助政策，已发放5148万元: from then on. `which began in February`: nothing, and no time in English is either.
    fn begun_at(&self, span: Span, at: usize) -> Option<Span> {
        let chars = &self.page.chars;

        let before = words(chars, at.saturating_sub(14), at);
        if ["began", "started", "launched", "introduced", "issued"].iter().any(|verb| before.contains(verb)) {
            return None;
        }
        let behind = words(chars, at, at + 18);
        let clause = behind.split(['，', '。', '；', '、']).next().unwrap_or_default();
        let begins = ["启动", "实施", "出台", "印发", "施行", "推出", "开闸", "开启", "设立", "落地"];
        let is_paid = ["发放", "拨付", "兑付", "兑现", "支付"].iter().any(|verb| clause.contains(verb));
        let is_begun =
            span.from.is_some() && span.to.is_some() && begins.iter().any(|verb| clause.contains(verb)) && !is_paid;
        Some(if is_begun { Span { from: span.from, to: None } } else { span })
    }

    /// 7月1767万元，8月1839万元，9月1682万元，三个月合计5289万元: from the first of the times that were told to the last.
    fn sums_times(&mut self, figure: &Figure) {
        if self.spans.len() < 2 || self.page.cues.joining(Cue::Sum, self.clause, figure.start).is_none() {
            return;
        }
        if let Some(all) = all_of(&self.spans) {
            self.topic.span = all;
        }
    }

    /// The time of the sentences before, or the first of this one, of which all that were told behind it are the parts.
    fn told_by_parts(&self) -> Option<Span> {
        let (first, rest) = self.spans.split_first()?;
        let of_before = self.outer.filter(|outer| !rest.is_empty() && all_of(&self.spans) == Some(*outer));
        of_before.or((rest.len() > 1 && all_of(rest) == Some(*first)).then_some(*first))
    }

    fn figure(&mut self, figure: &Figure, all: &[Token]) {
        let until = self.until(figure, all);
        self.sums_times(figure);
        self.opens_whole_before(figure);
        let (page, sentence) = (self.page, &self.sentence);
        let listed = self.listed.get_or_insert_with(|| lists::bound(page, sentence, all)).get(&figure.start).cloned();
        let part = self.left_over(figure).unwrap_or(false) | self.scoped(figure, until, listed.as_ref());
        let span = listed.as_ref().and_then(|bound| bound.span).unwrap_or_else(|| self.span_of(figure));
        let span = self.aside.take().unwrap_or(span);
        let again = self.as_before(figure);
        let measure = match (listed.as_ref().and_then(|bound| bound.measure), again) {
            (Some(measure), _) | (None, Some(measure)) => Ok(measure),
            (None, None) => self.measured(figure, until),
        };
        let measure = measure.and_then(|measure| self.of_other_money(figure, until).map_or(Ok(measure), Err));
        let measure = if self.is_of_others(figure) { measure.and(Err(Reason::WholeUnknown)) } else { measure };
        let measure = if self.topic.is_vague { measure.and(Err(Reason::Ambiguous)) } else { measure };
        let measure = if self.is_end_of_growth(figure, until) { measure.and(Err(Reason::Compared)) } else { measure };
        // 新碶、大碶各为2365家、1959家 go together in order
        let is_each = listed.is_none() && self.is_of_each(figure);
        let is_one = self.is_told_by_one(figure) || self.is_of_some_one(figure) || is_each;
        let part = part || is_one;
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
            is_dated: self.topic.span_at.is_some(),
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
            Found::Time(..) | Found::Region(_) | Found::Vague => false,
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
            is_inside: self.is_inside && self.scope != self.whole,
            carried: self.carried,
            before: self.topic.claims.last().and_then(|claim| claim.measure.ok()),
            share_before: self
                .topic
                .claims
                .last()
                .and_then(|claim| claim.measure.ok())
                .filter(|measure| is_share(*measure) || *measure == Measure::Completion),
        };
        context::measure(&self.page.chars, &self.page.cues, figure, place)
            .or_else(|reason| match self.share_behind(figure) {
                Some(share) if reason == Reason::WholeUnknown => Ok(share),
                _ => Err(reason),
            })
            .map(|measure| self.of_recipients(figure, measure))
    }

    /// Whether the sentence told recipients and no money before a figure, and no word for money stands by it.
    fn tells_recipients(&self, figure: &Figure) -> bool {
        let claims = &self.topic.claims;
        let says_money = self.page.cues.joining(Cue::OfMoney, self.clause, figure.end + 6).is_some();
        claims.iter().any(|claim| claim.measure == Ok(Measure::Recipients))
            && !claims.iter().any(|claim| claim.kind == Kind::Amount)
            && !says_money
    }

    /// 个体工商户4441家，占42.7%: a share behind a number of recipients is one of recipients.
    fn of_recipients(&self, figure: &Figure, measure: Measure) -> Measure {
        let before = self.topic.claims.last().filter(|claim| figure.start.saturating_sub(claim.end) <= APART_MAX);
        match before {
            Some(claim) if measure == Measure::ShareOfNet && claim.measure == Ok(Measure::Recipients) => {
                Measure::ShareOfRecipients
            }
            // 10402家享受补助，其中个体工商户占42.85%: nothing but recipients was told
            _ if measure == Measure::ShareOfNet && self.tells_recipients(figure) => Measure::ShareOfRecipients,
            // 逾四成受益主体为个体工商户，占42.85%
            _ if measure == Measure::ShareOfNet && self.topic.claims.last().is_some_and(is_of_recipients) => {
                Measure::ShareOfRecipients
            }
            _ => measure,
        }
    }
}

/// From the first of several times to the last.
fn all_of(spans: &[Span]) -> Option<Span> {
    let from = spans.iter().map(|span| span.from).min().flatten()?;
    let to = spans.iter().filter_map(|span| span.to).max()?;
    Some(Span { from: Some(from), to: Some(to) })
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
