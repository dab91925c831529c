//! Bytes to text: UTF-8 with or without BOM, GB18030, and nothing that has to be guessed.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, EncoderResult, GB18030, GBK, UTF_8};

use super::fault::BadCell;
use crate::kernel::Refusal;

/// How the text was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// GB18030, which GBK and GB2312 are part of.
    Gb18030,
    /// GBK, for readers that know no more; read as GB18030.
    Gbk,
}

impl Encoding {
    /// The name that the preview shows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Bom => "UTF-8 BOM",
            Self::Gb18030 => "GB18030",
            Self::Gbk => "GBK",
        }
    }

    /// The text as bytes, or the first character that the encoding cannot hold; nothing is ever put in its place.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, char> {
        let mut encoder = match self {
            Self::Utf8 | Self::Utf8Bom => return Ok(text.as_bytes().to_vec()),
            Self::Gb18030 => GB18030.new_encoder(),
            Self::Gbk => GBK.new_encoder(),
        };
        let mut bytes = Vec::with_capacity(text.len() + 16);
        let mut rest = text;
        loop {
            let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
            rest = rest.get(read..).unwrap_or_default();
            match result {
                EncoderResult::InputEmpty => return Ok(bytes),
                EncoderResult::OutputFull => bytes.reserve(rest.len() * 2 + 16),
                EncoderResult::Unmappable(character) => return Err(character),
            }
        }
    }

    /// How many bytes a character takes.
    pub fn length(self, character: char) -> usize {
        if character.is_ascii() {
            return 1;
        }
        let mut buffer = [0; 4];
        let text = &*character.encode_utf8(&mut buffer);
        self.encode(text).map_or(text.len(), |bytes| bytes.len())
    }
}

/// So many characters beyond ASCII that read well as UTF-8 do not come about by chance in GB18030: what breaks off
/// behind them is a damaged UTF-8 file.
const SURELY_UTF8_CHARS: usize = 3;

/// Reads the bytes as text.
///
/// Refusals: `file_empty`, `file_utf16`, `file_binary`, `file_encoding` (with the line of the first bad byte).
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), BadCell> {
    if looks_utf16(bytes) {
        return Err(BadCell::file(Refusal::new("file_utf16")));
    }
    let (encoding, body) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(body) => (Encoding::Utf8Bom, body),
        None => (Encoding::Utf8, bytes),
    };
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(BadCell::file(Refusal::new("file_empty")));
    }
    match std::str::from_utf8(body) {
        Ok(text) => {
            no_zero(body, text.find('\0')).and_then(|()| not_garbled(text)).map(|text| (Cow::Borrowed(text), encoding))
        }
        Err(error)
            if !body.contains(&0) && (encoding == Encoding::Utf8Bom || surely_utf8(body, error.valid_up_to())) =>
        {
            Err(bad_byte(body, error.valid_up_to(), "UTF-8"))
        }
        Err(_) => no_zero(body, body.iter().position(|byte| *byte == 0))
            .and_then(|()| gb18030(body))
            .map(|text| (Cow::Owned(text), Encoding::Gb18030)),
    }
}

/// Reads the bytes as text whose encoding is agreed, so that nothing has to be told from the bytes; only a byte order
/// mark says otherwise.
///
/// Refusals as for [`decode`].
pub fn decode_as(bytes: &[u8], encoding: Encoding) -> Result<Cow<'_, str>, BadCell> {
    if matches!(encoding, Encoding::Utf8 | Encoding::Utf8Bom)
        || looks_utf16(bytes)
        || bytes.starts_with(b"\xEF\xBB\xBF")
    {
        return decode(bytes).map(|(text, _)| text);
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(BadCell::file(Refusal::new("file_empty")));
    }
    no_zero(bytes, bytes.iter().position(|byte| *byte == 0)).and_then(|()| gb18030(bytes)).map(Cow::Owned)
}

/// Reads the bytes as text in the encoding that the text itself declares, as XML does; a byte order mark says more than
/// that. Without a known name nothing is guessed beyond [`decode`].
///
/// Refusals as for [`decode`].
pub fn decode_declared<'b>(bytes: &'b [u8], label: &str) -> Result<Cow<'b, str>, BadCell> {
    let by_mark = encoding_rs::Encoding::for_bom(bytes);
    let declared =
        by_mark.map(|(found, _)| found).or_else(|| encoding_rs::Encoding::for_label(label.trim().as_bytes()));
    match declared {
        Some(found) if found == GB18030 || found == GBK => decode_as(bytes, Encoding::Gb18030),
        // text of one byte a character that calls itself UTF-16 was saved anew by a program that left the name
        Some(found) if found != UTF_8 && (by_mark.is_some() || found.is_ascii_compatible()) => {
            let body = bytes.get(by_mark.map_or(0, |(_, length)| length)..).unwrap_or_default();
            let (text, _) = found.decode_without_bom_handling(body);
            match text.split_once(char::REPLACEMENT_CHARACTER) {
                Some((before, _)) => Err(bad_byte(before.as_bytes(), before.len(), found.name())),
                None => Ok(text),
            }
        }
        _ => decode(bytes).map(|(text, _)| text),
    }
}

