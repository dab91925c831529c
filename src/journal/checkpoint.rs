//! Signed heads, kept outside the database before they are handed out, and what they say at start-up.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sea_orm::ConnectionTrait;

use super::events::{BookCreated, KIND_BOOK_CREATED, KIND_KEY_ROTATED, KeyRotated};
use super::head::{Head, index};
use super::log::{Filter, entries, event, events_of_kinds};
use super::proof::root_at;
use crate::kernel::clock::Chance;
use crate::kernel::instant::Instant;
use crate::kernel::note::{self, Checkpoint, SigningKey, VerifierKey};
use crate::kernel::{Error, Refusal, Result};

/// Keeps the signing keys and the checkpoints handed out, in two folders that are neither in the database nor in
/// a backup of it.
#[derive(Debug, Clone)]
pub struct Keeper {
    keys: PathBuf,
    checkpoints: PathBuf,
}

/// The newest checkpoint of a book that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastHandedOut {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The signed note.
    pub note: String,
    /// When it was kept.
    pub at: Instant,
}

impl Keeper {
    /// A keeper over these folders; they are made when first needed.
    pub const fn new(keys: PathBuf, checkpoints: PathBuf) -> Self {
        Self { keys, checkpoints }
    }

    fn key_file(&self, origin: &str) -> PathBuf {
        self.keys.join(format!("{}.key", file_name(origin)))
    }

    /// Makes the signing key of a new origin; returns its verifier key.
    pub fn make_key(&self, origin: &str, chance: &dyn Chance) -> Result<String> {
        let mut seed = [0; 32];
        chance.fill(&mut seed);
        let key = SigningKey::from_seed(seed, origin).map_err(Refusal::from)?;
        fs::create_dir_all(&self.keys).map_err(Error::internal)?;
        write_whole(&self.key_file(origin), key.to_private_text().as_bytes(), true)?;
        Ok(key.verifier().to_string())
    }

    /// Whether this machine can sign for a book.
    pub fn can_sign(&self, head: &Head) -> bool {
        self.key(head).is_ok()
    }

    /// Whether this machine can sign the book as it was at a position: a later key does not vouch for what an earlier one did.
    pub async fn signs_at(&self, c: &impl ConnectionTrait, head: &Head, at: i64) -> Result<bool> {
        Ok(self.can_sign(head) && key_at(c, head.book_id, at).await? == head.public_key)
    }

    /// Makes the key that an origin will have next, beside the one that it has; returns its verifier key.
    pub(super) fn make_next_key(&self, origin: &str, chance: &dyn Chance) -> Result<String> {
        let mut seed = [0; 32];
        chance.fill(&mut seed);
        let key = SigningKey::from_seed(seed, origin).map_err(Refusal::from)?;
        write_whole(&self.next_key_file(origin), key.to_private_text().as_bytes(), true)?;
        Ok(key.verifier().to_string())
    }

    fn next_key_file(&self, origin: &str) -> PathBuf {
        self.keys.join(format!("{}.next-key", file_name(origin)))
    }

    /// The key that the book names. Once the book names the next one, that takes the place of the one before, which is
    /// gone for ever: a power cut between event and file leaves both.
    fn key(&self, head: &Head) -> Result<SigningKey> {
        let (file, next) = (self.key_file(&head.origin), self.next_key_file(&head.origin));
        let read = |path: &Path| {
            let text = fs::read_to_string(path).ok()?;
            Some(SigningKey::from_private_text(text.trim()).map_err(Refusal::from))
        };
        let is_named = |key: &SigningKey| key.verifier().to_string() == head.public_key;
        if let Some(key) = read(&next).transpose()?.filter(is_named) {
            fs::rename(&next, &file).map_err(Error::internal)?;
            return Ok(key);
        }
        let missing = || Refusal::new("signing_key_missing").with("book", &head.code);
        let key = read(&file).ok_or_else(missing)??;
        if is_named(&key) { Ok(key) } else { Err(Refusal::new("signing_key_other").with("book", &head.code).into()) }
    }

    /// Signs the committed head, after proving that it extends the last checkpoint kept; the note is on disk before
    /// it is returned. `head` must have been read from committed data.
    pub async fn sign(&self, c: &impl ConnectionTrait, head: &Head) -> Result<String> {
        self.sign_at(c, head, head.position).await
    }

