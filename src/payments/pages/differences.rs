//! What differs between bank and book, each line with both sides beside each other, settled in place.

use std::collections::HashMap;

use askama::Template;
use rocket::form::Form as Sent;
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};
use rocket::{State as Managed, get, post};

use super::cues::{Cue, cues, of_candidates};
use super::together::{self, Together};
use super::words::{self, Look};
use super::{OfPayer, Payer};
use crate::journal::{self, Door, Names};
use crate::kernel::{Error, Refusal, Result};
use crate::payments::actions::{self, Choosing, ChoosingPayment, Settling};
use crate::payments::events::BankLineRead;
use crate::payments::rules::{How, Name};
use crate::payments::store::{self, Batch, DifferenceFilter, Discrepancy, Line, PaymentLine};
use crate::people::{Admission, In, Reader, Role};
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page, Reply, T, is_fragment};

/// Lines on one page.
const LINES_EACH: u64 = 50;
/// The states that can be asked for.
const STATES: [&str; 3] = ["open", "settled", "undone"];

/// A line of the bank with what differs about it.
pub struct Card {
    line: Line,
    payment: Option<PaymentLine>,
    differences: Vec<Discrepancy>,
    cues: Vec<Cue>,
    /// Payments that the line may be about, where it names none and more than one fits; each with its cues.
    candidates: Vec<PaymentLine>,
    /// Batches for which it may stand, where several fit.
    batches: Vec<Batch>,
    candidate_cues: Vec<(&'static str, String, Vec<String>)>,
    /// What was typed for it.
    form: Fields,
}

impl Card {
    fn open(&self) -> Option<&Discrepancy> {
        self.differences.iter().find(|difference| difference.state == "open")
    }

    fn is_open(&self) -> bool {
        self.open().is_some()
    }
}

/// Who looks, as far as the cards ask.
#[derive(Debug, Clone)]
pub(super) struct Looking {
    person: String,
    pub(super) pays: bool,
    reviews: bool,
}

impl Looking {
    fn of<A: Admission>(who: &In<A>) -> Self {
        Self {
            person: who.actor().person.clone(),
            pays: OfPayer::ROLES.iter().any(|role| who.acts(*role)),
            reviews: who.acts(Role::Reviewer),
        }
    }

    /// Whether this person may settle a difference so: an answer that counts after all moves money.
    fn may(&self, difference: &Discrepancy, how: How) -> bool {
        self.may_of(&difference.loaded_person, how)
    }

    /// Whether this person may settle so what differs about a file that somebody loaded.
    pub(super) fn may_of(&self, loaded_person: &str, how: How) -> bool {
        how != How::AsBooked || self.reviews && loaded_person != self.person
    }
}

/// One card, for the place where it stood.
#[derive(Template)]
#[template(path = "payments/pages/_difference.html")]
pub struct OneCard {
    frame: Frame,
    card: Card,
    looking: Looking,
    names: Names,
}

/// The list.
#[derive(Template)]
#[template(path = "payments/pages/differences.html")]
pub struct List {
    frame: Frame,
    cards: Vec<OneCard>,
    counted: Vec<(Name, i64)>,
    filter: DifferenceFilter,
    is_first: bool,
    next: Option<i64>,
    /// Whether the book never had a difference.
    is_new: bool,
    /// What can be settled together.
    together: Option<Together>,
    /// What was wrong where that is gone by now.
    refused: Fields,
}

impl OneCard {
    fn look(&self, state: &str) -> Look {
        words::difference(self.frame.t, state)
    }

    /// The ways that this person may choose from.
    fn ways(&self, difference: &Discrepancy) -> Vec<Choice> {
        let t = self.frame.t;
        let remedies = difference.name.remedies().iter().filter(|how| self.looking.may(difference, **how));
        remedies.map(|how| Choice::new(how.code(), t.s(how.key()))).collect()
    }

    /// Whether this person may say for which batch the line stands, or which payment it is about.
    fn chooses(&self) -> bool {
        self.looking.pays && self.card.open().is_some_and(|one| one.name == Name::MissingInBook)
    }

