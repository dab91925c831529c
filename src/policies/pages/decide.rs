//! A second person decides on a recorded policy: sees what will happen, signs exactly that.

use askama::Template;
use rocket::form::Form;
use rocket::{State as Managed, get, post};

use super::{Confirmer, found, instrument_word, level_word};
use crate::journal::{Door, Names};
use crate::kernel::Error;
use crate::policies::{self, Allotment, Held, Level, Standing, State, digest};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// What is decided.
#[derive(Template)]
#[template(path = "policies/pages/decide.html")]
pub struct Decide {
    frame: Frame,
    form: Fields,
    standing: Standing,
    prepared_by: String,
    digest: String,
    /// Whether this person prepared it.
    own: bool,
}

impl Decide {
    async fn new(who: &Confirmer, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Self, Error> {
        let standing = found(door, who.book_id(), id).await?;
        let policy = &standing.policy;
        let names = Names::read(&door.db.read, who.book_id()).await?;
        let t = frame.t;
        let (list, here) = (frame.href("policies"), format!("{}/{id}", frame.href("policies")));
        Ok(Self {
            prepared_by: names.of(&policy.prepared_by).to_owned(),
            digest: digest(std::slice::from_ref(policy)),
            own: policy.prepared_person == who.actor().person,
            frame: frame
                .page("policies", t.f("policies.decide.title").with("code", &policy.code))
                .crumb(list, t.s("policies.title"))
                .crumb(here, &policy.code),
            form,
            standing,
        })
    }

    fn sources(&self) -> impl Iterator<Item = (&Allotment, &Held)> {
        self.standing.policy.allotments.iter().zip(&self.standing.held)
    }

    fn level(&self, level: &Level) -> &'static str {
        level_word(self.frame.t, *level)
    }

    fn instrument(&self) -> &'static str {
        instrument_word(self.frame.t, self.standing.policy.instrument)
    }

    /// Whether it waits, by itself and not with an import.
    fn waits(&self) -> bool {
        self.standing.policy.state == State::Pending && self.standing.policy.import.is_none()
    }
}

/// Shows what will happen.
#[get("/policies/<id>/decide")]
pub async fn show(who: Confirmer, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Decide> {
    Ok(Page::new(Decide::new(&who, id, frame, Fields::new(), door).await?))
}

/// Puts the policy in force.
#[post("/policies/<id>/approve", data = "<form>")]
pub async fn approve(
    who: Confirmer,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Decide>, Error> {
    let mut form = form.into_inner();
    let Some(key) = form.key() else {
        return Ok(Reply::again(Decide::new(&who, id, frame, form, door).await?));
    };
    let signed = form.value("digest").to_owned();
    match policies::approve(door, who.ask(key, "approve_policy"), vec![id], signed).await {
        Ok(_) => Ok(Reply::done(format!("{}/{id}", frame.href("policies")), frame.t.s("policies.approved"))),
        Err(error) => Ok(Reply::again(Decide::new(&who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Does not take the policy.
#[post("/policies/<id>/refuse", data = "<form>")]
pub async fn refuse(
    who: Confirmer,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Decide>, Error> {
    let mut form = form.into_inner();
    let Some(key) = form.key() else {
        return Ok(Reply::again(Decide::new(&who, id, frame, form, door).await?));
    };
    let reason = form.value("reason").to_owned();
    match policies::refuse(door, who.ask(key, "refuse_policy"), vec![id], reason).await {
        Ok(_) => Ok(Reply::done(format!("{}/{id}", frame.href("policies")), frame.t.s("policies.refused"))),
        Err(error) => Ok(Reply::again(Decide::new(&who, id, frame, form.take(error)?, door).await?)),
    }
}
