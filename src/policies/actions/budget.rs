//! Changes of budgets: a manager prepares, a second person decides.

use serde::{Deserialize, Serialize};

use super::verdict::{decided, may_decide};
use super::{Made, Verdict, a_reason};
use crate::funds::{self, Move};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result, text};
use crate::people::{self, Role};
use crate::periods;
use crate::policies::CONFIRMERS;
use crate::policies::events::{
    BudgetChangePrepared, KIND_BUDGET_CHANGE_APPROVED, KIND_BUDGET_CHANGE_PREPARED, KIND_BUDGET_CHANGE_REFUSED,
    budget_move,
};
use crate::policies::rules::Direction;
use crate::policies::store;

/// Budget to be added or taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetForm {
    /// The allotment.
    pub allotment: i64,
    /// Added or taken back.
    pub direction: Direction,
    /// How much.
    pub amount: Fen,
    /// From when.
    pub effective_on: Day,
    /// By which document.
    pub document_number: String,
    /// Why.
    pub reason: String,
}

/// A manager prepares a change of a budget.
pub async fn prepare_budget_change(door: &Door, ask: Ask, form: BudgetForm) -> Result<Made> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            people::must(desk, &[Role::Manager]).await?;
            if form.amount <= Fen::ZERO {
                return Err(Refusal::new("amount_not_positive").at("amount").into());
            }
            let document_number =
                text::clean(&form.document_number, 200).map_err(|refusal| refusal.at("document_number"))?;
            if document_number.is_empty() {
                return Err(Refusal::new("field_empty").at("document_number").into());
            }
            let closed = periods::closed(desk.tx.connection(), desk.book_id()).await?;
            closed.must_be_open(form.effective_on).map_err(|refusal| refusal.at("effective_on"))?;
            prove_budget(desk, &form).await?;
            let prepared = BudgetChangePrepared {
                allotment: form.allotment,
                direction: form.direction,
                amount: form.amount,
                effective_on: form.effective_on,
                document_number,
                reason: a_reason(&form.reason)?,
            };
            Ok(Made { id: desk.emit(KIND_BUDGET_CHANGE_PREPARED, 1, &prepared)? })
        })
    })
    .await
}

async fn prove_budget(desk: &Desk, form: &BudgetForm) -> Result<()> {
    let (from, to) = form.direction.stages();
    let one = Move {
        position: desk.next_position(),
        line: 1,
        allotment: form.allotment,
        policy: 0,
        grant: None,
        recipient: None,
        from,
        to,
        amount: form.amount,
        effective_on: form.effective_on,
        kind: String::new(),
        subdistrict: String::new(),
        industry: String::new(),
        size: String::new(),
        reverses: None,
    };
    funds::prove(desk, &[one]).await
}

/// A second person decides on a change of a budget: signs exactly what was shown, or refuses with a reason.
pub async fn decide_budget_change(door: &Door, ask: Ask, id: i64, verdict: Verdict) -> Result<Made> {
    let content = (id, verdict.clone());
    door.command(ask, &content, move |desk| {
        let verdict = verdict.clone();
        Box::pin(async move {
            people::must(desk, &CONFIRMERS).await?;
            let c = desk.tx.connection();
            let row = store::budget_change_row(c, desk.book_id(), id).await?;
            let row = row.ok_or(Error::NotFound)?;
            let change = store::budget_change_by_id(c, desk.book_id(), id).await?.ok_or(Error::NotFound)?;
            if change.allotment == change.id {
                // The first appropriation is decided with its policy.
                return Err(Refusal::new("budget_with_policy").into());
            }
            may_decide(desk, change.state, &change.prepared_person, &change.document_number)?;
            let decided = decided(&verdict, id, change.leaf)?;
            let kind = match verdict {
                Verdict::Approved { .. } => {
                    let one = budget_move(&row, 0, desk.next_position(), 1)?;
                    funds::prove(desk, &[one]).await?;
                    KIND_BUDGET_CHANGE_APPROVED
                }
                Verdict::Refused { .. } => KIND_BUDGET_CHANGE_REFUSED,
            };
            Ok(Made { id: desk.emit(kind, 1, &decided)? })
        })
    })
    .await
}
