//! Words that tell what a figure measures, found once in a text. The words are data: `cues.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::text::starts_word;

const WORDS: &str = include_str!("cues.txt");

/// What a cue says of the figures near it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cue {
    Paid,
    /// What is paid, which says no more than the verb before it does.
    Money,
    Gross,
    Returned,
    Budget,
    PerRecipient,
    PerGrant,
    Share,
    Completion,
    Planned,
    /// It was not paid, or not yet.
    NotYet,
    /// What one may get at most, or by the day, the head, the square metre.
    Limit,
    /// What a policy gives to whom: all that follows in the sentence is a rule.
    Rule,
    /// What is said is not so.
    Denied,
    /// One of several parts.
    Part,
    /// Another purpose than that of the book.
    Purpose,
    Compared,
    /// Something is done with it that is no payment.
    Act,
    /// Something else than payments.
    Foreign,
    /// It was not reached, which bounds the figure: 尚未达到.
    Bound,
    /// It grew up to the figure, which is no growth: 增加到.
    Reached,
    /// The whole that was told is told by its parts: 按行业分.
    Parted,
    /// An entity by itself tells its story: 店主.
    Teller,
    /// It happened, whatever was planned before.
    Done,
    /// Several that were told are told together.
    Sum,
    /// A part of what was told before.
    Inside,
    /// What stands before and behind goes together in order: 分别.
    EachInOrder,
    /// Money of one level of government.
    Level,
    /// Somebody else pays.
    Payer,
    /// A sentence that begins so goes on with what was spoken of.
    Anaphor,
    /// A percentage is one of recipients.
    OfCount,
    /// A percentage is one of money.
    OfMoney,
}

impl Cue {
    /// The cue of a group of the file.
    fn of_group(group: &str) -> Option<Self> {
        Some(match group {
            "paid" => Self::Paid,
            "money" => Self::Money,
            "gross" => Self::Gross,
            "returned" => Self::Returned,
            "budget" => Self::Budget,
            "per_recipient" => Self::PerRecipient,
            "per_grant" => Self::PerGrant,
            "share" => Self::Share,
            "completion" => Self::Completion,
            "planned" => Self::Planned,
            "not_yet" => Self::NotYet,
            "limit" => Self::Limit,
            "rule" => Self::Rule,
            "denied" => Self::Denied,
            "part" => Self::Part,
            "purpose" => Self::Purpose,
            "compared" => Self::Compared,
            "act" => Self::Act,
            "foreign" => Self::Foreign,
            "bound" => Self::Bound,
            "reached" => Self::Reached,
            "parted" => Self::Parted,
            "teller" => Self::Teller,
            "done" => Self::Done,
            "sum" => Self::Sum,
            "inside" => Self::Inside,
            "each_in_order" => Self::EachInOrder,
            "level" => Self::Level,
            "payer" => Self::Payer,
            "anaphor" => Self::Anaphor,
            "of_count" => Self::OfCount,
            "of_money" => Self::OfMoney,
            _ => return None,
        })
    }

    /// Whether it says what a figure measures; the others only say how the figure belongs to what stands around it.
    const fn measures(self) -> bool {
        !matches!(
            self,
            Self::Done
                | Self::Parted
                | Self::Teller
                | Self::Denied
                | Self::Sum
                | Self::Inside
                | Self::EachInOrder
                | Self::Level
                | Self::Payer
                | Self::Anaphor
                | Self::OfCount
                | Self::OfMoney
        )
    }
}

/// Lines of a file of words: a group and what stands behind it; notes and empty lines apart.
pub(super) fn lines(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}

/// The words by their first character.
static CUES: LazyLock<HashMap<char, Vec<(Cue, &'static str)>>> = LazyLock::new(|| {
    let mut words: HashMap<char, Vec<(Cue, &'static str)>> = HashMap::new();
    for (group, word) in lines(WORDS) {
        if let (Some(cue), Some(first)) = (Cue::of_group(group), word.chars().next()) {
            words.entry(first).or_default().push((cue, word));
        }
    }
    words
});

/// The words of a text that tell what its figures measure: each cue with where it begins and ends, in the order in which
/// they begin. They are looked for once, for many figures stand near the same words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cues {
    /// Those that say what is measured.
    measuring: Vec<(Cue, usize, usize)>,
    /// The others.
    joining: Vec<(Cue, usize, usize)>,
}

impl Cues {
    /// Finds them.
    pub fn of(chars: &[char]) -> Self {
        let (mut measuring, mut joining) = (Vec::new(), Vec::new());
        for at in 0..chars.len() {
            for (cue, word) in chars.get(at).and_then(|c| CUES.get(c)).into_iter().flatten() {
                if let Some(end) = starts_word(chars, at, word) {
                    let found = if cue.measures() { &mut measuring } else { &mut joining };
                    found.push((*cue, at, end));
                }
            }
        }
        let mut measuring = outermost(measuring);
        measuring.retain(|(cue, ..)| !matches!(cue, Cue::Bound | Cue::Reached));
        Self { measuring, joining: outermost(joining) }
    }

