//! Where the rows of each file come from: one ordered scan, everything known as of the day and at the position.

use std::collections::HashMap;
use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::columns::{self, Column};
use super::request::{Request, What};
use super::writer::{Logins, Table, Tally};
use super::{adjusting, archive_list, discrepancies, general_ledger, giving, hledger};
use super::{grants, vouchers};
use crate::audit;
use crate::db::Database;
use crate::journal::{self, Head, Line, Sealed};
use crate::kernel::{Error, Result};

/// Rows between two tellings of the progress.
const TELL_EVERY: u64 = 1_000;

/// Writes all rows of a file.
pub(super) async fn run(
    db: &Database,
    head: &Head,
    request: &Request,
    at: i64,
    out: &mut (impl Write + Send),
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Tally> {
    match request.what {
        What::Grants => grants::write(db, head, request, at, out, progress).await,
        What::Transfers => scanned(db, head, request, transfers(head, request, at), out, progress).await,
        What::Recipients => scanned(db, head, request, recipients(head, request, at), out, progress).await,
        What::Payments => scanned(db, head, request, payments(head, at), out, progress).await,
        What::Reconciliation => scanned(db, head, request, reconciliation(head, at), out, progress).await,
        What::Discrepancies => discrepancies::write(db, head, request, at, out, progress).await,
        What::Vouchers => scanned(db, head, request, vouchers::query(head, request, at), out, progress).await,
        What::GeneralLedger => general_ledger::write(db, head, request, at, out, progress).await,
        What::ArchiveList => archive_list::write(db, head, request, at, out).await,
        What::Hledger => hledger::write(db, head, request, at, out, progress).await,
        What::Giving => giving::write(db, head, request, at, out, progress).await,
        What::BankStatement => adjusting::write(db, head, request, at, out).await,
        What::Totals => {
            let totals = audit::totals(db, head, request.as_of, Some(at), &request.by).await?;
            table(totals.table(request.lang), &columns::of_totals(&totals.by), request, out)
        }
        What::TrialBalance => {
            let balance = audit::trial_balance(db, head, request.as_of, Some(at)).await?;
            table(balance.table(request.lang), columns::of(What::TrialBalance), request, out)
        }
        What::Events => events(db, head, at, Sealing::With, out, progress).await,
    }
}

/// Writes rows that were made for a screen; their first one is its header, which is left out.
fn table(
    rows: Vec<Vec<String>>,
    columns: &[Column],
    request: &Request,
    out: &mut (impl Write + Send),
) -> Result<Tally> {
    let mut table = Table::of(out, request.format, request.lang, columns, Logins::new())?;
    for row in rows.into_iter().skip(1) {
        table.texts(&row)?;
    }
    table.end()
}

async fn scanned(
    db: &Database,
    head: &Head,
    request: &Request,
    query: String,
    out: &mut (impl Write + Send),
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Tally> {
    let columns = columns::of(request.what);
    let mut table = Table::of(out, request.format, request.lang, columns, logins(db, head).await?)?;
    journal::scan(&db.read, &query, |cells| {
        table.row(cells)?;
        tell(&table, progress);
        Ok(())
    })
    .await?;
    table.end()
}

/// Tells the progress now and then.
pub(super) fn tell<W: Write + Send>(table: &Table<'_, W>, progress: &mut (dyn FnMut(u64) + Send)) {
    if table.rows().is_multiple_of(TELL_EVERY) {
        progress(table.rows());
    }
}

/// The same for rows of what is no table.
pub(super) fn tell_of(rows: u64, progress: &mut (dyn FnMut(u64) + Send)) {
    if rows.is_multiple_of(TELL_EVERY) {
        progress(rows);
    }
}

/// Logins as they were first introduced: a later change must not change an old file.
pub(super) async fn logins(db: &Database, head: &Head) -> Result<Logins> {
    let mut logins = Logins::new();
    let query = format!("SELECT actor_uid, login FROM actors WHERE book_id = {} ORDER BY position", head.book_id);
    journal::scan(&db.read, &query, |cells| {
        if let [uid, login] = cells {
            logins.entry(uid.text().to_owned()).or_insert_with(|| login.text().to_owned());
        }
        Ok(())
    })
    .await?;
    Ok(logins)
}

/// What came in to disbursed and left it, by recipient, as of the day and at the position.
fn moved(book_id: i64, request: &Request, at: i64) -> String {
    let day = request.as_of;
    format!(
        "SELECT recipient,
            CAST(SUM(CASE WHEN to_stage = 'disbursed' AND reverses_position IS NULL THEN amount_fen
                WHEN from_stage = 'disbursed' AND reverses_position IS NOT NULL THEN -amount_fen ELSE 0 END) AS BIGINT) AS paid,
            CAST(SUM(CASE WHEN from_stage = 'disbursed' AND reverses_position IS NULL THEN amount_fen
                WHEN to_stage = 'disbursed' AND reverses_position IS NOT NULL THEN -amount_fen ELSE 0 END) AS BIGINT) AS returned,
            CAST(SUM(CASE WHEN to_stage = 'disbursed' THEN amount_fen ELSE -amount_fen END) AS BIGINT) AS net
         FROM transfers WHERE book_id = {book_id} AND recipient IS NOT NULL
            AND (to_stage = 'disbursed' OR from_stage = 'disbursed')
            AND effective_on <= '{day}' AND position <= {at} GROUP BY recipient"
    )
}

fn transfers(head: &Head, request: &Request, at: i64) -> String {
    format!(
        "SELECT t.position, t.line, t.effective_on, e.recorded_at_ms, e.actor_uid, p.code, g.reference, r.number,
             t.from_stage, t.to_stage, t.amount_fen
         FROM transfers t
         JOIN events e ON e.book_id = t.book_id AND e.position = t.position
         JOIN policies p ON p.book_id = t.book_id AND p.id = t.policy
         LEFT JOIN grants g ON g.book_id = t.book_id AND g.id = t.grant_id
         LEFT JOIN recipients r ON r.book_id = t.book_id AND r.id = t.recipient
         WHERE t.book_id = {} AND t.position <= {at} AND t.effective_on <= '{}' ORDER BY t.position, t.line",
        head.book_id, request.as_of
    )
}

/// Where a payment stood at a position: its last step `s` up to it.
pub(super) fn standing(at: i64) -> String {
    format!(
        "payment_steps s ON s.book_id = p.book_id AND s.payment_id = p.id AND s.position = (
             SELECT MAX(x.position) FROM payment_steps x
             WHERE x.book_id = p.book_id AND x.payment_id = p.id AND x.position <= {at})"
    )
}

/// Where a difference `d` stood at a position: its last step `k` up to it.
pub(super) fn differing(at: i64) -> String {
    format!(
        "discrepancy_steps k ON k.book_id = d.book_id AND k.line_id = d.line_id AND k.name = d.name AND k.position = (
             SELECT MAX(x.position) FROM discrepancy_steps x
             WHERE x.book_id = d.book_id AND x.line_id = d.line_id AND x.name = d.name AND x.position <= {at})"
    )
}

