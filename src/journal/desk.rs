//! What a decision works at: the open transaction, the locked head, who asks, and the events that it writes.

use sea_orm::EntityTrait as _;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::event::{Actor, Recorded, Request, with_request};
use super::events::{ActorSeen, KIND_ACTOR_SEEN};
use super::head::Head;
use super::registry::Registry;
use super::tx::Tx;
use crate::config::Surroundings;
use crate::db::entity::{actors, files, private};
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Result};

/// Events held in memory before they are written: a large import flushes at this many.
const FLUSH_AT: usize = 20_000;

/// The place where one command is decided.
#[derive(Debug)]
pub struct Desk {
    /// The open transaction.
    pub tx: Tx,
    head: Head,
    actor: Actor,
    now: Instant,
    request_key: String,
    content: String,
    answer: Option<serde_json::Value>,
    registry: Registry,
    surroundings: Surroundings,
    waiting: Vec<Recorded>,
    sealed: Vec<private::Model>,
    first_written: bool,
    emitted: i64,
}

/// What is known of a command before it is decided.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) actor: Actor,
    pub(super) request_key: String,
    pub(super) content: String,
}

impl Desk {
    pub(super) fn new(tx: Tx, head: Head, asked: &Asked, registry: Registry, surroundings: Surroundings) -> Self {
        let now = surroundings.clock.now().max(head.recorded_at);
        Self {
            tx,
            actor: asked.actor.clone(),
            request_key: asked.request_key.clone(),
            content: asked.content.clone(),
            now,
            head,
            answer: None,
            registry,
            surroundings,
            waiting: Vec::new(),
            sealed: Vec::new(),
            first_written: false,
            emitted: 0,
        }
    }

    /// The book's number in this database.
    pub const fn book_id(&self) -> i64 {
        self.tx.book_id()
    }

    /// Who asks.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The instant of this command: never before the book's last event.
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// The Shanghai day of this command.
    pub fn today(&self) -> Day {
        self.now.day()
    }

    /// The position that the next event will have: the id of a record that it makes.
    pub const fn next_position(&self) -> i64 {
        self.head.position + self.emitted + 1
    }

    /// Writes an event down; returns its position.
    ///
    /// # Errors
    /// If the payload is no JSON object.
    pub fn emit(&mut self, kind: &str, version: i64, payload: &impl Serialize) -> Result<i64> {
        let position = self.next_position();
        let payload = serde_json::to_vec(payload).map_err(Error::internal)?;
        if payload.first() != Some(&b'{') {
            return Err(Error::internal(format!("the payload of {kind} is no object")));
        }
        self.waiting.push(Recorded {
            position,
            recorded_at: self.now,
            actor_uid: self.actor.uid.clone(),
            kind: kind.to_owned(),
            version,
            request_key: self.request_key.clone(),
            payload,
            leaf: Hash([0; 32]),
        });
        self.emitted += 1;
        Ok(position)
    }

    /// Seals a value that may have to be erased one day: it is kept beside the book, the digest returned here goes
    /// into the payload of the next event.
    pub fn seal(&mut self, slot: &str, value: &str) -> String {
        let mut salt = vec![0; 16];
        self.surroundings.chance.fill(&mut salt);
        let digest = Sha256::new().chain_update(&salt).chain_update(value).finalize();
        self.sealed.push(private::Model {
            book_id: self.book_id(),
            position: self.next_position(),
            slot: slot.to_owned(),
            salt,
            value: value.as_bytes().to_vec(),
        });
        hex::encode(digest)
    }

    /// Keeps the bytes of a file under their SHA-256, which is returned in lower-case hex.
    pub async fn keep_file(&mut self, bytes: &[u8]) -> Result<String> {
        let sha256 = hex::encode(Sha256::digest(bytes));
        let found = files::Entity::find_by_id((self.book_id(), sha256.clone()))
            .one(self.tx.connection())
            .await
            .map_err(crate::db::constraint::refused_or_internal)?;
        if found.is_none() {
            let row = files::Model { book_id: self.book_id(), sha256: sha256.clone(), bytes: bytes.to_vec() };
            self.tx.insert(&[row]).await?;
        }
        Ok(sha256)
    }

    /// Fixes the answer before the decision ends: needed by a command with more events than fit in memory.
    pub fn answer_is(&mut self, answer: &impl Serialize) -> Result<()> {
        self.answer = Some(serde_json::to_value(answer).map_err(Error::internal)?);
        Ok(())
    }

    /// Writes what waits if it is much; a decision with many events calls this between them.
    pub async fn breathe(&mut self) -> Result<()> {
        if self.waiting.len() >= FLUSH_AT { self.flush().await } else { Ok(()) }
    }

    /// Appends and applies what waits. Afterwards reads see its effect.
    pub async fn flush(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let mut events = std::mem::take(&mut self.waiting);
        if !self.first_written {
            let answer =
                self.answer.clone().ok_or_else(|| Error::internal("events flushed before the answer was fixed"))?;
            let request = Request { content: self.content.clone(), answer };
            if let Some(first) = events.first_mut() {
                first.payload = with_request(&first.payload, &request)?;
            }
            self.first_written = true;
        }
        for event in &mut events {
            event.leaf = event.expected_leaf(&self.head.book_uid);
        }
        self.emitted -= i64::try_from(events.len()).map_err(Error::internal)?;
        self.head.append(&mut self.tx, self.registry, &events).await?;
        let sealed = std::mem::take(&mut self.sealed);
        self.tx.insert(&sealed).await
    }

    /// Ends the command: the answer goes into the first event, everything is written, the head moves.
    pub(super) async fn close(mut self, answer: serde_json::Value) -> Result<(Tx, Head, serde_json::Value)> {
        if let Some(fixed) = &self.answer {
            if *fixed != answer {
                return Err(Error::internal("the answer differs from the one fixed before"));
            }
        } else {
            self.answer = Some(answer.clone());
        }
        self.flush().await?;
        self.head.save(&mut self.tx).await?;
        Ok((self.tx, self.head, answer))
    }

    /// The events name an actor by uid; who that is, is an event too and goes before.
    pub(super) async fn introduce_actor(&mut self) -> Result<()> {
        let known: Option<actors::Model> = self
            .tx
            .one(
                "SELECT * FROM actors WHERE book_id = ? AND actor_uid = ? ORDER BY position DESC LIMIT 1",
                vec![self.book_id().into(), self.actor.uid.clone().into()],
            )
            .await?;
        let same = known
            .is_some_and(|k| k.person == self.actor.person && k.login == self.actor.login && k.name == self.actor.name);
        if !same {
            let seen = ActorSeen(self.actor.clone());
            self.emit(KIND_ACTOR_SEEN, 1, &seen)?;
        }
        Ok(())
    }

    /// Introduces somebody else than the one who acts, for events that name them.
    pub async fn introduce(&mut self, other: &Actor) -> Result<()> {
        let acting = std::mem::replace(&mut self.actor, other.clone());
        let introduced = self.introduce_actor().await;
        self.actor = acting;
        if let Some(event) = self.waiting.last_mut() {
            // The introduction is written by the one who acts.
            if event.kind == KIND_ACTOR_SEEN {
                event.actor_uid.clone_from(&self.actor.uid);
            }
        }
        introduced
    }
}
