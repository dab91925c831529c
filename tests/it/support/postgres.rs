//! A real PostgreSQL for the tests: Debian's binaries, a temporary directory, loopback only, one per test run.

use std::collections::HashMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::guarded::{Account, Guarded, command_in, directory};

/// The superuser of the test server; it needs no password.
const OWNER: &str = "ledger";
/// Where Debian keeps the programs of each version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// How long the server may take to answer for the first time, on a busy machine.
const START_MS_MAX: u64 = 60_000;
/// How often a start is tried, should another program take the port that was just found free.
const START_ATTEMPTS: u32 = 3;

/// No test of ordinary behaviour needs the disk: what survives a power cut is tested apart.
const SETTINGS: &[&str] = &[
    "fsync=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_connections=300",
    "shared_buffers=64MB",
    "jit=off",
    "listen_addresses=127.0.0.1",
    "timezone=UTC",
];

/// A new empty database (UTF-8, locale C); its address.
pub fn fresh_database() -> String {
    server().create("template0")
}

/// A new database that is a copy of a template; its address. The template is filled once per test run, by the first
/// who asks for it: `fill` gets its address and must have closed its connections when it returns.
pub fn copy_of(template: &'static str, fill: impl FnOnce(&str)) -> String {
    let slot = {
        let mut templates = server().templates.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(templates.entry(template).or_default())
    };
    slot.get_or_init(|| {
        server().psql(&format!("CREATE DATABASE {template} TEMPLATE template0"));
        fill(&server().url(template));
    });
    server().create(template)
}

/// The running server.
struct Server {
    programs: PathBuf,
    port: u16,
    databases: AtomicU32,
    templates: Mutex<HashMap<&'static str, Arc<OnceLock<()>>>>,
    guarded: Guarded,
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let programs = programs();
        for _ in 1..START_ATTEMPTS {
            if let Some(server) = Server::start(&programs) {
                return server;
            }
        }
        Server::start(&programs).expect("PostgreSQL should start")
    })
}

/// The programs of the newest PostgreSQL here.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    versions
        .map(|version| version.path().join("bin"))
        .filter(|programs| programs.join("initdb").exists())
        .max_by_key(|programs| major(programs))
        .expect("PostgreSQL should be installed; tests/run does it")
}

fn major(programs: &Path) -> Option<u32> {
    programs.parent()?.file_name()?.to_str()?.parse().ok()
}

impl Server {
    fn start(programs: &Path) -> Option<Self> {
        let account = Account::if_root(&["postgres", "nobody"]);
        let directory = directory("relief-ledger-postgres-", account).expect("a directory for PostgreSQL");
        initialise(programs, &directory, account);
        let port = free_port();
        let mut server = vec![programs.join("postgres").into_os_string(), "-D".into(), "data".into()];
        let place = [format!("port={port}"), format!("unix_socket_directories={}", directory.display())];
        for setting in SETTINGS.iter().copied().chain(place.iter().map(String::as_str)) {
            server.extend(["-c".into(), setting.into()]);
        }
        // QUIT stops PostgreSQL without waiting for anybody.
        let guarded = Guarded::start(directory, account, "QUIT", server).expect("bash should start");
        let server = Self {
            programs: programs.to_owned(),
            port,
            databases: AtomicU32::new(0),
            templates: Mutex::default(),
            guarded,
        };
        if server.answers() {
            return Some(server);
        }
        eprintln!("PostgreSQL did not start:\n{}", server.guarded.log());
        None
    }

    /// Waits for the first answer; no if the server gave up.
    fn answers(&self) -> bool {
        for _ in 0..START_MS_MAX / 20 {
            if self.client("SELECT 1").output().is_ok_and(|output| output.status.success()) {
                return true;
            }
            if self.guarded.ended() {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("PostgreSQL does not answer:\n{}", self.guarded.log());
    }

    fn create(&self, template: &str) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.psql(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
        self.url(&name)
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://{OWNER}@127.0.0.1:{}/{database}", self.port)
    }

    fn psql(&self, statement: &str) {
        let output = self.client(statement).output().expect("psql should start");
        assert!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn client(&self, statement: &str) -> Command {
        let mut client = Command::new(self.programs.join("psql"));
        // The reader's own ~/.psqlrc and PG… settings are none of the tests' business.
        client.env_clear().args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &self.url("postgres"), "-c", statement]);
        client
    }
}

fn initialise(programs: &Path, directory: &Path, account: Option<Account>) {
    let options = ["--encoding=UTF8", "--locale=C", "--auth=trust", "--no-sync", "--no-instructions"];
    let output = command_in(directory, account, programs.join("initdb"))
        .args(options)
        .args(["-U", OWNER, "-D", "data"])
        .output()
        .expect("initdb should start");
    assert!(output.status.success(), "initdb: {}", String::from_utf8_lossy(&output.stderr));
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its number").port()
}
