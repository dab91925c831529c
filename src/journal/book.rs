//! A book's beginning.

use serde::Serialize;

use super::door::Open;
use super::event::{Actor, Recorded, Request, with_request};
use super::events::{ActorSeen, BookCreated, KIND_ACTOR_SEEN, KIND_BOOK_CREATED};
use super::head::{Head, before_all};
use super::registry::Registry;
use super::tx::Tx;
use crate::config::Surroundings;
use crate::db::{Database, Engine, sql};
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Refusal, Result};

/// What a new book is called.
#[derive(Debug, Clone)]
pub struct NewBook {
    /// Code by which people call it: lower-case letters, digits and hyphens.
    pub code: String,
    /// Name on paper.
    pub name: String,
    /// Administrative division, six digits of GB/T 2260.
    pub division: String,
}

impl NewBook {
    fn check(&self) -> Result<()> {
        let code_fits = (1..=40).contains(&self.code.len())
            && self.code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !code_fits {
            return Err(Refusal::new("book_code").at("code").into());
        }
        if self.division.len() != 6 || !self.division.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Refusal::new("division").at("division").into());
        }
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 100 {
            return Err(Refusal::new("name_length").at("name").into());
        }
        Ok(())
    }
}

/// Creates an empty book; `public_key` makes the verifier key for its origin, or an empty text where none is kept.
pub async fn create(
    db: &Database,
    registry: Registry,
    surroundings: &Surroundings,
    new: &NewBook,
    public_key: impl FnOnce(&str) -> Result<String>,
) -> Result<Head> {
    new.check()?;
    let book_uid = surroundings.chance.token();
    let origin = format!("relief-ledger/{}/{}/{book_uid}", new.division, new.code);
    let created = BookCreated {
        code: new.code.clone(),
        book_uid: book_uid.clone(),
        name: new.name.trim().to_owned(),
        division: new.division.clone(),
        public_key: public_key(&origin)?,
        origin,
    };
    let open = Open::begin(db).await?;
    let made = begin_book(db, registry, surroundings, &created).await;
    match made {
        Ok(head) => {
            open.commit().await?;
            Ok(head)
        }
        Err(error) => {
            open.rollback().await;
            Err(error)
        }
    }
}

async fn begin_book(
    db: &Database,
    registry: Registry,
    surroundings: &Surroundings,
    created: &BookCreated,
) -> Result<Head> {
    let (mut tx, mut head) = empty_head(db, &created.code, &created.book_uid).await?;
    let request_key = format!("book-{}", created.book_uid);
    let request = Request { content: String::new(), answer: serde_json::json!({ "book": created.code }) };
    let recorded_at = surroundings.clock.now();
    let event = |position: i64, kind: &str, payload: Vec<u8>| {
        let mut event = Recorded {
            position,
            recorded_at,
            actor_uid: Actor::operator().uid,
            kind: kind.to_owned(),
            version: 1,
            request_key: request_key.clone(),
            payload,
            leaf: Hash([0; 32]),
        };
        event.leaf = event.expected_leaf(&created.book_uid);
        event
    };
    let first = with_request(&json(created)?, &request)?;
    let events = [event(1, KIND_BOOK_CREATED, first), event(2, KIND_ACTOR_SEEN, json(&ActorSeen(Actor::operator()))?)];
    head.append(&mut tx, registry, &events).await?;
    head.save(&mut tx).await?;
    Head::read(tx.connection(), head.book_id).await
}

fn json(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(Error::internal)
}

/// A new book number with an empty head, in the open transaction. Refuses a code that is taken.
pub(super) async fn empty_head(db: &Database, code: &str, book_uid: &str) -> Result<(Tx, Head)> {
    if db.engine == Engine::Postgres {
        // Numbers and codes are given out one book at a time.
        sql::run(&db.write, "LOCK TABLE books IN SHARE ROW EXCLUSIVE MODE", vec![]).await?;
    }
    let all = Head::all(&db.write).await?;
    if all.iter().any(|b| b.code == code) {
        return Err(Refusal::new("book_code_used").at("code").with("code", code).into());
    }
    let book_id = all.iter().map(|b| b.book_id).max().unwrap_or(0) + 1;
    let mut tx = Tx::new(db.write.clone(), book_id);
    tx.insert(vec![before_all(book_id, code, book_uid)]).await?;
    let head = Head::read(tx.connection(), book_id).await?;
    Ok((tx, head))
}
