//! The hash of a leaf, of a node and of nothing.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// What is hashed before a leaf's input (RFC 6962 section 2.1), so that no leaf can pass for a node.
const LEAF_PREFIX: [u8; 1] = [0x00];
/// What is hashed before two subtrees.
const NODE_PREFIX: [u8; 1] = [0x01];

/// The root of a tree without leaves: SHA-256 of nothing.
pub const EMPTY: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41,
    0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/// A SHA-256 hash of the tree. Its text, in JSON too, is 64 lower-case hex digits and nothing else, so that one
/// hash has one text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Bytes in a hash.
    pub const LEN: usize = 32;

    /// The hash in these bytes, which must be exactly 32.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, HashError> {
        bytes.try_into().map(Self).map_err(|_| HashError)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The text or bytes are not a hash: 64 lower-case hex digits, or 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a hash: 64 lower-case hex digits")]
pub struct HashError;

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(HashError);
        }
        let mut bytes = [0; Self::LEN];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| HashError)?;
        Ok(Self(bytes))
    }
}

impl AsRef<[u8]> for Hash {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Hashes a leaf whose input comes in pieces, without joining them.
#[derive(Clone)]
pub struct LeafHasher(Sha256);

impl LeafHasher {
    /// A leaf without input so far.
    pub fn new() -> Self {
        Self(Sha256::new_with_prefix(LEAF_PREFIX))
    }

    /// Adds a piece of the input.
    pub fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    /// The hash of the leaf.
    pub fn finish(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

impl Default for LeafHasher {
    fn default() -> Self {
        Self::new()
    }
}

/// The hash of a leaf with this input.
pub fn leaf_hash(input: &[u8]) -> Hash {
    leaf_hash_of_parts(&[input])
}

/// The hash of a leaf whose input is these parts, one after another.
pub fn leaf_hash_of_parts(parts: &[&[u8]]) -> Hash {
    let mut hasher = LeafHasher::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finish()
}

/// The hash of the subtree that has these two below it.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    // One block of input instead of three calls: this is the inner loop of an import.
    let mut input = [NODE_PREFIX[0]; 1 + 2 * Hash::LEN];
    input[1..=Hash::LEN].copy_from_slice(&left.0);
    input[1 + Hash::LEN..].copy_from_slice(&right.0);
    Hash(Sha256::digest(input).into())
}
