//! What a releaser must look at before a batch goes out, and what one said of it.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::rules::Contact;
use crate::settings;

/// Recipients of one account number that are shown by name; all are counted.
const NAMES_SHOWN: usize = 5;

/// An account on file that two people changed.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct ChangedAccount {
    /// The account.
    pub id: i64,
    /// Its recipient.
    pub recipient: i64,
    /// The recipient's name.
    pub name: String,
    /// Account holder.
    pub account_name: String,
    /// Account number.
    pub account_number: String,
    /// Bank.
    pub bank_name: String,
    /// What the change rests on.
    pub evidence: String,
    /// Who prepared it.
    pub prepared_by: String,
    /// Who approved it.
    pub reviewed_by: Option<String>,
    /// When, as stored.
    pub reviewed_at_ms: i64,
    /// The number that was on file before.
    pub number_before: Option<String>,
}

/// An account number to which a batch pays and that several recipients of the book have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedAccount {
    /// The number.
    pub account_number: String,
    /// How many recipients have it.
    pub recipients: i64,
    /// How many payments of the batch go to it.
    pub payments: i64,
    /// Their sum.
    pub sum: Fen,
    /// The names of the first recipients.
    pub names: Vec<String>,
}

/// What a releaser must look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseChecks {
    /// Above which sum it is typed.
    pub typed_above: Fen,
    /// For how many days a changed account must be confirmed.
    pub days: i64,
    /// Accounts that were changed within that time.
    pub changed: Vec<ChangedAccount>,
    /// Account numbers of several recipients.
    pub shared: Vec<SharedAccount>,
}

/// What the releaser of a batch must look at on a day; only payments that wait count.
pub async fn release_checks(c: &impl ConnectionTrait, book_id: i64, batch: i64, today: Day) -> Result<ReleaseChecks> {
    let days = settings::changed_account_days(c, book_id).await?;
    let since = Instant::start_of(today.plus_days(-days));
    Ok(ReleaseChecks {
        typed_above: settings::typed_above(c, book_id).await?,
        days,
        changed: changed_accounts(c, book_id, batch, since).await?,
        shared: shared_accounts(c, book_id, batch).await?,
    })
}

/// The accounts on file of a batch's recipients that were changed since an instant.
async fn changed_accounts(
    c: &impl ConnectionTrait,
    book_id: i64,
    batch: i64,
    since: Instant,
) -> Result<Vec<ChangedAccount>> {
    let query = "SELECT a.id, a.recipient, r.name, a.account_name, a.account_number, a.bank_name, a.evidence,
            a.prepared_by, a.reviewed_by, a.reviewed_at_ms,
            (SELECT b.account_number FROM accounts b WHERE b.book_id = a.book_id AND b.id = (
                SELECT MAX(d.id) FROM accounts d WHERE d.book_id = a.book_id AND d.recipient = a.recipient
                AND d.state = 'replaced')) AS number_before
        FROM accounts a JOIN recipients r ON r.book_id = a.book_id AND r.id = a.recipient
        WHERE a.book_id = ? AND a.state = 'on_file' AND a.reviewed_at_ms >= ? AND a.recipient IN (
            SELECT p.recipient FROM whole_payments p WHERE p.book_id = ? AND p.batch = ? AND p.state = 'built')
        ORDER BY a.id";
    let values = vec![book_id.into(), since.get().into(), book_id.into(), batch.into()];
    sql::all(c, query, values).await
}

#[derive(Debug, FromQueryResult)]
struct Sharing {
    account_number: String,
    name: String,
    n: i64,
    fen: i64,
}

/// Account numbers of a batch that more than one recipient has: in the batch, on file, or in what was paid or waits
/// elsewhere, for two batches must not hide what one would show.
async fn shared_accounts(c: &impl ConnectionTrait, book_id: i64, batch: i64) -> Result<Vec<SharedAccount>> {
    let query = "WITH mine AS (
            SELECT p.account_number, p.recipient, COUNT(*) AS n, CAST(SUM(p.amount_fen) AS BIGINT) AS fen
            FROM whole_payments p WHERE p.book_id = ? AND p.batch = ? AND p.state = 'built'
            GROUP BY p.account_number, p.recipient),
        known AS (
            SELECT m.account_number, m.recipient FROM mine m
            UNION SELECT a.account_number, a.recipient FROM accounts a
                WHERE a.book_id = ? AND a.state = 'on_file' AND a.account_number IN (SELECT account_number FROM mine)
            UNION SELECT q.account_number, q.recipient FROM whole_payments q
                WHERE q.book_id = ? AND q.state IN ('built', 'in_transit', 'paid')
                AND q.account_number IN (SELECT account_number FROM mine))
        SELECT k.account_number, r.name, COALESCE(m.n, 0) AS n, COALESCE(m.fen, 0) AS fen
        FROM known k JOIN recipients r ON r.book_id = ? AND r.id = k.recipient
        LEFT JOIN mine m ON m.account_number = k.account_number AND m.recipient = k.recipient
        WHERE k.account_number IN (SELECT account_number FROM known GROUP BY account_number HAVING COUNT(*) > 1)
        ORDER BY k.account_number, CASE WHEN m.n IS NULL THEN 1 ELSE 0 END, k.recipient";
    let values = vec![book_id.into(), batch.into(), book_id.into(), book_id.into(), book_id.into()];
    let mut shared: BTreeMap<String, SharedAccount> = BTreeMap::new();
    for row in sql::all::<Sharing>(c, query, values).await? {
        let one = shared.entry(row.account_number.clone()).or_insert_with(|| SharedAccount {
            account_number: row.account_number,
            recipients: 0,
            payments: 0,
            sum: Fen::ZERO,
            names: Vec::new(),
        });
        one.recipients += 1;
        one.payments += row.n;
        one.sum = one.sum.checked_add(Fen::new(row.fen)).unwrap_or(one.sum);
        if one.names.len() < NAMES_SHOWN {
            one.names.push(row.name);
        }
    }
    Ok(shared.into_values().collect())
}

