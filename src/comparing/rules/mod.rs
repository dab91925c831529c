//! Which row of a list stands for which grant of the book, by rules that are tried in order; and what then differs. Pure.
//!
//! Nothing is guessed: a rule pairs a row and a grant only where each is the only one of its key. Where several are, all of
//! them are told together as ambiguous. So every row and every grant ends in exactly one entry, and what the list has more
//! than the book is the sum of what its entries have more.

mod pairing;

use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::text::{name_key, same_name};

pub use pairing::pair;

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its line in the file.
    pub line: u64,
    /// Reference of the grant.
    pub reference: Option<String>,
    /// Number of the recipient, in capitals without blanks.
    pub uscc: Option<String>,
    /// Name of the recipient.
    pub name: Option<String>,
    /// Policy: its code in the book, else as written.
    pub policy: Option<String>,
    /// Amount.
    pub amount: Fen,
    /// Account.
    pub account: Option<String>,
    /// Day of payment.
    pub date: Option<Day>,
}

/// A grant of the book of which something is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// The grant.
    pub grant: i64,
    /// Its reference.
    pub reference: String,
    /// Number of the recipient.
    pub uscc: String,
    /// Its name on the grant.
    pub name: String,
    /// Code of the policy.
    pub policy: String,
    /// Net paid.
    pub amount: Fen,
    /// Account that was paid.
    pub account: String,
    /// First day of payment.
    pub date: Option<Day>,
}

/// How a row and a grant were found to belong together, in the order in which it is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The same reference.
    Reference,
    /// Number, policy and amount.
    UsccPolicyAmount,
    /// Number and amount.
    UsccAmount,
    /// Number and policy, several on one side that add up to the one on the other.
    UsccPolicySum,
    /// Number and policy.
    UsccPolicy,
    /// Number, of a row that names no policy.
    Uscc,
    /// Name and amount.
    NameAmount,
}

impl Rule {
    /// All of them, in order.
    pub const ALL: [Self; 7] = [
        Self::Reference,
        Self::UsccPolicyAmount,
        Self::UsccAmount,
        Self::UsccPolicySum,
        Self::UsccPolicy,
        Self::Uscc,
        Self::NameAmount,
    ];

    /// The word of files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::UsccPolicyAmount => "uscc_policy_amount",
            Self::UsccAmount => "uscc_amount",
            Self::UsccPolicySum => "uscc_policy_sum",
            Self::UsccPolicy => "uscc_policy",
            Self::Uscc => "uscc",
            Self::NameAmount => "name_amount",
        }
    }
}

/// What became of a row or a grant. Of several differences the first of this order stands for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Nothing differs of what the list says.
    Same,
    /// The amounts differ.
    AmountDiffers,
    /// The numbers differ.
    UsccDiffers,
    /// The policies differ.
    PolicyDiffers,
    /// The names differ.
    NameDiffers,
    /// The accounts differ.
    AccountDiffers,
    /// The days differ.
    DateDiffers,
    /// Only the list has it.
    MissingInBook,
    /// Only the book has it.
    MissingInList,
    /// Several may be meant.
    Ambiguous,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Same,
        Self::AmountDiffers,
        Self::UsccDiffers,
        Self::PolicyDiffers,
        Self::NameDiffers,
        Self::AccountDiffers,
        Self::DateDiffers,
        Self::MissingInBook,
        Self::MissingInList,
        Self::Ambiguous,
    ];

    /// The word of files and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::AmountDiffers => "amount_differs",
            Self::UsccDiffers => "uscc_differs",
            Self::PolicyDiffers => "policy_differs",
            Self::NameDiffers => "name_differs",
            Self::AccountDiffers => "account_differs",
            Self::DateDiffers => "date_differs",
            Self::MissingInBook => "missing_in_book",
            Self::MissingInList => "missing_in_list",
            Self::Ambiguous => "ambiguous",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

/// Rows and grants that belong together, by their places; of one side there may be none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What became of them.
    pub outcome: Outcome,
    /// All that differs.
    pub differs: Vec<Outcome>,
    /// By which rule; none where only one side has it.
    pub rule: Option<Rule>,
    /// Rows of the list.
    pub rows: Vec<usize>,
    /// Grants of the book.
    pub grants: Vec<usize>,
}

