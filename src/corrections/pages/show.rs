//! One correction: the wrong booking that is reversed beside the right one, and the decision of another person.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::{Look, look};
use crate::corrections::actions::{self, Verdict};
use crate::corrections::rules::{self, State};
use crate::corrections::store::{self, Correction};
use crate::funds::{self, Move, Stage};
use crate::grants::{self, Content, Grant};
use crate::journal::{Door, Names};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result};
use crate::people::{Admission, In, Reader, Reviewer, Role};
use crate::policies::{self, Policy};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The page.
#[derive(Template)]
#[template(path = "corrections/pages/show.html")]
pub struct Shown {
    frame: Frame,
    form: Fields,
    correction: Correction,
    grant: Grant,
    wrong_policy: Policy,
    right_policy: Policy,
    content: Content,
    /// The transfers that are reversed.
    reversed: Vec<Move>,
    /// What really moved.
    moved: Fen,
    earlier_year: bool,
    digest: String,
    names: Names,
    waits: bool,
    own: bool,
    decides: bool,
}

impl Shown {
    fn look(&self) -> Look {
        look(self.frame.t, self.correction.state)
    }

    fn base(&self) -> String {
        self.frame.href(&format!("corrections/{}", self.correction.id))
    }

    fn stage(&self, stage: &Stage) -> &'static str {
        self.frame.t.s(stage.key())
    }

    fn document(&self, allotment: &i64) -> &str {
        let all = self.wrong_policy.allotments.iter().chain(&self.right_policy.allotments);
        all.into_iter().find(|one| one.id == *allotment).map_or("", |one| one.document_number.as_str())
    }

    fn verb(&self) -> String {
        self.frame.t.f("corrections.approve").with("sum", self.frame.t.yuan(self.correction.amount)).to_string()
    }

    fn happens(&self) -> String {
        let t = self.frame.t;
        let key = if self.earlier_year { "corrections.happens.earlier_year" } else { "corrections.happens.same_year" };
        let phrase = t.f(key).with("n", t.count(self.reversed.len())).with("wrong", &self.grant.content.reference);
        let phrase = phrase.with("right", &self.correction.reference).with("policy", &self.right_policy.code);
        phrase.with("sum", t.yuan_unit(self.correction.amount)).to_string()
    }

    fn demands(&self) -> String {
        let (t, correction) = (self.frame.t, &self.correction);
        let due = correction.due_on.map_or_else(String::new, |day| t.long_day(day));
        t.f("corrections.demands").with("sum", t.yuan_unit(correction.overpaid)).with("due", due).to_string()
    }

    fn name_of<'n>(&'n self, uid: Option<&'n str>) -> &'n str {
        uid.map_or(crate::web::ABSENT, |uid| self.names.of(uid))
    }
}

async fn page<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Shown> {
    let (c, book_id, t) = (&door.db.read, who.book_id(), frame.t);
    let correction = store::correction(c, book_id, id).await?;
    let prepared = store::prepared(c, book_id, id).await?;
    let grant = grants::grant(c, book_id, correction.grant).await?.ok_or(Error::NotFound)?;
    let moves = funds::moves_of_grant(c, book_id, correction.grant).await?;
    let named = |one: &Move| prepared.reversed.contains(&(one.position, one.line));
    let reversed: Vec<Move> = moves.into_iter().filter(named).collect();
    let policy = async |id: i64| policies::by_id(c, book_id, id).await?.ok_or(Error::NotFound);
    let (waits, own) = (correction.state == State::Pending, correction.prepared_person == who.actor().person);
    let today = door.surroundings.clock.now().day();
    let up = frame.href("corrections");
    let title = t.f("corrections.one").with("reference", &grant.content.reference);
    Ok(Shown {
        wrong_policy: policy(grant.content.policy).await?,
        right_policy: policy(correction.policy).await?,
        moved: rules::really_moved(&reversed).unwrap_or(Fen::ZERO),
        earlier_year: if waits { rules::is_of_earlier_year(&reversed, today) } else { correction.is_of_earlier_year },
        digest: actions::digest(correction.leaf),
        names: Names::read(c, book_id).await?,
        waits,
        own: waits && own,
        decides: waits && !own && who.acts(Role::Reviewer),
        frame: frame.following_position().page("corrections", title).crumb(up, t.s("corrections.title")),
        content: prepared.content,
        correction,
        grant,
        reversed,
        form,
    })
}

/// Shows a correction.
#[get("/corrections/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Shown> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

/// Signs or refuses a correction.
#[post("/corrections/<id>/decide", data = "<sent>")]
pub async fn decide(
    who: Reviewer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let (verdict, done) = match form.value("verdict") {
        "approve" => (Verdict::Approved { digest: form.value("digest").to_owned() }, "corrections.done.approved"),
        "refuse" => (Verdict::Refused { reason: form.value("reason").to_owned() }, "corrections.done.refused"),
        _ => {
            form.refuse(Refusal::new("verdict_missing"));
            return Ok(Reply::again(page(&who, id, frame, form, door).await?));
        }
    };
    match actions::decide_correction(door, who.ask(key, "decide_correction"), id, verdict).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("corrections/{id}")), frame.t.s(done))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}
