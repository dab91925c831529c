//! What kind of file the bytes are, told from the bytes and never from the name.

use super::workbook::Format;
use crate::kernel::Refusal;

/// The format of a workbook, nothing for text.
///
/// Refusals: `file_type` (`found`) for what is neither, `file_html`.
pub fn workbook_format(bytes: &[u8]) -> Result<Option<Format>, Refusal> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(Some(Format::Xlsx));
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Ok(Some(Format::Xls));
    }
    let known = [(&b"%PDF"[..], "PDF"), (b"PK", "ZIP"), (b"Rar!", "RAR"), (b"7z\xBC\xAF", "7Z"), (b"\x1F\x8B", "GZIP")];
    if let Some((_, found)) = known.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(Refusal::new("file_type").with("found", found));
    }
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(1024)).unwrap_or_default()).to_lowercase();
    let head = head.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if head.starts_with('<') && ["<html", "<table", "<!doctype", "<?xml", "<meta"].iter().any(|tag| head.contains(tag))
    {
        return Err(Refusal::new("file_html"));
    }
    Ok(None)
}