/// How many entries of an outcome, and their sums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Part {
    /// Entries.
    pub entries: usize,
    /// Rows of the list in them.
    pub rows: usize,
    /// Grants of the book in them.
    pub grants: usize,
    /// Sum of the rows, in fen.
    pub list_fen: i128,
    /// Sum of the grants, in fen.
    pub book_fen: i128,
}

impl Part {
    /// List less book.
    pub const fn difference_fen(&self) -> i128 {
        self.list_fen - self.book_fen
    }

    fn count(&mut self, entry: &Entry, (list_fen, book_fen): (i128, i128)) {
        self.entries += 1;
        self.rows += entry.rows.len();
        self.grants += entry.grants.len();
        self.list_fen += list_fen;
        self.book_fen += book_fen;
    }
}

/// The sums of an entry: list, book.
pub fn sums(entry: &Entry, list: &[Listed], book: &[Booked]) -> (i128, i128) {
    let rows = entry.rows.iter().filter_map(|row| list.get(*row)).map(|row| i128::from(row.amount.get()));
    let grants = entry.grants.iter().filter_map(|grant| book.get(*grant)).map(|grant| i128::from(grant.amount.get()));
    (rows.sum(), grants.sum())
}

/// The parts by outcome, in the order of [`Outcome::ALL`].
pub fn parts(entries: &[Entry], list: &[Listed], book: &[Booked]) -> Vec<(Outcome, Part)> {
    let of = |outcome: Outcome| {
        let mut part = Part::default();
        for entry in entries.iter().filter(|entry| entry.outcome == outcome) {
            part.count(entry, sums(entry, list, book));
        }
        (outcome, part)
    };
    Outcome::ALL.into_iter().map(of).collect()
}

/// Whether the entries hold every row and every grant exactly once, and so their differences add up to that of the sides.
pub fn reconciles(entries: &[Entry], list: &[Listed], book: &[Booked]) -> bool {
    let once = |mut places: Vec<usize>, all: usize| {
        places.sort_unstable();
        places.into_iter().eq(0..all)
    };
    let of_entries: i128 = entries.iter().map(|entry| sums(entry, list, book)).map(|(list, book)| list - book).sum();
    let of_list: i128 = list.iter().map(|row| i128::from(row.amount.get())).sum();
    let of_book: i128 = book.iter().map(|grant| i128::from(grant.amount.get())).sum();
    once(entries.iter().flat_map(|entry| entry.rows.clone()).collect(), list.len())
        && once(entries.iter().flat_map(|entry| entry.grants.clone()).collect(), book.len())
        && of_entries == of_list - of_book
}

/// What differs between rows and grants that belong together; only what the list says is compared.
fn differences(rows: &[&Listed], grants: &[&Booked]) -> Vec<Outcome> {
    let list: i128 = rows.iter().map(|row| i128::from(row.amount.get())).sum();
    let book: i128 = grants.iter().map(|grant| i128::from(grant.amount.get())).sum();
    let any =
        |differs: fn(&Listed, &Booked) -> bool| rows.iter().any(|row| grants.iter().any(|grant| differs(row, grant)));
    let is_one = rows.len() == 1 && grants.len() == 1;
    let found = [
        (Outcome::AmountDiffers, list != book),
        (Outcome::UsccDiffers, any(|row, grant| row.uscc.as_ref().is_some_and(|number| *number != grant.uscc))),
        (Outcome::PolicyDiffers, any(|row, grant| row.policy.as_ref().is_some_and(|policy| *policy != grant.policy))),
        (Outcome::NameDiffers, any(|row, grant| row.name.as_ref().is_some_and(|name| !same_name(name, &grant.name)))),
        (
            Outcome::AccountDiffers,
            any(|row, grant| row.account.as_ref().is_some_and(|account| *account != grant.account)),
        ),
        // A sum has no day of its own.
        (Outcome::DateDiffers, is_one && any(|row, grant| row.date.is_some() && row.date != grant.date)),
    ];
    found.into_iter().filter(|(_, differs)| *differs).map(|(outcome, _)| outcome).collect()
}

/// A name as rules compare it.
fn key_of_name(name: &str) -> Option<String> {
    Some(name_key(name)).filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests;
