//! How many policies a text tells of: 出台五项政策, 惠企政策5条. 上述三项政策 only points at those that were named.

use super::text::starts;

/// Words by which a number of policies is one that somebody states.
const VERBS: [&str; 33] = [
    "出台",
    "推出",
    "制定",
    "发布",
    "印发",
    "实施",
    "推行",
    "实行",
    "启动",
    "共有",
    "现有",
    "兑现",
    "落实",
    "执行",
    "涉及",
    "涵盖",
    "包括",
    "覆盖",
    "整合",
    "通过",
    "依托",
    "围绕",
    "使用",
    "under",
    "through",
    "rolled out",
    "introduced",
    "launched",
    "issued",
    "adopted",
    "unveiled",
    "announced",
    "implemented",
];

/// Words by which it points at others.
const POINTING: [&str; 14] =
    ["上述", "这", "该", "等", "其余", "剩余", "其他", "前", "另", "每", "某", "第", "以上", "任"];

/// How far before the number the verb may stand, in characters.
const BEFORE_CHARS: usize = 14;

/// Whether the number of policies that begins here is stated.
pub(super) fn is_governed(chars: &[char], at: usize) -> bool {
    let before: String = chars.get(at.saturating_sub(BEFORE_CHARS)..at).unwrap_or_default().iter().collect();
    let clause = before.rsplit(['，', '。', '；', '\n', '、', '：']).next().unwrap_or_default();
    let is_pointed = POINTING.iter().any(|word| clause.trim_end().ends_with(word));
    // 政策5条发放: told before the verb
    let is_subject = chars.get(at).is_some_and(char::is_ascii_digit);
    !is_pointed && (is_subject || VERBS.iter().any(|verb| clause.contains(verb)))
}

/// 5项区级帮扶政策
pub(super) fn goes_on_with_policies(chars: &[char], end: usize) -> bool {
    let is_between = |at: &usize| chars.get(*at).copied().is_some_and(super::text::is_han);
    (end..end + 7).take_while(is_between).any(|at| starts(chars, at, "政策").is_some())
}

/// Verbs by which policies are given out, not used.
const GIVEN_OUT: [&str; 18] = [
    "出台",
    "推出",
    "制定",
    "发布",
    "印发",
    "实施",
    "推行",
    "实行",
    "启动",
    "共有",
    "现有",
    "rolled out",
    "introduced",
    "launched",
    "issued",
    "adopted",
    "unveiled",
    "announced",
];

/// Whether words before the number say that the policies were given out, not that they were used.
pub(super) fn is_of_book(words: &str) -> bool {
    GIVEN_OUT.iter().any(|verb| words.contains(verb))
}