    fn choice_of(&self, payment: &PaymentLine) -> String {
        let t = self.frame.t;
        t.f("payments.differences.choose_payment").with("reference", &payment.reference).to_string()
    }

    fn choice(&self, batch: &Batch) -> String {
        let t = self.frame.t;
        let phrase = t.f("payments.differences.choose_batch").with("batch", batch.id);
        phrase.with("n", t.count(batch.payments)).with("sum", t.yuan(batch.sum)).to_string()
    }

    fn proposed(&self, difference: &Discrepancy) -> Option<How> {
        difference.name.remedies().first().copied()
    }

    /// Whether the proposed way is one that this person may take.
    fn may_as_proposed(&self, difference: &Discrepancy) -> bool {
        self.proposed(difference).is_some_and(|how| self.looking.may(difference, how))
    }

    fn is_chosen(&self, difference: &Discrepancy, way: &Choice) -> bool {
        match self.card.form.filled("how") {
            Some(typed) => typed == way.value,
            None => self.proposed(difference).is_some_and(|how| how.code() == way.value),
        }
    }

    fn proposal(&self, difference: &Discrepancy) -> String {
        let t = self.frame.t;
        let how = self.proposed(difference).map_or("", |how| t.s(how.key()));
        t.f("payments.differences.not_you").with("how", how).to_string()
    }

    fn settled(&self, difference: &Discrepancy) -> String {
        let t = self.frame.t;
        let how = difference.how.map_or("", |how| t.s(how.key()));
        let name =
            difference.settled_by.as_deref().map_or(t.s("payments.differences.by_book"), |uid| self.names.of(uid));
        t.f("payments.differences.settled_by").with("how", how).with("name", name).to_string()
    }
}

impl List {
    fn is_name(&self, name: &Name) -> bool {
        self.filter.name == Some(*name)
    }

    fn is_state(&self, state: &str) -> bool {
        self.filter.state.as_deref() == Some(state)
    }

    fn state_word(&self, state: &str) -> &'static str {
        words::difference(self.frame.t, state).word
    }

    /// The address of the list with another name and state.
    fn at(&self, name: Option<&Name>, state: Option<&str>) -> String {
        let name = name.map_or_else(String::new, |name| format!("&name={}", name.code()));
        let file = self.filter.file.map_or_else(String::new, |file| format!("&file={file}"));
        self.frame.to(&format!("differences?state={}{name}{file}", state.unwrap_or_default()))
    }

    fn of_name(&self, name: &Name) -> String {
        self.at(Some(name), self.filter.state.as_deref())
    }

    fn of_all_names(&self) -> String {
        self.at(None, self.filter.state.as_deref())
    }

    fn of_state(&self, state: &str) -> String {
        self.at(self.filter.name.as_ref(), Some(state))
    }

    fn first_page(&self) -> String {
        if self.is_first { String::new() } else { self.at(self.filter.name.as_ref(), self.filter.state.as_deref()) }
    }

    fn onward(&self) -> String {
        let here = self.at(self.filter.name.as_ref(), self.filter.state.as_deref());
        self.next.map_or_else(String::new, |after| format!("{here}&after={after}"))
    }

    /// Shows what is wrong with settling together: in its form, or alone if there is nothing left to settle.
    pub(super) fn refused_together(&mut self, form: Fields) {
        match &mut self.together {
            Some(together) => together.form = form,
            None => self.refused = form,
        }
    }

    /// The filter asks for one line or one file.
    fn is_narrow(&self) -> bool {
        self.filter.line.is_some() || self.filter.file.is_some()
    }
}

