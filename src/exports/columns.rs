//! The columns of each file: English headers are the contract, Chinese ones are for people.

use super::request::What;
use crate::audit::GroupBy;
use crate::web::{Lang, T};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Words typed by people: guarded against formulas.
    Words,
    /// A code: never begins like a formula.
    Code,
    /// `YYYY-MM-DD`.
    Day,
    /// Fen in, decimal text out; nothing is zero.
    Amount,
    /// Fen in, decimal text out; nothing is an empty cell.
    AmountIfAny,
    /// Bytes in, lower-case hex out.
    Hash,
    /// Unix milliseconds in, an instant of Shanghai out.
    Instant,
    /// A whole number.
    Number,
    /// An actor's uid in, the login out.
    Actor,
    /// The code of a grant's state; in a Chinese file its word.
    State,
    /// The code of a stage; in a Chinese file its word.
    Stage,
    /// The code of a level; in a Chinese file its word.
    Level,
    /// The code of a payment's state; in a Chinese file its word.
    PaymentState,
    /// The name of a difference; in a Chinese file its word.
    Difference,
    /// How a difference was settled; in a Chinese file its word.
    How,
    /// Uids of actors between commas in, their logins out.
    Actors,
    /// The type of a voucher; in a Chinese file its word.
    VoucherType,
    /// The side of an entry; in a Chinese file its word.
    Side,
    /// The colour of a voucher; in a Chinese file its word.
    Colour,
    /// A row of the 余额调节表; in a Chinese file its word.
    Adjusting,
    /// What an open item is; in a Chinese file its word.
    OpenItem,
    /// A role; in a Chinese file its word.
    Role,
    /// The code of a policy's state; in a Chinese file its word.
    PolicyState,
    /// The code of an instrument; in a Chinese file its word.
    Instrument,
    /// What became of something that two people decide on; in a Chinese file its word.
    Outcome,
    /// The kind of an event; in a Chinese file its word.
    Happening,
    /// The code of a warning; in a Chinese file its word.
    Warning,
    /// How a row of grants was set aside; in a Chinese file its word.
    SetAside,
    /// What names a document, or of what a file is; in a Chinese file its word.
    Subject,
    /// Who wants money held; in a Chinese file its word.
    Hold,
    /// Whether a month is closed; in a Chinese file its word.
    PeriodState,
    /// What class of accounting records something is; in a Chinese file its word.
    Archive,
    /// The type of a cell; in a Chinese file its word.
    CellType,
    /// A number with whatever decimals it was told with, as a text.
    Decimal,
    /// Whether what is said is true; in a Chinese file its word.
    Verdict,
    /// What a figure measures; in a Chinese file its word.
    Measure,
    /// How words bound a figure; in a Chinese file its word.
    Qualifier,
    /// Why a figure cannot be checked; in a Chinese file its word.
    Unchecked,
    /// Which report; in a Chinese file its title.
    Report,
}

impl Kind {
    /// Where the catalogue has the words of these codes; none for what is no code with words.
    pub(super) fn word(self, code: &str) -> Option<String> {
        match self {
            Self::State => Some(format!("frame.state.{code}")),
            Self::Stage => Some(format!("funds.stage.{code}")),
            Self::Level => Some(format!("policies.level.{code}")),
            Self::PaymentState => Some(format!("payments.state.{code}")),
            Self::Difference => Some(format!("payments.difference.{code}")),
            Self::VoucherType => Some(format!("vouchers.kind.{code}")),
            Self::Side => Some(format!("vouchers.side.{code}")),
            Self::Colour => Some(format!("vouchers.colour.{code}")),
            Self::How => Some(format!("payments.how.{code}")),
            Self::Adjusting => Some(format!("exports.row.{code}")),
            Self::OpenItem => Some(format!("reconciliation.what.{code}")),
            Self::Role => Some(format!("people.role.{code}")),
            Self::PolicyState => Some(format!("policies.state.{code}")),
            Self::Instrument => Some(format!("policies.instrument.{code}")),
            Self::Outcome => Some(format!("exports.outcome.{code}")),
            Self::Happening => Some(format!("audit.kind.{code}")),
            Self::Warning => Some(format!("exports.warning.{code}")),
            Self::SetAside => Some(format!("exports.set_aside.{code}")),
            Self::Subject => Some(format!("exports.subject.{code}")),
            Self::Hold => Some(format!("holds.kind.{code}")),
            Self::PeriodState => Some(format!("closing.state.{code}")),
            Self::Archive => Some(format!("exports.archive.{code}")),
            Self::CellType => Some(format!("exports.cell.{code}")),
            Self::Verdict => Some(format!("claims.verdict.{code}")),
            Self::Measure => Some(format!("claims.measure.{code}")),
            Self::Qualifier => Some(format!("claims.qualifier.{code}")),
            Self::Unchecked => Some(format!("claims.reason.{code}")),
            Self::Report => Some(format!("exports.report.{code}")),
            Self::Decimal
            | Self::Words
            | Self::Code
            | Self::Day
            | Self::Amount
            | Self::AmountIfAny
            | Self::Hash
            | Self::Instant
            | Self::Number
            | Self::Actor
            | Self::Actors => None,
        }
    }

