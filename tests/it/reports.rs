//! Reports that are handed in: their figures, two people on each, frozen with their clocks, and what changed since; the
//! same bytes on both engines while others write.

mod due;
mod publication;

use std::io::Cursor;

use calamine::{Data, Reader as _};
use relief_ledger::app::REGISTRY;
use relief_ledger::db::{Database, sql};
use relief_ledger::exports::{self, FileFormat as ExportFormat, Filter, Request};
use relief_ledger::imports::What;
use relief_ledger::journal::{self, Actor};
use relief_ledger::kernel::Result;
use relief_ledger::kernel::dates::Day;
use relief_ledger::kernel::money::{Fen, Unit};
use relief_ledger::people::{Role, digest_of_one};
use relief_ledger::reports::{self, Cell, FileForm, FileFormat, Layout, Report, Signatures};
use relief_ledger::settings::{self, SettingForm, Verdict};
use relief_ledger::web::Lang;
use rocket::http::Status;
use serde_json::Value;

use crate::support::book::{World, on_both_engines};
use crate::support::every_report::files_of;
use crate::support::history::{HISTORY, POLICIES, brought, filled};
use crate::support::office::{Office, day, forbidden, form, policy, refused_with, yuan};
use crate::support::postgres;
use crate::support::visitor::{PASSWORD, Visitor, location, user, value};

/// Rows of the history under the direct policy, paid on a day.
fn paid(rows: std::ops::Range<usize>, on: &str) -> (String, Fen) {
    let mut text = HISTORY.lines().next().unwrap().to_owned() + "\r\n";
    let mut sum = Fen::ZERO;
    for line in HISTORY.lines().skip(1).take(rows.end).skip(rows.start) {
        let mut cells: Vec<&str> = line.split(',').collect();
        sum = sum.checked_add(yuan(cells[8])).unwrap();
        (cells[7], cells[13]) = ("BL2020-08", on);
        text += &(cells.join(",") + "\r\n");
    }
    (text, sum)
}

/// An office with a policy that direct money of 100,000 yuan and other money of 50,000 share one to one.
async fn with_direct_money(world: &World) -> Office<'_> {
    let office = Office::open(world).await;
    let mut shared = policy("BL2020-08");
    shared.allotments[0].direct = true;
    let mut own = shared.allotments[0].clone();
    (own.direct, own.document_number, own.amount) = (false, "仑财〔2020〕8号".into(), yuan("50000"));
    shared.allotments.push(own);
    office.in_force(shared).await;
    office
}

async fn made(world: &World, name: &str, as_of: &str, at: Option<i64>) -> Report {
    let layout = Layout::find(name).unwrap();
    reports::make(&world.door.db, &world.head().await, layout, day(as_of), at).await.unwrap()
}

async fn filed(world: &World, by: &Actor, (name, as_of): (&str, &str), content: &str) -> Result<i64> {
    let head = world.head().await;
    let (report, as_of, at) = (name.to_owned(), day(as_of), head.position);
    let form = FileForm { report, as_of, at, unit: "wan".into(), content: content.into() };
    reports::file(&world.door, world.ask(by, "file"), &head, form).await.map(|done| done.filing)
}

async fn signed(world: &World, by: &Actor, id: i64) -> Result<()> {
    let leaf = reports::filing(&world.door.db.read, world.book_id, id).await.unwrap().leaf;
    reports::sign(&world.door, world.ask(by, "sign"), id, digest_of_one(leaf)).await.map(|_| ())
}

async fn set(office: &Office<'_>, name: &str, value: &str) {
    let world = office.world;
    let form = SettingForm { name: name.into(), value: value.into(), reason: "局长办公会纪要".into() };
    let change = settings::prepare(&world.door, world.ask(&office.manager, "set"), form).await.unwrap().change;
    let shown = settings::change(&world.door.db.read, world.book_id, change).await.unwrap();
    let verdict = Verdict::Approved { digest: shown.leaf.to_string() };
    settings::decide(&world.door, world.ask(&office.reviewer, "set"), change, verdict).await.unwrap();
}

