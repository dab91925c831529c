//! The end of a year: for each allotment, what becomes of its rest (结转, 收回) and of unpaid grants (结转, 注销).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Facts, Standing};
use crate::funds::{Move, Stage};
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

/// What becomes of what is available at the end of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rest {
    /// 结转: it stays for the next year.
    Carried,
    /// 收回: it goes back to where it came from.
    TakenBack,
}

/// What becomes of grants that were approved and not paid in the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unpaid {
    /// 结转: they are paid in the next year.
    Carried,
    /// 注销: they are cancelled, their money is available again and shares the fate of the rest.
    Cancelled,
}

impl Rest {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Carried, Self::TakenBack];

    /// The word of forms and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Carried => "carried",
            Self::TakenBack => "taken_back",
        }
    }

    /// The key of its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Carried => "closing.rest.carried",
            Self::TakenBack => "closing.rest.taken_back",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

impl Unpaid {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Carried, Self::Cancelled];

    /// The word of forms and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Carried => "carried",
            Self::Cancelled => "cancelled",
        }
    }

    /// The key of its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Carried => "closing.unpaid.carried",
            Self::Cancelled => "closing.unpaid.cancelled",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// What somebody chose for an allotment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// For the rest.
    pub rest: Option<Rest>,
    /// For unpaid grants.
    pub unpaid: Option<Unpaid>,
}

/// A grant that is approved and not on its way, with what each allotment pays of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnpaidGrant {
    /// The grant.
    pub grant: i64,
    /// Its reference.
    pub reference: String,
    /// Which allotment pays how much.
    pub parts: Vec<(i64, Fen)>,
}

/// What is decided for an allotment, and what follows in money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// For the rest.
    pub rest: Rest,
    /// For unpaid grants, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpaid: Option<Unpaid>,
    /// What goes from payable to available.
    pub cancelled: Fen,
    /// What goes from available to the source.
    pub taken_back: Fen,
}

/// Where the money of an allotment stands at the end of months, and what is decided on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The allotment.
    pub allotment: i64,
    /// The policy.
    pub policy: i64,
    /// What was appropriated.
    pub budget: Fen,
    /// 可用.
    pub available: Fen,
    /// 应付.
    pub payable: Fen,
    /// 在途.
    pub in_transit: Fen,
    /// 已发放.
    pub disbursed: Fen,
    /// At the end of a year, where something is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
}

/// What follows from all decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decided {
    /// The allotments.
    pub lines: Vec<Line>,
    /// Grants that are cancelled, in the order of their ids.
    pub cancelled: Vec<i64>,
}

impl Decided {
    /// By allotment and policy, what goes back to the source.
    pub fn taken_back(&self) -> Vec<(i64, i64, Fen)> {
        let back = |line: &Line| Some((line.allotment, line.policy, line.decision?.taken_back));
        self.lines.iter().filter_map(back).filter(|(.., amount)| *amount > Fen::ZERO).collect()
    }

    /// Whether a document is needed: money is taken back or grants are cancelled.
    pub fn needs_document(&self) -> bool {
        !self.cancelled.is_empty() || !self.taken_back().is_empty()
    }
}

impl Standing {
    /// Whether something is left to decide on.
    pub fn has_rest(&self) -> bool {
        self.available > Fen::ZERO || self.unpaid > Fen::ZERO
    }

    fn line(&self, decision: Option<Decision>) -> Line {
        let Self { allotment, policy, budget, available, payable, in_transit, disbursed, .. } = *self;
        Line { allotment, policy, budget, available, payable, in_transit, disbursed, decision }
    }
}

