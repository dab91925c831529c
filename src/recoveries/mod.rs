//! Recoveries 追回: money that is demanded back, comes back or is settled against another grant (抵扣), and money that has
//! not reached its recipient yet.
//!
//! A demand names the grant, an amount, a document and a day; no money moves, it is aged. What comes back is booked by a
//! cashier against a demand, with its document, day and destination: the budget or the treasury. An offset settles a demand
//! against an approved grant of the same recipient, without cash. Each is prepared by one person and signed by another, and
//! undone in the same way.

mod actions;
mod events;
mod pages;
mod rules;
mod store;

pub use actions::{
    Claim, DemandForm, OffsetForm, ReceiptForm, RecoveryAnswer, Verdict, ask_undo, decide_demand, decide_offset,
    decide_receipt, decide_undo, demand, digest, emit_raised, prepare_offset, prepare_receipt,
};
pub use events::{
    APPLIER, DemandPrepared, DemandRaised, OffsetApproved, OffsetPrepared, PaperApproved, PaperRemarked, PaperUndone,
    ReceiptApproved, ReceiptPrepared,
};
pub use pages::{places, stage};
pub use rules::{Age, Destination, State, Undelivered, standing};
pub use store::{
    Aged, Demand, DemandStep, Offset, Receipt, Received, Settleable, Signed, UndeliveredRow, ageing,
    demand as demand_by_id, demand_steps, demanded, demands, demands_of_grant, offset, offsets_of, offsets_of_grant,
    receipt, receipts_of, received_on_account, settleable, undelivered, undelivered_rows,
};
