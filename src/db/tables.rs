//! The class of every table, in one place; `tests/it` holds that no table is missing.

/// What a table is, and so how it is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The truth: checked by hash.
    Events,
    /// Comes out of replaying the events: compared column for column.
    Projection,
    /// Stored values and files: checked by the digest in an event.
    Content,
    /// Accounts, sessions, logs: not replayed, no amounts.
    Office,
}

/// Where the tables name stored files by their SHA-256: each must be there, and no other.
pub const FILES_NAMED_IN: &[(&str, &str)] =
    &[("imports", "file_sha256"), ("payment_files", "file_sha256"), ("bank_files", "file_sha256")];

/// Every table with its class and the columns of its primary key, in the order of foreign keys.
pub const TABLES: &[(&str, Class, &str)] = &[
    ("books", Class::Projection, "book_id"),
    ("events", Class::Events, "book_id, position"),
    ("tiles", Class::Projection, "book_id, level, idx"),
    ("requests", Class::Projection, "book_id, request_key"),
    ("actors", Class::Projection, "book_id, position"),
    ("actor_roles", Class::Projection, "book_id, position"),
    ("private", Class::Content, "book_id, position, slot"),
    ("files", Class::Content, "book_id, sha256, part"),
    ("policies", Class::Projection, "book_id, id"),
    ("policy_versions", Class::Projection, "book_id, policy, position"),
    ("allotments", Class::Projection, "book_id, id"),
    ("budget_changes", Class::Projection, "book_id, id"),
    ("policy_changes", Class::Projection, "book_id, id"),
    ("transfers", Class::Projection, "book_id, position, line"),
    ("balances", Class::Projection, "book_id, allotment, stage"),
    ("stage_days", Class::Projection, "book_id, allotment, stage, effective_on"),
    ("paid_days", Class::Projection, "book_id, policy, subdistrict, industry, size, kind, effective_on"),
    ("grant_spans", Class::Projection, "book_id, grant_id, opened_at, from_on"),
    ("recipient_spans", Class::Projection, "book_id, recipient, opened_at, from_on"),
    ("recipients", Class::Projection, "book_id, id"),
    ("recipient_versions", Class::Projection, "book_id, recipient, position"),
    ("accounts", Class::Projection, "book_id, id"),
    ("grants", Class::Projection, "book_id, id"),
    ("grant_lives", Class::Projection, "book_id, grant_id"),
    ("grant_splits", Class::Projection, "book_id, grant_id, allotment"),
    ("grant_steps", Class::Projection, "book_id, grant_id, position"),
    ("imports", Class::Projection, "book_id, id"),
    ("paying_accounts", Class::Projection, "book_id, id"),
    ("batches", Class::Projection, "book_id, id"),
    ("payments", Class::Projection, "book_id, id"),
    ("payment_lives", Class::Projection, "book_id, payment_id"),
    ("payment_steps", Class::Projection, "book_id, payment_id, position"),
    ("payment_files", Class::Projection, "book_id, id, part"),
    ("bank_files", Class::Projection, "book_id, id"),
    ("bank_lines", Class::Projection, "book_id, id"),
    ("discrepancies", Class::Projection, "book_id, line_id, name"),
    ("discrepancy_steps", Class::Projection, "book_id, line_id, name, position"),
    ("line_wholes", Class::Projection, "book_id, line_id"),
    ("line_payments", Class::Projection, "book_id, line_id, payment_id"),
    ("bank_file_steps", Class::Projection, "book_id, file, position"),
    ("freezes", Class::Projection, "book_id, id"),
    ("account_entries", Class::Projection, "book_id, id"),
    ("line_bookings", Class::Projection, "book_id, id"),
    ("reconciliations", Class::Projection, "book_id, id"),
    ("reconciliation_hands", Class::Projection, "book_id, reconciliation, person"),
    ("reconciliation_items", Class::Projection, "book_id, reconciliation, number"),
    ("calendar_days", Class::Projection, "book_id, id"),
    ("expected_files", Class::Projection, "book_id, id"),
    ("users", Class::Office, "actor_uid"),
    ("sessions", Class::Office, "token_hash"),
    ("setup_links", Class::Office, "token_hash"),
    ("sign_in_failures", Class::Office, "login"),
    ("access_log", Class::Office, "id"),
    ("office_marks", Class::Office, "name"),
    ("checkpoints_sent", Class::Office, "book_id, position"),
    ("book_checks", Class::Office, "book_id, checked_at_ms"),
];
