//! The one door: open → decide → append → apply → commit.
//!
//! Commands that wait are taken as a group into one transaction, decided one after another, each in a savepoint,
//! and answered after the commit. Idempotency lives here: a request key seen before returns the first answer.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use futures::future::BoxFuture;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use tokio::sync::{mpsc, oneshot};

use super::desk::{Asked, Desk};
use super::event::Actor;
use super::head::Head;
use super::past::Past;
use super::registry::Registry;
use super::tx::Tx;
use crate::config::Surroundings;
use crate::db::constraint::refused_or_internal;
use crate::db::entity::requests;
use crate::db::{Database, Engine};
use crate::kernel::{Error, Refusal, Result};

/// Commands taken into one transaction at most.
const GROUP: usize = 128;
/// Events of one transaction after which tables may have grown so much that old plans are bad ones.
const MANY_EVENTS: i64 = 1_000;
/// Commands that may wait; more are told that the book is busy.
const QUEUE: usize = 4_096;

/// What a person asks of a book.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The book.
    pub book_id: i64,
    /// Who asks.
    pub actor: Actor,
    /// Made where the form was rendered: the same key is the same request.
    pub request_key: String,
    /// The verb, part of the content that a repeated key must agree with.
    pub verb: &'static str,
}

type Decision = Arc<dyn for<'d> Fn(&'d mut Desk) -> BoxFuture<'d, Result<serde_json::Value>> + Send + Sync + 'static>;

struct Command {
    book_id: i64,
    asked: Asked,
    decide: Decision,
    reply: oneshot::Sender<Result<serde_json::Value>>,
}

/// The way into the books. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Door {
    /// The databases behind the door, for reading.
    pub db: Database,
    /// Which feature applies what.
    pub registry: Registry,
    /// Time and chance.
    pub surroundings: Surroundings,
    queue: mpsc::Sender<Command>,
    read_only: Arc<RwLock<BTreeMap<i64, &'static str>>>,
    past: Arc<Past>,
}

impl Door {
    /// Opens the door to a database: starts its one writer. Needs a tokio runtime.
    pub fn open(db: Database, registry: Registry, surroundings: Surroundings) -> Self {
        let (queue, commands) = mpsc::channel(QUEUE);
        let writer = Writer { db: db.clone(), registry, surroundings: surroundings.clone() };
        tokio::spawn(writer.serve(commands));
        Self { db, registry, surroundings, queue, read_only: Arc::default(), past: Arc::default() }
    }

    /// The door as it was when a book had reached a position: what is read through it is the book of that time, replayed,
    /// and it takes no commands. As it is now, if no position is named, or the last one.
    ///
    /// # Errors
    /// `Error::Preparing` while a long book is still being replayed.
    pub async fn at(&self, book_id: i64, at: Option<i64>) -> Result<Self> {
        let Some(at) = at else { return Ok(self.clone()) };
        if at >= Head::read(&self.db.read, book_id).await?.position {
            return Ok(self.clone());
        }
        let db = self.past.of(&self.db, self.registry, book_id, at).await?;
        let then = Self { db, read_only: Arc::default(), ..self.clone() };
        then.close_for_writing(book_id, "past");
        Ok(then)
    }

    /// Takes no more commands for a book; the code says why.
    pub fn close_for_writing(&self, book_id: i64, why: &'static str) {
        if let Ok(mut closed) = self.read_only.write() {
            closed.insert(book_id, why);
        }
    }

    /// Takes commands for a book again.
    pub fn reopen_for_writing(&self, book_id: i64) {
        if let Ok(mut closed) = self.read_only.write() {
            closed.remove(&book_id);
        }
    }

    /// Why a book takes no commands, if it takes none.
    pub fn closed_for_writing(&self, book_id: i64) -> Option<&'static str> {
        self.read_only.read().ok().and_then(|closed| closed.get(&book_id).copied())
    }

    /// Brings a command through the door. `content` is what was asked, for the request key; `decide` loads what it
    /// needs from the desk, applies the rules, emits events and returns the answer. It may run twice.
    ///
    /// # Errors
    /// What `decide` refuses; `KeyConflict` if the key was used for other content; `ReadOnly`, `Busy`.
    pub async fn command<A, C, F>(&self, ask: Ask, content: &C, decide: F) -> Result<A>
    where
        A: Serialize + DeserializeOwned,
        C: Serialize + Sync + ?Sized,
        F: for<'d> Fn(&'d mut Desk) -> BoxFuture<'d, Result<A>> + Send + Sync + 'static,
        A: Send + 'static,
    {
        if let Some(why) = self.closed_for_writing(ask.book_id) {
            return Err(Error::ReadOnly(why));
        }
        check_key(&ask.request_key)?;
        let asked = Asked {
            content: content_hash(ask.verb, &ask.actor.uid, content)?,
            actor: ask.actor,
            request_key: ask.request_key,
        };
        let decide = Arc::new(decide);
        let decide: Decision = Arc::new(move |desk| {
            let decide = Arc::clone(&decide);
            Box::pin(async move {
                let answer = decide(desk).await?;
                serde_json::to_value(answer).map_err(Error::internal)
            })
        });
        let (reply, answer) = oneshot::channel();
        let command = Command { book_id: ask.book_id, asked, decide, reply };
        self.queue.send(command).await.map_err(|_| Error::Busy("closing".into()))?;
        // The writer goes on even if this future is dropped: "timed out" never means "not done".
        let answer = answer.await.map_err(|_| Error::Busy("closing".into()))??;
        serde_json::from_value(answer).map_err(Error::internal)
    }
}

