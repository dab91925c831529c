//! From when until when grants and recipients stood above zero, brought up to date by moves into and out of `disbursed`.
//!
//! Only what is known at each position counts, so it makes no difference how many events, or what part of one, come in
//! one call.

use std::collections::BTreeMap;

use sea_orm::FromQueryResult;

use super::super::rules::{Known, Move, Span, Stage, learn, spans, union};
use super::super::store::{picks, some_of};
use crate::db::entity::{grant_spans, recipient_spans};
use crate::journal::Tx;
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};

/// A grant's span beside the day of its first payment.
type GrantSpan = (Span, Day);

/// The rows to be written, and the records whose rows they replace.
#[derive(Debug, Default)]
pub(super) struct Learned {
    first_position: i64,
    grants: Vec<grant_spans::Model>,
    replaced_grants: Vec<i64>,
    recipients: Vec<recipient_spans::Model>,
    replaced_recipients: Vec<i64>,
}

/// One grant: what it was known to have, and what the moves bring, by position.
struct Grant<'a> {
    like: &'a Move,
    recipient: i64,
    days: BTreeMap<Day, i128>,
    brought: BTreeMap<i64, Vec<(Day, i128)>>,
    rows: Vec<Known<GrantSpan>>,
    was_above: bool,
}

/// The spans that a grant has from each position on.
type Course = Vec<(i64, Vec<Span>)>;

/// Works out what these moves change. Reads the transfers before them, so it is called before they are inserted.
pub(super) async fn learned(tx: &Tx, moves: &[Move]) -> Result<Learned> {
    let mut grants = grants_of(moves)?;
    let Some(first_position) = moves.first().map(|m| m.position).filter(|_| !grants.is_empty()) else {
        return Ok(Learned::default());
    };
    load_days(tx, &mut grants).await?;
    load_grant_rows(tx, first_position, &mut grants).await?;
    let mut learned = Learned { first_position, ..Learned::default() };
    let mut recipients: BTreeMap<i64, Recipient> = BTreeMap::new();
    for (id, grant) in &mut grants {
        let before = grant.rows.clone();
        let recipient = recipients.entry(grant.recipient).or_default();
        recipient.shrinks |= grant.was_above;
        recipient.grants.insert(*id, current(&before));
        recipient.courses.push((*id, grant.run()));
        if grant.rows != before {
            if !before.is_empty() {
                learned.replaced_grants.push(*id);
            }
            learned.grants.extend(grant.rows.iter().map(|row| grant_row(tx.book_id(), *id, grant, row)));
        }
    }
    load_others(tx, &mut recipients).await?;
    load_recipient_rows(tx, first_position, &mut recipients).await?;
    for (id, recipient) in &mut recipients {
        let before = recipient.rows.clone();
        recipient.run();
        if recipient.rows != before {
            if !before.is_empty() {
                learned.replaced_recipients.push(*id);
            }
            learned.recipients.extend(recipient.rows.iter().map(|row| recipient_row(tx.book_id(), *id, row)));
        }
    }
    Ok(learned)
}

/// Writes what was worked out.
pub(super) async fn write(tx: &mut Tx, learned: Learned) -> Result<()> {
    for (table, key, ids) in [
        ("grant_spans", "grant_id", &learned.replaced_grants),
        ("recipient_spans", "recipient", &learned.replaced_recipients),
    ] {
        for pick in some_of(key, ids) {
            let statement = format!(
                "DELETE FROM {table} WHERE book_id = ? AND {} AND (closed_at IS NULL OR closed_at = ?)",
                pick.condition
            );
            let values = [vec![tx.book_id().into()], pick.values, vec![learned.first_position.into()]].concat();
            tx.run(&statement, values).await?;
        }
    }
    tx.insert(learned.grants).await?;
    tx.insert(learned.recipients).await
}

