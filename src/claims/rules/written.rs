//! A number as people write it in Chinese announcements: Arabic, Chinese or both, with 万 and 亿 behind it.

/// Powers of ten are kept down to a millionth: no announcement is finer.
pub const DECIMALS: u32 = 6;
/// One, in millionths.
pub const ONE: i128 = 1_000_000;
/// No announced figure has more digits before its point; larger ones are not read.
const DIGITS_MAX: usize = 18;

/// How a number is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Said {
    /// By its digits.
    #[default]
    Digits,
    /// As a part, without digits to round by: 三分之一, 一半.
    Part,
    /// As several of a magnitude: 数千.
    Several,
}

/// A number with the digits that were written: `1.27亿` is 127 × 10⁶.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// All digits as one number.
    pub mantissa: i128,
    /// The power of ten of the last digit written.
    pub exponent: i32,
    /// Whether 余 or 多 says that it is a little more.
    pub and_more: bool,
    /// How it is said.
    pub said: Said,
    /// Where it ends, as an index of characters.
    pub end: usize,
}

impl Written {
    /// The number in millionths, if it can be told in them.
    pub fn micro(&self) -> Option<i128> {
        self.mantissa.checked_mul(self.step()?)
    }

    /// What the last digit written is worth, in millionths.
    pub fn step(&self) -> Option<i128> {
        power(self.exponent)
    }

    /// What the last digit that is no zero is worth, in millionths: `300` counts in hundreds.
    pub fn coarse_step(&self) -> Option<i128> {
        let (mut mantissa, mut exponent) = (self.mantissa, self.exponent);
        while mantissa != 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            exponent += 1;
        }
        power(exponent)
    }
}

/// Ten to the power, in millionths.
fn power(exponent: i32) -> Option<i128> {
    let shift = u32::try_from(exponent.checked_add(i32::try_from(DECIMALS).ok()?)?).ok()?;
    10_i128.checked_pow(shift)
}

/// Reads the number that begins at a character, the longest that there is.
pub fn read(chars: &[char], at: usize) -> Option<Written> {
    let first = chars.get(at)?;
    if matches!(first, '数' | '几' | '上') {
        return several(chars, at);
    }
    let found = if first.is_ascii_digit() { arabic(chars, at)? } else { chinese(chars, at)? };
    Some(found)
}

/// 数千, 几万: more than one of a magnitude and fewer than ten; 上万: one or more.
fn several(chars: &[char], at: usize) -> Option<Written> {
    let (power, end) = magnitude(chars, at + 1).filter(|(power, _)| *power >= 2)?;
    let said = if chars.get(at) == Some(&'上') { Said::Digits } else { Said::Several };
    Some(Written { mantissa: 1, exponent: power, and_more: false, said, end })
}

/// What a word of magnitude multiplies by, as a power of ten; `万亿` is one word.
fn magnitude(chars: &[char], at: usize) -> Option<(i32, usize)> {
    let power = |c: &char| match c {
        '十' | '拾' => Some(1),
        '百' | '佰' => Some(2),
        '千' | '仟' => Some(3),
        '万' | '萬' => Some(4),
        '亿' | '億' => Some(8),
        _ => None,
    };
    // 1.27个亿
    let spoken = chars.get(at) == Some(&'个') && matches!(chars.get(at + 1), Some('万' | '萬' | '亿' | '億'));
    let at = at + usize::from(spoken);
    let mut end = at;
    let mut sum = 0;
    while let Some(more) = chars.get(end).and_then(power) {
        // 百万, 千万, 万亿: the second word is the larger one or a hundred million
        if sum > 0 && more < 4 {
            break;
        }
        sum += more;
        end += 1;
    }
    (end > at).then_some((sum, end))
}

/// Whether 余 or 多 stands here, and where it ends.
fn more(chars: &[char], at: usize) -> Option<usize> {
    matches!(chars.get(at), Some('余' | '多' | '馀')).then_some(at + 1)
}

fn skip_blanks(chars: &[char], mut at: usize) -> usize {
    while matches!(chars.get(at), Some(' ' | '\u{3000}')) {
        at += 1;
    }
    at
}