/// A request key is one header line of the leaf.
fn check_key(key: &str) -> Result<()> {
    let fits = (8..=128).contains(&key.len())
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'));
    if fits { Ok(()) } else { Err(Refusal::new("request_key").at("request_key").into()) }
}

fn content_hash<C: Serialize + ?Sized>(verb: &str, actor: &str, content: &C) -> Result<String> {
    let bytes = serde_json::to_vec(content).map_err(Error::internal)?;
    let hash = Sha256::new()
        .chain_update(verb.as_bytes())
        .chain_update([0])
        .chain_update(actor.as_bytes())
        .chain_update([0])
        .chain_update(bytes)
        .finalize();
    Ok(hex::encode(hash))
}

struct Writer {
    db: Database,
    registry: Registry,
    surroundings: Surroundings,
}

impl Writer {
    async fn serve(self, mut commands: mpsc::Receiver<Command>) {
        while let Some(first) = commands.recv().await {
            let mut group = vec![first];
            let book_id = group.first().map_or(0, |c| c.book_id);
            let mut next = None;
            while group.len() < GROUP {
                match commands.try_recv() {
                    Ok(command) if command.book_id == book_id => group.push(command),
                    Ok(other) => {
                        next = Some(other);
                        break;
                    }
                    Err(_) => break,
                }
            }
            self.take(book_id, group).await;
            if let Some(other) = next {
                let book_id = other.book_id;
                self.take(book_id, vec![other]).await;
            }
        }
    }

    /// Runs a group; if something other than a rule stops it, its commands are run singly.
    async fn take(&self, book_id: i64, group: Vec<Command>) {
        let together = self.together(book_id, &group).await;
        match together {
            Ok(answers) => {
                for (command, answer) in group.into_iter().zip(answers) {
                    // Nobody waits any more if the request was dropped; the work is done all the same.
                    let _ = command.reply.send(answer);
                }
            }
            Err(error) if group.len() == 1 => {
                for command in group {
                    let _ = command.reply.send(Err(error.clone()));
                }
            }
            Err(_) => {
                for command in group {
                    let answer = self.together(book_id, std::slice::from_ref(&command)).await;
                    let answer = answer
                        .and_then(|mut answers| answers.pop().unwrap_or_else(|| Err(Error::internal("no answer"))));
                    let _ = command.reply.send(answer);
                }
            }
        }
    }

    async fn together(&self, book_id: i64, group: &[Command]) -> Result<Vec<Result<serde_json::Value>>> {
        let open = Open::begin(&self.db).await?;
        let decided = self.decide_all(book_id, group).await;
        match decided {
            Ok((answers, events)) => match open.commit().await {
                Ok(()) => {
                    if events >= MANY_EVENTS {
                        self.db.fresh_statistics().await;
                    }
                    Ok(answers)
                }
                // Unknown at COMMIT: what the book says now is the answer.
                Err(error) => self.look_up(book_id, group, &answers, error).await,
            },
            Err(error) => {
                open.rollback().await;
                Err(error)
            }
        }
    }

    /// The answers, and how many events they came to.
    async fn decide_all(&self, book_id: i64, group: &[Command]) -> Result<(Vec<Result<serde_json::Value>>, i64)> {
        let connection = &self.db.write;
        let mut tx = Tx::new(connection.clone(), book_id);
        let mut head = Head::lock(&tx).await?;
        let before = head.position;
        let mut answers = Vec::with_capacity(group.len());
        let alone = group.len() == 1;
        for command in group {
            if !alone {
                plain(connection, "SAVEPOINT command").await?;
            }
            let (decided, next_tx, next_head) = self.decide_one(tx, head.clone(), command).await;
            tx = next_tx;
            match decided {
                Ok(answer) => {
                    head = next_head;
                    answers.push(Ok(answer));
                }
                // A fault is not this command's alone to bear: the group is rolled back and run singly.
                Err(error @ Error::Internal(_)) => return Err(error),
                // Alone there is nothing to keep: the whole transaction is rolled back.
                Err(error) if alone => return Err(error),
                Err(error) => {
                    plain(connection, "ROLLBACK TO SAVEPOINT command").await?;
                    answers.push(Err(error));
                }
            }
            if !alone {
                plain(connection, "RELEASE SAVEPOINT command").await?;
            }
        }
        Ok((answers, head.position - before))
    }