/// A zero byte is in no text.
fn no_zero(body: &[u8], at: Option<usize>) -> Result<(), BadCell> {
    at.map_or(Ok(()), |at| Err(BadCell::row(line_of(body, at), Refusal::new("file_binary"))))
}

/// A replacement character in the file itself: some program before this one has already lost what stood there.
fn not_garbled(text: &str) -> Result<&str, BadCell> {
    match text.find(char::REPLACEMENT_CHARACTER) {
        Some(at) => Err(bad_byte(text.as_bytes(), at, "UTF-8")),
        None => Ok(text),
    }
}

fn gb18030(body: &[u8]) -> Result<String, BadCell> {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    // two bytes become three; asking the decoder for the worst case would take three times as much
    let mut text = String::with_capacity(body.len() / 2 * 3 + 16);
    let mut at = 0;
    loop {
        let rest = body.get(at..).unwrap_or_default();
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => break,
            DecoderResult::OutputFull => text.reserve(body.len() / 4 + 16),
            DecoderResult::Malformed(length, extra) => {
                return Err(bad_byte(body, at.saturating_sub(usize::from(length) + usize::from(extra)), "GB18030"));
            }
        }
    }
    match text.find(char::REPLACEMENT_CHARACTER) {
        Some(at) => Err(bad_line(line_of(text.as_bytes(), at), "GB18030")),
        None => Ok(text),
    }
}

fn bad_byte(body: &[u8], at: usize, encoding: &'static str) -> BadCell {
    bad_line(line_of(body, at), encoding)
}

fn bad_line(line: u64, encoding: &'static str) -> BadCell {
    BadCell::row(line, Refusal::new("file_encoding").with("encoding", encoding).with("line", line))
}

/// The line that a byte stands in, from 1.
fn line_of(body: &[u8], at: usize) -> u64 {
    body.iter().take(at).fold(1, |line, byte| line + u64::from(*byte == b'\n'))
}

fn surely_utf8(body: &[u8], valid_up_to: usize) -> bool {
    let valid = body.get(..valid_up_to).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or("");
    valid.chars().filter(|c| !c.is_ascii()).take(SURELY_UTF8_CHARS).count() == SURELY_UTF8_CHARS
}

/// A byte order mark of UTF-16, or every other byte of the beginning zero.
fn looks_utf16(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return true;
    }
    let head = bytes.get(..bytes.len().min(64)).unwrap_or_default();
    let zeros =
        |parity: usize| head.len() >= 4 && head.iter().enumerate().all(|(at, byte)| (*byte == 0) == (at % 2 == parity));
    zeros(0) || zeros(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agreed_encoding_is_not_guessed_at() {
        // 小全 in GB18030 happens to be good UTF-8
        let (bytes, _, _) = GB18030.encode("小全");
        assert_eq!(decode_as(&bytes, Encoding::Gb18030), Ok(Cow::Borrowed("小全")));
        assert_ne!(decode(&bytes).unwrap().0, "小全");
        assert_eq!(decode_as("\u{FEFF}小全".as_bytes(), Encoding::Gb18030), Ok(Cow::Borrowed("小全")));
        assert_eq!(decode_as(b"a\0b", Encoding::Gb18030).unwrap_err().refusal.code, "file_binary");
        assert_eq!(decode_as(b" \r\n", Encoding::Gb18030).unwrap_err().refusal.code, "file_empty");
    }

    #[test]
    fn rare_characters_of_names_are_read_whatever_room_they_need() {
        // 㛃 and 𬭎 take four bytes in GB18030, € two; a two-byte letter of another script grows to three
        let text = "㛃𬭎€䶮ā中文\n".repeat(1000);
        let (bytes, _, lossy) = GB18030.encode(&text);
        assert!(!lossy);
        assert_eq!(decode(&bytes), Ok((Cow::Borrowed(text.as_str()), Encoding::Gb18030)));
    }
}