/// What of a grant was settled without cash before a payment of the rest was built, by payment: that stays as it was.
const SETTLED: &str = "SELECT q.id AS payment, CAST(SUM(o.amount_fen) AS BIGINT) AS fen FROM offsets o
    JOIN payments q ON q.book_id = o.book_id AND q.grant_id = o.settled_grant AND q.instalment = 0 AND q.id > o.moved_at
    WHERE NOT EXISTS (SELECT 1 FROM transfers t WHERE t.book_id = o.book_id AND t.reverses_position = o.moved_at
        AND t.position < q.id)";

fn payments(head: &Head, at: i64) -> String {
    format!(
        "SELECT '{}-' || p.id, p.batch, p.reference, r.number, p.amount_fen, s.state,
             CASE WHEN EXISTS (SELECT 1 FROM payment_steps y WHERE y.book_id = p.book_id AND y.payment_id = p.id
                 AND y.position <= {at} AND y.state = 'in_transit') THEN b.released_on END,
             s.completed_on, s.bank_serial, s.reason, p.id, NULLIF(p.instalment, 0),
             p.amount_fen + COALESCE(x.fen, 0), COALESCE(x.fen, 0), p.amount_fen, p.attempt,
             CASE WHEN p.previous IS NOT NULL THEN '{}-' || p.previous END
         FROM payments p
         LEFT JOIN ({SETTLED} AND o.book_id = {} GROUP BY q.id) x ON x.payment = p.id
         JOIN batches b ON b.book_id = p.book_id AND b.id = p.batch
         JOIN recipients r ON r.book_id = p.book_id AND r.id = p.recipient
         JOIN {}
         WHERE p.book_id = {} AND p.id <= {at} ORDER BY p.id",
        head.code,
        head.code,
        head.book_id,
        standing(at),
        head.book_id
    )
}

