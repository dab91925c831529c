//! Rows that are not data: 小计, 合计 and the signatures below. Totals are checked, signatures are passed over.

use super::What;
use super::columns::Column;
use super::header::Header;
use crate::kernel::money::{Fen, Unit};
use crate::kernel::{Refusal, text};
use crate::sheets::{BadCell, Row};

/// What a row that carries no record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// 合计: the total of the whole table.
    Total,
    /// 小计, or the total of a group or page.
    Subtotal,
    /// 制表, 审核, a note, a day.
    Signature,
    /// The header once more, as on every printed page, or in the other language.
    Header,
}

/// Characters of a cell that tell a total or a signature.
const WORD_CHARS: usize = 24;
const TOTALS: [&str; 6] = ["合计", "总计", "共计", "总合计", "total", "grandtotal"];
const SUBTOTALS: [&str; 6] = ["小计", "累计", "本页", "subtotal", "合计", "总计"];
const SIGNATURES: [&str; 27] = [
    "制表",
    "制单",
    "审核",
    "复核",
    "审批",
    "填报",
    "填表",
    "经办",
    "报送",
    "负责人",
    "单位负责人",
    "部门负责人",
    "主管",
    "分管",
    "领导",
    "财务",
    "会计",
    "出纳",
    "联系",
    "签字",
    "签章",
    "盖章",
    "(盖章",
    "公章",
    "备注:",
    "注:",
    "说明:",
];

/// The column that every record fills in and no total does, and the column that totals count.
const fn key_columns(what: What) -> (Column, Column) {
    match what {
        What::Policies => (Column::Title, Column::Budget),
        What::Grants | What::History => (Column::Uscc, Column::Amount),
    }
}

/// Says what the row is if it is no record.
///
/// A row that names whom the money is for is a record, whatever else it says: nothing that could be a grant is passed
/// over.
pub fn aside(what: What, header: &Header, row: &Row<'_>) -> Option<Aside> {
    let (key, amount) = key_columns(what);
    let cell_text =
        |column: Column| header.place(column).and_then(|place| row.cell(place)).map_or("", |cell| cell.text.trim());
    let named = cell_text(key);
    if named.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if !named.is_empty() && super::columns::find(what, named) == Some(key) {
        return Some(Aside::Header);
    }
    let first = row.cells.iter().map(|cell| cell.text.trim()).find(|text| !text.is_empty())?;
    let first = beginning(first);
    if named.is_empty() || total_word(&beginning(named)).is_some() {
        let words = row.cells.iter().map(|cell| beginning(&cell.text));
        if let Some(found) = words.take(12).find_map(|word| total_word(&word)) {
            return Some(found);
        }
    }
    let unsaid = named.is_empty() && cell_text(amount).is_empty();
    let signed = SIGNATURES.iter().any(|word| first.starts_with(word)) || is_day_alone(row, &first);
    (unsaid && signed).then_some(Aside::Signature)
}

/// Enough of a text to know such a row by, folded.
fn beginning(shown: &str) -> String {
    text::fold(&shown.chars().take(WORD_CHARS).collect::<String>())
}

fn total_word(folded: &str) -> Option<Aside> {
    // 合计(大写):壹佰元整 is a total as well; 新碶街道小计 is one of a group
    if SUBTOTALS.iter().take(4).any(|word| folded.starts_with(word)) {
        return Some(Aside::Subtotal);
    }
    if TOTALS.iter().any(|word| folded.starts_with(word)) {
        return Some(Aside::Total);
    }
    SUBTOTALS.iter().any(|word| folded.trim_end_matches(':').ends_with(word)).then_some(Aside::Subtotal)
}

/// `2020年10月31日` and nothing else.
fn is_day_alone(row: &Row<'_>, first: &str) -> bool {
    row.cells.iter().filter(|cell| !cell.is_blank()).count() == 1 && first.contains('年') && first.ends_with('日')
}

/// The sum as it grows, and the totals that the file claims.
#[derive(Debug, Default)]
pub struct Control {
    /// All amounts so far, in fen.
    sum_fen: i128,
    /// What was the sum at the last claim.
    claimed_at_fen: i128,
    /// Some amount could not be read: then no total can be judged.
    blind: bool,
    claims: Vec<Claim>,
}

/// A total that the file claims.
#[derive(Debug)]
struct Claim {
    line: u64,
    kind: Aside,
    shown: String,
    claimed: Fen,
    /// The sum of the file up to here.
    so_far_fen: i128,
    /// The sum since the last claim.
    since_fen: i128,
}

impl Control {
    /// Counts the amount of a record, nothing if it could not be read.
    pub fn count(&mut self, amount: Option<Fen>) {
        match amount {
            Some(amount) => self.sum_fen += i128::from(amount.get()),
            None => self.blind = true,
        }
    }

    /// The sum of all records, if it is an amount.
    pub fn sum(&self) -> Option<Fen> {
        i64::try_from(self.sum_fen).ok().map(Fen::new)
    }

    /// Takes the total of a row. False if the row names no figure.
    pub fn claim(
        &mut self,
        what: What,
        header: &Header,
        row: &Row<'_>,
        kind: Aside,
        unit: Unit,
    ) -> Result<bool, BadCell> {
        let column = key_columns(what).1;
        let Some(cell) =
            header.place(column).and_then(|place| row.cell(place)).filter(|cell| !cell.text.trim().is_empty())
        else {
            return Ok(false);
        };
        let claimed = Fen::parse_in(&cell.text, unit)
            .map_err(|refusal| BadCell::cell(row.line, column.name(), &cell.text, refusal))?;
        self.claims.push(Claim {
            line: row.line,
            kind,
            shown: cell.text.trim().to_owned(),
            claimed,
            so_far_fen: self.sum_fen,
            since_fen: self.sum_fen - self.claimed_at_fen,
        });
        self.claimed_at_fen = self.sum_fen;
        Ok(true)
    }

    /// Judges the claims at the end of the file: the last 合计 is the sum of all rows, any other total is the sum since
    /// the total before it, or of all rows so far. Gives the total that agreed.
    pub fn judge(&self, what: What) -> (Option<Fen>, Vec<BadCell>) {
        if self.blind {
            return (None, Vec::new());
        }
        let last = self.claims.iter().rposition(|claim| claim.kind == Aside::Total);
        let mut agreed = None;
        let mut bad = Vec::new();
        for (at, claim) in self.claims.iter().enumerate() {
            let claimed_fen = i128::from(claim.claimed.get());
            if Some(at) == last {
                if claimed_fen == self.sum_fen {
                    agreed = Some(claim.claimed);
                } else {
                    bad.push(disagreement(what, claim, self.sum_fen));
                }
            } else if ![claim.since_fen, claim.so_far_fen, self.sum_fen].contains(&claimed_fen) {
                bad.push(disagreement(what, claim, claim.since_fen));
            }
        }
        (agreed, bad)
    }
}

fn disagreement(what: What, claim: &Claim, sum_fen: i128) -> BadCell {
    let sum = i64::try_from(sum_fen).map_or_else(|_| sum_fen.to_string(), |fen| Fen::new(fen).plain());
    let refusal = Refusal::new("control_total").with("claimed", claim.claimed.plain()).with("sum", sum);
    BadCell::cell(claim.line, key_columns(what).1.name(), &claim.shown, refusal)
}
