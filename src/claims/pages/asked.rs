//! What is asked of a text, read out of a form.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::claims::{Binding, Measure, Question, Scope};
use crate::kernel::dates::Day;
use crate::kernel::{Refusal, Result};
use crate::web::Fields;

/// Most figures that a person binds by hand at once.
const BOUND_MAX: usize = 500;

/// The question of a form; nothing where a field is wrong.
pub(super) fn question(form: &mut Fields, today: Day) -> Option<Question> {
    let year = form.read_optional("year", |typed| match typed.parse::<i32>() {
        Ok(year) if (1990..=2100).contains(&year) => Ok(year),
        _ => Err(Refusal::new("year_form")),
    });
    let as_of = form.read_optional("as_of", Day::parse_lenient);
    let at = form.read_optional("at", |typed| {
        typed.replace(',', "").parse::<i64>().map_err(|_| Refusal::new("position_number"))
    });
    let bindings = match bindings(form) {
        Ok(bindings) => Some(bindings),
        Err(refusal) => {
            form.refuse(refusal);
            None
        }
    };
    Some(Question {
        text: form.as_typed("text").to_owned(),
        year: year?,
        as_of: as_of?.unwrap_or(today),
        at: at?,
        bindings: bindings?,
    })
}

/// The names of the fields by which a figure is bound.
pub(super) fn field(name: &str, place: usize) -> String {
    format!("{name}_{place}")
}

/// The parts of a binding in a form.
const PARTS: [&str; 9] =
    ["measure", "from", "until", "policies", "instruments", "subdistricts", "industries", "kinds", "sizes"];

/// The fields of what was bound by hand for figures that a page does not show.
pub(super) fn bound(form: &Fields, shown: &Range<usize>) -> Vec<(String, String)> {
    let places =
        form.values("own").filter_map(|typed| typed.parse::<usize>().ok()).filter(|place| !shown.contains(place));
    let mut fields = Vec::new();
    for place in places.take(BOUND_MAX) {
        fields.push(("own".to_owned(), place.to_string()));
        for name in PARTS.map(|part| field(part, place)) {
            if let Some(value) = form.filled(&name).map(ToOwned::to_owned) {
                fields.push((name, value));
            }
        }
    }
    fields
}

/// What a person bound by hand: the figures whose box is ticked.
fn bindings(form: &Fields) -> Result<BTreeMap<usize, Binding>, Refusal> {
    let mut bindings = BTreeMap::new();
    for place in form.values("own").filter_map(|typed| typed.parse::<usize>().ok()).take(BOUND_MAX) {
        let value = |name: &str| form.value(&field(name, place));
        let day = |name: &str| match value(name) {
            "" => Ok(None),
            typed => Day::parse_lenient(typed).map(Some),
        };
        let measure = Measure::from_code(value("measure")).ok_or_else(|| Refusal::new("measure_unknown"))?;
        let scope = Scope {
            policies: names(value("policies")),
            instruments: names(value("instruments")),
            subdistricts: names(value("subdistricts")),
            industries: names(value("industries")),
            kinds: names(value("kinds")),
            sizes: names(value("sizes")),
        };
        bindings.insert(place, Binding { measure, from: day("from")?, as_of: day("until")?, scope });
    }
    Ok(bindings)
}

/// Names between commas or blanks.
fn names(typed: &str) -> BTreeSet<String> {
    let is_between = |c: char| matches!(c, ',' | '，' | '、' | ';' | '；') || c.is_whitespace();
    typed.split(is_between).filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect()
}

/// The names as they are typed.
pub(super) fn listed(names: &BTreeSet<String>) -> String {
    names.iter().cloned().collect::<Vec<_>>().join("，")
}
