//! What a person sees of a sound file before it goes in: the first rows, totals by policy, warnings by kind.

use std::collections::BTreeMap;

use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

/// Rows that are shown one by one.
pub const ROWS_SHOWN: usize = 20;

/// A sound file at a glance. It stays small whatever the size of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// The first rows.
    pub first: Vec<RowShown>,
    /// By code of the policy: rows and their sum; of a `policies` file its budgets.
    pub policies: BTreeMap<String, PolicyTotal>,
    /// By code of the warning: how many rows have it and the first of them.
    pub warned: BTreeMap<String, Warned>,
}

/// One row as the preview shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowShown {
    /// Its line in the file.
    pub line: u64,
    /// 编号; of a policy its 文号.
    pub reference: String,
    /// The recipient, or the title of a policy.
    pub name: String,
    /// The recipient's number, a personal one masked; empty for a policy.
    pub number: String,
    /// Code of the policy.
    pub policy: String,
    /// 金额, or a policy's budget.
    pub amount: Fen,
    /// 发放日期.
    pub paid_on: Option<Day>,
    /// Whether somebody must look at it.
    pub is_warned: bool,
}

/// The rows of one policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyTotal {
    /// Rows.
    pub rows: i64,
    /// Their sum.
    pub sum: Fen,
}

/// The rows with one kind of warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warned {
    /// Rows.
    pub rows: i64,
    /// The line of the first of them.
    pub first_line: u64,
}

impl Preview {
    /// Takes a row in, with the codes of its warnings.
    pub fn add<'w>(&mut self, policy: &str, amount: Fen, line: u64, warnings: impl Iterator<Item = &'w str>) {
        // The lookup comes first, so that a million rows do not make a million keys.
        if let Some(total) = self.policies.get_mut(policy) {
            total.rows += 1;
            // What does not fit was refused with the file.
            total.sum = total.sum.checked_add(amount).unwrap_or(total.sum);
        } else {
            self.policies.insert(policy.to_owned(), PolicyTotal { rows: 1, sum: amount });
        }
        for code in warnings {
            if let Some(warned) = self.warned.get_mut(code) {
                warned.rows += 1;
            } else {
                self.warned.insert(code.to_owned(), Warned { rows: 1, first_line: line });
            }
        }
    }

    /// Whether another row would be shown.
    pub fn has_room(&self) -> bool {
        self.first.len() < ROWS_SHOWN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_by_policy_and_warnings_by_kind() {
        let mut preview = Preview::default();
        preview.add("A", Fen::new(100), 2, ["account_shared"].into_iter());
        preview.add("A", Fen::new(50), 3, ["account_shared", "same_amount"].into_iter());
        preview.add("B", Fen::new(7), 4, std::iter::empty());
        assert_eq!(preview.policies["A"], PolicyTotal { rows: 2, sum: Fen::new(150) });
        assert_eq!(preview.policies["B"].sum, Fen::new(7));
        assert_eq!(preview.warned["account_shared"], Warned { rows: 2, first_line: 2 });
        assert_eq!(preview.warned["same_amount"].first_line, 3);
    }
}
