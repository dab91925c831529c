//! What the words around a figure say that it measures.

use serde::{Deserialize, Serialize};

use super::figure::{Counted, Figure, Kind, blanks, ends, starts};

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
    /// A ratio that the text itself has.
    OfText,
}

impl Measure {
    /// All measures that a person can choose.
    pub const ALL: [Self; 12] = [
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
            Self::Recipients | Self::Grants | Self::Policies => 1_000_000,
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
}

impl Reason {
    /// The word of files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAboutPayments => "not_about_payments",
            Self::Planned => "planned",
            Self::NotRecorded => "not_recorded",
            Self::Compared => "compared",
            Self::WholeUnknown => "whole_unknown",
        }
    }
}

/// What a cue says of the figures behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cue {
    Paid,
    Gross,
    Returned,
    Budget,
    PerRecipient,
    PerGrant,
    Share,
    Completion,
    Planned,
    Compared,
    Foreign,
}

/// Words with what they say; where several end at the same place the longer one counts.
const CUES: &[(Cue, &[&str])] = &[
    (
        Cue::Paid,
        &[
            "发放",
            "拨付",
            "兑付",
            "兑现",
            "支付",
            "发出",
            "下拨",
            "到账",
            "惠及",
            "受益",
            "享受",
            "领取",
            "补助",
            "补贴",
            "奖补",
            "纾困资金",
            "帮扶资金",
            "扶持资金",
            "惠企资金",
            "paid",
            "disbursed",
            "distributed",
            "granted",
            "relief",
            "handed out",
            "benefiting",
            "benefited",
            "reached",
            "supporting",
            "supported",
        ],
    ),
    (Cue::Gross, &["发放总额", "支付总额", "毛额", "gross"]),
    (Cue::Returned, &["退回", "退汇", "追回", "收回", "退还", "追缴", "returned", "recovered", "sent back"]),
    (
        Cue::Budget,
        &[
            "下达",
            "安排",
            "预算",
            "筹集",
            "筹措",
            "争取",
            "统筹",
            "指标",
            "配套",
            "budget",
            "appropriated",
            "allocated",
            "earmarked",
        ],
    ),
    (
        Cue::PerRecipient,
        &[
            "户均",
            "平均每家",
            "平均每户",
            "家均",
            "每家平均",
            "每户平均",
            "平均",
            "average",
            "per business",
            "per recipient",
            "each",
        ],
    ),
    (Cue::PerGrant, &["笔均", "平均每笔", "每笔平均", "per grant"]),
    (Cue::Share, &["占比", "占", "比重", "share", "accounting for", "accounted for"]),
    (
        Cue::Completion,
        &[
            "拨付率",
            "发放率",
            "兑付率",
            "支付率",
            "执行率",
            "完成率",
            "到位率",
            "支付进度",
            "执行进度",
            "拨付进度",
            "发放进度",
            "完成预算",
            "completion rate",
            "disbursement rate",
        ],
    ),
    (Cue::Planned, &["计划", "拟", "预计", "力争", "目标", "将达", "plans to", "expected to", "will", "target"]),
    (
        Cue::Compared,
        &["同比", "环比", "比上年", "比去年", "增长", "增幅", "下降", "提高", "year on year", "increase of"],
    ),
    (
        Cue::Foreign,
        &[
            "生产总值",
            "gdp",
            "产值",
            "销售额",
            "销售",
            "营业收入",
            "营收",
            "利润",
            "投资",
            "融资",
            "授信",
            "担保",
            "财政收入",
            "税收收入",
            "进出口",
            "出口额",
            "出口",
            "零售总额",
            "增加值",
            "消费券",
            "新增",
            "新设",
            "注册",
            "登记",
            "走访",
            "培训",
            "诉求",
            "受理",
            "办结",
            "服务企业",
            "联系企业",
            "岗位",
            "就业",
            "职工",
            "员工",
            "人口",
            "存款",
            "用电",
            "招商",
            "签约",
            "收入",
            "报名",
            "参会",
            "investment",
            "revenue",
            "exports",
            "output",
            "visited",
            "complaints",
            "requests",
        ],
    ),
];

/// The words of a text that tell what its figures measure: each cue with where it begins and ends, in the order in which
/// they begin. They are looked for once, for many figures stand near the same words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cues(Vec<(Cue, usize, usize)>);

impl Cues {
    /// Finds them.
    pub fn of(chars: &[char]) -> Self {
        let mut found = Vec::new();
        for at in 0..chars.len() {
            for (cue, words) in CUES {
                for word in *words {
                    let whole_before =
                        !word.is_ascii() || at == 0 || !chars.get(at - 1).is_some_and(char::is_ascii_alphanumeric);
                    if whole_before && let Some(end) = starts(chars, at, word) {
                        found.push((*cue, at, end));
                    }
                }
            }
        }
        Self(found)
    }

