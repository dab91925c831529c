//! Files that came in and went out, with what the bank said, and who released and signed off what.

use super::{Decisions, Declared, Moment, Rows};
use crate::exports::columns::Kind::{Actor, AmountIfAny, Code, Day, Instant, Number, Outcome, Subject, Words};

pub(super) const TABLES: &[Declared] = &[
    Declared {
        name: "imports",
        columns: &[
            ("position", Number),
            ("subject", Subject),
            ("file_name", Words),
            ("sha256", Code),
            ("unit", Words),
            ("rows", Number),
            ("prepared_by", Actor),
            ("prepared_at", Instant),
            ("outcome", Outcome),
            ("decided_position", Number),
            ("decided_at", Instant),
            ("decided_by", Actor),
            ("remark", Words),
        ],
        key: &["position"],
        rows: Rows::Decided(
            imports,
            &Decisions {
                named_by: "import",
                outcomes: &[
                    ("import_approved", "approved"),
                    ("import_refused", "refused"),
                    ("import_withdrawn", "withdrawn"),
                    ("import_undo_prepared", "undo_pending"),
                    ("import_undo_approved", "undone"),
                    ("import_undo_refused", "approved"),
                ],
            },
        ),
    },
    Declared {
        name: "original-files",
        columns: &[
            ("position", Number),
            ("part", Number),
            ("subject", Subject),
            ("file_name", Words),
            ("sha256", Code),
            ("bytes", Number),
            ("path", Code),
            ("recorded_at", Instant),
            ("actor", Actor),
        ],
        key: &["position", "part"],
        rows: Rows::Scan(original_files),
    },
    Declared {
        name: "bank-files",
        columns: &[
            ("position", Number),
            ("file_name", Words),
            ("sha256", Code),
            ("bank_profile", Words),
            ("account_number", Words),
            ("from_on", Day),
            ("to_on", Day),
            ("opening", AmountIfAny),
            ("closing", AmountIfAny),
            ("lines", Number),
            ("prepared_by", Actor),
            ("prepared_at", Instant),
            ("outcome", Outcome),
            ("decided_position", Number),
            ("decided_at", Instant),
            ("decided_by", Actor),
            ("remark", Words),
        ],
        key: &["position"],
        rows: Rows::Decided(
            bank_files,
            &Decisions {
                named_by: "file",
                outcomes: &[
                    ("bank_file_taken", "taken"),
                    ("bank_undo_prepared", "undo_pending"),
                    ("bank_undo_approved", "undone"),
                    ("bank_undo_refused", "taken"),
                ],
            },
        ),
    },
    Declared {
        name: "bank-lines",
        columns: &[
            ("position", Number),
            ("file", Number),
            ("file_line", Number),
            ("bank_line", Code),
            ("bank_side", Code),
            ("written_id", Words),
            ("account_holder", Words),
            ("account_number", Words),
            ("bank_amount", AmountIfAny),
            ("bank_status", Words),
            ("reason", Words),
            ("bank_serial", Words),
            ("completed_on", Day),
        ],
        key: &["position"],
        rows: Rows::Scan(bank_lines),
    },
    Declared {
        name: "batches",
        columns: &[
            ("position", Number),
            ("policy", Words),
            ("paying_account", Words),
            ("payments", Number),
            ("prepared_by", Actor),
            ("prepared_at", Instant),
            ("outcome", Outcome),
            ("decided_position", Number),
            ("decided_at", Instant),
            ("decided_by", Actor),
            ("remark", Words),
        ],
        key: &["position"],
        rows: Rows::Decided(
            batches,
            &Decisions {
                named_by: "batch",
                outcomes: &[("batch_released", "released"), ("batch_withdrawn", "withdrawn")],
            },
        ),
    },
    Declared {
        name: "paying-accounts",
        columns: &[
            ("position", Number),
            ("account_holder", Words),
            ("paying_kind", Code),
            ("account_number", Words),
            ("bank_code", Words),
            ("bank_name", Words),
            ("prepared_by", Actor),
            ("prepared_at", Instant),
            ("outcome", Outcome),
            ("decided_position", Number),
            ("decided_at", Instant),
            ("decided_by", Actor),
            ("remark", Words),
        ],
        key: &["position"],
        rows: Rows::Decided(
            paying_accounts,
            &Decisions {
                named_by: "account",
                outcomes: &[("paying_account_approved", "approved"), ("paying_account_refused", "refused")],
            },
        ),
    },
    Declared {
        name: "sign-offs",
        columns: &[
            ("position", Number),
            ("batch", Number),
            ("paying_account", Words),
            ("from_on", Day),
            ("to_on", Day),
            ("balance_bank", AmountIfAny),
            ("balance_book", AmountIfAny),
            ("balance_adjusted", AmountIfAny),
            ("prepared_by", Actor),
            ("prepared_at", Instant),
            ("outcome", Outcome),
            ("decided_position", Number),
            ("decided_at", Instant),
            ("decided_by", Actor),
            ("remark", Words),
        ],
        key: &["position"],
        rows: Rows::Decided(
            sign_offs,
            &Decisions {
                named_by: "reconciliation",
                outcomes: &[
                    ("reconciliation_signed", "approved"),
                    ("reconciliation_refused", "refused"),
                    ("reconciliation_reopening_prepared", "undo_pending"),
                    ("reconciliation_reopening_approved", "undone"),
                    ("reconciliation_reopening_refused", "approved"),
                ],
            },
        ),
    },
];

