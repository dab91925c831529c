//! The bank of the demonstration: it reads the file that goes to it and answers in another.

use csv::{ReaderBuilder, Terminator, WriterBuilder};

use crate::kernel::dates::Day;
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

#[cfg(test)]
mod tests {
    use super::*;

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
