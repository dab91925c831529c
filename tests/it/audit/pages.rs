//! The book in an auditor's browser: read, proven, verified, counted, taken away.

use relief_ledger::people::Role;
use rocket::http::Status;

use crate::support::book::on_both_engines;
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
