//! Months closed and opened again, and the monthly report, in the browser.

use relief_ledger::people::Role;
use rocket::http::Status;

use crate::support::book::{World, on_both_engines};
use crate::support::months::verified;
use crate::support::office::Office;
use crate::support::visitor::{Visitor, location, user};

async fn signed_in(world: &World, login: &str, roles: &[Role]) -> Visitor {
    user(world, login, roles).await;
    Visitor::signed_in(world, login).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_closed_and_opened_again_in_the_browser() {
    on_both_engines(async |world| {
        Office::open(world).await;
        world.it_is("2020-04-02");
        let manager = signed_in(world, "lin", &[Role::Manager]).await;
        let reviewer = signed_in(world, "he", &[Role::Reviewer]).await;
        assert!(manager.page("/closing").await.contains("还没有结过账的月份"));
        let html = manager.page("/closing/new?month=2020-03").await;
        assert!(html.contains("须先处理") && html.contains("暂时不能结账"), "{html}");
        let barred = manager.send("/closing/new?month=2020-03", "/closing/new", &[("month", "2020-03")]).await;
        assert_eq!(barred.status(), Status::UnprocessableEntity);
        assert!(barred.into_string().await.unwrap().contains("还没有验证过账簿"));

        verified(world).await;
        let html = manager.page("/closing/new?month=2020-03").await;
        assert!(html.contains("100,000.00") && html.contains("提交 2020-03 的结账"), "{html}");
        let sent = manager.send_from(&html, "/closing/new", &[("month", "2020-03")]).await;
        assert_eq!(sent.status(), Status::SeeOther);
        let to = location(&sent);
        drop(sent);
        let own = manager.page(&to).await;
        assert!(own.contains("须由另一人复核") && !own.contains(&format!("{to}/approve")), "{own}");
        let html = reviewer.page(&to).await;
        assert!(html.contains("结账 2020-02 – 2020-03") && html.contains("2020-04-01 起生效"), "{html}");
        assert!(reviewer.page("/closing").await.contains("lin 同志 已准备结账至 2020-03"));
        let done = reviewer.send(&to, &format!("{to}/approve"), &[]).await;
        assert_eq!(done.status(), Status::SeeOther);
        drop(done);
        let html = reviewer.page("/closing").await;
        assert!(
            html.contains("已结账至 2020-03") && !html.contains("重新打开</a>"),
            "only a manager asks for that: {html}"
        );
        let late = manager.send("/policies/new", "/policies/new", &[("code", "BL2020-90"), ("title", "补助")]).await;
        assert_eq!(late.status(), Status::UnprocessableEntity);
        drop(late);

        let why = [("month", "2020-03"), ("reason", "补记指标")];
        let asked = manager.send("/closing/reopen", "/closing/reopen", &why).await;
        assert_eq!(asked.status(), Status::SeeOther);
        let to = location(&asked);
        drop(asked);
        let done = reviewer.send(&to, &format!("{to}/approve"), &[]).await;
        assert_eq!(done.status(), Status::SeeOther);
        drop(done);
        assert!(reviewer.page("/closing").await.contains("已结账至 2020-02"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_monthly_report_is_read_for_any_month_and_position() {
    on_both_engines(async |world| {
        Office::open(world).await;
        let auditor = signed_in(world, "wu", &[Role::Auditor]).await;
        let html = auditor.page("/audit/monthly?month=2020-02").await;
        assert!(html.contains("上年结转") && html.contains("100,000.00") && html.contains("BL2020-01"), "{html}");
        let early = auditor.page("/audit/monthly?month=2020-01").await;
        assert!(early.contains("还没有资金变动"), "{early}");
        let older = auditor.page("/audit/monthly?month=2020-02&at=2").await;
        assert!(older.contains("还没有资金变动"), "nothing was known yet");
        let wrong = auditor.page("/audit/monthly?month=2020-2").await;
        assert!(wrong.contains("格式填写月份") && !wrong.contains("上年结转"), "{wrong}");
    })
    .await;
}
