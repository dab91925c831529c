//! One row of a file that waits: struck or reduced before it is signed.

use askama::Template;
use rocket::form::Form;
use rocket::{State, get, post};

use super::{Undoer as RowKeeper, words};
use crate::grants::{ReasonForm, ReduceForm, reduce as reduce_row, strike as strike_row};
use crate::imports::rules::ImportState;
use crate::imports::store::{self, ImportView, RowLine, Which};
use crate::journal::Door;
use crate::kernel::{Error, Result};
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
        self.view.state == ImportState::Submitted && self.row.state == "submitted"
    }
}

async fn page(who: &RowKeeper, (id, grant): (i64, i64), frame: Frame, form: Fields, door: &Door) -> Result<RowPage> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let view = store::by_id(c, book_id, id).await?;
    let rows = store::rows(c, book_id, &view, Which::All, grant - 1, 1).await?;
    let row = rows.into_iter().find(|row| row.id == grant && row.line > 0).ok_or(Error::NotFound)?;
    let t = frame.t;
    let (list, up) = (frame.href("imports"), frame.href(&format!("imports/{id}")));
    let of = t.f("imports.detail.title").with("id", id).with("what", words::what(t, view.what));
    let title = t.f("imports.row.title").with("line", row.line);
    let frame = frame.page("imports", title).crumb(list, t.s("imports.title")).crumb(up, of);
    Ok(RowPage { frame, form, view, row })
}

/// Shows the row.
#[get("/imports/<id>/rows/<grant>")]
pub async fn show(who: RowKeeper, id: i64, grant: i64, frame: Frame, door: &State<Door>) -> Answer<RowPage> {
    Ok(Page::new(page(&who, (id, grant), frame, Fields::new(), door).await?))
}

/// Strikes the row.
#[post("/imports/<id>/rows/<grant>/strike", data = "<form>")]
pub async fn strike(
    who: RowKeeper,
    id: i64,
    grant: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
) -> Result<Reply<RowPage>, Error> {
    let mut form = form.into_inner();
    let row = page(&who, (id, grant), frame.clone(), Fields::new(), door).await?;
    let Some(key) = form.key() else { return Ok(Reply::again(RowPage { form, ..row })) };
    let asked = ReasonForm { grant: row.row.id, reason: form.value("reason").to_owned() };
    match strike_row(door, who.ask(key, "strike"), asked).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("imports/{id}")), frame.t.s("imports.row.struck_done"))),
        Err(error) => Ok(Reply::again(RowPage { form: form.take(error)?, ..row })),
    }
}

/// Reduces the row.
#[post("/imports/<id>/rows/<grant>/reduce", data = "<form>")]
pub async fn reduce(
    who: RowKeeper,
    id: i64,
    grant: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
) -> Result<Reply<RowPage>, Error> {
    let mut form = form.into_inner();
    let row = page(&who, (id, grant), frame.clone(), Fields::new(), door).await?;
    let Some(key) = form.key() else { return Ok(Reply::again(RowPage { form, ..row })) };
    let (amount, reason) = (form.value("amount").to_owned(), form.value("reason").to_owned());
    match reduce_row(door, who.ask(key, "reduce"), ReduceForm { grant: row.row.id, amount, reason }).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("imports/{id}")), frame.t.s("imports.row.reduced_done"))),
        Err(error) => Ok(Reply::again(RowPage { form: form.take(error)?, ..row })),
    }
}
