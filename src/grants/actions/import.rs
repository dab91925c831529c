//! What an import does with its rows, at a desk that it holds.

use std::collections::BTreeSet;

use crate::funds;
use crate::grants::events::{GrantImported, KIND_GRANT_IMPORTED};
use crate::grants::rules::{Content, State};
use crate::grants::store::{self, Remaining};
use crate::journal::Desk;
use crate::kernel::dates::Day;
use crate::kernel::identity::Identity;
use crate::kernel::{Refusal, Result};
use crate::{periods, policies, recipients};

/// Rows that are named when a change of account holds a file up.
const TOLD: u64 = 20;

/// Writes a checked row down; its position is the one that it was checked with. `identity` is the recipient's number in
/// full: a personal one that is registered here is sealed.
pub fn record_row(desk: &mut Desk, mut content: Content, identity: &Identity, import: i64, line: i64) -> Result<i64> {
    if content.recipient.is_none() {
        content.personal_id = recipients::seal(desk, identity);
    }
    desk.emit(KIND_GRANT_IMPORTED, 1, &GrantImported { import, line, content })
}

/// Holds that the rows of an import may be approved by the one who asks, with effect on `effective_on` (history: on its
/// own days): nobody reduced one of them, no change of account is open, their policies are, and the money is there.
/// That the import's preparer is another person is the import's to say.
///
/// # Errors
/// `two_people`, `nothing_left`, `account_change_open` and `account_change_refused` (`reference`), `policy_takes_no_grants`
/// (`policy`), `budget_short`.
pub async fn may_approve_import(
    desk: &Desk,
    import: i64,
    remaining: &Remaining,
    history: bool,
    effective_on: Day,
) -> Result<()> {
    may_refuse_import(desk, remaining)?;
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    let awaited = if remaining.changes_accounts { store::awaited(c, book_id, import, TOLD).await? } else { Vec::new() };
    if !awaited.is_empty() {
        let refusals = awaited.into_iter().map(|row| {
            let code = if row.state == "refused" { "account_change_refused" } else { "account_change_open" };
            Refusal::new(code).with("reference", row.reference)
        });
        return Err(refusals.collect::<Vec<_>>().into());
    }
    let moves = store::import_moves(remaining, history, effective_on)?;
    if moves.is_empty() {
        return Err(Refusal::new("nothing_left").into());
    }
    for id in moves.iter().map(|moved| moved.policy).collect::<BTreeSet<_>>() {
        let policy = policies::by_id(c, book_id, id).await?;
        if let Some(closed) = policy.filter(|policy| policy.state != policies::State::Open) {
            return Err(Refusal::new("policy_takes_no_grants").with("policy", closed.code).into());
        }
    }
    funds::prove(desk, &moves).await
}

/// Holds that the one who asks may refuse an import: nobody refuses what the same person reduced.
///
/// # Errors
/// `two_people`.
pub fn may_refuse_import(desk: &Desk, remaining: &Remaining) -> Result<(), Refusal> {
    if remaining.reducers.contains(&desk.actor().person) { Err(Refusal::new("two_people")) } else { Ok(()) }
}

/// Holds that an approved history import may be undone: all its grants stand where its approval at `approved_at` brought
/// them, and its money has not moved since. Tells the first open day where some of it was paid in a closed month.
///
/// # Errors
/// `import_moved_on` (`n`), `budget_short`.
pub async fn may_undo_import(desk: &Desk, import: i64, approved_at: i64) -> Result<Option<Day>> {
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    let sums = store::import_sums(c, book_id, import).await?;
    let stands = |state: State| state == State::Paid || state == State::Struck;
    let moved_on: i64 = sums.by_state.iter().filter(|(state, ..)| !stands(*state)).map(|(_, n, _)| n).sum();
    // A grant of which part was taken back is still paid.
    let moved_on = moved_on.max(store::moved_since(c, book_id, import, approved_at).await?);
    if moved_on > 0 {
        return Err(Refusal::new("import_moved_on").with("n", moved_on).into());
    }
    let closed = periods::closed(c, book_id).await?;
    let mut back = store::moves_back(c, book_id, approved_at).await?;
    let is_late = back.iter().any(|moved| closed.covers(moved.effective_on));
    for moved in &mut back {
        moved.effective_on = closed.effective(moved.effective_on);
    }
    funds::prove(desk, &back).await?;
    Ok(closed.first_open().filter(|_| is_late))
}
