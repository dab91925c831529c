//! What stands behind a figure, and what it adds up to: grants, returned ones only, allotments of a budget; of a share both
//! parts.

use std::collections::BTreeSet;

use askama::Template;
use rocket::{State as Managed, get};

use super::check::of_whom;
use crate::audit::{self, Allotted, Behind, Moment, Selected, Slice};
use crate::claims::{InForce, Measure, Scope, Span, policies, selection};
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
    /// The allotments, where the figure is a budget or a part of one.
    allotments: Vec<Allotted>,
    /// The policies, where the figure is a number of them.
    policies: Vec<InForce>,
    whole: Selected,
    /// What the figure is a share of.
    all: Option<Selected>,
    /// Where further ones are.
    next: Option<String>,
}

impl Rows {
    fn fen(&self, fen: &i64) -> Fen {
        Fen::new(*fen)
    }

    fn budget(&self) -> Fen {
        Fen::sum(self.allotments.iter().map(|row| Fen::new(row.fen))).unwrap_or_default()
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
    let measure = form.filled("measure").and_then(Measure::from_code);
    let (scope, of) = (scope(&form, ""), scope(&form, "of_"));
    let (c, selected) = (&door.db.read, selection(&scope, from));
    let moment = Moment { book_id: who.book_id(), as_of, at, is_head: at == who.head().position };
    let allotments = match measure {
        Some(Measure::Budget | Measure::Completion) => audit::allotted(c, &moment, &selection(&scope, None)).await?,
        _ => Vec::new(),
    };
    let policies = match measure {
        Some(Measure::PoliciesOfBook) => policies(c, &moment, Span { from, to: Some(as_of) }, &scope).await?,
        _ => Vec::new(),
    };
    let all = match measure {
        Some(Measure::ShareOfNet | Measure::ShareOfRecipients) => {
            Some(audit::selected(c, &moment, &selection(&of, from)).await?)
        }
        _ => None,
    };
    let slice = Slice {
        after: form.value("after").parse().unwrap_or(0),
        limit: if matches!(measure, Some(Measure::Budget | Measure::PoliciesOfBook)) { 0 } else { EACH + 1 },
        only_returned: measure == Some(Measure::Returned),
    };
    let mut rows = audit::behind(c, &moment, &selected, slice).await?;
    let is_more = rows.len() as u64 > EACH;
    rows.truncate(usize::try_from(EACH).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| is_more).map(|row| further(&frame, &form, row.id));
    let (up, t) = (frame.href("audit/claim"), frame.t);
    Ok(Page::new(Rows {
        whole: audit::selected(c, &moment, &selected).await?,
        frame: frame.page("claim", t.s("claims.rows.title")).following_clocks().crumb(up, t.s("claims.title")),
        as_of,
        from,
        at,
        scope,
        rows,
        allotments,
        policies,
        all,
        next,
    }))
}

/// The dimensions of a scope in an address.
pub(super) const DIMENSIONS: [&str; 6] = ["policies", "instruments", "subdistricts", "industries", "kinds", "sizes"];

fn scope(form: &Fields, before: &str) -> Scope {
    let [policies, instruments, subdistricts, industries, kinds, sizes] =
        DIMENSIONS.map(|name| names(form, &format!("{before}{name}")));
    Scope { policies, instruments, subdistricts, industries, kinds, sizes }
}

/// The address of the rows behind one.
fn further(frame: &Frame, form: &Fields, after: i64) -> String {
    let mut address = format!("{}?after={after}", frame.href("audit/claim/rows"));
    let dimensions = DIMENSIONS.into_iter().flat_map(|name| [name.to_owned(), format!("of_{name}")]);
    for name in ["as_of", "from", "at", "measure"].map(ToOwned::to_owned).into_iter().chain(dimensions) {
        if let Some(value) = form.filled(&name) {
            address += &format!("&{name}={}", rocket::http::RawStr::new(value).percent_encode());
        }
    }
    address
}
