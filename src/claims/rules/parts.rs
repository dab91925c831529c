//! Parts that are said without digits: 过半, 三分之一, 每三家就有一家, `a third of`.

use super::figure::{Counted, Figure, Kind, Qualifier, figure};
use super::text::{blanks, starts, starts_word};
use super::written::{self, Said, Written};

/// Words with what they are, and how they bound it; longer ones first.
const PARTS: [(&str, i128, i128, Qualifier); 22] = [
    ("过半数", 1, 2, Qualifier::MoreThan),
    ("半数以上", 1, 2, Qualifier::AtLeast),
    ("一半以上", 1, 2, Qualifier::AtLeast),
    ("超过半数", 1, 2, Qualifier::MoreThan),
    ("超过一半", 1, 2, Qualifier::MoreThan),
    ("不到一半", 1, 2, Qualifier::LessThan),
    ("不足一半", 1, 2, Qualifier::LessThan),
    ("不到半数", 1, 2, Qualifier::LessThan),
    ("近一半", 1, 2, Qualifier::Nearly),
    ("近半数", 1, 2, Qualifier::Nearly),
    ("近半", 1, 2, Qualifier::Nearly),
    ("过半", 1, 2, Qualifier::MoreThan),
    ("超半", 1, 2, Qualifier::MoreThan),
    ("逾半", 1, 2, Qualifier::MoreThan),
    ("一半", 1, 2, Qualifier::Rounded),
    ("半数", 1, 2, Qualifier::Rounded),
    ("two thirds of", 2, 3, Qualifier::Rounded),
    ("two-thirds of", 2, 3, Qualifier::Rounded),
    ("one third of", 1, 3, Qualifier::Rounded),
    ("a third of", 1, 3, Qualifier::Rounded),
    ("half of", 1, 2, Qualifier::Rounded),
    ("a quarter of", 1, 4, Qualifier::Rounded),
];

/// Reads the part that begins here.
pub(super) fn read(chars: &[char], at: usize) -> Option<Figure> {
    if let Some(number) = starts(chars, at, "百分之") {
        let written = written::read(chars, number)?;
        return Some(figure(at, written.end, Kind::Percent, written));
    }
    for (word, above, below, qualifier) in PARTS {
        if let Some(end) = starts_word(chars, at, word) {
            // 超半数 is told whole, 超半年 is no part
            let end = if word.ends_with('半') && chars.get(end) == Some(&'数') { end + 1 } else { end };
            let goes_on = word.ends_with('半') && chars.get(end).is_some_and(|c| "年月个天日价以".contains(*c));
            if goes_on {
                return None;
            }
            let found = figure(at, end, Kind::Percent, part(end, above, below));
            return Some(Figure { qualifier, ..found });
        }
    }
    if let Some(found) = out_of_each(chars, at) {
        return Some(found);
    }
    let (below, middle) = small(chars, at).and_then(|(below, end)| Some((below, starts(chars, end, "分之")?)))?;
    let number = written::read(chars, middle).filter(|number| number.exponent == 0 && number.said == Said::Digits)?;
    let (above, end) = (number.mantissa, number.end);
    let found = figure(at, end, Kind::Percent, Written { and_more: number.and_more, ..part(end, above, below) });
    // 约三分之一多一点: what 多 says is nearer than 约
    let qualifier = if number.and_more { Qualifier::MoreThan } else { Qualifier::Rounded };
    (0 < above && above < below).then_some(Figure { qualifier, ..found })
}

fn part(end: usize, above: i128, below: i128) -> Written {
    Written { mantissa: above * 1_000_000 / below, exponent: -4, and_more: false, said: Said::Part, end }
}

/// A numeral below a hundred, or so many digits.
fn small(chars: &[char], at: usize) -> Option<(i128, usize)> {
    let number = written::read(chars, at)?;
    let is_small = number.exponent == 0 && !number.and_more && (1..100).contains(&number.mantissa);
    (is_small && number.said == Said::Digits).then_some((number.mantissa, number.end))
}

/// Most characters between the two numbers of 每三家企业中就有一家.
const BETWEEN_CHARS: usize = 14;

/// 每三家就有一家, 每10元中有3元: a part of recipients, or of money.
fn out_of_each(chars: &[char], at: usize) -> Option<Figure> {
    let (below, unit) = small(chars, blanks(chars, starts(chars, at, "每")?))?;
    let unit = blanks(chars, unit);
    let (word, counted) = [
        ("个", Counted::Entities),
        ("家", Counted::Entities),
        ("户", Counted::Entities),
        ("元", Counted::Other),
        ("块", Counted::Other),
        ("笔", Counted::Acts),
    ]
    .into_iter()
    .find(|(word, _)| starts(chars, unit, word).is_some())?;
    let has = (unit + 1..unit + BETWEEN_CHARS)
        .take_while(|at| chars.get(*at).is_some_and(|c| !"。；！？".contains(*c)))
        .find_map(|at| ["就有", "便有", "有"].iter().find_map(|has| starts(chars, at, has)))?;
    let (above, end) = small(chars, blanks(chars, has))?;
    let end = starts(chars, blanks(chars, end), word)?;
    (above < below)
        .then(|| Figure { counted: Some(counted), ..figure(at, end, Kind::Percent, part(end, above, below)) })
}
