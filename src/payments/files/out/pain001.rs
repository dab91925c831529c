//! ISO 20022 `pain.001.001.09`: one message, one payment information, a transfer for each payment.

use std::fmt::Write as _;

use super::cells::without_controls;
use super::{Part, PaymentOrder};
use crate::kernel::Refusal;
use crate::sheets::BadCell;

/// Characters of a name or an unstructured remittance (Max140Text).
const NAME_CHARS: usize = 140;
/// Characters of an id (Max35Text).
const ID_CHARS: usize = 35;
/// Characters of an account number (Max34Text).
const ACCOUNT_CHARS: usize = 34;

/// Writes the message.
pub(super) fn write(part: &Part<'_>) -> Result<Vec<u8>, Vec<BadCell>> {
    let mut message = Message { xml: String::with_capacity(1024 * (part.orders.len() + 2)), row: 0, bad: Vec::new() };
    message.head(part);
    for (order, row) in part.orders.iter().zip(part.before + 1..) {
        message.row = row;
        message.transfer(order);
    }
    message.row = 0;
    message.put("    </PmtInf>\n  </CstmrCdtTrfInitn>\n</Document>\n");
    if message.bad.is_empty() { Ok(message.xml.into_bytes()) } else { Err(message.bad) }
}

/// The text so far, the row being written and what was wrong.
struct Message {
    xml: String,
    row: u64,
    bad: Vec<BadCell>,
}

impl Message {
    fn put(&mut self, text: &str) {
        self.xml.push_str(text);
    }

    /// An element of text that must be there and may not be longer than the standard allows: nothing is cut.
    fn text(&mut self, indent: usize, element: &str, field: &str, text: &str, chars_max: usize) {
        let length = text.chars().count();
        let refusal = if text.trim().is_empty() {
            Some(Refusal::new("bank_blank"))
        } else if length > chars_max {
            Some(Refusal::new("bank_long").with("length", length).with("max", chars_max))
        } else {
            without_controls(text).err()
        };
        self.bad.extend(refusal.map(|refusal| BadCell::cell(self.row, field, text, refusal)));
        let _ = writeln!(self.xml, "{:indent$}<{element}>{}</{element}>", "", escaped(text));
    }

    fn head(&mut self, part: &Part<'_>) {
        let (head, batch) = (part.head, part.batch());
        let (count, sum) = (part.count(), part.sum_fen.plain());
        self.put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        self.put(
            "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">\n  <CstmrCdtTrfInitn>\n    <GrpHdr>\n",
        );
        self.text(6, "MsgId", "batch", &batch, ID_CHARS);
        let _ = writeln!(self.xml, "      <CreDtTm>{}</CreDtTm>", head.created_at);
        self.totals(count, &sum);
        self.put("      <InitgPty>\n");
        self.text(8, "Nm", "payer_name", &head.payer_name, NAME_CHARS);
        self.put("      </InitgPty>\n    </GrpHdr>\n    <PmtInf>\n");
        self.text(6, "PmtInfId", "batch", &batch, ID_CHARS);
        self.put("      <PmtMtd>TRF</PmtMtd>\n");
        self.totals(count, &sum);
        let _ = writeln!(self.xml, "      <ReqdExctnDt>\n        <Dt>{}</Dt>\n      </ReqdExctnDt>", head.execute_on);
        self.put("      <Dbtr>\n");
        self.text(8, "Nm", "payer_name", &head.payer_name, NAME_CHARS);
        self.put("      </Dbtr>\n");
        self.account(6, "DbtrAcct", "payer_account", &head.payer_account, "        <Ccy>CNY</Ccy>\n");
        self.agent(
            6,
            "DbtrAgt",
            ("payer_bank_code", &head.payer_bank_code),
            ("payer_bank_name", &head.payer_bank_name),
        );
    }

    fn totals(&mut self, count: u64, sum: &str) {
        let _ = writeln!(self.xml, "      <NbOfTxs>{count}</NbOfTxs>\n      <CtrlSum>{sum}</CtrlSum>");
    }

    fn transfer(&mut self, order: &PaymentOrder) {
        self.put("      <CdtTrfTxInf>\n        <PmtId>\n");
        self.text(10, "EndToEndId", "payment_id", &order.payment_id, ID_CHARS);
        self.put("        </PmtId>\n        <Amt>\n");
        let _ = writeln!(
            self.xml,
            "          <InstdAmt Ccy=\"CNY\">{}</InstdAmt>\n        </Amt>",
            order.amount_fen.plain()
        );
        self.agent(8, "CdtrAgt", ("bank_code", &order.bank_code), ("bank_name", &order.bank_name));
        self.put("        <Cdtr>\n");
        self.text(10, "Nm", "account_name", &order.account_name, NAME_CHARS);
        self.put("        </Cdtr>\n");
        self.account(8, "CdtrAcct", "account_number", &order.account_number, "");
        if !order.purpose.trim().is_empty() {
            self.put("        <RmtInf>\n");
            self.text(10, "Ustrd", "purpose", &order.purpose, NAME_CHARS);
            self.put("        </RmtInf>\n");
        }
        self.put("      </CdtTrfTxInf>\n");
    }

    /// Chinese accounts have no IBAN: the number stands under `Othr`.
    fn account(&mut self, indent: usize, element: &str, field: &str, number: &str, currency: &str) {
        let _ = writeln!(self.xml, "{:indent$}<{element}>\n{:indent$}  <Id>\n{:indent$}    <Othr>", "", "", "");
        self.text(indent + 6, "Id", field, number, ACCOUNT_CHARS);
        let _ = write!(
            self.xml,
            "{:indent$}    </Othr>\n{:indent$}  </Id>\n{currency}{:indent$}</{element}>\n",
            "", "", ""
        );
    }

    /// A bank by its 联行号, which is its member id in the clearing system CNAPS.
    fn agent(&mut self, indent: usize, element: &str, code: (&str, &str), name: (&str, &str)) {
        let _ = writeln!(self.xml, "{:indent$}<{element}>\n{:indent$}  <FinInstnId>", "", "");
        let _ = writeln!(self.xml, "{:indent$}    <ClrSysMmbId>\n{:indent$}      <ClrSysId>", "", "");
        let _ = writeln!(self.xml, "{:indent$}        <Cd>CNAPS</Cd>\n{:indent$}      </ClrSysId>", "", "");
        self.text(indent + 6, "MmbId", code.0, code.1, ID_CHARS);
        let _ = writeln!(self.xml, "{:indent$}    </ClrSysMmbId>", "");
        if !name.1.trim().is_empty() {
            self.text(indent + 4, "Nm", name.0, name.1, NAME_CHARS);
        }
        let _ = writeln!(self.xml, "{:indent$}  </FinInstnId>\n{:indent$}</{element}>", "", "");
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            _ => out.push(c),
        }
    }
    out
}
