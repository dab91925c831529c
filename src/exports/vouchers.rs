//! `vouchers`: one row an entry, the vouchers of days up to the effective one that were made by the position.

use super::columns::{Column, Kind};
use super::request::Request;
use crate::journal::Head;
use crate::vouchers::VoucherKind;

/// Its columns.
pub(super) const COLUMNS: &[Column] = {
    use Kind::{Actors, Amount, Code, Colour, Day, Number, Side, VoucherType, Words};
    &[
        ("voucher", Words),
        ("voucher_type", VoucherType),
        ("voucher_month", Code),
        ("voucher_number", Number),
        ("made_on", Day),
        ("colour", Colour),
        ("summary", Words),
        ("line", Number),
        ("side", Side),
        ("account", Code),
        ("account_name", Words),
        ("words", Words),
        ("policy", Words),
        ("allotment", Words),
        ("debit", Amount),
        ("credit", Amount),
        ("attachments", Number),
        ("payment_voucher", Words),
        ("handled_by", Actors),
        ("checked_by", Actors),
        ("approved_by", Actors),
        ("cashiers", Actors),
        ("posting_rules", Number),
        ("position", Number),
    ]
};

/// The scan.
pub(super) fn query(head: &Head, request: &Request, at: i64) -> String {
    let marks: String =
        VoucherKind::ALL.iter().map(|kind| format!(" WHEN '{}' THEN '{}'", kind.code(), kind.mark())).collect();
    format!(
        "SELECT {}, v.kind, v.month, v.number, v.made_on,
             CASE v.is_red WHEN 1 THEN 'red' ELSE 'blue' END, v.summary, l.line, l.side, l.account, l.account_name,
             l.words, p.code, a.document_number, l.debit_fen, l.credit_fen, v.attachments, v.payment_voucher,
             v.prepared_by, v.reviewed_by, v.approved_by, v.cashiers, v.rules, v.id
         FROM vouchers v
         JOIN voucher_lines l ON l.book_id = v.book_id AND l.voucher = v.id
         JOIN policies p ON p.book_id = l.book_id AND p.id = l.policy
         JOIN allotments a ON a.book_id = l.book_id AND a.id = l.allotment
         WHERE v.book_id = {} AND v.id <= {at} AND v.made_on <= '{}' ORDER BY v.id, l.line",
        name(&marks),
        head.book_id,
        request.as_of
    )
}

/// What a voucher is called, 付-2020-03-0001: numbers have at least four digits.
pub(super) fn name(marks: &str) -> String {
    let number = "CASE WHEN v.number < 10 THEN '000' WHEN v.number < 100 THEN '00' WHEN v.number < 1000 THEN '0'
             ELSE '' END || v.number";
    format!("CASE v.kind{marks} END || '-' || v.month || '-' || {number}")
}
