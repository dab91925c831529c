//! What can happen to policies and budgets, and what it does to their tables.

mod payloads;

use futures::future::BoxFuture;

use super::rules::{Direction, State};
use super::store::{pending_appropriations, with_ids};
use crate::db::entity::{allotments, budget_changes, policies, policy_changes, policy_versions};
use crate::db::sql::places;
use crate::funds::{self, Move};
use crate::journal::{Applier, Recorded, Tx};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::people::Persons;

pub use payloads::{
    AllotmentRecorded, BudgetChangePrepared, Decided, KIND_ALLOTMENT_RECORDED, KIND_BUDGET_CHANGE_APPROVED,
    KIND_BUDGET_CHANGE_PREPARED, KIND_BUDGET_CHANGE_REFUSED, KIND_POLICIES_APPROVED, KIND_POLICIES_REFUSED,
    KIND_POLICY_CHANGE_APPROVED, KIND_POLICY_CHANGE_PREPARED, KIND_POLICY_CHANGE_REFUSED, KIND_POLICY_RECORDED,
    KIND_POLICY_STRUCK, PoliciesApproved, PoliciesRefused, PolicyChangePrepared, PolicyRecorded, PolicyStruck,
};

/// This feature's part in replay.
pub static APPLIER: Applier = Applier {
    feature: "policies",
    kinds: &[
        (KIND_POLICY_RECORDED, 1),
        (KIND_ALLOTMENT_RECORDED, 1),
        (KIND_POLICIES_APPROVED, 1),
        (KIND_POLICIES_REFUSED, 1),
        (KIND_POLICY_STRUCK, 1),
        (KIND_POLICY_CHANGE_PREPARED, 1),
        (KIND_POLICY_CHANGE_APPROVED, 1),
        (KIND_POLICY_CHANGE_REFUSED, 1),
        (KIND_BUDGET_CHANGE_PREPARED, 1),
        (KIND_BUDGET_CHANGE_APPROVED, 1),
        (KIND_BUDGET_CHANGE_REFUSED, 1),
    ],
    slots: &[],
    apply,
};

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let persons = Persons::behind(tx, events).await?;
        for event in events {
            let person = persons.of(&event.actor_uid)?;
            match event.kind.as_str() {
                KIND_POLICY_RECORDED => policy_recorded(tx, event, person).await?,
                KIND_ALLOTMENT_RECORDED => allotment_recorded(tx, event, person).await?,
                KIND_POLICIES_APPROVED => {
                    let approved: PoliciesApproved = event.payload()?;
                    approve(tx, &approved.policies, event, person).await?;
                }
                KIND_POLICIES_REFUSED => {
                    let refused: PoliciesRefused = event.payload()?;
                    refuse(tx, &refused.policies, event, person, &refused.reason).await?;
                }
                KIND_POLICY_STRUCK => {
                    let struck: PolicyStruck = event.payload()?;
                    leave(tx, &[struck.policy], State::Struck, event, &struck.reason).await?;
                }
                KIND_POLICY_CHANGE_PREPARED => change_prepared(tx, event, person).await?,
                KIND_POLICY_CHANGE_APPROVED => change_approved(tx, event, person).await?,
                KIND_POLICY_CHANGE_REFUSED => {
                    let decided: Decided = event.payload()?;
                    decide(tx, "policy_changes", decided.change, State::Refused, event, person).await?;
                }
                KIND_BUDGET_CHANGE_PREPARED => budget_prepared(tx, event, person).await?,
                KIND_BUDGET_CHANGE_APPROVED => budget_approved(tx, event, person).await?,
                KIND_BUDGET_CHANGE_REFUSED => {
                    let decided: Decided = event.payload()?;
                    decide(tx, "budget_changes", decided.change, State::Refused, event, person).await?;
                }
                other => return Err(Error::internal(format!("policies does not apply {other}"))),
            }
        }
        Ok(())
    })
}

