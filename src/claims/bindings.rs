//! What a person binds a figure to must be something that the book has.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::{Binding, Names};
use crate::kernel::codes::{Industry, Instrument, Kind, Size};
use crate::kernel::{Refusal, Result};

/// Refuses every name that is none, at the field in which it stands.
///
/// # Errors
/// `binding_policy_unknown`, `binding_subdistrict_unknown`, `binding_industry_unknown`, `binding_kind_unknown`,
/// `binding_size_unknown`, `binding_instrument_unknown` (`found`, `n`: which figure).
pub fn check(bindings: &BTreeMap<usize, Binding>, names: &Names) -> Result<()> {
    let mut refused: Vec<Refusal> = Vec::new();
    for (place, binding) in bindings {
        let scope = &binding.scope;
        let is_policy = |name: &String| names.policies.iter().any(|policy| policy.code == *name);
        let mut hold =
            |field: &'static str, code: &'static str, found: &BTreeSet<String>, is_known: &dyn Fn(&String) -> bool| {
                let wrong = found.iter().find(|name| !is_known(name));
                refused.extend(wrong.map(|name| Refusal::new(code).at(field).with("found", name).with("n", place + 1)));
            };
        hold("policies", "binding_policy_unknown", &scope.policies, &is_policy);
        hold("subdistricts", "binding_subdistrict_unknown", &scope.subdistricts, &|name| {
            names.subdistricts.contains(name)
        });
        hold("industries", "binding_industry_unknown", &scope.industries, &|name| Industry::from_code(name).is_some());
        hold("kinds", "binding_kind_unknown", &scope.kinds, &|name| Kind::from_code(name).is_some());
        hold("sizes", "binding_size_unknown", &scope.sizes, &|name| Size::from_code(name).is_some());
        hold("instruments", "binding_instrument_unknown", &scope.instruments, &|name| {
            Instrument::from_code(name).is_some()
        });
    }
    if refused.is_empty() { Ok(()) } else { Err(refused.into()) }
}
