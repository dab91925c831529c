//! What a grant consists of: as somebody wants it (a draft) and as an event writes it down (a content).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::checks::{Facts, Known};
use crate::kernel::dates::Day;
use crate::kernel::identity::Identity;
use crate::kernel::money::Fen;
use crate::kernel::tree::{Hash, root_of};
use crate::kernel::{Refusal, text};
use crate::policies::{self, Policy};
use crate::recipients::{Account, Particulars};

/// A grant as somebody wants it: every field read, nothing held against the book yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Number within the policy; empty on a page: made from the position.
    pub reference: String,
    /// Code of the policy.
    pub policy: String,
    /// Document number of the one allotment that pays, if it is named.
    pub allotment: Option<String>,
    /// By which number the recipient is known.
    pub identity: Identity,
    /// What the recipient is.
    pub particulars: Particulars,
    /// Applied for.
    pub applied_amount: Fen,
    /// Granted.
    pub amount: Fen,
    /// Day of the application; for `history` without one the day of payment.
    pub applied_on: Day,
    /// Day of payment, only for `history`.
    pub paid_on: Option<Day>,
    /// Document by which the money was awarded.
    pub award_document: String,
    /// Summary.
    pub summary: String,
    /// First day of the period that the grant is for.
    pub period_from: Option<Day>,
    /// Last day of that period.
    pub period_to: Option<Day>,
    /// Sheets of paper behind it.
    pub attachments: i64,
    /// Number of an older voucher, only for `history`.
    pub voucher_number: String,
    /// Whose account is paid; none where nothing is paid out.
    pub account: Option<Account>,
}

/// What the account of a grant means for the recipient's account on file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountUse {
    /// It is the one on file, or the grant has none.
    #[default]
    OnFile,
    /// It goes on file with this grant: the first one, or in place of one that no grant but this ever used.
    First,
    /// It is another one: a change of account is opened at this position, and the grant waits for it.
    Change,
    /// It is the one of a change that waits already; so does the grant.
    Open(i64),
}

impl AccountUse {
    const fn is_on_file(&self) -> bool {
        matches!(self, Self::OnFile)
    }
}

/// Something that a second person must look at and confirm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Code; the sentence is `warning.CODE`.
    pub code: String,
    /// What the sentence mentions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
}

/// A grant as an event writes it down. Every derived value is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Number within the policy.
    pub reference: String,
    /// The policy.
    pub policy: i64,
    /// The recipient; none: it is registered at this position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<i64>,
    /// The recipient is known, but only through grants that came to nothing: it is described anew by this one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub renews: bool,
    /// Code of the kind of number.
    pub id_type: String,
    /// The recipient's number; a personal one masked.
    pub number: String,
    /// SHA-256 of salt and personal number where one is sealed at this position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personal_id: Option<String>,
    /// Name.
    pub name: String,
    /// The name for searching, where it differs from the name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub folded: String,
    /// Code of the kind of recipient.
    pub kind: String,
    /// Sub-district.
    pub subdistrict: String,
    /// Code of the industry.
    pub industry: String,
    /// Code of the size.
    pub size: String,
    /// Applied for.
    pub applied_amount: Fen,
    /// Granted.
    pub amount: Fen,
    /// Which allotment pays how much of it.
    pub split: Vec<(i64, Fen)>,
    /// Day of the application.
    pub applied_on: Day,
    /// Day of payment; with one the grant is taken over from history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_on: Option<Day>,
    /// Document of the award.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub award_document: String,
    /// Summary.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// First day of the period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_from: Option<Day>,
    /// Last day of the period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_to: Option<Day>,
    /// Sheets of paper.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attachments: i64,
    /// Older voucher.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub voucher_number: String,
    /// Code of the payee's relation; empty without an account.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub payee_relation: String,
    /// Account holder.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account_name: String,
    /// Account number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account_number: String,
    /// Bank code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub bank_code: String,
    /// Bank.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub bank_name: String,
    /// What the account means for the one on file.
    #[serde(default, skip_serializing_if = "AccountUse::is_on_file")]
    pub account: AccountUse,
    /// What a second person must confirm.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
const fn is_zero(value: &i64) -> bool {
    *value == 0
}

impl Warning {
    /// The key of its sentence in the catalogue.
    pub fn key(&self) -> &'static str {
        match self.code.as_str() {
            "uscc_organisation_digit" => "warning.uscc_organisation_digit",
            "bank_code_check" => "warning.bank_code_check",
            "account_holder_differs" => "warning.account_holder_differs",
            "account_shared" => "warning.account_shared",
            "same_amount" => "warning.same_amount",
            _ => "warning.other",
        }
    }
}

