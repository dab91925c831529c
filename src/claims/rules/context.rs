//! What the words around a figure say that it measures.

use serde::{Deserialize, Serialize};

use super::apart::{is_asked, is_condition, is_difference, is_provided};
use super::cues::{Cue, Cues};
use super::figure::{Counted, Figure, Kind};
use super::policies_told::is_of_book;
use super::shares::{is_of_unknown, share_of, speaks_of_parts};
use super::text::{blanks, ends, starts};

/// A measure of the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Paid less what came back.
    NetDisbursed,
    /// Paid, without regard to what came back.
    GrossDisbursed,
    /// What came back or was recovered.
    Returned,
    /// What policies were given: appropriations less reductions.
    Budget,
    /// Distinct recipients for which the net is above zero.
    Recipients,
    /// Grants for which the net is above zero.
    Grants,
    /// Net for each recipient.
    PerRecipient,
    /// Net for each grant.
    PerGrant,
    /// Net of the scope as a part of the net of all.
    ShareOfNet,
    /// Recipients of the scope as a part of all recipients.
    ShareOfRecipients,
    /// Net as a part of the budget.
    Completion,
    /// Policies that gave something.
    Policies,
    /// Policies that the book has.
    PoliciesOfBook,
    /// A ratio that the text itself has.
    OfText,
}

impl Measure {
    /// All measures that a person can choose.
    pub const ALL: [Self; 13] = [
        Self::NetDisbursed,
        Self::GrossDisbursed,
        Self::Returned,
        Self::Budget,
        Self::Recipients,
        Self::Grants,
        Self::PerRecipient,
        Self::PerGrant,
        Self::ShareOfNet,
        Self::ShareOfRecipients,
        Self::Completion,
        Self::Policies,
        Self::PoliciesOfBook,
    ];

    /// The word of files and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NetDisbursed => "net_disbursed",
            Self::GrossDisbursed => "gross_disbursed",
            Self::Returned => "returned",
            Self::Budget => "budget",
            Self::Recipients => "recipients",
            Self::Grants => "grants",
            Self::PerRecipient => "per_recipient",
            Self::PerGrant => "per_grant",
            Self::ShareOfNet => "share_of_net",
            Self::ShareOfRecipients => "share_of_recipients",
            Self::Completion => "completion",
            Self::Policies => "policies",
            Self::PoliciesOfBook => "policies_of_book",
            Self::OfText => "of_text",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.code() == code)
    }

    /// The smallest step of what it counts, in millionths; 0 where a quotient has none.
    pub const fn finest(self) -> i128 {
        match self {
            Self::NetDisbursed | Self::GrossDisbursed | Self::Returned | Self::Budget => 10_000,
            Self::Recipients | Self::Grants | Self::Policies | Self::PoliciesOfBook => 1_000_000,
            Self::PerRecipient
            | Self::PerGrant
            | Self::ShareOfNet
            | Self::ShareOfRecipients
            | Self::Completion
            | Self::OfText => 0,
        }
    }
}

