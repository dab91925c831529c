//! Kept statements: the list, and one as it was signed beside what it comes to now.

use std::ops::Range;

use askama::Template;
use rocket::{State as Managed, get};

use super::check::{Part, days, icon, look, meaning, of_whom, over_all, qualifier, rows_of, value};
use super::part::{beside, figures as figures_of, file, part, parts, told as part_told};
use crate::claims::{self, Checked, Kept, Scope, StatementChecked, Told, Verdict};
use crate::journal::{Door, Names};
use crate::kernel::Error;
use crate::people::Reader;
use crate::web::{Answer, Download, Frame, Page};

/// Statements of a page.
const EACH: u64 = 50;

/// Most characters of a text in the list.
const BRIEF: usize = 60;

/// The list.
#[derive(Template)]
#[template(path = "claims/pages/kept_list.html")]
pub struct List {
    frame: Frame,
    rows: Vec<Kept>,
    names: Names,
    /// Where older ones are.
    older: Option<String>,
}

impl List {
    fn brief(&self, text: &str) -> String {
        let brief: String = text.chars().take(BRIEF).collect();
        if brief.len() < text.len() { format!("{brief}…") } else { brief }
    }

    fn look(&self, verdict: &Verdict) -> &'static str {
        look(*verdict)
    }

    fn icon(&self, verdict: &Verdict) -> &'static str {
        icon(*verdict)
    }

    fn word(&self, verdict: &Verdict) -> &'static str {
        self.frame.t.s(&format!("claims.verdict.{}", verdict.code()))
    }
}

/// Shows the list, newest first.
#[get("/audit/claim/kept?<before>")]
pub async fn list(who: Reader, before: Option<i64>, frame: Frame, door: &Managed<Door>) -> Answer<List> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let mut rows = claims::kept(c, book_id, before.unwrap_or(i64::MAX), EACH + 1).await?;
    let is_more = rows.len() as u64 > EACH;
    rows.truncate(usize::try_from(EACH).unwrap_or(usize::MAX));
    let older = rows.last().filter(|_| is_more).map(|row| frame.to(&format!("audit/claim/kept?before={}", row.id)));
    let (up, t) = (frame.href("audit/claim"), frame.t);
    let frame = frame.following_position().page("claim", t.s("claims.kept.title")).crumb(up, t.s("claims.title"));
    Ok(Page::new(List { frame, rows, names: Names::read(c, book_id).await?, older }))
}

/// A kept statement.
#[derive(Template)]
#[template(path = "claims/pages/kept.html")]
pub struct Shown {
    frame: Frame,
    kept: Kept,
    signed: StatementChecked,
    /// The figures of this page.
    shown: Range<usize>,
    parts: Vec<Part>,
    names: Names,
    /// The same question at the same clocks, computed again.
    then: Checked,
    /// The same at the head.
    now: Checked,
}

impl Shown {
    fn look(&self, verdict: &Verdict) -> &'static str {
        look(*verdict)
    }

    fn icon(&self, verdict: &Verdict) -> &'static str {
        icon(*verdict)
    }

    fn word(&self, verdict: &Verdict) -> &'static str {
        self.frame.t.s(&format!("claims.verdict.{}", verdict.code()))
    }

    fn meaning(&self, told: &Told) -> &'static str {
        meaning(&self.frame, told)
    }

    fn days(&self, told: &Told) -> String {
        days(&self.frame, told)
    }

    fn of_whom(&self, scope: &Scope) -> String {
        of_whom(scope)
    }

    fn qualifier(&self, told: &Told) -> String {
        qualifier(&self.frame, told)
    }

    fn value(&self, told: &Told, which: &str) -> String {
        value(told, which)
    }

    fn figures(&self) -> Vec<(usize, Told)> {
        figures_of(&self.signed.checked, &self.shown)
    }

    fn is_cut(&self) -> bool {
        self.shown.len() < self.signed.checked.claims.len()
    }

    fn part(&self) -> String {
        part_told(&self.frame, &self.shown, self.signed.checked.claims.len())
    }

    fn earlier(&self) -> Option<usize> {
        beside(&self.shown, self.signed.checked.claims.len()).0
    }

    fn later(&self) -> Option<usize> {
        beside(&self.shown, self.signed.checked.claims.len()).1
    }

    fn over_all(&self) -> &'static str {
        over_all(self.kept.verdict)
    }

    fn rows(&self, told: &Told) -> String {
        rows_of(&self.frame, told, self.kept.at)
    }

    /// Whether computing it again gives what was signed.
    fn is_the_same(&self) -> bool {
        self.then == self.signed.checked
    }

    /// What a figure comes to now; nothing where that is what it came to then.
    fn now(&self, place: &usize) -> Option<&Told> {
        let (then, now) = (self.signed.checked.claims.get(*place)?, self.now.claims.get(*place)?);
        (then.actual != now.actual || then.verdict != now.verdict).then_some(now)
    }
}

/// Shows a kept statement.
#[get("/audit/claim/kept/<id>?<first>")]
pub async fn show(who: Reader, id: i64, first: Option<usize>, frame: Frame, door: &Managed<Door>) -> Answer<Shown> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let (kept, signed) = claims::statement(c, book_id, id).await?;
    let then = claims::again(&door.db, who.head(), &signed, Some(kept.at)).await?;
    let now = claims::again(&door.db, who.head(), &signed, None).await?;
    let (t, up, list) = (frame.t, frame.href("audit/claim"), frame.href("audit/claim/kept"));
    let shown = part(first.unwrap_or(0), signed.checked.claims.len());
    Ok(Page::new(Shown {
        parts: parts(&signed.text, &signed.checked.claims, &shown),
        shown,
        names: Names::read(c, book_id).await?,
        frame: frame
            .page("claim", t.f("claims.kept.one").with("id", id))
            .crumb(up, t.s("claims.title"))
            .crumb(list, t.s("claims.kept.title")),
        kept,
        signed,
        then,
        now,
    }))
}

/// All figures of a kept statement as CSV, as they were signed.
#[get("/audit/claim/kept/<id>/figures.csv")]
pub async fn figures(who: Reader, id: i64, door: &Managed<Door>) -> Result<Download, Error> {
    let (_, signed) = claims::statement(&door.db.read, who.book_id(), id).await?;
    file(&signed.checked)
}
