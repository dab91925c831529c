//! A batch is gathered: of which policy, which grants, at most how many, from which account.

use std::collections::BTreeMap;

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::words;
use crate::journal::Door;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result};
use crate::payments::actions;
use crate::payments::store::{self, Eligible, Gather};
use crate::people::Cashier;
use crate::policies;
use crate::web::form::Choice;
use crate::web::{Answer, As, Fields, Frame, Page, Reply};

/// Rows that can be chosen one by one; a filter takes all that it finds.
const ROWS_MAX: usize = 500;

/// The grants that wait for payment.
#[derive(Template)]
#[template(path = "payments/pages/new_batch.html")]
pub struct Gathering {
    frame: Frame,
    form: Fields,
    policies: Vec<Choice>,
    accounts: Vec<Choice>,
    /// Codes of policies by id.
    codes: BTreeMap<i64, String>,
    /// How many are found, and their sum.
    found: (usize, Fen),
    rows: Vec<Eligible>,
    /// How many are held back, and how many wait for a decision on their schedule, with their sums.
    held: (i64, Fen),
    scheduling: (i64, Fen),
    /// Whether any grant at all waits for payment.
    is_empty: bool,
}

impl Gathering {
    fn policy(&self, id: impl As<i64>) -> &str {
        self.codes.get(&id.value()).map_or("", String::as_str)
    }

    fn counted(&self, key: &str, counted: &(i64, Fen)) -> String {
        let t = self.frame.t;
        t.f(key).with("n", t.count(counted.0)).with("sum", t.yuan(counted.1)).to_string()
    }

    fn verb(&self) -> String {
        let t = self.frame.t;
        let phrase = t.f("payments.new.build").with("n", t.count(self.found.0));
        phrase.with("sum", t.yuan(self.found.1)).to_string()
    }
}

/// What a form asks for, without the rows that are ticked.
fn asked(form: &mut Fields, policies: &[policies::Policy]) -> Gather {
    let policy = form.read_optional("policy", |code| {
        let found = policies.iter().find(|policy| policy.code == code);
        found.map(|policy| policy.id).ok_or_else(|| Refusal::new("policy_unknown").with("found", code))
    });
    let limit = form.read_optional("limit", |typed| {
        let limit = typed.parse::<u64>().ok().filter(|limit| *limit > 0);
        limit.ok_or_else(|| Refusal::new("batch_limit").with("found", typed))
    });
    let text = |name: &str| form.filled(name).map(ToOwned::to_owned);
    let (subdistrict, search) = (text("subdistrict"), text("q"));
    Gather { policy: policy.flatten(), subdistrict, search, limit: limit.flatten(), grants: Vec::new() }
}

async fn page(who: &Cashier, frame: Frame, mut form: Fields, door: &Door) -> Result<Gathering> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let all = policies::all(c, book_id).await?;
    let gather = asked(&mut form, &all);
    let today = door.surroundings.clock.now().day();
    let every = store::eligible(c, book_id, &Gather::default(), today).await?;
    let mut waiting: BTreeMap<i64, usize> = BTreeMap::new();
    for grant in &every {
        *waiting.entry(grant.policy).or_default() += 1;
    }
    let is_empty = every.is_empty();
    let mut rows = store::eligible(c, book_id, &gather, today).await?;
    let sum =
        Fen::sum(rows.iter().map(|grant| grant.amount)).ok_or_else(|| Error::internal("a sum leaves the range"))?;
    let found = (rows.len(), sum);
    rows.truncate(ROWS_MAX);
    let t = frame.t;
    let named = all.iter().filter_map(|policy| {
        let n = waiting.get(&policy.id)?;
        let text = t.f("payments.new.policy").with("code", &policy.code).with("title", &policy.title);
        Some(Choice::new(&policy.code, text.with("n", t.count(*n))))
    });
    let policies = named.collect();
    let up = frame.href("batches");
    Ok(Gathering {
        policies,
        accounts: words::accounts(t, &store::paying_accounts(c, book_id).await?),
        codes: all.iter().map(|policy| (policy.id, policy.code.clone())).collect(),
        held: store::held_back(c, book_id, &gather, today).await?,
        scheduling: store::schedules_waiting(c, book_id).await?,
        found,
        rows,
        is_empty,
        form,
        frame: frame.page("batches", t.s("payments.new.title")).crumb(up, t.s("payments.batches.title")),
    })
}

/// Shows them. What is filtered stands in the address.
#[get("/batches/new?<form..>")]
pub async fn show(who: Cashier, form: Fields, frame: Frame, door: &Managed<Door>) -> Answer<Gathering> {
    Ok(Page::new(page(&who, frame, form, door).await?))
}

/// Builds the batch: of the rows that are ticked, else of all that the filter found and the button named.
#[post("/batches/new", data = "<sent>")]
pub async fn build(
    who: Cashier,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Gathering>, Error> {
    let mut form = sent.into_inner();
    let policies = policies::all(&door.db.read, who.book_id()).await?;
    let mut gather = asked(&mut form, &policies);
    let account = form
        .read_optional("paying_account", |id| id.parse::<i64>().map_err(|_| Refusal::new("paying_account_unknown")));
    if form.is("which", "chosen") {
        gather.grants = form.values("grant").filter_map(|id| id.parse().ok()).collect();
        gather.limit = None;
        if gather.grants.is_empty() {
            form.refuse(Refusal::new("nothing_chosen"));
        }
    } else {
        still_found(&who, &mut form, &gather, door).await?;
    }
    let (Some(key), Some(account), false) = (form.key(), account, form.is_refused()) else {
        return Ok(Reply::again(page(&who, frame, unread(form), door).await?));
    };
    match actions::build(door, who.ask(key, "build_batch"), gather, account).await {
        Ok(made) => {
            let to = frame.href(&format!("batches/{}", made.batch));
            Ok(Reply::done(to, frame.t.n("payments.new.built", made.payments)))
        }
        Err(error) => Ok(Reply::again(page(&who, frame, form.take(error)?, door).await?)),
    }
}

/// Holds that the filter still finds what the button named; a repeated request finds its grants in payment.
async fn still_found(who: &Cashier, form: &mut Fields, gather: &Gather, door: &Door) -> Result<()> {
    let today = door.surroundings.clock.now().day();
    let found = store::eligible(&door.db.read, who.book_id(), gather, today).await?;
    let sum = Fen::sum(found.iter().map(|grant| grant.amount)).unwrap_or(Fen::ZERO);
    let is_same = form.is("count", found.len().to_string()) && form.is("sum", sum.plain());
    if !found.is_empty() && !is_same {
        form.refuse(Refusal::new("selection_changed"));
    }
    Ok(())
}

/// The form without what reading it once more would refuse again.
fn unread(form: Fields) -> Fields {
    let mut again = Fields::new();
    for name in ["policy", "subdistrict", "q", "limit", "paying_account"] {
        again = again.with(name, form.value(name));
    }
    again.set_all("grant", form.values("grant"));
    let own = |refusal: &&Refusal| !matches!(refusal.field, Some("policy" | "limit"));
    let refusals: Vec<Refusal> = form.refusals().iter().filter(own).cloned().collect();
    again.refused(refusals)
}
