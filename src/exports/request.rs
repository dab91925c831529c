//! What is asked for.

use serde::Serialize;

use crate::audit::GroupBy;
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::web::Lang;

/// Which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// One row a grant.
    Grants,
    /// One row a recipient.
    Recipients,
    /// One row a transfer.
    Transfers,
    /// One row a payment.
    Payments,
    /// One row a batch: what became of its payments.
    Reconciliation,
    /// One row a difference between bank and book.
    Discrepancies,
    /// One row an entry of a voucher.
    Vouchers,
    /// 银行存款余额调节表: both balances of each account and its open items.
    BankStatement,
    /// Figures by group.
    Totals,
    /// Stages of allotments.
    TrialBalance,
    /// The entries of vouchers, with the columns of the AICPA's standard.
    GeneralLedger,
    /// What is kept as an accounting record, and for how long.
    ArchiveList,
    /// A journal for hledger.
    Hledger,
    /// Grants in the 360Giving standard.
    Giving,
    /// Every event, as the book can be rebuilt from.
    Events,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Grants,
        Self::Recipients,
        Self::Payments,
        Self::Transfers,
        Self::Totals,
        Self::TrialBalance,
        Self::Reconciliation,
        Self::Discrepancies,
        Self::Vouchers,
        Self::BankStatement,
        Self::GeneralLedger,
        Self::ArchiveList,
        Self::Hledger,
        Self::Giving,
        Self::Events,
    ];

    /// The word of command line and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Grants => "grants",
            Self::Recipients => "recipients",
            Self::Transfers => "transfers",
            Self::Payments => "payments",
            Self::Reconciliation => "reconciliation",
            Self::Discrepancies => "discrepancies",
            Self::Vouchers => "vouchers",
            Self::BankStatement => "bank-statement",
            Self::Totals => "totals",
            Self::TrialBalance => "trial-balance",
            Self::GeneralLedger => "general-ledger",
            Self::ArchiveList => "archive-list",
            Self::Hledger => "hledger",
            Self::Giving => "360giving",
            Self::Events => "events",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.code() == word)
    }

    /// Formats in which it is written, the usual one first.
    pub const fn formats(self) -> &'static [FileFormat] {
        match self {
            Self::Events => &[FileFormat::Jsonl],
            Self::Hledger => &[FileFormat::Journal],
            Self::Giving => &[FileFormat::Json, FileFormat::Csv],
            _ => &[FileFormat::Csv, FileFormat::Xlsx, FileFormat::Jsonl],
        }
    }

    /// The usual format.
    pub const fn default_format(self) -> FileFormat {
        match self {
            Self::Events => FileFormat::Jsonl,
            Self::Hledger => FileFormat::Journal,
            Self::Giving => FileFormat::Json,
            _ => FileFormat::Csv,
        }
    }
}

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileFormat {
    /// RFC 4180, CRLF.
    Csv,
    /// A workbook of text cells.
    Xlsx,
    /// One JSON object a line.
    Jsonl,
    /// One JSON document.
    Json,
    /// A journal of plain text accounting.
    Journal,
}

impl FileFormat {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Csv, Self::Xlsx, Self::Jsonl, Self::Json, Self::Journal];

    /// The ending of a file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Jsonl => "jsonl",
            Self::Json => "json",
            Self::Journal => "journal",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.extension() == word)
    }
}

/// Which grants; everything absent is everything. What the rows show is what is looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Filter {
    /// Code of the policy.
    pub policy: Option<String>,
    /// In one of these states at the position; none is all.
    pub states: Vec<String>,
    /// Sub-district.
    pub subdistrict: Option<String>,
    /// Applied on or after.
    pub from: Option<Day>,
    /// Applied on or before.
    pub to: Option<Day>,
    /// At least this much.
    pub least: Option<Fen>,
    /// At most this much.
    pub most: Option<Fen>,
    /// Part of a name, or the beginning of a number or reference.
    pub search: Option<String>,
    /// Of this recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<i64>,
    /// Of this import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import: Option<i64>,
    /// Prepared by this actor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prepared_by: Option<String>,
}

/// A file to be written.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which file.
    pub what: What,
    /// In which format.
    pub format: FileFormat,
    /// With headers in which language.
    pub lang: Lang,
    /// Amounts up to and including this effective day.
    pub as_of: Day,
    /// As known at this position; the head's if absent.
    pub at: Option<i64>,
    /// Group columns of totals.
    pub by: Vec<GroupBy>,
    /// Which grants.
    pub filter: Filter,
}

impl Request {
    /// Refuses what the file has no place for: a format, group columns, a filter.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let has_not =
            |choice: &str| Refusal::new("export_choice").with("what", self.what.code()).with("choice", choice);
        if !self.what.formats().contains(&self.format) {
            return Err(Refusal::new("export_format").with("what", self.what.code()));
        }
        if self.what != What::Totals && !self.by.is_empty() {
            return Err(has_not("by"));
        }
        if self.what != What::Grants && self.filter != Filter::default() {
            return Err(has_not("filter"));
        }
        Ok(())
    }
}
