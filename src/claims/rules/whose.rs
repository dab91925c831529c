//! Of whom a figure speaks, by the names before and behind it in its sentence.

use super::bind::Reading;
use super::context::{Measure, Reason};
use super::cues::Cue;
use super::figure::{Figure, Kind};
use super::inside::is_labelled;
use super::lists;
use super::period::Span;
use super::said::Said;
use super::scope::{Mention, Scope, UNKNOWN};
use super::sentences::Opening;
use super::text::{joins, starts};

/// How far around a sentence its parts are looked for, in characters.
const RUN_CHARS: usize = 300;

/// Whether a name stands in the place of another: of the same dimension, where a way of giving stands for policies.
fn is_instead(own: &Scope, other: &Scope) -> bool {
    let gives = |scope: &Scope| !scope.policies.is_empty() || !scope.instruments.is_empty();
    own.is_beside(other) || gives(own) && gives(other)
}

fn is_exporters(scope: &Scope) -> bool {
    let words = ["出口企业", "外贸企业", "exporters", "export firms"];
    let mut names = scope.industries.iter().map(|name| name.trim_start_matches(UNKNOWN));
    !scope.industries.is_empty() && names.all(|name| words.contains(&name))
}

impl Said<'_, '_> {
    /// Finds of whom a figure speaks; tells whether it is of a part that nothing names.
    pub(super) fn scoped(&mut self, figure: &Figure, until: usize, listed: Option<&lists::Bound>) -> bool {
        if let Some(bound) = listed {
            if let Some(scope) = &bound.scope {
                self.scope.replaced_by(scope);
                self.other = None;
            }
            return bound.is_unpaired;
        }
        let lead = if self.after > self.clause { self.after } else { self.last_end.max(self.sentence.start) };
        let loose = |m: &&Mention| !m.is_loose || self.counts_loose(m);
        let mut before: Vec<Mention> = self.page.named(lead, figure.start).filter(loose).cloned().collect();
        // what stood behind the figure before is of that one, where the clause names its own
        let own: Vec<Mention> = before.iter().filter(|m| m.start >= self.clause).cloned().collect();
        before.retain(|m| m.start >= self.clause || !own.iter().any(|own| is_instead(&own.scope, &m.scope)));
        let own = |mention: &&Mention| !self.is_of_next(mention, until);
        let behind: Vec<Mention> =
            self.page.named(figure.written.end, until).filter(loose).filter(own).cloned().collect();
        let (named, by_before) = self.joined(&before);
        let (noun, by_behind) = self.joined(&behind);
        let inside = self.page.cues.joining(Cue::Inside, lead, figure.start).is_some();
        let mut part = by_before || by_behind;
        let is_rest = self.tells_rest(lead, figure.start);
        match self.several_policies(lead, figure.start).filter(|_| !is_rest) {
            Some(told) if told.is_whole() => part = true,
            Some(told) => self.scope.replaced_by(&told),
            None => {}
        }
        if self.page.cues.joining(Cue::Sum, lead, figure.start).is_some()
            && named.is_whole()
            && !is_rest
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
            let words: String = self.page.chars.get(lead..figure.start).unwrap_or_default().iter().collect();
            let is_nameless = named.is_whole() && noun.is_whole() && !told_time;
            // 共有1.2万家市场主体，其中2365家享受补助: the part is what the book knows
            let of_others = self.topic.claims.last().is_some_and(|last| last.measure == Err(Reason::NotAboutPayments))
                && self.page.cues.within(lead, until).any(|(cue, ..)| cue == Cue::Paid);
            part |= is_nameless
                && !of_others
                && !self.measures_apart(lead, figure.start)
                && !self.is_own_part(words.rsplit("其中").next().unwrap_or_default());
        } else if !named.is_whole() && lead < self.clause && self.is_other_group(&named) {
            self.scope.clone_from(&self.whole);
        } else if !named.is_whole() && self.told.is_empty() && !self.has_parts {
            // what is named before the first figure is what the sentence is about
            self.whole.replaced_by(&named);
        }
        if !named.subdistricts.is_empty() {
            self.topic.is_elsewhere = false;
        }
        self.replaced += usize::from(!named.is_whole());
        if let Some(other) = &mut self.other {
            other.replaced_by(&named);
            other.replaced_by(&noun);
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
        let behind = ["subsidies", "subsidy", "grants"].iter().fold(behind, |rest, noun| rest.replace(noun, ""));
        let before: String = chars.get(..mention.start).unwrap_or_default().iter().rev().take(4).collect();
        let before: String = before.trim_start().chars().rev().collect();
        let is_joined = ["和", "及", "与", "and", ","].iter().any(|word| before.ends_with(word));
        let is_figure = chars.get(until).is_some_and(|c| c.is_ascii_alphanumeric() || *c == '¥');
        let is_bound = ["", "近", "超", "约", "逾", "nearly", "about", "more than", "over", "almost", "to", "went to"]
            .contains(&behind.trim());
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
        let (from, to) = self.run();
        let in_sentence = self.page.named(from, to);
        // 个体工商户获得2358万元；企业获得3105万元
        let is_set_against =
            self.sentence.opening == Opening::Part && self.topic.told.last().is_some_and(|told| !told.kinds.is_empty());
        let is_part = self.page.cues.joining(Cue::Inside, mention.start.saturating_sub(4), mention.start).is_some();
        is_part || is_set_against || in_sentence.into_iter().any(|m| !m.is_loose && !m.scope.kinds.is_empty())
    }

