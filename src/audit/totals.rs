//! How many grants and recipients stand above zero, and what was paid and returned.

use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use super::rules::{GroupBy, without_repetition};
use super::store::{self, ByGroup, Moment};
use crate::db::Database;
use crate::journal::{Head, root_at};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result};

/// The figures of a whole or a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Grants whose net is above zero.
    pub grants: i64,
    /// Distinct recipients of which that is so; groups do not add up to the whole.
    pub recipients: i64,
    /// What came in to disbursed, less what was corrected.
    pub paid: Fen,
    /// What left it: returned by banks, recovered.
    pub returned: Fen,
    /// Paid less returned.
    pub net: Fen,
}

/// A group with its values in the order asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// By what, and which value.
    pub keys: Vec<(GroupBy, String)>,
    /// Its figures.
    pub figures: Figures,
}

impl Serialize for Group {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (by, value) in &self.keys {
            map.serialize_entry(by.code(), value)?;
        }
        let Figures { grants, recipients, paid, returned, net } = self.figures;
        map.serialize_entry("grants", &grants)?;
        map.serialize_entry("recipients", &recipients)?;
        map.serialize_entry("paid", &paid)?;
        map.serialize_entry("returned", &returned)?;
        map.serialize_entry("net", &net)?;
        map.end()
    }
}

/// Totals of a book as of a day, known at a position. Serialises to the JSON of the command line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Code of the book.
    pub book: String,
    /// Effective date.
    pub as_of: Day,
    /// Position.
    pub at: i64,
    /// Root of the tree at that position.
    pub root: String,
    /// Grants above zero.
    pub grants: i64,
    /// Recipients above zero.
    pub recipients: i64,
    /// Paid.
    pub paid: Fen,
    /// Returned.
    pub returned: Fen,
    /// Net.
    pub net: Fen,
    /// Net, short: 1.27亿元.
    pub short: String,
    /// By what it is grouped.
    #[serde(skip)]
    pub by: Vec<GroupBy>,
    /// The groups by the bytes of their keys.
    pub groups: Vec<Group>,
}

impl Totals {
    /// The figures of the whole.
    pub const fn figures(&self) -> Figures {
        Figures {
            grants: self.grants,
            recipients: self.recipients,
            paid: self.paid,
            returned: self.returned,
            net: self.net,
        }
    }
}

/// The position asked for, or the head's.
///
/// # Errors
/// `position_beyond` (`at`, `head`).
pub fn position(head: &Head, at: Option<i64>) -> Result<i64> {
    match at {
        None => Ok(head.position),
        Some(at) if (1..=head.position).contains(&at) => Ok(at),
        Some(at) => Err(Refusal::new("position_beyond").at("at").with("at", at).with("head", head.position).into()),
    }
}

/// Totals as of a day (effective), at a position (the head if none), grouped by these columns. One snapshot.
pub async fn totals(db: &Database, head: &Head, as_of: Day, at: Option<i64>, by: &[GroupBy]) -> Result<Totals> {
    let by = without_repetition(by);
    let snapshot = db.snapshot().await?;
    let head = Head::read(&snapshot, head.book_id).await?;
    let at = position(&head, at)?;
    let moment = Moment { book_id: head.book_id, as_of, at, is_head: at == head.position };
    let whole = store::figures(&snapshot, &moment, &[]).await?.into_values().next().unwrap_or_default();
    let groups = if by.is_empty() { ByGroup::new() } else { store::figures(&snapshot, &moment, &by).await? };
    let root = root_at(&snapshot, &head, at).await?;
    snapshot.rollback().await.map_err(Error::internal)?;
    Ok(Totals {
        book: head.code,
        as_of,
        at,
        root: root.to_string(),
        grants: whole.grants,
        recipients: whole.recipients,
        paid: whole.paid,
        returned: whole.returned,
        net: whole.net,
        short: whole.net.short().text,
        groups: groups
            .into_iter()
            .map(|(values, figures)| Group { keys: by.iter().copied().zip(values).collect(), figures })
            .collect(),
        by,
    })
}
