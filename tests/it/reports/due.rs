//! Each report is due as often as the book says.

use relief_ledger::people::Role;
use relief_ledger::settings::{self, Setting};
use rocket::http::Status;

use super::set;
use crate::support::book::on_both_engines;
use crate::support::office::Office;
use crate::support::visitor::{Visitor, location, user};

/// A report that was due at no fixed time is due for every quarter, and then no more. It is the eighth of April.
pub async fn each_report_is_due_by_itself(office: &Office<'_>, clerk: &Visitor) {
    let list = clerk.page("/reports").await;
    assert!(list.contains("每月，期末后第 6 个工作日前") && list.contains("不定期"), "{list}");
    assert!(!list.contains("季度") && !clerk.page("/").await.contains("公示表"), "{list}");
    set(office, "publication_due", "quarter 3").await;
    set(office, "grants_summary_due", "month").await;
    let list = clerk.page("/reports").await;
    assert!(list.contains("每季，期末后第 3 个工作日前") && list.contains("公示表 2020 年第 1 季度"), "{list}");
    let due = clerk.page("/reports/due?month=2020-07").await;
    assert!(due.contains("2020 年第 2 季度") && due.contains("2020-07-03") && due.contains("未到期"), "{due}");
    let overview = clerk.page("/").await;
    for told in ["3 份报表到期未报送", "直达资金月报 1", "公示表 1", "发放汇总表 1", "下一份：直达资金月报，2020-03"]
    {
        assert!(overview.contains(told), "{told}: {overview}");
    }
    set(office, "publication_due", "none").await;
    set(office, "grants_summary_due", "none").await;
    assert!(clerk.page("/").await.contains("1 份报表到期未报送"));
}

#[tokio::test(flavor = "multi_thread")]
async fn how_often_a_report_is_due_is_chosen_and_decided_on_by_two_people() {
    on_both_engines(async |world| {
        for (login, role) in [("zhu", Role::Manager), ("rui", Role::Reviewer)] {
            user(world, login, &[role]).await;
        }
        let manager = Visitor::signed_in(world, "zhu").await;
        let page = manager.page("/settings/budget_progress_due").await;
        assert!(page.contains("报送周期：预算执行进度表") && page.contains("<option value=\"quarter\""), "{page}");
        let send = async |often: &str, nth: &str| {
            let fields = [("value", often), ("nth", nth), ("reason", "区级通知")];
            manager.send("/settings/budget_progress_due", "/settings/budget_progress_due", &fields).await
        };
        for (often, nth) in [("quarter", "21"), ("quarter", "x"), ("year", "")] {
            let answer = send(often, nth).await;
            assert_eq!(answer.status(), Status::UnprocessableEntity, "{often} {nth}");
            assert!(answer.into_string().await.unwrap().contains("不定期、每月或每季"));
        }
        assert_eq!(send("none", "").await.status(), Status::UnprocessableEntity, "it is that already");
        let answer = send("quarter", "8").await;
        let to = location(&answer);
        drop(answer);
        let reviewer = Visitor::signed_in(world, "rui").await;
        let page = reviewer.page(&to).await;
        assert!(page.contains("每季报送，期末后第 8 个工作日前"), "{page}");
        assert_eq!(reviewer.send_from(&page, &format!("{to}/approve"), &[]).await.status(), Status::SeeOther);
        let stored = settings::value(&world.door.db.read, world.book_id, Setting::BudgetProgressDue, None).await;
        assert_eq!(stored.unwrap(), "quarter 8");
        assert!(manager.page("/settings").await.contains("每季报送，期末后第 8 个工作日前"));
    })
    .await;
}
