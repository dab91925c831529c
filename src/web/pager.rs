//! The way from a page of a list to the pages around it. Every address says all of the place, so that it can be shared,
//! and the browser's back button keeps it.

use rocket::http::RawStr;

use crate::kernel::keyset::Cut;

/// The addresses around a page of a list, for the macro `ui::pager` of `web/_ui.html`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pager {
    /// The beginning of the list, unless this is it.
    pub first: Option<String>,
    /// The page before.
    pub previous: Option<String>,
    /// The page behind.
    pub next: Option<String>,
    /// What stands on this one, in words; may be empty.
    pub note: String,
}

impl Pager {
    /// The pages around `cut` of the list at `path`, which asks `asked` (`a=1&b=2`, may be empty). `name` is how a row is
    /// named in an address.
    pub fn new<R>(path: &str, asked: &str, cut: &Cut<R>, name: impl Fn(&R) -> String) -> Self {
        let list = if asked.is_empty() { path.to_owned() } else { format!("{path}?{asked}") };
        let begun = if asked.is_empty() { format!("{path}?") } else { format!("{path}?{asked}&") };
        let beside = |side: &str, row: &R| format!("{begun}{side}={}", RawStr::new(&name(row)).percent_encode());
        Self {
            first: cut.has_previous.then_some(list),
            previous: cut.rows.first().filter(|_| cut.has_previous).map(|row| beside("before", row)),
            next: cut.rows.last().filter(|_| cut.has_next).map(|row| beside("after", row)),
            note: String::new(),
        }
    }

    /// Says what stands on this page.
    #[must_use]
    pub fn noting(mut self, note: impl ToString) -> Self {
        self.note = note.to_string();
        self
    }

    /// Whether there is any other page.
    pub const fn is_needed(&self) -> bool {
        self.previous.is_some() || self.next.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_the_rows_at_both_ends() {
        let cut = Cut { rows: vec!["a b", "c"], has_previous: true, has_next: true };
        let pager = Pager::new("/grants", "state=paid", &cut, |row| (*row).to_owned());
        assert_eq!(pager.first.as_deref(), Some("/grants?state=paid"));
        assert_eq!(pager.previous.as_deref(), Some("/grants?state=paid&before=a%20b"));
        assert_eq!(pager.next.as_deref(), Some("/grants?state=paid&after=c"));
        let only = Cut { rows: vec!["a"], has_previous: false, has_next: false };
        assert!(!Pager::new("/grants", "", &only, |row| (*row).to_owned()).is_needed());
    }
}