fn half(sum: Fen) -> Fen {
    Fen::new(sum.get() / 2)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_of_direct_money_is_filed_signed_frozen_and_adjusted() {
    on_both_engines(async |world| {
        let office = with_direct_money(world).await;
        let manager_again = world.actor("zhou2", "P-zhou", &[Role::Manager]).await;
        let auditor = world.actor("wu", "P-wu", &[Role::Auditor]).await;
        world.it_is("2020-04-03");
        let (february, before) = paid(0..5, "2020-02-28");
        let (march, in_march) = paid(5..12, "2020-03-20");
        for text in [&february, &march] {
            brought(world, (&office.clerk, &office.reviewer), What::History, text).await;
        }

        let report = made(world, "direct-monthly", "2020-03-31", None).await;
        assert_eq!(report.rows.len(), 1, "the other allotment is not direct");
        let near = |cell: &Cell, expected: Fen, grants: i64| {
            let Cell::Amount(amount) = cell else { panic!("{cell:?}") };
            assert!((amount.get() - expected.get()).abs() <= grants, "{amount} is not {expected}");
        };
        let cells = &report.rows[0].cells;
        assert_eq!(cells[4], Cell::Amount(Fen::ZERO), "appropriated in February");
        near(&cells[6], half(in_march), 7);
        assert_eq!((&cells[7], &cells[11]), (&Cell::Count(7), &Cell::Count(12)));
        assert_eq!(cells[8], Cell::Amount(yuan("100000")));
        near(&cells[10], half(before.checked_add(in_march).unwrap()), 12);
        let (Cell::Amount(paid_all), Cell::Amount(left)) = (&cells[10], &cells[13]) else { panic!("{cells:?}") };
        assert_eq!(paid_all.checked_add(*left), Some(yuan("100000")));
        assert_eq!(report.total[4..], cells[4..], "of one row the total is the same");

        let month = ("direct-monthly", "2020-03-31");
        refused_with(filed(world, &office.clerk, ("direct-monthly", "2020-03-30"), "").await, &["report_month_end"]);
        refused_with(filed(world, &office.clerk, ("direct-monthly", "2020-04-30"), "").await, &["report_future"]);
        refused_with(filed(world, &office.clerk, month, &"0".repeat(64)).await, &["digest_changed"]);
        for other in [&office.reviewer, &auditor] {
            forbidden(filed(world, other, month, "").await);
        }
        let content = reports::content(&report).unwrap().1;
        let id = filed(world, &office.manager, month, "").await.unwrap();
        refused_with(filed(world, &office.clerk, month, "").await, &["report_filed_already"]);
        for same in [&office.manager, &manager_again] {
            refused_with(signed(world, same, id).await, &["two_people"]);
        }
        for other in [&office.clerk, &auditor] {
            forbidden(signed(world, other, id).await);
        }
        let wrong = reports::sign(&world.door, world.ask(&office.reviewer, "sign"), id, "00".repeat(32)).await;
        refused_with(wrong, &["digest_changed"]);
        // Around the rules the database says the same.
        let raw = "UPDATE report_filings SET state = 'signed', reviewed_person = prepared_person WHERE book_id = ?";
        let around = sql::run(&world.door.db.write, raw, vec![world.book_id.into()]).await;
        refused_with(around, &["two_people"]);
        signed(world, &office.reviewer, id).await.unwrap();
        refused_with(signed(world, &office.second_reviewer, id).await, &["report_not_pending"]);

        let filing = reports::filing(&world.door.db.read, world.book_id, id).await.unwrap();
        assert_eq!(filing.content, content, "the position moved, but nothing of the report: {filing:?}");
        let kept = reports::frozen(&world.door, world.book_id, &filing).await.unwrap();
        assert_eq!(reports::adjustments(&kept, &made(world, month.0, month.1, None).await), []);

        // A fact of March that becomes known later.
        let (late, sum) = paid(13..14, "2020-03-31");
        brought(world, (&office.clerk, &office.reviewer), What::History, &late).await;
        set(&office, "head_of_unit", "王建国").await;
        let again = made(world, month.0, month.1, Some(filing.at)).await;
        assert_eq!(reports::content(&again).unwrap().1, filing.content, "the same clocks are the same report");
        assert_eq!(reports::frozen(&world.door, world.book_id, &filing).await.unwrap(), kept);
        let found = reports::adjustments(&kept, &made(world, month.0, month.1, None).await);
        let of_row: Vec<usize> = found.iter().filter(|one| one.row.is_some()).map(|one| one.column).collect();
        assert_eq!(of_row, [5, 6, 7, 9, 10, 11, 12, 13], "allocated, paid, reached; month and all; progress and left");
        let left = found.iter().find(|one| one.column == 13).unwrap();
        let (Cell::Amount(was), Cell::Amount(is)) = (&left.filed, &left.now) else { panic!("{left:?}") };
        assert!((was.get() - is.get() - half(sum).get()).abs() <= 1, "{left:?}");
        assert_eq!(found.len(), 2 * of_row.len(), "and the total with it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_was_given_back_is_filed_anew() {
    on_both_engines(async |world| {
        let office = with_direct_money(world).await;
        let month = ("budget-progress", "2020-02-29");
        let id = filed(world, &office.clerk, month, "").await.unwrap();
        let refuse = async |by: &Actor, why: &str| {
            reports::refuse(&world.door, world.ask(by, "refuse"), id, why.into()).await.map(|_| ())
        };
        forbidden(refuse(&office.clerk, "不").await);
        refused_with(refuse(&office.clerk_again, "不").await, &["two_people"]);
        refused_with(refuse(&office.reviewer, " ").await, &["field_empty"]);
        refuse(&office.reviewer, "应以元编报").await.unwrap();
        refused_with(refuse(&office.reviewer, "不").await, &["report_not_pending"]);
        let again = filed(world, &office.clerk, month, "").await.unwrap();
        signed(world, &office.second_reviewer, again).await.unwrap();
        let page = reports::filings(&world.door.db.read, world.book_id, None).await.unwrap();
        let states: Vec<&str> = page.filings.iter().map(|filing| filing.state.code()).collect();
        assert_eq!((states, page.older), (vec!["signed", "refused"], None));
    })
    .await;
}

/// The SHA-256 of every file of every report.
async fn all_files(db: &Database, book_id: i64, (as_of, at): (Day, i64)) -> Vec<(String, Vec<u8>)> {
    let head = journal::Head::read(&db.read, book_id).await.unwrap();
    let mut files = Vec::new();
    for layout in Layout::shipped() {
        let report = reports::make(db, &head, layout, as_of, Some(at)).await.unwrap();
        assert_eq!(
            report.rows.is_empty(),
            layout.name == "bank-adjustment",
            "{}: no bank is in this book",
            layout.name
        );
        files.extend(files_of(&report).into_iter().map(|(name, bytes)| (format!("{} {name}", layout.name), bytes)));
    }
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_clocks_are_the_same_bytes_on_both_engines_while_others_write() {
    let world = World::on_sqlite().await;
    let office = with_direct_money(&world).await;
    let originals =
        [POLICIES.replace("BL2020", "BK2020"), HISTORY.replace("BL2020", "BK2020"), paid(0..9, "2020-03-20").0];
    world.it_is("2020-12-31");
    brought(&world, (&office.manager, &office.reviewer), What::Policies, &originals[0]).await;
    brought(&world, (&office.clerk, &office.reviewer), What::History, &originals[1]).await;
    let late = originals[2].replace("BL-0", "DM-0");
    brought(&world, (&office.clerk, &office.reviewer), What::History, &late).await;
    let (db, clocks) = (&world.door.db, (day("2020-03-31"), world.head().await.position));
    let before = all_files(db, world.book_id, clocks).await;

    let (during, ()) = tokio::join!(all_files(db, world.book_id, clocks), async {
        for n in 0..8 {
            let id = office
                .submitted(relief_ledger::grants::Form { amount: "9".into(), ..form(&format!("X-{n}"), 0) })
                .await;
            office.approve_as(&office.reviewer, &[id]).await.unwrap();
        }
        // What a policy is called later is not what it was called then.
        set(&office, "reporting_unit", "宁波市北仑区财政局").await;
    });
    assert_eq!(before, during);
    assert_eq!(before, all_files(db, world.book_id, clocks).await);
    let now = (clocks.0, world.head().await.position);
    assert_ne!(before, all_files(db, world.book_id, now).await, "control: at another position it is another report");

    let head = world.head().await;
    let events = Request {
        what: exports::What::Events,
        format: ExportFormat::Jsonl,
        lang: Lang::En,
        as_of: clocks.0,
        at: Some(head.position),
        by: Vec::new(),
        filter: Filter::default(),
    };
    let (events, _) = exports::to_spool(db, &head, &events).await.unwrap();
    let url = tokio::task::spawn_blocking(postgres::fresh_database).await.unwrap();
    Database::migrate(&url).await.unwrap();
    let other = Database::open(&url).await.unwrap();
    let kept = [originals[0].clone(), originals[1].clone(), late].map(String::into_bytes).to_vec();
    let lines = Cursor::new(std::fs::read(events.path()).unwrap());
    let loaded = journal::load(&other, REGISTRY, lines, kept, |_| ()).await.unwrap();
    assert_eq!(before, all_files(&other, loaded.book_id, clocks).await);
    assert_eq!(all_files(db, world.book_id, now).await, all_files(&other, loaded.book_id, now).await);
}

fn csv(report: &Report, unit: Unit) -> (Vec<String>, Vec<Vec<String>>) {
    let bytes = reports::bytes(report, unit, FileFormat::Csv, Lang::En, &Signatures::default()).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let heads = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    (heads, rows)
}

fn column(table: &(Vec<String>, Vec<Vec<String>>), name: &str) -> Vec<String> {
    let place = table.0.iter().position(|head| head == name).unwrap();
    table.1.iter().map(|row| row[place].clone()).collect()
}

/// Hundredths of a printed figure.
fn hundredths(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reports_agree_with_the_file_they_came_from_and_publish_nothing_private() {
    let world = World::on_sqlite().await;
    let office = Office::open(&world).await;
    world.it_is("2020-12-31");
    let (policies, history) = (POLICIES.replace("BL2020", "BK2020"), HISTORY.replace("BL2020", "BK2020"));
    brought(&world, (&office.manager, &office.reviewer), What::Policies, &policies).await;
    brought(&world, (&office.clerk, &office.reviewer), What::History, &history).await;
    let rows: Vec<Vec<&str>> = HISTORY.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let until = |day: &str| rows.iter().filter(|row| row[13] <= day).map(|row| yuan(row[8])).collect::<Vec<_>>();
    let october = Fen::sum(until("2020-10-31")).unwrap();
    let in_october = Fen::new(october.get() - Fen::sum(until("2020-09-30")).unwrap().get());

    let detail = made(&world, "grants-detail", "2020-10-31", None).await;
    assert_eq!(detail.rows.len(), until("2020-10-31").len());
    let summary = made(&world, "grants-summary", "2020-10-31", None).await;
    let progress = made(&world, "budget-progress", "2020-10-31", None).await;
    for (report, month, all) in [(&detail, 9, 13), (&summary, 5, 10)] {
        assert_eq!(report.total[month], Cell::Amount(in_october), "{}", report.layout.name);
        assert_eq!(report.total[all], Cell::Amount(october), "{}", report.layout.name);
    }
    assert_eq!((&progress.total[5], &progress.total[8]), (&Cell::Amount(in_october), &Cell::Amount(october)));
    let recipients: std::collections::BTreeSet<&str> =
        rows.iter().filter(|row| row[13] <= "2020-10-31").map(|row| row[1]).collect();
    assert_eq!(summary.total[7], Cell::Count(i64::try_from(recipients.len()).unwrap()));

    // In 万元 the rows and what is said of rounding are the total, which is rounded from the exact sum.
    let printed = csv(&detail, Unit::Wan);
    let net: Vec<i64> = column(&printed, "all_net").iter().map(|text| hundredths(text)).collect();
    let (total, parts) = net.split_last().unwrap();
    assert_eq!(*total, (october.get() + 5_000) / 10_000);
    let over = reports::difference(detail.amounts(13), october, Unit::Wan).unwrap();
    assert_eq!(parts.iter().sum::<i64>() + hundredths(&over.to_string()), *total);
    assert!(!over.is_zero(), "the fixture has something to round");
    let book = reports::bytes(&detail, Unit::Wan, FileFormat::Xlsx, Lang::Zh, &Signatures::default()).unwrap();
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(book)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let texts: Vec<String> = sheet.rows().flatten().map(Data::to_string).collect();
    assert!(texts.contains(&"发放明细表".to_owned()) && texts.iter().any(|text| text.contains("单位：万元")));
    let told = format!("与合计相差 {over} 万元");
    assert!(texts.iter().any(|text| text.contains("累计净支付") && text.contains(&told)), "{told}: {texts:?}");

    let published = made(&world, "publication", "2020-10-31", None).await;
    assert_eq!(published.rows.len(), rows.iter().filter(|row| row[13].starts_with("2020-10")).count());
    let all = files_of(&published).into_iter().filter(|(name, _)| !name.starts_with("xlsx"));
    let text: String = all.map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect();
    for row in rows.iter().filter(|row| row[13].starts_with("2020-10")) {
        assert!(!text.contains(row[12]) && !text.contains(row[10]), "an account or a bank is published");
        assert_eq!(text.contains(row[1]), !row[1].starts_with("92"), "{}", row[1]);
    }
    assert!(text.contains("********"));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_make_file_and_sign_on_pages_and_see_what_is_due() {
    let world = World::on_sqlite().await;
    let office = with_direct_money(&world).await;
    for (login, role) in [("shen", Role::Clerk), ("rui", Role::Reviewer), ("zhu", Role::Manager)] {
        user(&world, login, &[role]).await;
    }
    let clerk = Visitor::signed_in(&world, "shen").await;
    let empty = clerk.page("/reports").await;
    assert!(
        empty.contains("还没有报送过报表") && empty.contains("直达资金月报") && empty.contains("余额调节表"),
        "{empty}"
    );
    assert!(empty.contains("还没有设定从哪个月起报送"), "{empty}");
    assert!(!clerk.page("/").await.contains("到期未报送"));
    assert!(clerk.page("/reports/grants-detail").await.contains("还没有内容"));
    assert_eq!(clerk.get("/reports/nothing").await.status(), Status::NotFound);
    let wrong = clerk.get("/reports/grants-detail?as_of=x&at=999999").await;
    assert!(wrong.into_string().await.unwrap().contains("alert-danger"));

    world.it_is("2020-04-08");
    clerk.sign_in("shen").await;
    set(&office, "reports_from", "2020-02").await;
    set(&office, "report_due_day", "6").await;
    let (march, _) = paid(0..5, "2020-03-20");
    brought(&world, (&office.clerk, &office.reviewer), What::History, &march).await;
    assert!(clerk.page("/").await.contains("1 份报表到期未报送"), "February; March is due by the ninth of April");
    let due = clerk.page("/reports/due?month=2020-04").await;
    assert!(due.contains("2020-04-09") && due.contains("未报送") && due.contains("未到期"), "{due}");
    assert!(clerk.page("/calendar?month=2020-04").await.contains("reports/due?month=2020-04"));
    due::each_report_is_due_by_itself(&office, &clerk).await;

    let path = "/reports/direct-monthly?as_of=2020-03-31&unit=wan";
    let page = clerk.page(path).await;
    assert!(page.contains("本月") && page.contains("单位：万元") && page.contains("<svg class=\"bar"), "{page}");
    let kept = value(&page, "content").unwrap();
    let at = value(&page, "at").unwrap();
    let fields = [("as_of", "2020-03-31"), ("at", at.as_str()), ("unit", "wan"), ("content", kept.as_str())];
    let answer = clerk.send_from(&page, "/reports/direct-monthly/file", &fields).await;
    assert_eq!(answer.status(), Status::SeeOther);
    let to = location(&answer);
    drop(answer);
    let again = clerk.send_from(&page, "/reports/direct-monthly/file", &fields).await;
    assert_eq!(location(&again), to, "the button pressed twice files one");
    drop(again);
    let own = clerk.page(&to).await;
    assert!(own.contains("须由另一位") && own.contains("结果完全一致") && !own.contains("/sign\""), "{own}");

    let reviewer = Visitor::signed_in(&world, "rui").await;
    assert!(reviewer.page("/").await.contains("报表"), "it waits");
    let page = reviewer.page(&to).await;
    assert!(page.contains("您将为《直达资金月报》"), "{page}");
    let answer = reviewer.send_from(&page, &format!("{to}/sign"), &[]).await;
    assert_eq!(answer.status(), Status::SeeOther);
    drop(answer);
    let (late, _) = paid(5..6, "2020-03-31");
    brought(&world, (&office.clerk, &office.reviewer), What::History, &late).await;
    let page = reviewer.page(&to).await;
    assert!(page.contains("下列数字不同") && page.contains("本月支付") && page.contains("rui 同志"), "{page}");
    assert!(page.contains("结果完全一致"), "frozen as it was filed");
    let json = reviewer.get(&format!("{to}/file?format=json")).await.into_bytes().await.unwrap();
    assert_eq!(reports::content(&serde_json::from_slice(&json).unwrap()).unwrap().1, kept);
    let csv = reviewer.page(&format!("{to}/file?format=csv")).await;
    assert!(csv.starts_with('\u{feff}') && csv.contains("累计支付（万元）"), "{csv}");
    assert!(clerk.page("/reports").await.contains("已报送"));
    assert!(clerk.page(path).await.contains("这一天的报表已报送。"));
}

fn run(world: &World, words: &[&str]) -> (i32, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_relief-ledger"))
        .args(words)
        .args(["--database", &world.door.db.location.url, "--keys"])
        .arg(world.folder().join("keys"))
        .env("RELIEF_LEDGER_PASSWORD", PASSWORD)
        .output()
        .unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap(), said)
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_made_filed_and_signed_on_the_command_line() {
    let world = World::on_sqlite().await;
    let office = with_direct_money(&world).await;
    world.it_is("2020-04-08");
    let (march, _) = paid(0..5, "2020-03-20");
    brought(&world, (&office.clerk, &office.reviewer), What::History, &march).await;
    user(&world, "shen", &[Role::Clerk]).await;
    user(&world, "rui", &[Role::Reviewer]).await;
    let target = world.folder().join("march.csv");
    let name = target.display().to_string();
    let of = ["--book", "beilun", "--as-of", "2020-03-31"];
    let make =
        [&["report", "make", "direct-monthly", "--unit", "wan", "--format", "csv", "-o", &name], &of[..]].concat();
    let (code, said) = run(&world, &make);
    assert_eq!(code, 0, "{said}");
    let report = made(&world, "direct-monthly", "2020-03-31", None).await;
    let expected = reports::bytes(&report, Unit::Wan, FileFormat::Csv, Lang::Zh, &Signatures::default()).unwrap();
    assert_eq!(std::fs::read(&target).unwrap(), expected, "the same as on the page");
    let (code, said) = run(&world, &[&["report", "make", "nothing", "-o", &name], &of[..]].concat());
    assert!(code == 1 && said.contains("没有名为 nothing 的报表"), "{said}");

    let file = [&["report", "file", "direct-monthly", "--as", "shen", "--format", "json"], &of[..]].concat();
    let (code, said) = run(&world, &file);
    assert_eq!(code, 0, "{said}");
    let filed: Value = serde_json::from_str(&said).unwrap();
    let id = filed["filing"].to_string();
    let sign = |login: &str| {
        let words = ["report", "sign", &id, "--book", "beilun", "--as", login];
        run(&world, &words)
    };
    assert_eq!(sign("shen").0, 1, "who files does not sign");
    assert_eq!(sign("rui").0, 0);
    let (code, said) = run(&world, &["report", "list", "--book", "beilun", "--format", "json"]);
    let listed: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &listed[0]["state"], &listed[0]["content"]), (0, &Value::from("signed"), &filed["content"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_report_is_shown_in_part_and_printed_whole() {
    let world = World::on_sqlite().await;
    filled(&world, "2020-12-31").await;
    user(&world, "wu", &[Role::Auditor]).await;
    let auditor = Visitor::signed_in(&world, "wu").await;
    let all = made(&world, "grants-detail", "2020-12-31", None).await.rows.len();
    let rows = |page: &str| {
        let body = page.split_once("<tbody>").unwrap().1.split_once("</tbody>").unwrap().0;
        body.matches("<tr>").count()
    };
    let page = auditor.page("/reports/grants-detail?as_of=2020-12-31").await;
    assert!(rows(&page) < all, "control: {all} rows are more than a page shows at first");
    let (before, _) = page.split_once("&#38;all=1").unwrap();
    let link = before.rsplit_once("href=\"").unwrap().1.replace("&#38;", "&") + "&all=1";
    assert_eq!(rows(&auditor.page(&link).await), all);
}
