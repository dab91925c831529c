//! Which feature applies which kind of event.

use futures::future::BoxFuture;

use super::event::Recorded;
use super::tx::Tx;
use crate::kernel::{Error, Result};

/// Turns recorded events, in order, into rows. Never decides, reads no clock, setting or code list.
pub type Apply = for<'a> fn(&'a mut Tx, &'a [Recorded]) -> BoxFuture<'a, Result<()>>;

/// A feature's part in replay.
#[derive(Debug)]
pub struct Applier {
    /// The feature's folder.
    pub feature: &'static str,
    /// Kinds with every version that can be read. Released versions stay for ever.
    pub kinds: &'static [(&'static str, i64)],
    /// Slots of sealed values: the payload holds a value's digest under the slot's name.
    pub slots: &'static [&'static str],
    /// Events → rows.
    pub apply: Apply,
}

/// All features' parts.
#[derive(Debug, Clone, Copy)]
pub struct Registry(pub &'static [&'static Applier]);

impl Registry {
    fn applier(self, kind: &str, version: i64) -> Option<usize> {
        self.0.iter().position(|a| a.kinds.contains(&(kind, version)))
    }

    /// Whether this program can read that kind in that version.
    pub fn knows(self, kind: &str, version: i64) -> bool {
        self.applier(kind, version).is_some()
    }

    /// The slots of sealed values of all features.
    pub fn slots(self) -> impl Iterator<Item = &'static str> {
        self.0.iter().flat_map(|applier| applier.slots.iter().copied())
    }

    /// Hands runs of neighbouring events to the features that they belong to.
    pub async fn apply(self, tx: &mut Tx, events: &[Recorded]) -> Result<()> {
        let mut rest = events;
        while let Some(first) = rest.first() {
            let index = self.applier(&first.kind, first.version).ok_or_else(|| {
                Error::internal(format!(
                    "event {} is of the unknown kind {}/{}",
                    first.position, first.kind, first.version
                ))
            })?;
            let length =
                rest.iter().position(|e| self.applier(&e.kind, e.version) != Some(index)).unwrap_or(rest.len());
            let (run, after) = rest.split_at(length);
            if let Some(applier) = self.0.get(index) {
                (applier.apply)(tx, run).await?;
            }
            rest = after;
        }
        Ok(())
    }
}
