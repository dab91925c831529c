//! Of several payments that a line without an id may be about, a person chooses one.

use serde::{Deserialize, Serialize};

use super::again::SaidBefore;
use super::frozen;
use super::settle::{answer, applied, draft, may_count, open_difference, open_line};
use super::stands::Standing;
use crate::journal::{self, Ask, Desk, Door};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Refusal, Result, text};
use crate::payments::events::{BankLineRead, DiscrepancySettled, KIND_DISCREPANCY_SETTLED};
use crate::payments::files::Side;
use crate::payments::rules::{How, Known, Name, PaymentState, Said, Verdict, judge, judge_again};
use crate::payments::store::{self, BankFile};
use crate::people::{Role, must};
use crate::recipients::{DOCUMENT_MAX, REASON_MAX, required};
use crate::vouchers;

/// Which payment a line is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoosingPayment {
    /// The bank's line.
    pub line: i64,
    /// The payment.
    pub payment: i64,
    /// The document on which that rests.
    pub document: String,
    /// A remark.
    #[serde(default)]
    pub note: String,
}

/// Says which payment a line is about, one of those that were found for it. What follows is what would have followed from
/// the file: an answer that counts moves money, so a reviewer says so who did not load the file; what a file of the other kind tells once
/// more moves nothing, and cashiers say so too.
///
/// # Errors
/// `not_open` (`state`), `reconciliation_signed`, `payment_not_offered` (`payment`), `two_people`, `payment_does_not_fit`
/// (`payment`, `state`); those of the fields; `NotFound`.
pub async fn choose_payment(door: &Door, ask: Ask, form: ChoosingPayment) -> Result<ChoosingPayment> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Cashier, Role::Reviewer]).await?;
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            let found = open_difference(desk, form.line, Name::MissingInBook).await?;
            open_line(desk, form.line).await?;
            let read: BankLineRead = journal::event(c, book_id, form.line).await?.payload()?;
            if !read.candidates.contains(&form.payment) {
                return Err(Refusal::new("payment_not_offered").with("payment", form.payment).into());
            }
            let known = store::by_ids(c, book_id, &[form.payment]).await?.remove(&form.payment);
            let known = known.ok_or(Error::NotFound)?;
            let file = store::bank_file(c, book_id, read.file).await?;
            let counts = match follows(desk, &read, &known, &file).await? {
                Some((to, on)) => {
                    may_count(desk, &found).await?;
                    let account = store::account_of(c, book_id, form.payment).await?;
                    frozen::must_be_open(desk, account, (on, on)).await?;
                    Some(applied(desk, &known, (to, on)).await?)
                }
                None => None,
            };
            let payload = DiscrepancySettled {
                line: form.line,
                name: Name::MissingInBook,
                how: if counts.is_some() { How::AsBooked } else { How::PaymentChosen },
                document: required(&form.document, DOCUMENT_MAX).map_err(|refusal| refusal.at("document"))?,
                note: text::clean(&form.note, REASON_MAX).map_err(|refusal| refusal.at("note"))?,
                payment: Some(form.payment),
                applied: counts,
            };
            desk.answer_is(&form)?;
            let position = desk.emit(KIND_DISCREPANCY_SETTLED, 1, &payload)?;
            if payload.applied.is_some() {
                vouchers::write(desk, draft(desk, &found, position).await?).await?;
            }
            Ok(form)
        })
    })
    .await
}

/// What follows from a line for the payment, judged anew, for since the file was loaded another line may have told of it:
/// where it goes and when; nothing if a statement tells it once more.
async fn follows(
    desk: &Desk,
    read: &BankLineRead,
    known: &Known,
    file: &BankFile,
) -> Result<Option<(PaymentState, Day)>> {
    let said = Said {
        account_name: read.account_name.clone(),
        account_number: read.account_number.clone(),
        amount: read.amount,
        answer: answer(&read.status),
        completed_on: read.completed_on,
    };
    if let Verdict::Applies(to, on) = judge(Some(known), &said, desk.today()) {
        return Ok(Some((to, on)));
    }
    let side = Side::of_word(&read.side);
    let is_told = async || {
        let told = Standing::of(file.paying_account).told(desk, side, &[known.payment]).await?;
        Ok::<_, Error>(!told.is_empty())
    };
    let agrees = judge_again(Some(known), &said, desk.today()) == Verdict::Agrees;
    if agrees && file.balances.is_some() && !is_told().await? {
        return Ok(None);
    }
    let mut before = SaidBefore::default();
    before.learn(desk, std::iter::once(known)).await?;
    let is_first = said.answer.state().is_some_and(|state| before.only_by_statement(known.payment, state));
    if agrees && before.is_return(file) && is_first {
        return Ok(None);
    }
    let refusal = Refusal::new("payment_does_not_fit").with("payment", known.payment);
    Err(refusal.with("state", known.state.code()).into())
}
