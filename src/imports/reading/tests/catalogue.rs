//! Every code that this folder and the code lists can give has a sentence in both languages.

use std::collections::BTreeSet;

fn keys(language: &str) -> BTreeSet<String> {
    let path = format!("{}/src/web/i18n/{language}/reading.toml", env!("CARGO_MANIFEST_DIR"));
    let table: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    table.keys().cloned().collect()
}

#[test]
fn both_languages_have_the_same_sentences() {
    assert_eq!(keys("zh"), keys("en"));
}

#[test]
fn every_code_has_its_sentence() {
    let known = keys("zh");
    let mut sources = String::new();
    for folder in ["src/imports/reading", "src/kernel/codes"] {
        for entry in std::fs::read_dir(format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"))).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "rs") {
                sources.push_str(std::fs::read_to_string(path).unwrap().split("#[cfg(test)]").next().unwrap());
            }
        }
    }
    for (gives, prefix) in [("Refusal::new(", "refusal"), ("Notice::new(", "notice")] {
        for (at, _) in sources.match_indices(gives) {
            let rest = &sources[at + gives.len()..];
            if let Some(code) = rest.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                assert!(known.contains(&format!("{prefix}.{code}")), "{prefix}.{code}");
            }
        }
    }
    for code in [
        "refusal.kind_unknown",
        "refusal.size_unknown",
        "refusal.instrument_unknown",
        "refusal.payee_relation_unknown",
        "refusal.industry_unknown",
        "refusal.code_repeated",
        "refusal.reference_repeated",
        "refusal.window_reversed",
        "refusal.period_reversed",
        "notice.sheet_hidden",
        "notice.sheet_ignored",
        "notice.signature_skipped",
        "notice.header_repeated",
        "notice.total_checked",
        "notice.total_without_amount",
    ] {
        assert!(known.contains(code), "{code}");
    }
}
