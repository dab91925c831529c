//! The codes that may stand in a column, their words, and the type of its cells.

use super::columns::Kind;
use crate::web::{Lang, i18n};
use crate::{claims, funds, grants, holds, kernel, payments, people, policies, reconciliation, reports, vouchers};

/// What becomes of something that two people decide on.
const OUTCOMES: [&str; 11] = [
    "pending",
    "approved",
    "refused",
    "withdrawn",
    "struck",
    "released",
    "taken",
    "undo_pending",
    "undone",
    "lift_pending",
    "lifted",
];
/// How a row of grants is set aside.
const SET_ASIDE: [&str; 7] = ["sent_back", "reduced", "refused", "cancelled", "struck", "undone", "corrected"];
/// Warnings of grants.
const WARNINGS: [&str; 5] =
    ["uscc_organisation_digit", "bank_code_check", "account_holder_differs", "account_shared", "same_amount"];
/// What names a document, or of what a file is.
const SUBJECTS: [&str; 21] = [
    "policy",
    "allotment",
    "policy_change",
    "budget_change",
    "award",
    "demand",
    "receipt",
    "offset",
    "correction",
    "hold",
    "schedule",
    "difference",
    "account_entry",
    "inquiry",
    "inquiry_answer",
    "document",
    "import_policies",
    "import_grants",
    "import_history",
    "bank_file",
    "payment_file",
];
/// Rows of the 余额调节表.
const ADJUSTING: [&str; 8] = [
    "bank_balance",
    "book_received",
    "book_paid",
    "adjusted_bank",
    "book_balance",
    "bank_received",
    "bank_paid",
    "adjusted_book",
];
/// Classes of accounting records.
const ARCHIVE: [&str; 5] = ["voucher", "ledger", "bank_statement", "reconciliation", "report"];
/// Types of cells.
const CELL_TYPES: [&str; 5] = ["string", "integer", "number", "date", "datetime"];

/// The codes that may stand in a column of this kind; none where there is no closed list.
pub(super) fn of(kind: Kind) -> Vec<&'static str> {
    match kind {
        Kind::State => grants::State::ALL.map(grants::State::code).to_vec(),
        Kind::Stage => funds::Stage::ALL.map(funds::Stage::code).to_vec(),
        Kind::Level => policies::Level::ALL.map(policies::Level::code).to_vec(),
        Kind::PaymentState => payments::PaymentState::ALL.map(payments::PaymentState::code).to_vec(),
        Kind::Difference => payments::Name::ALL.map(payments::Name::code).to_vec(),
        Kind::How => payments::How::ALL.map(payments::How::code).to_vec(),
        Kind::VoucherType => vouchers::VoucherKind::ALL.map(vouchers::VoucherKind::code).to_vec(),
        Kind::Side => vouchers::Side::ALL.map(vouchers::Side::code).to_vec(),
        Kind::Colour => vec!["blue", "red"],
        Kind::Adjusting => ADJUSTING.to_vec(),
        Kind::OpenItem => reconciliation::What::ALL.map(reconciliation::What::code).to_vec(),
        Kind::Role => people::Role::ALL.map(people::Role::code).to_vec(),
        Kind::PolicyState => policies::State::ALL.map(policies::State::code).to_vec(),
        Kind::Instrument => kernel::codes::Instrument::ALL.iter().map(|one| one.code()).collect(),
        Kind::Outcome => OUTCOMES.to_vec(),
        Kind::Warning => WARNINGS.to_vec(),
        Kind::SetAside => SET_ASIDE.to_vec(),
        Kind::Subject => SUBJECTS.to_vec(),
        Kind::Hold => holds::Kind::ALL.map(holds::Kind::code).to_vec(),
        Kind::PeriodState => vec!["closed", "open"],
        Kind::CellType => CELL_TYPES.to_vec(),
        Kind::Archive => ARCHIVE.to_vec(),
        Kind::Verdict => claims::Verdict::ALL.map(claims::Verdict::code).to_vec(),
        Kind::Measure => {
            let chosen = claims::Measure::ALL.into_iter().chain([claims::Measure::OfText]);
            chosen.map(claims::Measure::code).collect()
        }
        Kind::Qualifier => claims::Qualifier::ALL.map(claims::Qualifier::code).to_vec(),
        Kind::Unchecked => claims::Reason::ALL.map(claims::Reason::code).to_vec(),
        Kind::Report => reports::Layout::shipped().iter().map(|layout| layout.name.as_str()).collect(),
        Kind::Words
        | Kind::Code
        | Kind::Day
        | Kind::Amount
        | Kind::AmountIfAny
        | Kind::Hash
        | Kind::Instant
        | Kind::Number
        | Kind::Actor
        | Kind::Actors
        | Kind::Decimal
        | Kind::Happening => Vec::new(),
    }
}

/// The word of a code; the code itself where it has none.
pub(super) fn word(kind: Kind, code: &'static str, lang: Lang) -> &'static str {
    match kind.word(code) {
        Some(key) if i18n::has(&key) => i18n::text(lang, &key),
        _ => code,
    }
}

/// The type of a cell, as Frictionless calls it.
pub(super) const fn cell_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "integer",
        Kind::Amount | Kind::AmountIfAny | Kind::Decimal => "number",
        Kind::Day => "date",
        Kind::Instant => "datetime",
        _ => "string",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_a_closed_list_has_a_word() {
        let kinds = [
            Kind::State,
            Kind::Stage,
            Kind::Level,
            Kind::PaymentState,
            Kind::Difference,
            Kind::How,
            Kind::VoucherType,
            Kind::Side,
            Kind::Colour,
            Kind::Adjusting,
            Kind::OpenItem,
            Kind::Role,
            Kind::PolicyState,
            Kind::Instrument,
            Kind::Outcome,
            Kind::Warning,
            Kind::SetAside,
            Kind::Subject,
            Kind::Hold,
            Kind::PeriodState,
            Kind::CellType,
            Kind::Archive,
            Kind::Verdict,
            Kind::Measure,
            Kind::Qualifier,
            Kind::Unchecked,
            Kind::Report,
        ];
        for kind in kinds {
            assert!(!of(kind).is_empty(), "{kind:?}");
            for code in of(kind) {
                let key = kind.word(code).unwrap();
                assert!(i18n::has(&key), "{key}");
            }
        }
    }

    #[test]
    fn a_report_is_called_as_its_layout_is() {
        for layout in reports::Layout::shipped() {
            let key = Kind::Report.word(&layout.name).unwrap();
            assert_eq!(i18n::text(Lang::Zh, &key), layout.title.zh);
            assert_eq!(i18n::text(Lang::En, &key), layout.title.en);
        }
    }
}
