//! What a constraint of the database says, as a sentence for a person.

use sea_orm::{DbErr, RuntimeErr};

use crate::kernel::{Error, Refusal};

/// Constraint (PostgreSQL name, or the columns that SQLite lists) → refusal code.
///
/// The rules refuse first; a constraint speaks only when two people were faster than each other, or when
/// somebody went around the rules.
const SENTENCES: &[(&str, &str)] = &[
    ("ck_balances_not_negative", "balance_negative"),
    ("ck_grant_lives_two_people", "two_people"),
    ("ck_policies_two_people", "two_people"),
    ("ck_policy_changes_two_people", "two_people"),
    ("ck_budget_changes_two_people", "two_people"),
    ("ck_accounts_two_people", "two_people"),
    ("ck_imports_two_people", "two_people"),
    ("ck_imports_undo_two_people", "two_people"),
    ("ck_grants_amount", "amount_above_applied"),
    ("ux_grants_reference", "reference_used"),
    ("grants.book_id, grants.policy, grants.reference", "reference_used"),
    ("ux_policies_code", "policy_code_used"),
    ("policies.book_id, policies.code", "policy_code_used"),
    ("ux_recipients_number", "recipient_known"),
    ("recipients.book_id, recipients.number, recipients.id_type", "recipient_known"),
    ("ux_imports_content", "file_same"),
    ("imports.book_id, imports.what, imports.file_sha256", "file_same"),
    ("ux_transfers_reversed_once", "already_reversed"),
    ("transfers.book_id, transfers.reverses_position, transfers.reverses_line", "already_reversed"),
    ("ck_paying_accounts_two_people", "two_people"),
    ("ux_paying_accounts_number", "paying_account_used"),
    ("paying_accounts.book_id, paying_accounts.account_number", "paying_account_used"),
    ("ck_batches_two_people", "two_people"),
    ("ck_payment_lives_two_people", "two_people"),
    ("ux_payments_grant_living", "grant_in_payment"),
    ("payments.book_id, payments.grant_id, payments.instalment", "grant_in_payment"),
    ("ck_schedules_two_people", "two_people"),
    ("ux_schedules_pending", "schedule_waits"),
    ("ux_schedules_standing", "schedule_waits"),
    ("schedules.book_id, schedules.grant_id", "schedule_waits"),
    ("ck_instalments_two_people", "two_people"),
    ("ck_reissues_two_people", "two_people"),
    ("ux_reissues_pending", "reissue_waits"),
    ("reissues.book_id, reissues.payment_id", "reissue_waits"),
    ("ck_holds_two_people", "two_people"),
    ("ck_holds_lift_two_people", "two_people"),
    ("ck_bank_files_undo_two_people", "two_people"),
    ("ux_bank_files_content", "bank_file_same"),
    ("bank_files.book_id, bank_files.file_sha256", "bank_file_same"),
    ("ck_discrepancies_two_people", "two_people"),
    ("ck_closings_two_people", "two_people"),
    ("ux_closings_one_waits", "closing_waits"),
    ("closings.book_id", "closing_waits"),
    ("ck_reopenings_two_people", "two_people"),
    ("ux_reopenings_one_waits", "reopening_waits"),
    ("reopenings.book_id", "reopening_waits"),
    ("ck_report_filings_two_people", "two_people"),
    ("ux_report_filings_once", "report_filed_already"),
    ("report_filings.book_id, report_filings.report", "report_filed_already"),
    ("ck_posting_rules_two_people", "two_people"),
    ("ux_posting_rules_waiting", "posting_rules_wait"),
    ("posting_rules.book_id", "posting_rules_wait"),
    ("ux_vouchers_number", "voucher_number_used"),
    ("vouchers.book_id, vouchers.month, vouchers.kind, vouchers.number", "voucher_number_used"),
    ("ck_setting_changes_two_people", "two_people"),
    ("ux_setting_changes_pending", "setting_waits"),
    ("setting_changes.book_id, setting_changes.name", "setting_waits"),
    ("ck_bank_profiles_two_people", "two_people"),
    ("ux_bank_profiles_pending", "profile_waits"),
    ("bank_profiles.book_id, bank_profiles.direction, bank_profiles.name", "profile_waits"),
    ("ck_demands_received", "demand_received"),
    ("ck_demands_two_people", "two_people"),
    ("ck_demands_undo_two_people", "two_people"),
    ("ck_receipts_two_people", "two_people"),
    ("ck_receipts_undo_two_people", "two_people"),
    ("ck_offsets_two_people", "two_people"),
    ("ck_offsets_undo_two_people", "two_people"),
    ("ck_corrections_two_people", "two_people"),
    ("ux_corrections_waiting", "correction_waits"),
    ("corrections.book_id, corrections.grant_id", "correction_waits"),
    ("ck_reconciliations_two_people", "two_people"),
    ("ck_reconciliations_reopen_two_people", "two_people"),
    ("ck_reconciliation_hands_two_people", "two_people"),
    ("ux_reconciliations_scope", "reconciliation_known"),
    ("reconciliations.book_id, reconciliations.scope", "reconciliation_known"),
    ("ux_line_bookings_line", "line_booked"),
    ("line_bookings.book_id, line_bookings.line_id", "line_booked"),
    ("ux_line_bookings_entry", "entry_matched"),
    ("line_bookings.book_id, line_bookings.entry", "entry_matched"),
    ("ux_account_entries_opening", "opening_known"),
    ("account_entries.book_id, account_entries.paying_account", "opening_known"),
    ("ux_documents_same", "document_same"),
    ("documents.book_id, documents.number, documents.file_sha256", "document_same"),
    ("ux_users_login", "login_used"),
    ("users.login", "login_used"),
];

/// Turns a database error into a refusal if a known constraint spoke, else into an internal fault.
#[expect(clippy::needless_pass_by_value, reason = "fits map_err")]
pub fn refused_or_internal(error: DbErr) -> Error {
    let name = match &error {
        DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e)) => {
            e.as_database_error().map(|d| d.constraint().map_or_else(|| d.message().to_owned(), str::to_owned))
        }
        _ => None,
    };
    name.and_then(|n| from_message(&n)).unwrap_or_else(|| Error::internal(&error))
}

/// The refusal for a constraint message, if it names a known constraint.
pub fn from_message(message: &str) -> Option<Error> {
    // A distributed table adds a shard number to its constraints' names.
    let name = message.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
    SENTENCES
        .iter()
        .find(|(constraint, _)| message.contains(constraint) || name == *constraint)
        .map(|(_, code)| Refusal::new(code).into())
}
