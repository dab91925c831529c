//! A bank that gives no ids back tells of payments that are alike, and a person says which is which.

use rand::Rng as _;
use rand::rngs::StdRng;
use relief_ledger::grants::Form;
use relief_ledger::journal;
use relief_ledger::kernel::money::Fen;
use relief_ledger::kernel::{Error, Result};
use relief_ledger::payments::{self, BankLineRead, ChoosingPayment, Gather, Name};

use super::Side;
use crate::support::office::form;
use crate::support::treasury::looked_at;

/// How many steps it takes.
pub const STEPS: usize = 40;

/// The verbs, one after another.
pub const VERBS: [&str; 2] = ["pay alike", "choose payment"];

/// The policy from which its grants are paid.
const POLICY: &str = "BL2020-10";

impl Side<'_> {
    pub(super) async fn of_choices(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        if verb == "pay alike" { self.pays_alike(chance).await } else { self.chooses_payment(chance).await }
    }

    /// Somebody is granted the same amount twice, and the bank answers without saying which is which.
    async fn pays_alike(&mut self, chance: &mut StdRng) -> Result<String> {
        let (world, door) = (self.world, &self.world.door);
        let (number, amount) = (world.head().await.position, Fen::new(chance.random_range(1_000..200_000)));
        let mut ids = Vec::new();
        for part in 0..2 {
            let mut typed =
                Form { policy: POLICY.into(), amount: amount.plain(), ..form(&format!("Y-{number}-{part}"), 0) };
            (typed.id_type, typed.number) = ("other".into(), format!("AE{number}"));
            (typed.particulars.name, typed.account.account_name) = (format!("商户{number}"), format!("商户{number}"));
            typed.account.account_number = format!("6228481{number:09}");
            ids.push(self.office.submitted(typed).await);
        }
        self.office.approve_as(&self.office.reviewer, &ids).await?;
        let gather = Gather { grants: ids, ..Gather::default() };
        let made = payments::build(door, world.ask(&self.somebody(chance, &["li"]), "step"), gather, None).await?;
        let ask = world.ask(&self.somebody(chance, &["zhao"]), "step");
        payments::release(door, ask, made.batch, looked_at(world, made.batch).await).await?;
        let today = door.surroundings.clock.now().day();
        let (name, account) = (format!("商户{number}"), format!("6228481{number:09}"));
        let mut text =
            "payment_id,account_name,account_number,amount,status,reason,bank_serial,completed_on\r\n".to_owned();
        for serial in 0..chance.random_range(1..3) {
            let status = ["paid", "paid", "refused"][chance.random_range(0..3)];
            text += &format!(",{name},{account},{},{status},,{number}-{serial},{today}\r\n", amount.plain());
        }
        let (ask, head) = (world.ask(&self.somebody(chance, &["li"]), "step"), world.head().await);
        let loaded = payments::load_bank_file(door, ask, &head, "generic-csv", "a.csv".into(), text.into_bytes());
        let loaded = loaded.await?.map_err(|faults| Error::internal(format!("{faults:?}")))?;
        self.keep("unclear file", Ok(loaded.file))
    }

    async fn chooses_payment(&mut self, chance: &mut StdRng) -> Result<String> {
        let (world, door, c) = (self.world, &self.world.door, &self.world.door.db.read);
        let file = self.one(chance, "unclear file");
        let open = payments::discrepancies(c, world.book_id, Some("open"), Some(file), (0, 9)).await?;
        let open = open.into_iter().find(|found| found.name == Name::MissingInBook).ok_or(Error::NotFound)?;
        let read: BankLineRead = journal::event(c, world.book_id, open.line).await?.payload()?;
        let offered = read.candidates.get(chance.random_range(0..=read.candidates.len()));
        let form = ChoosingPayment {
            line: open.line,
            payment: offered.copied().unwrap_or(1),
            document: ["", "函2"][usize::from(chance.random_ratio(5, 6))].into(),
            note: String::new(),
        };
        let ask = world.ask(&self.somebody(chance, &["wang", "zhao"]), "step");
        payments::choose_payment(door, ask, form).await.map(|done| format!("{done:?}"))
    }
}