    /// Those that stand whole in a stretch of the text.
    fn within(&self, from: usize, to: usize) -> impl DoubleEndedIterator<Item = (Cue, usize, usize)> {
        let first = self.0.partition_point(|(_, start, _)| *start < from);
        let behind = self.0.partition_point(|(_, start, _)| *start < to);
        self.0.get(first..behind).unwrap_or_default().iter().copied().filter(move |(.., end)| *end <= to)
    }

    /// The first one in a stretch of the text.
    fn first(&self, from: usize, to: usize) -> Option<Cue> {
        self.within(from, to).next().map(|(cue, ..)| cue)
    }

    /// The last one to end in a stretch of the text.
    fn last(&self, from: usize, to: usize) -> Option<Cue> {
        self.within(from, to).max_by_key(|(_, start, end)| (*end, end - start)).map(|(cue, ..)| cue)
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

/// The cue of the figure itself: of the nearest words before it in its clause, else in its sentence; words behind it that
/// name something else come first.
fn nearest(chars: &[char], cues: &Cues, figure: &Figure, place: Place) -> Option<Cue> {
    let behind = cues.first(figure.end, place.until);
    if matches!(behind, Some(Cue::Foreign)) {
        return behind;
    }
    average(cues, place.after, figure.start)
        .or_else(|| cues.last(place.after, figure.start))
        .or_else(|| cues.last(place.clause, figure.start))
        .or(behind)
        .or_else(|| cues.last(place.sentence, figure.start))
        .or_else(|| cues.first(figure.end, place.sentence_end).filter(|cue| *cue == Cue::Paid))
        .or_else(|| (place.names_policy || is_from_to(chars, figure, place)).then_some(Cue::Paid))
}

/// 户均受益1.2万元: that it is an average holds also where a verb of paying stands nearer.
fn average(cues: &Cues, from: usize, to: usize) -> Option<Cue> {
    let is_average = |cue: &Cue| matches!(cue, Cue::PerRecipient | Cue::PerGrant);
    cues.within(from, to).map(|(cue, ..)| cue).rfind(is_average)
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

/// Whether the clause says that it is a plan.
fn is_planned(cues: &Cues, figure: &Figure, place: Place) -> bool {
    cues.within(place.clause, figure.start).any(|(cue, ..)| cue == Cue::Planned)
}

fn amount(chars: &[char], cues: &Cues, figure: &Figure, place: Place) -> Result<Measure, Reason> {
    if is_planned(cues, figure, place) {
        return Err(Reason::Planned);
    }
    match nearest(chars, cues, figure, place) {
        Some(Cue::Paid) => Ok(Measure::NetDisbursed),
        Some(Cue::Gross) => Ok(Measure::GrossDisbursed),
        Some(Cue::Returned) => Ok(Measure::Returned),
        Some(Cue::Budget) => Ok(Measure::Budget),
        Some(Cue::PerRecipient) => Ok(Measure::PerRecipient),
        Some(Cue::PerGrant) => Ok(Measure::PerGrant),
        Some(Cue::Planned) => Err(Reason::Planned),
        Some(Cue::Compared) => Err(Reason::Compared),
        Some(Cue::Share | Cue::Completion | Cue::Foreign) | None => Err(Reason::NotAboutPayments),
    }
}

fn count(chars: &[char], cues: &Cues, figure: &Figure, place: Place) -> Result<Measure, Reason> {
    if is_planned(cues, figure, place) {
        return Err(Reason::Planned);
    }
    let cue = nearest(chars, cues, figure, place);
    let is_paid = matches!(cue, Some(Cue::Paid | Cue::Gross | Cue::PerRecipient));
    match (figure.counted, cue) {
        (Some(Counted::Policies), Some(Cue::Planned)) => Err(Reason::Planned),
        (Some(Counted::Policies), _) => Ok(Measure::Policies),
        (_, Some(Cue::Compared)) => Err(Reason::Compared),
        (Some(Counted::Entities), _) if is_paid => Ok(Measure::Recipients),
        (Some(Counted::Acts), _) if is_paid => Ok(Measure::Grants),
        (Some(Counted::People), _) if is_paid => Err(Reason::NotRecorded),
        _ => Err(Reason::NotAboutPayments),
    }
}

fn percent(chars: &[char], cues: &Cues, figure: &Figure, place: Place) -> Result<Measure, Reason> {
    match cues.last(place.clause, figure.start) {
        Some(Cue::Completion) => Ok(Measure::Completion),
        Some(Cue::Share) => {
            let words: String = chars.get(place.clause..figure.start).unwrap_or_default().iter().collect();
            let is_of_recipients =
                ["户数", "家数", "数量", "总数", "主体数", "企业数"].iter().any(|word| words.contains(word));
            Ok(if is_of_recipients { Measure::ShareOfRecipients } else { Measure::ShareOfNet })
        }
        Some(Cue::Compared) => Err(Reason::Compared),
        Some(Cue::Planned) => Err(Reason::Planned),
        _ => Err(Reason::WholeUnknown),
    }
}
