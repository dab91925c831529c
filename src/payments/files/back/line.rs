//! One row's cells to a line.

use super::{BankLine, LineKind, Side, Status};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::text::{clean, fold, half_width, is_spoilt_code};
use crate::kernel::{Refusal, bank_code};
use crate::payments::files::profile::{Field, FileFormat, KindWords, Profile, StatusWords};
use crate::sheets::{BadCell, Cell, Meant, Row, shape_fault, shown};

/// Characters of a name, id or serial number.
const NAME_CHARS: usize = 200;
/// Characters of a reason or summary.
const TEXT_CHARS: usize = 1000;

/// Where each field stands in a row.
pub(super) struct Places(Vec<(Field, usize, bool)>);

impl Places {
    /// From field, position and whether no cell may be blank.
    pub(super) const fn new(places: Vec<(Field, usize, bool)>) -> Self {
        Self(places)
    }

    fn of(&self, field: Field) -> Option<(usize, bool)> {
        self.0.iter().find(|(known, ..)| *known == field).map(|(_, place, required)| (*place, *required))
    }
}

/// The cells of one row, asked for by field.
pub(super) struct Cells<'r> {
    pub(super) profile: &'r Profile,
    pub(super) places: &'r Places,
    pub(super) row: &'r Row<'r>,
    pub(super) bad: &'r mut Vec<BadCell>,
}

impl Cells<'_> {
    /// The line, unless a cell of it is wrong.
    pub(super) fn line(mut self) -> Option<BankLine> {
        let before = self.bad.len();
        let line = if self.profile.is_statement() { self.entry() } else { self.answer() };
        line.filter(|_| self.bad.len() == before)
    }

    /// A line that answers a payment.
    fn answer(&mut self) -> Option<BankLine> {
        let status = self.need(Field::Status, |text| Ok(status(&self.profile.folded.0, text)));
        let amount = self.amount(Field::Amount, true);
        let mut line = self.common(status?, Side::Debit);
        line.amount_fen = amount;
        if line.status == Status::Returned {
            line.kind = LineKind::Return;
            line.side = Side::Credit;
        }
        if matches!(line.status, Status::Paid | Status::Returned) {
            self.need_day();
        }
        Some(line)
    }

    /// A line of a statement.
    fn entry(&mut self) -> Option<BankLine> {
        let (side, amount) = self.sided()?;
        let mut line = self.common(Status::Paid, side);
        line.amount_fen = Some(amount);
        self.need_day();
        let summary = self.words(Field::Summary, TEXT_CHARS);
        line.kind = kind(&self.profile.folded.1, side, summary.as_deref().unwrap_or_default());
        if line.kind == LineKind::Return {
            line.status = Status::Returned;
        }
        line.reason = line.reason.or(summary);
        line.balance_after_fen = self.read(Field::Balance, Meant::Money, |text| self.profile.amount_unit.read(text));
        Some(line)
    }

    /// Side and amount: one of two columns, or a column of amounts beside one of sides.
    fn sided(&mut self) -> Option<(Side, Fen)> {
        if self.places.of(Field::Side).is_some() {
            let side = self.need(Field::Side, side);
            let amount = self.amount(Field::Amount, true);
            return Some((side?, amount?));
        }
        let before = self.bad.len();
        let debit = self.amount(Field::Debit, false);
        let credit = self.amount(Field::Credit, false);
        match (debit, credit) {
            _ if self.bad.len() > before => None,
            (Some(amount), None) => Some((Side::Debit, amount)),
            (None, Some(amount)) => Some((Side::Credit, amount)),
            (found, _) => {
                let code = if found.is_some() { "bank_both_sides" } else { "bank_no_side" };
                self.refuse(Field::Debit, Refusal::new(code));
                None
            }
        }
    }

    fn common(&mut self, status: Status, side: Side) -> BankLine {
        let kind = if side == Side::Debit { LineKind::Payment } else { LineKind::Receipt };
        BankLine {
            line: self.row.line,
            payment_id: self.code(Field::PaymentId),
            batch: self.code(Field::Batch),
            account_name: self.words(Field::AccountName, NAME_CHARS).unwrap_or_default(),
            account_number: self.read(Field::AccountNumber, Meant::Words, account).unwrap_or_default(),
            amount_fen: None,
            status,
            kind,
            side,
            reason: self.words(Field::Reason, TEXT_CHARS),
            bank_serial: self.code(Field::BankSerial),
            voucher_number: self.code(Field::VoucherNumber),
            completed_on: self.read(Field::CompletedOn, Meant::Day, day),
            balance_after_fen: None,
        }
    }

    fn words(&mut self, field: Field, max_chars: usize) -> Option<String> {
        self.read(field, Meant::Words, |text| clean(text, max_chars))
    }

    /// A number or code by which something is found again. Refusals: those of text, `code_scientific`.
    fn code(&mut self, field: Field) -> Option<String> {
        self.read(field, Meant::Words, |text| {
            if is_spoilt_code(text) { Err(Refusal::new("code_scientific")) } else { clean(text, NAME_CHARS) }
        })
    }

    /// An amount above zero; banks write 0.00 into the column of the other side.
    fn amount(&mut self, field: Field, required: bool) -> Option<Fen> {
        let unit = self.profile.amount_unit;
        if !required {
            let amount = self.read(field, Meant::Money, |text| unit.read(text));
            return amount.filter(|amount| *amount != Fen::ZERO);
        }
        let before = self.bad.len();
        let amount = self.read(field, Meant::Money, |text| match unit.read(text)? {
            Fen::ZERO => Err(Refusal::new("amount_zero")),
            amount => Ok(amount),
        });
        if amount.is_none() && self.bad.len() == before {
            self.refuse(field, Refusal::new("cell_required"));
        }
        amount
    }

    /// The bank's date must be there if the file has a column for it.
    fn need_day(&mut self) {
        let Some((place, false)) = self.places.of(Field::CompletedOn) else { return };
        if self.row.cell(place).is_none_or(Cell::is_blank) {
            self.refuse(Field::CompletedOn, Refusal::new("cell_required"));
        }
    }

    /// A value that must be there.
    fn need<T>(&mut self, field: Field, read: impl FnOnce(&str) -> Result<T, Refusal>) -> Option<T> {
        let before = self.bad.len();
        let value = self.read(field, Meant::Words, read);
        if value.is_none() && self.bad.len() == before {
            self.refuse(field, Refusal::new("cell_required"));
        }
        value
    }

    /// The value of a field; nothing if it is wrong, blank or not there.
    fn read<T>(&mut self, field: Field, meant: Meant, read: impl FnOnce(&str) -> Result<T, Refusal>) -> Option<T> {
        let row = self.row;
        let (place, required) = self.places.of(field)?;
        let cell = row.cell(place).filter(|cell| !cell.is_blank());
        let Some(cell) = cell else {
            if required {
                self.refuse(field, Refusal::new("cell_required"));
            }
            return None;
        };
        // in a text of a bank a leading = is a letter; only a workbook has formulas
        let text = match self.profile.format {
            FileFormat::Xlsx => shown(cell, meant),
            _ => shape_fault(cell).map_or_else(|| Ok(cell.text.trim()), Err),
        };
        text.and_then(read)
            .map_err(|refusal| self.bad.push(BadCell::cell(row.line, field.word(), &cell.text, refusal)))
            .ok()
    }

    fn refuse(&mut self, field: Field, refusal: Refusal) {
        let place = self.places.of(field).map(|(place, _)| place);
        let text = place.and_then(|place| self.row.cell(place)).map_or("", |cell| &cell.text);
        self.bad.push(BadCell::cell(self.row.line, field.word(), text, refusal));
    }
}

