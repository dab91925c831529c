//! Lists from outside held against the book: every row told, sums reconciled, alike on both engines; on a page and on the
//! command line.

use relief_ledger::comparing::{self, Comparison, Outcome, Question, Rule};
use relief_ledger::people::Role;
use rocket::http::{ContentType, Status};

use crate::support::book::{World, on_both_engines};
use crate::support::history::{HISTORY, filled};
use crate::support::office::day;
use crate::support::program::run;
use crate::support::visitor::{Visitor, location, user, value};

const DAY: &str = "2020-12-31";

/// The rows of the fixture: reference, number, name, policy, amount, account, day.
fn rows() -> Vec<[String; 7]> {
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        [0, 1, 2, 7, 8, 12, 13].map(|place| cells[place].to_owned())
    };
    HISTORY.lines().skip(1).map(row).collect()
}

/// A list with Chinese headers, as a treasury would send it.
fn list(rows: &[[String; 7]]) -> String {
    let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
    format!("国库支付清单\n编号,统一社会信用代码,收款人,政策,支付金额（元）,账号,支付日期\n{}\n", lines.join("\n"))
}

/// The treasury's list of everything, but for: an amount a fen too high, another name, a row too few, a row too many.
fn changed() -> String {
    let mut rows = rows();
    rows[0][4] = "923.90".into();
    rows[1][2] = "另一家公司".into();
    rows.remove(2);
    rows.push(["X-1", "91330206MA2AB3C45D", "外来公司", "BL2020-01", "77.00", "", ""].map(str::to_owned));
    list(&rows)
}

