//! One random history of all verbs, legal and illegal ones mixed, on SQLite and on PostgreSQL at once: the same answer
//! to every step, in the end the same root and the same rows in every table.

mod choices;
mod managing;
mod parts;
mod payments;
mod vouchers;
mod recoveries;
mod samples;
mod settings;
mod statements;
mod verbs;

use std::collections::BTreeMap;
use std::path::PathBuf;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use relief_ledger::claims::{self, Question};
use relief_ledger::db::tables::{Class, TABLES};
use relief_ledger::exports::{self, PackageOf};
use relief_ledger::grants::{self, Form, ReasonForm, ReduceForm};
use relief_ledger::imports::{self, Upload, What};
use relief_ledger::journal::{self, Actor, Cell};
use relief_ledger::kernel::{Error, Result};
use relief_ledger::people::Role;
use relief_ledger::recipients::{
    self, AccountChangeForm, AccountForm, ApproveAccountForm, ChangeForm, RefuseAccountForm, RegisterForm,
};

use verbs::{MORE, VERBS};

use crate::exports::package::{entries, verified};
use crate::support::book::World;
use crate::support::office::{Office, USCCS, day, form, policy};
use crate::support::{every_closing::every_closing, every_document::every_document, every_report::handed_in};

const HISTORY: &str = include_str!("../fixtures/files/history-200.csv");

/// How many steps the history has.
const STEPS: usize = 3_000;

/// One side of the comparison: a book, its people, and what it has so far.
struct Side<'a> {
    world: &'a World,
    office: Office<'a>,
    auditor: Actor,
    cashier: Actor,
    made: BTreeMap<&'static str, Vec<i64>>,
}

impl<'a> Side<'a> {
    async fn open(world: &'a World) -> Self {
        let office = Office::open(world).await;
        let mut shared = policy("BL2020-08");
        let mut province = shared.allotments[0].clone();
        (province.share, province.document_number) = (2, "甬财〔2020〕8号".into());
        shared.allotments.push(province);
        office.in_force(shared).await;
        let auditor = world.actor("wu", "P-wu", &[Role::Auditor]).await;
        let cashier = world.actor("li", "P-li", &[Role::Cashier]).await;
        let side = Self { world, office, auditor, cashier, made: BTreeMap::new() };
        side.shares().await;
        side
    }

