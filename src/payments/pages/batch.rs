//! One batch: its facts, how far it came, its payments and files, and what this person may do with it.

use std::borrow::Borrow;
use std::collections::HashSet;

use askama::Template;
use rocket::form::Form as Sent;
use rocket::http::ContentType;
use rocket::{State as Managed, get, post};

use super::progress::Progress;
use super::words::{self, Look};
use super::{FileReader, Payer};
use crate::grants;
use crate::journal::{self, Door, Filter, Names};
use crate::kernel::instant::Instant;
use crate::kernel::{Error, Result};
use crate::payments::actions;
use crate::payments::events::{BatchWithdrawn, KIND_BATCH_WITHDRAWN, KIND_PAYMENTS_DROPPED, PaymentsDropped};
use crate::payments::files::FileDirection;
use crate::payments::rules::{BatchState, PaymentState};
use crate::payments::store::{
    self, Batch, ConfirmedAccount, ExplainedAccount, MadeFile, PayingAccount, PaymentLine, Profiles,
};
use crate::people::{Cashier, In, Reader, Role};
use crate::vouchers::{self, Act};
use crate::web::form::Choice;
use crate::web::{Answer, Download, Fields, Frame, Page, Reply};

/// Payments on one page.
const ROWS_EACH: u64 = 100;
/// Events of one kind looked through for those of a batch.
const EVENTS_MAX: u64 = 1_000;

/// The batch.
#[derive(Template)]
#[template(path = "payments/pages/batch.html")]
pub struct Shown {
    frame: Frame,
    form: Fields,
    batch: Batch,
    account: Option<PayingAccount>,
    progress: Progress,
    state: Option<PaymentState>,
    rows: Vec<PaymentLine>,
    /// Grants among them whose money is held back, while that matters.
    held: HashSet<i64>,
    is_first: bool,
    next: Option<i64>,
    files: Vec<MadeFile>,
    profiles: Vec<Choice>,
    known: Profiles,
    happened: Vec<Happened>,
    confirmed: Vec<ConfirmedAccount>,
    explained: Vec<ExplainedAccount>,
    may: May,
    vouchers: Vec<vouchers::Brief>,
}

/// What this person may do with the batch now. The actions decide once more, under the lock.
#[expect(clippy::struct_excessive_bools, reason = "each is a button of its own")]
#[derive(Debug, Clone, Copy)]
struct May {
    release: bool,
    withdraw: bool,
    take_out: bool,
    make: bool,
    download: bool,
}

/// One thing that happened to the batch.
#[derive(Debug, Clone)]
struct Happened {
    icon: &'static str,
    title: &'static str,
    class: &'static str,
    who: String,
    at: Instant,
    what: String,
    /// A file of the bank.
    file: Option<i64>,
}

impl Shown {
    fn batch_look(&self) -> Look {
        words::batch(self.frame.t, self.batch.state)
    }

    fn look(&self, state: impl Borrow<PaymentState>) -> Look {
        words::payment(self.frame.t, *state.borrow())
    }

    fn part(&self, payment: &PaymentLine) -> String {
        words::part(self.frame.t, payment)
    }

    fn is_held(&self, payment: &PaymentLine) -> bool {
        payment.state == PaymentState::Built && self.held.contains(&payment.grant)
    }

    fn is(&self, state: impl Borrow<PaymentState>) -> bool {
        self.state == Some(*state.borrow())
    }

    fn base(&self) -> String {
        self.frame.href(&format!("batches/{}", self.batch.id))
    }

    fn first_page(&self) -> String {
        let state = self.state.map_or_else(String::new, |state| format!("?state={}", state.code()));
        if self.is_first { String::new() } else { format!("{}{state}", self.base()) }
    }

    fn onward(&self) -> String {
        let state = self.state.map_or_else(String::new, |state| format!("&state={}", state.code()));
        self.next.map_or_else(String::new, |after| format!("{}?after={after}{state}", self.base()))
    }

    fn profile(&self, file: &MadeFile) -> String {
        words::profile(self.frame.t, &self.known, &file.profile, (FileDirection::Out, file.profile_version))
    }
}