    async fn decide_one(&self, tx: Tx, head: Head, command: &Command) -> (Result<serde_json::Value>, Tx, Head) {
        let (book_id, connection) = (tx.book_id(), tx.connection().clone());
        let again = || Tx::new(connection.clone(), book_id);
        match seen_before(&tx, &command.asked).await {
            Ok(Some(answer)) => return (Ok(answer), tx, head),
            Ok(None) => {}
            Err(error) => return (Err(error), tx, head),
        }
        let mut desk = Desk::new(tx, head.clone(), &command.asked, self.registry, self.surroundings.clone());
        let decided = async {
            desk.introduce_actor().await?;
            (command.decide)(&mut desk).await
        }
        .await;
        match decided {
            Ok(answer) => match desk.close(answer).await {
                Ok((tx, head, answer)) => (Ok(answer), tx, head),
                Err(error) => (Err(error), again(), head),
            },
            Err(error) => (Err(error), again(), head),
        }
    }

    async fn look_up(
        &self,
        book_id: i64,
        group: &[Command],
        answers: &[Result<serde_json::Value>],
        error: Error,
    ) -> Result<Vec<Result<serde_json::Value>>> {
        let open = Open::begin(&self.db).await?;
        let tx = Tx::new(self.db.write.clone(), book_id);
        let found: Result<Option<Vec<_>>> = async {
            Head::lock(&tx).await?;
            let mut found = Vec::with_capacity(group.len());
            for (command, answer) in group.iter().zip(answers) {
                found.push(match (seen_before(&tx, &command.asked).await?, answer) {
                    (Some(kept), _) => Ok(kept),
                    (None, Err(refused)) => Err(refused.clone()),
                    (None, Ok(_)) => return Ok(None),
                });
            }
            Ok(Some(found))
        }
        .await;
        open.rollback().await;
        found?.ok_or(error)
    }
}

async fn plain(connection: &impl ConnectionTrait, statement: &str) -> Result<()> {
    connection.execute_unprepared(statement).await.map(|_| ()).map_err(refused_or_internal)
}

/// The answer to a request key that was used before.
async fn seen_before(tx: &Tx, asked: &Asked) -> Result<Option<serde_json::Value>> {
    let row: Option<requests::Model> = tx
        .one(
            "SELECT * FROM requests WHERE book_id = ? AND request_key = ?",
            vec![tx.book_id().into(), asked.request_key.clone().into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    if row.content != asked.content {
        return Err(Error::KeyConflict);
    }
    serde_json::from_str(&row.answer).map(Some).map_err(Error::internal)
}

/// The open writing transaction on the one writing connection.
pub(super) struct Open<'a> {
    db: &'a Database,
    /// Held until the transaction ends: whoever creates or loads a book waits for the door's writer, and it for them. Whether
    /// the connection is in a transaction, as far as anybody knows.
    turn: tokio::sync::OwnedMutexGuard<bool>,
}

impl<'a> Open<'a> {
    /// Begins; on SQLite immediately, so that the lock is taken before anything is read.
    pub(super) async fn begin(db: &'a Database) -> Result<Self> {
        let mut turn = std::sync::Arc::clone(&db.turn).lock_owned().await;
        match db.engine {
            Engine::Sqlite => {
                if let Err(first) = plain(&db.write, "BEGIN IMMEDIATE").await {
                    if first.to_string().contains("within a transaction") {
                        // Left open by a panic: what it did was never acknowledged.
                        plain(&db.write, "ROLLBACK").await?;
                        plain(&db.write, "BEGIN IMMEDIATE").await?;
                    } else if first.to_string().contains("locked") {
                        return Err(Error::Busy("writing".into()));
                    } else {
                        return Err(first);
                    }
                }
            }
            Engine::Postgres => {
                // A panic or a commit that failed may have left one open: what it did was never acknowledged.
                if *turn {
                    plain(&db.write, "ROLLBACK").await?;
                }
                *turn = true;
                plain(&db.write, "BEGIN ISOLATION LEVEL READ COMMITTED").await?;
                plain(&db.write, "SET LOCAL relief_ledger.open = 'yes'").await?;
            }
        }
        Ok(Self { db, turn })
    }

    /// Commits. On PostgreSQL only after seeing that this is still the connection that began: a pool may have
    /// replaced a broken one, whose work is then gone.
    pub(super) async fn commit(mut self) -> Result<()> {
        if self.db.engine == Engine::Postgres {
            let row = self
                .db
                .write
                .query_one_raw(crate::db::sql::statement(
                    self.db.write.get_database_backend(),
                    "SELECT coalesce(current_setting('relief_ledger.open', true), '') AS open",
                    vec![],
                ))
                .await
                .map_err(refused_or_internal)?;
            let open: String =
                row.ok_or_else(|| Error::internal("no setting"))?.try_get("", "open").map_err(refused_or_internal)?;
            if open != "yes" {
                return Err(Error::internal("the connection was replaced during the transaction"));
            }
        }
        plain(&self.db.write, "COMMIT").await?;
        *self.turn = false;
        Ok(())
    }

    /// Undoes everything; if even that fails, the next beginning does it.
    pub(super) async fn rollback(mut self) {
        match plain(&self.db.write, "ROLLBACK").await {
            Ok(()) => *self.turn = false,
            Err(error) => tracing::warn!(%error, "rollback failed"),
        }
    }
}