#[derive(Debug, FromQueryResult)]
struct Id {
    id: i64,
}

/// The accounts on file with this number among the recipients of a batch.
pub async fn accounts_with_number(
    c: &impl ConnectionTrait,
    book_id: i64,
    batch: i64,
    number: &str,
) -> Result<Vec<i64>> {
    let query = "SELECT a.id FROM accounts a WHERE a.book_id = ? AND a.account_number = ? AND a.state = 'on_file'
            AND a.recipient IN (SELECT p.recipient FROM payments p WHERE p.book_id = ? AND p.batch = ?) ORDER BY a.id";
    let values = vec![book_id.into(), number.into(), book_id.into(), batch.into()];
    Ok(sql::all::<Id>(c, query, values).await?.into_iter().map(|row| row.id).collect())
}

/// The slot in which it is sealed with whom changed accounts were confirmed.
pub const CONTACTS: &str = "confirmation_contacts";

/// How the releaser of a batch confirmed a changed account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedAccount {
    /// The account.
    pub account: i64,
    /// Its number then.
    pub account_number: String,
    /// The recipient's name.
    pub name: String,
    /// With whom and through which number; none once that was erased.
    pub contact: Option<(String, String)>,
}

#[derive(FromQueryResult)]
struct ConfirmedRow {
    account: i64,
    account_number: String,
    name: String,
    confirmed_with: String,
    confirmed_through: String,
}

#[derive(FromQueryResult)]
struct SealedRow {
    value: Vec<u8>,
}

/// What is sealed of the contacts of a release, unless there was nothing to seal or it was erased.
async fn contacts(c: &impl ConnectionTrait, book_id: i64, batch: i64) -> Result<Vec<Contact>> {
    let query = "SELECT x.value FROM private x WHERE x.book_id = ? AND x.slot = ? AND x.position =
        (SELECT MIN(s.position) FROM payment_steps s JOIN payments p ON p.book_id = s.book_id AND p.id = s.payment_id
         WHERE s.book_id = ? AND p.batch = ? AND s.state = 'in_transit')";
    let values = vec![book_id.into(), CONTACTS.into(), book_id.into(), batch.into()];
    match sql::one::<SealedRow>(c, query, values).await? {
        Some(sealed) => serde_json::from_slice(&sealed.value).map_err(Error::internal),
        None => Ok(Vec::new()),
    }
}

/// The changed accounts that the releaser of a batch confirmed.
pub async fn confirmed_accounts(c: &impl ConnectionTrait, book_id: i64, batch: i64) -> Result<Vec<ConfirmedAccount>> {
    let query = "SELECT k.account, k.account_number, r.name, k.confirmed_with, k.confirmed_through
        FROM release_confirmations k JOIN accounts a ON a.book_id = k.book_id AND a.id = k.account
        JOIN recipients r ON r.book_id = a.book_id AND r.id = a.recipient
        WHERE k.book_id = ? AND k.batch = ? ORDER BY k.account";
    let rows: Vec<ConfirmedRow> = sql::all(c, query, vec![book_id.into(), batch.into()]).await?;
    let sealed = if rows.is_empty() { Vec::new() } else { contacts(c, book_id, batch).await? };
    let confirmed = |row: ConfirmedRow| {
        let in_clear = (!row.confirmed_with.is_empty()).then_some((row.confirmed_with, row.confirmed_through));
        let beside = || sealed.iter().find(|one| one.account == row.account);
        let contact = in_clear.or_else(|| beside().map(|one| (one.with.clone(), one.through.clone())));
        ConfirmedAccount { account: row.account, account_number: row.account_number, name: row.name, contact }
    };
    Ok(rows.into_iter().map(confirmed).collect())
}

/// What the releaser of a batch said of an account number of several recipients.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct ExplainedAccount {
    /// The number.
    pub account_number: String,
    /// How many recipients had it.
    pub recipients_count: i64,
    /// Why.
    pub explanation: String,
}

/// The account numbers of several recipients that the releaser of a batch explained.
pub async fn explained_accounts(c: &impl ConnectionTrait, book_id: i64, batch: i64) -> Result<Vec<ExplainedAccount>> {
    let query = "SELECT account_number, recipients_count, explanation FROM release_explanations
        WHERE book_id = ? AND batch = ? ORDER BY account_number";
    sql::all(c, query, vec![book_id.into(), batch.into()]).await
}
