//! A book in which every kind of record stands, in every state that it can have.

use std::collections::BTreeMap;

use relief_ledger::claims::{self, Binding, Measure, Question, Scope};
use relief_ledger::grants::{self, Form, ReasonForm, ReduceForm};
use relief_ledger::imports::{self, Upload, What};
use relief_ledger::journal::Actor;
use relief_ledger::people::Role;
use relief_ledger::policies::{self, BudgetForm, Change, Direction, NewPolicy, Verdict};
use relief_ledger::recipients::{
    self, AccountChangeForm, AccountForm, ApproveAccountForm, ChangeForm, RefuseAccountForm, RegisterForm,
};
use relief_ledger::web::Lang;

use super::book::World;
use super::every_choice::every_choice;
use super::every_closing::{ClosingsStand, every_closing};
use super::every_document::every_document;
use super::every_part::{PartsStand, every_part};
use super::every_payment::{PaymentsStand, every_payment};
use super::every_recovery::{RecoveriesStand, every_recovery};
use super::every_report::every_report;
use super::every_sample::every_sample;
use super::every_setting::every_setting;
use super::every_statement::{StatementsStand, every_statement};
use super::every_voucher::{VouchersStand, every_voucher};
use super::office::{Office, USCCS, day, form, policy, yuan};

const POLICIES: &str = include_str!("../../fixtures/files/policies.csv");
const HISTORY: &str = include_str!("../../fixtures/files/history-200.csv");

/// Where each kind of record stands: something that waits, where it can wait.
#[derive(Debug, Clone)]
pub struct Stands {
    /// A policy that waits.
    pub policy: i64,
    /// A change of a policy that waits.
    pub policy_change: i64,
    /// A change of a budget that waits.
    pub budget_change: i64,
    /// A recipient with an account on file.
    pub recipient: i64,
    /// A change of account that waits.
    pub account: i64,
    /// A submitted grant.
    pub grant: i64,
    /// A submitted import of policies.
    pub policies_import: i64,
    /// A submitted import of grants.
    pub import: i64,
    /// One of its rows.
    pub row: i64,
    /// Its file.
    pub file: String,
    /// A change of a setting that waits.
    pub setting_change: i64,
    /// Payments and what belongs to them.
    pub payments: PaymentsStand,
    /// A kept statement.
    pub statement: i64,
    /// Schedules and holds.
    pub parts: PartsStand,
    /// Months that were closed and opened again.
    pub closings: ClosingsStand,
    /// Vouchers and the rules that make them.
    pub vouchers: VouchersStand,
    /// Demands and what belongs to them.
    pub recoveries: RecoveriesStand,
    /// Statements and what belongs to them.
    pub statements: StatementsStand,
    /// A filed report that waits to be signed.
    pub report_filing: i64,
    /// An audit sample of which one item was noted.
    pub sample: i64,
    /// A document that counts.
    pub document: i64,
}

struct Making<'a> {
    office: Office<'a>,
    world: &'a World,
}

/// Fills the book of a world.
pub async fn every_record(world: &World) -> Stands {
    let making = Making { office: Office::open(world).await, world };
    let wu = world.actor("wu", "P-wu", &[Role::Auditor, Role::Cashier]).await;
    let (policy, policy_change, budget_change) = making.policies().await;
    let grant = making.grants().await;
    let (recipient, account) = making.recipients().await;
    let setting_change = every_setting(world, &making.office).await;
    let (payments, cashier) = every_payment(world, &making.office).await;
    // Before the holds, which would keep their money back.
    let recoveries = every_recovery(world, &making.office).await;
    every_choice(world, &making.office, &cashier).await;
    let parts = every_part(world, &making.office, &cashier).await;
    let statements = every_statement(world, &making.office, &wu, payments.released).await;
    let (policies_import, import) = making.imports().await;
    let vouchers = every_voucher(world, &making.office).await;
    let file = imports::by_id(&world.door.db.read, world.book_id, import).await.unwrap().file_sha256;
    let row = making.rows(import).await[0];
    let closings = every_closing(world, &making.office).await;
    let report_filing = every_report(world, &making.office).await;
    let sample = every_sample(world).await;
    let document = every_document(world, &making.office).await;
    Stands {
        policy,
        policy_change,
        budget_change,
        recipient,
        account,
        grant,
        policies_import,
        import,
        row,
        file,
        setting_change,
        payments,
        statement: making.statement().await,
        parts,
        closings,
        vouchers,
        recoveries,
        statements,
        report_filing,
        sample,
        document,
    }
}

