//! The unified social credit code 统一社会信用代码 (GB 32100-2015): 18 characters = registering department, category,
//! six digits of division (GB/T 2260), nine characters of organisation code (GB 11714), check character.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::text;

/// The 31 characters of GB 32100-2015: the letters I, O, S, V and Z do not occur.
/// Characters of a code.
const CODE_CHARS: usize = 18;

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Weights of the first 17 characters: powers of 3 modulo 31.
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// Weights of the organisation code's first eight characters (GB 11714).
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// Registering departments and the categories of each. G (overseas NGOs) is not in the standard of 2015 but in use.
const DEPARTMENTS: [(u8, &[u8]); 13] = [
    (b'1', b"1239"),   // 机构编制
    (b'2', b"19"),     // 外交
    (b'3', b"123459"), // 司法行政
    (b'4', b"19"),     // 文化
    (b'5', b"1239"),   // 民政
    (b'6', b"129"),    // 旅游
    (b'7', b"129"),    // 宗教
    (b'8', b"19"),     // 工会
    (b'9', b"123"),    // 市场监管 (工商)
    (b'A', b"19"),     // 军委
    (b'N', b"1239"),   // 农业农村
    (b'Y', b"1"),      // 其他
    (b'G', b"1"),      // 境外非政府组织
];

/// First two digits of a division: 10 stands for the state, 66 and 99 are used for the Xinjiang corps.
const PROVINCES: [&str; 37] = [
    "10", "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43",
    "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "66", "71", "81", "82", "99",
];

/// A unified social credit code in capitals without blanks, e.g. `91330206MANH5DXR88`.
///
/// Made by [`Uscc::parse`]. Serde reads what the book stored without checking it again, so that an old event stays
/// readable when the rules here change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Uscc(String);

impl Uscc {
    /// Reads a code as people type and paste it: any case, any width, blanks, hyphens.
    ///
    /// Refusals: `uscc_empty`, `uscc_scientific`, `uscc_masked`, `uscc_old_registration` (15 digits),
    /// `uscc_resident_id`, `uscc_length` (`length`), `uscc_letter` (`character`, `place` from 1), `uscc_department`
    /// (`found`), `uscc_division` (`found`), `uscc_check`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        // A right code may be digits with one letter E; a spreadsheet's 9.13E+17 never has 18 characters.
        if text.trim().chars().count() != CODE_CHARS && text::is_scientific(text) {
            return Err(Refusal::new("uscc_scientific"));
        }
        let code = text::compact(text);
        match check(&code) {
            Ok(()) => {}
            Err(_) if resident_id_ok(&code) => return Err(Refusal::new("uscc_resident_id")),
            Err(refusal) => return Err(refusal),
        }
        let uscc = Self(code);
        // One in some hundred personal numbers passes the checks above; the organisation code tells them apart.
        if !uscc.organisation_digit_ok() && resident_id_ok(&uscc.0) {
            return Err(Refusal::new("uscc_resident_id"));
        }
        Ok(uscc)
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The six digits of the registering authority's division (GB/T 2260).
    pub fn division(&self) -> &str {
        self.0.get(2..8).unwrap_or_default()
    }

    /// Department and category, e.g. `91` for an enterprise, `92` for a sole trader.
    pub fn department(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }

    /// Whether the organisation code inside ends in its own check character (GB 11714).
    ///
    /// A warning only: no rule says that a code may be refused for it.
    pub fn organisation_digit_ok(&self) -> bool {
        let Some(organisation) = self.0.as_bytes().get(8..17) else { return false };
        let sum: u32 = organisation.iter().zip(ORGANISATION_WEIGHTS).map(|(byte, weight)| base36(*byte) * weight).sum();
        let check = match (11 - sum % 11) % 11 {
            10 => b'X',
            digit => ALPHABET[digit as usize],
        };
        organisation.last() == Some(&check)
    }

    /// What a second person should look at: `uscc_organisation_digit`, or nothing.
    pub fn warning(&self) -> Option<Refusal> {
        (!self.organisation_digit_ok()).then(|| Refusal::new("uscc_organisation_digit"))
    }

