//! Grants recorded by hand and by files, changed drafts and reduced amounts: the events that fix a content.

use sea_orm::{ActiveModelTrait, EntityTrait};

use super::rows::{NewGrant, Taken, grant, life, only_allotment, splits, steps};
use super::{GrantEdited, GrantImported, GrantRecorded, GrantReduced, KIND_GRANT_IMPORTED};
use crate::db::constraint::refused_or_internal;
use crate::db::entity::{grant_steps, grants};
use crate::grants::rules::{AccountUse, Source, State};
use crate::journal::{Recorded, Tx};
use crate::kernel::{Error, Result};
use crate::people::Persons;
use crate::recipients::{self, By, NewAccount, Registration, Standing};

/// Grants kept at once: so many rows are in memory beside their events.
const AT_ONCE: usize = 5_000;

/// Keeps grants that were recorded or imported, with the recipients and accounts that they bring.
pub(super) async fn apply(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for portion in run.chunks(AT_ONCE) {
        let new: Vec<NewGrant> = portion.iter().map(|event| read(event, persons)).collect::<Result<_>>()?;
        bring(tx, &new).await?;
        keep(tx, &new, "").await?;
    }
    Ok(())
}

fn read(event: &Recorded, persons: &Persons) -> Result<NewGrant> {
    let by = By::of(event, persons)?;
    if event.kind == KIND_GRANT_IMPORTED {
        let GrantImported { import, line, content } = event.payload()?;
        let source = if content.paid_on.is_some() { Source::History } else { Source::File };
        return Ok(NewGrant { by, content, state: State::Submitted, source, import: Some((import, line)) });
    }
    let GrantRecorded { submitted, content } = event.payload()?;
    let state = if submitted { State::Submitted } else { State::Draft };
    Ok(NewGrant { by, content, state, source: Source::Page, import: None })
}

/// Registers recipients first met, describes anew those that came to nothing before, keeps new accounts.
async fn bring(tx: &mut Tx, new: &[NewGrant]) -> Result<()> {
    let registrations: Vec<Registration> =
        new.iter().filter(|grant| grant.content.recipient.is_none()).map(registration).collect();
    recipients::register_rows(tx, &registrations).await?;
    for grant in new.iter().filter(|grant| grant.content.renews) {
        if let Some(recipient) = grant.content.recipient {
            recipients::renew(tx, grant.by.position, recipient, &grant.content.particulars()).await?;
        }
    }
    let accounts: Vec<NewAccount> = new.iter().filter_map(account).collect();
    recipients::account_rows(tx, &accounts).await
}

fn registration(grant: &NewGrant) -> Registration {
    Registration {
        id_type: grant.content.id_type.clone(),
        number: grant.content.number.clone(),
        particulars: grant.content.particulars(),
        account: grant.content.payee(),
        by: grant.by.clone(),
    }
}

/// The account that a grant of a known recipient brings: the first one, or a change that waits.
fn account(grant: &NewGrant) -> Option<NewAccount> {
    let standing = match grant.content.account {
        AccountUse::First => Standing::OnFile,
        AccountUse::Change => Standing::Pending,
        AccountUse::OnFile | AccountUse::Open(_) => return None,
    };
    Some(NewAccount {
        recipient: grant.content.recipient?,
        account: grant.content.payee()?,
        evidence: String::new(),
        standing,
        by: grant.by.clone(),
    })
}

/// Keeps the rows of new grants with the step that made them.
pub(super) async fn keep(tx: &mut Tx, new: &[NewGrant], reason: &str) -> Result<()> {
    let book_id = tx.book_id();
    let rows: Vec<grants::Model> = new.iter().map(|new| grant(book_id, new)).collect::<Result<_>>()?;
    tx.insert(rows).await?;
    tx.insert(new.iter().map(|new| life(book_id, new)).collect()).await?;
    let split: Vec<_> = new.iter().flat_map(|new| splits(book_id, new.by.position, &new.content.split)).collect();
    tx.insert(split).await?;
    let steps: Vec<grant_steps::Model> = new
        .iter()
        .map(|new| grant_steps::Model {
            book_id,
            grant_id: new.by.position,
            position: new.by.position,
            state: new.state.code().to_owned(),
            amount_fen: new.content.amount.get(),
            actor_uid: new.by.actor_uid.clone(),
            reason: reason.to_owned(),
        })
        .collect();
    tx.insert(steps).await
}

/// Changes drafts. Rare and each with values of its own: one after another.
pub(super) async fn edited(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for event in run {
        let GrantEdited { grant: id, content } = event.payload()?;
        let before = row(tx, id).await?;
        let new =
            NewGrant { by: By::of(event, persons)?, content, state: State::Draft, source: Source::Page, import: None };
        bring(tx, std::slice::from_ref(&new)).await?;
        let after = grants::Model {
            id,
            prepared_by: before.prepared_by,
            prepared_at_ms: before.prepared_at_ms,
            ..grant(tx.book_id(), &new)?
        };
        save(tx, after).await?;
        split_anew(tx, id, &new.content.split).await?;
        steps(tx, State::Draft, &[Taken::by(event, id, "")]).await?;
    }
    Ok(())
}

/// Reduces amounts; who does that becomes a preparer.
pub(super) async fn reduced(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for event in run {
        let reduced: GrantReduced = event.payload()?;
        let after = grants::Model {
            amount_fen: reduced.amount.get(),
            allotment: only_allotment(&reduced.split),
            content_position: event.position,
            content_leaf: event.leaf.0.to_vec(),
            ..row(tx, reduced.grant).await?
        };
        save(tx, after).await?;
        reducer(tx, reduced.grant, &event.actor_uid, persons.of(&event.actor_uid)?).await?;
        split_anew(tx, reduced.grant, &reduced.split).await?;
        steps(tx, State::Submitted, &[Taken::by(event, reduced.grant, &reduced.reason)]).await?;
    }
    Ok(())
}

/// Who reduced a grant is one of its preparers.
async fn reducer(tx: &mut Tx, grant: i64, actor_uid: &str, person: &str) -> Result<()> {
    tx.run(
        "UPDATE grant_lives SET reduced_by = ?, reduced_person = ? WHERE book_id = ? AND grant_id = ?",
        vec![actor_uid.into(), person.into(), tx.book_id().into(), grant.into()],
    )
    .await
    .map(|_| ())
}

async fn row(tx: &Tx, id: i64) -> Result<grants::Model> {
    grants::Entity::find_by_id((tx.book_id(), id))
        .one(tx.connection())
        .await
        .map_err(refused_or_internal)?
        .ok_or_else(|| Error::internal(format!("there is no grant {id} to change")))
}

async fn save(tx: &Tx, row: grants::Model) -> Result<()> {
    let changed: grants::ActiveModel = row.into();
    grants::Entity::update(changed.reset_all()).exec(tx.connection()).await.map(|_| ()).map_err(refused_or_internal)
}

async fn split_anew(tx: &mut Tx, grant: i64, split: &[(i64, crate::kernel::money::Fen)]) -> Result<()> {
    let book_id = tx.book_id();
    tx.run("DELETE FROM grant_splits WHERE book_id = ? AND grant_id = ?", vec![book_id.into(), grant.into()]).await?;
    tx.insert(splits(book_id, grant, split)).await
}
