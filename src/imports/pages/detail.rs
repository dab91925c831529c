//! One import: its facts, its rows, and what this person may do with it.

use std::collections::HashMap;

use askama::Template;
use rocket::form::Form;
use rocket::{State, get, post};

use super::{Preparer, words};
use crate::imports::actions;
use crate::imports::reading::What;
use crate::imports::rules::ImportState;
use crate::imports::store::{self, ImportView, RowLine, Which};
use crate::journal::Door;
use crate::kernel::Error;
use crate::kernel::keyset::Near;
use crate::people::{Admission, In, Reader, Role};
use crate::web::{ABSENT, Answer, Fields, Frame, Page, Pager, Reply};

/// Rows on one page.
const ROWS_EACH: usize = 50;

/// The import.
#[derive(Template)]
#[template(path = "imports/pages/detail.html")]
pub struct Detail {
    frame: Frame,
    form: Fields,
    view: ImportView,
    names: HashMap<String, String>,
    rows: Vec<RowLine>,
    warned: Vec<(&'static str, i64)>,
    which: Which,
    pager: Pager,
    may: May,
}

/// What this person may do here.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a button of its own")]
struct May {
    decide: bool,
    withdraw: bool,
    undo: bool,
    decide_undo: bool,
    download: bool,
    rows: bool,
}

/// Whether somebody with these roles decides on such a file.
pub(super) fn decides<A: Admission>(who: &In<A>, what: What) -> bool {
    who.acts(Role::Reviewer) || what == What::Policies && who.acts(Role::Manager)
}

/// Whether somebody with these roles strikes rows of such a file, or reduces them.
pub(super) fn keeps_rows<A: Admission>(who: &In<A>, what: What) -> bool {
    who.acts(Role::Reviewer) || who.acts(if what == What::Policies { Role::Manager } else { Role::Clerk })
}

fn may<A: Admission>(who: &In<A>, view: &ImportView) -> May {
    let own = view.prepared_person == who.actor().person;
    let brings = if view.what == What::Policies { who.acts(Role::Manager) } else { who.acts(Role::Clerk) };
    let waits = view.state == ImportState::Submitted;
    let undoes = view.what == What::History && view.state == ImportState::Approved;
    let handles = who.acts(Role::Clerk) || who.acts(Role::Reviewer);
    May {
        rows: waits && keeps_rows(who, view.what),
        decide: waits && !own && decides(who, view.what),
        withdraw: waits && own && brings,
        undo: undoes && handles,
        decide_undo: view.state == ImportState::UndoPending && who.acts(Role::Reviewer),
        download: [Role::Clerk, Role::Reviewer, Role::Manager, Role::Auditor].into_iter().any(|role| who.has(role)),
    }
}

impl Detail {
    fn look(&self) -> (&'static str, &'static str, &'static str) {
        words::state(self.frame.t, self.view.state)
    }

    fn warning(&self, code: &str) -> &'static str {
        words::warning(self.frame.t, code)
    }

    fn warnings(&self, row: &RowLine) -> String {
        let words: Vec<&str> = row.warnings.iter().map(|warning| self.warning(&warning.code)).collect();
        words.join(self.frame.t.s("imports.between"))
    }

    fn name(&self, uid: impl AsRef<str>) -> &str {
        self.names.get(uid.as_ref()).map_or(ABSENT, String::as_str)
    }

    /// What review did to a row, and why.
    fn review(&self, row: &RowLine) -> String {
        let t = self.frame.t;
        let done = match row.state.as_str() {
            "struck" => t.s("imports.row.struck"),
            _ if row.is_reduced => t.s("imports.row.reduced"),
            _ => return ABSENT.to_owned(),
        };
        t.f("imports.row.why").with("done", done).with("reason", &row.reason).to_string()
    }

    fn is_policies(&self) -> bool {
        self.view.what == What::Policies
    }

    fn is(&self, which: Which) -> bool {
        self.which == which
    }

    /// Where a row is struck or reduced while it may be, else where it is shown.
    fn open(&self, row: &RowLine) -> String {
        let id = row.id;
        if self.may.rows {
            self.frame.href(&format!("imports/{}/rows/{id}", self.view.id))
        } else {
            self.frame.href(&format!("{}/{id}", if self.is_policies() { "policies" } else { "grants" }))
        }
    }
}

async fn page<A: Admission>(
    who: &In<A>,
    id: i64,
    (which, near): (Which, Near<i64>),
    frame: Frame,
    form: Fields,
    door: &Door,
) -> Result<Detail, Error> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let view = store::by_id(c, book_id, id).await?;
    let cut = store::rows(c, book_id, &view, which, near, ROWS_EACH).await?;
    let which_rows = match which {
        Which::All => "",
        Which::Warned => "which=warned",
        Which::Changed => "which=changed",
    };
    let pager = Pager::new(&frame.href(&format!("imports/{id}")), &frame.clocks.asked(which_rows), &cut, |row| {
        row.id.to_string()
    });
    let warned = store::warned_by_kind(c, book_id, &view, &words::WARNINGS).await?;
    let names = store::names(c, book_id).await?;
    let (t, up) = (frame.t, frame.href("imports"));
    let title = t.f("imports.detail.title").with("id", view.id).with("what", words::what(t, view.what));
    let frame = frame.following_position().page("imports", title).crumb(up, t.s("imports.title"));
    let may = may(who, &view);
    Ok(Detail { frame, form, view, names, rows: cut.rows, warned, which, pager, may })
}

/// Shows an import.
#[get("/imports/<id>?<which>&<after>&<before>")]
pub async fn show(
    who: Reader,
    id: i64,
    which: Option<&str>,
    after: Option<i64>,
    before: Option<i64>,
    frame: Frame,
    door: &State<Door>,
) -> Answer<Detail> {
    let door = &who.looking(door).await?;
    let which = match which {
        Some("warned") => Which::Warned,
        Some("changed") => Which::Changed,
        _ => Which::All,
    };
    Ok(Page::new(page(&who, id, (which, Near::of(after, before)), frame, Fields::new(), door).await?))
}

/// Takes an import back.
#[post("/imports/<id>/withdraw", data = "<form>")]
pub async fn withdraw(
    who: Preparer,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
) -> Result<Reply<Detail>, Error> {
    let mut form = form.into_inner();
    let all = (Which::All, Near::Start);
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, all, frame, form, door).await?)) };
    match actions::withdraw(door, who.ask(key, "withdraw_import"), id).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("imports/{id}")), frame.t.s("imports.withdrawn"))),
        Err(error) => Ok(Reply::again(page(&who, id, all, frame, form.take(error)?, door).await?)),
    }
}