/// The grants whose disbursed amount these moves change.
fn grants_of(moves: &[Move]) -> Result<BTreeMap<i64, Grant<'_>>> {
    let mut grants = BTreeMap::new();
    for m in moves {
        let net = match (m.from, m.to) {
            (_, Stage::Disbursed) => i128::from(m.amount.get()),
            (Stage::Disbursed, _) => -i128::from(m.amount.get()),
            _ => continue,
        };
        let (Some(id), Some(recipient)) = (m.grant, m.recipient) else {
            return Err(Error::internal(format!("{}/{} is disbursed to nobody", m.position, m.line)));
        };
        let grant = grants.entry(id).or_insert_with(|| Grant {
            like: m,
            recipient,
            days: BTreeMap::new(),
            brought: BTreeMap::new(),
            rows: Vec::new(),
            was_above: false,
        });
        grant.brought.entry(m.position).or_default().push((m.effective_on, net));
    }
    Ok(grants)
}

impl Grant<'_> {
    /// Takes in what is brought, position by position.
    fn run(&mut self) -> Course {
        let mut course = Vec::with_capacity(self.brought.len());
        for (position, moved) in std::mem::take(&mut self.brought) {
            for (day, net) in moved {
                *self.days.entry(day).or_default() += net;
            }
            let now = spans(&self.days);
            let first_on = now.first().map(|span| span.from);
            let content: Vec<GrantSpan> = now.iter().filter_map(|span| Some((*span, first_on?))).collect();
            learn(&mut self.rows, position, &content);
            course.push((position, now));
        }
        course
    }
}

/// What of these rows is known now.
fn current(rows: &[Known<GrantSpan>]) -> Vec<Span> {
    rows.iter().filter(|row| row.closed_at.is_none()).map(|row| row.content.0).collect()
}

/// One recipient: its grants that change, and the spans of all that do not.
#[derive(Default)]
struct Recipient {
    /// Whether a grant that already counted changes; if not, the recipient's own spans stand for all its other grants.
    shrinks: bool,
    grants: BTreeMap<i64, Vec<Span>>,
    courses: Vec<(i64, Course)>,
    others: Vec<Span>,
    rows: Vec<Known<Span>>,
}

impl Recipient {
    fn run(&mut self) {
        let mut changes: Vec<(i64, i64, Vec<Span>)> = Vec::new();
        for (grant, course) in std::mem::take(&mut self.courses) {
            changes.extend(course.into_iter().map(|(position, spans)| (position, grant, spans)));
        }
        changes.sort_by_key(|(position, grant, _)| (*position, *grant));
        for event in changes.chunk_by(|one, next| one.0 == next.0) {
            for (_, grant, spans) in event {
                self.grants.insert(*grant, spans.clone());
            }
            let now = union(self.others.iter().chain(self.grants.values().flatten()).copied());
            if let Some((position, ..)) = event.first() {
                learn(&mut self.rows, *position, &now);
            }
        }
    }
}

#[derive(FromQueryResult)]
struct GrantDay {
    grant_id: i64,
    effective_on: String,
    net_fen: i64,
}

async fn load_days(tx: &Tx, grants: &mut BTreeMap<i64, Grant<'_>>) -> Result<()> {
    let ids: Vec<i64> = grants.keys().copied().collect();
    for pick in picks("grant_id", &ids) {
        let query = format!(
            "SELECT grant_id, effective_on,
                CAST(SUM(CASE WHEN to_stage = 'disbursed' THEN amount_fen ELSE -amount_fen END) AS BIGINT) AS net_fen
             FROM transfers
             WHERE book_id = ? AND {} AND (to_stage = 'disbursed' OR from_stage = 'disbursed')
             GROUP BY grant_id, effective_on",
            pick.condition
        );
        let rows: Vec<GrantDay> = tx.all(&query, [vec![tx.book_id().into()], pick.values].concat()).await?;
        for row in rows {
            if let Some(grant) = grants.get_mut(&row.grant_id) {
                grant.days.insert(day(&row.effective_on)?, i128::from(row.net_fen));
            }
        }
    }
    Ok(())
}

