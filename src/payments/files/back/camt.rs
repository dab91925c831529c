//! ISO 20022 `camt.053` (statement) and `camt.054` (notification): entries of an account, each of one or many payments.

use super::balance::{Balance, followed};
use super::line::kind;
use super::message::{Fields, account_text, amount, day, in_currency, shortened};
use super::said::plain;
use super::totals::Totals;
use super::xml::{Node, stream, text_of};
use super::{BankFile, BankLine, Control, LineKind, Side, Statement, Status};
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::payments::files::profile::{FileFormat, Profile};
use crate::sheets::{BadCell, Faults};

/// Reads the message.
pub(super) fn read(profile: &Profile, bytes: &[u8]) -> Result<BankFile, Faults> {
    let text = text_of(bytes)?;
    let mut entries = Entries { profile, currency: None, lines: Vec::new(), bad: Vec::new(), entries: Vec::new() };
    let root = stream(&text, "Ntry", &mut |node| entries.take(&node))?;
    entries.finish(&root)
}

/// The entries so far.
struct Entries<'p> {
    profile: &'p Profile,
    currency: Option<String>,
    lines: Vec<BankLine>,
    bad: Vec<BadCell>,
    /// Side and amount of each entry, for the summary.
    entries: Vec<(Side, Fen)>,
}

/// What an entry says of all its payments.
struct Entry<'n> {
    node: &'n Node,
    side: Side,
    amount: Fen,
    is_booked: bool,
    is_reversal: bool,
    day: Option<Day>,
}

