//! `general-ledger`: the entries of all vouchers with the columns of the AICPA Audit Data Standard (general ledger, detail).
//!
//! A journal is a voucher; a line is one entry of one accounting side (财务会计, 预算会计; `Segment01`), which balances by itself.

use std::io::Write;

use super::columns::{Column, Kind};
use super::queries::{logins, tell};
use super::request::Request;
use super::writer::{Table, Tally};
use crate::db::Database;
use crate::journal::{self, Head};
use crate::kernel::instant::Instant;
use crate::kernel::{Error, Result};
use crate::vouchers::VoucherKind;

/// Its columns.
pub(super) const COLUMNS: &[Column] = {
    use Kind::{Actors, Amount, Code, Day, Number, Words};
    &[
        ("GL_Detail_ID", Code),
        ("Business_Unit_Code", Code),
        ("Fiscal_Year", Code),
        ("Accounting_Period", Code),
        ("Journal_ID", Words),
        ("Journal_ID_Line_Number", Number),
        ("JE_Header_Description", Words),
        ("JE_Line_Description", Words),
        ("Source", Code),
        ("Effective_Date", Day),
        ("Entry_Date", Day),
        ("Entry_Time", Code),
        ("GL_Account_Number", Code),
        ("GL_Account_Name", Words),
        ("Amount", Amount),
        ("Amount_Currency", Code),
        ("Amount_Credit_Debit_Indicator", Code),
        ("Segment01", Code),
        ("Segment02", Words),
        ("Segment03", Words),
        ("Reversal_Indicator", Number),
        ("Entered_By", Actors),
        ("Approved_By", Actors),
    ]
};

/// Writes the entries of vouchers of days up to the effective one that were made by the position.
pub(super) async fn write(
    db: &Database,
    head: &Head,
    request: &Request,
    at: i64,
    out: &mut (impl Write + Send),
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Tally> {
    let mut table = Table::of(out, request.format, request.lang, COLUMNS, logins(db, head).await?)?;
    journal::scan(&db.read, &query(head, request, at), |cells| {
        let [id, journal, line, summary, words, kind, made_on, at_ms, account, name, rest @ ..] = cells else {
            return Err(Error::internal("an entry has eighteen columns"));
        };
        let [debit, credit, side, policy, allotment, is_red, prepared_by, approved_by] = rest else {
            return Err(Error::internal("an entry has eighteen columns"));
        };
        let entered = Instant::new(at_ms.int()?).print();
        let (day, time) = entered.split_once('T').unwrap_or_default();
        let month = made_on.text().get(..7).unwrap_or_default();
        table.text(&format!("{}-{}", id.int()?, line.int()?))?;
        table.text(&head.code)?;
        table.text(month.get(..4).unwrap_or_default())?;
        table.text(month.get(5..).unwrap_or_default())?;
        table.cell(journal)?;
        table.cell(line)?;
        table.cell(summary)?;
        table.cell(words)?;
        table.cell(kind)?;
        table.cell(made_on)?;
        table.text(day)?;
        table.text(time)?;
        table.cell(account)?;
        table.cell(name)?;
        let (debit, credit) = (debit.int()?, credit.int()?);
        table.amount(if debit > 0 { debit } else { credit })?;
        table.text("CNY")?;
        table.text(if debit > 0 { "D" } else { "C" })?;
        for cell in [side, policy, allotment, is_red, prepared_by, approved_by] {
            table.cell(cell)?;
        }
        table.end_row()?;
        tell(&table, progress);
        Ok(())
    })
    .await?;
    table.end()
}

fn query(head: &Head, request: &Request, at: i64) -> String {
    let marks: String =
        VoucherKind::ALL.iter().map(|kind| format!(" WHEN '{}' THEN '{}'", kind.code(), kind.mark())).collect();
    format!(
        "SELECT v.id, {}, l.line, v.summary, l.words, v.kind, v.made_on, e.recorded_at_ms, l.account, l.account_name,
             l.debit_fen, l.credit_fen, l.side, p.code, a.document_number, v.is_red, v.prepared_by, v.approved_by
         FROM vouchers v
         JOIN voucher_lines l ON l.book_id = v.book_id AND l.voucher = v.id
         JOIN events e ON e.book_id = v.book_id AND e.position = v.id
         JOIN policies p ON p.book_id = l.book_id AND p.id = l.policy
         JOIN allotments a ON a.book_id = l.book_id AND a.id = l.allotment
         WHERE v.book_id = {} AND v.id <= {at} AND v.made_on <= '{}' ORDER BY v.id, l.line",
        super::vouchers::name(&marks),
        head.book_id,
        request.as_of
    )
}
