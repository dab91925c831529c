//! Settings out of the tables. Decides nothing.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder};

use super::rules::Setting;
use crate::db::constraint::refused_or_internal;
use crate::db::entity::{setting_changes as rows, setting_versions};
use crate::db::sql;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Result};

/// A prepared value, waiting or decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Position of the event that prepared it.
    pub id: i64,
    /// Which setting.
    pub setting: Setting,
    /// The value, as it is stored.
    pub value: String,
    /// Why.
    pub reason: String,
    /// `pending`, `approved` or `refused`.
    pub state: String,
    /// Leaf of the event that prepared it.
    pub leaf: Hash,
    /// Who prepared it.
    pub prepared_by: String,
    /// The person who did.
    pub prepared_person: String,
    /// When.
    pub prepared_at: Instant,
    /// Who decided on it.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<Instant>,
}

fn view(row: rows::Model) -> Result<Change> {
    let setting = Setting::from_code(&row.name);
    Ok(Change {
        setting: setting.ok_or_else(|| Error::internal(format!("there is no setting {}", row.name)))?,
        leaf: Hash::from_slice(&row.leaf_hash).map_err(Error::internal)?,
        id: row.id,
        value: row.value,
        reason: row.reason,
        state: row.state,
        prepared_by: row.prepared_by,
        prepared_person: row.prepared_person,
        prepared_at: Instant::new(row.prepared_at_ms),
        reviewed_by: row.reviewed_by,
        reviewed_at: row.reviewed_at_ms.map(Instant::new),
    })
}

/// The change with this id.
///
/// # Errors
/// `NotFound`.
pub async fn change(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Change> {
    let row = rows::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)?;
    view(row.ok_or(Error::NotFound)?)
}

/// All changes of a setting, the newest first.
pub async fn changes_of(c: &impl ConnectionTrait, book_id: i64, setting: Setting) -> Result<Vec<Change>> {
    let query = rows::Entity::find()
        .filter(rows::Column::BookId.eq(book_id))
        .filter(rows::Column::Name.eq(setting.code()))
        .order_by_desc(rows::Column::Id);
    query.all(c).await.map_err(refused_or_internal)?.into_iter().map(view).collect()
}

/// What a setting is worth, as it is stored: at a position of the book, or now.
pub async fn value(c: &impl ConnectionTrait, book_id: i64, setting: Setting, at: Option<i64>) -> Result<String> {
    let version: Option<setting_versions::Model> = sql::one(
        c,
        "SELECT * FROM setting_versions WHERE book_id = ? AND name = ? AND position <= ? ORDER BY position DESC LIMIT 1",
        vec![book_id.into(), setting.code().into(), at.unwrap_or(i64::MAX).into()],
    )
    .await?;
    Ok(version.map_or_else(|| setting.default_value().to_owned(), |version| version.value))
}

/// Above which sum a releaser types it.
pub async fn typed_above(c: &impl ConnectionTrait, book_id: i64) -> Result<Fen> {
    let stored = value(c, book_id, Setting::TypedAbove, None).await?;
    Fen::parse(&stored).map_err(|_| Error::internal(format!("typed_above is {stored}")))
}

/// For how many days after its change an account must be confirmed when it is paid to.
pub async fn changed_account_days(c: &impl ConnectionTrait, book_id: i64) -> Result<i64> {
    let stored = value(c, book_id, Setting::ChangedAccountDays, None).await?;
    stored.parse().map_err(|_| Error::internal(format!("changed_account_days is {stored}")))
}

/// A setting as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The setting.
    pub setting: Setting,
    /// What it is worth, as it is stored.
    pub value: String,
    /// The change by which it came to that; none if nobody changed it.
    pub since: Option<Change>,
    /// A change that waits.
    pub waiting: Option<Change>,
}

/// All settings as they stand, in the order of the page.
pub async fn standings(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<Standing>> {
    let mut standings = Vec::with_capacity(Setting::ALL.len());
    for setting in Setting::ALL {
        let changes = changes_of(c, book_id, setting).await?;
        let last = |state: &str| changes.iter().find(|change| change.state == state).cloned();
        // At most one change of a setting waits, so they are decided on in the order in which they were prepared.
        standings.push(Standing {
            setting,
            value: value(c, book_id, setting, None).await?,
            since: last("approved"),
            waiting: last("pending"),
        });
    }
    Ok(standings)
}

#[derive(Debug, FromQueryResult)]
struct Count {
    n: i64,
}

/// How many changes others prepared that nobody decided on yet.
pub async fn waiting(c: &impl ConnectionTrait, book_id: i64, person: &str) -> Result<i64> {
    let query =
        "SELECT COUNT(*) AS n FROM setting_changes WHERE book_id = ? AND state = 'pending' AND prepared_person <> ?";
    Ok(sql::one::<Count>(c, query, vec![book_id.into(), person.into()]).await?.map_or(0, |count| count.n))
}
