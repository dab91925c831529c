//! A new sample: its parameters, what it would be drawn from, and the draw.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::Auditor;
use crate::journal::Door;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result};
use crate::samples::actions::{self, DrawForm};
use crate::samples::events::SampleDrawn;
use crate::samples::rules::{Method, StratumBy};
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The size that is proposed.
const SIZE_USUAL: i64 = 60;

/// The form.
#[derive(Template)]
#[template(path = "samples/pages/new.html")]
pub struct New {
    frame: Frame,
    form: Fields,
    methods: Vec<Choice>,
    bys: Vec<Choice>,
    /// What it would be drawn from; absent until it is asked.
    found: Option<SampleDrawn>,
}

impl New {
    /// What will happen.
    fn happens(&self, found: &SampleDrawn) -> String {
        let t = self.frame.t;
        let words = t.f("samples.draw.happens").with("n", t.count(found.population.count));
        let words = words.with("sum", t.yuan(found.population.sum)).with("size", t.count(found.parameters.size));
        words.with("at", t.count(found.parameters.at)).to_string()
    }

    fn stratum<'s>(&self, name: &'s str) -> &'s str {
        if name.is_empty() { self.frame.t.s("samples.stratum.whole") } else { name }
    }
}

/// What is asked; nothing where a field is wrong.
fn read(form: &mut Fields, today: Day, head: i64) -> Option<DrawForm> {
    let whole = |typed: &str, code| typed.replace(',', "").parse::<i64>().map_err(|_| Refusal::new(code));
    let method = form.read("method", Method::parse);
    let by = form.read_optional("by", StratumBy::parse);
    let size = form.read("size", |typed| whole(typed, "sample_size_number"));
    let as_of = form.read_optional("as_of", Day::parse_lenient);
    let at = form.read_optional("at", |typed| whole(typed, "position_number"));
    let least = form.read_optional("least", Fen::parse);
    let most = form.read_optional("most", Fen::parse);
    let text = |name: &str| form.filled(name).map(ToOwned::to_owned);
    Some(DrawForm {
        method: method?,
        by: by?,
        size: size?,
        seed: form.value("seed").to_owned(),
        as_of: as_of?.unwrap_or(today),
        at: at?.unwrap_or(head),
        policy: text("policy"),
        subdistrict: text("subdistrict"),
        least: least?,
        most: most?,
    })
}

fn page(frame: Frame, form: Fields, found: Option<SampleDrawn>) -> New {
    let (t, up) = (frame.t, frame.href("audit/samples"));
    let methods = Method::ALL.map(|one| Choice::new(one.code(), t.s(&format!("samples.method.{}", one.code()))));
    let bys = StratumBy::ALL.map(|one| Choice::new(one.code(), t.s(&format!("samples.by.{}", one.code()))));
    New {
        frame: frame.page("samples", t.s("samples.new")).following_clocks().crumb(up, t.s("samples.title")),
        form,
        methods: methods.to_vec(),
        bys: bys.to_vec(),
        found,
    }
}

/// Shows the form, and what the draw would choose from once it is filled.
#[get("/audit/samples/new?<form..>")]
pub async fn show(who: Auditor, mut form: Fields, frame: Frame, door: &Managed<Door>) -> Answer<New> {
    let today = door.surroundings.clock.now().day();
    if !form.has("method") {
        let form = form.with("size", SIZE_USUAL).with("as_of", frame.clocks.as_of.unwrap_or(today));
        return Ok(Page::new(page(frame, form, None)));
    }
    let Some(asked) = read(&mut form, today, who.head().position) else {
        return Ok(Page::new(page(frame, form, None)));
    };
    match actions::preview(&door.db, who.head(), asked).await {
        Ok(found) => {
            // What is drawn is drawn from what was shown.
            let form = form.with("as_of", found.parameters.as_of).with("at", found.parameters.at);
            Ok(Page::new(page(frame, form, Some(found))))
        }
        Err(error) => Ok(Page::new(page(frame, form.take(error)?, None))),
    }
}

/// Draws.
#[post("/audit/samples", data = "<sent>")]
pub async fn draw(who: Auditor, sent: Sent<Fields>, frame: Frame, door: &Managed<Door>) -> Result<Reply<New>, Error> {
    let mut form = sent.into_inner();
    let (key, asked) = (form.key(), read(&mut form, door.surroundings.clock.now().day(), who.head().position));
    let (Some(key), Some(asked)) = (key, asked) else { return Ok(Reply::again(page(frame, form, None))) };
    match actions::draw(door, who.ask(key, "draw_sample"), who.head(), asked).await {
        Ok(answer) => {
            let to = frame.href(&format!("audit/samples/{}", answer.sample));
            Ok(Reply::done(to, frame.t.s("samples.draw.done")))
        }
        Err(error) => Ok(Reply::again(page(frame, form.take(error)?, None))),
    }
}
