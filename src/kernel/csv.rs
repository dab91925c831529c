//! Cells of the CSV files that the book hands out: RFC 4180, and nothing that a spreadsheet would run.

/// Whether a spreadsheet would take this text for a formula (OWASP, CSV injection); it is written with `'` before it.
pub fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// The same, but that a number below zero is a number.
pub fn would_run(text: &str) -> bool {
    let is_number = |rest: &str| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    is_formula(text) && !text.strip_prefix('-').is_some_and(is_number)
}

/// Writes a row behind what is there; a cell that a spreadsheet would run gets `'` before it.
pub fn row(lines: &mut Vec<u8>, cells: &[String], is_run: fn(&str) -> bool) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            lines.push(b',');
        }
        let guarded = is_run(cell).then(|| format!("'{cell}"));
        quote(lines, guarded.as_deref().unwrap_or(cell));
    }
    lines.extend_from_slice(b"\r\n");
}

/// Writes a cell behind what is there, in quotation marks where it needs them.
pub fn quote(line: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    if !bytes.iter().any(|b| matches!(b, b',' | b'"' | b'\r' | b'\n')) {
        line.extend_from_slice(bytes);
        return;
    }
    line.push(b'"');
    for byte in bytes {
        if *byte == b'"' {
            line.push(b'"');
        }
        line.push(*byte);
    }
    line.push(b'"');
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_known() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "=cmd|' /C calc'!A0"] {
            assert!(is_formula(formula), "{formula:?}");
        }
        for plain in ["", "1-1", "a=b", "'=1", "甲+乙", " =1"] {
            assert!(!is_formula(plain), "{plain:?}");
        }
    }

    #[test]
    fn a_number_below_zero_would_not_run_and_what_begins_like_one_would() {
        for number in ["-1", "-12.50", "0"] {
            assert!(!would_run(number), "{number:?}");
        }
        for formula in ["-", "-1+1", "-SUM(A1)", "-1,5", "+1", "=1"] {
            assert!(would_run(formula), "{formula:?}");
        }
    }

    #[test]
    fn a_row_guards_what_would_run() {
        let mut lines = Vec::new();
        let cells = ["=1", "-1.50", "甲,乙"].map(ToOwned::to_owned);
        row(&mut lines, &cells, would_run);
        row(&mut lines, &cells, is_formula);
        assert_eq!(String::from_utf8(lines).unwrap(), "'=1,-1.50,\"甲,乙\"\r\n'=1,'-1.50,\"甲,乙\"\r\n");
    }

    proptest! {
        #[test]
        fn another_reader_reads_what_was_written(
            rows in proptest::collection::vec(proptest::collection::vec("[a-z,\"'\r\n 中文]{0,6}", 3), 1..8)
        ) {
            let mut line = Vec::new();
            for row in &rows {
                for (index, cell) in row.iter().enumerate() {
                    if index > 0 { line.push(b','); }
                    quote(&mut line, cell);
                }
                line.extend_from_slice(b"\r\n");
            }
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_slice());
            let read: Vec<Vec<String>> =
                reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
            prop_assert_eq!(read, rows);
        }
    }
}
