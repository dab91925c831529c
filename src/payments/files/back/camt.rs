//! ISO 20022 `camt.053` (statement) and `camt.054` (notification): entries of an account, each of one or many payments.

use super::line::kind;
use super::message::{Fields, account_text, day, shortened};
use super::said::plain;
use super::statement::{Moved, Part, stated, summary};
use super::totals::Totals;
use super::xml::{Node, stream, text_of};
use super::{BOOK_CURRENCY, BankFile, BankLine, Control, LineKind, Side, Status, in_book_currency};
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::payments::files::profile::{FileFormat, Profile};
use crate::sheets::{BadCell, Faults};

/// The status of what moved money on the account; anything else is announced or pending.
const BOOKED: &str = "BOOK";

const CREDITOR: &[&str] = &["RltdPties", "Cdtr"];
const LAST_CREDITOR: &[&str] = &["RltdPties", "UltmtCdtr"];
const CREDITOR_ACCOUNT: &[&str] = &["RltdPties", "CdtrAcct"];
const DEBTOR: &[&str] = &["RltdPties", "Dbtr"];
const FIRST_DEBTOR: &[&str] = &["RltdPties", "UltmtDbtr"];
const DEBTOR_ACCOUNT: &[&str] = &["RltdPties", "DbtrAcct"];

/// Reads the message.
pub(super) fn read(profile: &Profile, bytes: &[u8]) -> Result<BankFile, Faults> {
    let text = text_of(bytes)?;
    let (lines, bad, moved, begins) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut entries = Entries { profile, currency: None, lines, bad, moved, begins };
    let root = stream(&text, "Ntry", &mut |node, part| entries.take(&node, part))?;
    entries.finish(&root)
}

/// The entries so far.
struct Entries<'p> {
    profile: &'p Profile,
    currency: Option<String>,
    lines: Vec<BankLine>,
    bad: Vec<BadCell>,
    /// Each entry, for the summary.
    moved: Vec<Moved>,
    /// Where the lines and entries of each statement begin.
    begins: Vec<Begin>,
}

/// Where a statement's lines and entries begin among those of the document.
#[derive(Debug, Clone, Copy)]
struct Begin {
    part: usize,
    lines: usize,
    moved: usize,
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
    fn take(&mut self, node: &Node, part: usize) {
        let before = self.bad.len();
        if self.begins.last().is_none_or(|begin| begin.part != part) {
            self.begins.push(Begin { part, lines: self.lines.len(), moved: self.moved.len() });
        }
        let side = self.side(node);
        let mut fields = Fields { node, bad: &mut self.bad };
        let amount = fields.moved(&[&["Amt"]], &mut self.currency, true);
        // balances are those of booked days; the day from which interest counts may lie before or behind
        let paths: [&[&str]; 4] = [&["BookgDt", "Dt"], &["BookgDt", "DtTm"], &["ValDt", "Dt"], &["ValDt", "DtTm"]];
        let day = fields.day(&paths);
        let (Some(side), Some(amount)) = (side, amount) else { return };
        let is_reversal = matches!(node.text(&["RvslInd"]), Some("true" | "1"));
        let entry = Entry { node, side, amount, is_booked: standing(node) == BOOKED, is_reversal, day };
        self.moved.push(Moved { side, amount, is_booked: entry.is_booked });
        let lines = self.lines_of(&entry);
        if self.bad.len() == before {
            self.lines.extend(lines);
        }
    }

    /// A line for each payment that the entry names with its amount; else one for the entry. What is 0.00 moves nothing
    /// and has no line.
    fn lines_of(&mut self, entry: &Entry<'_>) -> Vec<BankLine> {
        let details: Vec<&Node> = entry.node.all("NtryDtls").flat_map(|details| details.all("TxDtls")).collect();
        match details.as_slice() {
            [] | [_] if entry.amount == Fen::ZERO => Vec::new(),
            [] => vec![self.line(entry, entry.node, entry.amount, entry.side)],
            [one] => vec![self.line(entry, one, entry.amount, entry.side)],
            many => {
                let before = self.bad.len();
                let own: Vec<Option<Fen>> = many.iter().map(|node| self.own_amount(entry, node)).collect();
                if self.bad.len() > before {
                    return Vec::new();
                }
                if own.iter().all(Option::is_none) {
                    // the bank names the payments without what they moved on the account: the entry stands for its batch
                    return vec![self.line(entry, entry.node, entry.amount, entry.side)];
                }
                let mut sum = 0;
                let mut lines = Vec::with_capacity(many.len());
                for (node, own) in many.iter().zip(own) {
                    let Some(amount) = own else {
                        self.bad.push(Self::no_amount(entry, node));
                        continue;
                    };
                    let side = node.at(&["CdtDbtInd"]).and_then(side_of).unwrap_or(entry.side);
                    sum += side.signed(amount);
                    if amount != Fen::ZERO {
                        lines.push(self.line(entry, node, amount, side));
                    }
                }
                let whole = entry.side.signed(entry.amount);
                if sum != whole && self.bad.len() == before {
                    let refusal =
                        Refusal::new("bank_entry_sum").with("said", plain(whole.abs())).with("found", plain(sum.abs()));
                    self.bad.push(BadCell::cell(entry.node.line, "amount", &entry.amount.plain(), refusal));
                }
                lines
            }
        }
    }