    /// Without words for something else that stand in the names of policies: job retention subsidies speak of no jobs.
    pub(super) fn beside(mut self, names: &[(usize, usize)]) -> Self {
        let is_inside = |at: usize, end: usize| {
            let last = names.partition_point(|(start, _)| *start <= at).checked_sub(1).and_then(|n| names.get(n));
            last.is_some_and(|(_, behind)| end <= *behind)
        };
        self.measuring.retain(|(cue, start, end)| *cue != Cue::Foreign || !is_inside(*start, *end));
        self
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.measuring.is_empty() && self.joining.is_empty()
    }

    /// Those that stand whole in a stretch of the text.
    pub(super) fn within(&self, from: usize, to: usize) -> impl DoubleEndedIterator<Item = (Cue, usize, usize)> {
        within(&self.measuring, from, to)
    }

    /// Whether one of these stands whole in a stretch of the text, and where the last one begins.
    pub(super) fn joining(&self, wanted: Cue, from: usize, to: usize) -> Option<usize> {
        within(&self.joining, from, to).filter(|(cue, ..)| *cue == wanted).map(|(_, start, _)| start).next_back()
    }

    /// The first one in a stretch of the text; a noun only if nothing says more.
    pub(super) fn first(&self, from: usize, to: usize) -> Option<Cue> {
        let mut all = self.within(from, to).map(|(cue, ..)| cue);
        let first = all.next()?;
        if first == Cue::Money { all.find(|cue| *cue != Cue::Money).or(Some(first)) } else { Some(first) }
    }

    /// The last one that says what is done, of earlier clauses: that a sum was the highest, an average or a share says
    /// nothing of the next.
    pub(super) fn last_verb(&self, from: usize, to: usize) -> Option<Cue> {
        self.last_of(from, to, |cue| {
            !matches!(
                cue,
                Cue::Limit
                    | Cue::Share
                    | Cue::Completion
                    | Cue::PerRecipient
                    | Cue::PerGrant
                    | Cue::Compared
                    // 4月付出首笔款，到6月底累计512万元: no longer of that part
                    | Cue::Part
            )
        })
    }

    /// The last one to end in a stretch of the text, but behind the last verb no noun.
    pub(super) fn last(&self, from: usize, to: usize) -> Option<Cue> {
        self.last_of(from, to, |_| true)
    }

    fn last_of(&self, from: usize, to: usize, counts: fn(Cue) -> bool) -> Option<Cue> {
        let last = |wanted: fn(Cue) -> bool| {
            self.within(from, to)
                .filter(move |(cue, ..)| counts(*cue) && wanted(*cue))
                .max_by_key(|(_, start, end)| (*end, end - start))
                .map(|(cue, ..)| cue)
        };
        let found = last(|_| true)?;
        if found != Cue::Money {
            return Some(found);
        }
        last(|cue| matches!(cue, Cue::Act | Cue::Paid | Cue::Gross | Cue::Budget | Cue::Returned | Cue::NotYet))
            .or(Some(found))
    }
}

fn within(
    cues: &[(Cue, usize, usize)],
    from: usize,
    to: usize,
) -> impl DoubleEndedIterator<Item = (Cue, usize, usize)> {
    let first = cues.partition_point(|(_, start, _)| *start < from);
    let behind = cues.partition_point(|(_, start, _)| *start < to).max(first);
    cues.get(first..behind).unwrap_or_default().iter().copied().filter(move |(.., end)| *end <= to)
}

/// Without words that stand inside a longer one: 平均每户 speaks of no 每户. Of one place the same word may say two things.
fn outermost(found: Vec<(Cue, usize, usize)>) -> Vec<(Cue, usize, usize)> {
    let mut kept: Vec<(Cue, usize, usize)> = Vec::with_capacity(found.len());
    for one in found {
        let covers =
            |a: &(Cue, usize, usize), b: &(Cue, usize, usize)| a.1 <= b.1 && a.2 >= b.2 && (a.2 - a.1) > (b.2 - b.1);
        if kept.iter().rev().take(8).any(|other| covers(other, &one)) {
            continue;
        }
        while kept.last().is_some_and(|other| covers(&one, other)) {
            kept.pop();
        }
        kept.push(one);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_file_has_a_group_and_a_word() {
        for line in WORDS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (group, word) = line.split_once(' ').unwrap_or_else(|| panic!("{line}"));
            assert!(Cue::of_group(group).is_some(), "{line}");
            assert!(!word.is_empty() && word == word.trim() && word == word.to_lowercase(), "{line}");
        }
    }

    #[test]
    fn a_word_inside_a_longer_one_says_nothing() {
        let chars: Vec<char> = "平均每户1万元，未发放".chars().collect();
        let found: Vec<Cue> = Cues::of(&chars).within(0, chars.len()).map(|(cue, ..)| cue).collect();
        assert_eq!(found, [Cue::PerRecipient, Cue::NotYet]);
    }
}
