//! What the book knew before a file, portion by portion.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::facts::{BY_HAND, RECOVERED};
use super::{AT_ONCE, LIVING, day, places};
use crate::db::sql;
use crate::grants::rules::{Alike, Behind, Draft, Intake, Source};
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::kernel::identity::Identity;
use crate::kernel::money::Fen;
use crate::{periods, policies, recipients};

/// Begins to check a file: loads the policies.
pub async fn intake(c: &impl ConnectionTrait, book_id: i64, source: Source, today: Day) -> Result<Intake> {
    let closed = periods::closed(c, book_id).await?;
    Ok(Intake::new(source, today, closed, policies::all(c, book_id).await?))
}

/// Loads what the book knew about the next portion of rows, a few thousand of them. Only what stands before the
/// position `before` counts: the file's own rows may be in the tables already.
pub async fn load_portion(
    c: &impl ConnectionTrait,
    book_id: i64,
    intake: &mut Intake,
    rows: &[Draft],
    before: i64,
) -> Result<()> {
    let mut behind = Behind::default();
    if is_empty(c, book_id, before).await? {
        intake.next_portion(behind);
        return Ok(());
    }
    let identities: Vec<Identity> =
        rows.iter().map(|row| &row.identity).collect::<BTreeSet<_>>().into_iter().cloned().collect();
    for identity in identities.iter().filter(|identity| identity.id_type().is_personal()) {
        let alike = recipients::count_alike(c, book_id, identity, before).await?;
        behind.alike_numbers.insert(identity.clone(), alike);
    }
    let mut known = recipients::by_numbers(c, book_id, &identities).await?;
    known.retain(|_, recipient| recipient.id < before);
    let ids: BTreeSet<i64> = known.values().map(|recipient| recipient.id).collect();
    let of = Of { book_id, before, ids: ids.into_iter().collect() };
    for row in recipients::pending_of(c, book_id, &of.ids, before).await? {
        behind.pending.entry(row.recipient).or_default().push((row.id, recipients::account_of(&row)));
    }
    behind.references = references(c, intake, rows, &of).await?;
    if intake.has_caps() {
        behind.granted = granted(c, &of).await?;
    }
    behind.alike = alike(c, &of).await?;
    let numbers: BTreeSet<&str> =
        rows.iter().filter_map(|row| row.account.as_ref()).map(|account| account.account_number.as_str()).collect();
    let numbers: Vec<&str> = numbers.into_iter().collect();
    behind.accounts = recipients::users_of_accounts(c, book_id, &numbers, before).await?;
    let unsettled = unsettled(c, &of).await?;
    for (identity, recipient) in known {
        let is_settled = !unsettled.contains(&recipient.id);
        behind.recipients.insert(identity, (recipient, is_settled));
    }
    intake.next_portion(behind);
    Ok(())
}

/// Whose grants are asked for.
struct Of {
    book_id: i64,
    before: i64,
    ids: Vec<i64>,
}

impl Of {
    /// All rows of a query with the places book, position and a list of recipients, `{ids}` in the text.
    async fn all<M: FromQueryResult>(&self, c: &impl ConnectionTrait, query: &str) -> Result<Vec<M>> {
        let mut found = Vec::new();
        for chunk in self.ids.chunks(AT_ONCE) {
            let mut values: Vec<Value> = vec![self.book_id.into(), self.before.into()];
            values.extend(chunk.iter().map(|id| Value::from(*id)));
            found.extend(sql::all::<M>(c, &query.replace("{ids}", &places(chunk.len())), values).await?);
        }
        Ok(found)
    }
}

#[derive(Debug, FromQueryResult)]
struct Id {
    id: i64,
}

/// Whether no recipient stands before the position: then nothing is known of any row.
async fn is_empty(c: &impl ConnectionTrait, book_id: i64, before: i64) -> Result<bool> {
    let query = "SELECT id FROM recipients WHERE book_id = ? AND id < ? ORDER BY id LIMIT 1";
    Ok(sql::one::<Id>(c, query, vec![book_id.into(), before.into()]).await?.is_none())
}

