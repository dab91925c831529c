//! Of which account and of which batch a file of the bank speaks, as far as it says so: it says nothing of payments that
//! went out otherwise, whatever ids stand in it.

use std::collections::HashMap;

use crate::journal::{Desk, Head};
use crate::kernel::{Refusal, Result};
use crate::payments::files::BankFile;
use crate::payments::rules::{self, Difference, Name};
use crate::payments::store::{self, PayingAccount, SentFrom};

/// Whether no digit of an account's number is hidden.
pub(super) fn is_whole(account_number: &str) -> bool {
    account_number.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Of which paying account a file is: that which it names, else that which somebody chose for it.
///
/// # Errors
/// `paying_account_unknown`, `bank_file_of_another` (`said`, `chosen`) if it names another one than was chosen.
pub(super) async fn whose(desk: &Desk, chosen: Option<i64>, number: &str) -> Result<Option<PayingAccount>> {
    let known = store::paying_accounts(desk.tx.connection(), desk.book_id()).await?;
    let mut open = known.into_iter().filter(|account| account.state == "open");
    let Some(chosen) = chosen else { return Ok(open.find(|account| account.account_number == number)) };
    let account = open.find(|account| account.id == chosen);
    let account = account.ok_or_else(|| Refusal::new("paying_account_unknown").at("account"))?;
    if !number.is_empty() && is_whole(number) && account.account_number != number {
        let refusal = Refusal::new("bank_file_of_another").at("account").with("said", number);
        return Err(refusal.with("chosen", account.account_number).into());
    }
    Ok(Some(account))
}

/// What a file says of itself, and how the payments in it went out.
#[derive(Debug, Default)]
pub(super) struct Sender {
    /// The book's code, which stands before a batch's number.
    code: String,
    /// The account that the file names; empty if it names none, or hides digits of it.
    account_number: String,
    /// The batch that a return names above its lines.
    batch: Option<i64>,
    went_out: HashMap<i64, SentFrom>,
}

impl Sender {
    /// A statement holds what became of many batches: what stands above its lines is none of theirs.
    pub(super) fn of(head: &Head, read: &BankFile, account_number: &str, is_statement: bool) -> Self {
        let named = read.batch.as_deref().filter(|_| !is_statement);
        Self {
            code: head.code.clone(),
            account_number: if is_whole(account_number) { account_number.to_owned() } else { String::new() },
            batch: named.and_then(|words| rules::named_batch(&head.code, words)).map(|(batch, _)| batch),
            went_out: HashMap::new(),
        }
    }

    /// Learns how these payments went out.
    pub(super) async fn learn(&mut self, desk: &Desk, payments: &[i64]) -> Result<()> {
        if self.account_number.is_empty() && self.batch.is_none() {
            return Ok(());
        }
        let new: Vec<i64> = payments.iter().copied().filter(|id| !self.went_out.contains_key(id)).collect();
        self.went_out.extend(store::sent_from(desk.tx.connection(), desk.book_id(), &new).await?);
        Ok(())
    }

    /// What differs, if the payment went out from another account, or with another batch, than those of which the file
    /// speaks. Of a batch without an account nobody knows from where it went.
    pub(super) fn differs(&self, payment: i64) -> Option<Difference> {
        let sent = self.went_out.get(&payment)?;
        let differs = |book: String, bank: String| Some(Difference { name: Name::OrderDiffers, book, bank });
        match (&sent.account_number, self.batch) {
            (Some(own), _) if !self.account_number.is_empty() && *own != self.account_number => {
                differs(own.clone(), self.account_number.clone())
            }
            (_, Some(said)) if said != sent.batch => {
                differs(format!("{}-{}", self.code, sent.batch), format!("{}-{said}", self.code))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(account_number: &str, batch: Option<i64>, own: Option<&str>) -> Sender {
        let sent = SentFrom { batch: 7, account_number: own.map(str::to_owned) };
        let went_out = HashMap::from([(9, sent)]);
        Sender { code: "beilun".into(), account_number: account_number.into(), batch, went_out }
    }

    #[test]
    fn what_a_file_says_of_itself_is_held_against_how_a_payment_went_out() {
        for (account, batch, own) in
            [("", None, Some("1")), ("1", None, Some("1")), ("1", Some(7), None), ("", Some(7), Some("1"))]
        {
            assert_eq!(sender(account, batch, own).differs(9), None, "{account} {batch:?}");
        }
        let other = sender("2", Some(7), Some("1")).differs(9).unwrap();
        assert_eq!((other.book.as_str(), other.bank.as_str()), ("1", "2"));
        let other = sender("1", Some(8), Some("1")).differs(9).unwrap();
        assert_eq!((other.book.as_str(), other.bank.as_str()), ("beilun-7", "beilun-8"));
    }
}
