//! Differences between bank and book: where they stand now, and each step with its position, for reports of any moment.

use sea_orm::Value;

use crate::db::entity::{discrepancies, discrepancy_steps};
use crate::journal::{Recorded, Tx};
use crate::kernel::Result;
use crate::payments::rules::How;

/// Keeps new differences.
pub(super) async fn opened(
    tx: &mut Tx,
    rows: Vec<discrepancies::Model>,
    event_of: impl Fn(i64) -> String,
) -> Result<()> {
    let step = |row: &discrepancies::Model| discrepancy_steps::Model {
        book_id: row.book_id,
        line_id: row.line_id,
        name: row.name.clone(),
        position: row.line_id,
        state: row.state.clone(),
        how: String::new(),
        document: String::new(),
        actor_uid: event_of(row.line_id),
    };
    let steps = rows.iter().map(step).collect();
    tx.insert(rows).await?;
    tx.insert(steps).await
}

/// What becomes of differences.
pub(super) struct Turn<'a> {
    pub(super) event: &'a Recorded,
    /// `settled`, `undone`, or `open` again.
    pub(super) state: &'a str,
    pub(super) how: Option<How>,
    pub(super) document: &'a str,
    pub(super) note: &'a str,
    /// The person who settled it; none where only the book itself says so.
    pub(super) person: Option<&'a str>,
}

/// Brings the differences that meet a condition further, and writes the steps down. `values` are those of the condition.
pub(super) async fn turn(tx: &mut Tx, turn: &Turn<'_>, condition: &str, values: Vec<Value>) -> Result<()> {
    let how = turn.how.map_or("", How::code);
    let (event, book_id): (_, Value) = (turn.event, tx.book_id().into());
    let step: Vec<Value> = vec![
        event.position.into(),
        turn.state.into(),
        how.into(),
        turn.document.into(),
        event.actor_uid.clone().into(),
        book_id.clone(),
    ];
    tx.run(
        &format!(
            "INSERT INTO discrepancy_steps (book_id, line_id, name, position, state, how, document, actor_uid)
             SELECT book_id, line_id, name, CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT),
                CAST(? AS TEXT)
             FROM discrepancies WHERE book_id = ? AND {condition}"
        ),
        [step, values.clone()].concat(),
    )
    .await?;
    let (position, by): (Value, Value) = match turn.state {
        "open" => (Option::<i64>::None.into(), Option::<String>::None.into()),
        _ => (event.position.into(), turn.person.map(|_| event.actor_uid.clone()).into()),
    };
    let now: Vec<Value> = vec![
        turn.state.into(),
        how.into(),
        turn.document.into(),
        turn.note.into(),
        position,
        by,
        turn.person.map(str::to_owned).into(),
        book_id,
    ];
    tx.run(
        &format!(
            "UPDATE discrepancies SET state = ?, how = ?, document = ?, note = ?, settled_position = ?, settled_by = ?,
                settled_person = ? WHERE book_id = ? AND {condition}"
        ),
        [now, values].concat(),
    )
    .await
    .map(|_| ())
}
