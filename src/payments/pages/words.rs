//! How batches, payments, files and differences are worded and coloured on all their pages.

use crate::payments::files::{FileDirection, FileFormat, Profile};
use crate::payments::rules::{BatchState, PaymentState};
use crate::payments::store::{PayingAccount, PaymentLine, Profiles};
use crate::web::form::Choice;
use crate::web::{Lang, T};

/// A state as it is shown: the end of its class, its icon, its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// `state-CLASS` colours the word, `part-CLASS` a part of a bar.
    pub class: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Its word.
    pub word: &'static str,
}

const fn look(class: &'static str, icon: &'static str, word: &'static str) -> Look {
    Look { class, icon, word }
}

/// The look of a payment.
pub(super) fn payment(t: T, state: PaymentState) -> Look {
    let word = t.s(state.key());
    match state {
        PaymentState::Built => look("submitted", "clock", word),
        PaymentState::Dropped | PaymentState::Withdrawn => look("cancelled", "x", word),
        PaymentState::InTransit => look("in_batch", "send", word),
        PaymentState::Paid => look("paid", "circle-check", word),
        PaymentState::Refused => look("wrong", "circle-x", word),
        PaymentState::Returned => look("returned", "arrow-back-up", word),
    }
}

/// The look of a schedule.
pub(super) fn schedule(t: T, state: &str) -> Look {
    match state {
        "standing" => look("approved", "calendar-due", t.s("instalments.state.standing")),
        "refused" => look("cancelled", "circle-x", t.s("instalments.state.refused")),
        "replaced" => look("cancelled", "history", t.s("instalments.state.replaced")),
        _ => look("submitted", "clock", t.s("instalments.state.pending")),
    }
}

/// The look of a condition.
pub(super) fn met(t: T, state: &str) -> Look {
    match state {
        "met" => look("paid", "check", t.s("instalments.met.met")),
        "recorded" => look("submitted", "clock", t.s("instalments.met.recorded")),
        "open" => look("draft", "circle-dashed", t.s("instalments.met.open")),
        _ => look("draft", "check", t.s("instalments.met.none")),
    }
}

/// Which part of its grant a payment pays; nothing if it pays all of it.
pub(super) fn part(t: T, payment: &PaymentLine) -> String {
    match payment.instalment {
        0 => String::new(),
        n => t.f("instalments.of").with("n", n).with("of", payment.parts.max(n)).to_string(),
    }
}

/// The look of a batch.
pub(super) fn batch(t: T, state: BatchState) -> Look {
    let word = t.s(state.key());
    match state {
        BatchState::Open => look("draft", "circle-dashed", word),
        BatchState::Built => look("submitted", "clock", word),
        BatchState::Released => look("in_batch", "send", word),
        BatchState::Withdrawn => look("cancelled", "arrow-back-up", word),
    }
}

/// The look of a file of the bank.
pub(super) fn bank_file(t: T, state: &str) -> Look {
    match state {
        "open" => look("draft", "circle-dashed", t.s("payments.files.state.open")),
        "undo_pending" => look("returned", "clock", t.s("payments.files.state.undo_pending")),
        "undone" => look("cancelled", "arrow-back-up", t.s("payments.files.state.undone")),
        _ => look("paid", "circle-check", t.s("payments.files.state.taken")),
    }
}

/// The look of a paying account.
pub(super) fn account(t: T, state: &str) -> Look {
    match state {
        "pending" => look("submitted", "clock", t.s("payments.accounts.state.pending")),
        "open" => look("paid", "circle-check", t.s("payments.accounts.state.open")),
        "refused" => look("refused", "circle-x", t.s("payments.accounts.state.refused")),
        _ => look("cancelled", "lock", t.s("payments.accounts.state.closed")),
    }
}

/// The look of a difference.
pub(super) fn difference(t: T, state: &str) -> Look {
    match state {
        "settled" => look("paid", "circle-check", t.s("payments.differences.state.settled")),
        "undone" => look("cancelled", "arrow-back-up", t.s("payments.differences.state.undone")),
        _ => look("submitted", "alert-triangle", t.s("payments.differences.state.open")),
    }
}

/// What became of a payment in the words of the book, else of the bank.
pub(super) fn answer(t: T, status: &str) -> String {
    PaymentState::from_code(status).map_or_else(|| status.to_owned(), |state| t.s(state.key()).to_owned())
}

/// The title of a profile, with its version if staff keep it.
pub(super) fn profile(t: T, profiles: &Profiles, name: &str, (direction, version): (FileDirection, i64)) -> String {
    let found = profiles.find(name, direction);
    let title = found.map_or_else(|| name.to_owned(), |used| title(t, &used.profile));
    if version == 0 {
        title
    } else {
        t.f("payments.profiles.titled").with("title", title).with("n", version).to_string()
    }
}

/// The title of a profile in the language of the page.
pub(super) fn title(t: T, profile: &Profile) -> String {
    match t.lang() {
        Lang::Zh => profile.title().zh.clone(),
        Lang::En => profile.title().en.clone(),
    }
}

/// The profiles of one direction, to choose from.
pub(super) fn profiles(t: T, profiles: &Profiles, direction: FileDirection) -> Vec<Choice> {
    profiles.of(direction).map(|used| Choice::new(used.profile.name(), title(t, &used.profile))).collect()
}

/// The look of a version of a profile.
pub(super) fn version(t: T, state: &str) -> Look {
    match state {
        "pending" => look("submitted", "clock", t.s("payments.profiles.state.pending")),
        "approved" => look("paid", "circle-check", t.s("payments.profiles.state.approved")),
        "retired" => look("cancelled", "circle-x", t.s("payments.profiles.state.retired")),
        _ => look("refused", "circle-x", t.s("payments.profiles.state.refused")),
    }
}

/// The word of a direction.
pub(super) fn direction(t: T, direction: FileDirection) -> &'static str {
    t.s(match direction {
        FileDirection::Out => "payments.profiles.out",
        FileDirection::In => "payments.profiles.in",
    })
}

/// The word of a format.
pub(super) fn format(t: T, format: FileFormat) -> &'static str {
    match format {
        FileFormat::Delimited => t.s("payments.profiles.format.delimited"),
        FileFormat::Fixed => t.s("payments.profiles.format.fixed"),
        FileFormat::Xlsx => t.s("payments.profiles.format.xlsx"),
        FileFormat::Pain001 => "pain.001.001.09",
        FileFormat::Pain002 => "pain.002",
        FileFormat::Camt053 => "camt.053",
        FileFormat::Camt054 => "camt.054",
    }
}

/// The paying accounts in use, to choose from.
pub fn accounts(t: T, accounts: &[PayingAccount]) -> Vec<Choice> {
    let open = accounts.iter().filter(|account| account.state == "open");
    let words =
        |one: &PayingAccount| format!("{} {} {}", t.account(&one.account_number), one.name, t.s(one.kind.key()));
    open.map(|account| Choice::new(account.id, words(account))).collect()
}
