//! Grants 发放: one amount for one recipient under one policy, and what becomes of it.
//!
//! A clerk records a grant or brings many with a file; a second person approves what the clerk prepared, against the
//! digest of exactly what was shown. What may be and become is in `rules`, what happened in `events`, who may do what
//! in `actions`: clerks record, edit, submit and withdraw; reviewers approve, refuse and give back; both strike and
//! reduce; reviewers and managers cancel.

mod actions;
mod events;
mod pages;
mod rules;
mod store;

pub use actions::{
    Approval, ApproveForm, GrantAnswer, ReasonForm, ReduceForm, approve, cancel, edit, give_back, may_approve_import,
    may_refuse_import, may_undo_import, record, record_row, reduce, refuse, strike, submit, withdraw,
};
pub use events::{
    APPLIER, Confirmed, GrantCancelled, GrantEdited, GrantImported, GrantRecorded, GrantReduced, GrantStruck,
    GrantSubmitted, GrantsApproved, Holding, KIND_GRANT_CANCELLED, KIND_GRANT_EDITED, KIND_GRANT_IMPORTED,
    KIND_GRANT_RECORDED, KIND_GRANT_REDUCED, KIND_GRANT_REFUSED, KIND_GRANT_RETURNED, KIND_GRANT_STRUCK,
    KIND_GRANT_SUBMITTED, KIND_GRANTS_APPROVED, Rebooked, Stepped, Target, WithReason, approve_import, hold, let_go,
    offset, pay_to, rebook, refuse_import, step, take_offset_back, undo_import, withdraw_import,
};
pub use pages::{Asked, Said, places, said, stage};
pub use rules::{
    AccountUse, Content, Draft, Form, Held, Intake, Life, NUMBER_MAX, RowKey, SUMMARY_MAX, Source, State, Step,
    Warning, moves, split_of,
};
pub use store::{
    Acted, Awaited, Cursor, Detail, Filter, FormFacts, Grant, ImportRow, ImportSums, Line, Loaded, Order, Remaining,
    Sort, StepTaken, Sums, TransferLine, Waiting, Wanted, awaited, detail, digest_of, form_facts, found_by, grant,
    grants, held, held_back, import_rows, import_sums, intake, load, load_portion, offsets, page, reference_used,
    remaining, sums, waiting, which_held_back,
};