    /// The sentence with the parts before and behind it: 企业5662家；个体工商户4457户。
    fn run(&self) -> (usize, usize) {
        let chars = &self.page.chars;
        // • 企业：5662家 above • 个体工商户：4457家
        let is_listed = self.sentence.is_item || is_labelled(self.page, &self.sentence);
        let ends = |at: &usize| {
            let is_blank_line = chars.get(at + 1) == Some(&'\n');
            matches!(chars.get(*at), Some('。' | '！' | '？'))
                || chars.get(*at) == Some(&'\n') && (!is_listed || is_blank_line)
        };
        let from = (self.sentence.start.saturating_sub(RUN_CHARS)..self.sentence.start).rev().find(ends);
        let to = (self.sentence.end..chars.len().min(self.sentence.end + RUN_CHARS)).find(ends);
        let (first, last) = (self.sentence.start.saturating_sub(RUN_CHARS), self.sentence.end + RUN_CHARS);
        (from.unwrap_or(first), to.unwrap_or(chars.len().min(last)))
    }

    /// What several names together mean; whether that cannot be told. 小微企业和个体工商户 are two groups, 新碶街道小微企业
    /// is one; behind 等 stand more than are named.
    fn joined(&self, mentions: &[Mention]) -> (Scope, bool) {
        let mut scope = Scope::default();
        let mut cannot_tell = false;
        let chars = &self.page.chars;
        for pair in mentions.windows(2) {
            let [one, other] = pair else { continue };
            let is_list = joins(chars.get(one.end..other.start).unwrap_or_default());
            let are_groups = one.scope.is_of_recipients() && other.scope.is_of_recipients();
            cannot_tell |= is_list && are_groups && !one.scope.is_sibling(&other.scope);
        }
        for mention in mentions {
            scope.joined_by(mention.scope.clone());
        }
        let Some(last) = mentions.last() else { return (scope, false) };
        if starts(chars, last.end, "等").is_none() {
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
        // freight subsidies to exporters: those whom 出口企业运费补贴 is for
        if titled("出口企业") && is_exporters(&self.scope) {
            self.scope.industries.clear();
        }
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

    /// Of what a share is one: of what the parts are parts of, unless all are named: 占全部资金的22.9%.
    pub(super) fn whole_of(&self, figure: &Figure) -> Scope {
        let words = self.words_before(figure);
        let is_of_all =
            ["占全", "占该区", "占总", "占所有", "占本区", "占我区", "全区"].iter().any(|word| words.contains(word));
        // 占该街道的43.4%
        let of_one = |nouns: &[&str]| nouns.iter().any(|noun| words.contains(&format!("占{noun}")));
        if figure.kind == Kind::Percent {
            let scope = &self.scope;
            if of_one(&["该街道", "街道", "本街道", "全街道", "我街道", "该地"]) && !scope.subdistricts.is_empty()
            {
                return Scope { subdistricts: scope.subdistricts.clone(), ..Scope::default() }.plain();
            }
            if of_one(&["该政策", "该项", "本政策", "该资金"]) && !scope.policies.is_empty() {
                return Scope { policies: scope.policies.clone(), ..Scope::default() }.plain();
            }
            if of_one(&["该行业", "本行业", "全行业"]) && !scope.industries.is_empty() {
                return Scope { industries: scope.industries.clone(), ..Scope::default() }.plain();
            }
        }
        // 五个街道占全区四分之三，其中新碶占三成: of the same whole
        if let Some(last) = self.topic.claims.last().filter(|last| {
            let is_share = matches!(last.measure, Ok(Measure::ShareOfNet | Measure::ShareOfRecipients));
            is_share && last.kind == Kind::Percent && last.scope != last.whole
        }) {
            return last.whole.clone();
        }
        let is_part = self.has_parts && self.scope != self.whole && !is_of_all;
        if figure.kind == Kind::Percent && is_part { self.whole.clone().plain() } else { Scope::default() }
    }

    /// 受益企业5662家: all that have a licence, or enterprises alone.
    fn as_kind(&self, figure: &Figure) -> Option<Scope> {
        let near = self.page.named(self.after, figure.start).chain(self.page.named(figure.written.end, figure.end + 2));
        // 制造业企业281家 may be all of the industry, or those that are enterprises
        let is_named = |mention: &Mention| {
            super::text::ends(&self.page.chars, mention.end, "企业").is_some() && !mention.scope.industries.is_empty()
        };
        // 小港街道的企业共861家受益，获得1064万元: told once for all of its sentence
        let told = || self.page.named(self.sentence.start, figure.start);
        let is_other = told().any(|mention| !mention.is_loose && !mention.scope.kinds.is_empty());
        let of_sentence = told().filter(|mention| mention.is_loose && !is_other);
        let loose = near.filter(|mention| mention.is_loose || is_named(mention)).last().or(of_sentence.last())?;
        let mut scope = self.scope.clone();
        if loose.is_loose {
            scope.replaced_by(&loose.scope);
        } else {
            scope.kinds = super::scope::one("企业");
        }
        Some(scope.plain())
    }

    /// How else a figure may be understood: of the whole where nothing in its sentence says of whom, and of all time where
    /// a time was told in a sentence before.
    pub(super) fn others(&self, figure: &Figure, span: Span) -> Vec<Reading> {
        let mut others = Vec::new();
        let scopes = [Some(self.scope.clone().plain()), self.other.clone(), self.as_kind(figure)];
        let is_of_before = self.topic.span_at.is_some_and(|at| at < self.sentence.start) && span.from.is_some();
        // 10月28日发放54.51万元: up to then, or on that day
        let on_day = (self.topic.is_bare_day && span.from.is_none()).then_some(Span { from: span.to, to: span.to });
        let spans = [
            Some(span),
            is_of_before.then(|| Span::until(span.to)),
            is_of_before.then(Span::default),
            on_day,
            self.topic.inner,
        ];
        for (n, scope) in scopes.iter().enumerate() {
            for (m, span) in spans.iter().enumerate() {
                if let (Some(scope), Some(span), true) = (scope, span, n + m > 0) {
                    others.push(Reading { span: *span, scope: scope.clone(), whole: self.whole_of(figure) });
                }
            }
        }
        let is_part = figure.kind == Kind::Percent && self.has_parts && self.scope != self.whole;
        if is_part && self.whole_of(figure) != self.whole {
            others.push(Reading { span, scope: self.scope.clone().plain(), whole: self.whole.clone().plain() });
        }
        if !self.whole_of(figure).is_whole() {
            others.push(Reading { span, scope: self.scope.clone().plain(), whole: Scope::default() });
        }
        others
    }
}
