//! What is printed: results on standard output, refusals on standard error.

use std::io::Write as _;

use crate::kernel::{Error, Result};
use crate::web::{Lang, i18n};

/// Whether what was asked is done and true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Exit status 0.
    True,
    /// Found wrong: exit status 1.
    False,
    /// What was given could not be read: exit status 2.
    NotUnderstood,
}

/// Prints a line. A closed standard output ends the printing, not the work.
pub fn line(text: &str) -> Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::internal(error)),
        _ => Ok(()),
    }
}

/// Prints a sentence of the catalogue.
pub fn say(lang: Lang, key: &str, places: &[(&str, &str)]) -> Result<()> {
    line(&i18n::fill(lang, key, places))
}

/// Prints a value as one line of JSON.
pub fn json(value: &impl serde::Serialize) -> Result<()> {
    line(&serde_json::to_string(value).map_err(Error::internal)?)
}

/// Tells a sentence of the catalogue on standard error.
pub fn tell(lang: Lang, key: &str, places: &[(&str, &str)]) {
    let _ = writeln!(std::io::stderr(), "{}", i18n::fill(lang, key, places));
}

/// Tells on standard error what went wrong, as a sentence for each refusal.
pub fn tell_error(lang: Lang, error: &Error) {
    let mut err = std::io::stderr();
    let refusals = error.refusals();
    if refusals.is_empty() {
        let key = match error {
            Error::Refused(_) | Error::Internal(_) => "cli.error.internal",
            Error::KeyConflict => "cli.error.key_conflict",
            Error::NotFound => "cli.error.not_found",
            Error::Forbidden => "cli.error.forbidden",
            Error::SignedOut => "cli.error.signed_out",
            Error::Busy(_) => "cli.error.busy",
            Error::Preparing { .. } => "cli.error.preparing",
            Error::ReadOnly(why) => {
                let _ = writeln!(err, "{}", i18n::text(lang, &format!("refusal.{why}")));
                "cli.error.read_only"
            }
        };
        let _ = writeln!(err, "{}", i18n::fill(lang, key, &[("what", &error.to_string())]));
    }
    for refusal in refusals {
        let _ = writeln!(err, "{}", i18n::sentence(lang, refusal));
    }
}