fn may<A>(who: &In<A>, batch: &Batch) -> May {
    let built = batch.state == BatchState::Built;
    let pays = who.acts(Role::Cashier) || who.acts(Role::Reviewer);
    let reads = [Role::Cashier, Role::Reviewer, Role::Manager, Role::Auditor].into_iter().any(|role| who.has(role));
    May {
        release: built && who.acts(Role::Reviewer) && batch.built_person != who.actor().person,
        withdraw: built && who.acts(Role::Cashier),
        take_out: built && pays,
        make: batch.state == BatchState::Released && pays,
        download: reads,
    }
}

async fn page<A>(
    who: &In<A>,
    id: i64,
    (state, after): (Option<PaymentState>, i64),
    frame: Frame,
    form: Fields,
    door: &Door,
) -> Result<Shown> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let batch = store::batch(c, book_id, id).await?;
    let mut rows = store::payments_of(c, book_id, id, state, (after, ROWS_EACH + 1)).await?;
    let is_more = rows.len() as u64 > ROWS_EACH;
    rows.truncate(usize::try_from(ROWS_EACH).unwrap_or(usize::MAX));
    let account = match batch.paying_account {
        Some(account) => Some(store::paying_account(c, book_id, account).await?),
        None => None,
    };
    let waiting = rows.iter().filter(|row| row.state == PaymentState::Built);
    let waiting: Vec<i64> = waiting.map(|row| row.grant).collect();
    let held = grants::which_held_back(c, book_id, &waiting, door.surroundings.clock.now().day()).await?;
    let (t, up) = (frame.t, frame.href("batches"));
    let names = Names::read(c, book_id).await?;
    let known = Profiles::read(c, book_id).await?;
    let happened = happened(door, (book_id, &batch), (&names, &known), &frame).await?;
    let frame = frame
        .following_position()
        .page("batches", t.f("payments.batch.title").with("id", id))
        .crumb(up, t.s("payments.batches.title"));
    Ok(Shown {
        vouchers: vouchers::of_subject(c, book_id, &[Act::Release], id).await?,
        progress: Progress::of(t, &store::by_state(c, book_id, id).await?),
        next: rows.last().map(|row| row.id).filter(|_| is_more),
        held,
        is_first: after == 0,
        files: store::made_files(c, book_id, id, None).await?,
        profiles: words::profiles(t, &known, FileDirection::Out),
        known,
        confirmed: store::confirmed_accounts(c, book_id, id).await?,
        explained: store::explained_accounts(c, book_id, id).await?,
        may: may(who, &batch),
        account,
        state,
        rows,
        happened,
        frame,
        form,
        batch,
    })
}

/// Everything that happened, newest first.
async fn happened(
    door: &Door,
    (book_id, batch): (i64, &Batch),
    (names, profiles): (&Names, &Profiles),
    frame: &Frame,
) -> Result<Vec<Happened>> {
    let (c, t) = (&door.db.read, frame.t);
    let one = |icon, key: &str, class, who: &str, at, what: String| Happened {
        icon,
        title: t.s(key),
        class,
        who: names.of(who).to_owned(),
        at,
        what,
        file: None,
    };
    let mut all = vec![one("plus", "payments.step.built", "", &batch.built_by, batch.built_at, String::new())];
    let of_kind = |kind: &str| Filter { kind: Some(kind.to_owned()), from: Some(batch.built_at), ..Filter::default() };
    for event in journal::entries(c, book_id, &of_kind(KIND_PAYMENTS_DROPPED), EVENTS_MAX).await? {
        let dropped: PaymentsDropped = event.payload()?;
        if dropped.batch == batch.id {
            let n = t.n("payments.step.dropped_n", dropped.payments.len());
            let what = n.with("reason", dropped.reason).to_string();
            all.push(one("x", "payments.step.dropped", "bad", &event.actor_uid, event.recorded_at, what));
        }
    }
    if batch.state == BatchState::Withdrawn {
        for event in journal::entries(c, book_id, &of_kind(KIND_BATCH_WITHDRAWN), EVENTS_MAX).await? {
            let withdrawn: BatchWithdrawn = event.payload()?;
            if withdrawn.batch == batch.id {
                let (who, at) = (&event.actor_uid, event.recorded_at);
                all.push(one("arrow-back-up", "payments.step.withdrawn", "bad", who, at, withdrawn.reason));
            }
        }
    }
    if let (Some(who), Some(at)) = (&batch.released_by, batch.released_at) {
        all.push(one("send", "payments.step.released", "good", who, at, String::new()));
    }
    for making in store::makings(c, book_id, batch.id).await? {
        let used = (FileDirection::Out, making.profile_version);
        let what = words::profile(t, profiles, &making.profile, used);
        all.push(one("file-export", "payments.step.file_made", "", &making.made_by, making.made_at, what));
    }
    for answering in store::answerings(c, book_id, batch.id).await? {
        let key = if answering.is_undone { "payments.step.answer_undone" } else { "payments.step.answered" };
        let what = t.n("payments.payments.n", answering.payments).to_string();
        let step = one("building-bank", key, "", &answering.loaded_by, answering.loaded_at, what);
        all.push(Happened { file: Some(answering.file), ..step });
    }
    all.sort_by_key(|step| std::cmp::Reverse(step.at.get()));
    Ok(all)
}

