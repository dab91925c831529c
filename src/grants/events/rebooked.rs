//! Grants that stand in the place of others whose booking was wrong.

use super::recorded::keep;
use super::rows::{NewGrant, Taken, reviewed};
use crate::grants::rules::{Content, Source, State};
use crate::journal::{Recorded, Tx};
use crate::kernel::Result;
use crate::kernel::instant::Instant;
use crate::recipients::By;

/// A grant as it should have been booked: prepared by one person, approved by another, its money already paid.
#[derive(Debug, Clone)]
pub struct Rebooked {
    /// What it is. Its recipient is known, its account is on file.
    pub content: Content,
    /// Actor who prepared the correction.
    pub prepared_by: String,
    /// The person behind.
    pub prepared_person: String,
    /// When.
    pub prepared_at: Instant,
    /// The person who approved it.
    pub reviewed_person: String,
    /// Why.
    pub reason: String,
}

/// Keeps such a grant; its id is the position of the event, its state is paid. For appliers only.
pub async fn rebook(tx: &mut Tx, event: &Recorded, rebooked: Rebooked) -> Result<()> {
    let source = if rebooked.content.paid_on.is_some() { Source::History } else { Source::Page };
    let by = By {
        position: event.position,
        leaf: event.leaf,
        actor_uid: rebooked.prepared_by,
        person: rebooked.prepared_person,
        at: rebooked.prepared_at,
    };
    let new = NewGrant { by, content: rebooked.content, state: State::Paid, source, import: None };
    keep(tx, &[new], &rebooked.reason).await?;
    let review =
        Taken { reviewer: Some(rebooked.reviewed_person), ..Taken::by(event, event.position, &rebooked.reason) };
    reviewed(tx, State::Paid, &[review]).await
}
