//! What one line of a statement may stand for as a whole: a batch, one file of it, or payments that came back together.
//!
//! A line stands for something only if exactly one thing fits it; of several a person is shown all, and none is guessed.

use std::collections::{BTreeMap, BTreeSet};

use super::life::PaymentState;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

/// A payment that may be behind a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The payment.
    pub payment: i64,
    /// Its batch.
    pub batch: i64,
    /// How much.
    pub amount: Fen,
    /// Where it stands.
    pub state: PaymentState,
    /// The bank's date.
    pub completed_on: Option<Day>,
}

/// Payments that one line may stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The batch, if they are all of one.
    pub batch: Option<i64>,
    /// The file of the batch, if they are one of several.
    pub part: Option<i64>,
    /// The payments, in the order of their ids.
    pub payments: Vec<i64>,
    /// What they add up to.
    pub sum: Fen,
}

impl Whole {
    fn of(batch: Option<i64>, part: Option<i64>, members: &[Member]) -> Option<Self> {
        let mut payments: Vec<i64> = members.iter().map(|member| member.payment).collect();
        payments.sort_unstable();
        let sum = Fen::sum(members.iter().map(|member| member.amount))?;
        (!payments.is_empty()).then_some(Self { batch, part, payments, sum })
    }
}

/// What a debit may stand for of a batch, or of one file of it: all that went out, or, where the bank books only what
/// succeeded, all that was not refused.
pub fn debits(batch: i64, part: Option<i64>, members: &[Member]) -> Vec<Whole> {
    let succeeded: Vec<Member> =
        members.iter().filter(|member| member.state != PaymentState::Refused).copied().collect();
    let mut found: Vec<Whole> = Whole::of(Some(batch), part, members).into_iter().collect();
    if succeeded.len() < members.len() {
        found.extend(Whole::of(Some(batch), part, &succeeded));
    }
    found
}

/// What a credit may stand for: payments that were refused or came back, those of one batch and day, of one batch, or of
/// one day.
pub fn credits(members: &[Member]) -> Vec<Whole> {
    let is_back = |member: &&Member| matches!(member.state, PaymentState::Refused | PaymentState::Returned);
    let back: Vec<Member> = members.iter().filter(is_back).copied().collect();
    let mut groups: BTreeMap<(Option<i64>, Option<Day>), Vec<Member>> = BTreeMap::new();
    for member in back {
        for key in [(Some(member.batch), member.completed_on), (Some(member.batch), None), (None, member.completed_on)]
        {
            groups.entry(key).or_default().push(member);
        }
    }
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for ((_, _), members) in groups {
        let one = members.first().map(|member| member.batch);
        let batch = one.filter(|batch| members.iter().all(|member| member.batch == *batch));
        let whole = Whole::of(batch, None, &members);
        found.extend(whole.filter(|whole| known.insert(whole.payments.clone())));
    }
    found
}

/// Those that add up to the amount, no two of the same payments.
pub fn fitting(wholes: Vec<Whole>, amount: Fen) -> Vec<Whole> {
    let mut known = BTreeSet::new();
    wholes.into_iter().filter(|whole| whole.sum == amount && known.insert(whole.payments.clone())).collect()
}

/// Ids as runs of neighbours, first and last: a batch of many is one run.
pub fn runs(ids: &[i64]) -> Vec<(i64, i64)> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for id in ids {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *id => *last = *id,
            _ => runs.push((*id, *id)),
        }
    }
    runs
}

/// The batch, and the file of it, that words name as it went out: `CODE-BATCH` or `CODE-BATCH-PART`.
pub fn named(code: &str, words: &str) -> Option<(i64, Option<i64>)> {
    let number = |digits: &str| {
        let is_number = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse::<i64>().ok()).flatten()
    };
    words.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').find_map(|word| {
        let rest = word.strip_prefix(code)?.strip_prefix('-')?;
        match rest.split_once('-') {
            Some((batch, part)) => Some((number(batch)?, Some(number(part)?))),
            None => Some((number(rest)?, None)),
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn member(payment: i64, fen: i64, state: PaymentState) -> Member {
        let on = Day::parse("2020-03-04").unwrap();
        Member { payment, batch: 1, amount: Fen::new(fen), state, completed_on: Some(on) }
    }

    #[test]
    fn a_debit_is_all_that_went_out_or_all_that_succeeded() {
        use PaymentState::{InTransit, Paid, Refused, Returned};
        let members = [member(2, 100, Paid), member(3, 50, Refused), member(4, 7, Returned), member(5, 1, InTransit)];
        let sums: Vec<i64> = debits(1, None, &members).iter().map(|whole| whole.sum.get()).collect();
        assert_eq!(sums, [158, 108]);
        assert_eq!(debits(1, None, &members[..1]).len(), 1, "nothing was refused");
        assert_eq!(debits(1, None, &[]), []);
    }

    #[test]
    fn a_credit_is_what_came_back_together() {
        use PaymentState::{Paid, Refused, Returned};
        let mut members =
            [member(2, 100, Paid), member(3, 50, Refused), member(4, 7, Returned), member(5, 9, Returned)];
        members[3].batch = 2;
        let found = credits(&members);
        let sums: BTreeSet<i64> = found.iter().map(|whole| whole.sum.get()).collect();
        assert_eq!(sums, BTreeSet::from([57, 9, 66]));
        assert_eq!(found.len(), 3, "the same payments are told once");
        assert_eq!(fitting(found, Fen::new(66))[0].batch, None);
    }

    #[test]
    fn the_words_of_a_line_name_a_batch_or_a_file_of_it() {
        assert_eq!(named("beilun", "beilun-17"), Some((17, None)));
        assert_eq!(named("beilun", "纾困资金 批次beilun-17，合计"), Some((17, None)));
        assert_eq!(named("beilun", "xbeilun-17"), None, "a word does not begin in a word");
        assert_eq!(named("beilun", "批次 beilun-17 代发"), Some((17, None)));
        assert_eq!(named("beilun", "批次:beilun-17-2"), Some((17, Some(2))));
        assert_eq!(named("beilun", "beilun-017 beilun-x other-17"), None);
    }

    proptest! {
        #[test]
        fn runs_hold_exactly_the_ids(ids in prop::collection::btree_set(1_i64..60, 0..40)) {
            let ids: Vec<i64> = ids.into_iter().collect();
            let again: Vec<i64> = runs(&ids).into_iter().flat_map(|(first, last)| first..=last).collect();
            prop_assert_eq!(again, ids);
        }
    }
}
