//! What comes back in the demonstration: a demand of which a part was received, one that was settled against another grant,
//! a booking that was corrected, and of each kind something that waits for a visitor; two people wherever two are needed.

use crate::cli::workplace::Workplace;
use crate::corrections::{self, CorrectionForm};
use crate::grants::{self, Filter, Line, Order, State};
use crate::journal::{Ask, Head};
use crate::kernel::dates::Day;
use crate::kernel::keyset::Near;
use crate::kernel::{Error, Result};
use crate::people;
use crate::recoveries::{self, Claim, DemandForm, OffsetForm, ReceiptForm, Signed, Verdict};

/// Grants that wait for payment and that schedules and holds do not concern: those concern the first.
const FREE_FROM: usize = 4;
/// Days in which money shall be back.
const DAYS: i64 = 30;

/// What happens after schedules and holds were set.
pub(super) async fn tell(workplace: &Workplace, head: &Head) -> Result<()> {
    let today = workplace.door.surroundings.clock.now().day();
    let back = ClaimsBack { workplace, head, today };
    let uid = people::actor(&workplace.door, "clerk2").await?.uid;
    let paid = Filter { states: vec![State::Paid], prepared_by: Some(uid), ..Filter::default() };
    let paid = back.grants(paid, 4).await?;
    let [overpaid, other, misbooked, doubtful] = paid.as_slice() else { return Err(Error::NotFound) };

    let demand = back.demanded(overpaid.id, ("300.00", "仑追〔2026〕3号"), "面积核减，多付部分退回").await?;
    back.received(demand, "120.00", "进账单 0087").await?;
    back.demand(other.id, ("80.00", "仑追〔2026〕5号"), "同一月份重复计算").await?;

    back.settle_against_waiting().await?;

    let right = back.correction(misbooked, "政策编号录入有误")?;
    let ask = back.ask("clerk", "correction_prepare").await?;
    let id = corrections::prepare_correction(&workplace.door, ask, right).await?.correction;
    let leaf = corrections::correction(&workplace.door.db.read, head.book_id, id).await?.leaf;
    let said = corrections::Verdict::Approved { digest: corrections::digest(leaf) };
    let ask = back.ask("reviewer", "correction_approve").await?;
    corrections::decide_correction(&workplace.door, ask, id, said).await?;
    let waits = back.correction(doubtful, "应由出口运费补贴列支，请复核")?;
    let ask = back.ask("clerk", "correction_prepare").await?;
    corrections::prepare_correction(&workplace.door, ask, waits).await.map(|_| ())
}

/// Where that happens.
struct ClaimsBack<'w> {
    workplace: &'w Workplace,
    head: &'w Head,
    today: Day,
}

impl ClaimsBack<'_> {
    async fn ask(&self, login: &str, verb: &'static str) -> Result<Ask> {
        Ok(self.workplace.ask(self.head, people::actor(&self.workplace.door, login).await?, verb))
    }

    async fn grants(&self, filter: Filter, limit: usize) -> Result<Vec<Line>> {
        let (c, book_id) = (&self.workplace.door.db.read, self.head.book_id);
        let found = grants::page(c, book_id, &filter, Order::default(), &Near::Start, limit).await?;
        Ok(found.rows.into_iter().map(|(_, line)| line).collect())
    }

    /// A clerk demands something back.
    async fn demand(&self, grant: i64, (amount, document): (&str, &str), reason: &str) -> Result<i64> {
        let form = DemandForm {
            grant,
            amount: amount.to_owned(),
            document: document.to_owned(),
            reason: reason.to_owned(),
            due_on: self.today.plus_days(DAYS).to_string(),
        };
        let ask = self.ask("clerk", "demand").await?;
        Ok(recoveries::demand(&self.workplace.door, ask, form).await?.id)
    }

    /// A demand that two people made.
    async fn demanded(&self, grant: i64, what: (&str, &str), reason: &str) -> Result<i64> {
        let id = self.demand(grant, what, reason).await?;
        self.sign(Claim::Demand(id)).await?;
        Ok(id)
    }

    /// The reviewer signs it as it is.
    async fn sign(&self, claim: Claim) -> Result<()> {
        let (door, c, book_id) = (&self.workplace.door, &self.workplace.door.db.read, self.head.book_id);
        let ask = self.ask("reviewer", "recovery_sign").await?;
        let approved = |signed: &Signed| Verdict::Approved { digest: recoveries::digest(signed.leaf) };
        match claim {
            Claim::Demand(id) => {
                let said = approved(&recoveries::demand_by_id(c, book_id, id).await?.signed);
                recoveries::decide_demand(door, ask, id, said).await?;
            }
            Claim::Receipt(id) => {
                let said = approved(&recoveries::receipt(c, book_id, id).await?.signed);
                recoveries::decide_receipt(door, ask, id, said).await?;
            }
            Claim::Offset(id) => {
                let said = approved(&recoveries::offset(c, book_id, id).await?.signed);
                recoveries::decide_offset(door, ask, id, said).await?;
            }
        }
        Ok(())
    }

    /// A part of it came back, and the budget has it again.
    async fn received(&self, demand: i64, amount: &str, document: &str) -> Result<()> {
        let form = ReceiptForm {
            demand,
            amount: amount.to_owned(),
            document: document.to_owned(),
            received_on: self.today.to_string(),
            destination: "available".to_owned(),
            account: None,
        };
        let ask = self.ask("cashier", "receipt").await?;
        let id = recoveries::prepare_receipt(&self.workplace.door, ask, form).await?.id;
        self.sign(Claim::Receipt(id)).await
    }

    /// Somebody who was paid too much years ago waits for money: one is settled against the other.
    async fn settle_against_waiting(&self) -> Result<()> {
        let approved = Filter { states: vec![State::Approved], ..Filter::default() };
        let waiting = self.grants(approved, FREE_FROM + 1).await?.pop().ok_or(Error::NotFound)?;
        let paid = Filter { states: vec![State::Paid], recipient: Some(waiting.recipient), ..Filter::default() };
        let overpaid = self.grants(paid, 1).await?.pop().ok_or(Error::NotFound)?;
        let demand = self.demanded(overpaid.id, ("200.00", "仑追〔2026〕4号"), "审计发现多计一个月").await?;
        let form = OffsetForm {
            demand,
            settled_grant: waiting.id,
            amount: "150.00".to_owned(),
            document: "仑抵〔2026〕1号".to_owned(),
            reason: "经该单位同意，从本次补贴中抵扣".to_owned(),
        };
        let ask = self.ask("clerk", "offset").await?;
        let id = recoveries::prepare_offset(&self.workplace.door, ask, form).await?.id;
        self.sign(Claim::Offset(id)).await
    }

    /// A grant that stands under the wrong one of two policies, with everything else as it was.
    fn correction(&self, grant: &Line, reason: &str) -> Result<CorrectionForm> {
        let right = ["BL2020-02", "BL2020-04"].into_iter().find(|code| *code != grant.policy_code);
        Ok(CorrectionForm {
            grant: grant.id,
            reference: format!("{}-G", grant.reference),
            policy: right.ok_or(Error::NotFound)?.to_owned(),
            amount: grant.amount.plain(),
            right_on: self.today.to_string(),
            document: "仑更〔2026〕1号".to_owned(),
            reason: reason.to_owned(),
            ..CorrectionForm::default()
        })
    }
}
