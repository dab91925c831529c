//! The condition of one part: recorded on a document that it is met, confirmed by a second person.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::words::{self, Look};
use super::{AccountConfirmer, OfAccountConfirmer, OfScheduler, Scheduler};
use crate::grants::{self, Grant};
use crate::journal::{Door, Names};
use crate::kernel::{Error, Result};
use crate::payments::actions::{self, ConditionForm, Verdict};
use crate::payments::store::{self, Instalment, Schedule};
use crate::people::{Admission, In, Reader};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The condition.
#[derive(Template)]
#[template(path = "payments/pages/condition.html")]
pub struct Shown {
    frame: Frame,
    form: Fields,
    schedule: Schedule,
    one: Instalment,
    grant: Grant,
    names: Names,
    may_record: bool,
    decides: bool,
    own: bool,
}

impl Shown {
    fn look(&self) -> Look {
        words::met(self.frame.t, &self.one.met.state)
    }

    fn base(&self) -> String {
        self.frame.href(&format!("schedules/{}/parts/{}", self.schedule.id, self.one.part.number))
    }

    fn digest(&self) -> String {
        self.one.met.leaf.map(|leaf| leaf.to_string()).unwrap_or_default()
    }

    fn name<'n>(&'n self, uid: Option<&'n str>) -> &'n str {
        uid.map_or(crate::web::ABSENT, |uid| self.names.of(uid))
    }
}

async fn page<A: Admission>(
    who: &In<A>,
    (id, number): (i64, i64),
    frame: Frame,
    form: Fields,
    door: &Door,
) -> Result<Shown> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let schedule = store::schedule(c, book_id, id).await?;
    let one = schedule.instalment(number)?.clone();
    let grant = grants::grant(c, book_id, schedule.grant).await?.ok_or(Error::NotFound)?;
    let stands = schedule.state == "standing";
    let recorded = stands && one.met.state == "recorded";
    let own = one.met.person.as_deref() == Some(who.actor().person.as_str());
    let any = |roles: &[crate::people::Role]| roles.iter().any(|role| who.acts(*role));
    let (t, list) = (frame.t, frame.href("instalments"));
    let up = frame.href(&format!("grants/{}", grant.id));
    let title = t.f("instalments.condition.title").with("n", number);
    Ok(Shown {
        names: Names::read(c, book_id).await?,
        may_record: stands && one.met.state == "open" && any(OfScheduler::ROLES),
        decides: recorded && !own && any(OfAccountConfirmer::ROLES),
        own: recorded && own,
        frame: frame
            .following_position()
            .page("instalments", title)
            .crumb(list, t.s("instalments.title"))
            .crumb(up, &grant.content.reference),
        form: if form.has("met_on") { form } else { form.with("met_on", door.surroundings.clock.now().day()) },
        schedule,
        one,
        grant,
    })
}

/// Shows it.
#[get("/schedules/<id>/parts/<number>")]
pub async fn show(who: Reader, id: i64, number: i64, frame: Frame, door: &Managed<Door>) -> Answer<Shown> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, (id, number), frame, Fields::new(), door).await?))
}

/// Records that it is met.
#[post("/schedules/<id>/parts/<number>/record", data = "<sent>")]
pub async fn record(
    who: Scheduler,
    id: i64,
    number: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, (id, number), frame, form, door).await?)) };
    let typed = ConditionForm {
        schedule: id,
        number,
        document: form.value("document").to_owned(),
        met_on: form.value("met_on").to_owned(),
    };
    match actions::record_condition(door, who.ask(key, "record_condition"), typed).await {
        Ok(_) => {
            let to = frame.href(&format!("schedules/{id}/parts/{number}"));
            Ok(Reply::done(to, frame.t.s("instalments.done.recorded")))
        }
        Err(error) => Ok(Reply::again(page(&who, (id, number), frame, form.take(error)?, door).await?)),
    }
}

async fn decide(
    who: &AccountConfirmer,
    (part, yes): ((i64, i64), bool),
    mut form: Fields,
    frame: Frame,
    door: &Door,
) -> Result<Reply<Shown>> {
    let Some(key) = form.key() else { return Ok(Reply::again(page(who, part, frame, form, door).await?)) };
    let (verb, done, verdict) = if yes {
        let digest = form.value("digest").to_owned();
        ("confirm_condition", "instalments.done.met", Verdict::Approved { digest })
    } else {
        let reason = form.value("reason").to_owned();
        ("refuse_condition", "instalments.done.not_met", Verdict::Refused { reason })
    };
    match actions::decide_condition(door, who.ask(key, verb), part, verdict).await {
        Ok(_) => {
            let to = frame.href(&format!("schedules/{}/parts/{}", part.0, part.1));
            Ok(Reply::done(to, frame.t.s(done)))
        }
        Err(error) => Ok(Reply::again(page(who, part, frame, form.take(error)?, door).await?)),
    }
}

/// Confirms that it is met.
#[post("/schedules/<id>/parts/<number>/confirm", data = "<sent>")]
pub async fn confirm(
    who: AccountConfirmer,
    id: i64,
    number: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decide(&who, ((id, number), true), sent.into_inner(), frame, door).await
}

/// Finds that it is not.
#[post("/schedules/<id>/parts/<number>/refuse", data = "<sent>")]
pub async fn refuse(
    who: AccountConfirmer,
    id: i64,
    number: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decide(&who, ((id, number), false), sent.into_inner(), frame, door).await
}