/// Digits with separators, a point, and a magnitude: `127,034,562.85`, `1.27 亿`, `1亿2700万`, `10余万`.
fn arabic(chars: &[char], at: usize) -> Option<Written> {
    let mut total: Option<Written> = None;
    let mut from = at;
    while let Some(part) = arabic_part(chars, from) {
        let joined = match total {
            None => part,
            // 1亿2700万: a smaller magnitude goes on; anything else is another number
            Some(before) if follows(chars, &before, &part) => join(&before, &part)?,
            Some(_) => break,
        };
        from = joined.end;
        let goes_on = joined.exponent >= 4 && !joined.and_more && chars.get(from).is_some_and(char::is_ascii_digit);
        total = Some(joined);
        if !goes_on {
            break;
        }
    }
    total
}

/// Whether a part can go on with another that is smaller than the last digit's worth of the first.
fn follows(chars: &[char], before: &Written, part: &Written) -> bool {
    let (Some(step), Some(value)) = (before.step(), part.micro()) else { return false };
    // 1亿2703万4562元: without a magnitude only where money is told, for a date may stand there
    let goes_on = part.exponent > 0 || chars.get(part.end) == Some(&'元');
    part.exponent < before.exponent && value < step && goes_on
}

fn join(before: &Written, part: &Written) -> Option<Written> {
    let shift = u32::try_from(before.exponent - part.exponent).ok()?;
    let mantissa = before.mantissa.checked_mul(10_i128.checked_pow(shift)?)?.checked_add(part.mantissa)?;
    Some(Written { mantissa, ..*part })
}

fn arabic_part(chars: &[char], at: usize) -> Option<Written> {
    let (digits, decimals, end) = digits(chars, at)?;
    let mut written = Written {
        mantissa: digits,
        exponent: -i32::try_from(decimals).ok()?,
        and_more: false,
        said: Said::Digits,
        end,
    };
    if let Some(after) = more(chars, end) {
        written.and_more = true;
        written.end = after;
    }
    let gap = skip_blanks(chars, written.end);
    if let Some((power, after)) = magnitude(chars, gap) {
        written.exponent += power;
        written.end = after;
    }
    if let Some(after) = more(chars, written.end) {
        written.and_more = true;
        written.end = after;
    }
    Some(written)
}

/// The digits from here, how many of them stand behind the point, and where they end.
fn digits(chars: &[char], at: usize) -> Option<(i128, usize, usize)> {
    let run = |from: usize| chars.get(from..).unwrap_or_default().iter().take_while(|c| c.is_ascii_digit()).count();
    let mut end = at + run(at);
    if end - at <= 3 {
        // groups of exactly three behind commas
        while matches!(chars.get(end), Some(',')) && run(end + 1) == 3 {
            end += 4;
        }
    }
    let mut decimals = 0;
    if matches!(chars.get(end), Some('.')) {
        decimals = run(end + 1);
        if decimals > 0 {
            end += 1 + decimals;
        }
    }
    let text: String = chars.get(at..end)?.iter().filter(|c| c.is_ascii_digit()).collect();
    if text.trim_start_matches('0').len() > DIGITS_MAX + decimals {
        return None;
    }
    Some((text.parse().ok()?, decimals, end))
}

