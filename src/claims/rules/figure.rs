//! The figures of a text: where each stands, what it counts, and how its words bound what would be true.

use serde::{Deserialize, Serialize};

use super::english;
use super::parts;
use super::policies_told::{goes_on_with_policies, is_governed};
use super::qualifier::qualifier;
use super::range;
use super::text::{blanks, ends, starts};
use super::written::{self, ONE, Written};

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Money.
    Amount,
    /// Records.
    Count,
    /// A part of a hundred.
    Percent,
    /// One count out of another, as the text has it.
    Ratio,
}

impl Kind {
    /// The word of files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Count => "count",
            Self::Percent => "percent",
            Self::Ratio => "ratio",
        }
    }
}

/// What a count is of, by the word behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Entities: 家, 户.
    Entities,
    /// Acts of paying: 笔, 户次.
    Acts,
    /// People.
    People,
    /// Policies.
    Policies,
    /// Anything else: 件.
    Other,
}

/// How the words around a figure bound what would be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Qualifier {
    /// The figure, rounded to its last digit.
    #[default]
    Rounded,
    /// 约, 左右
    About,
    /// 超, 突破, 多, 余
    MoreThan,
    /// 不少于, 以上
    AtLeast,
    /// 不足, 不到
    LessThan,
    /// 不超过, 以内
    AtMost,
    /// 近, 接近: less, and not by much.
    Nearly,
}

impl Qualifier {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Rounded, Self::About, Self::MoreThan, Self::AtLeast, Self::LessThan, Self::AtMost, Self::Nearly];

    /// The word of the catalogue.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Rounded => "rounded",
            Self::About => "about",
            Self::MoreThan => "more_than",
            Self::AtLeast => "at_least",
            Self::LessThan => "less_than",
            Self::AtMost => "at_most",
            Self::Nearly => "nearly",
        }
    }
}

/// A figure of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// First character, with its sign of currency.
    pub start: usize,
    /// Behind the last one, with its unit.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
    /// Of what, if it is a count.
    pub counted: Option<Counted>,
    /// Its number.
    pub written: Written,
    /// The other end of a range.
    pub upper: Option<Written>,
    /// The second number of a ratio.
    pub of: Option<i128>,
    /// How it is bounded.
    pub qualifier: Qualifier,
}

/// Units of money with the power of ten that they add.
const MONEY: [&str; 5] = ["元人民币", "人民币", "元", "块", "圆"];

/// What is money even where 元 is left out: 1.27亿纾困资金.
const MONEY_NOUNS: [&str; 8] = ["纾困资金", "惠企资金", "帮扶资金", "扶持资金", "专项资金", "补贴", "补助", "资金"];

/// Words behind a count; longer ones first.
const COUNTED: [(&str, Counted); 46] = [
    ("家次", Counted::Acts),
    ("次", Counted::Acts),
    ("个经营户", Counted::Entities),
    ("个主体", Counted::Entities),
    ("多个市场主体", Counted::Entities),
    ("个百分点", Counted::Other),
    ("个工作日", Counted::Other),
    ("个岗位", Counted::Other),
    ("个项目", Counted::Other),
    ("个月", Counted::Other),
    ("个街道", Counted::Other),
    ("个乡镇", Counted::Other),
    ("个行业", Counted::Other),
    ("个部门", Counted::Other),
    ("个窗口", Counted::Other),
    ("天", Counted::Other),
    ("小时", Counted::Other),
    ("倍", Counted::Other),
    ("批次", Counted::Other),
    ("场", Counted::Other),
    ("平方米", Counted::Other),
    ("公里", Counted::Other),
    ("亩", Counted::Other),
    ("户次", Counted::Acts),
    ("人次", Counted::People),
    ("笔", Counted::Acts),
    ("家", Counted::Entities),
    ("户", Counted::Entities),
    ("个市场主体", Counted::Entities),
    ("个经营主体", Counted::Entities),
    ("个企业", Counted::Entities),
    ("个个体", Counted::Entities),
    ("名", Counted::People),
    ("人", Counted::People),
    ("位", Counted::People),
    ("项惠企政策", Counted::Policies),
    ("项帮扶政策", Counted::Policies),
    ("项扶持政策", Counted::Policies),
    ("项纾困政策", Counted::Policies),
    ("项政策", Counted::Policies),
    ("条政策", Counted::Policies),
    ("个政策", Counted::Policies),
    ("件", Counted::Other),
    ("项", Counted::Other),
    ("条", Counted::Other),
    ("台", Counted::Other),
];

