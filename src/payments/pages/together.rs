//! All open differences of a file that have one name, settled by one form.

use rocket::form::Form as Sent;
use rocket::{State as Managed, post};

use super::Payer;
use super::differences::{List, Looking, list};
use crate::journal::Door;
use crate::kernel::{Error, Refusal, Result};
use crate::payments::actions::{self, SettlingMany};
use crate::payments::rules::{How, Name};
use crate::payments::store::{self, DifferenceFilter, OpenTogether};
use crate::web::form::Choice;
use crate::web::{As, Fields, Frame, Reply, T};

/// What is settled together, and the form.
pub struct Together {
    pub(super) file: i64,
    pub(super) name: Name,
    pub(super) open: OpenTogether,
    /// The ways that this person may choose from, the proposed one first if it is among them.
    pub(super) ways: Vec<Choice>,
    pub(super) form: Fields,
}

impl Together {
    pub(super) fn count(&self) -> usize {
        self.open.lines.len()
    }

    /// What the button says: how many, and how much.
    pub(super) fn button(&self, t: impl As<T>) -> String {
        let t = t.value();
        let phrase = t.f("payments.together.settle").with("n", t.count(self.count()));
        phrase.with("sum", t.yuan(self.open.sum)).to_string()
    }

    pub(super) fn is_chosen(&self, way: &Choice) -> bool {
        match self.form.filled("how") {
            Some(typed) => typed == way.value,
            None => self.ways.first().is_some_and(|first| first.value == way.value),
        }
    }
}

/// What a list can settle together: it shows the open differences of one file that have one name, and there are several.
pub(super) async fn of_list(
    door: &Door,
    book_id: i64,
    looking: &Looking,
    filter: &DifferenceFilter,
    t: T,
) -> Result<Option<Together>> {
    let (Some(file), Some(name), Some("open")) = (filter.file, filter.name, filter.state.as_deref()) else {
        return Ok(None);
    };
    if !looking.pays {
        return Ok(None);
    }
    let c = &door.db.read;
    let open = store::open_together(c, book_id, file, name).await?;
    if open.lines.len() < 2 {
        return Ok(None);
    }
    let loaded_person = store::bank_file(c, book_id, file).await?.loaded_person;
    let ways = name.remedies().iter().filter(|how| looking.may_of(&loaded_person, **how));
    let ways = ways.map(|how| Choice::new(how.code(), t.s(how.key()))).collect();
    Ok(Some(Together { file, name, open, ways, form: Fields::new() }))
}

/// How they shall be settled, as typed.
fn typed(form: &mut Fields) -> Option<SettlingMany> {
    let unknown = || Refusal::new("difference_unknown");
    let file = form.read("file", |typed| typed.parse().map_err(|_| unknown()));
    let name = form.read("name", |code| Name::from_code(code).ok_or_else(unknown));
    let how = form.read("how", |code| How::from_code(code).ok_or_else(|| Refusal::new("how_not_chosen")));
    let [document, note, digest] = ["document", "note", "digest"].map(|field| form.value(field).to_owned());
    Some(SettlingMany { file: file?, name: name?, how: how?, document, note, digest })
}

/// Settles all of them, or none.
#[post("/differences/together", data = "<sent>")]
pub async fn settle(who: Payer, sent: Sent<Fields>, frame: Frame, door: &Managed<Door>) -> Result<Reply<List>, Error> {
    let mut form = sent.into_inner();
    let (key, settling) = (form.key(), typed(&mut form));
    let file = settling.as_ref().map(|settling| settling.file);
    let name = settling.as_ref().map(|settling| settling.name);
    if let (Some(key), Some(settling)) = (key, settling) {
        match actions::settle_many(door, who.ask(key, "settle_differences"), settling).await {
            Ok(done) => {
                let name = name.map_or("", Name::code);
                let to = frame.href(&format!("differences?state=settled&name={name}&file={}", done.file));
                let said = frame.t.f("payments.together.done").with("n", frame.t.count(done.settled)).to_string();
                return Ok(Reply::done(to, said));
            }
            Err(error) => form = form.take(error)?,
        }
    }
    // What is wrong may be the name or the file itself: then the list is that of all.
    let typed_file = form.value("file").parse().ok();
    let typed_name = Name::from_code(form.value("name"));
    let filter = DifferenceFilter {
        state: Some("open".to_owned()),
        name: name.or(typed_name),
        file: file.or(typed_file),
        line: None,
    };
    let mut shown = list(&who, filter, 0, frame, door).await?;
    shown.refused_together(form);
    Ok(Reply::again(shown))
}
