//! One report, as of a day, known at a position, in a unit; and filing it.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::download::stem;
use super::question::{Question, asked, read};
use super::{Filer, OfFiler, rows_shown, words};
use crate::journal::{Door, Keeper};
use crate::kernel::{Error, Refusal, Result};
use crate::people::{Admission, In, Reader};
use crate::reports::actions::{self, FileForm, content};
use crate::reports::make::make;
use crate::reports::printed::{Printed, printed, said, unit_word};
use crate::reports::rules::{FilingState, Layout, Report, may_be_filed, unit_code};
use crate::reports::store::{self, Filing};
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The report and what may be done with it.
#[derive(Template)]
#[template(path = "reports/pages/show.html")]
pub struct Shown {
    frame: Frame,
    form: Fields,
    layout: &'static Layout,
    units: Vec<Choice>,
    /// Absent while the question is wrong.
    made: Option<Made>,
}

/// A report that was made.
struct Made {
    report: Report,
    question: Question,
    printed: Printed,
    /// SHA-256 of what would be kept.
    content: String,
    /// The filing of this day that stands.
    living: Option<Filing>,
    /// Why it cannot be filed.
    barred: Option<Refusal>,
    /// Whether this person may file it.
    files: bool,
    /// Whether this machine can sign the book as it was at the position.
    signs: bool,
}

impl Shown {
    fn about(&self) -> &str {
        said(&self.layout.about, self.frame.t.lang())
    }

    /// Why there is nothing, and what to do.
    fn nothing(&self) -> &'static str {
        self.frame.t.s(if self.layout.direct_only { "reports.empty.direct" } else { "reports.empty" })
    }

    fn base(&self) -> String {
        self.frame.href(&format!("reports/{}", self.layout.name))
    }

    fn download(&self, made: &Made, format: &str) -> String {
        format!("{}/file?{}&format={format}", self.base(), asked(&made.question))
    }

    /// The name of the files, without ending.
    fn stem(&self, made: &Made) -> String {
        stem(&made.report)
    }

    fn unit_code(&self, made: &Made) -> &'static str {
        unit_code(made.question.unit)
    }

    /// The page with every row, to be printed.
    fn whole(&self) -> String {
        let question = self.made.as_ref().map(|made| asked(&made.question)).unwrap_or_default();
        format!("{}?{question}&all=1", self.base())
    }

    fn state(&self, filing: &Filing) -> words::Look {
        words::look(self.frame.t, filing.state)
    }

    fn is_pending(&self, filing: &Filing) -> bool {
        filing.state == FilingState::Pending
    }

    /// What will happen when it is filed.
    fn happens(&self, made: &Made) -> String {
        let t = self.frame.t;
        let words = t.f("reports.file.happens").with("title", said(&self.layout.title, t.lang()));
        let words = words.with("day", t.long_day(made.report.as_of)).with("at", t.count(made.report.at));
        words.with("n", t.count(made.report.rows.len())).with("unit", unit_word(t, made.question.unit)).to_string()
    }

    fn moment(&self) -> String {
        self.made.as_ref().map_or_else(String::new, |made| moment(&self.frame, &made.report, &made.question))
    }

    fn signatures(&self) -> [(&'static str, String); 4] {
        let head = self.made.as_ref().map_or("", |made| &made.report.head_of_unit);
        foot(&self.frame, [head, "", "", ""])
    }
}

/// The line above a table: whose it is, when, at which position, in which unit.
fn moment(frame: &Frame, report: &Report, question: &Question) -> String {
    let t = frame.t;
    let words = t.f("reports.moment").with("unit", &report.reporting_unit).with("day", report.as_of);
    let words = words.with("at", t.count(report.at)).with("root", t.brief(&report.root));
    words.with("money", unit_word(t, question.unit)).to_string()
}

/// The line of the filing's page.
pub(super) fn moment_of(frame: &Frame, report: &Report, filing: &Filing) -> String {
    moment(frame, report, &Question { as_of: filing.as_of, at: Some(filing.at), unit: filing.unit })
}

