//! The closed lists a profile chooses from, each with its words.

use crate::sheets::{Delimiter, Encoding};

/// Which way a file goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileDirection {
    /// To the bank.
    Out,
    /// From the bank.
    In,
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileFormat {
    /// Text with a delimiter between cells.
    Delimited,
    /// Text with cells of fixed width, counted in bytes of the encoding.
    Fixed,
    /// A workbook.
    Xlsx,
    /// ISO 20022 pain.001.001.09, a credit transfer.
    Pain001,
    /// ISO 20022 pain.002, the answer to one.
    Pain002,
    /// ISO 20022 camt.053, a statement.
    Camt053,
    /// ISO 20022 camt.054, notifications of debits and credits.
    Camt054,
}

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineEnd {
    /// CR LF.
    Crlf,
    /// LF.
    Lf,
}

/// The unit of amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AmountUnit {
    /// Yuan with two decimals.
    Yuan,
    /// Whole fen.
    Fen,
}

/// How days are written; every form that people use is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateFormat {
    /// `2020-10-31`
    Dashed,
    /// `20201031`
    Compact,
    /// `2020/10/31`
    Slashed,
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident $word:literal $out:literal $in:literal),* $(,)?) => {
        /// What the cells of a column hold.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field { $($(#[$doc])* $name),* }

        impl Field {
            /// All fields.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word of profiles and of faults.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// Whether files of that direction may have the field.
            pub const fn goes(self, direction: FileDirection) -> bool {
                match self { $(Self::$name => match direction { FileDirection::Out => $out, FileDirection::In => $in }),* }
            }
        }
    };
}

fields! {
    /// The number of the row in its file, from 1.
    LineNumber "line_number" true false,
    /// The payment's own id.
    PaymentId "payment_id" true true,
    /// 户名
    AccountName "account_name" true true,
    /// 账号
    AccountNumber "account_number" true true,
    /// 联行号
    BankCode "bank_code" true false,
    /// 开户行
    BankName "bank_name" true false,
    /// 金额
    Amount "amount" true true,
    /// 用途
    Purpose "purpose" true false,
    /// The batch.
    Batch "batch" true true,
    /// The day on which the file was made.
    Date "date" true false,
    /// The day on which the bank shall pay.
    ExecuteOn "execute_on" true false,
    /// The account that pays.
    PayerAccount "payer_account" true false,
    /// Whose account that is.
    PayerName "payer_name" true false,
    /// The bank that keeps it, by 联行号.
    PayerBankCode "payer_bank_code" true false,
    /// The bank that keeps it.
    PayerBankName "payer_bank_name" true false,
    /// `CNY`.
    Currency "currency" true false,
    /// The same in every row.
    Constant "constant" true false,
    /// What became of the payment.
    Status "status" false true,
    /// Why it was refused or returned.
    Reason "reason" false true,
    /// The bank's own number 银行流水号.
    BankSerial "bank_serial" false true,
    /// 支付凭证号
    VoucherNumber "voucher_number" false true,
    /// The bank's date.
    CompletedOn "completed_on" false true,
    /// 摘要
    Summary "summary" false true,
    /// Debit or credit 借贷方向, beside one column of amounts.
    Side "side" false true,
    /// What left the account.
    Debit "debit" false true,
    /// What came to the account.
    Credit "credit" false true,
    /// What was on the account afterwards.
    Balance "balance" false true,
    /// Not read.
    Ignored "ignored" false true,
}

/// The words of a choice; the first is what an empty entry means.
pub(super) type Words<T> = &'static [(&'static str, T)];

pub(super) const DIRECTIONS: Words<FileDirection> = &[("out", FileDirection::Out), ("in", FileDirection::In)];
pub(super) const FORMATS: Words<FileFormat> = &[
    ("delimited", FileFormat::Delimited),
    ("fixed", FileFormat::Fixed),
    ("xlsx", FileFormat::Xlsx),
    ("pain001", FileFormat::Pain001),
    ("pain002", FileFormat::Pain002),
    ("camt053", FileFormat::Camt053),
    ("camt054", FileFormat::Camt054),
];
pub(super) const ENCODINGS: Words<Encoding> = &[
    ("utf-8", Encoding::Utf8),
    ("utf-8-bom", Encoding::Utf8Bom),
    ("gb18030", Encoding::Gb18030),
    ("gbk", Encoding::Gbk),
];
pub(super) const DELIMITERS: Words<Delimiter> =
    &[(",", Delimiter::Comma), (";", Delimiter::Semicolon), ("tab", Delimiter::Tab), ("|", Delimiter::Pipe)];
pub(super) const LINE_ENDS: Words<LineEnd> = &[("crlf", LineEnd::Crlf), ("lf", LineEnd::Lf)];
pub(super) const AMOUNT_UNITS: Words<AmountUnit> = &[("yuan", AmountUnit::Yuan), ("fen", AmountUnit::Fen)];
pub(super) const DATE_FORMATS: Words<DateFormat> =
    &[("YYYY-MM-DD", DateFormat::Dashed), ("YYYYMMDD", DateFormat::Compact), ("YYYY/MM/DD", DateFormat::Slashed)];

impl FileDirection {
    /// `out` or `in`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::In => "in",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        DIRECTIONS.iter().find(|(known, _)| *known == word).map(|(_, direction)| *direction)
    }
}

impl FileFormat {
    /// An ISO 20022 message: its columns are given by the standard.
    pub const fn is_xml(self) -> bool {
        matches!(self, Self::Pain001 | Self::Pain002 | Self::Camt053 | Self::Camt054)
    }

    /// Text, in an encoding that the profile names.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Delimited | Self::Fixed)
    }

    /// Whether files of that direction may have the format.
    pub(super) const fn goes(self, direction: FileDirection) -> bool {
        match self {
            Self::Delimited | Self::Fixed | Self::Xlsx => true,
            Self::Pain001 => matches!(direction, FileDirection::Out),
            Self::Pain002 | Self::Camt053 | Self::Camt054 => matches!(direction, FileDirection::In),
        }
    }
}

impl LineEnd {
    /// The characters.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Crlf => "\r\n",
            Self::Lf => "\n",
        }
    }
}
