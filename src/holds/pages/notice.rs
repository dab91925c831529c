//! What holds a grant, or a recipient, today: a notice on their own pages.

use askama::Template;
use rocket::{State as Managed, get};

use super::words::{self, Look};
use crate::holds::SETTERS;
use crate::holds::store::{self, Hold, Scope};
use crate::journal::Door;
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::people::Reader;
use crate::web::{Answer, Frame, Page};

/// Most holds that are named.
const SHOWN: u64 = 20;

/// The notice, and the way to a new hold.
#[derive(Template)]
#[template(path = "holds/pages/notice.html")]
pub struct Notice {
    frame: Frame,
    holds: Vec<Hold>,
    today: Day,
    /// Where a hold is set, for those who may.
    set: Option<String>,
}

impl Notice {
    fn look(&self, hold: &Hold) -> Look {
        words::look(self.frame.t, hold, self.today)
    }
}

async fn notice(
    who: &Reader,
    scope: fn(i64, Day) -> Scope,
    (name, id): (&str, i64),
    frame: Frame,
    door: &Door,
) -> Result<Notice> {
    let today = door.surroundings.clock.now().day();
    let holds = store::holds(&door.db.read, who.book_id(), scope(id, today), (i64::MAX, SHOWN)).await?;
    let sets = SETTERS.iter().any(|role| who.acts(*role));
    let set = sets.then(|| format!("{}?{name}={id}", frame.href("holds/new")));
    Ok(Notice { frame, holds, today, set })
}

/// What holds a grant.
#[get("/holds/of-grant/<id>")]
pub async fn of_grant(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Notice> {
    let door = &who.looking(door).await?;
    Ok(Page::new(notice(&who, Scope::Grant, ("grant", id), frame, door).await?))
}

/// What holds a recipient or one of its grants.
#[get("/holds/of-recipient/<id>")]
pub async fn of_recipient(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Notice> {
    let door = &who.looking(door).await?;
    Ok(Page::new(notice(&who, Scope::Recipient, ("recipient", id), frame, door).await?))
}
