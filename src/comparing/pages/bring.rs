//! A list is brought.

use std::sync::Arc;

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::fs::TempFile;
use rocket::{State, get, post};

use super::held::{HeldLists, List};
use crate::audit;
use crate::comparing::{Question, Rule};
use crate::imports::parse_unit;
use crate::journal::Door;
use crate::kernel::dates::Day;
use crate::kernel::money::Unit;
use crate::kernel::{Error, Refusal, Result};
use crate::people::Reader;
use crate::policies;
use crate::web::form::Choice;
use crate::web::{Fields, Frame, Held, Owner, Page, Reply, Spooled, bytes_of, file_name_of};

/// The form with which a list is brought.
#[derive(Template)]
#[template(path = "comparing/pages/bring.html")]
pub struct Bring {
    frame: Frame,
    form: Fields,
    policies: Vec<Choice>,
    units: Vec<Choice>,
    rules: [Rule; 7],
}

impl Bring {
    async fn new(frame: Frame, form: Fields, who: &Reader, door: &Door) -> Result<Self> {
        let all = policies::all(&door.db.read, who.book_id()).await?;
        let policies =
            all.into_iter().map(|policy| Choice::new(&policy.code, format!("{} {}", policy.code, policy.title)));
        let units = [("yuan", Unit::Yuan), ("wan", Unit::Wan), ("yi", Unit::Yi)];
        let units = units.into_iter().map(|(code, unit)| Choice::new(code, unit.zh())).collect();
        let title = frame.t.s("comparing.title");
        Ok(Self {
            frame: frame.page("compare", title).following_clocks(),
            form,
            policies: policies.collect(),
            units,
            rules: Rule::ALL,
        })
    }

    fn rule(&self, rule: &Rule) -> &'static str {
        self.frame.t.s(&format!("comparing.rule.{}", rule.code()))
    }
}

/// Shows the form.
#[get("/audit/compare")]
pub async fn show(who: Reader, frame: Frame, door: &State<Door>) -> Result<Page<Bring>, Error> {
    let door = &who.looking(door).await?;
    let form = Fields::at_clocks(frame.clocks);
    Ok(Page::new(Bring::new(frame, form, &who, door).await?))
}

/// A form with a list.
#[derive(FromForm)]
pub struct Sent<'r> {
    #[field(default = "")]
    as_of: &'r str,
    #[field(default = "")]
    at: &'r str,
    #[field(default = "")]
    unit: &'r str,
    policies: Vec<&'r str>,
    file: Option<TempFile<'r>>,
}

/// Takes a list, and leads to what differs, or to what is wrong with it.
#[post("/audit/compare", data = "<sent>")]
pub async fn take(
    who: Reader,
    sent: Form<Sent<'_>>,
    frame: Frame,
    held: &State<Arc<HeldLists>>,
    door: &State<Door>,
) -> Result<Reply<Bring>, Error> {
    let mut form = Fields::new().with("as_of", sent.as_of).with("at", sent.at).with("unit", sent.unit);
    form.set_all("policies", &sent.policies);
    let now = door.surroundings.clock.now();
    let as_of = form.read_optional("as_of", Day::parse_lenient);
    let at = form.read_optional("at", |typed| {
        let at = typed.replace(',', "").parse::<i64>().map_err(|_| Refusal::new("position_number"))?;
        audit::position(who.head(), Some(at)).map_err(first)
    });
    let unit = form.read_optional("unit", |word| parse_unit(word).map_err(first));
    let bytes = bytes_of(sent.file.as_ref()).await?;
    if bytes.is_empty() {
        form.refuse(Refusal::new("file_not_chosen").at("file"));
    }
    let (Some(as_of), Some(at), Some(unit), false) = (as_of, at, unit, form.is_refused()) else {
        return Ok(Reply::again(Bring::new(frame, form, &who, door).await?));
    };
    let question = Question {
        file_name: file_name_of(sent.file.as_ref()),
        said: Vec::new(),
        unit,
        as_of: as_of.unwrap_or_else(|| now.day()),
        // What is shown stays the same though the book goes on.
        at: Some(at.unwrap_or(who.head().position)),
        policies: form.values("policies").filter(|code| !code.is_empty()).map(ToOwned::to_owned).collect(),
    };
    let token = door.surroundings.chance.token();
    let (_, file) = Spooled::write(bytes).await?;
    held.keep(token.clone(), Held { owner: owner(&who), at: now, content: List { question, file } });
    Ok(Reply::done(frame.href(&format!("audit/compare/{token}")), ""))
}

pub(super) fn owner(who: &Reader) -> Owner {
    Owner { actor_uid: who.actor().uid.clone(), book_id: who.book_id() }
}

fn first(error: Error) -> Refusal {
    error.refusals().first().cloned().unwrap_or_else(|| Refusal::new("unit_unknown"))
}