    /// In groups of four for reading: `9133 0206 MANH 5DXR 88`.
    pub fn grouped(&self) -> String {
        text::in_fours(&self.0)
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Everything that is hard about a compacted code, the most telling fault first.
fn check(code: &str) -> Result<(), Refusal> {
    if code.is_empty() {
        return Err(Refusal::new("uscc_empty"));
    }
    if code.contains('*') {
        return Err(Refusal::new("uscc_masked"));
    }
    let length = code.chars().count();
    if length == 15 && text::is_digits(code) {
        return Err(Refusal::new("uscc_old_registration"));
    }
    if length != 18 {
        return Err(Refusal::new("uscc_length").with("length", length));
    }
    let values = values(code)?;
    let found = code.get(..2).unwrap_or_default();
    if !department_ok(found.as_bytes()) {
        return Err(Refusal::new("uscc_department").with("found", found));
    }
    let found = code.get(2..8).unwrap_or_default();
    if !division_ok(found) {
        return Err(Refusal::new("uscc_division").with("found", found));
    }
    let sum: u32 = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    if values.last() != Some(&((31 - sum % 31) % 31)) {
        return Err(Refusal::new("uscc_check"));
    }
    Ok(())
}

/// The characters as places in the alphabet.
fn values(code: &str) -> Result<Vec<u32>, Refusal> {
    let mut values = Vec::with_capacity(18);
    for (index, character) in code.chars().enumerate() {
        let place = ALPHABET.iter().zip(0_u32..).find(|(letter, _)| char::from(**letter) == character);
        let Some((_, value)) = place else {
            return Err(Refusal::new("uscc_letter").with("character", character).with("place", index + 1));
        };
        values.push(value);
    }
    Ok(values)
}

/// Whether the table knows this department and category.
fn department_ok(found: &[u8]) -> bool {
    let [department, category] = found else { return false };
    DEPARTMENTS.iter().any(|(known, categories)| known == department && categories.contains(category))
}

/// Six digits that begin with a province. The list of counties changes every year and is not checked.
fn division_ok(division: &str) -> bool {
    text::is_digits(division)
        && division != "999999"
        && division.get(..2).is_some_and(|province| PROVINCES.contains(&province))
}

/// Value of a character in an organisation code: digits, then A = 10 to Z = 35.
fn base36(byte: u8) -> u32 {
    char::from(byte).to_digit(36).unwrap_or_default()
}

/// Whether this is a citizen's number (GB 11643): a date of birth inside and a right check character at the end.
pub(super) fn resident_id_ok(number: &str) -> bool {
    resident_check_ok(number) && resident_birth(number).is_some()
}

/// The check character of a citizen's number (GB 11643, ISO 7064 MOD 11-2). False unless 17 digits and a digit or X.
pub(super) fn resident_check_ok(number: &str) -> bool {
    let Some((body, last)) = number.split_at_checked(17) else { return false };
    if !text::is_digits(body) {
        return false;
    }
    let sum = body.bytes().fold(0_u32, |sum, byte| (sum + u32::from(byte - b'0')) * 2 % 11);
    let check = match (12 - sum) % 11 {
        10 => "X".to_owned(),
        digit => digit.to_string(),
    };
    last == check
}

/// The date of birth inside a citizen's number.
pub(super) fn resident_birth(number: &str) -> Option<super::dates::Day> {
    super::dates::Day::from_compact(number.get(6..14)?)
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    const VECTORS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/kernel/uscc_vectors.csv"));
    const EDGES: &str =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/kernel/uscc_edge_vectors.csv"));

    fn code_of(text: &str) -> &'static str {
        Uscc::parse(text).map_or_else(|refusal| refusal.code, |_| "ok")
    }

    fn rows(csv: &str) -> impl Iterator<Item = Vec<&str>> {
        csv.lines().skip(1).map(|line| line.trim_end_matches('\r').split(',').collect())
    }

    #[test]
    fn every_true_vector_is_read_and_every_false_one_refused() {
        let (mut right, mut wrong) = (0, 0);
        for row in rows(VECTORS) {
            let read = Uscc::parse(row[0]);
            if row[1] == "true" {
                assert!(read.unwrap().organisation_digit_ok(), "{row:?}");
                right += 1;
            } else {
                assert!(read.is_err(), "{row:?}");
                wrong += 1;
            }
        }
        assert!(right >= 50 && wrong >= 50, "{right} {wrong}");
    }

    #[test]
    fn false_vectors_are_refused_by_their_true_reason() {
        for row in rows(VECTORS).filter(|row| row[1] == "false") {
            let reason = row[2..].join(",");
            let code = code_of(row[0]);
            let expected: &[&str] = match reason.trim_matches('"') {
                r if r.contains("resident identity number") => &["uscc_resident_id"],
                r if r.contains("15-digit") => &["uscc_old_registration"],
                r if r.contains("[length]") => &["uscc_length"],
                r if r.contains("excluded letter") => &["uscc_letter"],
                r if r.contains("letter in division") => &["uscc_division"],
                r if r.contains("masked") => &["uscc_masked"],
                r if r.contains("worked example") => &["uscc_letter"],
                r if r.contains("wrong check") => &["uscc_check"],
                r if r.contains("replaced") || r.contains("swapped") => {
                    &["uscc_check", "uscc_department", "uscc_division"]
                }
                _ => &[],
            };
            assert!(expected.contains(&code), "{row:?} {code}");
        }
    }

    #[test]
    fn every_edge_vector_goes_by_the_standard_and_a_wrong_organisation_digit_is_a_warning() {
        for row in rows(EDGES) {
            let read = Uscc::parse(row[0]);
            let reason = row[3..].join(",");
            if reason.contains("organisation code check") {
                let uscc = read.unwrap();
                assert!(!uscc.organisation_digit_ok(), "{row:?}");
                assert_eq!(uscc.warning().unwrap().code, "uscc_organisation_digit");
            } else {
                assert_eq!(read.is_ok(), row[1] != "false", "{row:?} {read:?}");
            }
        }
    }

    #[test]
    fn the_standards_own_example_ends_in_3() {
        assert_eq!(code_of("91350100M000100Y43"), "ok");
        assert_eq!(code_of("91350100M000100Y44"), "uscc_check");
    }

    #[test]
    fn a_code_is_read_in_any_case_width_and_spacing() {
        for text in [
            " 9133-0206-manh-5dxr-88",
            "'91330206MANH5DXR88",
            "９１３３０２０６ｍａｎｈ５ｄｘｒ８８",
            "\u{FEFF}91330206\u{00A0}MANH5DXR88\u{200B}",
        ] {
            assert_eq!(Uscc::parse(text).unwrap().as_str(), "91330206MANH5DXR88");
        }
    }

    #[test]
    fn what_is_no_such_code_is_named() {
        assert_eq!(code_of(" "), "uscc_empty");
        assert_eq!(code_of("9.13302E+17"), "uscc_scientific");
        assert_eq!(code_of("913302********28X5"), "uscc_masked");
        assert_eq!(code_of("330200884596119"), "uscc_old_registration");
        assert_eq!(code_of("330206199001014620"), "uscc_resident_id");
        assert_eq!(code_of("一二三"), "uscc_length");
    }

    #[test]
    fn a_letter_that_cannot_be_is_named_with_its_place() {
        let refusal = Uscc::parse("9133O206MANH5DXR88").unwrap_err();
        assert_eq!(refusal.facts, [("character", "O".to_owned()), ("place", "5".to_owned())]);
    }

    #[test]
    fn a_code_reads_in_fours_and_tells_its_parts() {
        let uscc = Uscc::parse("91330206MANH5DXR88").unwrap();
        assert_eq!(uscc.grouped(), "9133 0206 MANH 5DXR 88");
        assert_eq!((uscc.department(), uscc.division()), ("91", "330206"));
        assert_eq!(serde_json::to_string(&uscc).unwrap(), "\"91330206MANH5DXR88\"");
    }

    #[test]
    fn stored_text_of_any_shape_does_not_stop_the_program() {
        let odd: Uscc = serde_json::from_str("\"中文\"").unwrap();
        assert_eq!((odd.division(), odd.department(), odd.organisation_digit_ok()), ("", "", false));
    }

    /// A code whose check character is found by the defining congruence: weighted sum and check add up to 0 modulo 31.
    fn valid() -> impl Strategy<Value = String> {
        "9[123](11|33|44)[0-9]{4}[0-9A-HJ-NP-RTUWXY]{9}".prop_map(|body| {
            let letters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
            let sum = body.chars().zip(0..).map(|(c, i)| letters.find(c).unwrap() * 3_usize.pow(i)).sum::<usize>();
            let last = letters.chars().nth((0..31).find(|check| (sum + check) % 31 == 0).unwrap()).unwrap();
            format!("{body}{last}")
        })
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_stopping(text in any::<String>()) {
            let _ = Uscc::parse(&text);
        }

        #[test]
        fn a_right_code_is_read_and_printed_as_it_was(code in valid()) {
            let uscc = Uscc::parse(&code);
            prop_assume!(uscc.as_ref().err().is_none_or(|refusal| refusal.code != "uscc_resident_id"));
            prop_assert_eq!(uscc.unwrap().to_string(), code);
        }

        #[test]
        fn one_wrong_character_is_always_found(right in valid(), place in 0_usize..18, other in 0_usize..31) {
            let mut bytes = right.as_bytes().to_vec();
            let equal = bytes[place] == ALPHABET[other];
            bytes[place] = ALPHABET[other];
            prop_assert!(equal || Uscc::parse(std::str::from_utf8(&bytes).unwrap()).is_err());
        }

        #[test]
        fn two_swapped_neighbours_are_always_found(right in valid(), place in 0_usize..17) {
            let mut bytes = right.as_bytes().to_vec();
            let equal = bytes[place] == bytes[place + 1];
            bytes.swap(place, place + 1);
            prop_assert!(equal || Uscc::parse(std::str::from_utf8(&bytes).unwrap()).is_err());
        }
    }
}
