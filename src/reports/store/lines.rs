//! The lines of each report, out of what moved as known at a position.

use sea_orm::ConnectionTrait;

use super::{Granted, Key, Moment, accounts, granted, paid, titled, titles};
use crate::closing::{self, Bucket, Figures, Flow, Flowed, Moved, figures};
use crate::journal::Head;
use crate::kernel::identity::{IdType, Identity};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::reports::rules::{Layout, Line, Source, Sums, published_number};
use crate::settings::{self, Setting};

fn too_large() -> Error {
    Error::internal("a sum of the report leaves the range")
}

/// 编报单位: as it is set, else the name of the book.
pub async fn reporting_unit(c: &impl ConnectionTrait, head: &Head, at: i64) -> Result<String> {
    let set = settings::value(c, head.book_id, Setting::ReportingUnit, Some(at)).await?;
    Ok(if set.is_empty() { head.name.clone() } else { set })
}

/// The lines of a report, in their order.
pub async fn lines(c: &impl ConnectionTrait, layout: &Layout, moment: &Moment) -> Result<Vec<Line>> {
    match layout.source {
        Source::Allotments => allotments(c, layout, moment).await,
        Source::Groups => groups(c, layout, moment).await,
        Source::Grants => {
            let all = grants(c, moment).await?;
            Ok(all.into_iter().filter(|line| line.all.paid != Fen::ZERO || line.all.returned != Fen::ZERO).collect())
        }
        Source::Accounts => accounts(c, moment).await,
        Source::Approved => {
            let all = grants(c, moment).await?;
            let month = moment.as_of.month_start();
            let is_new = |line: &Line| line.approved_on.is_some_and(|day| month <= day);
            Ok(all.into_iter().filter(|line| is_new(line) && line.all.approved > Fen::ZERO).collect())
        }
    }
}

async fn allotments(c: &impl ConnectionTrait, layout: &Layout, moment: &Moment) -> Result<Vec<Line>> {
    let paid = paid(c, moment, &[Key::Allotment], layout.direct_only).await?;
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
    let titles = titles(c, moment).await?;
    let keys = [Key::Subdistrict, Key::Policy, Key::Level];
    let mut lines = Vec::new();
    for (values, [month, year, all]) in paid(c, moment, &keys, layout.direct_only).await? {
        let [subdistrict, policy, level] = values.as_slice() else {
            return Err(Error::internal("a group has three keys"));
        };
        if all == Sums::default() && month == all {
            continue;
        }
        let (code, title) = titled(&titles, policy)?.clone();
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
    let titles = titles(c, moment).await?;
    let all = granted(c, moment).await?;
    all.into_iter()
        .map(|grant: Granted| {
            let (policy, policy_title) = titled(&titles, &grant.policy.to_string())?.clone();
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
