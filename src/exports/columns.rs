//! The columns of each file: English headers are the contract, Chinese ones are for people.

use super::request::What;
use crate::web::{Lang, T};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words typed by people: guarded against formulas.
    Words,
    /// A code, a day, an instant, a number: never begins like a formula.
    Code,
    /// Fen in, decimal text out.
    Amount,
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
}

impl Kind {
    /// Where the catalogue has the words of these codes.
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
            Self::How if !code.is_empty() => Some(format!("payments.how.{code}")),
            Self::Adjusting => Some(format!("exports.row.{code}")),
            Self::OpenItem if !code.is_empty() => Some(format!("reconciliation.what.{code}")),
            _ => None,
        }
    }
}

/// A column: English header, kind.
pub(super) type Column = (&'static str, Kind);

/// The columns of a file whose rows come out of one query.
pub(super) const fn of(what: What) -> &'static [Column] {
    use Kind::{Actor, Amount, Code, Instant, Number, Stage, State, Words};
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
            ("paid_on", Code),
            ("returned", Amount),
            ("net_paid", Amount),
            ("position", Number),
        ],
        What::Transfers => &[
            ("position", Number),
            ("line", Number),
            ("effective_on", Code),
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
        What::Payments | What::Reconciliation | What::Discrepancies | What::BankStatement => of_payments(what),
        What::Totals | What::TrialBalance | What::Events => &[],
    }
}

/// The columns of the files of payments and of what differs.
const fn of_payments(what: What) -> &'static [Column] {
    use Kind::{Actor, Adjusting, Amount, Code, Difference, How, Number, OpenItem, PaymentState, Words};
    match what {
        What::Payments => &[
            ("payment_id", Words),
            ("batch", Number),
            ("reference", Words),
            ("uscc", Words),
            ("amount", Amount),
            ("status", PaymentState),
            ("released_on", Code),
            ("completed_on", Code),
            ("bank_serial", Words),
            ("reason", Words),
            ("position", Number),
            ("part", Number),
            ("gross_amount", Amount),
            ("offset_amount", Amount),
            ("net_amount", Amount),
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
            ("until", Code),
            ("row", Adjusting),
            ("date", Code),
            ("item", OpenItem),
            ("counterparty", Words),
            ("bank_serial", Words),
            ("amount", Amount),
            ("carried", Number),
        ],
        _ => &[],
    }
}

/// The header of a column.
pub(super) fn header(lang: Lang, name: &'static str) -> &'static str {
    match lang {
        Lang::En => name,
        Lang::Zh => T(lang).s(&format!("exports.column.{name}")),
    }
}
