//! The figures of a text: where each stands, what it counts, and how its words bound what would be true.

use serde::{Deserialize, Serialize};

use super::english;
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
const COUNTED: [(&str, Counted); 24] = [
    ("户次", Counted::Acts),
    ("家次", Counted::Acts),
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

const BEFORE: [(&str, Qualifier); 40] = [
    ("大于", Qualifier::MoreThan),
    ("小于", Qualifier::LessThan),
    ("不少于", Qualifier::AtLeast),
    ("不低于", Qualifier::AtLeast),
    ("至少", Qualifier::AtLeast),
    ("at least", Qualifier::AtLeast),
    ("no less than", Qualifier::AtLeast),
    ("no fewer than", Qualifier::AtLeast),
    ("not less than", Qualifier::AtLeast),
    ("不超过", Qualifier::AtMost),
    ("不高于", Qualifier::AtMost),
    ("不多于", Qualifier::AtMost),
    ("至多", Qualifier::AtMost),
    ("最多", Qualifier::AtMost),
    ("at most", Qualifier::AtMost),
    ("no more than", Qualifier::AtMost),
    ("not more than", Qualifier::AtMost),
    ("up to", Qualifier::AtMost),
    ("超过", Qualifier::MoreThan),
    ("突破", Qualifier::MoreThan),
    ("高于", Qualifier::MoreThan),
    ("多于", Qualifier::MoreThan),
    ("超", Qualifier::MoreThan),
    ("逾", Qualifier::MoreThan),
    ("more than", Qualifier::MoreThan),
    ("over", Qualifier::MoreThan),
    ("exceeding", Qualifier::MoreThan),
    ("接近", Qualifier::Nearly),
    ("将近", Qualifier::Nearly),
    ("近", Qualifier::Nearly),
    ("nearly", Qualifier::Nearly),
    ("almost", Qualifier::Nearly),
    ("不足", Qualifier::LessThan),
    ("不到", Qualifier::LessThan),
    ("少于", Qualifier::LessThan),
    ("低于", Qualifier::LessThan),
    ("less than", Qualifier::LessThan),
    ("大约", Qualifier::About),
    ("约", Qualifier::About),
    ("大概", Qualifier::About),
];

const BEFORE_ENGLISH_ABOUT: [&str; 5] = ["about", "around", "approximately", "roughly", "some"];

const AFTER: [(&str, Qualifier); 5] = [
    ("左右", Qualifier::About),
    ("上下", Qualifier::About),
    ("以上", Qualifier::AtLeast),
    ("以内", Qualifier::AtMost),
    ("以下", Qualifier::AtMost),
];

/// Words that may stand between a qualifier and its figure.
const BETWEEN: [&str; 12] = ["人民币", "达到", "rmb", "cny", "达", "到", "为", "了", "¥", "￥", ":", "a total of"];

pub(super) fn starts(chars: &[char], at: usize, word: &str) -> Option<usize> {
    let n = word.chars().count();
    chars.get(at..at + n).is_some_and(|part| part.iter().copied().eq(word.chars())).then_some(at + n)
}

pub(super) fn ends(chars: &[char], at: usize, word: &str) -> Option<usize> {
    let start = at.checked_sub(word.chars().count())?;
    starts(chars, start, word).map(|_| start)
}

pub(super) fn blanks(chars: &[char], mut at: usize) -> usize {
    while chars.get(at) == Some(&' ') {
        at += 1;
    }
    at
}

/// The figure whose number begins at a character of the folded text; none where it counts nothing that is known.
pub fn read(chars: &[char], at: usize) -> Option<Figure> {
    if at > 0 && chars.get(at - 1).is_some_and(|c| c.is_ascii_alphanumeric() || *c == '.' || *c == '第') {
        return None;
    }
    let mut figure = percent_in_words(chars, at).or_else(|| with_unit(chars, at))?;
    figure.start = currency_before(chars, figure.start);
    figure.qualifier = qualifier(chars, &figure);
    Some(figure)
}

fn figure(start: usize, end: usize, kind: Kind, written: Written) -> Figure {
    Figure { start, end, kind, counted: None, written, of: None, qualifier: Qualifier::Rounded }
}

/// `百分之九十九点三八`
fn percent_in_words(chars: &[char], at: usize) -> Option<Figure> {
    let number = starts(chars, at, "百分之")?;
    let written = written::read(chars, number)?;
    Some(figure(at, written.end, Kind::Percent, written))
}

/// A number with a unit behind it.
fn with_unit(chars: &[char], at: usize) -> Option<Figure> {
    let written = english::scaled(chars, written::read(chars, at)?);
    let is_arabic = chars.get(at).is_some_and(char::is_ascii_digit);
    let unit = blanks(chars, written.end);
    if let Some(end) = starts(chars, unit, "%").filter(|_| is_arabic) {
        // 个百分点 and %points are differences, not parts
        return Some(figure(at, end, Kind::Percent, written));
    }
    if let Some(end) = english::percent(chars, unit) {
        return Some(figure(at, end, Kind::Percent, written));
    }
    if starts(chars, written.end, "成").is_some()
        && starts(chars, written.end, "成立").is_none()
        && written.mantissa < 10
    {
        let tenth = Written { exponent: written.exponent + 1, ..written };
        return Some(figure(at, written.end + 1, Kind::Percent, tenth));
    }
    if let Some(found) = ratio(chars, at, written) {
        return Some(found);
    }
    if let Some(end) = MONEY.iter().find_map(|word| starts(chars, unit, word)).or_else(|| english::money(chars, unit)) {
        return Some(figure(at, end, Kind::Amount, written));
    }
    let is_large = written.exponent >= 4;
    if is_large && MONEY_NOUNS.iter().any(|word| starts(chars, unit, word).is_some()) {
        return Some(figure(at, written.end, Kind::Amount, written));
    }
    if currency_before(chars, at) < at {
        return Some(figure(at, written.end, Kind::Amount, written));
    }
    let (counted, end) = COUNTED
        .iter()
        .find_map(|(word, counted)| Some((*counted, starts(chars, unit, word)?)))
        .or_else(|| english::counted(chars, unit))?;
    let counted = if follows_policies(chars, at) && counted == Counted::Other { Counted::Policies } else { counted };
    // 一家, 两项: a turn of speech, no statistics
    if !is_arabic && written.micro()? < 10 * ONE {
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
fn currency_before(chars: &[char], at: usize) -> usize {
    let mut before = at;
    while before > 0 && chars.get(before - 1) == Some(&' ') {
        before -= 1;
    }
    ["¥", "￥", "cny", "rmb", "yuan"].iter().find_map(|word| ends(chars, before, word)).unwrap_or(at)
}

/// What the words directly before and behind a figure say.
fn qualifier(chars: &[char], figure: &Figure) -> Qualifier {
    let behind = blanks(chars, figure.end);
    if let Some((_, qualifier)) = AFTER.iter().find(|(word, _)| starts(chars, behind, word).is_some()) {
        return *qualifier;
    }
    let mut at = figure.start;
    loop {
        while at > 0 && chars.get(at - 1) == Some(&' ') {
            at -= 1;
        }
        match BETWEEN.iter().find_map(|word| ends(chars, at, word)) {
            // 不到 and 超过 end in a word that may stand between
            Some(start) if !BEFORE.iter().any(|(word, _)| ends(chars, at, word).is_some()) => at = start,
            _ => break,
        }
    }
    let said = BEFORE.iter().find(|(word, _)| ends(chars, at, word).is_some()).map(|(_, qualifier)| *qualifier);
    let about = BEFORE_ENGLISH_ABOUT.iter().any(|word| ends(chars, at, word).is_some());
    match said {
        // 10% 以上 more: 近 belongs to 近年, never here
        Some(qualifier) => qualifier,
        None if about => Qualifier::About,
        None if figure.written.and_more => Qualifier::MoreThan,
        None => Qualifier::Rounded,
    }
}

/// What would be true: closed below unless `low_open`, open above unless `high_closed`; in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bounds {
    /// The least.
    pub low: Option<i128>,
    /// Whether it must be more than that.
    pub low_open: bool,
    /// The most.
    pub high: Option<i128>,
    /// Whether it may be as much.
    pub high_closed: bool,
}

/// What a figure stands for. `finest` is the smallest amount that what it counts can differ by, in millionths (0: none):
/// a figure written to that is exact.
pub fn bounds(written: &Written, qualifier: Qualifier, finest: i128) -> Option<Bounds> {
    let (value, step, coarse) = (written.micro()?, written.step()?, written.coarse_step()?);
    let half = if step <= finest { 0 } else { step / 2 };
    let rounded =
        Bounds { low: Some((value - half).max(0)), low_open: false, high: Some(value + half), high_closed: half == 0 };
    Some(match qualifier {
        Qualifier::Rounded => rounded,
        Qualifier::About => {
            let twentieth = value / 20;
            Bounds {
                low: Some((value - half.max(twentieth)).max(0)),
                high: Some(value + half.max(twentieth)),
                high_closed: twentieth >= half,
                ..rounded
            }
        }
        Qualifier::MoreThan if written.and_more => {
            Bounds { low: Some(value), low_open: true, high: Some(value + coarse), high_closed: false }
        }
        Qualifier::MoreThan => Bounds { low: Some(value), low_open: true, ..Bounds::default() },
        Qualifier::AtLeast => Bounds { low: Some(value), ..Bounds::default() },
        Qualifier::LessThan => Bounds { high: Some(value), ..Bounds::default() },
        Qualifier::AtMost => Bounds { high: Some(value), high_closed: true, ..Bounds::default() },
        Qualifier::Nearly => {
            let below = (value - coarse).max(value / 10 * 9);
            Bounds { low: Some(below), low_open: false, high: Some(value), high_closed: false }
        }
    })
}

#[cfg(test)]
mod tests {
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
        assert!(all("第3批、5个街道、一家企业、2020年、BL2020-01").is_empty());
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
            let found = bounds(&written::read(&chars, 0).unwrap(), qualifier, finest).unwrap();
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
