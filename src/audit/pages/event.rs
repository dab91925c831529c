//! One event: header, payload, leaf, and the proof that it is in the book as it stands.

use askama::Template;
use rocket::{State, get};

use super::{kind_words, person};
use crate::journal::{Door, Head, Names, Recorded, event, inclusion};
use crate::kernel::Error;
use crate::kernel::tree::{Hash, verify_inclusion};
use crate::people::Reader;
use crate::web::{Answer, Frame, Page};

/// The event.
#[derive(Template)]
#[template(path = "audit/pages/event.html")]
pub struct Event {
    frame: Frame,
    event: Recorded,
    kind: &'static str,
    who: String,
    pretty: String,
    exact: String,
    proof: Vec<Hash>,
    head: Head,
    /// Whether the leaf follows from the bytes and the proof leads to the root.
    holds: bool,
    /// The page of what the event is about, if it has one.
    about: Option<String>,
}

/// Shows the event.
#[get("/audit/log/<position>")]
pub async fn show(who: Reader, position: i64, frame: Frame, door: &State<Door>) -> Answer<Event> {
    let snapshot = door.db.snapshot().await?;
    let head = Head::read(&snapshot, who.book_id()).await?;
    let event = event(&snapshot, who.book_id(), position).await?;
    let proof = inclusion(&snapshot, &head, position, head.position).await?;
    let names = Names::read(&snapshot, who.book_id()).await?;
    snapshot.rollback().await.map_err(Error::internal)?;
    let index = u64::try_from(position - 1).map_err(Error::internal)?;
    let leads = verify_inclusion(event.leaf, index, head.edge.size(), &proof, head.root()).is_ok();
    let exact = String::from_utf8_lossy(&event.payload).into_owned();
    let t = frame.t;
    let up = frame.href("audit/log");
    Ok(Page::new(Event {
        kind: kind_words(t, &event.kind),
        who: person(t, &event.actor_uid, names.of(&event.actor_uid)).to_owned(),
        pretty: pretty(&exact),
        holds: leads && event.expected_leaf(&head.book_uid) == event.leaf,
        about: about(&event).map(|path| frame.href(&path)),
        frame: frame
            .page("log", t.f("audit.event.title").with("n", t.count(position)))
            .crumb(up, t.s("audit.log.title")),
        event,
        exact,
        proof,
        head,
    }))
}

/// JSON with a field a line, in the order of the bytes; what is not JSON stays as it is.
fn pretty(exact: &str) -> String {
    let (mut out, mut depth, mut text, mut escaped) = (String::with_capacity(exact.len() * 2), 0_usize, false, false);
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    for c in exact.chars() {
        if text {
            out.push(c);
            (text, escaped) = (c != '"' || escaped, c == '\\' && !escaped);
            continue;
        }
        match c {
            '{' | '[' => {
                depth += 1;
                out.push(c);
                line(&mut out, depth);
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => {
                text = c == '"';
                out.push(c);
            }
        }
    }
    out
}

/// The page of the record that an event is about.
fn about(event: &Recorded) -> Option<String> {
    let payload: serde_json::Value = serde_json::from_slice(&event.payload).ok()?;
    let named = |field: &str| payload.get(field).and_then(serde_json::Value::as_i64);
    let own = Some(event.position);
    let (place, id) = match event.kind.as_str() {
        "policy_recorded" => ("policies", own),
        "allotment_recorded" | "policy_change_prepared" => ("policies", named("policy")),
        "policy_change_approved" | "policy_change_refused" => ("policy-changes", named("change")),
        "budget_change_prepared" => ("budget-changes", own),
        "budget_change_approved" | "budget_change_refused" => ("budget-changes", named("change")),
        "grant_recorded" | "grant_imported" => ("grants", own),
        "import_opened" => ("imports", own),
        "recipient_registered" => ("recipients", own),
        kind if kind.starts_with("grant_") => ("grants", named("grant")),
        kind if kind.starts_with("import_") => ("imports", named("import")),
        kind if kind.starts_with("recipient_") || kind.starts_with("account_") => ("recipients", named("recipient")),
        _ => return None,
    };
    Some(format!("{place}/{}", id?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_laid_out_without_changing_its_order_or_texts() {
        assert_eq!(pretty(r#"{"b":1,"a":["x,\"{"]}"#), "{\n  \"b\": 1,\n  \"a\": [\n    \"x,\\\"{\"\n  ]\n}");
    }
}