async fn policy_recorded(tx: &mut Tx, event: &Recorded, person: &str) -> Result<()> {
    let recorded: PolicyRecorded = event.payload()?;
    let row = policies::Model {
        book_id: tx.book_id(),
        id: event.position,
        code: recorded.code,
        title: recorded.title,
        document_number: recorded.document_number,
        instrument: recorded.instrument.code().to_owned(),
        starts_on: recorded.starts_on.to_string(),
        ends_on: recorded.ends_on.to_string(),
        cap_fen: recorded.cap.map(Fen::get),
        state: State::Pending.code().to_owned(),
        import_id: recorded.import,
        row_line: recorded.line.map(i64::try_from).transpose().map_err(Error::internal)?,
        leaf_hash: event.leaf.0.to_vec(),
        prepared_by: event.actor_uid.clone(),
        prepared_person: person.to_owned(),
        prepared_at_ms: event.recorded_at.get(),
        reviewed_by: None,
        reviewed_person: None,
        reviewed_at_ms: None,
    };
    let version = version_of(&row, event.position, "");
    tx.insert(vec![row]).await?;
    tx.insert(vec![version]).await
}

fn version_of(row: &policies::Model, position: i64, reason: &str) -> policy_versions::Model {
    policy_versions::Model {
        book_id: row.book_id,
        policy: row.id,
        position,
        state: row.state.clone(),
        title: row.title.clone(),
        document_number: row.document_number.clone(),
        instrument: row.instrument.clone(),
        starts_on: row.starts_on.clone(),
        ends_on: row.ends_on.clone(),
        cap_fen: row.cap_fen,
        reason: reason.to_owned(),
    }
}

async fn allotment_recorded(tx: &mut Tx, event: &Recorded, person: &str) -> Result<()> {
    let recorded: AllotmentRecorded = event.payload()?;
    let row = allotments::Model {
        book_id: tx.book_id(),
        id: event.position,
        policy: recorded.policy,
        document_number: recorded.document_number.clone(),
        level: recorded.level.code().to_owned(),
        direct: i64::from(recorded.direct),
        fiscal_year: recorded.fiscal_year,
        functional_class: recorded.functional_class,
        economic_class: recorded.economic_class,
        department: recorded.department,
        share: recorded.share,
        starts_on: recorded.starts_on.to_string(),
        leaf_hash: event.leaf.0.to_vec(),
    };
    tx.insert(vec![row]).await?;
    funds::open_stages(tx, &[event.position]).await?;
    let first = BudgetChangePrepared {
        allotment: event.position,
        direction: Direction::Increase,
        amount: recorded.amount,
        effective_on: recorded.starts_on,
        document_number: recorded.document_number,
        reason: String::new(),
    };
    let row = budget_row(tx.book_id(), first, event, person);
    tx.insert(vec![row]).await
}

fn budget_row(book_id: i64, change: BudgetChangePrepared, event: &Recorded, person: &str) -> budget_changes::Model {
    budget_changes::Model {
        book_id,
        id: event.position,
        allotment: change.allotment,
        direction: change.direction.code().to_owned(),
        amount_fen: change.amount.get(),
        effective_on: change.effective_on.to_string(),
        document_number: change.document_number,
        reason: change.reason,
        state: State::Pending.code().to_owned(),
        leaf_hash: event.leaf.0.to_vec(),
        prepared_by: event.actor_uid.clone(),
        prepared_person: person.to_owned(),
        prepared_at_ms: event.recorded_at.get(),
        reviewed_by: None,
        reviewed_person: None,
        reviewed_at_ms: None,
    }
}

async fn budget_prepared(tx: &mut Tx, event: &Recorded, person: &str) -> Result<()> {
    let row = budget_row(tx.book_id(), event.payload()?, event, person);
    tx.insert(vec![row]).await
}

