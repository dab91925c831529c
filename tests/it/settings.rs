//! Settings of a book: prepared by one person, in force once another approved, looked up at any position.

use relief_ledger::db::sql;
use relief_ledger::journal::Actor;
use relief_ledger::kernel::money::Fen;
use relief_ledger::kernel::{Error, Result};
use relief_ledger::people::Role;
use relief_ledger::settings::{self, Setting, SettingAnswer, SettingForm, Verdict};
use rocket::http::Status;

use crate::support::book::{World, on_both_engines};
use crate::support::office::{forbidden, refused_with};
use crate::support::visitor::{Visitor, filled, location, user};

async fn prepare(world: &World, actor: &Actor, (name, value): (&str, &str)) -> Result<SettingAnswer> {
    let form = SettingForm { name: name.into(), value: value.into(), reason: "局长办公会纪要".into() };
    settings::prepare(&world.door, world.ask(actor, "prepare"), form).await
}

async fn approve(world: &World, actor: &Actor, change: i64) -> Result<SettingAnswer> {
    let shown = settings::change(&world.door.db.read, world.book_id, change).await.unwrap();
    let verdict = Verdict::Approved { digest: shown.leaf.to_string() };
    settings::decide(&world.door, world.ask(actor, "approve"), change, verdict).await
}

