//! No bytes stop the program.

use proptest::prelude::*;

use super::*;

/// The files that are right, with their profiles.
const GOOD: [(&str, &str); 8] = [
    ("generic-csv", "good-generic.csv"),
    ("gb18030-text", "good-text.txt"),
    ("treasury-detail", "good-treasury.txt"),
    ("generic-statement", "good-statement.csv"),
    ("pain002", "good-pain002-v03.xml"),
    ("pain002", "good-pain002-v12.xml"),
    ("camt053", "good-camt053.xml"),
    ("camt054", "good-camt054.xml"),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[<>/&;!a-zA-Z\"\\[\\] =,|\r\n\t0-9成功]{0,80}") {
        for profile in Profile::shipped().iter().filter(|profile| profile.direction == FileDirection::In) {
            for bytes in [&bytes[..], text.as_bytes()] {
                if let Err(faults) = read(profile, bytes) {
                    prop_assert!(!faults.cells.is_empty());
                }
            }
        }
    }

    #[test]
    fn a_damaged_file_is_read_or_refused(at in any::<prop::sample::Index>(), with in prop::collection::vec(any::<u8>(), 0..4), taken in 0_usize..40) {
        for (profile, name) in GOOD {
            let mut bytes = fixture(name);
            let from = at.index(bytes.len());
            let to = (from + taken).min(bytes.len());
            bytes.splice(from..to, with.iter().copied());
            if let Err(faults) = read(incoming(profile), &bytes) {
                prop_assert!(!faults.cells.is_empty());
            }
        }
    }

    #[test]
    fn any_names_are_written_or_refused(name in "\\PC{0,20}|[\u{0}-\u{1F}甲]{1,4}", purpose in any::<String>(), fen in any::<i64>()) {
        let one = PaymentOrder { account_name: name, purpose, amount_fen: Fen::new(fen), ..order(1, "", "1") };
        for profile in Profile::shipped().iter().filter(|profile| profile.direction == FileDirection::Out) {
            match write(profile, &head(), std::slice::from_ref(&one)) {
                Ok(files) => prop_assert_eq!(files.len(), 1),
                Err(bad) => prop_assert!(!bad.is_empty()),
            }
        }
    }
}
