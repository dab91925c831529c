//! What is done about money that was paid wrongly: demands, receipts, offsets, corrections.

use rand::Rng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use relief_ledger::corrections::{self, CorrectionForm};
use relief_ledger::grants::{self, Filter, Order, Sort};
use relief_ledger::kernel::dates::Day;
use relief_ledger::kernel::keyset::Near;
use relief_ledger::kernel::{Error, Result};
use relief_ledger::recoveries::{self, Claim, DemandForm, OffsetForm, ReceiptForm, Verdict};

use super::Side;

/// The verbs that are drawn; those that come to little more often.
pub const VERBS: [&str; 18] = [
    "demand",
    "demand",
    "demand",
    "decide demand",
    "decide demand",
    "decide demand",
    "receive",
    "receive",
    "decide receipt",
    "decide receipt",
    "offset",
    "offset",
    "decide offset",
    "decide offset",
    "ask claim undo",
    "decide claim undo",
    "correct",
    "decide correction",
];

impl Side<'_> {
    pub(super) async fn of_recoveries(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        match verb {
            "demand" | "decide demand" => self.of_demands(verb, chance).await,
            "receive" | "decide receipt" => self.of_receipts(verb, chance).await,
            "offset" | "decide offset" => self.of_offsets(verb, chance).await,
            "correct" | "decide correction" => self.of_corrections(verb, chance).await,
            _ => self.of_claims(verb, chance).await,
        }
    }

    pub(super) fn today(&self) -> Day {
        self.world.door.surroundings.clock.now().day()
    }

    /// Some grant that was paid.
    async fn paid(&self, chance: &mut StdRng) -> Result<i64> {
        let filter = Filter { states: vec![grants::State::Paid], ..Filter::default() };
        let order = Order { by: Sort::Position, ascending: false };
        let c = &self.world.door.db.read;
        let page = grants::page(c, self.world.book_id, &filter, order, &Near::Start, 200);
        let rows = page.await?.rows;
        if rows.is_empty() {
            return Err(Error::NotFound);
        }
        // Mostly one whose recipient has another grant that waits, so that there is something to settle.
        if chance.random_ratio(3, 4) {
            for (_, line) in &rows {
                if !recoveries::settleable(c, self.world.book_id, line.recipient).await?.is_empty() {
                    return Ok(line.id);
                }
            }
        }
        Ok(rows[chance.random_range(0..rows.len())].1.id)
    }

    fn verdict(chance: &mut StdRng, digest: String) -> Verdict {
        match chance.random_range(0..8) {
            0 => Verdict::Refused { reason: "理由不足".into() },
            1 => Verdict::Approved { digest: String::new() },
            _ => Verdict::Approved { digest },
        }
    }

    async fn of_demands(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door) = (self.world, &self.world.door);
        if verb == "demand" {
            let grant = self.paid(chance).await?;
            let form = DemandForm {
                grant,
                amount: ["1", "35.55", "999999", "12.345"][chance.random_range(0..4)].into(),
                document: "追1号".into(),
                reason: "多付".into(),
                due_on: self.today().plus_days(chance.random_range(-1..60)).to_string(),
            };
            let ask = world.ask(&self.somebody(chance, &["chen", "zhou"]), "step");
            return self.keep("demand", recoveries::demand(door, ask, form).await.map(|made| made.id));
        }
        let id = self.one(chance, "demand");
        let leaf = recoveries::demand_by_id(&door.db.read, world.book_id, id).await?.signed.leaf;
        let said = Self::verdict(chance, recoveries::digest(leaf));
        let ask = world.ask(&self.somebody(chance, &["wang", "zhao"]), "step");
        recoveries::decide_demand(door, ask, id, said).await.map(|done| format!("{done:?}"))
    }

    /// A demand of which something is open.
    async fn open_demand(&self, chance: &mut StdRng) -> Result<recoveries::Demand> {
        let c = &self.world.door.db.read;
        let mut open = recoveries::demands(c, self.world.book_id, (None, self.today()), false, (0, 50)).await?;
        if open.is_empty() {
            return Err(Error::NotFound);
        }
        let one = chance.random_range(0..open.len());
        Ok(open.swap_remove(one))
    }

    async fn of_receipts(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door) = (self.world, &self.world.door);
        if verb == "receive" {
            let demand = self.open_demand(chance).await?;
            let form = ReceiptForm {
                demand: demand.id,
                amount: if chance.random() { demand.open().plain() } else { "0.77".into() },
                document: "回单".into(),
                received_on: self.today().plus_days(-chance.random_range(0..2)).to_string(),
                destination: ["available", "available", "source", "nowhere"][chance.random_range(0..4)].into(),
                account: None,
            };
            let ask = world.ask(&self.somebody(chance, &["li"]), "step");
            return self.keep("receipt", recoveries::prepare_receipt(door, ask, form).await.map(|made| made.id));
        }
        let id = self.one(chance, "receipt");
        let leaf = recoveries::receipt(&door.db.read, world.book_id, id).await?.signed.leaf;
        let said = Self::verdict(chance, recoveries::digest(leaf));
        let ask = world.ask(&self.somebody(chance, &["wang", "zhao"]), "step");
        recoveries::decide_receipt(door, ask, id, said).await.map(|done| format!("{done:?}"))
    }

    async fn of_offsets(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door, c) = (self.world, &self.world.door, &self.world.door.db.read);
        if verb == "offset" {
            let open = recoveries::demands(c, world.book_id, (None, self.today()), false, (0, 50)).await?;
            for demand in open {
                let settleable = recoveries::settleable(c, world.book_id, demand.recipient).await?;
                // Any of them: the first one may be held for long.
                let Some(settled) = settleable.choose(chance) else { continue };
                let amount = if chance.random() { demand.open().min(settled.left) } else { settled.left };
                let form = OffsetForm {
                    demand: demand.id,
                    settled_grant: settled.id,
                    amount: amount.plain(),
                    document: "抵1号".into(),
                    reason: "抵扣".into(),
                };
                let ask = world.ask(&self.somebody(chance, &["chen", "li"]), "step");
                return self.keep("offset", recoveries::prepare_offset(door, ask, form).await.map(|made| made.id));
            }
            return Err(Error::NotFound);
        }
        let id = self.one(chance, "offset");
        let leaf = recoveries::offset(c, world.book_id, id).await?.signed.leaf;
        let said = Self::verdict(chance, recoveries::digest(leaf));
        let ask = world.ask(&self.somebody(chance, &["wang", "zhao"]), "step");
        recoveries::decide_offset(door, ask, id, said).await.map(|done| format!("{done:?}"))
    }

    async fn of_claims(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door) = (self.world, &self.world.door);
        let claim = match chance.random_range(0..3) {
            0 => Claim::Demand(self.one(chance, "demand")),
            1 => Claim::Receipt(self.one(chance, "receipt")),
            _ => Claim::Offset(self.one(chance, "offset")),
        };
        if verb == "ask claim undo" {
            let ask = world.ask(&self.somebody(chance, &["chen", "li"]), "step");
            let asked = recoveries::ask_undo(door, ask, claim, "记错".into()).await?;
            let kind = match claim {
                Claim::Demand(_) => "demand undo",
                Claim::Receipt(_) => "receipt undo",
                Claim::Offset(_) => "offset undo",
            };
            return self.keep(kind, Ok(asked.id));
        }
        let claim = match chance.random_range(0..3) {
            0 => Claim::Demand(self.one(chance, "demand undo")),
            1 => Claim::Receipt(self.one(chance, "receipt undo")),
            _ => Claim::Offset(self.one(chance, "offset undo")),
        };
        let ask = world.ask(&self.somebody(chance, &["wang", "zhao"]), "step");
        let keep = chance.random_ratio(1, 3).then(|| "无误".to_owned());
        recoveries::decide_undo(door, ask, claim, keep).await.map(|done| format!("{done:?}"))
    }

    async fn of_corrections(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door) = (self.world, &self.world.door);
        if verb == "correct" {
            let grant = self.paid(chance).await?;
            let amount = self.office.grant(grant).await.content.amount;
            let form = CorrectionForm {
                grant,
                reference: format!("G-{}", chance.random_range(0..1_000)),
                policy: ["BL2020-01", "BL2020-02", "BL2020-03"][chance.random_range(0..3)].into(),
                amount: if chance.random() { amount.plain() } else { "0.50".into() },
                right_on: self.today().plus_days(-chance.random_range(0..9)).to_string(),
                is_overpaid: chance.random(),
                due_on: self.today().plus_days(30).to_string(),
                document: "更1号".into(),
                reason: "记错".into(),
                ..CorrectionForm::default()
            };
            let ask = world.ask(&self.somebody(chance, &["chen", "zhou"]), "step");
            let made = corrections::prepare_correction(door, ask, form).await;
            return self.keep("correction", made.map(|made| made.correction));
        }
        let id = self.one(chance, "correction");
        let leaf = corrections::correction(&door.db.read, world.book_id, id).await?.leaf;
        let ask = world.ask(&self.somebody(chance, &["wang", "zhao"]), "step");
        let said = match chance.random_range(0..8) {
            0 => corrections::Verdict::Refused { reason: "没有记错".into() },
            _ => corrections::Verdict::Approved { digest: corrections::digest(leaf) },
        };
        corrections::decide_correction(door, ask, id, said).await.map(|done| format!("{done:?}"))
    }
}
