//! A book to work in, on either engine, with people, a clock that is set by hand and chance that repeats itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use relief_ledger::app::REGISTRY;
use relief_ledger::config::Surroundings;
use relief_ledger::db::Database;
use relief_ledger::journal::{self, Actor, Ask, Door, Head, Keeper, NewBook, Report};
use relief_ledger::kernel::clock::{Chance, Clock};
use relief_ledger::kernel::dates::Day;
use relief_ledger::kernel::instant::Instant;
use relief_ledger::people::{KIND_ROLE_GIVEN, Role, RoleChanged};
use tempfile::TempDir;

use super::postgres;

/// The Shanghai day on which every scenario begins.
pub const FIRST_DAY: &str = "2020-03-02";

/// Stands still until it is set.
#[derive(Debug)]
pub struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Instant {
        Instant::new(self.0.load(Ordering::Relaxed))
    }
}

/// The same bytes in every run.
#[derive(Debug, Default)]
pub struct Counting(AtomicU64);

impl Chance for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let drawn = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes();
            chunk.copy_from_slice(&drawn[..chunk.len()]);
        }
    }
}

/// One book behind its door.
#[derive(Debug)]
pub struct World {
    /// The door; `door.db` is the database.
    pub door: Door,
    /// The book's number.
    pub book_id: i64,
    /// Keys and checkpoints, in the world's folder.
    pub keeper: Keeper,
    clock: Arc<HandClock>,
    keys: AtomicU64,
    folder: TempDir,
}

/// Runs a scenario on a SQLite file and on PostgreSQL; afterwards the tables must follow from the events.
pub async fn on_both_engines(scenario: impl AsyncFn(&World)) {
    for world in [World::on_sqlite().await, World::on_postgres().await] {
        scenario(&world).await;
        let report = world.verify().await;
        assert!(report.findings.is_empty(), "{:?}: {:#?}", world.door.db.engine, report.findings);
    }
}

impl World {
    /// A new book on a SQLite file.
    pub async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("books.db").display());
        Self::open(&url, folder).await
    }

    /// A new book on PostgreSQL.
    pub async fn on_postgres() -> Self {
        let url = tokio::task::spawn_blocking(|| postgres::copy_of("migrated", migrate)).await.unwrap();
        Self::open(&url, tempfile::tempdir().unwrap()).await
    }

    async fn open(url: &str, folder: TempDir) -> Self {
        let db = Database::open(url).await.unwrap();
        let first = Instant::start_of(Day::parse(FIRST_DAY).unwrap()).plus_ms(9 * 3_600_000);
        let clock = Arc::new(HandClock(AtomicI64::new(first.get())));
        let surroundings = Surroundings { clock: Arc::<HandClock>::clone(&clock), chance: Arc::<Counting>::default() };
        let new = NewBook { code: "beilun".into(), name: "区财政局".into(), division: "330206".into() };
        let keeper = Keeper::new(folder.path().join("keys"), folder.path().join("checkpoints"));
        let make_key = |origin: &str| keeper.make_key(origin, surroundings.chance.as_ref());
        let head = journal::create(&db, REGISTRY, &surroundings, &new, make_key).await.unwrap();
        let door = Door::open(db, REGISTRY, surroundings);
        Self { door, book_id: head.book_id, keeper, clock, keys: AtomicU64::new(0), folder }
    }

    /// A folder that is gone after the test.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Sets the clock to nine in the morning of a day in Shanghai.
    pub fn it_is(&self, day: &str) {
        let instant = Instant::start_of(Day::parse(day).unwrap()).plus_ms(9 * 3_600_000);
        self.clock.0.store(instant.get(), Ordering::Relaxed);
    }

    /// Lets the clock go on by so many milliseconds.
    pub fn passes(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::Relaxed);
    }

    /// An actor who holds these roles in the book; actors of one `person` are one human being.
    pub async fn actor(&self, login: &str, person: &str, roles: &[Role]) -> Actor {
        let actor = Actor {
            uid: format!("uid-of-{login}"),
            person: person.to_owned(),
            login: login.to_owned(),
            name: login.to_owned(),
        };
        let (given, to_give) = (actor.clone(), roles.to_vec());
        let done: Vec<i64> = self
            .door
            .command(self.ask(&Actor::operator(), "give_roles"), &(login, roles), move |desk| {
                let (given, roles) = (given.clone(), to_give.clone());
                Box::pin(async move {
                    desk.introduce(&given).await?;
                    let changed =
                        |role: &Role| RoleChanged { actor_uid: given.uid.clone(), role: *role, scope: String::new() };
                    roles.iter().map(|role| desk.emit(KIND_ROLE_GIVEN, 1, &changed(role))).collect()
                })
            })
            .await
            .unwrap();
        assert!(!done.is_empty(), "an actor of a test holds a role");
        actor
    }

    /// A request of that actor with a key of its own.
    pub fn ask(&self, actor: &Actor, verb: &'static str) -> Ask {
        let number = self.keys.fetch_add(1, Ordering::Relaxed);
        self.ask_with_key(actor, verb, &format!("request-{number:06}"))
    }

    /// A request of that actor with a given key: the same key is the same request.
    pub fn ask_with_key(&self, actor: &Actor, verb: &'static str, key: &str) -> Ask {
        Ask { book_id: self.book_id, actor: actor.clone(), request_key: key.to_owned(), verb }
    }

    /// The book's head as it is now.
    pub async fn head(&self) -> Head {
        Head::read(&self.door.db.read, self.book_id).await.unwrap()
    }

    /// Re-hashes and replays the book.
    pub async fn verify(&self) -> Report {
        journal::verify(&self.door.db, REGISTRY, self.book_id, None, |_, _| ()).await.unwrap()
    }
}

fn migrate(url: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Database::migrate(url)).unwrap();
    // The template may not be connected to when it is copied.
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
}

#[tokio::test]
async fn a_book_opens_on_both_engines_and_replays() {
    on_both_engines(async |world| {
        let clerk = world.actor("chen", "P1", &[Role::Clerk]).await;
        assert_eq!(world.ask(&clerk, "x").actor.login, "chen");
        assert!(world.folder().exists());
        world.it_is("2020-03-03");
    })
    .await;
}
