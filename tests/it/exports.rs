//! Files out: the same bytes at the same clocks, on both engines, before and after other writes; and they add up.

mod checkpoints;
pub mod package;
mod standards;
mod statements;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Reader as _};
use relief_ledger::app::REGISTRY;
use relief_ledger::audit::{self, GroupBy, Totals};
use relief_ledger::db::Database;
use relief_ledger::exports::{self, FileFormat, Filter, Manifest, Request, What};
use relief_ledger::grants::{self, Form};
use relief_ledger::imports::{self, Upload};
use relief_ledger::journal::{self, Actor, Head, Keeper};
use relief_ledger::kernel::dates::Day;
use relief_ledger::kernel::money::Fen;
use relief_ledger::people::Role;
use relief_ledger::web::Lang;
use sha2::{Digest as _, Sha256};

use crate::support::book::{World, on_both_engines};
use crate::support::office::{day, form, refused_with, yuan};
use crate::support::postgres;

const POLICIES: &str = include_str!("../fixtures/files/policies.csv");
const HISTORY: &str = include_str!("../fixtures/files/history-200.csv");

/// A book that grows by chapters; each leaves something that a later one changes.
struct Book<'w> {
    world: &'w World,
    clerk: Actor,
    reviewer: Actor,
    second: Actor,
    manager: Actor,
    /// The draft and the import.
    draft: i64,
    history: i64,
}

impl<'w> Book<'w> {
    async fn open(world: &'w World) -> Self {
        world.it_is("2020-12-31");
        let mut book = Self {
            world,
            clerk: world.actor("chen", "P1", &[Role::Clerk]).await,
            reviewer: world.actor("wang", "P2", &[Role::Reviewer]).await,
            second: world.actor("li", "P3", &[Role::Reviewer, Role::Clerk]).await,
            manager: world.actor("zhou", "P4", &[Role::Manager]).await,
            draft: 0,
            history: 0,
        };
        let policies = book.brought(&book.manager, imports::What::Policies, POLICIES).await;
        book.approved(policies).await;
        book.history = book.brought(&book.clerk, imports::What::History, HISTORY).await;
        book.approved(book.history).await;
        book
    }

    async fn brought(&self, actor: &Actor, what: imports::What, text: &str) -> i64 {
        let upload = Upload { what, file_name: "file.csv".into(), bytes: text.as_bytes().to_vec(), unit: None };
        let answer = imports::submit(&self.world.door, self.world.ask(actor, "import"), upload).await.unwrap();
        answer.unwrap_or_else(|faults| panic!("{:#?}", faults.in_language(Lang::En))).import
    }

    async fn approved(&self, import: i64) {
        let view = imports::by_id(&self.world.door.db.read, self.world.book_id, import).await.unwrap();
        imports::approve(&self.world.door, self.world.ask(&self.reviewer, "approve"), import, view.digest)
            .await
            .unwrap();
    }

    /// A draft of a firm that a spreadsheet would run, and grants that wait.
    async fn drafted(&mut self) {
        let mut draft = form("D-1", 0);
        draft.particulars.name = "=HYPERLINK(\"x\",1)公司".into();
        draft.account.account_name = draft.particulars.name.clone();
        let ask = self.world.ask(&self.clerk, "record");
        self.draft = grants::record(&self.world.door, ask, draft, false).await.unwrap().grant;
    }

    async fn edited(&self) {
        let changed = Form { amount: "2500.50".into(), applied_on: "2020-11-30".into(), ..form("D-2", 0) };
        let mut changed = Form { policy: "BL2020-02".into(), ..changed };
        changed.particulars.name = "=HYPERLINK(\"x\",1)公司".into();
        changed.particulars.subdistrict = "大碶街道".into();
        changed.account.account_name = changed.particulars.name.clone();
        let ask = self.world.ask(&self.clerk, "edit");
        grants::edit(&self.world.door, ask, self.draft, changed, true).await.unwrap();
    }

    async fn reviewed(&self) {
        let c = &self.world.door.db.read;
        let shown = grants::grant(c, self.world.book_id, self.draft).await.unwrap().unwrap();
        let codes = shown.content.warnings.iter().map(|warning| warning.code.clone()).collect();
        let form = grants::ApproveForm {
            grants: vec![self.draft],
            digest: grants::digest_of(c, self.world.book_id, &[self.draft]).await.unwrap(),
            confirmed: BTreeMap::from([(self.draft, codes)]),
        };
        grants::approve(&self.world.door, self.world.ask(&self.reviewer, "approve"), form).await.unwrap();
    }