impl Making<'_> {
    async fn policies(&self) -> (i64, i64, i64) {
        let (world, office) = (self.world, &self.office);
        let (door, c) = (&world.door, &world.door.db.read);
        let mut shared = policy("BL2020-02");
        let mut province = shared.allotments[0].clone();
        province.document_number = "甬财〔2020〕5号".into();
        province.share = 2;
        shared.allotments.push(province);
        let shared = office.in_force(shared).await;
        let record = async |policy: NewPolicy| {
            policies::record(door, world.ask(&office.manager, "policy"), policy).await.unwrap().id
        };
        let refused = record(policy("BL2020-03")).await;
        let ask = world.ask(&office.reviewer, "refuse");
        policies::refuse(door, ask, vec![refused], "口径不符".into()).await.unwrap();
        let waiting = record(policy("BL2020-04")).await;

        let shown = policies::by_id(c, world.book_id, shared).await.unwrap().unwrap();
        let mut changes = Vec::new();
        for title in ["房租补助（延期）", "房租补助（停）", "房租补助（再延期）"] {
            let change = Change {
                policy: shared,
                title: title.into(),
                document_number: shown.document_number.clone(),
                starts_on: shown.starts_on,
                ends_on: day("2021-06-30"),
                cap: None,
                closes: false,
                reason: "延期半年".into(),
            };
            let id = policies::prepare_change(door, world.ask(&office.manager, "change"), change).await.unwrap().id;
            changes.push(policies::change_by_id(c, world.book_id, id).await.unwrap().unwrap());
        }
        let mut budgets = Vec::new();
        for (direction, amount) in
            [(Direction::Increase, "5000"), (Direction::Increase, "70"), (Direction::Reduce, "100")]
        {
            let budget = BudgetForm {
                allotment: shown.allotments[1].id,
                direction,
                amount: yuan(amount),
                effective_on: day("2020-03-02"),
                document_number: "仑财〔2020〕20号".into(),
                reason: "调整".into(),
            };
            let ask = world.ask(&office.manager, "budget");
            let id = policies::prepare_budget_change(door, ask, budget).await.unwrap().id;
            budgets.push(policies::budget_change_by_id(c, world.book_id, id).await.unwrap().unwrap());
        }
        let ask = || world.ask(&office.reviewer, "decide");
        let signed = |leaf| Verdict::Approved { digest: policies::digest_of_change(leaf) };
        let refused = || Verdict::Refused { reason: "理由不足".into() };
        policies::decide_change(door, ask(), changes[0].id, signed(changes[0].leaf)).await.unwrap();
        policies::decide_change(door, ask(), changes[1].id, refused()).await.unwrap();
        policies::decide_budget_change(door, ask(), budgets[0].id, signed(budgets[0].leaf)).await.unwrap();
        policies::decide_budget_change(door, ask(), budgets[1].id, refused()).await.unwrap();
        (waiting, changes[2].id, budgets[2].id)
    }

    async fn grants(&self) -> i64 {
        let (world, office) = (self.world, &self.office);
        let door = &world.door;
        let why = |grant| ReasonForm { grant, reason: "材料不全".into() };
        let details = Form {
            award_document: "仑财〔2020〕30号".into(),
            summary: "三月房租".into(),
            period_from: "2020-03-01".into(),
            period_to: "2020-03-31".into(),
            attachments: "2".into(),
            amount: "1100".into(),
            ..form("A-1", 0)
        };
        let approved = office.submitted(details).await;
        let split = office.submitted(Form { policy: "BL2020-02".into(), amount: "100".into(), ..form("B-1", 1) }).await;
        let cancelled = office.submitted(Form { amount: "1200".into(), ..form("A-2", 1) }).await;
        world.passes(1_000);
        office.approve_as(&office.reviewer, &[approved, split, cancelled]).await.unwrap();
        grants::cancel(door, world.ask(&office.manager, "cancel"), why(cancelled)).await.unwrap();
        let reduced = office.submitted(Form { amount: "1300".into(), ..form("A-3", 2) }).await;
        let smaller = ReduceForm { grant: reduced, amount: "900".into(), reason: "面积核减".into() };
        grants::reduce(door, world.ask(&office.second_reviewer, "reduce"), smaller).await.unwrap();
        office.approve_as(&office.reviewer, &[reduced]).await.unwrap();
        let refused = office.submitted(Form { amount: "1400".into(), ..form("A-4", 0) }).await;
        grants::refuse(door, world.ask(&office.reviewer, "refuse"), why(refused)).await.unwrap();
        let returned = office.submitted(Form { amount: "1500".into(), ..form("A-5", 1) }).await;
        grants::give_back(door, world.ask(&office.reviewer, "return"), why(returned)).await.unwrap();
        let withdrawn = office.drafted(Form { amount: "1600".into(), ..form("A-6", 2) }).await;
        grants::withdraw(door, world.ask(&office.clerk, "withdraw"), why(withdrawn)).await.unwrap();
        office.drafted(Form { amount: "1700".into(), ..form("A-7", 0) }).await;
        // A personal number is sealed beside the book.
        let mut person = Form { amount: "1800".into(), ..form("A-8", 0) };
        (person.id_type, person.number) = ("other".into(), "AB1234567".into());
        (person.particulars.name, person.account.account_name) = ("某甲".into(), "某甲".into());
        person.account.account_number = "6222020000000000999".into();
        office.submitted(person).await
    }

    async fn recipients(&self) -> (i64, i64) {
        let (world, office) = (self.world, &self.office);
        let (door, c) = (&world.door, &world.door.db.read);
        let register =
            RegisterForm { id_type: "other".into(), number: "AC1234567".into(), particulars: form("", 1).particulars };
        let id = recipients::register(door, world.ask(&office.clerk, "register"), register).await.unwrap().recipient;
        let mut particulars = form("", 1).particulars;
        particulars.subdistrict = "霞浦街道".into();
        let change = ChangeForm { recipient: id, particulars, reason: "迁址".into() };
        recipients::change(door, world.ask(&office.clerk, "change"), change).await.unwrap();
        let mut changes = Vec::new();
        for number in ["6222020000000000001", "6222020000000000002", "6222020000000000003"] {
            let account = AccountForm { account_number: number.into(), ..form("", 1).account };
            let prepared = AccountChangeForm { recipient: id, account, evidence: "变更函".into() };
            let ask = world.ask(&office.clerk, "account");
            changes.push(recipients::prepare_account(door, ask, prepared).await.unwrap().account);
        }
        let row = recipients::account(c, world.book_id, changes[0]).await.unwrap().unwrap();
        let digest = recipients::digest_of_account(&row.leaf_hash).unwrap();
        let approve = ApproveAccountForm { account: changes[0], digest, evidence: "已回拨".into() };
        recipients::approve_account(door, world.ask(&office.reviewer, "approve"), approve).await.unwrap();
        let refuse = RefuseAccountForm { account: changes[1], reason: "无法核实".into() };
        recipients::refuse_account(door, world.ask(&office.reviewer, "refuse"), refuse).await.unwrap();
        (id, changes[2])
    }

    async fn statement(&self) -> i64 {
        let (world, door) = (self.world, &self.world.door);
        let auditor = world.actor("ma", "P-ma", &[Role::Auditor]).await;
        let binding = Binding { measure: Measure::Grants, from: None, as_of: None, scope: Scope::default() };
        let question = Question {
            text: "截至2020年3月底，向2家市场主体发放共计1.27亿元，同比增长5%。".into(),
            year: Some(2020),
            as_of: day("2020-12-31"),
            at: None,
            bindings: BTreeMap::from([(0, binding)]),
        };
        claims::keep(door, world.ask(&auditor, "keep"), &world.head().await, question).await.unwrap().statement
    }

    async fn brought(&self, actor: &Actor, what: What, text: &str) -> i64 {
        let bytes = text.as_bytes().to_vec();
        let upload = Upload { what, file_name: format!("{}.csv", what.code()), bytes, unit: None };
        let answer = imports::submit(&self.world.door, self.world.ask(actor, "import"), upload).await.unwrap();
        answer.unwrap_or_else(|faults| panic!("{:#?}", faults.in_language(Lang::En))).import
    }

    async fn approved(&self, import: i64) {
        let view = imports::by_id(&self.world.door.db.read, self.world.book_id, import).await.unwrap();
        let ask = self.world.ask(&self.office.reviewer, "approve");
        imports::approve(&self.world.door, ask, import, view.digest).await.unwrap();
    }

    async fn rows(&self, import: i64) -> Vec<i64> {
        let c = &self.world.door.db.read;
        let rows = grants::import_rows(c, self.world.book_id, import, grants::Wanted::default(), 0, 1_000).await;
        rows.unwrap().into_iter().map(|row| row.id).collect()
    }

    /// Policies, new grants and history by file; the last day of the story is the first of 2021.
    async fn imports(&self) -> (i64, i64) {
        let (world, office) = (self.world, &self.office);
        let door = &world.door;
        let policies = self.brought(&office.manager, What::Policies, &POLICIES.replace("BL2020", "BI2020")).await;
        self.approved(policies).await;
        let policies = self.brought(&office.manager, What::Policies, &POLICIES.replace("BL2020", "BJ2020")).await;

        world.it_is("2020-07-02");
        let grants_file = self.brought(&office.clerk, What::Grants, &new_grants(0..6, "N-")).await;
        let rows = self.rows(grants_file).await;
        let strike = ReasonForm { grant: rows[0], reason: "重复".into() };
        grants::strike(door, world.ask(&office.clerk, "strike"), strike).await.unwrap();
        let reduce = ReduceForm { grant: rows[1], amount: "0.01".into(), reason: "超标准".into() };
        grants::reduce(door, world.ask(&office.clerk, "reduce"), reduce).await.unwrap();
        self.approved(grants_file).await;
        let waiting = self.brought(&office.clerk, What::Grants, &new_grants(6..9, "M-")).await;

        world.it_is("2021-01-01");
        let clerk = &office.clerk;
        let whole = self.brought(clerk, What::History, &history(0..200, "H-")).await;
        self.approved(whole).await;
        for (rows, prefix, outcome) in
            [(0..3, "U-", "undone"), (3..5, "R-", "refused"), (5..7, "W-", "withdrawn"), (7..9, "P-", "undo asked")]
        {
            let import = self.brought(clerk, What::History, &history(rows, prefix)).await;
            match outcome {
                "refused" => {
                    let ask = world.ask(&office.reviewer, "refuse");
                    imports::refuse(door, ask, import, "口径不符".into()).await.unwrap();
                }
                "withdrawn" => {
                    imports::withdraw(door, world.ask(clerk, "withdraw"), import).await.unwrap();
                }
                _ => {
                    self.approved(import).await;
                    let ask = world.ask(clerk, "undo");
                    imports::prepare_undo(door, ask, import, "重复导入".into()).await.unwrap();
                }
            }
            if outcome == "undone" {
                imports::approve_undo(door, world.ask(&office.reviewer, "undo"), import).await.unwrap();
            }
        }
        (policies, waiting)
    }
}

/// Lines of the history whose recipients nobody recorded by hand, under policies of the file.
fn lines() -> impl Iterator<Item = String> {
    let by_hand = |line: &&str| USCCS.iter().any(|number| line.contains(number));
    HISTORY.lines().skip(1).filter(move |line| !by_hand(line)).map(|line| line.replace("BL2020", "BI2020"))
}

fn history(rows: std::ops::Range<usize>, prefix: &str) -> String {
    let header = HISTORY.lines().next().unwrap().to_owned() + "\r\n";
    let rows = lines().take(rows.end).skip(rows.start).map(|line| format!("{prefix}{line}\r\n"));
    header + &rows.collect::<String>()
}

fn new_grants(rows: std::ops::Range<usize>, prefix: &str) -> String {
    let header = HISTORY.lines().next().unwrap().replace("paid_on", "applied_on") + "\r\n";
    let of_row = |line: String| format!("{prefix}{},2020-07-01\r\n", line.rsplit_once(',').unwrap().0);
    header + &lines().take(rows.end).skip(rows.start).map(of_row).collect::<String>()
}
