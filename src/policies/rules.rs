//! What a policy must say, how a grant is shared among its allotments, and who may confirm what.

use serde::{Deserialize, Serialize};

use crate::funds::Stage;
use crate::kernel::codes::Instrument;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Refusal, text};

/// Longest code of a policy.
const CODE_CHARS: usize = 40;
/// Longest title, number of a document, name of a department.
const TITLE_CHARS: usize = 200;

/// Where the money of an allotment comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 中央
    Central,
    /// 省
    Province,
    /// 市
    City,
    /// 区
    District,
}

impl Level {
    /// All levels from the top.
    pub const ALL: [Self; 4] = [Self::Central, Self::Province, Self::City, Self::District];

    /// The word of tables and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Central => "central",
            Self::Province => "province",
            Self::City => "city",
            Self::District => "district",
        }
    }

    /// Reads the word of tables and files, or its Chinese.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "central" | "中央" => Some(Self::Central),
            "province" | "省" => Some(Self::Province),
            "city" | "市" => Some(Self::City),
            "district" | "区" | "" => Some(Self::District),
            _ => None,
        }
    }
}

/// Budget of a policy from one source, before it is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAllotment {
    /// Number of the document that allots it (指标文号).
    pub document_number: String,
    /// Level of the source.
    pub level: Level,
    /// Whether it is 直达 money.
    pub direct: bool,
    /// Fiscal year.
    pub fiscal_year: i64,
    /// Functional class (功能分类), may be empty.
    pub functional_class: String,
    /// Economic class (经济分类), may be empty.
    pub economic_class: String,
    /// Department, may be empty.
    pub department: String,
    /// Its share of each grant, relative to the policy's other allotments; above zero.
    pub share: i64,
    /// The first appropriation.
    pub amount: Fen,
    /// From when the money is there.
    pub starts_on: Day,
}

/// A policy before it is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPolicy {
    /// 政策编号.
    pub code: String,
    /// 政策名称.
    pub title: String,
    /// 文号.
    pub document_number: String,
    /// 资金方式.
    pub instrument: Instrument,
    /// First day on which it can be applied for.
    pub starts_on: Day,
    /// Last day on which it can be applied for.
    pub ends_on: Day,
    /// Most that one recipient may get under it; none is no limit.
    pub cap: Option<Fen>,
    /// At least one.
    pub allotments: Vec<NewAllotment>,
}

impl NewPolicy {
    /// A policy with one default allotment: its own document, the district's money, all of the budget.
    pub fn with_budget(
        code: String,
        title: String,
        document_number: String,
        instrument: Instrument,
        (starts_on, ends_on): (Day, Day),
        cap: Option<Fen>,
        budget: Fen,
    ) -> Self {
        let allotment = NewAllotment {
            document_number: document_number.clone(),
            level: Level::District,
            direct: false,
            fiscal_year: i64::from(starts_on.year()),
            functional_class: String::new(),
            economic_class: String::new(),
            department: String::new(),
            share: 1,
            amount: budget,
            starts_on,
        };
        Self { code, title, document_number, instrument, starts_on, ends_on, cap, allotments: vec![allotment] }
    }

    /// Everything that is wrong with it, each at its field; empty if nothing is.
    pub fn faults(&self) -> Vec<Refusal> {
        let mut faults = Vec::new();
        if !is_code(&self.code) {
            faults.push(Refusal::new("policy_code").at("code").with("max", CODE_CHARS));
        }
        for (field, value) in [("title", &self.title), ("document_number", &self.document_number)] {
            match text::clean(value, TITLE_CHARS) {
                Err(refusal) => faults.push(refusal.at(field)),
                Ok(clean) if clean.is_empty() => faults.push(Refusal::new("field_empty").at(field)),
                Ok(_) => {}
            }
        }
        faults.extend(window_fault(self.starts_on, self.ends_on));
        if self.cap.is_some_and(|cap| cap <= Fen::ZERO) {
            faults.push(Refusal::new("amount_not_positive").at("per_recipient_cap"));
        }
        if self.allotments.is_empty() || self.allotments.iter().any(|a| a.amount <= Fen::ZERO) {
            faults.push(Refusal::new("amount_not_positive").at("budget"));
        }
        if self.allotments.iter().any(|a| a.share <= 0) {
            faults.push(Refusal::new("allotment_share").at("share"));
        }
        faults
    }

