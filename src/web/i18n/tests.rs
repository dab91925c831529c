//! Holds the catalogue to its promises: same keys, same places, nothing named that is missing, nothing kept that is not named.
#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::*;

/// Stems that are completed while running: a code stands behind the dot.
const COMPLETED_STEMS: &[&str] = &["refusal.", "notice.", "frame.error.", "frame.read_only."];

fn catalogue(pick: fn(&Source) -> &'static str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for source in SOURCES {
        let texts: BTreeMap<String, String> =
            toml::from_str(pick(source)).unwrap_or_else(|error| panic!("{}.toml: {error}", source.0));
        for (key, text) in texts {
            assert!(
                all.insert(key.clone(), text).is_none(),
                "{key} stands in two files, one of them {}.toml",
                source.0
            );
        }
    }
    all
}

fn places(text: &str) -> BTreeSet<String> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}

/// English alone tells one from many; `KEY.one` is its own.
fn without_singulars(texts: &BTreeMap<String, String>) -> BTreeSet<&String> {
    texts.keys().filter(|key| !key.ends_with(".one")).collect()
}

#[test]
fn both_languages_have_the_same_keys_and_places() {
    let (zh, en) = (catalogue(|source| source.1), catalogue(|source| source.2));
    let (zh_keys, en_keys) = (without_singulars(&zh), without_singulars(&en));
    assert_eq!(zh_keys.difference(&en_keys).collect::<Vec<_>>(), Vec::<&&String>::new(), "only in zh");
    assert_eq!(en_keys.difference(&zh_keys).collect::<Vec<_>>(), Vec::<&&String>::new(), "only in en");
    for (key, text) in &zh {
        assert_eq!(places(text), places(&en[key]), "places of {key}");
        assert!(!text.trim().is_empty() || key == "frame.form.between", "{key} is empty");
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "html") {
            found.push(path);
        }
    }
}

/// Every string in quotation marks that looks like a key of a known feature.
fn named_keys() -> BTreeMap<String, PathBuf> {
    let features: BTreeSet<String> =
        catalogue(|source| source.1).keys().filter_map(|key| key.split('.').next()).map(ToOwned::to_owned).collect();
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut named = BTreeMap::new();
    for file in files.into_iter().filter(|file| !file.ends_with("i18n/tests.rs")) {
        for literal in fs::read_to_string(&file).unwrap().split('"') {
            let is_key = literal.split_once('.').is_some_and(|(feature, rest)| {
                features.contains(feature)
                    && !rest.is_empty()
                    && rest.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.'))
            });
            // "frame.toml" is a file, "frame.error.busy" a stem.
            let is_other = literal.ends_with(".toml") || COMPLETED_STEMS.iter().any(|stem| literal.starts_with(stem));
            if is_key && !is_other {
                named.insert(literal.to_owned(), file.clone());
            }
        }
    }
    named
}

#[test]
fn every_key_that_is_named_exists() {
    let missing: Vec<_> = named_keys().into_iter().filter(|(key, _)| !has(key)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_key_that_exists_is_named() {
    let named = named_keys();
    let unused: Vec<_> = catalogue(|source| source.1)
        .into_keys()
        .filter(|key| !named.contains_key(key) && !COMPLETED_STEMS.iter().any(|stem| key.starts_with(stem)))
        .collect();
    assert!(unused.is_empty(), "{unused:#?}");
}

/// A refusal code in the sources is what stands in `Refusal::new("…")`.
#[test]
fn every_refusal_has_a_sentence_and_every_sentence_a_refusal() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut codes = BTreeSet::new();
    for file in files.into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "rs")) {
        let text = fs::read_to_string(&file).unwrap();
        let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for rest in product.split("Refusal::new(").skip(1) {
            if let Some(code) = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                codes.insert(code.to_owned());
            }
        }
    }
    let missing: Vec<_> = codes.iter().filter(|code| !has(&format!("refusal.{code}"))).collect();
    assert!(missing.is_empty(), "refusals without a sentence: {missing:#?}");
}

#[test]
fn places_are_filled_once_and_a_missing_key_shows_itself() {
    let filled = put("{n} 笔，合计 {sum} {x", [("n", "{sum}"), ("sum", "1.00")].into_iter());
    assert_eq!(filled, "{sum} 笔，合计 1.00 {x");
    assert_eq!(text(Lang::Zh, "nowhere.to_be_found"), "[nowhere.to_be_found]");
    assert_eq!(T(Lang::En).n("frame.form.wrong", 1).to_string(), text(Lang::En, "frame.form.wrong.one"));
    assert_eq!(
        T(Lang::Zh).n("frame.form.wrong", 1_000).to_string(),
        fill(Lang::Zh, "frame.form.wrong", &[("n", "1,000")])
    );
}