    async fn undone(&self) {
        let door = &self.world.door;
        let ask = self.world.ask(&self.second, "undo");
        imports::prepare_undo(door, ask, self.history, "导错了".into()).await.unwrap();
        imports::approve_undo(door, self.world.ask(&self.reviewer, "undo"), self.history).await.unwrap();
    }

    async fn position(&self) -> i64 {
        self.world.head().await.position
    }
}

fn ask(what: What, format: FileFormat, lang: Lang, (as_of, at): (Day, i64)) -> Request {
    let by = if what == What::Totals { vec![GroupBy::Policy, GroupBy::Month] } else { Vec::new() };
    Request { what, format, lang, as_of, at: Some(at), by, filter: Filter::default() }
}

/// Every file in every format and language at these clocks, with its manifest.
async fn all_files(db: &Database, head: &Head, clocks: (Day, i64)) -> BTreeMap<String, (Vec<u8>, Vec<u8>)> {
    let mut files = BTreeMap::new();
    for what in What::ALL {
        for format in what.formats() {
            for lang in [Lang::Zh, Lang::En] {
                let (spool, manifest) = exports::to_spool(db, head, &ask(what, *format, lang, clocks)).await.unwrap();
                let bytes = std::fs::read(spool.path()).unwrap();
                assert_eq!(manifest.sha256, hex::encode(Sha256::digest(&bytes)));
                let name = format!("{} {} {} at {}", what.code(), format.extension(), lang.code(), clocks.1);
                files.insert(name, (bytes, manifest.to_json().unwrap()));
            }
        }
    }
    files
}

