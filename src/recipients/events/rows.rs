//! The rows of recipients and accounts, for this feature's own events and for grants that bring a recipient with them.

use crate::db::entity::{accounts, recipient_versions, recipients};
use crate::journal::{Recorded, Tx};
use crate::kernel::Result;
use crate::kernel::instant::Instant;
use crate::kernel::tree::Hash;
use crate::people::Persons;
use crate::recipients::rules::{Account, Particulars, Standing};

/// Which event made a row, and who stands behind it.
#[derive(Debug, Clone)]
pub struct By {
    /// Position of the event: the id of what it makes.
    pub position: i64,
    /// Its leaf: what a second person signs.
    pub leaf: Hash,
    /// Who acted.
    pub actor_uid: String,
    /// The person behind.
    pub person: String,
    /// When.
    pub at: Instant,
}

impl By {
    /// From an event that is being applied.
    pub fn of(event: &Recorded, persons: &Persons) -> Result<Self> {
        Ok(Self {
            position: event.position,
            leaf: event.leaf,
            actor_uid: event.actor_uid.clone(),
            person: persons.of(&event.actor_uid)?.to_owned(),
            at: event.recorded_at,
        })
    }
}

/// A recipient to be registered; its id is the position of the event.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Code of the kind of number.
    pub id_type: String,
    /// The number; a personal one masked.
    pub number: String,
    /// What it is.
    pub particulars: Particulars,
    /// The account that comes with it, which goes on file at once.
    pub account: Option<Account>,
    /// By which event.
    pub by: By,
}

/// An account to be kept; its id is the position of the event.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Whose.
    pub recipient: i64,
    /// The account.
    pub account: Account,
    /// What a change rests on.
    pub evidence: String,
    /// `OnFile` for the first account of a recipient, `Pending` for a change.
    pub standing: Standing,
    /// By which event.
    pub by: By,
}

/// Registers recipients: their rows, first versions and accounts. No round trip per row.
pub async fn register_rows(tx: &mut Tx, registrations: &[Registration]) -> Result<()> {
    let book_id = tx.book_id();
    let rows: Vec<recipients::Model> = registrations.iter().map(|r| recipient(book_id, r)).collect();
    tx.insert(rows).await?;
    let versions: Vec<recipient_versions::Model> =
        registrations.iter().map(|r| version(book_id, r.by.position, r.by.position, &r.particulars)).collect();
    tx.insert(versions).await?;
    let accounts: Vec<accounts::Model> = registrations
        .iter()
        .filter_map(|r| {
            r.account.as_ref().map(|account| account_row(book_id, r.by.position, account, "", Standing::OnFile, &r.by))
        })
        .collect();
    tx.insert(accounts).await
}

/// Keeps accounts. One that goes on file takes the place of the one before.
pub async fn account_rows(tx: &mut Tx, new: &[NewAccount]) -> Result<()> {
    let book_id = tx.book_id();
    let rows: Vec<accounts::Model> =
        new.iter().map(|n| account_row(book_id, n.recipient, &n.account, &n.evidence, n.standing, &n.by)).collect();
    tx.insert(rows).await?;
    // Rare: most accounts come with the recipient's registration.
    for account in new.iter().filter(|n| n.standing == Standing::OnFile) {
        replace_on_file(tx, account.recipient, account.by.position).await?;
    }
    Ok(())
}

/// Puts another account on file.
pub async fn replace_on_file(tx: &mut Tx, recipient: i64, account: i64) -> Result<()> {
    let book_id = tx.book_id();
    tx.run(
        "UPDATE accounts SET state = ? WHERE book_id = ? AND recipient = ? AND state = ? AND id <> ?",
        vec![
            Standing::Replaced.code().into(),
            book_id.into(),
            recipient.into(),
            Standing::OnFile.code().into(),
            account.into(),
        ],
    )
    .await?;
    tx.run(
        "UPDATE recipients SET account_id = ? WHERE book_id = ? AND id = ?",
        vec![account.into(), book_id.into(), recipient.into()],
    )
    .await
    .map(|_| ())
}

/// Gives a recipient new particulars from a position on.
pub async fn renew(tx: &mut Tx, position: i64, recipient: i64, new: &Particulars) -> Result<()> {
    let book_id = tx.book_id();
    tx.insert(vec![version(book_id, recipient, position, new)]).await?;
    tx.run(
        "UPDATE recipients SET name = ?, name_folded = ?, kind = ?, subdistrict = ?, industry = ?, size = ?
         WHERE book_id = ? AND id = ?",
        vec![
            new.name.clone().into(),
            new.name_folded().into(),
            new.kind.clone().into(),
            new.subdistrict.clone().into(),
            new.industry.clone().into(),
            new.size.clone().into(),
            book_id.into(),
            recipient.into(),
        ],
    )
    .await
    .map(|_| ())
}

fn recipient(book_id: i64, new: &Registration) -> recipients::Model {
    recipients::Model {
        book_id,
        id: new.by.position,
        id_type: new.id_type.clone(),
        number: new.number.clone(),
        name: new.particulars.name.clone(),
        name_folded: new.particulars.name_folded().to_owned(),
        kind: new.particulars.kind.clone(),
        subdistrict: new.particulars.subdistrict.clone(),
        industry: new.particulars.industry.clone(),
        size: new.particulars.size.clone(),
        account_id: new.account.as_ref().map(|_| new.by.position),
    }
}

fn version(book_id: i64, recipient: i64, position: i64, particulars: &Particulars) -> recipient_versions::Model {
    recipient_versions::Model {
        book_id,
        recipient,
        position,
        name: particulars.name.clone(),
        kind: particulars.kind.clone(),
        subdistrict: particulars.subdistrict.clone(),
        industry: particulars.industry.clone(),
        size: particulars.size.clone(),
    }
}

fn account_row(
    book_id: i64,
    recipient: i64,
    account: &Account,
    evidence: &str,
    standing: Standing,
    by: &By,
) -> accounts::Model {
    accounts::Model {
        book_id,
        id: by.position,
        recipient,
        payee_relation: account.payee_relation.clone(),
        account_name: account.account_name.clone(),
        account_number: account.account_number.clone(),
        bank_code: account.bank_code.clone(),
        bank_name: account.bank_name.clone(),
        state: standing.code().to_owned(),
        evidence: evidence.to_owned(),
        leaf_hash: by.leaf.0.to_vec(),
        prepared_by: by.actor_uid.clone(),
        prepared_person: by.person.clone(),
        prepared_at_ms: by.at.get(),
        reviewed_by: None,
        reviewed_person: None,
        reviewed_at_ms: None,
    }
}
