//! Profiles of bank files: those that come with the program, and beside them those that the staff of a book keep.

use std::collections::HashSet;
use std::sync::Arc;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder};

use super::shown::count;
use crate::db::constraint::refused_or_internal;
use crate::db::entity::bank_profiles as rows;
use crate::db::sql;
use crate::kernel::instant::Instant;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Refusal, Result};
use crate::payments::files::{FileDirection, Profile};

/// A version of a profile that staff keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnProfile {
    /// Position of the event that recorded it.
    pub id: i64,
    /// Which way its files go.
    pub direction: FileDirection,
    /// The name by which it is called.
    pub name: String,
    /// Which version of that name, from 1.
    pub version: i64,
    /// The profile as it was typed.
    pub toml: String,
    /// Why it was recorded.
    pub reason: String,
    /// `pending`, `approved` or `refused`.
    pub state: String,
    /// Leaf of the event that recorded it.
    pub leaf: Hash,
    /// Who recorded it.
    pub prepared_by: String,
    /// The person who did.
    pub prepared_person: String,
    /// When.
    pub prepared_at: Instant,
    /// Who decided on it.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<Instant>,
    /// Position of the event by which it is used no more.
    pub retired_at: Option<i64>,
    /// Who retired it.
    pub retired_by: Option<String>,
    /// Why.
    pub retired_reason: Option<String>,
}

impl OwnProfile {
    /// The word of its state: that of tables, but for one that is used no more.
    pub fn stands(&self) -> &str {
        if self.retired_at.is_some() { "retired" } else { &self.state }
    }
}

fn view(row: rows::Model) -> Result<OwnProfile> {
    let direction = FileDirection::parse(&row.direction);
    Ok(OwnProfile {
        direction: direction.ok_or_else(|| Error::internal(format!("profile {} goes {}", row.id, row.direction)))?,
        leaf: Hash::from_slice(&row.leaf_hash).map_err(Error::internal)?,
        id: row.id,
        name: row.name,
        version: row.version,
        toml: row.toml,
        reason: row.reason,
        state: row.state,
        prepared_by: row.prepared_by,
        prepared_person: row.prepared_person,
        prepared_at: Instant::new(row.prepared_at_ms),
        reviewed_by: row.reviewed_by,
        reviewed_at: row.reviewed_at_ms.map(Instant::new),
        retired_at: row.retired_at,
        retired_by: row.retired_by,
        retired_reason: row.retired_reason,
    })
}

/// The version with this id.
///
/// # Errors
/// `NotFound`.
pub async fn own_profile(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<OwnProfile> {
    let row = rows::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)?;
    view(row.ok_or(Error::NotFound)?)
}

/// All versions of a name in one direction, the newest first.
pub async fn versions_of(
    c: &impl ConnectionTrait,
    book_id: i64,
    direction: FileDirection,
    name: &str,
) -> Result<Vec<OwnProfile>> {
    let query = rows::Entity::find()
        .filter(rows::Column::BookId.eq(book_id))
        .filter(rows::Column::Direction.eq(direction.word()))
        .filter(rows::Column::Name.eq(name))
        .order_by_desc(rows::Column::Version);
    query.all(c).await.map_err(refused_or_internal)?.into_iter().map(view).collect()
}

/// The versions that wait for another person, the oldest first.
pub async fn profiles_waiting(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<OwnProfile>> {
    let query = rows::Entity::find()
        .filter(rows::Column::BookId.eq(book_id))
        .filter(rows::Column::State.eq("pending"))
        .order_by_asc(rows::Column::Id);
    query.all(c).await.map_err(refused_or_internal)?.into_iter().map(view).collect()
}

const LAST_IN_FORCE: &str = "SELECT p.* FROM bank_profiles p WHERE p.book_id = ? AND p.id IN (
        SELECT v.profile_id FROM bank_profile_versions v WHERE v.book_id = ? AND v.position = (
            SELECT MAX(w.position) FROM bank_profile_versions w WHERE w.book_id = v.book_id
            AND w.direction = v.direction AND w.name = v.name))";

