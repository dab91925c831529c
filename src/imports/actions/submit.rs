//! A file goes in: read and checked beside the book's other work, then checked again and written at the desk.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use super::rows::{Shown, draft_of, policy_fault, policy_of, policy_shown};
use super::{ImportAnswer, preparers};
use crate::grants::{self, Draft, GrantImported, Intake, KIND_GRANT_IMPORTED, RowKey, Source};
use crate::imports::events::{ImportOpened, ImportSubmitted, KIND_IMPORT_OPENED, KIND_IMPORT_SUBMITTED};
use crate::imports::incoming::File;
use crate::imports::preview::Preview;
use crate::imports::reading::{GrantRow, PolicyRow, Summary, What};
use crate::imports::spool::{Spool, Spooled};
use crate::imports::store::{self, ImportView};
use crate::imports::upload::{Faults, Submitted, Upload};
use crate::journal::{self, Actor, Ask, Desk, Door, Head};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result};
use crate::people::{must, roles_of};
use crate::periods::{self, Closed};
use crate::policies::{self, NewPolicy, Policy};
use crate::sheets::BadCell;

/// Where the positions of rows begin that are only checked: behind every event.
const AS_IF_FROM: i64 = 1 << 60;

/// What a request is, for its key.
#[derive(Debug, Serialize)]
struct Asked<'a> {
    what: What,
    file: &'a str,
    file_name: &'a str,
    unit: Option<&'static str>,
}

impl<'a> Asked<'a> {
    fn of(file: &'a File) -> Self {
        let upload = file.upload();
        Self {
            what: upload.what,
            file: &file.sha256,
            file_name: &upload.file_name,
            unit: upload.unit.map(crate::kernel::money::Unit::zh),
        }
    }
}

/// What a look through a sound file found.
#[derive(Debug, Clone)]
struct Looked {
    summary: Summary,
    warnings: i64,
    preview: Preview,
    /// The rows, ready to go in; none where they hold what must be sealed.
    rows: Option<Spooled>,
}

/// Reads and checks a file against the book as it is now; nothing is stored. Who may bring such a file.
///
/// # Errors
/// `Forbidden`. What is wrong with the file is an answer.
pub async fn check(door: &Door, head: &Head, actor: &Actor, upload: Upload) -> Result<Result<Submitted, Faults>> {
    Ok(preview(door, head, actor, upload).await?.map(|(submitted, _)| submitted))
}

/// [`check`], with what a person should see before the file goes in.
///
/// # Errors
/// `Forbidden`.
pub async fn preview(
    door: &Door,
    head: &Head,
    actor: &Actor,
    upload: Upload,
) -> Result<Result<(Submitted, Preview), Faults>> {
    let held = roles_of(&door.db.read, head.book_id, &actor.uid).await?;
    if !held.iter().any(|role| preparers(upload.what).contains(role)) {
        return Err(Error::Forbidden);
    }
    let file = File::new(upload).await?;
    let looked = match look_through(door, head.book_id, &file, None).await? {
        Ok(looked) => looked,
        Err(faults) => return Ok(Err(faults)),
    };
    let submitted = Submitted {
        import: 0,
        state: "checked",
        rows: count(looked.summary.rows_in_file)?,
        sum: looked.summary.sum,
        digest: String::new(),
        warnings: looked.warnings,
        summary: Some(looked.summary),
    };
    Ok(Ok((submitted, looked.preview)))
}

/// Takes a file in, whole or not at all; it then waits for a second person. Clerks; `policies` files managers.
///
/// # Errors
/// `Forbidden`, `KeyConflict` … What is wrong with the file is an answer, also `file_known`: its content is there.
pub async fn submit(door: &Door, ask: Ask, upload: Upload) -> Result<Result<Submitted, Faults>> {
    let book_id = ask.book_id;
    let file = File::new(upload).await?;
    let (answer, told) = match look_through(door, book_id, &file, Some(&ask.actor)).await? {
        Ok(looked) => {
            let told = (looked.warnings, looked.summary.clone());
            (take_in(door, ask, &file, looked).await?, Some(told))
        }
        Err(faults) => (answered_before(door, ask, &file, faults).await?, None),
    };
    let import = match answer {
        Ok(answer) => answer.import,
        Err(faults) => return Ok(Err(faults)),
    };
    let (view, summary) = match told {
        Some((warnings, summary)) => {
            (ImportView { warnings, ..store::as_written(&door.db.read, book_id, import).await? }, Some(summary))
        }
        None => (store::by_id(&door.db.read, book_id, import).await?, None),
    };
    Ok(Ok(Submitted {
        import,
        state: "submitted",
        rows: view.rows,
        sum: view.sum,
        digest: view.digest,
        warnings: view.warnings,
        summary,
    }))
}