/// What follows from what was chosen. Before the end of a year nothing is to be chosen.
///
/// # Errors
/// `year_end_rest`, `year_end_unpaid` (`allotment`) where nothing was chosen; `year_end_shared` (`reference`) where
/// allotments that pay one grant together are told to do different things with it.
pub fn decide(facts: &Facts, chosen: &BTreeMap<i64, Chosen>) -> Result<Decided, Vec<Refusal>> {
    if !facts.ends_year() {
        return Ok(Decided { lines: facts.lines.iter().map(|one| one.line(None)).collect(), cancelled: Vec::new() });
    }
    let of = |allotment: i64| chosen.get(&allotment).copied().unwrap_or_default();
    let mut wrong = Vec::new();
    for standing in &facts.lines {
        let chosen = of(standing.allotment);
        if standing.has_rest() && chosen.rest.is_none() {
            wrong.push(Refusal::new("year_end_rest").with("allotment", &standing.name));
        }
        if standing.unpaid > Fen::ZERO && chosen.unpaid.is_none() {
            wrong.push(Refusal::new("year_end_unpaid").with("allotment", &standing.name));
        }
    }
    let is_cancelled = |allotment: i64| of(allotment).unpaid == Some(Unpaid::Cancelled);
    let (mut cancelled, mut sums, mut shared) = (Vec::new(), BTreeMap::<i64, i64>::new(), None);
    for grant in &facts.unpaid {
        let fates: BTreeSet<bool> = grant.parts.iter().map(|(allotment, _)| is_cancelled(*allotment)).collect();
        if fates.len() > 1 {
            // One sentence is enough, however many grants are shared.
            shared.get_or_insert_with(|| Refusal::new("year_end_shared").with("reference", &grant.reference));
            continue;
        }
        if fates.contains(&true) {
            cancelled.push(grant.grant);
            for (allotment, amount) in &grant.parts {
                *sums.entry(*allotment).or_default() += amount.get();
            }
        }
    }
    wrong.extend(shared);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let line = |standing: &Standing| {
        let (chosen, cancelled) = (of(standing.allotment), sums.get(&standing.allotment).copied().unwrap_or_default());
        let decision = chosen.rest.filter(|_| standing.has_rest()).map(|rest| Decision {
            rest,
            unpaid: chosen.unpaid.filter(|_| standing.unpaid > Fen::ZERO),
            cancelled: Fen::new(cancelled),
            taken_back: if rest == Rest::TakenBack { Fen::new(standing.spare.get() + cancelled) } else { Fen::ZERO },
        });
        standing.line(decision)
    };
    Ok(Decided { lines: facts.lines.iter().map(line).collect(), cancelled })
}