fn same(before: &BTreeMap<String, (Vec<u8>, Vec<u8>)>, after: &BTreeMap<String, (Vec<u8>, Vec<u8>)>) {
    for (name, (file, manifest)) in before {
        let (other, other_manifest) = &after[name];
        let (text, other_text) = (String::from_utf8_lossy(file), String::from_utf8_lossy(other));
        if name.contains("csv") || name.contains("jsonl") {
            for (line, other) in text.lines().zip(other_text.lines()) {
                assert_eq!(line, other, "{name}");
            }
        }
        assert_eq!(file, other, "{name}");
        assert_eq!(manifest, other_manifest, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_the_same_bytes_after_other_writes_and_on_the_other_engine() {
    let world = World::on_sqlite().await;
    let db = &world.door.db;
    let mut book = Book::open(&world).await;
    let clocks = (day("2020-10-31"), book.position().await);
    let mut kept = vec![(clocks, all_files(db, &world.head().await, clocks).await)];
    book.drafted().await;
    for chapter in 0..3 {
        let clocks = (day("2020-12-31"), book.position().await);
        kept.push((clocks, all_files(db, &world.head().await, clocks).await));
        match chapter {
            0 => book.edited().await,
            1 => book.reviewed().await,
            _ => book.undone().await,
        }
    }
    let head = world.head().await;
    for (clocks, before) in &kept {
        same(before, &all_files(db, &head, *clocks).await);
    }

    // The events of one engine make the same book, and so the same files, on the other.
    let (events, _) = exports::to_spool(
        db,
        &head,
        &ask(What::Events, FileFormat::Jsonl, Lang::En, (day("2020-12-31"), head.position)),
    )
    .await
    .unwrap();
    let url = tokio::task::spawn_blocking(postgres::fresh_database).await.unwrap();
    Database::migrate(&url).await.unwrap();
    let other = Database::open(&url).await.unwrap();
    let originals = [POLICIES, HISTORY].map(|text| text.as_bytes().to_vec()).to_vec();
    let lines = Cursor::new(std::fs::read(events.path()).unwrap());
    let loaded = journal::load(&other, REGISTRY, lines, originals, |_| ()).await.unwrap();
    assert_eq!(loaded.root(), head.root());
    let last = (day("2021-01-31"), head.position);
    kept.push((last, all_files(db, &head, last).await));
    for (clocks, before) in &kept {
        same(before, &all_files(&other, &loaded, *clocks).await);
    }
    let report = journal::verify(&other, REGISTRY, loaded.book_id, None, |_, _| ()).await.unwrap();
    assert_eq!(report.findings, vec![]);
}

/// Columns of a CSV file by their English names.
struct Columns {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Columns {
    async fn of(world: &World, what: What, clocks: (Day, i64)) -> (Self, Manifest) {
        let request = ask(what, FileFormat::Csv, Lang::En, clocks);
        let (spool, manifest) = exports::to_spool(&world.door.db, &world.head().await, &request).await.unwrap();
        let mut reader = csv::Reader::from_path(spool.path()).unwrap();
        let names = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        (Self { names, rows }, manifest)
    }

    fn column(&self, name: &str) -> impl Iterator<Item = &str> {
        let place = self.names.iter().position(|known| known == name).unwrap();
        self.rows.iter().map(move |row| row[place].as_str())
    }

    fn sum(&self, name: &str) -> Fen {
        Fen::sum(self.column(name).map(|text| if text == "0.00" { Fen::ZERO } else { yuan(text) })).unwrap()
    }
}

async fn adds_up(world: &World, clocks: (Day, i64)) {
    let (as_of, at) = clocks;
    let totals: Totals =
        audit::totals(&world.door.db, &world.head().await, as_of, Some(at), &[GroupBy::Policy]).await.unwrap();
    let (grants, manifest) = Columns::of(world, What::Grants, clocks).await;
    assert_eq!(grants.sum("net_paid"), totals.net);
    assert_eq!(grants.sum("returned"), totals.returned);
    assert_eq!(u64::try_from(grants.rows.len()).unwrap(), manifest.rows);
    assert!(manifest.sums.contains(&("net_paid".to_owned(), totals.net)), "{:?}", manifest.sums);
    let above: Vec<(&str, &str)> =
        grants.column("uscc").zip(grants.column("net_paid")).filter(|(_, net)| *net != "0.00").collect();
    assert_eq!(i64::try_from(above.len()).unwrap(), totals.grants);
    let distinct: BTreeSet<&str> = above.iter().map(|(uscc, _)| *uscc).collect();
    assert_eq!(i64::try_from(distinct.len()).unwrap(), totals.recipients);
    for (paid_on, net) in grants.column("paid_on").zip(grants.column("net_paid")) {
        assert_eq!(paid_on.is_empty(), net == "0.00");
        assert!(paid_on <= as_of.to_string().as_str());
    }

    let (recipients, _) = Columns::of(world, What::Recipients, clocks).await;
    assert_eq!((recipients.sum("net"), recipients.sum("paid")), (totals.net, totals.paid));
    let with_grants = recipients.column("grants").filter(|n| *n != "0").count();
    assert_eq!(i64::try_from(with_grants).unwrap(), totals.recipients);
    let counted: i64 = recipients.column("grants").map(|n| n.parse::<i64>().unwrap()).sum();
    assert_eq!(counted, totals.grants);

    let (transfers, _) = Columns::of(world, What::Transfers, clocks).await;
    let moved = |stage: &str| {
        let stages = transfers.column(stage).zip(transfers.column("amount"));
        Fen::sum(stages.filter(|(stage, _)| *stage == "disbursed").map(|(_, amount)| yuan(amount))).unwrap()
    };
    assert_eq!(moved("to_stage").checked_sub(moved("from_stage")), Some(totals.net));
    assert!(transfers.column("effective_on").all(|on| on <= as_of.to_string().as_str()));
    let keys: Vec<(i64, i64)> = transfers
        .column("position")
        .zip(transfers.column("line"))
        .map(|(position, line)| (position.parse().unwrap(), line.parse().unwrap()))
        .collect();
    assert!(keys.is_sorted() && keys.iter().all(|(position, _)| *position <= at));

    let (groups, _) = Columns::of(world, What::Totals, clocks).await;
    assert_eq!(groups.sum("net"), totals.net);
    let (balance, _) = Columns::of(world, What::TrialBalance, clocks).await;
    assert_eq!(balance.sum("debit"), balance.sum("credit"));
    assert_eq!(balance.sum("debit_balance"), balance.sum("credit_balance"));
    let disbursed = balance.column("stage").zip(balance.column("debit_balance"));
    let standing = Fen::sum(disbursed.filter(|(stage, _)| *stage == "disbursed").map(|(_, fen)| match fen {
        "0.00" => Fen::ZERO,
        fen => yuan(fen),
    }));
    assert_eq!(standing, Some(totals.net));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_add_up_to_the_totals() {
    on_both_engines(async |world| {
        let mut book = Book::open(world).await;
        let taken_over = book.position().await;
        book.drafted().await;
        book.edited().await;
        book.reviewed().await;
        let approved = book.position().await;
        book.undone().await;
        let undone = book.position().await;
        for at in [1, taken_over - 1, taken_over, approved, undone] {
            for as_of in ["2020-03-15", "2020-10-31", "2020-12-31"] {
                adds_up(world, (day(as_of), at)).await;
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_shown_as_it_was() {
    on_both_engines(async |world| {
        let mut book = Book::open(world).await;
        book.drafted().await;
        let drafted = book.position().await;
        book.edited().await;
        let edited = book.position().await;
        book.reviewed().await;
        let reviewed = book.position().await;
        let mut rows = Vec::new();
        for at in [drafted, edited, reviewed] {
            let (grants, _) = Columns::of(world, What::Grants, (day("2020-12-31"), at)).await;
            let row = grants.rows.last().unwrap().join("|").replace(&book.draft.to_string(), "ID");
            rows.push(row);
        }
        let name = "'=HYPERLINK(\"x\",1)公司|企业";
        let uscc = "91330206MANH5DXR88";
        let at = "2020-12-31T09:00:00.000+08:00";
        assert_eq!(
            rows,
            [
                format!("D-1|{uscc}|{name}|新碶街道|C|微型|BL2020-01|1000.00|draft|chen|{at}||||0.00|0.00|ID"),
                format!("D-2|{uscc}|{name}|大碶街道|C|微型|BL2020-02|2500.50|submitted|chen|{at}||||0.00|0.00|ID"),
                format!(
                    "D-2|{uscc}|{name}|大碶街道|C|微型|BL2020-02|2500.50|approved|chen|{at}|wang|{at}||0.00|0.00|ID"
                ),
            ]
        );
        // The filter looks at what the row shows, not at what the grant has become.
        for (at, state, found) in [(drafted, "draft", 1), (edited, "draft", 0), (edited, "submitted", 1)] {
            let filter = Filter { states: vec![state.into()], search: Some("hyperlink".into()), ..Filter::default() };
            let request = Request { filter, ..ask(What::Grants, FileFormat::Csv, Lang::Zh, (day("2020-12-31"), at)) };
            let (_, manifest) = exports::to_spool(&world.door.db, &world.head().await, &request).await.unwrap();
            assert_eq!(manifest.rows, found, "{state} at {at}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_words_and_workbooks_are_what_their_readers_expect() {
    let world = World::on_sqlite().await;
    let book = Book::open(&world).await;
    let clocks = (day("2020-12-31"), book.position().await);
    let head = world.head().await;
    let read = async |what, format, lang| {
        let (spool, _) = exports::to_spool(&world.door.db, &head, &ask(what, format, lang, clocks)).await.unwrap();
        std::fs::read(spool.path()).unwrap()
    };
    let headers = [
        (
            What::Grants,
            "reference,uscc,name,kind,subdistrict,industry,size,policy,amount,state,prepared_by,prepared_at,reviewed_by,reviewed_at,paid_on,returned,net_paid,position",
        ),
        (
            What::Transfers,
            "position,line,effective_on,recorded_at,actor,policy,reference,uscc,from_stage,to_stage,amount",
        ),
        (What::Recipients, "uscc,name,kind,subdistrict,industry,size,grants,paid,returned,net,position"),
        (What::TrialBalance, "policy,allotment,stage,debit,credit,debit_balance,credit_balance"),
        (What::Totals, "policy,month,grants,recipients,paid,returned,net"),
    ];
    for (what, header) in headers {
        let english = String::from_utf8(read(what, FileFormat::Csv, Lang::En).await).unwrap();
        assert!(english.starts_with(&format!("{header}\r\n")), "{english:.200}");
        assert!(english.ends_with("\r\n") && !english.replace("\r\n", "").contains(['\r', '\n']));
        let chinese = String::from_utf8(read(what, FileFormat::Csv, Lang::Zh).await).unwrap();
        let first = chinese.strip_prefix('\u{feff}').unwrap().lines().next().unwrap().to_owned();
        assert_eq!(first.split(',').count(), header.split(',').count());
        assert!(!first.contains(|c: char| c.is_ascii_alphabetic() || c == '['), "{first}");
    }
    let chinese = String::from_utf8(read(What::Grants, FileFormat::Csv, Lang::Zh).await).unwrap();
    assert!(chinese.lines().nth(1).unwrap().contains(",已发放,chen,"), "{chinese:.400}");

    let bytes = read(What::Grants, FileFormat::Xlsx, Lang::Zh).await;
    let mut workbook = calamine::Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheet = workbook.worksheet_range_at(0).unwrap().unwrap();
    let mut rows = sheet.rows();
    let names: Vec<String> = rows.next().unwrap().iter().map(ToString::to_string).collect();
    let place = |name: &str| names.iter().position(|known| known == name).unwrap();
    let (uscc, amount) = (place("统一社会信用代码"), place("净发放金额"));
    let mut sum = Fen::ZERO;
    for row in rows {
        assert!(matches!(&row[uscc], Data::String(text) if text.len() == 18), "{:?}", row[uscc]);
        let Data::Float(number) = row[amount] else { panic!("{:?}", row[amount]) };
        sum = sum.checked_add(if number == 0.0 { Fen::ZERO } else { yuan(&number.to_string()) }).unwrap();
    }
    let totals = audit::totals(&world.door.db, &head, clocks.0, Some(clocks.1), &[]).await.unwrap();
    assert_eq!(sum, totals.net);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_and_a_signed_checkpoint_stand_beside_the_file() {
    let world = World::on_sqlite().await;
    let book = Book::open(&world).await;
    let head = world.head().await;
    let beside = |target: &Path, end: &str| format!("{}.{end}", target.display());
    let clocks = (day("2020-10-31"), book.position().await - 3);
    let request = ask(What::Grants, FileFormat::Csv, Lang::En, clocks);
    let target = world.folder().join("out.csv");
    let mut told = 0;
    let manifest = exports::export(&world.door.db, &world.keeper, &head, &request, &target, &mut |rows| told = rows)
        .await
        .unwrap();
    assert!(told <= manifest.rows);
    let json = std::fs::read(beside(&target, "manifest.json")).unwrap();
    assert_eq!(json, manifest.to_json().unwrap());
    let said: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(said["sha256"], hex::encode(Sha256::digest(std::fs::read(&target).unwrap())));
    assert_eq!((said["at"].as_i64(), said["as_of"].as_str()), (Some(clocks.1), Some("2020-10-31")));
    let root = journal::root_at(&world.door.db.read, &head, clocks.1).await.unwrap();
    assert_eq!(said["root"], root.to_string());
    let note = std::fs::read_to_string(beside(&target, "checkpoint")).unwrap();
    let checkpoint = journal::check_checkpoint(&world.door.db.read, head.book_id, &note).await.unwrap();
    let at = u64::try_from(clocks.1).unwrap();
    assert_eq!((checkpoint.size, checkpoint.root), (at, root), "of exactly what stands in the file");
    assert!(!Path::new(&beside(&target, "part")).exists());

    // Where no key is kept there is no checkpoint, and the rest is the same.
    let other = world.folder().join("other.csv");
    let nobody = Keeper::new(world.folder().join("no-keys"), world.folder().join("no-checkpoints"));
    let again = exports::export(&world.door.db, &nobody, &head, &request, &other, &mut |_| ()).await.unwrap();
    assert_eq!(again, manifest);
    assert_eq!(std::fs::read(&other).unwrap(), std::fs::read(&target).unwrap());
    assert!(!Path::new(&beside(&other, "checkpoint")).exists());

    let beyond = Request { at: Some(head.position + 1), ..request.clone() };
    refused_with(exports::to_spool(&world.door.db, &head, &beyond).await, &["position_beyond"]);
    let events = Request { what: What::Events, ..request.clone() };
    refused_with(exports::to_spool(&world.door.db, &head, &events).await, &["export_format"]);
    let grouped = Request { by: vec![GroupBy::Policy], ..request.clone() };
    refused_with(exports::to_spool(&world.door.db, &head, &grouped).await, &["export_choice"]);
    let narrowed = Filter { search: Some("甲".into()), ..Filter::default() };
    let filtered = Request { what: What::Recipients, filter: narrowed, ..request };
    refused_with(exports::to_spool(&world.door.db, &head, &filtered).await, &["export_choice"]);
}
