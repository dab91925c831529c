//! Words of time that begin with a month.

use super::{Cursor, Stretch, day};
use crate::kernel::dates::Day;

/// `10月`, `10月底`, `10月31日`, `1-10月份`.
pub(super) fn month(cursor: &mut Cursor<'_>, nearest: &impl Fn(i32, i32) -> i32) -> Option<Stretch> {
    // 两月, 两个月: how many, no February
    let is_two = cursor.chars.get(cursor.at) == Some(&'两');
    let first = cursor.small(2).filter(|month| !is_two && (1..=12).contains(month))?;
    if let Some(last) = listed_months(cursor, first) {
        let year = nearest(first, 1);
        return Some(Stretch { first: day(year, first, 1)?, last: day(year, last, 1)?.month_end(), is_point: false });
    }
    let before = cursor.at;
    let mut last = first;
    cursor.eat("月");
    if cursor.eat_any(&["——", "—", "-", "–", "~", "～", "至", "到"]) {
        match cursor.small(2).filter(|month| (first..=12).contains(month)) {
            Some(month) if cursor.chars.get(cursor.at) == Some(&'月') && !names_a_day(cursor) => last = month,
            _ => cursor.at = before,
        }
    } else {
        cursor.at = before;
    }
    if !cursor.eat("月") {
        return None;
    }
    let year = nearest(first, 1);
    let (from, to) = (day(year, first, 1)?, day(year, last, 1)?.month_end());
    if cursor.eat("份") || last > first {
        let is_point = cursor.eat_any(&["底", "末"]);
        return Some(Stretch { first: from, last: to, is_point });
    }
    if cursor.eat_any(&["底", "末"]) {
        return Some(Stretch { first: from, last: to, is_point: true });
    }
    if cursor.eat("下旬") {
        return Some(Stretch { first: day(year, first, 21)?, last: to, is_point: false });
    }
    if let Some((from, to)) = days_of_month(cursor, to) {
        return Some(Stretch { first: day(year, first, from)?, last: day(year, first, to)?, is_point: false });
    }
    for (word, of_first, of_last, is_point) in [("中旬", 11, 20, false), ("上旬", 1, 10, false), ("初", 1, 10, true)]
    {
        if cursor.eat(word) {
            return Some(Stretch { first: day(year, first, of_first)?, last: day(year, first, of_last)?, is_point });
        }
    }
    let after_month = cursor.at;
    if let Some(of_day) = cursor.small(2)
        && cursor.eat_any(&["日", "号"])
    {
        let one = day(nearest(first, of_day), first, of_day)?;
        return Some(Stretch { first: one, last: one, is_point: true });
    }
    cursor.at = after_month;
    Some(Stretch { first: from, last: to, is_point: false })
}

/// 9、10两月, 7、8、9三个月: the last of months that follow one another, behind the first.
fn listed_months(cursor: &mut Cursor<'_>, first: i32) -> Option<i32> {
    let before = cursor.at;
    let mut last = first;
    loop {
        cursor.eat("月");
        if !cursor.eat_any(&["、", "和", "及"]) || cursor.small(2) != Some(last + 1) || last > 11 {
            break;
        }
        last += 1;
        let end = cursor.at;
        cursor.eat_any(&["月份", "月"]);
        if cursor.eat_any(&["两个月", "两月", "三个月", "三月", "四个月"]) {
            return Some(last);
        }
        cursor.at = end;
        // 9、10月: told with one word
        if cursor.chars.get(before) != Some(&'月') && cursor.eat_any(&["月份", "月"]) && !names_a_day_here(cursor) {
            return Some(last);
        }
        cursor.at = end;
    }
    cursor.at = before;
    None
}

fn names_a_day_here(cursor: &Cursor<'_>) -> bool {
    let mut ahead = Cursor { chars: cursor.chars, at: cursor.at };
    ahead.small(2).is_some() && ahead.eat_any(&["日", "号"])
}

/// 头18天, 后11天, 前半月, 下半月: days of a month that ends on `to`.
fn days_of_month(cursor: &mut Cursor<'_>, to: Day) -> Option<(i32, i32)> {
    let before = cursor.at;
    let last = i32::try_from(to.month_start().days_between(to)).unwrap_or(27) + 1;
    if cursor.eat_any(&["上半月", "前半月", "前半个月"]) {
        return Some((1, 15));
    }
    if cursor.eat_any(&["下半月", "后半月", "后半个月"]) {
        return Some((16, last));
    }
    cursor.eat_any(&["的", "份"]);
    let is_first = cursor.eat_any(&["头", "前"]);
    if (is_first || cursor.eat_any(&["后", "最后"]))
        && let Some(days) = cursor.small(2).filter(|days| (1..=last).contains(days))
        && cursor.eat_any(&["天", "日"])
    {
        return Some(if is_first { (1, days) } else { (last - days + 1, last) });
    }
    cursor.at = before;
    None
}

/// Whether the month at the cursor goes on with a day, so that it is another date.
fn names_a_day(cursor: &Cursor<'_>) -> bool {
    let mut ahead = Cursor { chars: cursor.chars, at: cursor.at + 1 };
    ahead.small(2).is_some() && ahead.eat_any(&["日", "号"])
}
