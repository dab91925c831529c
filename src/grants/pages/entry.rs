//! The form of a grant: a new one, and a draft that is changed.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::check::{Panel, panel};
use crate::grants::actions;
use crate::grants::rules::{Form, State};
use crate::grants::store::{self, Grant};
use crate::journal::Door;
use crate::kernel::{Error, Result};
use crate::people::Clerk;
use crate::policies;
use crate::recipients::{self, AccountForm, Choices, ParticularsForm};
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The form with what the book says about what is typed.
#[derive(Template)]
#[template(path = "grants/pages/entry.html")]
pub struct Entry {
    frame: Frame,
    form: Fields,
    panel: Panel,
    policies: Vec<Choice>,
    choices: Choices,
    /// The draft that is changed; none for a new grant.
    grant: Option<i64>,
    action: String,
    check: String,
    /// Whether what is rarely needed is shown at once, because something of it is filled.
    more: bool,
}

/// Fields that are folded away.
const RARE: [&str; 8] = [
    "applied_amount",
    "allotment",
    "award_document",
    "period_from",
    "period_to",
    "attachments",
    "payee_relation",
    "summary",
];

async fn entry(who: &Clerk, frame: Frame, form: Fields, grant: Option<i64>, door: &Door) -> Result<Entry> {
    let t = frame.t;
    let all = policies::all(&door.db.read, who.book_id()).await?;
    let policies = all
        .iter()
        .filter(|policy| policy.state == policies::State::Open)
        .map(|policy| Choice::new(&policy.code, format!("{} {}", policy.code, policy.title)))
        .collect();
    let panel = panel(door, who.book_id(), &form, grant.unwrap_or_default(), t).await?;
    let list = frame.href("grants");
    let (action, title) = match grant {
        Some(id) => (format!("{list}/{id}/edit"), "grants.edit.title"),
        None => (format!("{list}/new"), "grants.new.title"),
    };
    let check = format!("{list}/check?grant={}", grant.unwrap_or_default());
    let more = RARE.iter().any(|name| form.filled(name).is_some() || !form.error(t, name).is_empty());
    let frame = frame.page("grants", t.s(title)).crumb(&list, t.s("grants.list.title"));
    Ok(Entry { frame, form, panel, policies, choices: Choices::new(t), grant, action, check, more })
}

/// Reads the fields of the form, whoever sent it.
pub(super) fn typed(form: &Fields) -> Form {
    let text = |name: &str| form.value(name).to_owned();
    Form {
        reference: text("reference"),
        policy: text("policy"),
        allotment: text("allotment"),
        id_type: text("id_type"),
        number: text("number"),
        particulars: ParticularsForm {
            name: text("name"),
            kind: text("kind"),
            subdistrict: text("subdistrict"),
            industry: text("industry"),
            size: text("size"),
        },
        applied_amount: text("applied_amount"),
        amount: text("amount"),
        applied_on: text("applied_on"),
        award_document: text("award_document"),
        summary: text("summary"),
        period_from: text("period_from"),
        period_to: text("period_to"),
        attachments: text("attachments"),
        account: AccountForm {
            payee_relation: text("payee_relation"),
            account_name: text("account_name"),
            account_number: text("account_number"),
            bank_code: text("bank_code"),
            bank_name: text("bank_name"),
        },
    }
}

/// An empty form. The policy and the day of the grant before may be kept, the number may come from a recipient's page.
#[get("/grants/new?<policy>&<applied_on>&<number>&<id_type>")]
pub async fn new(
    who: Clerk,
    policy: Option<&str>,
    applied_on: Option<&str>,
    number: Option<&str>,
    id_type: Option<&str>,
    frame: Frame,
    door: &Managed<Door>,
) -> Answer<Entry> {
    let today = door.surroundings.clock.now().day().to_string();
    let form = Fields::new()
        .with("policy", policy.unwrap_or_default())
        .with("applied_on", applied_on.unwrap_or(&today))
        .with("number", number.unwrap_or_default())
        .with("id_type", id_type.unwrap_or("uscc"));
    Ok(Page::new(entry(&who, frame, form, None, door).await?))
}

