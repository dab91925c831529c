//! All imports, those that wait first.

use std::borrow::Borrow;
use std::collections::HashMap;

use askama::Template;
use rocket::{State, get};

use super::words;
use crate::imports::rules::ImportState;
use crate::imports::store::{self, ImportView};
use crate::journal::Door;
use crate::people::{Reader, Role};
use crate::web::{ABSENT, Answer, As, Frame, Page};

/// Imports on one page.
const ROWS_EACH: u64 = 50;
/// Waiting imports shown above the others.
const WAITING_MAX: u64 = 200;

/// The list.
#[derive(Template)]
#[template(path = "imports/pages/list.html")]
pub struct List {
    frame: Frame,
    imports: Vec<ImportView>,
    names: HashMap<String, String>,
    state: Option<ImportState>,
    next: Option<i64>,
    brings: bool,
}

impl List {
    fn what(&self, view: &ImportView) -> &'static str {
        words::what(self.frame.t, view.what)
    }

    fn look(&self, state: impl Borrow<ImportState>) -> (&'static str, &'static str, &'static str) {
        words::state(self.frame.t, *state.borrow())
    }

    fn name(&self, uid: impl AsRef<str>) -> &str {
        self.names.get(uid.as_ref()).map_or(ABSENT, String::as_str)
    }

    fn is(&self, state: impl Borrow<ImportState>) -> bool {
        self.state == Some(*state.borrow())
    }

    /// The address of the next page.
    fn onward(&self, before: impl As<i64>) -> String {
        let state = self.state.map_or_else(String::new, |state| format!("&state={}", state.code()));
        self.frame.to(&format!("imports?before={}{state}", before.value()))
    }
}

/// Shows the list.
#[get("/imports?<state>&<before>")]
pub async fn show(
    who: Reader,
    state: Option<&str>,
    before: Option<i64>,
    frame: Frame,
    door: &State<Door>,
) -> Answer<List> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let state = state.and_then(ImportState::from_code);
    let rest = store::all(c, book_id, state, before.unwrap_or(i64::MAX), ROWS_EACH + 1).await?;
    let is_more = rest.len() as u64 > ROWS_EACH;
    let rest: Vec<ImportView> = rest.into_iter().take(usize::try_from(ROWS_EACH).unwrap_or(usize::MAX)).collect();
    let next = rest.last().map(|view| view.id).filter(|_| is_more);
    let mut imports = Vec::new();
    if state.is_none() {
        let waits = |view: &ImportView| matches!(view.state, ImportState::Submitted | ImportState::UndoPending);
        if before.is_none() {
            imports = store::all(c, book_id, Some(ImportState::Submitted), i64::MAX, WAITING_MAX).await?;
            imports.extend(store::all(c, book_id, Some(ImportState::UndoPending), i64::MAX, WAITING_MAX).await?);
        }
        imports.extend(rest.into_iter().filter(|view| !waits(view)));
    } else {
        imports = rest;
    }
    let names = store::names(c, book_id).await?;
    let brings = who.acts(Role::Clerk) || who.acts(Role::Manager);
    let title = frame.t.s("imports.title");
    Ok(Page::new(List {
        frame: frame.following_position().page("imports", title),
        imports,
        names,
        state,
        next,
        brings,
    }))
}