async fn worth(world: &World, setting: Setting, at: Option<i64>) -> String {
    settings::value(&world.door.db.read, world.book_id, setting, at).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_comes_into_force_by_a_second_person_and_older_positions_keep_theirs() {
    on_both_engines(async |world| {
        let manager = world.actor("zhou", "P-zhou", &[Role::Manager]).await;
        let manager_again = world.actor("zhou2", "P-zhou", &[Role::Reviewer]).await;
        let administrator = world.actor("zheng", "P-zheng", &[Role::Administrator]).await;
        let reviewer = world.actor("wang", "P-wang", &[Role::Reviewer]).await;
        let clerk = world.actor("chen", "P-chen", &[Role::Clerk, Role::Cashier, Role::Auditor]).await;
        let (c, limit) = (&world.door.db.read, Setting::TypedAbove);
        assert_eq!(settings::typed_above(c, world.book_id).await.unwrap(), Fen::parse("1000000").unwrap());
        assert_eq!(settings::changed_account_days(c, world.book_id).await.unwrap(), 30);
        let start = world.head().await.position;

        for actor in [&clerk, &reviewer] {
            forbidden(prepare(world, actor, ("typed_above", "200000")).await);
        }
        let unknown = prepare(world, &manager, ("colour", "red")).await;
        assert!(matches!(unknown, Err(Error::NotFound)), "{unknown:?}");
        refused_with(prepare(world, &manager, ("typed_above", "1.234")).await, &["amount_decimals"]);
        refused_with(prepare(world, &manager, ("typed_above", "100万")).await, &["setting_same"]);
        let change = prepare(world, &manager, ("typed_above", "20万")).await.unwrap().change;
        refused_with(prepare(world, &administrator, ("typed_above", "300000")).await, &["setting_waits"]);
        assert_eq!(worth(world, limit, None).await, "1000000.00", "what waits does not count");

        for actor in [&clerk, &administrator] {
            forbidden(approve(world, actor, change).await);
        }
        for actor in [&manager, &manager_again] {
            refused_with(approve(world, actor, change).await, &["two_people"]);
        }
        let stale = Verdict::Approved { digest: "0".repeat(64) };
        let stale = settings::decide(&world.door, world.ask(&reviewer, "approve"), change, stale).await;
        refused_with(stale, &["digest_changed"]);
        approve(world, &reviewer, change).await.unwrap();
        refused_with(approve(world, &reviewer, change).await, &["not_pending"]);
        let first = world.head().await.position;
        assert_eq!(settings::typed_above(c, world.book_id).await.unwrap(), Fen::parse("200000").unwrap());

        // An administrator prepares as well, and a manager decides.
        let other = prepare(world, &administrator, ("typed_above", "300000")).await.unwrap().change;
        let refuse = |reason: &str| Verdict::Refused { reason: reason.into() };
        let ask = || world.ask(&manager, "refuse");
        refused_with(settings::decide(&world.door, ask(), other, refuse(" ")).await, &["field_empty"]);
        settings::decide(&world.door, ask(), other, refuse("口径未定")).await.unwrap();
        let last = prepare(world, &administrator, ("typed_above", "300000")).await.unwrap().change;
        approve(world, &manager, last).await.unwrap();
        assert_eq!(worth(world, limit, None).await, "300000.00");
        assert_eq!(worth(world, limit, Some(first)).await, "200000.00");
        assert_eq!(worth(world, limit, Some(start)).await, "1000000.00");
        assert_eq!(worth(world, Setting::HeadOfUnit, None).await, "", "each setting by itself");
        let states: Vec<String> =
            settings::changes_of(c, world.book_id, limit).await.unwrap().into_iter().map(|one| one.state).collect();
        assert_eq!(states, ["approved", "refused", "approved"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_itself_holds_that_two_people_decide() {
    on_both_engines(async |world| {
        let manager = world.actor("zhou", "P-zhou", &[Role::Manager]).await;
        prepare(world, &manager, ("head_of_unit", "王建国")).await.unwrap();
        let decide = async |person: &str| {
            let statement = format!("UPDATE setting_changes SET reviewed_person = {person} WHERE book_id = ?");
            sql::run(&world.door.db.write, &statement, vec![world.book_id.into()]).await
        };
        refused_with(decide("prepared_person").await, &["two_people"]);
        // Control: the same statement with somebody else passes, and with nobody again.
        assert_eq!(decide("'P-wang'").await.unwrap(), 1);
        assert_eq!(decide("NULL").await.unwrap(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_changed_on_their_pages() {
    on_both_engines(async |world| {
        user(world, "zheng", &[Role::Administrator]).await;
        user(world, "wang", &[Role::Reviewer]).await;
        user(world, "chen", &[Role::Clerk]).await;
        let administrator = Visitor::signed_in(world, "zheng").await;
        let reviewer = Visitor::signed_in(world, "wang").await;
        let clerk = Visitor::signed_in(world, "chen").await;

        let list = administrator.page("/settings").await;
        assert!(list.contains("1,000,000.00 元") && list.contains("30 天") && list.contains("初始值"), "{list}");
        assert!(!clerk.page("/settings/changed_account_days").await.contains("<form class=\"panel\""));
        let forged = clerk.send("/settings", "/settings/changed_account_days", &[("value", "1")]).await;
        assert_eq!(forged.status(), Status::Forbidden);
        drop(forged);

        let page = "/settings/changed_account_days";
        let wrong = administrator.send(page, page, &[("value", "many"), ("reason", "")]).await;
        assert_eq!(wrong.status(), Status::UnprocessableEntity);
        let html = wrong.into_string().await.unwrap();
        assert!(
            html.contains("1 至 365") && html.contains("value=\"many\"") && html.contains("此项必须填写"),
            "{html}"
        );

        let body = filled(&administrator.page(page).await, &[("value", "45"), ("reason", "审计建议")]);
        let first = administrator.post(page, body.clone()).await;
        let decision = location(&first);
        assert_eq!((first.status(), decision.starts_with("/setting-changes/")), (Status::SeeOther, true), "{decision}");
        drop(first);
        let head = world.head().await.position;
        assert_eq!(location(&administrator.post(page, body).await), decision, "the same submit twice is one change");
        assert_eq!(world.head().await.position, head);
        assert!(administrator.page(&decision).await.contains("变更由您提出"));
        assert!(administrator.page(page).await.contains("45 天"), "the form gives way to what waits");

        let html = reviewer.page("/").await;
        let link = html.split("href=\"/settings\"").nth(1).unwrap();
        assert!(link.split("</a>").next().unwrap().contains("class=\"waiting\""), "it is counted in the navigation");
        let html = reviewer.page(&decision).await;
        assert!(html.contains("由 30 天 改为 45 天") && html.contains("审计建议"), "{html}");
        let refused = reviewer.send(&decision, &format!("{decision}/refuse"), &[("reason", "")]).await;
        assert_eq!(refused.status(), Status::UnprocessableEntity);
        drop(refused);
        let done = reviewer.send(&decision, &format!("{decision}/approve"), &[]).await;
        assert_eq!((done.status(), location(&done)), (Status::SeeOther, "/settings".to_owned()));
        drop(done);
        let list = clerk.page("/settings").await;
        assert!(list.contains("45 天") && list.contains("zheng 同志") && list.contains("wang 同志"), "{list}");
    })
    .await;
}