/// Records the grant: as a draft, to review, or to review and on to the next one.
#[post("/grants/new", data = "<sent>")]
pub async fn record(who: Clerk, sent: Sent<Fields>, frame: Frame, door: &Managed<Door>) -> Result<Reply<Entry>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(entry(&who, frame, form, None, door).await?)) };
    let submit = !form.has("draft");
    match actions::record(door, who.ask(key, "record_grant"), typed(&form), submit).await {
        Ok(done) => recorded(&who, &frame, &form, done.grant, submit, door).await,
        Err(error) => Ok(Reply::again(entry(&who, frame, form.take(error)?, None, door).await?)),
    }
}

/// Where to go on, and what was done.
async fn recorded(
    who: &Clerk,
    frame: &Frame,
    form: &Fields,
    id: i64,
    submit: bool,
    door: &Door,
) -> Result<Reply<Entry>, Error> {
    let grant = store::grant(&door.db.read, who.book_id(), id).await?.ok_or(Error::NotFound)?;
    let t = frame.t;
    let key = if submit { "grants.new.submitted" } else { "grants.new.drafted" };
    let said = t
        .f(key)
        .with("reference", &grant.content.reference)
        .with("name", &grant.content.name)
        .with("amount", t.yuan_unit(grant.content.amount));
    let to = if form.has("again") {
        let kept = Fields::new().with("policy", form.value("policy"));
        let next = super::wanted::Address::of(frame.href("grants/new"), &kept).print();
        format!("{next}&applied_on={}", grant.content.applied_on)
    } else {
        format!("{}/{id}", frame.href("grants"))
    };
    Ok(Reply::done(to, said))
}

/// The form filled with a draft. A number that was erased must be typed again.
async fn filled(grant: &Grant, book_id: i64, door: &Door) -> Result<Fields> {
    let c = &door.db.read;
    let policy = policies::by_id(c, book_id, grant.content.policy).await?.ok_or(Error::NotFound)?;
    let number = recipients::identity_of(c, book_id, grant.recipient).await?;
    let content = &grant.content;
    let allotment = match content.split.as_slice() {
        [(only, _)] if policy.allotments.len() > 1 => policy.allotments.iter().find(|a| a.id == *only),
        _ => None,
    };
    let day = |day: Option<crate::kernel::dates::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let applied = if content.applied_amount == content.amount { String::new() } else { content.applied_amount.plain() };
    Ok(Fields::new()
        .with("reference", &content.reference)
        .with("policy", &policy.code)
        .with("allotment", allotment.map(|a| a.document_number.as_str()).unwrap_or_default())
        .with("id_type", &content.id_type)
        .with("number", number.as_ref().map(crate::kernel::identity::Identity::number).unwrap_or_default())
        .with("name", &content.name)
        .with("kind", &content.kind)
        .with("subdistrict", &content.subdistrict)
        .with("industry", &content.industry)
        .with("size", &content.size)
        .with("applied_amount", applied)
        .with("amount", content.amount.plain())
        .with("applied_on", content.applied_on)
        .with("award_document", &content.award_document)
        .with("summary", &content.summary)
        .with("period_from", day(content.period_from))
        .with("period_to", day(content.period_to))
        .with("attachments", if content.attachments == 0 { String::new() } else { content.attachments.to_string() })
        .with("payee_relation", &content.payee_relation)
        .with("account_name", &content.account_name)
        .with("account_number", &content.account_number)
        .with("bank_code", &content.bank_code)
        .with("bank_name", &content.bank_name))
}

/// The draft in the form. Only its preparer changes it.
#[get("/grants/<id>/edit")]
pub async fn edit(who: Clerk, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Entry> {
    let grant = store::grant(&door.db.read, who.book_id(), id).await?.ok_or(Error::NotFound)?;
    if grant.state != State::Draft || grant.prepared.person != who.actor().person {
        return Err(Error::Forbidden);
    }
    let form = filled(&grant, who.book_id(), door).await?;
    Ok(Page::new(entry(&who, frame, form, Some(id), door).await?))
}

/// Changes the draft, and sends it to review unless it shall stay a draft.
#[post("/grants/<id>/edit", data = "<sent>")]
pub async fn change(
    who: Clerk,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Entry>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(entry(&who, frame, form, Some(id), door).await?)) };
    let submit = !form.has("draft");
    match actions::edit(door, who.ask(key, "edit_grant"), id, typed(&form), submit).await {
        Ok(done) => recorded(&who, &frame, &form, done.grant, submit, door).await,
        Err(error) => Ok(Reply::again(entry(&who, frame, form.take(error)?, Some(id), door).await?)),
    }
}
