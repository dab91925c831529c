//! What many payments write in one statement, and the money that they move.

use std::collections::HashMap;

use sea_orm::Value;

use crate::db::entity::payment_steps;
use crate::db::sql::places;
use crate::funds::{Move, Stage};
use crate::grants;
use crate::journal::Tx;
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};
use crate::payments::rules::PaymentState;
use crate::payments::store;

/// Rows of `VALUES` in one statement.
const AT_ONCE: usize = 200;

/// Where a payment stands after an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stand {
    pub(super) payment: i64,
    pub(super) grant: i64,
    pub(super) position: i64,
    pub(super) from: PaymentState,
    pub(super) to: PaymentState,
    pub(super) completed_on: Option<Day>,
    pub(super) bank_serial: String,
    pub(super) reason: String,
}

/// Brings payments where they stand, in order, and writes the steps down. A payment may stand twice among them.
pub(super) async fn stand(tx: &mut Tx, stands: &[Stand]) -> Result<()> {
    let book_id = tx.book_id();
    let step = |stand: &Stand| payment_steps::Model {
        book_id,
        payment_id: stand.payment,
        position: stand.position,
        state: stand.to.code().to_owned(),
        completed_on: stand.completed_on.map(|day| day.to_string()),
        bank_serial: stand.bank_serial.clone(),
        reason: stand.reason.clone(),
    };
    tx.insert(stands.iter().map(step).collect()).await?;
    // Only where a payment stands in the end stays.
    let last: HashMap<i64, &Stand> = stands.iter().map(|stand| (stand.payment, stand)).collect();
    let mut last: Vec<&Stand> = last.into_values().collect();
    last.sort_unstable_by_key(|stand| stand.payment);
    for chunk in last.chunks(AT_ONCE) {
        update(tx, chunk).await?;
    }
    let dead: Vec<i64> = last.iter().filter(|stand| !stand.to.is_living()).map(|stand| stand.payment).collect();
    living(tx, &dead, false).await?;
    let revived: Vec<i64> = last
        .iter()
        .filter(|stand| stand.to.is_living() && !stand.from.is_living())
        .map(|stand| stand.payment)
        .collect();
    living(tx, &revived, true).await
}

async fn update(tx: &mut Tx, stands: &[&Stand]) -> Result<()> {
    let places = vec!["(CAST(? AS BIGINT), ?, CAST(? AS TEXT), ?, ?)"; stands.len()].join(",");
    let mut values: Vec<Value> = Vec::with_capacity(stands.len() * 5 + 1);
    for stand in stands {
        values.extend([
            stand.payment.into(),
            stand.to.code().into(),
            Value::from(stand.completed_on.map(|day| day.to_string())),
            stand.bank_serial.clone().into(),
            stand.reason.clone().into(),
        ]);
    }
    values.push(tx.book_id().into());
    tx.run(
        &format!(
            "UPDATE payment_lives SET state = v.column2, completed_on = v.column3, bank_serial = v.column4,
                reason = v.column5
             FROM (VALUES {places}) AS v WHERE payment_lives.book_id = ? AND payment_lives.payment_id = v.column1"
        ),
        values,
    )
    .await
    .map(|_| ())
}

/// Whether payments stand for their grants.
async fn living(tx: &mut Tx, payments: &[i64], living: bool) -> Result<()> {
    for chunk in payments.chunks(AT_ONCE) {
        let list = places(chunk.len());
        let mut values: Vec<Value> = vec![i64::from(living).into(), tx.book_id().into()];
        values.extend(chunk.iter().map(|payment| Value::from(*payment)));
        tx.run(&format!("UPDATE payments SET living = ? WHERE book_id = ? AND id IN ({list})"), values).await?;
    }
    Ok(())
}

/// Money that one payment moves.
#[derive(Debug, Clone)]
pub(super) struct Moving {
    pub(super) payment: store::Brief,
    /// Position of the event, and the line of its first transfer.
    pub(super) key: (i64, i64),
    pub(super) from: Stage,
    pub(super) to: Stage,
    pub(super) on: Day,
}

/// The transfers of payments, each as its allotments share it. A key of line 0 goes on where the
/// last payment of the same event ended.
pub(super) async fn transfers(tx: &Tx, moving: &[Moving]) -> Result<Vec<Move>> {
    let payments: Vec<store::Brief> = moving.iter().map(|one| one.payment.clone()).collect();
    let carried = store::carried(tx.connection(), tx.book_id(), &payments).await?;
    let mut moves: Vec<Move> = Vec::with_capacity(moving.len());
    for one in moving {
        let payment = &one.payment;
        let held = carried
            .get(&payment.id)
            .ok_or_else(|| Error::internal(format!("payment {} has no grant {}", payment.id, payment.grant)))?;
        let (position, line) = one.key;
        let next = moves.last().filter(|last| last.position == position).map_or(1, |last| last.line + 1);
        let line = if line == 0 { next } else { line };
        moves.extend(grants::moves((position, line), std::slice::from_ref(held), (one.from, one.to), |_| one.on));
    }
    Ok(moves)
}

/// Payments as appliers need them, by id.
pub(super) async fn known(tx: &Tx, ids: &[i64]) -> Result<HashMap<i64, store::Brief>> {
    Ok(store::briefs(tx.connection(), tx.book_id(), ids).await?.into_iter().map(|brief| (brief.id, brief)).collect())
}
