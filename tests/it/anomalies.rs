//! Anomalies of a book in which each was made on purpose, alike on both engines; on pages, in files, on the command line.

use relief_ledger::anomalies::{self, Kind, Lines, Row, Survey};
use relief_ledger::imports::What;
use relief_ledger::people::Role;
use rocket::http::Status;

use crate::support::book::{World, on_both_engines};
use crate::support::history::{HISTORY, brought};
use crate::support::office::day;
use crate::support::program::{refused, run, told};
use crate::support::visitor::{Visitor, user};

const POLICIES: &str = "code,title,document_number,instrument,starts_on,ends_on,per_recipient_cap,budget\n\
    P-1,房租补助,仑政办〔2020〕11号,grant,2020-02-10,2020-12-31,10000.00,1000000.00\n\
    P-2,稳岗返还,仑人社〔2020〕8号,grant,2020-03-01,2020-12-31,,1000000.00\n";
const DAY: &str = "2020-12-31";

/// A row of the fixture with another reference, policy, amount, account and day.
fn row(line: usize, [reference, policy, amount, account, paid_on]: [&str; 5]) -> String {
    let mut cells: Vec<&str> = HISTORY.lines().nth(line).unwrap().split(',').collect();
    for (place, cell) in [(0, reference), (7, policy), (8, amount), (12, account), (13, paid_on)] {
        cells[place] = cell;
    }
    cells.join(",")
}

fn file(rows: &[String]) -> String {
    format!("{}\n{}\n", HISTORY.lines().next().unwrap(), rows.join("\n"))
}

/// Two people who approve each other's files, one of them on a Saturday; the position before that one.
async fn filled(world: &World) -> i64 {
    world.it_is("2020-12-24");
    let manager = world.actor("zhou", "P4", &[Role::Manager]).await;
    let one = world.actor("chen", "P1", &[Role::Clerk, Role::Reviewer]).await;
    let other = world.actor("li", "P2", &[Role::Clerk, Role::Reviewer]).await;
    brought(world, (&manager, &one), What::Policies, POLICIES).await;
    let shared = "9757093301300454029";
    let first = [
        row(1, ["T-1", "P-1", "1000.00", shared, "2020-02-24"]),
        row(1, ["T-2", "P-1", "1000.00", shared, "2020-02-24"]),
        row(1, ["T-3", "P-2", "980.50", shared, "2020-03-05"]),
        row(2, ["T-4", "P-1", "500.01", shared, "2020-02-25"]),
    ];
    brought(world, (&one, &other), What::History, &file(&first)).await;
    let before = world.head().await.position;
    world.it_is("2020-12-26");
    let second = [
        row(3, ["T-5", "P-1", "9900.00", "5904179601870389833", "2020-02-26"]),
        row(4, ["T-6", "P-1", "10000.00", "6904179601870389841", "2020-02-26"]),
    ];
    brought(world, (&other, &one), What::History, &file(&second)).await;
    before
}

/// The references that a question finds, in order.
async fn found(world: &World, kind: Kind, as_of: &str, at: Option<i64>) -> Vec<String> {
    let head = world.head().await;
    let mut rows: Vec<Row> = Vec::new();
    let clocks = (day(as_of), at);
    anomalies::each_row(&world.door.db, &head, clocks, (&[kind], &Lines::default()), &mut |row| {
        rows.push(row.clone());
        Ok(())
    })
    .await
    .unwrap();
    let mut references: Vec<String> = rows.into_iter().map(|row| row.reference).collect();
    references.sort();
    references
}

