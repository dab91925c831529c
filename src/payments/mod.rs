//! Payments 支付: one attempt to pay a grant or an instalment of it, sent to a bank in batches 支付批次 and answered by it.
//!
//! For now only the files: what goes out to a bank and what comes back, described by profiles that are data.

mod files;

pub use files::{
    AmountUnit, BankFile, BankLine, BatchHead, Column, ColumnDraft, Control, DateFormat, Draft, Field, FileDirection,
    FileFormat, KindWords, LineEnd, LineKind, PaymentFile, PaymentOrder, Profile, Side, Statement, Status, StatusWords,
    Title, WholeAnswer, read, write,
};
