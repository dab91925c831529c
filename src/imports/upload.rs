//! What a person brings, and what the program says of it: what was submitted, or everything that is wrong.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::reading::{Summary, What};
use crate::kernel::money::{Fen, Unit};
use crate::kernel::{Refusal, Result};
use crate::sheets::{self, BadCell};
use crate::web::Lang;
use crate::web::i18n::sentence;

impl What {
    /// All kinds of file.
    pub const ALL: [Self; 3] = [Self::Policies, Self::Grants, Self::History];

    /// The word of the command line, of events and tables.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Policies => "policies",
            Self::Grants => "grants",
            Self::History => "history",
        }
    }

    /// Reads the word; none for anything else.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.code() == word)
    }
}

impl Serialize for What {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for What {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::parse(&word).ok_or_else(|| serde::de::Error::custom(format!("no file is called {word}")))
    }
}

/// Reads the unit of amounts: `yuan` 元, `wan` 万元, `yi` 亿元.
///
/// # Errors
/// `unit_unknown` with `found`.
pub fn parse_unit(word: &str) -> Result<Unit> {
    match word.trim() {
        "yuan" | "元" => Ok(Unit::Yuan),
        "wan" | "万元" | "万" => Ok(Unit::Wan),
        "yi" | "亿元" | "亿" => Ok(Unit::Yi),
        found => Err(Refusal::new("unit_unknown").at("unit").with("found", found).into()),
    }
}

/// A file as it was sent.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Which file it is meant to be.
    pub what: What,
    /// Its name where it came from; only shown.
    pub file_name: String,
    /// Its bytes, which are kept.
    pub bytes: Vec<u8>,
    /// The unit that a person confirmed for amounts whose header names none.
    pub unit: Option<Unit>,
}

/// A file that went in, or, after a mere check, would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Submitted {
    /// The import; 0 after a mere check.
    pub import: i64,
    /// `submitted`, or `checked` after a mere check.
    pub state: &'static str,
    /// Rows of the file.
    pub rows: i64,
    /// Their sum; of budgets in a `policies` file.
    pub sum: Fen,
    /// Hex digest that a second person signs; empty after a mere check.
    pub digest: String,
    /// Rows with a warning.
    #[serde(skip)]
    pub warnings: i64,
    /// How the file was read; not told again when the answer of an earlier request is repeated.
    #[serde(skip)]
    pub summary: Option<Summary>,
}

/// One bad cell, row or file: `line`, `column`, `value`, `refusal`.
pub type Fault = BadCell;

/// Everything that is wrong with a file. Nothing of it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults {
    /// Every bad cell, by line; never empty.
    pub errors: Vec<Fault>,
    /// Rows of data found, good and bad.
    pub rows: u64,
}

impl Faults {
    /// Faults by line; within a line in the order in which they were found.
    pub(super) fn new(mut errors: Vec<Fault>, rows: u64) -> Self {
        errors.sort_by_key(|fault| fault.line);
        Self { errors, rows }
    }

    /// As a program reads them, with sentences in a language.
    pub fn in_language(&self, lang: Lang) -> ToldFaults<'_> {
        let told = |fault: &Fault| sentence(lang, &fault.refusal);
        let errors = self.errors.iter().map(|fault| ToldFault {
            line: fault.line,
            column: &fault.column,
            value: &fault.value,
            code: fault.refusal.code,
            message: told(fault),
        });
        ToldFaults { errors: errors.collect(), rows: self.rows }
    }
}

impl From<sheets::Faults> for Faults {
    fn from(faults: sheets::Faults) -> Self {
        Self { errors: faults.cells, rows: faults.rows_in_file }
    }
}

/// Faults with their sentences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToldFaults<'f> {
    errors: Vec<ToldFault<'f>>,
    rows: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct ToldFault<'f> {
    line: u64,
    column: &'f str,
    value: &'f str,
    code: &'static str,
    message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_submitted_prints_as_the_design_says() {
        let submitted = Submitted {
            import: 12,
            state: "submitted",
            rows: 14_426,
            sum: Fen::new(12_703_456_285),
            digest: "ab".into(),
            warnings: 3,
            summary: None,
        };
        assert_eq!(
            serde_json::to_string(&submitted).unwrap(),
            r#"{"import":12,"state":"submitted","rows":14426,"sum":"127034562.85","digest":"ab"}"#
        );
    }

    #[test]
    fn faults_print_as_the_design_says_by_line() {
        let cell = |line, value: &str| BadCell::cell(line, "amount", value, Refusal::new("amount_decimals"));
        let faults = Faults::new(vec![cell(413, "1.001"), cell(412, "12.345")], 14_426);
        let told = serde_json::to_value(faults.in_language(Lang::Zh)).unwrap();
        let message = told["errors"][0]["message"].as_str().unwrap().to_owned();
        assert!(message.contains("两位小数"), "{message}");
        let expected = format!(
            r#"{{"errors":[{{"line":412,"column":"amount","value":"12.345","code":"amount_decimals","message":"{message}"}}"#
        );
        assert!(serde_json::to_string(&faults.in_language(Lang::Zh)).unwrap().starts_with(&expected));
        assert_eq!(told["rows"], 14_426);
    }

    #[test]
    fn units_and_kinds_of_file_are_read() {
        assert_eq!(parse_unit("wan").unwrap(), Unit::Wan);
        assert_eq!(parse_unit("元").unwrap(), Unit::Yuan);
        assert_eq!(parse_unit("千元").unwrap_err().refusals()[0].code, "unit_unknown");
        assert_eq!(What::parse("history"), Some(What::History));
        assert_eq!(What::parse("History"), None);
        assert_eq!(serde_json::from_str::<What>("\"grants\"").unwrap(), What::Grants);
    }
}
