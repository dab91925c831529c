//! What the public may see of a number.

use crate::kernel::identity::{IdType, Identity};

/// How a code of a sole trader begins: register of the market authority, individual business.
const SOLE_TRADER: &str = "92";

/// The number as it may be published: those of persons masked, and those of sole traders, behind which one person stands.
pub fn published_number(id_type: IdType, number: &str) -> String {
    if id_type == IdType::Uscc && number.starts_with(SOLE_TRADER) {
        let masked = number.chars().enumerate().map(|(at, c)| if (6..14).contains(&at) { '*' } else { c });
        return masked.collect();
    }
    // What cannot be read is not shown at all.
    Identity::parse(id_type, number).map_or_else(|_| "*".repeat(number.chars().count()), |read| read.masked())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn firms_are_named_whole_sole_traders_and_persons_are_not() {
        assert_eq!(published_number(IdType::Uscc, "91330206MANH5DXR88"), "91330206MANH5DXR88");
        assert_eq!(published_number(IdType::Uscc, "92330206MA2A00007X"), "923302********007X");
        assert_eq!(published_number(IdType::Other, "E12345678"), "E******78");
        assert_eq!(published_number(IdType::Resident, "33020619900101"), "**************");
    }
}
