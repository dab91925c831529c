//! Of whom a figure speaks: policies, sub-districts, industries, kinds and sizes that the text names.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::cues::lines;
use super::text::{ends, starts, starts_word};
use super::{policies, unknown};
use crate::kernel::codes::Industry;
use crate::kernel::dates::Day;

/// Names as texts write them, beside those of the book.
const NAMES: &str = include_str!("names.txt");

/// Stands before a name that the book does not have: what is said of it cannot be checked.
pub(super) const UNKNOWN: char = '?';

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

    /// Takes what another names in place of the same dimension. A way of giving stands for its policies: 运费补贴…，贴息资金….
    pub fn replaced_by(&mut self, other: &Self) {
        if !other.policies.is_empty() || !other.instruments.is_empty() {
            self.policies.clear();
            self.instruments.clear();
        }
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

    /// The dimensions with what restricts them, in the order of the fields.
    pub fn dimensions(&self) -> [&BTreeSet<String>; 6] {
        [&self.policies, &self.instruments, &self.subdistricts, &self.industries, &self.kinds, &self.sizes]
    }

    /// All names in it, with blanks between them.
    pub fn names(&self) -> String {
        self.dimensions().into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")
    }

    fn dimensions_mut(&mut self) -> [&mut BTreeSet<String>; 6] {
        [
            &mut self.policies,
            &mut self.instruments,
            &mut self.subdistricts,
            &mut self.industries,
            &mut self.kinds,
            &mut self.sizes,
        ]
    }

    /// Whether it names something in a dimension that another names something in.
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        self.dimensions()
            .into_iter()
            .zip(other.dimensions())
            .any(|(mine, theirs)| !mine.is_empty() && !theirs.is_empty())
    }

    /// Whether all that it names is in dimensions in which another names something.
    pub(super) fn is_sibling(&self, other: &Self) -> bool {
        self.dimensions().into_iter().zip(other.dimensions()).all(|(mine, theirs)| mine.is_empty() == theirs.is_empty())
    }

    /// What it names beyond another.
    pub(super) fn beyond(mut self, other: &Self) -> Self {
        for (mine, theirs) in self.dimensions_mut().into_iter().zip(other.dimensions()) {
            if *mine == *theirs {
                mine.clear();
            }
        }
        self
    }

    /// Whether it is only of who receives: industry, kind, size.
    pub(super) fn is_of_recipients(&self) -> bool {
        self.policies.is_empty() && self.instruments.is_empty() && self.subdistricts.is_empty() && !self.is_whole()
    }

    /// Whether it names something that the book does not have.
    pub(super) fn is_unknown(&self) -> bool {
        self.dimensions().into_iter().flatten().any(|name| name.starts_with(UNKNOWN))
    }

    /// The names as the text has them, without what marks them as unknown.
    pub(super) fn plain(mut self) -> Self {
        for names in self.dimensions_mut() {
            *names =
                std::mem::take(names).into_iter().map(|name| name.trim_start_matches(UNKNOWN).to_owned()).collect();
        }
        self
    }

    /// The same names as ones that the book does not have.
    fn unknown(mut self) -> Self {
        for names in self.dimensions_mut() {
            *names = std::mem::take(names).into_iter().map(|name| format!("{UNKNOWN}{name}")).collect();
        }
        self
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
    /// The first day on which it paid something.
    pub begins_on: Option<Day>,
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
    pub(super) is_part: bool,
}

impl Mention {
    pub(super) const fn new(start: usize, end: usize, scope: Scope) -> Self {
        Self { start, end, scope, is_loose: false, is_part: false }
    }
}

pub(super) fn one(of: &str) -> BTreeSet<String> {
    BTreeSet::from([of.to_owned()])
}

/// The words by their group.
static GROUPS: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut groups: HashMap<&str, Vec<&str>> = HashMap::new();
    for (group, word) in lines(NAMES) {
        groups.entry(group).or_default().push(word);
    }
    groups
});

