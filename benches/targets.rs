//! The targets of the design, measured: import, totals, export, verify at several sizes.
//!
//! `cargo bench` measures 14,000 and 100,000 grants; `cargo bench -- 1000000` measures a million. Where `sqlite3` is
//! installed, its `.import` and `-csv` of the same rows stand beside ours, measured in the same run.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a measurement stops where it fails")]
#![expect(clippy::disallowed_methods, reason = "a measurement needs the clock")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use relief_ledger::app::REGISTRY;
use relief_ledger::audit::{self, GroupBy};
use relief_ledger::config::Surroundings;
use relief_ledger::db::Database;
use relief_ledger::exports;
use relief_ledger::imports::{self, Upload, What};
use relief_ledger::journal::{self, Actor, Ask, Door, Head, Keeper, NewBook};
use relief_ledger::kernel::dates::Day;
use relief_ledger::people::{self, Role};
use relief_ledger::web::Lang;

fn main() {
    let mut sizes: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![14_000, 100_000];
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    println!("{:<34} {:>10} {:>10} {:>12} {:>10}", "work", "grants", "seconds", "per second", "peak MiB");
    for size in sizes {
        runtime.block_on(measure(size));
    }
}

struct Bench {
    door: Door,
    keeper: Keeper,
    head: Head,
    size: usize,
    keys: u32,
}

impl Bench {
    fn ask(&mut self, actor: &Actor, verb: &'static str) -> Ask {
        self.keys += 1;
        let request_key = format!("bench-key-{:06}", self.keys);
        Ask { book_id: self.head.book_id, actor: actor.clone(), request_key, verb }
    }

    fn tell(&self, work: &str, took: Duration) {
        let per_second = self.size as u128 * 1_000 / took.as_millis().max(1);
        let seconds = format!("{}.{:03}", took.as_secs(), took.subsec_millis());
        println!("{work:<34} {:>10} {seconds:>10} {per_second:>12} {:>10}", self.size, peak_mib());
    }
}

async fn measure(size: usize) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("bench.db").display());
    let mut bench = open(&url, folder.path(), size).await;
    let [clerk, reviewer] = people_of(&mut bench).await;

    let id = submit(&mut bench, &clerk, What::Policies, policies(size)).await;
    approve(&mut bench, &reviewer, id).await;
    let history = history(size);
    let file = folder.path().join("history.csv");
    std::fs::write(&file, &history).unwrap();

    let begun = Instant::now();
    let id = submit(&mut bench, &clerk, What::History, history).await;
    bench.tell("import history: submit", begun.elapsed());
    let begun = Instant::now();
    approve(&mut bench, &reviewer, id).await;
    bench.tell("import history: approve", begun.elapsed());
    sqlite_import(&bench, folder.path(), &file);

    bench.head = Head::read(&bench.door.db.read, bench.head.book_id).await.unwrap();
    let day = Day::parse("2020-10-31").unwrap();
    for (name, at) in
        [("totals by policy, head", None), ("totals by policy, older position", Some(bench.head.position - 1))]
    {
        let begun = Instant::now();
        audit::totals(&bench.door.db, &bench.head, day, at, &[GroupBy::Policy]).await.unwrap();
        bench.tell(name, begun.elapsed());
    }
    let request = exports::Request {
        what: exports::What::Grants,
        format: exports::FileFormat::Csv,
        lang: Lang::Zh,
        as_of: day,
        at: None,
        by: vec![],
        filter: exports::Filter::default(),
    };
    let begun = Instant::now();
    let target = folder.path().join("grants.csv");
    exports::export(&bench.door.db, &bench.keeper, &bench.head, &request, &target, &mut |_| ()).await.unwrap();
    bench.tell("export grants", begun.elapsed());
    let begun = Instant::now();
    let report = journal::verify(&bench.door.db, REGISTRY, bench.head.book_id, None, |_, _| ()).await.unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    bench.tell("verify with replay", begun.elapsed());
}

async fn open(url: &str, folder: &Path, size: usize) -> Bench {
    let db = Database::open(url).await.unwrap();
    let door = Door::open(db, REGISTRY, Surroundings::system());
    let keeper = Keeper::new(folder.join("keys"), folder.join("checkpoints"));
    let new = NewBook { code: "bench".into(), name: "基准".into(), division: "330206".into() };
    let chance = door.surroundings.chance.clone();
    let head = journal::create(&door.db, REGISTRY, &door.surroundings, &new, |origin| {
        keeper.make_key(origin, chance.as_ref())
    })
    .await
    .unwrap();
    Bench { door, keeper, head, size, keys: 0 }
}

