//! Text as people and spreadsheets send it, and as the book keeps it: NFC, trimmed, without control characters.
//!
//! The book never keeps what cannot be seen (zero width characters, marks that turn the writing direction), because
//! two names that look alike must be alike.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::refusal::Refusal;

/// Text for the book: NFC, without blanks at its ends and without invisible characters. May be empty.
///
/// `max_chars` counts characters, not bytes.
/// Refusals: `text_control` (control character or line break, with `place` counted from 1), `text_garbled`
/// (a character that stands for a decoding error), `text_too_long` (`length`, `max`).
pub fn clean(text: &str, max_chars: usize) -> Result<String, Refusal> {
    let visible: String = text.trim().chars().filter(|c| !is_invisible(*c)).collect();
    let visible = visible.trim();
    for (index, character) in visible.chars().enumerate() {
        if is_control(character) {
            return Err(Refusal::new("text_control").with("place", index + 1));
        }
        if character == char::REPLACEMENT_CHARACTER {
            return Err(Refusal::new("text_garbled").with("place", index + 1));
        }
    }
    let clean = if is_nfc(visible) { visible.to_owned() } else { visible.nfc().collect() };
    let length = clean.chars().count();
    if length > max_chars {
        return Err(Refusal::new("text_too_long").with("length", length).with("max", max_chars));
    }
    Ok(clean)
}

/// Text for searching and comparing: NFKC, lower case, no blanks, nothing invisible. Never shown.
pub fn fold(text: &str) -> String {
    if text.chars().all(is_common) {
        return text
            .chars()
            .map(half_width_char)
            .filter(|c| !c.is_ascii_whitespace())
            .map(|c| c.to_ascii_lowercase())
            .collect();
    }
    fold_any(text)
}

/// A character that folds by itself, in one step. Nearly all names of a million rows have no others.
const fn is_common(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{3000}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF01}'..='\u{FF5E}')
}

fn fold_any(text: &str) -> String {
    let lower: String =
        text.nfkc().filter(|c| !c.is_whitespace() && !is_invisible(*c)).flat_map(char::to_lowercase).collect();
    lower.nfkc().filter(|c| !c.is_whitespace() && !is_invisible(*c)).collect()
}

/// Full-width letters, digits and punctuation (U+FF01 to U+FF5E) and the wide blank as their ASCII forms.
pub fn half_width(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(half_width_char).collect())
}

/// Whether two names are one name, apart from width, kind of bracket, blanks and the dot inside a personal name.
pub fn same_name(one: &str, other: &str) -> bool {
    one == other || name_key(one) == name_key(other)
}

/// What [`same_name`] compares. Never shown.
pub fn name_key(name: &str) -> String {
    fold(name)
        .chars()
        .map(|character| match character {
            '[' | '{' | '〔' | '【' | '〈' | '《' | '「' | '『' | '〖' | '<' | '⟨' => '(',
            ']' | '}' | '〕' | '】' | '〉' | '》' | '」' | '』' | '〗' | '>' | '⟩' => ')',
            '•' | '‧' | '・' | '⋅' | '∙' | 'ᆞ' => '·',
            _ => character,
        })
        .collect()
}

/// A code or number as a person typed it, with width, blanks, hyphens, invisible characters and the apostrophe by
/// which spreadsheets mark text taken away, in capitals.
pub(super) fn compact(text: &str) -> String {
    let compact: String = text
        .chars()
        .map(half_width_char)
        .filter(|c| !c.is_whitespace() && !is_invisible(*c) && !is_hyphen(*c))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    match compact.strip_prefix(['\'', '\u{2019}']) {
        Some(rest) => rest.to_owned(),
        None => compact,
    }
}

/// Whether this is how a spreadsheet prints a long number: 6.22E+18.
pub(super) fn is_scientific(text: &str) -> bool {
    let half = half_width(text.trim());
    let Some((mantissa, exponent)) = half.split_once(['e', 'E']) else { return false };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let mantissa = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    [whole, fraction, exponent].into_iter().all(is_digits)
}

/// Whether a spreadsheet has printed a code as a number and lost its last digits: 2.02010280001E+17. Without the sign it may
/// be a code of somebody's own, 20201028E0001.
pub fn is_spoilt_code(text: &str) -> bool {
    is_scientific(text) && half_width(text).contains(['+'])
}

/// Whether this is one or more ASCII digits and nothing else.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// ASCII text in groups of four, for reading aloud and comparing by eye.
pub(super) fn in_fours(text: &str) -> String {
    let mut grouped = String::with_capacity(text.len() + text.len() / 4);
    for (index, character) in text.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(character);
    }
    grouped
}

/// Whether a number of digits ends in its check digit by ISO 7064 MOD 11,10 (GB/T 17710). False for other characters.
pub(super) fn mod_11_10_ok(digits: &str) -> bool {
    if !is_digits(digits) {
        return false;
    }
    let mut product = 10;
    let Some((body, last)) = digits.as_bytes().split_at_checked(digits.len() - 1) else { return false };
    for byte in body {
        let sum = (u32::from(byte - b'0') + product) % 10;
        product = (if sum == 0 { 10 } else { sum }) * 2 % 11;
    }
    last.iter().all(|byte| (u32::from(byte - b'0') + product) % 10 == 1)
}

/// Lets a type that is stored as text be read by serde without a copy of the text.
pub(super) struct FromText<T> {
    read: fn(&str) -> Option<T>,
    expected: &'static str,
    made: PhantomData<T>,
}

