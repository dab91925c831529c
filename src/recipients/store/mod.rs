//! Recipients, their versions and accounts, out of the tables.

pub mod names;

pub use crate::db::entity::accounts::Model as AccountRow;
pub use crate::db::entity::recipient_versions::Model as VersionRow;

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Value};

use super::rules::Account;
use crate::db::constraint::refused_or_internal;
use crate::db::entity::{accounts, recipient_versions};
use crate::db::sql;
use crate::kernel::identity::{IdType, Identity};
use crate::kernel::keyset::{Cut, Near};
use crate::kernel::{Error, Result, text};

/// Numbers asked for in one query.
const AT_ONCE: usize = 500;
/// Letters and digits of at least this length, a digit among them, are searched as a number alone.
const CERTAIN_NUMBER: usize = 4;
/// The slot in which a personal number is sealed.
pub const PERSONAL_ID: &str = "personal_id";

/// An account on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountOnFile {
    /// Position of the event that brought it.
    pub id: i64,
    /// The account.
    pub account: Account,
}

/// A recipient as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Position of the event that registered it.
    pub id: i64,
    /// Kind of number.
    pub id_type: IdType,
    /// The number; a personal one masked.
    pub number: String,
    /// Name as registered.
    pub name: String,
    /// Code of the kind.
    pub kind: String,
    /// Sub-district.
    pub subdistrict: String,
    /// Code of the industry.
    pub industry: String,
    /// Code of the size.
    pub size: String,
    /// The account to which its grants are paid.
    pub account: Option<AccountOnFile>,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    id_type: String,
    number: String,
    name: String,
    kind: String,
    subdistrict: String,
    industry: String,
    size: String,
    account_id: Option<i64>,
    payee_relation: Option<String>,
    account_name: Option<String>,
    account_number: Option<String>,
    bank_code: Option<String>,
    bank_name: Option<String>,
    sealed: Option<Vec<u8>>,
}

impl Row {
    fn recipient(self) -> Result<Recipient> {
        let account = self.account_id.zip(self.account_number).map(|(id, account_number)| AccountOnFile {
            id,
            account: Account {
                payee_relation: self.payee_relation.unwrap_or_default(),
                account_name: self.account_name.unwrap_or_default(),
                account_number,
                bank_code: self.bank_code.unwrap_or_default(),
                bank_name: self.bank_name.unwrap_or_default(),
            },
        });
        Ok(Recipient {
            id: self.id,
            id_type: id_type(&self.id_type)?,
            number: self.number,
            name: self.name,
            kind: self.kind,
            subdistrict: self.subdistrict,
            industry: self.industry,
            size: self.size,
            account,
        })
    }
}

fn id_type(code: &str) -> Result<IdType> {
    IdType::ALL
        .into_iter()
        .find(|kind| kind.code() == code)
        .ok_or_else(|| Error::internal(format!("no kind of number is called {code}")))
}

/// Recipients with their account; a condition follows.
const SELECT: &str =
    "SELECT r.id, r.id_type, r.number, r.name, r.kind, r.subdistrict, r.industry, r.size, r.account_id,
        a.payee_relation, a.account_name, a.account_number, a.bank_code, a.bank_name, p.value AS sealed
    FROM recipients r
    LEFT JOIN accounts a ON a.book_id = r.book_id AND a.id = r.account_id
    LEFT JOIN private p ON p.book_id = r.book_id AND p.position = r.id AND p.slot = 'personal_id'
    WHERE r.book_id = ?";

async fn rows(c: &impl ConnectionTrait, book_id: i64, condition: &str, values: Vec<Value>) -> Result<Vec<Row>> {
    let mut all = vec![book_id.into()];
    all.extend(values);
    sql::all(c, &format!("{SELECT} {condition}"), all).await
}

