//! The tables of a package, each declared once: name, columns, key, and where its rows come from.
//!
//! Whoever adds one declares it in the file of its subject, and writes its title (`exports.what.NAME`, with `_` for `-`),
//! what it is for (`exports.about.NAME`) and the titles of new columns (`exports.column.NAME`) into both catalogues.
//! Datapackage, dictionary and README follow. A query says what was known at the position: it reads only columns that no
//! later event changes, or the history of those that change.

mod bank;
mod figures;
mod grants;
mod papers;
mod people;
mod policies;
mod rows;
mod samples;
mod statements;

pub(super) use rows::{Asked, is_guarded, write};

use std::collections::HashMap;

use crate::audit::GroupBy;
use crate::db::Database;
use crate::exports::columns::{self, Column};
use crate::exports::grants::policies as policies_by_id;
use crate::exports::request::What;
use crate::journal::{self, Cell, Head};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};
use crate::web::{Lang, T};

/// One table of the package.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declared {
    /// The name of its file, without ending.
    pub(super) name: &'static str,
    /// Its columns, if they are not those of a file that is exported alone.
    columns: &'static [Column],
    /// The columns that tell its rows apart; none if no columns do.
    pub(super) key: &'static [&'static str],
    /// Where its rows come from.
    rows: Rows,
}

/// Takes a row of the scan, and gives none, one or several of the table.
type Shape = fn(&Moment, &[Cell], &mut dyn FnMut(&[Cell]) -> Result<()>) -> Result<()>;

/// Where rows come from.
#[derive(Debug, Clone, Copy)]
enum Rows {
    /// As the file that is exported alone.
    Export(What),
    /// Totals by one column.
    Totals(GroupBy),
    /// One query, a column each.
    Scan(fn(&Moment) -> String),
    /// One query, whose rows are worked on.
    Shaped(fn(&Moment) -> String, Shape),
    /// One query over what somebody prepared, its id first; behind it what became of it by then.
    Decided(fn(&Moment) -> String, &'static Decisions),
    /// The same where some were decided together with something else, which another query tells: id, outcome, position,
    /// instant, actor, remark.
    DecidedWith(fn(&Moment) -> String, &'static Decisions, fn(&Moment) -> String),
    /// The tables themselves.
    Dictionary,
}

/// The events that decide on one kind of thing.
#[derive(Debug)]
struct Decisions {
    /// The field of their payload that names the thing.
    named_by: &'static str,
    /// Their kinds, and what comes of each: a code of `exports.outcome.`.
    outcomes: &'static [(&'static str, &'static str)],
}

impl Declared {
    /// Its columns.
    pub(super) fn columns(&self) -> Vec<Column> {
        match self.rows {
            Rows::Export(what) => columns::of(what).to_vec(),
            Rows::Totals(by) => columns::of_totals(&[by]),
            _ => self.columns.to_vec(),
        }
    }

    /// What it is called.
    pub(super) fn title(&self, lang: Lang) -> String {
        let t = T(lang);
        match self.rows {
            Rows::Totals(by) => t.f("exports.totals_by").with("by", t.s(by.key())).to_string(),
            _ => t.s(&format!("exports.what.{}", self.key_word())).to_owned(),
        }
    }

    /// What it is for.
    pub(super) fn about(&self, lang: Lang) -> &'static str {
        match self.rows {
            Rows::Totals(_) => T(lang).s("exports.about.totals"),
            _ => T(lang).s(&format!("exports.about.{}", self.key_word())),
        }
    }

    fn key_word(&self) -> String {
        self.name.replace('-', "_")
    }
}

/// All tables, in the order of their names.
pub(super) fn all() -> Vec<&'static Declared> {
    let papers = [papers::TABLES, bank::TABLES, samples::TABLES, statements::TABLES];
    let parts = [figures::TABLES, people::TABLES, policies::TABLES, grants::TABLES].into_iter().chain(papers);
    let mut all: Vec<&Declared> = parts.flatten().collect();
    all.sort_by_key(|table| table.name);
    all
}

/// The SHA-256 of every original file that the book named at the position, in order.
pub(super) async fn originals(db: &Database, moment: &Moment) -> Result<Vec<String>> {
    let query = format!("SELECT DISTINCT f.file_sha256 FROM {} ORDER BY f.file_sha256", bank::named_files(moment));
    let mut names = Vec::new();
    journal::scan(&db.read, &query, |cells| {
        names.extend(cells.first().map(|cell| cell.text().to_owned()));
        Ok(())
    })
    .await?;
    Ok(names)
}

/// As of when, and at which position.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    /// The book's number.
    pub(super) book_id: i64,
    /// Its code.
    pub(super) code: String,
    /// Amounts up to and including this effective day.
    pub(super) as_of: Day,
    /// As known at this position.
    pub(super) at: i64,
    /// Grants whose content was changed after the position, as they were then.
    edited: HashMap<i64, Edited>,
}

