//! What a payment may be and become, what a bank's line means for it, and who may do what. Pure.

mod batch;
mod discrepancy;
mod judge;
mod life;
mod whole;

pub use batch::{
    BatchState, BatchStep, CHANGED_WITHIN_DAYS, PayerKind, TYPED_ABOVE, bars_release, take as take_batch, typed_sum,
};
pub use discrepancy::{Difference, How, Name};
pub use judge::{Answer, Known, Said, Verdict, judge, judge_statement, same_cues};
pub use life::PaymentState;
pub use whole::{Member, Whole, credits, debits, fitting, named as named_batch, runs};