fn reconciliation(head: &Head, at: i64) -> String {
    let of = |state: &str| {
        format!(
            "CAST(SUM(CASE WHEN s.state = '{state}' THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN s.state = '{state}' THEN p.amount_fen ELSE 0 END) AS BIGINT)"
        )
    };
    let states = ["paid", "refused", "returned", "in_transit"].map(of).join(", ");
    format!(
        "SELECT p.batch, COUNT(*), CAST(SUM(p.amount_fen) AS BIGINT), {states},
             (SELECT COUNT(*) FROM discrepancies d
              JOIN payments q ON q.book_id = d.book_id AND q.id = d.payment AND q.batch = p.batch
              JOIN {differing}
              WHERE d.book_id = {book_id} AND d.line_id <= {at} AND k.state = 'open')
         FROM payments p JOIN {standing}
         WHERE p.book_id = {book_id} AND p.id <= {at} AND s.state NOT IN ('built', 'dropped', 'withdrawn')
         GROUP BY p.batch ORDER BY p.batch",
        book_id = head.book_id,
        differing = differing(at),
        standing = standing(at)
    )
}

fn recipients(head: &Head, request: &Request, at: i64) -> String {
    let book_id = head.book_id;
    let moved = moved(book_id, request, at);
    let day = request.as_of;
    format!(
        "SELECT r.number, v.name, v.kind, v.subdistrict, v.industry, v.size, COALESCE(s.n, 0),
             COALESCE(t.paid, 0), COALESCE(t.returned, 0), COALESCE(t.net, 0), r.id
         FROM recipients r
         JOIN recipient_versions v ON v.book_id = r.book_id AND v.recipient = r.id AND v.position = (
             SELECT MAX(x.position) FROM recipient_versions x
             WHERE x.book_id = r.book_id AND x.recipient = r.id AND x.position <= {at})
         LEFT JOIN ({moved}) t ON t.recipient = r.id
         LEFT JOIN (SELECT recipient, COUNT(*) AS n FROM grant_spans WHERE book_id = {book_id} AND from_on <= '{day}'
             AND (to_on IS NULL OR to_on > '{day}') AND opened_at <= {at} AND (closed_at IS NULL OR closed_at > {at})
             GROUP BY recipient) s ON s.recipient = r.id
         WHERE r.book_id = {book_id} AND r.id <= {at} ORDER BY r.id"
    )
}

/// Whether sealed values go with the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sealing {
    /// They do: the book can be rebuilt.
    With,
    /// They stay behind; their digests stand in the events.
    Without,
}

/// Writes every event up to the position.
pub(super) async fn events(
    db: &Database,
    head: &Head,
    at: i64,
    sealing: Sealing,
    out: &mut (impl Write + Send),
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Tally> {
    let mut sealed: HashMap<i64, Vec<Sealed>> = HashMap::new();
    let with = i64::from(sealing == Sealing::With);
    let query = format!(
        "SELECT position, slot, salt, value FROM private
         WHERE book_id = {} AND position <= {at} AND {with} = 1 ORDER BY position, slot",
        head.book_id
    );
    journal::scan(&db.read, &query, |cells| {
        let [position, slot, salt, value] = cells else { return Ok(()) };
        sealed.entry(position.int()?).or_default().push(Sealed {
            slot: slot.text().to_owned(),
            salt: STANDARD.encode(salt.bytes()),
            value: STANDARD.encode(value.bytes()),
        });
        Ok(())
    })
    .await?;
    let mut rows = 0;
    journal::each_event(&db.read, head.book_id, at, |event| {
        let line = Line::of(&head.book_uid, &event, sealed.remove(&event.position).unwrap_or_default())?;
        serde_json::to_writer(&mut *out, &line).map_err(Error::internal)?;
        out.write_all(b"\n").map_err(Error::internal)?;
        rows += 1;
        if rows % TELL_EVERY == 0 {
            progress(rows);
        }
        Ok(())
    })
    .await?;
    Ok(Tally { rows, ..Tally::default() })
}
