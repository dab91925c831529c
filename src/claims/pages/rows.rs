//! The grants behind a figure, and what they add up to.

use std::collections::BTreeSet;

use askama::Template;
use rocket::{State as Managed, get};

use super::check::of_whom;
use crate::audit::{self, Behind, Moment, Selected};
use crate::claims::{Scope, selection};
use crate::journal::Door;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::people::Reader;
use crate::web::{Answer, Fields, Frame, Page};

/// Grants of a page.
const EACH: u64 = 100;

/// The rows.
#[derive(Template)]
#[template(path = "claims/pages/rows.html")]
pub struct Rows {
    frame: Frame,
    as_of: Day,
    from: Option<Day>,
    at: i64,
    scope: Scope,
    rows: Vec<Behind>,
    whole: Selected,
    /// Where further ones are.
    next: Option<String>,
}

impl Rows {
    fn fen(&self, fen: &i64) -> Fen {
        Fen::new(*fen)
    }

    fn net(&self, row: &Behind) -> Fen {
        Fen::new(row.paid - row.returned)
    }

    fn of_whom(&self) -> String {
        of_whom(&self.scope)
    }
}

fn names(form: &Fields, name: &str) -> BTreeSet<String> {
    form.value(name).split(',').filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect()
}

/// Shows the grants that a scope holds between two days, at a position.
#[get("/audit/claim/rows?<form..>")]
pub async fn show(who: Reader, mut form: Fields, frame: Frame, door: &Managed<Door>) -> Answer<Rows> {
    let today = door.surroundings.clock.now().day();
    let as_of = form.read_optional("as_of", Day::parse_lenient).flatten().unwrap_or(today);
    let from = form.read_optional("from", Day::parse_lenient).flatten();
    let at = audit::position(who.head(), form.value("at").parse().ok())?;
    let scope = Scope {
        policies: names(&form, "policies"),
        instruments: names(&form, "instruments"),
        subdistricts: names(&form, "subdistricts"),
        industries: names(&form, "industries"),
        kinds: names(&form, "kinds"),
        sizes: names(&form, "sizes"),
    };
    let (c, selection) = (&door.db.read, selection(&scope, from));
    let moment = Moment { book_id: who.book_id(), as_of, at, is_head: at == who.head().position };
    let after = form.value("after").parse().unwrap_or(0);
    let mut rows = audit::behind(c, &moment, &selection, (after, EACH + 1)).await?;
    let is_more = rows.len() as u64 > EACH;
    rows.truncate(usize::try_from(EACH).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| is_more).map(|row| further(&frame, &form, row.id));
    let (up, t) = (frame.href("audit/claim"), frame.t);
    Ok(Page::new(Rows {
        whole: audit::selected(c, &moment, &selection).await?,
        frame: frame.page("claim", t.s("claims.rows.title")).following_clocks().crumb(up, t.s("claims.title")),
        as_of,
        from,
        at,
        scope,
        rows,
        next,
    }))
}

/// The address of the rows behind one.
fn further(frame: &Frame, form: &Fields, after: i64) -> String {
    let mut address = format!("{}?after={after}", frame.href("audit/claim/rows"));
    for name in ["as_of", "from", "at", "policies", "instruments", "subdistricts", "industries", "kinds", "sizes"] {
        if let Some(value) = form.filled(name) {
            address += &format!("&{name}={}", rocket::http::RawStr::new(value).percent_encode());
        }
    }
    address
}
