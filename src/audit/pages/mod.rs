//! The book as a log, one event with its proof, verification, totals, trial balance.

mod checkpoint;
mod event;
mod log;
mod totals;
mod trial_balance;
mod verify;

use rocket::{Route, routes};

use crate::journal::OPERATOR;
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::web::{Fields, T};

/// All routes.
pub fn routes() -> Vec<Route> {
    routes![
        checkpoint::download,
        event::show,
        log::show,
        totals::show,
        trial_balance::rows,
        trial_balance::show,
        verify::show,
        verify::run,
        verify::progress,
    ]
}

/// The clocks that a form asks for.
struct Asked {
    /// The day that was typed, else today.
    as_of: Day,
    /// The position; the head if none was typed.
    at: Option<i64>,
}

/// Reads the clocks of a form; what cannot be read stands at its field.
fn asked_moment(form: &mut Fields, today: Day) -> Option<Asked> {
    let day = form.read_optional("as_of", Day::parse_lenient);
    let at = form.read_optional("at", |typed| {
        typed.replace(',', "").parse::<i64>().map_err(|_| Refusal::new("position_number"))
    });
    Some(Asked { as_of: day?.unwrap_or(today), at: at? })
}

/// The name of an actor on a screen.
fn person<'n>(t: T, uid: &str, name: &'n str) -> &'n str {
    if uid == OPERATOR { t.s("audit.operator") } else { name }
}

/// The words of a kind of event.
fn kind_words(t: T, kind: &str) -> &'static str {
    t.s(&format!("audit.kind.{kind}"))
}
