//! Questions about who approved what, and when. People count, not logins.

use super::{Book, Grant, Group, Why, distinct, group, parted, percent};
use crate::kernel::instant::Instant;

/// The hour from which it is night, in Shanghai.
pub const NIGHT_FROM_HOUR: i64 = 20;
/// The hour until which it is night.
pub const NIGHT_UNTIL_HOUR: i64 = 6;
/// Decisions below which no pair is said to have most of them.
const DECISIONS_MIN: usize = 10;

const HOUR_MS: i64 = 3_600_000;

/// The hour of the day in Shanghai.
fn hour(at: Instant) -> i64 {
    (at.get() - Instant::start_of(at.day()).get()) / HOUR_MS
}

/// Approvals on days of rest and at night, a group for each decision.
pub fn off_hours(book: &Book) -> Vec<Group> {
    let parts = parted(book, |grant| Some(grant.decision));
    let found = parts.into_iter().filter_map(|(decision, members)| {
        let at = *book.decided_at.get(&decision)?;
        let is_night = !(NIGHT_UNTIL_HOUR..NIGHT_FROM_HOUR).contains(&hour(at));
        let code = match (is_night, !book.calendar.is_working(at.day())) {
            (false, false) => return None,
            (true, false) => "night",
            (false, true) => "rest",
            (true, true) => "night_and_rest",
        };
        let by = members.first().and_then(|first| book.grants.get(*first)).map_or(0, |grant| grant.approved_by);
        let when = at.print().get(..16).unwrap_or_default().replacen('T', " ", 1);
        Some(group(members, Why::new(code).with("when", when).with("who", name(book, by))))
    });
    found.collect()
}

fn name(book: &Book, person: usize) -> &str {
    book.people.get(person).map_or("", String::as_str)
}

/// Pairs of people of whom each approved what the other one prepared.
pub fn mutual_pair(book: &Book) -> Vec<Group> {
    let pair = |grant: &Grant| {
        let (one, other) = (grant.prepared_by, grant.approved_by);
        (one != other).then_some((one.min(other), one.max(other)))
    };
    let found = parted(book, pair).into_iter().filter_map(|((one, other), members)| {
        let prepared = |by: usize| {
            members.iter().filter_map(|member| book.grants.get(*member)).filter(|grant| grant.prepared_by == by).count()
        };
        let (of_one, of_other) = (prepared(one), prepared(other));
        let why = Why::new("mutual_pair")
            .with("one", name(book, one))
            .with("other", name(book, other))
            .with("of_one", of_one)
            .with("of_other", of_other);
        (of_one > 0 && of_other > 0).then(|| group(members, why))
    });
    found.collect()
}

/// The pair of preparer and approver with more than so many percent of the decisions; one that approved many grants is one.
pub fn dominant_pair(book: &Book, percent_above: i64) -> Vec<Group> {
    let parts = parted(book, |grant| Some((grant.prepared_by, grant.approved_by)));
    let decisions = |members: &[usize]| distinct(book, members, |grant| grant.decision).len();
    // One decision may cover grants of several preparers: it counts once for each.
    let all: usize = parts.values().map(|members| decisions(members)).sum();
    if all < DECISIONS_MIN {
        return Vec::new();
    }
    let found = parts.into_iter().filter_map(|((prepared_by, approved_by), members)| {
        let n = decisions(&members);
        let is_most = i128::try_from(n * 100).ok()? > i128::from(percent_above) * i128::try_from(all).ok()?;
        let why = Why::new("dominant_pair")
            .with("prepared_by", name(book, prepared_by))
            .with("approved_by", name(book, approved_by))
            .with("n", n)
            .with("all", all)
            .with("share", percent(n, all));
        is_most.then(|| group(members, why))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{book, grant, ids};
    use super::super::{Kind, Lines, find};
    use super::*;
    use crate::kernel::dates::Day;

    fn decided(on: &str, ms: i64) -> Vec<&'static str> {
        let mut book = book(vec![grant(1, 7, 1, 100)]);
        book.decided_at.insert(1, Instant::start_of(Day::parse(on).unwrap()).plus_ms(ms));
        find(Kind::OffHours, &book, &Lines::default()).iter().map(|group| group.why.code).collect()
    }

    #[test]
    fn night_begins_at_eight_and_ends_at_six_in_shanghai() {
        assert!(decided("2020-03-04", 20 * HOUR_MS - 1).is_empty());
        assert_eq!(decided("2020-03-04", 20 * HOUR_MS), ["night"]);
        assert_eq!(decided("2020-03-04", 6 * HOUR_MS - 1), ["night"]);
        assert!(decided("2020-03-04", 6 * HOUR_MS).is_empty());
    }

    #[test]
    fn days_of_rest_are_those_of_the_calendar() {
        assert_eq!(decided("2020-03-07", 10 * HOUR_MS), ["rest"], "a Saturday");
        assert_eq!(decided("2020-03-07", 23 * HOUR_MS), ["night_and_rest"]);
        assert_eq!(decided("2020-04-06", 10 * HOUR_MS), ["rest"], "a feast on a Monday");
        assert!(decided("2020-01-19", 10 * HOUR_MS).is_empty(), "a Sunday that is made up for");
    }

    #[test]
    fn a_pair_is_mutual_only_both_ways() {
        let by = |id: i64, prepared_by: usize, approved_by: usize| Grant {
            prepared_by,
            approved_by,
            ..grant(id, 7, 1, 100)
        };
        assert_eq!(ids(Kind::MutualPair, &book(vec![by(1, 0, 1), by(2, 1, 0), by(3, 0, 2)])), [[1, 2]]);
        assert!(ids(Kind::MutualPair, &book(vec![by(1, 0, 1), by(2, 0, 1), by(3, 2, 0)])).is_empty());
        let ten = |own: i64| {
            let all = (1..=own).map(|id| by(id, 0, 1)).chain((own + 1..=10).map(|id| by(id, 2, 1)));
            ids(Kind::DominantPair, &book(all.collect()))
        };
        assert_eq!(ten(6).len(), 1);
        assert!(ten(5).is_empty(), "half is not most");
        let few = (1..=9).map(|id| by(id, 0, 1)).collect();
        assert!(ids(Kind::DominantPair, &book(few)).is_empty());
        let one = (1..=20).map(|id| Grant { decision: 1, ..by(id, 0, 1) }).collect();
        assert!(ids(Kind::DominantPair, &book(one)).is_empty(), "one decision over twenty grants is one");
    }
}
