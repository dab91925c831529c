//! The posting rules that are in force, all their versions, and a new one.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::{ShownRule, in_words};
use crate::journal::{Door, Names};
use crate::kernel::{Error, Result};
use crate::people::{Manager, Reader, Role};
use crate::vouchers::actions;
use crate::vouchers::rules::RuleSet;
use crate::vouchers::store::{self, RulesVersion};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The rules in force and their versions.
#[derive(Template)]
#[template(path = "vouchers/pages/posting.html")]
pub struct InForce {
    frame: Frame,
    title: String,
    /// Zero for those shipped.
    version: i64,
    rules: Vec<ShownRule>,
    versions: Vec<RulesVersion>,
    names: Names,
    prepares: bool,
}

impl InForce {
    fn is_in_force(&self, version: &RulesVersion) -> bool {
        version.id == self.version
    }

    fn state_of(&self, version: &RulesVersion) -> &'static str {
        self.frame.t.s(&format!("vouchers.rules.state.{}", version.state))
    }
}

/// Shows the rules in force.
#[get("/posting-rules")]
pub async fn show(who: Reader, frame: Frame, door: &Managed<Door>) -> Answer<InForce> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let (version, set) = store::rules_in_force(c, book_id).await?;
    let (t, up) = (frame.t, frame.href("vouchers"));
    Ok(Page::new(InForce {
        title: set.title().to_owned(),
        version,
        rules: in_words(t, &set),
        versions: store::rules_versions(c, book_id).await?,
        names: Names::read(c, book_id).await?,
        prepares: who.acts(Role::Manager),
        frame: frame
            .following_position()
            .page("vouchers", t.s("vouchers.rules.title"))
            .crumb(up, t.s("vouchers.title")),
    }))
}

/// The form of a new version, with what it would be once it was checked.
#[derive(Template)]
#[template(path = "vouchers/pages/posting_new.html")]
pub struct Entry {
    frame: Frame,
    form: Fields,
    /// The rules as they were read, if they hold.
    checked: Option<Vec<ShownRule>>,
}

impl Entry {
    fn new(frame: Frame, form: Fields, checked: Option<&RuleSet>) -> Self {
        let (t, up) = (frame.t, frame.href("posting-rules"));
        Self {
            checked: checked.map(|set| in_words(t, set)),
            frame: frame.page("vouchers", t.s("vouchers.rules.new")).crumb(up, t.s("vouchers.rules.title")),
            form,
        }
    }
}

/// Shows the form, with the rules in force to begin with.
#[get("/posting-rules/new")]
pub async fn new(who: Manager, frame: Frame, door: &Managed<Door>) -> Answer<Entry> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let (version, _) = store::rules_in_force(c, book_id).await?;
    let text = match version {
        0 => RuleSet::shipped_text().to_owned(),
        version => store::rules_version(c, book_id, version).await?.text,
    };
    Ok(Page::new(Entry::new(frame, Fields::new().with("text", text), None)))
}

/// Checks rules, or prepares them for another person.
#[post("/posting-rules/new", data = "<sent>")]
pub async fn prepare(
    who: Manager,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Entry>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(Entry::new(frame, form, None))) };
    let text = form.as_typed("text").to_owned();
    if !form.has("prepare") {
        return Ok(match RuleSet::parse(&text) {
            Ok(set) => Reply::Again(Page::new(Entry::new(frame, form, Some(&set)))),
            Err(faults) => Reply::again(Entry::new(frame, form.refused(faults), None)),
        });
    }
    let why = form.value("reason").to_owned();
    match actions::prepare_rules(door, who.ask(key, "prepare_posting_rules"), text, why).await {
        Ok(answer) => {
            let to = frame.href(&format!("posting-rules/{}", answer.rules));
            Ok(Reply::done(to, frame.t.s("vouchers.rules.prepared")))
        }
        Err(error) => Ok(Reply::again(Entry::new(frame, form.take(error)?, None))),
    }
}
