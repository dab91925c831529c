//! Reads a text: every figure with where it stands, what it measures, when and of whom.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::context::{self, Cues, Measure, Place, Reason};
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
        if figure::starts(&self.chars, at, "全区").or_else(|| figure::starts(&self.chars, at, "全市")).is_some() {
            self.scope = Scope::default();
        }
        at + 1
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

    /// 累计 in a clause of its own counts from the beginning.
    fn span_of(&self, found: &Figure) -> Span {
        let words: String = self.chars.get(self.clause..found.start).unwrap_or_default().iter().collect();
        if self.span_at < self.clause && words.contains("累计") { Span::until(self.span.to) } else { self.span }
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
mod tests {
    use proptest::prelude::*;

    use super::super::scope::PolicyName;
    use super::*;

    fn names() -> Names {
        let policy = |code: &str, title: &str| PolicyName {
            code: code.into(),
            title: title.into(),
            document_number: format!("仑〔2020〕{code}号"),
            instrument: "grant".into(),
        };
        Names {
            policies: vec![policy("BL2020-01", "小微企业房租补助"), policy("BL2020-02", "稳岗返还补贴")],
            subdistricts: vec!["新碶街道".into(), "大碶街道".into()],
            industries: vec!["C".into()],
        }
    }

    fn told(text: &str) -> Vec<String> {
        let calendar = Calendar { year: Some(2020), today: Day::parse("2020-11-25").unwrap() };
        let side = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
        let set = |set: &std::collections::BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join("+");
        let of_whom = |scope: &Scope| {
            let all = [
                &scope.policies,
                &scope.instruments,
                &scope.subdistricts,
                &scope.industries,
                &scope.kinds,
                &scope.sizes,
            ];
            all.into_iter().filter(|names| !names.is_empty()).map(set).collect::<Vec<_>>().join(" ")
        };
        let line = |claim: Claim| {
            let measure = claim.measure.map_or_else(Reason::code, Measure::code);
            let days = format!("{}..{}", side(claim.span.from), side(claim.span.to));
            format!("{} {measure} {days} {}", claim.text, of_whom(&claim.scope)).trim_end().to_owned()
        };
        read(text, &names(), calendar).into_iter().map(line).collect()
    }

    #[test]
    fn the_sentence_of_the_announcement_is_read() {
        assert_eq!(
            told("截至10月底，该区已向10402家市场主体发放共计1.27亿元纾困资金。"),
            ["10402家 recipients ..2020-10-31", "1.27亿元 net_disbursed ..2020-10-31"]
        );
        assert_eq!(
            told("CNY 127 million to 10,402 businesses by the end of October 2020"),
            ["CNY 127 million net_disbursed ..2020-10-31", "10,402 businesses recipients ..2020-10-31"],
        );
        assert_eq!(
            told("CNY 127 million to 10,402 businesses had been paid."),
            ["CNY 127 million net_disbursed ..", "10,402 businesses recipients .."],
        );
        assert_eq!(
            told("By the end of October 2020, the district had paid CNY 127 million to 10,402 businesses."),
            ["CNY 127 million net_disbursed ..2020-10-31", "10,402 businesses recipients ..2020-10-31"],
        );
    }

    #[test]
    fn parts_of_the_whole_have_their_scope() {
        assert_eq!(
            told("截至10月底发放1.27亿元，其中新碶街道2365家、2923.94万元，大碶街道1959家；全区户均1.22万元。"),
            [
                "1.27亿元 net_disbursed ..2020-10-31",
                "2365家 recipients ..2020-10-31 新碶街道",
                "2923.94万元 net_disbursed ..2020-10-31 新碶街道",
                "1959家 recipients ..2020-10-31 大碶街道",
                "1.22万元 per_recipient ..2020-10-31",
            ]
        );
        assert_eq!(
            told("上半年累计发放小微企业房租补助5000万元，惠及微型企业300多家。"),
            [
                "5000万元 net_disbursed 2020-01-01..2020-06-30 BL2020-01",
                "300多家 recipients 2020-01-01..2020-06-30 BL2020-01 微型",
            ]
        );
        assert_eq!(
            told("10月份发放1200万元，累计发放1.27亿元。"),
            ["1200万元 net_disbursed 2020-10-01..2020-10-31", "1.27亿元 net_disbursed ..2020-10-31"]
        );
        assert_eq!(
            told("推出惠企政策5条，三年来兑付1.27亿元，户均受益1.2万元"),
            ["5条 policies ..", "1.27亿元 net_disbursed 2018-01-01..", "1.2万元 per_recipient 2018-01-01..",]
        );
        assert_eq!(told("小微企业5000家受益"), ["5000家 recipients .. 小型+微型"], "a size, no part of a title");
        assert_eq!(
            told("发放房租补助5000万元、稳岗返还3000万元，户均1.2万元"),
            ["5000万元 net_disbursed .. BL2020-01", "3000万元 net_disbursed .. BL2020-02", "1.2万元 per_recipient .."]
        );
        assert_eq!(
            told("惠及企业5000家、个体工商户5402户"),
            ["5000家 recipients .. 企业", "5402户 recipients .. 个体工商户"]
        );
    }

    #[test]
    fn what_the_book_does_not_hold_is_not_checked() {
        assert_eq!(
            told(
                "全年实现地区生产总值60.28亿元，同比增长5.2%，计划再发放2亿元，向10家企业发放贷款5995万元，诉求办结率99.38%（11125/11194）。"
            ),
            [
                "60.28亿元 not_about_payments 2020-01-01..2020-12-31",
                "5.2% compared 2020-01-01..2020-12-31",
                "2亿元 planned 2020-01-01..2020-12-31",
                "10家 not_recorded 2020-01-01..2020-12-31 loan",
                "5995万元 not_recorded 2020-01-01..2020-12-31 loan",
                "99.38% of_text 2020-01-01..2020-12-31 loan",
                "11125/11194 of_text 2020-01-01..2020-12-31 loan",
            ]
        );
    }

    #[test]
    fn a_long_text_without_marks_is_read_to_its_end() {
        let text = "发放1元".repeat(5_000);
        let calendar = Calendar { year: None, today: Day::parse("2020-11-25").unwrap() };
        let claims = read(&text, &names(), calendar);
        assert_eq!(claims.len(), 5_000);
        assert!(claims.iter().all(|claim| claim.measure == Ok(Measure::NetDisbursed)));
    }

    #[test]
    fn full_width_figures_stand_where_they_stand() {
        let text = "已发放１２７，０３４，５６２．８５元，惠及１０４０２家";
        let calendar = Calendar { year: Some(2020), today: Day::parse("2020-11-25").unwrap() };
        let claims = read(text, &names(), calendar);
        assert_eq!(claims[0].text, "１２７，０３４，５６２．８５元");
        assert_eq!(claims[0].written.micro(), Some(127_034_562_850_000));
        assert_eq!((claims[1].text.as_str(), claims[1].measure), ("１０４０２家", Ok(Measure::Recipients)));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(发放|截至|10月底|新碶街道|1\\.27亿元|近|万余|家|，|。|[0-9]{1,4}|其中|占|%|/|（|Paid |by |in |[a-z ]{1,3}){0,30}") {
            let calendar = Calendar { year: None, today: Day::parse("2020-11-25").unwrap() };
            let length = text.chars().count();
            for claim in read(&text, &names(), calendar) {
                prop_assert!(claim.start < claim.end && claim.end <= length);
            }
        }
    }
}
