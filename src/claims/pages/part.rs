//! A long text has thousands of figures; a page shows some of them, and a file holds all.

use std::ops::Range;

use rocket::http::ContentType;

use super::check::Part;
use crate::claims::{Checked, Told};
use crate::kernel::Result;
use crate::web::{Download, Frame};

/// Figures of a page.
pub(super) const EACH: usize = 200;

/// The figures of a page that begins at or before a place.
pub(super) fn part(first: usize, all: usize) -> Range<usize> {
    let first = if first < all { first / EACH * EACH } else { 0 };
    first..all.min(first + EACH)
}

/// The figures of a page, each with its place in the text.
pub(super) fn figures(checked: &Checked, part: &Range<usize>) -> Vec<(usize, Told)> {
    checked
        .claims
        .iter()
        .enumerate()
        .skip(part.start)
        .take(part.len())
        .map(|(place, told)| (place, told.clone()))
        .collect()
}

/// Where the figures before and behind those of a page begin.
pub(super) fn beside(part: &Range<usize>, all: usize) -> (Option<usize>, Option<usize>) {
    let before = (part.start > 0).then(|| part.start.saturating_sub(EACH));
    (before, (part.end < all).then_some(part.end))
}

/// Which figures a page shows, in words.
pub(super) fn told(frame: &Frame, part: &Range<usize>, all: usize) -> String {
    let place = |place: usize| frame.t.count(i64::try_from(place).unwrap_or(i64::MAX));
    let words = frame.t.f("claims.page.part").with("first", place(part.start + 1)).with("last", place(part.end));
    words.with("all", place(all)).to_string()
}

/// The text cut at the figures of a page; the others are words as all others.
pub(super) fn parts(text: &str, claims: &[Told], shown: &Range<usize>) -> Vec<Part> {
    let chars: Vec<char> = text.chars().collect();
    let cut = |from: usize, to: usize| chars.get(from..to).unwrap_or_default().iter().collect::<String>();
    let mut parts = Vec::with_capacity(shown.len() * 2 + 1);
    let mut at = 0;
    for (place, told) in claims.iter().enumerate().skip(shown.start).take(shown.len()) {
        parts.push(Part { text: cut(at, told.start), figure: None });
        parts.push(Part { text: cut(told.start, told.end), figure: Some((place, told.verdict)) });
        at = told.end;
    }
    parts.push(Part { text: cut(at, chars.len()), figure: None });
    parts
}

/// All figures as a file.
pub(super) fn file(checked: &Checked) -> Result<Download> {
    let name = format!("{}-claim-{}-{}.csv", checked.book, checked.as_of, checked.at);
    Ok(Download { name, kind: ContentType::CSV, bytes: format!("\u{feff}{}", checked.render_csv()?).into_bytes() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_on_one_page() {
        assert_eq!(part(0, 0), 0..0);
        assert_eq!(part(0, 10), 0..10);
        assert_eq!(part(450, 1000), 400..600);
        assert_eq!(part(9_999, 1000), 0..200);
        assert_eq!(part(1000, 1001), 1000..1001);
        assert_eq!(beside(&part(0, 1000), 1000), (None, Some(200)));
        assert_eq!(beside(&part(400, 1000), 1000), (Some(200), Some(600)));
        assert_eq!(beside(&part(800, 1000), 1000), (Some(600), None));
    }
}
