//! Files of the bank, their lines, and what differs.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Value,
};

use super::optional_day;
use crate::db::constraint::refused_or_internal;
use crate::db::entity::{bank_files as rows, bank_lines, discrepancies as differing};
use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::rules::{How, Name};

/// A row of `bank_lines`.
pub type Line = bank_lines::Model;

/// A file of the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankFile {
    /// The file.
    pub id: i64,
    /// Name of the profile by which it was read.
    pub profile: String,
    /// Its version; 0 for one that comes with the program.
    pub profile_version: i64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its name where it came from.
    pub name: String,
    /// The account that it names, if the book knows it.
    pub paying_account: Option<i64>,
    /// `open`, `taken`, `undo_pending` or `undone`.
    pub state: String,
    /// Lines.
    pub lines: i64,
    /// Lines from which something followed.
    pub applied: i64,
    /// Position of the first line's event.
    pub first: i64,
    /// Position of the last line's event.
    pub last: i64,
    /// The balances, if it is a statement: first and last day, opening, closing.
    pub balances: Option<(Day, Day, Fen, Fen)>,
    /// Who loaded it.
    pub loaded_by: String,
    /// The person who did.
    pub loaded_person: String,
    /// When.
    pub loaded_at: Instant,
    /// Why it is to be undone, or is not.
    pub undo_reason: String,
    /// Who prepared that it be undone.
    pub undo_by: Option<String>,
    /// The person who did.
    pub undo_person: Option<String>,
}

fn view(row: rows::Model) -> Result<BankFile> {
    let days = (optional_day(row.from_on.as_deref())?, optional_day(row.to_on.as_deref())?);
    let sums = (row.opening_fen.map(Fen::new), row.closing_fen.map(Fen::new));
    let balances = match (days, sums) {
        ((Some(from), Some(to)), (Some(opening), Some(closing))) => Some((from, to, opening, closing)),
        _ => None,
    };
    Ok(BankFile {
        balances,
        id: row.id,
        profile: row.profile,
        profile_version: row.profile_version,
        sha256: row.file_sha256,
        name: row.file_name,
        paying_account: row.paying_account,
        state: row.state,
        lines: row.lines_count,
        applied: row.applied_count,
        first: row.first_position,
        last: row.last_position,
        loaded_by: row.loaded_by,
        loaded_person: row.loaded_person,
        loaded_at: Instant::new(row.loaded_at_ms),
        undo_reason: row.undo_reason,
        undo_by: row.undo_by,
        undo_person: row.undo_person,
    })
}

/// The file with this id.
///
/// # Errors
/// `NotFound`.
pub async fn bank_file(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<BankFile> {
    let row = rows::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)?;
    view(row.ok_or(Error::NotFound)?)
}

/// Files of the bank, the newest first: `limit` of them before the id `before`.
pub async fn bank_files(c: &impl ConnectionTrait, book_id: i64, before: i64, limit: u64) -> Result<Vec<BankFile>> {
    let query = rows::Entity::find()
        .filter(rows::Column::BookId.eq(book_id))
        .filter(rows::Column::Id.lt(before))
        .order_by_desc(rows::Column::Id)
        .limit(limit.min(1_000));
    query.all(c).await.map_err(refused_or_internal)?.into_iter().map(view).collect()
}

/// The file with the same content that still stands.
pub async fn of_content(c: &impl ConnectionTrait, book_id: i64, sha256: &str) -> Result<Option<i64>> {
    let query = rows::Entity::find()
        .filter(rows::Column::BookId.eq(book_id))
        .filter(rows::Column::FileSha256.eq(sha256))
        .filter(rows::Column::State.ne("undone"));
    Ok(query.one(c).await.map_err(refused_or_internal)?.map(|row| row.id))
}

/// Lines of a file in its order, `limit` of them after the id `after`.
pub async fn lines(c: &impl ConnectionTrait, book_id: i64, file: i64, after: i64, limit: u64) -> Result<Vec<Line>> {
    let query = bank_lines::Entity::find()
        .filter(bank_lines::Column::BookId.eq(book_id))
        .filter(bank_lines::Column::File.eq(file))
        .filter(bank_lines::Column::Id.gt(after))
        .order_by_asc(bank_lines::Column::Id)
        .limit(limit.min(1_000));
    query.all(c).await.map_err(refused_or_internal)
}

