//! Another person than who built a batch releases it: its money is on its way.

use super::BatchAnswer;
use crate::funds::{self, DaySums, Stage};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result};
use crate::payments::events::{BatchReleased, KIND_BATCH_RELEASED};
use crate::payments::rules::{
    AccountConfirmed, AccountExplained, BatchStep, Contact, ReleaseForm, confirmed, explained, take_batch, typed_sum,
};
use crate::payments::store::{self, Batch, ReleaseChecks};
use crate::people::{Role, must};
use crate::periods;
use crate::vouchers::{self, Act, Draft, Hands, Occasion};

/// Releases a batch whose payments still have the digest that was shown, once a large sum was typed, every changed
/// account confirmed and every number of several recipients explained. Reviewers, and neither who built it nor who
/// prepared or reduced a grant in it.
///
/// # Errors
/// `batch_step`, `two_people`, `barred_from_release` (`n`), `held_in_batch` (`n`), `digest_changed`, `payable_short`; `typed_sum_differs` and
/// those of amounts, `accounts_not_confirmed` (`n`), `accounts_not_explained` (`n`, `numbers`), those of texts.
pub async fn release(door: &Door, ask: Ask, batch: i64, form: impl Into<ReleaseForm>) -> Result<BatchAnswer> {
    let form: ReleaseForm = form.into();
    let content = (batch, form.clone());
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Reviewer]).await?;
            let found = may_release(desk, batch).await?;
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            let left = store::left(c, book_id, batch, &[]).await?;
            if !left.digest.eq_ignore_ascii_case(&form.digest) {
                return Err(Refusal::new("digest_changed").at("digest").into());
            }
            let today = desk.today();
            let checks = store::release_checks(c, book_id, batch, today).await?;
            let (confirmed, explained) = checked(&checks, left.sum, &form)?;
            let on = periods::effective_day(desk, today).await?;
            funds::prove_sums(desk, &sums(desk, batch, on).await?).await?;
            let (confirmed, contacts): (Vec<_>, Vec<_>) = confirmed.into_iter().map(AccountConfirmed::apart).unzip();
            let payload = BatchReleased {
                batch,
                payments: left.payments,
                sum: left.sum,
                digest: left.digest,
                released_on: on,
                confirmed,
                confirmation_contacts: sealed(desk, &contacts)?,
                explained,
            };
            let answer = BatchAnswer { batch };
            desk.answer_is(&answer)?;
            let position = desk.emit(KIND_BATCH_RELEASED, 1, &payload)?;
            vouchers::write(desk, draft(desk, &found, position).await?).await?;
            Ok(answer)
        })
    })
    .await
}

/// Seals with whom accounts were confirmed at the position of the next event; what stands of it in that event.
fn sealed(desk: &mut Desk, contacts: &[Contact]) -> Result<Option<String>> {
    if contacts.is_empty() {
        return Ok(None);
    }
    let text = serde_json::to_string(contacts).map_err(Error::internal)?;
    Ok(Some(desk.seal(store::CONTACTS, &text)))
}

/// What the vouchers of a release say.
async fn draft(desk: &Desk, batch: &Batch, position: i64) -> Result<Draft> {
    let (prepared_by, reviewed_by) = store::hands(desk.tx.connection(), desk.book_id(), batch.id).await?;
    Ok(Draft {
        act: Act::Release,
        subject: batch.id,
        positions: (position, position),
        occasion: Occasion::Ordinary,
        summary: format!("支付批次 {}", batch.id),
        attachments: 1,
        payment_voucher: String::new(),
        hands: Hands {
            prepared_by,
            reviewed_by,
            approved_by: vec![desk.actor().uid.clone()],
            cashiers: vec![batch.built_by.clone()],
        },
    })
}

/// The batch, if it waits, and for this person.
async fn may_release(desk: &Desk, batch: i64) -> Result<Batch> {
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    let found = store::batch(c, book_id, batch).await?;
    take_batch(found.state, BatchStep::Release)?;
    let person = &desk.actor().person;
    if found.built_person == *person {
        return Err(Refusal::new("two_people").into());
    }
    let barred = store::barred(c, book_id, batch, person).await?;
    if !barred.is_empty() {
        return Err(Refusal::new("barred_from_release").with("n", barred.len()).into());
    }
    let held = store::held_in(c, book_id, batch, desk.today()).await?;
    if !held.is_empty() {
        return Err(Refusal::new("held_in_batch").with("n", held.len()).into());
    }
    Ok(found)
}

/// Everything that the releaser did not look at, at once.
fn checked(
    checks: &ReleaseChecks,
    sum: Fen,
    form: &ReleaseForm,
) -> Result<(Vec<AccountConfirmed>, Vec<AccountExplained>), Vec<Refusal>> {
    let changed: Vec<(i64, String)> = checks.changed.iter().map(|one| (one.id, one.account_number.clone())).collect();
    let shared: Vec<(String, i64)> =
        checks.shared.iter().map(|one| (one.account_number.clone(), one.recipients)).collect();
    let typed = typed_sum(&form.typed_sum, sum, checks.typed_above).map_err(|refusal| refusal.at("typed_sum"));
    let confirmed = confirmed(&changed, &form.confirmed).map_err(|refusal| refusal.at("account"));
    let explained = explained(&shared, &form.explained).map_err(|refusal| refusal.at("number"));
    match (typed, confirmed, explained) {
        (Ok(()), Ok(confirmed), Ok(explained)) => Ok((confirmed, explained)),
        (typed, confirmed, explained) => {
            Err([typed.err(), confirmed.err(), explained.err()].into_iter().flatten().collect())
        }
    }
}

/// What a release moves, by allotment.
async fn sums(desk: &Desk, batch: i64, on: Day) -> Result<DaySums> {
    let mut sums = DaySums::default();
    for (allotment, amount) in store::by_allotment(desk.tx.connection(), desk.book_id(), batch).await? {
        sums.add(allotment, Stage::Payable, Stage::InTransit, amount, on);
    }
    Ok(sums)
}
