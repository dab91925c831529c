//! When a figure counts: the words of time of an announcement as days from and to.

use self::month::month;
use super::text::starts;
use crate::kernel::dates::Day;

mod month;

/// The days in which a figure counts. Without `from` all that came before; without `to` up to the day of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// First day.
    pub from: Option<Day>,
    /// Last day.
    pub to: Option<Day>,
}

impl Span {
    /// All up to a day.
    pub const fn until(to: Option<Day>) -> Self {
        Self { from: None, to }
    }

    /// 6月30日这天, 10月28日当天: that day alone.
    pub(super) fn on_one_day(self, chars: &[char], start: usize, end: usize) -> Self {
        let is_alone =
            ["这天", "这一天", "当天", "当日", "一天", "那天"].iter().any(|word| starts(chars, end, word).is_some());
        let is_until = chars.get(start).is_some_and(|c| "截到至".contains(*c));
        if is_alone && !is_until && self.from.is_none() { Self { from: self.to, to: self.to } } else { self }
    }
}

/// What words of time are read against: the year that was asked for, and the day of the report.
#[derive(Debug, Clone, Copy)]
pub struct Calendar {
    /// The year of days without one, if it was asked for.
    pub year: Option<i32>,
    /// The day of the report.
    pub today: Day,
}

/// A reader over characters of half width.
struct Cursor<'c> {
    chars: &'c [char],
    at: usize,
}

impl Cursor<'_> {
    fn eat(&mut self, word: &str) -> bool {
        let n = word.chars().count();
        let found = self.chars.get(self.at..self.at + n).is_some_and(|part| part.iter().copied().eq(word.chars()));
        if found {
            self.at += n;
        }
        found
    }

    fn eat_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.eat(word))
    }

    fn blanks(&mut self) {
        while self.chars.get(self.at) == Some(&' ') {
            self.at += 1;
        }
    }

    /// A number of at most so many digits, Arabic or Chinese below a hundred.
    fn small(&mut self, digits_max: usize) -> Option<i32> {
        self.blanks();
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let digits: String = rest.iter().take_while(|c| c.is_ascii_digit()).collect();
        if !digits.is_empty() {
            if digits.len() > digits_max {
                return None;
            }
            self.at += digits.len();
            self.blanks();
            return digits.parse().ok();
        }
        let numeral: Vec<char> = rest.iter().copied().take_while(|c| CHINESE.contains(c)).take(3).collect();
        let (tens, ones) = match numeral.as_slice() {
            [one] if *one == '十' => (1, 0),
            [one] => (0, digit(*one)?),
            ['十', one] => (1, digit(*one)?),
            [ten, '十'] => (digit(*ten)?, 0),
            [ten, '十', one] => (digit(*ten)?, digit(*one)?),
            _ => return None,
        };
        self.at += numeral.len();
        Some(tens * 10 + ones)
    }

    /// `2020年`, `二〇二〇年`, `今年`, `去年`.
    fn year(&mut self, calendar: Calendar) -> Option<i32> {
        let this = calendar.year.unwrap_or(calendar.today.year());
        if self.eat_any(&["今年", "本年度", "本年", "当年"]) {
            return Some(this);
        }
        if self.eat_any(&["去年", "上年"]) {
            return Some(this - 1);
        }
        let rest = self.chars.get(self.at..)?;
        let four: Vec<i32> = rest
            .iter()
            .take(4)
            .map_while(|c| c.to_digit(10).and_then(|d| i32::try_from(d).ok()).or_else(|| digit(*c)))
            .collect();
        if four.len() != 4 {
            return None;
        }
        let value = four.iter().fold(0, |sum, digit| sum * 10 + digit);
        let mut end = self.at + 4;
        while self.chars.get(end) == Some(&' ') {
            end += 1;
        }
        if self.chars.get(end) != Some(&'年') || !(1990..=2100).contains(&value) {
            return None;
        }
        self.at = end + 1;
        self.eat("度");
        self.blanks();
        Some(value)
    }
}

const CHINESE: [char; 11] = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '两'];

