//! The trial balance as of a day, at a position, and the transfers behind each of its lines.

use askama::Template;
use rocket::{State, get};

use super::{Asked, asked_moment};
use crate::audit::store::moved::{Moved, Moves, moved};
use crate::audit::{Line, Moment, TrialBalance, trial_balance};
use crate::funds::Stage;
use crate::journal::{Door, Keeper};
use crate::kernel::Error;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::people::Reader;
use crate::web::{Answer, Fields, Frame, Page};

/// Transfers of a page.
const EACH: usize = 100;

/// The trial balance.
#[derive(Template)]
#[template(path = "audit/pages/trial_balance.html")]
pub struct Shown {
    frame: Frame,
    form: Fields,
    /// Absent while the question is wrong.
    balance: Option<TrialBalance>,
    book: String,
    /// Whether this machine can sign the book as it was at the position.
    signs: bool,
}

impl Shown {
    /// The address of a file of what is shown.
    fn file(&self, balance: &TrialBalance, format: &str) -> String {
        let lang = self.frame.t.lang().code();
        let path = self.frame.href("audit/exports/file");
        format!("{path}?what=trial-balance&format={format}&lang={lang}&as_of={}&at={}", balance.as_of, balance.at)
    }

    /// The name of the files, without ending.
    fn name(&self, balance: &TrialBalance) -> String {
        format!("{}-trial-balance-{}-{}", balance.book, balance.as_of, balance.at)
    }

    /// The transfers behind a line.
    fn rows(&self, balance: &TrialBalance, line: &Line) -> String {
        let path = self.frame.href("audit/trial-balance/rows");
        let clocks = format!("as_of={}&at={}", balance.as_of, balance.at);
        format!("{path}?allotment={}&stage={}&{clocks}", line.allotment_id, line.stage)
    }

    fn stage(&self, line: &Line) -> &'static str {
        self.frame.t.s(&format!("funds.stage.{}", line.stage))
    }
}

/// Shows it; without clocks of today and at the head.
#[get("/audit/trial-balance?<as_of>&<at>")]
pub async fn show(
    who: Reader,
    as_of: Option<&str>,
    at: Option<&str>,
    frame: Frame,
    door: &State<Door>,
    keeper: &State<Keeper>,
) -> Answer<Shown> {
    let mut form = Fields::new().with("as_of", as_of.unwrap_or_default()).with("at", at.unwrap_or_default());
    let mut balance = None;
    if let Some(Asked { as_of, at }) = asked_moment(&mut form, door.surroundings.clock.now().day()) {
        match trial_balance(&door.db, who.head(), as_of, at).await {
            Ok(found) => balance = Some(found),
            Err(Error::Refused(refusals)) => form = form.refused(refusals),
            Err(error) => return Err(error),
        }
    }
    let signs = match &balance {
        Some(balance) => keeper.signs_at(&door.db.read, who.head(), balance.at).await?,
        None => false,
    };
    let title = frame.t.s("audit.trial.title");
    let book = who.head().name.clone();
    Ok(Page::new(Shown { frame: frame.page("trial-balance", title).following_clocks(), form, balance, book, signs }))
}

/// The transfers of an allotment that enter or leave a stage; all of the book where neither is named.
#[derive(Template)]
#[template(path = "audit/pages/trial_balance_rows.html")]
pub struct Rows {
    frame: Frame,
    as_of: Day,
    at: i64,
    /// The line that they add up to.
    line: Option<Line>,
    stage: Option<Stage>,
    rows: Vec<Moved>,
    /// Where further ones are.
    next: Option<String>,
}

impl Rows {
    fn stage_word(&self, code: &str) -> &'static str {
        self.frame.t.s(&format!("funds.stage.{code}"))
    }

    /// What a transfer brought into a stage, or took out of it.
    fn amount(&self, row: &Moved, stage: &str) -> Option<String> {
        let is_of = self.stage.is_none_or(|of| of.code() == stage);
        is_of.then(|| self.frame.t.yuan(Fen::new(row.amount_fen)))
    }

    fn entered(&self, row: &Moved) -> String {
        self.amount(row, &row.to_stage).unwrap_or_default()
    }

    fn left(&self, row: &Moved) -> String {
        self.amount(row, &row.from_stage).unwrap_or_default()
    }
}

/// Shows the transfers behind a line.
#[get("/audit/trial-balance/rows?<form..>")]
pub async fn rows(who: Reader, mut form: Fields, frame: Frame, door: &State<Door>) -> Answer<Rows> {
    let today = door.surroundings.clock.now().day();
    let Some(Asked { as_of, at }) = asked_moment(&mut form, today) else {
        return Err(Error::Refused(form.refusals().to_vec()));
    };
    let number = |name: &str| form.filled(name).and_then(|text| text.parse::<i64>().ok());
    let stage = form.filled("stage").and_then(|code| Stage::ALL.into_iter().find(|stage| stage.code() == code));
    let allotment = number("allotment");
    let balance = trial_balance(&door.db, who.head(), as_of, at).await?;
    let is_line =
        |line: &Line| Some(line.allotment_id) == allotment && stage.is_some_and(|one| one.code() == line.stage);
    let moment = Moment { book_id: who.book_id(), as_of, at: balance.at, is_head: balance.at == who.head().position };
    let asked = Moves {
        allotment,
        stage: stage.map(|stage| stage.code().to_owned()),
        after: (number("after").unwrap_or(0), number("line").unwrap_or(0)),
        limit: EACH + 1,
    };
    let mut rows = moved(&door.db.read, &moment, &asked).await?;
    let is_more = rows.len() > EACH;
    rows.truncate(EACH);
    let next = rows.last().filter(|_| is_more).map(|last| further(&frame, &asked, (as_of, balance.at), last));
    let (up, t) = (frame.href("audit/trial-balance"), frame.t);
    let title = t.s("audit.trial.rows");
    Ok(Page::new(Rows {
        frame: frame.page("trial-balance", title).following_clocks().crumb(up, t.s("audit.trial.title")),
        as_of,
        at: balance.at,
        line: balance.lines.into_iter().find(is_line),
        stage,
        rows,
        next,
    }))
}

/// The address of the rows behind one.
fn further(frame: &Frame, asked: &Moves, (as_of, at): (Day, i64), last: &Moved) -> String {
    let path = frame.href("audit/trial-balance/rows");
    let mut address = format!("{path}?as_of={as_of}&at={at}&after={}&line={}", last.position, last.line);
    if let Some(allotment) = asked.allotment {
        address += &format!("&allotment={allotment}");
    }
    if let Some(stage) = &asked.stage {
        address += &format!("&stage={stage}");
    }
    address
}