/// The transfers by which money goes back to the source. Lines count on from `first_line`.
pub fn taken_back_moves((position, first_line): (i64, i64), back: &[(i64, i64, Fen)], on: Day) -> Vec<Move> {
    let one = |((allotment, policy, amount), line): (&(i64, i64, Fen), i64)| Move {
        position,
        line,
        allotment: *allotment,
        policy: *policy,
        grant: None,
        recipient: None,
        from: Stage::Available,
        to: Stage::Source,
        amount: *amount,
        effective_on: on,
        kind: String::new(),
        subdistrict: String::new(),
        industry: String::new(),
        size: String::new(),
        reverses: None,
    };
    back.iter().zip(first_line..).map(one).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::periods::Month;

    fn standing(allotment: i64, available: i64, spare: i64, unpaid: i64) -> Standing {
        Standing {
            allotment,
            policy: 1,
            name: format!("P/{allotment}"),
            budget: Fen::new(available + unpaid),
            available: Fen::new(available),
            payable: Fen::new(unpaid),
            in_transit: Fen::ZERO,
            disbursed: Fen::ZERO,
            spare: Fen::new(spare),
            unpaid: Fen::new(unpaid),
        }
    }

    fn grant(grant: i64, parts: &[(i64, i64)]) -> UnpaidGrant {
        let parts = parts.iter().map(|(allotment, fen)| (*allotment, Fen::new(*fen))).collect();
        UnpaidGrant { grant, reference: format!("R-{grant}"), parts }
    }

    fn facts(month: &str, lines: Vec<Standing>, unpaid: Vec<UnpaidGrant>) -> Facts {
        Facts { months: vec![Month::parse(month).unwrap()], lines, open: BTreeMap::new(), unsigned: Vec::new(), unpaid }
    }

    fn chosen(all: &[(i64, Rest, Unpaid)]) -> BTreeMap<i64, Chosen> {
        all.iter().map(|(id, rest, unpaid)| (*id, Chosen { rest: Some(*rest), unpaid: Some(*unpaid) })).collect()
    }

    fn codes(refused: Result<Decided, Vec<Refusal>>) -> Vec<&'static str> {
        refused.unwrap_err().iter().map(|refusal| refusal.code).collect()
    }

    #[test]
    fn only_a_year_ends_with_decisions() {
        let of = |month| facts(month, vec![standing(5, 100, 100, 0)], Vec::new());
        assert_eq!(decide(&of("2020-11"), &BTreeMap::new()).unwrap().lines[0].decision, None);
        assert_eq!(codes(decide(&of("2020-12"), &BTreeMap::new())), ["year_end_rest"]);
        let spent = facts("2020-12", vec![standing(5, 0, 0, 0)], Vec::new());
        assert_eq!(decide(&spent, &BTreeMap::new()).unwrap().lines[0].decision, None, "nothing is left to decide on");
    }

    #[test]
    fn what_was_needed_since_is_not_taken_back() {
        let of = facts("2020-12", vec![standing(5, 100, 40, 30)], vec![grant(9, &[(5, 30)])]);
        let taken = |unpaid| {
            let decided = decide(&of, &chosen(&[(5, Rest::TakenBack, unpaid)])).unwrap();
            (decided.taken_back(), decided.cancelled)
        };
        assert_eq!(taken(Unpaid::Carried), (vec![(5, 1, Fen::new(40))], vec![]));
        assert_eq!(
            taken(Unpaid::Cancelled),
            (vec![(5, 1, Fen::new(70))], vec![9]),
            "what is cancelled goes with the rest"
        );
        let carried = decide(&of, &chosen(&[(5, Rest::Carried, Unpaid::Carried)])).unwrap();
        assert!(!carried.needs_document() && carried.taken_back().is_empty());
        let kept = decide(&of, &chosen(&[(5, Rest::Carried, Unpaid::Cancelled)])).unwrap();
        assert!(kept.needs_document() && kept.taken_back().is_empty() && kept.cancelled == [9]);
    }

    #[test]
    fn allotments_that_share_a_grant_agree_on_it() {
        let lines = vec![standing(5, 0, 0, 20), standing(6, 0, 0, 10)];
        let of = facts("2020-12", lines, vec![grant(9, &[(5, 20), (6, 10)])]);
        let both = [(5, Rest::Carried, Unpaid::Cancelled), (6, Rest::TakenBack, Unpaid::Cancelled)];
        assert_eq!(decide(&of, &chosen(&both)).unwrap().taken_back(), [(6, 1, Fen::new(10))]);
        let apart = [(5, Rest::Carried, Unpaid::Carried), (6, Rest::Carried, Unpaid::Cancelled)];
        assert_eq!(codes(decide(&of, &chosen(&apart))), ["year_end_shared"]);
        assert_eq!(codes(decide(&of, &BTreeMap::new())).len(), 4);
    }

    #[test]
    fn every_word_is_read_again() {
        for rest in Rest::ALL {
            assert_eq!(Rest::from_code(rest.code()), Some(rest));
            assert_eq!(rest.key(), format!("closing.rest.{}", rest.code()));
        }
        for unpaid in Unpaid::ALL {
            assert_eq!(Unpaid::from_code(unpaid.code()), Some(unpaid));
            assert_eq!(unpaid.key(), format!("closing.unpaid.{}", unpaid.code()));
        }
    }

    proptest! {
        /// Whatever is chosen: never more is taken back than is spare, with what was cancelled, and carried means nothing.
        #[test]
        fn a_year_end_takes_back_what_is_spare_and_no_fen_more(
            allotments in prop::collection::vec((0_i64..1_000, 0_i64..1_000, any::<bool>(), any::<bool>()), 1..8),
        ) {
            let ids = || 1_i64..;
            let lines = ids().zip(&allotments).map(|(id, (rest, unpaid, ..))| standing(id, *rest, rest / 2, *unpaid));
            let unpaid = ids().zip(&allotments).filter(|(_, one)| one.1 > 0).map(|(id, one)| grant(100 + id, &[(id, one.1)]));
            let of = facts("2020-12", lines.collect(), unpaid.collect());
            let pick = |(id, one): (i64, &(i64, i64, bool, bool))| {
                let rest = if one.2 { Rest::TakenBack } else { Rest::Carried };
                (id, rest, if one.3 { Unpaid::Cancelled } else { Unpaid::Carried })
            };
            let choices: Vec<_> = ids().zip(&allotments).map(pick).collect();
            let decided = decide(&of, &chosen(&choices)).unwrap();
            for (line, (rest, unpaid, back, cancel)) in decided.lines.iter().zip(&allotments) {
                let Some(decision) = line.decision else {
                    prop_assert_eq!((*rest, *unpaid), (0, 0));
                    continue;
                };
                let cancelled = if *cancel { *unpaid } else { 0 };
                prop_assert_eq!(decision.cancelled.get(), cancelled);
                prop_assert_eq!(decision.taken_back.get(), if *back { rest / 2 + cancelled } else { 0 });
                prop_assert_eq!(decided.cancelled.contains(&(100 + line.allotment)), cancelled > 0);
            }
        }
    }
}
