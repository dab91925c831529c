//! What the bank said before about a payment, by the kind of file: a return that comes after a statement which told the
//! same tells it again, and a second return does not.

use std::collections::{HashMap, HashSet};

use crate::journal::Desk;
use crate::kernel::Result;
use crate::payments::rules::{Known, PaymentState};
use crate::payments::store::{self, BankFile};

/// Which kinds of files said something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct By {
    statement: bool,
    answer: bool,
}

/// Who said what of payments, as far as it was asked for.
#[derive(Debug, Default)]
pub(super) struct SaidBefore {
    /// The profiles of statements, by name and version, once they are needed.
    statements: Option<HashSet<(String, i64)>>,
    asked: HashSet<i64>,
    said: HashMap<(i64, PaymentState), By>,
}

impl SaidBefore {
    /// Learns what earlier files said of these payments; of those on their way none said anything.
    pub(super) async fn learn(&mut self, desk: &Desk, payments: impl Iterator<Item = &Known>) -> Result<()> {
        let (c, book_id) = (desk.tx.connection(), desk.book_id());
        let answered = payments.filter(|known| known.state != PaymentState::InTransit).map(|known| known.payment);
        let ids: Vec<i64> = answered.filter(|id| self.asked.insert(*id)).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let statements = match self.statements.take() {
            Some(known) => known,
            None => store::profiles_of_statements(c, book_id).await?,
        };
        for one in store::said_of(c, book_id, &ids).await? {
            let Some(state) = PaymentState::from_code(&one.status) else { continue };
            let by = self.said.entry((one.payment, state)).or_default();
            if statements.contains(&(one.profile, one.profile_version)) {
                by.statement = true;
            } else {
                by.answer = true;
            }
        }
        self.statements = Some(statements);
        Ok(())
    }

    /// Whether a file is a return, as far as something was learned: no statement of an account.
    pub(super) fn is_return(&self, file: &BankFile) -> bool {
        let key = (file.profile.clone(), file.profile_version);
        self.statements.as_ref().is_some_and(|statements| !statements.contains(&key))
    }

    /// A line of a return said so, and that counts.
    pub(super) fn answer(&mut self, payment: i64, state: PaymentState) {
        self.said.entry((payment, state)).or_default().answer = true;
    }

    /// Whether a statement said so and no return did: the first return that says it says it once more, and is no duplicate.
    pub(super) fn only_by_statement(&self, payment: i64, state: PaymentState) -> bool {
        self.said.get(&(payment, state)).is_some_and(|by| by.statement && !by.answer)
    }
}