async fn budget_approved(tx: &mut Tx, event: &Recorded, person: &str) -> Result<()> {
    let decided: Decided = event.payload()?;
    decide(tx, "budget_changes", decided.change, State::Open, event, person).await?;
    let row: Option<budget_changes::Model> = tx
        .one(
            "SELECT * FROM budget_changes WHERE book_id = ? AND id = ?",
            vec![tx.book_id().into(), decided.change.into()],
        )
        .await?;
    let row = row.ok_or_else(|| Error::internal("no such budget change"))?;
    let policy: Option<allotments::Model> = tx
        .one("SELECT * FROM allotments WHERE book_id = ? AND id = ?", vec![tx.book_id().into(), row.allotment.into()])
        .await?;
    let policy = policy.ok_or_else(|| Error::internal("no such allotment"))?.policy;
    funds::post(tx, &[budget_move(&row, policy, event.position, 1)?]).await
}

/// The move of a budget change.
pub(super) fn budget_move(row: &budget_changes::Model, policy: i64, position: i64, line: i64) -> Result<Move> {
    let direction = if row.direction == "reduce" { Direction::Reduce } else { Direction::Increase };
    let (from, to) = direction.stages();
    Ok(Move {
        position,
        line,
        allotment: row.allotment,
        policy,
        grant: None,
        recipient: None,
        from,
        to,
        amount: Fen::new(row.amount_fen),
        effective_on: Day::parse(&row.effective_on)?,
        kind: String::new(),
        subdistrict: String::new(),
        industry: String::new(),
        size: String::new(),
        reverses: None,
    })
}

/// Policies come into force and their first budgets are appropriated, in order of the allotments.
pub async fn approve(tx: &mut Tx, ids: &[i64], event: &Recorded, person: &str) -> Result<()> {
    set_states(tx, ids, State::Open, event, person, "").await?;
    let pending = pending_appropriations(tx.connection(), tx.book_id(), ids).await?;
    let mut moves = Vec::with_capacity(pending.len());
    for (line, (row, policy)) in (1..).zip(&pending) {
        moves.push(budget_move(row, *policy, event.position, line)?);
    }
    let changes: Vec<i64> = pending.iter().map(|(row, _)| row.id).collect();
    decide_all(tx, "budget_changes", &changes, State::Open, event, person).await?;
    funds::post(tx, &moves).await
}

/// Policies are not taken, nor their budgets.
pub async fn refuse(tx: &mut Tx, ids: &[i64], event: &Recorded, person: &str, reason: &str) -> Result<()> {
    let pending = pending_appropriations(tx.connection(), tx.book_id(), ids).await?;
    let changes: Vec<i64> = pending.iter().map(|(row, _)| row.id).collect();
    decide_all(tx, "budget_changes", &changes, State::Refused, event, person).await?;
    set_states(tx, ids, State::Refused, event, person, reason).await
}

/// Policies that their preparer takes back before anybody decided.
pub async fn withdraw(tx: &mut Tx, ids: &[i64], event: &Recorded) -> Result<()> {
    leave(tx, ids, State::Refused, event, "").await
}

/// Policies that wait go out of the way with their budgets; nobody decided on them.
async fn leave(tx: &mut Tx, ids: &[i64], state: State, event: &Recorded, reason: &str) -> Result<()> {
    let pending = pending_appropriations(tx.connection(), tx.book_id(), ids).await?;
    let changes: Vec<i64> = pending.iter().map(|(row, _)| row.id).collect();
    for (table, ids) in [("budget_changes", changes.as_slice()), ("policies", ids)] {
        for chunk in ids.chunks(500) {
            let statement =
                format!("UPDATE {table} SET state = ? WHERE book_id = ? AND id IN ({})", places(chunk.len()));
            let mut values = vec![state.code().into()];
            values.extend(with_ids(tx.book_id(), chunk));
            tx.run(&statement, values).await?;
        }
    }
    write_versions(tx, ids, event, reason).await
}

async fn set_states(
    tx: &mut Tx,
    ids: &[i64],
    state: State,
    event: &Recorded,
    person: &str,
    reason: &str,
) -> Result<()> {
    decide_all(tx, "policies", ids, state, event, person).await?;
    write_versions(tx, ids, event, reason).await
}

