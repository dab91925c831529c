//! Totals as of a day, at a position, by the columns that were asked for.

use askama::Template;
use rocket::{State, get};

use super::{Asked, asked_moment};
use crate::audit::{GroupBy, Totals as Figures, totals};
use crate::journal::{Door, Keeper};
use crate::kernel::Error;
use crate::people::Reader;
use crate::web::{Answer, Fields, Frame, Page};

/// The report.
#[derive(Template)]
#[template(path = "audit/pages/totals.html")]
pub struct Totals {
    frame: Frame,
    form: Fields,
    /// Absent while the question is wrong.
    totals: Option<Figures>,
    columns: [GroupBy; 8],
    book: String,
    /// Whether this machine can sign the book as it was at the position.
    signs: bool,
}

impl Totals {
    /// The address of a file of what is shown.
    fn file(&self, totals: &Figures, format: &str) -> String {
        let by: String = totals.by.iter().map(|by| format!("&by={}", by.code())).collect();
        let lang = self.frame.t.lang().code();
        let path = self.frame.href("audit/exports/file");
        format!("{path}?what=totals&format={format}&lang={lang}&as_of={}&at={}{by}", totals.as_of, totals.at)
    }

    /// The name of the files, without ending.
    fn name(&self, totals: &Figures) -> String {
        format!("{}-totals-{}-{}", totals.book, totals.as_of, totals.at)
    }

    /// The trial balance at the clocks of what is shown.
    fn trial_balance(&self, totals: &Figures) -> String {
        format!("{}?as_of={}&at={}", self.frame.href("audit/trial-balance"), totals.as_of, totals.at)
    }

    fn is_by(&self, by: &GroupBy) -> bool {
        self.form.is("by", by.code())
    }
}

/// Shows the report; without clocks of today and at the head, without columns by policy.
#[get("/audit/totals?<as_of>&<at>&<by>&<asked>")]
#[expect(clippy::too_many_arguments, reason = "half of them are words of the address")]
pub async fn show(
    who: Reader,
    as_of: Option<&str>,
    at: Option<&str>,
    by: Vec<&str>,
    asked: Option<&str>,
    frame: Frame,
    door: &State<Door>,
    keeper: &State<Keeper>,
) -> Answer<Totals> {
    let by: Vec<GroupBy> = by.iter().filter_map(|word| GroupBy::parse(word)).collect();
    let by = if by.is_empty() && asked.is_none() { vec![GroupBy::Policy] } else { by };
    let mut form = Fields::new().with("as_of", as_of.unwrap_or_default()).with("at", at.unwrap_or_default());
    form.set_all("by", by.iter().map(|by| by.code()));
    let mut found = None;
    if let Some(Asked { as_of, at }) = asked_moment(&mut form, door.surroundings.clock.now().day()) {
        match totals(&door.db, who.head(), as_of, at, &by).await {
            Ok(totals) => found = Some(totals),
            Err(Error::Refused(refusals)) => form = form.refused(refusals),
            Err(error) => return Err(error),
        }
    }
    let signs = match &found {
        Some(totals) => keeper.signs_at(&door.db.read, who.head(), totals.at).await?,
        None => false,
    };
    let title = frame.t.s("audit.totals.title");
    let book = who.head().name.clone();
    Ok(Page::new(Totals {
        frame: frame.page("totals", title).following_clocks(),
        form,
        totals: found,
        columns: GroupBy::ALL,
        book,
        signs,
    }))
}