impl<T> FromText<T> {
    /// `read` answers none for text that is not such a thing; `expected` names it for the log.
    pub(super) const fn new(read: fn(&str) -> Option<T>, expected: &'static str) -> Self {
        Self { read, expected, made: PhantomData }
    }
}

impl<T> de::Visitor<'_> for FromText<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

/// One character at half width. The wide blank becomes a blank.
const fn half_width_char(character: char) -> char {
    match character {
        '\u{FF01}'..='\u{FF5E}' => match char::from_u32(character as u32 - 0xFEE0) {
            Some(ascii) => ascii,
            None => character,
        },
        '\u{3000}' => ' ',
        _ => character,
    }
}

/// Characters without width and marks that turn the writing direction: pasted unseen, and dangerous in names.
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{FEFF}' | '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
    )
}

/// Control characters, and the two separators that break a line without being one.
fn is_control(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// Everything that people type for a hyphen.
const fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}')
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn clean_text_loses_blanks_at_its_ends_and_what_cannot_be_seen() {
        assert_eq!(clean("\u{FEFF} 宁波\u{200B}北仑 港\u{3000}\u{00A0}", 20).unwrap(), "宁波北仑 港");
        assert_eq!(clean("", 20).unwrap(), "");
    }

    #[test]
    fn clean_text_is_composed() {
        assert_eq!(clean("e\u{0301}", 1).unwrap(), "é");
    }

    #[test]
    fn control_characters_and_line_breaks_are_refused_with_their_place() {
        for text in ["甲\u{0}乙", "甲\n乙", "甲\t乙", "甲\u{85}乙", "甲\u{2028}乙", "甲\u{9c}乙"] {
            let refusal = clean(text, 20).unwrap_err();
            assert_eq!((refusal.code, refusal.facts), ("text_control", vec![("place", "2".to_owned())]));
        }
    }

    #[test]
    fn text_that_was_decoded_wrongly_is_refused() {
        assert_eq!(clean("宁\u{FFFD}波", 20).unwrap_err().code, "text_garbled");
    }

    #[test]
    fn length_is_counted_in_characters_and_the_limit_itself_is_allowed() {
        assert_eq!(clean("北仑区", 3).unwrap(), "北仑区");
        assert_eq!(clean("北仑区", 2).unwrap_err().code, "text_too_long");
    }

    #[test]
    fn searching_ignores_case_width_and_blanks() {
        assert_eq!(fold("ＡＢＣ　公司 Ltd."), fold("abc公司LTD."));
    }

    #[test]
    fn names_that_differ_in_width_brackets_or_blanks_are_the_same() {
        assert!(same_name("宁波（北仑）有限公司", "宁波(北仑) 有限公司"));
        assert!(same_name("宁波〔北仑〕ＡＢ有限公司", "宁波【北仑】ab有限公司"));
        assert!(same_name("阿卜杜·热合曼", "阿卜杜•热合曼"));
        assert!(!same_name("宁波北仑有限公司", "宁波（北仑）有限公司"));
        assert!(!same_name("甲", "乙"));
    }

    #[test]
    fn a_number_printed_by_a_spreadsheet_is_known_as_scientific() {
        for text in ["6.22E+18", "6e18", " 9.13302E+17 ", "１．２Ｅ＋５", "-1E-7"] {
            assert!(is_scientific(text), "{text}");
        }
        for text in ["", "E", "1E", "E5", "123", "1.E5", "91330206MAE5"] {
            assert!(!is_scientific(text), "{text}");
        }
    }

    #[test]
    fn codes_lose_blanks_hyphens_width_and_the_text_mark() {
        assert_eq!(compact("'９１-33 02\u{00A0}06—ａb\u{200B}"), "91330206AB");
    }

    proptest! {
        #[test]
        fn common_text_folds_as_any_text_does(text in "[ -~\u{3000}\u{4E00}-\u{4E80}\u{FF01}-\u{FF5E}]{0,12}") {
            prop_assert!(text.chars().all(is_common));
            prop_assert_eq!(fold(&text), fold_any(&text));
        }

        #[test]
        fn cleaning_twice_changes_nothing(text in "\\PC{0,40}") {
            if let Ok(once) = clean(&text, 1000) {
                prop_assert_eq!(clean(&once, 1000).unwrap(), once);
            }
        }

        #[test]
        fn folding_twice_changes_nothing(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn half_width_leaves_no_wide_ascii(text in "[！-～　 -~]{0,40}") {
            prop_assert!(half_width(&text).is_ascii());
        }

        #[test]
        fn a_name_is_the_same_as_itself_in_full_width(name in "[!-~]{0,20}") {
            let wide: String = name.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
            prop_assert!(same_name(&name, &wide));
        }

        #[test]
        fn one_wrong_digit_is_always_found_by_mod_11_10(body in "[0-9]{4,20}", place in any::<usize>(), step in 1_u8..10) {
            let full = (b'0'..=b'9').map(|d| format!("{body}{}", d as char)).find(|n| mod_11_10_ok(n)).unwrap();
            let mut bytes = full.into_bytes();
            let index = place % bytes.len();
            bytes[index] = b'0' + (bytes[index] - b'0' + step) % 10;
            prop_assert!(!mod_11_10_ok(std::str::from_utf8(&bytes).unwrap()));
        }
    }
}
