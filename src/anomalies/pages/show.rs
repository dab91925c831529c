//! Every question at a glance.

use askama::Template;
use rocket::{State, get};

use super::asked::{carried, filled, read};
use super::file::stem;
use super::plot::{Digit, digits, svg};
use crate::anomalies::render::thousandths;
use crate::anomalies::rules::{CRITICAL_MILLIONTHS, GRANTS_MIN, Lines};
use crate::anomalies::{Found, Survey, survey};
use crate::journal::{Door, Keeper};
use crate::kernel::{Error, money::Fen};
use crate::people::Reader;
use crate::web::{Answer, Fields, Frame, Page};

/// The questions.
#[derive(Template)]
#[template(path = "anomalies/pages/show.html")]
pub struct Show {
    frame: Frame,
    form: Fields,
    /// Absent while the question is wrong.
    survey: Option<Survey>,
    asked: String,
    /// Code of the book.
    book: String,
    /// Whether this machine can sign the book as it was at the position.
    signs: bool,
}

impl Show {
    fn title(&self, found: &Found) -> &'static str {
        found.kind.title(self.frame.t)
    }

    fn definition(&self, found: &Found) -> &'static str {
        found.kind.definition(self.frame.t)
    }

    fn href(&self, found: &Found) -> String {
        format!("{}/{}{}", self.frame.href("audit/anomalies"), found.kind.code(), self.asked)
    }

    fn file(&self) -> String {
        format!("{}{}&lang={}", self.frame.href("audit/anomalies/rows.csv"), self.asked, self.frame.t.lang().code())
    }

    /// The name of the file, without ending.
    fn stem(&self, survey: &Survey) -> String {
        stem(&self.book, None, survey.as_of)
    }

    fn sum_key(&self, found: &Found) -> &'static str {
        let of_approvals = found.kind.is_of_approvals();
        self.frame.t.s(if of_approvals { "anomalies.sum.approved" } else { "anomalies.sum.net" })
    }

    fn sum(&self, found: &Found) -> Fen {
        found.sum
    }

    fn svg(&self, survey: &Survey) -> String {
        svg(self.frame.t, &survey.benford)
    }

    fn digits(&self, survey: &Survey) -> Vec<Digit> {
        digits(&survey.benford)
    }

    /// What the picture says, in words.
    fn said(&self, survey: &Survey) -> String {
        let (t, benford) = (self.frame.t, &survey.benford);
        let key = match (benford.is_enough(), benford.deviates()) {
            (false, _) => "anomalies.benford.few",
            (true, false) => "anomalies.benford.fits",
            (true, true) => "anomalies.benford.deviates",
        };
        t.f(key)
            .with("n", t.count(benford.all()))
            .with("min", GRANTS_MIN)
            .with("found", thousandths(benford.chi_square_millionths()))
            .with("critical", thousandths(CRITICAL_MILLIONTHS))
            .to_string()
    }

    fn nothing(survey: &Survey) -> bool {
        survey.grants == 0
    }
}

/// Asks every question of the book.
#[get("/audit/anomalies?<form..>")]
pub async fn show(
    who: Reader,
    mut form: Fields,
    frame: Frame,
    door: &State<Door>,
    keeper: &State<Keeper>,
) -> Answer<Show> {
    let today = door.surroundings.clock.now().day();
    let mut found = None;
    let mut lines = Lines::default();
    if let Some(asked) = read(&mut form, today) {
        lines = asked.lines;
        match survey(&door.db, who.head(), asked.as_of, asked.at, &lines).await {
            Ok(survey) => found = Some(survey),
            Err(Error::Refused(refusals)) => form = form.refused(refusals),
            Err(error) => return Err(error),
        }
    }
    let signs = match &found {
        Some(survey) => keeper.signs_at(&door.db.read, who.head(), survey.at).await?,
        None => false,
    };
    let asked = carried(&form);
    let form = filled(form, &frame, &lines);
    let title = frame.t.s("anomalies.title");
    let (frame, book) = (frame.page("anomalies", title).following_clocks(), who.head().code.clone());
    Ok(Page::new(Show { frame, form, survey: found, asked, book, signs }))
}