/// The figure whose number begins at a character of the folded text; none where it counts nothing that is known.
pub fn read(chars: &[char], at: usize) -> Option<Figure> {
    if at > 0 && chars.get(at - 1).is_some_and(|c| c.is_ascii_alphanumeric() || *c == '.' || *c == '第') {
        return None;
    }
    // 万元 as a unit alone is no number: 近万家, 万余家
    let is_bare =
        matches!(chars.get(at), Some('万' | '亿' | '千' | '百' | '十')) && starts(chars, at + 1, "分之").is_none();
    let is_led = at > 0 && chars.get(at - 1).is_some_and(|c| "近超逾破达过上约足到".contains(*c));
    if is_bare && !is_led && !matches!(chars.get(at + 1), Some('余' | '多')) && !is_numeral(chars, at + 1) {
        return None;
    }
    let mut figure = range::read(chars, at)
        .or_else(|| parts::read(chars, at))
        .or_else(|| with_unit(chars, at))
        .or_else(|| policies_in_words(chars, at))?;
    figure.start = currency_before(chars, figure.start);
    if figure.qualifier == Qualifier::Rounded {
        figure.qualifier = qualifier(chars, &figure);
    }
    // under five policies: by them, not fewer
    if figure.counted == Some(Counted::Policies) && ends(chars, figure.start, "under ").is_some() {
        figure.qualifier = Qualifier::Rounded;
    }
    Some(figure)
}

/// A figure without words that bound it.
pub(super) fn figure(start: usize, end: usize, kind: Kind, written: Written) -> Figure {
    Figure { start, end, kind, counted: None, written, upper: None, of: None, qualifier: Qualifier::Rounded }
}

fn is_numeral(chars: &[char], at: usize) -> bool {
    chars.get(at).is_some_and(|c| "一二三四五六七八九百千万".contains(*c))
}

/// A number with a unit behind it.
fn with_unit(chars: &[char], at: usize) -> Option<Figure> {
    let written = english::scaled(chars, written::read(chars, at)?);
    measured(chars, at, written).or_else(|| range::listed(chars, at, written))
}

/// `five policies`, where words say that they were given out or used.
fn policies_in_words(chars: &[char], at: usize) -> Option<Figure> {
    let (number, end, behind) = english::policies(chars, at).filter(|_| is_governed(chars, at))?;
    let written = Written { mantissa: number, exponent: 0, and_more: false, said: written::Said::Digits, end };
    Some(Figure { counted: Some(Counted::Policies), ..figure(at, behind, Kind::Count, written) })
}

