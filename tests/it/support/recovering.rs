//! People who demand money back, book what came back, settle it against other grants and correct bookings.

use relief_ledger::corrections::{self, CorrectionAnswer, CorrectionForm};
use relief_ledger::grants;
use relief_ledger::journal::Actor;
use relief_ledger::kernel::Result;
use relief_ledger::payments::{self, Gather};
use relief_ledger::recoveries::{
    self, Claim, DemandForm, OffsetForm, ReceiptForm, RecoveryAnswer, Signed, Verdict as Said,
};

use super::bank::{answer_file, orders};
use super::book::World;
use super::office::Office;
use super::treasury::looked_at;

/// Those people.
pub struct Recovering<'a> {
    pub world: &'a World,
    pub clerk: Actor,
    pub cashier: Actor,
    pub reviewer: Actor,
}

/// Has grants paid on the day that it is: a batch of them, released by another person, and the bank's answer.
pub async fn paid(office: &Office<'_>, cashier: &Actor, grants: &[i64], on: &'static str) {
    let world = office.world;
    let gather = Gather { grants: grants.to_vec(), ..Gather::default() };
    let batch = payments::build(&world.door, world.ask(cashier, "build"), gather, None).await.unwrap();
    let (looked, ask) = (looked_at(world, batch.batch).await, world.ask(&office.second_reviewer, "release"));
    payments::release(&world.door, ask, batch.batch, looked).await.unwrap();
    let (head, ask) = (world.head().await, world.ask(cashier, "file"));
    let made = payments::make_file(&world.door, ask, &head, batch.batch, "generic-csv".into()).await.unwrap();
    let file = payments::bank_file_bytes(&world.door, world.book_id, &made[0].sha256).await.unwrap();
    let lines: Vec<_> = orders(&file)
        .iter()
        .enumerate()
        .map(|(n, order)| order.answer("paid", 100_000 * grants.len() + n, on))
        .collect();
    let (head, ask) = (world.head().await, world.ask(cashier, "load"));
    let name = format!("paid-{}.csv", batch.batch);
    let loaded =
        payments::load_bank_file(&world.door, ask, &head, "generic-csv", name, answer_file(&lines)).await.unwrap();
    assert_eq!(loaded.unwrap().applied, i64::try_from(grants.len()).unwrap());
    for grant in grants {
        assert_eq!(office.state(*grant).await, grants::State::Paid);
    }
}