/// Shows a batch.
#[get("/batches/<id>?<state>&<after>")]
pub async fn show(
    who: Reader,
    id: i64,
    state: Option<&str>,
    after: Option<i64>,
    frame: Frame,
    door: &Managed<Door>,
) -> Answer<Shown> {
    let door = &who.looking(door).await?;
    let wanted = (state.and_then(PaymentState::from_code), after.unwrap_or(0));
    Ok(Page::new(page(&who, id, wanted, frame, Fields::new(), door).await?))
}

/// Takes the batch back.
#[post("/batches/<id>/withdraw", data = "<sent>")]
pub async fn withdraw(
    who: Cashier,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, (None, 0), frame, form, door).await?)) };
    let reason = form.value("reason").to_owned();
    match actions::withdraw(door, who.ask(key, "withdraw_batch"), id, reason).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("batches/{id}")), frame.t.s("payments.withdrawn"))),
        Err(error) => Ok(Reply::again(page(&who, id, (None, 0), frame, form.take(error)?, door).await?)),
    }
}

/// Takes chosen payments out.
#[post("/batches/<id>/drop", data = "<sent>")]
pub async fn take_out(
    who: Payer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, (None, 0), frame, form, door).await?)) };
    let payments: Vec<i64> = form.values("payment").filter_map(|id| id.parse().ok()).collect();
    let (n, reason) = (payments.len(), form.value("drop_reason").to_owned());
    match actions::drop_payments(door, who.ask(key, "drop_payments"), id, payments, reason).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("batches/{id}")), frame.t.n("payments.dropped", n))),
        Err(error) => Ok(Reply::again(page(&who, id, (None, 0), frame, form.take(error)?, door).await?)),
    }
}

/// Makes the files of the batch in a profile; those that were made before stay as they are.
#[post("/batches/<id>/files", data = "<sent>")]
pub async fn make(
    who: Payer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, (None, 0), frame, form, door).await?)) };
    let profile = form.value("profile").to_owned();
    match actions::make_file(door, who.ask(key, "make_payment_file"), who.head(), id, profile).await {
        Ok(made) => {
            let to = frame.href(&format!("batches/{id}#files"));
            Ok(Reply::done(to, frame.t.n("payments.file_made", made.len())))
        }
        Err(error) => Ok(Reply::again(page(&who, id, (None, 0), frame, form.take(error)?, door).await?)),
    }
}

/// A file that was made of the batch.
#[get("/batches/<id>/files/<sha256>")]
pub async fn file(who: FileReader, id: i64, sha256: &str, door: &Managed<Door>) -> Result<Download, Error> {
    let made = store::made_files(&door.db.read, who.book_id(), id, None).await?;
    let made = made.into_iter().find(|made| made.sha256 == sha256).ok_or(Error::NotFound)?;
    let bytes = actions::bank_file_bytes(door, who.book_id(), sha256).await?;
    Ok(Download { name: made.name, kind: ContentType::Binary, bytes })
}
