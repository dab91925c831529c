//! First digits as a picture that is made here: bars for what was found, a line for what was expected.

use std::fmt::Write as _;

use crate::anomalies::rules::Benford;
use crate::web::T;

const WIDTH: i128 = 900;
const HEIGHT: i128 = 260;
/// Below the bars stand the digits.
const BASE: i128 = 226;
/// Above the highest bar stands its count.
const TOP: i128 = 24;
const BAR: i128 = 56;

/// A digit with what was found and expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digit {
    pub(super) digit: usize,
    pub(super) observed: usize,
    pub(super) expected: String,
}

/// The digits for the table beside the picture.
pub(super) fn digits(benford: &Benford) -> Vec<Digit> {
    let all = benford.observed.iter().zip(benford.expected_tenths()).zip(1..);
    let digit = |((observed, tenths), digit): ((&usize, i128), usize)| Digit {
        digit,
        observed: *observed,
        expected: format!("{}.{}", tenths / 10, tenths % 10),
    };
    all.map(digit).collect()
}

/// The picture, whose words are numbers only but for its label.
pub(super) fn svg(t: T, benford: &Benford) -> String {
    let expected = benford.expected_tenths();
    let highest = benford.observed.iter().map(|n| *n as i128 * 10).chain(expected).max().unwrap_or(0).max(1);
    let height = |tenths: i128| tenths * (BASE - TOP) / highest;
    let middle = |place: i128| place * WIDTH / 9 + WIDTH / 18;
    let label = t.s("anomalies.benford.label");
    let mut out = format!(
        r#"<svg class="digits" role="img" aria-label="{label}" viewBox="0 0 {WIDTH} {HEIGHT}"><title>{label}</title>"#
    );
    let mut line = String::new();
    for (place, (observed, tenths)) in (0..).zip(benford.observed.iter().zip(expected)) {
        let (x, tall) = (middle(place), height(*observed as i128 * 10));
        let (left, top) = (x - BAR / 2, BASE - tall);
        // Writing into a text does not fail.
        let _ = write!(out, r#"<rect class="bar-part" x="{left}" y="{top}" width="{BAR}" height="{tall}"/>"#);
        let count = t.count(*observed);
        // Above the bar and the line, so that neither runs through it.
        let (above, below) = (top.min(BASE - height(tenths)) - 9, BASE + 24);
        let _ =
            write!(out, r#"<text x="{x}" y="{above}">{count}</text><text x="{x}" y="{below}">{}</text>"#, place + 1);
        let _ = write!(line, "{x},{} ", BASE - height(tenths));
    }
    let line = line.trim_end();
    let _ = write!(out, r#"<path class="base" d="M0 {BASE}H{WIDTH}"/><polyline class="expected" points="{line}"/>"#);
    for point in line.split(' ') {
        if let Some((x, y)) = point.split_once(',') {
            let _ = write!(out, r#"<circle class="expected-dot" cx="{x}" cy="{y}" r="5"/>"#);
        }
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::Lang;

    #[test]
    fn the_picture_has_a_bar_and_a_dot_for_each_digit() {
        let picture = svg(T(Lang::Zh), &Benford { observed: [301, 176, 125, 97, 79, 67, 58, 51, 46] });
        assert_eq!(picture.matches("<rect").count(), 9);
        assert_eq!(picture.matches("<circle").count(), 9);
        assert!(
            picture.contains(&format!(r#"height="{}""#, BASE - TOP)),
            "the highest bar fills the height: {picture}"
        );
        assert!(svg(T(Lang::En), &Benford::default()).contains(r#"height="0""#), "nothing has no height");
    }
}
