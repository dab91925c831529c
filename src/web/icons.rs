//! The icons in use, as one sprite that is made of the embedded files and served like any other asset.

use std::fmt;
use std::sync::LazyLock;

use askama::filters::HtmlSafe;

use super::assets::asset;

macro_rules! icons {
    ($($name:literal),* $(,)?) => {
        /// Names and files of the icons, each taken unchanged from the set named in `static/vendor/README.md`.
        const ICONS: &[(&str, &str)] = &[$(($name, include_str!(concat!("static/icons/", $name, ".svg")))),*];
    };
}

icons![
    "adjustments",
    "alert-triangle",
    "arrow-back-up",
    "arrow-left",
    "arrow-right",
    "book",
    "books",
    "building-bank",
    "building-store",
    "calendar-due",
    "cash-banknote",
    "certificate",
    "chart-bar",
    "check",
    "checklist",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "circle-check",
    "circle-dashed",
    "circle-half-2",
    "circle-x",
    "clipboard-check",
    "clock",
    "copy",
    "download",
    "file-export",
    "file-import",
    "file-text",
    "files",
    "filter",
    "history",
    "home",
    "info-circle",
    "language",
    "list-check",
    "list-details",
    "lock",
    "lock-open",
    "login",
    "logout",
    "menu-2",
    "message-circle",
    "moon",
    "pencil",
    "plus",
    "printer",
    "receipt-refund",
    "report-money",
    "rotate",
    "scale",
    "search",
    "send",
    "settings",
    "shield-check",
    "sort-ascending",
    "sort-descending",
    "speakerphone",
    "sun",
    "transfer",
    "trash",
    "upload",
    "user",
    "users",
    "wallet",
    "x",
];

/// Where an icon stands; prints as an `<svg>` of the size of the text around it, hidden from screen readers.
#[derive(Debug, Clone, Copy)]
pub struct Icon<'a>(&'a str);

/// The icon of this name. In a template: `{{ crate::web::icon("plus") }}`. The word beside it says what it means.
pub fn icon<N: AsRef<str> + ?Sized>(name: &N) -> Icon<'_> {
    Icon(name.as_ref())
}

impl fmt::Display for Icon<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        static SPRITE: LazyLock<String> = LazyLock::new(|| asset("icons.svg"));
        write!(f, r#"<svg class="glyph" aria-hidden="true"><use href="{}#{}"/></svg>"#, *SPRITE, self.0)
    }
}

/// Names of icons are written in this program, never taken from input.
impl HtmlSafe for Icon<'_> {}

/// The sprite: one `<symbol>` an icon. Colour and stroke come from the page.
pub(super) fn sprite() -> String {
    let symbols = ICONS.iter().filter_map(|(name, svg)| {
        let (_, drawing) = svg.split_once("<svg")?.1.split_once('>')?;
        let drawing = drawing.split_once("</svg>")?.0.trim();
        Some(format!(r#"<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>"#))
    });
    format!(r#"<svg xmlns="http://www.w3.org/2000/svg">{}</svg>"#, symbols.collect::<String>())
}

/// Whether there is such an icon.
#[cfg(test)]
pub(super) fn exists(name: &str) -> bool {
    ICONS.iter().any(|(known, _)| *known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_in_the_sprite() {
        let sprite = sprite();
        assert_eq!(sprite.matches("<symbol").count(), ICONS.len());
        assert!(ICONS.iter().all(|(name, _)| sprite.contains(&format!(r#"id="{name}""#))));
        assert!(icon("check").to_string().ends_with("icons.svg#check\"/></svg>"));
    }
}
