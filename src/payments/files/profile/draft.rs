//! A profile as a form or a TOML text holds it, before it is checked.

use serde::{Deserialize, Serialize};

use crate::kernel::Refusal;
use crate::kernel::text::fold;

/// What a form or a TOML text holds. Empty words mean the first of their choice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Draft {
    /// Lower-case letters, digits and hyphens.
    pub name: String,
    /// `out` or `in`.
    pub direction: String,
    /// `delimited`, `fixed`, `xlsx`, `pain001`, `pain002`, `camt053`, `camt054`.
    pub format: String,
    /// `utf-8`, `utf-8-bom`, `gb18030`, `gbk`.
    pub encoding: String,
    /// `,` `;` `|` or `tab`.
    pub delimiter: String,
    /// Quotation marks hold cells together, after RFC 4180.
    pub quoting: bool,
    /// `crlf` or `lf`.
    pub line_end: String,
    /// The names of the columns stand above the rows.
    pub header_line: bool,
    /// Lines above the rows, with places like `{count}`.
    pub first_lines: Vec<String>,
    /// Lines below the rows.
    pub last_lines: Vec<String>,
    /// `yuan` or `fen`.
    pub amount_unit: String,
    /// `YYYY-MM-DD`, `YYYYMMDD`, `YYYY/MM/DD`.
    pub date_format: String,
    /// The purpose of a payment, with the places `{policy}`, `{reference}`, `{batch}`.
    pub purpose: String,
    /// The ending of the file's name.
    pub extension: String,
    /// Most payments of one file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_max: Option<u64>,
    /// The title in both languages.
    pub title: Title,
    /// The bank's words for what became of a payment.
    pub status: StatusWords,
    /// The bank's words for the lines of a statement.
    pub kinds: KindWords,
    /// The columns in their order.
    pub columns: Vec<ColumnDraft>,
}

/// A title in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Title {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// The words by which a bank says what became of a payment. Any other word is an unknown status.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StatusWords {
    /// 成功
    pub paid: Vec<String>,
    /// 失败
    pub refused: Vec<String>,
    /// 退汇
    pub returned: Vec<String>,
}

/// The words in a statement's summary that tell what a line is; without one a debit is a payment, a credit a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KindWords {
    /// 退汇
    pub returned: Vec<String>,
    /// 手续费
    pub fee: Vec<String>,
    /// 利息
    pub interest: Vec<String>,
    /// Between accounts of one's own.
    pub own_transfer: Vec<String>,
}

/// A column before it is checked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnDraft {
    /// The word of a [`super::Field`].
    pub field: String,
    /// What stands above the column.
    pub header: String,
    /// What else may stand above it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// Bytes of a cell, in the format `fixed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u64>,
    /// What every cell holds, for the field `constant`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// A file that comes in may lack the column.
    #[serde(skip_serializing_if = "is_false")]
    pub optional: bool,
    /// No cell may be blank in a file that comes in.
    #[serde(skip_serializing_if = "is_false")]
    pub required: bool,
}

fn folded(words: &[String]) -> Vec<String> {
    words.iter().map(|word| fold(word)).filter(|word| !word.is_empty()).collect()
}

impl StatusWords {
    /// The words as they are compared.
    pub(super) fn folded(&self) -> Self {
        Self { paid: folded(&self.paid), refused: folded(&self.refused), returned: folded(&self.returned) }
    }
}

impl KindWords {
    /// The words as they are compared.
    pub(super) fn folded(&self) -> Self {
        Self {
            returned: folded(&self.returned),
            fee: folded(&self.fee),
            interest: folded(&self.interest),
            own_transfer: folded(&self.own_transfer),
        }
    }
}

const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Draft {
    /// Reads the TOML text. Refusal: `profile_toml` (`line`, `reason`).
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            Refusal::new("profile_toml").with("line", line).with("reason", error.message())
        })
    }

    /// The TOML text.
    pub fn toml(&self) -> String {
        // strings, flags and numbers in tables of fixed names: there is nothing that TOML could not hold
        toml::to_string(self).unwrap_or_default()
    }
}
