//! Codes that are no literal of a refusal (the shared test of the catalogue finds those): they have a sentence too.

use std::collections::BTreeSet;

fn keys(language: &str) -> BTreeSet<String> {
    let path = format!("{}/src/web/i18n/{language}/reading.toml", env!("CARGO_MANIFEST_DIR"));
    let table: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    table.keys().cloned().collect()
}

/// The product's source, without its tests.
fn sources() -> String {
    let folder = format!("{}/src/imports/reading", env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            sources.push_str(std::fs::read_to_string(path).unwrap().split("#[cfg(test)]").next().unwrap());
        }
    }
    sources
}

#[test]
fn both_languages_have_the_same_sentences() {
    assert_eq!(keys("zh"), keys("en"));
}

#[test]
fn every_notice_has_its_sentence() {
    let (known, sources) = (keys("zh"), sources());
    let literal = sources.split("Notice::new(").filter_map(|rest| rest.strip_prefix('"')?.split('"').next());
    let chosen = [
        "sheet_hidden",
        "sheet_ignored",
        "signature_skipped",
        "header_repeated",
        "total_checked",
        "total_without_amount",
    ];
    for code in literal.chain(chosen) {
        assert!(known.contains(&format!("notice.{code}")), "{code}");
        assert!(sources.contains(&format!("\"{code}\"")), "{code} is told by nobody");
    }
}

#[test]
fn every_refusal_named_by_a_table_has_its_sentence() {
    let known = keys("zh");
    for code in [
        "kind_unknown",
        "size_unknown",
        "instrument_unknown",
        "payee_relation_unknown",
        "industry_unknown",
        "code_repeated",
        "reference_repeated",
        "window_reversed",
        "period_reversed",
    ] {
        assert!(known.contains(&format!("refusal.{code}")), "{code}");
    }
}