impl Content {
    /// The name for searching.
    pub fn name_folded(&self) -> &str {
        if self.folded.is_empty() { &self.name } else { &self.folded }
    }

    /// What the recipient is.
    pub fn particulars(&self) -> Particulars {
        Particulars {
            name: self.name.clone(),
            folded: self.folded.clone(),
            kind: self.kind.clone(),
            subdistrict: self.subdistrict.clone(),
            industry: self.industry.clone(),
            size: self.size.clone(),
        }
    }

    /// Whose account is paid.
    pub fn payee(&self) -> Option<Account> {
        (!self.account_number.is_empty()).then(|| Account {
            payee_relation: self.payee_relation.clone(),
            account_name: self.account_name.clone(),
            account_number: self.account_number.clone(),
            bank_code: self.bank_code.clone(),
            bank_name: self.bank_name.clone(),
        })
    }

    /// The draft that this was, to be held against the book again. `identity` and `policy` are the recipient's number
    /// in full and the policy's code.
    pub fn draft(&self, identity: Identity, policy: &Policy) -> Draft {
        let named = match self.split.as_slice() {
            [(only, _)] if policy.allotments.len() > 1 => policy.allotments.iter().find(|a| a.id == *only),
            _ => None,
        };
        Draft {
            reference: self.reference.clone(),
            policy: policy.code.clone(),
            allotment: named.map(|allotment| allotment.document_number.clone()),
            identity,
            particulars: self.particulars(),
            applied_amount: self.applied_amount,
            amount: self.amount,
            applied_on: self.applied_on,
            paid_on: self.paid_on,
            award_document: self.award_document.clone(),
            summary: self.summary.clone(),
            period_from: self.period_from,
            period_to: self.period_to,
            attachments: self.attachments,
            voucher_number: self.voucher_number.clone(),
            account: self.payee(),
        }
    }
}

/// Writes a checked draft down. `number` is the number under which the recipient stands, or shall stand, in the table;
/// a personal number is sealed and its digest added by whoever holds the desk.
///
/// Refusals: `policy_unknown`, `policy_without_allotment`, `allotment_not_of_policy`.
pub fn written(draft: Draft, facts: &Facts<'_>, number: String, warnings: Vec<Warning>) -> Result<Content, Refusal> {
    let policy = facts.policy.ok_or_else(|| Refusal::new("policy_unknown").at("policy"))?;
    let split = split_of(policy, draft.allotment.as_deref(), draft.amount)?;
    let account = draft.account.unwrap_or_else(no_account);
    let has_account = !account.account_number.is_empty();
    let first = if has_account { AccountUse::First } else { AccountUse::OnFile };
    Ok(Content {
        reference: draft.reference,
        policy: policy.id,
        recipient: facts.known.as_ref().map(|known| known.id),
        renews: facts.known.as_ref().is_some_and(Known::renews),
        id_type: draft.identity.id_type().code().to_owned(),
        number,
        personal_id: None,
        name: draft.particulars.name,
        folded: draft.particulars.folded,
        kind: draft.particulars.kind,
        subdistrict: draft.particulars.subdistrict,
        industry: draft.particulars.industry,
        size: draft.particulars.size,
        applied_amount: draft.applied_amount,
        amount: draft.amount,
        split,
        applied_on: draft.applied_on,
        paid_on: draft.paid_on,
        award_document: draft.award_document,
        summary: draft.summary,
        period_from: draft.period_from,
        period_to: draft.period_to,
        attachments: draft.attachments,
        voucher_number: draft.voucher_number,
        payee_relation: account.payee_relation,
        account_name: account.account_name,
        account_number: account.account_number,
        bank_code: account.bank_code,
        bank_name: account.bank_name,
        account: facts.known.as_ref().map_or(first, |known| known.account),
        warnings,
    })
}

const fn no_account() -> Account {
    Account {
        payee_relation: String::new(),
        account_name: String::new(),
        account_number: String::new(),
        bank_code: String::new(),
        bank_name: String::new(),
    }
}