/// Writes down what the policies say from this event on, and why if somebody had to say.
async fn write_versions(tx: &mut Tx, ids: &[i64], event: &Recorded, reason: &str) -> Result<()> {
    for chunk in ids.chunks(500) {
        let query = format!("SELECT * FROM policies WHERE book_id = ? AND id IN ({}) ORDER BY id", places(chunk.len()));
        let rows: Vec<policies::Model> = tx.all(&query, with_ids(tx.book_id(), chunk)).await?;
        let versions: Vec<policy_versions::Model> =
            rows.iter().map(|row| version_of(row, event.position, reason)).collect();
        tx.insert(versions).await?;
    }
    Ok(())
}

async fn change_prepared(tx: &mut Tx, event: &Recorded, person: &str) -> Result<()> {
    let change: PolicyChangePrepared = event.payload()?;
    let row = policy_changes::Model {
        book_id: tx.book_id(),
        id: event.position,
        policy: change.policy,
        title: change.title,
        document_number: change.document_number,
        starts_on: change.starts_on.to_string(),
        ends_on: change.ends_on.to_string(),
        cap_fen: change.cap.map(Fen::get),
        closes: i64::from(change.closes),
        reason: change.reason,
        state: State::Pending.code().to_owned(),
        leaf_hash: event.leaf.0.to_vec(),
        prepared_by: event.actor_uid.clone(),
        prepared_person: person.to_owned(),
        prepared_at_ms: event.recorded_at.get(),
        reviewed_by: None,
        reviewed_person: None,
        reviewed_at_ms: None,
    };
    tx.insert(vec![row]).await
}

async fn change_approved(tx: &mut Tx, event: &Recorded, person: &str) -> Result<()> {
    let decided: Decided = event.payload()?;
    decide(tx, "policy_changes", decided.change, State::Open, event, person).await?;
    let change: Option<policy_changes::Model> = tx
        .one(
            "SELECT * FROM policy_changes WHERE book_id = ? AND id = ?",
            vec![tx.book_id().into(), decided.change.into()],
        )
        .await?;
    let change = change.ok_or_else(|| Error::internal("no such change"))?;
    let state = if change.closes == 1 { State::Closed } else { State::Open };
    tx.run(
        "UPDATE policies SET title = ?, document_number = ?, starts_on = ?, ends_on = ?, cap_fen = ?, state = ?
         WHERE book_id = ? AND id = ?",
        vec![
            change.title.into(),
            change.document_number.into(),
            change.starts_on.into(),
            change.ends_on.into(),
            change.cap_fen.into(),
            state.code().into(),
            tx.book_id().into(),
            change.policy.into(),
        ],
    )
    .await?;
    let row: Option<policies::Model> = tx
        .one("SELECT * FROM policies WHERE book_id = ? AND id = ?", vec![tx.book_id().into(), change.policy.into()])
        .await?;
    let row = row.ok_or_else(|| Error::internal("no such policy"))?;
    tx.insert(vec![version_of(&row, event.position, &change.reason)]).await
}

async fn decide(tx: &mut Tx, table: &str, id: i64, state: State, event: &Recorded, person: &str) -> Result<()> {
    decide_all(tx, table, &[id], state, event, person).await
}

async fn decide_all(tx: &mut Tx, table: &str, ids: &[i64], state: State, event: &Recorded, person: &str) -> Result<()> {
    for chunk in ids.chunks(500) {
        let mut values =
            vec![state.code().into(), event.actor_uid.clone().into(), person.into(), event.recorded_at.get().into()];
        values.extend(with_ids(tx.book_id(), chunk));
        let statement = format!(
            "UPDATE {table} SET state = ?, reviewed_by = ?, reviewed_person = ?, reviewed_at_ms = ?
             WHERE book_id = ? AND id IN ({})",
            places(chunk.len())
        );
        tx.run(&statement, values).await?;
    }
    Ok(())
}
