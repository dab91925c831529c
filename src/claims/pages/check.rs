//! The text with its figures marked, and below it what each measures and whether it is true.

use std::ops::Range;

use askama::Template;
use rocket::form::Form;
use rocket::{State as Managed, get, post};

use super::asked::{bound, field, listed, question};
use super::part::{beside, figures as figures_of, file, part, parts, told as part_told};
use super::rows::DIMENSIONS;
use crate::claims::{self, Checked, Kind, Measure, Qualifier, Question, SIGNERS, Scope, Told, Verdict};
use crate::journal::Door;
use crate::kernel::codes::Instrument;
use crate::kernel::{Error, Refusal};
use crate::people::{Admission, In, Reader, Role, roles_of};
use crate::web::form::Choice;
use crate::web::{Answer, Download, Fields, Frame, Page, Reply};

/// The roles of [`Signer`].
#[derive(Debug, Clone, Copy)]
pub enum OfSigner {}

impl Admission for OfSigner {
    const ROLES: &'static [Role] = &SIGNERS;
}

/// Signs what came of a check.
type Signer = In<OfSigner>;

/// A part of the text: words, or a figure by its place.
pub struct Part {
    pub(super) text: String,
    pub(super) figure: Option<(usize, Verdict)>,
}

/// The page.
#[derive(Template)]
#[template(path = "claims/pages/check.html")]
pub struct Check {
    frame: Frame,
    form: Fields,
    /// Absent while nothing was asked, or the question is wrong.
    checked: Option<Checked>,
    /// The figures of this page.
    shown: Range<usize>,
    parts: Vec<Part>,
    measures: Vec<Choice>,
    instruments: Vec<Choice>,
    signs: bool,
}

impl Check {
    fn all(&self) -> usize {
        self.checked.as_ref().map_or(0, |checked| checked.claims.len())
    }

    fn figures(&self) -> Vec<(usize, Told)> {
        self.checked.as_ref().map_or_else(Vec::new, |checked| figures_of(checked, &self.shown))
    }

    fn is_cut(&self) -> bool {
        self.shown.len() < self.all()
    }

    fn part(&self) -> String {
        part_told(&self.frame, &self.shown, self.all())
    }

    fn earlier(&self) -> Option<usize> {
        beside(&self.shown, self.all()).0
    }

    fn later(&self) -> Option<usize> {
        beside(&self.shown, self.all()).1
    }

    /// What was bound by hand on other pages goes with the form.
    fn bound(&self) -> Vec<(String, String)> {
        bound(&self.form, &self.shown)
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

    fn meaning(&self, told: &Told) -> &'static str {
        meaning(&self.frame, told)
    }

    fn days(&self, told: &Told) -> String {
        days(&self.frame, told)
    }

    fn of_whom(&self, scope: &Scope) -> String {
        of_whom(scope)
    }

    fn rows(&self, told: &Told) -> String {
        let at = self.checked.as_ref().map_or(0, |checked| checked.at);
        rows_of(&self.frame, told, at)
    }

    fn own(&self, place: &usize) -> bool {
        self.form.is("own", place.to_string())
    }

    fn is_measure(&self, told: &Told, code: &str) -> bool {
        told.measure.map(Measure::code) == Some(code)
    }

    fn is_instrument(&self, told: &Told, code: &str) -> bool {
        told.scope.instruments.contains(code)
    }

    fn name(&self, name: &str, place: &usize) -> String {
        field(name, *place)
    }

    fn over_all(&self) -> &'static str {
        over_all(self.checked.as_ref().map_or(Verdict::NotCheckable, |checked| checked.verdict))
    }

    /// How words bound the figure.
    fn qualifier(&self, told: &Told) -> String {
        qualifier(&self.frame, told)
    }

    fn value(&self, told: &Told, which: &str) -> String {
        value(told, which)
    }

    fn from(&self, told: &Told) -> String {
        told.from.map_or_else(String::new, |day| day.to_string())
    }

    fn list(&self, names: &std::collections::BTreeSet<String>) -> String {
        listed(names)
    }
}

