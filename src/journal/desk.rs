//! What a decision works at: the open transaction, the locked head, who asks, and the events that it writes.

use sea_orm::ConnectionTrait;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::event::{Actor, Recorded, Request, with_request};
use super::events::{ActorSeen, KIND_ACTOR_SEEN};
use super::files;
use super::head::Head;
use super::registry::Registry;
use super::tx::Tx;
use crate::config::Surroundings;
use crate::db::entity::{actors, private};
use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::tree::{Edge, Hash};
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
    /// From which position on leaves are digested, and what came of them so far.
    digested: Option<(i64, Edge)>,
}

/// Where a command would begin to write: the book's head, and the position of the command's own first event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// Position of the book's last event.
    pub head: i64,
    /// Position of the first event behind the actor's introduction.
    pub position: i64,
}

/// Where a command of this actor would begin to write if it came now.
pub async fn opening(c: &impl ConnectionTrait, book_id: i64, actor: &Actor) -> Result<Opening> {
    let head = Head::read(c, book_id).await?.position;
    let introduced = is_introduced(c, book_id, actor).await?;
    Ok(Opening { head, position: head + 1 + i64::from(!introduced) })
}

/// Whether the book knows an actor as the office does.
async fn is_introduced(c: &impl ConnectionTrait, book_id: i64, actor: &Actor) -> Result<bool> {
    let known: Option<actors::Model> = sql::one(
        c,
        "SELECT * FROM actors WHERE book_id = ? AND actor_uid = ? ORDER BY position DESC LIMIT 1",
        vec![book_id.into(), actor.uid.clone().into()],
    )
    .await?;
    Ok(known.is_some_and(|k| k.person == actor.person && k.login == actor.login && k.name == actor.name))
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
            digested: None,
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

    /// Where this command began to write; as long as nothing but the actor's introduction was written.
    pub const fn opening(&self) -> Opening {
        Opening { head: self.head.position, position: self.next_position() }
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
        self.emit_ready(kind, version, payload);
        Ok(position)
    }

    /// Writes an event down whose payload is the bytes of a JSON object.
    pub fn emit_ready(&mut self, kind: &str, version: i64, payload: Vec<u8>) {
        self.waiting.push(Recorded {
            position: self.next_position(),
            recorded_at: self.now,
            actor_uid: self.actor.uid.clone(),
            kind: kind.to_owned(),
            version,
            request_key: self.request_key.clone(),
            payload,
            leaf: Hash([0; 32]),
        });
        self.emitted += 1;
    }

    /// Digests the events from the next one on; returns its position.
    pub fn digest_from_here(&mut self) -> i64 {
        let from = self.next_position();
        self.digested = Some((from, Edge::new()));
        from
    }

    /// Writes what waits, and tells the digest of the events since [`Desk::digest_from_here`].
    pub async fn digest(&mut self) -> Result<Hash> {
        self.flush().await?;
        let (_, edge) = self.digested.take().ok_or_else(|| Error::internal("no digest was begun"))?;
        Ok(edge.root())
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
        files::keep(&mut self.tx, bytes).await
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
            if let Some((from, edge)) = &mut self.digested
                && event.position >= *from
            {
                edge.push(event.leaf);
            }
        }
        self.emitted -= i64::try_from(events.len()).map_err(Error::internal)?;
        self.head.append(&mut self.tx, self.registry, &events).await?;
        let sealed = std::mem::take(&mut self.sealed);
        self.tx.insert(sealed).await
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
        if !is_introduced(self.tx.connection(), self.book_id(), &self.actor).await? {
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
