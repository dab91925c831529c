//! What names an account at a bank: the interbank code 联行号 and the account number 账号.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::text;

/// How long an account number may be: the shortest in use, and the longest of ISO 13616.
const ACCOUNT_DIGITS: std::ops::RangeInclusive<usize> = 5..=34;

/// A bank's number in the national payment system (CNAPS): 12 digits = bank 3, city 4, branch 4, check 1.
///
/// Serde reads what the book stored without checking it again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BankCode(String);

impl BankCode {
    /// Reads 12 digits, with blanks, hyphens and width taken away.
    ///
    /// Refusals: `bank_code_empty`, `bank_code_scientific`, `bank_code_characters`, `bank_code_lost_zero` (11 digits),
    /// `bank_code_length` (`length`).
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if text::is_scientific(text) {
            return Err(Refusal::new("bank_code_scientific"));
        }
        let code = text::compact(text);
        if code.is_empty() {
            return Err(Refusal::new("bank_code_empty"));
        }
        if !text::is_digits(&code) {
            return Err(Refusal::new("bank_code_characters"));
        }
        match code.len() {
            12 => Ok(Self(code)),
            11 => Err(Refusal::new("bank_code_lost_zero")),
            length => Err(Refusal::new("bank_code_length").with("length", length)),
        }
    }

    /// The 12 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the last digit is right by ISO 7064 MOD 11,10.
    ///
    /// A warning only: real codes keep to it, but no official text was found that says so.
    pub fn check_ok(&self) -> bool {
        text::mod_11_10_ok(&self.0)
    }

    /// What a second person should look at: `bank_code_check`, or nothing.
    pub fn warning(&self) -> Option<Refusal> {
        (!self.check_ok()).then(|| Refusal::new("bank_code_check"))
    }

    /// In groups of four for reading.
    pub fn grouped(&self) -> String {
        text::in_fours(&self.0)
    }
}

impl fmt::Display for BankCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An account number: 5 to 34 digits, with blanks, hyphens and width taken away. Leading zeros are kept.
///
/// Refusals: `account_empty`, `account_scientific`, `account_characters`, `account_length` (`length`).
pub fn parse_account(text: &str) -> Result<String, Refusal> {
    if text::is_scientific(text) {
        return Err(Refusal::new("account_scientific"));
    }
    let number = text::compact(text);
    if number.is_empty() {
        return Err(Refusal::new("account_empty"));
    }
    if !text::is_digits(&number) {
        return Err(Refusal::new("account_characters"));
    }
    if !ACCOUNT_DIGITS.contains(&number.len()) {
        return Err(Refusal::new("account_length").with("length", number.len()));
    }
    Ok(number)
}

/// An account number as screens show it: `****4029`. A number of four characters or fewer is hidden whole.
pub fn mask_account(number: &str) -> String {
    let length = number.chars().count();
    let shown = if length > 4 { number.chars().skip(length - 4).collect() } else { String::new() };
    format!("****{shown}")
}

/// An account number in groups of four for reading: `9757 0933 0130 0454 029`.
pub fn group_account(number: &str) -> String {
    text::in_fours(number)
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    fn bank(text: &str) -> &'static str {
        BankCode::parse(text).map_or_else(|refusal| refusal.code, |_| "ok")
    }

    fn account(text: &str) -> &'static str {
        parse_account(text).map_or_else(|refusal| refusal.code, |_| "ok")
    }

    #[test]
    fn a_bank_code_is_twelve_digits_however_typed() {
        assert_eq!(BankCode::parse(" 1023-3200 ６１２３").unwrap().as_str(), "102332006123");
        assert_eq!(BankCode::parse("'102332006123").unwrap().grouped(), "1023 3200 6123");
    }

    #[test]
    fn a_wrong_bank_code_is_refused_for_what_is_wrong() {
        assert_eq!(bank(""), "bank_code_empty");
        assert_eq!(bank("1.02332E+11"), "bank_code_scientific");
        assert_eq!(bank("10233200612A"), "bank_code_characters");
        assert_eq!(bank("01100001000"), "bank_code_lost_zero");
        assert_eq!(bank("1023320061"), "bank_code_length");
        assert_eq!(bank("1023320061234"), "bank_code_length");
    }

    #[test]
    fn a_wrong_check_digit_of_a_bank_is_a_warning() {
        let right: Vec<String> =
            (0..10).map(|d| format!("10233200612{d}")).filter(|c| BankCode::parse(c).unwrap().check_ok()).collect();
        assert_eq!(right.len(), 1);
        let wrong = if right[0].ends_with('3') { "102332006124" } else { "102332006123" };
        assert_eq!(BankCode::parse(wrong).unwrap().warning().unwrap().code, "bank_code_check");
        assert!(BankCode::parse(&right[0]).unwrap().warning().is_none());
    }

    #[test]
    fn head_offices_of_the_large_banks_have_right_check_digits() {
        for code in ["102100099996", "103100000026", "104100000004", "105100000017"] {
            assert!(BankCode::parse(code).unwrap().check_ok(), "{code}");
        }
    }

    #[test]
    fn an_account_number_keeps_its_zeros_and_loses_its_blanks() {
        assert_eq!(parse_account(" 0011-2233 ４４５５\u{00A0}").unwrap(), "001122334455");
        assert_eq!(parse_account("12345").unwrap(), "12345");
    }

    #[test]
    fn a_wrong_account_number_is_refused_for_what_is_wrong() {
        assert_eq!(account(" - "), "account_empty");
        assert_eq!(account("6.22E+18"), "account_scientific");
        assert_eq!(account("6222020200112230000.0"), "account_characters");
        assert_eq!(account("62220****0011"), "account_characters");
        assert_eq!(account("1234"), "account_length");
        assert_eq!(account(&"1".repeat(35)), "account_length");
    }

    #[test]
    fn a_masked_account_shows_four_digits_and_not_how_many_there_are() {
        assert_eq!(mask_account("9757093301300454029"), "****4029");
        assert_eq!(mask_account("1234"), "****");
        assert_eq!(mask_account(""), "****");
        assert_eq!(group_account("9757093301300454029"), "9757 0933 0130 0454 029");
    }

    proptest! {
        #[test]
        fn grouping_and_reading_are_inverse(number in "[0-9]{5,34}") {
            prop_assert_eq!(parse_account(&group_account(&number)).unwrap(), number);
        }

        #[test]
        fn masking_never_shows_more_than_four(number in "[0-9]{1,34}") {
            let shown = mask_account(&number).chars().filter(char::is_ascii_digit).count();
            let allowed = if number.len() > 4 { 4 } else { 0 };
            prop_assert_eq!(shown, allowed);
        }

        #[test]
        fn any_text_is_read_or_refused_without_stopping(text in any::<String>()) {
            let _ = (BankCode::parse(&text), parse_account(&text), mask_account(&text));
        }
    }
}