/// The foot of a report: who answers for it, who reviewed and who made it, and when it was filed.
pub(super) fn foot(frame: &Frame, [head, reviewed, prepared, day]: [&str; 4]) -> [(&'static str, String); 4] {
    let t = frame.t;
    [
        (t.s("reports.foot.head"), head.to_owned()),
        (t.s("reports.foot.reviewed"), reviewed.to_owned()),
        (t.s("reports.foot.prepared"), prepared.to_owned()),
        (t.s("reports.foot.day"), day.to_owned()),
    ]
}

async fn page<A: Admission>(
    who: &In<A>,
    layout: &'static Layout,
    frame: Frame,
    mut form: Fields,
    (door, keeper): (&Door, &Keeper),
) -> Result<Shown> {
    let (t, today) = (frame.t, door.surroundings.clock.now().day());
    let mut made = None;
    if let Some(question) = read(&mut form, layout, today) {
        form = form.with("as_of", question.as_of).with("unit", unit_code(question.unit));
        match make(&door.db, who.head(), layout, question.as_of, question.at).await {
            Ok(report) => {
                let signs = keeper.signs_at(&door.db.read, who.head(), report.at).await?;
                made = Some(Made {
                    signs,
                    printed: printed(&report, t, question.unit, rows_shown(&form))?,
                    content: content(&report)?.1,
                    living: store::living(&door.db.read, who.book_id(), &layout.name, report.as_of).await?,
                    barred: may_be_filed(layout, report.as_of, today).err(),
                    files: OfFiler::ROLES.iter().any(|role| who.has(*role)),
                    question: Question { at: Some(report.at), ..question },
                    report,
                });
            }
            Err(Error::Refused(refusals)) => form = form.refused(refusals),
            Err(error) => return Err(error),
        }
    }
    let up = frame.href("reports");
    Ok(Shown {
        units: ["yuan", "wan"].map(|unit| Choice::new(unit, t.s(&format!("reports.unit.{unit}")))).to_vec(),
        frame: frame.page("reports", said(&layout.title, t.lang())).following_clocks().crumb(up, t.s("reports.title")),
        form,
        layout,
        made,
    })
}

/// Shows a report.
#[get("/reports/<name>?<form..>")]
pub async fn show(
    who: Reader,
    name: &str,
    form: Fields,
    frame: Frame,
    door: &Managed<Door>,
    keeper: &Managed<Keeper>,
) -> Answer<Shown> {
    let layout = Layout::find(name).ok_or(Error::NotFound)?;
    Ok(Page::new(page(&who, layout, frame, form, (door, keeper)).await?))
}

/// Files it; another person signs.
#[post("/reports/<name>/file", data = "<sent>")]
pub async fn file(
    who: Filer,
    name: &str,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
    keeper: &Managed<Keeper>,
) -> Result<Reply<Shown>, Error> {
    let layout = Layout::find(name).ok_or(Error::NotFound)?;
    let mut form = sent.into_inner();
    let key = form.key();
    let question = read(&mut form, layout, door.surroundings.clock.now().day());
    let (Some(key), Some(Question { as_of, at: Some(at), unit })) = (key, question) else {
        return Ok(Reply::again(page(&who, layout, frame, form, (door, keeper)).await?));
    };
    let filed = FileForm {
        report: layout.name.clone(),
        as_of,
        at,
        unit: unit_code(unit).to_owned(),
        content: form.value("content").to_owned(),
    };
    match actions::file(door, who.ask(key, "file_report"), who.head(), filed).await {
        Ok(answer) => {
            let to = frame.href(&format!("report-filings/{}", answer.filing));
            Ok(Reply::done(to, frame.t.s("reports.file.done")))
        }
        Err(error) => Ok(Reply::again(page(&who, layout, frame, form.take(error)?, (door, keeper)).await?)),
    }
}
