//! When grants and recipients stood above zero, known from which position on: what distinct counts need.
//!
//! A span is opened by the position that made it so and closed by the one that made it otherwise; a span opened and
//! closed by the same position never was, and is not kept. So the rows do not depend on how moves are cut into calls.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::FromQueryResult;

use super::rules::{DayChanges, Move, Span, Stage, spans, union};
use super::store::{AT_ONCE, places, with_ids};
use crate::db::entity::{grant_spans, recipient_spans};
use crate::journal::Tx;
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};

/// Brings the spans up to the moves that were just written.
pub(super) async fn follow(tx: &mut Tx, moves: &[Move]) -> Result<()> {
    let touching: Vec<&Move> = moves
        .iter()
        .filter(|one| (one.from == Stage::Disbursed || one.to == Stage::Disbursed) && one.grant.is_some())
        .collect();
    if touching.is_empty() {
        return Ok(());
    }
    let mut by_grant: BTreeMap<i64, Vec<&Move>> = BTreeMap::new();
    for one in &touching {
        by_grant.entry(one.grant.unwrap_or_default()).or_default().push(one);
    }
    let ids: Vec<i64> = by_grant.keys().copied().collect();
    let known = known_grants(tx, &ids).await?;
    let (first_payments, others): (Vec<_>, Vec<_>) = by_grant.into_iter().partition(|(grant, moves)| {
        !known.contains(grant) && matches!(moves.as_slice(), [only] if only.to == Stage::Disbursed)
    });
    let rows: Vec<grant_spans::Model> = first_payments
        .iter()
        .filter_map(|(_, moves)| moves.first())
        .map(|one| grant_row(tx.book_id(), one, (one.effective_on, None), one.effective_on))
        .collect();
    tx.insert(&rows).await?;
    for (grant, moves) in &others {
        follow_grant(tx, *grant, moves).await?;
    }
    follow_recipients(tx, &touching, !others.is_empty()).await
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

async fn known_grants(tx: &Tx, ids: &[i64]) -> Result<BTreeSet<i64>> {
    let mut known = BTreeSet::new();
    for chunk in ids.chunks(AT_ONCE) {
        let query = format!(
            "SELECT DISTINCT grant_id AS id FROM grant_spans WHERE book_id = ? AND grant_id IN ({})",
            places(chunk.len())
        );
        let rows: Vec<Id> = tx.all(&query, with_ids(tx.book_id(), chunk)).await?;
        known.extend(rows.into_iter().map(|row| row.id));
    }
    Ok(known)
}

fn grant_row(book_id: i64, one: &Move, (from_on, to_on): Span, first_on: Day) -> grant_spans::Model {
    grant_spans::Model {
        book_id,
        grant_id: one.grant.unwrap_or_default(),
        opened_at: one.position,
        from_on: from_on.to_string(),
        to_on: to_on.map(|day| day.to_string()),
        closed_at: None,
        policy: one.policy,
        recipient: one.recipient.unwrap_or_default(),
        subdistrict: one.subdistrict.clone(),
        industry: one.industry.clone(),
        size: one.size.clone(),
        kind: one.kind.clone(),
        first_on: first_on.to_string(),
    }
}

#[derive(FromQueryResult)]
struct Dated {
    position: i64,
    to_stage: String,
    amount_fen: i64,
    effective_on: String,
    reverses_position: Option<i64>,
}

/// Recomputes the spans of a grant after each position that moved its money.
async fn follow_grant(tx: &mut Tx, grant: i64, moves: &[&Move]) -> Result<()> {
    let all: Vec<Dated> = tx
        .all(
            "SELECT position, to_stage, amount_fen, effective_on, reverses_position FROM transfers
             WHERE book_id = ? AND grant_id = ? AND (to_stage = 'disbursed' OR from_stage = 'disbursed')
             ORDER BY position, line",
            vec![tx.book_id().into(), grant.into()],
        )
        .await?;
    let mut positions: Vec<&&Move> = moves.iter().collect();
    positions.dedup_by_key(|one| one.position);
    for one in positions {
        let mut changes = DayChanges::new();
        let mut first_on = None;
        for dated in all.iter().filter(|dated| dated.position <= one.position) {
            let day = Day::parse(&dated.effective_on).map_err(Error::from)?;
            let paid = dated.to_stage == Stage::Disbursed.code();
            *changes.entry(day).or_default() += if paid { dated.amount_fen } else { -dated.amount_fen };
            if paid && dated.reverses_position.is_none() {
                first_on = Some(first_on.map_or(day, |first: Day| first.min(day)));
            }
        }
        let new: Vec<grant_spans::Model> = spans(&changes)
            .into_iter()
            .map(|span| grant_row(tx.book_id(), one, span, first_on.unwrap_or(span.0)))
            .collect();
        let open: Vec<grant_spans::Model> = tx
            .all(
                "SELECT * FROM grant_spans WHERE book_id = ? AND grant_id = ? AND closed_at IS NULL",
                vec![tx.book_id().into(), grant.into()],
            )
            .await?;
        let same = |a: &grant_spans::Model, b: &grant_spans::Model| {
            (&a.from_on, &a.to_on, &a.first_on) == (&b.from_on, &b.to_on, &b.first_on)
        };
        for gone in open.iter().filter(|o| !new.iter().any(|n| same(o, n))) {
            end(tx, "grant_spans", "grant_id", grant, (gone.opened_at, &gone.from_on), one.position).await?;
        }
        let added: Vec<_> = new.into_iter().filter(|n| !open.iter().any(|o| same(o, n))).collect();
        tx.insert(&added).await?;
    }
    Ok(())
}

/// Ends one open span; one that the same position opened never was, and is taken away.
async fn end(
    tx: &mut Tx,
    table: &str,
    column: &str,
    id: i64,
    (opened_at, from_on): (i64, &str),
    position: i64,
) -> Result<()> {
    let keys = vec![tx.book_id().into(), id.into(), opened_at.into(), from_on.into()];
    let place = format!("WHERE book_id = ? AND {column} = ? AND opened_at = ? AND from_on = ?");
    if opened_at == position {
        tx.run(&format!("DELETE FROM {table} {place}"), keys).await.map(|_| ())
    } else {
        tx.run(&format!("UPDATE {table} SET closed_at = {position} {place}"), keys).await.map(|_| ())
    }
}

/// Ends the open spans of a recipient that are no more, and opens those that are new.
async fn settle(tx: &mut Tx, recipient: i64, position: i64, new: &[Span]) -> Result<()> {
    let open: Vec<recipient_spans::Model> = tx
        .all(
            "SELECT * FROM recipient_spans WHERE book_id = ? AND recipient = ? AND closed_at IS NULL",
            vec![tx.book_id().into(), recipient.into()],
        )
        .await?;
    let new: Vec<recipient_spans::Model> =
        new.iter().map(|span| recipient_row(tx.book_id(), recipient, position, *span)).collect();
    let same =
        |a: &recipient_spans::Model, b: &recipient_spans::Model| (&a.from_on, &a.to_on) == (&b.from_on, &b.to_on);
    for gone in open.iter().filter(|o| !new.iter().any(|n| same(o, n))) {
        end(tx, "recipient_spans", "recipient", recipient, (gone.opened_at, &gone.from_on), position).await?;
    }
    let added: Vec<_> = new.into_iter().filter(|n| !open.iter().any(|o| same(o, n))).collect();
    tx.insert(&added).await
}

async fn follow_recipients(tx: &mut Tx, touching: &[&Move], some_returned: bool) -> Result<()> {
    let mut by_recipient: BTreeMap<i64, Vec<&Move>> = BTreeMap::new();
    for one in touching {
        by_recipient.entry(one.recipient.unwrap_or_default()).or_default().push(one);
    }
    let ids: Vec<i64> = by_recipient.keys().copied().collect();
    let mut open = open_spans(tx, &ids).await?;
    let mut fresh = Vec::new();
    for (recipient, moves) in by_recipient {
        let there = open.remove(&recipient).unwrap_or_default();
        let only_paid = moves.iter().all(|one| one.to == Stage::Disbursed && one.reverses.is_none());
        let first = moves.iter().map(|one| one.effective_on).min();
        match (there.as_slice(), first) {
            // The first payments of this recipient: nothing to compare with.
            ([], Some(first)) if only_paid && !some_returned && same_position(&moves) => {
                fresh.extend(moves.first().map(|m| recipient_row(tx.book_id(), recipient, m.position, (first, None))));
            }
            // Paid again, not before the first payment: nothing changes.
            ([(from, None)], Some(first)) if only_paid && first >= *from => {}
            _ => follow_recipient(tx, recipient, &moves).await?,
        }
    }
    tx.insert(&fresh).await
}

fn recipient_row(book_id: i64, recipient: i64, position: i64, (from, to): Span) -> recipient_spans::Model {
    recipient_spans::Model {
        book_id,
        recipient,
        opened_at: position,
        from_on: from.to_string(),
        to_on: to.map(|day| day.to_string()),
        closed_at: None,
    }
}

#[derive(FromQueryResult)]
struct Open {
    recipient: i64,
    from_on: String,
    to_on: Option<String>,
}

async fn open_spans(tx: &Tx, ids: &[i64]) -> Result<BTreeMap<i64, Vec<Span>>> {
    let mut found: BTreeMap<i64, Vec<Span>> = BTreeMap::new();
    for chunk in ids.chunks(AT_ONCE) {
        let query = format!(
            "SELECT recipient, from_on, to_on FROM recipient_spans
             WHERE book_id = ? AND recipient IN ({}) AND closed_at IS NULL ORDER BY recipient, from_on",
            places(chunk.len())
        );
        let rows: Vec<Open> = tx.all(&query, with_ids(tx.book_id(), chunk)).await?;
        for row in rows {
            found.entry(row.recipient).or_default().push(span(&row.from_on, row.to_on.as_deref())?);
        }
    }
    Ok(found)
}

fn span(from: &str, to: Option<&str>) -> Result<Span> {
    Ok((Day::parse(from)?, to.map(Day::parse).transpose()?))
}

#[derive(FromQueryResult)]
struct Known {
    from_on: String,
    to_on: Option<String>,
    opened_at: i64,
    closed_at: Option<i64>,
}

/// Recomputes a recipient's spans, the union of its grants', after each position that moved its money.
async fn follow_recipient(tx: &mut Tx, recipient: i64, moves: &[&Move]) -> Result<()> {
    let all: Vec<Known> = tx
        .all(
            "SELECT from_on, to_on, opened_at, closed_at FROM grant_spans WHERE book_id = ? AND recipient = ?
             ORDER BY grant_id, opened_at, from_on",
            vec![tx.book_id().into(), recipient.into()],
        )
        .await?;
    let positions: BTreeSet<i64> = moves.iter().map(|one| one.position).collect();
    for position in positions {
        let visible = all
            .iter()
            .filter(|known| known.opened_at <= position && known.closed_at.is_none_or(|closed| closed > position))
            .map(|known| span(&known.from_on, known.to_on.as_deref()))
            .collect::<Result<Vec<_>>>()?;
        settle(tx, recipient, position, &union(visible)).await?;
    }
    Ok(())
}

fn same_position(moves: &[&Move]) -> bool {
    moves.windows(2).all(|pair| matches!(pair, [a, b] if a.position == b.position))
}
