//! What can happen here, and what it does to the tables.

use crate::journal::Applier;

/// This feature's part in replay.
pub static APPLIER: Applier = Applier { feature: "recipients", kinds: &[], apply: |_, _| Box::pin(async { Ok(()) }) };
