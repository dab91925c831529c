//! Parts and holds of the demonstration: a grant that is paid in parts, a schedule that waits, a hold that stands and one that
//! waits, two people wherever two are needed.

use crate::cli::workplace::Workplace;
use crate::grants::{self, Filter, Order, State};
use crate::holds::{self, HoldForm};
use crate::journal::{Ask, Head};
use crate::kernel::keyset::Near;
use crate::kernel::{Error, Result};
use crate::payments::{self, PartForm, ScheduleForm, Verdict};
use crate::people;

/// What happens after the payment days, with four of the grants that wait for payment.
pub(super) async fn tell(workplace: &Workplace, head: &Head) -> Result<()> {
    let filter = Filter { states: vec![State::Approved], ..Filter::default() };
    let (c, book_id) = (&workplace.door.db.read, head.book_id);
    let found = grants::page(c, book_id, &filter, Order::default(), &Near::Start, 4).await?;
    let lines: Vec<grants::Line> = found.rows.into_iter().map(|(_, line)| line).collect();
    let [in_parts, waiting, frozen, doubted] = lines.as_slice() else { return Err(Error::NotFound) };
    let parting = Parting { workplace, head };
    let schedule = parting.schedule(in_parts.id, "仑财协〔2026〕17号").await?;
    let digest = payments::schedule(c, book_id, schedule).await?.leaf.to_string();
    let ask = parting.ask("reviewer", "schedule_approve").await?;
    payments::decide_schedule(&workplace.door, ask, schedule, Verdict::Approved { digest }).await?;
    parting.schedule(waiting.id, "仑财协〔2026〕18号").await?;
    let court = HoldForm { grant: Some(frozen.id), kind: "court".to_owned(), ..HoldForm::default() };
    let hold = parting.hold(court, "（2026）浙0206执保128号", "法院裁定冻结应付该单位的款项").await?;
    let digest = holds::by_id(c, book_id, hold).await?.leaf.to_string();
    let ask = parting.ask("reviewer", "hold_confirm").await?;
    holds::decide(&workplace.door, ask, hold, holds::Verdict::Approved { digest }).await?;
    let objection = HoldForm { grant: Some(doubted.id), kind: "objection".to_owned(), ..HoldForm::default() };
    parting.hold(objection, "异议登记 2026-09", "公示期间有人反映不符合条件").await.map(|_| ())
}

/// Where that happens.
struct Parting<'w> {
    workplace: &'w Workplace,
    head: &'w Head,
}

impl Parting<'_> {
    async fn ask(&self, login: &str, verb: &'static str) -> Result<Ask> {
        Ok(self.workplace.ask(self.head, people::actor(&self.workplace.door, login).await?, verb))
    }

    /// Two parts: one now, one when the work was accepted.
    async fn schedule(&self, grant: i64, document: &str) -> Result<i64> {
        let today = self.workplace.door.surroundings.clock.now().day();
        let part = |share: &str, condition: &str, days: i64| PartForm {
            amount: String::new(),
            share: share.to_owned(),
            condition: condition.to_owned(),
            due_on: today.plus_days(days).to_string(),
        };
        let parts = vec![part("60", "", 0), part("40", "项目验收合格", 0)];
        let form = ScheduleForm { grant, parts, document: document.to_owned(), reason: String::new() };
        let ask = self.ask("clerk", "schedule_set").await?;
        Ok(payments::set_schedule(&self.workplace.door, ask, form).await?.schedule)
    }

    async fn hold(&self, form: HoldForm, document: &str, reason: &str) -> Result<i64> {
        let until = self.workplace.door.surroundings.clock.now().day().plus_days(180);
        let (document, reason) = (document.to_owned(), reason.to_owned());
        let form = HoldForm { document, reason, until_on: until.to_string(), ..form };
        let ask = self.ask("clerk", "hold_set").await?;
        Ok(holds::set(&self.workplace.door, ask, form).await?.hold)
    }
}
