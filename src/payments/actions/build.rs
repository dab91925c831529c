//! A cashier gathers approved grants into a batch, takes payments out of it, or takes it back.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::{BatchAnswer, reason};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result};
use crate::payments::events::{
    BatchBuilt, BatchOpened, BatchWithdrawn, KIND_BATCH_BUILT, KIND_BATCH_OPENED, KIND_BATCH_WITHDRAWN,
    KIND_PAYMENT_BUILT, KIND_PAYMENTS_DROPPED, PaymentBuilt, PaymentsDropped,
};
use crate::payments::rules::{BatchStep, left_of, share_out, take_batch};
use crate::payments::store::{self, Eligible, Gather, PayingAccount, Split};
use crate::people::{Role, must};

/// Payments that may be named when they are taken out of a batch.
const MOST: usize = 20_000;

/// The batch that was built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchMade {
    /// The batch.
    pub batch: i64,
    /// Payments in it.
    pub payments: i64,
    /// Their sum.
    pub sum: Fen,
    /// What another person signs by releasing it.
    pub digest: String,
}

/// Gathers grants, and parts of grants that are due, into a batch; another person releases it. Cashiers. All grants that
/// are named must be payable; without names all that are go in.
///
/// # Errors
/// `nothing_to_pay`, `not_payable` (`n`), `paying_account_unknown`, `direct_through_own`.
pub async fn build(door: &Door, ask: Ask, gather: Gather, paying_account: Option<i64>) -> Result<BatchMade> {
    let content = (gather.clone(), paying_account);
    let batch = door
        .command(ask.clone(), &content, move |desk| {
            let gather = gather.clone();
            Box::pin(async move {
                must(desk, &[Role::Cashier]).await?;
                let eligible = gathered(desk, &gather).await?;
                let account = account(desk, paying_account).await?;
                fits(account.as_ref(), &eligible)?;
                write(desk, &gather, paying_account, eligible).await
            })
        })
        .await?
        .batch;
    let built = store::batch(&door.db.read, ask.book_id, batch).await?;
    Ok(BatchMade { batch, payments: built.payments, sum: built.sum, digest: built.digest })
}

async fn gathered(desk: &Desk, gather: &Gather) -> Result<Vec<Eligible>> {
    let eligible = store::eligible(desk.tx.connection(), desk.book_id(), gather, desk.today()).await?;
    let found: BTreeSet<i64> = eligible.iter().map(|one| one.grant).collect();
    let missing = gather.grants.iter().collect::<BTreeSet<_>>().len().saturating_sub(found.len());
    if eligible.is_empty() {
        return Err(Refusal::new("nothing_to_pay").into());
    }
    if missing > 0 && gather.limit.is_none() {
        return Err(Refusal::new("not_payable").with("n", missing).into());
    }
    Ok(eligible)
}

async fn account(desk: &Desk, id: Option<i64>) -> Result<Option<PayingAccount>> {
    let Some(id) = id else { return Ok(None) };
    match store::paying_account(desk.tx.connection(), desk.book_id(), id).await {
        Ok(account) if account.state == "open" => Ok(Some(account)),
        Ok(_) | Err(Error::NotFound) => Err(Refusal::new("paying_account_unknown").at("paying_account").into()),
        Err(other) => Err(other),
    }
}

/// 直达 money never rests on an account of one's own, and does not leave through an account that nobody named.
fn fits(account: Option<&PayingAccount>, eligible: &[Eligible]) -> Result<(), Refusal> {
    let Some(grant) = eligible.iter().find(|grant| grant.is_direct) else { return Ok(()) };
    let refused = |code| Refusal::new(code).at("paying_account").with("reference", &grant.reference);
    match account {
        None => Err(refused("direct_without_account")),
        Some(account) if !account.kind.takes_direct_money() => {
            Err(refused("direct_through_own").with("account", &account.account_number))
        }
        Some(_) => Ok(()),
    }
}

async fn write(
    desk: &mut Desk,
    gather: &Gather,
    paying_account: Option<i64>,
    eligible: Vec<Eligible>,
) -> Result<BatchAnswer> {
    let batch = desk.next_position();
    let answer = BatchAnswer { batch };
    desk.answer_is(&answer)?;
    desk.emit(KIND_BATCH_OPENED, 1, &BatchOpened { paying_account, policy: gather.policy })?;
    let first = desk.digest_from_here();
    let payments = i64::try_from(eligible.len()).map_err(Error::internal)?;
    let sum = Fen::sum(eligible.iter().map(|grant| grant.amount)).ok_or_else(|| Refusal::new("sum_too_large"))?;
    let mut sharing = Sharing::of(desk, &eligible).await?;
    for grant in eligible {
        let split = sharing.split(&grant)?;
        desk.emit(KIND_PAYMENT_BUILT, 1, &payment(batch, grant, split))?;
        desk.breathe().await?;
    }
    let last = desk.next_position() - 1;
    let digest = desk.digest().await?.to_string();
    desk.emit(KIND_BATCH_BUILT, 1, &BatchBuilt { batch, payments, sum, first, last, digest })?;
    Ok(answer)
}

