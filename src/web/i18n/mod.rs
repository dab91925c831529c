//! The message catalogue: every string of the screens, in Chinese first and English second.
//!
//! One flat TOML file per feature and language, `"feature.key" = "text with {name} places"`. A feature adds its file to
//! both folders and its name to the list below; `tests.rs` holds that both languages have the same keys and places, that
//! every key named in a source or template exists, and that every key that exists is named.

mod t;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::kernel::Refusal;

pub use t::{Phrase, T};

/// A language of the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Chinese, simplified: the official language of the book.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Reads `zh` or `en`.
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// `zh` or `en`: cookies, file names, `--lang`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The value of the `lang` attribute of a page.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language that a switch leads to.
    pub const fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }
}

/// One file of the catalogue: its name, then its text in Chinese and in English.
type Source = (&'static str, &'static str, &'static str);

macro_rules! catalogue {
    ($($name:literal),* $(,)?) => {
        /// The files of the catalogue, a line per feature.
        const SOURCES: &[Source] = &[
            $(($name, include_str!(concat!("zh/", $name, ".toml")), include_str!(concat!("en/", $name, ".toml")))),*
        ];
    };
}

catalogue! {
    "cli",
    "frame",
    "funds",
    "journal",
    "kernel",
    "proof",
    "refusal",
    "reading",
    "sheets",
    "people",
    "settings",
    "policies",
    "recipients",
    "grants",
    "holds",
    "imports",
    "vouchers",
    "bank_files",
    "bank_profiles",
    "payments",
    "proofs",
    "payment_pages",
    "instalments",
    "recoveries",
    "corrections",
        "documents",
    "reconciliation",
    "calendar",
    "audit",
    "kinds",
    "claims",
    "samples",
    "anomalies",
    "comparing",
    "closing",
    "reports",
    "exports",
    "package",
    "overview",
}

type Texts = HashMap<String, String>;

static ZH: LazyLock<Texts> = LazyLock::new(|| read_all(|source| source.1));
static EN: LazyLock<Texts> = LazyLock::new(|| read_all(|source| source.2));

fn read_all(pick: fn(&Source) -> &'static str) -> Texts {
    SOURCES.iter().flat_map(|source| read(source.0, pick(source))).collect()
}

/// A file that cannot be read gives no texts; `tests.rs` fails on it long before anybody could see it.
fn read(name: &str, text: &str) -> Texts {
    toml::from_str(text).unwrap_or_else(|error| {
        tracing::error!(name, %error, "catalogue file not readable");
        Texts::new()
    })
}

fn find(lang: Lang, key: &str) -> Option<&'static str> {
    let texts: &'static Texts = match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    };
    texts.get(key).map(String::as_str)
}

/// The text of a key; a key that is missing comes back in brackets, for a page must not fail over a word.
pub fn text(lang: Lang, key: &str) -> &'static str {
    find(lang, key).unwrap_or_else(|| bracketed(key))
}

/// Whether the catalogue has this key.
pub fn has(key: &str) -> bool {
    find(Lang::Zh, key).is_some()
}

/// The text of a key with its `{name}` places filled.
pub fn fill(lang: Lang, key: &str, values: &[(&str, &str)]) -> String {
    put(text(lang, key), values.iter().copied())
}

/// The sentence of a refusal: what is wrong and what to do. Where it is about a cell that was to be written, its facts name the
/// place: `row` and `of` (what the row is about), `column_key` (the key of the column's word). A place `{state|PREFIX}` of a
/// sentence is filled with the word of the code.
pub fn sentence(lang: Lang, refusal: &Refusal) -> String {
    let template = text(lang, &format!("refusal.{}", refusal.code));
    let words = words_of_codes(lang, template, refusal);
    let said = put(template, facts(refusal).chain(words.iter().map(|(place, word)| (*place, *word))));
    let fact = |wanted: &str| facts(refusal).find(|(name, _)| *name == wanted).map(|(_, value)| value);
    let Some(column) = fact("column_key").map(|key| text(lang, key)) else { return said };
    let place = [("column", column), ("said", said.as_str())];
    match fact("row").zip(fact("of")) {
        Some((row, of)) => fill(lang, "frame.form.in_row", &[("row", row), ("of", of), place[0], place[1]]),
        None => fill(lang, "frame.form.in_column", &place),
    }
}

/// The places `{fact|PREFIX}` of a sentence and the words for them; a code without a word stands for itself.
fn words_of_codes<'r>(lang: Lang, template: &'static str, refusal: &'r Refusal) -> Vec<(&'static str, &'r str)> {
    let places = template.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(place, _)| place));
    let word = |place: &'static str| {
        let (name, prefix) = place.split_once('|')?;
        let (_, code) = facts(refusal).find(|(known, _)| *known == name)?;
        let key = format!("{prefix}{code}");
        Some((place, if has(&key) { text(lang, &key) } else { code }))
    };
    places.filter_map(word).collect()
}

fn facts(refusal: &Refusal) -> impl Iterator<Item = (&str, &str)> + Clone {
    refusal.facts.iter().map(|(name, value)| (*name, value.as_str()))
}

/// Replaces each `{name}` once, left to right, so that a value that looks like a place stays what it is.
fn put<'v>(text: &str, values: impl Iterator<Item = (&'v str, &'v str)> + Clone) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        match values.clone().find(|(known, _)| *known == name) {
            Some((_, value)) => out.push_str(value),
            None => {
                out.push('{');
                out.push_str(name);
                out.push('}');
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Missing keys come from the code alone, never from input, so what is kept here is bounded by the program's text.
fn bracketed(key: &str) -> &'static str {
    static MISSING: LazyLock<Mutex<HashMap<String, &'static str>>> = LazyLock::new(Mutex::default);
    let mut missing = MISSING.lock().unwrap_or_else(PoisonError::into_inner);
    missing.entry(key.to_owned()).or_insert_with(|| {
        tracing::warn!(key, "text missing from the catalogue");
        Box::leak(format!("[{key}]").into_boxed_str())
    })
}
