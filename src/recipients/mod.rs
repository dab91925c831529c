//! Who may receive 市场主体, the history of their particulars, and their payees' accounts.
//!
//! A recipient is known by a number of some kind; a personal number is sealed beside the book and shown masked. It is
//! registered by hand or by the first grant that names it. Its account changes only by two people; its particulars by
//! one, with a reason, and grants keep what they were recorded with.

mod actions;
mod events;
mod pages;
mod rules;
mod store;

pub use actions::{
    AccountAnswer, AccountChangeForm, ApproveAccountForm, ChangeForm, RecipientAnswer, RefuseAccountForm, RegisterForm,
    approve_account, change, digest_of_account, prepare_account, refuse_account, register, seal,
};
pub use events::{
    APPLIER, AccountChangeApproved, AccountChangePrepared, AccountChangeRefused, By, KIND_ACCOUNT_CHANGE_APPROVED,
    KIND_ACCOUNT_CHANGE_PREPARED, KIND_ACCOUNT_CHANGE_REFUSED, KIND_RECIPIENT_CHANGED, KIND_RECIPIENT_REGISTERED,
    NewAccount, RecipientChanged, RecipientRegistered, Registration, account_rows, register_rows, renew,
};
pub use pages::{
    Choices, id_type_word, industry_word, kind_code, kind_word, places, relation_word, size_code, size_word, stage,
};
pub use rules::{
    Account, AccountForm, BANK_NAME_MAX, DOCUMENT_MAX, NAME_MAX, Particulars, ParticularsForm, REASON_MAX, Reading,
    SUBDISTRICT_MAX, Standing, masked_number, read_account, read_identity, read_particulars, required,
};
pub use store::{
    AccountOnFile, Found, Recipient, account, account_of, accounts, by_id, by_number, by_numbers, count_alike,
    identity_of, matching, pending_accounts, pending_of, search, users_of_accounts, versions,
};
