//! Payments in every state, for a book in which every kind of record stands.

use relief_ledger::grants::Form;
use relief_ledger::journal::Actor;
use relief_ledger::kernel::identity::{IdType, Identity};
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{self, Gather, How, Name, NewPayingAccount, NewProfile, ReissueForm, Settling};
use relief_ledger::people::Role;
use relief_ledger::recipients::{self, AccountChangeForm, AccountForm, ApproveAccountForm};
use relief_ledger::reconciliation::{self, AnswerForm, InquiryForm, Subject};
use relief_ledger::settings::Verdict;

use super::bank::{Order, answer_file, orders};
use super::book::World;
use super::office::{Office, form};
use super::treasury::looked_at;

/// Where the records of payments stand.
#[derive(Debug, Clone)]
pub struct PaymentsStand {
    /// A batch that waits for its release.
    pub waiting: i64,
    /// A released batch.
    pub released: i64,
    /// The file made of it.
    pub made: String,
    /// A payment of it.
    pub payment: i64,
    /// The grant that it pays.
    pub grant: i64,
    /// A file of the bank that somebody wants undone.
    pub bank_file: i64,
    /// Its bytes.
    pub bytes: String,
    /// A line of it that differs.
    pub line: i64,
    /// An account that waits.
    pub paying_account: i64,
    /// A version of a format that waits; the one before is in use.
    pub profile: i64,
}

struct Paying<'a> {
    office: &'a Office<'a>,
    world: &'a World,
    cashier: Actor,
}

/// Fills the book of a world with accounts, batches and files of the bank. Goes on to the fifth of March.
pub async fn every_payment(world: &World, office: &Office<'_>) -> (PaymentsStand, Actor) {
    let cashier = world.actor("li", "P-li", &[Role::Cashier]).await;
    let paying = Paying { office, world, cashier };
    let (account, paying_account) = paying.accounts().await;
    let profile = paying.formats().await;
    let (waiting, released, made) = paying.batches(account).await;
    let bytes = payments::bank_file_bytes(&world.door, world.book_id, &made).await.unwrap();
    let bank_file = paying.files(released, &orders(&bytes)).await;
    let (c, book_id) = (&world.door.db.read, world.book_id);
    let payment = &payments::payments_of(c, book_id, released, None, (0, 1)).await.unwrap()[0];
    let file = payments::bank_file(c, book_id, bank_file).await.unwrap();
    let open = payments::discrepancies(c, book_id, Some("open"), None, (0, 9)).await.unwrap();
    let stands = PaymentsStand {
        waiting,
        released,
        made,
        payment: payment.id,
        grant: payment.grant,
        bank_file,
        bytes: file.sha256,
        line: open[0].line,
        paying_account,
        profile,
    };
    (stands, paying.cashier)
}

/// A format like the generic one under a name of its own.
pub fn own_format(name: &str) -> String {
    let shipped = include_str!("../../../src/payments/files/profiles/generic-csv.out.toml");
    shipped.replace("name = \"generic-csv\"", &format!("name = \"{name}\""))
}