/// The words of a group of the file of names.
pub(super) fn named(group: &'static str) -> impl Iterator<Item = &'static str> {
    GROUPS.get(group).into_iter().flatten().copied()
}

/// The words of a group that begin with what they stand for: `F 批发零售`.
pub(super) fn meaning(group: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    named(group).filter_map(|line| line.split_once(' '))
}

/// Every name in the text, in order, none inside another. Folded characters, as long as the text.
pub fn mentions(chars: &[char], names: &Names) -> Vec<Mention> {
    let mut found = Vec::new();
    policies::find(chars, &names.policies, &mut found);
    places(chars, &names.subdistricts, &mut found);
    industries(chars, &names.industries, &mut found);
    fixed(chars, names, &mut found);
    unknown::named(chars, names, &mut found);
    let mut found = without_overlaps(found);
    // What no name covers may still be the name of something that the book does not have.
    unknown::formed(chars, names, &mut found);
    let mut found = without_overlaps(found);
    found.retain(|mention| !is_epithet(chars, mention));
    for mention in &mut found {
        // 除房租补助外: all but it, which is no scope of the book
        if ["除", "除了", "除去", "不含", "不包括", "excluding ", "except "]
            .iter()
            .any(|word| ends(chars, mention.start, word).is_some())
        {
            mention.scope = std::mem::take(&mut mention.scope).unknown();
        }
    }
    found
}

/// 柴桥是农业大街道, 制造业强区: what a place is known for, nobody who received.
fn is_epithet(chars: &[char], mention: &Mention) -> bool {
    let is_place =
        |at: usize| ["街道", "镇", "乡", "区", "县", "市", "省"].iter().any(|word| starts(chars, at, word).is_some());
    let is_known_for = matches!(chars.get(mention.end), Some('大' | '强' | '重' | '名')) && is_place(mention.end + 1);
    !mention.scope.industries.is_empty() && is_known_for
}

/// Longer names win over shorter ones that they cover, whole ones over parts as long, known ones over unknown ones.
fn without_overlaps(mut found: Vec<Mention>) -> Vec<Mention> {
    found.sort_by_key(|mention| {
        let is_policy = !mention.scope.policies.is_empty();
        (Reverse(mention.end - mention.start), mention.scope.is_unknown(), !is_policy, mention.is_part, mention.start)
    });
    let mut kept: Vec<Mention> = Vec::new();
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for mention in found {
        if taken.range(mention.start..mention.end).next().is_none() {
            taken.extend(mention.start..mention.end);
            kept.push(mention);
        }
    }
    kept.sort_by_key(|mention| mention.start);
    kept
}

/// Finds a word wherever it stands.
pub(super) fn add(chars: &[char], word: &str, scope: &Scope, found: &mut Vec<Mention>) {
    let word = word.to_lowercase();
    let Some(first) = word.chars().next() else { return };
    for at in (0..chars.len()).filter(|at| chars.get(*at) == Some(&first)) {
        if let Some(end) = starts_word(chars, at, &word) {
            found.push(Mention::new(at, end, scope.clone()));
        }
    }
}

/// Words behind the short name of a place that make another place of it: 大榭开发区 is not 大榭街道.
const OTHER_PLACE: [&str; 8] = ["开发区", "保税", "综保", "港区", "经济区", "产业", "岛", "新区"];

/// Sub-districts by their names, by their names without 街道, and as they are written in Latin letters.
fn places(chars: &[char], subdistricts: &[String], found: &mut Vec<Mention>) {
    for name in subdistricts {
        let scope = Scope { subdistricts: one(name), ..Scope::default() };
        add(chars, name, &scope, found);
        let short = ["街道", "镇", "乡"].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
        if short.chars().count() < 2 {
            continue;
        }
        let before = found.len();
        add(chars, short, &scope, found);
        let is_other = |end: usize| OTHER_PLACE.iter().any(|word| super::text::starts(chars, end, word).is_some());
        let (sure, doubtful): (Vec<Mention>, Vec<Mention>) =
            found.split_off(before).into_iter().partition(|mention| !is_other(mention.end));
        found.extend(sure);
        found.extend(doubtful.into_iter().map(|mention| Mention {
            end: mention.end + 2,
            scope: Scope { subdistricts: one(&format!("{UNKNOWN}{short}")), ..Scope::default() },
            ..mention
        }));
        if let Some(latin) = unknown::latin(short) {
            add(chars, &latin, &scope, found);
        }
    }
}

/// Industries by their name in the standard and the short names in use; those that the book does not have are unknown.
fn industries(chars: &[char], codes: &[String], found: &mut Vec<Mention>) {
    let known: BTreeSet<&str> = codes.iter().map(String::as_str).collect();
    let is_known = |industry: &Industry| {
        let is_section = industry.code() == industry.section();
        let in_section = |code: &str| Industry::from_code(code).is_some_and(|other| other.section() == industry.code());
        known.contains(industry.code()) || (is_section && codes.iter().any(|code| in_section(code)))
    };
    let scope = |industry: &Industry, word: &str| {
        let name = if is_known(industry) { industry.code().to_owned() } else { format!("{UNKNOWN}{word}") };
        Scope { industries: one(&name), ..Scope::default() }
    };
    for industry in Industry::all() {
        let name = industry.zh();
        if name.chars().count() < 3 {
            continue;
        }
        add(chars, name, &scope(&industry, name), found);
        for short in [name.replace(['和', '、'], ""), name.replace('、', "")] {
            if short != name {
                add(chars, &short, &scope(&industry, &short), found);
            }
        }
    }
    for (code, word) in meaning("industry") {
        if let Some(industry) = Industry::from_code(code) {
            add(chars, word, &scope(&industry, word), found);
        }
    }
}

/// Kinds, sizes and ways of giving, by the words of the field.
fn fixed(chars: &[char], names: &Names, found: &mut Vec<Mention>) {
    let set = |names: &str| names.split('+').map(ToOwned::to_owned).collect::<BTreeSet<_>>();
    for (kind, word) in meaning("kind") {
        add(chars, word, &Scope { kinds: set(kind), ..Scope::default() }, found);
    }
    for (sizes, word) in meaning("size") {
        let scope = Scope { sizes: set(sizes), ..Scope::default() };
        add(chars, word, &scope, found);
        if let Some(adjective) = word.strip_suffix("企业") {
            for noun in ["市场主体", "经营主体", "主体", "商户", "经营户", "单位"] {
                add(chars, &format!("{adjective}{noun}"), &scope, found);
            }
        }
    }
    for (instrument, word) in meaning("instrument") {
        // 贴息 for the only policy that gives so
        let mut given = names.policies.iter().filter(|policy| policy.instrument == instrument);
        let scope = match (given.next(), given.next()) {
            (Some(policy), None) => Scope { policies: one(&policy.code), ..Scope::default() },
            _ => Scope { instruments: set(instrument), ..Scope::default() },
        };
        add(chars, word, &scope, found);
    }
    let before = found.len();
    for (kind, word) in meaning("loose_kind") {
        add(chars, word, &Scope { kinds: set(kind), ..Scope::default() }, found);
    }
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
            begins_on: None,
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
        assert_eq!(words, ["新碶", "制造业", "个体户", "大榭街道", "小微企业", "餐饮业"]);
        assert_eq!(found("住宿业")[0].1.industries, one("61"));
    }
}