/// Why a figure cannot be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nothing near it speaks of money that was paid.
    NotAboutPayments,
    /// It is a plan.
    Planned,
    /// The book does not record it.
    NotRecorded,
    /// It compares with another time.
    Compared,
    /// What it is a part of is not said.
    WholeUnknown,
    /// It says what was not paid, or should be.
    NotYetPaid,
    /// Somebody else paid it, or elsewhere.
    Elsewhere,
    /// It was paid for another purpose than the book's.
    OtherPurpose,
    /// It is one part of several, and the book does not know which.
    PartOfSeveral,
    /// It is of a policy, a place or a group that the book does not have.
    ScopeUnknown,
    /// It is of a time of which the book knows nothing.
    OutOfTime,
    /// No time is told, and the book is far from it: it probably speaks of other money.
    FarOff,
    /// It is money, and nothing says of what unit.
    UnitUnknown,
    /// Words can be understood in two ways, and the book says yes to one of them only.
    Ambiguous,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::NotAboutPayments,
        Self::Planned,
        Self::NotRecorded,
        Self::Compared,
        Self::WholeUnknown,
        Self::NotYetPaid,
        Self::Elsewhere,
        Self::OtherPurpose,
        Self::PartOfSeveral,
        Self::ScopeUnknown,
        Self::OutOfTime,
        Self::FarOff,
        Self::UnitUnknown,
        Self::Ambiguous,
    ];

    /// The word of files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAboutPayments => "not_about_payments",
            Self::Planned => "planned",
            Self::NotRecorded => "not_recorded",
            Self::Compared => "compared",
            Self::WholeUnknown => "whole_unknown",
            Self::NotYetPaid => "not_yet_paid",
            Self::Elsewhere => "elsewhere",
            Self::OtherPurpose => "other_purpose",
            Self::PartOfSeveral => "part_of_several",
            Self::ScopeUnknown => "scope_unknown",
            Self::OutOfTime => "out_of_time",
            Self::FarOff => "far_off",
            Self::UnitUnknown => "unit_unknown",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// The stretch of text in which a figure stands: its sentence, its clause, and how far the words behind it go.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Where its sentence begins.
    pub sentence: usize,
    /// Where its sentence ends.
    pub sentence_end: usize,
    /// Where its clause begins.
    pub clause: usize,
    /// Where the words behind it end: the next figure or mark.
    pub until: usize,
    /// Where the figure before it in the clause ends, or the clause begins.
    pub after: usize,
    /// Whether a policy of the book is named for it: then it speaks of what that policy paid, unless words say otherwise.
    pub names_policy: bool,
    /// Whether a name of the book says of whom it is.
    pub is_scoped: bool,
    /// Whether it is of a part of what 中 or 里 told as the whole.
    pub is_inside: bool,
    /// What the sentence before said, where this one goes on with it.
    pub carried: Option<Cue>,
    /// What the figure before it in its sentence measures.
    pub before: Option<Measure>,
    /// The share that the figure before it in its sentence is.
    pub share_before: Option<Measure>,
}

/// What a figure measures, by the words around it.
pub fn measure(chars: &[char], cues: &Cues, figure: &Figure, place: Place) -> Result<Measure, Reason> {
    match figure.kind {
        Kind::Amount => amount(chars, cues, figure, place),
        Kind::Count => count(chars, cues, figure, place),
        Kind::Percent => percent(chars, cues, figure, place),
        Kind::Ratio => Err(Reason::WholeUnknown),
    }
}

/// Words that take a figure out of what was paid, whatever stands nearer to it.
fn taken_out(chars: &[char], cues: &Cues, figure: &Figure, place: Place) -> Option<Reason> {
    // 每三家就有一家: what stands in the figure itself says nothing of it
    let around = |wanted: Cue| {
        let (before, behind) = (cues.within(place.after, figure.start), cues.within(figure.end, place.until));
        before.chain(behind).any(|(cue, ..)| cue == wanted)
    };
    let before = |wanted: Cue| stands_before(cues, wanted, figure, place);
    let level = cues.joining(Cue::Level, place.after, figure.start).is_some();
    let payer = cues.joining(Cue::Payer, place.clause, figure.start).is_some();
    let rules = [
        (Reason::Compared, is_difference(chars, figure, place)),
        (Reason::Planned, before(Cue::Planned) || is_provided(chars, cues, figure, place)),
        (Reason::NotYetPaid, before(Cue::NotYet) || around(Cue::NotYet)),
        (Reason::NotAboutPayments, cues.joining(Cue::Denied, place.sentence, place.sentence_end).is_some()),
        (Reason::NotAboutPayments, is_asked(chars, place)),
        (Reason::NotRecorded, is_condition(chars, figure)),
        (Reason::NotRecorded, around(Cue::Limit) || before(Cue::Rule) || level),
        (Reason::PartOfSeveral, before(Cue::Part) || around(Cue::Part)),
        (Reason::OtherPurpose, !place.names_policy && around(Cue::Purpose)),
        (Reason::Elsewhere, payer),
    ];
    rules.into_iter().find(|(_, applies)| *applies).map(|(reason, _)| reason)
}

