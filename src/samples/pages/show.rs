//! A sample: how it was drawn, its items with what was found, what their errors come to; drawn again; its working paper.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::http::ContentType;
use rocket::{State as Managed, get, post};

use super::Auditor;
use crate::journal::{Door, Keeper, Names};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::people::{Admission, In, Reader, Role};
use crate::samples::actions::{self, Redrawn};
use crate::samples::events::SampleDrawn;
use crate::samples::files::{FileFormat, bytes};
use crate::samples::rules::{ItemResult, NoteForm, Projection, project};
use crate::samples::store::{self, ItemView, Sample};
use crate::web::form::Choice;
use crate::web::{ABSENT, Answer, Download, Fields, Frame, Page, Reply};

/// The sample.
#[derive(Template)]
#[template(path = "samples/pages/show.html")]
pub struct Shown {
    frame: Frame,
    form: Fields,
    sample: Sample,
    drawn: SampleDrawn,
    items: Vec<ItemView>,
    names: Names,
    results: Vec<Choice>,
    /// Which item is being looked at.
    at_work: Option<ItemView>,
    /// What errors come to, of what was looked at.
    projection: Projection,
    /// Present where somebody asked.
    redrawn: Option<Redrawn>,
    /// Whether this person notes and concludes.
    audits: bool,
    /// Code of the book.
    book: String,
    /// Position of what is shown.
    at: i64,
    /// Whether this machine can sign the book as it was at the position.
    signs: bool,
}

impl Shown {
    fn base(&self) -> String {
        self.frame.href(&format!("audit/samples/{}", self.sample.id))
    }

    /// The name of the file, without ending.
    fn stem(&self) -> String {
        format!("{}-sample-{}", self.book, self.sample.id)
    }

    fn method(&self) -> &'static str {
        self.frame.t.s(&format!("samples.method.{}", self.sample.method.code()))
    }

    fn formula(&self) -> &'static str {
        self.frame.t.s(&format!("samples.formula.{}", self.sample.method.code()))
    }

    /// The conditions of the population beside its clocks.
    fn filters(&self) -> String {
        let (t, parameters) = (self.frame.t, &self.drawn.parameters);
        let amount = |amount: Option<Fen>| amount.map(|amount| t.yuan(amount));
        let parts = [
            (t.s("samples.by.policy"), parameters.policy.clone()),
            (t.s("samples.by.subdistrict"), parameters.subdistrict.clone()),
            (t.s("samples.least"), amount(parameters.least)),
            (t.s("samples.most"), amount(parameters.most)),
        ];
        let said = parts.into_iter().filter_map(|(name, value)| value.map(|value| format!("{name} {value}")));
        let said: Vec<String> = said.collect();
        if said.is_empty() { ABSENT.to_owned() } else { said.join(" · ") }
    }

    fn noted(&self) -> usize {
        self.items.iter().filter(|item| item.result.is_some()).count()
    }

    fn faults(&self) -> usize {
        self.items.iter().filter(|item| item.result.is_some_and(|one| one != ItemResult::Satisfactory)).count()
    }

    fn width(&self) -> usize {
        (self.noted() * 100).checked_div(self.items.len()).unwrap_or(0)
    }

    fn progress(&self) -> String {
        let t = self.frame.t;
        t.f("samples.progress").with("done", self.noted()).with("all", self.items.len()).to_string()
    }

    fn is_done(&self) -> bool {
        self.noted() == self.items.len()
    }

    fn result(&self, item: &ItemView) -> &'static str {
        item.result.map_or("", |result| self.frame.t.s(&format!("samples.result.{}", result.code())))
    }

    fn look(&self, item: &ItemView) -> (&'static str, &'static str) {
        match item.result {
            Some(ItemResult::Satisfactory) => ("paid", "circle-check"),
            _ => ("wrong", "alert-triangle"),
        }
    }

    /// An error in words of money; more in the book than found is above zero.
    fn error(&self, fen: &i128) -> String {
        i64::try_from(*fen).map_or_else(|_| fen.to_string(), |fen| Fen::new(fen).grouped())
    }
}

