//! Every page of a book looks later, at its moment, as it looked then.

use std::collections::BTreeSet;

use relief_ledger::grants::{self, Form, ReasonForm};
use relief_ledger::journal::Door;
use relief_ledger::kernel::Error;
use relief_ledger::people::Role;
use relief_ledger::policies;
use relief_ledger::recipients::{self, ChangeForm};
use rocket::http::{Method, Status};

use super::{House, Row, TABLE, address, house, table};
use crate::support::book::{World, on_both_engines};
use crate::support::office::{form, policy};
use crate::support::visitor::{Visitor, user};

/// The place of the auditor among the columns of the table.
const AUDITOR: usize = 6;

/// Pages of which a part is of now whatever is asked for: what is being done, what is kept beside the book (when it was
/// last verified, who is in it), and what is computed again to be held against the present.
const OF_NOW: &[&str] = &[
    "/",
    "/audit/claim/kept/<id>",
    "/audit/log",
    "/audit/log/<position>",
    "/audit/samples/<id>",
    "/audit/verify",
    "/book",
    "/grants/<id>/proof",
    "/login",
    "/password",
    "/report-filings/<id>",
    "/reports",
    "/reports/due",
];

/// What a page says, without its frame and its markup.
fn said(html: &str) -> String {
    let main =
        html.split_once("<main").map_or(html, |(_, rest)| rest.split_once("</main>").map_or(rest, |(main, _)| main));
    let mut text = String::new();
    for part in main.split('<') {
        let words = part.split_once('>').map_or("", |(_, words)| words).trim();
        if !words.is_empty() {
            text += words;
            text.push('\n');
        }
    }
    text
}

/// Where two texts part: the line of each.
fn parted<'t>(one: &'t str, other: &'t str) -> Option<(&'t str, &'t str)> {
    one.lines().zip(other.lines().chain(std::iter::repeat(""))).find(|(left, right)| left != right)
}

fn asked(path: &str, moment: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}{moment}")
}

/// The pages that an auditor can look at, by route.
fn pages(house: &House) -> Vec<(Row, String)> {
    let rows = table(TABLE).into_iter().filter(|row| row.method == Method::Get && row.may[AUDITOR]);
    rows.map(|row| (row.clone(), address(&row, house))).collect()
}

/// Waits until the book of a position is there, however slow the machine: a page would say how far it has come.
async fn restored(world: &World, at: i64) -> Door {
    loop {
        match world.door.at(world.book_id, Some(at)).await {
            Err(Error::Preparing { .. }) => {}
            restored => return restored.unwrap(),
        }
    }
}

