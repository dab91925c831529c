//! Batches: built, changed, withdrawn, released, and the files made of them.

use sea_orm::Value;

use super::rows::{Moving, Stand, stand, transfers};
use super::stepping::{Change, Steps};
use super::{BatchBuilt, BatchOpened, BatchReleased, BatchWithdrawn, PaymentBuilt, PaymentFileMade, PaymentsDropped};
use crate::db::entity::{
    batches, payment_files, payment_lives, payment_splits, payment_steps, payments, release_confirmations,
    release_explanations,
};
use crate::funds::{Posting, Stage};
use crate::journal::{Recorded, Tx};
use crate::kernel::Result;
use crate::kernel::money::Fen;
use crate::payments::rules::{BatchState, PaymentState};
use crate::payments::store;
use crate::people::Persons;

/// Payments whose money moves in one call.
const AT_ONCE: u64 = 5_000;

/// Opens batches.
pub(super) async fn opened(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    let mut rows = Vec::with_capacity(run.len());
    for event in run {
        let opened: BatchOpened = event.payload()?;
        rows.push(batches::Model {
            book_id: tx.book_id(),
            id: event.position,
            paying_account: opened.paying_account,
            policy: opened.policy,
            state: BatchState::Open.code().to_owned(),
            payments_count: 0,
            sum_fen: 0,
            first_position: 0,
            last_position: 0,
            digest: String::new(),
            reason: String::new(),
            built_by: event.actor_uid.clone(),
            built_person: persons.of(&event.actor_uid)?.to_owned(),
            built_at_ms: event.recorded_at.get(),
            released_by: None,
            released_person: None,
            released_at_ms: None,
            released_on: None,
        });
    }
    tx.insert(rows).await
}

/// Puts payments into their batches; their grants are in payment.
pub(super) async fn payments(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    let book_id = tx.book_id();
    let built: Vec<PaymentBuilt> = run.iter().map(Recorded::payload).collect::<Result<_>>()?;
    let ids: Vec<i64> = built.iter().map(|payment| payment.grant).collect();
    let makers = store::makers(tx.connection(), book_id, &ids).await?;
    let stepping: Vec<Change<'_>> = run.iter().zip(&built).map(|(event, payment)| begun(event, payment)).collect();
    let stepping = Steps::of(tx, &stepping).await?;
    let (mut rows, mut lives, mut steps, mut splits) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (event, payment) in run.iter().zip(built) {
        splits.extend(own_split(book_id, event.position, &payment.split));
        let maker = makers.get(&payment.grant).cloned().unwrap_or_default();
        lives.push(payment_lives::Model {
            book_id,
            payment_id: event.position,
            state: PaymentState::Built.code().to_owned(),
            grant_prepared_person: maker.prepared,
            grant_reduced_person: maker.reduced,
            built_person: persons.of(&event.actor_uid)?.to_owned(),
            released_person: None,
            released_on: None,
            completed_on: None,
            bank_serial: String::new(),
            reason: String::new(),
            reissued: 0,
        });
        steps.push(payment_steps::Model {
            book_id,
            payment_id: event.position,
            position: event.position,
            state: PaymentState::Built.code().to_owned(),
            completed_on: None,
            bank_serial: String::new(),
            reason: String::new(),
        });
        rows.push(row(book_id, event, payment));
    }
    tx.insert(rows).await?;
    tx.insert(lives).await?;
    tx.insert(steps).await?;
    tx.insert(splits).await?;
    stepping.take(tx).await
}

fn begun<'a>(event: &'a Recorded, payment: &PaymentBuilt) -> Change<'a> {
    Change {
        event,
        payment: event.position,
        grant: payment.grant,
        instalment: payment.instalment.unwrap_or(0),
        amount: payment.amount,
        to: PaymentState::Built,
        is_reissued: false,
        reason: "",
    }
}

/// What a payment takes from several allotments; of one alone its amount tells it.
fn own_split(book_id: i64, payment_id: i64, split: &[(i64, Fen)]) -> Vec<payment_splits::Model> {
    let row = |(allotment, amount): &(i64, Fen)| payment_splits::Model {
        book_id,
        payment_id,
        allotment: *allotment,
        amount_fen: amount.get(),
    };
    split.iter().map(row).collect()
}

