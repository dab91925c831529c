//! A signed note of whatever text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::NoteError;
use super::key::{KeyId, SigningKey, VerifierKey, is_key_name};

/// Bytes that a note may have: 16 signatures, even of the largest kinds, fit well.
pub const MAX_BYTES: usize = 256 * 1024;
/// Signature lines that a note may have; the specification asks for 16 at least.
pub const MAX_SIGNATURES: usize = 64;

/// What a signature line begins with: an em dash and a blank.
const DASH: &str = "\u{2014} ";

/// A note that is well formed. Nothing in it is to be believed before [`Note::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

/// One line of signature, of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The name of the key.
    pub name: String,
    /// The short name of the key.
    pub id: KeyId,
    /// The bytes after the key id; what they are is the key's matter.
    pub bytes: Vec<u8>,
}

impl Note {
    /// A note of this text, to be signed: lines, each ended by LF, without other control characters.
    pub fn new(text: &str) -> Result<Self, NoteError> {
        if text.len() > MAX_BYTES {
            return Err(NoteError::TooLarge);
        }
        check_characters(text)?;
        if !text.ends_with('\n') {
            return Err(NoteError::Malformed("the text does not end with a line end"));
        }
        Ok(Self { text: text.to_owned(), signatures: Vec::new() })
    }

    /// Adds a signature line.
    #[must_use]
    pub fn signed_by(mut self, key: &SigningKey) -> Self {
        let bytes = key.signature(&self.text).to_vec();
        let verifier = key.verifier();
        let signature = Signature { name: verifier.name().to_owned(), id: verifier.id(), bytes };
        self.signatures.push(signature);
        self
    }

    /// Reads a note, strictly: what this accepts, [`Note::to_text`] writes again byte for byte.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_BYTES {
            return Err(NoteError::TooLarge);
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| NoteError::Malformed("not UTF-8"))?;
        check_characters(whole)?;
        // The last empty line parts the text, which keeps its own line end, from the signatures.
        let (body, lines) =
            whole.rsplit_once("\n\n").ok_or(NoteError::Malformed("no empty line before the signatures"))?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Malformed("the last line has no end"))?;
        let signatures = lines.split('\n').map(Signature::parse).collect::<Result<Vec<_>, _>>()?;
        if signatures.len() > MAX_SIGNATURES {
            return Err(NoteError::TooLarge);
        }
        Ok(Self { text: format!("{body}\n"), signatures })
    }

    /// The signed text, with its last line end.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines, in order.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// The note as it is handed out.
    pub fn to_text(&self) -> String {
        let lines: String = self.signatures.iter().map(Signature::line).collect();
        format!("{}\n{lines}", self.text)
    }

    /// Those of the keys that signed this text, in the order of the lines. Lines of other keys are ignored; one line of
    /// a known key that does not fit makes the whole note worthless, and so does the lack of any that fits.
    pub fn verify<'k>(&self, keys: &'k [VerifierKey]) -> Result<Vec<&'k VerifierKey>, NoteError> {
        let mut signers: Vec<&VerifierKey> = Vec::new();
        for signature in &self.signatures {
            for key in keys.iter().filter(|key| signature.names(key)) {
                if !key.verifies(&self.text, &signature.bytes) {
                    return Err(NoteError::Forged(signature.name.clone()));
                }
                if !signers.contains(&key) {
                    signers.push(key);
                }
            }
        }
        if signers.is_empty() { Err(NoteError::Unsigned) } else { Ok(signers) }
    }
}

impl Signature {
    fn names(&self, key: &VerifierKey) -> bool {
        self.id == key.id() && self.name == key.name()
    }

    fn line(&self) -> String {
        let bytes = [&self.id.0, &self.bytes[..]].concat();
        format!("{DASH}{} {}\n", self.name, STANDARD.encode(bytes))
    }

    fn parse(line: &str) -> Result<Self, NoteError> {
        let malformed = NoteError::Malformed("a signature line is not: dash, name, base64");
        let Some((name, base64)) = line.strip_prefix(DASH).and_then(|rest| rest.split_once(' ')) else {
            return Err(malformed);
        };
        let bytes = STANDARD.decode(base64).map_err(|_| malformed.clone())?;
        match bytes.split_first_chunk() {
            Some((id, bytes)) if is_key_name(name) && !bytes.is_empty() => {
                Ok(Self { name: name.to_owned(), id: KeyId(*id), bytes: bytes.to_vec() })
            }
            _ => Err(malformed),
        }
    }
}

/// Whether this is an ASCII control character, as the specification counts them.
pub(super) const fn is_control(c: char) -> bool {
    c < ' '
}

fn check_characters(text: &str) -> Result<(), NoteError> {
    if text.contains(|c| is_control(c) && c != '\n') {
        return Err(NoteError::Malformed("a control character"));
    }
    Ok(())
}