async fn page<A: Admission>(
    who: &In<A>,
    id: i64,
    (frame, form): (Frame, Fields),
    (door, keeper): (&Door, &Keeper),
    redraws: bool,
) -> Result<Shown> {
    let (t, c, book_id) = (frame.t, &door.db.read, who.book_id());
    let (sample, drawn) = store::sample(c, book_id, id).await?;
    let items = store::items(c, book_id, id).await?;
    let audits = who.has(Role::Auditor) && !sample.is_concluded();
    let asked = form.value("grant").parse::<i64>().ok();
    let at_work = match asked {
        Some(grant) => items.iter().find(|item| item.grant == grant),
        None => items.iter().find(|item| item.result.is_none()),
    };
    let examined: Vec<_> = items.iter().filter_map(ItemView::examined).collect();
    let projection = project(sample.method, &drawn.strata, &examined);
    let redrawn = if redraws { Some(actions::redraw(&door.db, who.head(), id, None).await?) } else { None };
    let up = frame.href("audit/samples");
    let (book, at) = (who.head().code.clone(), who.head().position);
    Ok(Shown {
        signs: keeper.signs_at(c, who.head(), at).await?,
        book,
        at,
        at_work: at_work.filter(|_| audits).cloned(),
        names: Names::read(c, book_id).await?,
        results: ItemResult::ALL
            .map(|one| Choice::new(one.code(), t.s(&format!("samples.result.{}", one.code()))))
            .to_vec(),
        frame: frame.page("samples", t.f("samples.one").with("id", id)).crumb(up, t.s("samples.title")),
        form,
        sample,
        drawn,
        items,
        projection,
        redrawn,
        audits,
    })
}

/// Shows it; `grant` chooses the item to look at, `redraw` draws it again.
#[get("/audit/samples/<id>?<form..>")]
pub async fn show(
    who: Reader,
    id: i64,
    form: Fields,
    frame: Frame,
    door: &Managed<Door>,
    keeper: &Managed<Keeper>,
) -> Answer<Shown> {
    let redraws = form.has("redraw");
    Ok(Page::new(page(&who, id, (frame, form), (door, keeper), redraws).await?))
}

fn read(form: &mut Fields) -> Option<NoteForm> {
    let grant = form.value("grant").parse::<i64>().ok();
    let result = form.read("result", ItemResult::parse);
    let found = form.read_optional("found", Fen::parse);
    Some(NoteForm { grant: grant?, result: result?, found: found?, note: form.value("note").to_owned() })
}

/// Notes what was found of an item, and goes on to the next.
#[post("/audit/samples/<id>/note", data = "<sent>")]
pub async fn note(
    who: Auditor,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
    keeper: &Managed<Keeper>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let (key, noted) = (form.key(), read(&mut form));
    let (Some(key), Some(noted)) = (key, noted) else {
        return Ok(Reply::again(page(&who, id, (frame, form), (door, keeper), false).await?));
    };
    match actions::note(door, who.ask(key, "note_sample_item"), id, noted).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("audit/samples/{id}")), frame.t.s("samples.note.done"))),
        Err(error) => Ok(Reply::again(page(&who, id, (frame, form.take(error)?), (door, keeper), false).await?)),
    }
}

/// Concludes it.
#[post("/audit/samples/<id>/conclude", data = "<sent>")]
pub async fn conclude(
    who: Auditor,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
    keeper: &Managed<Keeper>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else {
        return Ok(Reply::again(page(&who, id, (frame, form), (door, keeper), false).await?));
    };
    let summary = form.value("summary").to_owned();
    match actions::conclude(door, who.ask(key, "conclude_sample"), id, summary).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("audit/samples/{id}")), frame.t.s("samples.conclude.done"))),
        Err(error) => Ok(Reply::again(page(&who, id, (frame, form.take(error)?), (door, keeper), false).await?)),
    }
}

/// The working paper.
#[get("/audit/samples/<id>/file?<format>")]
pub async fn file(who: Reader, id: i64, format: &str, frame: Frame, door: &Managed<Door>) -> Result<Download, Error> {
    let format = FileFormat::parse(format)?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let (_, drawn) = store::sample(c, book_id, id).await?;
    let items = store::items(c, book_id, id).await?;
    let kind = match format {
        FileFormat::Csv => ContentType::CSV,
        FileFormat::Xlsx => ContentType::new("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    };
    let name = format!("{}-sample-{id}.{}", who.head().code, format.extension());
    Ok(Download { name, kind, bytes: bytes(&drawn, &items, format, frame.t.lang())? })
}
