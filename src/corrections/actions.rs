//! A wrong booking is corrected: prepared by one person, signed by another.

use serde::{Deserialize, Serialize};

use super::events::{
    CorrectionApproved, CorrectionPrepared, CorrectionRefused, KIND_CORRECTION_APPROVED, KIND_CORRECTION_PREPARED,
    KIND_CORRECTION_REFUSED,
};
use super::rules::{self, State};
use super::store::{self, Correction};
use crate::funds::{self, Move};
use crate::grants::{self, AccountUse, Content, Grant, Held, NUMBER_MAX, Step};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result, text};
use crate::people::{Role, must};
pub use crate::people::{Verdict, digest_of_one as digest};
use crate::periods::{self, Closed};
use crate::policies::{self, Policy};
use crate::recipients::{DOCUMENT_MAX, REASON_MAX, Reading, required};
use crate::recoveries::{self, DemandPrepared, DemandRaised};
use crate::vouchers::{self, Act, Draft, Hands, Occasion};

/// A correction as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionForm {
    /// The grant whose booking is wrong.
    pub grant: i64,
    /// Reference of the right one.
    pub reference: String,
    /// Code of the right policy.
    pub policy: String,
    /// Document number of the allotment that should have paid; empty: the policy's shares.
    pub allotment: String,
    /// The right amount.
    pub amount: String,
    /// The right day.
    pub right_on: String,
    /// Whether what is above the right amount was really paid; of what went through the bank it was.
    pub is_overpaid: bool,
    /// Until when it shall be back.
    pub due_on: String,
    /// Document number.
    pub document: String,
    /// Why.
    pub reason: String,
}

/// Which correction an action made or decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionAnswer {
    /// The correction.
    pub correction: i64,
}

/// What was typed, read.
struct Typed {
    reference: String,
    policy: String,
    allotment: Option<String>,
    amount: Fen,
    right_on: Day,
    document: String,
    reason: String,
}

fn read(form: &CorrectionForm, today: Day) -> Result<Typed, Vec<Refusal>> {
    let mut reading = Reading::default();
    let reference = reading.take("reference", required(&form.reference, NUMBER_MAX));
    let policy = reading.take("policy", required(&form.policy, NUMBER_MAX));
    let allotment = reading.take("allotment", text::clean(&form.allotment, NUMBER_MAX));
    let amount = reading.take("amount", Fen::parse(&text::half_width(&form.amount)));
    let right_on = reading.take("right_on", until(&form.right_on, today));
    let document = reading.take("document", required(&form.document, DOCUMENT_MAX));
    let reason = reading.take("reason", required(&form.reason, REASON_MAX));
    let typed = || {
        Some(Typed {
            reference: reference?,
            policy: policy?,
            allotment: allotment.filter(|allotment| !allotment.is_empty()),
            amount: amount?,
            right_on: right_on?,
            document: document?,
            reason: reason?,
        })
    };
    let typed = typed();
    reading.done(typed)
}

fn until(written: &str, today: Day) -> Result<Day, Refusal> {
    let day = Day::parse_lenient(written)?;
    if day > today { Err(Refusal::new("right_day_ahead")) } else { Ok(day) }
}

/// Prepares that the booking of a paid grant be corrected; another person signs it. Clerks and managers.
///
/// # Errors
/// Those of the fields; `illegal_step`, `correction_not_paid`, `correction_claimed`, `correction_waits`,
/// `policy_unknown`, `allotment_not_of_policy`, `reference_used`, `correction_above_moved` (`moved`), `demand_due_past`,
/// `correction_changes_nothing`, `budget_short`.
pub async fn prepare_correction(door: &Door, ask: Ask, form: CorrectionForm) -> Result<CorrectionAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Clerk, Role::Manager]).await?;
            let today = desk.today();
            let typed = read(&form, today)?;
            let (wrong, standing) = correctable(desk, form.grant).await?;
            let moved = rules::really_moved(&standing)?;
            let is_overpaid = form.is_overpaid || rules::went_through_bank(&standing);
            let (amount, overpaid) = rules::amounts(typed.amount, moved, is_overpaid)?;
            let due_on = if overpaid > Fen::ZERO { Some(due(&form.due_on, today)?) } else { None };
            let content = right(desk, &wrong, &typed, amount).await?;
            if is_same(&wrong.content, &content, overpaid) && rules::arrived_on(&standing) == Some(typed.right_on) {
                return Err(Refusal::new("correction_changes_nothing").into());
            }
            let payload = CorrectionPrepared {
                grant: form.grant,
                recipient: wrong.recipient,
                reversed: rules::names(&standing),
                content,
                right_on: typed.right_on,
                overpaid,
                due_on,
                document: typed.document,
                reason: typed.reason,
            };
            prove(desk, &standing, &payload).await?;
            Ok(CorrectionAnswer { correction: desk.emit(KIND_CORRECTION_PREPARED, 1, &payload)? })
        })
    })
    .await
}