/// What remains to be paid of grants in parts, while their parts are put into a batch one after another.
struct Sharing(HashMap<i64, Split>);

impl Sharing {
    async fn of(desk: &Desk, eligible: &[Eligible]) -> Result<Self> {
        let parted: BTreeSet<i64> = eligible.iter().filter(|one| one.instalment > 0).map(|one| one.grant).collect();
        let parted: Vec<i64> = parted.into_iter().collect();
        Ok(Self(store::remaining(desk.tx.connection(), desk.book_id(), &parted).await?))
    }

    /// What a part takes from several allotments; nothing of its own for a whole grant, or where one allotment pays all.
    fn split(&mut self, part: &Eligible) -> Result<Split> {
        if part.instalment == 0 {
            return Ok(Split::new());
        }
        let too_little =
            || Error::internal(format!("less than part {} remains of grant {}", part.instalment, part.grant));
        let left = self.0.get_mut(&part.grant).ok_or_else(too_little)?;
        let split = share_out(part.amount, left).ok_or_else(too_little)?;
        let is_shared = left.len() > 1;
        *left = left_of(left, &split);
        Ok(if is_shared { split } else { Split::new() })
    }
}

fn payment(batch: i64, grant: Eligible, split: Split) -> PaymentBuilt {
    PaymentBuilt {
        batch,
        grant: grant.grant,
        instalment: Some(grant.instalment).filter(|number| *number > 0),
        attempt: grant.previous.map_or(1, |(_, attempts)| attempts + 1),
        previous: grant.previous.map(|(previous, _)| previous),
        recipient: grant.recipient,
        policy: grant.policy,
        reference: grant.reference,
        amount: grant.amount,
        split,
        account_name: grant.account_name,
        account_number: grant.account_number,
        bank_code: grant.bank_code,
        bank_name: grant.bank_name,
    }
}

/// Takes payments out of a batch that waits for release: their grants wait for another batch. Cashiers, and reviewers
/// whom they bar from releasing the rest.
///
/// # Errors
/// `batch_step`, `nothing_chosen`, `too_many` (`most`), `not_in_batch` (`n`), `batch_would_be_empty`; the reason's.
pub async fn drop_payments(door: &Door, ask: Ask, batch: i64, payments: Vec<i64>, why: String) -> Result<BatchAnswer> {
    let content = (batch, payments.clone(), why.clone());
    door.command(ask, &content, move |desk| {
        let (payments, why) = (payments.clone(), why.clone());
        Box::pin(async move {
            must(desk, &[Role::Cashier, Role::Reviewer]).await?;
            let payments: Vec<i64> = payments.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
            match payments.len() {
                0 => return Err(Refusal::new("nothing_chosen").into()),
                1..=MOST => {}
                _ => return Err(Refusal::new("too_many").with("most", MOST).into()),
            }
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            take_batch(store::batch(c, book_id, batch).await?.state, BatchStep::Drop)?;
            let built = store::built_of(c, book_id, batch).await?;
            let strange = payments.iter().filter(|id| built.binary_search(id).is_err()).count();
            if strange > 0 {
                return Err(Refusal::new("not_in_batch").with("n", strange).into());
            }
            let left = store::left(c, book_id, batch, &payments).await?;
            if left.payments == 0 {
                return Err(Refusal::new("batch_would_be_empty").into());
            }
            let payload = PaymentsDropped {
                batch,
                payments,
                reason: reason(&why)?,
                left: left.payments,
                sum: left.sum,
                digest: left.digest,
            };
            desk.emit(KIND_PAYMENTS_DROPPED, 1, &payload)?;
            Ok(BatchAnswer { batch })
        })
    })
    .await
}

/// Takes a batch back that waits for release. Cashiers.
///
/// # Errors
/// `batch_step`; the reason's.
pub async fn withdraw(door: &Door, ask: Ask, batch: i64, why: String) -> Result<BatchAnswer> {
    let content = (batch, why.clone());
    door.command(ask, &content, move |desk| {
        let why = why.clone();
        Box::pin(async move {
            must(desk, &[Role::Cashier]).await?;
            let found = store::batch(desk.tx.connection(), desk.book_id(), batch).await?;
            take_batch(found.state, BatchStep::Withdraw)?;
            desk.emit(KIND_BATCH_WITHDRAWN, 1, &BatchWithdrawn { batch, reason: reason(&why)? })?;
            Ok(BatchAnswer { batch })
        })
    })
    .await
}
