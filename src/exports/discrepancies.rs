//! Every difference between bank and book: those of lines with what became of each, payments of which the bank said nothing,
//! and accounts whose adjusted balances are not one.

use std::io::Write;

use super::columns;
use super::queries::{differing, logins, standing, tell};
use super::request::{Request, What};
use super::writer::{Table, Tally};
use crate::db::Database;
use crate::journal::{self, Head};
use crate::kernel::Result;
use crate::kernel::money::Fen;
use crate::payments::Name;
use crate::reconciliation;

/// Writes them as they stood at the position; balances are those at the end of the day.
pub(super) async fn write(
    db: &Database,
    head: &Head,
    request: &Request,
    at: i64,
    out: &mut (impl Write + Send),
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Tally> {
    let columns = columns::of(What::Discrepancies);
    let mut table = Table::of(out, request.format, request.lang, columns, logins(db, head).await?)?;
    journal::scan(&db.read, &query(head, at), |cells| {
        table.row(cells)?;
        tell(&table, progress);
        Ok(())
    })
    .await?;
    let view = db.snapshot().await?;
    let until = request.as_of;
    for account in reconciliation::accounts_at(&view, head.book_id, at).await? {
        let days = (until.month_start(), until);
        let month = reconciliation::account_month(&view, (head.book_id, at), account.id, days).await?;
        let Some(form) = month.adjustment.filter(|form| form.adjusted_bank != form.adjusted_book) else { continue };
        table.number(account.id)?;
        // Neither file nor line: no file said it, and nobody settles it; it is gone once the balances are one.
        table.text("")?;
        table.text("")?;
        table.text(Name::BalanceDiffers.code())?;
        table.text(&account.account_number)?;
        for side in [form.adjusted_book, form.adjusted_bank] {
            table.text(&Fen::plain(side))?;
        }
        table.text("open")?;
        for _ in ["how", "document", "actor"] {
            table.text("")?;
        }
        table.end_row()?;
    }
    table.end()
}

/// Differences of lines, and payments on their way about which nothing differs: of those the bank has said nothing.
fn query(head: &Head, at: i64) -> String {
    format!(
        "SELECT d.line_id AS position, d.file, l.line, d.name AS name,
             CASE WHEN d.payment IS NULL THEN l.written_id ELSE '{code}-' || d.payment END,
             d.book_value, d.bank_value, k.state, k.how, k.document, k.actor_uid
         FROM discrepancies d
         JOIN bank_lines l ON l.book_id = d.book_id AND l.id = d.line_id
         JOIN {differing}
         WHERE d.book_id = {book_id} AND d.line_id <= {at}
         UNION ALL
         SELECT p.id, NULL, NULL, '{missing}', '{code}-' || p.id,
             (p.amount_fen / 100) || CASE WHEN p.amount_fen % 100 < 10 THEN '.0' ELSE '.' END || (p.amount_fen % 100),
             '', 'open', '', '', NULL
         FROM payments p JOIN {standing}
         WHERE p.book_id = {book_id} AND p.id <= {at} AND s.state = 'in_transit' AND NOT EXISTS (
             SELECT 1 FROM discrepancies d
             JOIN {differing}
             WHERE d.book_id = p.book_id AND d.payment = p.id AND d.line_id <= {at} AND k.state = 'open')
         ORDER BY position, name",
        code = head.code,
        book_id = head.book_id,
        missing = Name::MissingAtBank.code(),
        differing = differing(at),
        standing = standing(at)
    )
}