    /// Whether a cell is a code that has a word.
    pub(super) fn has_words(self) -> bool {
        self.word("").is_some()
    }
}

/// A column: English header, kind.
pub(crate) type Column = (&'static str, Kind);

/// The columns of a file whose rows come out of one query.
pub(super) const fn of(what: What) -> &'static [Column] {
    use Kind::{Actor, Amount, Code, Day, Instant, Number, Stage, State, Words};
    match what {
        What::Grants => &[
            ("reference", Words),
            ("uscc", Words),
            ("name", Words),
            ("kind", Words),
            ("subdistrict", Words),
            ("industry", Code),
            ("size", Words),
            ("policy", Words),
            ("amount", Amount),
            ("state", State),
            ("prepared_by", Actor),
            ("prepared_at", Instant),
            ("reviewed_by", Actor),
            ("reviewed_at", Instant),
            ("paid_on", Day),
            ("returned", Amount),
            ("net_paid", Amount),
            ("position", Number),
        ],
        What::Transfers => &[
            ("position", Number),
            ("line", Number),
            ("effective_on", Day),
            ("recorded_at", Instant),
            ("actor", Actor),
            ("policy", Words),
            ("reference", Words),
            ("uscc", Words),
            ("from_stage", Stage),
            ("to_stage", Stage),
            ("amount", Amount),
        ],
        What::Recipients => &[
            ("uscc", Words),
            ("name", Words),
            ("kind", Words),
            ("subdistrict", Words),
            ("industry", Code),
            ("size", Words),
            ("grants", Number),
            ("paid", Amount),
            ("returned", Amount),
            ("net", Amount),
            ("position", Number),
        ],
        What::Vouchers => super::vouchers::COLUMNS,
        What::GeneralLedger => super::general_ledger::COLUMNS,
        What::ArchiveList => super::archive_list::COLUMNS,
        What::Payments | What::Reconciliation | What::Discrepancies | What::BankStatement => of_payments(what),
        What::TrialBalance => &[
            ("policy", Words),
            ("allotment", Words),
            ("stage", Stage),
            ("debit", Amount),
            ("credit", Amount),
            ("debit_balance", Amount),
            ("credit_balance", Amount),
        ],
        What::Totals | What::Events | What::Hledger | What::Giving => &[],
    }
}

/// The columns of the files of payments and of what differs.
const fn of_payments(what: What) -> &'static [Column] {
    use Kind::{Actor, Adjusting, Amount, Code, Day, Difference, How, Number, OpenItem, PaymentState, Words};
    match what {
        What::Payments => &[
            ("payment_id", Words),
            ("batch", Number),
            ("reference", Words),
            ("uscc", Words),
            ("amount", Amount),
            ("status", PaymentState),
            ("released_on", Day),
            ("completed_on", Day),
            ("bank_serial", Words),
            ("reason", Words),
            ("position", Number),
            ("part", Number),
            ("gross_amount", Amount),
            ("offset_amount", Amount),
            ("net_amount", Amount),
            ("attempt", Number),
            ("previous_payment", Words),
        ],
        What::Reconciliation => &[
            ("batch", Number),
            ("payments", Number),
            ("amount", Amount),
            ("paid_payments", Number),
            ("paid", Amount),
            ("refused_payments", Number),
            ("refused", Amount),
            ("returned_payments", Number),
            ("returned", Amount),
            ("in_transit_payments", Number),
            ("in_transit", Amount),
            ("open_discrepancies", Number),
        ],
        What::Discrepancies => &[
            ("position", Number),
            ("file", Number),
            ("file_line", Number),
            ("discrepancy", Difference),
            ("payment_id", Words),
            ("book", Words),
            ("bank", Words),
            ("discrepancy_state", Code),
            ("how", How),
            ("document", Words),
            ("actor", Actor),
        ],
        What::BankStatement => &[
            ("paying_account", Code),
            ("until", Day),
            ("row", Adjusting),
            ("date", Day),
            ("item", OpenItem),
            ("counterparty", Words),
            ("bank_serial", Words),
            ("amount", Amount),
            ("carried", Number),
        ],
        _ => &[],
    }
}

/// The columns of totals: those by which they are grouped, then the figures.
pub(super) fn of_totals(by: &[GroupBy]) -> Vec<Column> {
    let kind = |by: &GroupBy| if *by == GroupBy::Level { Kind::Level } else { Kind::Words };
    let mut columns: Vec<Column> = by.iter().map(|by| (by.code(), kind(by))).collect();
    columns.extend([
        ("grants", Kind::Number),
        ("recipients", Kind::Number),
        ("paid", Kind::Amount),
        ("returned", Kind::Amount),
        ("net", Kind::Amount),
    ]);
    columns
}

/// The header of a column.
pub(super) fn header(lang: Lang, name: &'static str) -> &'static str {
    match lang {
        Lang::En => name,
        Lang::Zh => T(lang).s(&format!("exports.column.{name}")),
    }
}

/// What a column is called where people read, whatever stands in its header.
pub(super) fn title(lang: Lang, name: &str) -> &'static str {
    T(lang).s(&format!("exports.column.{name}"))
}
