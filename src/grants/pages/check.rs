//! What the book says about a grant while it is being typed: the panel beside the form, and the line below each field.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};
use serde_json::json;

use super::entry::typed;
use super::words::{Said, said};
use crate::funds::{self, Stage};
use crate::grants::rules::{Form, Source, State, check};
use crate::grants::store::{self, Filter, FormFacts, Sums};
use crate::journal::Door;
use crate::kernel::bank_code::BankCode;
use crate::kernel::identity::{IdType, Identity};
use crate::kernel::money::Fen;
use crate::kernel::{Refusal, Result};
use crate::people::Clerk;
use crate::policies::Policy;
use crate::recipients::Recipient;
use crate::web::{Answer, As, Fields, Frame, Page, T};

/// What stands beside the form.
#[derive(Debug, Clone)]
pub struct Panel {
    pub(super) facts: FormFacts,
    /// What living grants gave the recipient under the policy, and under all.
    pub(super) received: (Sums, Sums),
    pub(super) budget: Option<Fen>,
    pub(super) warnings: Vec<Said>,
    /// What stands in the way, told while typing only about fields that are filled.
    refusals: Vec<Refusal>,
    /// The refusal of the number, and whether it is in order.
    pub(super) number: (Option<Refusal>, bool),
    amount: Option<Fen>,
    /// What a known recipient puts into empty fields, as JSON.
    pub(super) fill: String,
}

impl Panel {
    pub(super) fn policy(&self) -> Option<&Policy> {
        self.facts.policy.as_ref()
    }

    pub(super) fn recipient(&self) -> Option<&Recipient> {
        self.facts.recipient.as_ref()
    }

    pub(super) fn kind(&self, t: impl As<T>, recipient: &Recipient) -> String {
        let t = t.value();
        let words =
            [crate::recipients::kind_word(t, &recipient.kind), crate::recipients::size_word(t, &recipient.size)];
        words.join(" · ")
    }

    pub(super) fn industry(&self, recipient: &Recipient) -> String {
        crate::recipients::industry_word(&recipient.industry)
    }

    /// The sentence below a field, or nothing.
    pub(super) fn wrong(&self, t: impl As<T>, field: &str) -> String {
        let t = t.value();
        let mut of_field = self.refusals.iter().filter(|refusal| refusal.field == Some(field));
        of_field.next().map(|refusal| t.sentence(refusal)).unwrap_or_default()
    }

    /// What stands in the way and belongs to no line below a field.
    pub(super) fn others(&self, t: impl As<T>) -> Vec<String> {
        let t = t.value();
        let shown = ["number", "amount", "bank_code", "account_number", "applied_on", "reference"];
        let others = self.refusals.iter().filter(|refusal| refusal.field.is_none_or(|field| !shown.contains(&field)));
        others.map(|refusal| t.sentence(refusal)).collect()
    }

    /// What is said of a number that is in order.
    pub(super) fn number_ok(&self, t: impl As<T>) -> &'static str {
        if self.number.1 { t.value().s("grants.check.number") } else { "" }
    }

    /// The amount in capitals.
    pub(super) fn amount_said(&self, t: impl As<T>) -> String {
        self.amount.map(|amount| t.value().capital(amount)).unwrap_or_default()
    }
}

/// The lines below the fields and the panel, as a fragment.
#[derive(Template)]
#[template(path = "grants/pages/check.html")]
pub struct Check {
    frame: Frame,
    panel: Panel,
}

