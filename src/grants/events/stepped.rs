//! What events of later features do to grants: a payment brings a grant further, a corrected account goes on it.

use super::rows::{Taken, take};
use crate::grants::rules::State;
use crate::journal::{Recorded, Tx};
use crate::kernel::Result;
use crate::kernel::money::Fen;
use crate::recipients::Account;

/// A step that an event of a later feature takes with a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stepped {
    /// The grant.
    pub grant: i64,
    /// Where it stands afterwards.
    pub state: State,
    /// Position of the event.
    pub position: i64,
    /// Who.
    pub actor_uid: String,
    /// When, unix milliseconds.
    pub at_ms: i64,
    /// Why, where a person or a bank said so.
    pub reason: String,
}

impl Stepped {
    /// The step that an event took with one grant.
    pub fn by(event: &Recorded, grant: i64, state: State, reason: &str) -> Self {
        Self {
            grant,
            state,
            position: event.position,
            actor_uid: event.actor_uid.clone(),
            at_ms: event.recorded_at.get(),
            reason: reason.to_owned(),
        }
    }
}

/// Writes steps down, in order, and brings the grants there. For appliers only; the steps were judged when they were
/// decided.
pub async fn step(tx: &mut Tx, steps: &[Stepped]) -> Result<()> {
    for run in runs(steps) {
        let Some(first) = run.first() else { continue };
        let taken: Vec<Taken> = run.iter().map(taken).collect();
        take(tx, first.state, &taken).await?;
    }
    Ok(())
}

fn taken(step: &Stepped) -> Taken {
    Taken {
        grant: step.grant,
        position: step.position,
        actor_uid: step.actor_uid.clone(),
        reviewer: None,
        at_ms: step.at_ms,
        reason: step.reason.clone(),
    }
}

/// Neighbours that lead to one state, none of them about one grant twice.
fn runs(steps: &[Stepped]) -> Vec<&[Stepped]> {
    let mut runs = Vec::new();
    let mut rest = steps;
    while let Some(first) = rest.first() {
        let mut seen = std::collections::HashSet::new();
        let length = rest.iter().take_while(|step| step.state == first.state && seen.insert(step.grant)).count();
        let (run, after) = rest.split_at(length);
        runs.push(run);
        rest = after;
    }
    runs
}

/// Pays a grant to another account from here on. For appliers only.
pub async fn pay_to(tx: &mut Tx, grant: i64, account: &Account) -> Result<()> {
    tx.run(
        "UPDATE grants SET payee_relation = ?, account_name = ?, account_number = ?, bank_code = ?, bank_name = ?
         WHERE book_id = ? AND id = ?",
        vec![
            account.payee_relation.clone().into(),
            account.account_name.clone().into(),
            account.account_number.clone().into(),
            account.bank_code.clone().into(),
            account.bank_name.clone().into(),
            tx.book_id().into(),
            grant.into(),
        ],
    )
    .await
    .map(|_| ())
}

/// Takes note of what of a grant is settled without cash, by allotment: its payment pays the rest. For appliers only.
pub async fn offset(tx: &mut Tx, grant: i64, parts: &[(i64, Fen)]) -> Result<()> {
    for (allotment, amount) in parts {
        tx.run(
            "INSERT INTO grant_offsets (book_id, grant_id, allotment, amount_fen) VALUES (?, ?, ?, ?)
             ON CONFLICT (book_id, grant_id, allotment)
             DO UPDATE SET amount_fen = grant_offsets.amount_fen + excluded.amount_fen",
            vec![tx.book_id().into(), grant.into(), (*allotment).into(), amount.get().into()],
        )
        .await?;
    }
    Ok(())
}

/// The same in the other direction: what was settled without cash is to be paid again. For appliers only.
pub async fn take_offset_back(tx: &mut Tx, grant: i64, parts: &[(i64, Fen)]) -> Result<()> {
    for (allotment, amount) in parts {
        tx.run(
            "UPDATE grant_offsets SET amount_fen = amount_fen - ? WHERE book_id = ? AND grant_id = ? AND allotment = ?",
            vec![amount.get().into(), tx.book_id().into(), grant.into(), (*allotment).into()],
        )
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stepped(grant: i64, state: State) -> Stepped {
        Stepped { grant, state, position: 9, actor_uid: String::new(), at_ms: 0, reason: String::new() }
    }

    #[test]
    fn steps_are_taken_together_as_long_as_no_grant_stands_twice() {
        let (paid, back) = (State::Paid, State::Returned);
        let steps = [(1, paid), (2, paid), (1, paid), (1, back), (3, back)].map(|(grant, state)| stepped(grant, state));
        let lengths: Vec<usize> = runs(&steps).iter().map(|run| run.len()).collect();
        assert_eq!(lengths, [2, 1, 2]);
    }
}