fn count(rows: u64) -> Result<i64> {
    i64::try_from(rows).map_err(Error::internal)
}

/// The answer to a request that went in before, though its file would be refused by now; else what is wrong with it.
async fn answered_before(door: &Door, ask: Ask, file: &File, faults: Faults) -> Result<Result<ImportAnswer, Faults>> {
    let what = file.upload().what;
    let content = Asked::of(file);
    let answered = door.command(ask, &content, move |desk| {
        Box::pin(async move {
            must(desk, preparers(what)).await?;
            Err::<ImportAnswer, _>(Refusal::new("file_faulty").into())
        })
    });
    match answered.await {
        Ok(answer) => Ok(Ok(answer)),
        Err(Error::Refused(_)) => Ok(Err(faults)),
        Err(other) => Err(other),
    }
}

/// Brings a sound file through the door. Should the book have moved on since, what is wrong by now comes back.
async fn take_in(door: &Door, ask: Ask, file: &File, looked: Looked) -> Result<Result<ImportAnswer, Faults>> {
    let late: Arc<Mutex<Option<Faults>>> = Arc::default();
    let (told, taken) = (Arc::clone(&late), file.clone());
    let content = Asked::of(file);
    let done = door.command(ask, &content, move |desk| {
        let (file, looked, told) = (taken.clone(), looked.clone(), Arc::clone(&told));
        Box::pin(async move {
            match write(desk, &file, &looked).await? {
                Ok(answer) => Ok(answer),
                Err(faults) => {
                    *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(faults);
                    Err(Refusal::new("file_faulty").into())
                }
            }
        })
    });
    match done.await {
        Ok(answer) => Ok(Ok(answer)),
        Err(error) => {
            let faults = late.lock().unwrap_or_else(PoisonError::into_inner).take();
            faults.map_or(Err(error), |faults| Ok(Err(faults)))
        }
    }
}

/// Reads the whole file and holds every row against the book.
/// The rows are kept for `actor`, who would bring the file in.
async fn look_through(door: &Door, book_id: i64, file: &File, actor: Option<&Actor>) -> Result<Result<Looked, Faults>> {
    let (c, what) = (&door.db.read, file.upload().what);
    let read = if what == What::Policies {
        look_at_policies(door, book_id, file).await?
    } else {
        look_at_grants(door, book_id, file, actor).await?
    };
    let known = store::of_content(c, book_id, what, &file.sha256).await?;
    Ok(match (known, read) {
        (Some(import), read) => {
            let rows = read.map_or_else(|faults| faults.rows, |looked| looked.summary.rows_in_file);
            Err(file_known(file, import, rows))
        }
        (None, read) => read,
    })
}

/// The same content is taken once.
fn file_known(file: &File, import: i64, rows: u64) -> Faults {
    let refusal = Refusal::new("file_known").with("import", import);
    Faults::new(vec![BadCell::cell(0, "", &file.upload().file_name, refusal)], rows)
}

async fn look_at_policies(door: &Door, book_id: i64, file: &File) -> Result<Result<Looked, Faults>> {
    let reading = match file.policies().await? {
        Ok(reading) => reading,
        Err(faults) => return Ok(Err(faults)),
    };
    let known = policies::all(&door.db.read, book_id).await?;
    let closed = periods::closed(&door.db.read, book_id).await?;
    let (new, bad) = policies_of(reading.rows, &known, closed);
    if bad.is_empty() {
        return Ok(Ok(Looked { summary: reading.summary, warnings: 0, preview: preview_of(&new), rows: None }));
    }
    Ok(Err(Faults::new(bad, reading.summary.rows_in_file)))
}

