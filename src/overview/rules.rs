//! When the last head that left the house is too old. Pure.

/// Milliseconds of an hour.
const HOUR_MS: i64 = 3_600_000;

/// After so many hours somebody should look why nothing was handed out.
const OLD_HOURS: i64 = 24;

/// The last checkpoint handed out, beside the book as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandedOut {
    /// Events that it covers.
    pub size: i64,
    /// Hours since.
    pub hours: i64,
    /// Events recorded since.
    pub since: i64,
}

impl HandedOut {
    /// A head of `size` events, handed out at `at_ms`, while the book has `events` of them and it is `now_ms`.
    pub fn new((size, at_ms): (i64, i64), (events, now_ms): (i64, i64)) -> Self {
        Self { size, hours: (now_ms.saturating_sub(at_ms) / HOUR_MS).max(0), since: events.saturating_sub(size).max(0) }
    }

    /// Whether nobody outside could tell what was rewritten of a day and more. Of a book to which nothing was added since, the head
    /// that was handed out covers everything, however old it is.
    pub const fn is_old(self) -> bool {
        self.since > 0 && self.hours >= OLD_HOURS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000 * HOUR_MS;

    fn handed_out(hours: i64, since: i64) -> HandedOut {
        HandedOut::new((7, NOW - hours * HOUR_MS), (7 + since, NOW))
    }

    #[test]
    fn a_head_is_old_a_day_later_if_something_was_recorded_since() {
        assert!(handed_out(24, 1).is_old());
        assert!(handed_out(24 * 400, 12).is_old());
        assert!(!handed_out(23, 1).is_old());
        assert!(!handed_out(0, 100).is_old());
    }

    #[test]
    fn a_head_of_all_there_is_is_never_old() {
        assert!(!handed_out(24, 0).is_old());
        assert!(!handed_out(24 * 400, 0).is_old());
    }

    #[test]
    fn a_clock_that_was_put_back_and_a_book_looked_at_as_it_was_tell_no_negative_numbers() {
        assert_eq!(handed_out(-5, -3), HandedOut { size: 7, hours: 0, since: 0 });
        assert_eq!(handed_out(26, 2), HandedOut { size: 7, hours: 26, since: 2 });
    }
}
