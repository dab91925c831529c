//! What a seed makes of the items: an order that nobody chose, and a place to begin.

use sha2::{Digest as _, Sha256};

/// The first line of everything that is hashed; another way to draw has another one.
const VERSION: &[u8] = b"relief-ledger sample v1\n";

fn digest(seed: &str, word: &str) -> [u8; 32] {
    Sha256::new().chain_update(VERSION).chain_update(seed).chain_update("\n").chain_update(word).finalize().into()
}

/// The rank of a grant: the lowest are drawn.
pub(super) fn rank(seed: &str, grant: i64) -> [u8; 32] {
    digest(seed, &grant.to_string())
}

/// Where a systematic draw begins: the first sixteen bytes as a number, modulo the interval; 0 where there is none.
pub(super) fn start(seed: &str, interval: u128) -> u128 {
    let mut first = [0; 16];
    first.copy_from_slice(digest(seed, "start").split_at(16).0);
    u128::from_be_bytes(first).checked_rem(interval).unwrap_or(0)
}