/// A grant as it was.
#[derive(Debug, Clone)]
struct Edited {
    policy: String,
    reference: String,
    number: String,
}

#[derive(serde::Deserialize)]
struct Recorded {
    content: Content,
}

#[derive(serde::Deserialize)]
struct Content {
    reference: String,
    policy: i64,
    number: String,
}

impl Moment {
    /// Reads what later events have changed.
    pub(super) async fn read(db: &Database, head: &Head, as_of: Day, at: i64) -> Result<Self> {
        let book_id = head.book_id;
        let query = format!(
            "SELECT g.id, e.payload FROM grants g
             JOIN events e ON e.book_id = g.book_id AND e.position = (
                 SELECT MAX(y.position) FROM grant_steps y
                 JOIN events v ON v.book_id = y.book_id AND v.position = y.position
                 WHERE y.book_id = g.book_id AND y.grant_id = g.id AND y.position <= {at}
                 AND v.kind IN ('grant_recorded', 'grant_imported', 'grant_edited'))
             WHERE g.book_id = {book_id} AND g.id <= {at} AND g.content_position > {at} ORDER BY g.id"
        );
        let codes = policies_by_id(db, head).await?;
        let mut edited = HashMap::new();
        journal::scan(&db.read, &query, |cells| {
            let [id, payload] = cells else { return Err(Error::internal("a grant has two columns here")) };
            let Recorded { content } = serde_json::from_slice(payload.bytes()).map_err(Error::internal)?;
            let Content { reference, policy, number } = content;
            let policy = codes.get(&policy).cloned().unwrap_or_default();
            edited.insert(id.int()?, Edited { policy, reference, number });
            Ok(())
        })
        .await?;
        Ok(Self { book_id, code: head.code.clone(), as_of, at, edited })
    }

    /// Puts into a row what its grant said at the position: policy, reference and number stand in these columns.
    fn as_it_was(&self, row: &mut [Cell], grant: &Cell, [policy, reference, number]: [Option<usize>; 3]) {
        let Some(was) = grant.opt_int().and_then(|id| self.edited.get(&id)) else { return };
        for (column, text) in [(policy, &was.policy), (reference, &was.reference), (number, &was.number)] {
            if let Some(cell) = column.and_then(|column| row.get_mut(column)) {
                *cell = Cell::Text(text.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::i18n;

    /// What the format document says of a table.
    fn documented(table: &Declared) -> String {
        let columns: Vec<&str> = table.columns().into_iter().map(|(name, _)| name).collect();
        format!("- `{}`: {}", table.name, columns.join(", "))
    }

    #[test]
    fn every_table_stands_in_the_format_document() {
        let document = include_str!("../../../../docs/formats.md").replace("\n  ", " ");
        let alone = |table: &Declared| matches!(table.rows, Rows::Export(_) | Rows::Totals(_));
        let tables = all().into_iter().filter(|table| !alone(table)).map(documented);
        let missing: Vec<String> = tables.filter(|line| !document.contains(line.as_str())).collect();
        assert!(missing.is_empty(), "missing in docs/formats.md:\n{}", missing.join("\n"));
    }

    #[test]
    fn every_table_and_column_has_words_and_a_name_of_its_own() {
        let tables = all();
        for pair in tables.windows(2) {
            assert!(pair[0].name < pair[1].name, "{}", pair[1].name);
        }
        for table in tables {
            for lang in [Lang::Zh, Lang::En] {
                assert!(!table.title(lang).contains('['), "{}", table.title(lang));
                assert!(!table.about(lang).contains('['), "{}", table.about(lang));
            }
            let columns = table.columns();
            for (place, (name, _)) in columns.iter().enumerate() {
                assert!(i18n::has(&format!("exports.column.{name}")), "{}: {name}", table.name);
                assert!(columns[..place].iter().all(|(before, _)| before != name), "{}: {name} twice", table.name);
                let title = columns::header(Lang::Zh, name);
                let same = columns.iter().filter(|(other, _)| columns::header(Lang::Zh, other) == title);
                assert_eq!(same.count(), 1, "{}: {title} stands for two columns", table.name);
            }
            for key in table.key {
                assert!(columns.iter().any(|(name, _)| name == key), "{}: {key}", table.name);
            }
            if let Rows::Decided(_, decisions) | Rows::DecidedWith(_, decisions, _) = table.rows {
                for (kind, outcome) in decisions.outcomes {
                    assert!(i18n::has(&format!("exports.outcome.{outcome}")), "{outcome}");
                    assert!(i18n::has(&format!("audit.kind.{kind}")), "{kind}");
                }
            }
        }
    }
}
