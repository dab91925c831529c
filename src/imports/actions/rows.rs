//! A row of a file as the draft of a grant, and a refused draft as bad cells of its row.

use crate::grants::Draft;
use crate::imports::preview::{Preview, RowShown};
use crate::imports::reading::{Column, GrantRow, PolicyRow, What};
use crate::kernel::Refusal;
use crate::kernel::codes::PayeeRelation;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::policies::NewPolicy;
use crate::recipients::{Account, Particulars};
use crate::sheets::BadCell;

/// What a refused row is shown with: the cells that only the book can refuse.
#[derive(Debug)]
pub(super) struct Shown {
    line: u64,
    reference: String,
    policy: String,
    name: String,
    number: String,
    account_number: String,
    amount: Fen,
    paid_on: Option<Day>,
    applied_on: Option<Day>,
    allotment: Option<String>,
}

impl Shown {
    /// The line as events count.
    pub(super) fn line(&self) -> i64 {
        i64::try_from(self.line).unwrap_or(i64::MAX)
    }

    pub(super) fn of(line: u64, row: &GrantRow) -> Self {
        Self {
            line,
            reference: row.reference.clone(),
            policy: row.policy.clone(),
            name: row.name.clone(),
            number: row.identity.masked(),
            account_number: row.account_number.clone(),
            amount: row.amount_fen,
            paid_on: row.paid_on,
            applied_on: row.applied_on,
            allotment: row.allotment.clone(),
        }
    }

    /// Counts the row in what a person sees before the file goes in.
    pub(super) fn add_to<'w>(&self, preview: &mut Preview, warnings: impl Iterator<Item = &'w str> + Clone) {
        preview.add(&self.policy, self.amount, self.line, warnings.clone());
        if preview.has_room() {
            preview.first.push(RowShown {
                line: self.line,
                reference: self.reference.clone(),
                name: self.name.clone(),
                number: self.number.clone(),
                policy: self.policy.clone(),
                amount: self.amount,
                paid_on: self.paid_on,
                is_warned: warnings.count() > 0,
            });
        }
    }

    /// The bad cell that a refusal names by its field.
    pub(super) fn fault(&self, refusal: Refusal) -> BadCell {
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        let (column, value) = match refusal.field {
            Some("reference") => (Column::Reference, self.reference.clone()),
            Some("policy") => (Column::Policy, self.policy.clone()),
            Some("name") => (Column::Name, self.name.clone()),
            Some("number" | "id_type") => (Column::Uscc, self.number.clone()),
            Some("account_number") => (Column::AccountNumber, self.account_number.clone()),
            Some("amount") => (Column::Amount, self.amount.plain()),
            Some("paid_on") => (Column::PaidOn, day(self.paid_on)),
            Some("applied_on") => (Column::AppliedOn, day(self.applied_on)),
            Some("allotment") => (Column::Allotment, self.allotment.clone().unwrap_or_default()),
            Some(other) => return BadCell::cell(self.line, other, "", refusal),
            None => return BadCell::row(self.line, refusal),
        };
        BadCell::cell(self.line, column.name(), &value, refusal)
    }
}

/// The draft of a row. Without a day of application, new grants are applied for `today`, history when it was paid; a
/// day of payment counts in a `history` file alone.
pub(super) fn draft_of(row: GrantRow, what: What, today: Day) -> Draft {
    let paid_on = if what == What::History { row.paid_on } else { None };
    let relation = row.payee_relation.unwrap_or(PayeeRelation::Itself);
    Draft {
        reference: row.reference,
        policy: row.policy,
        allotment: row.allotment,
        identity: row.identity,
        particulars: Particulars::new(row.name, row.kind, row.subdistrict, row.industry, row.size),
        applied_amount: row.applied_amount_fen.unwrap_or(row.amount_fen),
        amount: row.amount_fen,
        applied_on: row.applied_on.or(paid_on).unwrap_or(today),
        paid_on,
        award_document: row.award_document.unwrap_or_default(),
        summary: row.summary.unwrap_or_default(),
        period_from: row.period_from,
        period_to: row.period_to,
        attachments: row.attachments.map_or(0, i64::from),
        voucher_number: row.voucher_number.unwrap_or_default(),
        account: Some(Account {
            payee_relation: relation.code().to_owned(),
            account_name: row.account_name,
            account_number: row.account_number,
            bank_code: row.bank_code.as_str().to_owned(),
            bank_name: row.bank_name,
        }),
    }
}

/// The policy of a row, with its whole budget in one default allotment.
pub(super) fn policy_of(row: PolicyRow) -> NewPolicy {
    let window = (row.starts_on, row.ends_on);
    let (cap, budget) = (row.per_recipient_cap_fen, row.budget_fen);
    NewPolicy::with_budget(row.code, row.title, row.document_number, row.instrument, window, cap, budget)
}

/// The bad cell of a refused policy.
pub(super) fn policy_fault(line: u64, policy: &NewPolicy, refusal: Refusal) -> BadCell {
    let (column, value) = match refusal.field {
        Some("title") => (Column::Title, policy.title.clone()),
        Some("document_number") => (Column::DocumentNumber, policy.document_number.clone()),
        Some("starts_on") => (Column::StartsOn, policy.starts_on.to_string()),
        Some("ends_on") => (Column::EndsOn, policy.ends_on.to_string()),
        Some("per_recipient_cap") => (Column::PerRecipientCap, policy.cap.map(Fen::plain).unwrap_or_default()),
        Some("budget") => (Column::Budget, policy.budget().map(Fen::plain).unwrap_or_default()),
        _ => (Column::Code, policy.code.clone()),
    };
    BadCell::cell(line, column.name(), &value, refusal)
}

/// A policy as the preview shows it.
pub(super) fn policy_shown(line: u64, policy: &NewPolicy) -> RowShown {
    RowShown {
        line,
        reference: policy.document_number.clone(),
        name: policy.title.clone(),
        number: String::new(),
        policy: policy.code.clone(),
        amount: policy.budget().unwrap_or(Fen::new(0)),
        paid_on: None,
        is_warned: false,
    }
}
