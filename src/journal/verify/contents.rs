//! Stored contents against the digests that the events hold: sealed values and the original files.

use std::collections::BTreeMap;

use sea_orm::DatabaseConnection;
use sha2::{Digest as _, Sha256};

use super::compare::show;
use super::{Finding, Report};
use crate::journal::bulk;
use crate::journal::event::Recorded;
use crate::journal::events::{KIND_PRIVATE_ERASED, PrivateErased};
use crate::journal::files;
use crate::journal::head::Head;
use crate::journal::registry::Registry;
use crate::kernel::Result;

/// Length of a SHA-256 in hex.
const HEX_CHARS: usize = 64;

/// Which sealed values there must be, with their digests, as the events say.
#[derive(Debug, Default)]
pub(super) struct Seals {
    digests: BTreeMap<(i64, String), String>,
    events: i64,
}

impl Seals {
    /// Takes in what events seal and erase.
    pub(super) fn read(&mut self, registry: Registry, events: &[Recorded]) -> Result<()> {
        for event in events {
            self.events = event.position;
            if event.kind == KIND_PRIVATE_ERASED {
                let erased: PrivateErased = event.payload()?;
                self.digests.remove(&(erased.position, erased.slot));
            }
            for slot in registry.slots() {
                if let Some(digest) = sealed_in(&event.payload, slot) {
                    self.digests.insert((event.position, slot.to_owned()), digest);
                }
            }
        }
        Ok(())
    }

    /// Holds the stored values of the events that were read against them.
    pub(super) async fn check(mut self, view: &DatabaseConnection, head: &Head, report: &mut Report) -> Result<()> {
        let query = format!(
            "SELECT position, slot, salt, value FROM private WHERE book_id = {} ORDER BY position, slot",
            head.book_id
        );
        bulk::scan(view, &query, |cells| {
            let [position, slot, salt, value] = cells else { return Ok(()) };
            let digest = hex::encode(Sha256::new().chain_update(salt.bytes()).chain_update(value.bytes()).finalize());
            let key = format!("{}/{}", show(position), slot.text());
            match self.digests.remove(&(position.int()?, slot.text().to_owned())) {
                Some(expected) if expected == digest => {}
                Some(expected) => report
                    .findings
                    .push(Finding::row("private_differs", "private", key).column("value").values(digest, expected)),
                None if position.int()? > self.events && self.events < head.position => {}
                None => report.findings.push(Finding::row("row_too_many", "private", key)),
            }
            Ok(())
        })
        .await?;
        let missing = self.digests.into_keys().map(|(position, slot)| format!("{position}/{slot}"));
        report.findings.extend(missing.map(|key| Finding::row("row_missing", "private", key)));
        Ok(())
    }
}

/// The digest that a payload holds under the name of a slot. Quotes inside texts are escaped, so that no text can
/// pass for one.
fn sealed_in(payload: &[u8], slot: &str) -> Option<String> {
    let text = std::str::from_utf8(payload).ok()?;
    let (_, rest) = text.split_once(&format!("\"{slot}\":\""))?;
    rest.get(..HEX_CHARS).map(str::to_owned)
}

/// The original files: each that the replayed tables name is there and has its bytes; no other is.
pub(super) async fn check_files(
    view: &DatabaseConnection,
    scratch: &DatabaseConnection,
    head: &Head,
    report: &mut Report,
) -> Result<()> {
    let mut named = files::named(scratch, head.book_id).await?;
    for (name, digest) in files::digests(view, head.book_id).await? {
        if digest != name {
            report.findings.push(Finding::row("file_differs", "files", &name).column("bytes").values(digest, &name));
        }
        if !named.remove(&name) {
            report.findings.push(Finding::row("row_too_many", "files", name));
        }
    }
    report.findings.extend(named.into_iter().map(|name| Finding::row("row_missing", "files", name)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_found_under_its_slot_and_no_text_passes_for_one() {
        let digest = "ab".repeat(32);
        let payload = format!("{{\"name\":\"x\",\"personal_id\":\"{digest}\"}}");
        assert_eq!(sealed_in(payload.as_bytes(), "personal_id"), Some(digest.clone()));
        assert_eq!(sealed_in(payload.as_bytes(), "phone"), None);
        let text = serde_json::json!({ "reason": format!("\"personal_id\":\"{digest}\"") }).to_string();
        assert_eq!(sealed_in(text.as_bytes(), "personal_id"), None);
    }
}