/// Whether a word stands in the clause before the figure, or earlier in the sentence without word that it happened since:
/// 计划发放2亿元，惠及1.5万家 speaks of a plan, 计划发放2亿元，已发放1.2亿元 does not.
fn stands_before(cues: &Cues, wanted: Cue, figure: &Figure, place: Place) -> bool {
    let last =
        cues.within(place.sentence, figure.start).filter(|(cue, ..)| *cue == wanted).map(|(_, at, _)| at).next_back();
    last.is_some_and(|at| cues.joining(Cue::Done, at + 1, figure.start).is_none() || at >= place.after)
}

/// The cue of the figure itself: of the nearest words before it in its clause, else in its sentence; words behind it that
/// name something else come first. A noun (补贴) says what the verb before it says: 申请补贴 is asked for, 下达补助 a budget.
fn nearest(chars: &[char], cues: &Cues, figure: &Figure, place: Place) -> Option<Cue> {
    let behind = cues.first(figure.end, place.until);
    if matches!(behind, Some(Cue::Foreign | Cue::Act)) {
        return behind;
    }
    let cue = verbal(chars, cues, figure, place, behind)?;
    // 安排资金12.7亿元，其中房租补助2.54亿元: a noun alone goes on with what was told
    let inside = cues.joining(Cue::Inside, place.sentence, figure.start).is_some();
    Some(match (cue, place.before.filter(|_| inside)) {
        (Cue::Money, Some(Measure::Budget)) => Cue::Budget,
        (Cue::Money, Some(Measure::Returned)) => Cue::Returned,
        (Cue::Money, _) => Cue::Paid,
        (cue, _) => cue,
    })
}

fn verbal(chars: &[char], cues: &Cues, figure: &Figure, place: Place, behind: Option<Cue>) -> Option<Cue> {
    average(cues, place.after, figure.start)
        // 抽查412笔补助、金额398.6万元: a noun leaves the verb of its clause as it is
        .or_else(|| cues.last(place.after, figure.start).filter(|cue| *cue != Cue::Money))
        .or_else(|| cues.last(place.clause, figure.start))
        .or(behind)
        .or_else(|| cues.last_verb(place.sentence, figure.start))
        // 市场主体达9.8万户，其中1.04万户领到补助: the parts say nothing of the whole
        .or_else(|| {
            let behind = (figure.end..place.sentence_end).find(|at| starts(chars, *at, "其中").is_some());
            let cue = cues.first(figure.end, behind.unwrap_or(place.sentence_end));
            cue.filter(|cue| matches!(cue, Cue::Paid | Cue::Money))
        })
        // 1,931 relief grants: what is counted says it
        .or_else(|| {
            let own = cues.first(figure.written.end, figure.end);
            own.filter(|cue| figure.kind == Kind::Count && matches!(cue, Cue::Paid | Cue::Money)).map(|_| Cue::Paid)
        })
        .or(place.carried)
        .or_else(|| (place.names_policy || is_from_to(chars, figure, place)).then_some(Cue::Paid))
}

/// 户均受益1.2万元: that it is an average holds also where a verb of paying stands nearer.
fn average(cues: &Cues, from: usize, to: usize) -> Option<Cue> {
    let is_average = |cue: &Cue| matches!(cue, Cue::PerRecipient | Cue::PerGrant);
    // 户均纳税3.6万元 is an average of something else
    let is_other = |cue: &Cue| matches!(cue, Cue::Foreign | Cue::Act | Cue::Purpose);
    let last = cues.within(from, to).rfind(|(cue, ..)| is_average(cue))?;
    let is_of_other = cues.within(last.2, to).any(|(cue, ..)| is_other(&cue));
    Some(if is_of_other { Cue::Foreign } else { last.0 })
}

/// `CNY 127 million to 10,402 businesses`, 向10402家…1.27亿元: money and to whom, without a verb.
fn is_from_to(chars: &[char], figure: &Figure, place: Place) -> bool {
    let sentence = chars.get(place.sentence..place.sentence_end).unwrap_or_default();
    let words: String = sentence.iter().collect();
    let is_money = ["元", "cny", "rmb", "yuan"].iter().any(|word| words.contains(word));
    let is_told = |word: &str| {
        ends(chars, blanks_before(chars, figure.start), word).is_some()
            || starts(chars, blanks(chars, figure.end), word).is_some()
    };
    is_money && ["to", "向", "为", "给"].into_iter().any(is_told)
}

