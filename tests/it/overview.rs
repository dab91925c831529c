//! The first page says whether the book is sound, and warns only where there is something to do.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use relief_ledger::kernel::instant::Instant;
use relief_ledger::people::Role;

use crate::support::book::on_both_engines;
use crate::support::visitor::{Visitor, user};

/// Every checkpoint of the world was handed out at this moment.
fn handed_out_at(folder: &Path, at: Instant) {
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(at.get()).unwrap());
    for origin in fs::read_dir(folder.join("checkpoints")).unwrap() {
        for file in fs::read_dir(origin.unwrap().path()).unwrap() {
            let file = fs::File::options().write(true).open(file.unwrap().path()).unwrap();
            file.set_modified(at).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_head_is_a_warning_only_where_something_was_recorded_since() {
    on_both_engines(async |world| {
        user(world, "wu", &[Role::Auditor]).await;
        let auditor = Visitor::signed_in(world, "wu").await;
        // The server hands one out when it starts; from here on it does not look again.
        let read = &world.door.db.read;
        while world.keeper.last(read, &world.head().await).await.unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        world.keeper.sign(read, &world.head().await).await.unwrap();
        let now = world.door.surroundings.clock.now();

        handed_out_at(world.folder(), now.plus_ms(-400 * 24 * 3_600_000));
        let html = auditor.page("/").await;
        assert!(html.contains("9,600 小时前") && html.contains("此后没有新的记录"), "{html}");
        assert!(!html.contains("state-returned"), "{html}");

        world.actor("sun", "P-sun", &[Role::Clerk]).await;
        let html = auditor.page("/").await;
        assert!(html.contains("state-returned") && html.contains("此后新记 2 条"), "{html}");
        handed_out_at(world.folder(), now.plus_ms(-23 * 3_600_000));
        let html = auditor.page("/").await;
        assert!(html.contains("23 小时前") && html.contains("此后新记 2 条"), "{html}");
        assert!(!html.contains("state-returned"), "control: within a day there is nothing to warn of: {html}");
    })
    .await;
}
