//! Differences of one file that have one name are settled together, where one look and one document are enough for all.

use serde::{Deserialize, Serialize};

use super::settle::{Settling, decided, draft};
use crate::journal::{Ask, Door};
use crate::kernel::{Refusal, Result};
use crate::payments::events::KIND_DISCREPANCY_SETTLED;
use crate::payments::rules::{How, Name};
use crate::payments::store;
use crate::people::{Role, must};
use crate::vouchers::{self, Draft};

/// Events written before they are stored: so many are in memory.
const AT_ONCE: usize = 5_000;

/// How the open differences of a file that have a name shall be settled, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettlingMany {
    /// The file.
    pub file: i64,
    /// What differs.
    pub name: Name,
    /// How.
    pub how: How,
    /// The bank's document, needed where its answers count after all.
    #[serde(default)]
    pub document: String,
    /// A remark.
    #[serde(default)]
    pub note: String,
    /// The digest of the differences that were shown.
    pub digest: String,
}

/// What was settled together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettledMany {
    /// The file.
    pub file: i64,
    /// How many differences.
    pub settled: usize,
}

/// Settles every open difference of a file that has a name, each by an event of its own and under the rules for one: all of
/// those that were shown, or none.
///
/// # Errors
/// `differences_changed` (`n`) if other ones are open by now; those of [`super::settle`], of the first that refuses.
pub async fn settle_many(door: &Door, ask: Ask, form: SettlingMany) -> Result<SettledMany> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Cashier, Role::Reviewer]).await?;
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            let open = store::open_together(c, book_id, form.file, form.name).await?;
            if open.lines.is_empty() || open.digest != form.digest {
                return Err(Refusal::new("differences_changed").with("n", open.lines.len()).into());
            }
            let answer = SettledMany { file: form.file, settled: open.lines.len() };
            desk.answer_is(&answer)?;
            let (first, mut counted) = (desk.next_position(), None);
            for (at, line) in open.lines.iter().enumerate() {
                let (document, note) = (form.document.clone(), form.note.clone());
                let one = Settling { line: *line, name: form.name, how: form.how, document, note };
                let (found, payload) = decided(desk, &one).await?;
                desk.emit(KIND_DISCREPANCY_SETTLED, 1, &payload)?;
                // What the next one is judged by is how this one left its payment.
                if payload.applied.is_some() || at % AT_ONCE == AT_ONCE - 1 {
                    desk.flush().await?;
                }
                counted = payload.applied.is_some().then_some(found).or(counted);
            }
            if let Some(found) = counted {
                let last = desk.next_position() - 1;
                let summary = format!("处理银行回单 {} 的 {} 项差异", form.file, answer.settled);
                let one = draft(desk, &found, last).await?;
                vouchers::write(desk, Draft { positions: (first, last), summary, ..one }).await?;
            }
            Ok(answer)
        })
    })
    .await
}
