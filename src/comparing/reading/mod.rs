//! A list from outside: bytes to rows with whatever of reference, number, name, policy, amount, account and day it has.

mod field;
mod header;

use std::ops::ControlFlow;

pub use field::Field;
use header::{HEADER_WITHIN, Header, find};
pub use header::{Mapped, Said};

use super::rules::Listed;
use crate::imports::{UnitFrom, decide_unit, unit_in_titles};
use crate::kernel::bank_code::parse_account;
use crate::kernel::dates::Day;
use crate::kernel::money::{Fen, Unit};
use crate::kernel::{Refusal, text};
use crate::sheets::{
    BadCell, Cell, Delimited, Delimiter, Faults, Grid, Meant, Row, Workbook, decode, shape_fault, shown,
    workbook_format,
};

/// Characters of a name or code.
const WORDS_CHARS: usize = 200;
/// What rows below or between the data begin with.
const TOTALS: [&str; 5] = ["合计", "总计", "共计", "小计", "total"];
/// What rows of signatures begin with.
const SIGNATURES: [&str; 10] = ["制表", "制单", "审核", "复核", "填报", "填表", "经办", "负责人", "备注:", "说明:"];

/// A list that was read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Its rows.
    pub rows: Vec<Listed>,
    /// Its columns, and what they mean.
    pub columns: Vec<Mapped>,
    /// The line of the header.
    pub header_line: u64,
    /// The sheet that was read.
    pub sheet: Option<String>,
    /// The unit of its amounts.
    pub unit: Unit,
    /// Who said so.
    pub unit_from: UnitFrom,
    /// The last total that it claims for itself.
    pub claimed: Option<Fen>,
    /// Rows that are no data: totals, signatures.
    pub passed_over: u64,
}

/// Reads a list. `said` goes before what the headers say, `unit` is what a person says of amounts whose header names none.
///
/// # Errors
/// Every bad cell with line and column; the whole file where it has no header, no amount or nothing to know rows by.
pub fn read(bytes: &[u8], said: &Said, unit: Option<Unit>) -> Result<List, Faults> {
    match workbook_format(bytes)? {
        Some(format) => {
            let mut workbook = Workbook::open(bytes, format)?;
            let names: Vec<String> =
                workbook.sheets().iter().filter(|sheet| !sheet.hidden).map(|sheet| sheet.name.clone()).collect();
            let mut best: Option<(String, usize)> = None;
            for name in names {
                let head = workbook.sheet(&name).head(HEADER_WITHIN)?;
                if let Some((_, header)) = find(&head, said)
                    && best.as_ref().is_none_or(|(_, known)| header.known > *known)
                {
                    best = Some((name, header.known));
                }
            }
            let (name, _) = best.ok_or_else(header_missing)?;
            let mut sheet = workbook.sheet(&name);
            rows_of(&mut sheet, said, unit).map(|list| List { sheet: Some(name.clone()), ..list })
        }
        None => {
            let (text, _) = decode(bytes)?;
            let mut best: Option<(Delimiter, usize)> = None;
            let mut broken = None;
            for delimiter in Delimiter::TRIED {
                match Delimited::new(&text, delimiter).head(HEADER_WITHIN) {
                    Ok(head) => {
                        if let Some((_, header)) = find(&head, said)
                            && best.is_none_or(|(_, known)| header.known > known)
                        {
                            best = Some((delimiter, header.known));
                        }
                    }
                    Err(bad) => broken = broken.or(Some(bad)),
                }
            }
            let Some((delimiter, _)) = best else {
                return Err(broken.map_or_else(header_missing, Faults::from));
            };
            rows_of(&mut Delimited::new(&text, delimiter), said, unit)
        }
    }
}

fn header_missing() -> Faults {
    Refusal::new("compare_header").with("rows", HEADER_WITHIN).into()
}

