//! The link on a paper, and its QR code. Pure.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use crate::kernel::tree::Hash;
use crate::kernel::{Error, Result};

/// The least edge of a QR code, in pixels of a screen.
const EDGE: u32 = 168;

/// The page that proves a record to whoever knows its leaf: nobody guesses one, for it covers random salts and keys.
pub fn path(book: &str, position: i64, leaf: Hash) -> String {
    format!("/proofs/{book}/{position}/{leaf}")
}

/// A QR code (ISO/IEC 18004, error correction M) as SVG, black on white whatever the theme: scanners need that.
///
/// # Errors
/// A text of more than 2,331 bytes is a fault of this program.
pub fn qr_svg(text: &str) -> Result<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(Error::internal)?;
    let image = code.render::<svg::Color<'_>>().min_dimensions(EDGE, EDGE).quiet_zone(true).build();
    // Within a page it stands without the declaration of a file.
    Ok(image.split_once("?>").map_or_else(|| image.clone(), |(_, svg)| svg.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::tree::leaf_hash_of_parts;

    #[test]
    fn a_link_names_book_position_and_leaf() {
        let leaf = leaf_hash_of_parts(&[b"x"]);
        assert_eq!(path("beilun", 12, leaf), format!("/proofs/beilun/12/{leaf}"));
    }

    #[test]
    fn a_qr_code_is_an_image_within_a_page() {
        let svg = qr_svg("https://ledger.example/proofs/beilun/12/00ff").unwrap();
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"), "{svg}");
        assert_ne!(svg, qr_svg("https://ledger.example/proofs/beilun/13/00ff").unwrap());
        assert!(qr_svg(&"x".repeat(3_000)).is_err());
    }
}
