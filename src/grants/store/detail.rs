//! One grant with everything that happened to it; and many as the decisions need them.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::import::state;
use super::money::{moved, splits};
use super::{AT_ONCE, day, optional_day, places};
use crate::db::entity::{grant_lives, grants as rows, transfers};
use crate::db::sql;
use crate::funds::Move;
use crate::grants::rules::{AccountUse, Content, Life, State};
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acted {
    /// The actor.
    pub actor_uid: String,
    /// The person behind.
    pub person: String,
    /// Name on paper, as last introduced.
    pub name: String,
    /// When; none for a reduction, whose instant stands among the steps.
    pub at: Option<Instant>,
}

/// A grant as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its id: the position of the event that recorded it.
    pub id: i64,
    /// What it consists of now. `account` tells the change that it waits for, nothing else.
    pub content: Content,
    /// Its recipient.
    pub recipient: i64,
    /// Where it stands.
    pub state: State,
    /// `page`, `file` or `history`.
    pub origin: String,
    /// Its import.
    pub import: Option<i64>,
    /// Its line in the file.
    pub line: Option<i64>,
    /// The change of account that it opened or waits for, with that change's state.
    pub account_change: Option<(i64, String)>,
    /// Position of the event that last fixed the content.
    pub content_position: i64,
    /// Who prepared it.
    pub prepared: Acted,
    /// Who reduced it.
    pub reduced: Option<Acted>,
    /// Who reviewed it.
    pub reviewed: Option<Acted>,
}

impl Grant {
    /// Its life so far.
    pub fn life(&self) -> Result<Life> {
        let person = |acted: &Option<Acted>| acted.as_ref().map(|acted| acted.person.clone());
        let (reduced, reviewed) = (person(&self.reduced), person(&self.reviewed));
        Life::of(self.state, &self.prepared.person, reduced.as_deref(), reviewed.as_deref())
            .ok_or_else(|| Error::internal(format!("grant {} has an impossible life", self.id)))
    }
}

/// One step in a grant's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepTaken {
    /// Position of the event.
    pub position: i64,
    /// Kind of the event.
    pub kind: String,
    /// When.
    pub at: Instant,
    /// State afterwards.
    pub state: State,
    /// Amount afterwards.
    pub amount: Fen,
    /// Who.
    pub actor_uid: String,
    /// Name of who, as last introduced.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// One transfer of a grant's money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferLine {
    /// The transfer.
    pub moved: Move,
    /// When it was recorded.
    pub at: Instant,
}

/// A grant with everything that happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The grant.
    pub grant: Grant,
    /// Its steps, oldest first.
    pub steps: Vec<StepTaken>,
    /// Its transfers, oldest first.
    pub transfers: Vec<TransferLine>,
}

/// The grant with this id.
pub async fn grant(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Option<Grant>> {
    Ok(grants(c, book_id, &[id]).await?.pop())
}

/// The grants with these ids, in the order of ids; those that do not exist are left out.
pub async fn grants(c: &impl ConnectionTrait, book_id: i64, ids: &[i64]) -> Result<Vec<Grant>> {
    let mut found: Vec<rows::Model> =
        by_ids(c, book_id, "SELECT * FROM grants WHERE book_id = ? AND id IN", ids).await?;
    found.sort_unstable_by_key(|row| row.id);
    let query = "SELECT * FROM grant_lives WHERE book_id = ? AND grant_id IN";
    let mut lives: Vec<grant_lives::Model> = by_ids(c, book_id, query, ids).await?;
    lives.sort_unstable_by_key(|life| life.grant_id);
    let shared: Vec<i64> = found.iter().filter(|row| row.allotment.is_none()).map(|row| row.id).collect();
    let mut with = With {
        splits: splits(c, book_id, &shared).await?,
        numbers: numbers(c, book_id, &found).await?,
        accounts: account_states(c, book_id, &found).await?,
        names: names(c, book_id, found.iter().zip(&lives).flat_map(actors)).await?,
    };
    found.into_iter().zip(lives).map(|(row, life)| with.grant(row, life)).collect()
}

fn actors<'r>((row, life): (&'r rows::Model, &'r grant_lives::Model)) -> impl Iterator<Item = &'r str> {
    [Some(&row.prepared_by), life.reduced_by.as_ref(), life.reviewed_by.as_ref()]
        .into_iter()
        .flatten()
        .map(String::as_str)
}

async fn by_ids<M: FromQueryResult>(
    c: &impl ConnectionTrait,
    book_id: i64,
    query: &str,
    ids: &[i64],
) -> Result<Vec<M>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(AT_ONCE) {
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        found.extend(sql::all::<M>(c, &format!("{query} ({})", places(chunk.len())), values).await?);
    }
    Ok(found)
}

