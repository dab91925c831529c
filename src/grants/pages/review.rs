//! What waits for a second person, and the decision over one grant or many.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::words::{Said, said};
use crate::funds::{self, Stage};
use crate::grants::actions::{self, ApproveForm};
use crate::grants::rules::State;
use crate::grants::store::{self, Grant};
use crate::journal::Door;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result};
use crate::people::Reviewer;
use crate::policies;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// Most lines of the queue; what is decided makes room for the rest.
const LINES: u64 = 300;

/// The grants that wait.
#[derive(Template)]
#[template(path = "grants/pages/review.html")]
pub struct Queue {
    frame: Frame,
    waiting: Vec<Grant>,
    /// What this person prepared or reduced: shown, and not to be approved.
    own: Vec<Grant>,
    codes: BTreeMap<i64, String>,
}

impl Queue {
    fn policy(&self, id: &i64) -> &str {
        self.codes.get(id).map_or("", String::as_str)
    }

    fn sum(&self) -> Fen {
        sum(&self.waiting)
    }
}

fn sum(grants: &[Grant]) -> Fen {
    Fen::sum(grants.iter().map(|grant| grant.content.amount)).unwrap_or(Fen::ZERO)
}

/// Shows what waits, oldest first.
#[get("/review")]
pub async fn queue(who: Reviewer, frame: Frame, door: &Managed<Door>) -> Answer<Queue> {
    let (c, book_id, person) = (&door.db.read, who.book_id(), &who.actor().person);
    let ids: Vec<i64> =
        store::waiting(c, book_id, person, 0, LINES).await?.into_iter().map(|waiting| waiting.id).collect();
    let own = store::own_waiting(c, book_id, person, LINES).await?;
    let codes = policies::all(c, book_id).await?.into_iter().map(|policy| (policy.id, policy.code)).collect();
    let title = frame.t.s("grants.review.title");
    Ok(Page::new(Queue {
        waiting: store::grants(c, book_id, &ids).await?,
        own: store::grants(c, book_id, &own).await?,
        codes,
        frame: frame.page("review", title),
    }))
}

/// A warning with the value of its check box.
#[derive(Debug)]
struct ToConfirm {
    value: String,
    reference: String,
    said: Said,
}

/// What approving does to the money of one policy.
#[derive(Debug)]
struct Effect {
    policy: String,
    grants: usize,
    available: (Fen, Fen),
    payable: (Fen, Fen),
}

/// Everything that a second person signs.
#[derive(Template)]
#[template(path = "grants/pages/decide.html")]
pub struct Decide {
    frame: Frame,
    form: Fields,
    grants: Vec<Grant>,
    recipients: usize,
    sum: Fen,
    digest: String,
    effects: Vec<Effect>,
    to_confirm: Vec<ToConfirm>,
    preparers: String,
    /// What stands in the way of an approval, in words.
    obstacles: Vec<String>,
    codes: BTreeMap<i64, String>,
}

impl Decide {
    fn policy(&self, id: &i64) -> &str {
        self.codes.get(id).map_or("", String::as_str)
    }

    /// The button repeats verb and sum.
    fn verb(&self) -> String {
        let said = self.frame.t.n("grants.decide.approve", self.grants.len());
        said.with("sum", self.frame.t.yuan(self.sum)).to_string()
    }

