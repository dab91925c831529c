//! Which grants somebody should look at, and why. Pure: grants in, groups of them out.
//!
//! Every question parts some of the grants into groups; a group is named by its first grant. An anomaly is a question, not
//! a verdict: much of what is found has a good reason.

mod approvals;
mod benford;
mod payees;

use std::collections::BTreeMap;

use crate::calendar::Calendar;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;

pub use benford::{Benford, CRITICAL_MILLIONTHS, GRANTS_MIN};

/// A question, in the order of how hard it is to explain what it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// One account, several recipients.
    SharedAccount,
    /// One name, several numbers.
    SameName,
    /// One recipient, one amount, one day, several grants.
    SameDay,
    /// Two people who approved what the other one prepared.
    MutualPair,
    /// Approved at night or on a day of rest.
    OffHours,
    /// A little less than the cap.
    NearCap,
    /// One recipient, several policies.
    SeveralPolicies,
    /// One pair of people with most of the approvals.
    DominantPair,
    /// Many grants of one round amount.
    RoundAmount,
    /// First digits that are too frequent.
    FirstDigit,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::SharedAccount,
        Self::SameName,
        Self::SameDay,
        Self::MutualPair,
        Self::OffHours,
        Self::NearCap,
        Self::SeveralPolicies,
        Self::DominantPair,
        Self::RoundAmount,
        Self::FirstDigit,
    ];

    /// The word of addresses, files and the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SharedAccount => "shared_account",
            Self::SameName => "same_name",
            Self::SameDay => "same_day",
            Self::MutualPair => "mutual_pair",
            Self::OffHours => "off_hours",
            Self::NearCap => "near_cap",
            Self::SeveralPolicies => "several_policies",
            Self::DominantPair => "dominant_pair",
            Self::RoundAmount => "round_amount",
            Self::FirstDigit => "first_digit",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether it asks about approvals, with the amounts that were approved; else about money that was paid, with the net.
    pub const fn is_of_approvals(self) -> bool {
        matches!(self, Self::MutualPair | Self::OffHours | Self::DominantPair)
    }
}

/// A grant that was approved. Words that many share are numbers here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// Its id.
    pub id: i64,
    /// Whom it is for.
    pub recipient: i64,
    /// Under which policy.
    pub policy: i64,
    /// Its place among the names.
    pub name: usize,
    /// Its place among the accounts.
    pub account: usize,
    /// What was paid less what came back; zero or more.
    pub net: Fen,
    /// First day on which money reached the recipient.
    pub paid_on: Option<Day>,
    /// What was approved.
    pub approved: Fen,
    /// Who prepared it: a place among the people.
    pub prepared_by: usize,
    /// Who approved it: a place among the people.
    pub approved_by: usize,
    /// Position of the approval.
    pub decision: i64,
}

/// What a policy says of a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its code.
    pub code: String,
    /// Most per recipient.
    pub cap: Option<Fen>,
}

/// The grants of a book at a moment, in the order of their ids.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// The grants.
    pub grants: Vec<Grant>,
    /// Names as they are compared; an empty one says nothing.
    pub names: Vec<String>,
    /// Account numbers; an empty one says nothing.
    pub accounts: Vec<String>,
    /// What people are called.
    pub people: Vec<String>,
    /// The policies.
    pub policies: BTreeMap<i64, Policy>,
    /// When each decision was recorded.
    pub decided_at: BTreeMap<i64, Instant>,
    /// Which days are worked.
    pub calendar: Calendar,
}

/// Where the questions draw their lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lines {
    /// Just under a cap: not more than so many percent below it.
    pub cap_percent: i64,
    /// A pair has most of the approvals: more than so many percent of the decisions.
    pub pair_percent: i64,
    /// A round amount is frequent: so many grants under one policy.
    pub round_grants: usize,
}

impl Default for Lines {
    fn default() -> Self {
        Self { cap_percent: 2, pair_percent: 50, round_grants: 10 }
    }
}

/// Why a group was found: a code of `anomalies.why.`, and what stands in its places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// The code.
    pub code: &'static str,
    /// The places.
    pub facts: Vec<(&'static str, String)>,
}

impl Why {
    const fn new(code: &'static str) -> Self {
        Self { code, facts: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }
}

/// Grants that raise a question together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Their places among the grants of the book; never none, in order.
    pub members: Vec<usize>,
    /// Why.
    pub why: Why,
    /// What they add up to.
    pub sum: Fen,
}

impl Group {
    /// The id of the first grant, which names the group within its question.
    pub fn id(&self, book: &Book) -> i64 {
        self.members.first().and_then(|first| book.grants.get(*first)).map_or(0, |grant| grant.id)
    }
}

/// Asks one question: the groups, those with the largest sum first.
pub fn find(kind: Kind, book: &Book, lines: &Lines) -> Vec<Group> {
    let mut found = match kind {
        Kind::SharedAccount => payees::shared_account(book),
        Kind::SameName => payees::same_name(book),
        Kind::SameDay => payees::same_day(book),
        Kind::SeveralPolicies => payees::several_policies(book),
        Kind::NearCap => payees::near_cap(book, lines.cap_percent),
        Kind::RoundAmount => payees::round_amount(book, lines.round_grants),
        Kind::MutualPair => approvals::mutual_pair(book),
        Kind::OffHours => approvals::off_hours(book),
        Kind::DominantPair => approvals::dominant_pair(book, lines.pair_percent),
        Kind::FirstDigit => benford::first_digit(book),
    };
    for group in &mut found {
        group.sum = sum(book, &group.members, kind);
    }
    found.sort_by(|one, other| other.sum.cmp(&one.sum).then_with(|| one.members.cmp(&other.members)));
    found
}

