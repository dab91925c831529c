//! The unit in which a file counts money: said in a header (`金额（万元）`), above the table (`单位：万元`), by the person who
//! looked at the preview, or by nobody (then it is yuan).

use crate::kernel::Refusal;
use crate::kernel::money::Unit;
use crate::kernel::text;
use crate::sheets::Row;

/// Where the unit was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitFrom {
    /// In the header of the column.
    Header,
    /// In a row above the table.
    Title,
    /// A person said so.
    Confirmed,
    /// Nobody said anything: yuan.
    Assumed,
}

/// Bytes of the longest cell in which a unit is looked for.
const TITLE_BYTES_MAX: usize = 600;

/// What stands in brackets behind a header and changes nothing.
const IGNORED_BRACKETS: [&str; 12] =
    ["必填", "选填", "可选", "如有", "18位", "12位", "全称", "年月日", "yyyy-mm-dd", "yyyymmdd", "人民币", "文本格式"];

/// A header without its unit, and the unit: `补助金额（万元）` is `补助金额` and 万元.
///
/// Brackets that say something else stay, so that `金额（大写）` is not taken for the amount.
pub fn split_unit(header: &str) -> (String, Option<Unit>) {
    let folded = text::fold(header);
    if let Some((name, inside)) = folded.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        if let Some(unit) = unit_word(inside) {
            return (name.to_owned(), Some(unit));
        }
        if IGNORED_BRACKETS.contains(&inside) {
            return (name.to_owned(), None);
        }
    }
    for (word, unit) in [("万元", Unit::Wan), ("亿元", Unit::Yi), ("元", Unit::Yuan)] {
        if let Some(name) = folded.strip_suffix(word) {
            return (name.trim_end_matches(['/', ':', ',', '、', '_', '-']).to_owned(), Some(unit));
        }
    }
    (folded, None)
}

/// `万元`, `单位:万元`, `人民币元`.
fn unit_word(folded: &str) -> Option<Unit> {
    match bare_unit(folded) {
        "元" | "yuan" | "cny" | "rmb" => Some(Unit::Yuan),
        "万元" => Some(Unit::Wan),
        "亿元" => Some(Unit::Yi),
        _ => None,
    }
}

fn bare_unit(folded: &str) -> &str {
    let word = folded.rsplit_once(':').map_or(folded, |(_, word)| word);
    word.strip_prefix("单位").unwrap_or(word).trim_start_matches("人民币")
}

/// The unit said in the rows above the table. Refusals: `unit_unsupported` for 千元 and the like, with its line.
pub fn in_titles(rows: &[Row<'_>]) -> Result<Option<Unit>, (u64, Refusal)> {
    for row in rows {
        // a title is a line of words; folding a megabyte would only cost time
        for cell in row.cells.iter().filter(|cell| cell.text.len() <= TITLE_BYTES_MAX) {
            match in_title(&text::fold(&cell.text)) {
                Ok(None) => {}
                Ok(unit) => return Ok(unit),
                Err(found) => {
                    return Err((row.line, Refusal::new("unit_unsupported").with("found", found)));
                }
            }
        }
    }
    Ok(None)
}

/// `填报单位:新碶街道 金额单位:万元`, `发放表(万元)`; another kind of 元 is an error, 填报单位 alone is nothing.
fn in_title(folded: &str) -> Result<Option<Unit>, String> {
    for (at, word) in folded.match_indices("单位") {
        let behind = folded[at + word.len()..].trim_start_matches(':').trim_start_matches("人民币");
        let unit: String = behind.chars().take_while(|c| "百千十万亿元".contains(*c)).collect();
        if unit.ends_with('元') {
            return unit_word(&unit).map(Some).ok_or(unit);
        }
    }
    let bracketed = folded.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    Ok(bracketed.and_then(|(_, inside)| unit_word(inside)))
}

/// The unit of a column. `in_header` and `in_title` are what the file says, `confirmed` is what a person said.
///
/// Refusal: `unit_conflict` with `one` and `other` if the file says two things and nobody decided, or the person says
/// something else than the header of the column.
pub fn decide(
    in_header: Option<Unit>,
    in_title: Option<Unit>,
    confirmed: Option<Unit>,
) -> Result<(Unit, UnitFrom), Refusal> {
    let conflict =
        |one: Unit, other: Unit| Refusal::new("unit_conflict").with("one", one.zh()).with("other", other.zh());
    match (in_header, in_title, confirmed) {
        (Some(header), Some(title), None) if header != title => Err(conflict(header, title)),
        (Some(header), Some(title), Some(said)) if header != title && (said == header || said == title) => {
            Ok((said, UnitFrom::Confirmed))
        }
        (Some(header), _, Some(said)) if header != said => Err(conflict(header, said)),
        (Some(header), _, _) => Ok((header, UnitFrom::Header)),
        (None, _, Some(said)) => Ok((said, UnitFrom::Confirmed)),
        (None, Some(title), None) => Ok((title, UnitFrom::Title)),
        (None, None, None) => Ok((Unit::Yuan, UnitFrom::Assumed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_give_their_unit() {
        for (header, name, unit) in [
            ("补助金额（万元）", "补助金额", Some(Unit::Wan)),
            ("金 额(单位：元)", "金额", Some(Unit::Yuan)),
            ("核定金额/万元", "核定金额", Some(Unit::Wan)),
            ("金额", "金额", None),
            ("金额（大写）", "金额(大写)", None),
            ("统一社会信用代码（18位）", "统一社会信用代码", None),
            ("Amount (CNY)", "amount", Some(Unit::Yuan)),
        ] {
            assert_eq!(split_unit(header), (name.to_owned(), unit), "{header}");
        }
    }

    #[test]
    fn titles_give_their_unit() {
        for (title, unit) in [
            ("单位：万元", Ok(Some(Unit::Wan))),
            ("填报单位：新碶街道    金额单位：人民币元", Ok(Some(Unit::Yuan))),
            ("填报单位：新碶街道", Ok(None)),
            ("纾困资金发放表（万元）", Ok(Some(Unit::Wan))),
            ("单位：千元", Err("千元".to_owned())),
            ("2020年10月", Ok(None)),
        ] {
            assert_eq!(in_title(&text::fold(title)), unit, "{title}");
        }
    }

    #[test]
    fn nobody_is_overruled_silently() {
        use Unit::{Wan, Yuan};
        assert_eq!(decide(None, None, None), Ok((Yuan, UnitFrom::Assumed)));
        assert_eq!(decide(None, Some(Wan), None), Ok((Wan, UnitFrom::Title)));
        assert_eq!(decide(None, Some(Wan), Some(Yuan)), Ok((Yuan, UnitFrom::Confirmed)));
        assert_eq!(decide(Some(Wan), Some(Wan), None), Ok((Wan, UnitFrom::Header)));
        assert_eq!(decide(Some(Wan), Some(Yuan), Some(Yuan)), Ok((Yuan, UnitFrom::Confirmed)));
        assert!(decide(Some(Wan), Some(Yuan), None).is_err());
        assert!(decide(Some(Wan), None, Some(Yuan)).is_err());
    }
}
