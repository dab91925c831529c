//! Wiring: which features there are.

use crate::journal::Registry;
use crate::{funds, grants, imports, journal, people, policies, recipients};

/// Every feature's part in replay, in import order.
pub static REGISTRY: Registry = Registry(&[
    &journal::APPLIER,
    &people::APPLIER,
    &funds::APPLIER,
    &policies::APPLIER,
    &recipients::APPLIER,
    &grants::APPLIER,
    &imports::APPLIER,
]);
