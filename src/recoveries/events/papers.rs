//! What happens to demands, receipts and offsets alike: another person decides, somebody wants them undone.

use sea_orm::Value;

use super::{PaperRemarked, PaperUndone};
use crate::journal::{Recorded, Tx};
use crate::kernel::Result;
use crate::people::Persons;
use crate::recoveries::rules::State;

/// Which of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paper {
    Demand,
    Receipt,
    Offset,
}

impl Paper {
    const fn table(self) -> &'static str {
        match self {
            Self::Demand => "demands",
            Self::Receipt => "receipts",
            Self::Offset => "offsets",
        }
    }
}

/// Brings one into a state; `set` are further columns with their values.
async fn bring(tx: &mut Tx, paper: Paper, id: i64, state: State, (set, values): (&str, Vec<Value>)) -> Result<()> {
    let statement = format!("UPDATE {} SET state = ?{set} WHERE book_id = ? AND id = ?", paper.table());
    let state: Vec<Value> = vec![state.code().into()];
    let key: Vec<Value> = vec![tx.book_id().into(), id.into()];
    tx.run(&statement, [state, values, key].concat()).await.map(|_| ())
}

/// Another person signed one.
pub(super) async fn approved(tx: &mut Tx, event: &Recorded, persons: &Persons, paper: Paper, id: i64) -> Result<()> {
    let mut set = ", reviewed_by = ?, reviewed_person = ?, reviewed_at_ms = ?".to_owned();
    let mut values: Vec<Value> =
        vec![event.actor_uid.clone().into(), persons.of(&event.actor_uid)?.into(), event.recorded_at.get().into()];
    if paper != Paper::Demand {
        set.push_str(", moved_at = ?");
        values.push(event.position.into());
    }
    bring(tx, paper, id, State::Standing, (&set, values)).await
}

/// Another person refused one.
pub(super) async fn refused(tx: &mut Tx, event: &Recorded, persons: &Persons, paper: Paper) -> Result<()> {
    let refused: PaperRemarked = event.payload()?;
    let set = ", remark = ?, reviewed_by = ?, reviewed_person = ?, reviewed_at_ms = ?";
    let values = vec![
        refused.reason.clone().into(),
        event.actor_uid.clone().into(),
        persons.of(&event.actor_uid)?.into(),
        event.recorded_at.get().into(),
    ];
    bring(tx, paper, refused.id, State::Refused, (set, values)).await?;
    step_of(tx, event, paper, refused.id, &refused.reason).await
}

/// Somebody wants one undone.
pub(super) async fn undo_prepared(tx: &mut Tx, event: &Recorded, persons: &Persons, paper: Paper) -> Result<()> {
    let asked: PaperRemarked = event.payload()?;
    let set = ", remark = ?, undo_by = ?, undo_person = ?";
    let values =
        vec![asked.reason.clone().into(), event.actor_uid.clone().into(), persons.of(&event.actor_uid)?.into()];
    bring(tx, paper, asked.id, State::UndoPending, (set, values)).await?;
    step_of(tx, event, paper, asked.id, &asked.reason).await
}

/// Another person lets one stand.
pub(super) async fn kept(tx: &mut Tx, event: &Recorded, paper: Paper) -> Result<()> {
    let kept: PaperRemarked = event.payload()?;
    let set = ", remark = ?, undo_by = NULL, undo_person = NULL";
    bring(tx, paper, kept.id, State::Standing, (set, vec![kept.reason.clone().into()])).await?;
    step_of(tx, event, paper, kept.id, &kept.reason).await
}

/// Another person had one undone.
pub(super) async fn undone(tx: &mut Tx, event: &Recorded, persons: &Persons, paper: Paper) -> Result<PaperUndone> {
    let undone: PaperUndone = event.payload()?;
    let mut set = ", undo_reviewed_by = ?, undo_reviewed_person = ?".to_owned();
    let mut values: Vec<Value> = vec![event.actor_uid.clone().into(), persons.of(&event.actor_uid)?.into()];
    if paper == Paper::Receipt {
        set.push_str(", undone_at = ?");
        values.push(event.position.into());
    }
    bring(tx, paper, undone.id, State::Undone, (&set, values)).await?;
    Ok(undone)
}

/// Writes a step of the demand down that a paper is, or belongs to.
async fn step_of(tx: &mut Tx, event: &Recorded, paper: Paper, id: i64, remark: &str) -> Result<()> {
    match paper {
        Paper::Demand => step(tx, event, id, remark).await,
        Paper::Receipt | Paper::Offset => {
            let query = format!("SELECT demand FROM {} WHERE book_id = ? AND id = ?", paper.table());
            let found: Option<Of> = tx.one(&query, vec![tx.book_id().into(), id.into()]).await?;
            step(tx, event, found.map_or(0, |found| found.demand), remark).await
        }
    }
}

#[derive(sea_orm::FromQueryResult)]
struct Of {
    demand: i64,
}

/// Writes a step of a demand down, as it stands now.
pub(super) async fn step(tx: &mut Tx, event: &Recorded, demand: i64, remark: &str) -> Result<()> {
    tx.run(
        "INSERT INTO demand_steps (book_id, demand, position, state, received_fen, actor_uid, remark)
         SELECT book_id, id, CAST(? AS BIGINT), state, received_fen, CAST(? AS TEXT), CAST(? AS TEXT)
         FROM demands WHERE book_id = ? AND id = ?",
        vec![event.position.into(), event.actor_uid.clone().into(), remark.into(), tx.book_id().into(), demand.into()],
    )
    .await
    .map(|_| ())
}
