//! The proof that one record is in a book, as a text of its own (C2SP tlog-proof): the record, where it stands, the hashes
//! that lead from it to the root, and the signed checkpoint of that root.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::checkpoint::{Checkpoint, open};
use super::error::NoteError;
use super::key::VerifierKey;
use crate::kernel::Refusal;
use crate::kernel::tree::{Hash, leaf_hash_of_parts, verify_inclusion};

/// First line of a proof.
const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// A proof of inclusion, self-contained: whoever has the verifier key of the book checks it offline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The leaf input of the record: the bytes that are hashed.
    pub record: Vec<u8>,
    /// Which leaf, counted from 0.
    pub index: u64,
    /// The hashes beside the way from the leaf to the root.
    pub hashes: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

impl Proof {
    /// The text; its file name ends `.tlog-proof`.
    pub fn to_text(&self) -> String {
        let mut lines = vec![HEADER.to_owned(), format!("extra {}", STANDARD.encode(&self.record))];
        lines.push(format!("index {}", self.index));
        lines.extend(self.hashes.iter().map(|hash| STANDARD.encode(hash)));
        format!("{}\n\n{}", lines.join("\n"), self.checkpoint)
    }

    /// Reads the text.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] naming what is wrong.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let (proof, checkpoint) = text.split_once("\n\n").ok_or(NoteError::Malformed("no checkpoint follows"))?;
        let mut lines = proof.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(NoteError::Malformed("not a tlog-proof"));
        }
        let record =
            lines.next().and_then(|line| line.strip_prefix("extra ")).and_then(|text| STANDARD.decode(text).ok());
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).and_then(|text| text.parse().ok());
        let hash = |line: &str| STANDARD.decode(line).ok().and_then(|bytes| Hash::from_slice(&bytes).ok());
        Ok(Self {
            record: record.ok_or(NoteError::Malformed("the record is missing"))?,
            index: index.ok_or(NoteError::Malformed("the index is missing"))?,
            hashes: lines.map(hash).collect::<Option<_>>().ok_or(NoteError::Malformed("a hash is not one"))?,
            checkpoint: checkpoint.to_owned(),
        })
    }

    /// The leaf that the record has.
    pub fn leaf(&self) -> Hash {
        leaf_hash_of_parts(&[&self.record])
    }

    /// The checkpoint, if one of these keys signed it and the record is in its tree at this place.
    ///
    /// # Errors
    /// Those of a note and of a proof.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<Checkpoint, Refusal> {
        let checkpoint = open(self.checkpoint.as_bytes(), keys)?;
        verify_inclusion(self.leaf(), self.index, checkpoint.size, &self.hashes, checkpoint.root)?;
        Ok(checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SigningKey, sign};
    use super::*;
    use crate::kernel::tree::root_of;

    const ORIGIN: &str = "relief-ledger/330206/b/00ff";

    /// A proof of the last of three records, and the key that signed it.
    fn proof() -> (Proof, VerifierKey) {
        let records = [b"one".as_slice(), b"two", b"three"];
        let leaves = records.map(|record| leaf_hash_of_parts(&[record]));
        let key = SigningKey::from_seed([7; 32], ORIGIN).unwrap();
        let checkpoint = sign(&Checkpoint::new(ORIGIN, 3, root_of(leaves)), &key).unwrap();
        let hashes = vec![root_of([leaves[0], leaves[1]])];
        (Proof { record: b"three".to_vec(), index: 2, hashes, checkpoint }, key.verifier().clone())
    }

    #[test]
    fn a_proof_is_written_read_and_holds() {
        let (proof, key) = proof();
        let text = proof.to_text();
        assert!(text.starts_with("c2sp.org/tlog-proof@v1\nextra dGhyZWU=\nindex 2\n"), "{text}");
        assert_eq!(Proof::parse(&text).unwrap(), proof);
        assert_eq!(proof.verify(&[key]).unwrap().size, 3);
    }

    #[test]
    fn another_record_place_hash_or_key_holds_not() {
        let (proof, key) = proof();
        let holds = |changed: &Proof| changed.verify(std::slice::from_ref(&key)).map_err(|refusal| refusal.code);
        assert_eq!(holds(&Proof { record: b"thref".to_vec(), ..proof.clone() }), Err("proof_root"));
        assert_eq!(holds(&Proof { index: 3, ..proof.clone() }), Err("proof_index"));
        assert_eq!(holds(&Proof { hashes: Vec::new(), ..proof.clone() }), Err("proof_length"));
        let other = SigningKey::from_seed([8; 32], ORIGIN).unwrap();
        assert_eq!(proof.verify(&[other.verifier().clone()]).unwrap_err().code, "note_unsigned");
    }

    #[test]
    fn what_is_no_proof_is_told() {
        let text = proof().0.to_text();
        let wrong = [text.replace("@v1", "@v2"), text.replace("extra", "more"), text.replace("index 2", "index -2")];
        for text in wrong.iter().chain([&String::new(), &text.replace("\n\n", "\n")]) {
            assert!(matches!(Proof::parse(text), Err(NoteError::Malformed(_))), "{text}");
        }
    }
}