fn row(book_id: i64, event: &Recorded, payment: PaymentBuilt) -> payments::Model {
    payments::Model {
        book_id,
        id: event.position,
        batch: payment.batch,
        grant_id: payment.grant,
        attempt: payment.attempt,
        previous: payment.previous,
        recipient: payment.recipient,
        policy: payment.policy,
        reference: payment.reference,
        amount_fen: payment.amount.get(),
        account_name: payment.account_name,
        account_number: payment.account_number,
        bank_code: payment.bank_code,
        bank_name: payment.bank_name,
        living: 1,
        leaf_hash: event.leaf.0.to_vec(),
        instalment: payment.instalment.unwrap_or(0),
    }
}

/// Batches whose payments are all there.
pub(super) async fn built(tx: &mut Tx, run: &[Recorded]) -> Result<()> {
    for event in run {
        let built: BatchBuilt = event.payload()?;
        tx.run(
            "UPDATE batches SET state = ?, payments_count = ?, sum_fen = ?, first_position = ?, last_position = ?,
                digest = ? WHERE book_id = ? AND id = ?",
            vec![
                BatchState::Built.code().into(),
                built.payments.into(),
                built.sum.get().into(),
                built.first.into(),
                built.last.into(),
                built.digest.into(),
                tx.book_id().into(),
                built.batch.into(),
            ],
        )
        .await?;
    }
    Ok(())
}

/// Payments taken out of batches: their grants are approved again.
pub(super) async fn dropped(tx: &mut Tx, run: &[Recorded]) -> Result<()> {
    for event in run {
        let dropped: PaymentsDropped = event.payload()?;
        end(tx, event, &dropped.payments, PaymentState::Dropped, &dropped.reason).await?;
        tx.run(
            "UPDATE batches SET payments_count = ?, sum_fen = ?, digest = ? WHERE book_id = ? AND id = ?",
            vec![
                dropped.left.into(),
                dropped.sum.get().into(),
                dropped.digest.into(),
                tx.book_id().into(),
                dropped.batch.into(),
            ],
        )
        .await?;
    }
    Ok(())
}

/// Batches taken back: their grants are approved again.
pub(super) async fn withdrawn(tx: &mut Tx, run: &[Recorded]) -> Result<()> {
    for event in run {
        let withdrawn: BatchWithdrawn = event.payload()?;
        let ids = store::built_of(tx.connection(), tx.book_id(), withdrawn.batch).await?;
        end(tx, event, &ids, PaymentState::Withdrawn, &withdrawn.reason).await?;
        tx.run(
            "UPDATE batches SET state = ?, reason = ? WHERE book_id = ? AND id = ?",
            vec![
                BatchState::Withdrawn.code().into(),
                withdrawn.reason.into(),
                tx.book_id().into(),
                withdrawn.batch.into(),
            ],
        )
        .await?;
    }
    Ok(())
}

/// Ends payments that never went out.
async fn end(tx: &mut Tx, event: &Recorded, ids: &[i64], to: PaymentState, reason: &str) -> Result<()> {
    let briefs = store::briefs(tx.connection(), tx.book_id(), ids).await?;
    let stands: Vec<Stand> = briefs
        .iter()
        .map(|payment| Stand {
            payment: payment.id,
            grant: payment.grant,
            position: event.position,
            from: payment.state,
            to,
            completed_on: None,
            bank_serial: String::new(),
            reason: reason.to_owned(),
        })
        .collect();
    let changes: Vec<Change<'_>> = briefs.iter().map(|payment| Change::of(event, payment, to, reason)).collect();
    let steps = Steps::of(tx, &changes).await?;
    stand(tx, &stands).await?;
    steps.take(tx).await
}

