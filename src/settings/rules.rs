//! Which settings there are, what each is worth if nobody changed it, and what it may be.

use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Refusal, text};

/// Most days for which a changed account can be asked to be confirmed.
const DAYS_MAX: i64 = 365;
/// The last working day of a month by which a report can be due.
const WORKING_DAY_MAX: i64 = 20;
/// Longest name of a unit or of a person, in characters.
const NAME_CHARS_MAX: usize = 60;

/// What a book decides for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Setting {
    /// Above which sum a releaser types it.
    TypedAbove,
    /// For how many days after its change an account must be confirmed when it is paid to.
    ChangedAccountDays,
    /// 编报单位: who files the reports.
    ReportingUnit,
    /// 负责人: who answers for them.
    HeadOfUnit,
    /// 报送起始月份: the first month for which monthly reports are due.
    ReportsFrom,
    /// 报送期限: by which working day behind the end of a month or quarter they are, where a report has no day of its own.
    ReportDueDay,
    /// How often the monthly report on direct funds is due.
    DirectMonthlyDue,
    /// How often grants paid, one by one, are.
    GrantsDetailDue,
    /// How often grants paid, summed up, are.
    GrantsSummaryDue,
    /// How often the progress of budgets is.
    BudgetProgressDue,
    /// How often the list for publication is.
    PublicationDue,
    /// How often the adjusted bank balances are filed.
    BankAdjustmentDue,
}

/// How often a report is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// For every month.
    Month,
    /// For every quarter.
    Quarter,
}

impl Every {
    /// The word of values and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
        }
    }
}

/// When a report is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportDue {
    /// How often.
    pub every: Every,
    /// By which working day behind the end; that of all reports if none.
    pub nth: Option<i64>,
}

impl ReportDue {
    /// Reads a stored value: `none`, `month`, `quarter 8`; nothing for what is not due.
    pub fn read(stored: &str) -> Option<Self> {
        let (word, nth) = stored.split_once(' ').map_or((stored, None), |(word, nth)| (word, nth.parse().ok()));
        let every = [Every::Month, Every::Quarter].into_iter().find(|every| every.code() == word)?;
        Some(Self { every, nth })
    }
}

impl Setting {
    /// All settings, in the order of the page.
    pub const ALL: [Self; 12] = [
        Self::TypedAbove,
        Self::ChangedAccountDays,
        Self::ReportingUnit,
        Self::HeadOfUnit,
        Self::ReportsFrom,
        Self::ReportDueDay,
        Self::DirectMonthlyDue,
        Self::GrantsDetailDue,
        Self::GrantsSummaryDue,
        Self::BudgetProgressDue,
        Self::PublicationDue,
        Self::BankAdjustmentDue,
    ];

    /// The settings that say how often a report is due, with the report's name.
    pub const DUE: [(Self, &'static str); 6] = [
        (Self::DirectMonthlyDue, "direct-monthly"),
        (Self::GrantsDetailDue, "grants-detail"),
        (Self::GrantsSummaryDue, "grants-summary"),
        (Self::BudgetProgressDue, "budget-progress"),
        (Self::PublicationDue, "publication"),
        (Self::BankAdjustmentDue, "bank-adjustment"),
    ];

    /// The setting that says how often a report is due.
    pub fn due_of(report: &str) -> Option<Self> {
        Self::DUE.into_iter().find(|(_, name)| *name == report).map(|(setting, _)| setting)
    }

    /// Whether it says how often a report is due.
    pub fn is_due(self) -> bool {
        Self::DUE.into_iter().any(|(setting, _)| setting == self)
    }

    /// The word of events, tables and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TypedAbove => "typed_above",
            Self::ChangedAccountDays => "changed_account_days",
            Self::ReportingUnit => "reporting_unit",
            Self::HeadOfUnit => "head_of_unit",
            Self::ReportsFrom => "reports_from",
            Self::ReportDueDay => "report_due_day",
            Self::DirectMonthlyDue => "direct_monthly_due",
            Self::GrantsDetailDue => "grants_detail_due",
            Self::GrantsSummaryDue => "grants_summary_due",
            Self::BudgetProgressDue => "budget_progress_due",
            Self::PublicationDue => "publication_due",
            Self::BankAdjustmentDue => "bank_adjustment_due",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.code() == code)
    }

    /// What it is worth as long as nobody changed it, as it is stored.
    pub const fn default_value(self) -> &'static str {
        match self {
            Self::TypedAbove => "1000000.00",
            Self::ChangedAccountDays => "30",
            Self::ReportingUnit | Self::HeadOfUnit | Self::ReportsFrom => "",
            Self::ReportDueDay => "5",
            Self::DirectMonthlyDue => "month",
            Self::GrantsDetailDue
            | Self::GrantsSummaryDue
            | Self::BudgetProgressDue
            | Self::PublicationDue
            | Self::BankAdjustmentDue => "none",
        }
    }

    /// Whether its value is an amount.
    pub const fn is_amount(self) -> bool {
        matches!(self, Self::TypedAbove)
    }

    /// A value as it is stored, from what somebody typed.
    ///
    /// Refusals: `field_empty`, those of amounts and texts; `amount_not_positive`; `setting_days` (`most`);
    /// `month_form`; `setting_working_day`, `setting_report_due` (`most`).
    pub fn read(self, typed: &str) -> Result<String, Refusal> {
        match self {
            Self::TypedAbove => {
                let amount = Fen::parse_with_units(&filled(typed, NAME_CHARS_MAX)?)?;
                if amount > Fen::ZERO { Ok(amount.plain()) } else { Err(Refusal::new("amount_not_positive")) }
            }
            Self::ChangedAccountDays => {
                let days = text::fold(typed).parse().ok().filter(|days| (1..=DAYS_MAX).contains(days));
                days.map(|days: i64| days.to_string())
                    .ok_or_else(|| Refusal::new("setting_days").with("most", DAYS_MAX))
            }
            Self::ReportingUnit | Self::HeadOfUnit => filled(typed, NAME_CHARS_MAX),
            Self::ReportsFrom => {
                let first = Day::parse(&format!("{}-01", filled(typed, NAME_CHARS_MAX)?));
                first.map(Day::month).map_err(|_| Refusal::new("month_form"))
            }
            Self::ReportDueDay => {
                let wrong = || Refusal::new("setting_working_day").with("most", WORKING_DAY_MAX);
                working_day(typed).map(|day| day.to_string()).ok_or_else(wrong)
            }
            Self::DirectMonthlyDue
            | Self::GrantsDetailDue
            | Self::GrantsSummaryDue
            | Self::BudgetProgressDue
            | Self::PublicationDue
            | Self::BankAdjustmentDue => due(typed),
        }
    }
}