fn rows_of(grid: &mut dyn Grid, said: &Said, said_unit: Option<Unit>) -> Result<List, Faults> {
    let head = grid.head(HEADER_WITHIN)?;
    let (place, header) = find(&head, said).ok_or_else(header_missing)?;
    if let Some(refusal) = header.fault() {
        return Err(BadCell::row(header.line, refusal).into());
    }
    if let Some((unknown, _)) =
        said.iter().find(|(name, _)| !header.columns.iter().any(|column| is_named(column, name)))
    {
        return Err(BadCell::row(header.line, Refusal::new("compare_column").with("column", unknown)).into());
    }
    let titles = head.get(..place).unwrap_or_default();
    let in_titles = unit_in_titles(titles).map_err(|(line, refusal)| BadCell::row(line, refusal))?;
    let in_header = header.place(Field::Amount).and_then(|place| header.columns.get(place)).and_then(|one| one.unit);
    let (unit, unit_from) = decide_unit(in_header, in_titles, said_unit)
        .map_err(|refusal| BadCell::cell(header.line, Field::Amount.code(), "", refusal))?;
    let mut reader = Reader { header: &header, unit, rows: Vec::new(), bad: Vec::new(), claimed: None, passed_over: 0 };
    let end = grid.each(&mut |row| {
        if row.line > header.line {
            reader.row(row);
        }
        ControlFlow::Continue(())
    });
    let Reader { rows, mut bad, claimed, passed_over, .. } = reader;
    bad.extend(end.err());
    let rows_in_file = rows.len() as u64;
    if rows.is_empty() && bad.is_empty() {
        bad.push(BadCell::row(header.line, Refusal::new("compare_no_rows")));
    }
    if !bad.is_empty() {
        return Err(Faults { cells: bad, rows_in_file });
    }
    let (header_line, columns) = (header.line, header.columns);
    Ok(List { rows, columns, header_line, sheet: None, unit, unit_from, claimed, passed_over })
}

fn is_named(column: &Mapped, name: &str) -> bool {
    text::fold(&column.header) == text::fold(name)
}

/// Rows on their way.
struct Reader<'h> {
    header: &'h Header,
    unit: Unit,
    rows: Vec<Listed>,
    bad: Vec<BadCell>,
    claimed: Option<Fen>,
    passed_over: u64,
}

