//! Does the book hold? Verified on request by an auditor, who may leave meanwhile; the outcome is kept.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use rocket::form::Form;
use rocket::tokio::time::timeout;
use rocket::{State, get, post};

use crate::audit::checks::{Check, Found, newest_checks, older_checkpoint};
use crate::audit::under_way::{End, Progress, Seen, UnderWay, begin};
use crate::journal::{Door, Keeper};
use crate::kernel::Error;
use crate::people::{Auditor, Reader, Role};
use crate::web::{Answer, Fields, Frame, Page, Reply, T};

/// Verifications that are shown.
const SHOWN: u64 = 10;

/// How long an answer waits for the end, so that a small book is verified at one click.
const AT_ONCE: Duration = Duration::from_millis(700);

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
    seen: Seen,
}

impl Verify {
    /// How far it has come, as its own template shows it again and again.
    fn under_way(&self, progress: &Progress) -> String {
        let shown = UnderWayShown { t: self.frame.t, progress: *progress };
        shown.render().unwrap_or_default()
    }

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

/// How far a verification has come: a part of the page, asked for again and again.
#[derive(Template)]
#[template(path = "audit/pages/_under_way.html")]
pub struct UnderWayShown {
    t: T,
    progress: Progress,
}

impl UnderWayShown {
    /// Events of all, rate and rest; then what is left to do.
    fn line(&self) -> String {
        let (t, progress) = (self.t, self.progress);
        if progress.done >= progress.of {
            return t.s("audit.verify.comparing").to_owned();
        }
        let line = t
            .f("audit.verify.progress")
            .with("done", t.count(progress.done))
            .with("of", t.count(progress.of))
            .with("rate", t.count(progress.rate()));
        match progress.rest_s() {
            Some(seconds) => format!("{line} {}", t.f("audit.verify.rest").with("seconds", t.count(seconds))),
            None => line.to_string(),
        }
    }
}

async fn page(
    (book_id, events, verifies): (i64, i64, bool),
    handed_out: Option<u64>,
    frame: Frame,
    form: Fields,
    (door, under_way): (&Door, &UnderWay),
) -> Result<Verify, Error> {
    let checks = newest_checks(door, book_id, SHOWN).await?;
    let t = frame.t;
    let up = frame.href("audit/log");
    let frame = frame.page("log", t.s("audit.verify.title")).crumb(up, t.s("audit.log.title"));
    let seen = under_way.of(&door.surroundings, book_id);
    Ok(Verify { frame, form, checks, handed_out, verifies, events, seen })
}

/// Shows the verifications so far, and the one under way.
#[get("/audit/verify")]
pub async fn show(
    who: Reader,
    frame: Frame,
    door: &State<Door>,
    keeper: &State<Keeper>,
    under_way: &State<Arc<UnderWay>>,
) -> Answer<Verify> {
    let last = keeper.last(&door.db.read, who.head()).await?.map(|last| last.checkpoint.size);
    let standing = (who.book_id(), who.head().position, who.has(Role::Auditor));
    Ok(Page::new(page(standing, last, frame, Fields::new(), (door, under_way)).await?))
}

/// Shows how far the verification of the book has come; when there is none any more, the page with what it found.
#[get("/audit/verify/progress")]
pub fn progress(
    who: Reader,
    frame: Frame,
    door: &State<Door>,
    under_way: &State<Arc<UnderWay>>,
) -> Result<Page<UnderWayShown>, Box<Reply<UnderWayShown>>> {
    match under_way.of(&door.surroundings, who.book_id()) {
        Seen::Running(progress) => Ok(Page::new(UnderWayShown { t: frame.t, progress })),
        _ => Err(Box::new(Reply::done(frame.href("audit/verify"), ""))),
    }
}

/// Begins to verify the book as it stands. A small book is verified before the answer.
#[post("/audit/verify", data = "<form>")]
pub async fn run(
    who: Auditor,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
    keeper: &State<Keeper>,
    under_way: &State<Arc<UnderWay>>,
) -> Result<Reply<Verify>, Error> {
    let form = form.into_inner();
    let older = match older_checkpoint(door, who.book_id(), form.value("checkpoint")).await {
        Ok(older) => older,
        Err(error) => {
            let last = keeper.last(&door.db.read, who.head()).await?.map(|last| last.checkpoint.size);
            let standing = (who.book_id(), who.head().position, true);
            return Ok(Reply::again(page(standing, last, frame, form.take(error)?, (door, under_way)).await?));
        }
    };
    let ended = match begin(under_way, door, who.head(), older) {
        Some(ended) => timeout(AT_ONCE, ended).await.ok(),
        None => None,
    };
    let words = match ended {
        Some(Ok(End::Holds)) => frame.t.s("audit.verify.holds"),
        Some(Ok(End::Broken)) => frame.t.s("audit.verify.broken"),
        // What failed, the page says; what goes on, it shows.
        Some(Err(_)) | None => "",
    };
    Ok(Reply::done(frame.href("audit/verify"), words))
}
