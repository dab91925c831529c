//! The bank of the demonstration: it reads the file that goes to it and answers in another.

use csv::{ReaderBuilder, Terminator, WriterBuilder};

use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

/// The columns of an answer in the profile `generic-csv`.
const COLUMNS: [&str; 8] =
    ["payment_id", "account_name", "account_number", "amount", "status", "reason", "bank_serial", "completed_on"];

/// What the bank says of one payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The payment's id; empty where the bank lost it.
    pub payment_id: String,
    /// Account holder.
    pub account_name: String,
    /// Account number.
    pub account_number: String,
    /// How much, as the file writes it.
    pub amount: String,
    /// 成功, 失败 or 退汇.
    pub status: &'static str,
    /// Why it was refused or came back.
    pub reason: &'static str,
}

impl Reply {
    /// It did not arrive.
    pub const fn refused(&mut self, reason: &'static str) {
        (self.status, self.reason) = ("失败", reason);
    }

    /// It came back after it had arrived.
    pub const fn returned(&mut self, reason: &'static str) {
        (self.status, self.reason) = ("退汇", reason);
    }
}

/// Reads a payment file in the profile `generic-csv`; so far all of it arrives.
pub fn all_paid(file: &[u8]) -> Result<Vec<Reply>> {
    let mut reader = ReaderBuilder::new().from_reader(file);
    let mut replies = Vec::new();
    for record in reader.records() {
        let record = record.map_err(Error::internal)?;
        let cell = |place: usize| record.get(place).unwrap_or_default().to_owned();
        replies.push(Reply {
            payment_id: cell(0),
            account_name: cell(1),
            account_number: cell(2),
            amount: cell(5),
            status: "成功",
            reason: "",
        });
    }
    Ok(replies)
}

/// Writes what the bank says on a day. `file` is a number of the bank's, so that no two lines have the same serial number.
pub fn written(replies: &[Reply], file: u32, on: Day) -> Result<Vec<u8>> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(Error::internal)?;
    for (line, reply) in replies.iter().enumerate() {
        let serial = format!("NB{file:03}{:06}", line + 1);
        let cells = [
            &reply.payment_id,
            &reply.account_name,
            &reply.account_number,
            &reply.amount,
            reply.status,
            reply.reason,
            &serial,
            &on.to_string(),
        ];
        writer.write_record(cells).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(Error::internal)
}

/// An entry of a statement: money that came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// On which day.
    pub on: Day,
    /// How much came.
    pub credit: Fen,
    /// How much went.
    pub debit: Fen,
    /// What the bank says of it.
    pub summary: &'static str,
}

/// Writes a statement of an account in the profile `generic-statement`.
pub fn statement(number: &str, (from, to): (Day, Day), opening: Fen, entries: &[Entry]) -> Result<Vec<u8>> {
    let ends = || {
        let (debits, credits) = (Fen::sum(entries.iter().map(|entry| entry.debit))?, credits(entries)?);
        Some((debits, credits, opening.checked_add(credits)?.checked_sub(debits)?))
    };
    let (debits, credits, closing) = ends().ok_or_else(|| Error::internal("a statement of too much"))?;
    let mut text = format!("account,{number},currency,CNY,from,{from},to,{to},opening,{}\r\n", opening.plain());
    text += "date,serial,counter_account,counter_name,debit,credit,balance,summary\r\n";
    let written = |fen: Fen| if fen == Fen::ZERO { String::new() } else { fen.plain() };
    let mut balance = opening;
    for (line, Entry { on, credit, debit, summary }) in entries.iter().enumerate() {
        let after = balance.checked_add(*credit).and_then(|sum| sum.checked_sub(*debit));
        balance = after.ok_or_else(|| Error::internal("a statement of too much"))?;
        let (debit, credit, serial) = (written(*debit), written(*credit), line + 1);
        text += &format!("{on},ST{serial:06},,,{debit},{credit},{},{summary}\r\n", balance.plain());
    }
    let (closing, debits, credits, count) = (closing.plain(), debits.plain(), credits.plain(), entries.len());
    text += &format!("closing,{closing},debits,{debits},credits,{credits},count,{count}\r\n");
    Ok(text.into_bytes())
}

fn credits(entries: &[Entry]) -> Option<Fen> {
    Fen::sum(entries.iter().map(|entry| entry.credit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_leads_from_its_opening_to_its_closing_balance() {
        let on = Day::new(2020, 2, 3).unwrap();
        let entry = |credit, debit| Entry { on, credit: Fen::new(credit), debit: Fen::new(debit), summary: "拨款" };
        let days = (on, on.month_end());
        let bytes = statement("6222", days, Fen::new(100), &[entry(50, 0), entry(0, 149)]).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.ends_with("closing,0.01,debits,1.49,credits,0.50,count,2\r\n"), "{text}");
        assert_eq!(text.lines().nth(2).unwrap(), "2020-02-03,ST000001,,,,0.50,1.50,拨款");
    }

    #[test]
    fn it_answers_what_it_was_sent() {
        let sent = "payment_id,account_name,account_number,bank_code,bank_name,amount,purpose\r\n\
            beilun-7,宁波恒信,6222000012345,102332006123,工行,12.50,BL2020-02 R1\r\n";
        let mut replies = all_paid(sent.as_bytes()).unwrap();
        replies[0].refused("户名不符");
        let answer = String::from_utf8(written(&replies, 2, Day::new(2020, 11, 5).unwrap()).unwrap()).unwrap();
        let line = answer.lines().nth(1).unwrap();
        assert_eq!(line, "beilun-7,宁波恒信,6222000012345,12.50,失败,户名不符,NB002000001,2020-11-05");
    }
}