    /// Somebody; mostly not the right one.
    fn somebody(&self, chance: &mut StdRng, right: &[&'a str]) -> Actor {
        let all = [
            &self.office.clerk,
            &self.office.clerk_again,
            &self.office.reviewer,
            &self.office.second_reviewer,
            &self.office.manager,
            &self.auditor,
            &self.cashier,
        ];
        if chance.random_ratio(4, 5) {
            let login = right[chance.random_range(0..right.len())];
            return (*all.iter().find(|actor| actor.login == login).unwrap()).clone();
        }
        all[chance.random_range(0..all.len())].clone()
    }

    /// A record of this kind, mostly a young one; sometimes one that never was.
    fn one(&self, chance: &mut StdRng, what: &'static str) -> i64 {
        let known = self.made.get(what).map_or(&[][..], Vec::as_slice);
        if known.is_empty() || chance.random_ratio(1, 25) {
            return chance.random_range(1..1_000);
        }
        let from = known.len().saturating_sub(8);
        known[chance.random_range(from..known.len())]
    }

    fn keep(&mut self, what: &'static str, made: Result<i64>) -> Result<String> {
        let id = made?;
        self.made.entry(what).or_default().push(id);
        Ok(format!("{what} {id}"))
    }

    /// Takes one step; what was answered, word for word.
    async fn step(&mut self, verb: &'static str, mut chance: StdRng) -> String {
        self.world.passes(chance.random_range(0..3_600_000));
        let answer = match verb {
            "record policy" | "decide policy" | "prepare change" | "decide change" | "budget" | "decide budget" => {
                Box::pin(self.of_policies(verb, &mut chance)).await
            }
            "recipient" | "account" => Box::pin(self.of_recipients(verb, &mut chance)).await,
            "import" | "approve import" | "refuse import" | "withdraw import" | "prepare undo" | "decide undo" => {
                Box::pin(self.of_imports(verb, &mut chance)).await
            }
            _ if parts::VERBS.contains(&verb) => Box::pin(self.of_parts(verb, &mut chance)).await,
            _ if vouchers::VERBS.contains(&verb) => Box::pin(self.of_vouchers(verb, &mut chance)).await,
            _ if recoveries::VERBS.contains(&verb) => Box::pin(self.of_recoveries(verb, &mut chance)).await,
            _ if samples::VERBS.contains(&verb) => Box::pin(self.of_samples(verb, &mut chance)).await,
            _ if settings::VERBS.contains(&verb) => Box::pin(self.of_settings(verb, &mut chance)).await,
            _ if statements::VERBS.contains(&verb) => Box::pin(self.of_statements(verb, &mut chance)).await,
            _ if choices::VERBS.contains(&verb) => Box::pin(self.of_choices(verb, &mut chance)).await,
            _ if payments::VERBS.contains(&verb) => Box::pin(self.of_payments(verb, &mut chance)).await,
            _ => Box::pin(self.of_grants(verb, &mut chance)).await,
        };
        assert!(!matches!(answer, Err(Error::Internal(_) | Error::Busy(_))), "{verb}: {answer:?}");
        format!("{verb}: {answer:?}")
    }

    fn typed(chance: &mut StdRng) -> Form {
        let recipient = chance.random_range(0..USCCS.len());
        let amount = match chance.random_range(0..20) {
            0 => "12.345".to_owned(),
            1 => "49999.99".to_owned(),
            _ => format!("{}.{:02}", chance.random_range(1..900), chance.random_range(0..100)),
        };
        let reference = format!("A-{}", chance.random_range(0..400));
        let policy = ["BL2020-01", "BL2020-01", "BL2020-08"][chance.random_range(0..3)];
        let policy = if chance.random_ratio(1, 12) { "BL2020-09" } else { policy };
        let mut form = Form { amount, policy: policy.into(), ..form(&reference, recipient) };
        if recipient == 2 {
            // Two recipients share an account from the start.
            form.account.account_number = self::form("", 1).account.account_number;
        }
        if chance.random_ratio(1, 20) {
            form.account.account_number = format!("62220200000000000{}", chance.random_range(10..20));
        }
        form
    }

    async fn of_grants(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door) = (self.world, &self.world.door);
        let grant = match verb {
            "edit" | "submit" | "withdraw" if chance.random_ratio(4, 5) => self.one(chance, "draft"),
            "cancel" if chance.random_ratio(4, 5) => self.one(chance, "approved grant"),
            _ => self.one(chance, "grant"),
        };
        let why = ReasonForm { grant, reason: ["材料不全", ""][usize::from(chance.random_ratio(1, 9))].into() };
        let who = match verb {
            "approve grants" | "refuse grant" | "give back" => self.somebody(chance, &["wang", "zhao"]),
            "cancel" => self.somebody(chance, &["zhou", "wang"]),
            "strike" | "reduce" => self.somebody(chance, &["chen", "zhao"]),
            _ => self.somebody(chance, &["chen", "chen2"]),
        };
        let ask = world.ask(&who, "step");
        match verb {
            "record grant" | "draft grant" => {
                let made = grants::record(door, ask, Self::typed(chance), verb == "record grant").await;
                let kept = self.keep("grant", made.map(|made| made.grant))?;
                if verb == "draft grant" {
                    let made = self.made["grant"].last().copied();
                    self.made.entry("draft").or_default().extend(made);
                }
                Ok(kept)
            }
            "edit" => {
                let submit = chance.random();
                grants::edit(door, ask, grant, Self::typed(chance), submit).await.map(|done| format!("{done:?}"))
            }
            "submit" => grants::submit(door, ask, grant).await.map(|done| format!("{done:?}")),
            "withdraw" => grants::withdraw(door, ask, why).await.map(|done| format!("{done:?}")),
            "give back" => {
                let given_back = grants::give_back(door, ask, why).await;
                self.keep("draft", given_back.map(|done| done.grant))
            }
            "refuse grant" => grants::refuse(door, ask, why).await.map(|done| format!("{done:?}")),
            "cancel" => grants::cancel(door, ask, why).await.map(|done| format!("{done:?}")),
            "strike" => {
                let row = ReasonForm { grant: self.one(chance, "row"), ..why };
                grants::strike(door, ask, row).await.map(|done| format!("{done:?}"))
            }
            "reduce" => {
                let grant = if chance.random() { grant } else { self.one(chance, "row") };
                let form = ReduceForm { grant, amount: "50".into(), reason: why.reason };
                grants::reduce(door, ask, form).await.map(|done| format!("{done:?}"))
            }
            _ => {
                let mut ids = vec![grant];
                if chance.random() {
                    ids.push(self.one(chance, "grant"));
                }
                ids.sort_unstable();
                ids.dedup();
                let form = self.office.shown(&ids).await;
                let approval = grants::approve(door, ask, form).await?;
                self.made.entry("approved grant").or_default().extend(ids);
                Ok(format!("{approval:?}"))
            }
        }
    }

