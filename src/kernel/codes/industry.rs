//! Industries of GB/T 4754-2017: 20 sections (letters) and 97 divisions (two digits).

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::kernel::refusal::Refusal;
use crate::kernel::text::{self, FromText};

/// Columns: section, section_name, division, division_name.
const TABLE: &str = include_str!("gbt4754_2017.csv");

/// The list and two ways into it.
struct List {
    entries: Vec<Entry>,
    by_code: HashMap<&'static str, u8>,
    by_name: HashMap<String, u8>,
}

/// A section or a division.
struct Entry {
    code: &'static str,
    zh: &'static str,
    section: &'static str,
}

static LIST: LazyLock<List> = LazyLock::new(List::read);

impl List {
    fn read() -> Self {
        let mut list = Self { entries: Vec::new(), by_code: HashMap::new(), by_name: HashMap::new() };
        for line in TABLE.lines().skip(1) {
            let mut cells = line.split(',');
            let (Some(section), Some(section_name)) = (cells.next(), cells.next()) else { continue };
            let (Some(division), Some(division_name)) = (cells.next(), cells.next()) else { continue };
            list.add(section, section_name, section);
            list.add(division, division_name, section);
        }
        list
    }

    /// A name that a section and a division share (农业-like pairs) stays with the one that came first, the section.
    fn add(&mut self, code: &'static str, zh: &'static str, section: &'static str) {
        let Ok(index) = u8::try_from(self.entries.len()) else { return };
        if self.by_code.contains_key(code) {
            return;
        }
        self.by_code.insert(code, index);
        self.by_name.entry(text::fold(zh)).or_insert(index);
        self.entries.push(Entry { code, zh, section });
    }
}

/// A section or a division of the industries, by its place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Industry(u8);

impl Industry {
    /// All sections and divisions, each section before its divisions.
    pub fn all() -> impl Iterator<Item = Self> {
        (0_u8..).take(LIST.entries.len()).map(Self)
    }

    /// The section letter or the two digits of the division.
    pub fn code(self) -> &'static str {
        self.entry().map_or("", |entry| entry.code)
    }

    /// The name in the standard.
    pub fn zh(self) -> &'static str {
        self.entry().map_or("", |entry| entry.zh)
    }

    /// The letter of the section, for a division the one it lies in.
    pub fn section(self) -> &'static str {
        self.entry().map_or("", |entry| entry.section)
    }

    fn entry(self) -> Option<&'static Entry> {
        LIST.entries.get(usize::from(self.0))
    }

    /// The entry with exactly this code.
    pub fn from_code(code: &str) -> Option<Self> {
        LIST.by_code.get(code).copied().map(Self)
    }

    /// Reads a section letter, two digits, both (`C13`), or the name.
    ///
    /// Refusals: `industry_zero_lost` for one digit (a spreadsheet ate the zero), `industry_unknown` with `found`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if let Some(found) = Self::from_code(text) {
            return Ok(found);
        }
        let word = text::fold(text);
        let code = word.to_uppercase();
        if let Some(found) = Self::from_code(&code).or_else(|| Self::from_pair(&code)) {
            return Ok(found);
        }
        if word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Refusal::new("industry_zero_lost").with("found", word));
        }
        LIST.by_name.get(&word).copied().map(Self).ok_or_else(|| super::unknown("industry_unknown", text))
    }

    /// `C13`: the letter must be the one of the division.
    fn from_pair(code: &str) -> Option<Self> {
        let (section, division) = code.split_at_checked(1)?;
        Self::from_code(division).filter(|found| found.code() != found.section() && found.section() == section)
    }
}

impl fmt::Display for Industry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Industry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Industry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(FromText::new(Self::from_code, "a code of GB/T 4754-2017"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole() {
        let all: Vec<_> = Industry::all().collect();
        assert_eq!(all.iter().filter(|one| one.code() == one.section()).count(), 20);
        assert_eq!(all.len(), 117);
        assert!(all.iter().all(|one| Industry::parse(one.code()).unwrap() == *one));
    }

    #[test]
    fn letters_digits_pairs_and_names_are_read() {
        assert_eq!(Industry::parse("C").unwrap().zh(), "制造业");
        assert_eq!(Industry::parse("c").unwrap().code(), "C");
        assert_eq!(Industry::parse("１３").unwrap().section(), "C");
        assert_eq!(Industry::parse("C13").unwrap().code(), "13");
        assert_eq!(Industry::parse("住宿和餐饮业").unwrap().code(), "H");
        assert_eq!(Industry::parse("纺织业").unwrap().code(), "17");
    }

    #[test]
    fn what_the_standard_does_not_have_is_named() {
        for (text, code) in [("D13", "industry_unknown"), ("98", "industry_unknown"), ("1310", "industry_unknown")] {
            assert_eq!(Industry::parse(text).unwrap_err().code, code, "{text}");
        }
        assert_eq!(Industry::parse("1").unwrap_err().code, "industry_zero_lost");
    }

    #[test]
    fn json_holds_the_code() {
        assert_eq!(serde_json::to_string(&Industry::parse("F").unwrap()).unwrap(), "\"F\"");
        assert_eq!(serde_json::from_str::<Industry>("\"51\"").unwrap().section(), "F");
    }
}
