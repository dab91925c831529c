//! The grants that were approved by a position, with what was paid of them by a day, each read in one scan; and what a list shows.

use std::collections::{BTreeMap, HashMap};

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::rules::{Book, Grant, Policy};
use crate::audit::{self, Moment};
use crate::calendar;
use crate::db::{Database, sql};
use crate::journal;
use crate::kernel::identity::{IdType, Identity};
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::text::name_key;
use crate::kernel::{Error, Result};

/// Grants whose words are read at once.
const AT_ONCE: usize = 500;

/// Approved by the position, on a day not after the day asked for. The account is that of the last payment by then, for the
/// account on the grant may have changed since. Every join is by a key, so that no planner can do it badly.
fn query(moment: &Moment) -> String {
    let Moment { book_id, as_of, at, .. } = moment;
    let end_ms = Instant::start_of(as_of.plus_days(1)).get();
    format!(
        "SELECT g.id, g.recipient, g.policy, g.name,
             COALESCE((SELECT p.account_number FROM payments p WHERE p.book_id = {book_id} AND p.id = (
                 SELECT MAX(q.id) FROM payments q
                 WHERE q.book_id = {book_id} AND q.grant_id = g.id AND q.id <= {at})), g.account_number),
             s.amount_fen, g.prepared_by, s.actor_uid, s.position, e.recorded_at_ms
         FROM grants g
         JOIN grant_steps s ON s.book_id = g.book_id AND s.grant_id = g.id AND s.position = (
             SELECT MIN(k.position) FROM grant_steps k WHERE k.book_id = g.book_id AND k.grant_id = g.id
             AND k.position <= {at} AND k.state IN ('approved', 'paid'))
         JOIN events e ON e.book_id = g.book_id AND e.position = s.position
         WHERE g.book_id = {book_id} AND g.id <= {at} AND e.recorded_at_ms < {end_ms}
         ORDER BY g.id"
    )
}

/// Words in the order in which they were met first, each once.
#[derive(Default)]
struct Words {
    places: HashMap<String, usize>,
    words: Vec<String>,
}

impl Words {
    fn place(&mut self, word: &str) -> usize {
        if let Some(place) = self.places.get(word) {
            return *place;
        }
        let place = self.words.len();
        self.places.insert(word.to_owned(), place);
        self.words.push(word.to_owned());
        place
    }
}

/// The people behind the actors, as they were introduced by the position.
#[derive(Debug, FromQueryResult)]
struct Introduced {
    actor_uid: String,
    person: String,
    name: String,
}

/// The people of a book: for each actor a place, and what the people are called.
#[derive(Default)]
struct People {
    persons: Words,
    of: HashMap<String, usize>,
    names: Vec<String>,
}

impl People {
    async fn read(c: &impl ConnectionTrait, moment: &Moment) -> Result<Self> {
        let query = "SELECT actor_uid, person, name FROM actors WHERE book_id = ? AND position <= ? ORDER BY position";
        let rows: Vec<Introduced> = sql::all(c, query, vec![moment.book_id.into(), moment.at.into()]).await?;
        let mut people = Self::default();
        for row in rows {
            people.introduce(&row.actor_uid, &row.person, &row.name);
        }
        Ok(people)
    }

    fn introduce(&mut self, actor_uid: &str, person: &str, name: &str) -> usize {
        let place = self.persons.place(person);
        self.names.resize(self.names.len().max(place + 1), String::new());
        if let Some(known) = self.names.get_mut(place) {
            name.clone_into(known);
        }
        self.of.insert(actor_uid.to_owned(), place);
        place
    }

    /// The person of an actor; one whom nobody introduced stands for itself.
    fn place(&mut self, actor_uid: &str) -> usize {
        match self.of.get(actor_uid) {
            Some(place) => *place,
            None => self.introduce(actor_uid, actor_uid, actor_uid),
        }
    }
}

