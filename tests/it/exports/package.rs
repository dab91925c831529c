//! The auditor's package: made by the program, checked by the verifier that is in it, the same bytes on both engines while
//! others write, and wrong as soon as one byte is another.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use relief_ledger::app::REGISTRY;
use relief_ledger::db::Database;
use relief_ledger::exports::{self, FileFormat, Filter, PackageOf, Request, What};
use relief_ledger::grants::{self, Form};
use relief_ledger::journal::{self, Actor, Ask, Door, Head};
use relief_ledger::people::Role;
use relief_ledger::recipients::{self, RegisterForm};
use relief_ledger::sheets::{self, Grid as _, Workbook};
use relief_ledger::web::Lang;
use rocket::http::{Header, Status};
use sha2::{Digest as _, Sha256};

use crate::support::book::World;
use crate::support::every_record::every_record;
use crate::support::office::{day, form};
use crate::support::postgres;
use crate::support::visitor::{Visitor, user};

/// A day behind everything that happens in the book of every record.
pub const LATE: &str = "2021-12-31";

/// Runs the program on the books of a world.
pub fn run(world: &World, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relief-ledger"))
        .args(words)
        .args(["--database", &world.door.db.location.url, "--lang", "en", "--keys"])
        .arg(world.folder().join("keys"))
        .output()
        .unwrap()
}

/// What the verifier says of a package, and whether all holds.
pub fn verified(package: &Path, words: &[&str]) -> (bool, String) {
    let verifier = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/verifier/verify.py");
    let output = Command::new("python3").arg("-B").arg(verifier).arg(package).args(words).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), said)
}

/// The entries of a zip by their paths.
pub fn entries(zip: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(zip).unwrap()).unwrap();
    let mut found = BTreeMap::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        found.insert(entry.name().unwrap().to_string(), bytes);
    }
    found
}

