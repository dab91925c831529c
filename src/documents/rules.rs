//! What kinds of documents there are, and which files are taken for one. Pure.

use serde::{Deserialize, Serialize};

use crate::kernel::Refusal;

/// The largest file that is taken, in bytes: a scan of a hundred pages is smaller.
pub const FILE_BYTES_MAX: usize = 20 * 1024 * 1024;

/// The kind of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 指标文: it makes money available.
    Budget,
    /// 分配文: it says what of it goes where.
    Distribution,
    /// 会议纪要: it records what was decided.
    Minutes,
    /// 政策文件
    Policy,
    /// 司法、纪检文书
    Legal,
    /// 银行函件
    Bank,
    /// 其他
    Other,
}

impl Kind {
    /// All kinds, in the order of lists.
    pub const ALL: [Self; 7] =
        [Self::Budget, Self::Distribution, Self::Minutes, Self::Policy, Self::Legal, Self::Bank, Self::Other];

    /// The word of tables and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Budget => "budget",
            Self::Distribution => "distribution",
            Self::Minutes => "minutes",
            Self::Policy => "policy",
            Self::Legal => "legal",
            Self::Bank => "bank",
            Self::Other => "other",
        }
    }

    /// The key of its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Budget => "documents.kind.budget",
            Self::Distribution => "documents.kind.distribution",
            Self::Minutes => "documents.kind.minutes",
            Self::Policy => "documents.kind.policy",
            Self::Legal => "documents.kind.legal",
            Self::Bank => "documents.kind.bank",
            Self::Other => "documents.kind.other",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What a file is, by its content: a name proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// PDF (ISO 32000).
    Pdf,
    /// OFD (GB/T 33190), in which offices publish.
    Ofd,
    /// PNG (ISO/IEC 15948).
    Png,
    /// JPEG (ISO/IEC 10918-5).
    Jpeg,
    /// TIFF 6.0.
    Tiff,
    /// A text in Office Open XML (ISO/IEC 29500).
    Docx,
    /// A workbook in Office Open XML.
    Xlsx,
}

impl Media {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Pdf, Self::Ofd, Self::Png, Self::Jpeg, Self::Tiff, Self::Docx, Self::Xlsx];

    /// The word of tables and files, and the ending of a file's name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Ofd => "ofd",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Tiff => "tiff",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|media| media.code() == code)
    }

    /// What these bytes are.
    ///
    /// Refusals: `document_empty`, `document_too_large` (`most`), `document_media`.
    pub fn of(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.is_empty() {
            return Err(Refusal::new("document_empty"));
        }
        if bytes.len() > FILE_BYTES_MAX {
            return Err(Refusal::new("document_too_large").with("most", FILE_BYTES_MAX / 1024 / 1024));
        }
        let begins = |with: &[u8]| bytes.starts_with(with);
        // A zip names its entries in clear, whatever it does with their content.
        let holds = |name: &str| begins(b"PK\x03\x04") && bytes.windows(name.len()).any(|part| part == name.as_bytes());
        let found = [
            (Self::Pdf, begins(b"%PDF-")),
            (Self::Png, begins(b"\x89PNG\r\n\x1a\n")),
            (Self::Jpeg, begins(b"\xff\xd8\xff")),
            (Self::Tiff, begins(b"II*\0") || begins(b"MM\0*")),
            (Self::Ofd, holds("OFD.xml")),
            (Self::Docx, holds("word/document.xml")),
            (Self::Xlsx, holds("xl/workbook.xml")),
        ];
        let known = found.into_iter().find(|(_, is)| *is).map(|(media, _)| media);
        known.ok_or_else(|| Refusal::new("document_media"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_again_and_is_that_of_the_events() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.code()));
            assert_eq!(kind.key(), format!("documents.kind.{}", kind.code()));
        }
        for media in Media::ALL {
            assert_eq!(Media::from_code(media.code()), Some(media));
            assert_eq!(serde_json::to_string(&media).unwrap(), format!("\"{}\"", media.code()));
        }
    }

    #[test]
    fn a_file_is_what_its_content_says() {
        for (bytes, media) in [
            (&b"%PDF-1.7\n"[..], Media::Pdf),
            (b"\x89PNG\r\n\x1a\n....", Media::Png),
            (b"\xff\xd8\xff\xe0JFIF", Media::Jpeg),
            (b"II*\0....", Media::Tiff),
            (b"MM\0*....", Media::Tiff),
            (b"PK\x03\x04....OFD.xml....", Media::Ofd),
            (b"PK\x03\x04....word/document.xml....", Media::Docx),
            (b"PK\x03\x04....xl/workbook.xml....", Media::Xlsx),
        ] {
            assert_eq!(Media::of(bytes), Ok(media));
        }
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let code = |bytes: &[u8]| Media::of(bytes).unwrap_err().code;
        assert_eq!(code(b""), "document_empty");
        assert_eq!(code(&vec![b'%'; FILE_BYTES_MAX + 1]), "document_too_large");
        for other in [&b"<html><script>"[..], b"MZ\x90\0", b"PK\x03\x04....evil.exe", b" %PDF-1.7", b"OFD.xml"] {
            assert_eq!(code(other), "document_media", "{other:?}");
        }
    }
}
