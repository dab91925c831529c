//! What a second person says to what one person prepared, and what that person signs.

use serde::{Deserialize, Serialize};

use crate::kernel::tree::{Hash, root_of};

/// What a second person says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Let it be so.
    Approved {
        /// What was shown and is signed.
        digest: String,
    },
    /// No.
    Refused {
        /// Why.
        reason: String,
    },
}

/// The digest of what one event prepared: root over its leaf.
pub fn digest_of_one(leaf: Hash) -> String {
    root_of([leaf]).to_string()
}
