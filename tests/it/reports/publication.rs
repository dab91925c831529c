//! A signed list is put up, and the book knows from when to when, where, and who stood on it.

use relief_ledger::imports::What;
use relief_ledger::people::Role;
use relief_ledger::reports::{self, PublicationForm};
use rocket::http::Status;

use super::{filed, paid, signed, with_direct_money};
use crate::support::book::{World, on_both_engines};
use crate::support::history::brought;
use crate::support::office::{Office, forbidden, refused_with};
use crate::support::visitor::{Visitor, user};

/// A book in which five grants were approved in March; it is the third of April.
async fn in_april(world: &World) -> Office<'_> {
    let office = with_direct_money(world).await;
    world.it_is("2020-04-03");
    brought(world, (&office.clerk, &office.reviewer), What::History, &paid(0..5, "2020-03-20").0).await;
    office
}

fn put_up(filing: i64, [starts_on, ends_on, place]: [&str; 3]) -> PublicationForm {
    PublicationForm { filing, starts_on: starts_on.into(), ends_on: ends_on.into(), place: place.into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_list_is_put_up_and_nothing_else_is() {
    on_both_engines(async |world| {
        let office = in_april(world).await;
        let publish = async |form: PublicationForm| {
            reports::publish(&world.door, world.ask(&office.clerk, "up"), world.book_id, form).await
        };
        let list = filed(world, &office.clerk, ("publication", "2020-03-31"), "").await.unwrap();
        let days = ["2020-04-01", "2020-04-07", "区政府网站"];
        refused_with(publish(put_up(list, days)).await, &["report_not_signed"]);
        signed(world, &office.reviewer, list).await.unwrap();
        let other = filed(world, &office.clerk, ("grants-summary", "2020-03-31"), "").await.unwrap();
        signed(world, &office.reviewer, other).await.unwrap();
        refused_with(publish(put_up(other, days)).await, &["report_not_published"]);
        refused_with(
            publish(put_up(list, ["2020-04-04", "2020-04-07", ""])).await,
            &["field_empty", "publication_to_come"],
        );
        refused_with(
            publish(put_up(list, ["2020-03-30", "2020-03-29", "网站"])).await,
            &["publication_too_early", "publication_days"],
        );
        let by_reviewer = world.ask(&office.reviewer, "up");
        forbidden(reports::publish(&world.door, by_reviewer, world.book_id, put_up(list, days)).await);

        let head = world.head().await.position;
        publish(put_up(list, days)).await.unwrap();
        publish(put_up(list, ["2020-04-02", "2020-04-09", "公告栏"])).await.unwrap();
        let noted = reports::publications(&world.door.db.read, world.book_id, list).await.unwrap();
        let filing = reports::filing(&world.door.db.read, world.book_id, list).await.unwrap();
        assert_eq!(noted.len(), 2);
        assert!(noted.iter().all(|one| one.grants == filing.rows), "{noted:?}");
        assert_eq!(world.head().await.position, head + 2, "no money moved");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_signed_list_asks_when_and_where_it_was_put_up() {
    on_both_engines(async |world| {
        let office = in_april(world).await;
        let list = filed(world, &office.clerk, ("publication", "2020-03-31"), "").await.unwrap();
        user(world, "chu", &[Role::Clerk]).await;
        user(world, "kan", &[Role::Auditor]).await;
        let (clerk, auditor) = (Visitor::signed_in(world, "chu").await, Visitor::signed_in(world, "kan").await);
        let path = format!("/report-filings/{list}");
        assert!(!clerk.page(&path).await.contains("公示开始"), "it is not signed");
        signed(world, &office.reviewer, list).await.unwrap();
        let page = clerk.page(&path).await;
        assert!(page.contains("公示开始") && page.contains("还没有登记公示"), "{page}");
        assert!(!auditor.page(&path).await.contains("name=\"starts_on\""));
        let to = format!("{path}/publish");
        let fields = [("starts_on", "2020.4.1"), ("ends_on", "20200301"), ("place", "公告栏")];
        let wrong = clerk.send_from(&page, &to, &fields).await;
        assert_eq!(wrong.status(), Status::UnprocessableEntity);
        let wrong = wrong.into_string().await.unwrap();
        assert!(wrong.contains("公示结束日期不能早于开始日期") && wrong.contains("2020.4.1"), "{wrong}");
        let fields = [("starts_on", "2020.4.1"), ("ends_on", "20200407"), ("place", "公告栏")];
        for _ in 0..2 {
            assert_eq!(clerk.send_from(&page, &to, &fields).await.status(), Status::SeeOther);
        }
        let page = auditor.page(&path).await;
        assert_eq!(page.matches("公告栏").count(), 2, "one row, once as its title: {page}");
    })
    .await;
}
