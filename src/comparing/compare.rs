//! A list held against the book at two clocks.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use super::reading::{self, Field, List, Mapped, Said};
use super::rules::{Booked, Entry, Listed, Outcome, Part, pair, parts, reconciles, sums};
use super::store;
use crate::audit::{Moment, position};
use crate::db::Database;
use crate::imports::UnitFrom;
use crate::journal::{Head, root_at};
use crate::kernel::dates::Day;
use crate::kernel::money::{Fen, Unit};
use crate::kernel::text::fold;
use crate::kernel::{Error, Refusal, Result};
use crate::policies::{self, Policy};
use crate::sheets::Faults;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// The name of the file; only shown.
    pub file_name: String,
    /// What somebody says of its columns.
    pub said: Said,
    /// What somebody says of the unit where the file says nothing.
    pub unit: Option<Unit>,
    /// Effective day.
    pub as_of: Day,
    /// Position; the head's if absent.
    pub at: Option<i64>,
    /// Only grants of these policies; of all if none.
    pub policies: Vec<String>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Code of the book.
    pub book: String,
    /// Effective day.
    pub as_of: Day,
    /// Position.
    pub at: i64,
    /// Root of the tree at it.
    pub root: String,
    /// The file.
    pub file_name: String,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
    /// Of which policies; of all if none.
    pub policies: Vec<String>,
    /// Its columns, and what they mean.
    pub columns: Vec<Mapped>,
    /// Line of its header.
    pub header_line: u64,
    /// The unit of its amounts.
    pub unit: Unit,
    /// Who said so.
    pub unit_from: UnitFrom,
    /// The total that it claims for itself.
    pub claimed: Option<Fen>,
    /// Its rows.
    pub listed: Vec<Listed>,
    /// The grants of the book.
    pub booked: Vec<Booked>,
    /// What belongs together, in the order of the list; then what only the book has.
    pub entries: Vec<Entry>,
    /// Entries and sums by outcome.
    pub parts: Vec<(Outcome, Part)>,
    /// Whether every row and grant stands in one entry and their differences add up to that of the sums.
    pub reconciles: bool,
}

impl Comparison {
    /// Entries, rows, grants and sums of all.
    pub fn whole(&self) -> Part {
        self.parts.iter().fold(Part::default(), |all, (_, part)| Part {
            entries: all.entries + part.entries,
            rows: all.rows + part.rows,
            grants: all.grants + part.grants,
            list_fen: all.list_fen + part.list_fen,
            book_fen: all.book_fen + part.book_fen,
        })
    }

    /// Entries that are the same.
    pub fn same(&self) -> usize {
        self.parts.iter().find(|(outcome, _)| *outcome == Outcome::Same).map_or(0, |(_, part)| part.entries)
    }

    /// Whether nothing differs.
    pub fn agrees(&self) -> bool {
        self.reconciles && self.same() == self.entries.len()
    }

    /// Rows of an entry.
    pub fn rows<'c>(&'c self, entry: &'c Entry) -> impl Iterator<Item = &'c Listed> {
        entry.rows.iter().filter_map(|row| self.listed.get(*row))
    }

    /// Grants of an entry.
    pub fn grants<'c>(&'c self, entry: &'c Entry) -> impl Iterator<Item = &'c Booked> {
        entry.grants.iter().filter_map(|grant| self.booked.get(*grant))
    }

    /// List less book of an entry, in fen.
    pub fn difference_fen(&self, entry: &Entry) -> i128 {
        let (list, book) = sums(entry, &self.listed, &self.booked);
        list - book
    }
}

/// Reads `column=field`; `column=` says that the column shall not be read.
///
/// # Errors
/// `compare_map` (`map`, `known`).
pub fn parse_map(text: &str) -> Result<(String, Option<Field>)> {
    let unknown = || {
        let known = Field::ALL.map(Field::code).join(", ");
        Error::from(Refusal::new("compare_map").at("map").with("map", text).with("known", known))
    };
    let (column, field) = text.rsplit_once('=').ok_or_else(unknown)?;
    let field = match field.trim() {
        "" => None,
        code => Some(Field::from_code(code).ok_or_else(unknown)?),
    };
    Ok((column.trim().to_owned(), field))
}

/// Holds a list against the book. The inner error is everything that is wrong with the file.
///
/// # Errors
/// `position_beyond`; `compare_policy` (`policy`).
pub async fn compare(
    db: &Database,
    head: &Head,
    question: &Question,
    bytes: Vec<u8>,
) -> Result<Result<Comparison, Faults>> {
    let head = Head::read(&db.read, head.book_id).await?;
    let at = position(&head, question.at)?;
    let known = policies::all(&db.read, head.book_id).await?;
    if let Some(unknown) = question.policies.iter().find(|code| !known.iter().any(|policy| policy.code == **code)) {
        return Err(Refusal::new("compare_policy").at("policies").with("policy", unknown).into());
    }
    let (said, unit) = (question.said.clone(), question.unit);
    // Aside: a large file must not hold up other requests.
    let read = tokio::task::spawn_blocking(move || {
        let sha256 = hex::encode(Sha256::digest(&bytes));
        reading::read(&bytes, &said, unit).map(|list| (list, sha256))
    });
    let (list, sha256) = match read.await.map_err(Error::internal)? {
        Ok(read) => read,
        Err(faults) => return Ok(Err(faults)),
    };
    let moment = Moment { book_id: head.book_id, as_of: question.as_of, at, is_head: at == head.position };
    let booked = store::booked(db, &moment, &question.policies).await?;
    let root = root_at(&db.read, &head, at).await?.to_string();
    let List { mut rows, columns, header_line, unit, unit_from, claimed, .. } = list;
    name_policies(&mut rows, &known);
    let paired = tokio::task::spawn_blocking(move || {
        let entries = pair(&rows, &booked);
        let (parts, reconciles) = (parts(&entries, &rows, &booked), reconciles(&entries, &rows, &booked));
        (rows, booked, entries, parts, reconciles)
    });
    let (listed, booked, entries, parts, reconciles) = paired.await.map_err(Error::internal)?;
    Ok(Ok(Comparison {
        book: head.code,
        as_of: question.as_of,
        at,
        root,
        file_name: question.file_name.clone(),
        sha256,
        policies: question.policies.clone(),
        columns,
        header_line,
        unit,
        unit_from,
        claimed,
        listed,
        booked,
        entries,
        parts,
        reconciles,
    }))
}

/// Puts the code of a policy in the place of whatever names it: code, title or document number, if they name one only.
fn name_policies(rows: &mut [Listed], known: &[Policy]) {
    let mut codes: HashMap<String, Option<&str>> = HashMap::new();
    for policy in known {
        for name in [&policy.code, &policy.title, &policy.document_number] {
            let code = codes.entry(fold(name)).or_insert(Some(&policy.code));
            if *code != Some(policy.code.as_str()) {
                *code = None;
            }
        }
    }
    for policy in rows.iter_mut().filter_map(|row| row.policy.as_mut()) {
        if let Some(Some(code)) = codes.get(&fold(policy)) {
            (*code).clone_into(policy);
        }
    }
}
