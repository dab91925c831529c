//! The translator that pages and templates hold.

use std::fmt;

use super::{Lang, find, put, sentence, text};
use crate::kernel::Refusal;
use crate::web::figures::As;

/// A language, and everything that is said or printed in it. Copy it freely.
///
/// In a template: `{{ t.s("grants.list.title") }}`, `{{ t.f(KEY).with("n", rows).with("sum", t.yuan(sum)) }}`.
/// How figures, days and numbers print is in `web/figures.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct T(pub Lang);

impl T {
    /// The language.
    pub const fn lang(self) -> Lang {
        self.0
    }

    /// A text without places.
    pub fn s(self, key: &str) -> &'static str {
        text(self.0, key)
    }

    /// A text whose `{name}` places are filled by [`Phrase::with`].
    pub fn f(self, key: &str) -> Phrase {
        Phrase { text: text(self.0, key), values: Vec::new() }
    }

    /// A text about `n` things, with `{n}` filled; English takes `KEY.one` for a single one where there is one.
    pub fn n(self, key: &str, n: impl As<i64>) -> Phrase {
        let n = n.value();
        let single = (n == 1).then(|| find(self.0, &format!("{key}.one"))).flatten();
        Phrase { text: single.unwrap_or_else(|| text(self.0, key)), values: Vec::new() }.with("n", self.count(n))
    }

    /// The sentence of a refusal.
    pub fn sentence(self, refusal: &Refusal) -> String {
        sentence(self.0, refusal)
    }
}

/// A text on its way to be printed.
#[derive(Debug, Clone)]
pub struct Phrase {
    text: &'static str,
    values: Vec<(&'static str, String)>,
}

impl Phrase {
    /// Fills the places called `name`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&put(self.text, self.values.iter().map(|(name, value)| (*name, value.as_str()))))
    }
}
