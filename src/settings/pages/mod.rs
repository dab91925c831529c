//! All settings, one setting with what it was worth before, and the decision on a change.

mod decide;
mod list;
mod one;

use rocket::{Route, routes};

use super::rules::{Every, ReportDue, Setting};
use super::{CONFIRMERS, KEEPERS};
use crate::kernel::money::Fen;
use crate::people::{Admission, In, Role};
use crate::web::{ABSENT, T};

/// The roles of [`Keeper`].
#[derive(Debug, Clone, Copy)]
pub enum OfKeeper {}

impl Admission for OfKeeper {
    const ROLES: &'static [Role] = &KEEPERS;
}

/// Prepares another value of a setting.
type Keeper = In<OfKeeper>;

/// The roles of [`Confirmer`].
#[derive(Debug, Clone, Copy)]
pub enum OfConfirmer {}

impl Admission for OfConfirmer {
    const ROLES: &'static [Role] = &CONFIRMERS;
}

/// Decides on it.
type Confirmer = In<OfConfirmer>;

/// All routes.
pub fn routes() -> Vec<Route> {
    routes![list::show, one::show, one::prepare, decide::show, decide::approve, decide::refuse]
}

/// The word of a setting.
fn title(t: T, setting: Setting) -> &'static str {
    t.s(match setting {
        Setting::TypedAbove => "settings.typed_above",
        Setting::ChangedAccountDays => "settings.changed_account_days",
        Setting::ReportingUnit => "settings.reporting_unit",
        Setting::HeadOfUnit => "settings.head_of_unit",
        Setting::ReportsFrom => "settings.reports_from",
        Setting::ReportDueDay => "settings.report_due_day",
        Setting::DirectMonthlyDue => "settings.due.direct_monthly",
        Setting::GrantsDetailDue => "settings.due.grants_detail",
        Setting::GrantsSummaryDue => "settings.due.grants_summary",
        Setting::BudgetProgressDue => "settings.due.budget_progress",
        Setting::PublicationDue => "settings.due.publication",
        Setting::BankAdjustmentDue => "settings.due.bank_adjustment",
    })
}

/// What a setting is for.
fn purpose(t: T, setting: Setting) -> &'static str {
    t.s(match setting {
        Setting::TypedAbove => "settings.typed_above.what",
        Setting::ChangedAccountDays => "settings.changed_account_days.what",
        Setting::ReportingUnit => "settings.reporting_unit.what",
        Setting::HeadOfUnit => "settings.head_of_unit.what",
        Setting::ReportsFrom => "settings.reports_from.what",
        Setting::ReportDueDay => "settings.report_due_day.what",
        Setting::DirectMonthlyDue
        | Setting::GrantsDetailDue
        | Setting::GrantsSummaryDue
        | Setting::BudgetProgressDue
        | Setting::PublicationDue
        | Setting::BankAdjustmentDue => "settings.due.what",
    })
}

/// A stored value as people read it.
fn shown(t: T, setting: Setting, stored: &str) -> String {
    if stored.is_empty() {
        return ABSENT.to_owned();
    }
    match setting {
        Setting::TypedAbove => Fen::parse(stored).map_or_else(|_| stored.to_owned(), |sum| t.yuan_unit(sum)),
        Setting::ChangedAccountDays => {
            stored.parse().map_or_else(|_| stored.to_owned(), |days: i64| t.n("settings.days", days).to_string())
        }
        Setting::ReportDueDay => t.f("settings.working_day").with("n", stored).to_string(),
        Setting::ReportingUnit | Setting::HeadOfUnit | Setting::ReportsFrom => stored.to_owned(),
        Setting::DirectMonthlyDue
        | Setting::GrantsDetailDue
        | Setting::GrantsSummaryDue
        | Setting::BudgetProgressDue
        | Setting::PublicationDue
        | Setting::BankAdjustmentDue => due_words(t, ReportDue::read(stored)),
    }
}

/// How often a report is due, in words.
pub(super) fn due_words(t: T, due: Option<ReportDue>) -> String {
    let Some(due) = due else { return t.s("settings.due.none").to_owned() };
    let often = t.s(match due.every {
        Every::Month => "settings.due.month",
        Every::Quarter => "settings.due.quarter",
    });
    match due.nth {
        Some(nth) => t.f("settings.due.by").with("often", often).with("n", nth).to_string(),
        None => often.to_owned(),
    }
}

/// The look of a change: the end of its class, its icon, its word.
fn look(t: T, state: &str) -> (&'static str, &'static str, &'static str) {
    match state {
        "pending" => ("submitted", "clock", t.s("settings.state.pending")),
        "approved" => ("paid", "circle-check", t.s("settings.state.approved")),
        _ => ("refused", "circle-x", t.s("settings.state.refused")),
    }
}