fn blanks_before(chars: &[char], mut at: usize) -> usize {
    while at > 0 && chars.get(at - 1) == Some(&' ') {
        at -= 1;
    }
    at
}

fn amount(chars: &[char], cues: &Cues, figure: &Figure, place: Place) -> Result<Measure, Reason> {
    if let Some(reason) = taken_out(chars, cues, figure, place) {
        return Err(reason);
    }
    match nearest(chars, cues, figure, place) {
        Some(Cue::Paid | Cue::Money) => Ok(Measure::NetDisbursed),
        Some(Cue::Gross) => Ok(Measure::GrossDisbursed),
        Some(Cue::Returned) => Ok(Measure::Returned),
        Some(Cue::Budget) => Ok(Measure::Budget),
        Some(Cue::PerRecipient) => Ok(Measure::PerRecipient),
        Some(Cue::PerGrant) => Ok(Measure::PerGrant),
        Some(Cue::Planned) => Err(Reason::Planned),
        Some(Cue::Compared) => Err(Reason::Compared),
        Some(Cue::NotYet) => Err(Reason::NotYetPaid),
        Some(Cue::Limit | Cue::Rule) => Err(Reason::NotRecorded),
        Some(Cue::Part) => Err(Reason::PartOfSeveral),
        Some(Cue::Purpose) => Err(Reason::OtherPurpose),
        // what is left says what a figure is not, or how it belongs to others
        _ => Err(Reason::NotAboutPayments),
    }
}

fn count(chars: &[char], cues: &Cues, figure: &Figure, place: Place) -> Result<Measure, Reason> {
    if let Some(reason) = taken_out(chars, cues, figure, place) {
        return Err(reason);
    }
    let cue = nearest(chars, cues, figure, place);
    let is_paid = matches!(cue, Some(Cue::Paid | Cue::Gross | Cue::PerRecipient));
    // 短信发给2.8万户主体: something else was sent, and no money is spoken of
    let has = |wanted: Cue, to: usize| cues.within(place.clause, to).any(|(cue, ..)| cue == wanted);
    let words: String = chars.get(place.clause..figure.start).unwrap_or_default().iter().collect();
    // 共有1.2万家市场主体: how many there are, not how many got something
    let there_are = ["共有", "现有", "拥有", "实有"].iter().any(|word| words.ends_with(word));
    let clause_end = (figure.end..place.sentence_end)
        .find(|at| matches!(chars.get(*at), Some('，' | ',' | '；')))
        .unwrap_or(place.sentence_end);
    let is_behind = matches!(cues.first(figure.end, clause_end), Some(Cue::Paid | Cue::Money | Cue::Gross));
    if there_are && !is_behind {
        return Err(Reason::NotAboutPayments);
    }
    if has(Cue::Foreign, figure.start) && !has(Cue::Money, place.until) && !place.names_policy {
        return Err(Reason::NotAboutPayments);
    }
    match (figure.counted, cue) {
        (Some(Counted::Policies), Some(Cue::Planned)) => Err(Reason::Planned),
        (Some(Counted::Policies), _) => policies(chars, figure, place, cue),
        (_, Some(Cue::Compared)) => Err(Reason::Compared),
        (Some(Counted::Entities), _) if is_paid => Ok(Measure::Recipients),
        (Some(Counted::Acts), _) if is_paid => Ok(Measure::Grants),
        (Some(Counted::People), _) if is_paid => Err(Reason::NotRecorded),
        _ => Err(Reason::NotAboutPayments),
    }
}

/// 出台五项政策 are those of the book, 兑现五项政策 those by which something was paid.
fn policies(chars: &[char], figure: &Figure, place: Place, cue: Option<Cue>) -> Result<Measure, Reason> {
    let words: String = chars.get(place.clause..figure.start).unwrap_or_default().iter().collect();
    let is_used = ["兑现", "落实", "执行", "使用", "通过", "依托", "under"].iter().any(|verb| words.contains(verb));
    match cue {
        _ if is_of_book(&words) => Ok(Measure::PoliciesOfBook),
        Some(Cue::Paid | Cue::Money | Cue::Gross) => Ok(Measure::Policies),
        None | Some(Cue::Completion | Cue::Budget) if is_used => Ok(Measure::Policies),
        _ => Err(Reason::NotAboutPayments),
    }
}

