//! By which number a recipient is known: the credit code by default, an old registration, a citizen's number, or another.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::text;
use super::uscc::{self, Uscc};

/// The longest number of another kind, in characters.
const OTHER_MAX: usize = 40;

/// The kind of number 证件类型.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IdType {
    /// Unified social credit code (GB 32100-2015).
    #[default]
    Uscc,
    /// Old business registration number of 15 digits (GS 15-2006).
    Registration,
    /// A citizen's number (GB 11643); never shown whole.
    Resident,
    /// Any other, e.g. a passport; never shown whole.
    Other,
}

impl IdType {
    /// All kinds, the usual first.
    pub const ALL: [Self; 4] = [Self::Uscc, Self::Registration, Self::Resident, Self::Other];

    /// The word of files and tables.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Uscc => "uscc",
            Self::Registration => "registration",
            Self::Resident => "resident",
            Self::Other => "other",
        }
    }

    /// The Chinese word of files.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Uscc => "统一社会信用代码",
            Self::Registration => "注册号",
            Self::Resident => "居民身份证",
            Self::Other => "其他",
        }
    }

    /// Reads the code or the Chinese word. Empty means the credit code. Refusal: `id_type_unknown` (`found`).
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let word = text::fold(text);
        match word.as_str() {
            "" | "信用代码" | "社会信用代码" => Ok(Self::Uscc),
            "工商注册号" | "营业执照注册号" => Ok(Self::Registration),
            "身份证" | "身份证号" | "居民身份证号" | "公民身份号码" => Ok(Self::Resident),
            _ => Self::ALL.into_iter().find(|kind| word == kind.code() || word == kind.zh()).ok_or_else(|| {
                Refusal::new("id_type_unknown").with("found", text.chars().take(20).collect::<String>())
            }),
        }
    }

    /// Whether the number belongs to a person and must be masked.
    pub const fn is_personal(self) -> bool {
        matches!(self, Self::Resident | Self::Other)
    }
}

impl fmt::Display for IdType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A number together with its kind.
///
/// Made by [`Identity::parse`]; serde reads what the book stored without checking it again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identity {
    id_type: IdType,
    number: String,
}

impl Identity {
    /// Reads a number by the rules of its kind.
    ///
    /// Refusals: those of [`Uscc::parse`]; `registration_empty`, `registration_length` (`length`), `registration_check`;
    /// `resident_empty`, `resident_length` (`length`), `resident_characters`, `resident_birth`, `resident_check`;
    /// `identity_empty`, `identity_characters`, `identity_too_long` (`length`, `max`).
    pub fn parse(id_type: IdType, text: &str) -> Result<Self, Refusal> {
        let number = match id_type {
            IdType::Uscc => Uscc::parse(text)?.to_string(),
            IdType::Registration => registration(text)?,
            IdType::Resident => resident(text)?,
            IdType::Other => other(text)?,
        };
        Ok(Self { id_type, number })
    }

    /// The kind.
    pub const fn id_type(&self) -> IdType {
        self.id_type
    }

    /// The whole number. Show [`Identity::masked`] where the public or another office can see it.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The number for screens: personal ones keep their ends, `330206********1234`; others are shown whole.
    pub fn masked(&self) -> String {
        match self.id_type {
            IdType::Uscc | IdType::Registration => self.number.clone(),
            IdType::Resident => keep_ends(&self.number, 6, 4),
            IdType::Other => keep_ends(&self.number, 1, 2),
        }
    }

    /// What a second person should look at, if anything.
    pub fn warning(&self) -> Option<Refusal> {
        match self.id_type {
            IdType::Uscc => Uscc::parse(&self.number).ok()?.warning(),
            _ => None,
        }
    }
}

impl From<Uscc> for Identity {
    fn from(uscc: Uscc) -> Self {
        Self { id_type: IdType::Uscc, number: uscc.to_string() }
    }
}

/// Old registration: 15 digits, ISO 7064 MOD 11,10.
fn registration(text: &str) -> Result<String, Refusal> {
    let number = text::compact(text);
    let length = number.chars().count();
    match length {
        0 => Err(Refusal::new("registration_empty")),
        15 if text::mod_11_10_ok(&number) => Ok(number),
        15 => Err(Refusal::new("registration_check")),
        _ => Err(Refusal::new("registration_length").with("length", length)),
    }
}

/// Citizen's number: 17 digits and a digit or X, with a day of birth inside.
fn resident(text: &str) -> Result<String, Refusal> {
    let number = text::compact(text);
    let length = number.chars().count();
    if length == 0 {
        return Err(Refusal::new("resident_empty"));
    }
    if length != 18 {
        return Err(Refusal::new("resident_length").with("length", length));
    }
    let body = number.strip_suffix('X').unwrap_or(&number);
    if !text::is_digits(body) {
        return Err(Refusal::new("resident_characters"));
    }
    if uscc::resident_birth(&number).is_none() {
        return Err(Refusal::new("resident_birth"));
    }
    if !uscc::resident_check_ok(&number) {
        return Err(Refusal::new("resident_check"));
    }
    Ok(number)
}

/// Another number: letters and digits, in capitals, hyphens and blanks taken away.
fn other(text: &str) -> Result<String, Refusal> {
    let number = text::compact(text);
    let length = number.chars().count();
    if length == 0 {
        return Err(Refusal::new("identity_empty"));
    }
    if length > OTHER_MAX {
        return Err(Refusal::new("identity_too_long").with("length", length).with("max", OTHER_MAX));
    }
    if !number.chars().all(char::is_alphanumeric) {
        return Err(Refusal::new("identity_characters"));
    }
    text::clean(&number, OTHER_MAX)
}

