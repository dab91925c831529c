//! Vouchers 凭证: the accounting entries of every act that moves money, numbered without a gap per type and month.
//!
//! The feature whose act moves money calls [`write()`] behind the act's events, in the same command: what was moved is read
//! from the transfers of those events, posted by the rules 记账规则 that are in force, and written down as one event a
//! voucher. Money that moves back is written red 红字 and names the vouchers that it cancels; what goes back into an
//! earlier year is blue, with the accounts of earlier years. Budgets, approvals and history, which come in great numbers,
//! are gathered 汇总 into vouchers of their months when somebody asks for it.
//!
//! The rules are data: those shipped, or a version of the book's own, prepared by a manager and approved by another
//! person. A voucher names the version that made it.

mod actions;
mod events;
mod pages;
mod rules;
mod store;

pub use actions::{Draft, Gathered, Hands, RulesAnswer, approve_rules, gather, prepare_rules, refuse_rules, write};
pub use events::{APPLIER, PostingRulesDecided, PostingRulesPrepared, VoucherLine, VoucherMade};
pub use pages::{places, stage};
pub use rules::{Account, Act, Line, Occasion, PAYERS, Rule, RuleSet, Side, VoucherKind, name};
pub use store::{
    Brief, Entry, RulesVersion, Voucher, entries_of, of_subject, rules_in_force, rules_version, rules_versions,
    uncovered, voucher, vouchers_of_month,
};