/// The key of the sentence over all figures.
pub(super) const fn over_all(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::True => "claims.over_all.true",
        Verdict::False => "claims.over_all.false",
        Verdict::NotCheckable => "claims.over_all.not_checkable",
    }
}

/// How words bound a figure; nothing where it is only rounded.
pub(super) fn qualifier(frame: &Frame, told: &Told) -> String {
    match told.qualifier {
        Qualifier::Rounded => String::new(),
        other => format!("（{}）", frame.t.s(&format!("claims.qualifier.{}", other.code()))),
    }
}

/// A value of a figure with separators; absent where there is none.
pub(super) fn value(told: &Told, which: &str) -> String {
    let found = match which {
        "low" => &told.low,
        "high" => &told.high,
        "actual" => &told.actual,
        _ => &told.difference,
    };
    let unit = if matches!(told.kind, Kind::Percent | Kind::Ratio) { "%" } else { "" };
    found.as_ref().map_or_else(|| crate::web::ABSENT.to_owned(), |found| format!("{}{unit}", grouped(found)))
}

/// Decimal digits with commas before each three.
fn grouped(decimal: &str) -> String {
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal), |rest| ("-", rest));
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut out = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(rest) = rest {
        out.push('.');
        out.push_str(rest);
    }
    out
}

pub(super) const fn look(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::True => "state-paid",
        Verdict::False => "state-wrong",
        Verdict::NotCheckable => "state-draft",
    }
}

pub(super) const fn icon(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::True => "circle-check",
        Verdict::False => "alert-triangle",
        Verdict::NotCheckable => "info-circle",
    }
}

/// What a figure measures, or why it cannot be checked.
pub(super) fn meaning(frame: &Frame, told: &Told) -> &'static str {
    match (told.reason, told.measure) {
        (Some(reason), _) => frame.t.s(&format!("claims.reason.{}", reason.code())),
        (None, Some(measure)) => frame.t.s(&format!("claims.measure.{}", measure.code())),
        (None, None) => "",
    }
}

/// The days in which a figure counts.
pub(super) fn days(frame: &Frame, told: &Told) -> String {
    match told.from {
        Some(from) => format!("{} – {}", frame.t.day(from), frame.t.day(told.as_of)),
        None => frame.t.f("claims.until").with("day", frame.t.day(told.as_of)).to_string(),
    }
}

/// Of whom, in the names of the book; empty for all.
pub(super) fn of_whom(scope: &Scope) -> String {
    scope.dimensions().into_iter().filter(|names| !names.is_empty()).map(listed).collect::<Vec<_>>().join(" · ")
}

/// The address of the rows behind a figure.
pub(super) fn rows_of(frame: &Frame, told: &Told, at: i64) -> String {
    let mut address = format!("{}?as_of={}&at={at}", frame.href("audit/claim/rows"), told.as_of);
    if let Some(from) = told.from {
        address += &format!("&from={from}");
    }
    if let Some(measure) = told.measure {
        address += &format!("&measure={}", measure.code());
    }
    for (before, scope) in [("", &told.scope), ("of_", &told.of)] {
        for (name, names) in DIMENSIONS.into_iter().zip(scope.dimensions()).filter(|(_, names)| !names.is_empty()) {
            let list = names.iter().cloned().collect::<Vec<_>>().join(",");
            address += &format!("&{before}{name}={}", rocket::http::RawStr::new(&list).percent_encode());
        }
    }
    address
}

