//! What happens to schedules, conditions and holds.

use rand::Rng as _;
use rand::rngs::StdRng;
use relief_ledger::grants::{self, State};
use relief_ledger::holds::{self, HoldForm, LiftForm};
use relief_ledger::kernel::{Error, Result};
use relief_ledger::payments::{self, ConditionForm, PartForm, ScheduleForm, Verdict};

use super::Side;

/// The verbs that are drawn.
pub const VERBS: [&str; 14] = [
    "schedule",
    "schedule",
    "decide schedule",
    "decide schedule",
    "schedule",
    "record condition",
    "record condition",
    "decide condition",
    "decide condition",
    "decide reissue",
    "hold",
    "decide hold",
    "want hold lifted",
    "decide lift",
];

fn parts(chance: &mut StdRng, today: &str) -> Vec<PartForm> {
    let shares: &[&str] = match chance.random_range(0..4) {
        0 => &["100"],
        1 => &["33.33", "33.33", "33.34"],
        2 => &["50", "49"],
        _ => &["60", "40"],
    };
    let part = |share: &&str| PartForm {
        share: (*share).into(),
        condition: ["", "验收"][chance.random_range(0..2)].into(),
        due_on: today.into(),
        amount: String::new(),
    };
    shares.iter().map(part).collect()
}

impl Side<'_> {
    pub(super) async fn of_parts(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door) = (self.world, &self.world.door);
        let today = door.surroundings.clock.now().day().to_string();
        let schedule = match verb {
            "record condition" => self.one(chance, "standing schedule"),
            "decide condition" => self.one(chance, "recorded condition"),
            _ => self.one(chance, "schedule"),
        };
        let who = match verb {
            "schedule" | "record condition" => self.somebody(chance, &["chen", "zhou"]),
            _ => self.somebody(chance, &["wang", "zhao"]),
        };
        let ask = world.ask(&who, "step");
        let verdict = |chance: &mut StdRng, digest: String| {
            if chance.random_ratio(1, 4) {
                Verdict::Refused { reason: "不符".into() }
            } else {
                Verdict::Approved { digest }
            }
        };
        let c = &door.db.read;
        match verb {
            "schedule" => {
                let drawn = self.one(chance, "approved grant");
                let shared = self.shared().await?.filter(|_| chance.random_ratio(2, 3));
                let grant = shared.unwrap_or(drawn);
                let (parts, document) = (parts(chance, &today), "文".into());
                let form = ScheduleForm { grant, parts, document, reason: "调整".into() };
                let set = payments::set_schedule(door, ask, form).await;
                self.keep("schedule", set.map(|done| done.schedule))
            }
            "decide schedule" => {
                let leaf = payments::schedule(c, world.book_id, schedule).await?.leaf;
                let verdict = verdict(chance, leaf.to_string());
                let done = payments::decide_schedule(door, ask, schedule, verdict).await;
                self.keep("standing schedule", done.map(|done| done.schedule))
            }
            "record condition" | "decide condition" => {
                let found = payments::schedule(c, world.book_id, schedule).await?;
                let state = if verb == "record condition" { "open" } else { "recorded" };
                let one = found.instalments.iter().find(|one| one.met.state == state).ok_or(Error::NotFound)?;
                let number = one.part.number;
                if verb == "record condition" {
                    let form = ConditionForm { schedule, number, document: "单".into(), met_on: today };
                    let done = payments::record_condition(door, ask, form).await;
                    return self.keep("recorded condition", done.map(|done| done.schedule));
                }
                let verdict = verdict(chance, one.met.leaf.map(|leaf| leaf.to_string()).unwrap_or_default());
                let done = payments::decide_condition(door, ask, (schedule, number), verdict).await;
                done.map(|done| format!("{done:?}"))
            }
            "decide reissue" => {
                let drawn = self.one(chance, "reissue");
                let last = self.made.get("reissue").and_then(|made| made.last().copied());
                let payment = last.filter(|_| chance.random_ratio(2, 3)).unwrap_or(drawn);
                let waits = payments::reissue_waiting(c, world.book_id, payment).await?;
                let digest = waits.map(|waits| waits.leaf.to_string()).unwrap_or_default();
                let verdict = verdict(chance, digest);
                payments::decide_reissue(door, ask, payment, verdict).await.map(|done| format!("{done:?}"))
            }
            _ => self.of_holds(verb, chance).await,
        }
    }

    /// The youngest grant that waits for payment and that several allotments pay.
    async fn shared(&self) -> Result<Option<i64>> {
        for id in self.made.get("approved grant").into_iter().flatten().rev() {
            let grant = grants::grant(&self.world.door.db.read, self.world.book_id, *id).await?;
            let waits = |grant: &grants::Grant| grant.state == State::Approved && grant.content.split.len() > 1;
            if grant.as_ref().is_some_and(waits) {
                return Ok(Some(*id));
            }
        }
        Ok(None)
    }

    async fn of_holds(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door) = (self.world, &self.world.door);
        let hold = self.one(chance, "hold");
        let right = if matches!(verb, "hold" | "want hold lifted") { ["chen", "zhou"] } else { ["wang", "zhou"] };
        let ask = world.ask(&self.somebody(chance, &right), "step");
        let verdict = |chance: &mut StdRng, leaf: Option<String>| {
            if chance.random_ratio(1, 2) {
                holds::Verdict::Refused { reason: "不符".into() }
            } else {
                holds::Verdict::Approved { digest: leaf.unwrap_or_default() }
            }
        };
        match verb {
            "hold" => {
                let today = door.surroundings.clock.now().day();
                let form = HoldForm {
                    grant: Some(self.one(chance, "approved grant")),
                    kind: ["court", "objection", "none"][chance.random_range(0..3)].into(),
                    document: "裁定".into(),
                    reason: "冻结".into(),
                    until_on: today.plus_days(chance.random_range(-1..3)).to_string(),
                    ..HoldForm::default()
                };
                let set = holds::set(door, ask, form).await;
                self.keep("hold", set.map(|done| done.hold))
            }
            "want hold lifted" => {
                let form = LiftForm { hold, document: "函".into(), reason: "已和解".into() };
                holds::lift(door, ask, form).await.map(|done| format!("{done:?}"))
            }
            _ => {
                let found = holds::by_id(&door.db.read, world.book_id, hold).await?;
                if verb == "decide hold" {
                    let verdict = verdict(chance, Some(found.leaf.to_string()));
                    return holds::decide(door, ask, hold, verdict).await.map(|done| format!("{done:?}"));
                }
                let verdict = verdict(chance, found.lift_leaf.map(|leaf| leaf.to_string()));
                holds::decide_lift(door, ask, hold, verdict).await.map(|done| format!("{done:?}"))
            }
        }
    }
}
