//! Files are made of a released batch for the bank; made once, they are the same bytes ever after.

use std::collections::HashMap;

use crate::journal::{self, Ask, Desk, Door, Head, OPERATOR};
use crate::kernel::{Error, Refusal, Result};
use crate::payments::events::{KIND_PAYMENT_BUILT, KIND_PAYMENT_FILE_MADE, MadeFile, PaymentBuilt, PaymentFileMade};
use crate::payments::files::{self, BatchHead, FileDirection, PaymentOrder};
use crate::payments::rules::BatchState;
use crate::payments::store::{self, Batch, InUse};
use crate::people::{Role, must};
use crate::sheets::BadCell;

use super::{named_payment, payment_name};

/// Makes the files of a released batch in a profile, or tells those that were made before in the same version of it.
/// Cashiers and reviewers.
///
/// # Errors
/// `batch_not_released`, `profile_unknown`, `paying_account_needed`, `order_not_as_signed` (`payment`); what the format cannot hold, each with its row.
pub async fn make_file(
    door: &Door,
    ask: Ask,
    head: &Head,
    batch: i64,
    profile_name: String,
) -> Result<Vec<store::MadeFile>> {
    let book_id = ask.book_id;
    let made = made_before(door, book_id, batch, &profile_name).await?;
    if !made.is_empty() {
        return Ok(made);
    }
    let (content, head) = ((batch, profile_name.clone()), head.clone());
    let name = profile_name.clone();
    door.command(ask, &content, move |desk| {
        let (name, head) = (name.clone(), head.clone());
        Box::pin(async move {
            // At the machine itself the operator writes the files of what was released; that moves no money.
            if desk.actor().uid != OPERATOR {
                must(desk, &[Role::Cashier, Role::Reviewer]).await?;
            }
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            let used = store::profile(c, book_id, &name, FileDirection::Out).await?;
            // Two who ask at once get the same file.
            let made = store::made_files(c, book_id, batch, Some((&name, used.version))).await?;
            if made.is_empty() {
                write(desk, &head, batch, &used).await?;
            }
            Ok(super::BatchAnswer { batch })
        })
    })
    .await?;
    // The version that was used; a repeated request tells it also after another one came into use.
    made_last(door, book_id, batch, &profile_name).await
}

/// The files of a batch that were made in the version in force; of a profile that is used no more, those made last.
async fn made_before(door: &Door, book_id: i64, batch: i64, name: &str) -> Result<Vec<store::MadeFile>> {
    let c = &door.db.read;
    match store::Profiles::read(c, book_id).await?.find(name, FileDirection::Out).map(|used| used.version) {
        Some(version) => store::made_files(c, book_id, batch, Some((name, version))).await,
        None => made_last(door, book_id, batch, name).await,
    }
}

/// The files of a batch in the newest version in which there are some.
async fn made_last(door: &Door, book_id: i64, batch: i64, name: &str) -> Result<Vec<store::MadeFile>> {
    let mut made = store::made_files(&door.db.read, book_id, batch, None).await?;
    let used = made.iter().filter(|file| file.profile == name).map(|file| file.profile_version).max();
    made.retain(|file| file.profile == name && Some(file.profile_version) == used);
    Ok(made)
}

async fn write(desk: &mut Desk, head: &Head, batch: i64, used: &InUse) -> Result<()> {
    let profile = &used.profile;
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    let found = store::batch(c, book_id, batch).await?;
    if found.state != BatchState::Released {
        return Err(Refusal::new("batch_not_released").into());
    }
    let batch_head = batch_head(desk, head, &found).await?;
    let orders = store::orders(
        c,
        book_id,
        batch,
        |payment| payment_name(head, payment),
        |policy, reference| profile.purpose(policy, reference, &batch.to_string()),
    )
    .await?;
    as_signed(desk, head, batch, &orders).await?;
    let written = files::write(profile, &batch_head, &orders).map_err(|bad| refusals(bad, &batch_head, &orders))?;
    let mut made = Vec::with_capacity(written.len());
    for file in written {
        made.push(MadeFile {
            file: desk.keep_file(&file.bytes).await?,
            file_name: file.name,
            payments: i64::try_from(file.count).map_err(Error::internal)?,
            sum: file.sum_fen,
        });
    }
    let payload =
        PaymentFileMade { batch, profile: profile.name().to_owned(), profile_version: used.version, files: made };
    desk.emit(KIND_PAYMENT_FILE_MADE, 1, &payload)?;
    Ok(())
}

