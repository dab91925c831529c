//! Accounts from which the book pays.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::db::constraint::refused_or_internal;
use crate::db::entity::paying_accounts as rows;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Result};
use crate::payments::rules::PayerKind;

/// An account from which the book pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayingAccount {
    /// The account.
    pub id: i64,
    /// Account holder.
    pub name: String,
    /// What it is.
    pub kind: PayerKind,
    /// Its number.
    pub account_number: String,
    /// Code of its bank.
    pub bank_code: String,
    /// Its bank.
    pub bank_name: String,
    /// `pending`, `open`, `refused` or `closed`.
    pub state: String,
    /// Leaf of the event that recorded it.
    pub leaf: Hash,
    /// Who recorded it.
    pub prepared_by: String,
    /// The person who did.
    pub prepared_person: String,
}

fn view(row: rows::Model) -> Result<PayingAccount> {
    let kind = PayerKind::from_code(&row.kind);
    Ok(PayingAccount {
        kind: kind.ok_or_else(|| Error::internal(format!("paying account {} is {}", row.id, row.kind)))?,
        leaf: Hash::from_slice(&row.leaf_hash).map_err(Error::internal)?,
        id: row.id,
        name: row.name,
        account_number: row.account_number,
        bank_code: row.bank_code,
        bank_name: row.bank_name,
        state: row.state,
        prepared_by: row.prepared_by,
        prepared_person: row.prepared_person,
    })
}

/// The account with this id.
///
/// # Errors
/// `NotFound`.
pub async fn paying_account(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<PayingAccount> {
    let row = rows::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)?;
    view(row.ok_or(Error::NotFound)?)
}

/// All accounts, oldest first.
pub async fn paying_accounts(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<PayingAccount>> {
    let query = rows::Entity::find().filter(rows::Column::BookId.eq(book_id)).order_by_asc(rows::Column::Id);
    query.all(c).await.map_err(refused_or_internal)?.into_iter().map(view).collect()
}
