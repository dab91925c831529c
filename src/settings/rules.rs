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
    /// 报送期限: by which working day of the next month they are.
    ReportDueDay,
}

impl Setting {
    /// All settings, in the order of the page.
    pub const ALL: [Self; 6] = [
        Self::TypedAbove,
        Self::ChangedAccountDays,
        Self::ReportingUnit,
        Self::HeadOfUnit,
        Self::ReportsFrom,
        Self::ReportDueDay,
    ];

    /// The word of events, tables and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TypedAbove => "typed_above",
            Self::ChangedAccountDays => "changed_account_days",
            Self::ReportingUnit => "reporting_unit",
            Self::HeadOfUnit => "head_of_unit",
            Self::ReportsFrom => "reports_from",
            Self::ReportDueDay => "report_due_day",
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
        }
    }

    /// Whether its value is an amount.
    pub const fn is_amount(self) -> bool {
        matches!(self, Self::TypedAbove)
    }

    /// A value as it is stored, from what somebody typed.
    ///
    /// Refusals: `field_empty`, those of amounts and texts; `amount_not_positive`; `setting_days` (`most`);
    /// `month_form`; `setting_working_day` (`most`).
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
                let day = text::fold(typed).parse().ok().filter(|day| (1..=WORKING_DAY_MAX).contains(day));
                day.map(|day: i64| day.to_string())
                    .ok_or_else(|| Refusal::new("setting_working_day").with("most", WORKING_DAY_MAX))
            }
        }
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
            (Setting::HeadOfUnit, &"王".repeat(61), "text_too_long"),
        ] {
            assert_eq!(setting.read(typed).unwrap_err().code, code, "{setting:?} {typed}");
        }
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
