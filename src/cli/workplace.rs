//! What a command works with: the open databases, the door, the keeper of keys, the settings.

use super::Settings;
use crate::app::REGISTRY;
use crate::config::{self, Surroundings};
use crate::db::Database;
use crate::journal::{self, Actor, Ask, Door, Head, Keeper};
use crate::kernel::{Error, Refusal, Result};
use crate::people;
use crate::web::Lang;

/// The open installation.
#[derive(Debug, Clone)]
pub struct Workplace {
    /// The one door.
    pub door: Door,
    /// Signing keys and checkpoints.
    pub keeper: Keeper,
    /// Language of messages.
    pub lang: Lang,
    request_key: Option<String>,
}

impl Workplace {
    /// Opens the databases and looks whether each book still extends its last checkpoint.
    pub async fn open(settings: &Settings) -> Result<Self> {
        let places = config::Settings::new(&settings.database, settings.keys.clone());
        let db = Database::open(&settings.database).await?;
        let door = Door::open(db, REGISTRY, Surroundings::system());
        let keeper = Keeper::new(places.keys.clone(), places.checkpoints.clone());
        let workplace = Self { door, keeper, lang: settings.lang.into(), request_key: settings.request_key.clone() };
        workplace.check_books().await?;
        Ok(workplace)
    }

    /// A book that is shorter than, or inconsistent with, its last checkpoint is open for reading only.
    async fn check_books(&self) -> Result<()> {
        for head in Head::all(&self.door.db.read).await? {
            let db = &self.door.db;
            if let Some(kind) = journal::unknown_kind(&db.read, head.book_id, REGISTRY).await? {
                tracing::error!(book = head.code, kind, "open for reading only");
                self.door.close_for_writing(head.book_id, "event_kind_unknown");
                continue;
            }
            if head.projection_version < journal::PROJECTION_VERSION {
                journal::rebuild(db, REGISTRY, head.book_id).await?;
            }
            if let Some(why) = self.keeper.objection(&self.door.db.read, &head).await? {
                tracing::error!(book = head.code, why, "open for reading only");
                self.door.close_for_writing(head.book_id, why);
            }
        }
        Ok(())
    }

    /// The head of the book called `code`.
    pub async fn book(&self, code: &str) -> Result<Head> {
        Head::by_code(&self.door.db.read, code).await.map_err(|error| match error {
            Error::NotFound => Refusal::new("book_unknown").with("book", code).into(),
            other => other,
        })
    }

    /// The person who acts as `login`, after the password was checked.
    pub async fn person(&self, login: &str) -> Result<Actor> {
        let password = self.password(login)?;
        people::authenticate(&self.door, login, &password).await
    }

    /// The password: from the environment, or asked for on the terminal.
    pub fn password(&self, login: &str) -> Result<String> {
        if let Ok(password) = std::env::var("RELIEF_LEDGER_PASSWORD") {
            return Ok(password);
        }
        let prompt = crate::web::i18n::fill(self.lang, "cli.password", &[("login", login)]);
        rpassword::prompt_password(prompt).map_err(|_| Refusal::new("password_needed").into())
    }

    /// The request of a verb: with the key given, or one of its own.
    pub fn ask(&self, book: &Head, actor: Actor, verb: &'static str) -> Ask {
        let request_key =
            self.request_key.clone().unwrap_or_else(|| format!("cli-{}", self.door.surroundings.chance.token()));
        Ask { book_id: book.book_id, actor, request_key, verb }
    }

    /// Whether there is nothing in the databases yet.
    pub async fn is_empty(&self) -> Result<bool> {
        let books = Head::all(&self.door.db.read).await?;
        Ok(books.is_empty() && people::no_accounts(&self.door).await?)
    }
}
