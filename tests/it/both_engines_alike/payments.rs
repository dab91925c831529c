//! What cashiers do: batches, files of the bank, differences, other attempts.

use rand::Rng as _;
use rand::rngs::StdRng;
use relief_ledger::grants;
use relief_ledger::kernel::money::Fen;
use relief_ledger::kernel::{Error, Result};
use relief_ledger::payments::{
    self, BatchState, Gather, NewPayingAccount, PaymentLine, PaymentState, ReissueForm, Reissued, ReleaseForm, Settling,
};
use relief_ledger::recipients;

use super::Side;
use crate::support::office::form;
use crate::support::treasury::looked_at;

/// The verbs that are drawn; those that come to little more often.
pub const VERBS: [&str; 25] = [
    "drop",
    "drop",
    "release",
    "release",
    "reissue",
    "build",
    "build",
    "build",
    "release",
    "release",
    "release",
    "drop",
    "withdraw batch",
    "payment file",
    "bank file",
    "bank file",
    "bank file",
    "settle",
    "settle",
    "ask bank undo",
    "decide bank undo",
    "reissue",
    "reissue",
    "paying account",
    "decide paying account",
];

impl Side<'_> {
    /// Two recipients share an account from the start, and a batch pays both: chance would hardly do that.
    pub(super) async fn shares(&self) {
        let (world, door) = (self.world, &self.world.door);
        let mut grants = Vec::new();
        for (reference, recipient) in [("S-1", 1), ("S-2", 2)] {
            let mut typed = form(reference, recipient);
            typed.account.account_number = form("", 1).account.account_number;
            grants.push(self.office.submitted(typed).await);
        }
        self.office.approve_as(&self.office.reviewer, &grants).await.unwrap();
        let made = payments::build(door, world.ask(&self.cashier, "build"), Gather::default(), None).await.unwrap();
        let looked = looked_at(world, made.batch).await;
        assert_eq!(looked.explained.len(), 1);
        let ask = world.ask(&self.office.second_reviewer, "release");
        payments::release(door, ask, made.batch, looked).await.unwrap();
    }

    pub(super) async fn of_payments(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        match verb {
            "build" | "release" | "drop" | "withdraw batch" | "payment file" => self.of_batches(verb, chance).await,
            "bank file" | "ask bank undo" | "decide bank undo" => self.of_bank_files(verb, chance).await,
            "paying account" | "decide paying account" => self.of_paying_accounts(verb, chance).await,
            _ => self.of_differences(verb, chance).await,
        }
    }

    async fn of_batches(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door, c) = (self.world, &self.world.door, &self.world.door.db.read);
        let batch = self.one(chance, "batch");
        let who = match verb {
            "release" => self.somebody(chance, &["zhao", "wang"]),
            _ => self.somebody(chance, &["li"]),
        };
        let ask = world.ask(&who, "step");
        match verb {
            "build" => {
                let named = chance.random_ratio(1, 4);
                let grants = if named { vec![self.one(chance, "approved grant")] } else { Vec::new() };
                let limit = (!named).then(|| chance.random_range(1..7));
                let gather = Gather { grants, limit, ..Gather::default() };
                let account = chance.random_ratio(1, 6).then(|| self.one(chance, "paying account"));
                let made = payments::build(door, ask, gather, account).await?;
                self.made.entry("batch").or_default().push(made.batch);
                Ok(format!("{made:?}"))
            }
            "release" => {
                // Whoever names no batch that is there is refused for that.
                let form = match payments::batch(c, world.book_id, batch).await {
                    Ok(_) => looked_at(world, batch).await,
                    Err(_) => ReleaseForm::default(),
                };
                let released = payments::release(door, ask, batch, form).await;
                self.keep("released batch", released.map(|done| done.batch))
            }
            "drop" => {
                // Mostly out of a batch in which something is left.
                let built = payments::batches(c, world.book_id, Some(BatchState::Built), i64::MAX, 20).await?;
                let large = built.iter().find(|found| found.payments > 1 && chance.random_ratio(3, 4));
                let batch = large.map_or(batch, |found| found.id);
                let payments = payments::payments_of(c, world.book_id, batch, None, (0, 1)).await?;
                let ids = payments.into_iter().map(|payment| payment.id).collect();
                payments::drop_payments(door, ask, batch, ids, "账户待核".into()).await.map(|done| format!("{done:?}"))
            }
            "withdraw batch" => {
                payments::withdraw(door, ask, batch, "重做".into()).await.map(|done| format!("{done:?}"))
            }
            _ => {
                let (head, batch) = (world.head().await, self.one(chance, "released batch"));
                let profile = ["generic-csv", "gb18030-text"][chance.random_range(0..2)];
                payments::make_file(door, ask, &head, batch, profile.into()).await.map(|made| format!("{made:?}"))
            }
        }
    }

    /// The payments of a batch that was sent, mostly those of a young one.
    async fn sent(&self, chance: &mut StdRng) -> Result<Vec<PaymentLine>> {
        let batch = self.one(chance, "released batch");
        let c = &self.world.door.db.read;
        let found = payments::batch(c, self.world.book_id, batch).await?;
        if found.state != BatchState::Released {
            return Err(Error::NotFound);
        }
        payments::payments_of(c, self.world.book_id, batch, None, (0, 100)).await
    }

    /// A payment that came to nothing and was not looked at; rather one whose grant still counts and whose account nobody
    /// is changing.
    async fn came_to_nothing(&self, chance: &mut StdRng) -> Result<Option<i64>> {
        let (c, book_id) = (&self.world.door.db.read, self.world.book_id);
        let changing = recipients::pending_accounts(c, book_id, None).await?;
        let mut found = (Vec::new(), Vec::new());
        for batch in self.made.get("released batch").into_iter().flatten() {
            for payment in payments::payments_of(c, book_id, *batch, None, (0, 100)).await? {
                let waits = matches!(payment.state, PaymentState::Refused | PaymentState::Returned);
                if !waits || payment.is_reissued {
                    continue;
                }
                let grant = grants::grant(c, book_id, payment.grant).await?.ok_or(Error::NotFound)?;
                let is_free =
                    grant.state.is_living() && changing.iter().all(|account| account.recipient != grant.recipient);
                if is_free { found.0.push(payment.id) } else { found.1.push(payment.id) }
            }
        }
        let from = if found.0.is_empty() { found.1 } else { found.0 };
        Ok((!from.is_empty()).then(|| from[chance.random_range(0..from.len())]))
    }

    async fn of_bank_files(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door) = (self.world, &self.world.door);
        let file = self.one(chance, "bank file");
        if verb == "bank file" {
            let ask = world.ask(&self.somebody(chance, &["li"]), "step");
            let head = world.head().await;
            let today = door.surroundings.clock.now().day();
            let mut text =
                "payment_id,account_name,account_number,amount,status,reason,bank_serial,completed_on\r\n".to_owned();
            for payment in self.sent(chance).await? {
                let status = match payment.state {
                    PaymentState::Paid => "returned",
                    _ => ["paid", "paid", "refused"][chance.random_range(0..3)],
                };
                let id =
                    if chance.random_ratio(1, 8) { String::new() } else { payments::payment_name(&head, payment.id) };
                let wrong = i64::from(chance.random_ratio(1, 6));
                let amount = Fen::new(payment.amount.get() + wrong).plain();
                let (name, number, serial) = (payment.account_name, payment.account_number, chance.random::<u32>());
                text += &format!("{id},{name},{number},{amount},{status},,{serial},{today}\r\n");
            }
            let loaded = payments::load_bank_file(door, ask, &head, "generic-csv", "a.csv".into(), text.into_bytes());
            return match loaded.await? {
                Ok(loaded) => {
                    self.made.entry("bank file").or_default().push(loaded.file);
                    Ok(format!("{loaded:?}"))
                }
                Err(faults) => Ok(format!("{faults:?}")),
            };
        }
        if verb == "ask bank undo" {
            let ask = world.ask(&self.somebody(chance, &["li"]), "step");
            let asked = payments::prepare_undo(door, ask, file, "发错文件".into()).await;
            return self.keep("bank undo", asked.map(|done| done.file));
        }
        let (file, ask) = (self.one(chance, "bank undo"), world.ask(&self.somebody(chance, &["wang", "zhao"]), "step"));
        if chance.random_ratio(1, 3) {
            return payments::refuse_undo(door, ask, file, "无误".into()).await.map(|done| format!("{done:?}"));
        }
        payments::approve_undo(door, ask, file).await.map(|done| format!("{done:?}"))
    }

    async fn of_differences(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door, c) = (self.world, &self.world.door, &self.world.door.db.read);
        if verb == "reissue" {
            let ask = world.ask(&self.somebody(chance, &["li"]), "step");
            let sent = self.sent(chance).await?;
            let payment =
                self.came_to_nothing(chance).await?.or(sent.first().map(|sent| sent.id)).ok_or(Error::NotFound)?;
            let reason = ["", "账户已恢复"][usize::from(chance.random_ratio(3, 4))].into();
            let done = payments::reissue(door, ask, ReissueForm { payment, reason }).await?;
            if done.became == Reissued::Approved {
                return Ok(format!("{done:?}"));
            }
            return self.keep("reissue", Ok(done.payment));
        }
        let open = payments::discrepancies(c, world.book_id, Some("open"), None, (0, 1_000)).await?;
        let last = open.last().ok_or(Error::NotFound)?;
        let remedies = last.name.remedies();
        let form = Settling {
            line: last.line,
            name: last.name,
            how: remedies[chance.random_range(0..remedies.len())],
            document: ["", "函1"][usize::from(chance.random_ratio(3, 4))].into(),
            note: String::new(),
        };
        let ask = world.ask(&self.somebody(chance, &["wang", "li"]), "step");
        payments::settle(door, ask, form).await.map(|done| format!("{done:?} {last:?}"))
    }

    async fn of_paying_accounts(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door) = (self.world, &self.world.door);
        if verb == "paying account" {
            let new = NewPayingAccount {
                name: "区财政局".into(),
                kind: ["own", "special", "treasury_direct", "none"][chance.random_range(0..4)].into(),
                account_number: format!("3305010{}", chance.random_range(0..9)),
                bank_code: "104100000004".into(),
                bank_name: "中国银行宁波北仑支行".into(),
            };
            let ask = world.ask(&self.somebody(chance, &["zhou", "li"]), "step");
            let made = payments::record_paying_account(door, ask, new).await;
            return self.keep("paying account", made.map(|made| made.account));
        }
        let account = self.one(chance, "paying account");
        let leaf = payments::paying_account(&door.db.read, world.book_id, account).await?.leaf.to_string();
        let ask = world.ask(&self.somebody(chance, &["wang", "zhou"]), "step");
        let approve = chance.random_ratio(2, 3);
        payments::decide_paying_account(door, ask, account, leaf, approve).await.map(|done| format!("{done:?}"))
    }
}
