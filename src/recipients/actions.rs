//! What one can do to a recipient. Each verb goes through the door: load, decide, write down.

use serde::{Deserialize, Serialize};

use super::events::{
    AccountChangeApproved, AccountChangePrepared, AccountChangeRefused, KIND_ACCOUNT_CHANGE_APPROVED,
    KIND_ACCOUNT_CHANGE_PREPARED, KIND_ACCOUNT_CHANGE_REFUSED, KIND_RECIPIENT_CHANGED, KIND_RECIPIENT_REGISTERED,
    RecipientChanged, RecipientRegistered,
};
use super::rules::{
    AccountForm, ParticularsForm, REASON_MAX, Reading, Standing, masked_number, may_decide, read_account,
    read_identity, read_particulars, required,
};
use super::store;
use crate::journal::{Ask, Desk, Door};
use crate::kernel::identity::Identity;
use crate::kernel::tree::{Hash, root_of};
use crate::kernel::{Error, Refusal, Result, text};
use crate::people::{Role, must};

/// A recipient to be registered, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterForm {
    /// Kind of number; empty: the credit code.
    #[serde(default)]
    pub id_type: String,
    /// The number.
    pub number: String,
    /// What it is.
    #[serde(flatten)]
    pub particulars: ParticularsForm,
}

/// Which recipient an action made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientAnswer {
    /// The recipient.
    pub recipient: i64,
}

/// Which change of account an action made or decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountAnswer {
    /// The change.
    pub account: i64,
    /// Whose it is.
    pub recipient: i64,
}

/// Registers a recipient by hand. Clerks and managers.
///
/// # Errors
/// Refusals of the fields; `recipient_known` (`recipient`) if the number is known.
pub async fn register(door: &Door, ask: Ask, form: RegisterForm) -> Result<RecipientAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Clerk, Role::Manager]).await?;
            let mut reading = Reading::default();
            let identity = read_identity(&form.id_type, &form.number, &mut reading);
            let particulars = read_particulars(&form.particulars, &mut reading);
            let (identity, particulars) = reading.done(identity.zip(particulars))?;
            if let Some(known) = store::by_number(desk.tx.connection(), desk.book_id(), &identity).await? {
                return Err(Refusal::new("recipient_known").at("number").with("recipient", known.id).into());
            }
            let alike = store::count_alike(desk.tx.connection(), desk.book_id(), &identity, i64::MAX).await?;
            let number = masked_number(&identity, alike);
            let personal_id = seal(desk, &identity);
            let id_type = identity.id_type().code().to_owned();
            let payload = RecipientRegistered { id_type, number, personal_id, particulars };
            let recipient = desk.emit(KIND_RECIPIENT_REGISTERED, 1, &payload)?;
            Ok(RecipientAnswer { recipient })
        })
    })
    .await
}

/// Seals a personal number for the next event; other numbers need no seal.
pub fn seal(desk: &mut Desk, identity: &Identity) -> Option<String> {
    identity.id_type().is_personal().then(|| desk.seal(store::PERSONAL_ID, identity.number()))
}

/// Changed particulars, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeForm {
    /// Which recipient.
    pub recipient: i64,
    /// What it shall be.
    #[serde(flatten)]
    pub particulars: ParticularsForm,
    /// Why.
    pub reason: String,
}

/// Changes the particulars of a recipient; what it was stays in its history, and its grants keep what they were
/// recorded with. Clerks and managers.
///
/// # Errors
/// Refusals of the fields; `nothing_changed`.
pub async fn change(door: &Door, ask: Ask, form: ChangeForm) -> Result<RecipientAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Clerk, Role::Manager]).await?;
            let known =
                store::by_id(desk.tx.connection(), desk.book_id(), form.recipient).await?.ok_or(Error::NotFound)?;
            let mut reading = Reading::default();
            let particulars = read_particulars(&form.particulars, &mut reading);
            let reason = reading.take("reason", required(&form.reason, REASON_MAX));
            let (particulars, reason) = reading.done(particulars.zip(reason))?;
            let is_same = particulars.name == known.name
                && particulars.kind == known.kind
                && particulars.subdistrict == known.subdistrict
                && particulars.industry == known.industry
                && particulars.size == known.size;
            if is_same {
                return Err(Refusal::new("nothing_changed").into());
            }
            desk.emit(KIND_RECIPIENT_CHANGED, 1, &RecipientChanged { recipient: known.id, particulars, reason })?;
            Ok(RecipientAnswer { recipient: known.id })
        })
    })
    .await
}

