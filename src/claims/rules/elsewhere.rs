//! Of which region a sentence speaks: a book is of one authority, and what the city, the province or the next district paid
//! is not in it.

use super::cues::Cues;
use super::scope::{Names, named};
use super::text::{blanks, ends, is_han, starts};

/// Whose payments words tell of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Region {
    /// Those of the book's authority, all of them.
    Own,
    /// Those of another one.
    Other,
}

/// Words for a district or county as a whole, and for what stands above it.
const OF_DISTRICT: [&str; 12] = [
    "全区",
    "我区",
    "该区",
    "本区",
    "全县",
    "我县",
    "该县",
    "本县",
    "this district",
    "the district",
    "this county",
    "the county",
];
const OF_CITY: [&str; 7] = ["全市", "我市", "该市", "本市", "全市范围", "the city", "citywide"];
const ABOVE: [&str; 10] =
    ["全省", "我省", "该省", "本省", "全国", "各省", "the province", "provincewide", "nationwide", "the country"];
/// What is said behind a region in which somebody is compared, not paid: 全市率先, 全省首个.
const COMPARED: [&str; 8] = ["率先", "首", "第", "前", "领先", "唯一", "排名", "平均"];
/// Longest name of a district, in characters, with its last one.
const NAME_CHARS: std::ops::RangeInclusive<usize> = 3..=4;

fn is_number(c: &char) -> bool {
    c.is_ascii_digit() || "一二三四五六七八九十百近超约逾".contains(*c)
}

/// The region that begins to be spoken of at a character of the clause that begins at `clause`.
pub fn region(chars: &[char], (at, clause): (usize, usize), names: &Names) -> Option<Region> {
    let is_city = names.division.ends_with("00");
    let said = |words: &[&str]| {
        let whole =
            |word: &str| !word.is_ascii() || at == 0 || !chars.get(at - 1).is_some_and(char::is_ascii_alphanumeric);
        let is_compared = |end: usize| COMPARED.iter().any(|word| starts(chars, end, word).is_some());
        // 占全区的23%: what it is a part of
        let is_led = ["占", "占到", "占了", "占据", "相当于"].iter().any(|word| ends(chars, at, word).is_some());
        // 仅为全区的14.9%
        let is_of_it = |end: usize| {
            ["为", "是"].iter().any(|word| ends(chars, at, word).is_some())
                && starts(chars, end, "的").is_some_and(|at| chars.get(at).is_some_and(is_number))
        };
        let is_whole = is_led || words.iter().any(|word| starts(chars, at, word).is_some_and(is_of_it));
        !is_whole
            && words.iter().any(|word| whole(word) && starts(chars, at, word).is_some_and(|end| !is_compared(end)))
    };
    if said(if is_city { &OF_CITY } else { &OF_DISTRICT }) {
        return Some(Region::Own);
    }
    if said(if is_city { &ABOVE } else { &OF_CITY }) || said(&ABOVE) {
        return Some(Region::Other);
    }
    if at != blanks(chars, clause) {
        return None;
    }
    // 慈溪兑付, 浙江：发放; 宁波市北仑区 and 北仑 are the book's own
    let authority = names.authority.as_str();
    let bare = named("elsewhere").filter(|name| !authority.contains(*name)).find_map(|name| starts(chars, at, name));
    if let Some(end) = bare {
        let rest: String = chars.get(end..).unwrap_or_default().iter().take(6).collect();
        let own: String = authority.chars().take(2).collect();
        let is_other_word =
            ["街道", "镇", "路", "银行", "保税", "港", "日报", "晚报"].iter().any(|word| rest.starts_with(word));
        if !is_other_word && (own.is_empty() || !rest.contains(&own)) {
            return Some(Region::Other);
        }
    }
    // 鄞州区累计发放: a name at the head of its clause.
    let name = NAME_CHARS.filter_map(|length| chars.get(at..at + length)).find(|name| {
        let text: String = name.iter().collect();
        let is_name = name.iter().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(c));
        let behind = chars.get(at + name.len());
        // 惠及市场主体: no city
        let goes_on = behind.is_some_and(|c| "场民值价面容政级区".contains(*c));
        let is_word = Cues::of(name).within(0, name.len()).next().is_some();
        is_name
            && !goes_on
            && !is_word
            && text.ends_with(['区', '县', '市'])
            && !named("not_a_district").any(|within| text.ends_with(within))
    })?;
    // 来自区人社局, 同期区财政: words that end before 区
    let is_led =
        name.iter().rev().nth(1).is_some_and(|c| "自由从据和与为对在到是及期向经被让将把以各本该".contains(*c));
    if is_led {
        return None;
    }
    let name: String = name.iter().collect();
    Some(if is_own(&name, names) { Region::Own } else { Region::Other })
}

/// 北仑区 for a book that is called 北仑纾困资金; where its name tells no district, 仑政办〔2020〕11号 and the like do.
fn is_own(name: &str, names: &Names) -> bool {
    let short = name.trim_end_matches(['区', '县', '市']);
    if names.authority.contains(name) || (short.chars().count() > 1 && names.authority.contains(short)) {
        return true;
    }
    let tells_none = !names.authority.contains(['区', '县', '市']);
    let issued_here = |number: &str| number.chars().next().is_some_and(|first| is_han(first) && short.contains(first));
    tells_none && !names.policies.is_empty() && names.policies.iter().all(|policy| issued_here(&policy.document_number))
}