    async fn of_imports(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door) = (self.world, &self.world.door);
        let import = self.one(chance, "import");
        let reason = "口径不符".to_owned();
        if verb == "import" {
            let who = self.somebody(chance, &["chen"]);
            let file = file(chance);
            let upload =
                Upload { what: What::History, file_name: "history.csv".into(), bytes: file.into_bytes(), unit: None };
            let submitted = match imports::submit(door, world.ask(&who, "step"), upload).await? {
                Ok(submitted) => submitted,
                Err(faults) => return Ok(format!("{faults:?}")),
            };
            let wanted = grants::Wanted::default();
            let rows = grants::import_rows(&door.db.read, world.book_id, submitted.import, wanted, 0, 100).await?;
            self.made.entry("row").or_default().extend(rows.iter().map(|row| row.id));
            self.made.entry("import").or_default().push(submitted.import);
            return Ok(format!("{submitted:?} {rows:?}"));
        }
        let who = match verb {
            "withdraw import" | "prepare undo" => self.somebody(chance, &["chen"]),
            _ => self.somebody(chance, &["wang", "zhao"]),
        };
        let ask = world.ask(&who, "step");
        match verb {
            "approve import" => {
                let digest = imports::by_id(&door.db.read, world.book_id, import).await.map(|view| view.digest);
                let approved = imports::approve(door, ask, import, digest.unwrap_or_default()).await;
                self.keep("approved import", approved.map(|done| done.import))
            }
            "refuse import" => imports::refuse(door, ask, import, reason).await.map(|done| format!("{done:?}")),
            "withdraw import" => imports::withdraw(door, ask, import).await.map(|done| format!("{done:?}")),
            "prepare undo" => {
                let import = if chance.random() { self.one(chance, "approved import") } else { import };
                let asked = imports::prepare_undo(door, ask, import, reason).await;
                self.keep("undo", asked.map(|done| done.import))
            }
            _ if chance.random_ratio(1, 3) => {
                imports::refuse_undo(door, ask, self.one(chance, "undo"), reason).await.map(|done| format!("{done:?}"))
            }
            _ => imports::approve_undo(door, ask, self.one(chance, "undo")).await.map(|done| format!("{done:?}")),
        }
    }

    async fn of_recipients(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door, c) = (self.world, &self.world.door, &self.world.door.db.read);
        let clerk = self.somebody(chance, &["chen", "zhou"]);
        let ask = world.ask(&clerk, "step");
        let particulars = form("", chance.random_range(0..USCCS.len())).particulars;
        if verb == "recipient" && chance.random() {
            let number = format!("AB123456{}", chance.random_range(10..40));
            let form = RegisterForm { id_type: "other".into(), number, particulars };
            return self.keep("recipient", recipients::register(door, ask, form).await.map(|made| made.recipient));
        }
        let recipient = self.one(chance, "recipient");
        if verb == "recipient" {
            let form = ChangeForm { recipient, particulars, reason: "更名".into() };
            return recipients::change(door, ask, form).await.map(|done| format!("{done:?}"));
        }
        // Whoever has a change that waits is not paid again; most changes are decided.
        if chance.random_ratio(1, 4) {
            let number = format!("62220200000000000{}", chance.random_range(10..30));
            let account = AccountForm { account_number: number, ..form("", 0).account };
            let form = AccountChangeForm { recipient, account, evidence: "变更函".into() };
            let made = recipients::prepare_account(door, ask, form).await;
            return self.keep("account", made.map(|made| made.account));
        }
        // Grants open changes as well.
        let pending = recipients::pending_accounts(c, world.book_id, None).await?;
        let account = match pending.last() {
            Some(last) if chance.random_ratio(7, 8) => last.id,
            _ => self.one(chance, "account"),
        };
        let row = recipients::account(c, world.book_id, account).await?.ok_or(Error::NotFound)?;
        let ask = world.ask(&self.somebody(chance, &["wang", "zhao"]), "step");
        if chance.random_ratio(1, 4) {
            let form = RefuseAccountForm { account, reason: "无法核实".into() };
            return recipients::refuse_account(door, ask, form).await.map(|done| format!("{done:?}"));
        }
        let digest = recipients::digest_of_account(&row.leaf_hash)?;
        let form = ApproveAccountForm { account, digest, evidence: "已回拨".into() };
        recipients::approve_account(door, ask, form).await.map(|done| format!("{done:?}"))
    }

    /// Every row of a table, in the order of its key.
    async fn rows(&self, table: &str, key: &str, columns: &str) -> Vec<Vec<Cell>> {
        let query = format!("SELECT {columns} FROM {table} WHERE book_id = {} ORDER BY {key}", self.world.book_id);
        let mut rows = Vec::new();
        let read = journal::scan(&self.world.door.db.read, &query, |cells| {
            rows.push(cells.to_vec());
            Ok(())
        });
        read.await.unwrap();
        rows
    }
}

