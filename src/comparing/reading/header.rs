//! Which row is the header, and what each of its columns means: by its name, unless somebody says otherwise.

use super::field::Field;
use crate::kernel::Refusal;
use crate::kernel::money::Unit;
use crate::kernel::text;
use crate::sheets::{Row, shortened};

/// The header stands within so many rows.
pub const HEADER_WITHIN: usize = 20;
/// Fewer known columns than this are a coincidence.
const KNOWN_MIN: usize = 2;

/// A column, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// Its header as written.
    pub header: String,
    /// What it means; none if it is not read.
    pub field: Option<Field>,
    /// Whether somebody said so.
    pub is_said: bool,
    /// The unit that it names.
    pub unit: Option<Unit>,
}

/// What somebody says of columns: a header as written, and a field; none if it shall not be read.
pub type Said = Vec<(String, Option<Field>)>;

/// Where the columns stand.
#[derive(Debug, Clone)]
pub struct Header {
    /// Its line.
    pub line: u64,
    /// All columns from the first on.
    pub columns: Vec<Mapped>,
    /// How many fields are known.
    pub known: usize,
}

impl Header {
    /// The column of a field.
    pub fn place(&self, field: Field) -> Option<usize> {
        self.columns.iter().position(|column| column.field == Some(field))
    }

    /// Something is missing without which nothing can be compared.
    pub fn fault(&self) -> Option<Refusal> {
        let keys = [Field::Reference, Field::Uscc, Field::Name];
        if self.place(Field::Amount).is_none() {
            return Some(Refusal::new("compare_amount"));
        }
        keys.iter().all(|key| self.place(*key).is_none()).then(|| Refusal::new("compare_keys"))
    }
}

/// The header among the first rows: the one with most known columns, of equal ones the first. Its place among them too.
pub fn find(head: &[Row<'_>], said: &Said) -> Option<(usize, Header)> {
    let mut best: Option<(usize, Header)> = None;
    for (place, row) in head.iter().enumerate().take(HEADER_WITHIN) {
        let header = read(row, said);
        if header.known >= KNOWN_MIN && best.as_ref().is_none_or(|(_, best)| header.known > best.known) {
            best = Some((place, header));
        }
    }
    best
}

fn read(row: &Row<'_>, said: &Said) -> Header {
    let texts: Vec<String> = row.cells.iter().map(|cell| shortened(cell.text.trim())).collect();
    let own =
        |text: &str| said.iter().find(|(header, _)| text::fold(header) == text::fold(text)).map(|(_, field)| *field);
    let mut columns: Vec<Mapped> = texts
        .iter()
        .map(|text| {
            let known = Field::of_header(text);
            let unit = known.and_then(|(_, unit)| unit);
            match own(text).filter(|_| !text.is_empty()) {
                Some(field) => {
                    Mapped { header: text.clone(), field, is_said: true, unit: unit.or_else(|| unit_of(text)) }
                }
                None => Mapped { header: text.clone(), field: known.map(|(field, _)| field), is_said: false, unit },
            }
        })
        .collect();
    // What somebody says goes before names; of several columns of one name the first is read.
    for field in Field::ALL {
        let said_at = columns.iter().position(|column| column.field == Some(field) && column.is_said);
        let first = said_at.or_else(|| columns.iter().position(|column| column.field == Some(field)));
        for (place, column) in columns.iter_mut().enumerate() {
            if column.field == Some(field) && Some(place) != first {
                column.field = None;
            }
        }
    }
    let known = columns.iter().filter(|column| column.field.is_some()).count();
    Header { line: row.line, columns, known }
}

fn unit_of(header: &str) -> Option<Unit> {
    crate::imports::split_unit(header).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheets::Cell;

    fn row(line: u64, cells: &[&str]) -> Row<'static> {
        let cells = cells.iter().map(|text| Cell::text((*text).to_owned())).collect();
        Row { line, hidden: false, cells }
    }

    #[test]
    fn a_title_is_no_header_and_what_is_said_goes_before_names() {
        let head = [row(1, &["国库支付清单"]), row(3, &["序号", "单位名称", "金额（万元）", "补助金额", "对方"])];
        let (place, header) = find(&head, &Said::new()).unwrap();
        assert_eq!((place, header.line, header.known), (1, 3, 2));
        assert_eq!(header.place(Field::Amount), Some(2), "of two amounts the first");
        assert_eq!(header.columns[2].unit, Some(Unit::Wan));
        let said = vec![("补助金额".to_owned(), Some(Field::Amount)), ("单位名称".to_owned(), None)];
        let (_, header) = find(&[row(1, &["编号", "单位名称", "金额（万元）", "补助金额"])], &said).unwrap();
        assert_eq!((header.place(Field::Amount), header.place(Field::Name)), (Some(3), None));
        assert!(find(&[row(1, &["甲", "乙"])], &Said::new()).is_none());
    }
}
