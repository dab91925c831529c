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
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::payments::{How, Name};
use crate::reconciliation::{self, Inquiry, Subject};

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
    balances(db, head, (request.as_of, at), &mut table).await?;
    table.end()
}

/// Accounts whose adjusted balances are not one at the end of the day, or of which the bank was asked about this month.
async fn balances<W: Write + Send>(
    db: &Database,
    head: &Head,
    (until, at): (Day, i64),
    table: &mut Table<'_, W>,
) -> Result<()> {
    let view = db.snapshot().await?;
    for account in reconciliation::accounts_at(&view, head.book_id, at).await? {
        let days = (until.month_start(), until);
        let month = reconciliation::account_month(&view, (head.book_id, at), account.id, days).await?;
        let Some(form) = month.adjustment else { continue };
        let made = reconciliation::inquiries(&view, head.book_id, Subject::month(account.id, until)).await?;
        let asked = made.into_iter().rfind(|inquiry| inquiry.id <= at);
        let differs = form.adjusted_bank != form.adjusted_book;
        if !differs && asked.is_none() {
            continue;
        }
        table.number(account.id)?;
        // Neither file nor line: no file said it.
        table.text("")?;
        table.text("")?;
        table.text(Name::BalanceDiffers.code())?;
        table.text(&account.account_number)?;
        for side in [form.adjusted_book, form.adjusted_bank] {
            table.text(&Fen::plain(side))?;
        }
        table.text(if differs { "open" } else { "settled" })?;
        let (how, document, actor) = followed(asked.as_ref(), (differs, at));
        table.text(how.map_or("", How::code))?;
        table.text(document)?;
        table.text(actor)?;
        table.end_row()?;
    }
    Ok(())
}

/// How a difference that no line tells of was followed up until a position: how, by which document, by whom.
fn followed(asked: Option<&Inquiry>, (is_open, at): (bool, i64)) -> (Option<How>, &str, &str) {
    let Some(inquiry) = asked else { return (None, "", "") };
    match &inquiry.answered {
        Some(answered) if answered.position <= at => (Some(How::Explained), &answered.document, &answered.by),
        _ if is_open => (Some(How::Asked), &inquiry.document, &inquiry.made_by),
        _ => (Some(How::AnsweredLater), &inquiry.document, &inquiry.made_by),
    }
}

/// Differences of lines, and payments on their way about which nothing differs: of those the bank has said nothing. Those that
/// it was asked about stay in the file when it has.
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
         SELECT m.id, NULL, NULL, '{missing}', '{code}-' || m.id,
             (m.amount_fen / 100) || CASE WHEN m.amount_fen % 100 < 10 THEN '.0' ELSE '.' END || (m.amount_fen % 100),
             '', CASE WHEN m.is_open = 1 THEN 'open' ELSE 'settled' END,
             CASE WHEN i.id IS NULL THEN '' WHEN i.answered_position <= {at} THEN 'explained'
                 WHEN m.is_open = 1 THEN 'asked' ELSE 'answered_later' END,
             CASE WHEN i.id IS NULL THEN '' WHEN i.answered_position <= {at} THEN i.answer_document ELSE i.document END,
             CASE WHEN i.answered_position <= {at} THEN i.answered_by ELSE i.made_by END
         FROM (SELECT p.book_id, p.id, p.amount_fen, CASE WHEN s.state = 'in_transit' AND NOT EXISTS (
                 SELECT 1 FROM discrepancies d
                 JOIN {differing}
                 WHERE d.book_id = p.book_id AND d.payment = p.id AND d.line_id <= {at} AND k.state = 'open')
                 THEN 1 ELSE 0 END AS is_open,
                 (SELECT MAX(x.inquiry) FROM inquiry_payments x
                     WHERE x.book_id = p.book_id AND x.payment = p.id AND x.inquiry <= {at}) AS inquiry
             FROM payments p JOIN {standing}
             WHERE p.book_id = {book_id} AND p.id <= {at}) m
         LEFT JOIN inquiries i ON i.book_id = m.book_id AND i.id = m.inquiry
         WHERE m.is_open = 1 OR i.id IS NOT NULL
         ORDER BY position, name",
        code = head.code,
        book_id = head.book_id,
        missing = Name::MissingAtBank.code(),
        differing = differing(at),
        standing = standing(at)
    )
}
