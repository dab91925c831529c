//! Documents that were filed, and the numbers under which records name documents.

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::rules::{Kind, Media};
use crate::db::entity::documents as rows;
use crate::db::sql;
use crate::journal::{self, Cell};
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::{Error, Result};

/// A document that was filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: i64,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Its kind.
    pub kind: Kind,
    /// The day that stands on it.
    pub dated_on: Day,
    /// The name of its file as it was sent.
    pub file_name: String,
    /// Hex SHA-256 of its bytes.
    pub file_sha256: String,
    /// What the file is.
    pub media: Media,
    /// How many bytes it has.
    pub bytes: i64,
    /// Who filed it.
    pub filed_by: String,
    /// When.
    pub filed_at: Instant,
    /// Why it does not count, and who said so when, if it was struck.
    pub struck: Option<(String, String, Instant)>,
}

fn view(row: rows::Model) -> Result<Document> {
    let unknown = |what: &str| Error::internal(format!("no document is {what}"));
    let struck = row.struck_by.zip(row.struck_at_ms);
    Ok(Document {
        id: row.id,
        kind: Kind::from_code(&row.kind).ok_or_else(|| unknown(&row.kind))?,
        media: Media::from_code(&row.media).ok_or_else(|| unknown(&row.media))?,
        number: row.number,
        title: row.title,
        dated_on: sql::day(&row.dated_on)?,
        file_name: row.file_name,
        file_sha256: row.file_sha256,
        bytes: row.file_bytes,
        filed_by: row.filed_by,
        filed_at: Instant::new(row.filed_at_ms),
        struck: struck.map(|(by, at)| (row.struck_because, by, Instant::new(at))),
    })
}

/// A document.
///
/// # Errors
/// `NotFound`.
pub async fn document(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Document> {
    let query = "SELECT * FROM documents WHERE book_id = ? AND id = ?";
    let row: Option<rows::Model> = sql::one(c, query, vec![book_id.into(), id.into()]).await?;
    view(row.ok_or(Error::NotFound)?)
}

/// Its bytes.
///
/// # Errors
/// `NotFound`.
pub async fn bytes_of(c: &impl ConnectionTrait, book_id: i64, document: &Document) -> Result<Vec<u8>> {
    journal::file(c, book_id, &document.file_sha256).await?.ok_or(Error::NotFound)
}

#[derive(Debug, FromQueryResult)]
struct Id {
    id: i64,
}

/// The document that was filed under a number with the same bytes and that counts, if there is one.
pub(super) async fn same(c: &impl ConnectionTrait, book_id: i64, number: &str, sha256: &str) -> Result<Option<i64>> {
    let query =
        "SELECT id FROM documents WHERE book_id = ? AND number = ? AND file_sha256 = ? AND struck_position IS NULL";
    let row: Option<Id> = sql::one(c, query, vec![book_id.into(), number.into(), sha256.into()]).await?;
    Ok(row.map(|row| row.id))
}

/// Which documents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// A part of the number or the title.
    pub text: String,
    /// Of a kind.
    pub kind: Option<Kind>,
}

/// The documents before an id, the newest first.
pub async fn documents(
    c: &impl ConnectionTrait,
    book_id: i64,
    filter: &Filter,
    (before, most): (i64, u64),
) -> Result<Vec<Document>> {
    let mut query = "SELECT * FROM documents WHERE book_id = ? AND id < ?".to_owned();
    let mut values: Vec<Value> = vec![book_id.into(), before.into()];
    if !filter.text.is_empty() {
        query.push_str(" AND (number LIKE ? ESCAPE '\\' OR title LIKE ? ESCAPE '\\')");
        let pattern = sql::contains(&filter.text);
        values.extend([Value::from(pattern.clone()), pattern.into()]);
    }
    if let Some(kind) = filter.kind {
        query.push_str(" AND kind = ?");
        values.push(kind.code().into());
    }
    query.push_str(" ORDER BY id DESC LIMIT ?");
    values.push(most.into());
    let rows: Vec<rows::Model> = sql::all(c, &query, values).await?;
    rows.into_iter().map(view).collect()
}

/// The documents filed under exactly this number that count, the newest first.
pub async fn numbered(c: &impl ConnectionTrait, book_id: i64, number: &str) -> Result<Vec<Document>> {
    let query = "SELECT * FROM documents WHERE book_id = ? AND number = ? AND struck_position IS NULL ORDER BY id DESC";
    let rows: Vec<rows::Model> = sql::all(c, query, vec![book_id.into(), number.into()]).await?;
    rows.into_iter().map(view).collect()
}

/// A table whose rows name documents; an empty expression is nothing.
struct Naming {
    /// A code of `exports.subject.`.
    subject: &'static str,
    /// The table, called `t` below.
    table: &'static str,
    /// Column of the position.
    position: &'static str,
    /// Column of the document.
    document: &'static str,
    /// Whose policy.
    policy: &'static str,
    /// Whose grant.
    grant: &'static str,
}

const fn naming(
    (subject, table): (&'static str, &'static str),
    (position, document): (&'static str, &'static str),
    policy: &'static str,
    grant: &'static str,
) -> Naming {
    Naming { subject, table, position, document, policy, grant }
}

