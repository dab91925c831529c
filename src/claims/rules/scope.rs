//! Of whom a figure speaks: policies, sub-districts, industries, kinds and sizes that the text names.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::kernel::codes::{Industry, Instrument, Kind, Size};

/// Which grants count. An empty list restricts nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scope {
    /// Codes of policies.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub policies: BTreeSet<String>,
    /// Ways in which money is given.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub instruments: BTreeSet<String>,
    /// Sub-districts.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub subdistricts: BTreeSet<String>,
    /// Codes of industries; a section stands for its divisions too.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub industries: BTreeSet<String>,
    /// Kinds of recipients.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub kinds: BTreeSet<String>,
    /// Sizes of recipients.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub sizes: BTreeSet<String>,
}

impl Scope {
    /// Whether it restricts nothing.
    pub fn is_whole(&self) -> bool {
        *self == Self::default()
    }

    /// Takes what another names in place of the same dimension.
    pub fn replaced_by(&mut self, other: &Self) {
        for (mine, theirs) in [
            (&mut self.policies, &other.policies),
            (&mut self.instruments, &other.instruments),
            (&mut self.subdistricts, &other.subdistricts),
            (&mut self.industries, &other.industries),
            (&mut self.kinds, &other.kinds),
            (&mut self.sizes, &other.sizes),
        ] {
            if !theirs.is_empty() {
                mine.clone_from(theirs);
            }
        }
    }

    /// Adds what another names.
    pub fn joined_by(&mut self, other: Self) {
        self.policies.extend(other.policies);
        self.instruments.extend(other.instruments);
        self.subdistricts.extend(other.subdistricts);
        self.industries.extend(other.industries);
        self.kinds.extend(other.kinds);
        self.sizes.extend(other.sizes);
    }
}

/// A policy as a text may name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyName {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Number of its document.
    pub document_number: String,
    /// In what way it gives money.
    pub instrument: String,
}

/// The names that the book knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// The book, as its fund authority calls it: 北仑区纾困资金.
    pub authority: String,
    /// Code of its division (GB/T 2260), of which the last two digits are 00 for a city.
    pub division: String,
    /// Policies.
    pub policies: Vec<PolicyName>,
    /// Sub-districts of its grants.
    pub subdistricts: Vec<String>,
    /// Codes of industries of its grants.
    pub industries: Vec<String>,
}

/// A name of the book where the text has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// First character.
    pub start: usize,
    /// Behind the last one.
    pub end: usize,
    /// What is named.
    pub scope: Scope,
    /// Whether the word means all that have a business licence where no kind is set against another: 企业.
    pub is_loose: bool,
    /// Whether it is a part of a longer name.
    is_part: bool,
}

/// Fewest characters by which part of a title stands for a policy.
const PART_MIN: usize = 4;

fn one(of: &str) -> BTreeSet<String> {
    BTreeSet::from([of.to_owned()])
}

/// Every name of the book in the text, in order, none inside another. Folded characters, as long as the text.
pub fn mentions(chars: &[char], names: &Names) -> Vec<Mention> {
    let mut found = Vec::new();
    policies(chars, &names.policies, &mut found);
    for name in &names.subdistricts {
        let scope = || Scope { subdistricts: one(name), ..Scope::default() };
        add(chars, name, &scope(), &mut found);
        let short = ["街道", "镇", "乡"].iter().find_map(|suffix| name.strip_suffix(suffix));
        if let Some(short) = short.filter(|short| short.chars().count() >= 2) {
            add(chars, short, &scope(), &mut found);
        }
    }
    industries(chars, &names.industries, &mut found);
    fixed(chars, &mut found);
    without_overlaps(found)
}

/// Longer names win over shorter ones that they cover, whole ones over parts as long.
fn without_overlaps(mut found: Vec<Mention>) -> Vec<Mention> {
    found.sort_by_key(|mention| (Reverse(mention.end - mention.start), mention.is_part, mention.start));
    let mut kept: Vec<Mention> = Vec::new();
    for mention in found {
        if kept.iter().all(|other| mention.end <= other.start || mention.start >= other.end) {
            kept.push(mention);
        }
    }
    kept.sort_by_key(|mention| mention.start);
    kept
}

