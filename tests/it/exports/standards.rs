//! Files in the standards of other tools, read by those tools.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use relief_ledger::exports::{self, FileFormat, Filter, Request, What};
use relief_ledger::kernel::money::Fen;
use relief_ledger::web::Lang;

use super::package::{LATE, loaded, run};
use crate::support::book::World;
use crate::support::every_record::every_record;
use crate::support::office::day;
use crate::support::program::{done, refused};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Exports a file as somebody at a terminal does.
fn exported(world: &World, what: &str, name: &str, more: &[&str]) -> PathBuf {
    let target = world.folder().join(name);
    let words = ["export", what, "--book", "beilun", "--as-of", LATE, "-o", target.to_str().unwrap()];
    done(&run(world, &[&words[..], more].concat()));
    target
}

fn hledger(journal: &Path, words: &[&str]) -> Output {
    Command::new("hledger").arg("-f").arg(journal).args(words).env("LC_ALL", "C.UTF-8").output().unwrap()
}

fn rows(csv: &[u8]) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv);
    reader.deserialize().map(Result::unwrap).collect()
}

/// An amount as hledger prints it, in fen.
fn fen(text: &str) -> i64 {
    let text = text.replace(" CNY", "").replace(',', "");
    let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |digits| (-1, digits));
    let digits = if digits.contains('.') { digits.to_owned() } else { format!("{digits}.00") };
    sign * Fen::parse(&digits).unwrap().get()
}

#[tokio::test(flavor = "multi_thread")]
async fn hledger_checks_the_journal_and_its_balances_are_those_of_the_trial_balance() {
    let world = World::on_sqlite().await;
    every_record(&world).await;
    let journal = exported(&world, "hledger", "ledger.journal", &[]);
    let checked = hledger(&journal, &["check", "--strict", "ordereddates"]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));

    let balances = hledger(&journal, &["balance", "--flat", "--no-total", "--empty", "-O", "csv"]);
    let balances: BTreeMap<String, i64> =
        rows(&balances.stdout).into_iter().map(|row| (row["account"].clone(), fen(&row["balance"]))).collect();
    let trial = std::fs::read(exported(&world, "trial-balance", "trial.csv", &[])).unwrap();
    let mut expected: BTreeMap<String, i64> = BTreeMap::new();
    for row in rows(&trial) {
        let account = format!("relief:{}:{}", row["policy"], row["stage"]);
        *expected.entry(account).or_default() += fen(&row["debit_balance"]) - fen(&row["credit_balance"]);
    }
    for (account, fen) in &expected {
        assert_eq!(balances.get(account).copied().unwrap_or(0), *fen, "{account}");
    }
    assert!(expected.values().any(|fen| *fen != 0) && balances.values().sum::<i64>() == 0);

    // Control: one fen more on one side, and hledger refuses it.
    let text = std::fs::read_to_string(&journal).unwrap();
    let line = text.lines().find(|line| line.contains("disbursed") && line.contains(" CNY")).unwrap().to_owned();
    let amount = line.split("  ").find(|part| part.contains(" CNY")).unwrap().to_owned();
    let more = format!("{} CNY", Fen::new(fen(&amount) + 1).plain());
    let wrong = world.folder().join("wrong.journal");
    std::fs::write(&wrong, text.replacen(&line, &line.replacen(&amount, &more, 1), 1)).unwrap();
    assert!(!hledger(&wrong, &["check"]).status.success());
}