/// The first and last characters with stars between; hidden whole if fewer than half would be stars.
fn keep_ends(number: &str, head: usize, tail: usize) -> String {
    let characters: Vec<char> = number.chars().collect();
    let length = characters.len();
    let hidden = length.saturating_sub(head + tail);
    if hidden * 5 < length * 2 {
        return "*".repeat(length);
    }
    let star =
        |(index, character): (usize, &char)| if index < head || index >= length - tail { *character } else { '*' };
    characters.iter().enumerate().map(star).collect()
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    fn code_of(id_type: IdType, text: &str) -> &'static str {
        Identity::parse(id_type, text).map_or_else(|refusal| refusal.code, |_| "ok")
    }

    #[test]
    fn a_kind_is_read_by_its_code_and_by_its_word() {
        for kind in IdType::ALL {
            assert_eq!(IdType::parse(kind.code()).unwrap(), kind);
            assert_eq!(IdType::parse(kind.zh()).unwrap(), kind);
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.code()));
        }
        assert_eq!(IdType::parse(" ＵＳＣＣ ").unwrap(), IdType::Uscc);
        assert_eq!(IdType::parse("").unwrap(), IdType::Uscc);
        assert_eq!(IdType::parse("身份证").unwrap(), IdType::Resident);
        assert_eq!(IdType::parse("护照？").unwrap_err().code, "id_type_unknown");
    }

    #[test]
    fn a_credit_code_follows_its_own_rules() {
        assert_eq!(code_of(IdType::Uscc, "91330206manh5dxr88"), "ok");
        assert_eq!(code_of(IdType::Uscc, "91330206MANH5DXR89"), "uscc_check");
        let warned = Identity::parse(IdType::Uscc, "91330206MAMDADBT3R").unwrap();
        assert_eq!(warned.warning().unwrap().code, "uscc_organisation_digit");
    }

    #[test]
    fn an_old_registration_has_fifteen_digits_and_a_check() {
        for number in ["330200884596119", "330200261888632", "330206659127345", "330200918487927"] {
            assert_eq!(code_of(IdType::Registration, number), "ok");
        }
        assert_eq!(code_of(IdType::Registration, "330200884596118"), "registration_check");
        assert_eq!(code_of(IdType::Registration, "33020088459611A"), "registration_check");
        assert_eq!(code_of(IdType::Registration, "33020088459611"), "registration_length");
        assert_eq!(code_of(IdType::Registration, ""), "registration_empty");
    }

    #[test]
    fn a_citizens_number_has_a_birthday_and_a_check_and_is_masked() {
        for number in ["330206199001014620", "330206199112319486", "33020619900101492x", "330206199112312049"] {
            assert_eq!(code_of(IdType::Resident, number), "ok", "{number}");
        }
        assert_eq!(code_of(IdType::Resident, "330206199001014621"), "resident_check");
        assert_eq!(code_of(IdType::Resident, "330206199002304620"), "resident_birth");
        assert_eq!(code_of(IdType::Resident, "33020619900101A620"), "resident_characters");
        assert_eq!(code_of(IdType::Resident, "330206900101462"), "resident_length");
        assert_eq!(code_of(IdType::Resident, " "), "resident_empty");
        let identity = Identity::parse(IdType::Resident, "330206199001014620").unwrap();
        assert_eq!(identity.masked(), "330206********4620");
        assert_eq!(identity.number(), "330206199001014620");
    }

    #[test]
    fn another_number_is_letters_and_digits_and_is_masked() {
        let passport = Identity::parse(IdType::Other, " e1234-5678 ").unwrap();
        assert_eq!((passport.number(), passport.masked().as_str()), ("E12345678", "E******78"));
        assert_eq!(Identity::parse(IdType::Other, "A1").unwrap().masked(), "**");
        assert_eq!(code_of(IdType::Other, ""), "identity_empty");
        assert_eq!(code_of(IdType::Other, "A;1"), "identity_characters");
        assert_eq!(code_of(IdType::Other, &"1".repeat(41)), "identity_too_long");
    }

    #[test]
    fn an_identity_is_stored_with_its_kind() {
        let identity = Identity::parse(IdType::Registration, "330200884596119").unwrap();
        let stored = serde_json::to_string(&identity).unwrap();
        assert_eq!(stored, r#"{"id_type":"registration","number":"330200884596119"}"#);
        assert_eq!(serde_json::from_str::<Identity>(&stored).unwrap(), identity);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_masked_without_stopping(text in any::<String>(), kind in 0_usize..4) {
            let _ = IdType::parse(&text);
            if let Ok(identity) = Identity::parse(IdType::ALL[kind], &text) {
                prop_assert_eq!(identity.masked().chars().count(), identity.number().chars().count());
            }
        }

        #[test]
        fn one_wrong_digit_of_a_citizens_number_is_always_found(place in 0_usize..17, step in 1_u8..10) {
            let mut bytes = b"330206199001014620".to_vec();
            bytes[place] = b'0' + (bytes[place] - b'0' + step) % 10;
            prop_assert!(Identity::parse(IdType::Resident, std::str::from_utf8(&bytes).unwrap()).is_err());
        }

        #[test]
        fn reading_a_number_again_changes_nothing(text in "[0-9A-Za-z -]{0,30}", kind in 0_usize..4) {
            if let Ok(once) = Identity::parse(IdType::ALL[kind], &text) {
                prop_assert_eq!(Identity::parse(IdType::ALL[kind], once.number()).unwrap(), once);
            }
        }
    }
}