/// Reads the grants of a book at a moment.
pub async fn book(db: &Database, moment: &Moment) -> Result<Book> {
    let c = &db.read;
    let mut people = People::read(c, moment).await?;
    let nets = audit::nets(db, moment).await?;
    let (mut names, mut accounts) = (Words::default(), Words::default());
    let mut book = Book {
        policies: policies(c, moment).await?,
        calendar: calendar::working_days_at(c, moment.book_id, moment.at).await?,
        ..Book::default()
    };
    journal::scan(c, &query(moment), |cells| {
        let [id, recipient, policy, name, account, approved, prepared_by, approved_by, decision, at] = cells else {
            return Err(Error::internal("an approved grant has ten columns"));
        };
        let net = nets.get(&id.int()?);
        let decision = decision.int()?;
        book.decided_at.insert(decision, Instant::new(at.int()?));
        book.grants.push(Grant {
            id: id.int()?,
            recipient: recipient.int()?,
            policy: policy.int()?,
            name: names.place(&name_key(name.text())),
            account: accounts.place(account.text()),
            net: net.map_or(Fen::new(0), |net| net.amount),
            paid_on: net.and_then(|net| net.paid_on),
            approved: Fen::new(approved.int()?),
            prepared_by: people.place(prepared_by.text()),
            approved_by: people.place(approved_by.text()),
            decision,
        });
        Ok(())
    })
    .await?;
    (book.names, book.accounts, book.people) = (names.words, accounts.words, people.names);
    Ok(book)
}

#[derive(Debug, FromQueryResult)]
struct PolicyRow {
    policy: i64,
    code: String,
    cap_fen: Option<i64>,
}

/// The policies with the caps that were in force at the position.
async fn policies(c: &impl ConnectionTrait, moment: &Moment) -> Result<BTreeMap<i64, Policy>> {
    let query = "SELECT v.policy, p.code, v.cap_fen FROM policy_versions v
        JOIN policies p ON p.book_id = v.book_id AND p.id = v.policy
        WHERE v.book_id = ? AND v.position <= ? ORDER BY v.policy, v.position";
    let rows: Vec<PolicyRow> = sql::all(c, query, vec![moment.book_id.into(), moment.at.into()]).await?;
    // A later version takes the place of an earlier one.
    let read = rows.into_iter().map(|row| (row.policy, Policy { code: row.code, cap: row.cap_fen.map(Fen::new) }));
    Ok(read.collect())
}

#[derive(Debug, FromQueryResult)]
struct WordsRow {
    id: i64,
    reference: String,
    name: String,
    id_type: String,
    number: String,
}

/// The words of a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantWords {
    /// Its reference.
    pub reference: String,
    /// The recipient's name on it.
    pub name: String,
    /// The recipient's number.
    pub uscc: String,
    /// The same as a screen shows it.
    pub shown_number: String,
}

/// Reads the words of some grants.
pub async fn words(
    c: &impl ConnectionTrait,
    book_id: i64,
    grants: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, GrantWords>> {
    let ids: Vec<i64> = grants.into_iter().collect();
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let query = format!(
            "SELECT g.id, g.reference, g.name, r.id_type, r.number FROM grants g
             JOIN recipients r ON r.book_id = g.book_id AND r.id = g.recipient
             WHERE g.book_id = ? AND g.id IN ({})",
            sql::places(some.len())
        );
        let values = std::iter::once(Value::from(book_id)).chain(some.iter().map(|id| Value::from(*id)));
        let rows: Vec<WordsRow> = sql::all(c, &query, values.collect()).await?;
        found.extend(rows.into_iter().map(|row| (row.id, shown(row))));
    }
    Ok(found)
}

fn shown(row: WordsRow) -> GrantWords {
    let id_type = IdType::parse(&row.id_type);
    let masked = id_type.and_then(|id_type| Identity::parse(id_type, &row.number)).map(|one| one.masked());
    let shown_number = masked.unwrap_or_default();
    GrantWords { reference: row.reference, name: row.name, uscc: row.number, shown_number }
}