impl Paying<'_> {
    /// An open account and one that waits; another was refused.
    async fn accounts(&self) -> (i64, i64) {
        let (door, world) = (&self.world.door, self.world);
        let mut accounts = Vec::new();
        for (number, kind) in [("330501", "special"), ("330502", "own"), ("330503", "treasury_direct")] {
            let new = NewPayingAccount {
                name: "区财政局".into(),
                kind: kind.into(),
                account_number: number.into(),
                bank_code: "104100000004".into(),
                bank_name: "中国银行宁波北仑支行".into(),
            };
            let ask = world.ask(&self.cashier, "paying_account");
            accounts.push(payments::record_paying_account(door, ask, new).await.unwrap().account);
        }
        for (id, approve) in [(accounts[0], true), (accounts[1], false)] {
            let shown = payments::paying_account(&door.db.read, world.book_id, id).await.unwrap();
            let ask = world.ask(&self.office.reviewer, "decide");
            payments::decide_paying_account(door, ask, id, shown.leaf.to_string(), approve).await.unwrap();
        }
        (accounts[0], accounts[2])
    }

    /// A recipient's account is changed by two people.
    async fn moved(&self, recipient: usize, to: &str) {
        let (world, door, c) = (self.world, &self.world.door, &self.world.door.db.read);
        let typed = form("", recipient);
        let identity = Identity::parse(IdType::Uscc, &typed.number).unwrap();
        let known = recipients::by_number(c, world.book_id, &identity).await.unwrap().unwrap();
        let account = AccountForm { account_number: to.into(), ..typed.account };
        let prepared = AccountChangeForm { recipient: known.id, account, evidence: "变更函".into() };
        let ask = world.ask(&self.office.clerk, "account");
        let account = recipients::prepare_account(door, ask, prepared).await.unwrap().account;
        let row = recipients::account(c, world.book_id, account).await.unwrap().unwrap();
        let digest = recipients::digest_of_account(&row.leaf_hash).unwrap();
        let approve = ApproveAccountForm { account, digest, evidence: "已回拨".into() };
        recipients::approve_account(door, world.ask(&self.office.reviewer, "approve"), approve).await.unwrap();
    }

    /// A format of the book in its second version; a third one waits, and another was refused.
    async fn formats(&self) -> i64 {
        let (world, door) = (self.world, &self.world.door);
        let mut last = 0;
        for (name, reason, said) in [
            ("ccb", "建行说明 2019", Some(true)),
            ("ccb", "建行说明 2020", Some(true)),
            ("boc", "中行说明", Some(false)),
            ("abc", "农行说明", Some(true)),
            ("ccb", "建行说明 2021", None),
        ] {
            let toml = format!("# {reason}\n{}", own_format(name));
            let ask = world.ask(&self.cashier, "profile");
            let new = NewProfile { toml, reason: reason.into() };
            last = payments::record_profile(door, ask, new).await.unwrap().profile;
            let shown = payments::own_profile(&door.db.read, world.book_id, last).await.unwrap();
            let verdict = match said {
                Some(true) => Verdict::Approved { digest: shown.leaf.to_string() },
                Some(false) => Verdict::Refused { reason: "与说明不符".into() },
                None => continue,
            };
            payments::decide_profile(door, world.ask(&self.office.reviewer, "decide"), last, verdict).await.unwrap();
            if name == "abc" {
                let ask = world.ask(&self.cashier, "retire");
                payments::retire_profile(door, ask, last, "农行停用旧格式".into()).await.unwrap();
            }
        }
        last
    }

    async fn built(&self, grants: &[i64], account: Option<i64>) -> i64 {
        let gather = Gather { grants: grants.to_vec(), ..Gather::default() };
        let ask = self.world.ask(&self.cashier, "build");
        payments::build(&self.world.door, ask, gather, account).await.unwrap().batch
    }

    /// A batch that waits; a released one of four payments, another was taken out of it, and the file made of it. One
    /// batch was withdrawn.
    async fn batches(&self, account: i64) -> (i64, i64, String) {
        let (door, world) = (&self.world.door, self.world);
        self.moved(2, &form("", 1).account.account_number).await;
        let mut grants = Vec::new();
        for n in 0..8 {
            let mut typed = Form { amount: format!("{}", 200 + n), ..form(&format!("P-{n}"), n % 3) };
            if n % 3 == 2 {
                // After the change the third recipient is paid where the second one is.
                typed.account.account_number = form("", 1).account.account_number;
            }
            grants.push(self.office.submitted(typed).await);
        }
        self.office.approve_as(&self.office.reviewer, &grants).await.unwrap();
        let batch = self.built(&grants[..5], Some(account)).await;
        let (c, book_id) = (&door.db.read, world.book_id);
        let last = payments::payments_of_grant(c, book_id, grants[4]).await.unwrap()[0].id;
        let ask = world.ask(&self.cashier, "drop");
        payments::drop_payments(door, ask, batch, vec![last], "账户待核".into()).await.unwrap();
        let looked = looked_at(world, batch).await;
        assert_eq!((looked.confirmed.len(), looked.explained.len()), (1, 1));
        payments::release(door, world.ask(&self.office.second_reviewer, "release"), batch, looked).await.unwrap();
        let withdrawn = self.built(&grants[5..6], None).await;
        payments::withdraw(door, world.ask(&self.cashier, "withdraw"), withdrawn, "重做".into()).await.unwrap();
        let waiting = self.built(&grants[6..], None).await;

        let (head, ask) = (world.head().await, world.ask(&self.cashier, "file"));
        payments::make_file(door, ask, &head, batch, "ccb".into()).await.unwrap();
        let ask = world.ask(&self.cashier, "file");
        let made = payments::make_file(door, ask, &head, batch, "generic-csv".into()).await.unwrap();
        (waiting, batch, made[0].sha256.clone())
    }

    /// The bank was asked about all payments of a batch, and answered.
    async fn asked_about(&self, batch: i64) {
        let (door, world) = (&self.world.door, self.world);
        let about = Subject::Batch(batch);
        let form = InquiryForm { about, document: "查询〔2020〕1号".into(), note: "催问".into() };
        let (ask, head) = (world.ask(&self.cashier, "inquire"), world.head().await);
        let inquiry = reconciliation::inquire(door, ask, &head, form).await.unwrap().inquiry;
        let answer = AnswerForm { inquiry, document: "查复〔2020〕1号".into(), answer: "处理中".into() };
        reconciliation::answer_inquiry(door, world.ask(&self.cashier, "answer"), answer).await.unwrap();
    }

    async fn loaded(&self, bytes: Vec<u8>) -> i64 {
        let (head, ask) = (self.world.head().await, self.world.ask(&self.cashier, "load"));
        let loaded =
            payments::load_bank_file(&self.world.door, ask, &head, "generic-csv", "answer.csv".into(), bytes).await;
        loaded.unwrap().unwrap_or_else(|faults| panic!("{faults:#?}")).file
    }

    /// Files that stand, that were undone, and one that may be; differences in every state.
    async fn files(&self, sent_in: i64, sent: &[Order]) -> i64 {
        let (door, world, reviewer) = (&self.world.door, self.world, &self.office.reviewer);
        world.it_is("2020-03-05");
        self.asked_about(sent_in).await;
        let mut lines: Vec<_> = [(0, "paid"), (1, "refused"), (2, "paid")]
            .map(|(n, status)| sent[n].answer(status, n, "2020-03-04"))
            .to_vec();
        lines[2].amount = Fen::new(1);
        self.loaded(answer_file(&lines)).await;
        self.settled(Name::AmountDiffers, How::AsBooked, "甬银函〔2020〕1号").await;

        let ask_undo = async |file: i64| {
            payments::prepare_undo(door, world.ask(&self.cashier, "undo"), file, "发错文件".into()).await.unwrap();
        };
        let mut wrong = lines[..1].to_vec();
        wrong.push(sent[3].answer("paid", 3, "2020-03-05"));
        let undone = self.loaded(answer_file(&wrong)).await;
        ask_undo(undone).await;
        payments::approve_undo(door, world.ask(reviewer, "undo"), undone).await.unwrap();
        let mut unknown = sent[0].answer("paid", 4, "2020-03-04");
        unknown.id = "nobody-1".into();
        let stands = self.loaded(answer_file(&[unknown])).await;
        self.settled(Name::MissingInBook, How::NotOurs, "").await;
        ask_undo(stands).await;
        payments::refuse_undo(door, world.ask(reviewer, "undo"), stands, "文件无误".into()).await.unwrap();
        // The last one waits for another person, with a difference.
        wrong[1].serial = "B77".into();
        let waits = self.loaded(answer_file(&wrong)).await;
        ask_undo(waits).await;

        let c = &door.db.read;
        let batch = payments::batches(c, world.book_id, Some(payments::BatchState::Released), i64::MAX, 1).await;
        let refused = Some(payments::PaymentState::Refused);
        let refused = payments::payments_of(c, world.book_id, batch.unwrap()[0].id, refused, (0, 1)).await.unwrap();
        let form = ReissueForm { payment: refused[0].id, reason: "账户已恢复".into() };
        let refuse = payments::Verdict::Refused { reason: "先核实".into() };
        for verdict in [Some(refuse), None] {
            payments::reissue(door, world.ask(&self.cashier, "reissue"), form.clone()).await.unwrap();
            let waits = payments::reissue_waiting(c, world.book_id, form.payment).await.unwrap().unwrap();
            let approve = payments::Verdict::Approved { digest: waits.leaf.to_string() };
            let ask = world.ask(reviewer, "reissue");
            payments::decide_reissue(door, ask, form.payment, verdict.unwrap_or(approve)).await.unwrap();
        }
        waits
    }

    /// Settles the only open difference.
    async fn settled(&self, name: Name, how: How, document: &str) {
        let (door, world) = (&self.world.door, self.world);
        let open = payments::discrepancies(&door.db.read, world.book_id, Some("open"), None, (0, 9)).await.unwrap();
        let form = Settling { line: open[0].line, name, how, document: document.into(), note: "银行来函".into() };
        payments::settle(door, world.ask(&self.office.reviewer, "settle"), form).await.unwrap();
    }
}
