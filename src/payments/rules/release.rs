//! What a releaser must have looked at: the sum, accounts that were changed, account numbers that several recipients share.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::kernel::money::Fen;
use crate::kernel::{Refusal, text};

/// Longest answer to who confirmed and through which number, in characters.
const CONFIRMED_CHARS_MAX: usize = 60;
/// Longest explanation, in characters.
const EXPLANATION_CHARS_MAX: usize = 500;

/// How a changed account was confirmed, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// The account on file.
    pub account: i64,
    /// With whom.
    pub with: String,
    /// Through which number that was on file already.
    pub through: String,
}

/// Why several recipients are paid to one account number, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The number.
    pub account_number: String,
    /// Why.
    pub explanation: String,
}

/// What a releaser says: the digest of what was shown, the sum if it must be typed, what was confirmed and explained.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseForm {
    /// Hex root over the leaf hashes of the payments' events.
    pub digest: String,
    /// The sum as typed.
    #[serde(default)]
    pub typed_sum: String,
    /// Changed accounts.
    #[serde(default)]
    pub confirmed: Vec<Confirmation>,
    /// Shared account numbers.
    #[serde(default)]
    pub explained: Vec<Explanation>,
}

impl From<String> for ReleaseForm {
    /// A release that needs no more than its digest.
    fn from(digest: String) -> Self {
        Self { digest, ..Self::default() }
    }
}

/// A changed account that a releaser confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountConfirmed {
    /// The account on file.
    pub account: i64,
    /// Its number.
    pub account_number: String,
    /// With whom. Empty where that is sealed, as it is in all but the oldest books.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub with: String,
    /// Through which number that was on file already. Empty where that is sealed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub through: String,
}

/// With whom and through which number an account was confirmed. It is somebody's name and telephone, which need not be
/// kept for as long as the book: it is sealed beside it and can be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The account on file.
    pub account: i64,
    /// With whom.
    pub with: String,
    /// Through which number.
    pub through: String,
}

impl AccountConfirmed {
    /// What the book keeps, and what is sealed beside it.
    pub fn apart(self) -> (Self, Contact) {
        let Self { account, account_number, with, through } = self;
        let kept = Self { account, account_number, with: String::new(), through: String::new() };
        (kept, Contact { account, with, through })
    }
}

/// An account number of several recipients that a releaser explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountExplained {
    /// The number.
    pub account_number: String,
    /// How many recipients of the batch have it.
    pub recipients: i64,
    /// Why.
    pub explanation: String,
}

/// Whether what somebody typed is the sum of a release above the limit from which on it is typed.
///
/// Refusals: those of amounts; `typed_sum_differs`.
pub fn typed_sum(typed: &str, sum: Fen, above: Fen) -> Result<(), Refusal> {
    if sum <= above {
        return Ok(());
    }
    if Fen::parse_with_units(typed)? == sum { Ok(()) } else { Err(Refusal::new("typed_sum_differs")) }
}

/// What was confirmed of the accounts that must be: id and number of each.
///
/// Refusals: `accounts_not_confirmed` (`n`); those of texts.
pub fn confirmed(changed: &[(i64, String)], said: &[Confirmation]) -> Result<Vec<AccountConfirmed>, Refusal> {
    let mut all = Vec::with_capacity(changed.len());
    for (account, number) in changed {
        let Some(one) = said.iter().find(|one| one.account == *account) else { continue };
        let with = text::clean(&one.with, CONFIRMED_CHARS_MAX)?;
        let through = text::clean(&one.through, CONFIRMED_CHARS_MAX)?;
        if !with.is_empty() && !through.is_empty() {
            all.push(AccountConfirmed { account: *account, account_number: number.clone(), with, through });
        }
    }
    match changed.len() - all.len() {
        0 => Ok(all),
        missing => Err(Refusal::new("accounts_not_confirmed").with("n", missing)),
    }
}

