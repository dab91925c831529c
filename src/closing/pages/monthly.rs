//! The monthly report of a book, at a position.

use askama::Template;
use rocket::{State, get};

use crate::closing::report::{MonthlyReport, Row, monthly_report};
use crate::closing::rules::Figures;
use crate::journal::Door;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal};
use crate::people::Reader;
use crate::periods::{self, Month};
use crate::web::{Answer, Fields, Frame, Page};

/// The report.
#[derive(Template)]
#[template(path = "closing/pages/monthly.html")]
pub struct Monthly {
    frame: Frame,
    form: Fields,
    book: String,
    /// Absent while the question is wrong.
    report: Option<MonthlyReport>,
    /// Whether the month is closed, and so its figures stand.
    is_closed: bool,
}

impl Monthly {
    /// The figures of a line, in the order of the columns.
    fn columns(&self, figures: &Figures) -> [Fen; 10] {
        let Figures { carried, month, year, left } = *figures;
        [
            carried,
            month.appropriated,
            month.approved,
            month.paid,
            month.returned,
            year.appropriated,
            year.approved,
            year.paid,
            year.returned,
            left,
        ]
    }

    /// Whether this line begins another policy.
    fn begins(&self, rows: &[Row], index: &usize) -> bool {
        let before = index.checked_sub(1).and_then(|index| rows.get(index));
        before.is_none_or(|before| rows.get(*index).is_some_and(|row| row.policy != before.policy))
    }
}

/// Shows the report; without a month of the present one.
#[get("/audit/monthly?<month>&<at>")]
pub async fn show(
    who: Reader,
    month: Option<&str>,
    at: Option<&str>,
    frame: Frame,
    door: &State<Door>,
) -> Answer<Monthly> {
    let today = frame.clocks.as_of.unwrap_or_else(|| door.surroundings.clock.now().day());
    let month = month.map_or_else(|| Month::of(today).to_string(), str::to_owned);
    let mut form = Fields::new().with("month", month).with("at", at.unwrap_or_default());
    let month = form.read("month", Month::parse);
    let position = form.read_optional("at", |typed| {
        typed.replace(',', "").parse::<i64>().map_err(|_| Refusal::new("position_number"))
    });
    let (mut report, mut is_closed) = (None, false);
    if let (Some(month), Some(position)) = (month, position) {
        match monthly_report(&door.db, who.book_id(), month, position).await {
            Ok(found) => report = Some(found),
            Err(Error::Refused(refusals)) => form = form.refused(refusals),
            Err(error) => return Err(error),
        }
        is_closed = periods::closed(&door.db.read, who.book_id()).await?.covers(month.last());
    }
    let (title, book) = (frame.t.s("monthly.title"), who.head().name.clone());
    Ok(Page::new(Monthly { frame: frame.page("monthly", title).following_clocks(), form, book, report, is_closed }))
}
