//! Choosing what to download, at which moment, in which form.

use askama::Template;
use rocket::{State, get};

use super::question::{Question, address, read};
use crate::audit::GroupBy;
use crate::exports::package::READERS;
use crate::exports::{FileFormat, Request, What};
use crate::journal::Door;
use crate::people::Reader;
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page};

/// The form, and the links once it is filled.
#[derive(Template)]
#[template(path = "exports/pages/choose.html")]
pub struct Choose {
    frame: Frame,
    form: Fields,
    whats: Vec<Choice>,
    formats: Vec<Choice>,
    langs: Vec<Choice>,
    columns: [GroupBy; 8],
    ready: Option<Request>,
    /// Whether this person may have a package.
    packs: bool,
}

impl Choose {
    fn file(&self, request: &Request) -> String {
        address(&self.frame.href("audit/exports/file"), request)
    }

    fn manifest(&self, request: &Request) -> String {
        address(&self.frame.href("audit/exports/manifest"), request)
    }

    fn is_by(&self, by: &GroupBy) -> bool {
        self.form.is("by", by.code())
    }

    fn words(&self, what: &What) -> &'static str {
        self.frame.t.s(&format!("exports.what.{}", what.code().replace('-', "_")))
    }
}

/// Shows the form.
#[get("/audit/exports?<question..>")]
pub async fn show(who: Reader, question: Question, frame: Frame, door: &State<Door>) -> Answer<Choose> {
    let t = frame.t;
    let mut form = question.fields();
    let today = door.surroundings.clock.now().day();
    let ready = if question.is_empty() {
        form = form.with("lang", t.lang().code());
        None
    } else {
        read(&mut form, today, who.head().position, t.lang())
    };
    let mut choose = Choose {
        whats: Vec::new(),
        formats: FileFormat::ALL.map(|one| Choice::new(one.extension(), one.extension().to_uppercase())).to_vec(),
        langs: vec![Choice::new("zh", t.s("exports.lang.zh")), Choice::new("en", t.s("exports.lang.en"))],
        columns: GroupBy::ALL,
        frame: frame.page("exports", t.s("exports.title")).following_clocks(),
        form,
        ready,
        packs: READERS.iter().any(|role| who.has(*role)),
    };
    choose.whats = What::ALL.into_iter().map(|what| Choice::new(what.code(), choose.words(&what))).collect();
    Ok(Page::new(choose))
}