/// What was explained of the numbers that must be: each with how many recipients have it.
///
/// Refusals: `accounts_not_explained` (`n`, `numbers`); those of texts.
pub fn explained(shared: &[(String, i64)], said: &[Explanation]) -> Result<Vec<AccountExplained>, Refusal> {
    let mut all = Vec::with_capacity(shared.len());
    for (number, recipients) in shared {
        let Some(one) = said.iter().find(|one| one.account_number == *number) else { continue };
        let explanation = text::clean(&one.explanation, EXPLANATION_CHARS_MAX)?;
        if !explanation.is_empty() {
            all.push(AccountExplained { account_number: number.clone(), recipients: *recipients, explanation });
        }
    }
    let done: BTreeSet<&str> = all.iter().map(|one| one.account_number.as_str()).collect();
    let missing: Vec<&str> = shared.iter().map(|one| one.0.as_str()).filter(|number| !done.contains(number)).collect();
    if missing.is_empty() {
        return Ok(all);
    }
    Err(Refusal::new("accounts_not_explained").with("n", missing.len()).with("numbers", missing.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_sum_is_typed_and_a_small_one_is_not() {
        let limit = Fen::new(100_000_000);
        let above = Fen::new(limit.get() + 1);
        assert_eq!(typed_sum("", limit, limit), Ok(()));
        assert_eq!(typed_sum("1,000,000.01", above, limit), Ok(()));
        assert_eq!(typed_sum("1000000.00", above, limit).unwrap_err().code, "typed_sum_differs");
        assert!(typed_sum("", above, limit).is_err());
        assert_eq!(typed_sum("", above, above), Ok(()), "the limit is the book's");
    }

    fn said(account: i64, with: &str, through: &str) -> Confirmation {
        Confirmation { account, with: with.into(), through: through.into() }
    }

    #[test]
    fn every_changed_account_is_confirmed_with_somebody_and_through_a_number() {
        let changed = [(7, "6222".to_owned()), (9, "6228".to_owned())];
        let whole = [said(9, "李会计", "86780001"), said(7, " 王芳 ", "86780002"), said(8, "无关", "1")];
        let all = confirmed(&changed, &whole).unwrap();
        assert_eq!(all.len(), 2, "what need not be confirmed is not written down");
        assert_eq!((all[0].account, all[0].account_number.as_str(), all[0].with.as_str()), (7, "6222", "王芳"));
        for half in [vec![], vec![said(7, "王芳", "")], vec![said(7, " ", "86780002")], vec![said(9, "李", "8")]] {
            let refusal = confirmed(&changed, &half).unwrap_err();
            assert_eq!(refusal.code, "accounts_not_confirmed", "{half:?}");
        }
        assert_eq!(confirmed(&changed, &whole[..1]).unwrap_err().facts, [("n", "1".to_owned())]);
        assert_eq!(confirmed(&changed, &[said(7, &"王".repeat(61), "1")]).unwrap_err().code, "text_too_long");
        assert_eq!(confirmed(&[], &[]), Ok(vec![]));
    }

    #[test]
    fn a_name_and_a_telephone_are_set_apart_and_older_books_are_read() {
        let old = r#"{"account":7,"account_number":"6222","with":"王芳","through":"86780002"}"#;
        let (kept, contact) = serde_json::from_str::<AccountConfirmed>(old).unwrap().apart();
        assert_eq!((contact.with.as_str(), contact.through.as_str()), ("王芳", "86780002"));
        let new = r#"{"account":7,"account_number":"6222"}"#;
        assert_eq!(serde_json::to_string(&kept).unwrap(), new);
        assert_eq!(serde_json::from_str::<AccountConfirmed>(new).unwrap(), kept);
    }

    #[test]
    fn every_number_of_several_recipients_is_explained() {
        let shared = [("6222".to_owned(), 3), ("6228".to_owned(), 2)];
        let why = |number: &str, why: &str| Explanation { account_number: number.into(), explanation: why.into() };
        let all = explained(&shared, &[why("6228", "同一房东"), why("6222", "同一贷款银行")]).unwrap();
        assert_eq!((all[0].recipients, all[0].explanation.as_str()), (3, "同一贷款银行"));
        let refusal = explained(&shared, &[why("6228", "同一房东"), why("6222", " ")]).unwrap_err();
        assert_eq!(refusal.code, "accounts_not_explained");
        assert_eq!(refusal.facts, [("n", "1".to_owned()), ("numbers", "6222".to_owned())]);
        assert_eq!(explained(&[], &[]), Ok(vec![]));
    }
}
