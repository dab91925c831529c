//! How much, to how many, out of which budget; what waits; whether the book is sound.

use askama::Template;
use rocket::{State as Managed, get};

use super::chart::{Chart, Series};
use crate::audit::{Check, GroupBy, Totals, last_check, totals};
use crate::calendar::missing_by;
use crate::journal::{Door, Keeper};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};
use crate::overview::rules::HandedOut;
use crate::people::{Member, Role};
use crate::policies::{Held, Standing, State, standings};
use crate::reports::{self, Obligation, Owed};
use crate::web::nav::Link;
use crate::web::{Answer, Frame, Page, T};

/// The page.
#[derive(Template)]
#[template(path = "overview/pages/show.html")]
pub struct Overview {
    frame: Frame,
    /// Absent for who sees no grants.
    figures: Option<Figures>,
    waiting: Vec<Link>,
    check: Option<Check>,
    /// The last checkpoint handed out.
    handed_out: Option<HandedOut>,
    events: i64,
    /// Files of the bank that are due and did not come.
    missing: usize,
    /// Reports that are due and that nobody filed: which, and of how many months or quarters.
    unfiled: Vec<(String, usize)>,
    /// The report that is due next.
    next_report: Option<Obligation>,
}

/// What was paid, and the policies.
struct Figures {
    totals: Totals,
    policies: Vec<Standing>,
    held: Held,
    months: String,
    /// Whether there is a month to draw.
    has_months: bool,
    budgets: String,
}

/// Shows the page.
#[get("/")]
pub async fn show(who: Member, frame: Frame, door: &Managed<Door>, keeper: &Managed<Keeper>) -> Answer<Overview> {
    let reads = who.roles().iter().any(|role| Role::READERS.contains(role));
    let figures = if reads { Some(figures(&who, &frame, door).await?) } else { None };
    let today = door.surroundings.clock.now().day();
    let owed = if reads { reports::owed(&door.db, who.book_id(), today).await? } else { Vec::new() };
    let links = frame.seat.nav.iter().flat_map(|section| section.links.iter());
    let title = frame.t.s("overview.title");
    Ok(Page::new(Overview {
        waiting: links.filter(|link| link.waiting > 0).cloned().collect(),
        check: last_check(door, who.book_id()).await?,
        handed_out: handed_out(&who, door, keeper).await?,
        events: who.head().position,
        missing: if reads { missing_by(&door.db.read, who.book_id(), today).await?.len() } else { 0 },
        unfiled: owed.iter().map(|owed| late(frame.t, owed, today)).filter(|(_, late)| *late > 0).collect(),
        next_report: owed.iter().filter_map(|owed| owed.next(today)).min_by_key(|one| one.due_on).cloned(),
        figures,
        frame: frame.page("overview", title).following_clocks(),
    }))
}

/// A report, and for how many months or quarters it is late.
fn late(t: T, owed: &Owed, today: Day) -> (String, usize) {
    (reports::title(t, &owed.layout.name), owed.missing(today).count())
}

impl Overview {
    /// How many reports are late.
    fn late(&self) -> usize {
        self.unfiled.iter().map(|(_, late)| late).sum()
    }

    /// Which, and how many of each.
    fn late_by_report(&self) -> String {
        let t = self.frame.t;
        let words = |(title, late): &(String, usize)| format!("{title} {}", t.count(*late));
        self.unfiled.iter().map(words).collect::<Vec<_>>().join(" · ")
    }

    /// What is due next, in words.
    fn next(&self, one: &Obligation) -> String {
        let t = self.frame.t;
        let words = t.f("overview.reports.next").with("report", reports::title(t, &one.report));
        words.with("period", reports::period(t, one)).with("day", t.day(one.due_on)).to_string()
    }
}

async fn handed_out(who: &Member, door: &Door, keeper: &Keeper) -> Result<Option<HandedOut>> {
    let (last, now) = (keeper.last(&door.db.read, who.head()).await?, door.surroundings.clock.now());
    let Some(last) = last else { return Ok(None) };
    let size = i64::try_from(last.checkpoint.size).map_err(Error::internal)?;
    Ok(Some(HandedOut::new((size, last.at.get()), (who.head().position, now.get()))))
}

async fn figures(who: &Member, frame: &Frame, door: &Door) -> Result<Figures> {
    let as_of = frame.clocks.as_of.unwrap_or_else(|| door.surroundings.clock.now().day());
    let at = frame.clocks.at.filter(|at| *at <= who.head().position);
    let totals = totals(&door.db, who.head(), as_of, at, &[GroupBy::Month]).await?;
    let all = standings(&door.db.read, who.book_id()).await?;
    let policies: Vec<Standing> =
        all.into_iter().filter(|one| matches!(one.policy.state, State::Open | State::Closed)).collect();
    let held = Held::sum(policies.iter().map(|one| one.total))?;
    Ok(Figures {
        months: months(frame, &totals).json()?,
        has_months: !totals.groups.is_empty(),
        budgets: budgets(frame, &policies).json()?,
        totals,
        policies,
        held,
    })
}

fn months(frame: &Frame, totals: &Totals) -> Chart {
    let t = frame.t;
    let label = |keys: &[(GroupBy, String)]| keys.first().map(|(_, month)| month.clone()).unwrap_or_default();
    let labels: Vec<String> = totals.groups.iter().map(|group| label(&group.keys)).collect();
    Chart {
        kind: "columns",
        links: labels.iter().map(|month| month_link(frame, month)).collect(),
        labels,
        series: vec![Series {
            name: t.s("overview.disbursed"),
            values: totals.groups.iter().map(|group| group.figures.net.plain()).collect(),
            quiet: false,
        }],
        unit: t.s("frame.unit.yuan"),
    }
}

/// The grants applied for up to the end of a month; the totals as of that day where the month cannot be read.
fn month_link(frame: &Frame, month: &str) -> String {
    let end = Day::parse(&format!("{month}-01")).map(Day::month_end);
    end.map_or_else(
        |_| frame.to("audit/totals"),
        |end| format!("{}?as_of={end}&by=month&by=policy", frame.href("audit/totals")),
    )
}

fn budgets(frame: &Frame, policies: &[Standing]) -> Chart {
    let t: T = frame.t;
    let series = |name, quiet, value: fn(&Held) -> String| Series {
        name: t.s(name),
        values: policies.iter().map(|one| value(&one.total)).collect(),
        quiet,
    };
    Chart {
        kind: "bars",
        labels: policies.iter().map(|one| format!("{} {}", one.policy.code, one.policy.title)).collect(),
        links: policies.iter().map(|one| format!("{}/{}", frame.href("policies"), one.policy.id)).collect(),
        series: vec![
            series("policies.budget", true, |held| held.budget.plain()),
            series("overview.approved", false, |held| held.used().plain()),
            series("policies.disbursed", false, |held| held.disbursed.plain()),
        ],
        unit: t.s("frame.unit.yuan"),
    }
}
