//! The profiles that come with the program.

use std::sync::LazyLock;

use super::{FileDirection, Profile};

/// The texts of the shipped profiles.
pub(super) const TEXTS: [&str; 13] = [
    include_str!("../profiles/generic-csv.out.toml"),
    include_str!("../profiles/generic-csv.in.toml"),
    include_str!("../profiles/generic-xlsx.out.toml"),
    include_str!("../profiles/generic-xlsx.in.toml"),
    include_str!("../profiles/gb18030-text.out.toml"),
    include_str!("../profiles/gb18030-text.in.toml"),
    include_str!("../profiles/treasury-detail.out.toml"),
    include_str!("../profiles/treasury-detail.in.toml"),
    include_str!("../profiles/generic-statement.in.toml"),
    include_str!("../profiles/pain001.out.toml"),
    include_str!("../profiles/pain002.in.toml"),
    include_str!("../profiles/camt053.in.toml"),
    include_str!("../profiles/camt054.in.toml"),
];

/// A text that cannot be read gives no profile; a test fails on it long before anybody could miss it.
static SHIPPED: LazyLock<Vec<Profile>> =
    LazyLock::new(|| TEXTS.iter().filter_map(|text| Profile::parse(text).ok()).collect());

impl Profile {
    /// The profiles that come with the program.
    pub fn shipped() -> &'static [Self] {
        &SHIPPED
    }

    /// The text of a shipped profile, as it comes with the program.
    pub fn shipped_text(&self) -> Option<&'static str> {
        SHIPPED.iter().zip(TEXTS).find(|(profile, _)| *profile == self).map(|(_, text)| text)
    }

    /// The shipped profile of a name and direction.
    pub fn find(name: &str, direction: FileDirection) -> Option<&'static Self> {
        SHIPPED.iter().find(|profile| profile.name() == name && profile.direction == direction)
    }
}