/// Looks at what is typed so far. It changes nothing; it is sent as a form because a personal number must not stand in
/// an address.
#[post("/grants/check?<grant>", data = "<sent>")]
pub async fn show(
    who: Clerk,
    grant: Option<i64>,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Answer<Check> {
    let panel = panel(door, who.book_id(), &sent, grant.unwrap_or_default(), frame.t).await?;
    Ok(Page::new(Check { frame, panel }))
}

/// Everything that the book says about the form. `itself` is the draft that is changed, or 0.
pub(super) async fn panel(door: &Door, book_id: i64, form: &Fields, itself: i64, t: T) -> Result<Panel> {
    let c = &door.db.read;
    let form_read = typed(form);
    let identity = identity(&form_read);
    let facts = store::form_facts(c, book_id, &form_read.policy, identity.as_ref().ok(), itself).await?;
    let (warnings, refusals) = judged(door, book_id, form, &form_read, itself, t).await?;
    let number = match &identity {
        Err(refusal) if !form_read.number.is_empty() => (Some(refusal.clone()), false),
        Err(_) => (None, false),
        Ok(_) => (None, true),
    };
    Ok(Panel {
        received: received(door, book_id, &facts).await?,
        budget: budget(door, book_id, facts.policy.as_ref()).await?,
        fill: fill(&facts),
        amount: Fen::parse(&form_read.amount).ok().filter(|amount| *amount > Fen::ZERO),
        warnings,
        refusals,
        number,
        facts,
    })
}

fn identity(form: &Form) -> Result<Identity, Refusal> {
    Identity::parse(IdType::parse(&form.id_type)?, &form.number)
}

/// The checks of the whole draft as soon as it can be read; before that what is wrong with the fields that are filled.
async fn judged(
    door: &Door,
    book_id: i64,
    form: &Fields,
    read: &Form,
    itself: i64,
    t: T,
) -> Result<(Vec<Said>, Vec<Refusal>)> {
    let today = door.surroundings.clock.now().day();
    let draft = match read.read(today) {
        Ok(draft) => draft,
        Err(refusals) => {
            let is_filled = |refusal: &Refusal| refusal.field.is_some_and(|field| form.filled(field).is_some());
            let mut warnings: Vec<Said> = Vec::new();
            if let Some(refusal) = BankCode::parse(&read.account.bank_code).ok().and_then(|code| code.warning()) {
                warnings.push(Said { text: t.sentence(&refusal), grant: None });
            }
            return Ok((warnings, refusals.into_iter().filter(is_filled).collect()));
        }
    };
    let loaded = store::load(&door.db.read, book_id, &draft, Source::Page, today, itself).await?;
    let (hard, warnings) = check(&loaded.facts(), &draft);
    Ok((warnings.iter().map(|warning| said(t, warning)).collect(), hard))
}

/// What living grants gave the recipient: under the policy, under all.
async fn received(door: &Door, book_id: i64, facts: &FormFacts) -> Result<(Sums, Sums)> {
    let Some(recipient) = &facts.recipient else { return Ok((Sums::default(), Sums::default())) };
    let all = living(recipient.id);
    let of_policy = match &facts.policy {
        Some(policy) => {
            let filter = Filter { policy: Some(policy.id), ..all.clone() };
            store::sums(&door.db.read, book_id, &filter).await?
        }
        None => Sums::default(),
    };
    Ok((of_policy, store::sums(&door.db.read, book_id, &all).await?))
}

/// The grants of a recipient that count.
pub(super) fn living(recipient: i64) -> Filter {
    let states = State::ALL.into_iter().filter(|state| state.is_living()).collect();
    Filter { recipient: Some(recipient), states, ..Filter::default() }
}

/// What is available under a policy, over all its allotments.
pub(super) async fn budget(door: &Door, book_id: i64, policy: Option<&Policy>) -> Result<Option<Fen>> {
    let Some(policy) = policy else { return Ok(None) };
    let allotments: Vec<i64> = policy.allotments.iter().map(|allotment| allotment.id).collect();
    let balances = funds::balances_of(&door.db.read, book_id, &allotments).await?;
    Ok(Fen::sum(balances.iter().filter(|balance| balance.stage == Stage::Available).map(|balance| balance.amount)))
}

/// What the form takes over of a known recipient, as far as nothing else is typed.
fn fill(facts: &FormFacts) -> String {
    let Some(recipient) = &facts.recipient else { return String::new() };
    let account = recipient.account.as_ref().map(|on_file| &on_file.account);
    let of = |pick: fn(&crate::recipients::Account) -> &String| account.map(pick).cloned().unwrap_or_default();
    json!({
        "name": recipient.name,
        "kind": recipient.kind,
        "subdistrict": recipient.subdistrict,
        "industry": recipient.industry,
        "size": recipient.size,
        "payee_relation": of(|account| &account.payee_relation),
        "account_name": of(|account| &account.account_name),
        "account_number": of(|account| &account.account_number),
        "bank_code": of(|account| &account.bank_code),
        "bank_name": of(|account| &account.bank_name),
    })
    .to_string()
}

/// The sub-districts of the book, for a list of proposals.
#[derive(Template)]
#[template(source = "{% for name in names %}<option value=\"{{ name }}\"></option>{% endfor %}", ext = "html")]
pub struct Subdistricts {
    names: Vec<String>,
}

/// Proposes sub-districts.
#[get("/grants/subdistricts")]
pub async fn subdistricts(who: crate::people::Reader, door: &Managed<Door>) -> Answer<Subdistricts> {
    Ok(Page::new(Subdistricts { names: store::subdistricts(&door.db.read, who.book_id()).await? }))
}