    /// Signs the book as it was when it had `at` events, up to the committed head: its root is that of the same tree.
    /// An older head is kept like a new one; what was handed out last stays the one with the most events.
    pub async fn sign_at(&self, c: &impl ConnectionTrait, head: &Head, at: i64) -> Result<String> {
        let key = self.key(head)?;
        let (size, root) = (u64::try_from(at).map_err(Error::internal)?, root_at(c, head, at).await?);
        if let Some(last) = self.last(c, head).await? {
            if last.checkpoint.size == size && last.checkpoint.root == root {
                // After a rotation the same head is signed anew.
                if note::open(last.note.as_bytes(), &[key.verifier().clone()]).is_ok() {
                    return Ok(last.note);
                }
            }
            if !extends(c, head, &last.checkpoint).await? {
                return Err(Refusal::new("checkpoint_inconsistent").with("book", &head.code).into());
            }
        }
        let checkpoint = Checkpoint::new(head.origin.clone(), size, root);
        let signed = note::sign(&checkpoint, &key).map_err(Refusal::from)?;
        let folder = self.folder(head);
        fs::create_dir_all(&folder).map_err(Error::internal)?;
        write_whole(&folder.join(format!("{at:019}.checkpoint")), signed.as_bytes(), false)?;
        Ok(signed)
    }

    fn folder(&self, head: &Head) -> PathBuf {
        self.checkpoints.join(file_name(&head.origin))
    }

    /// The newest checkpoint kept of a book.
    pub async fn last(&self, c: &impl ConnectionTrait, head: &Head) -> Result<Option<LastHandedOut>> {
        let Ok(entries) = fs::read_dir(self.folder(head)) else { return Ok(None) };
        let newest = entries
            .filter_map(|entry| entry.ok().map(|e| e.path()))
            .filter(|path| path.extension().is_some_and(|e| e == "checkpoint"))
            .max();
        let Some(path) = newest else { return Ok(None) };
        let note = fs::read_to_string(&path).map_err(Error::internal)?;
        let checkpoint = check(c, head.book_id, &note).await?;
        let at = fs::metadata(&path).and_then(|data| data.modified()).map_err(Error::internal)?;
        Ok(Some(LastHandedOut { checkpoint, note, at: moment(at) }))
    }

    /// Why a book must not be written to: it is shorter than, or inconsistent with, its last checkpoint.
    pub async fn objection(&self, c: &impl ConnectionTrait, head: &Head) -> Result<Option<&'static str>> {
        let Some(last) = self.last(c, head).await? else { return Ok(None) };
        if last.checkpoint.size > head.edge.size() {
            return Ok(Some("book_shorter_than_checkpoint"));
        }
        let holds = extends(c, head, &last.checkpoint).await?;
        Ok((!holds).then_some("book_inconsistent_with_checkpoint"))
    }
}

/// The verifier keys that a book had, the first one first.
pub async fn keys_of(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<VerifierKey>> {
    let mut keys = Vec::new();
    for event in events_of_kinds(c, book_id, &[KIND_BOOK_CREATED, KIND_KEY_ROTATED]).await? {
        let KeyRotated { public_key } = event.payload()?;
        if !public_key.is_empty() {
            keys.push(public_key.parse().map_err(Refusal::from)?);
        }
    }
    Ok(keys)
}

/// Reads a checkpoint and checks its signature with the verifier keys that the book had.
pub async fn check(c: &impl ConnectionTrait, book_id: i64, note: &str) -> Result<Checkpoint> {
    let keys = keys_of(c, book_id).await?;
    Ok(note::open(note.as_bytes(), &keys).map_err(Refusal::from)?)
}

/// The verifier key of a book when it had `at` events.
pub async fn key_at(c: &impl ConnectionTrait, book_id: i64, at: i64) -> Result<String> {
    let filter = Filter { kind: Some(KIND_KEY_ROTATED.to_owned()), at: Some(at), ..Filter::default() };
    match entries(c, book_id, &filter, 1).await?.first() {
        Some(rotated) => Ok(rotated.payload::<KeyRotated>()?.public_key),
        None => Ok(event(c, book_id, 1).await?.payload::<BookCreated>()?.public_key),
    }
}

/// Whether the book, as it stands, extends a checkpoint.
pub async fn extends(c: &impl ConnectionTrait, head: &Head, older: &Checkpoint) -> Result<bool> {
    if older.size > head.edge.size() {
        return Ok(false);
    }
    Ok(root_at(c, head, index(older.size)?).await? == older.root)
}

/// A moment of the machine's clock; one before 1970 counts as 1970.
fn moment(time: SystemTime) -> Instant {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Instant::new(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// An origin as a file name.
fn file_name(origin: &str) -> String {
    origin.replace('/', "_")
}

/// Writes a file whole and durable: aside, synced, then named, and its folder synced.
fn write_whole(path: &Path, bytes: &[u8], secret: bool) -> Result<()> {
    let aside = path.with_extension("part");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if secret {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(&aside).map_err(Error::internal)?;
    file.write_all(bytes).map_err(Error::internal)?;
    file.sync_all().map_err(Error::internal)?;
    fs::rename(&aside, path).map_err(Error::internal)?;
    if let Some(folder) = path.parent() {
        fs::File::open(folder).and_then(|f| f.sync_all()).map_err(Error::internal)?;
    }
    Ok(())
}
