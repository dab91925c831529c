//! ISO 20022 `pain.002`: what became of the payments of a `pain.001`, payment by payment or all at once.

use super::line::status;
use super::message::Fields;
use super::said::plain;
use super::totals::Totals;
use super::xml::{Node, stream, text_of};
use super::{BankFile, BankLine, LineKind, Side, Status, WholeAnswer};
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::payments::files::profile::Profile;
use crate::sheets::{BadCell, Faults};

/// Reads the message.
pub(super) fn read(profile: &Profile, bytes: &[u8]) -> Result<BankFile, Faults> {
    let text = text_of(bytes)?;
    let mut answers = Answers { profile, currency: None, lines: Vec::new(), bad: Vec::new(), rows: 0 };
    let root = stream(&text, "TxInfAndSts", &mut |node, _| answers.take(&node))?;
    answers.finish(&root)
}

/// The answers so far.
struct Answers<'p> {
    profile: &'p Profile,
    currency: Option<String>,
    lines: Vec<BankLine>,
    bad: Vec<BadCell>,
    rows: u64,
}

impl Answers<'_> {
    fn take(&mut self, node: &Node) {
        self.rows += 1;
        let before = self.bad.len();
        let status = self.status(node, &["TxSts"]);
        let mut fields = Fields { node, bad: &mut self.bad };
        let line = BankLine {
            line: node.line,
            payment_id: fields.id(&[&["OrgnlEndToEndId"]]),
            batch: None,
            account_name: fields.party(&[&["OrgnlTxRef", "Cdtr"]]).unwrap_or_default(),
            account_number: fields.account(&[&["OrgnlTxRef", "CdtrAcct"]]).unwrap_or_default(),
            amount_fen: fields.amount(
                &[&["OrgnlTxRef", "Amt", "InstdAmt"], &["OrgnlTxRef", "IntrBkSttlmAmt"]],
                &mut self.currency,
                false,
            ),
            kind: LineKind::Payment,
            side: Side::Debit,
            reason: fields.reason(&["StsRsnInf"]),
            bank_serial: fields.words("bank_serial", &[&["AcctSvcrRef"], &["StsId"]]),
            voucher_number: None,
            completed_on: fields.day(&[
                &["FctvIntrBkSttlmDt", "Dt"],
                &["FctvIntrBkSttlmDt", "DtTm"],
                &["AccptncDtTm"],
                &["OrgnlTxRef", "IntrBkSttlmDt"],
            ]),
            balance_after_fen: None,
            status: status.unwrap_or(Status::Unknown(String::new())),
        };
        if line.payment_id.is_none() && self.bad.len() == before {
            self.bad.push(BadCell::cell(node.line, "payment_id", "", Refusal::new("cell_required")));
        }
        if self.bad.len() == before {
            self.lines.push(line);
        }
    }

    fn status(&mut self, node: &Node, path: &[&str]) -> Option<Status> {
        match node.text(path) {
            Some(word) => Some(status(&self.profile.folded.0, word)),
            None => {
                self.bad.push(BadCell::cell(node.line, "status", "", Refusal::new("cell_required")));
                None
            }
        }
    }

    fn finish(mut self, root: &Node) -> Result<BankFile, Faults> {
        let Some(report) = root.find("CstmrPmtStsRpt") else {
            let found = root.children.first().map_or("", |node| node.name.as_str());
            return Err(Refusal::new("bank_xml_other").with("expected", "pain.002").with("found", found).into());
        };
        // a payment that was paid without a day of its own was paid by the day of the message
        let message_day = Fields { node: report, bad: &mut self.bad }.day(&[&["GrpHdr", "CreDtTm"]]);
        for line in self.lines.iter_mut().filter(|line| line.completed_on.is_none()) {
            line.completed_on = message_day;
        }
        let batch = report.text(&["OrgnlGrpInfAndSts", "OrgnlMsgId"]).map(str::to_owned);
        let whole = self.whole(report, message_day);
        if self.rows == 0 && whole.is_none() && self.bad.is_empty() {
            self.bad.push(BadCell::file(Refusal::new("bank_rows_none")));
        }
        let sum_fen = Totals::of(&self.lines).sum(&mut self.bad);
        if !self.bad.is_empty() {
            self.bad.sort_by_key(|bad| bad.line);
            return Err(Faults { cells: self.bad, rows_in_file: self.rows });
        }
        let count = u64::try_from(self.lines.len()).unwrap_or(u64::MAX);
        let said = self.counted(report, count, i128::from(sum_fen.get()));
        if self.bad.is_empty() {
            Ok(BankFile {
                notices: Vec::new(),
                control: super::Control { count, sum_fen, said },
                batch,
                account_number: None,
                currency: self.currency.unwrap_or_else(|| "CNY".to_owned()),
                whole,
                statement: None,
                lines: self.lines,
            })
        } else {
            Err(Faults { cells: self.bad, rows_in_file: self.rows })
        }
    }

    /// What is said of the whole group, or of a payment information, where no payment is named.
    fn whole(&mut self, report: &Node, completed_on: Option<Day>) -> Option<WholeAnswer> {
        // of several payment informations one answer for all would be a guess: a batch goes out as one
        let informations = report.all("OrgnlPmtInfAndSts").filter(|node| node.text(&["PmtInfSts"]).is_some()).count();
        if self.rows > 0 || informations > 1 {
            return None;
        }
        let group = report.at(&["OrgnlGrpInfAndSts"])?;
        let information = report.at(&["OrgnlPmtInfAndSts"]).filter(|node| node.text(&["PmtInfSts"]).is_some());
        let (node, sts, id) = match information {
            Some(node) => (node, "PmtInfSts", "OrgnlPmtInfId"),
            None => (group, "GrpSts", "OrgnlMsgId"),
        };
        let answer = status(&self.profile.folded.0, node.text(&[sts])?);
        let mut fields = Fields { node, bad: &mut self.bad };
        Some(WholeAnswer {
            batch: node.text(&[id])?.to_owned(),
            status: answer,
            reason: fields.reason(&["StsRsnInf"]),
            completed_on,
            count: fields.read("count", &[&["OrgnlNbOfTxs"]], |text| {
                text.parse().map_err(|_| Refusal::new("bank_count_differs").with("said", text).with("found", 0))
            }),
            sum_fen: fields.read("sum", &[&["OrgnlCtrlSum"]], super::message::amount),
        })
    }

    /// The count and sum of the original message, if the answer names every payment of it.
    fn counted(&mut self, report: &Node, count: u64, sum_fen: i128) -> bool {
        let Some(group) = report.at(&["OrgnlGrpInfAndSts"]) else { return false };
        let said = group.text(&["OrgnlNbOfTxs"]).and_then(|text| text.parse::<u64>().ok());
        if said != Some(count) {
            // an answer may name only the payments that failed: the count says how many there were
            if let Some(said) = said.filter(|said| *said < count) {
                let refusal = Refusal::new("bank_count_differs").with("said", said).with("found", count);
                self.bad.push(BadCell::cell(group.line, "count", &said.to_string(), refusal));
            }
            return false;
        }
        let complete = self.lines.iter().all(|line| line.amount_fen.is_some());
        let Some(text) = group.text(&["OrgnlCtrlSum"]).filter(|_| complete) else { return true };
        match super::message::amount(text) {
            Ok(sum) if i128::from(sum.get()) == sum_fen => {}
            Ok(sum) => {
                let refusal = Refusal::new("bank_sum_differs").with("said", sum.plain()).with("found", plain(sum_fen));
                self.bad.push(BadCell::cell(group.line, "sum", text, refusal));
            }
            Err(refusal) => self.bad.push(BadCell::cell(group.line, "sum", text, refusal)),
        }
        true
    }
}