/// A number that was read, with the unit behind it.
pub(super) fn measured(chars: &[char], at: usize, written: Written) -> Option<Figure> {
    let is_arabic = chars.get(at).is_some_and(char::is_ascii_digit);
    let unit = blanks(chars, written.end);
    if let Some(end) = starts(chars, unit, "%").filter(|_| is_arabic) {
        return Some(figure(at, end, Kind::Percent, written));
    }
    if let Some(end) = english::percent(chars, unit) {
        return Some(figure(at, end, Kind::Percent, written));
    }
    if starts(chars, written.end, "成").is_some()
        && starts(chars, written.end, "成立").is_none()
        && written.mantissa < 10
    {
        let end = written.end + 1;
        // 八成五
        let further = chars.get(end).and_then(|c| "一二三四五六七八九".chars().position(|d| d == *c));
        if let Some(ones) = further.and_then(|ones| i128::try_from(ones + 1).ok()).filter(|_| written.exponent == 0) {
            let number = Written { mantissa: written.mantissa * 10 + ones, end: end + 1, ..written };
            return Some(figure(at, end + 1, Kind::Percent, number));
        }
        let (and_more, end) =
            if matches!(chars.get(end), Some('多' | '余')) { (true, end + 1) } else { (written.and_more, end) };
        let tenth = Written { exponent: written.exponent + 1, and_more, ..written };
        return Some(figure(at, end, Kind::Percent, tenth));
    }
    if let Some(found) = ratio(chars, at, written) {
        return Some(found);
    }
    if let Some(end) = MONEY.iter().find_map(|word| starts(chars, unit, word)).or_else(|| english::money(chars, unit)) {
        let (written, end) = written::with_fen(chars, &written, end).unwrap_or((written, end));
        return Some(figure(at, end, Kind::Amount, written));
    }
    let is_large = written.exponent >= 4;
    // 1.27个亿 counts money and nothing else
    let is_spoken = chars.get(at..written.end).is_some_and(|number| number.contains(&'个'));
    if is_spoken {
        return Some(figure(at, written.end, Kind::Amount, written));
    }
    if is_large && MONEY_NOUNS.iter().any(|word| starts(chars, unit, word).is_some()) {
        return Some(figure(at, written.end, Kind::Amount, written));
    }
    if currency_before(chars, at) < at {
        return Some(figure(at, written.end, Kind::Amount, written));
    }
    if super::range::follows_money(chars, at, &written) {
        return Some(figure(at, written.end, Kind::Amount, written));
    }
    let (counted, end) = COUNTED
        .iter()
        .find_map(|(word, counted)| Some((*counted, starts(chars, unit, word)?)))
        .or_else(|| english::counted(chars, unit))?;
    let is_policies = counted == Counted::Policies
        || counted == Counted::Other && (follows_policies(chars, at) || goes_on_with_policies(chars, end));
    // 20条政策措施: what one document says, no policies
    let is_measures = ["措施", "举措", "意见", "条款"].iter().any(|word| {
        (end..end + 3).any(|at| starts(chars, at, word).is_some()) || (at >= 2 && ends(chars, at, word).is_some())
    });
    let counted = match (is_policies, is_measures, is_governed(chars, at)) {
        (true, false, true) => Counted::Policies,
        (true, ..) => Counted::Other,
        _ => counted,
    };
    // 一家, 两项: a turn of speech, no statistics
    if !is_arabic && counted != Counted::Policies && written.micro()? < 10 * ONE {
        return None;
    }
    Some(Figure { counted: Some(counted), ..figure(at, end, Kind::Count, written) })
}

/// 惠企政策5条
fn follows_policies(chars: &[char], at: usize) -> bool {
    ["政策", "政策共", "政策措施"].iter().any(|word| ends(chars, at, word).is_some())
}

/// `11125/11194`
fn ratio(chars: &[char], at: usize, written: Written) -> Option<Figure> {
    let slash = starts(chars, written.end, "/")?;
    let of = written::read(chars, slash).filter(|of| of.exponent == 0 && written.exponent == 0)?;
    let is_date = starts(chars, of.end, "/").is_some();
    (!is_date && of.mantissa > 0).then(|| Figure { of: Some(of.mantissa), ..figure(at, of.end, Kind::Ratio, written) })
}