/// Holds what will go to the bank against the events on which the batch was released: a row of the table that somebody changed
/// behind the program's back would send money elsewhere before any verification.
///
/// Refusal: `order_not_as_signed` (`payment`).
async fn as_signed(desk: &Desk, head: &Head, batch: i64, orders: &[PaymentOrder]) -> Result<()> {
    let id = |order: &PaymentOrder| named_payment(head, &order.payment_id);
    let (Some(first), Some(last)) = (orders.first().and_then(id), orders.last().and_then(id)) else { return Ok(()) };
    let events = journal::events_between(desk.tx.connection(), desk.book_id(), first - 1, last).await?;
    let mut signed = HashMap::with_capacity(orders.len());
    for event in events.iter().filter(|event| event.kind == KIND_PAYMENT_BUILT) {
        if event.expected_leaf(&head.book_uid) == event.leaf {
            signed.insert(event.position, event.payload::<PaymentBuilt>()?);
        }
    }
    let is_signed = |order: &PaymentOrder| {
        id(order).and_then(|id| signed.get(&id)).is_some_and(|built| {
            built.batch == batch
                && built.amount == order.amount_fen
                && built.account_name == order.account_name
                && built.account_number == order.account_number
                && built.bank_code == order.bank_code
                && built.bank_name == order.bank_name
        })
    };
    match orders.iter().find(|order| !is_signed(order)) {
        Some(other) => Err(Refusal::new("order_not_as_signed").with("payment", &other.payment_id).into()),
        None => Ok(()),
    }
}

/// What the file says of the batch. Nothing in it depends on who makes it or when.
async fn batch_head(desk: &Desk, head: &Head, batch: &Batch) -> Result<BatchHead> {
    let payer = match batch.paying_account {
        Some(id) => Some(store::paying_account(desk.tx.connection(), desk.book_id(), id).await?),
        None => None,
    };
    let released_at = batch.released_at.ok_or_else(|| Error::internal("a released batch without an instant"))?;
    let text = |field: fn(&store::PayingAccount) -> &String| payer.as_ref().map(field).cloned().unwrap_or_default();
    Ok(BatchHead {
        batch: format!("{}-{}", head.code, batch.id),
        created_at: released_at,
        execute_on: batch.released_on.unwrap_or_else(|| released_at.day()),
        payer_name: text(|payer| &payer.name),
        payer_account: text(|payer| &payer.account_number),
        payer_bank_code: text(|payer| &payer.bank_code),
        payer_bank_name: text(|payer| &payer.bank_name),
    })
}

/// Every row that the format cannot hold, as a refusal that names it. What is missing above the rows is the paying account,
/// if the batch has none.
fn refusals(bad: Vec<BadCell>, head: &BatchHead, orders: &[PaymentOrder]) -> Error {
    let of_payer = |cell: &BadCell| cell.line == 0 && cell.column.starts_with("payer_");
    if head.payer_account.is_empty() && bad.iter().any(of_payer) {
        return Refusal::new("paying_account_needed").at("profile").into();
    }
    let named = |cell: BadCell| {
        let order = usize::try_from(cell.line).ok().and_then(|line| orders.get(line.checked_sub(1)?));
        let refusal = match order {
            Some(order) => {
                cell.refusal.with("row", cell.line).with("of", format!("{} {}", order.payment_id, order.account_name))
            }
            None => cell.refusal,
        };
        if cell.column.is_empty() {
            refusal
        } else {
            refusal.with("column_key", format!("payments.field.{}", cell.column))
        }
    };
    bad.into_iter().map(named).collect::<Vec<_>>().into()
}

/// The bytes of a file that was made for the bank or came from it.
///
/// # Errors
/// `NotFound`.
pub async fn bank_file_bytes(door: &Door, book_id: i64, sha256: &str) -> Result<Vec<u8>> {
    journal::file(&door.db.read, book_id, sha256).await?.ok_or(Error::NotFound)
}
