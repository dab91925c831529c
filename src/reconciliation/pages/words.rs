//! The words and colours of reconciliations.

use crate::payments::PayingAccount;
use crate::reconciliation::rules::{EntryKind, Group, RecordState, Subject, What};
use crate::reconciliation::store::{Inquiry, Record};
use crate::web::{Frame, T};

/// How a state looks: class, icon, word.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Its class.
    pub class: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Its word.
    pub word: &'static str,
}

/// Where a reconciliation stands; nobody prepared one where there is none.
pub fn record(t: T, record: Option<&Record>) -> Look {
    let (class, icon, key) = match record.map(|record| record.state) {
        Some(RecordState::Prepared) => ("submitted", "clipboard-check", "reconciliation.state.prepared"),
        Some(RecordState::Signed) => ("paid", "shield-check", "reconciliation.state.signed"),
        Some(RecordState::Refused) => ("refused", "arrow-back-up", "reconciliation.state.refused"),
        Some(RecordState::ReopenPending) => ("returned", "rotate", "reconciliation.state.reopen_pending"),
        Some(RecordState::Reopened) => ("draft", "rotate", "reconciliation.state.reopened"),
        None => ("draft", "circle-dashed", "reconciliation.state.none"),
    };
    Look { class, icon, word: t.s(key) }
}

/// Where an inquiry stands: asked, answered in writing, or without object since the bank's files told of all payments.
pub fn inquiry(t: T, inquiry: &Inquiry) -> Look {
    let (class, icon, key) = if inquiry.answered.is_some() {
        ("paid", "circle-check", "reconciliation.inquiry.state.answered")
    } else if inquiry.payments > 0 && inquiry.silent == 0 {
        ("draft", "circle-check", "reconciliation.inquiry.state.settled")
    } else {
        ("submitted", "circle-dashed", "reconciliation.inquiry.state.open")
    };
    Look { class, icon, word: t.s(key) }
}

/// What is reconciled, in words.
pub fn subject(t: T, subject: Subject, account: Option<&PayingAccount>) -> String {
    match subject {
        Subject::Batch(batch) => t.f("reconciliation.scope.batch").with("batch", batch).to_string(),
        Subject::Account { from, .. } => {
            let number = account.map_or("", |account| &account.account_number);
            t.f("reconciliation.scope.account").with("account", number).with("month", from.month()).to_string()
        }
    }
}

/// Where it is to be seen whole.
pub fn whole(frame: &Frame, subject: Subject) -> String {
    match subject {
        Subject::Batch(batch) => frame.href(&format!("reconciliation/batch/{batch}")),
        Subject::Account { account, from, .. } => {
            frame.href(&format!("reconciliation/account/{account}/{}", from.month()))
        }
    }
}

/// The word of a group.
pub fn group(t: T, group: Group) -> &'static str {
    t.s(match group {
        Group::BankReceived => "reconciliation.group.bank_received",
        Group::BankPaid => "reconciliation.group.bank_paid",
        Group::BookReceived => "reconciliation.group.book_received",
        Group::BookPaid => "reconciliation.group.book_paid",
    })
}

/// The word of what an entry is.
pub fn what(t: T, what: What) -> &'static str {
    t.s(match what {
        What::Payment => "reconciliation.what.payment",
        What::Refusal => "reconciliation.what.refusal",
        What::Return => "reconciliation.what.return",
        What::Fee => "reconciliation.what.fee",
        What::Interest => "reconciliation.what.interest",
        What::OwnTransfer => "reconciliation.what.own_transfer",
        What::Receipt => "reconciliation.what.receipt",
        What::Issued => "reconciliation.what.issued",
        What::Withdrawn => "reconciliation.what.withdrawn",
        What::Recovery => "reconciliation.what.recovery",
    })
}

/// The word of an entry's kind.
pub fn entry(t: T, kind: EntryKind) -> &'static str {
    t.s(match kind {
        EntryKind::Opening => "reconciliation.entry.opening",
        EntryKind::Issued => "reconciliation.entry.issued",
        EntryKind::Withdrawn => "reconciliation.entry.withdrawn",
        EntryKind::Stated => "reconciliation.entry.stated",
    })
}
