//! What an address asks: two clocks, and where the questions draw their lines.

use crate::anomalies::rules::Lines;
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::web::{Fields, Frame};

/// Two clocks and the lines.
pub(super) struct Asked {
    pub(super) as_of: Day,
    pub(super) at: Option<i64>,
    pub(super) lines: Lines,
}

/// A percentage from 1 to 99.
fn percent(typed: &str) -> Result<i64, Refusal> {
    let number = typed.trim_end_matches(['%', '％']).trim().parse::<i64>().ok();
    number.filter(|number| (1..=99).contains(number)).ok_or_else(|| Refusal::new("anomaly_percent"))
}

/// A number of grants, at least two.
fn grants(typed: &str) -> Result<usize, Refusal> {
    typed.parse::<usize>().ok().filter(|number| *number >= 2).ok_or_else(|| Refusal::new("anomaly_grants"))
}

/// Reads the form; without a day it is of today, without a position of the head. None if something is wrong with it.
pub(super) fn read(form: &mut Fields, today: Day) -> Option<Asked> {
    let as_of = form.read_optional("as_of", Day::parse_lenient);
    let at = form.read_optional("at", |typed| {
        typed.replace(',', "").parse::<i64>().map_err(|_| Refusal::new("position_number"))
    });
    let standard = Lines::default();
    let cap_percent = form.read_optional("cap_percent", percent);
    let pair_percent = form.read_optional("pair_percent", percent);
    let round_grants = form.read_optional("round_grants", grants);
    let lines = Lines {
        cap_percent: cap_percent?.unwrap_or(standard.cap_percent),
        pair_percent: pair_percent?.unwrap_or(standard.pair_percent),
        round_grants: round_grants?.unwrap_or(standard.round_grants),
    };
    Some(Asked { as_of: as_of?.unwrap_or(today), at: at?, lines })
}

/// What was typed, as an address goes on with it: begins with `?`, may be followed by `&`.
pub(super) fn carried(form: &Fields) -> String {
    let mut address = "?asked=1".to_owned();
    for name in ["as_of", "at", "cap_percent", "pair_percent", "round_grants"] {
        if let Some(value) = form.filled(name) {
            address += &format!("&{name}={}", rocket::http::RawStr::new(value).percent_encode());
        }
    }
    address
}

/// The form with the lines that are drawn where nothing was typed.
pub(super) fn filled(mut form: Fields, frame: &Frame, lines: &Lines) -> Fields {
    let drawn = [
        ("cap_percent", lines.cap_percent.to_string()),
        ("pair_percent", lines.pair_percent.to_string()),
        ("round_grants", lines.round_grants.to_string()),
        ("as_of", frame.clocks.as_of.map(|day| day.to_string()).unwrap_or_default()),
        ("at", frame.clocks.at.map(|at| at.to_string()).unwrap_or_default()),
    ];
    for (name, value) in drawn {
        if form.filled(name).is_none() {
            form.set_all(name, Some(value).filter(|value| !value.is_empty()));
        }
    }
    form
}
