//! Which money a decision about grants moves.

use crate::funds::{Move, Stage};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

/// What a grant's transfers carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The grant.
    pub grant: i64,
    /// Its policy.
    pub policy: i64,
    /// Its recipient.
    pub recipient: i64,
    /// Which allotment pays how much.
    pub split: Vec<(i64, Fen)>,
    /// Day of payment, for history.
    pub paid_on: Option<Day>,
    /// Code of the recipient's kind.
    pub kind: String,
    /// Sub-district.
    pub subdistrict: String,
    /// Code of the industry.
    pub industry: String,
    /// Code of the size.
    pub size: String,
}

/// The transfers by which these grants, in their order, move from one stage to another. Lines count on from
/// `first_line`; `on` is the effective day of a grant's transfers.
pub fn moves(
    (position, first_line): (i64, i64),
    grants: &[Held],
    (from, to): (Stage, Stage),
    on: impl Fn(&Held) -> Day,
) -> Vec<Move> {
    let parts = grants.iter().flat_map(|held| held.split.iter().map(move |part| (held, *part)));
    parts
        .zip(first_line..)
        .map(|((held, (allotment, amount)), line)| Move {
            position,
            line,
            allotment,
            policy: held.policy,
            grant: Some(held.grant),
            recipient: Some(held.recipient),
            from,
            to,
            amount,
            effective_on: on(held),
            kind: held.kind.clone(),
            subdistrict: held.subdistrict.clone(),
            industry: held.industry.clone(),
            size: held.size.clone(),
            reverses: None,
        })
        .collect()
}

/// The exact reverse of a transfer, at `position`, on the same line and the same effective day; on the first open day
/// where its own is closed.
pub fn reversed(position: i64, first_open: Option<Day>, before: Move) -> Move {
    let effective_on = first_open.map_or(before.effective_on, |open| open.max(before.effective_on));
    let reverses = Some((before.position, before.line));
    Move { position, from: before.to, to: before.from, effective_on, reverses, ..before }
}

#[cfg(test)]
mod tests {
    use super::super::samples::day;
    use super::*;

    fn held(grant: i64, split: &[(i64, i64)]) -> Held {
        Held {
            grant,
            policy: 10,
            recipient: 5,
            split: split.iter().map(|(allotment, fen)| (*allotment, Fen::new(*fen))).collect(),
            paid_on: None,
            kind: "企业".into(),
            subdistrict: "新碶街道".into(),
            industry: "C".into(),
            size: "小型".into(),
        }
    }

    #[test]
    fn lines_count_on_over_grants_and_allotments() {
        let grants = [held(30, &[(1, 60), (2, 40)]), held(31, &[(1, 7)])];
        let moved = moves((40, 3), &grants, (Stage::Available, Stage::Payable), |_| day("2020-03-02"));
        let seen: Vec<_> = moved.iter().map(|m| (m.line, m.allotment, m.amount.get())).collect();
        assert_eq!(seen, [(3, 1, 60), (4, 2, 40), (5, 1, 7)]);
    }

    #[test]
    fn a_reverse_names_what_it_reverses_and_keeps_its_day() {
        let moved =
            moves((40, 1), &[held(30, &[(1, 60)])], (Stage::Available, Stage::Disbursed), |_| day("2020-03-02"));
        for one in moved {
            let back = reversed(50, None, one.clone());
            assert_eq!((back.from, back.to, back.amount), (one.to, one.from, one.amount));
            assert_eq!((back.position, back.reverses, back.effective_on), (50, Some((40, 1)), one.effective_on));
            for (open, on) in [("2020-03-01", "2020-03-02"), ("2020-04-01", "2020-04-01")] {
                assert_eq!(reversed(50, Some(day(open)), one.clone()).effective_on, day(on), "open from {open} on");
            }
        }
    }
}