/// Where the sign of the currency before a figure begins.
pub(super) fn currency_before(chars: &[char], at: usize) -> usize {
    let mut before = at;
    while before > 0 && chars.get(before - 1) == Some(&' ') {
        before -= 1;
    }
    ["¥", "￥", "cny", "rmb", "yuan"].iter().find_map(|word| ends(chars, before, word)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::super::qualifier::bounds as bounds_of;
    use super::*;

    fn all(text: &str) -> Vec<(String, Kind, Qualifier)> {
        let chars: Vec<char> = text.to_lowercase().chars().collect();
        let mut found = Vec::new();
        let mut at = 0;
        while at < chars.len() {
            match read(&chars, at) {
                Some(figure) => {
                    let word: String = chars.get(figure.start..figure.end).unwrap().iter().collect();
                    at = figure.end;
                    found.push((word, figure.kind, figure.qualifier));
                }
                None => at += 1,
            }
        }
        found
    }

    fn one(text: &str) -> (String, Kind, Qualifier) {
        let found = all(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        found.into_iter().next().unwrap()
    }

    #[test]
    fn figures_are_found_with_their_units() {
        use Kind::{Amount, Count, Percent, Ratio};
        for (text, word, kind) in [
            ("共计1.27亿元纾困资金", "1.27亿元", Amount),
            ("10402家市场主体", "10402家", Count),
            ("人民币127,034,562.85元", "127,034,562.85元", Amount),
            ("¥5000", "¥5000", Amount),
            ("一亿二千七百万元", "一亿二千七百万元", Amount),
            ("办结率99.38%", "99.38%", Percent),
            ("百分之九十九点三八", "百分之九十九点三八", Percent),
            ("(11125/11194)", "11125/11194", Ratio),
            ("1.04万家", "1.04万家", Count),
            ("cny 127 million to", "cny 127 million", Amount),
            ("10,402 businesses", "10,402 businesses", Count),
            ("99.38 percent", "99.38 percent", Percent),
            ("九成以上", "九成", Percent),
        ] {
            let found = one(text);
            assert_eq!((found.0.as_str(), found.1), (word, kind), "{text}");
        }
        assert!(all("第3批、一家企业、2020年、BL2020-01").is_empty());
    }

    #[test]
    fn words_bound_a_figure() {
        use Qualifier::{About, AtLeast, AtMost, LessThan, MoreThan, Nearly, Rounded};
        for (text, qualifier) in [
            ("超1.2亿元", MoreThan),
            ("超过人民币1.2亿元", MoreThan),
            ("突破1亿元", MoreThan),
            ("近1.3亿元", Nearly),
            ("约1.3亿元", About),
            ("1.3亿元左右", About),
            ("不少于1亿元", AtLeast),
            ("1亿元以上", AtLeast),
            ("不超过2亿元", AtMost),
            ("不足2亿元", LessThan),
            ("不到2亿元", LessThan),
            ("万余家", MoreThan),
            ("1万多家", MoreThan),
            ("达1.27亿元", Rounded),
            ("more than 10,000 businesses", MoreThan),
            ("about cny 127 million", About),
        ] {
            assert_eq!(one(text).2, qualifier, "{text}");
        }
    }

    #[test]
    fn bounds_follow_digits_and_words() {
        let bounds = |text: &str, qualifier, finest| {
            let chars: Vec<char> = text.chars().collect();
            let found = bounds_of(&written::read(&chars, 0).unwrap(), None, qualifier, finest).unwrap();
            let fen = |micro: Option<i128>| micro.map(|micro| micro / 10_000);
            (fen(found.low), fen(found.high), found.high_closed)
        };
        let fen = ONE / 100;
        assert_eq!(bounds("1.27亿", Qualifier::Rounded, fen), (Some(12_650_000_000), Some(12_750_000_000), false));
        assert_eq!(bounds("127034562.85", Qualifier::Rounded, fen), (Some(12_703_456_285), Some(12_703_456_285), true));
        assert_eq!(bounds("10402", Qualifier::Rounded, ONE), (Some(1_040_200), Some(1_040_200), true));
        assert_eq!(bounds("1.3亿", Qualifier::Nearly, fen), (Some(12_000_000_000), Some(13_000_000_000), false));
        assert_eq!(bounds("1万", Qualifier::Nearly, ONE), (Some(900_000), Some(1_000_000), false));
        assert_eq!(bounds("1万余", Qualifier::MoreThan, ONE), (Some(1_000_000), Some(2_000_000), false));
        assert_eq!(bounds("1.2亿", Qualifier::MoreThan, fen), (Some(12_000_000_000), None, false));
    }
}
