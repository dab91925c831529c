//! A reconciliation that was prepared: another person looks at what was shown and signs it, or gives it back; two people
//! reopen what is signed.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::words::{self, Look};
use super::{OfPreparer, OfSigner, Preparer, Signer};
use crate::journal::{Door, Names};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::{self, PayingAccount};
use crate::people::{Admission, In, Reader};
use crate::reconciliation::actions;
use crate::reconciliation::rules::{Adjustment, Compared, Group, Subject, may_sign};
use crate::reconciliation::store::{self, Record};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The reconciliation.
#[derive(Template)]
#[template(path = "reconciliation/pages/record.html")]
pub struct Shown {
    frame: Frame,
    form: Fields,
    record: Record,
    account: Option<PayingAccount>,
    compared: Option<Compared>,
    adjustment: Option<Adjustment>,
    names: Names,
    /// Whether what is shown now is what was prepared.
    is_same: bool,
    /// Whether this person prepared it.
    own: bool,
    /// Whether this person had a hand in it.
    hand: bool,
    signs: bool,
    prepares: bool,
    /// Whether this person wants it reopened, and so does not decide on that.
    own_reopening: bool,
}

impl Shown {
    fn look(&self) -> Look {
        words::record(self.frame.t, Some(&self.record))
    }

    fn base(&self) -> String {
        self.frame.href(&format!("reconciliation/record/{}", self.record.id))
    }

    fn is(&self, state: &str) -> bool {
        self.record.state.code() == state
    }

    /// What is reconciled, in words.
    fn subject(&self) -> String {
        words::subject(self.frame.t, self.record.subject, self.account.as_ref())
    }

    /// Where it is to be seen whole.
    fn whole(&self) -> String {
        words::whole(&self.frame, self.record.subject)
    }

    fn verb(&self) -> String {
        let t = self.frame.t;
        let phrase = match self.record.subject {
            Subject::Batch(_) => t.f("reconciliation.sign.do_batch"),
            Subject::Account { .. } => t.f("reconciliation.sign.do"),
        };
        phrase.with("what", self.subject()).with("sum", self.frame.t.yuan(self.record.adjusted)).to_string()
    }

    fn consequence(&self) -> &'static str {
        let t = self.frame.t;
        match self.record.subject {
            Subject::Batch(_) => t.s("reconciliation.sign.batch"),
            Subject::Account { .. } => t.s("reconciliation.sign.account"),
        }
    }

    fn groups(&self) -> [Group; 4] {
        Group::ALL
    }

    fn group(&self, group: &Group) -> &'static str {
        words::group(self.frame.t, *group)
    }

    fn sum(&self, adjustment: &Adjustment, group: &Group) -> Fen {
        adjustment.sum(*group)
    }

    fn count(&self, adjustment: &Adjustment, group: &Group) -> usize {
        adjustment.of(*group).len()
    }
}

async fn page<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Shown> {
    let (c, book_id, t) = (&door.db.snapshot().await?, who.book_id(), frame.t);
    let record = store::record(c, book_id, id).await?;
    let seen = store::shown(c, who.head(), record.subject).await?;
    let is_same = seen.digest(&who.head().book_uid, record.subject, record.at)? == record.digest;
    let hands = store::hands_of(c, book_id, id).await?;
    let person = &who.actor().person;
    let account = match record.subject {
        Subject::Account { account, .. } => Some(payments::paying_account(c, book_id, account).await?),
        Subject::Batch(_) => None,
    };
    let up = frame.href("reconciliation");
    Ok(Shown {
        names: Names::read(c, book_id).await?,
        own: record.prepared_person == *person,
        hand: may_sign(person, "", &hands).is_err(),
        signs: OfSigner::ROLES.iter().any(|role| who.acts(*role)),
        prepares: OfPreparer::ROLES.iter().any(|role| who.acts(*role)),
        own_reopening: record.reopen_person.as_ref() == Some(person),
        compared: seen.compared,
        adjustment: seen.adjustment,
        frame: frame
            .following_position()
            .page("reconciliation", t.s("reconciliation.record.title"))
            .crumb(up, t.s("reconciliation.title")),
        form,
        account,
        record,
        is_same,
    })
}

/// Shows it.
#[get("/reconciliation/record/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Shown> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

/// What becomes of it.
enum Verb {
    Sign,
    Refuse,
    AskToReopen,
    Reopen,
    LetStand,
}

async fn decide<A: Admission>(
    who: &In<A>,
    (id, verb): (i64, Verb),
    mut form: Fields,
    frame: Frame,
    door: &Door,
) -> Result<Reply<Shown>> {
    let Some(key) = form.key() else { return Ok(Reply::again(page(who, id, frame, form, door).await?)) };
    let typed = |name: &str| form.value(name).to_owned();
    let ask = |verb| who.ask(key, verb);
    let (done, said) = match verb {
        Verb::Sign => {
            let digest = typed("digest");
            let signed = actions::sign(door, ask("sign_reconciliation"), who.head(), id, digest).await;
            (signed, "reconciliation.signed")
        }
        Verb::Refuse => {
            let refused = actions::refuse(door, ask("refuse_reconciliation"), id, typed("reason")).await;
            (refused, "reconciliation.refused")
        }
        Verb::AskToReopen => {
            let asked = actions::prepare_reopening(door, ask("ask_to_reopen"), id, typed("reason")).await;
            (asked, "reconciliation.reopen.asked")
        }
        Verb::Reopen => {
            let reopened = actions::approve_reopening(door, ask("reopen_reconciliation"), id).await;
            (reopened, "reconciliation.reopened")
        }
        Verb::LetStand => {
            let stands = actions::refuse_reopening(door, ask("let_reconciliation_stand"), id, typed("reason")).await;
            (stands, "reconciliation.reopen.refused")
        }
    };
    match done {
        Ok(_) => Ok(Reply::done(frame.href(&format!("reconciliation/record/{id}")), frame.t.s(said))),
        Err(error) => Ok(Reply::again(page(who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Signs it.
#[post("/reconciliation/record/<id>/sign", data = "<sent>")]
pub async fn sign(
    who: Signer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decide(&who, (id, Verb::Sign), sent.into_inner(), frame, door).await
}

/// Gives it back.
#[post("/reconciliation/record/<id>/refuse", data = "<sent>")]
pub async fn refuse(
    who: Preparer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decide(&who, (id, Verb::Refuse), sent.into_inner(), frame, door).await
}

/// Asks that it be reopened.
#[post("/reconciliation/record/<id>/reopen", data = "<sent>")]
pub async fn ask_to_reopen(
    who: Preparer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decide(&who, (id, Verb::AskToReopen), sent.into_inner(), frame, door).await
}

/// Reopens it.
#[post("/reconciliation/record/<id>/reopen/approve", data = "<sent>")]
pub async fn reopen(
    who: Signer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decide(&who, (id, Verb::Reopen), sent.into_inner(), frame, door).await
}

/// Lets it stand.
#[post("/reconciliation/record/<id>/reopen/refuse", data = "<sent>")]
pub async fn let_stand(
    who: Signer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decide(&who, (id, Verb::LetStand), sent.into_inner(), frame, door).await
}
