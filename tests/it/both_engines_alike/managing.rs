//! What managers do: policies, their changes and budgets, prepared and decided.

use rand::Rng as _;
use rand::rngs::StdRng;
use relief_ledger::kernel::{Error, Result};
use relief_ledger::policies::{self, BudgetForm, Change, Direction, Verdict};

use super::Side;
use crate::support::office::{day, policy, yuan};

impl Side<'_> {
    pub(super) async fn of_policies(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door, c) = (self.world, &self.world.door, &self.world.door.db.read);
        let who = match verb {
            "record policy" | "prepare change" | "budget" => self.somebody(chance, &["zhou"]),
            _ => self.somebody(chance, &["wang", "chen2"]),
        };
        let ask = world.ask(&who, "step");
        let verdict = |chance: &mut StdRng, leaf| {
            if chance.random_ratio(1, 4) {
                return Verdict::Refused { reason: "理由不足".into() };
            }
            let digest = if chance.random_ratio(1, 9) { String::new() } else { policies::digest_of_change(leaf) };
            Verdict::Approved { digest }
        };
        match verb {
            "record policy" => {
                let mut new = policy(&format!("BL2020-0{}", chance.random_range(1..6)));
                if chance.random() {
                    let mut other = new.allotments[0].clone();
                    (other.share, other.document_number) = (3, "甬财〔2020〕5号".into());
                    new.allotments.push(other);
                }
                self.keep("policy", policies::record(door, ask, new).await.map(|made| made.id))
            }
            "decide policy" => {
                let id = self.one(chance, "policy");
                let shown = policies::by_id(c, world.book_id, id).await?;
                let digest = shown.map_or_else(String::new, |shown| policies::digest(&[shown]));
                if chance.random_ratio(1, 5) {
                    let refused = policies::refuse(door, ask, vec![id], "重复".into()).await;
                    return refused.map(|done| format!("{done:?}"));
                }
                policies::approve(door, ask, vec![id], digest).await.map(|done| format!("{done:?}"))
            }
            "prepare change" => {
                let change = Change {
                    policy: self.one(chance, "policy"),
                    title: format!("补助 {}", chance.random_range(0..9)),
                    document_number: "仑政办〔2020〕30号".into(),
                    starts_on: day("2020-02-10"),
                    ends_on: [day("2021-06-30"), day("2020-02-01")][usize::from(chance.random_ratio(1, 9))],
                    cap: chance.random::<bool>().then(|| yuan("60000")),
                    closes: chance.random_ratio(1, 9),
                    reason: "延期".into(),
                };
                self.keep("change", policies::prepare_change(door, ask, change).await.map(|made| made.id))
            }
            "decide change" => {
                let id = self.one(chance, "change");
                let change = policies::change_by_id(c, world.book_id, id).await?.ok_or(Error::NotFound)?;
                let verdict = verdict(chance, change.leaf);
                policies::decide_change(door, ask, id, verdict).await.map(|done| format!("{done:?}"))
            }
            "budget" => {
                let policy = self.one(chance, "policy");
                let policy = policies::by_id(c, world.book_id, policy).await?.ok_or(Error::NotFound)?;
                let form = BudgetForm {
                    allotment: policy.allotments[chance.random_range(0..policy.allotments.len())].id,
                    direction: if chance.random() { Direction::Increase } else { Direction::Reduce },
                    amount: yuan(["10", "30000", "90000"][chance.random_range(0..3)]),
                    effective_on: [day("2020-03-02"), day("2020-02-01")][usize::from(chance.random_ratio(1, 9))],
                    document_number: "仑财〔2020〕20号".into(),
                    reason: "调整".into(),
                };
                self.keep("budget", policies::prepare_budget_change(door, ask, form).await.map(|made| made.id))
            }
            _ => {
                let id = self.one(chance, "budget");
                let change = policies::budget_change_by_id(c, world.book_id, id).await?.ok_or(Error::NotFound)?;
                let verdict = verdict(chance, change.leaf);
                policies::decide_budget_change(door, ask, id, verdict).await.map(|done| format!("{done:?}"))
            }
        }
    }
}