async fn page<A: Admission>(
    who: &In<A>,
    frame: Frame,
    mut form: Fields,
    asked: Option<Question>,
    door: &Door,
) -> Result<Check, Error> {
    let checked = match asked {
        Some(question) if !question.text.trim().is_empty() || form.has("text") => {
            match claims::check(&door.db, who.head(), &question).await {
                Ok(checked) => Some(checked),
                Err(error) => {
                    form = form.take(error)?;
                    None
                }
            }
        }
        _ => None,
    };
    let held = roles_of(&door.db.read, who.book_id(), &who.actor().uid).await?;
    let shown =
        part(form.value("first").parse().unwrap_or(0), checked.as_ref().map_or(0, |checked| checked.claims.len()));
    let parts = checked.as_ref().map_or_else(Vec::new, |checked| parts(form.as_typed("text"), &checked.claims, &shown));
    let t = frame.t;
    let measure = |measure: Measure| Choice::new(measure.code(), t.s(&format!("claims.measure.{}", measure.code())));
    Ok(Check {
        frame: frame.page("claim", t.s("claims.title")).following_clocks(),
        form,
        shown,
        parts,
        checked,
        measures: Measure::ALL.into_iter().map(measure).collect(),
        instruments: Instrument::ALL
            .iter()
            .map(|of| Choice::new(of.code(), t.s(&format!("policies.instrument.{}", of.code()))))
            .collect(),
        signs: held.iter().any(|role| SIGNERS.contains(role)),
    })
}

/// Shows the form; with a text in the address what came of it.
#[get("/audit/claim?<form..>")]
pub async fn show(who: Reader, mut form: Fields, frame: Frame, door: &Managed<Door>) -> Answer<Check> {
    let today = door.surroundings.clock.now().day();
    let asked = question(&mut form, today);
    Ok(Page::new(page(&who, frame, form, asked, door).await?))
}

/// Checks a long text, or one whose figures were bound by hand. Asks, and changes nothing.
#[post("/audit/claim", data = "<form>")]
pub async fn check_again(
    who: Reader,
    form: Form<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Page<Check>, Error> {
    let mut form = form.into_inner();
    let asked = question(&mut form, door.surroundings.clock.now().day());
    let page = page(&who, frame, form, asked, door).await?;
    Ok(if page.form.is_refused() { Page::refused(page) } else { Page::new(page) })
}

/// All figures of a text as CSV.
#[post("/audit/claim/figures.csv", data = "<form>")]
pub async fn figures(who: Reader, form: Form<Fields>, door: &Managed<Door>) -> Result<Download, Error> {
    let mut form = form.into_inner();
    let asked = question(&mut form, door.surroundings.clock.now().day());
    // The position is the one that was shown.
    let shown_at = form.value("shown_at").parse().ok();
    let asked = asked.map(|question| Question { at: question.at.or(shown_at), ..question });
    let question =
        asked.ok_or_else(|| form.refusals().first().cloned().unwrap_or_else(|| Refusal::new("statement_empty")))?;
    file(&claims::check(&door.db, who.head(), &question).await?)
}

/// Keeps what came of it.
#[post("/audit/claim/keep", data = "<form>")]
pub async fn keep(who: Signer, form: Form<Fields>, frame: Frame, door: &Managed<Door>) -> Result<Reply<Check>, Error> {
    let mut form = form.into_inner();
    let key = form.key();
    let asked = question(&mut form, door.surroundings.clock.now().day());
    // What is kept is what was shown, at the position at which it was shown.
    let shown_at = form.value("shown_at").parse().ok();
    let asked = asked.map(|question| Question { at: question.at.or(shown_at), ..question });
    if let (Some(key), Some(question)) = (key, asked.clone()) {
        match claims::keep(door, who.ask(key, "keep_statement"), who.head(), question).await {
            Ok(answer) => {
                let to = frame.href(&format!("audit/claim/kept/{}", answer.statement));
                return Ok(Reply::done(to, frame.t.s("claims.kept.done")));
            }
            Err(error) => form = form.take(error)?,
        }
    }
    Ok(Reply::again(page(&who, frame, form, asked, door).await?))
}
