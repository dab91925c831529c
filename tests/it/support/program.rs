//! The program itself, run on the books of a world.

use std::process::{Command, Output};

use serde_json::Value;

use super::book::World;
use super::visitor::PASSWORD;

/// Runs the program; its clock is the machine's, and so never before the book's.
pub fn run(world: &World, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relief-ledger"))
        .args(words)
        .args(["--database", &world.door.db.location.url])
        .arg("--keys")
        .arg(world.folder().join("keys"))
        .env("RELIEF_LEDGER_PASSWORD", PASSWORD)
        .output()
        .unwrap()
}

/// Holds that the program refused, and said this word.
pub fn refused(output: &Output, word: &str) {
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(word), "{word}: {said}");
}

/// What the program said, which did what was asked.
pub fn done(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// What the program said to another program.
pub fn told(output: &Output) -> Value {
    serde_json::from_str(&done(output)).unwrap()
}

/// Words for the book of a world, spoken as somebody, answered for a program.
pub fn words<'a>(verb: &[&'a str], rest: &[&'a str], login: &'a str) -> Vec<&'a str> {
    [verb, rest, &["--book", "beilun", "--format", "json", "--as", login]].concat()
}