/// The recipient with this id.
pub async fn by_id(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Option<Recipient>> {
    rows(c, book_id, "AND r.id = ?", vec![id.into()]).await?.into_iter().next().map(Row::recipient).transpose()
}

/// The recipient known by this number. A personal number is compared with the sealed ones; one whose sealed number
/// was erased is found no more.
pub async fn by_number(c: &impl ConnectionTrait, book_id: i64, identity: &Identity) -> Result<Option<Recipient>> {
    if identity.id_type().is_personal() {
        let number = identity.number().as_bytes();
        return alike(c, book_id, identity)
            .await?
            .into_iter()
            .find(|row| row.sealed.as_deref() == Some(number))
            .map(Row::recipient)
            .transpose();
    }
    rows(
        c,
        book_id,
        "AND r.number = ? AND r.id_type = ?",
        vec![identity.number().into(), identity.id_type().code().into()],
    )
    .await?
    .into_iter()
    .next()
    .map(Row::recipient)
    .transpose()
}

/// The recipients known by these numbers, in few queries.
pub async fn by_numbers(
    c: &impl ConnectionTrait,
    book_id: i64,
    identities: &[Identity],
) -> Result<HashMap<Identity, Recipient>> {
    let mut found = HashMap::new();
    let (personal, public): (Vec<&Identity>, Vec<&Identity>) =
        identities.iter().partition(|identity| identity.id_type().is_personal());
    for chunk in public.chunks(AT_ONCE) {
        let places = sql::places(chunk.len());
        let numbers = chunk.iter().map(|identity| identity.number().into()).collect();
        for row in rows(c, book_id, &format!("AND r.number IN ({places})"), numbers).await? {
            let recipient = row.recipient()?;
            if !recipient.id_type.is_personal()
                && let Ok(identity) = Identity::parse(recipient.id_type, &recipient.number)
            {
                found.insert(identity, recipient);
            }
        }
    }
    for identity in personal {
        if let Some(recipient) = by_number(c, book_id, identity).await? {
            found.insert(identity.clone(), recipient);
        }
    }
    Ok(found)
}

/// Those whose personal number looks alike once masked.
async fn alike(c: &impl ConnectionTrait, book_id: i64, identity: &Identity) -> Result<Vec<Row>> {
    let masked = identity.masked();
    rows(
        c,
        book_id,
        "AND r.id_type = ? AND (r.number = ? OR r.number LIKE ?)",
        vec![identity.id_type().code().into(), masked.clone().into(), format!("{masked}/%").into()],
    )
    .await
}

/// How many recipients before the position `before` have a personal number that looks like this one once masked;
/// none for other numbers. See [`super::rules::masked_number`].
pub async fn count_alike(c: &impl ConnectionTrait, book_id: i64, identity: &Identity, before: i64) -> Result<usize> {
    if !identity.id_type().is_personal() {
        return Ok(0);
    }
    Ok(alike(c, book_id, identity).await?.iter().filter(|row| row.id < before).count())
}

/// One line of a search.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Found {
    /// The recipient.
    pub id: i64,
    /// Code of the kind of number.
    pub id_type: String,
    /// Its number, masked if personal.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Code of the kind.
    pub kind: String,
    /// Sub-district.
    pub subdistrict: String,
    /// Code of the industry.
    pub industry: String,
    /// Code of the size.
    pub size: String,
}

/// Recipients whose number begins with `written` or whose name holds it; all if it is empty. A page of them by id.
pub async fn search(
    c: &impl ConnectionTrait,
    book_id: i64,
    written: &str,
    near: Near<i64>,
    limit: usize,
) -> Result<Cut<Found>> {
    let folded = text::fold(written);
    let mut values: Vec<Value> = vec![book_id.into(), near.row().copied().unwrap_or_default().into()];
    let mut condition = String::new();
    if !folded.is_empty() {
        let (clause, more) = matching("recipients", &folded);
        condition = format!("AND {clause}");
        values.extend(more);
    }
    let limit = limit.min(1_000);
    let (beyond, direction) = if near.is_back() { ("<", "DESC") } else { (">", "ASC") };
    let query = format!(
        "SELECT id, id_type, number, name, kind, subdistrict, industry, size FROM recipients
         WHERE book_id = ? AND id {beyond} ? {condition} ORDER BY id {direction} LIMIT {}",
        limit + 1
    );
    Ok(near.cut(sql::all(c, &query, values).await?, limit))
}

/// A condition on the table of recipients, called `table` in the query, that finds a folded text: what looks like a
/// number by its beginning, through the index; other text anywhere in the name.
pub fn matching(table: &str, folded: &str) -> (String, Vec<Value>) {
    let name = format!("{table}.name_folded LIKE ? ESCAPE '\\'");
    let contains: Value = sql::contains(folded).into();
    if !folded.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return (name, vec![contains]);
    }
    let number = format!("{table}.number >= ? AND {table}.number < ?");
    let prefix = folded.to_uppercase();
    // '~' sorts behind every character of a number.
    let end = format!("{prefix}~");
    if folded.len() >= CERTAIN_NUMBER && folded.bytes().any(|byte| byte.is_ascii_digit()) {
        return (number, vec![prefix.into(), end.into()]);
    }
    (format!("({number} OR {name})"), vec![prefix.into(), end.into(), contains])
}

/// The particulars of a recipient, oldest first.
pub async fn versions(
    c: &impl ConnectionTrait,
    book_id: i64,
    recipient: i64,
) -> Result<Vec<recipient_versions::Model>> {
    recipient_versions::Entity::find()
        .filter(recipient_versions::Column::BookId.eq(book_id))
        .filter(recipient_versions::Column::Recipient.eq(recipient))
        .order_by_asc(recipient_versions::Column::Position)
        .all(c)
        .await
        .map_err(refused_or_internal)
}