const NAMING: [Naming; 15] = [
    naming(("policy", "policy_versions"), ("position", "document_number"), "t.policy", ""),
    naming(("allotment", "allotments"), ("id", "document_number"), "t.policy", ""),
    naming(("policy_change", "policy_changes"), ("id", "document_number"), "t.policy", ""),
    naming(
        ("budget_change", "budget_changes"),
        ("id", "document_number"),
        "(SELECT a.policy FROM allotments a WHERE a.book_id = t.book_id AND a.id = t.allotment)",
        "",
    ),
    naming(("award", "grants"), ("id", "award_document"), "", "t.id"),
    naming(("demand", "demands"), ("id", "document"), "", "t.grant_id"),
    naming(("receipt", "receipts"), ("id", "document"), "", "t.grant_id"),
    naming(("offset", "offsets"), ("id", "document"), "", "t.settled_grant"),
    naming(("correction", "corrections"), ("id", "document"), "", "t.grant_id"),
    naming(("hold", "holds"), ("id", "document"), "", "t.grant_id"),
    naming(("schedule", "schedules"), ("id", "document"), "", "t.grant_id"),
    naming(("difference", "discrepancy_steps"), ("position", "document"), "", ""),
    naming(("account_entry", "account_entries"), ("id", "document"), "", ""),
    naming(("inquiry", "inquiries"), ("id", "document"), "", ""),
    naming(("inquiry_answer", "inquiries"), ("answered_position", "answer_document"), "", ""),
];

impl Naming {
    fn query(&self, number: usize, (book_id, at): (i64, i64)) -> String {
        let or_null = |expression: &'static str| if expression.is_empty() { "NULL" } else { expression };
        let Self { subject, table, position, document, .. } = self;
        let (policy, grant) = (or_null(self.policy), or_null(self.grant));
        // Until a grant is approved or taken over, its own document may still change.
        let (attachments, fixed) = match *table {
            "grants" => (
                "t.attachments",
                format!(
                    " AND EXISTS (SELECT 1 FROM grant_steps k WHERE k.book_id = t.book_id AND k.grant_id = t.id
                         AND k.position <= {at} AND k.state IN ('approved', 'paid'))"
                ),
            ),
            _ => ("NULL", String::new()),
        };
        format!(
            "SELECT {number} AS number, '{subject}' AS subject, t.{position} AS position, t.{document} AS document,
                 CAST({policy} AS BIGINT) AS policy, CAST({grant} AS BIGINT) AS grant_id,
                 CAST({attachments} AS BIGINT) AS attachments
             FROM {table} t
             WHERE t.book_id = {book_id} AND t.{position} <= {at} AND t.{document} <> ''{fixed}"
        )
    }
}

/// Every record that named a document by a position, as a table: number, subject, position, document, policy, `grant_id`,
/// attachments.
pub fn named(book_id: i64, at: i64) -> String {
    let parts = NAMING.iter().zip(1..).map(|(naming, number)| naming.query(number, (book_id, at)));
    format!("({})", parts.collect::<Vec<_>>().join(" UNION ALL "))
}

/// A record that names a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedBy {
    /// A code of `exports.subject.`.
    pub subject: String,
    /// Its position.
    pub position: i64,
}

/// The records that name a document by this number, the first ones.
pub(super) async fn named_by(
    c: &sea_orm::DatabaseConnection,
    book_id: i64,
    number: &str,
    most: u64,
) -> Result<Vec<NamedBy>> {
    #[derive(FromQueryResult)]
    struct Row {
        subject: String,
        position: i64,
    }
    let query = format!(
        "SELECT n.subject, n.position FROM {} n WHERE n.document = ? ORDER BY n.position, n.number LIMIT ?",
        named(book_id, i64::MAX)
    );
    let rows: Vec<Row> = sql::all(c, &query, vec![number.into(), most.into()]).await?;
    Ok(rows.into_iter().map(|row| NamedBy { subject: row.subject, position: row.position }).collect())
}

/// A number that records name and under which nobody filed a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The number.
    pub number: String,
    /// What names it first: a code of `exports.subject.`.
    pub subject: String,
    /// Where.
    pub position: i64,
    /// How many records do.
    pub times: i64,
}

/// The numbers under which nothing is filed, those first that were named first; and how many there are.
pub async fn missing(c: &sea_orm::DatabaseConnection, book_id: i64, most: usize) -> Result<(Vec<Missing>, i64)> {
    let query = format!(
        "SELECT m.document, m.position, m.times, MIN(n.subject) FROM (
             SELECT n.document, MIN(n.position) AS position, COUNT(*) AS times FROM {named} n
             WHERE NOT EXISTS (SELECT 1 FROM documents d
                 WHERE d.book_id = {book_id} AND d.number = n.document AND d.struck_position IS NULL)
             GROUP BY n.document) m
         JOIN {named} n ON n.document = m.document AND n.position = m.position
         GROUP BY m.document, m.position, m.times ORDER BY m.position, m.document",
        named = named(book_id, i64::MAX)
    );
    let (mut found, mut count) = (Vec::new(), 0);
    journal::scan(c, &query, |cells| {
        let [number, position, times, subject] = cells else {
            return Err(Error::internal("a missing document has four columns"));
        };
        count += 1;
        if found.len() < most {
            let text = |cell: &Cell| cell.text().to_owned();
            let (number, subject) = (text(number), text(subject));
            found.push(Missing { number, subject, position: position.int()?, times: times.int()? });
        }
        Ok(())
    })
    .await?;
    Ok((found, count))
}
