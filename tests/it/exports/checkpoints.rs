//! Beside every file of a page stands the signed checkpoint of exactly its position, under its name; where the machine cannot
//! sign, nothing stands there.

use std::fs;

use relief_ledger::journal::{self, root_at};
use relief_ledger::people::{Role, must};
use rocket::http::Status;

use crate::support::book::{World, on_both_engines};
use crate::support::history::filled;
use crate::support::visitor::{Visitor, user};

/// The address of the checkpoint that a page offers.
fn offered(html: &str) -> Option<String> {
    let (_, rest) = html.split_once("/audit/checkpoint?at=")?;
    let (asked, _) = rest.split_once('"')?;
    Some(format!("/audit/checkpoint?at={}", asked.replace("&#38;", "&")))
}

/// Whether it is kept like every one that left the house.
fn is_kept(world: &World, at: i64) -> bool {
    let name = format!("{at:019}.checkpoint");
    let origins = fs::read_dir(world.folder().join("checkpoints")).into_iter().flatten();
    origins.flatten().any(|origin| origin.path().join(&name).exists())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_hands_out_the_checkpoint_of_the_position_of_its_file() {
    on_both_engines(async |world| {
        filled(world, "2020-12-31").await;
        user(world, "wu", &[Role::Auditor]).await;
        let auditor = Visitor::signed_in(world, "wu").await;
        // Positions behind what was paid, at which nothing was handed out yet.
        for login in ["an", "bo", "cai", "dan", "fu"] {
            world.actor(login, login, &[Role::Clerk]).await;
        }
        let head = world.head().await;
        let pages = [
            ("/audit/exports?what=grants&format=csv&as_of=2020-10-31", "beilun-grants-2020-10-31-{at}.csv"),
            ("/audit/totals?as_of=2020-10-31", "beilun-totals-2020-10-31-{at}"),
            ("/audit/trial-balance?as_of=2020-10-31", "beilun-trial-balance-2020-10-31-{at}"),
            ("/reports/grants-summary?as_of=2020-10-31", "beilun-grants-summary-2020-10-31-{at}"),
        ];
        for ((page, file), at) in pages.into_iter().zip(head.position - 9..) {
            let path = offered(&auditor.page(&format!("{page}&at={at}")).await).unwrap_or_else(|| panic!("{page}"));
            assert!(!is_kept(world, at), "nobody asked for it yet");
            let answer = auditor.get(&path).await;
            let name = format!("attachment; filename=\"{}.checkpoint\"", file.replace("{at}", &at.to_string()));
            assert_eq!(answer.headers().get_one("Content-Disposition"), Some(name.as_str()));
            let note = answer.into_string().await.unwrap();
            let c = &world.door.db.read;
            let signed = journal::check_checkpoint(c, world.book_id, &note).await.unwrap();
            assert_eq!(signed.size, u64::try_from(at).unwrap());
            assert_eq!(signed.root, root_at(c, &head, at).await.unwrap());
            assert!(is_kept(world, at), "{at}");
            // The same file, the same note.
            assert_eq!(auditor.page(&path).await, note);
        }
        let odd = auditor.get(&format!("/audit/checkpoint?at={}&file=..%2Fx", head.position)).await;
        let name = format!("attachment; filename=\"beilun-{}.checkpoint\"", head.position);
        assert_eq!(odd.headers().get_one("Content-Disposition"), Some(name.as_str()));
        drop(odd);
        assert_eq!(auditor.get("/audit/checkpoint?at=999999").await.status(), Status::UnprocessableEntity);

        // A later key does not vouch for what an earlier one did; what comes behind it, it signs.
        let administrator = world.actor("admin", "P9", &[Role::Administrator]).await;
        let ask = world.ask(&administrator, "rotate");
        let then = world.head().await;
        journal::rotate(&world.door, &world.keeper, &then, ask, |desk| Box::pin(must(desk, &[Role::Administrator])))
            .await
            .unwrap();
        let totals = |at: i64| format!("/audit/totals?as_of=2020-10-31&at={at}");
        assert_eq!(offered(&auditor.page(&totals(then.position)).await), None);
        assert!(offered(&auditor.page("/audit/totals?as_of=2020-10-31").await).is_some());
        let before = format!("/audit/checkpoint?at={}", then.position);
        assert_eq!(auditor.get(&before).await.status(), Status::UnprocessableEntity);

        // Without a key nothing is offered, and the files are there still.
        fs::remove_dir_all(world.folder().join("keys")).unwrap();
        for (page, _) in pages {
            let html = auditor.page(page).await;
            assert!(offered(&html).is_none() && (html.contains("CSV") || html.contains("下载")), "{html}");
        }
        assert_eq!(auditor.get("/audit/checkpoint").await.status(), Status::UnprocessableEntity);
    })
    .await;
}