fn digit(c: char) -> Option<i32> {
    Some(match c {
        '零' | '〇' | '○' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

fn day(year: i32, month: i32, day: i32) -> Option<Day> {
    Day::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

/// A stretch of the calendar that words name.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    first: Day,
    last: Day,
    /// Whether the words name its end (底, 末) or one day, and so what had come by then.
    is_point: bool,
}

/// Reads the words of time that begin here; also where they end and the year that they name.
pub fn read(
    chars: &[char],
    at: usize,
    calendar: Calendar,
    year_before: Option<i32>,
) -> Option<(Span, usize, Option<i32>)> {
    let mut cursor = Cursor { chars, at };
    let is_until = cursor.eat_any(&["截至", "截止到", "截止至", "截止", "到", "至", "截"]);
    cursor.blanks();
    let now: &[&str] =
        if is_until { &["目前", "现在", "今天", "今日", "今"] } else { &["目前", "今天", "今日"] };
    if cursor.eat_any(now) {
        return Some((Span::until(None), cursor.at, None));
    }
    if let Some(found) = numeric(&mut cursor) {
        let year = Some(found.first.year());
        let end = cursor.at;
        if let Some((span, end)) = continued(&mut cursor, &found, calendar) {
            return Some((span, end, year));
        }
        return Some((Span::until(Some(found.last)), end, year));
    }
    if let Some(span) = years_back(&mut cursor, calendar) {
        return Some((span, cursor.at, None));
    }
    if cursor.eat_any(&["年初以来", "年初至今"]) {
        let first = day(calendar.year.unwrap_or(calendar.today.year()), 1, 1);
        return Some((Span { from: first, to: None }, cursor.at, None));
    }
    let before_year = cursor.at;
    let named = cursor.year(calendar);
    let year = named.or(year_before);
    if named.is_none() && cursor.at == before_year && is_point_word(&cursor) {
        return None;
    }
    let stretch = stretch(&mut cursor, year, named.is_some(), calendar)?;
    let end = cursor.at;
    let named = named.or(year_before);
    if let Some((span, end)) = continued(&mut cursor, &stretch, calendar) {
        return Some((span, end, named));
    }
    cursor.at = end;
    if cursor.eat_any(&["以来", "以后", "之后", "起", "开始"]) && !is_until {
        return Some((Span { from: Some(stretch.first), to: None }, cursor.at, named));
    }
    let span = if is_until || stretch.is_point {
        Span::until(Some(stretch.last))
    } else {
        Span { from: Some(stretch.first), to: Some(stretch.last) }
    };
    Some((span, end, named))
}

/// `2020-10-31`, `2020.10.31`, `2020/10/31`.
fn numeric(cursor: &mut Cursor<'_>) -> Option<Stretch> {
    let before = cursor.at;
    let follows_digit = before.checked_sub(1).and_then(|at| cursor.chars.get(at)).is_some_and(char::is_ascii_digit);
    let found = (!follows_digit).then(|| numeric_day(cursor)).flatten();
    if found.is_none() {
        cursor.at = before;
    }
    found.map(|one| Stretch { first: one, last: one, is_point: true })
}

fn numeric_day(cursor: &mut Cursor<'_>) -> Option<Day> {
    let year = cursor.small(4).filter(|year| (1990..=2100).contains(year))?;
    let mark = ["-", ".", "/"].into_iter().find(|mark| cursor.eat(mark))?;
    let month = cursor.small(2)?;
    let of_day = cursor.eat(mark).then(|| cursor.small(2)).flatten()?;
    let goes_on = cursor.chars.get(cursor.at).is_some_and(|c| c.is_ascii_digit() || matches!(c, '%' | '元'));
    day(year, month, of_day).filter(|_| !goes_on)
}

/// A bare 底 or 末 names no time.
fn is_point_word(cursor: &Cursor<'_>) -> bool {
    cursor.chars.get(cursor.at).is_some_and(|c| matches!(c, '底' | '末'))
}

/// `三年来`, `近三年`.
fn years_back(cursor: &mut Cursor<'_>, calendar: Calendar) -> Option<Span> {
    let at = cursor.at;
    let is_near = cursor.eat("近");
    let years = cursor
        .small(1)
        .filter(|years| (2..=9).contains(years) && cursor.eat("年") && (cursor.eat_any(&["来", "以来"]) || is_near));
    let Some(years) = years else {
        cursor.at = at;
        return None;
    };
    Some(Span { from: day(calendar.today.year() - years + 1, 1, 1), to: None })
}

/// `2月10日至10月31日`, `2月至10月`.
fn continued(cursor: &mut Cursor<'_>, first: &Stretch, calendar: Calendar) -> Option<(Span, usize)> {
    // 5月起至10月底
    cursor.eat_any(&["起", "开始"]);
    if !cursor.eat_any(&["至", "到", "—", "-", "–", "~", "～"]) {
        return None;
    }
    cursor.eat_any(&["—", "-"]);
    if let Some(second) = numeric(cursor) {
        return (second.last >= first.first)
            .then_some((Span { from: Some(first.first), to: Some(second.last) }, cursor.at));
    }
    if cursor.eat_any(&["今", "目前"]) {
        return Some((Span { from: Some(first.first), to: None }, cursor.at));
    }
    // 10月1日至8日
    let before = cursor.at;
    if first.first == first.last
        && let Some(of_month) = cursor.small(2)
        && cursor.eat_any(&["日", "号"])
    {
        let last = first.first.month_start().plus_days(i64::from(of_month) - 1);
        let is_in_month = last >= first.first && last <= first.first.month_end();
        return is_in_month.then_some((Span { from: Some(first.first), to: Some(last) }, cursor.at));
    }
    cursor.at = before;
    let named = cursor.year(calendar);
    let second = stretch(cursor, named.or(Some(first.first.year())), named.is_some(), calendar)?;
    (second.last >= first.first).then_some((Span { from: Some(first.first), to: Some(second.last) }, cursor.at))
}

/// The stretch that begins here: parts of a year, a month, a day, or the year itself.
fn stretch(cursor: &mut Cursor<'_>, year: Option<i32>, is_named: bool, calendar: Calendar) -> Option<Stretch> {
    let nearest =
        |month: i32, of_day: i32| year.or(calendar.year).unwrap_or_else(|| past_year(calendar.today, month, of_day));
    let whole = |first: Option<Day>, last: Option<Day>| {
        Some(Stretch { first: first?, last: last?.month_end(), is_point: false })
    };
    let of_months = |first: i32, last: i32| {
        let year = nearest(first, 1);
        whole(day(year, first, 1), day(year, last, 1))
    };
    let parts: [(&[&str], i32, i32); 8] = [
        (&["上半年"], 1, 6),
        (&["下半年"], 7, 12),
        (&["前三季度", "前三个季度", "1-3季度", "一至三季度"], 1, 9),
        (&["前两季度", "前两个季度"], 1, 6),
        (&["第一季度", "一季度", "首季度", "1季度"], 1, 3),
        (&["第二季度", "二季度", "2季度"], 4, 6),
        (&["第三季度", "三季度", "3季度"], 7, 9),
        (&["第四季度", "四季度", "4季度"], 10, 12),
    ];
    for (words, first, last) in parts {
        if cursor.eat_any(words) {
            let found = of_months(first, last);
            let is_point = cursor.eat_any(&["末", "底"]);
            return found.map(|found| Stretch { is_point, ..found });
        }
    }
    let before = cursor.at;
    if let Some(found) = of_today(cursor, calendar) {
        return Some(found);
    }
    if !chars_before(cursor, '提')
        && cursor.eat_any(&["前", "头"])
        && let Some(months) = cursor.small(2)
        && cursor.eat("个月")
    {
        return of_months(1, months);
    }
    cursor.at = before;
    if let Some(found) = month(cursor, &nearest) {
        return Some(found);
    }
    cursor.at = before;
    if cursor.eat_any(&["全年", "年底", "年末", "年终"]) {
        let year = year.or(calendar.year).unwrap_or(calendar.today.year());
        let is_point = chars_before(cursor, '底') || chars_before(cursor, '末');
        return Some(Stretch { first: day(year, 1, 1)?, last: day(year, 12, 31)?, is_point });
    }
    let year = year.filter(|_| is_named)?;
    let is_point = cursor.eat_any(&["底", "末"]);
    Some(Stretch { first: day(year, 1, 1)?, last: day(year, 12, 31)?, is_point })
}

/// `上月底`, `上个月`, `本月`: months told from the day of the report.
fn of_today(cursor: &mut Cursor<'_>, calendar: Calendar) -> Option<Stretch> {
    let this = calendar.today.month_start();
    let first = if cursor.eat_any(&["上月", "上个月"]) {
        this.plus_days(-1).month_start()
    } else if cursor.eat_any(&["本月", "这个月"]) {
        this
    } else {
        return None;
    };
    let is_point = cursor.eat_any(&["底", "末"]);
    Some(Stretch { first, last: first.month_end(), is_point })
}

fn chars_before(cursor: &Cursor<'_>, c: char) -> bool {
    cursor.at.checked_sub(1).and_then(|at| cursor.chars.get(at)) == Some(&c)
}

/// The latest year in which that day is not after today.
fn past_year(today: Day, month: i32, of_day: i32) -> i32 {
    match day(today.year(), month, of_day) {
        Some(found) if found > today => today.year() - 1,
        _ => today.year(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn span(text: &str) -> String {
        let calendar = Calendar { year: Some(2020), today: Day::parse("2020-11-25").unwrap() };
        let chars: Vec<char> = text.chars().collect();
        let Some((span, end, _)) = read(&chars, 0, calendar, None) else { return String::new() };
        let side = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
        format!("{}..{} {}", side(span.from), side(span.to), chars.get(end..).unwrap().iter().collect::<String>())
    }

    #[test]
    fn words_of_time_are_days() {
        for (text, expected) in [
            ("截至10月底，", "..2020-10-31 ，"),
            ("10月底累计", "..2020-10-31 累计"),
            ("截至2020年10月31日", "..2020-10-31 "),
            ("截至 2020 年 9 月末", "..2020-09-30 "),
            ("2020年10月31日", "..2020-10-31 "),
            ("上半年", "2020-01-01..2020-06-30 "),
            ("前三季度", "2020-01-01..2020-09-30 "),
            ("三年来", "2018-01-01.. "),
            ("1—10月份", "2020-01-01..2020-10-31 "),
            ("1至10月", "2020-01-01..2020-10-31 "),
            ("2月10日至10月31日", "2020-02-10..2020-10-31 "),
            ("10月1日至8日", "2020-10-01..2020-10-08 "),
            ("2月至5月", "2020-02-01..2020-05-31 "),
            ("今年以来", "2020-01-01.. "),
            ("今年2月以来", "2020-02-01.. "),
            ("2020年", "2020-01-01..2020-12-31 "),
            ("2019年全年", "2019-01-01..2019-12-31 "),
            ("去年底", "..2019-12-31 "),
            ("截至目前", ".. "),
            ("至今", ".. "),
            ("目前，", ".. ，"),
            ("截至9月中旬", "..2020-09-20 "),
            ("10月发放", "2020-10-01..2020-10-31 发放"),
            ("二〇二〇年十月底", "..2020-10-31 "),
            ("十月底", "..2020-10-31 "),
            ("前8个月", "2020-01-01..2020-08-31 "),
            ("三季度末", "..2020-09-30 "),
            ("9、10两月合计", "2020-09-01..2020-10-31 合计"),
            ("7月、8月两个月", "2020-07-01..2020-08-31 "),
            ("9、10月", "2020-09-01..2020-10-31 "),
            ("9月、10月", "2020-09-01..2020-09-30 、10月"),
            ("5月头18天", "2020-05-01..2020-05-18 "),
            ("10月后11天", "2020-10-21..2020-10-31 "),
            ("6月上半月", "2020-06-01..2020-06-15 "),
            ("11月1日以后", "2020-11-01.. "),
            ("两月合计", ""),
            ("1.27亿元", ""),
            ("10402家", ""),
            ("到位资金", ""),
            ("一批", ""),
        ] {
            assert_eq!(span(text), expected, "{text}");
        }
    }

    #[test]
    fn without_a_year_the_past_is_meant() {
        let calendar = Calendar { year: None, today: Day::parse("2021-03-05").unwrap() };
        let read = |text: &str| read(&text.chars().collect::<Vec<_>>(), 0, calendar, None).unwrap().0.to.unwrap();
        assert_eq!(read("截至10月底").to_string(), "2020-10-31");
        assert_eq!(read("截至2月底").to_string(), "2021-02-28");
    }

    proptest! {
        #[test]
        fn whatever_stands_there_nothing_panics(text in "[0-9一二三十年月日底至到截—近来起前季度个上下半 ]{0,20}") {
            let calendar = Calendar { year: None, today: Day::parse("2020-11-25").unwrap() };
            let chars: Vec<char> = text.chars().collect();
            for at in 0..chars.len() {
                if let Some((_, end, _)) = read(&chars, at, calendar, None) {
                    prop_assert!(end > at && end <= chars.len());
                }
            }
        }
    }
}
