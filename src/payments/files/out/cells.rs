//! The cells of a row, by field.

use super::{Part, PaymentOrder};
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::payments::files::profile::{AmountUnit, Column, DateFormat, Field};
use crate::payments::files::template::Place;

impl AmountUnit {
    /// The amount as files have it: `1234.50`, or `123450`.
    pub fn print(self, amount: Fen) -> String {
        match self {
            Self::Yuan => amount.plain(),
            Self::Fen => amount.get().to_string(),
        }
    }
}

impl DateFormat {
    /// The day as files have it.
    pub fn print(self, day: Day) -> String {
        let dashed = day.to_string();
        match self {
            Self::Dashed => dashed,
            Self::Compact => dashed.replace('-', ""),
            Self::Slashed => dashed.replace('-', "/"),
        }
    }
}

impl Part<'_> {
    /// The text of one cell; `row` counts over the batch from 1.
    pub(super) fn cell(&self, column: &Column, order: &PaymentOrder, row: u64) -> String {
        match column.field {
            Field::LineNumber => (row - self.before).to_string(),
            Field::PaymentId => order.payment_id.clone(),
            Field::AccountName => order.account_name.clone(),
            Field::AccountNumber => order.account_number.clone(),
            Field::BankCode => order.bank_code.clone(),
            Field::BankName => order.bank_name.clone(),
            Field::Amount => self.profile.amount_unit.print(order.amount_fen),
            Field::Purpose => order.purpose.clone(),
            Field::Constant => column.value.clone(),
            Field::Batch => self.place(Place::Batch),
            Field::Date => self.place(Place::Date),
            Field::ExecuteOn => self.place(Place::ExecuteOn),
            Field::PayerAccount => self.place(Place::PayerAccount),
            Field::PayerName => self.place(Place::PayerName),
            Field::PayerBankCode => self.place(Place::PayerBankCode),
            Field::PayerBankName => self.place(Place::PayerBankName),
            Field::Currency => self.place(Place::Currency),
            // fields of files that come in: a profile that goes out has none
            _ => String::new(),
        }
    }
}

/// Cells without which no bank can pay.
pub(super) const fn must_be_filled(field: Field) -> bool {
    matches!(field, Field::AccountName | Field::AccountNumber | Field::Amount | Field::PaymentId)
}

/// What no file of a bank can hold: control characters, line breaks among them. Refusal: `bank_control` (`place`).
pub(super) fn without_controls(text: &str) -> Result<(), Refusal> {
    let is_control = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FFFE}' | '\u{FFFF}');
    match text.chars().position(is_control) {
        Some(at) => Err(Refusal::new("bank_control").with("place", at + 1)),
        None => Ok(()),
    }
}
