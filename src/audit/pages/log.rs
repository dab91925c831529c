//! The book as a log, newest first.

use askama::Template;
use rocket::{State, get};

use super::{kind_words, person};
use crate::journal::{Door, Entry, Filter, Names, OPERATOR, entries};
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::people::Reader;
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page};

/// Lines of a page.
const LINES: usize = 50;

/// A page of the log.
#[derive(Template)]
#[template(path = "audit/pages/log.html")]
pub struct Log {
    frame: Frame,
    form: Fields,
    lines: Vec<Entry>,
    names: Names,
    people: Vec<Choice>,
    kinds: Vec<Choice>,
    /// Where older lines are, if there are any.
    older: Option<String>,
    /// Where the newest lines are, if these are not the newest.
    newest: Option<String>,
    events: i64,
}

impl Log {
    fn kind(&self, kind: &str) -> &'static str {
        kind_words(self.frame.t, kind)
    }

    fn person<'n>(&'n self, uid: &'n str) -> &'n str {
        person(self.frame.t, uid, self.names.of(uid))
    }
}

/// Shows a page of the log.
#[get("/audit/log?<person>&<kind>&<from>&<until>&<before>")]
#[expect(clippy::too_many_arguments, reason = "the filters of a list stand in its address")]
pub async fn show(
    who: Reader,
    person: Option<&str>,
    kind: Option<&str>,
    from: Option<&str>,
    until: Option<&str>,
    before: Option<i64>,
    frame: Frame,
    door: &State<Door>,
) -> Answer<Log> {
    let typed = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let mut form = Fields::new()
        .with("person", typed(person))
        .with("kind", typed(kind))
        .with("from", typed(from))
        .with("until", typed(until));
    let from = form.read_optional("from", Day::parse_lenient).flatten();
    let until = form.read_optional("until", Day::parse_lenient).flatten();
    let filter = Filter {
        actor_uid: form.filled("person").map(ToOwned::to_owned),
        kind: form.filled("kind").map(ToOwned::to_owned),
        from: from.map(Instant::start_of),
        until: until.map(|day| Instant::start_of(day.plus_days(1))),
        before,
        at: frame.clocks.at,
    };
    let mut lines = entries(&door.db.read, who.book_id(), &filter, LINES as u64 + 1).await?;
    let more = lines.len() > LINES;
    lines.truncate(LINES);
    let names = Names::read(&door.db.read, who.book_id()).await?;
    let here = address(&frame, &form);
    let t = frame.t;
    let people = names.people().into_iter().map(|one| Choice::new(&one.uid, &one.name));
    Ok(Page::new(Log {
        people: people.chain([Choice::new(OPERATOR, t.s("audit.operator"))]).collect(),
        kinds: kinds(door, &frame),
        older: lines.last().filter(|_| more).map(|last| format!("{here}&before={}", last.position)),
        newest: before.map(|_| here),
        frame: frame.page("log", t.s("audit.log.title")).following_clocks(),
        events: who.head().position,
        form,
        lines,
        names,
    }))
}

fn kinds(door: &Door, frame: &Frame) -> Vec<Choice> {
    let all = door.registry.0.iter().flat_map(|applier| applier.kinds.iter().map(|(kind, _)| *kind));
    let mut choices: Vec<Choice> = Vec::new();
    for kind in all {
        if !choices.iter().any(|known| known.value == kind) {
            choices.push(Choice::new(kind, kind_words(frame.t, kind)));
        }
    }
    choices
}

/// The address of the list with its filters; ends so that more can be added.
fn address(frame: &Frame, form: &Fields) -> String {
    let encoded = |name: &str| rocket::http::RawStr::new(form.value(name)).percent_encode().to_string();
    let (person, kind, from, until) = (encoded("person"), encoded("kind"), encoded("from"), encoded("until"));
    frame.to(&format!("audit/log?person={person}&kind={kind}&from={from}&until={until}"))
}