fn percent(chars: &[char], cues: &Cues, figure: &Figure, place: Place) -> Result<Measure, Reason> {
    let before = cues.last(place.after, figure.start).or_else(|| cues.last(place.clause, figure.start));
    let behind = cues.first(figure.end, place.until);
    if let Some(reason) = taken_out(chars, cues, figure, place) {
        return Err(reason);
    }
    let has = |wanted: Cue| cues.within(place.after, figure.start).any(|(cue, ..)| cue == wanted);
    let before =
        [Cue::Completion, Cue::Share].into_iter().find(|cue| has(*cue) && before != Some(Cue::Compared)).or(before);
    match (before, behind) {
        (Some(Cue::Compared), _) => Err(Reason::Compared),
        // 一般公共预算收入20亿元，完成预算的102.6%
        (Some(Cue::Completion), _) if is_of_other(cues, figure, place) => Err(Reason::NotAboutPayments),
        // 审核通过13800件，实际发放13626笔，发放率98.7%: of what was asked for, not of the budget
        (Some(Cue::Completion), _) if cues.within(place.sentence, figure.start).any(|(cue, ..)| cue == Cue::Act) => {
            Err(Reason::WholeUnknown)
        }
        (Some(Cue::Completion), _) | (_, Some(Cue::Completion)) => Ok(Measure::Completion),
        // 全年预算12.7亿元，已执行11%
        (Some(Cue::Paid), None) if place.before == Some(Measure::Budget) => Ok(Measure::Completion),
        (Some(Cue::Share), _) if is_of_unknown(chars, cues, figure, place) => Err(Reason::WholeUnknown),
        (Some(Cue::Share), _) => Ok(share_of(chars, cues, figure, place)),
        // 每三家受益主体就有一家, 每10元中有3元
        _ if figure.counted == Some(Counted::Entities) => Ok(Measure::ShareOfRecipients),
        _ if figure.counted == Some(Counted::Other) => Ok(Measure::ShareOfNet),
        (Some(Cue::Foreign | Cue::Act | Cue::Budget), _) | (_, Some(Cue::Foreign | Cue::Act | Cue::Budget)) => {
            Err(Reason::NotAboutPayments)
        }
        _ if place.is_scoped && speaks_of_parts(chars, cues, figure, place) => Ok(share_of(chars, cues, figure, place)),
        (Some(Cue::Planned), _) => Err(Reason::Planned),
        // 新碶街道所获资金占两成多，大碶街道近两成
        (None | Some(Cue::Money | Cue::Paid), None | Some(Cue::Money | Cue::Paid)) if place.is_scoped => {
            // 执行率最高的是房租补助，达21.3%: said earlier in the sentence
            let is_rate =
                |cue: &Cue| matches!(cue, Cue::Completion | Cue::Share | Cue::Foreign | Cue::Act | Cue::Compared);
            let said = cues.within(place.sentence, figure.start).map(|(cue, ..)| cue).rfind(is_rate);
            match (place.share_before, said) {
                (Some(share), _) => Ok(share),
                (None, Some(Cue::Completion)) => Ok(Measure::Completion),
                // 运费补贴中，制造业拿走了四成
                (None, None) if place.is_inside => Ok(share_of(chars, cues, figure, place)),
                (None, _) => Err(Reason::WholeUnknown),
            }
        }
        _ => Err(Reason::WholeUnknown),
    }
}

/// Whether the last that the sentence spoke of is something else than what was paid.
fn is_of_other(cues: &Cues, figure: &Figure, place: Place) -> bool {
    let speaks = |cue: &Cue| matches!(cue, Cue::Foreign | Cue::Paid | Cue::Money);
    let last = cues.within(place.sentence, figure.start).map(|(cue, ..)| cue).rfind(speaks);
    last == Some(Cue::Foreign)
}
