//! What a profile makes of payments that nobody owes anybody, and how a file looks by it: for a person who writes one.

use super::out::{BatchHead, PaymentFile, PaymentOrder, write};
use super::profile::{Column, FileFormat, Profile};
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::text::fold;
use crate::sheets::{BadCell, Cell, Delimited, Grid as _, Row, Workbook, decode_as, workbook_format};

/// Rows looked through for the names of columns.
const HEAD_ROWS: usize = 20;

/// Names, account numbers and fen of the sample's payments.
const PAYMENTS: [(&str, &str, i64); 3] = [
    ("宁波港信建筑有限公司", "9757093301300454020", 123_456),
    ("明德运理发店", "6222021234567894029", 50_000),
    ("北仑信山装饰工程有限公司", "33150198343600000456", 9_999_999),
];

/// The files that a profile makes of a sample of payments.
///
/// # Errors
/// What the format cannot hold.
pub fn sample(profile: &Profile) -> Result<Vec<PaymentFile>, Vec<BadCell>> {
    let day = Day::parse("2020-03-04").map_err(|refusal| vec![BadCell::file(refusal)])?;
    let head = BatchHead {
        batch: "sample-7".to_owned(),
        created_at: Instant::start_of(day),
        execute_on: day,
        payer_name: "宁波市北仑区财政局".to_owned(),
        payer_account: "33150198343600000123".to_owned(),
        payer_bank_code: "105332006442".to_owned(),
        payer_bank_name: "中国建设银行宁波北仑支行".to_owned(),
    };
    let order = |(row, (name, number, fen)): (usize, (&str, &str, i64))| PaymentOrder {
        payment_id: format!("sample-{}", row + 8),
        account_name: name.to_owned(),
        account_number: number.to_owned(),
        bank_code: "104100000004".to_owned(),
        bank_name: "中国银行宁波北仑支行".to_owned(),
        amount_fen: Fen::new(fen),
        purpose: profile.purpose("BL2020-01", &format!("R-{}", row + 1), "7"),
    };
    let orders: Vec<PaymentOrder> = PAYMENTS.into_iter().enumerate().map(order).collect();
    write(profile, &head, &orders)
}

/// The first lines of a file as a person reads them; the cells of a workbook with bars between them.
///
/// # Errors
/// What cannot be read at all.
pub fn first_lines(profile: &Profile, bytes: &[u8], most: usize) -> Result<Vec<String>, BadCell> {
    if profile.format == FileFormat::Xlsx {
        let cells = |row: Row<'_>| row.cells.iter().map(|cell| cell.text.to_string()).collect::<Vec<_>>().join(" | ");
        return Ok(head(profile, bytes, most)?.into_iter().map(cells).collect());
    }
    let text = decode_as(bytes, profile.encoding)?;
    Ok(text.lines().take(most).map(ToOwned::to_owned).collect())
}

/// For each column of a profile, where a file has it, from 1. By the names above the columns where the profile has
/// them, else by their order.
///
/// # Errors
/// What cannot be read at all.
pub fn columns_found(profile: &Profile, bytes: &[u8]) -> Result<Vec<Option<usize>>, BadCell> {
    let rows = head(profile, bytes, HEAD_ROWS)?;
    if !profile.header_line() {
        let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let fixed = profile.format == FileFormat::Fixed;
        return Ok((1..=profile.columns.len()).map(|at| (fixed || at <= width).then_some(at)).collect());
    }
    let found_in = |row: &Row<'_>| -> Vec<Option<usize>> {
        let cells: Vec<String> = row.cells.iter().map(|cell| fold(&cell.text)).collect();
        let of_column = |column: &Column| {
            let mut names = std::iter::once(&column.header).chain(&column.also).map(|name| fold(name));
            names.find_map(|name| cells.iter().position(|cell| *cell == name)).map(|at| at + 1)
        };
        profile.columns.iter().map(of_column).collect()
    };
    let found = rows.iter().map(found_in).max_by_key(|found| found.iter().flatten().count());
    Ok(found.unwrap_or_else(|| vec![None; profile.columns.len()]))
}

fn head(profile: &Profile, bytes: &[u8], most: usize) -> Result<Vec<Row<'static>>, BadCell> {
    if profile.format == FileFormat::Xlsx {
        let format = workbook_format(bytes).map_err(BadCell::file)?;
        let format = format.ok_or_else(|| BadCell::file(Refusal::new("bank_not_workbook")))?;
        let mut workbook = Workbook::open(bytes, format).map_err(BadCell::file)?;
        let sheets = workbook.sheets();
        let sheet = sheets.iter().find(|sheet| !sheet.hidden);
        let sheet = sheet.ok_or_else(|| BadCell::file(Refusal::new("file_damaged")))?;
        return workbook.sheet(&sheet.name).head(most);
    }
    let text = decode_as(bytes, profile.encoding)?;
    if profile.format == FileFormat::Fixed {
        let row = |(text, line): (&str, u64)| Row { line, hidden: false, cells: vec![Cell::text(text.to_owned())] };
        return Ok(text.lines().zip(1..).take(most).map(row).collect());
    }
    let mut grid = if profile.quoting() {
        Delimited::new(&text, profile.delimiter)
    } else {
        Delimited::unquoted(&text, profile.delimiter)
    };
    grid.head(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payments::files::FileDirection;

    #[test]
    fn every_shipped_profile_shows_a_sample() {
        for profile in Profile::shipped().iter().filter(|one| one.direction == FileDirection::Out) {
            let files = sample(profile).unwrap_or_else(|bad| panic!("{}: {bad:?}", profile.name()));
            let lines = first_lines(profile, &files[0].bytes, 500).unwrap();
            let text = lines.join("\n");
            assert!(text.contains("9757093301300454020"), "{}: {text}", profile.name());
        }
    }

    #[test]
    fn a_sample_is_cut_into_as_many_files_as_the_profile_says() {
        let text = Profile::find("generic-csv", FileDirection::Out)
            .unwrap()
            .toml()
            .replace("[title]", "rows_max = 2\n[title]");
        assert_eq!(sample(&Profile::parse(&text).unwrap()).unwrap().len(), 2);
    }

    #[test]
    fn columns_are_found_by_their_names_or_by_their_order() {
        let named = Profile::find("generic-csv", FileDirection::In).unwrap();
        let file = "一行说明\r\nstatus,payment_id,账户,amount\r\npaid,x-1,张三,1.00\r\n";
        let found = columns_found(named, file.as_bytes()).unwrap();
        let of = |word: &str| found[named.columns.iter().position(|column| column.field.word() == word).unwrap()];
        assert_eq!(
            (of("status"), of("payment_id"), of("amount"), of("account_name")),
            (Some(1), Some(2), Some(4), None)
        );
        let ordered = Profile::find("gb18030-text", FileDirection::In).unwrap();
        let (bytes, _, _) = encoding_rs::GB18030.encode("1|x-1|6222|张三\r\n");
        let found = columns_found(ordered, &bytes).unwrap();
        assert_eq!(found.iter().flatten().count(), 4, "{found:?}");
    }
}