    /// The whole budget. `None` on overflow.
    pub fn budget(&self) -> Option<Fen> {
        Fen::sum(self.allotments.iter().map(|a| a.amount))
    }
}

/// A window must not end before it starts.
pub fn window_fault(starts_on: Day, ends_on: Day) -> Option<Refusal> {
    (ends_on < starts_on).then(|| Refusal::new("window_order").at("ends_on"))
}

fn is_code(code: &str) -> bool {
    let count = code.chars().count();
    (1..=CODE_CHARS).contains(&count)
        && code.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '〔' | '〕'))
}

/// Shares an amount among allotments by their shares, fen by largest remainder; parts of zero are left out.
pub fn split(amount: Fen, allotments: &[(i64, i64)]) -> Option<Vec<(i64, Fen)>> {
    let shares = allotments.iter().map(|(_, share)| u64::try_from(*share).ok()).collect::<Option<Vec<_>>>()?;
    let parts = amount.split(&shares)?;
    Some(allotments.iter().map(|(id, _)| *id).zip(parts).filter(|(_, part)| *part > Fen::ZERO).collect())
}

/// Whether budget is added or taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// source → available.
    Increase,
    /// available → source.
    Reduce,
}

impl Direction {
    /// The word of tables.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Increase => "increase",
            Self::Reduce => "reduce",
        }
    }

    /// From which stage to which.
    pub const fn stages(self) -> (Stage, Stage) {
        match self {
            Self::Increase => (Stage::Source, Stage::Available),
            Self::Reduce => (Stage::Available, Stage::Source),
        }
    }
}

/// How far a change or a policy has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waits for a second person.
    Pending,
    /// In force.
    Open,
    /// No longer applied for.
    Closed,
    /// Not taken.
    Refused,
    /// Taken out of its file before the file was decided.
    Struck,
}

impl State {
    /// All states, in the order of a life.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Open, Self::Closed, Self::Refused, Self::Struck];

    /// The word of tables.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Refused => "refused",
            Self::Struck => "struck",
        }
    }

    /// Reads the word of tables.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether it holds its code: a policy that was refused or struck gives it free.
    pub const fn holds_code(self) -> bool {
        !matches!(self, Self::Refused | Self::Struck)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn policy() -> NewPolicy {
        let day = |m| Day::new(2020, m, 10).unwrap();
        NewPolicy::with_budget(
            "BL2020-01".into(),
            "房租补助".into(),
            "仑政办〔2020〕11号".into(),
            Instrument::Grant,
            (day(2), day(12)),
            None,
            Fen::new(100),
        )
    }

    #[test]
    fn a_policy_says_everything_that_is_wrong_with_it_at_once() {
        assert_eq!(policy().faults(), vec![]);
        let mut bad = policy();
        bad.code = "a b".into();
        bad.title = " ".into();
        bad.ends_on = bad.starts_on.plus_days(-1);
        bad.cap = Some(Fen::ZERO);
        bad.allotments[0].amount = Fen::ZERO;
        let codes: Vec<&str> = bad.faults().iter().map(|f| f.code).collect();
        assert_eq!(codes, ["policy_code", "field_empty", "window_order", "amount_not_positive", "amount_not_positive"]);
    }

    #[test]
    fn every_state_is_read_back_and_only_what_was_not_taken_gives_its_code_free() {
        for state in State::ALL {
            assert_eq!(State::from_code(state.code()), Some(state));
            assert_eq!(state.holds_code(), !matches!(state, State::Refused | State::Struck));
        }
    }

    proptest! {
        #[test]
        fn the_parts_of_a_grant_add_up_to_it(fen in 1_i64..1_000_000_000, shares in proptest::collection::vec(1_i64..100, 1..6)) {
            let allotments: Vec<(i64, i64)> = shares.iter().copied().enumerate().map(|(n, s)| (i64::try_from(n).unwrap() + 1, s)).collect();
            let parts = split(Fen::new(fen), &allotments).unwrap();
            prop_assert_eq!(Fen::sum(parts.iter().map(|p| p.1)).unwrap(), Fen::new(fen));
            prop_assert!(parts.iter().all(|p| p.1 > Fen::ZERO));
        }
    }
}