impl Recovering<'_> {
    /// Prepares a demand as somebody.
    pub async fn demand_as(&self, actor: &Actor, grant: i64, amount: &str) -> Result<RecoveryAnswer> {
        let form = DemandForm {
            grant,
            amount: amount.into(),
            document: "仑追〔2020〕1号".into(),
            reason: "重复发放".into(),
            due_on: "2020-12-31".into(),
        };
        recoveries::demand(&self.world.door, self.world.ask(actor, "demand"), form).await
    }

    async fn signed(&self, claim: Claim) -> Signed {
        let (c, book_id) = (&self.world.door.db.read, self.world.book_id);
        match claim {
            Claim::Demand(id) => recoveries::demand_by_id(c, book_id, id).await.unwrap().signed,
            Claim::Receipt(id) => recoveries::receipt(c, book_id, id).await.unwrap().signed,
            Claim::Offset(id) => recoveries::offset(c, book_id, id).await.unwrap().signed,
        }
    }

    /// Signs something as somebody.
    pub async fn sign_as(&self, actor: &Actor, claim: Claim) -> Result<RecoveryAnswer> {
        let digest = recoveries::digest(self.signed(claim).await.leaf);
        self.say_as(actor, claim, Said::Approved { digest }).await
    }

    /// Signs or refuses something as somebody.
    pub async fn say_as(&self, actor: &Actor, claim: Claim, said: Said) -> Result<RecoveryAnswer> {
        let (door, ask) = (&self.world.door, self.world.ask(actor, "decide"));
        match claim {
            Claim::Demand(id) => recoveries::decide_demand(door, ask, id, said).await,
            Claim::Receipt(id) => recoveries::decide_receipt(door, ask, id, said).await,
            Claim::Offset(id) => recoveries::decide_offset(door, ask, id, said).await,
        }
    }

    /// A demand that stands.
    pub async fn demanded(&self, grant: i64, amount: &str) -> i64 {
        let id = self.demand_as(&self.clerk, grant, amount).await.unwrap().id;
        self.sign_as(&self.reviewer, Claim::Demand(id)).await.unwrap().id
    }

    /// Books money that came back as somebody.
    pub async fn receive_as(&self, actor: &Actor, demand: i64, amount: &str, on: &str) -> Result<RecoveryAnswer> {
        self.receive_to(actor, demand, amount, (on, "available")).await
    }

    /// Books money that came back and goes somewhere.
    pub async fn receive_to(
        &self,
        actor: &Actor,
        demand: i64,
        amount: &str,
        (on, destination): (&str, &str),
    ) -> Result<RecoveryAnswer> {
        self.receive_on(actor, demand, amount, (on, destination, None)).await
    }

    /// Books money that came back to an account.
    pub async fn receive_on(
        &self,
        actor: &Actor,
        demand: i64,
        amount: &str,
        (on, destination, account): (&str, &str, Option<i64>),
    ) -> Result<RecoveryAnswer> {
        let form = ReceiptForm {
            demand,
            amount: amount.into(),
            document: "回单1号".into(),
            received_on: on.into(),
            destination: destination.into(),
            account,
        };
        recoveries::prepare_receipt(&self.world.door, self.world.ask(actor, "receive"), form).await
    }

    /// Money that came back and was signed.
    pub async fn received(&self, demand: i64, amount: &str, on: &str) -> i64 {
        let id = self.receive_as(&self.cashier, demand, amount, on).await.unwrap().id;
        self.sign_as(&self.reviewer, Claim::Receipt(id)).await.unwrap().id
    }

    /// Prepares an offset as somebody.
    pub async fn offset_as(
        &self,
        actor: &Actor,
        demand: i64,
        settled_grant: i64,
        amount: &str,
    ) -> Result<RecoveryAnswer> {
        let form = OffsetForm {
            demand,
            settled_grant,
            amount: amount.into(),
            document: "仑抵〔2020〕1号".into(),
            reason: "抵扣多付".into(),
        };
        recoveries::prepare_offset(&self.world.door, self.world.ask(actor, "offset"), form).await
    }

    /// An offset that was signed.
    pub async fn offset(&self, demand: i64, settled_grant: i64, amount: &str) -> i64 {
        let id = self.offset_as(&self.clerk, demand, settled_grant, amount).await.unwrap().id;
        self.sign_as(&self.reviewer, Claim::Offset(id)).await.unwrap().id
    }

    /// Asks that something be undone, as somebody.
    pub async fn ask_undo_as(&self, actor: &Actor, claim: Claim) -> Result<RecoveryAnswer> {
        recoveries::ask_undo(&self.world.door, self.world.ask(actor, "undo"), claim, "记错".into()).await
    }

    /// Has something undone, as somebody.
    pub async fn undo_as(&self, actor: &Actor, claim: Claim) -> Result<RecoveryAnswer> {
        recoveries::decide_undo(&self.world.door, self.world.ask(actor, "undo"), claim, None).await
    }

    /// Has something undone by two people.
    pub async fn undone(&self, claim: Claim) -> Result<RecoveryAnswer> {
        let asker = if matches!(claim, Claim::Demand(_)) { &self.clerk } else { &self.cashier };
        self.ask_undo_as(asker, claim).await?;
        self.undo_as(&self.reviewer, claim).await
    }

    /// Prepares a correction as somebody.
    pub async fn correct_as(&self, actor: &Actor, form: CorrectionForm) -> Result<CorrectionAnswer> {
        corrections::prepare_correction(&self.world.door, self.world.ask(actor, "correct"), form).await
    }

    /// Signs a correction as somebody.
    pub async fn sign_correction_as(&self, actor: &Actor, id: i64) -> Result<CorrectionAnswer> {
        let found = corrections::correction(&self.world.door.db.read, self.world.book_id, id).await.unwrap();
        let verdict = corrections::Verdict::Approved { digest: corrections::digest(found.leaf) };
        corrections::decide_correction(&self.world.door, self.world.ask(actor, "decide"), id, verdict).await
    }

    /// A correction that was signed; the right grant.
    pub async fn corrected(&self, form: CorrectionForm) -> i64 {
        let id = self.correct_as(&self.clerk, form).await.unwrap().correction;
        self.sign_correction_as(&self.reviewer, id).await.unwrap();
        let found = corrections::correction(&self.world.door.db.read, self.world.book_id, id).await.unwrap();
        found.right_grant.unwrap()
    }
}

/// A correction that moves a grant to another policy, with everything else as it was.
pub fn to_policy(grant: i64, policy: &str, amount: &str, right_on: &str) -> CorrectionForm {
    CorrectionForm {
        grant,
        reference: format!("G-{grant}"),
        policy: policy.into(),
        amount: amount.into(),
        right_on: right_on.into(),
        due_on: "2021-12-31".into(),
        document: "仑更〔2020〕1号".into(),
        reason: "政策记错".into(),
        ..CorrectionForm::default()
    }
}
