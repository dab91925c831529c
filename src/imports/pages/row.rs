//! One row of a file that waits: struck or reduced before it is signed.

use askama::Template;
use rocket::form::Form;
use rocket::{State, get, post};

use super::detail::keeps_rows;
use super::{RowKeeper, words};
use crate::grants::{ReasonForm, ReduceForm, reduce as reduce_row, strike as strike_row};
use crate::imports::reading::What;
use crate::imports::rules::ImportState;
use crate::imports::store::{self, ImportView, RowLine};
use crate::journal::Door;
use crate::kernel::{Error, Result};
use crate::policies;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The row.
#[derive(Template)]
#[template(path = "imports/pages/row.html")]
pub struct RowPage {
    frame: Frame,
    form: Fields,
    view: ImportView,
    row: RowLine,
}

impl RowPage {
    fn warning(&self, code: &str) -> &'static str {
        words::warning(self.frame.t, code)
    }

    fn waits(&self) -> bool {
        self.view.state == ImportState::Submitted && matches!(self.row.state.as_str(), "submitted" | "pending")
    }

    /// Whether it is a policy: struck, but not reduced.
    fn is_policy(&self) -> bool {
        self.view.what == What::Policies
    }

    /// Where the row is shown by itself.
    fn whole(&self) -> String {
        let list = if self.is_policy() { "policies" } else { "grants" };
        self.frame.href(&format!("{list}/{}", self.row.id))
    }
}

async fn page(who: &RowKeeper, (id, row): (i64, i64), frame: Frame, form: Fields, door: &Door) -> Result<RowPage> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let view = store::by_id(c, book_id, id).await?;
    if !keeps_rows(who, view.what) {
        return Err(Error::Forbidden);
    }
    let row = store::row(c, book_id, &view, row).await?;
    let t = frame.t;
    let (list, up) = (frame.href("imports"), frame.href(&format!("imports/{id}")));
    let of = t.f("imports.detail.title").with("id", id).with("what", words::what(t, view.what));
    let title = t.f("imports.row.title").with("line", row.line);
    let frame = frame.page("imports", title).crumb(list, t.s("imports.title")).crumb(up, of);
    Ok(RowPage { frame, form, view, row })
}

/// Shows the row.
#[get("/imports/<id>/rows/<row>")]
pub async fn show(who: RowKeeper, id: i64, row: i64, frame: Frame, door: &State<Door>) -> Answer<RowPage> {
    Ok(Page::new(page(&who, (id, row), frame, Fields::new(), door).await?))
}

/// Strikes the row.
#[post("/imports/<id>/rows/<row>/strike", data = "<form>")]
pub async fn strike(
    who: RowKeeper,
    id: i64,
    row: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
) -> Result<Reply<RowPage>, Error> {
    let mut form = form.into_inner();
    let row = page(&who, (id, row), frame.clone(), Fields::new(), door).await?;
    let Some(key) = form.key() else { return Ok(Reply::again(RowPage { form, ..row })) };
    let (of, reason) = (row.row.id, form.value("reason").to_owned());
    let done = if row.is_policy() {
        policies::strike(door, who.ask(key, "strike"), of, reason).await.map(|_| ())
    } else {
        strike_row(door, who.ask(key, "strike"), ReasonForm { grant: of, reason }).await.map(|_| ())
    };
    match done {
        Ok(()) => Ok(Reply::done(frame.href(&format!("imports/{id}")), frame.t.s("imports.row.struck_done"))),
        Err(error) => Ok(Reply::again(RowPage { form: form.take(error)?, ..row })),
    }
}

/// Reduces the row.
#[post("/imports/<id>/rows/<row>/reduce", data = "<form>")]
pub async fn reduce(
    who: RowKeeper,
    id: i64,
    row: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
) -> Result<Reply<RowPage>, Error> {
    let mut form = form.into_inner();
    let row = page(&who, (id, row), frame.clone(), Fields::new(), door).await?;
    let Some(key) = form.key() else { return Ok(Reply::again(RowPage { form, ..row })) };
    let (amount, reason) = (form.value("amount").to_owned(), form.value("reason").to_owned());
    match reduce_row(door, who.ask(key, "reduce"), ReduceForm { grant: row.row.id, amount, reason }).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("imports/{id}")), frame.t.s("imports.row.reduced_done"))),
        Err(error) => Ok(Reply::again(RowPage { form: form.take(error)?, ..row })),
    }
}
