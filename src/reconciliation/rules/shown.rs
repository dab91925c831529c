//! What is shown of a batch or a month and signed, and the digest that binds the signature to it.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::adjustment::Adjustment;
use super::compared::Compared;
use super::signing::Subject;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result};

/// What is shown and signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Of a batch.
    pub compared: Option<Compared>,
    /// Of an account and month.
    pub adjustment: Option<Adjustment>,
    /// Differences of the account and month that are not settled.
    pub open_differences: i64,
}

/// The bytes over which the digest goes: everything that the page shows, in a fixed order.
#[derive(Serialize)]
struct Signed<'a> {
    book: &'a str,
    subject: Subject,
    at: i64,
    compared: &'a Option<Compared>,
    adjustment: &'a Option<Adjustment>,
}

impl Shown {
    /// Hex SHA-256 of what is shown of a subject at a position.
    ///
    /// # Errors
    /// If it cannot be written down.
    pub fn digest(&self, book_uid: &str, subject: Subject, at: i64) -> Result<String> {
        let signed = Signed { book: book_uid, subject, at, compared: &self.compared, adjustment: &self.adjustment };
        let bytes = serde_json::to_vec(&signed).map_err(Error::internal)?;
        Ok(hex::encode(Sha256::digest(bytes)))
    }

    /// Whether it may be signed: it closes, and nothing that differs is open.
    ///
    /// Refusals: `reconciliation_open` (`n` differences; by what the levels differ: `batch`, `account`, `stages`),
    /// `no_statement`.
    pub fn closes(&self) -> Result<(), Refusal> {
        let open = |n: i64, batch: Fen, account: Fen, stages: Fen| {
            let refusal = Refusal::new("reconciliation_open").with("n", n).with("batch", batch.grouped());
            refusal.with("account", account.grouped()).with("stages", stages.grouped())
        };
        match (&self.compared, &self.adjustment) {
            (Some(compared), _) if compared.closes => Ok(()),
            (Some(compared), _) => {
                let n = i64::try_from(compared.discrepancies.len()).unwrap_or(i64::MAX);
                let (account, stages) = (compared.account.difference, compared.stages.difference());
                Err(open(n, compared.batch.difference, account, stages))
            }
            (None, Some(adjustment)) if adjustment.stated_until < adjustment.from => Err(Refusal::new("no_statement")),
            (None, Some(adjustment)) if adjustment.closes() && self.open_differences == 0 => Ok(()),
            (None, Some(adjustment)) => Err(open(self.open_differences, Fen::ZERO, adjustment.difference(), Fen::ZERO)),
            (None, None) => Err(Refusal::new("no_statement")),
        }
    }

    /// What bank and book have, and both adjusted: of a batch what was paid and not returned.
    pub fn balances(&self) -> (Fen, Fen, Fen) {
        if let Some(adjustment) = &self.adjustment {
            return (adjustment.bank, adjustment.book, adjustment.adjusted_book);
        }
        let Some(compared) = &self.compared else { return (Fen::ZERO, Fen::ZERO, Fen::ZERO) };
        let batch = &compared.batch;
        let bank = Fen::new(batch.bank_paid.sum.get() - batch.bank_returned.sum.get());
        (bank, batch.paid.sum, batch.paid.sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_of_book_subject_position_and_all_that_is_shown() {
        let shown = Shown { compared: None, adjustment: None, open_differences: 0 };
        let digest = |uid, subject, at| shown.digest(uid, subject, at).unwrap();
        let one = digest("a", Subject::Batch(1), 5);
        assert_eq!(one, digest("a", Subject::Batch(1), 5));
        for other in
            [digest("b", Subject::Batch(1), 5), digest("a", Subject::Batch(2), 5), digest("a", Subject::Batch(1), 6)]
        {
            assert_ne!(one, other);
        }
        assert_eq!(shown.closes().unwrap_err().code, "no_statement");
    }
}