impl Entries<'_> {
    fn take(&mut self, node: &Node) {
        let before = self.bad.len();
        let side = self.side(node);
        let mut fields = Fields { node, bad: &mut self.bad };
        let amount = fields.amount(&[&["Amt"]], &mut self.currency, true);
        let paths: [&[&str]; 4] = [&["ValDt", "Dt"], &["ValDt", "DtTm"], &["BookgDt", "Dt"], &["BookgDt", "DtTm"]];
        let day = fields.day(&paths);
        let (Some(side), Some(amount)) = (side, amount) else { return };
        let word = node.text(&["Sts", "Cd"]).or_else(|| node.text(&["Sts"])).unwrap_or("BOOK");
        let is_reversal = matches!(node.text(&["RvslInd"]), Some("true" | "1"));
        let entry = Entry { node, side, amount, is_booked: word == "BOOK", is_reversal, day };
        if entry.is_booked {
            self.entries.push((side, amount));
        }
        let lines = self.lines_of(&entry);
        if self.bad.len() == before {
            self.lines.extend(lines);
        }
    }

    /// A line for each payment that the entry names with its amount; else one for the entry.
    fn lines_of(&mut self, entry: &Entry<'_>) -> Vec<BankLine> {
        let details: Vec<&Node> = entry.node.all("NtryDtls").flat_map(|details| details.all("TxDtls")).collect();
        match details.as_slice() {
            [] => vec![self.line(entry, entry.node, entry.amount, entry.side)],
            [one] => vec![self.line(entry, one, entry.amount, entry.side)],
            many => {
                let own: Vec<Option<Fen>> = many.iter().map(|node| self.own_amount(node)).collect();
                if own.iter().all(Option::is_none) {
                    // the bank names the payments without amounts: the entry stands for its batch
                    return vec![self.line(entry, entry.node, entry.amount, entry.side)];
                }
                let mut sum = 0;
                let mut lines = Vec::with_capacity(many.len());
                for (node, own) in many.iter().zip(own) {
                    let Some(amount) = own else {
                        self.bad.push(BadCell::cell(node.line, "amount", "", Refusal::new("cell_required")));
                        continue;
                    };
                    let side = node.at(&["CdtDbtInd"]).and_then(side_of).unwrap_or(entry.side);
                    sum += side.signed(amount);
                    lines.push(self.line(entry, node, amount, side));
                }
                let whole = entry.side.signed(entry.amount);
                if sum != whole {
                    let refusal =
                        Refusal::new("bank_entry_sum").with("said", plain(whole.abs())).with("found", plain(sum.abs()));
                    self.bad.push(BadCell::cell(entry.node.line, "amount", &entry.amount.plain(), refusal));
                }
                lines
            }
        }
    }

    fn own_amount(&mut self, node: &Node) -> Option<Fen> {
        // what was instructed may be in another currency: only what moved on the account counts
        let paths: [&[&str]; 2] = [&["Amt"], &["AmtDtls", "TxAmt", "Amt"]];
        Fields { node, bad: &mut self.bad }.amount(&paths, &mut self.currency, false)
    }

    fn line(&mut self, entry: &Entry<'_>, node: &Node, amount: Fen, side: Side) -> BankLine {
        let said = [node.text(&["AddtlTxInf"]), node.text(&["RmtInf", "Ustrd"]), entry.node.text(&["AddtlNtryInf"])];
        let summary = said.into_iter().flatten().next().map(shortened);
        let is_return =
            entry.is_reversal || node.at(&["RtrInf"]).is_some() || is_return_code(node) || is_return_code(entry.node);
        let by_code = code_kind(node).or_else(|| code_kind(entry.node));
        let kind = match by_code {
            _ if is_return && side == Side::Credit => LineKind::Return,
            Some(kind) => kind,
            None => kind(&self.profile.folded.1, side, summary.as_deref().unwrap_or_default()),
        };
        let status = match entry.is_booked {
            false => Status::Unknown(
                entry.node.text(&["Sts", "Cd"]).or_else(|| entry.node.text(&["Sts"])).unwrap_or_default().to_owned(),
            ),
            true if kind == LineKind::Return => Status::Returned,
            true => Status::Paid,
        };
        let mut fields = Fields { node, bad: &mut self.bad };
        let (name, account): ([&[&str]; 2], [&[&str]; 2]) = if side == Side::Debit || kind == LineKind::Return {
            ([&["RltdPties", "Cdtr"], &["RltdPties", "Dbtr"]], [&["RltdPties", "CdtrAcct"], &["RltdPties", "DbtrAcct"]])
        } else {
            ([&["RltdPties", "Dbtr"], &["RltdPties", "Cdtr"]], [&["RltdPties", "DbtrAcct"], &["RltdPties", "CdtrAcct"]])
        };
        let batch: [&[&str]; 3] = [&["Refs", "PmtInfId"], &["Refs", "MsgId"], &["NtryDtls", "Btch", "PmtInfId"]];
        BankLine {
            line: node.line,
            payment_id: fields.id(&[&["Refs", "EndToEndId"]]),
            batch: fields.words("batch", &batch).or_else(|| batch_of(entry.node)),
            account_name: fields.party(&name).unwrap_or_default(),
            account_number: fields.account(&account).unwrap_or_default(),
            amount_fen: Some(amount),
            status,
            kind,
            side,
            reason: fields.reason(&["RtrInf"]).or(summary),
            bank_serial: fields
                .words("bank_serial", &[&["Refs", "AcctSvcrRef"], &["AcctSvcrRef"]])
                .or_else(|| entry.node.text(&["AcctSvcrRef"]).or_else(|| entry.node.text(&["NtryRef"])).map(shortened)),
            voucher_number: None,
            completed_on: entry.day,
            balance_after_fen: None,
        }
    }

    fn side(&mut self, node: &Node) -> Option<Side> {
        let found = node.at(&["CdtDbtInd"]);
        let side = found.and_then(side_of);
        if side.is_none() {
            let text = found.map_or("", Node::own_text);
            self.bad.push(BadCell::cell(node.line, "side", text, Refusal::new("bank_side").with("found", text)));
        }
        side
    }

    fn finish(mut self, root: &Node) -> Result<BankFile, Faults> {
        let (message, part, expected) = match self.profile.format {
            FileFormat::Camt053 => ("BkToCstmrStmt", "Stmt", "camt.053"),
            _ => ("BkToCstmrDbtCdtNtfctn", "Ntfctn", "camt.054"),
        };
        let Some(report) = root.find(message) else {
            let found = root.children.first().map_or("", |node| node.name.as_str());
            return Err(Refusal::new("bank_xml_other").with("expected", expected).with("found", found).into());
        };
        let parts: Vec<&Node> = report.all(part).collect();
        let [account] = parts.as_slice() else {
            return Err(Refusal::new("bank_accounts_several").with("count", parts.len()).into());
        };
        let totals = Totals::of(&self.lines);
        let sum_fen = totals.sum(&mut self.bad);
        let said = self.summary(account);
        let number = account
            .at(&["Acct"])
            .and_then(account_text)
            .map(|(_, text)| super::line::account(text).unwrap_or_else(|_| text.to_owned()));
        let statement = if expected == "camt.053" { self.statement(account, number.clone()) } else { None };
        if !self.bad.is_empty() {
            self.bad.sort_by_key(|bad| bad.line);
            let rows_in_file = u64::try_from(self.lines.len()).unwrap_or(u64::MAX);
            return Err(Faults { cells: self.bad, rows_in_file });
        }
        Ok(BankFile {
            control: Control { count: u64::try_from(self.lines.len()).unwrap_or(u64::MAX), sum_fen, said },
            batch: None,
            account_number: number,
            currency: self.currency.clone().unwrap_or_else(|| "CNY".to_owned()),
            whole: None,
            statement,
            lines: self.lines,
        })
    }

    /// The summary of entries, if there is one: number and sum of all, of credits and of debits.
    fn summary(&mut self, account: &Node) -> bool {
        let Some(summary) = account.at(&["TxsSummry"]) else { return false };
        let mut said = false;
        for (element, wanted) in
            [("TtlNtries", None), ("TtlCdtNtries", Some(Side::Credit)), ("TtlDbtNtries", Some(Side::Debit))]
        {
            let Some(node) = summary.at(&[element]) else { continue };
            let counted = self.entries.iter().filter(|(side, _)| wanted.is_none_or(|wanted| wanted == *side));
            let (count, sum) =
                counted.fold((0_u64, 0_i128), |(count, sum), (_, amount)| (count + 1, sum + i128::from(amount.get())));
            if let Some(text) = node.text(&["NbOfNtries"]) {
                said = true;
                if text.parse() != Ok(count) {
                    let refusal = Refusal::new("bank_count_differs").with("said", text).with("found", count);
                    self.bad.push(BadCell::cell(node.line, "count", text, refusal));
                }
            }
            if let Some(text) = node.text(&["Sum"]) {
                said = true;
                match amount(text) {
                    Ok(claimed) if i128::from(claimed.get()) == sum => {}
                    Ok(claimed) => {
                        let refusal =
                            Refusal::new("bank_sum_differs").with("said", claimed.plain()).with("found", plain(sum));
                        self.bad.push(BadCell::cell(node.line, "sum", text, refusal));
                    }
                    Err(refusal) => self.bad.push(BadCell::cell(node.line, "sum", text, refusal)),
                }
            }
        }
        said
    }

    fn statement(&mut self, account: &Node, account_number: Option<String>) -> Option<Statement> {
        let opening = self.balance(account, &["OPBD", "PRCD"]);
        let closing = self.balance(account, &["CLBD"]);
        if opening.is_none() || closing.is_none() {
            if self.bad.is_empty() {
                self.bad.push(BadCell::row(account.line, Refusal::new("bank_balance_missing")));
            }
            return None;
        }
        if !self.bad.is_empty() {
            // amounts are missing: what the balances would say of the rest would only mislead
            return None;
        }
        let (opening_fen, closing_fen) = followed(&self.lines, opening, closing, &mut self.bad)?;
        let days = || self.lines.iter().filter_map(|line| line.completed_on);
        let said =
            |paths: [&[&str]; 2]| paths.iter().find_map(|path| account.text(path)).and_then(|text| day(text).ok());
        let from = said([&["FrToDt", "FrDtTm"], &["FrToDt", "FrDt"]]).or_else(|| days().min());
        let to = said([&["FrToDt", "ToDtTm"], &["FrToDt", "ToDt"]]).or_else(|| days().max());
        let made = account.text(&["CreDtTm"]).and_then(|text| day(text).ok());
        let (Some(from_on), Some(to_on)) = (from.or(made), to.or(made)) else {
            self.bad.push(BadCell::row(account.line, Refusal::new("bank_period_missing")));
            return None;
        };
        let currency = self.currency.clone().unwrap_or_else(|| "CNY".to_owned());
        Some(Statement { account_number, currency, from_on, to_on, opening_fen, closing_fen })
    }

    /// The first balance of one of the types, below zero if it is a debit.
    fn balance(&mut self, account: &Node, types: &[&str]) -> Option<Balance> {
        let is = |node: &&Node, wanted: &str| node.text(&["Tp", "CdOrPrtry", "Cd"]) == Some(wanted);
        let node = types.iter().find_map(|wanted| account.all("Bal").find(|node| is(node, wanted)))?;
        let text = node.text(&["Amt"]).unwrap_or_default();
        let read = node
            .at(&["Amt"])
            .map_or(Ok(()), |amount| in_currency(amount, &mut self.currency))
            .and_then(|()| amount(text));
        match read {
            Ok(amount) => {
                let is_debit = node.at(&["CdtDbtInd"]).and_then(side_of) == Some(Side::Debit);
                let amount_fen = if is_debit { Fen::new(-amount.get()) } else { amount };
                Some(Balance { line: node.line, amount_fen })
            }
            Err(refusal) => {
                self.bad.push(BadCell::cell(node.line, "balance", text, refusal));
                None
            }
        }
    }
}