/// Looks at every row, sound as it may be in itself. A file with bad cells is looked at to its end as well.
async fn look_at_grants(
    door: &Door,
    book_id: i64,
    file: &File,
    actor: Option<&Actor>,
) -> Result<Result<Looked, Faults>> {
    let (c, today) = (&door.db.read, door.surroundings.clock.now().day());
    let what = file.upload().what;
    let mut spool = match actor {
        Some(actor) => Some(Spool::begin(journal::opening(c, book_id, actor).await?, today)?),
        None => None,
    };
    let mut through = Through::new(what, today, grants::intake(c, book_id, source(what), today).await?);
    let mut incoming = file.grants();
    let mut position = spool.as_ref().map_or(AS_IF_FROM, Spool::import);
    while let Some(portion) = incoming.next().await {
        let (shown, drafts) = through.drafts(portion);
        grants::load_portion(c, book_id, &mut through.intake, &drafts, i64::MAX).await?;
        for (shown, draft) in shown.iter().zip(drafts) {
            position += 1;
            // What must be sealed is sealed at the desk.
            if draft.identity.id_type().is_personal() {
                spool = None;
            }
            if let (Some(content), Some(spool)) = (through.check(shown, draft, position), &mut spool) {
                spool.push(&GrantImported { import: spool.import(), line: shown.line(), content })?;
            }
        }
        tokio::task::yield_now().await;
    }
    let rows = spool.map(Spool::end).transpose()?;
    Ok(through.end(incoming.end().await?).map(|looked| Looked { rows, ..looked }))
}

/// The rows of a file on their way past the book.
struct Through {
    what: What,
    today: Day,
    intake: Intake,
    bad: Vec<BadCell>,
    warnings: i64,
    preview: Preview,
}

const fn source(what: What) -> Source {
    if matches!(what, What::History) { Source::History } else { Source::File }
}

impl Through {
    fn new(what: What, today: Day, intake: Intake) -> Self {
        Self { what, today, intake, bad: Vec::new(), warnings: 0, preview: Preview::default() }
    }

    fn drafts(&self, portion: Vec<(u64, GrantRow)>) -> (Vec<Shown>, Vec<Draft>) {
        let drafted = |(line, row)| (Shown::of(line, &row), draft_of(row, self.what, self.today));
        portion.into_iter().map(drafted).unzip()
    }

    /// The content of a row that passes.
    fn check(&mut self, shown: &Shown, draft: Draft, position: i64) -> Option<grants::Content> {
        match self.intake.check(draft, RowKey { line: shown.line(), position }) {
            Ok(content) => {
                self.warnings += i64::from(!content.warnings.is_empty());
                let codes = content.warnings.iter().map(|warning| warning.code.as_str());
                shown.add_to(&mut self.preview, codes);
                Some(content)
            }
            Err(refusals) => {
                self.bad.extend(refusals.into_iter().map(|refusal| shown.fault(refusal)));
                None
            }
        }
    }

    fn end(self, read: Result<Summary, Faults>) -> Result<Looked, Faults> {
        match read {
            Ok(summary) if self.bad.is_empty() => {
                Ok(Looked { summary, warnings: self.warnings, preview: self.preview, rows: None })
            }
            Ok(summary) => Err(Faults::new(self.bad, summary.rows_in_file)),
            Err(faults) => Err(Faults::new(faults.errors.into_iter().chain(self.bad).collect(), faults.rows)),
        }
    }
}

/// Writes the file down at the desk, after everything that depends on the book was checked once more.
async fn write(desk: &mut Desk, file: &File, looked: &Looked) -> Result<Result<ImportAnswer, Faults>> {
    let upload = file.upload();
    must(desk, preparers(upload.what)).await?;
    let known = store::of_content(desk.tx.connection(), desk.book_id(), upload.what, &file.sha256).await?;
    if let Some(import) = known {
        return Ok(Err(file_known(file, import, looked.summary.rows_in_file)));
    }
    let import = desk.next_position();
    let answer = ImportAnswer { import };
    desk.answer_is(&answer)?;
    let kept = desk.keep_file(&upload.bytes).await?;
    let opened = ImportOpened {
        what: upload.what,
        file: kept,
        file_name: upload.file_name.clone(),
        unit: looked.summary.unit.zh().to_owned(),
    };
    let ready = looked.rows.as_ref().filter(|rows| rows.holds(desk));
    desk.emit(KIND_IMPORT_OPENED, 1, &opened)?;
    let first = desk.digest_from_here();
    let written = match (upload.what, ready) {
        (What::Policies, _) => write_policies(desk, file, import).await?,
        (_, Some(rows)) => {
            write_ready(desk, rows).await?;
            Ok((count(looked.summary.rows_in_file)?, looked.summary.sum))
        }
        (_, None) => write_grants(desk, file, import).await?,
    };
    let (rows, sum) = match written {
        Ok(written) => written,
        Err(faults) => return Ok(Err(faults)),
    };
    let last = desk.next_position() - 1;
    let digest = desk.digest().await?.to_string();
    let submitted = ImportSubmitted { import, rows, sum, first, last, digest };
    desk.emit(KIND_IMPORT_SUBMITTED, 1, &submitted)?;
    Ok(Ok(answer))
}

