//! A difference between bank and book is settled: how, by whom, on which document.

use serde::{Deserialize, Serialize};

use super::frozen;
use crate::funds::{self, DaySums};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Refusal, Result, text};
use crate::payments::events::{Applied, DiscrepancySettled, KIND_DISCREPANCY_SETTLED};
use crate::payments::rules::{Answer, How, Known, Name, PaymentState, Said, Verdict, judge};
use crate::payments::store::{self, Discrepancy, Line};
use crate::people::{Role, must};
use crate::periods;
use crate::recipients::{DOCUMENT_MAX, REASON_MAX, required};
use crate::vouchers::{self, Act, Draft, Hands, Occasion};

/// How a difference shall be settled, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settling {
    /// The bank's line.
    pub line: i64,
    /// What differs.
    pub name: Name,
    /// How.
    pub how: How,
    /// The bank's document, needed where its answer counts after all.
    #[serde(default)]
    pub document: String,
    /// A remark.
    #[serde(default)]
    pub note: String,
}

/// Settles a difference. Cashiers and reviewers; an answer that counts as the book has the payment moves money, so a
/// reviewer settles it who did not load the file.
///
/// # Errors
/// `reconciliation_signed`, `not_open`, `no_remedy` (`how`), `two_people`, `answer_does_not_follow` (`state`); those of the fields.
pub async fn settle(door: &Door, ask: Ask, form: Settling) -> Result<Settling> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Cashier, Role::Reviewer]).await?;
            let (found, payload) = decided(desk, &form).await?;
            let counts = payload.applied.is_some();
            desk.answer_is(&form)?;
            let position = desk.emit(KIND_DISCREPANCY_SETTLED, 1, &payload)?;
            if counts {
                vouchers::write(desk, draft(desk, &found, position).await?).await?;
            }
            Ok(form)
        })
    })
    .await
}

/// The difference, and what is written down of how it is settled, if this person may settle it so.
pub(super) async fn decided(desk: &Desk, form: &Settling) -> Result<(Discrepancy, DiscrepancySettled)> {
    let found = open_difference(desk, form.line, form.name).await?;
    if !found.name.remedies().contains(&form.how) {
        return Err(Refusal::new("no_remedy").with("how", form.how.code()).into());
    }
    let line = open_line(desk, form.line).await?;
    let applied = if form.how == How::AsBooked { Some(counts(desk, &found, &line).await?) } else { None };
    let document = if applied.is_some() {
        required(&form.document, DOCUMENT_MAX)
    } else {
        text::clean(&form.document, DOCUMENT_MAX)
    };
    let payload = DiscrepancySettled {
        line: form.line,
        name: form.name,
        how: form.how,
        document: document.map_err(|refusal| refusal.at("document"))?,
        note: text::clean(&form.note, REASON_MAX).map_err(|refusal| refusal.at("note"))?,
        payment: None,
        applied,
    };
    Ok((found, payload))
}

/// What the voucher of a bank's answer says that counts after all.
pub(super) async fn draft(desk: &Desk, found: &Discrepancy, position: i64) -> Result<Draft> {
    let file = store::bank_file(desk.tx.connection(), desk.book_id(), found.file).await?;
    Ok(Draft {
        act: Act::Settlement,
        subject: found.line,
        positions: (position, position),
        occasion: Occasion::Ordinary,
        summary: format!("处理银行回单 {} 的差异", found.file),
        attachments: 1,
        payment_voucher: String::new(),
        hands: Hands {
            prepared_by: vec![file.loaded_by.clone()],
            approved_by: vec![desk.actor().uid.clone()],
            cashiers: vec![file.loaded_by],
            ..Hands::default()
        },
    })
}

/// A difference that nobody settled yet.
pub(super) async fn open_difference(desk: &Desk, line: i64, name: Name) -> Result<Discrepancy> {
    let found = store::discrepancy(desk.tx.connection(), desk.book_id(), line, name).await?;
    if found.state == "open" { Ok(found) } else { Err(Refusal::new("not_open").with("state", &found.state).into()) }
}

/// The bank's line, if nothing that two people signed rests on it.
pub(super) async fn open_line(desk: &Desk, id: i64) -> Result<Line> {
    let line = store::line(desk.tx.connection(), desk.book_id(), id).await?.ok_or(Error::NotFound)?;
    frozen::line_is_open(desk, &line).await?;
    Ok(line)
}

/// The bank's answer, held against the payment as the book has it: what differed is taken for what the book says.
async fn counts(desk: &Desk, found: &Discrepancy, line: &Line) -> Result<Applied> {
    may_count(desk, found).await?;
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    let payment = line.payment.ok_or_else(|| Refusal::new("no_remedy").with("how", How::AsBooked.code()))?;
    let known = store::by_ids(c, book_id, &[payment]).await?.remove(&payment).ok_or(Error::NotFound)?;
    let said = Said {
        account_name: String::new(),
        account_number: String::new(),
        amount: None,
        answer: answer(&line.status),
        completed_on: line.completed_on.as_deref().map(Day::parse).transpose()?,
    };
    let Verdict::Applies(to, on) = judge(Some(&known), &said, desk.today()) else {
        return Err(Refusal::new("answer_does_not_follow").with("state", known.state.code()).into());
    };
    applied(desk, &known, (to, on)).await
}

/// Holds that this person may say that a bank's answer counts after all: it moves money.
pub(super) async fn may_count(desk: &Desk, found: &Discrepancy) -> Result<()> {
    must(desk, &[Role::Reviewer]).await?;
    if found.loaded_person == desk.actor().person {
        return Err(Refusal::new("two_people").into());
    }
    Ok(())
}

/// What follows for a payment from an answer that counts, if the book bears it.
pub(super) async fn applied(desk: &Desk, known: &Known, (to, on): (PaymentState, Day)) -> Result<Applied> {
    let (c, book_id, payment) = (desk.tx.connection(), desk.book_id(), known.payment);
    let moved_on = store::moved_on(c, book_id, &[payment]).await?.remove(&payment);
    let applied = Applied::new(to, on, periods::closed(c, book_id).await?, moved_on);
    let mut sums = DaySums::default();
    for (allotment, amount) in store::parts(c, book_id, &[payment]).await?.into_values().flatten() {
        sums.add(allotment, known.state.stage(), to.stage(), amount, applied.on);
    }
    funds::prove_sums(desk, &sums).await?;
    Ok(applied)
}

pub(super) fn answer(word: &str) -> Answer {
    match word {
        "paid" => Answer::Paid,
        "refused" => Answer::Refused,
        "returned" => Answer::Returned,
        other => Answer::Unknown(other.to_owned()),
    }
}
