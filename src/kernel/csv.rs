//! Cells of the CSV files that the book hands out: RFC 4180, and nothing that a spreadsheet would run.

/// Whether a spreadsheet would take this text for a formula (OWASP, CSV injection); it is written with `'` before it.
pub fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
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