/// Writes rows that were checked, as they are.
async fn write_ready(desk: &mut Desk, rows: &Spooled) -> Result<()> {
    for row in rows.rows() {
        desk.emit_ready(KIND_GRANT_IMPORTED, 1, row?);
        desk.breathe().await?;
    }
    Ok(())
}

/// Writes the rows of a `grants` or `history` file, each checked at the desk: (rows, sum).
async fn write_grants(desk: &mut Desk, file: &File, import: i64) -> Result<Result<(i64, Fen), Faults>> {
    let book_id = desk.book_id();
    let (what, today) = (file.upload().what, desk.today());
    let intake = grants::intake(desk.tx.connection(), book_id, source(what), today).await?;
    let mut through = Through::new(what, today, intake);
    let mut incoming = file.grants();
    while let Some(portion) = incoming.next().await {
        let (shown, drafts) = through.drafts(portion);
        grants::load_portion(desk.tx.connection(), book_id, &mut through.intake, &drafts, import).await?;
        for (shown, draft) in shown.iter().zip(drafts) {
            let identity = draft.identity.clone();
            if let Some(content) = through.check(shown, draft, desk.next_position()) {
                grants::record_row(desk, content, &identity, import, shown.line())?;
            }
        }
        desk.breathe().await?;
    }
    let ended = through.end(incoming.end().await?);
    Ok(match ended {
        Ok(looked) => Ok((count(looked.summary.rows_in_file)?, looked.summary.sum)),
        Err(faults) => Err(faults),
    })
}

/// The rows of a `policies` file as policies, each with its default allotment, and what is wrong with them.
fn policies_of(rows: Vec<(u64, PolicyRow)>, known: &[Policy], closed: Closed) -> (Vec<(u64, NewPolicy)>, Vec<BadCell>) {
    let mut bad = Vec::new();
    let mut new = Vec::with_capacity(rows.len());
    for (line, row) in rows {
        let policy = policy_of(row);
        if known.iter().any(|other| other.code == policy.code && other.state.holds_code()) {
            bad.push(policy_fault(line, &policy, Refusal::new("policy_code_used").at("code")));
        }
        if let Err(refusal) = closed.must_be_open(policy.starts_on) {
            bad.push(policy_fault(line, &policy, refusal.at("starts_on")));
        }
        bad.extend(policy.faults().into_iter().map(|refusal| policy_fault(line, &policy, refusal)));
        new.push((line, policy));
    }
    (new, bad)
}

fn preview_of(policies: &[(u64, NewPolicy)]) -> Preview {
    let mut preview = Preview::default();
    for (line, policy) in policies {
        let amount = policy.budget().unwrap_or(Fen::new(0));
        preview.add(&policy.code, amount, *line, std::iter::empty());
        if preview.has_room() {
            preview.first.push(policy_shown(*line, policy));
        }
    }
    preview
}

/// Writes the rows of a `policies` file: (rows, sum of budgets).
async fn write_policies(desk: &mut Desk, file: &File, import: i64) -> Result<Result<(i64, Fen), Faults>> {
    let reading = match file.policies().await? {
        Ok(reading) => reading,
        Err(faults) => return Ok(Err(faults)),
    };
    let known = policies::all(desk.tx.connection(), desk.book_id()).await?;
    let closed = periods::closed(desk.tx.connection(), desk.book_id()).await?;
    let (new, bad) = policies_of(reading.rows, &known, closed);
    if !bad.is_empty() {
        return Ok(Err(Faults::new(bad, reading.summary.rows_in_file)));
    }
    for (line, policy) in new {
        policies::emit(desk, &policy, Some((import, line)))?;
        desk.breathe().await?;
    }
    Ok(Ok((count(reading.summary.rows_in_file)?, reading.summary.sum)))
}