fn add(chars: &[char], word: &str, scope: &Scope, found: &mut Vec<Mention>) {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    if word.is_empty() {
        return;
    }
    for (start, window) in chars.windows(word.len()).enumerate() {
        if window == word.as_slice() {
            found.push(Mention {
                start,
                end: start + word.len(),
                scope: scope.clone(),
                is_loose: false,
                is_part: false,
            });
        }
    }
}

/// Policies by code, document number or title; or by the longest part of a title that no other policy has.
fn policies(chars: &[char], policies: &[PolicyName], found: &mut Vec<Mention>) {
    for policy in policies {
        let scope = Scope { policies: one(&policy.code), ..Scope::default() };
        for word in [&policy.code, &policy.document_number] {
            add(chars, word, &scope, found);
        }
    }
    let titles: Vec<Vec<char>> = policies.iter().map(|policy| policy.title.to_lowercase().chars().collect()).collect();
    let mut at = 0;
    while at < chars.len() {
        let lengths: Vec<usize> = titles.iter().map(|title| longest_part(chars, at, title)).collect();
        let longest = lengths.iter().copied().max().unwrap_or(0);
        let of_that: Vec<usize> = (0..lengths.len()).filter(|n| lengths.get(*n) == Some(&longest)).collect();
        if let [only] = of_that.as_slice()
            && longest >= PART_MIN
            && let (Some(policy), Some(title)) = (policies.get(*only), titles.get(*only))
            && longest * 2 >= title.len()
        {
            let scope = Scope { policies: one(&policy.code), ..Scope::default() };
            found.push(Mention {
                start: at,
                end: at + longest,
                scope,
                is_loose: false,
                is_part: longest < title.len(),
            });
            at += longest;
        } else {
            at += 1;
        }
    }
}

/// How many characters from here on stand somewhere in the title.
fn longest_part(chars: &[char], at: usize, title: &[char]) -> usize {
    let rest = chars.get(at..).unwrap_or_default();
    (0..title.len())
        .map(|from| title.iter().skip(from).zip(rest).take_while(|(one, other)| one == other).count())
        .max()
        .unwrap_or(0)
}

/// Industries that the book has, by their name in the standard and the short names in use.
fn industries(chars: &[char], codes: &[String], found: &mut Vec<Mention>) {
    let known: BTreeSet<&str> = codes.iter().map(String::as_str).collect();
    for industry in Industry::all() {
        let has = |code: &str| known.contains(code);
        let is_section = industry.code() == industry.section();
        let in_section =
            |code: &str| Industry::all().any(|other| other.code() == code && other.section() == industry.code());
        let is_known = has(industry.code()) || (is_section && codes.iter().any(|code| in_section(code)));
        if !is_known {
            continue;
        }
        let scope = Scope { industries: one(industry.code()), ..Scope::default() };
        let name = industry.zh();
        add(chars, name, &scope, found);
        let short: String = name.replace(['和', '、'], "");
        if short != name {
            add(chars, &short, &scope, found);
        }
    }
    for (word, code) in [("批发零售", "F"), ("住宿餐饮", "H"), ("交通运输业", "G"), ("交通运输", "G"), ("文旅业", "R")]
    {
        let scope = Scope { industries: one(code), ..Scope::default() };
        add(chars, word, &scope, found);
    }
}