async fn survey(world: &World, as_of: &str, at: Option<i64>) -> Survey {
    let head = world.head().await;
    anomalies::survey(&world.door.db, &head, day(as_of), at, &Lines::default()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_anomaly_that_was_made_is_found_and_no_other() {
    on_both_engines(async |world| {
        let before = filled(world).await;
        for (kind, expected) in [
            (Kind::SharedAccount, vec!["T-1", "T-2", "T-3", "T-4"]),
            (Kind::SameName, vec![]),
            (Kind::SameDay, vec!["T-1", "T-2"]),
            (Kind::MutualPair, vec!["T-1", "T-2", "T-3", "T-4", "T-5", "T-6"]),
            (Kind::OffHours, vec!["T-5", "T-6"]),
            (Kind::NearCap, vec!["T-5"]),
            (Kind::SeveralPolicies, vec!["T-1", "T-2", "T-3"]),
            (Kind::DominantPair, vec![]),
            (Kind::RoundAmount, vec![]),
            (Kind::FirstDigit, vec![]),
        ] {
            assert_eq!(found(world, kind, DAY, None).await, expected, "{kind:?}");
        }
        // The two clocks: on an earlier day the second policy had paid nothing; before the last file nobody was mutual.
        let several = found(world, Kind::SeveralPolicies, "2020-03-04", None).await;
        assert!(several.is_empty(), "approvals of December do not count in March: {several:?}");
        assert!(found(world, Kind::MutualPair, DAY, Some(before)).await.is_empty());
        assert!(found(world, Kind::NearCap, DAY, Some(before)).await.is_empty());
        assert_eq!(found(world, Kind::SameDay, DAY, Some(before)).await, ["T-1", "T-2"]);

        let now = survey(world, DAY, None).await;
        assert_eq!(now.grants, 6);
        let shared = now.found.iter().find(|one| one.kind == Kind::SharedAccount).unwrap();
        assert_eq!((shared.groups, shared.grants, shared.sum.plain().as_str()), (1, 4, "3480.51"));
        assert_eq!(now.benford.observed, [3, 0, 0, 0, 1, 0, 0, 0, 2]);
        assert!(!now.benford.is_enough());
        let then = survey(world, DAY, Some(before)).await;
        assert_eq!((then.grants, then.at), (4, before));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_opens_to_its_groups_and_grants() {
    on_both_engines(async |world| {
        world.it_is("2020-12-24");
        user(world, "wu", &[Role::Auditor]).await;
        let auditor = Visitor::signed_in(world, "wu").await;
        let empty = auditor.page("/audit/anomalies").await;
        assert!(empty.contains("还没有审批过的发放") && !empty.contains("rows.csv"), "{empty}");
        filled(world).await;
        // Two days went by; nobody stays signed in so long.
        let auditor = Visitor::signed_in(world, "wu").await;
        let page = auditor.page("/audit/anomalies").await;
        assert!(page.contains("异常是问题，不是结论") && page.contains("3,480.51"), "{page}");
        assert!(page.contains("<svg class=\"digits\"") && page.contains("只有 6 笔"), "{page}");
        let groups = auditor.page("/audit/anomalies/shared_account").await;
        assert!(groups.contains("2 家市场主体共用账号 ****4029"), "{groups}");
        let (_, rest) = groups.split_once("/audit/anomalies/shared_account?asked=1&#38;group=").unwrap();
        let id = rest.split('"').next().unwrap();
        let rows = auditor.page(&format!("/audit/anomalies/shared_account?group={id}")).await;
        assert!(rows.contains("T-1") && rows.contains("T-4") && !rows.contains("T-5"), "{rows}");
        assert!(rows.contains("href=\"/grants/") && rows.contains("href=\"/recipients/"), "{rows}");
        let none = auditor.page("/audit/anomalies/same_name").await;
        assert!(none.contains("没有这样的发放"), "{none}");
        let wider = auditor.page("/audit/anomalies/near_cap?cap_percent=1").await;
        assert!(wider.contains("离上限"), "9,900 of 10,000 is one percent below: {wider}");
        let csv = auditor.page("/audit/anomalies/rows.csv?kind=same_day&lang=en").await;
        assert_eq!(csv.lines().count(), 3, "{csv}");
        assert!(csv.starts_with("kind,group,reference,") && csv.contains("same_day") && csv.contains("T-2"), "{csv}");
        let wrong = auditor.page("/audit/anomalies?cap_percent=100").await;
        assert!(wrong.contains("1 至 99") && !wrong.contains("<svg class=\"digits\""), "{wrong}");
        assert_eq!(auditor.get("/audit/anomalies/nothing").await.status(), Status::NotFound);
        assert_eq!(auditor.get("/audit/anomalies/same_day?group=1").await.status(), Status::NotFound);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_asks_the_same() {
    let world = World::on_sqlite().await;
    filled(&world).await;
    let ask = |rest: &[&str]| run(&world, &[&["audit", "anomalies", "--book", "beilun"], rest].concat());
    let survey = told(&ask(&["--format", "json", "--as-of", DAY]));
    let shared = survey["anomalies"].as_array().unwrap().iter().find(|one| one["kind"] == "shared_account").unwrap();
    assert_eq!((shared["grants"].as_i64(), shared["sum"].as_str()), (Some(4), Some("3480.51")));
    assert_eq!(survey["benford"]["critical"], "15.507");
    let rows = told(&ask(&["--format", "json", "--as-of", DAY, "--kind", "off_hours"]));
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert!(rows[0]["why"].as_str().unwrap().contains("休息日"), "{rows}");
    let wider = told(&ask(&["--format", "json", "--as-of", DAY, "--kind", "near_cap", "--cap-percent", "99"]));
    assert!(wider.as_array().unwrap().len() > 1, "{wider}");
    refused(&ask(&["--kind", "nothing"]), "shared_account");
}