fn side_of(node: &Node) -> Option<Side> {
    match node.own_text() {
        "DBIT" => Some(Side::Debit),
        "CRDT" => Some(Side::Credit),
        _ => None,
    }
}

/// Family and sub-family of the bank's transaction code.
fn codes(node: &Node) -> (&str, &str) {
    let family = node.at(&["BkTxCd", "Domn", "Fmly"]);
    let text = |name| family.and_then(|family| family.text(&[name])).unwrap_or_default();
    (text("Cd"), text("SubFmlyCd"))
}

/// `RRTN` is a returned credit transfer.
fn is_return_code(node: &Node) -> bool {
    codes(node).1 == "RRTN"
}

/// What the code of the external list says of a line, where it says anything.
fn code_kind(node: &Node) -> Option<LineKind> {
    match codes(node) {
        (_, "CHRG" | "FEES" | "COMM") => Some(LineKind::Fee),
        (_, "INTR") => Some(LineKind::Interest),
        (_, "INTC") => Some(LineKind::OwnTransfer),
        _ => None,
    }
}

/// The payment information or message that the entry names as a batch.
fn batch_of(entry: &Node) -> Option<String> {
    let batch = entry.all("NtryDtls").find_map(|details| details.at(&["Btch"]))?;
    batch.text(&["PmtInfId"]).or_else(|| batch.text(&["MsgId"])).map(shortened)
}
