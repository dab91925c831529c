//! A refusal is a value: a code of the catalogue, the field it belongs to and the facts to put into the sentence.
//!
//! The sentences live in `web/i18n/{zh,en}/refusal.toml` under `refusal.CODE`; a test holds that every code
//! has one in both languages.

use std::fmt;

/// Why something was not done, for a person to read and mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Catalogue code, e.g. `amount_decimals`.
    pub code: &'static str,
    /// The form field or file column the refusal belongs to, if it belongs to one.
    pub field: Option<&'static str>,
    /// Named facts that the sentence mentions.
    pub facts: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A refusal with nothing but its code.
    pub const fn new(code: &'static str) -> Self {
        Self { code, field: None, facts: Vec::new() }
    }

    /// Names the field or column that is wrong.
    #[must_use]
    pub const fn at(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// Adds a fact that the sentence mentions as `{name}`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)?;
        if let Some(field) = self.field {
            write!(f, " at {field}")?;
        }
        for (name, value) in &self.facts {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}
