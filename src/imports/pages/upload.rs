//! A file is brought, looked at and sent for review.

use std::sync::Arc;

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::fs::TempFile;
use rocket::{State, get, post};

use super::held::{Found, HeldFiles, Waiting};
use super::{Preparer, words};
use crate::imports::actions;
use crate::imports::error_table::faults_csv;
use crate::imports::reading::{UnitFrom, What};
use crate::imports::upload::{Fault, Faults, Upload, parse_unit};
use crate::journal::Door;
use crate::kernel::money::Unit;
use crate::kernel::{Error, Refusal, Result};
use crate::people::Role;
use crate::web::form::Choice;
use crate::web::{Fields, Frame, Held, Lang, Owner, Page, Reply, Spooled, bytes_of, file_name_of};

/// Bad cells shown on the page; all of them are in the table to download.
const FAULTS_SHOWN: usize = 300;

/// The form with which a file is brought.
#[derive(Template)]
#[template(path = "imports/pages/upload.html")]
pub struct Bring {
    frame: Frame,
    form: Fields,
    kinds: Vec<Choice>,
    units: Vec<Choice>,
}

impl Bring {
    fn new(frame: Frame, form: Fields, who: &Preparer) -> Self {
        let t = frame.t;
        let brings = |what: &What| match what {
            What::Policies => who.has(Role::Manager),
            What::Grants | What::History => who.has(Role::Clerk),
        };
        let kinds = What::ALL.into_iter().filter(brings).map(|what| Choice::new(what.code(), words::what(t, what)));
        let units = [("yuan", Unit::Yuan), ("wan", Unit::Wan), ("yi", Unit::Yi)];
        let units = units.into_iter().map(|(code, unit)| Choice::new(code, unit.zh()));
        let up = frame.href("imports");
        Self {
            frame: frame.page("imports", t.s("imports.new.title")).crumb(up, t.s("imports.title")),
            form,
            kinds: kinds.collect(),
            units: units.collect(),
        }
    }
}

/// What was found in a file.
#[derive(Template)]
#[template(path = "imports/pages/checked.html")]
pub struct Checked {
    frame: Frame,
    form: Fields,
    token: String,
    held: Arc<Held<Waiting>>,
}

impl Checked {
    fn new(frame: Frame, form: Fields, token: &str, held: Arc<Held<Waiting>>) -> Self {
        let t = frame.t;
        let title = match held.found {
            Found::Sound { .. } => t.s("imports.preview.title"),
            Found::Faulty { .. } => t.s("imports.faults.title"),
        };
        let (list, new) = (frame.href("imports"), frame.href("imports/new"));
        let frame = frame.page("imports", title).crumb(list, t.s("imports.title")).crumb(new, t.s("imports.new.title"));
        Self { frame, form, token: token.to_owned(), held }
    }

    fn what(&self) -> &'static str {
        words::what(self.frame.t, self.held.what)
    }

    fn column(&self, fault: &Fault) -> String {
        words::column(self.frame.t, self.held.what, fault)
    }

    fn warning(&self, code: &str) -> &'static str {
        words::warning(self.frame.t, code)
    }

    /// How the file was read, as sentences.
    fn notices(&self) -> Vec<String> {
        let Found::Sound { submitted, .. } = &self.held.found else { return Vec::new() };
        let Some(summary) = &submitted.summary else { return Vec::new() };
        summary.notices.iter().map(|notice| words::notice(self.frame.t, notice)).collect()
    }

    /// The unit of the amounts and who said so.
    fn unit(&self) -> String {
        let Found::Sound { submitted, .. } = &self.held.found else { return String::new() };
        let Some(summary) = &submitted.summary else { return String::new() };
        let from = match summary.unit_from {
            UnitFrom::Header => "imports.unit.header",
            UnitFrom::Title => "imports.unit.title",
            UnitFrom::Confirmed => "imports.unit.confirmed",
            UnitFrom::Assumed => "imports.unit.assumed",
        };
        self.frame.t.f(from).with("unit", summary.unit.zh()).to_string()
    }

    /// `CSV · UTF-8`, `XLSX · 发放表`.
    fn format(&self) -> String {
        let Found::Sound { submitted, .. } = &self.held.found else { return String::new() };
        let Some(summary) = &submitted.summary else { return String::new() };
        let parts = [Some(summary.format), summary.encoding, summary.sheet.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    fn is_history(&self) -> bool {
        self.held.what == What::History
    }

    fn is_policies(&self) -> bool {
        self.held.what == What::Policies
    }
}

/// Shows the form.
#[get("/imports/new?<what>")]
pub fn show(who: Preparer, what: Option<&str>, frame: Frame) -> Page<Bring> {
    let proposed =
        what.and_then(What::parse).unwrap_or(if who.has(Role::Clerk) { What::Grants } else { What::Policies });
    Page::new(Bring::new(frame, Fields::new().with("what", proposed.code()), &who))
}

/// A form with a file.
#[derive(FromForm)]
pub struct Sent<'r> {
    #[field(default = "")]
    what: &'r str,
    #[field(default = "")]
    unit: &'r str,
    file: Option<TempFile<'r>>,
}

