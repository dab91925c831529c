//! The account to which money came back, which of it a line of a statement tells of, batches chosen for lines, and
//! formats of bank files that are used no more.

crate::ddl::step!(
    "ALTER TABLE receipts ADD COLUMN paying_account {INT}",
    "ALTER TABLE receipts ADD COLUMN undone_at {INT}",
    "CREATE INDEX ix_receipts_account ON receipts (book_id, paying_account, received_on) WHERE paying_account IS NOT NULL",
    "ALTER TABLE line_bookings ADD COLUMN receipt {INT}",
    "CREATE UNIQUE INDEX ux_line_bookings_receipt ON line_bookings (book_id, receipt) WHERE receipt IS NOT NULL",
    // Since when a line stands for what somebody chose; none where the book found it itself.
    "ALTER TABLE line_wholes ADD COLUMN chosen_at {INT}",
    "ALTER TABLE bank_profiles ADD COLUMN retired_at {INT}",
    "ALTER TABLE bank_profiles ADD COLUMN retired_by {TXT}",
    "ALTER TABLE bank_profiles ADD COLUMN retired_reason {TXT}",
);
