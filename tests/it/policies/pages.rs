//! Policies and budgets in the browser of those who prepare and of those who confirm.

use relief_ledger::people::Role;
use relief_ledger::policies;
use rocket::http::Status;

use crate::support::book::{World, on_both_engines};
use crate::support::visitor::{Visitor, filled, location, user};

const POLICY: [(&str, &str); 10] = [
    ("code", "BL2020-01"),
    ("title", "受疫情影响小微企业房租补助"),
    ("document_number", "仑政办〔2020〕11号"),
    ("instrument", "grant"),
    ("starts_on", "2020-02-10"),
    ("ends_on", "20201231"),
    ("per_recipient_cap", "50,000"),
    ("rows", "2"),
    ("amount_1", "600万"),
    ("level_1", "central"),
];
const SECOND_SOURCE: [(&str, &str); 5] = [
    ("amount_2", "4000000"),
    ("level_2", "district"),
    ("share_1", "6"),
    ("share_2", "4"),
    ("document_2", "仑财〔2020〕9号"),
];

async fn signed_in(world: &World, login: &str, role: Role) -> Visitor {
    user(world, login, &[role]).await;
    Visitor::signed_in(world, login).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_recorded_changed_and_budgeted_by_two_people_in_the_browser() {
    on_both_engines(async |world| {
        let manager = signed_in(world, "zhou", Role::Manager).await;
        let reviewer = signed_in(world, "wang", Role::Reviewer).await;
        assert!(manager.page("/policies").await.contains("还没有帮扶政策"));

        let mistaken = manager.send("/policies/new", "/policies/new", &[("code", "a b"), ("amount_1", "1.234")]).await;
        assert_eq!(mistaken.status(), Status::UnprocessableEntity);
        let html = mistaken.into_string().await.unwrap();
        assert!(html.contains("value=\"a b\"") && html.contains("value=\"1.234\""), "{html}");
        let more = manager.send("/policies/new", "/policies/new", &[("more", "1"), ("title", "房租")]).await;
        assert_eq!(more.status(), Status::Ok);
        let html = more.into_string().await.unwrap();
        assert!(html.contains("来源 2") && html.contains("value=\"房租\""));

        let body = filled(&manager.page("/policies/new").await, &[&POLICY[..], &SECOND_SOURCE].concat());
        let first = manager.post("/policies/new", body.clone()).await;
        assert_eq!(first.status(), Status::SeeOther);
        let policy = location(&first);
        drop(first);
        // The same form again is the same submit.
        assert_eq!(location(&manager.post("/policies/new", body).await), policy);
        assert_eq!(policies::all(&world.door.db.read, world.book_id).await.unwrap().len(), 1);
        let html = manager.page(&policy).await;
        assert!(html.contains("10,000,000.00") && html.contains("壹仟万元整") && html.contains("待复核"), "{html}");

        let decide = format!("{policy}/decide");
        assert!(manager.page(&decide).await.contains("您是经办人"));
        let own = manager.send("/policies/new", &format!("{policy}/approve"), &[]).await;
        assert_eq!(own.status(), Status::UnprocessableEntity);
        drop(own);
        let html = reviewer.page(&decide).await;
        assert!(html.contains("批准政策 BL2020-01，预算 10,000,000.00 元"), "{html}");
        assert!(reviewer.page("/").await.contains("href=\"/policies\""));
        let refused = reviewer.send(&decide, &format!("{policy}/refuse"), &[("reason", "")]).await;
        assert_eq!(refused.status(), Status::UnprocessableEntity);
        assert!(refused.into_string().await.unwrap().contains("请写明理由"));
        let approved = reviewer.send(&decide, &format!("{policy}/approve"), &[]).await;
        assert_eq!((approved.status(), location(&approved)), (Status::SeeOther, policy.clone()));
        drop(approved);
        assert!(reviewer.page(&policy).await.contains("政策已批准"));

        let change = format!("{policy}/change");
        let fields = [
            ("title", "房租补助（延期）"),
            ("document_number", "仑政办〔2020〕30号"),
            ("starts_on", "2020-02-10"),
            ("ends_on", "2021-06-30"),
            ("reason", "延期半年"),
        ];
        let prepared = manager.send(&change, &change, &fields).await;
        let to_decide = location(&prepared);
        assert!(to_decide.starts_with("/policy-changes/"), "{to_decide}");
        drop(prepared);
        assert!(reviewer.page(&to_decide).await.contains("2021-06-30"));
        let done = reviewer.send(&to_decide, &format!("{to_decide}/approve"), &[]).await;
        assert_eq!(done.status(), Status::SeeOther);
        drop(done);
        assert!(reviewer.page(&policy).await.contains("房租补助（延期）"));

        let budget = format!("{policy}/budget");
        let stored = policies::by_code(&world.door.db.read, world.book_id, "BL2020-01").await.unwrap().unwrap();
        let allotment = stored.allotments[1].id.to_string();
        let mut fields = [
            ("allotment", allotment.as_str()),
            ("direction", "reduce"),
            ("amount", "5000000"),
            ("effective_on", "2020-03-02"),
            ("document_number", "仑财〔2020〕20号"),
            ("reason", "结余收回"),
        ];
        let short = manager.send(&budget, &budget, &fields).await;
        assert_eq!(short.status(), Status::UnprocessableEntity);
        assert!(short.into_string().await.unwrap().contains("还差 1,000,000.00 元"));
        fields[2].1 = "1000000";
        let prepared = manager.send(&budget, &budget, &fields).await;
        let to_decide = location(&prepared);
        drop(prepared);
        assert!(reviewer.page(&to_decide).await.contains("批准收回 BL2020-01 预算 1,000,000.00 元"));
        let done = reviewer.send(&to_decide, &format!("{to_decide}/approve"), &[]).await;
        assert_eq!(done.status(), Status::SeeOther);
        drop(done);
        assert!(reviewer.page("/policies").await.contains("9,000,000.00"));
        assert!(reviewer.page("/").await.contains("房租补助（延期）"));
    })
    .await;
}
