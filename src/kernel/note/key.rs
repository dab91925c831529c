//! Keys of notes, in the text form that Go's `note` package and other tools of these formats read.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::error::NoteError;
use super::signed::is_control;

/// Signature type of plain Ed25519 (C2SP signed-note, "Signature types").
const ED25519: u8 = 1;
/// What the text of a private key begins with.
const PRIVATE: &str = "PRIVATE+KEY+";
/// Bytes of a seed and of a public key.
const KEY_BYTES: usize = 32;

/// A short name of a key: the first four bytes of SHA-256(name ‖ LF ‖ type ‖ public key). It finds a key, it does not
/// vouch for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 4]);

impl KeyId {
    fn of(name: &str, public: &[u8; KEY_BYTES]) -> Self {
        let hash = Sha256::new().chain_update(name).chain_update([b'\n', ED25519]).chain_update(public).finalize();
        Self([hash[0], hash[1], hash[2], hash[3]])
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// The public half of a key, with which anyone checks a note. Its text is `NAME+ID+base64(0x01 ‖ public key)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: KeyId,
    key: VerifyingKey,
}

impl VerifierKey {
    /// The key's name: for a book its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key's short name.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Whether `signature`, the bytes after the key id, is this key's over `text`.
    pub fn verifies(&self, text: &str, signature: &[u8]) -> bool {
        ed25519_dalek::Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode("", &self.name, self.id, self.key.as_bytes()))
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (name, id, public) = decode(text)?;
        let key = VerifyingKey::from_bytes(&public).map_err(|_| NoteError::Key("no point of the curve"))?;
        if key.is_weak() {
            return Err(NoteError::Key("weak"));
        }
        if KeyId::of(name, &public) != id {
            return Err(NoteError::Key("the key id is of another name or key"));
        }
        Ok(Self { name: name.to_owned(), id, key })
    }
}

/// A key that signs notes. It has no `Display`, and `Debug` shows the name only, so that it gets into no log.
#[derive(Clone)]
pub struct SigningKey {
    verifier: VerifierKey,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// The key that grows from 32 random bytes, under this name: for a book its origin. Names have no blank, no `+` and
    /// no control character.
    pub fn from_seed(seed: [u8; KEY_BYTES], name: &str) -> Result<Self, NoteError> {
        if !is_key_name(name) {
            return Err(NoteError::Key("a name has no blank, plus or control character, and is not empty"));
        }
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        let public = key.verifying_key();
        let verifier = VerifierKey { name: name.to_owned(), id: KeyId::of(name, public.as_bytes()), key: public };
        Ok(Self { verifier, key })
    }

    /// The public half.
    pub const fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The secret as text, `PRIVATE+KEY+NAME+ID+base64(0x01 ‖ seed)`, for the key file and nothing else.
    pub fn to_private_text(&self) -> String {
        encode(PRIVATE, &self.verifier.name, self.verifier.id, self.key.as_bytes())
    }

    /// Reads what [`SigningKey::to_private_text`] wrote; a line end after it is ignored, as files have one.
    pub fn from_private_text(text: &str) -> Result<Self, NoteError> {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_prefix(PRIVATE).ok_or(NoteError::Key("not a private key"))?;
        let (name, id, seed) = decode(text)?;
        let key = Self::from_seed(seed, name)?;
        if key.verifier.id == id { Ok(key) } else { Err(NoteError::Key("the key id is of another name or key")) }
    }

    /// The 64 bytes of the signature over `text`.
    pub(super) fn signature(&self, text: &str) -> [u8; 64] {
        self.key.sign(text.as_bytes()).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("verifier", &self.verifier).finish_non_exhaustive()
    }
}

/// Whether a key may be called so: not empty, no Unicode blank, no plus (C2SP signed-note, "Format").
pub(super) fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+' || is_control(c))
}

fn encode(prefix: &str, name: &str, id: KeyId, bytes: &[u8; KEY_BYTES]) -> String {
    let mut typed = vec![ED25519];
    typed.extend_from_slice(bytes);
    format!("{prefix}{name}+{id}+{}", STANDARD.encode(typed))
}

/// The name, the id and the bytes of a key's text. A name has no plus, base64 may: so the first two part it.
fn decode(text: &str) -> Result<(&str, KeyId, [u8; KEY_BYTES]), NoteError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(bytes)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NoteError::Key("not name+id+key"));
    };
    if !is_key_name(name) {
        return Err(NoteError::Key("a name has no blank, plus or control character, and is not empty"));
    }
    let mut key_id = KeyId([0; 4]);
    if id.bytes().any(|b| b.is_ascii_uppercase()) || hex::decode_to_slice(id, &mut key_id.0).is_err() {
        return Err(NoteError::Key("the id is not eight lower-case hex digits"));
    }
    match STANDARD.decode(bytes).as_deref() {
        Ok([ED25519, key @ ..]) => {
            let key = key.try_into().map_err(|_| NoteError::Key("an Ed25519 key has 32 bytes"))?;
            Ok((name, key_id, key))
        }
        Ok(_) => Err(NoteError::Key("not an Ed25519 key")),
        Err(_) => Err(NoteError::Key("not base64")),
    }
}
