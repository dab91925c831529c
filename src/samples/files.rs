//! The working paper of a sample as a file: a row an item.

use super::events::SampleDrawn;
use super::store::ItemView;
use crate::kernel::csv::{is_formula, quote};
use crate::kernel::money::Fen;
use crate::kernel::{Refusal, Result};
use crate::sheets::SheetWriter;
use crate::web::{Lang, T};

/// The columns, in English as they are and in Chinese by `samples.column.NAME`.
const COLUMNS: [&str; 9] = ["grant", "reference", "stratum", "amount", "hits", "certain", "result", "found", "note"];

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// RFC 4180, CRLF.
    Csv,
    /// A workbook on A4.
    Xlsx,
}

impl FileFormat {
    /// The ending of a file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// `sample_format`.
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        let found = [Self::Csv, Self::Xlsx].into_iter().find(|format| format.extension() == word);
        found.ok_or_else(|| Refusal::new("sample_format"))
    }
}

fn heads(lang: Lang) -> Vec<String> {
    let head = |name: &&str| match lang {
        Lang::En => (*name).to_owned(),
        Lang::Zh => T(lang).s(&format!("samples.column.{name}")).to_owned(),
    };
    COLUMNS.iter().map(head).collect()
}

fn cells(item: &ItemView, t: T) -> [String; 9] {
    let result = item.result.map_or("", |result| match t.lang() {
        Lang::En => result.code(),
        Lang::Zh => t.s(&format!("samples.result.{}", result.code())),
    });
    [
        item.grant.to_string(),
        item.reference.clone(),
        item.stratum.clone(),
        item.amount.plain(),
        item.hits.to_string(),
        i64::from(item.certain).to_string(),
        result.to_owned(),
        item.found.map(Fen::plain).unwrap_or_default(),
        item.note.clone(),
    ]
}

/// The bytes of the working paper. They are a function of the sample, its notes, format and language alone.
pub fn bytes(drawn: &SampleDrawn, items: &[ItemView], format: FileFormat, lang: Lang) -> Result<Vec<u8>> {
    match format {
        FileFormat::Csv => Ok(csv(items, lang)),
        FileFormat::Xlsx => workbook(drawn, items, T(lang)),
    }
}

fn csv(items: &[ItemView], lang: Lang) -> Vec<u8> {
    let mut out = Vec::new();
    if lang == Lang::Zh {
        out.extend_from_slice("\u{feff}".as_bytes());
    }
    put_row(&mut out, &heads(lang));
    for item in items {
        let guarded = cells(item, T(lang)).map(|text| if is_formula(&text) { format!("'{text}") } else { text });
        put_row(&mut out, &guarded);
    }
    out
}

fn put_row(out: &mut Vec<u8>, cells: &[String]) {
    for (index, text) in cells.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        quote(out, text);
    }
    out.extend_from_slice(b"\r\n");
}

fn workbook(drawn: &SampleDrawn, items: &[ItemView], t: T) -> Result<Vec<u8>> {
    let mut sheet = SheetWriter::blank()?;
    sheet.on_paper(&[10, 24, 18, 16, 8, 8, 10, 16, 40])?;
    sheet.strong(0, t.s("samples.paper"))?;
    sheet.end_row();
    sheet.cell(0, &moment(drawn, t))?;
    sheet.end_row();
    for (index, head) in heads(t.lang()).iter().enumerate() {
        sheet.strong(index, head)?;
    }
    sheet.end_row();
    for item in items {
        for (index, text) in cells(item, t).iter().enumerate() {
            match index {
                3 | 7 if !text.is_empty() => sheet.amount(index, text)?,
                _ => sheet.cell(index, text)?,
            }
        }
        sheet.end_row();
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    sheet.finish(&mut bytes)?;
    Ok(bytes.into_inner())
}

/// How it was drawn, in one line.
fn moment(drawn: &SampleDrawn, t: T) -> String {
    let words =
        t.f("samples.moment").with("method", t.s(&format!("samples.method.{}", drawn.parameters.method.code())));
    let words = words.with("seed", &drawn.parameters.seed).with("as_of", drawn.parameters.as_of);
    let words = words.with("at", drawn.parameters.at).with("n", drawn.population.count);
    words.with("sum", drawn.population.sum.grouped()).to_string()
}
