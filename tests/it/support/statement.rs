//! Statements of an account as a bank sends them, in the profile `generic-statement`; and the account that they are of.
//! Nothing of the program writes these files here.

use relief_ledger::journal::Actor;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{self, NewPayingAccount};

use super::bank::Order;
use super::book::World;

/// A line.
#[derive(Debug, Clone, Default)]
pub struct StatementLine {
    pub on: String,
    pub serial: String,
    pub name: String,
    pub number: String,
    /// Below zero it left the account.
    pub fen: i64,
    pub summary: String,
    pub payment_id: String,
}

impl StatementLine {
    /// Money that went or came on a day, with what the bank says of it.
    pub fn new(on: &str, fen: i64, summary: &str) -> Self {
        let serial = format!("S{on}{fen}");
        Self { on: on.to_owned(), fen, summary: summary.to_owned(), serial, ..Self::default() }
    }

    /// With the other side as the bank was told of it; the payment's own id is not given back.
    #[must_use]
    pub fn with(self, order: &Order) -> Self {
        Self { name: order.name.clone(), number: order.number.clone(), ..self }
    }

    /// About a payment that the bank names.
    #[must_use]
    pub fn of(self, payment_id: &str) -> Self {
        Self { payment_id: payment_id.to_owned(), ..self }
    }
}

/// A statement of an account, and the balance with which it ends.
pub fn statement(number: &str, (from, to): (&str, &str), opening: i64, lines: &[StatementLine]) -> (Vec<u8>, i64) {
    let yuan = |fen: i64| Fen::new(fen).plain();
    let mut text = format!("account,{number},currency,CNY,from,{from},to,{to},opening,{}\r\n", yuan(opening));
    text += "date,serial,counter_account,counter_name,debit,credit,balance,summary,payment_id\r\n";
    let (mut balance, mut debits, mut credits) = (opening, 0, 0);
    for line in lines {
        balance += line.fen;
        let (debit, credit) =
            if line.fen < 0 { (yuan(-line.fen), String::new()) } else { (String::new(), yuan(line.fen)) };
        if line.fen < 0 {
            debits -= line.fen;
        } else {
            credits += line.fen;
        }
        let StatementLine { on, serial, name, number, summary, payment_id, .. } = line;
        text += &format!("{on},{serial},{number},{name},{debit},{credit},{},{summary},{payment_id}\r\n", yuan(balance));
    }
    let (debits, credits, count) = (yuan(debits), yuan(credits), lines.len());
    text += &format!("closing,{},debits,{debits},credits,{credits},count,{count}\r\n", yuan(balance));
    (text.into_bytes(), balance)
}

/// A paying account with this number, recorded by one and confirmed by another.
pub async fn paying_account(world: &World, (records, confirms): (&Actor, &Actor), number: &str, kind: &str) -> i64 {
    let new = NewPayingAccount {
        name: "区财政局".into(),
        kind: kind.into(),
        account_number: number.into(),
        bank_code: "104100000004".into(),
        bank_name: "中国银行宁波北仑支行".into(),
    };
    let id = payments::record_paying_account(&world.door, world.ask(records, "account"), new).await.unwrap().account;
    let shown = payments::paying_account(&world.door.db.read, world.book_id, id).await.unwrap();
    let (ask, leaf) = (world.ask(confirms, "account"), shown.leaf.to_string());
    payments::decide_paying_account(&world.door, ask, id, leaf, true).await.unwrap();
    id
}
