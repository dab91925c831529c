//! The auditor's package: asked for, watched, taken away.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use rocket::form::Form;
use rocket::http::ContentType;
use rocket::tokio::time::timeout;
use rocket::{State, get, post};

use crate::exports::package::{PackageOf, Packages, READERS, Ready, Seconds, Seen, begin};
use crate::journal::{Door, Head, Keeper};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Refusal};
use crate::people::{Admission, In, Role};
use crate::web::{Answer, Fields, Frame, Page, Reply, Resumable, T};

/// The roles of [`PackageReader`].
pub enum OfPackageReader {}

impl Admission for OfPackageReader {
    const ROLES: &'static [Role] = &READERS;
}

/// Sees both the files of departments and those of banks, account numbers included.
type PackageReader = In<OfPackageReader>;

/// How long an answer waits for the end, so that a small book is packed at one click.
const AT_ONCE: Duration = Duration::from_millis(700);

/// The form, and the package that is being made or is ready.
#[derive(Template)]
#[template(path = "exports/pages/package.html")]
pub struct Package {
    frame: Frame,
    form: Fields,
    seen: Seen,
}

impl Package {
    /// How far it has come, as its own template shows it again and again.
    fn under_way(&self, progress: &Seconds) -> String {
        UnderWay { t: self.frame.t, progress: *progress }.render().unwrap_or_default()
    }

    const fn is_ready(&self) -> bool {
        matches!(self.seen, Seen::Ended(_))
    }

    const fn is_running(&self) -> bool {
        matches!(self.seen, Seen::Running(_))
    }

    fn file(&self, ready: &Ready) -> String {
        format!("{}/file/{}", self.frame.href("audit/package"), ready.made.sha256)
    }

    fn size(&self, bytes: &u64) -> String {
        size(self.frame.t, *bytes)
    }

    fn count(&self, n: &u64) -> String {
        self.frame.t.count(i64::try_from(*n).unwrap_or(i64::MAX))
    }

    fn name(&self, ready: &Ready) -> String {
        name(self.frame.seat.book.as_ref().map_or("", |book| &book.code), ready)
    }
}

/// How far a package has come: a part of the page, asked for again and again.
#[derive(Template)]
#[template(path = "exports/pages/_package_under_way.html")]
pub struct UnderWay {
    t: T,
    progress: Seconds,
}

impl UnderWay {
    fn line(&self) -> String {
        let count = |n: u64| self.t.count(i64::try_from(n).unwrap_or(i64::MAX));
        let written = self.progress.written;
        self.t
            .f("exports.package.progress")
            .with("rows", count(written.rows))
            .with("done", written.done)
            .with("of", written.of)
            .with("seconds", self.t.count(self.progress.seconds))
            .to_string()
    }
}

/// Bytes as people read them: 4.2 MB.
fn size(t: T, bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => t.f("exports.size.bytes").with("n", bytes).to_string(),
    }
}

fn name(book: &str, ready: &Ready) -> String {
    let extra = if ready.asked.gb18030 { "-gb18030" } else { "" };
    let more = if ready.asked.workbooks { "-xlsx" } else { "" };
    format!("{book}-audit-package-{}-{}{extra}{more}.zip", ready.asked.as_of, ready.made.at)
}

fn page(frame: Frame, form: Fields, seen: Seen) -> Package {
    let t = frame.t;
    let up = frame.href("audit/exports");
    let frame = frame.page("exports", t.s("exports.package.title")).following_clocks().crumb(up, t.s("exports.title"));
    Package { frame, form, seen }
}

/// Reads what is asked for; without a day it is of today, without a position of the head.
fn read(form: &mut Fields, today: Day, head: &Head) -> Option<PackageOf> {
    let as_of = form.read_optional("as_of", Day::parse_lenient);
    let at = form.read_optional("at", |typed| {
        typed.replace(',', "").parse::<i64>().map_err(|_| Refusal::new("position_number"))
    });
    let at = at?.unwrap_or(head.position);
    if let Err(Error::Refused(refusals)) = crate::audit::position(head, Some(at)) {
        for refusal in refusals {
            form.refuse(refusal);
        }
        return None;
    }
    Some(PackageOf {
        as_of: as_of?.unwrap_or(today),
        at: Some(at),
        gb18030: form.is("gb18030", "1"),
        workbooks: form.is("workbooks", "1"),
    })
}

/// Shows the form, and the package of the book.
#[get("/audit/package")]
pub fn show(who: PackageReader, frame: Frame, door: &State<Door>, packages: &State<Arc<Packages>>) -> Answer<Package> {
    let seen = packages.of(&door.surroundings, who.book_id());
    let form = Fields::at_clocks(frame.clocks);
    Ok(Page::new(page(frame, form, seen)))
}

/// Begins to make a package. That of a small book is there with the answer.
#[post("/audit/package", data = "<form>")]
pub async fn make(
    who: PackageReader,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
    keeper: &State<Keeper>,
    packages: &State<Arc<Packages>>,
) -> Result<Reply<Package>, Error> {
    let mut form = form.into_inner();
    let today = door.surroundings.clock.now().day();
    let Some(asked) = read(&mut form, today, who.head()) else {
        let seen = packages.of(&door.surroundings, who.book_id());
        return Ok(Reply::again(page(frame, form, seen)));
    };
    let ended = match begin(packages, door, keeper, who.head(), asked) {
        Some(ended) => timeout(AT_ONCE, ended).await.ok().and_then(Result::ok),
        None => None,
    };
    match ended {
        // What is refused stands at the form; whatever else went wrong, the page tells.
        Some(Err(Error::Refused(refusals))) => {
            let form = form.take(Error::Refused(refusals))?;
            Ok(Reply::again(page(frame, form, packages.of(&door.surroundings, who.book_id()))))
        }
        Some(Ok(())) => Ok(Reply::done(frame.href("audit/package"), frame.t.s("exports.package.ready"))),
        _ => Ok(Reply::done(frame.href("audit/package"), "")),
    }
}

/// Shows how far the package of the book has come; when it is there, the page with it.
#[get("/audit/package/progress")]
pub fn progress(
    who: PackageReader,
    frame: Frame,
    door: &State<Door>,
    packages: &State<Arc<Packages>>,
) -> Result<Page<UnderWay>, Box<Reply<UnderWay>>> {
    match packages.of(&door.surroundings, who.book_id()) {
        Seen::Running(progress) => Ok(Page::new(UnderWay { t: frame.t, progress })),
        _ => Err(Box::new(Reply::done(frame.href("audit/package"), ""))),
    }
}

/// The package, named by the SHA-256 of its bytes, or the part of it that is asked for.
#[get("/audit/package/file/<token>")]
pub fn file(
    who: PackageReader,
    token: &str,
    door: &State<Door>,
    packages: &State<Arc<Packages>>,
) -> Result<Resumable, Error> {
    match packages.of(&door.surroundings, who.book_id()) {
        Seen::Ended(ready) if ready.made.sha256 == token => Ok(Resumable {
            name: name(&who.head().code, &ready),
            kind: ContentType::ZIP,
            file: ready.open()?,
            bytes: ready.made.bytes,
            sha256: ready.made.sha256,
        }),
        _ => Err(Error::NotFound),
    }
}