/// A day by which what was paid too much shall be back.
fn due(written: &str, today: Day) -> Result<Day, Refusal> {
    let day = Day::parse_lenient(written).map_err(|refusal| refusal.at("due_on"))?;
    if day < today { Err(Refusal::new("demand_due_past").at("due_on")) } else { Ok(day) }
}

/// A grant whose booking may be corrected, with its transfers that stand: paid, and neither demanded back nor settled
/// against another one.
async fn correctable(desk: &Desk, id: i64) -> Result<(Grant, Vec<Move>)> {
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    let grant = grants::grant(c, book_id, id).await?.ok_or(Error::NotFound)?;
    // The person is the correction's business; that the step is lawful, the grant's.
    grant.life()?.take(Step::Correct, &desk.actor().person)?;
    let is_demanded = recoveries::demanded(c, book_id, id).await? > Fen::ZERO;
    let is_settled =
        recoveries::offsets_of_grant(c, book_id, id).await?.iter().any(|one| one.signed.state.is_in_force());
    if is_demanded || is_settled {
        return Err(Refusal::new("correction_claimed").into());
    }
    let moves = funds::moves_of_grant(c, book_id, id).await?;
    Ok((grant, rules::standing(&moves)))
}

/// The grant as it should have been booked.
async fn right(desk: &Desk, wrong: &Grant, typed: &Typed, amount: Fen) -> Result<Content> {
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    let policy = policies::by_code(c, book_id, &typed.policy).await?;
    let policy = policy.filter(|policy| matches!(policy.state, policies::State::Open | policies::State::Closed));
    let unknown = || Refusal::new("policy_unknown").at("policy").with("found", &typed.policy);
    let policy: Policy = policy.ok_or_else(unknown)?;
    if grants::reference_used(c, book_id, policy.id, &typed.reference, 0).await? {
        return Err(Refusal::new("reference_used").at("reference").into());
    }
    let split = grants::split_of(&policy, typed.allotment.as_deref(), amount)?;
    let before = &wrong.content;
    Ok(Content {
        reference: typed.reference.clone(),
        policy: policy.id,
        recipient: Some(wrong.recipient),
        renews: false,
        personal_id: None,
        amount,
        applied_amount: before.applied_amount.max(amount),
        split,
        paid_on: before.paid_on.map(|_| typed.right_on),
        account: AccountUse::OnFile,
        warnings: Vec::new(),
        ..before.clone()
    })
}

/// Whether nothing but the reference would change.
fn is_same(before: &Content, after: &Content, overpaid: Fen) -> bool {
    before.policy == after.policy
        && before.split == after.split
        && before.amount == after.amount
        && overpaid == Fen::ZERO
}

/// What a correction moves if it is signed today: on which day the reverses count, if not on their own, and the right ones.
/// What lies in a closed month counts today as well.
fn days(standing: &[Move], right_on: Day, today: Day, closed: Closed) -> (bool, Option<Day>, Day) {
    let today = closed.effective(today);
    let earlier = rules::is_of_earlier_year(standing, today);
    let is_late = standing.iter().any(|one| closed.covers(one.effective_on));
    // What should have counted in an earlier year counts on the day of recording as well.
    let right_on = if right_on.year() < today.year() { today } else { closed.effective(right_on) };
    if earlier { (true, Some(today), today) } else { (false, is_late.then_some(today), right_on) }
}

/// Holds that the book bears the correction: the wrong booking is taken back whole, the right budget has the money.
async fn prove(desk: &Desk, standing: &[Move], prepared: &CorrectionPrepared) -> Result<()> {
    let closed = periods::closed(desk.tx.connection(), desk.book_id()).await?;
    let (_, reversed_on, right_on) = days(standing, prepared.right_on, desk.today(), closed);
    let position = desk.next_position();
    let mut moves = rules::reversals(position, standing, |one| reversed_on.unwrap_or(one.effective_on));
    let content = &prepared.content;
    let held = Held {
        grant: position,
        policy: content.policy,
        recipient: prepared.recipient,
        split: content.split.clone(),
        paid_on: content.paid_on,
        kind: content.kind.clone(),
        subdistrict: content.subdistrict.clone(),
        industry: content.industry.clone(),
        size: content.size.clone(),
    };
    let line = moves.last().map_or(1, |last| last.line + 1);
    moves.extend(rules::right_moves((position, line), &held, rules::went_through_bank(standing), right_on));
    funds::prove(desk, &moves).await
}