/// A difference between bank and book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discrepancy {
    /// The bank's line.
    pub line: i64,
    /// What differs.
    pub name: Name,
    /// The file.
    pub file: i64,
    /// The payment.
    pub payment: Option<i64>,
    /// What the book says.
    pub book: String,
    /// What the bank says.
    pub bank: String,
    /// `open`, `settled` or `undone`.
    pub state: String,
    /// The person who loaded the file.
    pub loaded_person: String,
    /// How it was settled.
    pub how: Option<How>,
    /// By which document.
    pub document: String,
    /// With which remark.
    pub note: String,
    /// By whom.
    pub settled_by: Option<String>,
}

pub(super) fn of_row(row: differing::Model) -> Result<Discrepancy> {
    let name = Name::from_code(&row.name);
    Ok(Discrepancy {
        name: name.ok_or_else(|| Error::internal(format!("no difference is called {}", row.name)))?,
        how: How::from_code(&row.how),
        line: row.line_id,
        file: row.file,
        payment: row.payment,
        book: row.book_value,
        bank: row.bank_value,
        state: row.state,
        loaded_person: row.loaded_person,
        document: row.document,
        note: row.note,
        settled_by: row.settled_by,
    })
}

/// Differences in the order in which they were found: those in one state if named, of one file if named.
pub async fn discrepancies(
    c: &impl ConnectionTrait,
    book_id: i64,
    state: Option<&str>,
    file: Option<i64>,
    (after, limit): (i64, u64),
) -> Result<Vec<Discrepancy>> {
    let mut conditions = String::from("book_id = ? AND line_id > ?");
    let mut values: Vec<Value> = vec![book_id.into(), after.into()];
    if let Some(state) = state {
        conditions.push_str(" AND state = ?");
        values.push(state.into());
    }
    if let Some(file) = file {
        conditions.push_str(" AND file = ?");
        values.push(file.into());
    }
    let query = format!("SELECT * FROM discrepancies WHERE {conditions} ORDER BY line_id, name LIMIT {limit}");
    sql::all::<differing::Model>(c, &query, values).await?.into_iter().map(of_row).collect()
}

#[derive(Debug, FromQueryResult)]
struct Count {
    n: i64,
}

/// How many differences wait to be settled.
pub async fn open_count(c: &impl ConnectionTrait, book_id: i64) -> Result<i64> {
    let query = "SELECT COUNT(*) AS n FROM discrepancies WHERE book_id = ? AND state = 'open'";
    Ok(sql::one::<Count>(c, query, vec![book_id.into()]).await?.map_or(0, |count| count.n))
}

#[derive(Debug, FromQueryResult)]
struct Named {
    name: String,
    n: i64,
}

/// How many differences of each name a file brought.
pub async fn counted(c: &impl ConnectionTrait, book_id: i64, file: i64) -> Result<Vec<(Name, i64)>> {
    let query = "SELECT name, COUNT(*) AS n FROM discrepancies WHERE book_id = ? AND file = ? GROUP BY name";
    let named: Vec<Named> = sql::all(c, query, vec![book_id.into(), file.into()]).await?;
    let named = named.into_iter().filter_map(|row| Some((Name::from_code(&row.name)?, row.n)));
    let mut counted: Vec<(Name, i64)> = named.collect();
    counted.sort_unstable();
    Ok(counted)
}

/// One difference.
///
/// # Errors
/// `NotFound`.
pub async fn discrepancy(c: &impl ConnectionTrait, book_id: i64, line: i64, name: Name) -> Result<Discrepancy> {
    let key = (book_id, line, name.code().to_owned());
    let row = differing::Entity::find_by_id(key).one(c).await.map_err(refused_or_internal)?;
    of_row(row.ok_or(Error::NotFound)?)
}