/// Rows that are known, or were until the first of these moves.
async fn load_grant_rows(tx: &Tx, first_position: i64, grants: &mut BTreeMap<i64, Grant<'_>>) -> Result<()> {
    let ids: Vec<i64> = grants.keys().copied().collect();
    for pick in picks("grant_id", &ids) {
        let query = format!(
            "SELECT * FROM grant_spans WHERE book_id = ? AND {} AND (closed_at IS NULL OR closed_at = ?)",
            pick.condition
        );
        let values = [vec![tx.book_id().into()], pick.values, vec![first_position.into()]].concat();
        let rows: Vec<grant_spans::Model> = tx.all(&query, values).await?;
        for row in rows {
            if let Some(grant) = grants.get_mut(&row.grant_id) {
                grant.was_above |= row.closed_at.is_none();
                let content = (span(&row.from_on, row.to_on.as_deref())?, day(&row.first_on)?);
                grant.rows.push(Known { opened_at: row.opened_at, closed_at: row.closed_at, content });
            }
        }
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct OtherSpan {
    recipient: i64,
    grant_id: i64,
    from_on: String,
    to_on: Option<String>,
}

/// The spans of the grants that do not change, of recipients one of whose grants may shrink.
async fn load_others(tx: &Tx, recipients: &mut BTreeMap<i64, Recipient>) -> Result<()> {
    let ids: Vec<i64> = recipients.iter().filter(|(_, r)| r.shrinks).map(|(id, _)| *id).collect();
    for pick in some_of("recipient", &ids) {
        let query = format!(
            "SELECT recipient, grant_id, from_on, to_on FROM grant_spans
             WHERE book_id = ? AND {} AND closed_at IS NULL",
            pick.condition
        );
        let rows: Vec<OtherSpan> = tx.all(&query, [vec![tx.book_id().into()], pick.values].concat()).await?;
        for row in rows {
            if let Some(recipient) = recipients.get_mut(&row.recipient)
                && !recipient.grants.contains_key(&row.grant_id)
            {
                recipient.others.push(span(&row.from_on, row.to_on.as_deref())?);
            }
        }
    }
    Ok(())
}

async fn load_recipient_rows(tx: &Tx, first_position: i64, recipients: &mut BTreeMap<i64, Recipient>) -> Result<()> {
    let ids: Vec<i64> = recipients.keys().copied().collect();
    for pick in picks("recipient", &ids) {
        let query = format!(
            "SELECT * FROM recipient_spans WHERE book_id = ? AND {} AND (closed_at IS NULL OR closed_at = ?)",
            pick.condition
        );
        let values = [vec![tx.book_id().into()], pick.values, vec![first_position.into()]].concat();
        let rows: Vec<recipient_spans::Model> = tx.all(&query, values).await?;
        for row in rows {
            if let Some(recipient) = recipients.get_mut(&row.recipient) {
                let content = span(&row.from_on, row.to_on.as_deref())?;
                if row.closed_at.is_none() && !recipient.shrinks {
                    recipient.others.push(content);
                }
                recipient.rows.push(Known { opened_at: row.opened_at, closed_at: row.closed_at, content });
            }
        }
    }
    Ok(())
}

fn grant_row(book_id: i64, id: i64, grant: &Grant<'_>, row: &Known<GrantSpan>) -> grant_spans::Model {
    let (span, first_on) = row.content;
    grant_spans::Model {
        book_id,
        grant_id: id,
        opened_at: row.opened_at,
        from_on: span.from.to_string(),
        to_on: span.to.map(|day| day.to_string()),
        closed_at: row.closed_at,
        policy: grant.like.policy,
        recipient: grant.recipient,
        subdistrict: grant.like.subdistrict.clone(),
        industry: grant.like.industry.clone(),
        size: grant.like.size.clone(),
        kind: grant.like.kind.clone(),
        first_on: first_on.to_string(),
    }
}

fn recipient_row(book_id: i64, id: i64, row: &Known<Span>) -> recipient_spans::Model {
    recipient_spans::Model {
        book_id,
        recipient: id,
        opened_at: row.opened_at,
        from_on: row.content.from.to_string(),
        to_on: row.content.to.map(|day| day.to_string()),
        closed_at: row.closed_at,
    }
}

fn day(text: &str) -> Result<Day> {
    Day::parse(text).map_err(Error::internal)
}

fn span(from: &str, to: Option<&str>) -> Result<Span> {
    Ok(Span { from: day(from)?, to: to.map(day).transpose()? })
}
