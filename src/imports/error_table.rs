//! Everything that is wrong with a file, as a table for whoever mends it.

use csv::{Terminator, WriterBuilder};

use super::store::unrunnable;
use super::upload::Faults;
use crate::kernel::{Error, Result};
use crate::web::Lang;
use crate::web::i18n::{sentence, text};

/// The bad cells as CSV (RFC 4180, CRLF; in Chinese with a byte order mark): line, column, value, code, sentence.
pub fn faults_csv(faults: &Faults, lang: Lang) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    if lang == Lang::Zh {
        out.extend_from_slice("\u{feff}".as_bytes());
    }
    let mut csv = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    let heads = [
        "imports.fault.line",
        "imports.fault.column",
        "imports.fault.value",
        "imports.fault.code",
        "imports.fault.message",
    ];
    csv.write_record(heads.map(|key| text(lang, key))).map_err(Error::internal)?;
    for fault in &faults.errors {
        let cells = [
            fault.line.to_string(),
            fault.column.clone(),
            fault.value.clone(),
            fault.refusal.code.to_owned(),
            sentence(lang, &fault.refusal),
        ];
        csv.write_record(cells.map(unrunnable)).map_err(Error::internal)?;
    }
    csv.into_inner().map_err(Error::internal)
}
