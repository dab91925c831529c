//! Making a report: everything in it is a function of book, layout, day and position.

use sea_orm::ConnectionTrait;

use super::rules::{Layout, Line, Report, Source, Sums, published_number};
use super::store::{self, Granted, Key, Moment};
use crate::audit::position;
use crate::closing::{self, Bucket, Figures, Flow, Flowed, Moved, figures};
use crate::db::Database;
use crate::journal::{Head, root_at};
use crate::kernel::dates::Day;
use crate::kernel::identity::{IdType, Identity};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::settings::{self, Setting};

/// Makes a report as of a day, known at a position (the head if none). One snapshot.
///
/// # Errors
/// `position_beyond`, `report_too_long`.
pub async fn make(db: &Database, head: &Head, layout: &Layout, as_of: Day, at: Option<i64>) -> Result<Report> {
    let view = db.snapshot().await?;
    let head = Head::read(&view, head.book_id).await?;
    let at = position(&head, at)?;
    let moment = Moment { book_id: head.book_id, as_of, at };
    let lines = lines(&view, layout, &moment).await?;
    let counted = store::paid(&view, &moment, &[], layout.direct_only).await?.into_values().next();
    let report = Report {
        layout: layout.clone(),
        book: head.code.clone(),
        reporting_unit: reporting_unit(&view, &head, at).await?,
        head_of_unit: settings::value(&view, head.book_id, Setting::HeadOfUnit, Some(at)).await?,
        as_of,
        at,
        root: root_at(&view, &head, at).await?.to_string(),
        rows: Vec::new(),
        total: Vec::new(),
    };
    view.rollback().await.map_err(Error::internal)?;
    report.filled(&lines, counted.unwrap_or_default()).ok_or_else(too_large)
}

fn too_large() -> Error {
    Error::internal("a sum of the report leaves the range")
}

/// 编报单位: as it is set, else the name of the book.
async fn reporting_unit(c: &impl ConnectionTrait, head: &Head, at: i64) -> Result<String> {
    let set = settings::value(c, head.book_id, Setting::ReportingUnit, Some(at)).await?;
    Ok(if set.is_empty() { head.name.clone() } else { set })
}

async fn lines(c: &impl ConnectionTrait, layout: &Layout, moment: &Moment) -> Result<Vec<Line>> {
    match layout.source {
        Source::Allotments => allotments(c, layout, moment).await,
        Source::Groups => groups(c, layout, moment).await,
        Source::Grants => {
            let all = grants(c, moment).await?;
            Ok(all.into_iter().filter(|line| line.all.paid != Fen::ZERO || line.all.returned != Fen::ZERO).collect())
        }
        Source::Approved => {
            let all = grants(c, moment).await?;
            let month = moment.as_of.month_start();
            let is_new = |line: &Line| line.approved_on.is_some_and(|day| month <= day);
            Ok(all.into_iter().filter(|line| is_new(line) && line.all.approved > Fen::ZERO).collect())
        }
    }
}

async fn allotments(c: &impl ConnectionTrait, layout: &Layout, moment: &Moment) -> Result<Vec<Line>> {
    let paid = store::paid(c, moment, &[Key::Allotment], layout.direct_only).await?;
    let moved = closing::moved(c, moment.book_id, moment.as_of, moment.at).await?;
    let wanted = moved.into_iter().filter(|of| of.is_direct || !layout.direct_only);
    wanted
        .map(|of: Moved| {
            let key = of.allotment.to_string();
            let counted = paid.get(std::slice::from_ref(&key)).copied().unwrap_or_default();
            let line = Line {
                key,
                policy: of.policy,
                policy_title: of.title,
                allotment: of.document,
                level: of.level,
                ..Line::default()
            };
            flowed(line, &of.flows, counted)
        })
        .collect()
}

/// A line with what moved, and how many were reached.
fn flowed(line: Line, flows: &[Flowed], counted: [Sums; 3]) -> Result<Line> {
    let Figures { carried, month, year, left } = figures(flows).ok_or_else(too_large)?;
    // As one year all of it is.
    let whole = flows.iter().map(|flow| Flowed { bucket: Bucket::Year, ..*flow }).collect::<Vec<_>>();
    let all = figures(&whole).ok_or_else(too_large)?.year;
    let sums = |flow: Flow, counted: Sums| Sums {
        appropriated: flow.appropriated,
        approved: flow.approved,
        paid: flow.paid,
        returned: flow.returned,
        ..counted
    };
    let [of_month, of_year, of_all] = counted;
    Ok(Line { month: sums(month, of_month), year: sums(year, of_year), all: sums(all, of_all), carried, left, ..line })
}

async fn groups(c: &impl ConnectionTrait, layout: &Layout, moment: &Moment) -> Result<Vec<Line>> {
    let titles = store::titles(c, moment).await?;
    let keys = [Key::Subdistrict, Key::Policy, Key::Level];
    let mut lines = Vec::new();
    for (values, [month, year, all]) in store::paid(c, moment, &keys, layout.direct_only).await? {
        let [subdistrict, policy, level] = values.as_slice() else {
            return Err(Error::internal("a group has three keys"));
        };
        if all == Sums::default() && month == all {
            continue;
        }
        let (code, title) = store::titled(&titles, policy)?.clone();
        lines.push(Line {
            key: format!("{subdistrict}\n{code}\n{level}"),
            subdistrict: subdistrict.clone(),
            policy: code,
            policy_title: title,
            level: level.clone(),
            month,
            year,
            all,
            ..Line::default()
        });
    }
    lines.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(lines)
}

async fn grants(c: &impl ConnectionTrait, moment: &Moment) -> Result<Vec<Line>> {
    let titles = store::titles(c, moment).await?;
    let all = store::granted(c, moment).await?;
    all.into_iter()
        .map(|grant: Granted| {
            let (policy, policy_title) = store::titled(&titles, &grant.policy.to_string())?.clone();
            let id_type = IdType::parse(&grant.id_type)?;
            let masked = |read: Identity| read.masked();
            let line = Line {
                key: grant.id.to_string(),
                policy,
                policy_title,
                reference: grant.reference,
                name: grant.name,
                number: Identity::parse(id_type, &grant.number).map_or_else(|_| grant.number.clone(), masked),
                published_number: published_number(id_type, &grant.number),
                kind: grant.kind,
                subdistrict: grant.subdistrict,
                industry: grant.industry,
                size: grant.size,
                approved_on: grant.approved_on,
                paid_on: grant.paid_on,
                ..Line::default()
            };
            flowed(line, &grant.flows, [Sums::default(); 3])
        })
        .collect()
}
