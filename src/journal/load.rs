//! `events.jsonl`: every event with its sealed values, and a book rebuilt from it in either engine with the same root.

use std::io::BufRead;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::book::empty_head;
use super::door::Open;
use super::event::Recorded;
use super::events::{BookCreated, KIND_BOOK_CREATED};
use super::files;
use super::head::Head;
use super::registry::Registry;
use super::tx::Tx;
use crate::db::Database;
use crate::db::entity::private;
use crate::kernel::instant::Instant;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Refusal, Result};

/// Events applied at once.
const CHUNK: usize = 5_000;

/// A line of `events.jsonl`: the header fields as strings, the payload as a JSON string of its bytes, the leaf,
/// and the sealed values that are still kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// 128 random bits of the book.
    pub book_uid: String,
    /// Position.
    pub position: String,
    /// Unix milliseconds.
    pub recorded_at_ms: String,
    /// Who.
    pub actor_uid: String,
    /// What.
    pub kind: String,
    /// Version of the kind.
    pub version: String,
    /// Request.
    pub request_key: String,
    /// JSON text, byte for byte as hashed.
    pub payload: String,
    /// Leaf hash in hex.
    pub leaf_hash: String,
    /// Sealed values by slot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub private: Vec<Sealed>,
}

/// A sealed value: SHA-256(salt ‖ value) stands in the payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Which value of the event.
    pub slot: String,
    /// Base64.
    pub salt: String,
    /// Base64.
    pub value: String,
}

impl Line {
    /// The line of an event; an event's payload is UTF-8 JSON.
    pub fn of(book_uid: &str, event: &Recorded, sealed: Vec<Sealed>) -> Result<Self> {
        Ok(Self {
            book_uid: book_uid.to_owned(),
            position: event.position.to_string(),
            recorded_at_ms: event.recorded_at.get().to_string(),
            actor_uid: event.actor_uid.clone(),
            kind: event.kind.clone(),
            version: event.version.to_string(),
            request_key: event.request_key.clone(),
            payload: String::from_utf8(event.payload.clone()).map_err(Error::internal)?,
            leaf_hash: event.leaf.to_string(),
            private: sealed,
        })
    }

    fn event(&self, line: usize) -> Result<Recorded> {
        let faulty = || Refusal::new("events_line").with("line", line);
        let number = |text: &str| text.parse::<i64>().map_err(|_| faulty());
        Ok(Recorded {
            position: number(&self.position)?,
            recorded_at: Instant::new(number(&self.recorded_at_ms)?),
            actor_uid: self.actor_uid.clone(),
            kind: self.kind.clone(),
            version: number(&self.version)?,
            request_key: self.request_key.clone(),
            payload: self.payload.clone().into_bytes(),
            leaf: self.leaf_hash.parse::<Hash>().map_err(|_| faulty())?,
        })
    }

    fn sealed(&self, book_id: i64, position: i64, line: usize) -> Result<Vec<private::Model>> {
        let faulty = || Refusal::new("events_line").with("line", line);
        self.private
            .iter()
            .map(|s| {
                Ok(private::Model {
                    book_id,
                    position,
                    slot: s.slot.clone(),
                    salt: STANDARD.decode(&s.salt).map_err(|_| faulty())?,
                    value: STANDARD.decode(&s.value).map_err(|_| faulty())?,
                })
            })
            .collect()
    }
}

/// Rebuilds the book whose `events.jsonl` is read from `lines`, all or nothing. Returns its head; the root is that
/// of the events, which is recomputed, not believed. Of the files those are kept that the book names.
pub async fn load(
    db: &Database,
    registry: Registry,
    lines: impl BufRead,
    files: Vec<Vec<u8>>,
    mut progress: impl FnMut(i64),
) -> Result<Head> {
    let open = Open::begin(db).await?;
    match load_all(db, registry, lines, files, &mut progress).await {
        Ok(head) => {
            open.commit().await?;
            db.fresh_statistics().await;
            Ok(head)
        }
        Err(error) => {
            open.rollback().await;
            Err(error)
        }
    }
}

async fn load_all(
    db: &Database,
    registry: Registry,
    lines: impl BufRead,
    files: Vec<Vec<u8>>,
    progress: &mut impl FnMut(i64),
) -> Result<Head> {
    let mut begun: Option<(Tx, Head)> = None;
    let mut waiting: Vec<Recorded> = Vec::new();
    let mut sealed: Vec<private::Model> = Vec::new();
    for (index, text) in lines.lines().enumerate() {
        let number = index + 1;
        let faulty = || Refusal::new("events_line").with("line", number);
        let text = text.map_err(|_| faulty())?;
        if text.is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&text).map_err(|_| faulty())?;
        let event = line.event(number)?;
        if begun.is_none() {
            begun = Some(begin(db, &event, number).await?);
        }
        let Some((tx, head)) = &mut begun else { continue };
        check(head, &waiting, &event, registry, number)?;
        sealed.extend(line.sealed(tx.book_id(), event.position, number)?);
        waiting.push(event);
        if waiting.len() >= CHUNK {
            head.append(tx, registry, &std::mem::take(&mut waiting)).await?;
            tx.insert(std::mem::take(&mut sealed)).await?;
            progress(head.position);
        }
    }
    let Some((mut tx, mut head)) = begun else {
        return Err(Refusal::new("events_empty").into());
    };
    head.append(&mut tx, registry, &waiting).await?;
    tx.insert(sealed).await?;
    keep_files(&mut tx, files).await?;
    head.save(&mut tx).await?;
    Head::read(tx.connection(), head.book_id).await
}

async fn begin(db: &Database, first: &Recorded, line: usize) -> Result<(Tx, Head)> {
    if first.kind != KIND_BOOK_CREATED || first.position != 1 {
        return Err(Refusal::new("events_beginning").with("line", line).into());
    }
    let created: BookCreated = first.payload()?;
    empty_head(db, &created.code, &created.book_uid).await
}

fn check(head: &Head, waiting: &[Recorded], event: &Recorded, registry: Registry, line: usize) -> Result<()> {
    let last = waiting.last().map_or(head.position, |e| e.position);
    if event.position != last + 1 {
        return Err(Refusal::new("events_gap").with("line", line).with("position", event.position).into());
    }
    if event.expected_leaf(&head.book_uid) != event.leaf {
        return Err(Refusal::new("events_leaf").with("line", line).with("position", event.position).into());
    }
    if !registry.knows(&event.kind, event.version) {
        return Err(Refusal::new("events_kind")
            .with("line", line)
            .with("kind", format!("{}/{}", event.kind, event.version))
            .into());
    }
    Ok(())
}

/// Keeps those files that the book names; others lay beside its events by chance.
async fn keep_files(tx: &mut Tx, beside: Vec<Vec<u8>>) -> Result<()> {
    let named = files::named(tx.connection(), tx.book_id()).await?;
    for bytes in beside.iter().filter(|bytes| named.contains(&files::name_of(bytes))) {
        files::keep(tx, bytes).await?;
    }
    Ok(())
}
