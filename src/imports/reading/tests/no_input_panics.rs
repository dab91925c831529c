//! Whatever the bytes, there is an answer.

use proptest::prelude::*;

use super::super::{read_policies, values};
use super::workbooks::department_workbook;
use super::*;
use crate::kernel::text;

/// All readers take the bytes.
fn read_all(bytes: &[u8]) {
    for what in [What::Grants, What::History] {
        if let Err(faults) = read_grants(bytes, what, None) {
            assert!(!faults.cells.is_empty());
        }
    }
    let _ = read_policies(bytes, None);
}

/// Writes over, takes out or puts in at a few places.
fn mutated(mut bytes: Vec<u8>, changes: &[(prop::sample::Index, u8, u8)]) -> Vec<u8> {
    for (place, kind, byte) in changes {
        if bytes.is_empty() {
            break;
        }
        let at = place.index(bytes.len());
        match kind % 3 {
            0 => bytes[at] = *byte,
            1 => bytes.insert(at, *byte),
            _ => drop(bytes.remove(at)),
        }
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<u8>()), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300), magic in 0_usize..4) {
        let magic: &[u8] = [&b""[..], b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"\xEF\xBB\xBF"][magic];
        read_all(&[magic, &bytes].concat());
    }

    #[test]
    fn a_sound_text_with_changes(changes in changes(), which in 0_usize..3) {
        let name = ["good-department-table-wan.csv", "good-chinese-header-gb18030.csv", "good-policies.csv"][which];
        read_all(&mutated(fixture(name), &changes));
    }

    #[test]
    fn a_sound_workbook_with_changes(changes in changes(), old in any::<bool>()) {
        let sound = if old { fixture("good.xls") } else { department_workbook() };
        read_all(&mutated(sound, &changes));
    }

    #[test]
    fn a_sound_text_cut_short(place in any::<prop::sample::Index>()) {
        let sound = fixture("good-200-rows.csv");
        read_all(&sound[..place.index(sound.len())]);
    }

    /// The short way through clean text and the long one agree.
    #[test]
    fn text_is_cleaned_alike(shown in "[ -~中文（）〔〕、\u{301}\u{3000}é]{0,20}") {
        prop_assert_eq!(values::words(10)(&shown), text::clean(&shown, 10));
    }
}
