//! Holds the catalogue to its promises: same keys, same places, nothing named that is missing, nothing kept that is not named.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::*;

/// Stems that are completed while running, where the source does not say so in one literal (`"cli.import.{done}"` does).
const COMPLETED_STEMS: &[&str] = &["refusal.", "finding.", "notice.", "frame.error.", "frame.read_only."];

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
    texts.keys().filter(|key| key.strip_suffix(".one").is_none()).collect()
}

#[test]
fn every_file_of_the_folders_is_in_the_list() {
    let listed: BTreeSet<String> = SOURCES.iter().map(|source| format!("{}.toml", source.0)).collect();
    for language in ["zh", "en"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/i18n").join(language);
        let found = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert_eq!(found.collect::<BTreeSet<_>>(), listed, "{language}");
    }
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

fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "html") && !path.ends_with(file!()) {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}

/// The sources and templates of the program, without this file.
fn program() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
}

/// What the sources name: whole keys with the file that names them, and stems that a code completes.
struct Named {
    keys: BTreeMap<String, PathBuf>,
    stems: BTreeSet<String>,
}

impl Named {
    fn has(&self, key: &str) -> bool {
        self.keys.contains_key(key) || self.stems.iter().any(|stem| key.starts_with(stem.as_str()))
    }
}

/// Every string in quotation marks that looks like a key of a known feature.
fn named() -> Named {
    let features: BTreeSet<String> =
        catalogue(|source| source.1).keys().filter_map(|key| key.split('.').next()).map(ToOwned::to_owned).collect();
    let is_plain = |rest: &str| rest.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.".contains(c));
    let mut named = Named { keys: BTreeMap::new(), stems: COMPLETED_STEMS.iter().map(ToString::to_string).collect() };
    for (file, text) in program() {
        for literal in text.split('"') {
            let of_feature = literal.split_once('.').is_some_and(|(feature, _)| features.contains(feature));
            if !of_feature || literal.strip_suffix(".toml").or(literal.strip_suffix(".csv")).is_some() {
                continue;
            }
            match literal.split_once('{') {
                Some((stem, _)) if is_plain(stem) && stem.ends_with(['.', '_']) => {
                    named.stems.insert(stem.to_owned());
                }
                None if is_plain(literal) && !literal.ends_with('.') => {
                    named.keys.insert(literal.to_owned(), file.clone());
                }
                _ => {}
            }
        }
    }
    named
}

#[test]
fn every_key_that_is_named_exists() {
    let is_stem = |key: &str| COMPLETED_STEMS.iter().any(|stem| key.starts_with(stem));
    let missing: Vec<_> = named().keys.into_iter().filter(|(key, _)| !has(key) && !is_stem(key)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_key_that_exists_is_named() {
    let named = named();
    let unused: Vec<_> = catalogue(|source| source.1).into_keys().filter(|key| !named.has(key)).collect();
    assert!(unused.is_empty(), "{unused:#?}");
}

/// A refusal code in the sources is what stands in `Refusal::new("…")`; some stand in tables, so for the way back any
/// literal counts.
#[test]
fn every_refusal_has_a_sentence_and_every_sentence_a_refusal() {
    let is_code = |literal: &str| literal.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let (mut made, mut named) = (BTreeSet::new(), BTreeSet::new());
    for (_, text) in program() {
        let product = text.split("#[cfg(test)]").next().unwrap();
        let after_new = product.split("Refusal::new(").skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
        made.extend(after_new.filter_map(|rest| rest.split('"').next()).map(ToOwned::to_owned));
        named.extend(product.split('"').filter(|literal| is_code(literal)).map(ToOwned::to_owned));
    }
    let silent: Vec<_> =
        made.iter().filter(|code| is_code(code.as_str()) && !has(&format!("refusal.{code}"))).collect();
    assert!(silent.is_empty(), "refusals without a sentence: {silent:#?}");
    let sentences = catalogue(|source| source.1).into_keys();
    let idle: Vec<_> =
        sentences.filter(|key| key.strip_prefix("refusal.").is_some_and(|code| !named.contains(code))).collect();
    assert!(idle.is_empty(), "sentences without a refusal: {idle:#?}");
}

#[test]
fn a_refusal_says_words_for_codes_and_where_in_a_file_it_is() {
    let refusal = Refusal::new("batch_step").with("step", "release").with("state", "released");
    assert_eq!(sentence(Lang::Zh, &refusal), "批次现在不能这样操作。当前状态：已放行。");
    let refusal = Refusal::new("bank_character").with("character", "㛃").with("encoding", "GBK");
    let refusal = refusal.with("row", 3).with("of", "beilun-41 㛃记").with("column_key", "payments.field.account_name");
    let told = sentence(Lang::Zh, &refusal);
    assert!(told.starts_with("第 3 行（beilun-41 㛃记）的户名：“㛃”不能用 GBK 编码写出"), "{told}");
    let refusal = Refusal::new("bank_blank").with("column_key", "payments.field.payer_account");
    assert!(sentence(Lang::En, &refusal).starts_with("Paying account: "), "{}", sentence(Lang::En, &refusal));
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