    fn only(&self) -> Option<&Grant> {
        match self.grants.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

fn chosen(form: &Fields) -> Vec<i64> {
    form.values("grant").filter_map(|id| id.parse().ok()).collect::<BTreeSet<i64>>().into_iter().collect()
}

async fn page(who: &Reviewer, frame: Frame, form: Fields, door: &Door) -> Result<Decide> {
    let (c, book_id, t) = (&door.db.read, who.book_id(), frame.t);
    let ids = chosen(&form);
    let grants = store::grants(c, book_id, &ids).await?;
    if grants.is_empty() || grants.len() != ids.len() {
        return Err(Error::NotFound);
    }
    let recipients = grants.iter().map(|grant| grant.recipient).collect::<BTreeSet<_>>().len();
    let preparers: BTreeSet<&str> = grants.iter().map(|grant| grant.prepared.name.as_str()).collect();
    let codes = policies::all(c, book_id).await?.into_iter().map(|policy| (policy.id, policy.code)).collect();
    let up = frame.href("review");
    let title = t.n("grants.decide.title", grants.len());
    Ok(Decide {
        recipients,
        sum: sum(&grants),
        digest: store::digest_of(c, book_id, &ids).await?,
        effects: effects(door, book_id, &grants).await?,
        to_confirm: grants.iter().flat_map(|grant| to_confirm(t, grant)).collect(),
        preparers: preparers.into_iter().collect::<Vec<_>>().join(t.s("grants.between")),
        obstacles: grants
            .iter()
            .filter_map(|grant| obstacle(grant, &who.actor().person))
            .map(|r| t.sentence(&r))
            .collect(),
        codes,
        frame: frame.page("review", title).crumb(up, t.s("grants.review.title")),
        form,
        grants,
    })
}

fn to_confirm(t: crate::web::T, grant: &Grant) -> Vec<ToConfirm> {
    let one = |warning| ToConfirm {
        value: format!("{}:{}", grant.id, code_of(warning)),
        reference: grant.content.reference.clone(),
        said: said(t, warning),
    };
    grant.content.warnings.iter().map(one).collect()
}

fn code_of(warning: &crate::grants::rules::Warning) -> &str {
    &warning.code
}

/// What stands in the way of a grant, told before anybody presses a button.
fn obstacle(grant: &Grant, person: &str) -> Option<Refusal> {
    let reduced_it = grant.reduced.as_ref().is_some_and(|reduced| reduced.person == person);
    let account = grant.account_change.as_ref().map(|(_, state)| state.as_str());
    let refusal = match (grant.state, grant.import, account) {
        (State::Submitted, None, Some("pending")) => Refusal::new("account_change_open"),
        (State::Submitted, None, Some("refused")) => Refusal::new("account_change_refused"),
        (State::Submitted, None, _) if grant.prepared.person == person || reduced_it => Refusal::new("two_people"),
        (State::Submitted, None, _) => return None,
        (State::Submitted, Some(import), _) => Refusal::new("part_of_import").with("import", import),
        (state, ..) => Refusal::new("illegal_step").with("step", "approve").with("state", state.code()),
    };
    Some(refusal.with("reference", &grant.content.reference))
}

/// Available and payable of each policy, before and after.
async fn effects(door: &Door, book_id: i64, grants: &[Grant]) -> Result<Vec<Effect>> {
    let c = &door.db.read;
    let mut by_policy: BTreeMap<i64, Vec<&Grant>> = BTreeMap::new();
    for grant in grants {
        by_policy.entry(grant.content.policy).or_default().push(grant);
    }
    let mut effects = Vec::with_capacity(by_policy.len());
    for (id, grants) in by_policy {
        let policy = policies::by_id(c, book_id, id).await?.ok_or(Error::NotFound)?;
        let allotments: Vec<i64> = policy.allotments.iter().map(|allotment| allotment.id).collect();
        let balances = funds::balances_of(c, book_id, &allotments).await?;
        let at = |stage| Fen::sum(balances.iter().filter(|b| b.stage == stage).map(|b| b.amount)).unwrap_or(Fen::ZERO);
        let moved = Fen::sum(grants.iter().map(|grant| grant.content.amount)).unwrap_or(Fen::ZERO);
        let (available, payable) = (at(Stage::Available), at(Stage::Payable));
        effects.push(Effect {
            policy: format!("{} {}", policy.code, policy.title),
            grants: grants.len(),
            available: (available, available.checked_sub(moved).unwrap_or(available)),
            payable: (payable, payable.checked_add(moved).unwrap_or(payable)),
        });
    }
    Ok(effects)
}

/// Shows what will be decided.
#[get("/review/decide?<form..>")]
pub async fn show(who: Reviewer, form: Fields, frame: Frame, door: &Managed<Door>) -> Answer<Decide> {
    let mut picked = Fields::new();
    picked.set_all("grant", chosen(&form));
    Ok(Page::new(page(&who, frame, picked, door).await?))
}

/// Approves what was shown.
#[post("/review/decide", data = "<sent>")]
pub async fn approve(
    who: Reviewer,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Decide>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, frame, form, door).await?)) };
    let mut confirmed: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for (id, code) in form.values("confirm").filter_map(|value| value.split_once(':')) {
        if let Ok(id) = id.parse() {
            confirmed.entry(id).or_default().push(code.to_owned());
        }
    }
    let signed = ApproveForm { grants: chosen(&form), digest: form.value("digest").to_owned(), confirmed };
    let count = signed.grants.len();
    match actions::approve(door, who.ask(key, "approve_grants"), signed).await {
        Ok(_) => Ok(Reply::done(frame.href("review"), frame.t.n("grants.decide.approved", count))),
        Err(error) => Ok(Reply::again(page(&who, frame, form.take(error)?, door).await?)),
    }
}

/// How much waits for this person's review.
pub async fn count(door: &Door, book_id: i64, person: &str) -> Result<i64> {
    store::count_waiting(&door.db.read, book_id, person).await
}