fn working_day(typed: &str) -> Option<i64> {
    text::fold(typed).parse().ok().filter(|day| (1..=WORKING_DAY_MAX).contains(day))
}

/// `none`, or `month` or `quarter` with a working day if the report has one of its own.
fn due(typed: &str) -> Result<String, Refusal> {
    let wrong = || Refusal::new("setting_report_due").with("most", WORKING_DAY_MAX);
    let folded = text::half_width(typed).to_lowercase();
    let mut words = folded.split_whitespace();
    let (often, nth) = (words.next().ok_or_else(|| Refusal::new("field_empty"))?, words.next());
    match (often, nth, words.next()) {
        ("none" | "month" | "quarter", None, None) => Ok(often.to_owned()),
        ("month" | "quarter", Some(nth), None) => {
            working_day(nth).map(|day| format!("{often} {day}")).ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}

/// Text that must be there.
///
/// Refusals: `field_empty`, those of texts.
pub(super) fn filled(typed: &str, chars_max: usize) -> Result<String, Refusal> {
    let clean = text::clean(typed, chars_max)?;
    if clean.is_empty() { Err(Refusal::new("field_empty")) } else { Ok(clean) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_into_one_spelling() {
        for (setting, typed, stored) in [
            (Setting::TypedAbove, "1,500,000", "1500000.00"),
            (Setting::TypedAbove, "200万", "2000000.00"),
            (Setting::ChangedAccountDays, " ４５ ", "45"),
            (Setting::ChangedAccountDays, "365", "365"),
            (Setting::ReportingUnit, " 宁波市北仑区财政局 ", "宁波市北仑区财政局"),
            (Setting::HeadOfUnit, "王建国", "王建国"),
            (Setting::ReportsFrom, "2020-10", "2020-10"),
            (Setting::ReportDueDay, " ７ ", "7"),
            (Setting::PublicationDue, "quarter", "quarter"),
            (Setting::GrantsDetailDue, " month  ８", "month 8"),
            (Setting::DirectMonthlyDue, "none", "none"),
        ] {
            assert_eq!(setting.read(typed).as_deref(), Ok(stored), "{typed}");
        }
    }

    #[test]
    fn a_value_that_makes_no_sense_is_refused() {
        for (setting, typed, code) in [
            (Setting::TypedAbove, "", "field_empty"),
            (Setting::TypedAbove, "0", "amount_not_positive"),
            (Setting::TypedAbove, "1.234", "amount_decimals"),
            (Setting::ChangedAccountDays, "0", "setting_days"),
            (Setting::ChangedAccountDays, "366", "setting_days"),
            (Setting::ChangedAccountDays, "-3", "setting_days"),
            (Setting::ChangedAccountDays, "thirty", "setting_days"),
            (Setting::ReportingUnit, "  ", "field_empty"),
            (Setting::ReportsFrom, "", "field_empty"),
            (Setting::ReportsFrom, "2020-13", "month_form"),
            (Setting::ReportDueDay, "0", "setting_working_day"),
            (Setting::ReportDueDay, "21", "setting_working_day"),
            (Setting::PublicationDue, "", "field_empty"),
            (Setting::PublicationDue, "year", "setting_report_due"),
            (Setting::PublicationDue, "month 21", "setting_report_due"),
            (Setting::PublicationDue, "none 5", "setting_report_due"),
            (Setting::PublicationDue, "month 5 5", "setting_report_due"),
            (Setting::HeadOfUnit, &"王".repeat(61), "text_too_long"),
        ] {
            assert_eq!(setting.read(typed).unwrap_err().code, code, "{setting:?} {typed}");
        }
    }

    #[test]
    fn a_report_is_due_every_month_every_quarter_or_never() {
        assert_eq!(ReportDue::read("none"), None);
        assert_eq!(ReportDue::read("month"), Some(ReportDue { every: Every::Month, nth: None }));
        assert_eq!(ReportDue::read("quarter 8"), Some(ReportDue { every: Every::Quarter, nth: Some(8) }));
        for (setting, report) in Setting::DUE {
            assert_eq!(Setting::due_of(report), Some(setting));
            assert!(setting.is_due());
        }
        assert!(!Setting::ReportDueDay.is_due());
        assert_eq!(Setting::due_of("weather"), None);
    }

    #[test]
    fn every_setting_has_a_word_and_a_default_that_reads_as_itself() {
        for setting in Setting::ALL {
            assert_eq!(Setting::from_code(setting.code()), Some(setting));
            let value = setting.default_value();
            assert!(value.is_empty() || setting.read(value).as_deref() == Ok(value), "{setting:?}");
        }
        assert_eq!(Setting::from_code("colour"), None);
    }
}
