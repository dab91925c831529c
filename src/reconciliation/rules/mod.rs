//! What is compared, when it closes, and who may sign it. Pure.

mod adjustment;
mod compared;
mod shown;
mod signing;

pub use adjustment::{
    Adjustment, BankEntry, BookEntry, Carried, Flow, Group, Item, Key, Movements, Opening, Sides, Span, What,
};
pub use compared::{AccountLevel, BatchLevel, Compared, LineLevel, Open, Quota, Scope, StageLevel, Stated, Sums};
pub use shown::Shown;
pub use signing::{EntryKind, RecordState, Subject, may_sign, month_is_over};
