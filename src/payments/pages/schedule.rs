//! The parts of a grant are typed: as amounts or shares, with conditions and days; beside them what they come to.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::Scheduler;
use crate::grants::{self, Grant};
use crate::journal::Door;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::actions::{self, ScheduleForm};
use crate::payments::rules::{Part, PartForm, read_parts};
use crate::payments::store;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// Empty rows behind those that are filled, and the fewest rows in all.
const ROWS_MORE: usize = 2;
const ROWS_LEAST: usize = 4;
/// Names of the fields of a row; each occurs once a row.
const FIELDS: [&str; 4] = ["part_amount", "part_share", "part_condition", "part_due_on"];

/// A row of the form.
struct Row {
    n: usize,
    typed: PartForm,
    /// Whether its part is being paid or was paid.
    is_engaged: bool,
}

/// What the parts come to.
struct Panel {
    whole: Fen,
    sum: Fen,
    parts: Vec<Part>,
    wrong: Vec<String>,
}

/// The form.
#[derive(Template)]
#[template(path = "payments/pages/schedule.html")]
pub struct Scheduling {
    frame: Frame,
    form: Fields,
    grant: Grant,
    rows: Vec<Row>,
    panel: Panel,
    /// Whether a schedule stands that is changed.
    changes: bool,
}

impl Scheduling {
    fn base(&self) -> String {
        self.frame.href(&format!("grants/{}", self.grant.id))
    }
}

/// What the parts come to, while they are typed.
#[derive(Template)]
#[template(path = "payments/pages/_schedule_panel.html")]
pub struct Checked {
    frame: Frame,
    panel: Panel,
}

fn typed(form: &Fields) -> Vec<PartForm> {
    let column = |name: &str| form.values(name).map(str::to_owned).collect::<Vec<_>>();
    let [amounts, shares, conditions, days] = FIELDS.map(column);
    let length = [amounts.len(), shares.len(), conditions.len(), days.len()].into_iter().max().unwrap_or(0);
    let cell = |column: &[String], n: usize| column.get(n).cloned().unwrap_or_default();
    (0..length)
        .map(|n| PartForm {
            amount: cell(&amounts, n),
            share: cell(&shares, n),
            condition: cell(&conditions, n),
            due_on: cell(&days, n),
        })
        .collect()
}

fn panel(frame: &Frame, typed: &[PartForm], whole: Fen) -> Panel {
    let (parts, refusals) = match read_parts(typed, whole) {
        Ok(parts) => (parts, Vec::new()),
        Err(refusals) => (Vec::new(), refusals),
    };
    let amounts = typed.iter().filter_map(|row| Fen::parse(&row.amount).ok());
    let sum = if parts.is_empty() { Fen::sum(amounts) } else { Fen::sum(parts.iter().map(|part| part.amount)) };
    Panel {
        whole,
        sum: sum.unwrap_or(Fen::ZERO),
        parts,
        wrong: refusals.iter().map(|refusal| frame.t.sentence(refusal)).collect(),
    }
}

impl Panel {
    /// What is still to be shared out, or too much.
    fn rest(&self) -> Fen {
        self.whole.checked_sub(self.sum).unwrap_or(Fen::ZERO)
    }
}

async fn page(who: &Scheduler, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Scheduling> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let grant = grants::grant(c, book_id, id).await?.ok_or(Error::NotFound)?;
    let standing = store::schedule_of(c, book_id, id, "standing").await?;
    let engaged = store::engaged(c, book_id, id).await?;
    let mut filled: Vec<PartForm> = if form.has(FIELDS[0]) {
        typed(&form).into_iter().filter(|row| !row.is_empty()).collect()
    } else {
        standing.as_ref().map(|schedule| schedule.parts().into_iter().map(as_typed).collect()).unwrap_or_default()
    };
    let panel = panel(&frame, &filled, grant.content.amount);
    let rows = filled.len().saturating_add(ROWS_MORE).max(ROWS_LEAST);
    filled.resize(rows, PartForm::default());
    let is_engaged = |n: usize| i64::try_from(n).is_ok_and(|n| engaged.contains(&n));
    let rows = filled.into_iter().zip(1..).map(|(typed, n)| Row { n, typed, is_engaged: is_engaged(n) }).collect();
    let (t, list, up) = (frame.t, frame.href("grants"), frame.href(&format!("grants/{id}")));
    let title = t.f("instalments.set.title").with("reference", &grant.content.reference);
    Ok(Scheduling {
        frame: frame.page("grants", title).crumb(list, t.s("grants.list.title")).crumb(up, &grant.content.reference),
        changes: standing.is_some(),
        grant,
        rows,
        panel,
        form,
    })
}

fn as_typed(part: Part) -> PartForm {
    // A share stays a share, so that all parts are of one kind.
    let amount = if part.share.is_empty() { part.amount.plain() } else { String::new() };
    PartForm { amount, share: part.share, condition: part.condition, due_on: part.due_on.to_string() }
}

/// Shows the form.
#[get("/grants/<id>/schedule")]
pub async fn show(who: Scheduler, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Scheduling> {
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

/// Says what the parts come to.
#[post("/grants/<id>/schedule/check", data = "<sent>")]
pub async fn check(who: Scheduler, id: i64, sent: Sent<Fields>, frame: Frame, door: &Managed<Door>) -> Answer<Checked> {
    let grant = grants::grant(&door.db.read, who.book_id(), id).await?.ok_or(Error::NotFound)?;
    let rows: Vec<PartForm> = typed(&sent).into_iter().filter(|row| !row.is_empty()).collect();
    let panel = panel(&frame, &rows, grant.content.amount);
    Ok(Page::new(Checked { frame, panel }))
}

/// Sets the schedule.
#[post("/grants/<id>/schedule", data = "<sent>")]
pub async fn set(
    who: Scheduler,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Scheduling>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let wanted = ScheduleForm {
        grant: id,
        parts: typed(&form),
        document: form.value("document").to_owned(),
        reason: form.value("reason").to_owned(),
    };
    match actions::set_schedule(door, who.ask(key, "set_schedule"), wanted).await {
        Ok(done) => {
            let to = frame.href(&format!("schedules/{}", done.schedule));
            Ok(Reply::done(to, frame.t.s("instalments.done.set")))
        }
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}
