//! How the words around a figure bound what would be true.

use super::figure::{Figure, Kind, Qualifier};
use super::text::{blanks, ends, starts};
use super::written::{Said, Written};

const BEFORE: [(&str, Qualifier); 72] = [
    ("已过", Qualifier::MoreThan),
    ("刚过", Qualifier::MoreThan),
    ("早过", Qualifier::MoreThan),
    ("远过", Qualifier::MoreThan),
    ("都过", Qualifier::MoreThan),
    ("均过", Qualifier::MoreThan),
    ("跨过", Qualifier::AtLeast),
    ("迈过", Qualifier::AtLeast),
    ("站上", Qualifier::AtLeast),
    ("过了", Qualifier::MoreThan),
    ("未达到", Qualifier::LessThan),
    ("没有达到", Qualifier::LessThan),
    ("未达", Qualifier::LessThan),
    ("未满", Qualifier::LessThan),
    ("不满", Qualifier::LessThan),
    ("不及", Qualifier::LessThan),
    ("未超过", Qualifier::AtMost),
    ("没有超过", Qualifier::AtMost),
    ("未突破", Qualifier::AtMost),
    ("没有突破", Qualifier::AtMost),
    ("未超", Qualifier::AtMost),
    ("将近", Qualifier::Nearly),
    ("近乎", Qualifier::Nearly),
    ("不止", Qualifier::MoreThan),
    ("高达", Qualifier::Rounded),
    ("超出", Qualifier::MoreThan),
    ("close to", Qualifier::Nearly),
    ("just under", Qualifier::Nearly),
    ("just over", Qualifier::MoreThan),
    ("fewer than", Qualifier::LessThan),
    ("under", Qualifier::LessThan),
    ("上", Qualifier::AtLeast),
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
    ("破", Qualifier::MoreThan),
    ("逾", Qualifier::MoreThan),
    ("more than", Qualifier::MoreThan),
    ("over", Qualifier::MoreThan),
    ("exceeding", Qualifier::MoreThan),
    ("接近", Qualifier::Nearly),
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

const AFTER: [(&str, Qualifier); 14] = [
    ("出头", Qualifier::MoreThan),
    ("挂零", Qualifier::MoreThan),
    ("还多", Qualifier::MoreThan),
    ("不到", Qualifier::LessThan),
    ("开外", Qualifier::MoreThan),
    ("有余", Qualifier::MoreThan),
    ("之多", Qualifier::Rounded),
    ("or more", Qualifier::AtLeast),
    ("or so", Qualifier::About),
    ("左右", Qualifier::About),
    ("上下", Qualifier::About),
    ("以上", Qualifier::AtLeast),
    ("以内", Qualifier::AtMost),
    ("以下", Qualifier::AtMost),
];

/// Words that may stand between a qualifier and its figure.
const BETWEEN: [&str; 20] = [
    "全部资金的",
    "资金总额的",
    "总额的",
    "总数的",
    "全部的",
    "全区的",
    "有",
    "约为",
    "人民币",
    "达到",
    "rmb",
    "cny",
    "达",
    "到",
    "为",
    "了",
    "¥",
    "￥",
    ":",
    "a total of",
];

/// What the words directly before and behind a figure say.
pub(super) fn qualifier(chars: &[char], figure: &Figure) -> Qualifier {
    let behind = blanks(chars, figure.end);
    if let Some((_, qualifier)) = AFTER.iter().find(|(word, _)| starts(chars, behind, word).is_some()) {
        return *qualifier;
    }
    // 四分之一强, 三成弱
    if figure.kind == Kind::Percent && !figure.written.and_more {
        match chars.get(behind) {
            Some('强') => return Qualifier::MoreThan,
            Some('弱') => return Qualifier::Nearly,
            _ => {}
        }
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
pub fn bounds(written: &Written, upper: Option<&Written>, qualifier: Qualifier, finest: i128) -> Option<Bounds> {
    let (value, step, coarse) = (written.micro()?, written.step()?, written.coarse_step()?);
    if let Some(upper) = upper {
        return Some(Bounds { low: Some(value), low_open: false, high: Some(upper.micro()?), high_closed: true });
    }
    let said_at_large = written.said == Said::Several && qualifier == Qualifier::Rounded;
    if said_at_large {
        let (low, high) = (value.checked_mul(2)?, value.checked_mul(10)?);
        return Some(Bounds { low: Some(low), low_open: false, high: Some(high), high_closed: false });
    }
    let qualifier =
        if written.said == Said::Part && qualifier == Qualifier::Rounded { Qualifier::About } else { qualifier };
    // 四分之一多 goes up to three tenths
    let coarse = if written.said == Said::Part { value / 5 } else { coarse };
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