/// What counts of a grant for a question.
pub const fn amount(kind: Kind, grant: &Grant) -> Fen {
    if kind.is_of_approvals() { grant.approved } else { grant.net }
}

fn sum(book: &Book, members: &[usize], kind: Kind) -> Fen {
    let amounts = members.iter().filter_map(|member| book.grants.get(*member));
    // Every total of a book is below the end of the range, so no part of it reaches it.
    Fen::sum(amounts.map(|grant| amount(kind, grant))).unwrap_or(Fen::new(i64::MAX))
}

/// Parts grants by a key; those without one take no part.
fn parted<K: Ord>(book: &Book, key: impl Fn(&Grant) -> Option<K>) -> BTreeMap<K, Vec<usize>> {
    let mut parts: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for (place, grant) in book.grants.iter().enumerate() {
        if let Some(key) = key(grant) {
            parts.entry(key).or_default().push(place);
        }
    }
    parts
}

/// The distinct values that grants of a group have.
fn distinct<V: Ord>(book: &Book, members: &[usize], value: impl Fn(&Grant) -> V) -> Vec<V> {
    let mut values: Vec<V> = members.iter().filter_map(|member| book.grants.get(*member)).map(value).collect();
    values.sort();
    values.dedup();
    values
}

fn group(members: Vec<usize>, why: Why) -> Group {
    Group { members, why, sum: Fen::new(0) }
}

/// Tenths of a percent as people read them: `63.4`.
fn percent(part: usize, whole: usize) -> String {
    let tenths = (part * 2_000 + whole) / (whole * 2).max(1);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A book with two policies, three accounts, two names and three people.
    pub(super) fn book(grants: Vec<Grant>) -> Book {
        let policy = |code: &str, cap: Option<i64>| Policy { code: code.into(), cap: cap.map(Fen::new) };
        let at = |day: &str, hour: i64| Instant::start_of(Day::parse(day).unwrap()).plus_ms(hour * 3_600_000);
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        Book {
            grants,
            names: words(&["", "甲公司", "乙公司"]),
            accounts: words(&["", "622200001111", "622200002222"]),
            people: words(&["陈", "王", "周"]),
            policies: [(1, policy("BL-01", Some(10_000_000))), (2, policy("BL-02", None))].into(),
            decided_at: (1..=40).map(|n| (n, at("2020-03-04", 10))).collect(),
            calendar: Calendar::default(),
        }
    }

    pub(super) fn grant(id: i64, recipient: i64, policy: i64, fen: i64) -> Grant {
        let paid_on = Day::parse("2020-03-05").ok();
        let amount = Fen::new(fen);
        let (name, account) = (0, 0);
        let (prepared_by, approved_by, decision) = (0, 1, id);
        Grant {
            id,
            recipient,
            policy,
            name,
            account,
            net: amount,
            paid_on,
            approved: amount,
            prepared_by,
            approved_by,
            decision,
        }
    }

    /// The ids of each group.
    pub(super) fn ids(kind: Kind, book: &Book) -> Vec<Vec<i64>> {
        let groups = find(kind, book, &Lines::default());
        let of = |group: &Group| group.members.iter().map(|place| book.grants[*place].id).collect();
        groups.iter().map(of).collect()
    }

    #[test]
    fn shares_are_rounded_to_a_tenth() {
        assert_eq!(percent(2, 3), "66.7");
        assert_eq!(percent(1, 8), "12.5");
        assert_eq!(percent(0, 0), "0.0");
        assert_eq!(percent(7, 7), "100.0");
    }

    proptest! {
        #[test]
        fn every_question_parts_its_grants(
            drawn in proptest::collection::vec((1_i64..4, 1_i64..3, 0_usize..3, 0_usize..3, 0_i64..12, 0_usize..3), 0..40)
        ) {
            let grants = drawn.iter().zip(1..).map(|((recipient, policy, name, account, amount, people), id)| Grant {
                name: *name,
                account: *account,
                prepared_by: *people,
                approved_by: (*people + 1) % 3,
                ..grant(id, *recipient, *policy, amount * 1_000_000)
            });
            let book = book(grants.collect());
            for kind in Kind::ALL {
                let groups = find(kind, &book, &Lines { round_grants: 2, ..Lines::default() });
                let mut seen: Vec<usize> = groups.iter().flat_map(|group| group.members.clone()).collect();
                let all = seen.len();
                seen.sort_unstable();
                seen.dedup();
                prop_assert_eq!(seen.len(), all, "{:?}: a grant stands in two groups", kind);
                for pair in groups.windows(2) {
                    prop_assert!(pair[0].sum >= pair[1].sum);
                }
                for one in &groups {
                    let counted = one.members.iter().map(|place| amount(kind, &book.grants[*place]).get()).sum::<i64>();
                    prop_assert_eq!(one.sum, Fen::new(counted));
                    let is_paid = one.members.iter().all(|place| book.grants[*place].net > Fen::new(0));
                    prop_assert!(kind.is_of_approvals() || is_paid, "{:?}: nothing of it was paid", kind);
                }
            }
        }
    }
}