/// All accounts of a recipient, oldest first.
pub async fn accounts(c: &impl ConnectionTrait, book_id: i64, recipient: i64) -> Result<Vec<accounts::Model>> {
    accounts::Entity::find()
        .filter(accounts::Column::BookId.eq(book_id))
        .filter(accounts::Column::Recipient.eq(recipient))
        .order_by_asc(accounts::Column::Id)
        .all(c)
        .await
        .map_err(refused_or_internal)
}

/// One account or change of account.
pub async fn account(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Option<accounts::Model>> {
    accounts::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)
}

/// The account in a row.
pub fn account_of(row: &accounts::Model) -> Account {
    Account {
        payee_relation: row.payee_relation.clone(),
        account_name: row.account_name.clone(),
        account_number: row.account_number.clone(),
        bank_code: row.bank_code.clone(),
        bank_name: row.bank_name.clone(),
    }
}

/// The changes of account that wait for a second person, oldest first; of one recipient if named.
pub async fn pending_accounts(
    c: &impl ConnectionTrait,
    book_id: i64,
    recipient: Option<i64>,
) -> Result<Vec<accounts::Model>> {
    let mut query = accounts::Entity::find()
        .filter(accounts::Column::BookId.eq(book_id))
        .filter(accounts::Column::State.eq(super::rules::Standing::Pending.code()))
        .order_by_asc(accounts::Column::Id);
    if let Some(recipient) = recipient {
        query = query.filter(accounts::Column::Recipient.eq(recipient));
    }
    query.all(c).await.map_err(refused_or_internal)
}

/// Whose accounts have these numbers: account number → recipients with that account on file or pending. Only events
/// before `before` count.
pub async fn users_of_accounts(
    c: &impl ConnectionTrait,
    book_id: i64,
    numbers: &[&str],
    before: i64,
) -> Result<HashMap<String, Vec<(i64, String)>>> {
    #[derive(FromQueryResult)]
    struct User {
        account_number: String,
        recipient: i64,
        name: String,
    }
    let mut users: HashMap<String, Vec<(i64, String)>> = HashMap::new();
    for chunk in numbers.chunks(AT_ONCE) {
        let places = sql::places(chunk.len());
        let query = format!(
            "SELECT DISTINCT a.account_number, a.recipient, r.name FROM accounts a
             JOIN recipients r ON r.book_id = a.book_id AND r.id = a.recipient
             WHERE a.book_id = ? AND a.id < ? AND a.state IN ('on_file', 'pending') AND a.account_number IN ({places})
             ORDER BY a.recipient"
        );
        let mut values: Vec<Value> = vec![book_id.into(), before.into()];
        values.extend(chunk.iter().map(|number| (*number).into()));
        for user in sql::all::<User>(c, &query, values).await? {
            users.entry(user.account_number).or_default().push((user.recipient, user.name));
        }
    }
    Ok(users)
}

/// The changes of account that wait, of these recipients. Only events before `before` count.
pub async fn pending_of(
    c: &impl ConnectionTrait,
    book_id: i64,
    recipients: &[i64],
    before: i64,
) -> Result<Vec<accounts::Model>> {
    let mut pending = Vec::new();
    for chunk in recipients.chunks(AT_ONCE) {
        let places = sql::places(chunk.len());
        let query = format!(
            "SELECT * FROM accounts
             WHERE book_id = ? AND id < ? AND state = 'pending' AND recipient IN ({places}) ORDER BY id"
        );
        let mut values: Vec<Value> = vec![book_id.into(), before.into()];
        values.extend(chunk.iter().map(|id| (*id).into()));
        pending.extend(sql::all::<accounts::Model>(c, &query, values).await?);
    }
    Ok(pending)
}

/// The number of a recipient in full; none if it is a personal one and was erased.
pub async fn identity_of(c: &impl ConnectionTrait, book_id: i64, recipient: i64) -> Result<Option<Identity>> {
    let found = rows(c, book_id, "AND r.id = ?", vec![recipient.into()]).await?.into_iter().next();
    let Some(row) = found else { return Ok(None) };
    let id_type = id_type(&row.id_type)?;
    let number = match row.sealed {
        Some(sealed) if id_type.is_personal() => String::from_utf8(sealed).map_err(Error::internal)?,
        None if id_type.is_personal() => return Ok(None),
        _ => row.number,
    };
    Identity::parse(id_type, &number).map(Some).map_err(Error::internal)
}
