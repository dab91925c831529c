//! Does the book hold? Verified on request by an auditor; the outcome is kept.

use askama::Template;
use rocket::form::Form;
use rocket::{State, get, post};

use crate::audit::checks::{Check, Found, check_book, newest_checks};
use crate::journal::{Door, Keeper};
use crate::kernel::Error;
use crate::people::{Auditor, Reader, Role};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// Verifications that are shown.
const SHOWN: u64 = 10;

/// The verifications so far.
#[derive(Template)]
#[template(path = "audit/pages/verify.html")]
pub struct Verify {
    frame: Frame,
    form: Fields,
    checks: Vec<Check>,
    /// Size of the last checkpoint handed out.
    handed_out: Option<u64>,
    /// Whether this person may verify.
    verifies: bool,
    events: i64,
}

impl Verify {
    fn sentence(&self, found: &Found) -> String {
        let t = self.frame.t;
        t.f(&format!("finding.{}", found.code))
            .with("table", &found.table)
            .with("key", &found.key)
            .with("column", &found.column)
            .with("found", &found.found)
            .with("expected", &found.expected)
            .to_string()
    }
}

async fn page(
    (book_id, events, verifies): (i64, i64, bool),
    handed_out: Option<u64>,
    frame: Frame,
    form: Fields,
    door: &Door,
) -> Result<Verify, Error> {
    let checks = newest_checks(door, book_id, SHOWN).await?;
    let t = frame.t;
    let up = frame.href("audit/log");
    let frame = frame.page("log", t.s("audit.verify.title")).crumb(up, t.s("audit.log.title"));
    Ok(Verify { frame, form, checks, handed_out, verifies, events })
}

/// Shows the verifications so far.
#[get("/audit/verify")]
pub async fn show(who: Reader, frame: Frame, door: &State<Door>, keeper: &State<Keeper>) -> Answer<Verify> {
    let last = keeper.last(who.head())?.map(|last| last.checkpoint.size);
    let standing = (who.book_id(), who.head().position, who.has(Role::Auditor));
    Ok(Page::new(page(standing, last, frame, Fields::new(), door).await?))
}

/// Verifies the book as it stands.
#[post("/audit/verify", data = "<form>")]
pub async fn run(
    who: Auditor,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
    keeper: &State<Keeper>,
) -> Result<Reply<Verify>, Error> {
    let form = form.into_inner();
    match check_book(door, who.head(), form.value("checkpoint")).await {
        Ok(check) => {
            let words = if check.outcome.holds() { "audit.verify.holds" } else { "audit.verify.broken" };
            Ok(Reply::done(frame.href("audit/verify"), frame.t.s(words)))
        }
        Err(error) => {
            let last = keeper.last(who.head())?.map(|last| last.checkpoint.size);
            let standing = (who.book_id(), who.head().position, true);
            Ok(Reply::again(page(standing, last, frame, form.take(error)?, door).await?))
        }
    }
}