/// A change of account, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountChangeForm {
    /// Whose account.
    pub recipient: i64,
    /// The new account.
    #[serde(flatten)]
    pub account: AccountForm,
    /// What the change rests on.
    pub evidence: String,
}

/// Prepares a change of account; another person decides it. Clerks.
///
/// # Errors
/// Refusals of the fields; `nothing_changed` if the account is on file, `account_change_waits` if it waits already.
pub async fn prepare_account(door: &Door, ask: Ask, form: AccountChangeForm) -> Result<AccountAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Clerk]).await?;
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            let known = store::by_id(c, book_id, form.recipient).await?.ok_or(Error::NotFound)?;
            let mut reading = Reading::default();
            let account = read_account(&form.account, &mut reading);
            let evidence = reading.take("evidence", required(&form.evidence, REASON_MAX));
            let (account, evidence) = reading.done(account.zip(evidence))?;
            if known.account.is_some_and(|on_file| on_file.account == account) {
                return Err(Refusal::new("nothing_changed").into());
            }
            let waiting = store::pending_accounts(c, book_id, Some(known.id)).await?;
            if waiting.iter().any(|row| store::account_of(row).is_same(&account)) {
                return Err(Refusal::new("account_change_waits").at("account_number").into());
            }
            let payload = AccountChangePrepared { recipient: known.id, account, evidence };
            let account = desk.emit(KIND_ACCOUNT_CHANGE_PREPARED, 1, &payload)?;
            Ok(AccountAnswer { account, recipient: known.id })
        })
    })
    .await
}

/// A decision to approve a change of account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApproveAccountForm {
    /// The change.
    pub account: i64,
    /// Hex digest of what was shown, see [`digest_of_account`].
    pub digest: String,
    /// What the reviewer saw. Needed for a change that a grant opened, which has no evidence of its own.
    #[serde(default)]
    pub evidence: String,
}

/// The digest that a second person signs: the root over the one event that prepared the change.
pub fn digest_of_account(leaf_hash: &[u8]) -> Result<String> {
    Ok(root_of([Hash::from_slice(leaf_hash).map_err(Error::internal)?]).to_string())
}

/// Approves a change of account: it goes on file, and grants that wait for it can be approved. Reviewers, and not
/// the person who prepared it.
///
/// # Errors
/// `account_change_decided`, `two_people`, `digest_changed`, `evidence_missing`.
pub async fn approve_account(door: &Door, ask: Ask, form: ApproveAccountForm) -> Result<AccountAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Reviewer]).await?;
            let row =
                store::account(desk.tx.connection(), desk.book_id(), form.account).await?.ok_or(Error::NotFound)?;
            let standing = Standing::from_code(&row.state).ok_or_else(|| Error::internal("no such standing"))?;
            may_decide(standing, &row.prepared_person, &desk.actor().person)?;
            let digest = digest_of_account(&row.leaf_hash)?;
            if digest != form.digest {
                return Err(Refusal::new("digest_changed").into());
            }
            let evidence = text::clean(&form.evidence, REASON_MAX).map_err(|refusal| refusal.at("evidence"))?;
            if evidence.is_empty() && row.evidence.is_empty() {
                return Err(Refusal::new("evidence_missing").at("evidence").into());
            }
            let payload = AccountChangeApproved { account: row.id, recipient: row.recipient, digest, evidence };
            desk.emit(KIND_ACCOUNT_CHANGE_APPROVED, 1, &payload)?;
            Ok(AccountAnswer { account: row.id, recipient: row.recipient })
        })
    })
    .await
}

/// A decision to refuse a change of account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefuseAccountForm {
    /// The change.
    pub account: i64,
    /// Why.
    pub reason: String,
}

/// Refuses a change of account. Reviewers, and not the person who prepared it.
///
/// # Errors
/// `account_change_decided`, `two_people`, the reason's.
pub async fn refuse_account(door: &Door, ask: Ask, form: RefuseAccountForm) -> Result<AccountAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Reviewer]).await?;
            let row =
                store::account(desk.tx.connection(), desk.book_id(), form.account).await?.ok_or(Error::NotFound)?;
            let standing = Standing::from_code(&row.state).ok_or_else(|| Error::internal("no such standing"))?;
            may_decide(standing, &row.prepared_person, &desk.actor().person)?;
            let reason = required(&form.reason, REASON_MAX).map_err(|refusal| refusal.at("reason"))?;
            desk.emit(KIND_ACCOUNT_CHANGE_REFUSED, 1, &AccountChangeRefused { account: row.id, reason })?;
            Ok(AccountAnswer { account: row.id, recipient: row.recipient })
        })
    })
    .await
}