/// A few lines of a history; some of them faulty, some known already.
fn file(chance: &mut StdRng) -> String {
    let lines: Vec<&str> = HISTORY.lines().collect();
    let first = chance.random_range(1..lines.len() - 8);
    let policy = ["BL2020-01", "BL2020-02", "BL2020-03"][chance.random_range(0..3)];
    let mut text = lines[0].to_owned() + "\r\n";
    for line in &lines[first..first + chance.random_range(1..8)] {
        let mut cells: Vec<&str> = line.split(',').collect();
        (cells[7], cells[13]) = (policy, "2020-02-24");
        if chance.random_ratio(1, 60) {
            cells[8] = "1.234";
        }
        text += &(cells.join(",") + "\r\n");
    }
    text
}

/// The columns of a table, as SQLite has them.
fn columns(world: &World, table: &str) -> String {
    let file = rusqlite::Connection::open(world.folder().join("books.db")).unwrap();
    let mut statement = file.prepare("SELECT name FROM pragma_table_info(?1)").unwrap();
    let names = statement.query_map([table], |row| row.get::<_, String>(0)).unwrap();
    names.map(Result::unwrap).collect::<Vec<_>>().join(", ")
}

/// The auditor's package of a world, and its entries but the signature.
async fn packed(world: &World) -> (PathBuf, BTreeMap<String, Vec<u8>>) {
    let target = world.folder().join("package.zip");
    let asked = PackageOf { as_of: day("2030-12-31"), at: None, gb18030: false, workbooks: false };
    let (db, head) = (&world.door.db, world.head().await);
    exports::export_package(db, &world.keeper, &head, asked, &target, &mut |_| ()).await.unwrap();
    let mut entries = entries(&target);
    entries.remove("checkpoint");
    (target, entries)
}

/// Somebody keeps what came of a sentence.
async fn keep_a_statement(side: &Side<'_>) {
    let question = Question {
        text: "截至2020年6月底，向2家市场主体发放共计1.27亿元。".into(),
        year: Some(2020),
        as_of: day("2020-12-31"),
        at: None,
        bindings: BTreeMap::new(),
    };
    let (door, head) = (&side.world.door, side.world.head().await);
    claims::keep(door, side.world.ask(&side.auditor, "keep"), &head, question).await.unwrap();
}

/// Holds the tables of two books against each other; the names of those that differ.
async fn differing(one: &Side<'_>, other: &Side<'_>) -> Vec<&'static str> {
    let mut differing = Vec::new();
    for (table, class, key) in TABLES {
        if *class == Class::Office {
            continue;
        }
        let columns = columns(one.world, table);
        let (left, right) = (one.rows(table, key, &columns).await, other.rows(table, key, &columns).await);
        if left != right {
            differing.push(*table);
        }
        if !matches!(*table, "tiles" | "files" | "private") {
            assert!(!left.is_empty(), "the history left nothing in {table}");
        }
    }
    differing
}

