//! From when until when somebody stood above zero, and from which position until which that was known.

use std::collections::BTreeMap;

use crate::kernel::dates::Day;

/// The days from `from` up to, not including, `to`; without an end if that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First day.
    pub from: Day,
    /// First day after it.
    pub to: Option<Day>,
}

impl Span {
    /// Whether the day lies in it.
    pub fn has(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }
}

/// The days on which the running sum is above zero, as spans that neither touch nor overlap.
pub fn spans(days: &BTreeMap<Day, i128>) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    let mut sum = 0;
    for (day, net) in days {
        let was_above = sum > 0;
        sum += net;
        match (was_above, sum > 0) {
            (false, true) => found.push(Span { from: *day, to: None }),
            (true, false) => {
                if let Some(last) = found.last_mut() {
                    last.to = Some(*day);
                }
            }
            _ => {}
        }
    }
    found
}

/// The days that lie in any of these spans, as spans that neither touch nor overlap.
pub fn union(parts: impl IntoIterator<Item = Span>) -> Vec<Span> {
    let mut parts: Vec<Span> = parts.into_iter().collect();
    parts.sort_unstable();
    let mut found: Vec<Span> = Vec::with_capacity(parts.len());
    for part in parts {
        match found.last_mut() {
            Some(last) if last.to.is_none_or(|to| part.from <= to) => {
                last.to = match (last.to, part.to) {
                    (Some(one), Some(other)) => Some(one.max(other)),
                    _ => None,
                };
            }
            _ => found.push(part),
        }
    }
    found
}

/// Something that was known from a position until another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Known<C> {
    /// Position since which it is known.
    pub opened_at: i64,
    /// Position since which it is known no more.
    pub closed_at: Option<i64>,
    /// What is known.
    pub content: C,
}

/// Brings rows to what is known at `position`: `now` and nothing else. What stays known keeps its row; learning twice at
/// one position leaves what learning only the second thing would have left, so an event may be taken in pieces.
pub fn learn<C: Clone + Eq>(rows: &mut Vec<Known<C>>, position: i64, now: &[C]) {
    rows.retain(|row| row.opened_at != position);
    for row in rows.iter_mut().filter(|row| row.closed_at.is_none_or(|closed_at| closed_at == position)) {
        row.closed_at = if now.contains(&row.content) { None } else { Some(position) };
    }
    for content in now {
        if !rows.iter().any(|row| row.closed_at.is_none() && row.content == *content) {
            rows.push(Known { opened_at: position, closed_at: None, content: content.clone() });
        }
    }
}
