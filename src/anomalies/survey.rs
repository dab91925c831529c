//! The questions asked of a book at two clocks: how much each finds, and the grants behind it.

use serde::Serialize;

use super::rules::{self, Benford, Book, Group, Kind, Lines, Why};
use super::store;
use crate::audit::{Moment, position};
use crate::db::Database;
use crate::journal::{Head, root_at};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

/// Grants whose words are read at once.
const AT_ONCE: usize = 500;

/// What one question finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The question.
    pub kind: Kind,
    /// Groups of grants that it raises.
    pub groups: usize,
    /// Grants in them.
    pub grants: usize,
    /// What they add up to: net paid, or approved where the question asks about approvals.
    pub sum: Fen,
}

/// What all questions find in a book as of a day, known at a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// Code of the book.
    pub book: String,
    /// Effective date.
    pub as_of: Day,
    /// Position.
    pub at: i64,
    /// Root of the tree at that position.
    pub root: String,
    /// Approved grants that were looked at.
    pub grants: usize,
    /// Every question, those that find something first, each part in the order of [`Kind::ALL`].
    pub found: Vec<Found>,
    /// First digits of net amounts.
    pub benford: Benford,
}

/// A group of grants, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The id of its first grant, which names it.
    pub id: i64,
    /// Why it was found.
    pub why: Why,
    /// Grants in it.
    pub grants: usize,
    /// What they add up to.
    pub sum: Fen,
}

/// A grant behind a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The code of the question.
    pub kind: &'static str,
    /// The group within the question: the id of its first grant.
    pub group: i64,
    /// The grant.
    pub grant: i64,
    /// Its reference.
    pub reference: String,
    /// Its policy.
    pub policy: String,
    /// Its recipient.
    #[serde(skip)]
    pub recipient: i64,
    /// The recipient's number.
    pub uscc: String,
    /// The number as a screen shows it.
    #[serde(skip)]
    pub shown_number: String,
    /// The recipient's name on the grant.
    pub name: String,
    /// Net paid, or approved.
    pub amount: Fen,
    /// First day of payment.
    pub paid_on: Option<Day>,
    /// Why its group was found.
    #[serde(skip)]
    pub why: Why,
}

/// Reads a book at a moment.
async fn read(db: &Database, head: &Head, as_of: Day, at: Option<i64>) -> Result<(Head, Moment, Book)> {
    let head = Head::read(&db.read, head.book_id).await?;
    let at = position(&head, at)?;
    let moment = Moment { book_id: head.book_id, as_of, at, is_head: at == head.position };
    let book = store::book(db, &moment).await?;
    Ok((head, moment, book))
}

/// Asks every question.
pub async fn survey(db: &Database, head: &Head, as_of: Day, at: Option<i64>, lines: &Lines) -> Result<Survey> {
    let (head, moment, book) = read(db, head, as_of, at).await?;
    let root = root_at(&db.read, &head, moment.at).await?.to_string();
    let mut found: Vec<Found> =
        Kind::ALL.into_iter().map(|kind| counted(kind, &rules::find(kind, &book, lines))).collect();
    found.sort_by_key(|one| one.groups == 0);
    let (grants, benford) = (book.grants.len(), Benford::of(&book));
    Ok(Survey { book: head.code, as_of, at: moment.at, root, grants, found, benford })
}

fn counted(kind: Kind, groups: &[Group]) -> Found {
    // Groups part the grants of a book, so that their sum is no more than its total.
    let sum = Fen::sum(groups.iter().map(|group| group.sum)).unwrap_or(Fen::new(i64::MAX));
    Found { kind, groups: groups.len(), grants: groups.iter().map(|group| group.members.len()).sum(), sum }
}

/// A page of a question: how much it finds, and some of its groups, or some of the grants of one group.
pub async fn open(
    db: &Database,
    head: &Head,
    (as_of, at): (Day, Option<i64>),
    (kind, lines): (Kind, &Lines),
    (group, skip, limit): (Option<i64>, usize, usize),
) -> Result<(i64, Found, Vec<Opened>, Vec<Row>)> {
    let (_, moment, book) = read(db, head, as_of, at).await?;
    let groups = rules::find(kind, &book, lines);
    let whole = counted(kind, &groups);
    let opened = |group: &Group| Opened {
        id: group.id(&book),
        why: group.why.clone(),
        grants: group.members.len(),
        sum: group.sum,
    };
    let Some(id) = group else {
        let some = groups.iter().skip(skip).take(limit).map(opened);
        return Ok((moment.at, whole, some.collect(), Vec::new()));
    };
    let one = groups.iter().find(|group| group.id(&book) == id).ok_or(Error::NotFound)?;
    let some: Vec<Behind<'_>> = behind(&book, one).skip(skip).take(limit).collect();
    Ok((moment.at, whole, vec![opened(one)], rows_of(db, &moment, &book, kind, &some).await?))
}

/// A grant with the group that it stands in.
struct Behind<'g> {
    group: i64,
    why: &'g Why,
    grant: rules::Grant,
}

/// The grants of a group.
fn behind<'g>(book: &'g Book, group: &'g Group) -> impl Iterator<Item = Behind<'g>> {
    let id = group.id(book);
    let grants = group.members.iter().filter_map(|member| book.grants.get(*member));
    grants.map(move |grant| Behind { group: id, why: &group.why, grant: *grant })
}

async fn rows_of(db: &Database, moment: &Moment, book: &Book, kind: Kind, some: &[Behind<'_>]) -> Result<Vec<Row>> {
    let words = store::words(&db.read, moment.book_id, some.iter().map(|one| one.grant.id)).await?;
    let row = |Behind { group, why, grant }: &Behind<'_>| {
        let words = words.get(&grant.id).cloned().ok_or_else(|| Error::internal("a grant has no words"))?;
        Ok(Row {
            kind: kind.code(),
            group: *group,
            grant: grant.id,
            reference: words.reference,
            policy: book.policies.get(&grant.policy).map_or_else(String::new, |policy| policy.code.clone()),
            recipient: grant.recipient,
            uscc: words.uscc,
            shown_number: words.shown_number,
            name: words.name,
            amount: rules::amount(kind, grant),
            paid_on: grant.paid_on,
            why: (*why).clone(),
        })
    };
    some.iter().map(row).collect()
}

/// Hands over every grant behind some questions, question by question, group by group.
pub async fn each_row(
    db: &Database,
    head: &Head,
    (as_of, at): (Day, Option<i64>),
    (kinds, lines): (&[Kind], &Lines),
    take: &mut (dyn FnMut(&Row) -> Result<()> + Send),
) -> Result<()> {
    let (_, moment, book) = read(db, head, as_of, at).await?;
    for kind in kinds {
        let groups = rules::find(*kind, &book, lines);
        let all: Vec<Behind<'_>> = groups.iter().flat_map(|group| behind(&book, group)).collect();
        for some in all.chunks(AT_ONCE) {
            for row in rows_of(db, &moment, &book, *kind, some).await? {
                take(&row)?;
            }
        }
    }
    Ok(())
}