#[derive(Debug, FromQueryResult)]
struct Known {
    id: i64,
    id_type: String,
    number: String,
}

async fn numbers(c: &impl ConnectionTrait, book_id: i64, found: &[rows::Model]) -> Result<HashMap<i64, Known>> {
    let ids: BTreeSet<i64> = found.iter().map(|row| row.recipient).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let query = "SELECT id, id_type, number FROM recipients WHERE book_id = ? AND id IN";
    Ok(by_ids::<Known>(c, book_id, query, &ids).await?.into_iter().map(|row| (row.id, row)).collect())
}

#[derive(Debug, FromQueryResult)]
struct AccountState {
    id: i64,
    state: String,
}

async fn account_states(c: &impl ConnectionTrait, book_id: i64, found: &[rows::Model]) -> Result<HashMap<i64, String>> {
    let ids: BTreeSet<i64> = found.iter().filter_map(|row| row.account_change).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let query = "SELECT id, state FROM accounts WHERE book_id = ? AND id IN";
    Ok(by_ids::<AccountState>(c, book_id, query, &ids).await?.into_iter().map(|row| (row.id, row.state)).collect())
}

#[derive(Debug, FromQueryResult)]
struct Name {
    actor_uid: String,
    name: String,
}

/// The names of actors as last introduced.
async fn names<'a>(
    c: &impl ConnectionTrait,
    book_id: i64,
    uids: impl Iterator<Item = &'a str>,
) -> Result<HashMap<String, String>> {
    let uids: Vec<&str> = uids.collect::<BTreeSet<_>>().into_iter().collect();
    let mut names = HashMap::with_capacity(uids.len());
    for chunk in uids.chunks(AT_ONCE) {
        let query = format!(
            "SELECT actor_uid, name FROM actors WHERE book_id = ? AND actor_uid IN ({}) ORDER BY position",
            places(chunk.len())
        );
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|uid| Value::from(*uid)));
        names.extend(sql::all::<Name>(c, &query, values).await?.into_iter().map(|row| (row.actor_uid, row.name)));
    }
    Ok(names)
}

/// What stands beside the rows of grants.
struct With {
    splits: HashMap<i64, Vec<(i64, Fen)>>,
    numbers: HashMap<i64, Known>,
    accounts: HashMap<i64, String>,
    names: HashMap<String, String>,
}

impl With {
    fn acted(&self, actor_uid: String, person: String, at_ms: Option<i64>) -> Acted {
        let name = self.names.get(&actor_uid).cloned().unwrap_or_default();
        Acted { actor_uid, person, name, at: at_ms.map(Instant::new) }
    }

    fn grant(&mut self, row: rows::Model, life: grant_lives::Model) -> Result<Grant> {
        if row.id != life.grant_id {
            return Err(Error::internal(format!("grant {} has no life", row.id)));
        }
        let account_change = row.account_change.map(|id| (id, self.accounts.get(&id).cloned().unwrap_or_default()));
        let prepared = self.acted(row.prepared_by.clone(), life.prepared_person, Some(row.prepared_at_ms));
        let reduced = life.reduced_by.zip(life.reduced_person).map(|(uid, p)| self.acted(uid, p, None));
        let reviewed = life.reviewed_by.zip(life.reviewed_person);
        let reviewed = reviewed.map(|(uid, person)| self.acted(uid, person, life.reviewed_at_ms));
        Ok(Grant {
            id: row.id,
            recipient: row.recipient,
            state: state(&life.state)?,
            origin: row.origin.clone(),
            import: row.import_id,
            line: row.row_line,
            account_change,
            content_position: row.content_position,
            prepared,
            reduced,
            reviewed,
            content: self.content(row)?,
        })
    }