/// Lines with both sides.
async fn cards(door: &Door, book_id: i64, lines: Vec<Line>, code: &str, t: T) -> Result<Vec<Card>> {
    let c = &door.db.read;
    let ids: Vec<i64> = lines.iter().map(|line| line.id).collect();
    let mut differences: HashMap<i64, Vec<Discrepancy>> = HashMap::new();
    for difference in store::differences_of(c, book_id, &ids).await? {
        differences.entry(difference.line).or_default().push(difference);
    }
    let named: Vec<i64> = lines.iter().filter_map(|line| line.payment).collect();
    let payments: HashMap<i64, PaymentLine> =
        store::payments_by_ids(c, book_id, &named).await?.into_iter().map(|payment| (payment.id, payment)).collect();
    let mut cards = Vec::with_capacity(lines.len());
    for line in lines {
        let mut differences = differences.remove(&line.id).unwrap_or_default();
        differences.sort_unstable_by_key(|difference| difference.name);
        let payment = line.payment.and_then(|id| payments.get(&id)).cloned();
        let (candidates, batches) = candidates(door, book_id, &line).await?;
        cards.push(Card {
            cues: cues(t, code, &line, payment.as_ref(), &differences),
            candidate_cues: of_candidates(t, code, &line, &candidates),
            form: Fields::new(),
            line,
            payment,
            differences,
            candidates,
            batches,
        });
    }
    Ok(cards)
}

/// The payments that a line may be about, and the batches for which it may stand; they stand in its event alone.
async fn candidates(door: &Door, book_id: i64, line: &Line) -> Result<(Vec<PaymentLine>, Vec<Batch>)> {
    let c = &door.db.read;
    if line.payment.is_some() || !line.written_id.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let read: BankLineRead = journal::event(c, book_id, line.id).await?.payload()?;
    let mut batches = Vec::with_capacity(read.batches.len());
    for batch in read.batches {
        batches.push(store::batch(c, book_id, batch).await?);
    }
    Ok((store::payments_by_ids(c, book_id, &read.candidates).await?, batches))
}

pub(super) async fn list<A: Admission>(
    who: &In<A>,
    filter: DifferenceFilter,
    after: i64,
    frame: Frame,
    door: &Door,
) -> Result<List> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let mut lines = store::differing_lines(c, book_id, &filter, (after, LINES_EACH + 1)).await?;
    let is_more = lines.len() as u64 > LINES_EACH;
    lines.truncate(usize::try_from(LINES_EACH).unwrap_or(usize::MAX));
    let next = lines.last().map(|line| line.id).filter(|_| is_more);
    let names = Names::read(c, book_id).await?;
    let (looking, title) = (Looking::of(who), frame.t.s("payments.differences.title"));
    let frame = frame.following_position().page("differences", title);
    let cards = cards(door, book_id, lines, &who.head().code, frame.t).await?;
    let one = |card| OneCard { frame: frame.clone(), card, looking: looking.clone(), names: names.clone() };
    Ok(List {
        together: together::of_list(door, book_id, &looking, &filter, frame.t).await?,
        refused: Fields::new(),
        cards: cards.into_iter().map(one).collect(),
        counted: store::difference_counts(c, book_id, &filter).await?,
        is_first: after == 0,
        is_new: store::difference_counts(c, book_id, &DifferenceFilter::default()).await?.is_empty(),
        next,
        filter,
        frame,
    })
}

/// Shows the list: what is open, unless the address asks for more.
#[get("/differences?<state>&<name>&<file>&<line>&<after>")]
#[expect(clippy::too_many_arguments, reason = "each is a word of the address")]
pub async fn show(
    who: Reader,
    state: Option<&str>,
    name: Option<&str>,
    file: Option<i64>,
    line: Option<i64>,
    after: Option<i64>,
    frame: Frame,
    door: &Managed<Door>,
) -> Answer<List> {
    let door = &who.looking(door).await?;
    let state = state.unwrap_or("open");
    let filter = DifferenceFilter {
        state: STATES.contains(&state).then(|| state.to_owned()),
        name: name.and_then(Name::from_code),
        file,
        line,
    };
    Ok(Page::new(list(&who, filter, after.unwrap_or(0), frame, door).await?))
}

/// Whether htmx asks, and so takes the card alone.
pub struct InPlace(bool);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for InPlace {
    type Error = Error;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Error> {
        Outcome::Success(Self(is_fragment(request)))
    }
}

