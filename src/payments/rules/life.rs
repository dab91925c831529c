//! Where a payment stands, and where a bank's answer may bring it.

use crate::funds::Stage;
use crate::grants;

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaymentState {
    /// 待放行: in a batch that nobody released yet.
    Built,
    /// 已拆出: taken out of its batch before that was released.
    Dropped,
    /// 已撤回: its batch was withdrawn.
    Withdrawn,
    /// 支付中: on its way.
    InTransit,
    /// 已支付: the bank says that it arrived.
    Paid,
    /// 失败: the bank refused it.
    Refused,
    /// 退汇: it came back after it had been paid.
    Returned,
}

impl PaymentState {
    /// All states, in the order of a life.
    pub const ALL: [Self; 7] =
        [Self::Built, Self::Dropped, Self::Withdrawn, Self::InTransit, Self::Paid, Self::Refused, Self::Returned];

    /// The word of tables, files and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Built => "built",
            Self::Dropped => "dropped",
            Self::Withdrawn => "withdrawn",
            Self::InTransit => "in_transit",
            Self::Paid => "paid",
            Self::Refused => "refused",
            Self::Returned => "returned",
        }
    }

    /// The key of its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Built => "payments.state.built",
            Self::Dropped => "payments.state.dropped",
            Self::Withdrawn => "payments.state.withdrawn",
            Self::InTransit => "payments.state.in_transit",
            Self::Paid => "payments.state.paid",
            Self::Refused => "payments.state.refused",
            Self::Returned => "payments.state.returned",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether the payment stands for its grant: another one may only be made when it does so no more.
    pub const fn is_living(self) -> bool {
        matches!(self, Self::Built | Self::InTransit | Self::Paid)
    }

    /// Whether it ever went to the bank.
    pub const fn was_sent(self) -> bool {
        matches!(self, Self::InTransit | Self::Paid | Self::Refused | Self::Returned)
    }

    /// Where the money of a payment in this state stands.
    pub const fn stage(self) -> Stage {
        match self {
            Self::InTransit => Stage::InTransit,
            Self::Paid => Stage::Disbursed,
            Self::Built | Self::Dropped | Self::Withdrawn | Self::Refused | Self::Returned => Stage::Payable,
        }
    }

    /// Where the grant of a payment in this state stands.
    pub const fn grant(self) -> grants::State {
        match self {
            Self::Built | Self::InTransit => grants::State::InBatch,
            Self::Paid => grants::State::Paid,
            Self::Returned => grants::State::Returned,
            Self::Dropped | Self::Withdrawn | Self::Refused => grants::State::Approved,
        }
    }

    /// Whether a bank's answer leads from this state to that one.
    pub const fn leads_to(self, to: Self) -> bool {
        matches!((self, to), (Self::InTransit, Self::Paid | Self::Refused) | (Self::Paid, Self::Returned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_again() {
        for state in PaymentState::ALL {
            assert_eq!(PaymentState::from_code(state.code()), Some(state));
            assert_eq!(state.key(), format!("payments.state.{}", state.code()));
        }
    }

    #[test]
    fn a_bank_moves_money_only_on_lawful_ways() {
        for from in PaymentState::ALL {
            for to in PaymentState::ALL.into_iter().filter(|to| from.leads_to(*to)) {
                assert!(from.stage().leads_to(to.stage()), "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn what_came_to_nothing_makes_room_for_another_payment() {
        let dead: Vec<_> = PaymentState::ALL.into_iter().filter(|state| !state.is_living()).collect();
        assert_eq!(
            dead,
            [PaymentState::Dropped, PaymentState::Withdrawn, PaymentState::Refused, PaymentState::Returned]
        );
        assert!(dead.iter().all(|state| state.stage() == Stage::Payable), "its money is payable again");
    }
}