async fn people_of(bench: &mut Bench) -> [Actor; 2] {
    let door = bench.door.clone();
    for (login, roles) in [("clerk", &[Role::Clerk, Role::Manager][..]), ("reviewer", &[Role::Reviewer][..])] {
        people::add_user(&door, login, login, "a long enough password").await.unwrap();
        for role in roles {
            let ask = bench.ask(&Actor::operator(), "user_role");
            people::give_role(&door, ask, login, *role).await.unwrap();
        }
    }
    [people::actor(&door, "clerk").await.unwrap(), people::actor(&door, "reviewer").await.unwrap()]
}

async fn submit(bench: &mut Bench, actor: &Actor, what: What, text: String) -> i64 {
    let upload = Upload { what, file_name: "bench.csv".into(), bytes: text.into_bytes(), unit: None };
    let ask = bench.ask(actor, "import");
    match imports::submit(&bench.door, ask, upload).await.unwrap() {
        Ok(submitted) => submitted.import,
        Err(faults) => panic!("{:?}", faults.errors.first()),
    }
}

async fn approve(bench: &mut Bench, actor: &Actor, id: i64) {
    let import = imports::by_id(&bench.door.db.read, bench.head.book_id, id).await.unwrap();
    let ask = bench.ask(actor, "import_approve");
    imports::approve(&bench.door, ask, id, import.digest).await.unwrap();
}

fn policies(size: usize) -> String {
    let mut text = String::from("code,title,document_number,instrument,starts_on,ends_on,per_recipient_cap,budget\n");
    for n in 1..=5 {
        let _ = writeln!(text, "P-{n},政策{n},文〔2020〕{n}号,grant,2020-02-10,2099-12-31,,{}.00", size * 10_000);
    }
    text
}

/// A history: each recipient gets 1.25 grants, over ten months, of amounts that differ.
fn history(size: usize) -> String {
    let mut text = String::with_capacity(size * 230);
    text.push_str("reference,uscc,name,kind,subdistrict,industry,size,policy,amount,bank_code,bank_name,account_name,account_number,paid_on\n");
    let recipients = size * 4 / 5;
    for row in 0..size {
        let owner = row % recipients;
        let name = format!("宁波北仑第{owner}号有限公司");
        let _ = writeln!(
            text,
            "H-{row:08},{},{name},企业,{},{},小型,P-{},{}.{:02},102332006123,中国工商银行宁波北仑支行,{name},62220{owner:012},2020-{:02}-{:02}",
            uscc(owner),
            ["新碶街道", "小港街道", "大碶街道", "霞浦街道", "柴桥街道"][owner % 5],
            ["C", "F", "H", "G"][owner % 4],
            row % 5 + 1,
            500 + row * 7919 % 9_000,
            row % 100,
            row * 31 % 10 + 2,
            row * 17 % 28 + 1,
        );
    }
    text
}

fn uscc(number: usize) -> String {
    const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let body = format!("{number:08}");
    let organisation: u32 =
        body.bytes().zip([3, 7, 9, 10, 5, 8, 4, 2]).map(|(b, weight)| u32::from(b - b'0') * weight).sum();
    let check = (11 - organisation % 11) % 11;
    let mut code = format!("91330206{body}{}", if check == 10 { "X".to_owned() } else { check.to_string() });
    let mut weight = 1;
    let mut sum = 0;
    for letter in code.bytes() {
        sum += ALPHABET.iter().position(|a| *a == letter).unwrap() * weight;
        weight = weight * 3 % 31;
    }
    code.push(char::from(ALPHABET[(31 - sum % 31) % 31]));
    code
}

/// The same file into one bare table by the sqlite3 shell, if it is installed.
fn sqlite_import(bench: &Bench, folder: &Path, file: &Path) {
    let begun = Instant::now();
    let done = Command::new("sqlite3")
        .arg(folder.join("bare.db"))
        .arg(".mode csv")
        .arg(format!(".import {} bare", file.display()))
        .output();
    if done.is_ok_and(|output| output.status.success()) {
        bench.tell("  sqlite3 .import, one bare table", begun.elapsed());
    }
}

/// The most memory that this process ever held, in MiB.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}
