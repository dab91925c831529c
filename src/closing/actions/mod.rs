//! What one can do with months. One verb, one function; each goes through the door.

mod decide;
mod prepare;
mod reopen;

pub use decide::{approve, refuse};
pub use prepare::{PrepareForm, prepare};
pub use reopen::{ReopeningAnswer, approve_reopening, prepare_reopening, refuse_reopening};

use serde::{Deserialize, Serialize};

use super::events::ClosingApproved;
use super::rules::Facts;
use super::store;
use crate::journal::{Desk, Head};
use crate::kernel::{Refusal, Result};
use crate::people::{Role, must};
use crate::periods::Month;
use crate::recipients::{REASON_MAX, required};

/// Which closing an action made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingAnswer {
    /// The closing.
    pub closing: i64,
}

/// What is found about the months up to this one, under the lock.
async fn found(desk: &Desk, last: Month) -> Result<Facts> {
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    let (closed, next) = store::next_month(c, book_id).await?;
    let months = closed.may_close(next, last, desk.today())?;
    let head = Head::read(c, book_id).await?;
    store::facts(c, &head, months).await
}

/// Holds that the book bears what closing moves.
async fn prove(desk: &Desk, approved: &ClosingApproved) -> Result<()> {
    let moves = super::events::moves(&desk.tx, approved, desk.next_position()).await?;
    crate::funds::prove(desk, &moves).await
}

/// Holds that something waits and that another person decides on it than prepared it.
async fn may_decide(desk: &Desk, state: &str, prepared_person: &str) -> Result<()> {
    must(desk, &super::CONFIRMERS).await?;
    waits(state)?;
    if prepared_person == desk.actor().person {
        return Err(Refusal::new("two_people").into());
    }
    Ok(())
}

fn waits(state: &str) -> Result<(), Refusal> {
    if state == "prepared" { Ok(()) } else { Err(Refusal::new("already_decided")) }
}

/// Who may give something up that waits: whoever prepared it, and whoever may decide on it.
async fn may_refuse(desk: &Desk, state: &str) -> Result<()> {
    must(desk, &[Role::Reviewer, Role::Manager]).await?;
    Ok(waits(state)?)
}

/// A reason, which must be there.
fn reason(written: &str) -> Result<String> {
    Ok(required(written, REASON_MAX).map_err(|refusal| refusal.at("reason"))?)
}
