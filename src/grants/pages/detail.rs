//! One grant: its facts, its money, what happened to it, and what this person may do with it.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::words::{Look, STAGES, Said, look, said, stage_key};
use crate::funds::Stage;
use crate::grants::actions::{self, ReasonForm};
use crate::grants::rules::State;
use crate::grants::store::{self, Detail, StepTaken};
use crate::journal::{self, Door};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::people::{Admission, Clerk, In, Reader, Reviewer, Role};
use crate::policies::{self, Policy};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// What this person may do with the grant now. The actions decide once more, under the lock.
#[expect(clippy::struct_excessive_bools, reason = "each step is offered or not, on its own")]
#[derive(Debug, Clone, Copy, Default)]
struct May {
    edit: bool,
    review: bool,
    give_back: bool,
    refuse: bool,
    cancel: bool,
    withdraw: bool,
}

/// One thing that happened: how it looks and what changed.
#[derive(Debug, Clone)]
struct Happened {
    look: Look,
    step: StepTaken,
    /// The amount before, if this step changed it.
    before: Option<Fen>,
}

/// The grant with everything that happened to it.
#[derive(Template)]
#[template(path = "grants/pages/detail.html")]
pub struct Shown {
    frame: Frame,
    form: Fields,
    detail: Detail,
    policy: Policy,
    warnings: Vec<Said>,
    happened: Vec<Happened>,
    leaf: String,
    may: May,
    /// Whether the grant waits and this person prepared or reduced it.
    own: bool,
}

impl Shown {
    /// What of the grant's money stands at each stage; nothing where it has never been.
    fn stages(&self) -> Vec<(&'static str, Option<Fen>, bool)> {
        STAGES.into_iter().map(|stage| self.stage(stage)).collect()
    }

    fn stage(&self, stage: Stage) -> (&'static str, Option<Fen>, bool) {
        let mut was_there = false;
        let mut fen = 0_i64;
        for line in &self.detail.transfers {
            if line.moved.to == stage {
                (was_there, fen) = (true, fen.saturating_add(line.moved.amount.get()));
            }
            if line.moved.from == stage {
                fen = fen.saturating_sub(line.moved.amount.get());
            }
        }
        // What left the budget is not the grant's: a stage it only came from shows nothing.
        let amount = was_there.then(|| Fen::new(fen.max(0)));
        (stage_key(stage), amount, amount.is_some_and(|amount| amount > Fen::ZERO))
    }

    fn stage_word(&self, stage: &Stage) -> &'static str {
        self.frame.t.s(stage_key(*stage))
    }

    fn allotment(&self, id: &i64) -> String {
        let found = self.policy.allotments.iter().find(|allotment| allotment.id == *id);
        found.map(|allotment| allotment.document_number.clone()).unwrap_or_default()
    }

    fn kind(&self) -> String {
        let t = self.frame.t;
        let content = &self.detail.grant.content;
        [crate::recipients::kind_word(t, &content.kind), crate::recipients::size_word(t, &content.size)].join(" · ")
    }

    /// The address of the grant.
    fn base(&self) -> String {
        format!("{}/{}", self.frame.href("grants"), self.detail.grant.id)
    }

    fn industry(&self) -> String {
        crate::recipients::industry_word(&self.detail.grant.content.industry)
    }

    fn relation(&self) -> String {
        let t = self.frame.t;
        crate::recipients::relation_word(t, &self.detail.grant.content.payee_relation)
    }

    fn id_type(&self) -> String {
        let t = self.frame.t;
        crate::recipients::id_type_word(t, &self.detail.grant.content.id_type)
    }
}

async fn shown<A>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Shown> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let mut detail = store::detail(c, book_id, id).await?.ok_or(Error::NotFound)?;
    detail.transfers.retain(|line| frame.clocks.as_of.is_none_or(|day| line.moved.effective_on <= day));
    let policy = policies::by_id(c, book_id, detail.grant.content.policy).await?.ok_or(Error::NotFound)?;
    let leaf = journal::event(c, book_id, detail.grant.content_position).await?.leaf.to_string();
    let t = frame.t;
    let grant = &detail.grant;
    let person = &who.actor().person;
    let reduced_it = grant.reduced.as_ref().is_some_and(|reduced| reduced.person == *person);
    let (prepared_it, waits) = (grant.prepared.person == *person, grant.state == State::Submitted);
    let by_hand = grant.import.is_none();
    let own = prepared_it || reduced_it;
    let reviews = waits && by_hand && who.acts(Role::Reviewer) && !own;
    let draft = grant.state == State::Draft && prepared_it && who.acts(Role::Clerk);
    let may = May {
        edit: draft,
        withdraw: draft,
        review: reviews,
        refuse: reviews,
        give_back: waits && by_hand && (who.acts(Role::Reviewer) || (prepared_it && who.acts(Role::Clerk))),
        cancel: grant.state == State::Approved && (who.acts(Role::Reviewer) || who.acts(Role::Manager)),
    };
    let title = grant.content.reference.clone();
    let up = frame.href("grants");
    Ok(Shown {
        warnings: grant.content.warnings.iter().map(|warning| said(t, warning)).collect(),
        happened: happened(&detail.steps),
        frame: frame.following_clocks().page("grants", title).crumb(up, t.s("grants.list.title")),
        own: own && waits,
        form,
        policy,
        leaf,
        may,
        detail,
    })
}