/// Another package with these entries.
pub fn packed(entries: &BTreeMap<String, Vec<u8>>, target: PathBuf) -> PathBuf {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&target).unwrap());
    for (path, bytes) in entries {
        zip.start_file(path.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
    target
}

/// Entries in which `path` holds other bytes, described as they now are.
pub fn described_anew(entries: &BTreeMap<String, Vec<u8>>, path: &str, bytes: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut entries = entries.clone();
    let old = hex::encode(Sha256::digest(&entries[path]));
    let new = hex::encode(Sha256::digest(&bytes));
    let description = String::from_utf8(entries["datapackage.json"].clone()).unwrap();
    assert!(description.contains(&old), "{path} is described");
    let description = description
        .replace(&old, &new)
        .replace(&format!("\"bytes\": {},", entries[path].len()), &format!("\"bytes\": {},", bytes.len()));
    entries.insert("datapackage.json".into(), description.into_bytes());
    entries.insert(path.into(), bytes);
    entries
}

/// The same with another last digit.
fn with_another_digit(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let place = bytes.iter().rposition(u8::is_ascii_digit).unwrap();
    bytes[place] = if bytes[place] == b'7' { b'8' } else { b'7' };
    bytes
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Everything that is no data row is there.
fn is_whole(entries: &BTreeMap<String, Vec<u8>>) {
    for path in ["README.zh.md", "README.en.md", "checkpoint", "events.jsonl", "public-key.txt", "verify.py"] {
        assert!(entries.contains_key(path), "{path}");
    }
    let zh = text(&entries["README.zh.md"]);
    assert!(zh.contains("两条命令") && zh.contains("`set-aside.csv`") && !zh.contains('{'), "{zh}");
    // What the book of every record holds stands in the table that is for it.
    for table in [
        "account-changes",
        "allotments",
        "back-dated",
        "bank-files",
        "bank-lines",
        "bank-statement",
        "batches",
        "budget-changes",
        "closings",
        "corrections",
        "days-per-step",
        "demands",
        "discrepancies",
        "documents",
        "filed-reports",
        "grants",
        "grant-steps",
        "holds",
        "idle-money",
        "imports",
        "log",
        "offsets",
        "original-files",
        "paying-accounts",
        "payments",
        "payment-steps",
        "people",
        "periods",
        "policies",
        "publications",
        "receipts",
        "recipients",
        "reconciliation",
        "reopenings",
        "roles",
        "schedules",
        "set-aside",
        "settings",
        "sign-offs",
        "statements",
        "totals-by-policy",
        "transfers",
        "trial-balance",
        "vouchers",
        "data-dictionary",
    ] {
        let rows = text(&entries[&format!("tables/{table}.csv")]).lines().count();
        assert!(rows > 1, "{table} is empty");
    }
    let aside = text(&entries["tables/set-aside.csv"]);
    for how in ["sent_back", "reduced", "refused", "cancelled", "struck", "undone", "corrected"] {
        assert!(aside.contains(&format!(",{how},")), "{how}: {aside}");
    }
    // The number of a natural person is sealed, and stays behind.
    let events = text(&entries["events.jsonl"]);
    assert!(!events.contains("\"private\"") && !events.contains("AB1234567"));
    for (path, bytes) in entries.iter().filter(|(path, _)| path.starts_with("files/")) {
        assert_eq!(*path, format!("files/{}", hex::encode(Sha256::digest(bytes))));
    }
    let gb18030 = sheets::decode(&entries["tables-gb18030/grants.csv"]).unwrap().0.into_owned();
    assert!(gb18030.starts_with("编号,统一社会信用代码,") && gb18030.contains(",已发放,"), "{gb18030:.300}");
    let lines = text(&entries["tables/grants.csv"]).lines().count();
    assert_eq!(gb18030.lines().count(), lines);
    let mut workbook = Workbook::open(&entries["tables-xlsx/grants.xlsx"], sheets::Format::Xlsx).unwrap();
    let (name, mut codes) = (workbook.sheets()[0].name.clone(), Vec::new());
    let mut take = |row: &sheets::Row<'_>| {
        codes.push(row.cell(1).map(|cell| (cell.kind, cell.text.to_string())));
        ControlFlow::Continue(())
    };
    workbook.sheet(&name).each(&mut take).unwrap();
    assert_eq!(codes.len(), lines);
    assert!(codes.iter().flatten().all(|(kind, _)| *kind == sheets::Kind::Text), "{codes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_of_every_record_is_verified_and_one_byte_more_is_found() {
    let world = World::on_sqlite().await;
    every_record(&world).await;
    let (zip, early) = (world.folder().join("package.zip"), world.folder().join("early.zip"));
    let target = zip.display().to_string();
    let ask = ["export", "audit-package", "--book", "beilun", "--encoding", "gb18030", "--workbooks", "--as-of", LATE];
    let output = run(&world, &[&ask[..], &["-o", &target]].concat());
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("SHA-256") && !said.contains("no signed checkpoint"), "{said}");
    assert!(said.contains(&hex::encode(Sha256::digest(std::fs::read(&zip).unwrap()))), "{said}");
    assert!(!world.folder().join("package.zip.part").exists());
    let whole = entries(&zip);
    is_whole(&whole);
    let (holds, said) = verified(&zip, &[]);
    assert!(holds, "{said}");
    assert!(said.contains("is that of the signed checkpoint"), "{said}");

    // Unpacked it is the same, and an earlier package is what this one extends.
    let folder = world.folder().join("unpacked");
    zip::ZipArchive::new(std::fs::File::open(&zip).unwrap()).unwrap().extract(&folder).unwrap();
    assert!(verified(&folder, &[]).0);
    let at = world.head().await.position / 2;
    let asked = PackageOf { as_of: day("2020-07-01"), at: Some(at), gb18030: false, workbooks: false };
    let (db, head) = (&world.door.db, world.head().await);
    exports::export_package(db, &world.keeper, &head, asked, &early, &mut |_| ()).await.unwrap();
    let (holds, said) = verified(&early, &[]);
    assert!(holds, "{said}");
    let older = world.folder().join("older.checkpoint");
    std::fs::write(&older, &entries(&early)["checkpoint"]).unwrap();
    let (holds, said) = verified(&zip, &["--checkpoint", &older.display().to_string()]);
    assert!(holds && said.contains(&format!("extends the checkpoint of {at} events")), "{said}");

    // One byte of any file: found, and the file is named, whether or not the description was mended.
    let other = world.folder().join("other.zip");
    for path in ["tables/grants.csv", "tables/account-changes.csv", "tables-gb18030/payments.csv", "verify.py"] {
        let mut changed = whole.clone();
        changed.insert(path.to_owned(), with_another_digit(&whole[path]));
        let (holds, said) = verified(&packed(&changed, other.clone()), &[]);
        assert!(!holds && said.contains(path), "{path}: {said}");
    }
    let changed = described_anew(&whole, "tables/transfers.csv", with_another_digit(&whole["tables/transfers.csv"]));
    let (holds, said) = verified(&packed(&changed, other.clone()), &[]);
    assert!(!holds && said.contains("transfers.csv line"), "{said}");
    // One event.
    let events = text(&whole["events.jsonl"]).replacen("900.00", "900.01", 1).into_bytes();
    assert_ne!(events, whole["events.jsonl"]);
    let changed = described_anew(&whole, "events.jsonl", events);
    let (holds, said) = verified(&packed(&changed, other.clone()), &[]);
    assert!(!holds && said.contains("does not hash to the leaf"), "{said}");
    // Rows, a file too many, a file too few.
    let mut rows = whole["tables/people.csv"].clone();
    let last = text(&rows).lines().last().unwrap().to_owned() + "\r\n";
    rows.extend_from_slice(last.as_bytes());
    let changed = described_anew(&whole, "tables/people.csv", rows);
    let (holds, said) = verified(&packed(&changed, other.clone()), &[]);
    assert!(!holds && said.contains("tables/people.csv has"), "{said}");
    let mut changed = whole.clone();
    changed.insert("tables/more.csv".into(), b"a\r\n".to_vec());
    changed.remove("tables/roles.csv");
    let (holds, said) = verified(&packed(&changed, other), &[]);
    assert!(!holds && said.contains("tables/more.csv") && said.contains("tables/roles.csv"), "{said}");

    let refused = run(&world, &["export", "grants", "--book", "beilun", "--encoding", "gb18030", "-o", &target]);
    assert_eq!(refused.status.code(), Some(1));
    let refused = run(&world, &[&ask[..], &["--format", "csv", "-o", &target]].concat());
    assert_eq!(refused.status.code(), Some(1));
}

/// How many times something is tried: what the variable says, for those who have more time than a change needs.
fn times(variable: &str, usual: u32) -> u32 {
    std::env::var(variable).ok().and_then(|times| times.parse().ok()).unwrap_or(usual)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_changed_in_a_package_is_found_and_honest_packages_hold() {
    let world = World::on_sqlite().await;
    every_record(&world).await;
    let (db, head) = (&world.door.db, world.head().await);
    let make = async |name: &str, as_of: &str, at: i64| {
        let target = world.folder().join(name);
        let asked = PackageOf { as_of: day(as_of), at: Some(at), gb18030: true, workbooks: true };
        exports::export_package(db, &world.keeper, &head, asked, &target, &mut |_| ()).await.unwrap();
        target
    };
    let (older, folder) = (world.folder().join("older"), world.folder().join("whole"));
    std::fs::write(&older, &entries(&make("half.zip", LATE, head.position / 2).await)["checkpoint"]).unwrap();
    let whole = make("whole.zip", LATE, head.position).await;
    zip::ZipArchive::new(std::fs::File::open(&whole).unwrap()).unwrap().extract(&folder).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("python3")
        .arg("-B")
        .arg(root.join("tests/it/exports/tamper.py"))
        .arg(root.join("docs/verifier/verify.py"))
        .args([&folder, &older])
        .args(["1", &times("TAMPERINGS", 100).to_string()])
        .output()
        .unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains(" 0 not found"), "{said}");
    println!("{said}");

    let honest = i64::from(times("HONEST", 10));
    let days = ["2020-03-04", "2020-03-05", "2020-07-01", "2021-01-01", LATE];
    for (number, as_of) in (1..=honest).zip(days.into_iter().cycle()) {
        let at = 40 + (head.position - 40) * number / honest;
        let (holds, said) = verified(&make("honest.zip", as_of, at).await, &[]);
        assert!(holds, "as of {as_of} at {at}: {said}");
    }
}

/// Loads the events of one book, with its files, into a PostgreSQL of its own.
pub async fn loaded(world: &World, head: &Head) -> (Database, Head) {
    let request = Request {
        what: What::Events,
        format: FileFormat::Jsonl,
        lang: Lang::En,
        as_of: day(LATE),
        at: Some(head.position),
        by: Vec::new(),
        filter: Filter::default(),
    };
    let db = &world.door.db;
    let (events, _) = exports::to_spool(db, head, &request).await.unwrap();
    let mut originals = Vec::new();
    for name in journal::file_names(&db.read, head.book_id).await.unwrap() {
        originals.push(journal::file(&db.read, head.book_id, &name).await.unwrap().unwrap());
    }
    let url = tokio::task::spawn_blocking(postgres::fresh_database).await.unwrap();
    Database::migrate(&url).await.unwrap();
    let other = Database::open(&url).await.unwrap();
    let lines = Cursor::new(std::fs::read(events.path()).unwrap());
    let head = journal::load(&other, REGISTRY, lines, originals, |_| ()).await.unwrap();
    (other, head)
}

/// Somebody who registers recipients, one after another, until told to stop; how many.
fn writer(door: Door, book_id: i64, actor: Actor, stop: Arc<AtomicBool>) -> tokio::task::JoinHandle<u64> {
    tokio::spawn(async move {
        let written = AtomicU64::new(0);
        while !stop.load(Ordering::Relaxed) {
            let number = written.fetch_add(1, Ordering::Relaxed);
            let register = RegisterForm {
                id_type: "other".into(),
                number: format!("ZZ{number:07}"),
                particulars: form("", 1).particulars,
            };
            let ask =
                Ask { book_id, actor: actor.clone(), request_key: format!("meanwhile-{number}"), verb: "register" };
            recipients::register(&door, ask, register).await.unwrap();
        }
        written.into_inner()
    })
}

/// The same day and position again: what was written since changes what a draft says, and who decided.
async fn goes_on(world: &World, clerk: &Actor) {
    let mut drafts = Vec::new();
    let query = format!("SELECT grant_id FROM grant_lives WHERE book_id = {} AND state = 'draft'", world.book_id);
    journal::scan(&world.door.db.read, &query, |cells| {
        drafts.push(cells[0].int()?);
        Ok(())
    })
    .await
    .unwrap();
    assert!(drafts.len() > 1, "a draft and a grant that was sent back");
    for draft in drafts {
        let changed =
            Form { amount: "31.50".into(), applied_on: "2020-11-30".into(), ..form(&format!("Z'-{draft}"), 2) };
        grants::edit(&world.door, world.ask(clerk, "edit"), draft, changed, true).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn packages_are_the_same_bytes_on_both_engines_while_others_write() {
    let world = World::on_sqlite().await;
    every_record(&world).await;
    let clerk = Actor { uid: "uid-of-chen".into(), person: "P-chen".into(), login: "chen".into(), name: "chen".into() };
    let head = world.head().await;
    let (other, other_head) = loaded(&world, &head).await;
    let asked: Vec<PackageOf> =
        [("2020-05-31", head.position / 3), ("2020-12-31", head.position - 5), (LATE, head.position)]
            .map(|(as_of, at)| PackageOf {
                as_of: day(as_of),
                at: Some(at),
                gb18030: at == head.position,
                workbooks: true,
            })
            .to_vec();
    let make = async |db: &Database, head: &Head, asked: PackageOf, name: &str| {
        let target = world.folder().join(name);
        let mut told = Vec::new();
        let made =
            exports::export_package(db, &world.keeper, head, asked, &target, &mut |progress| told.push(progress))
                .await
                .unwrap();
        let last = told.last().unwrap();
        assert_eq!((last.rows, last.done, last.of), (made.rows, made.entries, made.entries));
        assert!(told.is_sorted_by_key(|progress| progress.rows) && made.is_signed);
        assert_eq!(made.sha256, hex::encode(Sha256::digest(std::fs::read(&target).unwrap())));
        (made, target)
    };
    let same = |one: &Path, two: &Path| {
        let (one, two) = (entries(one), entries(two));
        // The description last: another file tells more than its digest.
        let (description, rest): (Vec<_>, Vec<_>) = one.iter().partition(|(path, _)| *path == "datapackage.json");
        for (path, bytes) in rest.into_iter().chain(description) {
            let (text, other) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&two[path]));
            for (line, other) in text.lines().zip(other.lines()) {
                assert_eq!(line, other, "{path}");
            }
            assert_eq!(bytes, &two[path], "{path}");
        }
    };
    let mut before = Vec::new();
    for asked in &asked {
        before.push(make(&world.door.db, &head, *asked, &format!("before-{}.zip", asked.at.unwrap())).await);
    }
    goes_on(&world, &clerk).await;
    let stop = Arc::new(AtomicBool::new(false));
    let writing = [
        writer(world.door.clone(), world.book_id, clerk.clone(), Arc::clone(&stop)),
        writer(
            Door::open(other.clone(), REGISTRY, world.door.surroundings.clone()),
            other_head.book_id,
            clerk,
            Arc::clone(&stop),
        ),
    ];
    for (asked, (made, target)) in asked.iter().zip(&before) {
        for (db, head, name) in [(&world.door.db, &head, "sqlite.zip"), (&other, &other_head, "postgres.zip")] {
            let (again, file) = make(db, head, *asked, name).await;
            same(target, &file);
            assert_eq!(made, &again, "{name} at {:?}", asked.at);
        }
    }
    stop.store(true, Ordering::Relaxed);
    for writing in writing {
        assert!(writing.await.unwrap() > 0, "somebody wrote meanwhile");
    }
    let beyond = PackageOf { at: Some(world.head().await.position + 1), ..asked[0] };
    let target = world.folder().join("beyond.zip");
    let made = exports::export_package(&world.door.db, &world.keeper, &head, beyond, &target, &mut |_| ()).await;
    crate::support::office::refused_with(made, &["position_beyond"]);
    assert!(!target.exists() && !world.folder().join("beyond.zip.part").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_asked_for_on_a_page_and_its_download_goes_on_where_it_broke_off() {
    let world = World::on_sqlite().await;
    user(&world, "wu", &[Role::Auditor]).await;
    user(&world, "chen", &[Role::Clerk]).await;
    let auditor = Visitor::signed_in(&world, "wu").await;
    let first = auditor.page("/audit/package").await;
    assert!(first.contains("还没有数据包"), "{first}");
    assert!(auditor.page("/audit/exports").await.contains("/audit/package"));
    let strange = auditor.send("/audit/package", "/audit/package", &[("as_of", "x"), ("at", "999999")]).await;
    assert_eq!(strange.status(), Status::UnprocessableEntity);
    drop(strange);
    let fields = [("as_of", "2020-10-31"), ("gb18030", "1"), ("workbooks", "1")];
    let done = auditor.send("/audit/package", "/audit/package", &fields).await;
    assert_eq!(done.status(), Status::SeeOther);
    drop(done);
    let mut html = auditor.page("/audit/package").await;
    while html.contains("/audit/package/progress") {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        html = auditor.page("/audit/package").await;
    }
    assert!(html.contains("python3 package/verify.py beilun-audit-package-2020-10-31-"), "{html}");
    let (_, rest) = html.split_once("href=\"/audit/package/file/").unwrap();
    let sha256 = rest.split_once('"').unwrap().0.to_owned();
    let path = format!("/audit/package/file/{sha256}");
    let whole = auditor.get(&path).await;
    assert_eq!((whole.status(), whole.headers().get_one("Accept-Ranges")), (Status::Ok, Some("bytes")));
    let bytes = whole.into_bytes().await.unwrap();
    assert_eq!(hex::encode(Sha256::digest(&bytes)), sha256);
    let zip = world.folder().join("taken.zip");
    std::fs::write(&zip, &bytes).unwrap();
    let (holds, said) = verified(&zip, &[]);
    assert!(holds, "{said}");

    let part = async |headers: &[(&'static str, String)]| {
        let mut request = auditor.0.get(path.clone());
        for (name, value) in headers {
            request = request.header(Header::new(*name, value.clone()));
        }
        let answer = request.dispatch().await;
        let range = answer.headers().get_one("Content-Range").map(str::to_owned);
        (answer.status(), range, answer.into_bytes().await.unwrap_or_default())
    };
    let (tag, length) = (format!("\"{sha256}\""), bytes.len());
    let rest = [("Range", "bytes=1000-".to_owned()), ("If-Range", tag.clone())];
    let (status, range, tail) = part(&rest).await;
    assert_eq!((status, range), (Status::PartialContent, Some(format!("bytes 1000-{}/{length}", length - 1))));
    assert_eq!(tail, &bytes[1000..]);
    let (_, _, some) = part(&[("Range", "bytes=10-19".to_owned())]).await;
    assert_eq!(some, &bytes[10..20]);
    let (status, range, _) = part(&[("Range", format!("bytes={length}-"))]).await;
    assert_eq!((status, range), (Status::RangeNotSatisfiable, Some(format!("bytes */{length}"))));
    let another = [("Range", "bytes=1000-".to_owned()), ("If-Range", "\"of another file\"".to_owned())];
    assert_eq!(part(&another).await, (Status::Ok, None, bytes.clone()));
    assert_eq!(auditor.get("/audit/package/file/0000").await.status(), Status::NotFound);

    // A clerk does not see the files of banks, and so no package.
    let clerk = Visitor::signed_in(&world, "chen").await;
    assert_eq!(clerk.get(&path).await.status(), Status::Forbidden);
    assert!(!clerk.page("/audit/exports").await.contains("/audit/package"));
}
