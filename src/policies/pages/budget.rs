//! Preparing a change of a budget: more, or some of it back.

use askama::Template;
use rocket::form::Form;
use rocket::{State as Managed, get, post};

use super::{filled, found, level_word, sources};
use crate::journal::Door;
use crate::kernel::dates::Day;
use crate::kernel::{Error, Refusal};
use crate::people::Manager;
use crate::policies::{self, Allotment, BudgetForm, Direction, Held, Level, Standing};
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The form.
#[derive(Template)]
#[template(path = "policies/pages/budget.html")]
pub struct Budget {
    frame: Frame,
    form: Fields,
    standing: Standing,
    allotments: Vec<Choice>,
    directions: Vec<Choice>,
}

impl Budget {
    fn new(frame: Frame, form: Fields, standing: Standing) -> Self {
        let (t, policy) = (frame.t, &standing.policy);
        let (list, here) = (frame.href("policies"), format!("{}/{}", frame.href("policies"), policy.id));
        let allotments = policy
            .allotments
            .iter()
            .map(|one| Choice::new(one.id, format!("{} · {}", level_word(t, one.level), one.document_number)));
        Self {
            allotments: allotments.collect(),
            directions: vec![
                Choice::new(Direction::Increase.code(), t.s("policies.increase")),
                Choice::new(Direction::Reduce.code(), t.s("policies.reduce")),
            ],
            frame: frame
                .page("policies", t.f("policies.budget.title").with("code", &policy.code))
                .crumb(list, t.s("policies.title"))
                .crumb(here, &policy.code),
            form,
            standing,
        }
    }

    fn sources(&self) -> impl Iterator<Item = (&Allotment, &Held)> {
        self.standing.policy.allotments.iter().zip(&self.standing.held)
    }

    fn level(&self, level: &Level) -> &'static str {
        level_word(self.frame.t, *level)
    }
}

/// Shows the form; from today unless somebody says otherwise.
#[get("/policies/<id>/budget")]
pub async fn show(who: Manager, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Budget> {
    let standing = found(door, who.book_id(), id).await?;
    let form = Fields::new().with("effective_on", door.surroundings.clock.now().day());
    Ok(Page::new(Budget::new(frame, form, standing)))
}

/// Prepares the change.
#[post("/policies/<id>/budget", data = "<form>")]
pub async fn save(
    who: Manager,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Budget>, Error> {
    let mut form = form.into_inner();
    let standing = found(door, who.book_id(), id).await?;
    let key = form.key();
    let wanted = read(&mut form, &standing);
    let (Some(key), Some(wanted)) = (key, wanted) else {
        return Ok(Reply::again(Budget::new(frame, form, standing)));
    };
    match policies::prepare_budget_change(door, who.ask(key, "change_budget"), wanted).await {
        Ok(made) => {
            let to = format!("{}/{}", frame.href("budget-changes"), made.id);
            Ok(Reply::done(to, frame.t.s("policies.prepared")))
        }
        Err(error) => Ok(Reply::again(Budget::new(frame, form.take(error)?, standing))),
    }
}

fn read(form: &mut Fields, standing: &Standing) -> Option<BudgetForm> {
    let known = |typed: &str| {
        let mut allotments = standing.policy.allotments.iter().map(|one| one.id);
        allotments.find(|id| id.to_string() == typed).ok_or(Refusal::new("allotment_unknown"))
    };
    let allotment = form.read("allotment", known);
    let direction = form.read("direction", |typed| {
        let known = [Direction::Increase, Direction::Reduce].into_iter().find(|one| one.code() == typed);
        known.ok_or(Refusal::new("field_empty"))
    });
    let amount = form.read("amount", sources::positive);
    let effective_on = form.read("effective_on", Day::parse_lenient);
    let document_number = form.read("document_number", filled);
    let reason = form.read("reason", filled);
    Some(BudgetForm {
        allotment: allotment?,
        direction: direction?,
        amount: amount?,
        effective_on: effective_on?,
        document_number: document_number?,
        reason: reason?,
    })
}