/// How often each verb came to something, and how often to nothing.
type Outcomes = BTreeMap<(&'static str, bool), usize>;

/// One step on both sides; they answer alike.
async fn alike(
    (one, other): (&mut Side<'_>, &mut Side<'_>),
    verb: &'static str,
    (seed, number): (u64, usize),
    outcomes: &mut Outcomes,
) {
    let left = one.step(verb, StdRng::seed_from_u64(seed)).await;
    let right = other.step(verb, StdRng::seed_from_u64(seed)).await;
    assert_eq!(left, right, "{verb}, step {number}");
    *outcomes.entry((verb, left.contains(": Ok("))).or_default() += 1;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_history_gets_the_same_answers_and_leaves_the_same_tables() {
    let (sqlite, postgres) = (World::on_sqlite().await, World::on_postgres().await);
    let (mut one, mut other) = (Side::open(&sqlite).await, Side::open(&postgres).await);
    let mut chance = StdRng::seed_from_u64(20_201_101);
    let mut outcomes = Outcomes::new();
    let mut verbs = [
        VERBS.as_slice(),
        payments::VERBS.as_slice(),
        parts::VERBS.as_slice(),
        recoveries::VERBS.as_slice(),
        settings::VERBS.as_slice(),
        MORE.as_slice(),
    ]
    .concat();
    for number in 0..STEPS {
        let verb = verbs[chance.random_range(0..verbs.len())];
        alike((&mut one, &mut other), verb, (chance.random(), number), &mut outcomes).await;
    }
    // Accountants come when all this is over, with a chance of their own.
    let mut later = StdRng::seed_from_u64(20_201_231);
    for number in 0..vouchers::STEPS {
        let verb = vouchers::VERBS[number % vouchers::VERBS.len()];
        alike((&mut one, &mut other), verb, (later.random(), number), &mut outcomes).await;
    }
    keep_a_statement(&one).await;
    keep_a_statement(&other).await;
    for number in 0..samples::STEPS {
        let verb = samples::VERBS[number % samples::VERBS.len()];
        alike((&mut one, &mut other), verb, (later.random(), number), &mut outcomes).await;
    }
    assert_eq!(handed_in(&sqlite, &one.office).await, handed_in(&postgres, &other.office).await);
    // Then a month is closed, opened, and waits to be closed again.
    let months = [every_closing(&sqlite, &one.office).await, every_closing(&postgres, &other.office).await];
    assert_eq!(months[0], months[1]);
    let papers = [every_document(&sqlite, &one.office).await, every_document(&postgres, &other.office).await];
    assert_eq!(papers[0], papers[1]);
    // In the end accounts are reconciled, for which days must go by.
    one.own_accounts().await;
    other.own_accounts().await;
    for number in 0..statements::STEPS {
        let verb = statements::DRAWN[later.random_range(0..statements::DRAWN.len())];
        alike((&mut one, &mut other), verb, (later.random(), number), &mut outcomes).await;
    }
    for number in 0..choices::STEPS {
        let verb = choices::VERBS[number % choices::VERBS.len()];
        alike((&mut one, &mut other), verb, (later.random(), number), &mut outcomes).await;
    }
    verbs.extend(vouchers::VERBS);
    verbs.extend(samples::VERBS);
    verbs.extend(statements::VERBS);
    verbs.extend(choices::VERBS);
    // A history in which everything was refused, or nothing, would prove little.
    let idle: Vec<&str> = verbs.into_iter().filter(|verb| !outcomes.contains_key(&(*verb, true))).collect();
    assert!(idle.is_empty(), "{idle:?} never came to anything: {outcomes:?}");
    let refused = outcomes.iter().filter(|((_, done), _)| !done).map(|(_, times)| times).sum::<usize>();
    assert!(refused > STEPS / 10, "{outcomes:?}");

    assert_eq!(sqlite.head().await, postgres.head().await, "the same root");
    assert_eq!(differing(&one, &other).await, Vec::<&str>::new());
    for world in [&sqlite, &postgres] {
        assert_eq!(world.verify().await.findings, vec![], "{:?}", world.door.db.engine);
    }

    // A second program, written from the format document, comes to every table of the auditor's package by the events alone.
    let packages = [packed(&sqlite).await, packed(&postgres).await];
    assert_eq!(packages[0].1, packages[1].1, "the same bytes");
    let (holds, said) = verified(&packages[0].0, &[]);
    if let Ok(kept) = std::env::var("KEEP_PACKAGE") {
        std::fs::copy(&packages[0].0, kept).unwrap();
    }
    assert!(holds, "{said}");

    // Control: one step more on one side is a difference.
    one.office.drafted(Form { reference: "LAST".into(), amount: "1".into(), ..form("", 0) }).await;
    assert_ne!(sqlite.head().await.root(), postgres.head().await.root());
    let found = differing(&one, &other).await;
    assert!(["books", "events", "requests", "grants", "grant_steps"].iter().all(|table| found.contains(table)));
}
