//! A treasury that pays in parts, and to the same account once more.

use relief_ledger::journal::Actor;
use relief_ledger::kernel::Result;
use relief_ledger::payments::{
    self, ConditionForm, PartForm, ReissueAnswer, ReissueForm, Schedule, ScheduleAnswer, ScheduleForm, Verdict,
};

use super::treasury::Treasury;

/// A part as typed: amount, condition, day.
pub type Typed<'a> = (&'a str, &'a str, &'a str);

/// A schedule as typed.
pub fn schedule_form(grant: i64, parts: &[Typed<'_>]) -> ScheduleForm {
    let part = |(amount, condition, due_on): &Typed<'_>| PartForm {
        amount: (*amount).into(),
        share: String::new(),
        condition: (*condition).into(),
        due_on: (*due_on).into(),
    };
    ScheduleForm {
        grant,
        parts: parts.iter().map(part).collect(),
        document: "仑财〔2020〕31号".into(),
        reason: "按进度拨付".into(),
    }
}

impl Treasury<'_> {
    /// Sets a schedule as somebody.
    pub async fn set_schedule_as(&self, actor: &Actor, form: ScheduleForm) -> Result<ScheduleAnswer> {
        payments::set_schedule(&self.world.door, self.world.ask(actor, "set_schedule"), form).await
    }

    /// A schedule by its number.
    pub async fn schedule(&self, id: i64) -> Schedule {
        payments::schedule(&self.world.door.db.read, self.world.book_id, id).await.unwrap()
    }

    /// Approves a schedule as somebody, as it is.
    pub async fn approve_schedule_as(&self, actor: &Actor, id: i64) -> Result<ScheduleAnswer> {
        let digest = self.schedule(id).await.leaf.to_string();
        let ask = self.world.ask(actor, "approve_schedule");
        payments::decide_schedule(&self.world.door, ask, id, Verdict::Approved { digest }).await
    }

    /// Two people set a schedule.
    pub async fn scheduled(&self, grant: i64, parts: &[Typed<'_>]) -> i64 {
        let set = self.set_schedule_as(&self.office.clerk, schedule_form(grant, parts)).await.unwrap().schedule;
        self.approve_schedule_as(&self.office.reviewer, set).await.unwrap();
        set
    }

    /// Records as somebody that a condition is met.
    pub async fn record_condition_as(&self, actor: &Actor, part: (i64, i64), on: &str) -> Result<ScheduleAnswer> {
        let form =
            ConditionForm { schedule: part.0, number: part.1, document: "验收单1号".into(), met_on: on.into() };
        payments::record_condition(&self.world.door, self.world.ask(actor, "record_condition"), form).await
    }

    /// Confirms as somebody that a condition is met.
    pub async fn confirm_condition_as(&self, actor: &Actor, part: (i64, i64)) -> Result<ScheduleAnswer> {
        let leaf = self.schedule(part.0).await.instalment(part.1)?.met.leaf;
        let verdict = Verdict::Approved { digest: leaf.map(|leaf| leaf.to_string()).unwrap_or_default() };
        let ask = self.world.ask(actor, "confirm_condition");
        payments::decide_condition(&self.world.door, ask, part, verdict).await
    }

    /// Asks as the cashier for another attempt.
    pub async fn reissue(&self, payment: i64, reason: &str) -> Result<ReissueAnswer> {
        let form = ReissueForm { payment, reason: reason.into() };
        payments::reissue(&self.world.door, self.world.ask(&self.cashier, "reissue"), form).await
    }

    /// Approves another attempt to the same account as somebody.
    pub async fn approve_reissue_as(&self, actor: &Actor, payment: i64) -> Result<ReissueAnswer> {
        let (c, book_id) = (&self.world.door.db.read, self.world.book_id);
        let waits = payments::reissue_waiting(c, book_id, payment).await.unwrap();
        let digest = waits.map(|waits| waits.leaf.to_string()).unwrap_or_default();
        let ask = self.world.ask(actor, "approve_reissue");
        payments::decide_reissue(&self.world.door, ask, payment, Verdict::Approved { digest }).await
    }

    /// Two people let a payment be made again to the same account.
    pub async fn reissued(&self, payment: i64) {
        self.reissue(payment, "账户已恢复").await.unwrap();
        self.approve_reissue_as(&self.office.reviewer, payment).await.unwrap();
    }
}
