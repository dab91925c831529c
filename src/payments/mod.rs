//! Payments 支付: one attempt to pay a grant, sent to a bank in batches 支付批次 and answered by its files 银行回单.
//!
//! A cashier gathers approved grants into a batch; another person, who prepared none of them, releases it against the
//! digest of exactly its payments; files are made of it for the bank. What comes back is judged line by line: an answer
//! that fits in id, account, name, amount and day counts, anything else is a difference with a name, never silently
//! applied and never lost. A file of the bank can be undone by two people.

mod actions;
mod events;
mod files;
mod pages;
mod rules;
mod store;

pub use actions::{
    BatchAnswer, BatchMade, FileAnswer, Loaded, NewPayingAccount, PayingAccountAnswer, ReissueForm, Settling,
    approve_undo, bank_file_bytes, build, decide_paying_account, drop_payments, load_bank_file, make_file,
    must_be_open, payment_name, prepare_undo, profile, record_paying_account, refuse_undo, reissue, release, settle,
    withdraw,
};
pub use events::{
    APPLIER, Applied, BankFileOpened, BankFileTaken, BankLineRead, BankUndo, BankUndone, BatchBuilt, BatchOpened,
    BatchReleased, BatchWithdrawn, DiscrepancySettled, MadeFile, PayingAccountDecided, PayingAccountRecorded,
    PaymentBuilt, PaymentFileMade, PaymentReissued, PaymentsDropped, StandsFor, StatedBalances, freeze, thaw,
};
pub use files::{
    AmountUnit, Column, ColumnDraft, Control, DateFormat, Draft, Field, FileDirection, FileFormat, KindWords, LineEnd,
    PaymentFile, Profile, Side, Statement, StatusWords, Title, WholeAnswer,
};
pub use pages::{places, stage};
pub use rules::{BatchState, Difference, How, Name, PayerKind, PaymentState};
pub use store::{
    BankFile, Batch, Discrepancy, Frozen, Gather, Line, LineWhole, PayingAccount, PaymentLine, bank_file, bank_files,
    barred, batch, batches, by_state, discrepancies, lines, made_files, open_count, paying_account, paying_accounts,
    payment, payments_of, payments_of_grant,
};