/// The status that a bank's word stands for; the known words are folded.
pub(super) fn status(words: &StatusWords, word: &str) -> Status {
    let word = word.trim();
    let folded = fold(word);
    let is_one_of = |known: &[String]| known.contains(&folded);
    if is_one_of(&words.paid) {
        Status::Paid
    } else if is_one_of(&words.refused) {
        Status::Refused
    } else if is_one_of(&words.returned) {
        Status::Returned
    } else {
        Status::Unknown(word.to_owned())
    }
}

/// What a line of a statement is, by the words in its summary; the known words are folded.
pub(super) fn kind(words: &KindWords, side: Side, summary: &str) -> LineKind {
    let folded = fold(summary);
    let names = |known: &[String]| known.iter().any(|word| folded.contains(word));
    if side == Side::Credit && names(&words.returned) {
        LineKind::Return
    } else if names(&words.fee) {
        LineKind::Fee
    } else if names(&words.interest) {
        LineKind::Interest
    } else if names(&words.own_transfer) {
        LineKind::OwnTransfer
    } else if side == Side::Debit {
        LineKind::Payment
    } else {
        LineKind::Receipt
    }
}

/// An account as the bank wrote it: digits if it is a number, else the text; that it is another account than the book's is
/// for a person to settle. A number that a spreadsheet has spoilt is refused: `account_scientific`.
pub(super) fn account(text: &str) -> Result<String, Refusal> {
    match bank_code::parse_account(text) {
        Ok(number) => Ok(number),
        Err(refusal) if refusal.code == "account_scientific" => Err(refusal),
        Err(_) => clean(text, NAME_CHARS),
    }
}

/// The bank's day: in any written form, also with a time behind it (`2020-10-28 15:04:05`, `20201028150405`), which the
/// book does not keep. Refusals as for [`Day::parse_lenient`].
pub(super) fn day(text: &str) -> Result<Day, Refusal> {
    let read = Day::parse_lenient(text);
    if read.is_ok() {
        return read;
    }
    let is_time = |rest: &str| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || ":.+-Z".contains(c));
    let half = half_width(text);
    let written = half.trim();
    let all_digits = written.len() == 14 && written.bytes().all(|byte| byte.is_ascii_digit());
    let parts = if all_digits { written.split_at_checked(8) } else { written.split_once([' ', 'T']) };
    match parts {
        Some((day, time)) if is_time(time.trim()) => Day::parse_lenient(day),
        _ => read,
    }
}

/// 借 or 贷. Refusal: `bank_side` (`found`).
fn side(text: &str) -> Result<Side, Refusal> {
    match fold(text).as_str() {
        "借" | "借方" | "d" | "dr" | "debit" | "dbit" | "支出" | "付" => Ok(Side::Debit),
        "贷" | "贷方" | "c" | "cr" | "credit" | "crdt" | "收入" | "收" => Ok(Side::Credit),
        _ => Err(Refusal::new("bank_side").with("found", text)),
    }
}
