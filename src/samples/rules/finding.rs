//! What was found of an item.

use serde::{Deserialize, Serialize};

use crate::kernel::money::Fen;
use crate::kernel::{Refusal, text};

/// Longest note, in characters.
const NOTE_CHARS_MAX: usize = 500;

/// What somebody found who looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemResult {
    /// 相符: as the book has it.
    Satisfactory,
    /// 例外: not as the book has it, in amount or otherwise.
    Exception,
    /// 未找到: nothing that proves it.
    NotFound,
}

impl ItemResult {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Satisfactory, Self::Exception, Self::NotFound];

    /// The word in events, tables and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Satisfactory => "satisfactory",
            Self::Exception => "exception",
            Self::NotFound => "not_found",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// `sample_result`.
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        Self::ALL.into_iter().find(|result| result.code() == word).ok_or_else(|| Refusal::new("sample_result"))
    }
}

/// What is noted of an item, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteForm {
    /// The grant.
    pub grant: i64,
    /// What was found.
    pub result: ItemResult,
    /// The amount that papers prove, where it is another.
    pub found: Option<Fen>,
    /// In words.
    pub note: String,
}

/// The amount that was found and the note of an item of `amount`, or why they cannot be noted.
///
/// # Errors
/// `sample_found` where an amount is named of what is satisfactory or was not found; `sample_note_needed`; the note's.
pub fn noted(form: &NoteForm, amount: Fen) -> Result<(Fen, String), Refusal> {
    let note = text::clean(&form.note, NOTE_CHARS_MAX).map_err(|refusal| refusal.at("note"))?;
    if form.result != ItemResult::Satisfactory && note.is_empty() {
        return Err(Refusal::new("sample_note_needed").at("note"));
    }
    let found = match (form.result, form.found) {
        (ItemResult::Satisfactory, None) => amount,
        (ItemResult::Satisfactory, Some(found)) if found == amount => amount,
        (ItemResult::NotFound, None) => Fen::new(0),
        (ItemResult::NotFound, Some(found)) if found.get() == 0 => found,
        (ItemResult::Exception, found) if found.is_none_or(|found| found.get() >= 0) => found.unwrap_or(amount),
        _ => return Err(Refusal::new("sample_found").at("found")),
    };
    Ok((found, note))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_named_where_it_is_another_and_a_fault_has_words() {
        let form = |result, found: Option<i64>, note: &str| NoteForm {
            grant: 1,
            result,
            found: found.map(Fen::new),
            note: note.into(),
        };
        let said = |form| noted(&form, Fen::new(100)).map(|(found, _)| found.get()).map_err(|refusal| refusal.code);
        assert_eq!(said(form(ItemResult::Satisfactory, None, "")), Ok(100));
        assert_eq!(said(form(ItemResult::Satisfactory, Some(90), "")), Err("sample_found"));
        assert_eq!(said(form(ItemResult::Exception, Some(90), "少发")), Ok(90));
        assert_eq!(said(form(ItemResult::Exception, None, "缺签字")), Ok(100));
        assert_eq!(said(form(ItemResult::Exception, Some(90), "")), Err("sample_note_needed"));
        assert_eq!(said(form(ItemResult::NotFound, None, "无档案")), Ok(0));
        assert_eq!(said(form(ItemResult::NotFound, Some(5), "无档案")), Err("sample_found"));
    }
}
