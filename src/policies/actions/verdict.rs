//! What a second person says to a prepared change of a policy or of a budget.

use super::a_reason;
use crate::journal::Desk;
use crate::kernel::tree::Hash;
use crate::kernel::{Refusal, Result};
pub use crate::people::{Verdict, digest_of_one as digest_of_change};
use crate::policies::events::Decided;
use crate::policies::rules::State;

/// Holds a verdict against what stands in the book now.
pub(super) fn decided(verdict: &Verdict, change: i64, leaf: Hash) -> Result<Decided> {
    match verdict {
        Verdict::Approved { digest } if *digest != digest_of_change(leaf) => Err(Refusal::new("digest_changed").into()),
        Verdict::Approved { digest } => Ok(Decided { change, digest: digest.clone(), reason: String::new() }),
        Verdict::Refused { reason } => Ok(Decided { change, digest: String::new(), reason: a_reason(reason)? }),
    }
}

/// Whether a change waits, and for somebody else than its preparer.
pub(super) fn may_decide(desk: &Desk, state: State, prepared_person: &str, name: &str) -> Result<()> {
    if state != State::Pending {
        return Err(Refusal::new("not_pending").with("name", name).into());
    }
    if prepared_person == desk.actor().person {
        return Err(Refusal::new("two_people").into());
    }
    Ok(())
}
