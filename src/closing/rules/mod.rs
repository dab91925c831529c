//! What is looked at before months are closed, what a year end decides, and what the monthly report adds up. Pure.

mod monthly;
mod year_end;

pub use monthly::{Bucket, Figures, Flow, Flowed, figures};
pub use year_end::{Chosen, Decided, Decision, Line, Rest, Unpaid, UnpaidGrant, decide, taken_back_moves};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::kernel::money::Fen;
use crate::kernel::{Refusal, text};
use crate::periods::Month;
use crate::reconciliation::Subject;

/// Longest reason, in characters.
const REASON_MAX: usize = 500;

/// What may be open when months are to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// 未验证: the book was not verified since money last moved in these months, or it does not hold.
    NotVerified,
    /// 未对平: the sums of bank and book, a statement or the ledger's own stages differ.
    NotBalanced,
    /// 未签认: accounts and batches that moved in these months without a reconciliation that two people signed.
    NotSigned,
    /// 银行未答复: payments released in these months that the bank has not answered.
    Unanswered,
    /// 未处理差异: differences about payments released in these months.
    Differences,
    /// 待批的撤销: files of the bank and imports that somebody wants undone.
    UndoWaits,
    /// 待放行批次: batches that nobody released.
    BatchesWait,
    /// 待复核发放: grants applied for in these months or before that wait for review.
    GrantsWait,
    /// 待复核导入: files that wait for review.
    ImportsWait,
    /// 待批预算: budgets that would take effect in these months and wait for a second person.
    BudgetsWait,
}

impl Item {
    /// All of them, those that bar first.
    pub const ALL: [Self; 10] = [
        Self::NotVerified,
        Self::NotBalanced,
        Self::NotSigned,
        Self::Unanswered,
        Self::Differences,
        Self::UndoWaits,
        Self::BatchesWait,
        Self::GrantsWait,
        Self::ImportsWait,
        Self::BudgetsWait,
    ];

    /// The key of its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NotVerified => "closing.item.not_verified",
            Self::NotBalanced => "closing.item.not_balanced",
            Self::NotSigned => "closing.item.not_signed",
            Self::Unanswered => "closing.item.unanswered",
            Self::Differences => "closing.item.differences",
            Self::UndoWaits => "closing.item.undo_waits",
            Self::BatchesWait => "closing.item.batches_wait",
            Self::GrantsWait => "closing.item.grants_wait",
            Self::ImportsWait => "closing.item.imports_wait",
            Self::BudgetsWait => "closing.item.budgets_wait",
        }
    }

    /// The field of its reason.
    pub const fn field(self) -> &'static str {
        match self {
            Self::NotVerified => "not_verified",
            Self::NotBalanced => "not_balanced",
            Self::NotSigned => "not_signed",
            Self::Unanswered => "unanswered",
            Self::Differences => "differences",
            Self::UndoWaits => "undo_waits",
            Self::BatchesWait => "batches_wait",
            Self::GrantsWait => "grants_wait",
            Self::ImportsWait => "imports_wait",
            Self::BudgetsWait => "budgets_wait",
        }
    }

    /// Why it stands in the way of closing, if it does; else a reason is enough.
    pub const fn bars(self) -> Option<&'static str> {
        match self {
            Self::NotVerified => Some("closing_not_verified"),
            Self::NotBalanced => Some("closing_not_balanced"),
            Self::NotSigned => Some("closing_not_signed"),
            _ => None,
        }
    }
}

/// A verification of the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// The head that was verified.
    pub position: i64,
    /// Its root.
    pub root: String,
}

/// Something that is open, and why it may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// What.
    pub item: Item,
    /// How many.
    pub found: i64,
    /// Why it may stay open.
    pub reason: String,
}

/// What was found about months that are to be closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The months.
    pub months: Vec<Month>,
    /// Where the money of each allotment stands at their end.
    pub lines: Vec<Standing>,
    /// What is open, with how many.
    pub open: BTreeMap<Item, i64>,
    /// What moved in these months and nobody signed.
    pub unsigned: Vec<Subject>,
    /// At the end of a year: the grants that are approved and not on their way.
    pub unpaid: Vec<UnpaidGrant>,
}

