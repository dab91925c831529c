//! All batches, the newest first.

use std::collections::HashMap;

use askama::Template;
use rocket::{State as Managed, get};

use super::progress::Progress;
use super::words::{self, Look};
use crate::journal::{Door, Names};
use crate::kernel::Result;
use crate::kernel::money::Fen;
use crate::payments::rules::BatchState;
use crate::payments::store::{self, Batch};
use crate::people::{Reader, Role};
use crate::web::{ABSENT, Answer, Frame, Page};

/// Batches on one page.
const ROWS_EACH: u64 = 50;

/// The list.
#[derive(Template)]
#[template(path = "payments/pages/batches.html")]
pub struct List {
    frame: Frame,
    batches: Vec<Batch>,
    progress: HashMap<i64, Progress>,
    totals: Vec<(BatchState, i64, Fen)>,
    names: Names,
    state: Option<BatchState>,
    newer: String,
    older: String,
    builds: bool,
}

impl List {
    fn look(&self, state: &BatchState) -> Look {
        words::batch(self.frame.t, *state)
    }

    fn name<'n>(&'n self, uid: Option<&'n str>) -> &'n str {
        uid.map_or(ABSENT, |uid| self.names.of(uid))
    }

    fn is(&self, state: &BatchState) -> bool {
        self.state == Some(*state)
    }

    fn progress(&self, batch: &Batch) -> Option<&Progress> {
        self.progress.get(&batch.id).filter(|_| batch.state == BatchState::Released)
    }

    /// Count and sum of what is filtered.
    fn total(&self) -> (i64, Fen) {
        let of = |(state, ..): &&(BatchState, i64, Fen)| self.state.is_none_or(|wanted| wanted == *state);
        let counted = self.totals.iter().filter(of);
        counted.fold((0, Fen::ZERO), |(n, sum), (_, more, fen)| (n + more, sum.checked_add(*fen).unwrap_or(sum)))
    }
}

/// A page of batches: those before an id, or those next after one.
async fn page(
    door: &Door,
    book_id: i64,
    state: Option<BatchState>,
    (before, after): (Option<i64>, Option<i64>),
) -> Result<(Vec<Batch>, bool, bool)> {
    let c = &door.db.read;
    let most = usize::try_from(ROWS_EACH).unwrap_or(usize::MAX);
    if let Some(after) = after {
        let mut found = store::batches_after(c, book_id, state, after, ROWS_EACH + 1).await?;
        let is_more = found.len() > most;
        if is_more {
            found.remove(0);
        }
        return Ok((found, is_more, true));
    }
    let mut found = store::batches(c, book_id, state, before.unwrap_or(i64::MAX), ROWS_EACH + 1).await?;
    let is_more = found.len() > most;
    found.truncate(most);
    Ok((found, before.is_some(), is_more))
}

/// Shows the list.
#[get("/batches?<state>&<before>&<after>")]
pub async fn show(
    who: Reader,
    state: Option<&str>,
    before: Option<i64>,
    after: Option<i64>,
    frame: Frame,
    door: &Managed<Door>,
) -> Answer<List> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let state = state.and_then(BatchState::from_code);
    let (batches, has_newer, has_older) = page(door, book_id, state, (before, after)).await?;
    let ids: Vec<i64> = batches.iter().map(|batch| batch.id).collect();
    let found = store::progress_of(c, book_id, &ids).await?;
    let onward = |edge: Option<&Batch>, word: &str, there: bool| {
        let state = state.map_or_else(String::new, |state| format!("&state={}", state.code()));
        let link = |batch: &Batch| frame.to(&format!("batches?{word}={}{state}", batch.id));
        edge.filter(|_| there).map(link).unwrap_or_default()
    };
    Ok(Page::new(List {
        newer: onward(batches.first(), "after", has_newer),
        older: onward(batches.last(), "before", has_older),
        progress: found.into_iter().map(|(batch, found)| (batch, Progress::of(frame.t, &found))).collect(),
        totals: store::batch_totals(c, book_id).await?,
        names: Names::read(c, book_id).await?,
        builds: who.acts(Role::Cashier),
        batches,
        state,
        frame: {
            let title = frame.t.s("payments.batches.title");
            frame.following_position().page("batches", title)
        },
    }))
}
