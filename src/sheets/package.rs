//! The parts of an XLSX package that the workbook reader does not tell of: what kind of file it really is, how large it
//! grows when unpacked, and which rows are hidden.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Cursor, Read};

use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::kernel::Refusal;

/// Unpacked bytes of all parts that are read. A million rows of grants are half of this.
const UNPACKED_BYTES_MAX: u64 = 1 << 30;
/// Unpacked bytes of the table of strings, which has to stand in memory.
const STRINGS_BYTES_MAX: u64 = 1 << 28;

/// What the package tells about its sheets.
#[derive(Debug, Default)]
pub struct Package {
    /// Rows hidden, from 1, by the name of the sheet.
    hidden_rows: HashMap<String, HashSet<u64>>,
}

type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

impl Package {
    /// Looks through the package once.
    ///
    /// Refusals: `file_damaged`, `file_type` (with `found`), `file_too_large`.
    pub fn inspect(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::new("file_damaged"))?;
        let names = part_names(&mut archive);
        is_workbook(&names)?;
        let hidden_by_part = read_through(&mut archive)?;
        let hidden_rows = sheets_by_part(&mut archive)
            .into_iter()
            .filter_map(|(sheet, part)| hidden_by_part.get(&part).map(|rows| (sheet, rows.clone())))
            .collect();
        Ok(Self { hidden_rows })
    }

    /// The hidden rows of a sheet, from 1, if it has any.
    pub fn hidden_rows(&self, sheet: &str) -> Option<&HashSet<u64>> {
        self.hidden_rows.get(sheet)
    }
}

/// Names in lower case, with forward slashes and without one in front.
fn part_names(archive: &mut Archive<'_>) -> Vec<String> {
    archive.file_names_raw().map(|name| part_name(&String::from_utf8_lossy(name))).collect()
}

fn part_name(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

fn is_workbook(names: &[String]) -> Result<(), Refusal> {
    let has = |part: &str| names.iter().any(|name| name == part);
    let found = if has("xl/workbook.bin") {
        "XLSB"
    } else if has("content.xml") {
        "ODS"
    } else if has("word/document.xml") {
        "DOCX"
    } else if names.iter().any(|name| name.contains("worksheets/")) {
        return Ok(());
    } else {
        "ZIP"
    };
    Err(Refusal::new("file_type").with("found", found))
}

/// Reads every part of XML to its end, within the limits whatever the directory of the package claims.
fn read_through(archive: &mut Archive<'_>) -> Result<HashMap<String, HashSet<u64>>, Refusal> {
    let mut hidden = HashMap::new();
    let mut left = UNPACKED_BYTES_MAX;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| Refusal::new("file_damaged"))?;
        let name = part_name(&part.name().map(|name| name.to_string()).unwrap_or_default());
        if !is_xml(&name) {
            continue;
        }
        let limit = if name.ends_with("sharedstrings.xml") { left.min(STRINGS_BYTES_MAX) } else { left };
        let mut limited = BufReader::with_capacity(1 << 16, part.take(limit + 1));
        if name.contains("worksheets/") {
            let rows = hidden_rows(&mut limited);
            if !rows.is_empty() {
                hidden.insert(name, rows);
            }
        }
        // what the XML reader left: a part that is broken is refused by the workbook reader
        let _ = std::io::copy(&mut limited, &mut std::io::sink());
        let over = limit + 1 - limited.get_ref().limit();
        if over > limit {
            return Err(Refusal::new("file_too_large"));
        }
        left -= over;
    }
    Ok(hidden)
}

fn is_xml(name: &str) -> bool {
    [".xml", ".rels"].iter().any(|ending| name.ends_with(ending))
}

/// The rows with `hidden="1"`; up to the first fault of the XML.
fn hidden_rows(part: impl BufRead) -> HashSet<u64> {
    let mut hidden = HashSet::new();
    let mut next = 1_u64;
    each_element(part, |element| {
        if element.local_name().as_ref() == "row" {
            let line: u64 = attribute(element, "r").and_then(|row| row.parse().ok()).unwrap_or(next);
            next = line.saturating_add(1);
            if attribute(element, "hidden").is_some_and(|value| value == "1" || value == "true") {
                hidden.insert(line);
            }
        }
    });
    hidden
}

/// Name of the sheet and name of its part, by way of the workbook's relations.
fn sheets_by_part(archive: &mut Archive<'_>) -> Vec<(String, String)> {
    let mut parts = HashMap::new();
    for_part(archive, "xl/_rels/workbook.xml.rels", |element| {
        if let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target")) {
            let target = part_name(&target);
            let part = if target.starts_with("xl/") { target } else { format!("xl/{target}") };
            parts.insert(id, part);
        }
    });
    let mut sheets = Vec::new();
    for_part(archive, "xl/workbook.xml", |element| {
        if element.local_name().as_ref() == "sheet"
            && let (Some(name), Some(id)) = (attribute(element, "name"), attribute(element, "id"))
            && let Some(part) = parts.get(&id)
        {
            sheets.push((name, part.clone()));
        }
    });
    sheets
}

fn for_part(archive: &mut Archive<'_>, name: &str, see: impl FnMut(&BytesStart<'_>)) {
    if let Ok(part) = archive.by_name(name) {
        each_element(BufReader::new(part), see);
    }
}

fn each_element(part: impl BufRead, mut see: impl FnMut(&BytesStart<'_>)) {
    let mut reader = quick_xml::Reader::from_reader(part);
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element) | Event::Empty(element)) => see(&element),
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
        buffer.clear();
    }
}

/// An attribute by its name without prefix.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)
        .and_then(|attribute| attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(Cow::into_owned))
}