/// Kinds, sizes and ways of giving, by the words of the field.
fn fixed(chars: &[char], found: &mut Vec<Mention>) {
    let kind = |kind: Kind| Scope { kinds: one(kind.code()), ..Scope::default() };
    let sizes =
        |sizes: &[Size]| Scope { sizes: sizes.iter().map(|size| size.code().to_owned()).collect(), ..Scope::default() };
    let instrument = |of: Instrument| Scope { instruments: one(of.code()), ..Scope::default() };
    let words: [(&[&str], Scope); 15] = [
        (&["个体工商户", "个体户", "sole traders", "sole proprietors"], kind(Kind::SoleTrader)),
        (&["农民专业合作社", "专业合作社", "合作社", "cooperatives"], kind(Kind::Cooperative)),
        (&["社会组织"], kind(Kind::Social)),
        (&["大型企业"], sizes(&[Size::Large])),
        (&["中型企业"], sizes(&[Size::Medium])),
        (&["小型企业"], sizes(&[Size::Small])),
        (&["微型企业"], sizes(&[Size::Micro])),
        (&["小微企业", "小微型企业"], sizes(&[Size::Small, Size::Micro])),
        (&["中小微企业", "中小企业"], sizes(&[Size::Medium, Size::Small, Size::Micro])),
        (
            &["减税降费", "减免税费", "税收减免", "减税", "减免税", "退税", "tax relief"],
            instrument(Instrument::TaxRelief),
        ),
        (&["缓缴社保", "社保缓缴", "缓缴社会保险"], instrument(Instrument::SocialInsuranceDeferral)),
        (&["贷款贴息", "贴息"], instrument(Instrument::InterestSubsidy)),
        (&["发放贷款", "贷款", "loans"], instrument(Instrument::Loan)),
        (&["small and micro businesses", "small and micro enterprises"], sizes(&[Size::Small, Size::Micro])),
        (&["micro businesses", "micro enterprises"], sizes(&[Size::Micro])),
    ];
    for (names, scope) in words {
        for name in names {
            add(chars, name, &scope, found);
        }
    }
    let before = found.len();
    add(chars, "企业", &kind(Kind::Enterprise), found);
    for mention in found.iter_mut().skip(before) {
        mention.is_loose = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let policy = |code: &str, title: &str, number: &str| PolicyName {
            code: code.into(),
            title: title.into(),
            document_number: number.into(),
            instrument: "grant".into(),
        };
        Names {
            authority: String::new(),
            division: "330206".into(),
            policies: vec![
                policy("BL2020-01", "小微企业房租补助", "仑政办〔2020〕11号"),
                policy("BL2020-02", "稳岗返还补贴", "仑人社〔2020〕8号"),
                policy("BL2020-03", "个体工商户复工补助", "仑市监〔2020〕15号"),
            ],
            subdistricts: vec!["新碶街道".into(), "大榭街道".into()],
            industries: vec!["C".into(), "61".into()],
        }
    }

    fn found(text: &str) -> Vec<(String, Scope)> {
        let chars: Vec<char> = text.chars().collect();
        let word = |mention: &Mention| chars.get(mention.start..mention.end).unwrap().iter().collect::<String>();
        mentions(&chars, &names()).into_iter().map(|mention| (word(&mention), mention.scope)).collect()
    }

    #[test]
    fn policies_are_known_by_code_number_title_or_a_part_that_is_theirs_alone() {
        for (text, word, code) in [
            ("根据BL2020-01".to_lowercase(), "bl2020-01", "BL2020-01"),
            ("按仑人社〔2020〕8号发放".into(), "仑人社〔2020〕8号", "BL2020-02"),
            ("小微企业房租补助1亿元".into(), "小微企业房租补助", "BL2020-01"),
            ("发放稳岗返还2000万元".into(), "稳岗返还", "BL2020-02"),
            ("发放房租补助".into(), "房租补助", "BL2020-01"),
        ] {
            let found = found(&text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!((found[0].0.as_str(), found[0].1.policies.iter().next().unwrap().as_str()), (word, code));
        }
        assert!(found("复工").is_empty(), "two characters name nothing");
    }

    #[test]
    fn places_industries_kinds_and_sizes_are_known() {
        let text = found("新碶制造业个体户、大榭街道的小微企业和餐饮业");
        let words: Vec<&str> = text.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(words, ["新碶", "制造业", "个体户", "大榭街道", "小微企业"]);
        assert_eq!(found("住宿业")[0].1.industries, one("61"));
    }
}