/// Where the money of an allotment stands at the end of months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The allotment.
    pub allotment: i64,
    /// The policy.
    pub policy: i64,
    /// Code of the policy and number of the allotment's document.
    pub name: String,
    /// What was appropriated.
    pub budget: Fen,
    /// 可用.
    pub available: Fen,
    /// 应付.
    pub payable: Fen,
    /// 在途.
    pub in_transit: Fen,
    /// 已发放.
    pub disbursed: Fen,
    /// At the end of a year: so much of what was available nothing has needed since.
    pub spare: Fen,
    /// At the end of a year: what is payable for grants that are not on their way.
    pub unpaid: Fen,
}

impl Facts {
    /// The last month.
    pub fn last(&self) -> Option<Month> {
        self.months.last().copied()
    }

    /// Whether a year ends with these months.
    pub fn ends_year(&self) -> bool {
        self.last().is_some_and(Month::ends_year)
    }

    /// Holds that nothing bars, and that what is open was acknowledged with a reason.
    ///
    /// # Errors
    /// `closing_not_verified`, `closing_not_balanced`, `closing_not_signed`; `reason_needed` at each open item.
    pub fn acknowledged(&self, reasons: &BTreeMap<String, String>) -> Result<Vec<Noted>, Vec<Refusal>> {
        let (mut noted, mut wrong) = (Vec::new(), Vec::new());
        for (item, found) in &self.open {
            let typed = reasons.get(item.field()).map_or("", String::as_str);
            match (item.bars(), text::clean(&typed.replace('\n', " "), REASON_MAX)) {
                (Some(code), _) => wrong.push(Refusal::new(code)),
                (None, Err(refusal)) => wrong.push(refusal.at(item.field())),
                (None, Ok(reason)) if reason.is_empty() => wrong.push(Refusal::new("reason_needed").at(item.field())),
                (None, Ok(reason)) => noted.push(Noted { item: *item, found: *found, reason }),
            }
        }
        if wrong.is_empty() { Ok(noted) } else { Err(wrong) }
    }

    /// Whether the same is open as was noted: no more, no less.
    pub fn is_open_as(&self, noted: &[Noted]) -> bool {
        let noted: BTreeMap<Item, i64> = noted.iter().map(|noted| (noted.item, noted.found)).collect();
        self.open == noted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(open: &[(Item, i64)]) -> Facts {
        let months = vec![Month::parse("2020-03").unwrap()];
        Facts {
            months,
            lines: Vec::new(),
            open: open.iter().copied().collect(),
            unsigned: Vec::new(),
            unpaid: Vec::new(),
        }
    }

    fn reasons(typed: &[(Item, &str)]) -> BTreeMap<String, String> {
        typed.iter().map(|(item, reason)| (item.field().to_owned(), (*reason).to_owned())).collect()
    }

    #[test]
    fn what_bars_cannot_be_reasoned_away() {
        for item in Item::ALL {
            let refused = facts(&[(item, 2)]).acknowledged(&reasons(&[(item, "已知悉")]));
            assert_eq!(refused.is_err(), item.bars().is_some(), "{item:?}");
            assert_eq!(item.key(), format!("closing.item.{}", item.field()));
            assert_eq!(serde_json::to_string(&item).unwrap(), format!("\"{}\"", item.field()));
        }
    }

    #[test]
    fn each_open_item_needs_its_own_reason_and_is_told_at_its_field() {
        let open = facts(&[(Item::Unanswered, 3), (Item::GrantsWait, 1)]);
        let wrong = open.acknowledged(&reasons(&[(Item::Unanswered, "次月到账")])).unwrap_err();
        assert_eq!(
            wrong.iter().map(|refusal| (refusal.code, refusal.field)).collect::<Vec<_>>(),
            [("reason_needed", Some("grants_wait"))]
        );
        let noted = open.acknowledged(&reasons(&[(Item::Unanswered, "次月到账"), (Item::GrantsWait, "下月复核")]));
        let noted = noted.unwrap();
        assert!(open.is_open_as(&noted));
        assert!(!facts(&[(Item::Unanswered, 2), (Item::GrantsWait, 1)]).is_open_as(&noted), "one fewer");
        assert!(!facts(&[(Item::Unanswered, 3)]).is_open_as(&noted));
        assert_eq!(facts(&[]).acknowledged(&reasons(&[])).unwrap(), []);
    }
}
