//! What a bank's file looks like: a profile, checked when it is loaded.

mod checks;
mod choices;
mod draft;
mod lines;
mod shipped;

pub use choices::{AmountUnit, DateFormat, Field, FileDirection, FileFormat, LineEnd};
pub use draft::{ColumnDraft, Draft, KindWords, StatusWords, Title};
pub use lines::line_of;

use super::template::{Place, Template};
use crate::kernel::Refusal;
use crate::sheets::{Delimiter, Encoding};

/// The description of a bank's file, in one direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    draft: Draft,
    /// Whether the file goes to the bank or comes from it.
    pub direction: FileDirection,
    /// What kind of file it is.
    pub format: FileFormat,
    /// How its text is encoded.
    pub encoding: Encoding,
    /// What stands between two cells of a delimited file.
    pub delimiter: Delimiter,
    /// What ends a line.
    pub line_end: LineEnd,
    /// The unit in which amounts are counted.
    pub amount_unit: AmountUnit,
    /// How days are written.
    pub date_format: DateFormat,
    /// The columns of its rows, in order; none for ISO 20022.
    pub columns: Vec<Column>,
    /// The lines above the rows, cell by cell.
    pub(super) first_lines: Vec<Vec<Template>>,
    /// The lines below the rows, cell by cell.
    pub(super) last_lines: Vec<Vec<Template>>,
    purpose: Template,
    /// The words of the bank as they are compared.
    pub(super) folded: (StatusWords, KindWords),
}

/// A column of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What its cells hold.
    pub field: Field,
    /// What stands above it.
    pub header: String,
    /// What else may stand above it in a file that comes in.
    pub also: Vec<String>,
    /// Bytes of a cell, where cells have a fixed width.
    pub width: usize,
    /// What every cell holds, for [`Field::Constant`].
    pub value: String,
    /// A file that comes in may lack the column.
    pub optional: bool,
    /// No cell may be blank in a file that comes in.
    pub required: bool,
}

impl Profile {
    /// The name by which people and the command line call it.
    pub fn name(&self) -> &str {
        &self.draft.name
    }

    /// Its title in both languages.
    pub const fn title(&self) -> &Title {
        &self.draft.title
    }

    /// What a form or a TOML text holds of it.
    pub const fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The profile as TOML, to be kept and read again by [`Profile::parse`].
    pub fn toml(&self) -> String {
        self.draft.toml()
    }

    /// The ending of the file's name, without a point.
    pub fn extension(&self) -> &str {
        &self.draft.extension
    }

    /// Most payments of one file; none for as many as there are.
    pub const fn rows_max(&self) -> Option<u64> {
        self.draft.rows_max
    }

    /// Quotation marks hold cells together, after RFC 4180.
    pub const fn quoting(&self) -> bool {
        self.draft.quoting
    }

    /// The names of the columns stand above the rows.
    pub const fn header_line(&self) -> bool {
        self.draft.header_line
    }

    /// The words by which a bank says what became of a payment.
    pub const fn status(&self) -> &StatusWords {
        &self.draft.status
    }

    /// The words by which the lines of a statement are told apart.
    pub const fn kinds(&self) -> &KindWords {
        &self.draft.kinds
    }

    /// The file is an account statement: its lines are debits and credits, not answers to payments.
    pub fn is_statement(&self) -> bool {
        let has_sides = |column: &Column| matches!(column.field, Field::Debit | Field::Side);
        matches!(self.format, FileFormat::Camt053 | FileFormat::Camt054) || self.columns.iter().any(has_sides)
    }

    /// The purpose 用途 that goes with a payment, after the profile's template.
    pub fn purpose(&self, policy: &str, reference: &str, batch: &str) -> String {
        self.purpose.fill(&|place| match place {
            Place::Policy => policy.to_owned(),
            Place::Reference => reference.to_owned(),
            Place::Batch => batch.to_owned(),
            _ => String::new(),
        })
    }

    /// Reads a profile from TOML. All that is wrong comes back, each refusal with its field.
    ///
    /// Refusals: `profile_toml` (`reason`) for what is no TOML or has an unknown key, and those of [`Profile::check`].
    pub fn parse(toml: &str) -> Result<Self, Vec<Refusal>> {
        let draft = Draft::parse(toml).map_err(|refusal| vec![refusal])?;
        Self::check(draft)
    }
}
