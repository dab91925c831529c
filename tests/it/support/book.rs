//! A small bureau with one book, on a real SQLite file or a real PostgreSQL, with a clock that the test sets.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use relief_ledger::app::REGISTRY;
use relief_ledger::config::Surroundings;
use relief_ledger::db::{Database, Engine};
use relief_ledger::journal::{self, Actor, Ask, Door, Head, Keeper, NewBook};
use relief_ledger::kernel::clock::{Chance, Clock};
use relief_ledger::kernel::instant::Instant;

use super::postgres;

/// A clock that stands where the test put it.
#[derive(Debug)]
pub struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> Instant {
        Instant::new(self.0.load(Ordering::SeqCst))
    }
}

/// Bytes that are different each time and the same in each run.
#[derive(Debug)]
pub struct CountedChance(AtomicU64);

impl Chance for CountedChance {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let mut mixed = self.0.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            mixed ^= mixed >> 29;
            *byte = (mixed >> 17) as u8;
        }
    }
}

/// A bureau: databases, door, clock, one book called `b`.
pub struct Bureau {
    /// The one door.
    pub door: Door,
    /// Keys and checkpoints in a temporary folder.
    pub keeper: Keeper,
    /// The book.
    pub book: Head,
    clock: Arc<SetClock>,
    keys: AtomicU64,
    /// Holds the files; they go with the bureau.
    pub folder: tempfile::TempDir,
}

impl Bureau {
    /// Opens an empty bureau with one empty book. The clock stands at 2026-06-01 09:00 in Shanghai.
    pub async fn open(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let db = match engine {
            Engine::Sqlite => Database::open(&format!("sqlite://{}", folder.path().join("b.db").display())).await,
            Engine::Postgres => {
                let url = postgres::fresh_database();
                Database::migrate(&url).await.expect("migrated");
                Database::open(&url).await
            }
        }
        .expect("a database");
        let clock = Arc::new(SetClock(AtomicI64::new(0)));
        let surroundings = Surroundings { clock: clock.clone(), chance: Arc::new(CountedChance(AtomicU64::new(7))) };
        let door = Door::open(db, REGISTRY, surroundings);
        let keeper = Keeper::new(folder.path().join("keys"), folder.path().join("checkpoints"));
        let new = NewBook { code: "b".into(), name: "测试账套".into(), division: "330206".into() };
        clock.0.store(at("2026-06-01", 9), Ordering::SeqCst);
        let book = journal::create(&door.db, REGISTRY, &door.surroundings, &new, |origin| {
            keeper.make_key(origin, door.surroundings.chance.as_ref())
        })
        .await
        .expect("a book");
        Self { door, keeper, book, clock, keys: AtomicU64::new(1), folder }
    }

    /// Sets the clock to an hour of a day in Shanghai.
    pub fn is_now(&self, day: &str, hour: i64) {
        self.clock.0.store(at(day, hour), Ordering::SeqCst);
    }

    /// Lets time pass.
    pub fn pass_ms(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::SeqCst);
    }

    /// A request of a person with a key of its own.
    pub fn ask(&self, actor: &Actor, verb: &'static str) -> Ask {
        let number = self.keys.fetch_add(1, Ordering::SeqCst);
        self.ask_with_key(actor, verb, &format!("test-key-{number}"))
    }

    /// A request of a person with a given key: the same key is the same request.
    pub fn ask_with_key(&self, actor: &Actor, verb: &'static str, key: &str) -> Ask {
        Ask { book_id: self.book.book_id, actor: actor.clone(), request_key: key.into(), verb }
    }

    /// The book's head as it is now.
    pub async fn head(&self) -> Head {
        Head::read(&self.door.db.read, self.book.book_id).await.expect("a head")
    }

    /// Verifies the book; every finding is a failure of the test.
    pub async fn must_hold(&self) {
        let report = journal::verify(&self.door.db, REGISTRY, self.book.book_id, None, |_, _| ()).await;
        let report = report.expect("a report");
        assert_eq!(report.findings, vec![], "the book holds");
    }
}

/// An hour of a day in Shanghai as unix milliseconds.
pub fn at(day: &str, hour: i64) -> i64 {
    let day = relief_ledger::kernel::dates::Day::parse(day).expect("a day");
    Instant::start_of(day).get() + hour * 3_600_000
}

/// A person by login; the login is also the person.
pub fn person(login: &str) -> Actor {
    Actor { uid: format!("uid-{login}"), person: format!("person-{login}"), login: login.into(), name: login.into() }
}

/// Tells the same story on SQLite and on PostgreSQL.
pub async fn on_both_engines<F, T>(story: F)
where
    F: Fn(Bureau) -> T,
    T: Future<Output = ()>,
{
    for engine in [Engine::Sqlite, Engine::Postgres] {
        story(Bureau::open(engine).await).await;
    }
}