fn imports(Moment { book_id, at, .. }: &Moment) -> String {
    let rows = |table: &str| {
        format!("(SELECT COUNT(*) FROM {table} x WHERE x.book_id = i.book_id AND x.import_id = i.id AND x.id <= {at})")
    };
    format!(
        "SELECT i.id, 'import_' || i.what, i.file_name, i.file_sha256, i.unit,
             CASE WHEN i.what = 'policies' THEN {} ELSE {} END, i.prepared_by, i.prepared_at_ms
         FROM imports i WHERE i.book_id = {book_id} AND i.id <= {at} ORDER BY i.id",
        rows("policies"),
        rows("grants")
    )
}

/// Every file that was kept, once for each record that names it; called `f` (position, part, subject, file_name,
/// file_sha256).
pub(super) fn named_files(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "(SELECT id AS position, 1 AS part, 'import_' || what AS subject, file_name, file_sha256 FROM imports
              WHERE book_id = {book_id} AND id <= {at}
          UNION ALL SELECT id, 1, 'bank_file', file_name, file_sha256 FROM bank_files
              WHERE book_id = {book_id} AND id <= {at}
          UNION ALL SELECT id, 1, 'document', file_name, file_sha256 FROM documents
              WHERE book_id = {book_id} AND id <= {at}
          UNION ALL SELECT id, part, 'payment_file', file_name, file_sha256 FROM payment_files
              WHERE book_id = {book_id} AND id <= {at}) f"
    )
}

fn original_files(moment: &Moment) -> String {
    let book_id = moment.book_id;
    format!(
        "SELECT f.position, f.part, f.subject, f.file_name, f.file_sha256,
             (SELECT CAST(SUM(LENGTH(b.bytes)) AS BIGINT) FROM files b
              WHERE b.book_id = {book_id} AND b.sha256 = f.file_sha256),
             'files/' || f.file_sha256, e.recorded_at_ms, e.actor_uid
         FROM {} JOIN events e ON e.book_id = {book_id} AND e.position = f.position ORDER BY f.position, f.part",
        named_files(moment)
    )
}

fn bank_files(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT f.id, f.file_name, f.file_sha256, f.profile, f.account_number, f.from_on, f.to_on, f.opening_fen,
             f.closing_fen,
             (SELECT COUNT(*) FROM bank_lines l WHERE l.book_id = f.book_id AND l.file = f.id AND l.id <= {at}),
             f.loaded_by, f.loaded_at_ms
         FROM bank_files f WHERE f.book_id = {book_id} AND f.id <= {at} ORDER BY f.id"
    )
}

fn bank_lines(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT id, file, line, kind, side, written_id, account_name, account_number, amount_fen, status, reason,
             bank_serial, completed_on
         FROM bank_lines WHERE book_id = {book_id} AND id <= {at} ORDER BY id"
    )
}

fn batches(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT b.id, p.code, a.account_number,
             (SELECT COUNT(*) FROM payments y WHERE y.book_id = b.book_id AND y.batch = b.id AND y.id <= {at}),
             b.built_by, b.built_at_ms
         FROM batches b
         LEFT JOIN policies p ON p.book_id = b.book_id AND p.id = b.policy
         LEFT JOIN paying_accounts a ON a.book_id = b.book_id AND a.id = b.paying_account
         WHERE b.book_id = {book_id} AND b.id <= {at} ORDER BY b.id"
    )
}

fn paying_accounts(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT id, name, kind, account_number, bank_code, bank_name, prepared_by, prepared_at_ms
         FROM paying_accounts WHERE book_id = {book_id} AND id <= {at} ORDER BY id"
    )
}

fn sign_offs(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT s.id, s.batch, a.account_number, s.from_on, s.to_on, s.bank_fen, s.book_fen, s.adjusted_fen,
             s.prepared_by, s.prepared_at_ms
         FROM reconciliations s
         LEFT JOIN paying_accounts a ON a.book_id = s.book_id AND a.id = s.paying_account
         WHERE s.book_id = {book_id} AND s.id <= {at} ORDER BY s.id"
    )
}