/// Those registered by a grant and with no living grant.
async fn unsettled(c: &impl ConnectionTrait, of: &Of) -> Result<BTreeSet<i64>> {
    let query = format!(
        "SELECT r.id FROM recipients r WHERE r.book_id = ?
            AND NOT EXISTS (SELECT 1 FROM grants g
                WHERE g.book_id = r.book_id AND g.recipient = r.id AND g.id < ? AND {LIVING})
            AND NOT {BY_HAND}
            AND r.id IN ({{ids}})"
    );
    Ok(of.all::<Id>(c, &query).await?.into_iter().map(|row| row.id).collect())
}

#[derive(Debug, FromQueryResult)]
struct Reference {
    reference: String,
}

/// The references of these rows that living grants use.
async fn references(
    c: &impl ConnectionTrait,
    intake: &Intake,
    rows: &[Draft],
    of: &Of,
) -> Result<HashMap<i64, Vec<String>>> {
    let mut wanted: BTreeMap<i64, BTreeSet<&str>> = BTreeMap::new();
    for row in rows {
        if let Some(policy) = intake.policy(&row.policy) {
            wanted.entry(policy.id).or_default().insert(&row.reference);
        }
    }
    let mut used: HashMap<i64, Vec<String>> = HashMap::new();
    for (policy, references) in wanted {
        let references: Vec<&str> = references.into_iter().collect();
        for chunk in references.chunks(AT_ONCE) {
            let query = format!(
                "SELECT g.reference FROM grants g
                 WHERE g.book_id = ? AND g.policy = ? AND g.id < ? AND {LIVING} AND g.reference IN ({})",
                places(chunk.len())
            );
            let mut values: Vec<Value> = vec![of.book_id.into(), policy.into(), of.before.into()];
            values.extend(chunk.iter().map(|reference| Value::from(*reference)));
            let found = sql::all::<Reference>(c, &query, values).await?;
            used.entry(policy).or_default().extend(found.into_iter().map(|row| row.reference));
        }
    }
    Ok(used)
}

#[derive(Debug, FromQueryResult)]
struct Granted {
    policy: i64,
    recipient: i64,
    fen: i64,
}

/// What living grants gave these recipients, by policy, net of recoveries.
async fn granted(c: &impl ConnectionTrait, of: &Of) -> Result<HashMap<(i64, i64), Fen>> {
    let whose = format!("AND g.id < ? AND {LIVING} AND g.recipient IN ({{ids}}) GROUP BY g.policy, g.recipient");
    let given = format!(
        "SELECT g.policy, g.recipient, CAST(SUM(g.amount_fen) AS BIGINT) AS fen FROM grants g
         WHERE g.book_id = ? {whose}"
    );
    let mut sums: HashMap<(i64, i64), Fen> = HashMap::new();
    for row in of.all::<Granted>(c, &given).await? {
        sums.insert((row.policy, row.recipient), Fen::new(row.fen));
    }
    let recovered = RECOVERED.replacen("SELECT", "SELECT g.policy, g.recipient,", 1);
    for row in of.all::<Granted>(c, &format!("{recovered} {whose}")).await? {
        if let Some(sum) = sums.get_mut(&(row.policy, row.recipient)) {
            *sum = Fen::new(sum.get().saturating_sub(row.fen));
        }
    }
    Ok(sums)
}

#[derive(Debug, FromQueryResult)]
struct Before {
    id: i64,
    policy: i64,
    recipient: i64,
    amount_fen: i64,
    applied_on: String,
}

/// Living grants of these recipients.
async fn alike(c: &impl ConnectionTrait, of: &Of) -> Result<HashMap<(i64, i64, Fen), Vec<Alike>>> {
    let query = format!(
        "SELECT g.id, g.policy, g.recipient, g.amount_fen, g.applied_on FROM grants g
         WHERE g.book_id = ? AND g.id < ? AND {LIVING} AND g.recipient IN ({{ids}}) ORDER BY g.id"
    );
    let mut found: HashMap<(i64, i64, Fen), Vec<Alike>> = HashMap::new();
    for row in of.all::<Before>(c, &query).await? {
        let alike = Alike { grant: row.id, applied_on: day(&row.applied_on)? };
        found.entry((row.policy, row.recipient, Fen::new(row.amount_fen))).or_default().push(alike);
    }
    Ok(found)
}