/// Signs a correction, and so books it, or refuses it. Reviewers, and not who prepared it.
///
/// # Errors
/// `not_pending`, `two_people`, `digest_changed`, `correction_moved_on`, `correction_claimed`, `illegal_step`,
/// `reference_used`, `budget_short`; the reason's.
pub async fn decide_correction(door: &Door, ask: Ask, id: i64, verdict: Verdict) -> Result<CorrectionAnswer> {
    let content = (id, verdict.clone());
    door.command(ask, &content, move |desk| {
        let verdict = verdict.clone();
        Box::pin(async move {
            must(desk, &[Role::Reviewer]).await?;
            let found = store::correction(desk.tx.connection(), desk.book_id(), id).await?;
            if found.state != State::Pending {
                return Err(Refusal::new("not_pending").with("name", &found.reference).into());
            }
            if found.prepared_person == desk.actor().person {
                return Err(Refusal::new("two_people").into());
            }
            match verdict {
                Verdict::Approved { digest: shown } => {
                    if shown != digest(found.leaf) {
                        return Err(Refusal::new("digest_changed").into());
                    }
                    approve(desk, &found, shown).await?;
                }
                Verdict::Refused { reason } => {
                    let reason = required(&reason, REASON_MAX).map_err(|refusal| refusal.at("reason"))?;
                    desk.emit(KIND_CORRECTION_REFUSED, 1, &CorrectionRefused { correction: id, reason })?;
                }
            }
            Ok(CorrectionAnswer { correction: id })
        })
    })
    .await
}

/// What the vouchers of a correction say: in the same year red and blue ones, for an earlier year blue ones alone.
fn draft(desk: &Desk, found: &Correction, position: i64, earlier_year: bool) -> Draft {
    Draft {
        act: Act::Correction,
        subject: found.id,
        positions: (position, position),
        occasion: if earlier_year { Occasion::EarlierYear } else { Occasion::Ordinary },
        summary: format!("订正 {}", found.reference),
        attachments: 1,
        payment_voucher: String::new(),
        hands: Hands {
            prepared_by: vec![found.prepared_by.clone()],
            approved_by: vec![desk.actor().uid.clone()],
            ..Hands::default()
        },
    }
}

async fn approve(desk: &mut Desk, found: &Correction, digest: String) -> Result<()> {
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    let prepared = store::prepared(c, book_id, found.id).await?;
    let (_, standing) = correctable(desk, found.grant).await?;
    if rules::names(&standing) != prepared.reversed {
        return Err(Refusal::new("correction_moved_on").into());
    }
    let content = &prepared.content;
    if grants::reference_used(c, book_id, content.policy, &content.reference, 0).await? {
        return Err(Refusal::new("reference_used").into());
    }
    prove(desk, &standing, &prepared).await?;
    let closed = periods::closed(c, book_id).await?;
    let (earlier_year, reversed_on, right_on) = days(&standing, prepared.right_on, desk.today(), closed);
    let payload = CorrectionApproved {
        correction: found.id,
        grant: found.grant,
        digest,
        reversed: prepared.reversed,
        reversed_on,
        content: prepared.content,
        right_on,
        through_bank: rules::went_through_bank(&standing),
        earlier_year,
        reason: prepared.reason.clone(),
    };
    let right_grant = desk.emit(KIND_CORRECTION_APPROVED, 1, &payload)?;
    if let Some(due_on) = prepared.due_on.filter(|_| prepared.overpaid > Fen::ZERO) {
        let demand = DemandPrepared {
            grant: right_grant,
            recipient: prepared.recipient,
            amount: prepared.overpaid,
            document: prepared.document,
            reason: prepared.reason,
            due_on,
        };
        let raised = DemandRaised {
            demand,
            correction: found.id,
            prepared_by: found.prepared_by.clone(),
            prepared_person: found.prepared_person.clone(),
            prepared_at_ms: found.prepared_at.get(),
        };
        recoveries::emit_raised(desk, &raised)?;
    }
    desk.answer_is(&CorrectionAnswer { correction: found.id })?;
    vouchers::write(desk, draft(desk, found, right_grant, earlier_year)).await.map(|_| ())
}
