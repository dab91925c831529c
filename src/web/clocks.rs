//! The two clocks of a page: the effective day up to which it counts, and the position in the book at which it reads.
//!
//! They stand in the address (`as_of`, `at`), so that a page can be shared and found again. Once one of them points to the
//! past, the links of the frame carry it on until it is left on purpose.

use rocket::request::Request;

use crate::kernel::dates::Day;

/// Which moment a page shows. Both absent: now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clocks {
    /// Amounts count up to and including this effective day.
    pub as_of: Option<Day>,
    /// What the book held at this position.
    pub at: Option<i64>,
}

impl Clocks {
    /// Reads `as_of` and `at` of an address; what cannot be read counts as absent (a report page refuses it at its field).
    pub fn of(request: &Request<'_>) -> Self {
        let value = |name| request.query_value::<String>(name).and_then(Result::ok).unwrap_or_default();
        Self {
            as_of: Day::parse_lenient(&value("as_of")).ok(),
            at: value("at").trim().parse().ok().filter(|at| *at > 0),
        }
    }

    /// Without a position that the book has not reached.
    #[must_use]
    pub fn within(self, head: Option<i64>) -> Self {
        Self { at: self.at.filter(|at| head.is_none_or(|head| *at <= head)), ..self }
    }

    /// Whether the past is asked for.
    pub const fn past(&self) -> bool {
        self.as_of.is_some() || self.at.is_some()
    }

    /// What an address asks, with the clocks added; without a question mark.
    pub fn asked(&self, asked: &str) -> String {
        let own = self.carry("");
        let parts = [asked, own.trim_start_matches('?')];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&")
    }

    /// A path of this program with the clocks added.
    pub fn carry(&self, path: &str) -> String {
        let mut out = path.to_owned();
        let mut add = |name: &str, value: String| {
            out.push(if out.contains('?') { '&' } else { '?' });
            out.push_str(name);
            out.push('=');
            out.push_str(&value);
        };
        if let Some(day) = self.as_of {
            add("as_of", day.to_string());
        }
        if let Some(position) = self.at {
            add("at", position.to_string());
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_travels_with_a_link_and_now_leaves_no_trace() {
        let past = Clocks { as_of: Day::parse("2020-10-31").ok(), at: Some(24_830) };
        assert_eq!(past.carry("/grants"), "/grants?as_of=2020-10-31&at=24830");
        assert_eq!(past.carry("/grants?state=paid"), "/grants?state=paid&as_of=2020-10-31&at=24830");
        assert_eq!(Clocks::default().carry("/grants"), "/grants");
        assert_eq!(past.asked("q=a"), "q=a&as_of=2020-10-31&at=24830");
        assert_eq!((Clocks::default().asked("q=a").as_str(), Clocks::default().asked("").as_str()), ("q=a", ""));
    }
}
