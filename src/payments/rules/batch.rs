//! The life of a batch, who may release it, and from which account which money may go.

use crate::kernel::Refusal;

/// Where a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BatchState {
    /// Its payments are being written; never seen outside the command that writes them.
    Open,
    /// 待放行: waits for another person.
    Built,
    /// 已放行: sent; from here on it does not change.
    Released,
    /// 已撤回: taken back before it was released.
    Withdrawn,
}

impl BatchState {
    /// All states, in the order of a life.
    pub const ALL: [Self; 4] = [Self::Open, Self::Built, Self::Released, Self::Withdrawn];

    /// The word of tables and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Built => "built",
            Self::Released => "released",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The key of its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "payments.batch.state.open",
            Self::Built => "payments.batch.state.built",
            Self::Released => "payments.batch.state.released",
            Self::Withdrawn => "payments.batch.state.withdrawn",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// What can be done to a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchStep {
    /// Another person sends it.
    Release,
    /// It is taken back.
    Withdraw,
    /// Payments are taken out of it.
    Drop,
}

impl BatchStep {
    const fn code(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Withdraw => "withdraw",
            Self::Drop => "drop",
        }
    }
}

/// The state after a step.
///
/// Refusal: `batch_step` (`step`, `state`).
pub fn take(state: BatchState, step: BatchStep) -> Result<BatchState, Refusal> {
    match (state, step) {
        (BatchState::Built, BatchStep::Release) => Ok(BatchState::Released),
        (BatchState::Built, BatchStep::Withdraw) => Ok(BatchState::Withdrawn),
        (BatchState::Built, BatchStep::Drop) => Ok(BatchState::Built),
        _ => Err(Refusal::new("batch_step").with("step", step.code()).with("state", state.code())),
    }
}

/// Whether a person may not release a payment: who built it or had a hand in its grant.
pub fn bars_release(person: &str, built_by: &str, prepared_by: &str, reduced_by: Option<&str>) -> bool {
    person == built_by || person == prepared_by || reduced_by == Some(person)
}

/// What a paying account is, and so how its money leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayerKind {
    /// 国库直接支付: the treasury pays; there is a quota and no balance.
    TreasuryDirect,
    /// 授权支付（零余额）: a zero-balance account within a quota.
    TreasuryAuthorised,
    /// 财政专户
    Special,
    /// 实有资金账户
    Own,
}

impl PayerKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::TreasuryDirect, Self::TreasuryAuthorised, Self::Special, Self::Own];

    /// The word of tables and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TreasuryDirect => "treasury_direct",
            Self::TreasuryAuthorised => "treasury_authorised",
            Self::Special => "special",
            Self::Own => "own",
        }
    }

    /// The key of its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::TreasuryDirect => "payments.payer.treasury_direct",
            Self::TreasuryAuthorised => "payments.payer.treasury_authorised",
            Self::Special => "payments.payer.special",
            Self::Own => "payments.payer.own",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether 直达 money may go through such an account: it must reach its recipient without resting on the way.
    pub const fn takes_direct_money(self) -> bool {
        !matches!(self, Self::Own)
    }

    /// Whether the account level of a reconciliation is a quota (下达 − 支付 + 退回 = 余额) instead of a balance.
    pub const fn has_quota(self) -> bool {
        matches!(self, Self::TreasuryDirect | Self::TreasuryAuthorised)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_released_or_withdrawn_once() {
        assert_eq!(take(BatchState::Built, BatchStep::Release), Ok(BatchState::Released));
        assert_eq!(take(BatchState::Built, BatchStep::Withdraw), Ok(BatchState::Withdrawn));
        for state in [BatchState::Open, BatchState::Released, BatchState::Withdrawn] {
            for step in [BatchStep::Release, BatchStep::Withdraw, BatchStep::Drop] {
                assert_eq!(take(state, step).unwrap_err().code, "batch_step", "{state:?} {step:?}");
            }
        }
    }

    #[test]
    fn nobody_releases_what_that_same_person_prepared_reduced_or_built() {
        assert!(bars_release("wang", "wang", "li", None));
        assert!(bars_release("wang", "li", "wang", None));
        assert!(bars_release("wang", "li", "zhao", Some("wang")));
        assert!(!bars_release("wang", "li", "zhao", Some("chen")), "who reviewed the grant may release it");
    }

    #[test]
    fn words_are_read_again() {
        for state in BatchState::ALL {
            assert_eq!(BatchState::from_code(state.code()), Some(state));
        }
        for kind in PayerKind::ALL {
            assert_eq!(PayerKind::from_code(kind.code()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.code()));
        }
        assert!(!PayerKind::Own.takes_direct_money() && PayerKind::TreasuryDirect.has_quota());
    }
}
