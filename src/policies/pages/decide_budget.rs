//! A prepared change of a budget: before and after; a second person decides.

use askama::Template;
use rocket::form::Form;
use rocket::{State as Managed, get, post};

use super::{Confirmer, Look, change_look, found, level_word};
use crate::journal::{Door, Names};
use crate::kernel::Error;
use crate::kernel::money::Fen;
use crate::people::Reader;
use crate::policies::{
    self, Allotment, BudgetChange, CONFIRMERS, Held, Level, Standing, State, Verdict, budget_change_by_id,
    digest_of_change, owners,
};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// What is decided.
#[derive(Template)]
#[template(path = "policies/pages/decide_budget.html")]
pub struct DecideBudget {
    frame: Frame,
    form: Fields,
    standing: Standing,
    allotment: Allotment,
    held: Held,
    change: BudgetChange,
    prepared_by: String,
    digest: String,
    /// Whether it waits for this person.
    mine: bool,
    /// Whether this person prepared it.
    own: bool,
}

impl DecideBudget {
    fn look(&self) -> Look {
        change_look(self.change.state)
    }

    fn waits(&self) -> bool {
        self.change.state == State::Pending
    }

    fn reduces(&self) -> bool {
        self.change.direction == "reduce"
    }

    fn level(&self, level: &Level) -> &'static str {
        level_word(self.frame.t, *level)
    }

    fn path(&self) -> String {
        format!("{}/{}", self.frame.href("budget-changes"), self.change.id)
    }

    /// What a balance would be; absent beyond the range of amounts.
    fn after(&self, before: &Fen) -> Option<Fen> {
        if self.reduces() { before.checked_sub(self.change.amount) } else { before.checked_add(self.change.amount) }
    }

    fn verb(&self) -> String {
        let key = if self.reduces() { "policies.budget.approve_reduce" } else { "policies.budget.approve_increase" };
        let t = self.frame.t;
        t.f(key).with("code", &self.standing.policy.code).with("sum", t.yuan(self.change.amount)).to_string()
    }
}

async fn page(
    (book_id, person, confirms): (i64, &str, bool),
    id: i64,
    frame: Frame,
    form: Fields,
    door: &Door,
) -> Result<DecideBudget, Error> {
    let c = &door.db.read;
    let change = budget_change_by_id(c, book_id, id).await?.ok_or(Error::NotFound)?;
    let owner = owners(c, book_id, &[change.allotment]).await?.remove(&change.allotment).ok_or(Error::NotFound)?;
    let standing = found(door, book_id, owner).await?;
    let one = standing.policy.allotments.iter().zip(&standing.held).find(|(one, _)| one.id == change.allotment);
    let (allotment, held) = one.map(|(one, held)| (one.clone(), *held)).ok_or(Error::NotFound)?;
    let names = Names::read(c, book_id).await?;
    let t = frame.t;
    let (list, here) = (frame.href("policies"), format!("{}/{}", frame.href("policies"), standing.policy.id));
    let own = change.prepared_person == person;
    Ok(DecideBudget {
        frame: frame
            .following_position()
            .page("policies", t.f("policies.budget.decide").with("code", &standing.policy.code))
            .crumb(list, t.s("policies.title"))
            .crumb(here, &standing.policy.code),
        form,
        prepared_by: names.of(&change.prepared_by).to_owned(),
        digest: digest_of_change(change.leaf),
        mine: change.state == State::Pending && confirms && !own && change.id != change.allotment,
        own,
        standing,
        allotment,
        held,
        change,
    })
}

/// Shows the change.
#[get("/budget-changes/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<DecideBudget> {
    let door = &who.looking(door).await?;
    let confirms = CONFIRMERS.into_iter().any(|role| who.acts(role));
    let standing = (who.book_id(), who.actor().person.as_str(), confirms);
    Ok(Page::new(page(standing, id, frame, Fields::new(), door).await?))
}

/// The budget changes.
#[post("/budget-changes/<id>/approve", data = "<form>")]
pub async fn approve(
    who: Confirmer,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<DecideBudget>, Error> {
    decide(&who, id, form.into_inner(), frame, door, false).await
}

/// The budget stays.
#[post("/budget-changes/<id>/refuse", data = "<form>")]
pub async fn refuse(
    who: Confirmer,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<DecideBudget>, Error> {
    decide(&who, id, form.into_inner(), frame, door, true).await
}

async fn decide(
    who: &Confirmer,
    id: i64,
    mut form: Fields,
    frame: Frame,
    door: &Door,
    refuses: bool,
) -> Result<Reply<DecideBudget>, Error> {
    let standing = (who.book_id(), who.actor().person.as_str(), true);
    let Some(key) = form.key() else { return Ok(Reply::again(page(standing, id, frame, form, door).await?)) };
    let (verb, done) = if refuses {
        ("refuse_budget_change", "policies.budget.refused")
    } else {
        ("approve_budget_change", "policies.budget.approved")
    };
    let verdict = if refuses {
        Verdict::Refused { reason: form.value("reason").to_owned() }
    } else {
        Verdict::Approved { digest: form.value("digest").to_owned() }
    };
    match policies::decide_budget_change(door, who.ask(key, verb), id, verdict).await {
        Ok(_) => Ok(Reply::done(format!("{}/{id}", frame.href("budget-changes")), frame.t.s(done))),
        Err(error) => Ok(Reply::again(page(standing, id, frame, form.take(error)?, door).await?)),
    }
}
