//! Going on after a loss: a book that cannot reach a checkpoint it handed out continues under a new origin, for
//! ever visible.

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::checkpoint::{Keeper, check, extends};
use super::desk::Desk;
use super::door::{Ask, Door};
use super::event::Actor;
use super::events::{BookReopened, KIND_BOOK_REOPENED, KIND_KEY_ROTATED, KeyRotated};
use super::head::{Head, index};
use crate::kernel::{Refusal, Result};

#[derive(Debug, Serialize, Deserialize)]
struct Reopened {
    book: i64,
}

/// Reopens `head`'s book although it does not extend the signed `note`. `guard` proves that the actor may.
pub async fn reopen(
    door: &Door,
    keeper: &Keeper,
    head: &Head,
    note: &str,
    auditor: &Actor,
    guard: impl for<'d> Fn(&'d Desk) -> BoxFuture<'d, Result<()>> + Send + Sync + 'static,
) -> Result<Head> {
    let lost = check(&door.db.read, head.book_id, note).await?;
    if extends(&door.db.read, head, &lost).await? {
        return Err(Refusal::new("nothing_lost").with("book", &head.code).into());
    }
    let origin = next_origin(&head.origin);
    let public_key = keeper.make_key(&origin, door.surroundings.chance.as_ref())?;
    let reopened = BookReopened {
        origin,
        lost_size: index(lost.size)?,
        lost_root: lost.root.to_string(),
        auditor: auditor.login.clone(),
    };
    let ask = Ask {
        book_id: head.book_id,
        actor: auditor.clone(),
        request_key: format!("reopen-{}", door.surroundings.chance.token()),
        verb: "book_reopen",
    };
    let why = door.closed_for_writing(head.book_id);
    door.reopen_for_writing(head.book_id);
    let content = reopened.clone();
    let guard = std::sync::Arc::new(guard);
    let done = door
        .command(ask, &content, move |desk| {
            let (reopened, rotated) = (reopened.clone(), KeyRotated { public_key: public_key.clone() });
            let guard = std::sync::Arc::clone(&guard);
            Box::pin(async move {
                guard(desk).await?;
                desk.emit(KIND_BOOK_REOPENED, 1, &reopened)?;
                desk.emit(KIND_KEY_ROTATED, 1, &rotated)?;
                Ok(Reopened { book: desk.book_id() })
            })
        })
        .await;
    if let (Err(_), Some(why)) = (&done, why) {
        door.close_for_writing(head.book_id, why);
    }
    done?;
    Head::read(&door.db.read, head.book_id).await
}

/// `…/book_uid` → `…/book_uid/2` → `…/book_uid/3`.
fn next_origin(origin: &str) -> String {
    let parts: Vec<&str> = origin.split('/').collect();
    match (parts.len(), parts.last().and_then(|p| p.parse::<u32>().ok())) {
        (5.., Some(number)) => {
            let stem = parts.get(..parts.len() - 1).unwrap_or_default().join("/");
            format!("{stem}/{}", number + 1)
        }
        _ => format!("{origin}/2"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reopening_has_an_origin_of_its_own() {
        assert_eq!(next_origin("relief-ledger/330206/b/00ff"), "relief-ledger/330206/b/00ff/2");
        assert_eq!(next_origin("relief-ledger/330206/b/00ff/2"), "relief-ledger/330206/b/00ff/3");
        assert_eq!(next_origin("relief-ledger/330206/b/1234"), "relief-ledger/330206/b/1234/2");
    }
}
