//! Differences that were settled.

use sea_orm::Value;

use super::bank::{Answered, answer, whole};
use super::differing::{Turn, turn};
use super::{DiscrepancySettled, LineMatched};
use crate::journal::{Recorded, Tx};
use crate::kernel::{Error, Result};
use crate::payments::rules::{How, Name};
use crate::payments::store;
use crate::people::Persons;

/// Writes down how differences were settled; a bank's answer that counts after all moves the money. A line for which
/// somebody chose the payment is about that one from then on.
pub(super) async fn apply(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for event in run {
        let settled: DiscrepancySettled = event.payload()?;
        let mut values: Vec<Value> = vec![settled.line.into()];
        let mut condition = "line_id = ? AND state = 'open'".to_owned();
        if settled.applied.is_none() {
            // An answer that counts as a whole settles all that differed about its line.
            condition.push_str(" AND name = ?");
            values.push(settled.name.code().into());
        }
        let turned = Turn {
            event,
            state: "settled",
            how: Some(settled.how),
            document: &settled.document,
            note: &settled.note,
            person: Some(persons.of(&event.actor_uid)?),
        };
        turn(tx, &turned, &condition, values).await?;
        if let Some(payment) = settled.payment {
            tx.run(
                "UPDATE bank_lines SET payment = ? WHERE book_id = ? AND id = ?",
                vec![payment.into(), tx.book_id().into(), settled.line.into()],
            )
            .await?;
        }
        if let Some(applied) = &settled.applied {
            let line = store::line(tx.connection(), tx.book_id(), settled.line).await?;
            let line = line.ok_or_else(|| Error::internal(format!("there is no line {}", settled.line)))?;
            let payment = line.payment.ok_or_else(|| Error::internal("a line about no payment cannot count"))?;
            let answered = Answered { event, payment, applied, bank_serial: &line.bank_serial, reason: &line.reason };
            answer(tx, &[answered]).await?;
            tx.run(
                "UPDATE bank_lines SET applied = 1 WHERE book_id = ? AND id = ?",
                vec![tx.book_id().into(), settled.line.into()],
            )
            .await?;
        }
    }
    Ok(())
}

/// Keeps for which batch a line stands, as somebody chose: the book knows it by that.
pub(super) async fn matched(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for event in run {
        let matched: LineMatched = event.payload()?;
        let (whole, members) = whole(tx.book_id(), matched.line, &matched.stands_for, Some(event.position))?;
        tx.insert(vec![whole]).await?;
        tx.insert(members).await?;
        let turned = Turn {
            event,
            state: "settled",
            how: Some(How::BatchChosen),
            document: "",
            note: "",
            person: Some(persons.of(&event.actor_uid)?),
        };
        let condition = "line_id = ? AND state = 'open' AND name = ?";
        turn(tx, &turned, condition, vec![matched.line.into(), Name::MissingInBook.code().into()]).await?;
    }
    Ok(())
}
