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
    BatchAnswer, BatchMade, Choosing, ChoosingPayment, ConditionForm, FileAnswer, Loaded, NewPayingAccount, NewProfile,
    PayingAccountAnswer, ProfileAnswer, ReissueAnswer, ReissueForm, Reissued, ScheduleAnswer, ScheduleForm,
    SettledMany, Settling, SettlingMany, Through, Verdict, approve_undo, bank_file_bytes, build, choose_batch,
    choose_payment, decide_condition, decide_paying_account, decide_profile, decide_reissue, decide_schedule,
    drop_payments, load_bank_file, make_file, must_be_open, payment_name, prepare_undo, record_condition,
    record_paying_account, record_profile, refuse_undo, reissue, release, retire_profile, set_schedule, settle,
    settle_many, withdraw,
};
pub use events::{
    APPLIER, Applied, BankFileOpened, BankFileTaken, BankLineRead, BankUndo, BankUndone, BatchBuilt, BatchOpened,
    BatchReleased, BatchWithdrawn, ConditionDecided, ConditionRecorded, DiscrepancySettled, LineMatched, MadeFile,
    PayingAccountDecided, PayingAccountRecorded, PaymentBuilt, PaymentFileMade, PaymentReissued, PaymentsDropped,
    ProfileDecided, ProfileRecorded, ProfileRetired, ReissuePrepared, ReissueRefused, ScheduleApproved,
    ScheduleRefused, ScheduleSet, StandsFor, StatedBalances, freeze, thaw,
};
pub use files::{
    AmountUnit, Column, ColumnDraft, Control, DateFormat, Draft, Field, FileDirection, FileFormat, KindWords, LineEnd,
    PaymentFile, Profile, Side, Statement, StatusWords, Title, WholeAnswer,
};
pub use pages::{places, stage};
pub use rules::{
    AccountConfirmed, AccountExplained, BatchState, Confirmation, Difference, Explanation, How, Name, Part, PartForm,
    PayerKind, PaymentState, ReleaseForm,
};
pub use store::{
    BankFile, Batch, ChangedAccount, Discrepancy, DuePart, DueSum, Frozen, Gather, InUse, Instalment, Line, LineWhole,
    Met, OpenTogether, OwnProfile, PayingAccount, PaymentLine, Profiles, Reissue, ReleaseChecks, Schedule,
    SharedAccount, accounts_with_number, bank_file, bank_files, barred, batch, batches, by_state, confirmed_accounts,
    discrepancies, due_parts, due_sums, explained_accounts, lines, made_files, open_count, open_together, own_profile,
    paying_account, paying_accounts, payment, payments_by_ids, payments_of, payments_of_grant, profile,
    profiles_waiting, reissue_waiting, release_checks, remaining, schedule, schedule_of, versions_of,
};
