//! One voucher, as it is printed on A4: as many sheets as its entries need.

use askama::Template;
use rocket::{State as Managed, get};

use crate::journal::{Door, Names};
use crate::kernel::money::Fen;
use crate::people::Reader;
use crate::vouchers::rules::{Act, Side};
use crate::vouchers::store::{self, Entry, Reversal, Voucher};
use crate::web::{Answer, Frame, Page};

/// Entries on one sheet of paper.
const ENTRIES_EACH: usize = 14;

/// The entries of one sheet, the sides apart.
struct Sheet {
    number: usize,
    entries: Vec<Row>,
}

/// An entry; the first of its side on a sheet bears the side's name.
struct Row {
    opens: Option<Side>,
    entry: Entry,
    /// The side ends here; its sum.
    closes: Option<Fen>,
}

/// The voucher.
#[derive(Template)]
#[template(path = "vouchers/pages/show.html")]
pub struct Shown {
    frame: Frame,
    unit: String,
    voucher: Voucher,
    sheets: Vec<Sheet>,
    names: Names,
    /// The vouchers that it takes back.
    reverses: Vec<Reversal>,
    /// Those that take it back.
    reversed_by: Vec<Reversal>,
    rules: String,
}

impl Shown {
    /// What was taken back of this voucher.
    fn taken(&self) -> Fen {
        Fen::sum(self.reversed_by.iter().map(|one| one.taken)).unwrap_or(self.voucher.sum)
    }

    fn is_taken_back_in_part(&self) -> bool {
        self.taken() > Fen::ZERO && self.taken() < self.voucher.sum
    }

    /// Whether this voucher takes back less than all of another one.
    fn is_part(&self, one: &Reversal) -> bool {
        one.taken > Fen::ZERO && one.taken < one.voucher.sum
    }

    fn title(&self) -> &'static str {
        self.frame.t.s(self.voucher.kind.key())
    }

    /// An amount of one column; nothing where there is none, red ones with their sign.
    fn amount(&self, amount: &Fen) -> String {
        let sign = if self.voucher.is_red { "-" } else { "" };
        if *amount == Fen::ZERO { String::new() } else { format!("{sign}{}", self.frame.t.yuan(amount)) }
    }

    fn people(&self, uids: &[String]) -> String {
        uids.iter().map(|uid| self.names.of(uid)).collect::<Vec<_>>().join(self.frame.t.s("payments.between"))
    }

    fn page_of(&self, sheet: &Sheet) -> String {
        let t = self.frame.t;
        t.f("vouchers.page").with("n", sheet.number).with("of", self.sheets.len()).to_string()
    }

    fn is_last(&self, sheet: &Sheet) -> bool {
        sheet.number == self.sheets.len()
    }

    /// The record that the act was about, or its first event in the log.
    fn about(&self) -> String {
        let subject = self.voucher.subject;
        match self.voucher.act {
            Act::Release => self.frame.href(&format!("batches/{subject}")),
            Act::BankFile | Act::BankUndo => self.frame.href(&format!("bank-files/{subject}")),
            Act::Settlement => self.frame.to(&format!("differences?line={subject}&state=")),
            Act::Recovery | Act::Offset | Act::Correction | Act::Gathering => {
                self.frame.href(&format!("audit/log/{}", self.voucher.first))
            }
        }
    }
}

/// Cuts entries into sheets.
fn sheets(entries: Vec<Entry>) -> Vec<Sheet> {
    let sum = |side: Side| Fen::sum(entries.iter().filter(|entry| entry.side == side).map(|entry| entry.debit));
    let sums = Side::ALL.map(sum);
    let next: Vec<Option<Side>> =
        entries.iter().skip(1).map(|entry| Some(entry.side)).chain(std::iter::once(None)).collect();
    let mut sheets: Vec<Sheet> = Vec::new();
    for (entry, next) in entries.into_iter().zip(next) {
        if sheets.last().is_none_or(|sheet| sheet.entries.len() == ENTRIES_EACH) {
            sheets.push(Sheet { number: sheets.len() + 1, entries: Vec::new() });
        }
        let Some(sheet) = sheets.last_mut() else { continue };
        let is_new = sheet.entries.last().is_none_or(|row: &Row| row.entry.side != entry.side);
        let of_side = if entry.side == Side::Financial { sums[0] } else { sums[1] };
        sheet.entries.push(Row {
            opens: is_new.then_some(entry.side),
            closes: of_side.filter(|_| next != Some(entry.side)),
            entry,
        });
    }
    sheets
}

/// Shows a voucher.
#[get("/vouchers/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Shown> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let voucher = store::voucher(c, book_id, id).await?;
    let (reverses, reversed_by) = store::reversals(c, book_id, id).await?;
    let (t, up) = (frame.t, format!("{}?month={}", frame.href("vouchers"), voucher.month));
    let rules = match voucher.rules {
        0 => t.s("vouchers.rules.shipped").to_owned(),
        version => t.f("vouchers.rules.version").with("id", version).to_string(),
    };
    Ok(Page::new(Shown {
        unit: who.head().name.clone(),
        sheets: sheets(store::entries_of(c, book_id, id).await?),
        names: Names::read(c, book_id).await?,
        frame: frame.following_position().page("vouchers", voucher.name()).crumb(up, t.s("vouchers.title")),
        voucher,
        reverses,
        reversed_by,
        rules,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(side: Side, debit: i64) -> Entry {
        Entry {
            side,
            account: "1011".into(),
            account_name: "零余额账户用款额度".into(),
            words: "支付成功".into(),
            policy: "BL2020-01".into(),
            allotment: "仑财〔2020〕1号".into(),
            allotment_id: 1,
            debit: Fen::new(debit),
            credit: Fen::new(i64::from(debit == 0)),
        }
    }

    #[test]
    fn a_side_is_named_on_each_sheet_and_summed_once() {
        let mut entries: Vec<Entry> = (0..20).map(|n| entry(Side::Financial, n % 2)).collect();
        entries.extend((0..2).map(|n| entry(Side::Budget, n % 2 * 7)));
        let sheets = sheets(entries);
        assert_eq!(sheets.iter().map(|sheet| sheet.entries.len()).collect::<Vec<_>>(), [14, 8]);
        let opens: Vec<_> = sheets.iter().flat_map(|sheet| sheet.entries.iter().filter_map(|row| row.opens)).collect();
        assert_eq!(opens, [Side::Financial, Side::Financial, Side::Budget]);
        let closes: Vec<_> =
            sheets.iter().flat_map(|sheet| sheet.entries.iter().filter_map(|row| row.closes)).collect();
        assert_eq!(closes, [Fen::new(10), Fen::new(7)]);
    }
}