    fn content(&mut self, row: rows::Model) -> Result<Content> {
        let split = match row.allotment {
            Some(allotment) => vec![(allotment, Fen::new(row.amount_fen))],
            None => self.splits.remove(&row.id).unwrap_or_default(),
        };
        let number = self.numbers.get(&row.recipient);
        Ok(Content {
            policy: row.policy,
            recipient: Some(row.recipient),
            renews: false,
            id_type: number.map(|number| number.id_type.clone()).unwrap_or_default(),
            number: number.map(|number| number.number.clone()).unwrap_or_default(),
            personal_id: None,
            folded: if row.name_folded == row.name { String::new() } else { row.name_folded },
            applied_amount: Fen::new(row.applied_fen),
            amount: Fen::new(row.amount_fen),
            split,
            applied_on: day(&row.applied_on)?,
            paid_on: optional_day(row.paid_on.as_deref())?,
            period_from: optional_day(row.period_from.as_deref())?,
            period_to: optional_day(row.period_to.as_deref())?,
            account: row.account_change.map_or(AccountUse::OnFile, AccountUse::Open),
            warnings: serde_json::from_str(&row.warnings).map_err(Error::internal)?,
            reference: row.reference,
            name: row.name,
            kind: row.kind,
            subdistrict: row.subdistrict,
            industry: row.industry,
            size: row.size,
            award_document: row.award_document,
            summary: row.summary,
            attachments: row.attachments,
            voucher_number: row.voucher_number,
            payee_relation: row.payee_relation,
            account_name: row.account_name,
            account_number: row.account_number,
            bank_code: row.bank_code,
            bank_name: row.bank_name,
        })
    }
}

#[derive(Debug, FromQueryResult)]
struct StepRow {
    position: i64,
    kind: String,
    recorded_at_ms: i64,
    state: String,
    amount_fen: i64,
    actor_uid: String,
    reason: String,
}

#[derive(Debug, FromQueryResult)]
struct At {
    position: i64,
    recorded_at_ms: i64,
}

/// The grant with this id and everything that happened to it.
pub async fn detail(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Option<Detail>> {
    let Some(grant) = grant(c, book_id, id).await? else { return Ok(None) };
    let query = "SELECT s.position, e.kind, e.recorded_at_ms, s.state, s.amount_fen, s.actor_uid, s.reason
        FROM grant_steps s JOIN events e ON e.book_id = s.book_id AND e.position = s.position
        WHERE s.book_id = ? AND s.grant_id = ? ORDER BY s.position";
    let rows: Vec<StepRow> = sql::all(c, query, vec![book_id.into(), id.into()]).await?;
    let names = names(c, book_id, rows.iter().map(|row| row.actor_uid.as_str())).await?;
    let steps: Result<Vec<StepTaken>> = rows
        .into_iter()
        .map(|row| {
            Ok(StepTaken {
                position: row.position,
                kind: row.kind,
                at: Instant::new(row.recorded_at_ms),
                state: state(&row.state)?,
                amount: Fen::new(row.amount_fen),
                name: names.get(&row.actor_uid).cloned().unwrap_or_default(),
                actor_uid: row.actor_uid,
                reason: row.reason,
            })
        })
        .collect();
    Ok(Some(Detail { grant, steps: steps?, transfers: transfer_lines(c, book_id, id).await? }))
}

async fn transfer_lines(c: &impl ConnectionTrait, book_id: i64, grant: i64) -> Result<Vec<TransferLine>> {
    let query = "SELECT * FROM transfers WHERE book_id = ? AND grant_id = ? ORDER BY position, line";
    let rows: Vec<transfers::Model> = sql::all(c, query, vec![book_id.into(), grant.into()]).await?;
    let positions: BTreeSet<i64> = rows.iter().map(|row| row.position).collect();
    let positions: Vec<i64> = positions.into_iter().collect();
    let query = "SELECT position, recorded_at_ms FROM events WHERE book_id = ? AND position IN";
    let at: HashMap<i64, i64> = by_ids::<At>(c, book_id, query, &positions)
        .await?
        .into_iter()
        .map(|at| (at.position, at.recorded_at_ms))
        .collect();
    rows.into_iter()
        .map(|row| {
            let at = Instant::new(at.get(&row.position).copied().unwrap_or_default());
            Ok(TransferLine { moved: moved(row)?, at })
        })
        .collect()
}
