//! A batch to the bytes that its bank takes.
//!
//! The bytes are a function of profile, batch and payments alone. A character that the encoding cannot hold, a delimiter
//! where nothing can be quoted, a text too long for its place: each is a fault that names the row, never cut, never
//! replaced.

mod cells;
mod pain001;
mod text;
mod workbook;

use std::collections::HashMap;

use super::profile::{FileDirection, FileFormat, Profile};
use super::template::Place;
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::sheets::BadCell;

/// Files that one batch may become.
const FILES_MAX: usize = 10_000;

/// What the bank is asked to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentOrder {
    /// The payment's own id, which the bank gives back.
    pub payment_id: String,
    /// 户名
    pub account_name: String,
    /// 账号
    pub account_number: String,
    /// 联行号
    pub bank_code: String,
    /// 开户行
    pub bank_name: String,
    /// How much, above zero.
    pub amount_fen: Fen,
    /// 用途, see [`Profile::purpose`].
    pub purpose: String,
}

/// What is the same for all payments of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchHead {
    /// The batch, as the bank shall know it.
    pub batch: String,
    /// When the file was made: the batch's release, not the moment of a download.
    pub created_at: Instant,
    /// The day on which the bank shall pay.
    pub execute_on: Day,
    /// Whose account pays.
    pub payer_name: String,
    /// The account that pays.
    pub payer_account: String,
    /// The bank that keeps it, by 联行号.
    pub payer_bank_code: String,
    /// The bank that keeps it.
    pub payer_bank_name: String,
}

/// A file for the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentFile {
    /// Its number among the files of the batch, from 1.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// How many payments.
    pub count: u64,
    /// Their sum.
    pub sum_fen: Fen,
}

/// One of the files of a batch while it is written.
struct Part<'b> {
    profile: &'b Profile,
    head: &'b BatchHead,
    orders: &'b [PaymentOrder],
    /// Orders in the files before.
    before: u64,
    number: usize,
    of: usize,
    sum_fen: Fen,
}

/// Writes the files of a batch: one, or several where the profile says how many payments a file may have.
///
/// Faults have the row, counted over the batch from 1 (0 for the batch itself), and the field. Refusals: `bank_direction`,
/// `bank_orders_none`, `bank_amount_none`, `bank_id_twice` (`first`), `bank_sum`, `bank_files_many`, `bank_character` (`character`, `encoding`),
/// `bank_control` (`place`), `bank_mark` (`mark`), `bank_long` (`length`, `max`), `bank_bytes` (`length`, `max`),
/// `bank_blank`, and `export_too_long` of a workbook.
pub fn write(profile: &Profile, head: &BatchHead, orders: &[PaymentOrder]) -> Result<Vec<PaymentFile>, Vec<BadCell>> {
    let whole = |refusal: Refusal| vec![BadCell::file(refusal)];
    if profile.direction != FileDirection::Out {
        return Err(whole(Refusal::new("bank_direction").with("profile", profile.name())));
    }
    if orders.is_empty() {
        return Err(whole(Refusal::new("bank_orders_none")));
    }
    let mut bad = order_faults(orders);
    let most = profile.rows_max().and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX).max(1);
    let of = orders.len().div_ceil(most);
    if of > FILES_MAX {
        return Err(whole(Refusal::new("bank_files_many").with("files", of)));
    }
    let mut files = Vec::new();
    let mut before = 0;
    for (at, orders) in orders.chunks(most).enumerate() {
        let Some(sum_fen) = Fen::sum(orders.iter().map(|order| order.amount_fen)) else {
            return Err(whole(Refusal::new("bank_sum")));
        };
        let part = Part { profile, head, orders, before, number: at + 1, of, sum_fen };
        match part.bytes() {
            Ok(bytes) => files.push(part.file(bytes)),
            Err(faults) => bad.extend(faults),
        }
        before += u64::try_from(orders.len()).unwrap_or(u64::MAX);
    }
    if bad.is_empty() { Ok(files) } else { Err(bad) }
}

/// What is wrong with the payments whatever the file is.
fn order_faults(orders: &[PaymentOrder]) -> Vec<BadCell> {
    let mut bad = Vec::new();
    let mut seen = HashMap::new();
    for (order, row) in orders.iter().zip(1_u64..) {
        if order.amount_fen <= Fen::ZERO {
            let refusal = Refusal::new("bank_amount_none");
            bad.push(BadCell::cell(row, "amount", &order.amount_fen.plain(), refusal));
        }
        if let Some(first) = seen.insert(order.payment_id.as_str(), row) {
            let refusal = Refusal::new("bank_id_twice").with("first", first);
            bad.push(BadCell::cell(row, "payment_id", &order.payment_id, refusal));
        }
    }
    bad
}

impl Part<'_> {
    fn bytes(&self) -> Result<Vec<u8>, Vec<BadCell>> {
        match self.profile.format {
            FileFormat::Xlsx => workbook::write(self),
            FileFormat::Pain001 => pain001::write(self),
            _ => text::write(self),
        }
    }

    fn count(&self) -> u64 {
        u64::try_from(self.orders.len()).unwrap_or(u64::MAX)
    }

    fn file(&self, bytes: Vec<u8>) -> PaymentFile {
        let mut name: String =
            self.batch().chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect();
        name.push('.');
        name.push_str(self.profile.extension());
        PaymentFile { number: self.number, name, bytes, count: self.count(), sum_fen: self.sum_fen }
    }

    /// The batch, with the number of the file behind it if it has several.
    fn batch(&self) -> String {
        if self.of == 1 { self.head.batch.clone() } else { format!("{}-{}", self.head.batch, self.number) }
    }

    /// What stands in a place of the lines above and below the rows.
    fn place(&self, place: Place) -> String {
        let head = self.head;
        match place {
            Place::Count => self.count().to_string(),
            Place::Sum => self.profile.amount_unit.print(self.sum_fen),
            Place::Batch => self.batch(),
            Place::Date => self.profile.date_format.print(head.created_at.day()),
            Place::ExecuteOn => self.profile.date_format.print(head.execute_on),
            Place::PayerAccount => head.payer_account.clone(),
            Place::PayerName => head.payer_name.clone(),
            Place::PayerBankCode => head.payer_bank_code.clone(),
            Place::PayerBankName => head.payer_bank_name.clone(),
            Place::Currency => "CNY".to_owned(),
            Place::FileNumber => self.number.to_string(),
            Place::FileCount => self.of.to_string(),
            _ => String::new(),
        }
    }
}
