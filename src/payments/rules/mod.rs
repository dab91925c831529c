//! What a payment may be and become, what a bank's line means for it, and who may do what. Pure.

mod batch;
mod discrepancy;
mod instalment;
mod judge;
mod life;
mod release;
mod whole;

pub use batch::{BatchState, BatchStep, PayerKind, bars_release, take as take_batch};
pub use discrepancy::{Difference, How, Name};
pub use instalment::{
    Attempt, Part, PartForm, conditions_kept, grant_state, keeps_engaged, left_of, read_parts, share_out,
};
pub use judge::{Answer, Known, Said, Verdict, judge, judge_again, same_cues};
pub use life::PaymentState;
pub use release::{
    AccountConfirmed, AccountExplained, Confirmation, Contact, Explanation, ReleaseForm, confirmed, explained,
    typed_sum,
};
pub use whole::{Member, Whole, credits, debits, fitting, named as named_batch, runs};