async fn compared(world: &World, text: &str, policies: &[&str]) -> Comparison {
    let question = Question {
        file_name: "清单.csv".into(),
        said: Vec::new(),
        unit: None,
        as_of: day(DAY),
        at: None,
        policies: policies.iter().map(|code| (*code).to_owned()).collect(),
    };
    let head = world.head().await;
    let answer = comparing::compare(&world.door.db, &head, &question, text.as_bytes().to_vec()).await.unwrap();
    answer.unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn count(compared: &Comparison, outcome: Outcome) -> usize {
    compared.parts.iter().find(|(one, _)| *one == outcome).unwrap().1.entries
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_told_and_the_difference_is_that_of_the_sums() {
    on_both_engines(async |world| {
        filled(world, DAY).await;
        let same = compared(world, &list(&rows()), &[]).await;
        assert!(same.agrees(), "control: {:?}", same.parts);
        assert_eq!(same.whole().difference_fen(), 0);

        let found = compared(world, &changed(), &[]).await;
        assert!(found.reconciles && !found.agrees());
        let (all, missing) = (rows().len(), rows()[2][4].replace('.', "").parse::<i128>().unwrap());
        for (outcome, n) in [
            (Outcome::Same, all - 3),
            (Outcome::AmountDiffers, 1),
            (Outcome::NameDiffers, 1),
            (Outcome::MissingInBook, 1),
            (Outcome::MissingInList, 1),
            (Outcome::Ambiguous, 0),
        ] {
            assert_eq!(count(&found, outcome), n, "{outcome:?}");
        }
        assert_eq!(found.whole().difference_fen(), 1 + 7_700 - missing);
        assert_eq!(found.entries[0].rule, Some(Rule::Reference));
        assert!(found.columns.iter().all(|column| column.field.is_some()), "{:?}", found.columns);

        // Without references, by number, policy and amount; only what is the same twice cannot be told.
        let bare: Vec<[String; 7]> = rows()
            .into_iter()
            .map(|mut row| {
                row[0].clear();
                row
            })
            .collect();
        let found = compared(world, &list(&bare), &[]).await;
        assert!(found.reconciles);
        assert_eq!(found.whole().difference_fen(), 0);
        assert_eq!(
            count(&found, Outcome::MissingInBook) + count(&found, Outcome::MissingInList),
            0,
            "{:?}",
            found.parts
        );
        assert!(found.entries.iter().all(|entry| entry.rule == Some(Rule::UsccPolicyAmount)));

        // Of one policy the others are not in the book's side; titles name policies too.
        let of_one: Vec<[String; 7]> = rows().into_iter().filter(|row| row[3] == "BL2020-01").collect();
        let titled: Vec<[String; 7]> = of_one
            .into_iter()
            .map(|mut row| {
                row[3] = "小微企业房租补助".into();
                row
            })
            .collect();
        assert!(compared(world, &list(&titled), &["BL2020-01"]).await.agrees());
        let wider = compared(world, &list(&titled), &[]).await;
        assert_eq!(count(&wider, Outcome::MissingInList), all - titled.len());
    })
    .await;
}

async fn upload(visitor: &Visitor, name: &str, text: &str) -> (Status, String) {
    let csrf = value(&visitor.page("/book").await, "csrf").unwrap();
    let part = |head: &str, body: &str| format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n");
    let body = part("name=\"csrf\"", &csrf)
        + &part("name=\"as_of\"", DAY)
        + &part(&format!("name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv"), text)
        + "--x--\r\n";
    let kind = ContentType::new("multipart", "form-data").with_params(("boundary", "x"));
    let answer = visitor.0.post("/audit/compare").header(kind).body(body).dispatch().await;
    (answer.status(), location(&answer))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_brought_twice_corrected_and_taken_away() {
    on_both_engines(async |world| {
        filled(world, DAY).await;
        user(world, "wu", &[Role::Auditor]).await;
        user(world, "lin", &[Role::Cashier]).await;
        let auditor = Visitor::signed_in(world, "wu").await;
        let form = auditor.page("/audit/compare").await;
        assert!(form.contains("配对规则") && form.contains("BL2020-01"), "{form}");
        let before = world.head().await.position;
        for _ in 0..2 {
            let (status, to) = upload(&auditor, "清单.csv", &changed()).await;
            assert_eq!(status, Status::SeeOther);
            let page = auditor.page(&to).await;
            assert!(page.contains("金额不同") && page.contains("名称不同") && page.contains("分毫不差"), "{page}");
            assert!(page.contains("923.90") && page.contains("923.89") && page.contains("外来公司"), "{page}");
            let one = auditor.page(&format!("{to}?outcome=amount_differs")).await;
            assert!(one.contains("923.90") && !one.contains("外来公司"), "{one}");
            let csv = auditor.page(&format!("{to}/rows.csv?lang=en")).await;
            assert!(csv.starts_with("entry,outcome,differs,rule,difference,line,"), "{csv}");
            assert_eq!(csv.lines().count(), rows().len() + 2, "a line for each entry, and the header");
            assert!(csv.contains(",0.01,3,"), "the difference of the first row: {csv}");

            // A column that is not read any more makes the name the same.
            let (reads, skips) = ("column=%E6%94%B6%E6%AC%BE%E4%BA%BA&field=", "编号");
            let csrf = value(&page, "csrf").unwrap();
            let answer = auditor.post(&to, format!("csrf={csrf}&{reads}")).await;
            assert_eq!(answer.status(), Status::SeeOther, "{skips}");
            let again = location(&answer);
            drop(answer);
            let page = auditor.page(&again).await;
            assert!(!page.contains("名称不同") && page.contains("金额不同"), "{page}");

            let (status, broken) = upload(&auditor, "坏.csv", "名称,金额\n甲,1.234\n乙,12\n").await;
            assert_eq!(status, Status::SeeOther);
            let page = auditor.page(&broken).await;
            assert!(page.contains("没有比对") && page.contains("1.234") && page.contains("两位小数"), "{page}");
            assert_eq!(auditor.get(&format!("{broken}/rows.csv")).await.status(), Status::NotFound);

            // Control: of somebody else there is nothing.
            let other = Visitor::signed_in(world, "lin").await;
            assert_eq!(other.get(&to).await.status(), Status::SeeOther);
        }
        let (status, _) = upload(&auditor, "空.csv", "").await;
        assert_eq!(status, Status::UnprocessableEntity);
        let (_, same) = upload(&auditor, "清单.csv", &list(&rows())).await;
        assert!(auditor.page(&same).await.contains("完全一致"));
        assert_eq!(world.head().await.position, before, "nothing is recorded");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_status_says_whether_list_and_book_agree() {
    let world = World::on_sqlite().await;
    filled(&world, DAY).await;
    let path = world.folder().join("list.csv");
    let ask = |text: &str, rest: &[&str]| {
        std::fs::write(&path, text).unwrap();
        let words = ["audit", "compare", path.to_str().unwrap(), "--book", "beilun", "--as-of", DAY];
        let output = run(&world, &[&words, rest].concat());
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.code().unwrap(), said)
    };
    let (code, said) = ask(&list(&rows()), &["--format", "json"]);
    assert_eq!(code, 0, "{said}");
    let told: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(told["totals"]["difference"], "0.00");
    assert_eq!((&told["reconciles"], told["differing"].as_i64()), (&true.into(), Some(0)));
    let (code, said) = ask(&changed(), &[]);
    assert_eq!(code, 1);
    assert!(said.contains("金额不同") && said.contains("支付金额（元） → 金额"), "{said}");
    let (code, said) = ask(&changed(), &["--format", "csv"]);
    assert_eq!((code, said.trim_end().lines().count()), (1, rows().len() + 2));
    let (told, rows_too) = (world.folder().join("rows.csv"), world.folder().join("missing").join("rows.csv"));
    let (code, said) = ask(&changed(), &["-o", told.to_str().unwrap(), "--format", "json"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.starts_with('{') && said.contains("rows.csv"), "{said}");
    let written = std::fs::read_to_string(&told).unwrap();
    assert!(written.starts_with("\u{feff}") && written.contains("金额不同"), "{written}");
    assert_eq!(written.trim_end().lines().count(), rows().len() + 2);
    assert_eq!(ask(&changed(), &["-o", rows_too.to_str().unwrap()]).0, 1);
    assert!(!rows_too.exists());
    let odd = list(&rows()).replacen("支付金额（元）", "数", 1);
    let (code, said) = ask(&odd, &[]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("第 2 行"), "{said}");
    assert_eq!(ask(&odd, &["--map", "数=amount"]).0, 0, "control: the same list with its column named");
    assert_eq!(ask(&odd, &["--map", "数=money"]).0, 1);
    let (code, said) = ask("名称,金额\n甲,1.234\n", &[]);
    assert_eq!(code, 2);
    assert!(said.contains("第 2 行 金额 1.234"), "{said}");
}