/// The profiles that are used no more, in the version that was in force last.
pub async fn profiles_retired(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<OwnProfile>> {
    let query = format!("{LAST_IN_FORCE} AND p.retired_at IS NOT NULL ORDER BY p.name, p.direction");
    let found: Vec<rows::Model> = sql::all(c, &query, vec![book_id.into(), book_id.into()]).await?;
    found.into_iter().map(view).collect()
}

#[derive(Debug, FromQueryResult)]
struct TextRow {
    name: String,
    version: i64,
    toml: String,
}

/// The profiles by which statements are read, by name and version, those that are used no more among them.
pub async fn profiles_of_statements(c: &impl ConnectionTrait, book_id: i64) -> Result<HashSet<(String, i64)>> {
    let is_one = |profile: &Profile| profile.direction == FileDirection::In && profile.is_statement();
    let shipped = Profile::shipped().iter().filter(|one| is_one(one)).map(|one| (one.name().to_owned(), 0));
    let mut found: HashSet<(String, i64)> = shipped.collect();
    let query = "SELECT name, version, toml FROM bank_profiles WHERE book_id = ? AND direction = ?";
    let own: Vec<TextRow> = sql::all(c, query, vec![book_id.into(), FileDirection::In.word().into()]).await?;
    let own = own.into_iter().filter(|row| Profile::parse(&row.toml).is_ok_and(|profile| is_one(&profile)));
    found.extend(own.map(|row| (row.name, row.version)));
    Ok(found)
}

/// How many versions others recorded that nobody decided on yet.
pub async fn profiles_to_decide(c: &impl ConnectionTrait, book_id: i64, person: &str) -> Result<i64> {
    let query =
        "SELECT COUNT(*) AS n FROM bank_profiles WHERE book_id = ? AND state = 'pending' AND prepared_person <> ?";
    count(c, query, vec![book_id.into(), person.into()]).await
}

/// A profile that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InUse {
    /// The profile.
    pub profile: Arc<Profile>,
    /// Its version; 0 for one that comes with the program.
    pub version: i64,
}

/// All profiles that can be used in a book.
#[derive(Debug, Clone, Default)]
pub struct Profiles(Vec<InUse>);

impl Profiles {
    /// Reads them: those that come with the program, then those of the book in the version that is in force.
    pub async fn read(c: &impl ConnectionTrait, book_id: i64) -> Result<Self> {
        let mut all: Vec<InUse> =
            Profile::shipped().iter().map(|one| InUse { profile: Arc::new(one.clone()), version: 0 }).collect();
        let query = format!("{LAST_IN_FORCE} AND p.retired_at IS NULL ORDER BY p.name, p.direction");
        for row in sql::all::<rows::Model>(c, &query, vec![book_id.into(), book_id.into()]).await? {
            // What this version of the program cannot read any more cannot be used; its page says what is wrong.
            if let Ok(profile) = Profile::parse(&row.toml) {
                all.push(InUse { profile: Arc::new(profile), version: row.version });
            }
        }
        Ok(Self(all))
    }

    /// All of them.
    pub fn all(&self) -> &[InUse] {
        &self.0
    }

    /// Those of one direction.
    pub fn of(&self, direction: FileDirection) -> impl Iterator<Item = &InUse> {
        self.0.iter().filter(move |one| one.profile.direction == direction)
    }

    /// The one with this name in one direction.
    pub fn find(&self, name: &str, direction: FileDirection) -> Option<&InUse> {
        self.of(direction).find(|one| one.profile.name() == name)
    }
}

/// The profile with this name in one direction, of the program or of the book.
///
/// # Errors
/// `profile_unknown` (`profile`).
pub async fn profile(c: &impl ConnectionTrait, book_id: i64, name: &str, direction: FileDirection) -> Result<InUse> {
    let found = Profiles::read(c, book_id).await?.find(name, direction).cloned();
    Ok(found.ok_or_else(|| Refusal::new("profile_unknown").with("profile", name))?)
}
