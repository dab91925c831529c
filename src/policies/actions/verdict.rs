//! What a second person says to a prepared change of a policy or of a budget.

use serde::{Deserialize, Serialize};

use super::a_reason;
use crate::journal::Desk;
use crate::kernel::tree::{Hash, root_of};
use crate::kernel::{Refusal, Result};
use crate::policies::events::Decided;
use crate::policies::rules::State;

/// The digest of a prepared change: root over the leaf of its one event.
pub fn digest_of_change(leaf: Hash) -> String {
    root_of([leaf]).to_string()
}

/// What a second person says to a prepared change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Let it be so.
    Approved {
        /// What was shown and is signed, see [`digest_of_change`].
        digest: String,
    },
    /// No.
    Refused {
        /// Why.
        reason: String,
    },
}

impl Verdict {
    /// Judges what stands in the book now.
    pub(super) fn on(&self, change: i64, leaf: Hash) -> Result<Decided> {
        match self {
            Self::Approved { digest } if *digest != digest_of_change(leaf) => {
                Err(Refusal::new("digest_changed").into())
            }
            Self::Approved { digest } => Ok(Decided { change, digest: digest.clone(), reason: String::new() }),
            Self::Refused { reason } => Ok(Decided { change, digest: String::new(), reason: a_reason(reason)? }),
        }
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