    /// What one payment moved on the account: the first of its amounts that is in the currency of the entry.
    fn own_amount(&mut self, entry: &Entry<'_>, node: &Node) -> Option<Fen> {
        let paths: [&[&str]; 4] = [
            &["Amt"],
            &["AmtDtls", "TxAmt", "Amt"],
            &["AmtDtls", "CntrValAmt", "Amt"],
            &["AmtDtls", "InstdAmt", "Amt"],
        ];
        let currency = entry.node.at(&["Amt"]).and_then(|amount| amount.currency.as_ref());
        let is_own = |path: &&&[&str]| node.at(path).is_some_and(|amount| amount.currency.as_ref() == currency);
        let path = *paths.iter().find(is_own)?;
        Fields { node, bad: &mut self.bad }.moved(&[path], &mut self.currency, false)
    }

    /// A payment of a batch without an amount of its own, while others have one. Refusals: `bank_currency`, `cell_required`.
    fn no_amount(entry: &Entry<'_>, node: &Node) -> BadCell {
        let currency = entry.node.at(&["Amt"]).and_then(|amount| amount.currency.clone());
        match (node.at(&["Amt"]).or_else(|| node.at(&["AmtDtls", "TxAmt", "Amt"])), currency) {
            (Some(amount), Some(expected)) => {
                let found = amount.currency.clone().unwrap_or_default();
                let refusal = Refusal::new("bank_currency").with("found", found).with("expected", expected);
                BadCell::cell(amount.line, "amount", amount.own_text(), refusal)
            }
            _ => BadCell::cell(node.line, "amount", "", Refusal::new("cell_required")),
        }
    }