impl Reader<'_> {
    fn row(&mut self, row: &Row<'_>) {
        if let Some(refusal) = row.cells.iter().find_map(shape_fault) {
            self.bad.push(BadCell::row(row.line, refusal));
            return;
        }
        if self.is_aside(row) {
            self.passed_over += 1;
            return;
        }
        let amount = match self.cell(row, Field::Amount) {
            Some(cell) => {
                self.value(row.line, Field::Amount, cell, Meant::Money, |text| Fen::parse_in(text, self.unit))
            }
            None => Err(BadCell::cell(row.line, Field::Amount.code(), "", Refusal::new("cell_required"))),
        };
        let words = |field: Field| self.maybe(row, field, Meant::Words, |text| text::clean(text, WORDS_CHARS));
        let read = [words(Field::Reference), words(Field::Uscc), words(Field::Name), words(Field::Policy)];
        // Of a masked account there is nothing to compare.
        let number = |text: &str| if text.contains('*') { Ok(String::new()) } else { parse_account(text) };
        let account = self.maybe(row, Field::Account, Meant::Words, number);
        let date = self.maybe(row, Field::Date, Meant::Day, Day::parse_lenient);
        let mut wrong = Vec::new();
        let mut keep = |bad: Option<BadCell>| wrong.extend(bad);
        let [reference, uscc, name, policy] = read.map(|one| one.map_err(|bad| keep(Some(bad))).ok().flatten());
        let account = account.map_err(|bad| keep(Some(bad))).ok().flatten().filter(|account| !account.is_empty());
        let date = date.map_err(|bad| keep(Some(bad))).ok().flatten();
        let amount = amount.map_err(|bad| keep(Some(bad))).ok();
        if wrong.is_empty()
            && let Some(amount) = amount
        {
            let uscc = uscc.map(|number| text::fold(&number).to_uppercase());
            self.rows.push(Listed { line: row.line, reference, uscc, name, policy, amount, account, date });
        }
        self.bad.extend(wrong);
    }

    fn cell<'r>(&self, row: &'r Row<'_>, field: Field) -> Option<&'r Cell<'r>> {
        let cell = self.header.place(field).and_then(|place| row.cell(place));
        cell.filter(|cell| !cell.is_blank())
    }

    fn maybe<V>(
        &self,
        row: &Row<'_>,
        field: Field,
        meant: Meant,
        read: impl FnOnce(&str) -> Result<V, Refusal>,
    ) -> Result<Option<V>, BadCell> {
        self.cell(row, field).map(|cell| self.value(row.line, field, cell, meant, read)).transpose()
    }

    fn value<V>(
        &self,
        line: u64,
        field: Field,
        cell: &Cell<'_>,
        meant: Meant,
        read: impl FnOnce(&str) -> Result<V, Refusal>,
    ) -> Result<V, BadCell> {
        let named = self.header.place(field).and_then(|place| self.header.columns.get(place));
        let column = named.map_or(field.code(), |column| column.header.as_str());
        shown(cell, meant).and_then(read).map_err(|refusal| BadCell::cell(line, column, &cell.text, refusal))
    }

    /// A total or a signature: names no reference and no number with a digit, and begins as such rows do.
    fn is_aside(&mut self, row: &Row<'_>) -> bool {
        let has_digit = |field: Field| {
            self.cell(row, field).is_some_and(|cell| cell.text.chars().any(|character| character.is_ascii_digit()))
        };
        if has_digit(Field::Reference) || has_digit(Field::Uscc) {
            return false;
        }
        let begins = |cell: &Cell<'_>, words: &[&str]| {
            let beginning = text::fold(&cell.text.chars().take(24).collect::<String>());
            words.iter().any(|word| beginning.starts_with(word))
        };
        let filled = || row.cells.iter().filter(|cell| !cell.is_blank());
        if filled().take(3).any(|cell| begins(cell, &TOTALS)) {
            let total = self.cell(row, Field::Amount).and_then(|cell| Fen::parse_in(&cell.text, self.unit).ok());
            self.claimed = total.or(self.claimed);
            return true;
        }
        self.cell(row, Field::Amount).is_none() && filled().next().is_some_and(|cell| begins(cell, &SIGNATURES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(text: &str) -> Result<List, Faults> {
        read(text.as_bytes(), &Said::new(), None)
    }

    #[test]
    fn a_list_of_a_department_is_read() {
        let text = "国库支付清单,,,\n序号,单位名称,统一社会信用代码,金额（万元）,日期\n1,甲公司,91330206MA2AB3C45D,1.5,2020.3.5\n\
            2,乙公司,9133 0206 ma2ab3c46d,0.000001,\n合计,,,1.500001,\n制表：张三,,,,\n";
        let list = listed(text).unwrap();
        assert_eq!((list.rows.len(), list.header_line, list.unit, list.passed_over), (2, 2, Unit::Wan, 2));
        assert_eq!(list.rows[0].amount, Fen::new(1_500_000));
        assert_eq!(list.rows[0].date, Day::parse("2020-03-05").ok());
        assert_eq!(list.rows[1].uscc.as_deref(), Some("91330206MA2AB3C46D"));
        assert_eq!(list.claimed, Some(Fen::new(1_500_001)));
    }

    #[test]
    fn every_bad_cell_is_told_with_line_and_column() {
        let faults = listed("name,amount,date\n甲,1.234,2020-03-05\n乙,,2020-13-01\n丙,5,\n").unwrap_err();
        let told: Vec<(u64, &str, &str)> =
            faults.cells.iter().map(|cell| (cell.line, cell.column.as_str(), cell.refusal.code)).collect();
        assert_eq!(told[0], (2, "amount", "amount_decimals"));
        assert!(told.contains(&(3, "amount", "cell_required")), "{told:?}");
        assert_eq!(told.iter().filter(|(line, ..)| *line == 3).count(), 2, "{told:?}");
        assert_eq!(faults.rows_in_file, 1);
        let code = |text: &str| listed(text).unwrap_err().cells[0].refusal.code;
        assert_eq!(code("a,b\n1,2\n"), "compare_header");
        assert_eq!(code("name,uscc\n甲,1\n"), "compare_amount");
        assert_eq!(code("amount,policy\n1,P\n"), "compare_keys");
        assert_eq!(code("name,amount\n"), "compare_no_rows");
        let said = vec![("没有".to_owned(), Some(Field::Name))];
        assert_eq!(read(b"name,amount\nx,1\n", &said, None).unwrap_err().cells[0].refusal.code, "compare_column");
    }
}
