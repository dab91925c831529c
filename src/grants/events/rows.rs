//! The rows of grants: new ones, and what the later steps of many grants write in one statement.

use sea_orm::Value;

use crate::db::entity::{grant_lives, grant_splits, grants};
use crate::db::sql::places;
use crate::grants::rules::{AccountUse, Content, Source, State};
use crate::journal::{Recorded, Tx};
use crate::kernel::{Error, Result};
use crate::people::Persons;
use crate::recipients::By;

/// Rows of `VALUES` in one statement.
const AT_ONCE: usize = 200;

/// A grant to be kept; its id is the position of the event.
#[derive(Debug)]
pub(super) struct NewGrant {
    pub(super) by: By,
    pub(super) content: Content,
    pub(super) state: State,
    pub(super) source: Source,
    pub(super) import: Option<(i64, i64)>,
}

/// The row of a grant. What the event's content says, and who stands behind the event.
pub(super) fn grant(book_id: i64, new: &NewGrant) -> Result<grants::Model> {
    let (by, content) = (&new.by, &new.content);
    let position = by.position;
    Ok(grants::Model {
        book_id,
        id: position,
        reference: content.reference.clone(),
        policy: content.policy,
        recipient: content.recipient.unwrap_or(position),
        allotment: only_allotment(&content.split),
        applied_fen: content.applied_amount.get(),
        amount_fen: content.amount.get(),
        applied_on: content.applied_on.to_string(),
        paid_on: content.paid_on.map(|day| day.to_string()),
        award_document: content.award_document.clone(),
        summary: content.summary.clone(),
        period_from: content.period_from.map(|day| day.to_string()),
        period_to: content.period_to.map(|day| day.to_string()),
        attachments: content.attachments,
        voucher_number: content.voucher_number.clone(),
        name: content.name.clone(),
        name_folded: content.name_folded().to_owned(),
        kind: content.kind.clone(),
        subdistrict: content.subdistrict.clone(),
        industry: content.industry.clone(),
        size: content.size.clone(),
        payee_relation: content.payee_relation.clone(),
        account_name: content.account_name.clone(),
        account_number: content.account_number.clone(),
        bank_code: content.bank_code.clone(),
        bank_name: content.bank_name.clone(),
        account_change: account_change(content.account, position),
        origin: new.source.code().to_owned(),
        import_id: new.import.map(|(import, _)| import),
        row_line: new.import.map(|(_, line)| line),
        living: i64::from(new.state.is_living()),
        warnings: warnings(content)?,
        content_position: position,
        content_leaf: by.leaf.0.to_vec(),
        prepared_by: by.actor_uid.clone(),
        prepared_at_ms: by.at.get(),
    })
}

/// Where a new grant stands.
pub(super) fn life(book_id: i64, new: &NewGrant) -> grant_lives::Model {
    grant_lives::Model {
        book_id,
        grant_id: new.by.position,
        state: new.state.code().to_owned(),
        prepared_person: new.by.person.clone(),
        reduced_by: None,
        reduced_person: None,
        reviewed_by: None,
        reviewed_person: None,
        reviewed_at_ms: None,
    }
}

fn warnings(content: &Content) -> Result<String> {
    if content.warnings.is_empty() {
        return Ok("[]".to_owned());
    }
    serde_json::to_string(&content.warnings).map_err(Error::internal)
}

const fn account_change(account: AccountUse, position: i64) -> Option<i64> {
    match account {
        AccountUse::OnFile | AccountUse::First => None,
        AccountUse::Change => Some(position),
        AccountUse::Open(change) => Some(change),
    }
}

/// The allotment of a grant that one alone pays; the split of others stands in rows of its own.
pub(super) const fn only_allotment(split: &[(i64, crate::kernel::money::Fen)]) -> Option<i64> {
    match split {
        [(allotment, _)] => Some(*allotment),
        _ => None,
    }
}

/// The rows of a split among several allotments.
pub(super) fn splits(
    book_id: i64,
    grant_id: i64,
    split: &[(i64, crate::kernel::money::Fen)],
) -> Vec<grant_splits::Model> {
    if split.len() < 2 {
        return Vec::new();
    }
    split
        .iter()
        .map(|(allotment, amount)| grant_splits::Model {
            book_id,
            grant_id,
            allotment: *allotment,
            amount_fen: amount.get(),
        })
        .collect()
}