    fn line(&mut self, entry: &Entry<'_>, node: &Node, amount: Fen, side: Side) -> BankLine {
        let told = told(entry.node, node);
        let summary = told.first().map(|text| shortened(text));
        let is_return = node.at(&["RtrInf"]).is_some() || is_return_code(node) || is_return_code(entry.node);
        let kind = match code_kind(node).or_else(|| code_kind(entry.node)) {
            _ if is_return && side == Side::Credit => LineKind::Return,
            Some(kind) => kind,
            None if entry.is_reversal && side == Side::Credit => LineKind::Return,
            // money that came in and is taken back by the bank: no payment of the book
            None if entry.is_reversal => LineKind::Receipt,
            None => kind(&self.profile.folded.1, side, &told.join(" ")),
        };
        let status = match entry.is_booked {
            false => Status::Unknown(standing(entry.node).to_owned()),
            true if kind == LineKind::Return => Status::Returned,
            true => Status::Paid,
        };
        let mut fields = Fields { node, bad: &mut self.bad };
        let (name, account) = if side == Side::Debit || kind == LineKind::Return {
            ([CREDITOR, LAST_CREDITOR, DEBTOR, FIRST_DEBTOR], [CREDITOR_ACCOUNT, DEBTOR_ACCOUNT])
        } else {
            ([DEBTOR, FIRST_DEBTOR, CREDITOR, LAST_CREDITOR], [DEBTOR_ACCOUNT, CREDITOR_ACCOUNT])
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
        let number = one_account(report, part)?;
        self.days_of_message(report);
        let (mut bad, mut currency) = (std::mem::take(&mut self.bad), self.currency.take());
        let sum_fen = Totals::of(&self.lines).sum(&mut bad);
        let parts = self.parts(report, part)?;
        let mut said = false;
        // an entry that cannot be read is missing from the counts: what they say then would only mislead
        if bad.is_empty() {
            for part in &parts {
                said |= summary(part, &mut bad);
            }
        }
        let statement =
            if expected == "camt.053" { stated(&parts, number.as_deref(), &mut currency, &mut bad) } else { None };
        let of_account = parts.iter().find_map(|part| part.node.text(&["Acct", "Ccy"])).map(str::to_owned);
        let currency = currency.or(of_account).unwrap_or_else(|| BOOK_CURRENCY.to_owned());
        if !bad.is_empty() {
            // nothing else needs mending in a file that no book can take
            in_book_currency(&currency)?;
            bad.sort_by_key(|bad| bad.line);
            let rows_in_file = u64::try_from(self.lines.len()).unwrap_or(u64::MAX);
            return Err(Faults { cells: bad, rows_in_file });
        }
        Ok(BankFile {
            notices: Vec::new(),
            control: Control { count: u64::try_from(self.lines.len()).unwrap_or(u64::MAX), sum_fen, said },
            batch: None,
            account_number: number,
            currency,
            whole: None,
            statement,
            lines: self.lines,
        })
    }

    /// An entry that names no day has that on which its message was made.
    fn days_of_message(&mut self, report: &Node) {
        let made = |node: Option<&Node>| node?.text(&["CreDtTm"]).and_then(|text| day(text).ok());
        let of_all = made(report.at(&["GrpHdr"]));
        let mut end = self.lines.len();
        for begin in self.begins.iter().rev() {
            let of_part = made(report.children.get(begin.part)).or(of_all);
            for line in self.lines.get_mut(begin.lines..end).unwrap_or_default() {
                line.completed_on = line.completed_on.or(of_part);
            }
            end = begin.lines;
        }
    }

    /// The statements of the document with the lines and entries of each. An entry that stands in none of them refuses
    /// the file: it must not be lost.
    fn parts<'m>(&'m self, report: &'m Node, name: &str) -> Result<Vec<Part<'m>>, Faults> {
        let mut begins = self.begins.iter().peekable();
        let mut parts = Vec::new();
        for (place, node) in report.children.iter().enumerate().filter(|(_, node)| node.name == name) {
            let of_it = begins.next_if(|begin| begin.part == place);
            let end = begins.peek().map_or((self.lines.len(), self.moved.len()), |next| (next.lines, next.moved));
            let from = of_it.map_or(end, |begin| (begin.lines, begin.moved));
            parts.push(Part {
                node,
                lines: self.lines.get(from.0..end.0).unwrap_or_default(),
                moved: self.moved.get(from.1..end.1).unwrap_or_default(),
            });
        }
        if begins.next().is_some() { Err(Refusal::new("bank_xml_broken").into()) } else { Ok(parts) }
    }
}

/// The number of the account that all statements of a document are of.
///
/// Refusals: `bank_rows_none`, `bank_accounts_several` (`count`).
fn one_account(report: &Node, name: &str) -> Result<Option<String>, Faults> {
    let number = |node: &Node| {
        let (_, text) = node.at(&["Acct"]).and_then(account_text)?;
        Some(super::line::account(text).unwrap_or_else(|_| text.to_owned()))
    };
    let mut numbers: Vec<Option<String>> = report.all(name).map(number).collect();
    let count = numbers.len();
    numbers.dedup();
    match numbers.as_slice() {
        [] => Err(Refusal::new("bank_rows_none").into()),
        // of two that name no account nobody knows whether it is the same
        [only] if only.is_some() || count == 1 => Ok(only.clone()),
        _ => Err(Refusal::new("bank_accounts_several").with("count", count).into()),
    }
}

/// The side that an element names.
pub(super) fn side_of(node: &Node) -> Option<Side> {
    match node.own_text() {
        "DBIT" => Some(Side::Debit),
        "CRDT" => Some(Side::Credit),
        _ => None,
    }
}

/// How an entry stands: in later versions in an element of its own.
fn standing(entry: &Node) -> &str {
    let found: [&[&str]; 3] = [&["Sts", "Cd"], &["Sts", "Prtry"], &["Sts"]];
    found.iter().find_map(|path| entry.text(path)).unwrap_or(BOOKED)
}

/// What is said of a payment in words, the nearest to it first.
fn told(entry: &Node, node: &Node) -> Vec<String> {
    let remittance = node.at(&["RmtInf"]);
    let free: Vec<&str> = remittance.into_iter().flat_map(|node| node.all("Ustrd")).map(Node::own_text).collect();
    let reference = remittance.and_then(|node| node.text(&["Strd", "CdtrRefInf", "Ref"]));
    let said = [node.text(&["AddtlTxInf"]), Some(&free.join(" ")), entry.text(&["AddtlNtryInf"]), reference]
        .map(|text| text.unwrap_or_default().trim().to_owned());
    said.into_iter().filter(|text| !text.is_empty()).collect()
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