/// What happens later: something of every kind that lists show.
async fn go_on(world: &World, house: &House) {
    let later = user(world, "later", &Role::ALL).await;
    let second = user(world, "second", &[Role::Reviewer]).await;
    let door = &world.door;
    let particulars = recipients::ParticularsForm { name: "改了名的公司".into(), ..form("", 0).particulars };
    let change = ChangeForm { recipient: house.stands.recipient, particulars, reason: "更名".into() };
    recipients::change(door, world.ask(&later, "change"), change).await.unwrap();
    let reason = ReasonForm { grant: house.stands.grant, reason: "材料不全".into() };
    grants::refuse(door, world.ask(&second, "refuse"), reason).await.unwrap();
    let typed = Form { applied_on: "2020-12-01".into(), ..form("A-LATER", 0) };
    grants::record(door, world.ask(&later, "record"), typed, true).await.unwrap();
    policies::record(door, world.ask(&later, "policy"), policy("P-LATER")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_an_earlier_position_is_the_page_of_that_time() {
    on_both_engines(async |world| {
        let house = house(world).await;
        let visitor = Visitor::signed_in(world, "auditor").await;
        let pages = pages(&house);
        let mut then = Vec::new();
        for (row, path) in &pages {
            let answer = visitor.get(path).await;
            let is_page = answer.status() == Status::Ok && answer.content_type().is_some_and(|kind| kind.is_html());
            if is_page {
                then.push((row.route.as_str(), path.as_str(), said(&answer.into_string().await.unwrap())));
            } else {
                // What it leaves to say is said on the next page.
                drop(answer);
                visitor.page("/").await;
            }
        }
        let at = world.head().await.position;
        go_on(world, &house).await;
        restored(world, at).await;

        let (mut of_now, mut wrong, mut changed) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
        for (route, path, before) in &then {
            if said(&visitor.page(path).await) != *before {
                changed.insert(*route);
            }
            let back = visitor.page(&asked(path, &format!("at={at}"))).await;
            if OF_NOW.contains(route) {
                of_now.insert(*route);
            } else if said(&back) != *before {
                wrong.push(format!("{route}: {:?}", parted(before, &said(&back))));
            }
        }
        assert!(wrong.is_empty(), "{} pages:\n{}", wrong.len(), wrong.join("\n\n"));
        // Control: what happened later is seen where nothing is asked for.
        for route in ["/grants", "/grants/<id>", "/recipients", "/recipients/<id>", "/policies", "/imports/<id>"] {
            assert!(changed.contains(route) || route == "/imports/<id>", "{route}: {changed:?}");
        }
        let unknown: Vec<&&str> = OF_NOW.iter().filter(|route| !of_now.contains(*route)).collect();
        assert!(unknown.is_empty(), "{unknown:?} are no pages of an auditor");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_acts_on_the_past() {
    on_both_engines(async |world| {
        let house = house(world).await;
        let reviewer = Visitor::signed_in(world, "reviewer").await;
        let path = format!("/grants/{}", house.stands.grant);
        let at = world.head().await.position;
        go_on(world, &house).await;
        let past = restored(world, at).await;
        let now = reviewer.page("/grants").await;
        let then = reviewer.page(&format!("/grants?at={at}")).await;
        assert!(now.contains("A-LATER") && !then.contains("A-LATER"));
        assert!(then.contains(&format!("{}?at={at}\"", house.draft)), "links lead to the same moment");
        let offers = |html: &str| html.contains(&format!("action=\"{path}/refuse\""));
        assert!(!offers(&reviewer.page(&format!("{path}?at={at}")).await));
        // The door of that time takes no command; the one of now does.
        let clerk = user(world, "again", &[Role::Clerk]).await;
        let typed = || Form { applied_on: "2020-12-01".into(), ..form("A-PAST", 1) };
        let refused = grants::record(&past, world.ask(&clerk, "record"), typed(), true).await;
        assert!(matches!(refused, Err(Error::ReadOnly("past"))), "{refused:?}");
        grants::record(&world.door, world.ask(&clerk, "record"), typed(), true).await.unwrap();
        // Its tables cannot be written to at all.
        let changed = sea_orm::ConnectionTrait::execute_unprepared(&past.db.write, "DELETE FROM grants").await;
        assert!(changed.is_err());
        let beyond = world.door.at(world.book_id, Some(i64::MAX)).await.unwrap();
        assert_eq!(beyond.closed_for_writing(world.book_id), None, "what was not reached yet is now");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_grants_shows_what_was_paid_until_its_day() {
    let world = World::on_sqlite().await;
    let (_, auditor) = crate::support::history::filled(&world, "2020-12-31").await;
    let visitor = {
        user(&world, "reader", &[Role::Auditor]).await;
        Visitor::signed_in(&world, "reader").await
    };
    let _ = auditor;
    let head = world.head().await;
    for as_of in ["2020-06-30", "2020-12-31"] {
        let day = relief_ledger::kernel::dates::Day::parse(as_of).unwrap();
        let totals = relief_ledger::audit::totals(&world.door.db, &head, day, None, &[]).await.unwrap();
        let page = said(&visitor.page(&format!("/grants?as_of={as_of}")).await);
        assert!(page.contains("净发放（元）"), "{page}");
        assert!(page.contains(&totals.net.grouped()), "{as_of}: {} in {page}", totals.net.grouped());
    }
    assert!(!said(&visitor.page("/grants").await).contains("净发放（元）"), "control: now it is not asked for");
}