/// Shares an amount among a policy's allotments, or gives it to the one that is named. Parts of nothing are left out.
///
/// Refusals: `policy_without_allotment`, `allotment_not_of_policy`.
pub fn split_of(policy: &Policy, named: Option<&str>, amount: Fen) -> Result<Vec<(i64, Fen)>, Refusal> {
    if let Some(named) = named {
        let found = policy.allotments.iter().find(|a| text::fold(&a.document_number) == text::fold(named));
        return match found {
            Some(allotment) => Ok(vec![(allotment.id, amount)]),
            None => Err(Refusal::new("allotment_not_of_policy").at("allotment").with("found", named)),
        };
    }
    policies::split(amount, &policy.shares()).ok_or_else(|| Refusal::new("policy_without_allotment").at("policy"))
}

/// Shares a smaller amount among the allotments that paid before.
///
/// Refusal: `policy_without_allotment`.
pub fn split_again(policy: &Policy, before: &[(i64, Fen)], amount: Fen) -> Result<Vec<(i64, Fen)>, Refusal> {
    let kept: Vec<(i64, i64)> =
        policy.shares().into_iter().filter(|(share, _)| before.iter().any(|(id, _)| id == share)).collect();
    policies::split(amount, &kept).ok_or_else(|| Refusal::new("policy_without_allotment").at("policy"))
}

/// The digest that a second person signs: hex root over the leaves of the events that last fixed each grant, in the
/// order of those events.
pub fn digest(leaves_by_position: impl IntoIterator<Item = Hash>) -> String {
    root_of(leaves_by_position).to_string()
}

/// Holds that a second person has confirmed every warning of a grant.
///
/// Refusal: `warning_unconfirmed` (`reference`, `warning`).
pub fn unconfirmed(reference: &str, warnings: &[Warning], confirmed: &[String]) -> Option<Refusal> {
    warnings
        .iter()
        .find(|warning| !confirmed.contains(&warning.code))
        .map(|warning| Refusal::new("warning_unconfirmed").with("reference", reference).with("warning", &warning.code))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples;
    use super::*;

    #[test]
    fn a_content_leaves_out_what_is_empty_and_is_read_again() {
        let policy = samples::policy();
        let facts = samples::facts(&policy);
        let content = written(samples::draft(), &facts, "91330206MANH5DXR88".into(), Vec::new()).unwrap();
        let json = serde_json::to_string(&content).unwrap();
        assert!(json.contains(r#""split":[[11,"100.00"]]"#), "{json}");
        assert!(json.contains(r#""account":"first""#), "{json}");
        assert!(!json.contains("warnings") && !json.contains("recipient") && !json.contains("paid_on"), "{json}");
        assert_eq!(serde_json::from_str::<Content>(&json).unwrap(), content);
        assert_eq!(content.draft(samples::draft().identity, &policy), samples::draft());
    }

    #[test]
    fn a_named_allotment_pays_alone() {
        let policy = samples::shared_policy();
        assert_eq!(split_of(&policy, Some("甬财〔2020〕2号"), Fen::new(5)).unwrap(), [(22, Fen::new(5))]);
        assert_eq!(split_of(&policy, Some("无此文"), Fen::new(5)).unwrap_err().code, "allotment_not_of_policy");
        assert_eq!(split_of(&policy, None, Fen::new(1)).unwrap(), [(21, Fen::new(1))]);
    }

    #[test]
    fn every_warning_must_be_confirmed_by_its_code() {
        let warnings = ["account_shared", "account_holder_differs"]
            .map(|code| Warning { code: code.into(), facts: BTreeMap::new() });
        assert!(unconfirmed("A-1", &warnings, &["account_shared".into(), "account_holder_differs".into()]).is_none());
        let refusal = unconfirmed("A-1", &warnings, &["account_shared".into()]).unwrap();
        assert_eq!((refusal.code, refusal.facts[1].1.as_str()), ("warning_unconfirmed", "account_holder_differs"));
        assert!(unconfirmed("A-1", &[], &[]).is_none());
    }

    proptest! {
        #[test]
        fn a_split_and_a_reduced_split_add_up(amount in 1_i64..9_000_000_000, less in 0_i64..9_000_000_000) {
            let policy = samples::shared_policy();
            let split = split_of(&policy, None, Fen::new(amount)).unwrap();
            prop_assert_eq!(Fen::sum(split.iter().map(|(_, part)| *part)), Some(Fen::new(amount)));
            let reduced = Fen::new((amount - less).max(1));
            let again = split_again(&policy, &split, reduced).unwrap();
            prop_assert_eq!(Fen::sum(again.iter().map(|(_, part)| *part)), Some(reduced));
        }
    }
}
