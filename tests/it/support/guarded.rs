//! Servers that the tests start and that never outlive them, however the tests end.
//!
//! A small shell stands between the test and the server. It waits on a pipe that only the test process holds open;
//! when that closes (the value is dropped, the process ends, panics or is killed) the shell stops the server, kills
//! whatever descends from it and removes the server's directory.

use std::ffi::OsStr;
use std::io;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Waits for the end of its standard input, then clears away.
/// Arguments: the mark of the descendants, the directory to remove, the signal that stops the server, the server.
/// Descendants are found by a mark in their environment, because a browser starts process groups of its own.
const GUARD: &str = r#"
trap '' HUP INT TERM
mark=$1 directory=$2 signal=$3
shift 3
exec 3<&0 </dev/null
(
  env --default-signal "RELIEF_LEDGER_TEST=$mark" "$@" >server.out 2>server.log 3<&- &
  echo "$!" >server.pid
  wait "$!"
  echo "$?" >server.ended
) &
read -r -u 3
[ -e server.ended ] || kill -s "$signal" "$(<server.pid)"
for ((tenths = 0; tenths < 50; tenths++)); do
  [ -e server.ended ] && break
  sleep 0.1
done
for ((tenths = 0; tenths < 50; tenths++)); do
  left=$(grep -lszxF "RELIEF_LEDGER_TEST=$mark" /proc/[0-9]*/environ | tr -dc '0-9\n')
  [ -n "$left" ] || break
  kill -9 $left
  sleep 0.1
done
cd / && rm -rf "$directory"
"#;

/// A running server with a directory of its own; dropping it ends both.
pub struct Guarded {
    guard: Child,
    directory: PathBuf,
}

/// The user that a server runs as, where it refuses to run as root.
#[derive(Clone, Copy)]
pub struct Account {
    uid: u32,
    gid: u32,
}

impl Guarded {
    /// Starts a server in `directory`, its standard output going to `server.out` there and its errors to `server.log`.
    /// `signal` is the one that makes it stop at once.
    pub fn start<I, S>(directory: PathBuf, account: Option<Account>, signal: &str, server: I) -> io::Result<Self>
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        let mut command = command_in(&directory, account, "bash");
        command.arg("-c").arg(GUARD).arg("guard").arg(mark()).arg(&directory).arg(signal).args(server);
        // A group of its own: an interrupt at the terminal must not end the guard before it has cleared away.
        let guard =
            command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        Ok(Self { guard, directory })
    }

    /// The server's directory, removed when it ends.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// What the server has printed so far, or nothing.
    pub fn output(&self) -> String {
        std::fs::read_to_string(self.directory.join("server.out")).unwrap_or_default()
    }

    /// What the server has complained about so far, or nothing.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.join("server.log")).unwrap_or_default()
    }

    /// Whether it ended by itself.
    pub fn ended(&self) -> bool {
        self.directory.join("server.ended").exists()
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        // Nothing can be done about a guard that cannot be waited for.
        let _ = self.guard.wait();
    }
}

impl Account {
    /// The first of these users that exists, when the tests run as root; else nobody needs to be anybody else.
    pub fn if_root(names: &[&str]) -> Option<Self> {
        let passwd = std::fs::read_to_string("/etc/passwd").ok()?;
        let root = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").ok()?) == 0;
        let entry = |name: &&str| passwd.lines().find_map(|line| account_in(line, name));
        root.then(|| names.iter().find_map(entry)).flatten()
    }
}

fn account_in(line: &str, name: &str) -> Option<Account> {
    let mut fields = line.split(':');
    (fields.next()? == name).then_some(())?;
    let mut number = || fields.by_ref().find_map(|field| field.parse().ok());
    Some(Account { uid: number()?, gid: number()? })
}

/// A new directory, owned by the account.
pub fn directory(prefix: &str, account: Option<Account>) -> io::Result<PathBuf> {
    let directory = tempfile::Builder::new().prefix(prefix).tempdir()?.keep();
    if let Some(Account { uid, gid }) = account {
        chown(&directory, Some(uid), Some(gid))?;
    }
    Ok(directory)
}

/// A command that works in the directory, as the account.
pub fn command_in(directory: &Path, account: Option<Account>, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(directory).env("HOME", directory).env("TMPDIR", directory).stdin(Stdio::null());
    if let Some(Account { uid, gid }) = account {
        command.uid(uid).gid(gid);
    }
    command
}

fn mark() -> String {
    static STARTED: AtomicU32 = AtomicU32::new(0);
    format!("{}-{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed))
}
