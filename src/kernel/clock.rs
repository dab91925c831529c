//! Time and chance are parameters. The system's clock and random source are in `config.rs` and nowhere else.

use std::fmt::Debug;

use super::instant::Instant;

/// Tells the time.
pub trait Clock: Send + Sync + Debug {
    /// Now.
    fn now(&self) -> Instant;
}

/// Fills bytes that nobody can foresee.
pub trait Chance: Send + Sync + Debug {
    /// Overwrites all of `bytes`.
    fn fill(&self, bytes: &mut [u8]);

    /// 128 random bits in lower-case hex: uids, request keys, tokens.
    fn token(&self) -> String {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        hex::encode(bytes)
    }
}
