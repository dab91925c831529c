//! What is written down of policies and budgets: the kinds of events and their payloads.

use serde::{Deserialize, Serialize};

use crate::kernel::codes::Instrument;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::policies::rules::{Direction, Level};

/// A policy is written down; its allotments follow, then a second person confirms all.
pub const KIND_POLICY_RECORDED: &str = "policy_recorded";
/// Budget of a policy from one source, with its first appropriation.
pub const KIND_ALLOTMENT_RECORDED: &str = "allotment_recorded";
/// Policies are in force, their budgets appropriated.
pub const KIND_POLICIES_APPROVED: &str = "policies_approved";
/// Policies are not taken.
pub const KIND_POLICIES_REFUSED: &str = "policies_refused";
/// A policy is taken out of the file that brought it, before the file is decided.
pub const KIND_POLICY_STRUCK: &str = "policy_struck";
/// Somebody wants to change what a policy says.
pub const KIND_POLICY_CHANGE_PREPARED: &str = "policy_change_prepared";
/// The change is confirmed.
pub const KIND_POLICY_CHANGE_APPROVED: &str = "policy_change_approved";
/// The change is not taken.
pub const KIND_POLICY_CHANGE_REFUSED: &str = "policy_change_refused";
/// Somebody wants to add budget or take it back.
pub const KIND_BUDGET_CHANGE_PREPARED: &str = "budget_change_prepared";
/// The budget changes.
pub const KIND_BUDGET_CHANGE_APPROVED: &str = "budget_change_approved";
/// The budget stays.
pub const KIND_BUDGET_CHANGE_REFUSED: &str = "budget_change_refused";

/// Payload of [`KIND_POLICY_RECORDED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRecorded {
    /// 政策编号.
    pub code: String,
    /// 政策名称.
    pub title: String,
    /// 文号.
    pub document_number: String,
    /// 资金方式.
    pub instrument: Instrument,
    /// First day of the window.
    pub starts_on: Day,
    /// Last day of the window.
    pub ends_on: Day,
    /// Most per recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Fen>,
    /// The import that brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<i64>,
    /// Its line in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

/// Payload of [`KIND_ALLOTMENT_RECORDED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllotmentRecorded {
    /// The policy.
    pub policy: i64,
    /// 指标文号.
    pub document_number: String,
    /// Level of the source.
    pub level: Level,
    /// 直达.
    pub direct: bool,
    /// Fiscal year.
    pub fiscal_year: i64,
    /// 功能分类.
    pub functional_class: String,
    /// 经济分类.
    pub economic_class: String,
    /// Department.
    pub department: String,
    /// Share of each grant.
    pub share: i64,
    /// First appropriation.
    pub amount: Fen,
    /// Its effective date.
    pub starts_on: Day,
}

/// Payload of [`KIND_POLICIES_APPROVED`]: exactly these, as signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoliciesApproved {
    /// Their ids in order.
    pub policies: Vec<i64>,
    /// Root over the leaves of their events and of their allotments' events.
    pub digest: String,
}

/// Payload of [`KIND_POLICIES_REFUSED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoliciesRefused {
    /// Their ids in order.
    pub policies: Vec<i64>,
    /// Why.
    pub reason: String,
}

/// Payload of [`KIND_POLICY_STRUCK`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyStruck {
    /// The policy.
    pub policy: i64,
    /// The import that brought it.
    pub import: i64,
    /// Why.
    pub reason: String,
}

/// Payload of [`KIND_POLICY_CHANGE_PREPARED`]: what the policy would say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyChangePrepared {
    /// The policy.
    pub policy: i64,
    /// New title.
    pub title: String,
    /// New document.
    pub document_number: String,
    /// New first day.
    pub starts_on: Day,
    /// New last day.
    pub ends_on: Day,
    /// New cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Fen>,
    /// Whether it is closed for new grants.
    pub closes: bool,
    /// Why.
    pub reason: String,
}

/// Payload of [`KIND_BUDGET_CHANGE_PREPARED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetChangePrepared {
    /// The allotment.
    pub allotment: i64,
    /// `increase` or `reduce`.
    pub direction: Direction,
    /// How much.
    pub amount: Fen,
    /// From when.
    pub effective_on: Day,
    /// By which document.
    pub document_number: String,
    /// Why.
    pub reason: String,
}

/// Payload of a decision on one prepared change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The change: the position at which it was prepared.
    pub change: i64,
    /// What was signed, if it was approved: root over the leaf of the event that prepared it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// Why not, if it was refused.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}
