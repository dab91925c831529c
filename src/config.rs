//! Settings; the system clock and the random source live here and nowhere else.

use std::path::PathBuf;
use std::sync::Arc;

use crate::kernel::clock::{Chance, Clock};
use crate::kernel::instant::Instant;

/// The clock of the machine.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the program asks the time")]
    fn now(&self) -> Instant {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Instant::new(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The random source of the machine.
#[derive(Debug, Clone, Copy)]
pub struct SystemChance;

impl Chance for SystemChance {
    #[expect(clippy::disallowed_methods, reason = "the one place where the program draws randomness")]
    fn fill(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            // Without randomness no key or token may be made: going on would hand out guessable ones.
            std::process::abort();
        }
    }
}

/// What surrounds the program: time and chance.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Draws randomness.
    pub chance: Arc<dyn Chance>,
}

impl Surroundings {
    /// Those of the machine.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), chance: Arc::new(SystemChance) }
    }
}

/// Settings of one installation.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the books are: `sqlite://FILE` or `postgres://…`.
    pub database: String,
    /// Folder of the signing keys, one file per book.
    pub keys: PathBuf,
    /// Folder outside the database in which signed checkpoints are kept.
    pub checkpoints: PathBuf,
}

impl Settings {
    /// Settings for a database, with keys and checkpoints beside it unless the environment says otherwise.
    pub fn new(database: &str, keys: Option<PathBuf>) -> Self {
        let folder = database
            .strip_prefix("sqlite:")
            .map(|rest| PathBuf::from(rest.trim_start_matches("//")))
            .and_then(|file| file.parent().map(std::path::Path::to_path_buf))
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or_else(|| PathBuf::from("data"));
        Self {
            database: database.to_owned(),
            keys: keys.unwrap_or_else(|| folder.join("keys")),
            checkpoints: folder.join("checkpoints"),
        }
    }
}