/// What the published schema says of a file.
fn validated(file: &Path) -> Output {
    // The standard library has no validator: Debian's package is in its own Python.
    let has =
        |python: &str| Command::new(python).args(["-c", "import jsonschema"]).status().is_ok_and(|one| one.success());
    let python = ["python3", "/usr/bin/python3"].into_iter().find(|python| has(python)).unwrap();
    let script = root().join("tests/it/exports/giving.py");
    Command::new(python).arg(script).arg(root().join("tests/fixtures/360giving")).arg(file).output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_in_the_360giving_standard_are_valid_and_name_no_person() {
    let world = World::on_sqlite().await;
    let empty = world.folder().join("empty.json");
    let words = ["export", "360giving", "--book", "beilun", "-o", empty.to_str().unwrap()];
    refused(&run(&world, &words), "360Giving");
    assert!(!empty.exists());

    every_record(&world).await;
    let file = exported(&world, "360giving", "giving.json", &[]);
    let said = validated(&file);
    assert!(
        said.status.success(),
        "{}{}",
        String::from_utf8_lossy(&said.stdout),
        String::from_utf8_lossy(&said.stderr)
    );
    let text = std::fs::read_to_string(&file).unwrap();
    let data: serde_json::Value = serde_json::from_str(&text).unwrap();
    let grants = data["grants"].as_array().unwrap();
    let csv = rows(&std::fs::read(exported(&world, "grants", "grants.csv", &[])).unwrap());
    let of_position: BTreeMap<&str, &BTreeMap<String, String>> =
        csv.iter().map(|row| (row["position"].as_str(), row)).collect();
    let (mut organisations, mut individuals) = (0, 0);
    for grant in grants {
        let position = grant["id"].as_str().unwrap().rsplit('-').next().unwrap();
        let row = of_position[position];
        assert!(text.contains(&format!("\"amountAwarded\":{},", row["amount"])), "{row:?}");
        if row["kind"] == "个体工商户" || row["uscc"].contains('*') {
            individuals += 1;
            assert_eq!(grant["recipientIndividual"]["name"], "Individual Recipient");
            let inside = grant.to_string();
            assert!(!inside.contains(&row["name"]) && !inside.contains(&row["uscc"]), "{inside}");
        } else {
            organisations += 1;
            assert_eq!(grant["recipientOrganization"][0]["id"], format!("CN-USCI-{}", row["uscc"]));
        }
    }
    assert!(organisations > 0 && individuals > 0);
    let awarded = ["approved", "in_batch", "part_paid", "paid", "returned", "recovered"];
    assert_eq!(grants.len(), csv.iter().filter(|row| awarded.contains(&row["state"].as_str())).count());
    let flat = rows(&std::fs::read(exported(&world, "360giving", "giving.csv", &["--format", "csv"])).unwrap());
    assert_eq!(flat.len(), grants.len());

    // Control: a word for a currency and a date as people write it are found.
    let wrong = world.folder().join("wrong.json");
    std::fs::write(
        &wrong,
        text.replacen("\"CNY\"", "\"RMB\"", 1).replacen("\"awardDate\":\"2020", "\"awardDate\":\"年2020", 1),
    )
    .unwrap();
    let said = validated(&wrong);
    assert_eq!(said.status.code(), Some(1), "{}", String::from_utf8_lossy(&said.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_balance_by_side_and_records_are_kept_as_long_as_the_rules_say() {
    let world = World::on_sqlite().await;
    every_record(&world).await;
    let ledger = rows(&std::fs::read(exported(&world, "general-ledger", "gl.csv", &[])).unwrap());
    let vouchers = rows(&std::fs::read(exported(&world, "vouchers", "vouchers.csv", &[])).unwrap());
    assert!(!ledger.is_empty() && ledger.len() == vouchers.len());
    let mut sides: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for row in &ledger {
        let sign = if row["Amount_Credit_Debit_Indicator"] == "D" { 1 } else { -1 };
        *sides.entry((&row["Journal_ID"], &row["Segment01"])).or_default() += sign * fen(&row["Amount"]);
    }
    assert!(sides.values().all(|fen| *fen == 0) && sides.keys().any(|(_, side)| *side == "budget"), "{sides:?}");
    let total = |rows: &[BTreeMap<String, String>],
                 account: &str,
                 key: &str,
                 amount: &dyn Fn(&BTreeMap<String, String>) -> i64| {
        rows.iter().filter(|row| row[key] == account).map(amount).sum::<i64>()
    };
    for account in ["5001", "230301", "7101"] {
        let mine = total(&ledger, account, "GL_Account_Number", &|row| {
            if row["Amount_Credit_Debit_Indicator"] == "D" { fen(&row["Amount"]) } else { -fen(&row["Amount"]) }
        });
        let theirs = total(&vouchers, account, "account", &|row| fen(&row["debit"]) - fen(&row["credit"]));
        assert_eq!(mine, theirs, "{account}");
    }

    let kept = rows(&std::fs::read(exported(&world, "archive-list", "archive.csv", &[])).unwrap());
    let years =
        |class: &str| kept.iter().find(|row| row["archive_class"] == class).map(|row| row["kept_years"].as_str());
    assert_eq!((years("voucher"), years("ledger")), (Some("30"), Some("30")));
    assert_eq!(
        (years("bank_statement"), years("reconciliation"), years("report")),
        (Some("10"), Some("10"), Some("10"))
    );
    let pieces: i64 = kept
        .iter()
        .filter(|row| row["archive_class"] == "voucher")
        .map(|row| row["pieces"].parse::<i64>().unwrap())
        .sum();
    let mut names: Vec<&str> = vouchers.iter().map(|row| row["voucher"].as_str()).collect();
    names.dedup();
    assert_eq!(pieces, i64::try_from(names.len()).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_files_are_the_same_bytes_on_both_engines() {
    let world = World::on_sqlite().await;
    every_record(&world).await;
    let head = world.head().await;
    let (other, other_head) = loaded(&world, &head).await;
    for (what, format) in [
        (What::Hledger, FileFormat::Journal),
        (What::Giving, FileFormat::Json),
        (What::Giving, FileFormat::Csv),
        (What::GeneralLedger, FileFormat::Csv),
        (What::GeneralLedger, FileFormat::Xlsx),
        (What::ArchiveList, FileFormat::Csv),
        (What::ArchiveList, FileFormat::Xlsx),
    ] {
        for (as_of, at) in [(LATE, head.position), ("2020-03-05", head.position / 2)] {
            let request = Request {
                what,
                format,
                lang: Lang::Zh,
                as_of: day(as_of),
                at: Some(at),
                by: Vec::new(),
                filter: Filter::default(),
            };
            let (_, one) = exports::to_spool(&world.door.db, &head, &request).await.unwrap();
            let (_, two) = exports::to_spool(&other, &other_head, &request).await.unwrap();
            assert_eq!((one.sha256, one.rows), (two.sha256, two.rows), "{what:?} {format:?} {as_of}");
        }
    }
}