/// One step in the life of a grant.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) grant: i64,
    pub(super) position: i64,
    pub(super) actor_uid: String,
    /// The person behind, if the step is a review.
    pub(super) reviewer: Option<String>,
    pub(super) at_ms: i64,
    pub(super) reason: String,
}

impl Taken {
    /// A step that the event took with one grant.
    pub(super) fn by(event: &Recorded, grant: i64, reason: &str) -> Self {
        Self {
            grant,
            position: event.position,
            actor_uid: event.actor_uid.clone(),
            reviewer: None,
            at_ms: event.recorded_at.get(),
            reason: reason.to_owned(),
        }
    }

    /// A review of one grant.
    pub(super) fn review(event: &Recorded, grant: i64, reason: &str, persons: &Persons) -> Result<Self> {
        Ok(Self { reviewer: Some(persons.of(&event.actor_uid)?.to_owned()), ..Self::by(event, grant, reason) })
    }
}

/// Brings grants into another state and writes the steps down. No grant may stand twice in `taken`.
pub(super) async fn take(tx: &mut Tx, state: State, taken: &[Taken]) -> Result<()> {
    for chunk in taken.chunks(AT_ONCE) {
        steps(tx, state, chunk).await?;
        if chunk.iter().all(|step| step.reviewer.is_some()) {
            reviewed(tx, state, chunk).await?;
        } else {
            moved(tx, state, chunk).await?;
        }
        if !state.is_living() {
            ended(tx, chunk).await?;
        }
    }
    Ok(())
}

/// Writes steps down with the amounts as they are.
pub(super) async fn steps(tx: &mut Tx, state: State, taken: &[Taken]) -> Result<()> {
    let book_id = tx.book_id();
    for chunk in taken.chunks(AT_ONCE) {
        let places = vec!["(?, ?, ?, ?)"; chunk.len()].join(",");
        let mut values: Vec<Value> = vec![state.code().into()];
        for step in chunk {
            let row: [Value; 4] =
                [step.grant.into(), step.position.into(), step.actor_uid.clone().into(), step.reason.clone().into()];
            values.extend(row);
        }
        values.push(book_id.into());
        tx.run(
            &format!(
                "INSERT INTO grant_steps (book_id, grant_id, position, state, amount_fen, actor_uid, reason)
                 SELECT g.book_id, g.id, v.column2, CAST(? AS TEXT), g.amount_fen, v.column3, v.column4
                 FROM (VALUES {places}) AS v JOIN grants g ON g.id = v.column1 WHERE g.book_id = ?"
            ),
            values,
        )
        .await?;
    }
    Ok(())
}

/// Writes down who reviewed grants, and where they stand by that.
pub(super) async fn reviewed(tx: &mut Tx, state: State, taken: &[Taken]) -> Result<()> {
    let places = vec!["(?, ?, ?, ?)"; taken.len()].join(",");
    let mut values: Vec<Value> = vec![state.code().into()];
    for step in taken {
        let row: [Value; 4] =
            [step.grant.into(), step.actor_uid.clone().into(), step.reviewer.clone().into(), step.at_ms.into()];
        values.extend(row);
    }
    values.push(tx.book_id().into());
    tx.run(
        &format!(
            "UPDATE grant_lives SET state = ?, reviewed_by = v.column2, reviewed_person = v.column3,
                reviewed_at_ms = v.column4
             FROM (VALUES {places}) AS v WHERE grant_lives.book_id = ? AND grant_lives.grant_id = v.column1"
        ),
        values,
    )
    .await
    .map(|_| ())
}

async fn moved(tx: &mut Tx, state: State, taken: &[Taken]) -> Result<()> {
    let list = places(taken.len());
    let mut values: Vec<Value> = vec![state.code().into(), tx.book_id().into()];
    values.extend(taken.iter().map(|step| step.grant.into()));
    tx.run(&format!("UPDATE grant_lives SET state = ? WHERE book_id = ? AND grant_id IN ({list})"), values)
        .await
        .map(|_| ())
}

/// Grants that count no more free their references.
async fn ended(tx: &mut Tx, taken: &[Taken]) -> Result<()> {
    let list = places(taken.len());
    let mut values: Vec<Value> = vec![tx.book_id().into()];
    values.extend(taken.iter().map(|step| step.grant.into()));
    tx.run(&format!("UPDATE grants SET living = 0 WHERE book_id = ? AND id IN ({list})"), values).await.map(|_| ())
}
