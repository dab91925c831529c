//! What is written down, and the bytes that are hashed.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::kernel::instant::Instant;
use crate::kernel::tree::{Hash, leaf_hash_of_parts};
use crate::kernel::{Error, Result};

/// First line of every leaf; the version of the leaf format.
pub const LEAF_FORMAT: &str = "relief-ledger/1";

/// Who acts, for life: random, never a login.
pub type ActorUid = String;

/// The machine's operator: `book create`, `user …`, `demo`.
pub const OPERATOR: &str = "operator";

/// A person acting, as the office knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Actor {
    /// For life.
    pub uid: ActorUid,
    /// The human being: two logins of one person share it; the two-person rule goes by it.
    pub person: String,
    /// Name at the door.
    pub login: String,
    /// Name on paper.
    pub name: String,
}

impl Actor {
    /// The operator of the machine.
    pub fn operator() -> Self {
        Self {
            uid: OPERATOR.to_owned(),
            person: OPERATOR.to_owned(),
            login: OPERATOR.to_owned(),
            name: OPERATOR.to_owned(),
        }
    }
}

/// An event as it lies in the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Position in the book: 1, 2, 3, … without a gap.
    pub position: i64,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Who did it.
    pub actor_uid: ActorUid,
    /// What happened.
    pub kind: String,
    /// Version of the kind's payload.
    pub version: i64,
    /// The request that caused it.
    pub request_key: String,
    /// JSON, byte for byte as hashed.
    pub payload: Vec<u8>,
    /// SHA-256(0x00 ‖ leaf input).
    pub leaf: Hash,
}

impl Recorded {
    /// The payload as the type that its kind and version stand for.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.payload)
            .map_err(|e| Error::internal(format!("event {} {}/{}: {e}", self.position, self.kind, self.version)))
    }

    /// The leaf hash that these bytes must have in the book `book_uid`.
    pub fn expected_leaf(&self, book_uid: &str) -> Hash {
        leaf_hash_of_parts(&[self.header(book_uid).as_bytes(), &self.payload])
    }

    /// The bytes that are hashed to the leaf.
    pub fn leaf_input(&self, book_uid: &str) -> Vec<u8> {
        [self.header(book_uid).as_bytes(), &self.payload].concat()
    }

    fn header(&self, book_uid: &str) -> String {
        format!(
            "{LEAF_FORMAT}\n{book_uid}\n{}\n{}\n{}\n{}/{}\n{}\n",
            self.position,
            self.recorded_at.get(),
            self.actor_uid,
            self.kind,
            self.version,
            self.request_key
        )
    }
}

/// The request that a command answers: written into the payload of the command's first event, so that a book
/// rebuilt from its events still knows every request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Request {
    /// SHA-256 of what was asked, in lower-case hex.
    pub content: String,
    /// The ids that were answered.
    pub answer: serde_json::Value,
}

/// How the payload of a first event begins.
const REQUEST_PREFIX: &[u8] = b"{\"request\":";

#[derive(serde::Deserialize)]
struct WithRequest {
    request: Request,
}

/// Puts the request before the fields of a payload.
pub fn with_request(payload: &[u8], request: &Request) -> Result<Vec<u8>> {
    let request = serde_json::to_vec(request).map_err(Error::internal)?;
    let rest = payload.strip_prefix(b"{").ok_or_else(|| Error::internal("payload is no object"))?;
    let mut whole = Vec::with_capacity(payload.len() + request.len() + 16);
    whole.extend_from_slice(REQUEST_PREFIX);
    whole.extend_from_slice(&request);
    if rest != b"}" {
        whole.push(b',');
    }
    whole.extend_from_slice(rest);
    Ok(whole)
}

/// The request in a payload, if it is that of a first event.
pub fn request_in(payload: &[u8]) -> Result<Option<Request>> {
    if !payload.starts_with(REQUEST_PREFIX) {
        return Ok(None);
    }
    let found: WithRequest = serde_json::from_slice(payload).map_err(Error::internal)?;
    Ok(Some(found.request))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_goes_first_and_is_found_again() {
        let request = Request { content: "ab".into(), answer: serde_json::json!({"grant": 7}) };
        let payload = with_request(br#"{"amount":"1.00"}"#, &request).unwrap();
        assert_eq!(
            String::from_utf8(payload.clone()).unwrap(),
            r#"{"request":{"content":"ab","answer":{"grant":7}},"amount":"1.00"}"#
        );
        assert_eq!(request_in(&payload).unwrap(), Some(request.clone()));
        assert_eq!(request_in(br#"{"amount":"1.00"}"#).unwrap(), None);
        let empty = with_request(b"{}", &request).unwrap();
        assert_eq!(request_in(&empty).unwrap(), Some(request));
    }
}
