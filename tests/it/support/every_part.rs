//! Schedules, conditions and holds in every state, for a book in which every kind of record stands.

use relief_ledger::grants::Form;
use relief_ledger::holds::{self, HoldForm, LiftForm};
use relief_ledger::journal::Actor;
use relief_ledger::payments::{self, ConditionForm, Gather, Verdict};

use super::book::World;
use super::office::{Office, form};
use super::parts::schedule_form;

/// Where the records of parts and holds stand.
#[derive(Debug, Clone)]
pub struct PartsStand {
    /// A schedule that waits.
    pub pending: i64,
    /// A schedule that stands; the condition of its second part is recorded.
    pub standing: i64,
    /// A hold that waits.
    pub hold: i64,
}

struct Parting<'a> {
    office: &'a Office<'a>,
    world: &'a World,
}

/// Fills the book of a world with schedules and holds.
pub async fn every_part(world: &World, office: &Office<'_>, cashier: &Actor) -> PartsStand {
    let parting = Parting { office, world };
    let mut grants = Vec::new();
    // Two allotments share this policy.
    for n in 0..4 {
        let typed = Form { policy: "BL2020-02".into(), amount: "300".into(), ..form(&format!("I-{n}"), 0) };
        grants.push(office.submitted(typed).await);
    }
    office.approve_as(&office.reviewer, &grants).await.unwrap();
    let replaced = parting.scheduled(grants[0], &[("100", "", "2020-03-02"), ("200", "验收", "2020-03-02")]).await;
    parting.met(replaced, 2, true).await;
    let parts = [("100", "", "2020-03-02"), ("150", "验收", "2020-03-02"), ("50", "审计", "2020-03-02")];
    let kept = parting.scheduled(grants[0], &parts).await;
    parting.met(kept, 3, true).await;
    let standing = parting.scheduled(grants[1], &[("299", "", "2020-03-02"), ("1", "验收", "2020-03-02")]).await;
    parting.met(standing, 2, false).await;
    let gather = Gather { grants: grants[..2].to_vec(), ..Gather::default() };
    payments::build(&world.door, world.ask(cashier, "build"), gather, None).await.unwrap();
    let refused = parting.set(grants[2], &[("300", "", "2020-03-02")]).await;
    let no = Verdict::Refused { reason: "材料不全".into() };
    payments::decide_schedule(&world.door, world.ask(&office.reviewer, "refuse"), refused, no).await.unwrap();
    let pending = parting.set(grants[3], &[("150", "", "2020-03-02"), ("150", "验收", "2020-06-01")]).await;
    let hold = parting.holds(grants[2]).await;
    PartsStand { pending, standing, hold }
}

impl Parting<'_> {
    async fn set(&self, grant: i64, parts: &[super::parts::Typed<'_>]) -> i64 {
        let ask = self.world.ask(&self.office.clerk, "schedule");
        payments::set_schedule(&self.world.door, ask, schedule_form(grant, parts)).await.unwrap().schedule
    }

    async fn scheduled(&self, grant: i64, parts: &[super::parts::Typed<'_>]) -> i64 {
        let (world, id) = (self.world, self.set(grant, parts).await);
        let shown = payments::schedule(&world.door.db.read, world.book_id, id).await.unwrap();
        let verdict = Verdict::Approved { digest: shown.leaf.to_string() };
        let ask = world.ask(&self.office.reviewer, "approve");
        payments::decide_schedule(&world.door, ask, id, verdict).await.unwrap();
        id
    }

    /// Found not to be met at first; then recorded again, and confirmed if it shall be.
    async fn met(&self, schedule: i64, number: i64, confirmed: bool) {
        let (world, door) = (self.world, &self.world.door);
        let record = async || {
            let (document, met_on) = ("验收单".into(), "2020-03-01".into());
            let form = ConditionForm { schedule, number, document, met_on };
            payments::record_condition(door, world.ask(&self.office.clerk, "record"), form).await.unwrap();
        };
        record().await;
        let no = Verdict::Refused { reason: "缺签字".into() };
        let ask = world.ask(&self.office.reviewer, "refuse");
        payments::decide_condition(door, ask, (schedule, number), no).await.unwrap();
        record().await;
        if confirmed {
            let shown = payments::schedule(&door.db.read, world.book_id, schedule).await.unwrap();
            let leaf = shown.instalment(number).unwrap().met.leaf.unwrap();
            let ask = world.ask(&self.office.manager, "confirm");
            let yes = Verdict::Approved { digest: leaf.to_string() };
            payments::decide_condition(door, ask, (schedule, number), yes).await.unwrap();
        }
    }

    /// Holds in every state; one that waits.
    async fn holds(&self, grant: i64) -> i64 {
        let (world, door, c) = (self.world, &self.world.door, &self.world.door.db.read);
        let recipient = self.office.grant(grant).await.recipient;
        let mut all = Vec::new();
        for n in 0..6 {
            let form = HoldForm {
                grant: (n % 2 == 0).then_some(grant),
                recipient: (n % 2 == 1).then_some(recipient),
                kind: ["court", "discipline", "objection"][n % 3].into(),
                document: format!("文{n}"),
                reason: "冻结".into(),
                from_on: String::new(),
                // Not for long: the story goes on.
                until_on: "2020-03-05".into(),
            };
            all.push(holds::set(door, world.ask(&self.office.clerk, "hold"), form).await.unwrap().hold);
        }
        let ask = || world.ask(&self.office.reviewer, "decide");
        let refused = || holds::Verdict::Refused { reason: "查无此文".into() };
        holds::decide(door, ask(), all[0], refused()).await.unwrap();
        for hold in &all[1..5] {
            let digest = holds::by_id(c, world.book_id, *hold).await.unwrap().leaf.to_string();
            holds::decide(door, ask(), *hold, holds::Verdict::Approved { digest }).await.unwrap();
        }
        for hold in &all[1..4] {
            let form = LiftForm { hold: *hold, document: "解除函".into(), reason: "已和解".into() };
            holds::lift(door, world.ask(&self.office.clerk, "lift"), form).await.unwrap();
        }
        let digest = holds::by_id(c, world.book_id, all[1]).await.unwrap().lift_leaf.unwrap().to_string();
        holds::decide_lift(door, ask(), all[1], holds::Verdict::Approved { digest }).await.unwrap();
        holds::decide_lift(door, ask(), all[2], refused()).await.unwrap();
        all[5]
    }
}