/// The steps, newest first.
fn happened(steps: &[StepTaken]) -> Vec<Happened> {
    let mut before = None;
    let mut all: Vec<Happened> = steps
        .iter()
        .map(|step| {
            let changed = before.filter(|amount| *amount != step.amount);
            before = Some(step.amount);
            Happened { look: look(&step.kind), step: step.clone(), before: changed }
        })
        .collect();
    all.reverse();
    all
}

/// Shows the grant.
#[get("/grants/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Shown> {
    let door = &who.looking(door).await?;
    Ok(Page::new(shown(&who, id, frame, Fields::new(), door).await?))
}

/// Done: back to the grant with a message. Refused: the grant with the reason and what was typed.
async fn answered<A, V>(
    who: &In<A>,
    id: i64,
    frame: Frame,
    form: Fields,
    door: &Door,
    result: Result<V>,
    done: &'static str,
) -> Result<Reply<Shown>> {
    match result {
        Ok(_) => Ok(Reply::done(format!("{}/{id}", frame.href("grants")), frame.t.s(done))),
        Err(error) => Ok(Reply::again(shown(who, id, frame, form.take(error)?, door).await?)),
    }
}

fn reason(id: i64, form: &Fields) -> ReasonForm {
    ReasonForm { grant: id, reason: form.value("reason").to_owned() }
}

/// Sends a draft to review as it is.
#[post("/grants/<id>/submit", data = "<sent>")]
pub async fn submit(
    who: Clerk,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(shown(&who, id, frame, form, door).await?)) };
    let done = actions::submit(door, who.ask(key, "submit_grant"), id).await;
    answered(&who, id, frame, form, door, done, "grants.done.submitted").await
}

/// Gives a draft up.
#[post("/grants/<id>/withdraw", data = "<sent>")]
pub async fn withdraw(
    who: Clerk,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(shown(&who, id, frame, form, door).await?)) };
    let done = actions::withdraw(door, who.ask(key, "withdraw_grant"), reason(id, &form)).await;
    answered(&who, id, frame, form, door, done, "grants.done.withdrawn").await
}

/// Who gives a grant back: a reviewer, or its preparer who takes it back.
#[derive(Debug, Clone, Copy)]
pub enum OfReturner {}

impl Admission for OfReturner {
    const ROLES: &'static [Role] = &[Role::Clerk, Role::Reviewer];
}

/// Gives a grant back to its preparer.
#[post("/grants/<id>/return", data = "<sent>")]
pub async fn give_back(
    who: In<OfReturner>,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(shown(&who, id, frame, form, door).await?)) };
    let done = actions::give_back(door, who.ask(key, "give_back_grant"), reason(id, &form)).await;
    answered(&who, id, frame, form, door, done, "grants.done.returned").await
}

/// Refuses a grant.
#[post("/grants/<id>/refuse", data = "<sent>")]
pub async fn refuse(
    who: Reviewer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(shown(&who, id, frame, form, door).await?)) };
    let done = actions::refuse(door, who.ask(key, "refuse_grant"), reason(id, &form)).await;
    answered(&who, id, frame, form, door, done, "grants.done.refused").await
}

/// Who gives up an approved grant.
#[derive(Debug, Clone, Copy)]
pub enum OfCanceller {}

impl Admission for OfCanceller {
    const ROLES: &'static [Role] = &[Role::Reviewer, Role::Manager];
}

/// Gives up an approved grant before it is paid.
#[post("/grants/<id>/cancel", data = "<sent>")]
pub async fn cancel(
    who: In<OfCanceller>,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(shown(&who, id, frame, form, door).await?)) };
    let done = actions::cancel(door, who.ask(key, "cancel_grant"), reason(id, &form)).await;
    answered(&who, id, frame, form, door, done, "grants.done.cancelled").await
}