const fn chinese_digit(c: char) -> Option<i128> {
    Some(match c {
        '零' | '〇' | '○' => 0,
        '一' | '壹' => 1,
        '二' | '贰' | '两' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

const fn small_unit(c: char) -> Option<i32> {
    Some(match c {
        '十' | '拾' => 1,
        '百' | '佰' => 2,
        '千' | '仟' => 3,
        _ => return None,
    })
}

/// A number in Chinese numerals, as it is being read.
#[derive(Debug, Default)]
struct Numeral {
    /// Whole groups of 万 and 亿.
    total: i128,
    /// The group below 万.
    section: i128,
    /// A digit that waits for its unit.
    digit: Option<i128>,
    /// The power of ten that a digit without a unit would have: behind 千 a hundred.
    next: i32,
    /// The power of ten of the last digit that is no zero.
    last: i32,
    /// Whether 万 or 亿 was read.
    is_large: bool,
}

impl Numeral {
    fn take(&mut self, c: char) -> Option<()> {
        if let Some(digit) = chinese_digit(c) {
            if self.digit.is_some_and(|before| before != 0) {
                // 二〇二〇 and the like are years, no numbers
                return None;
            }
            if digit == 0 {
                self.next = 0;
            }
            self.digit = Some(digit);
            return Some(());
        }
        if let Some(unit) = small_unit(c) {
            let digit = self.digit.take().filter(|digit| *digit != 0).unwrap_or(1);
            self.section += digit * 10_i128.pow(u32::try_from(unit).ok()?);
            (self.last, self.next) = (unit, unit - 1);
            return Some(());
        }
        let power = if matches!(c, '万' | '萬') { 4 } else { 8 };
        let ones = self.digit.take().unwrap_or(0);
        if ones != 0 {
            self.last = 0;
        }
        let group = self.section + ones;
        let scale = 10_i128.pow(u32::try_from(power).ok()?);
        // 万亿 multiplies what stands before; 一亿二千万 adds.
        self.total = if power == 8 {
            (self.total + group.max(i128::from(self.total == 0))) * scale
        } else {
            self.total + group.max(1) * scale
        };
        self.last += power;
        (self.section, self.next, self.is_large) = (0, power - 1, true);
        Some(())
    }

    fn value(&self) -> (i128, i32) {
        let (ones, last) = match self.digit {
            // 两千三 is two thousand three hundred
            Some(digit) if digit != 0 => {
                let power = self.next.max(0);
                (digit * 10_i128.pow(u32::try_from(power).unwrap_or(0)), power)
            }
            _ => (0, self.last),
        };
        (self.total + self.section + ones, last)
    }
}

fn is_numeral(c: char) -> bool {
    chinese_digit(c).is_some() || small_unit(c).is_some() || matches!(c, '万' | '萬' | '亿' | '億')
}

/// `一亿二千七百万`, `九十九点三八`, `两千三百余`, `万余`.
fn chinese(chars: &[char], at: usize) -> Option<Written> {
    let mut numeral = Numeral::default();
    let mut end = at;
    while let Some(c) = chars.get(end).copied().filter(|c| is_numeral(*c)) {
        numeral.take(c)?;
        end += 1;
    }
    if end == at {
        return None;
    }
    let (whole, last) = numeral.value();
    let mut written = Written { mantissa: whole, exponent: 0, and_more: false, said: Said::Digits, end };
    if matches!(chars.get(end), Some('点')) {
        let digits: Vec<i128> = chars.get(end + 1..)?.iter().map_while(|c| chinese_digit(*c)).collect();
        if !digits.is_empty() {
            written.mantissa = digits.iter().try_fold(whole, |sum, digit| sum.checked_mul(10)?.checked_add(*digit))?;
            written.exponent = -i32::try_from(digits.len()).ok()?;
            written.end = end + 1 + digits.len();
            if let Some((power, after)) = magnitude(chars, written.end) {
                written.exponent += power;
                written.end = after;
            }
        }
    } else if numeral.is_large && last > 0 {
        // spoken figures are rounded to the last digit that they name
        written.mantissa = whole / 10_i128.checked_pow(u32::try_from(last).ok()?)?;
        written.exponent = last;
    }
    if let Some(after) = more(chars, written.end) {
        written.and_more = true;
        written.end = after;
        if let Some((power, after)) = magnitude(chars, written.end) {
            written.exponent += power;
            written.end = after;
        }
    }
    Some(written)
}

/// 陆拾贰元捌角伍分: what stands behind 元, and where that ends.
pub(super) fn with_fen(chars: &[char], yuan: &Written, end: usize) -> Option<(Written, usize)> {
    if yuan.exponent != 0 || yuan.and_more {
        return None;
    }
    let part = |at: usize, unit: char| {
        let digit = chars.get(at).copied().and_then(chinese_digit)?;
        (chars.get(at + 1) == Some(&unit)).then_some(digit)
    };
    let zero = usize::from(chars.get(end) == Some(&'零') && part(end + 1, '分').is_some());
    let (jiao, at) = part(end, '角').map_or((0, end + zero), |jiao| (jiao, end + 2));
    let (fen, at) = part(at, '分').map_or((0, at), |fen| (fen, at + 2));
    if at == end + zero {
        return None;
    }
    let mantissa = yuan.mantissa.checked_mul(100)?.checked_add(jiao * 10 + fen)?;
    Some((Written { mantissa, exponent: -2, end: at, ..*yuan }, at))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> (i128, i128, bool, usize) {
        let chars: Vec<char> = text.chars().collect();
        let written = read(&chars, 0).unwrap_or_else(|| panic!("{text}"));
        (written.micro().unwrap() / 10_000, written.step().unwrap() / 10_000, written.and_more, written.end)
    }

    /// Value and step in hundredths.
    fn is(text: &str, value: i128, step: i128) {
        let found = number(text);
        assert_eq!((found.0, found.1), (value, step), "{text}");
    }

    #[test]
    fn arabic_figures_keep_the_digits_that_were_written() {
        is("1.27亿元", 12_700_000_000, 100_000_000);
        is("1.270亿", 12_700_000_000, 10_000_000);
        is("60.28 亿元", 602_800_000_000, 100_000_000);
        is("5000万元", 5_000_000_000, 1_000_000);
        is("127,034,562.85元", 12_703_456_285, 1);
        is("10402家", 1_040_200, 100);
        is("1.04万家", 1_040_000, 10_000);
        is("5千万", 5_000_000_000, 1_000_000_000);
        is("1.5万亿", 150_000_000_000_000, 10_000_000_000_000);
        is("1亿2700万元", 12_700_000_000, 1_000_000);
        is("12,34", 1_200, 100);
    }

    #[test]
    fn chinese_figures_are_read_and_rounded_to_what_they_name() {
        is("一亿二千七百万元", 12_700_000_000, 100_000_000);
        is("一万零四百零二家", 1_040_200, 100);
        is("两千三百家", 230_000, 100);
        is("两千三", 230_000, 100);
        is("十二家", 1_200, 100);
        is("三百", 30_000, 100);
        is("九十九点三八", 9_938, 1);
        is("一点二七亿元", 12_700_000_000, 100_000_000);
        is("五千万元", 5_000_000_000, 1_000_000_000);
        is("壹亿元", 10_000_000_000, 10_000_000_000);
        is("三万亿", 300_000_000_000_000, 100_000_000_000_000);
    }

    #[test]
    fn jiao_and_fen_behind_yuan_are_part_of_an_amount() {
        for (text, fen, length) in [
            ("壹亿贰仟柒佰零叁万肆仟伍佰陆拾贰元捌角伍分", 12_703_456_285, 21),
            ("陆拾贰元捌角整", 6_280, 6),
            ("陆拾贰元零伍分", 6_205, 7),
        ] {
            let chars: Vec<char> = text.chars().collect();
            let yuan = read(&chars, 0).unwrap();
            let (written, end) = with_fen(&chars, &yuan, yuan.end + 1).unwrap();
            assert_eq!((written.micro(), end), (Some(fen * 10_000), length), "{text}");
        }
        let chars: Vec<char> = "陆拾贰元整".chars().collect();
        assert!(with_fen(&chars, &read(&chars, 0).unwrap(), 4).is_none());
    }

    #[test]
    fn a_little_more_is_heard() {
        assert_eq!(number("10余万"), (10_000_000, 1_000_000, true, 4));
        assert_eq!(number("1万余家"), (1_000_000, 1_000_000, true, 3));
        assert_eq!(number("300多家"), (30_000, 100, true, 4));
        assert_eq!(number("万余家"), (1_000_000, 1_000_000, true, 2));
        assert_eq!(number("十余万元"), (10_000_000, 1_000_000, true, 3));
    }

    #[test]
    fn years_and_overlong_digits_are_no_numbers() {
        let read = |text: &str| read(&text.chars().collect::<Vec<_>>(), 0);
        assert_eq!(read("二〇二〇年"), None);
        assert_eq!(read("12345678901234567890123"), None);
        assert_eq!(read("市场"), None);
    }

    proptest! {
        #[test]
        fn whatever_stands_there_nothing_panics(text in "[0-9一二三十百千万亿零点余多,. ]{0,24}") {
            let chars: Vec<char> = text.chars().collect();
            for at in 0..chars.len() {
                if let Some(written) = read(&chars, at) {
                    prop_assert!(written.end > at && written.end <= chars.len());
                    let _ = (written.micro(), written.coarse_step());
                }
            }
        }

        #[test]
        fn a_grouped_amount_is_itself(fen in 0_i64..9_999_999_999_999) {
            let text = crate::kernel::money::Fen::new(fen).grouped();
            prop_assert_eq!(number(&text).0, i128::from(fen));
        }
    }
}
