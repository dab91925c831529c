//! The book in an auditor's browser: read, proven, verified, counted, taken away.

use relief_ledger::people::Role;
use relief_ledger::{audit, funds};
use rocket::http::Status;

use crate::support::book::on_both_engines;
use crate::support::history::filled;
use crate::support::office::day;
use crate::support::visitor::{Visitor, user};

#[tokio::test(flavor = "multi_thread")]
async fn the_book_is_read_proven_verified_and_taken_away() {
    on_both_engines(async |world| {
        user(world, "wu", &[Role::Auditor]).await;
        let auditor = Visitor::signed_in(world, "wu").await;
        let log = auditor.page("/audit/log").await;
        assert!(log.contains("授予角色") && log.contains("本机操作员"), "{log}");
        assert!(!auditor.page("/audit/log?kind=book_created").await.contains("/audit/log/2\""));
        let wrong = auditor.page("/audit/log?from=x").await;
        assert!(wrong.contains("alert-danger"), "{wrong}");
        let event = auditor.page("/audit/log/1").await;
        assert!(event.contains("散列值与内容相符") && event.contains("book_uid"), "{event}");
        assert_eq!(auditor.get("/audit/log/999").await.status(), Status::NotFound);

        let checkpoint = auditor.page("/audit/checkpoint").await;
        assert!(checkpoint.starts_with("relief-ledger/330206/beilun/"), "{checkpoint}");
        let done = auditor.send("/audit/verify", "/audit/verify", &[("checkpoint", &checkpoint)]).await;
        assert_eq!(done.status(), Status::SeeOther);
        drop(done);
        let mut html = auditor.page("/audit/verify").await;
        while html.contains("/audit/verify/progress") {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            html = auditor.page("/audit/verify").await;
        }
        assert!(html.contains("全部相符") && html.contains("已延续"), "{html}");
        let strange = auditor.send("/audit/verify", "/audit/verify", &[("checkpoint", "nothing")]).await;
        assert_eq!(strange.status(), Status::UnprocessableEntity);
        drop(strange);

        let totals = auditor.page("/audit/totals?by=policy&by=size&as_of=2020-10-31").await;
        assert!(totals.contains("截至 2020-10-31") && totals.contains("规模"), "{totals}");
        assert!(auditor.page("/audit/totals?at=999999").await.contains("不存在"));
        // A page that does not follow the clocks says so, and where what stood then is found.
        let checks = auditor.page("/audit/verify?as_of=2020-10-31&at=1").await;
        assert!(checks.contains("本页显示现在的情况") && !checks.contains("in-past"), "{checks}");
        assert!(checks.contains("/audit/exports?what=grants&#38;as_of=2020-10-31&#38;at=1"), "{checks}");
        assert!(totals.contains("in-past") && !totals.contains("本页显示现在的情况"), "{totals}");
        assert!(!auditor.page("/?at=999999").await.contains("999,999"));
        let choice = auditor.page("/audit/exports?what=events&as_of=2020-10-31").await;
        assert!(choice.contains("下载清单"), "{choice}");
        let file = "/audit/exports/file?what=totals&format=csv&lang=en&as_of=2020-10-31&by=policy";
        assert_eq!(auditor.page(file).await.trim(), "policy,grants,recipients,paid,returned,net");
        let manifest = auditor.page(&file.replace("file", "manifest")).await;
        assert!(manifest.contains("\"sha256\""), "{manifest}");
        assert_eq!(auditor.get("/audit/exports/file?what=nothing").await.status(), Status::UnprocessableEntity);
        let overview = auditor.page("/").await;
        assert!(overview.contains("全部相符") && overview.contains("0.00"), "{overview}");
    })
    .await;
}

/// The first link in a page to the transfers behind a stage.
fn behind(html: &str, stage: funds::Stage) -> String {
    let links = html.split("href=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    let mut rows = links.map(|(link, _)| link.replace("&#38;", "&")).filter(|link| link.contains("trial-balance/rows"));
    rows.find(|link| link.contains(&format!("stage={}&", stage.code()))).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trial_balance_is_a_page_and_each_line_leads_to_its_transfers() {
    on_both_engines(async |world| {
        user(world, "wu", &[Role::Auditor]).await;
        let auditor = Visitor::signed_in(world, "wu").await;
        let nothing = auditor.page("/audit/trial-balance").await;
        assert!(nothing.contains("没有资金划转") && !nothing.contains("借贷相等"), "{nothing}");
        filled(world, "2020-12-31").await;
        auditor.sign_in("wu").await;
        let at = world.head().await.position;
        let asked = format!("as_of=2020-06-30&at={at}");
        let html = auditor.page(&format!("/audit/trial-balance?{asked}")).await;
        let balance = audit::trial_balance(&world.door.db, &world.head().await, day("2020-06-30"), None).await.unwrap();
        assert!(balance.balances && balance.debit_balance == balance.credit_balance);
        for figure in [balance.debit, balance.debit_balance] {
            assert!(html.contains(&figure.grouped()), "{html}");
        }
        assert!(html.contains("借贷相等") && html.contains("试算平衡"), "{html}");
        for format in ["csv", "xlsx"] {
            let file = format!(
                "/audit/exports/file?what=trial-balance&#38;format={format}&#38;lang=zh&#38;{}",
                asked.replace('&', "&#38;")
            );
            assert!(html.contains(&file), "{file} in {html}");
        }
        let totals = auditor.page(&format!("/audit/totals?{asked}")).await;
        assert!(totals.contains("/audit/trial-balance?as_of=2020-06-30"), "{totals}");

        // What is behind a line adds up to it, page by page.
        let mut next = Some(behind(&html, funds::Stage::Disbursed));
        let (mut entered, mut rows) = (0, 0);
        while let Some(path) = next.take() {
            let page = auditor.page(&path).await;
            let (_, body) = page.split_once("<tbody>").unwrap();
            for row in body.split_once("</tbody>").unwrap().0.split("<tr>").skip(1) {
                let cells: Vec<&str> = row.split("<td class=\"n\">").collect();
                let debit: String = cells[2].chars().take_while(|c| *c != '<').filter(char::is_ascii_digit).collect();
                entered += debit.parse::<i64>().unwrap_or(0);
                rows += 1;
            }
            let (_, rest) = page.split_once("</table>").unwrap();
            let link = rest.split_once("class=\"pager\"").and_then(|(_, nav)| nav.split_once("href=\""));
            next = link.and_then(|(_, link)| link.split_once('"')).map(|(link, _)| link.replace("&#38;", "&"));
        }
        let line = balance.lines.iter().find(|line| line.stage == "disbursed").unwrap();
        assert!(rows > 0 && entered == line.debit.get(), "{rows} rows, {entered} fen, {line:?}");
        let all = auditor.page("/audit/trial-balance/rows").await;
        assert!(all.contains("→") && all.contains("/audit/log/"), "{all}");
        assert!(auditor.page("/audit/trial-balance?at=999999").await.contains("不存在"));
    })
    .await;
}