/// Reads and checks a file; nothing of it goes into the book.
#[post("/imports/new", data = "<sent>")]
pub async fn take(
    who: Preparer,
    sent: Form<Sent<'_>>,
    frame: Frame,
    held: &State<Arc<HeldFiles>>,
    door: &State<Door>,
) -> Result<Reply<Bring>, Error> {
    let mut form = Fields::new().with("what", sent.what).with("unit", sent.unit);
    let what = form.read("what", |word| What::parse(word).ok_or_else(|| Refusal::new("import_what_unknown")));
    let unit = form.read_optional("unit", |word| parse_unit(word).map_err(first));
    let bytes = bytes_of(sent.file.as_ref()).await?;
    if bytes.is_empty() {
        form.refuse(Refusal::new("file_not_chosen").at("file"));
    }
    let (Some(what), Some(unit), false) = (what, unit, form.is_refused()) else {
        return Ok(Reply::again(Bring::new(frame, form, &who)));
    };
    let file_name = file_name_of(sent.file.as_ref());
    let (bytes, file) = Spooled::write(bytes).await?;
    let upload = Upload { what, file_name: file_name.clone(), bytes, unit };
    let (found, file) = match actions::preview(door, who.head(), who.actor(), upload).await? {
        Ok((submitted, preview)) => (Found::Sound { submitted: Box::new(submitted), preview }, file),
        Err(faults) => faulty(faults, frame.t.lang()).await?,
    };
    let token = keep(door, held, owner(&who), Waiting { what, unit, file_name, found, file });
    Ok(Reply::done(frame.href(&format!("imports/new/checked/{token}")), ""))
}

/// Shows what was found in a file.
#[get("/imports/new/checked/<token>")]
pub fn checked(
    who: Preparer,
    token: &str,
    frame: Frame,
    held: &State<Arc<HeldFiles>>,
    door: &State<Door>,
) -> Result<Page<Checked>, Box<Reply<Checked>>> {
    match held.find(token, &owner(&who), now(door)) {
        Some(held) => Ok(Page::new(Checked::new(frame, Fields::new(), token, held))),
        None => Err(Box::new(gone(&frame))),
    }
}

/// Sends the file for review. What is wrong with it by now is told like before.
#[post("/imports/new/checked/<token>/submit", data = "<form>")]
pub async fn submit(
    who: Preparer,
    token: &str,
    form: Form<Fields>,
    frame: Frame,
    held: &State<Arc<HeldFiles>>,
    door: &State<Door>,
) -> Result<Reply<Checked>, Error> {
    let mut form = form.into_inner();
    let Some(waits) = held.find(token, &owner(&who), now(door)) else { return Ok(gone(&frame)) };
    let (Some(key), Found::Sound { .. }) = (form.key(), &waits.found) else {
        return Ok(Reply::again(Checked::new(frame, form, token, waits)));
    };
    let (what, unit, file_name) = (waits.what, waits.unit, waits.file_name.clone());
    let upload = Upload { what, file_name: file_name.clone(), bytes: waits.file.read().await?, unit };
    match actions::submit(door, who.ask(key, "import"), upload).await {
        Ok(Ok(submitted)) => {
            let to = frame.href(&format!("imports/{}", submitted.import));
            Ok(Reply::done(to, frame.t.n("imports.submitted", submitted.rows)))
        }
        Ok(Err(faults)) => {
            let (found, file) = faulty(faults, frame.t.lang()).await?;
            let token = keep(door, held, owner(&who), Waiting { what, unit, file_name, found, file });
            Ok(Reply::done(frame.href(&format!("imports/new/checked/{token}")), ""))
        }
        Err(error) => Ok(Reply::again(Checked::new(frame, form.take(error)?, token, waits))),
    }
}

/// What is wrong with a file, with the table of it written down.
async fn faulty(faults: Faults, lang: Lang) -> Result<(Found, Spooled)> {
    let (_, file) = Spooled::write(faults_csv(&faults, lang)?).await?;
    let (errors, rows) = (faults.errors.len(), faults.rows);
    let shown = faults.errors.into_iter().take(FAULTS_SHOWN).collect();
    Ok((Found::Faulty { shown, errors, rows }, file))
}

fn keep(door: &Door, files: &HeldFiles, owner: Owner, content: Waiting) -> String {
    let token = door.surroundings.chance.token();
    files.keep(token.clone(), Held { owner, at: now(door), content });
    token
}

/// Back to the form: the file is not held any more.
fn gone<P: Template>(frame: &Frame) -> Reply<P> {
    Reply::done(frame.href("imports/new"), frame.t.s("imports.new.gone"))
}

pub(super) fn owner(who: &Preparer) -> Owner {
    Owner { actor_uid: who.actor().uid.clone(), book_id: who.book_id() }
}

pub(super) fn now(door: &Door) -> crate::kernel::instant::Instant {
    door.surroundings.clock.now()
}

fn first(error: Error) -> Refusal {
    error.refusals().first().cloned().unwrap_or_else(|| Refusal::new("unit_unknown"))
}
