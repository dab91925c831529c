//! Choosing what to download, at which moment, in which form.

use askama::Template;
use rocket::{State, get};

use super::file;
use super::question::{Question, address, read};
use crate::audit::GroupBy;
use crate::exports::package::READERS;
use crate::exports::{FileFormat, Request, What};
use crate::journal::{Door, Keeper};
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
    ready: Option<Ready>,
    /// Whether this person may have a package.
    packs: bool,
}

/// What was asked for, and what goes with it.
struct Ready {
    request: Request,
    /// The position.
    at: i64,
    /// The name of the file.
    name: String,
    /// Whether this machine can sign the book as it was there.
    signs: bool,
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
pub async fn show(
    who: Reader,
    question: Question,
    frame: Frame,
    door: &State<Door>,
    keeper: &State<Keeper>,
) -> Answer<Choose> {
    let t = frame.t;
    let mut form = question.fields();
    let today = door.surroundings.clock.now().day();
    let asked = if question.is_empty() {
        form = form.with("lang", t.lang().code());
        None
    } else {
        read(&mut form, today, who.head().position, t.lang())
    };
    let ready = match asked {
        Some(request) => {
            let at = request.at.unwrap_or(who.head().position);
            let signs = keeper.signs_at(&door.db.read, who.head(), at).await?;
            Some(Ready { name: file::name(&who, &request), request, at, signs })
        }
        None => None,
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