/// How a difference shall be settled, as typed.
fn typed(line: i64, form: &mut Fields) -> Option<Settling> {
    let name = form.read("name", |code| Name::from_code(code).ok_or_else(|| Refusal::new("difference_unknown")));
    let how = form.read("how", |code| How::from_code(code).ok_or_else(|| Refusal::new("how_not_chosen")));
    let (document, note) = (form.value("document").to_owned(), form.value("note").to_owned());
    Some(Settling { line, name: name?, how: how?, document, note })
}

/// Settles a difference: the card comes back in its place, or the browser goes back to the list.
#[post("/differences/<id>", data = "<sent>")]
pub async fn settle(
    who: Payer,
    id: i64,
    sent: Sent<Fields>,
    in_place: InPlace,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Result<Page<OneCard>, Reply<List>>, Error> {
    let mut form = sent.into_inner();
    let (key, settling) = (form.key(), typed(id, &mut form));
    if let (Some(key), Some(settling)) = (key, settling) {
        match actions::settle(door, who.ask(key, "settle_difference"), settling).await {
            Ok(_) => form = Fields::new(),
            Err(error) => form = form.take(error)?,
        }
    }
    let filter = DifferenceFilter { line: Some(id), ..DifferenceFilter::default() };
    if !in_place.0 && !form.is_refused() {
        let to = frame.href("differences");
        return Ok(Err(Reply::done(to, frame.t.s("payments.differences.done"))));
    }
    let refused = form.is_refused();
    let mut shown = list(&who, filter, 0, frame, door).await?;
    let mut one = shown.cards.pop().ok_or(Error::NotFound)?;
    one.card.form = form;
    if !in_place.0 {
        shown.cards.push(one);
        return Ok(Err(Reply::again(shown)));
    }
    Ok(Ok(if refused { Page::refused(one) } else { Page::new(one) }))
}

/// The difference once more, with what is wrong in its form.
async fn again(who: &Payer, id: i64, form: Fields, frame: Frame, door: &Door) -> Result<Reply<List>> {
    let filter = DifferenceFilter { line: Some(id), ..DifferenceFilter::default() };
    let mut shown = list(who, filter, 0, frame, door).await?;
    shown.cards.last_mut().ok_or(Error::NotFound)?.card.form = form;
    Ok(Reply::again(shown))
}

/// Says for which of several batches a line stands.
#[post("/differences/<id>/batch", data = "<sent>")]
pub async fn choose(
    who: Payer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<List>, Error> {
    let mut form = sent.into_inner();
    let batch = form.read("batch", |typed| typed.parse().map_err(|_| Refusal::new("batch_not_chosen")));
    if let (Some(key), Some(batch)) = (form.key(), batch) {
        match actions::choose_batch(door, who.ask(key, "choose_batch"), Choosing { line: id, batch }).await {
            Ok(_) => return Ok(Reply::done(frame.href("differences"), frame.t.s("payments.differences.chosen"))),
            Err(error) => form = form.take(error)?,
        }
    }
    again(&who, id, form, frame, door).await
}

/// Says which of several payments a line is about.
#[post("/differences/<id>/payment", data = "<sent>")]
pub async fn choose_payment(
    who: Payer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<List>, Error> {
    let mut form = sent.into_inner();
    let payment = form.read("payment", |typed| typed.parse().map_err(|_| Refusal::new("payment_not_chosen")));
    let (document, note) = (form.value("document").to_owned(), form.value("note").to_owned());
    if let (Some(key), Some(payment)) = (form.key(), payment) {
        let choosing = ChoosingPayment { line: id, payment, document, note };
        match actions::choose_payment(door, who.ask(key, "choose_payment"), choosing).await {
            Ok(_) => {
                return Ok(Reply::done(frame.href("differences"), frame.t.s("payments.differences.payment_chosen")));
            }
            Err(error) => form = form.take(error)?,
        }
    }
    again(&who, id, form, frame, door).await
}