/// Batches that another person released: what was payable is in transit.
pub(super) async fn released(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for event in run {
        let released: BatchReleased = event.payload()?;
        let (person, on) = (persons.of(&event.actor_uid)?, released.released_on);
        move_out(tx, event.position, &released).await?;
        let book_id: Value = tx.book_id().into();
        tx.run(
            "INSERT INTO payment_steps (book_id, payment_id, position, state, bank_serial, reason)
             SELECT book_id, id, CAST(? AS BIGINT), CAST(? AS TEXT), '', '' FROM whole_payments
             WHERE book_id = ? AND batch = ? AND state = ?",
            vec![
                event.position.into(),
                PaymentState::InTransit.code().into(),
                book_id.clone(),
                released.batch.into(),
                PaymentState::Built.code().into(),
            ],
        )
        .await?;
        // A batch's payments are neighbours, and no payment of another batch lies between them.
        tx.run(
            "UPDATE payment_lives SET state = ?, released_person = ?, released_on = ?
             WHERE book_id = ? AND state = ?
                AND payment_id >= (SELECT first_position FROM batches WHERE book_id = ? AND id = ?)
                AND payment_id <= (SELECT last_position FROM batches WHERE book_id = ? AND id = ?)",
            vec![
                PaymentState::InTransit.code().into(),
                person.into(),
                on.to_string().into(),
                book_id.clone(),
                PaymentState::Built.code().into(),
                book_id.clone(),
                released.batch.into(),
                book_id.clone(),
                released.batch.into(),
            ],
        )
        .await?;
        tx.run(
            "UPDATE batches SET state = ?, released_by = ?, released_person = ?, released_at_ms = ?, released_on = ?
             WHERE book_id = ? AND id = ?",
            vec![
                BatchState::Released.code().into(),
                event.actor_uid.clone().into(),
                person.into(),
                event.recorded_at.get().into(),
                on.to_string().into(),
                book_id,
                released.batch.into(),
            ],
        )
        .await?;
        looked_at(tx, released).await?;
    }
    Ok(())
}

/// What the releaser confirmed and explained.
async fn looked_at(tx: &mut Tx, released: BatchReleased) -> Result<()> {
    let (book_id, batch) = (tx.book_id(), released.batch);
    let confirmations = released.confirmed.into_iter().map(|one| release_confirmations::Model {
        book_id,
        batch,
        account: one.account,
        account_number: one.account_number,
        confirmed_with: one.with,
        confirmed_through: one.through,
    });
    tx.insert(confirmations.collect()).await?;
    let explanations = released.explained.into_iter().map(|one| release_explanations::Model {
        book_id,
        batch,
        account_number: one.account_number,
        recipients_count: one.recipients,
        explanation: one.explanation,
    });
    tx.insert(explanations.collect()).await
}

/// Pages through the payments, so that many of them need little memory.
async fn move_out(tx: &mut Tx, position: i64, released: &BatchReleased) -> Result<()> {
    let (mut after, mut line) = (0, 1);
    let mut posting = Posting::default();
    loop {
        let part = store::built_after(tx.connection(), tx.book_id(), released.batch, after, AT_ONCE).await?;
        let Some(last) = part.last() else { break };
        after = last.id;
        let moving: Vec<Moving> = part
            .iter()
            .enumerate()
            .map(|(index, payment)| Moving {
                payment: payment.clone(),
                key: (position, if index == 0 { line } else { 0 }),
                from: Stage::Payable,
                to: Stage::InTransit,
                on: released.released_on,
            })
            .collect();
        let moves = transfers(tx, &moving).await?;
        line = moves.last().map_or(line, |last| last.line + 1);
        posting.add(tx, &moves).await?;
    }
    posting.end(tx).await
}

/// Files that were made for the bank.
pub(super) async fn file_made(tx: &mut Tx, run: &[Recorded]) -> Result<()> {
    let mut rows = Vec::new();
    for event in run {
        let made: PaymentFileMade = event.payload()?;
        for (file, part) in made.files.into_iter().zip(1..) {
            rows.push(payment_files::Model {
                book_id: tx.book_id(),
                id: event.position,
                part,
                batch: made.batch,
                profile: made.profile.clone(),
                file_sha256: file.file,
                file_name: file.file_name,
                payments_count: file.payments,
                sum_fen: file.sum.get(),
                made_by: event.actor_uid.clone(),
                made_at_ms: event.recorded_at.get(),
                profile_version: made.profile_version,
            });
        }
    }
    tx.insert(rows).await
}
