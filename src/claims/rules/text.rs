//! A text as it is read: folded character by character, so that every place stays where it is, and cut at its marks.

/// Folds a text: half width, lower case.
pub fn folded(text: &str) -> Vec<char> {
    let original: Vec<char> = text.chars().collect();
    let half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' if c != '，' && c != '；' && c != '！' && c != '？' => {
            u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c)
        }
        '\u{3000}' | '\u{a0}' | '\u{2009}' | '\t' => ' ',
        _ => c,
    };
    let lower = |c: char| c.to_lowercase().next().unwrap_or(c);
    let is_wide_digit = |c: Option<&char>| c.is_some_and(|c| ('０'..='９').contains(c));
    let mut chars: Vec<char> = original.iter().map(|c| lower(half(*c))).collect();
    for (at, c) in original.iter().enumerate() {
        // １２７，０３４: a comma of full width between digits of full width separates thousands
        let between = at > 0 && is_wide_digit(original.get(at - 1)) && is_wide_digit(original.get(at + 1));
        if *c == '，'
            && between
            && let Some(place) = chars.get_mut(at)
        {
            *place = ',';
        }
    }
    chars
}

/// How far a mark divides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// No mark.
    None,
    /// 、 and brackets.
    Item,
    /// A comma.
    Clause,
    /// ；: the sentence goes on with another part.
    Part,
    /// The end of a sentence.
    Sentence,
    /// The end of a line.
    Line,
}

/// The mark at a character.
pub fn mark(chars: &[char], at: usize) -> Mark {
    let digit = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_digit);
    match chars.get(at) {
        Some('\n' | '\r') => Mark::Line,
        Some('。' | '！' | '？' | '!' | '?') => Mark::Sentence,
        Some('；' | ';') => Mark::Part,
        // a point between digits is a decimal one
        Some('.')
            if !(digit(at.checked_sub(1)) && digit(Some(at + 1)))
                && chars.get(at + 1).is_none_or(|c| c.is_whitespace())
                && !is_serial(chars, at) =>
        {
            Mark::Sentence
        }
        Some('，' | ':') => Mark::Clause,
        Some(',') if !(digit(at.checked_sub(1)) && digit(Some(at + 1))) => Mark::Clause,
        Some('、' | '(' | ')' | '（' | '）') => Mark::Item,
        _ => Mark::None,
    }
}

/// 1. 企业5662家: the point behind the number of a line.
fn is_serial(chars: &[char], at: usize) -> bool {
    let digits = chars.get(..at).unwrap_or_default().iter().rev().take_while(|c| c.is_ascii_digit()).count();
    let first = at - digits;
    let begins = first == 0 || chars.get(first - 1).is_some_and(|c| matches!(c, '\n' | '\r'));
    (1..3).contains(&digits) && begins && chars.get(at + 1) == Some(&' ')
}

/// Where a word ends that begins here.
pub fn starts(chars: &[char], at: usize, word: &str) -> Option<usize> {
    let n = word.chars().count();
    chars.get(at..at + n).is_some_and(|part| part.iter().copied().eq(word.chars())).then_some(at + n)
}

/// Where a word ends that begins here, one of letters only whole; a plural counts as the word.
pub fn starts_word(chars: &[char], at: usize, word: &str) -> Option<usize> {
    let end = starts(chars, at, word)?;
    let letter = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_alphanumeric);
    if !word.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        return Some(end);
    }
    let end = if chars.get(end) == Some(&'s') && !letter(Some(end + 1)) { end + 1 } else { end };
    (!letter(at.checked_sub(1)) && !letter(Some(end))).then_some(end)
}

/// Where a word begins that ends here.
pub fn ends(chars: &[char], at: usize, word: &str) -> Option<usize> {
    let start = at.checked_sub(word.chars().count())?;
    starts(chars, start, word).map(|_| start)
}

/// The words between two places, as far as the text goes.
pub fn words(chars: &[char], from: usize, to: usize) -> String {
    chars.get(from..to.min(chars.len())).unwrap_or_default().iter().collect()
}

/// Behind the blanks from here.
pub fn blanks(chars: &[char], mut at: usize) -> usize {
    while chars.get(at) == Some(&' ') {
        at += 1;
    }
    at
}

/// Whether a character is a Chinese one.
pub fn is_han(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c)
}

/// Whether words only join what stands before and behind them.
pub fn joins(chars: &[char]) -> bool {
    let text: String = chars.iter().filter(|c| **c != ' ').collect();
    matches!(
        text.as_str(),
        "、" | "和" | "与" | "及" | "以及" | "，" | "、和" | "，和" | "," | "and" | ",and" | "&" | "跟" | "同" | "或"
    )
}
