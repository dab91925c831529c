//! Notes and checkpoints against the examples of the specifications and of Go's `note` package, and against any change.

use proptest::prelude::*;

use super::*;
use crate::kernel::tree::{EMPTY, Hash, leaf_hash};

const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PRIVATE: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const TEXT: &str =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NOTE: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

const ORIGIN: &str = "relief-ledger/330206/beilun/0f3a8c52d1e94b67a2c0517f9be3d846";

fn public() -> VerifierKey {
    PUBLIC.parse().unwrap()
}

fn book_key() -> SigningKey {
    SigningKey::from_seed([7; 32], ORIGIN).unwrap()
}

fn head() -> Checkpoint {
    Checkpoint::new(ORIGIN, 24_830, leaf_hash(b"a root"))
}

#[test]
fn the_example_of_the_note_package_is_opened() {
    let note = Note::parse(NOTE.as_bytes()).unwrap();
    assert_eq!(note.text(), TEXT);
    assert_eq!(note.to_text(), NOTE);
    assert_eq!(note.verify(&[public()]).unwrap(), [&public()]);
    assert!(matches!(open(NOTE.as_bytes(), &[public()]), Err(NoteError::NotCheckpoint(_))));
}

#[test]
fn the_example_of_the_note_package_is_signed() {
    let key = SigningKey::from_private_text(PRIVATE).unwrap();
    assert_eq!(key.verifier().to_string(), PUBLIC);
    assert_eq!(key.to_private_text(), PRIVATE);
    assert_eq!(Note::new(TEXT).unwrap().signed_by(&key).to_text(), NOTE);
    assert_eq!(public().to_string(), PUBLIC);
    assert_eq!(public().id().to_string(), "c74f20a3");
    assert_eq!(SigningKey::from_private_text(&format!("{PRIVATE}\n")).unwrap().to_private_text(), PRIVATE);
}

/// The example of C2SP signed-note has an empty line in its text.
#[test]
fn an_empty_line_may_stand_in_the_text() {
    let poem = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n";
    let whole = format!(
        "{poem}\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
    );
    let note = Note::parse(whole.as_bytes()).unwrap();
    assert_eq!(note.text(), poem);
    assert_eq!(note.to_text(), whole);
    assert_eq!(note.verify(&[public()]), Err(NoteError::Unsigned));
}

/// The example of C2SP tlog-checkpoint, whose public key is not published.
#[test]
fn the_example_of_the_checkpoint_specification_is_read() {
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let checkpoint = Checkpoint::parse(text).unwrap();
    assert_eq!(checkpoint.origin, "example.com/behind-the-sofa");
    assert_eq!(checkpoint.size, 20_852_163);
    assert_eq!(checkpoint.to_string(), text);
}

#[test]
fn a_checkpoint_comes_back_from_its_note() {
    let key = book_key();
    let note = sign(&head(), &key).unwrap();
    assert_eq!(note, sign(&head(), &key).unwrap(), "the same head has the same note");
    assert_eq!(open(note.as_bytes(), &[public(), key.verifier().clone()]).unwrap(), head());
    assert!(note.starts_with(&format!("{ORIGIN}\n24830\n")));
    let mut extended = head();
    extended.extensions.push("left by another program".to_owned());
    let note = sign(&extended, &key).unwrap();
    assert_eq!(open(note.as_bytes(), &[key.verifier().clone()]).unwrap(), extended);
    let empty = Checkpoint::new(ORIGIN, 0, EMPTY);
    let note = sign(&empty, &key).unwrap();
    assert_eq!(open(note.as_bytes(), &[key.verifier().clone()]).unwrap(), empty);
}

#[test]
fn one_books_key_does_not_vouch_for_another_book() {
    let other = SigningKey::from_seed([7; 32], "relief-ledger/330206/beilun/other").unwrap();
    assert_eq!(sign(&head(), &other), Err(NoteError::Origin(ORIGIN.to_owned())));
    let note = Note::new(&head().to_string()).unwrap().signed_by(&other).to_text();
    let keys = [other.verifier().clone(), book_key().verifier().clone()];
    assert_eq!(open(note.as_bytes(), &keys), Err(NoteError::Origin(ORIGIN.to_owned())));
    assert_eq!(open(note.as_bytes(), &keys[1..]), Err(NoteError::Unsigned));
    assert_eq!(open(note.as_bytes(), &[]), Err(NoteError::Unsigned));
}

#[test]
fn lines_of_unknown_keys_are_kept_and_ignored() {
    let (key, witness) = (book_key(), SigningKey::from_seed([9; 32], "witness.example/w1").unwrap());
    let note = Note::new(&head().to_string()).unwrap().signed_by(&witness).signed_by(&key);
    let parsed = Note::parse(note.to_text().as_bytes()).unwrap();
    assert_eq!(parsed, note);
    assert_eq!(parsed.signatures().len(), 2);
    assert_eq!(open(note.to_text().as_bytes(), &[key.verifier().clone()]).unwrap(), head());
    let both = [key.verifier().clone(), witness.verifier().clone()];
    assert_eq!(parsed.verify(&both).unwrap(), [&both[1], &both[0]]);
    // A line of a known key that does not fit spoils the note, though another fits.
    let lines = note.to_text();
    let foreign = Note::new("other\n").unwrap().signed_by(&witness).to_text();
    let spoilt = format!("{lines}{}", foreign.strip_prefix("other\n\n").unwrap());
    assert_eq!(open(spoilt.as_bytes(), &both), Err(NoteError::Forged("witness.example/w1".to_owned())));
    assert_eq!(open(spoilt.as_bytes(), &both[..1]).unwrap(), head());
    // The same line twice is one signer.
    let twice = Note::new(TEXT).unwrap().signed_by(&key).signed_by(&key);
    assert_eq!(twice.verify(&both).unwrap(), [&both[0]]);
}

#[test]
fn what_is_not_a_note_is_refused() {
    let line = NOTE.strip_prefix(TEXT).unwrap().trim_start_matches('\n');
    let body = line.strip_suffix('\n').unwrap();
    let wrong = [
        String::new(),
        "\n".to_owned(),
        "\n\n".to_owned(),
        TEXT.to_owned(),
        format!("{TEXT}\n"),
        format!("{TEXT}{line}"),
        format!("{TEXT}\n{body}"),
        format!("{TEXT}\n{line}\n"),
        format!("{TEXT}\n{line}x\n"),
        format!("{TEXT}\n{}", line.replace('—', "-")),
        format!("{TEXT}\n{}", line.replace("— ", "—")),
        format!("{TEXT}\n{}", line.replace("— ", "—  ")),
        format!("{TEXT}\n{}", line.replace("PeterNeumann", "")),
        format!("{TEXT}\n{}", line.replace("PeterNeumann", "Peter+Neumann")),
        format!("{TEXT}\n{}", line.replace("PeterNeumann", "Peter\u{3000}Neumann")),
        format!("{TEXT}\n{}", line.replace("PeterNeumann ", "PeterNeumann")),
        format!("{TEXT}\n{}", line.replace("PeterNeumann ", "PeterNeumann  ")),
        format!("{TEXT}\n{}", line.replace("AM=", "AM")),
        format!("{TEXT}\n{}", line.replace("AM=", "AN=")),
        format!("{TEXT}\n{}", line.replace("AM=", "AM= ")),
        format!("{TEXT}\n— PeterNeumann x08goA==\n{line}"),
        format!("{TEXT}\n— PeterNeumann x08g\n"),
        format!("{TEXT}\r\n{line}"),
        format!("\t{NOTE}"),
        format!("\0{NOTE}"),
    ];
    for note in wrong {
        let result = Note::parse(note.as_bytes()).and_then(|note| note.verify(&[public()]).map(|_| ()));
        assert!(result.is_err(), "{note:?}");
    }
    assert_eq!(Note::parse(&[b'\xff'; 9]), Err(NoteError::Malformed("not UTF-8")));
    let long = format!("{}\n\n{line}", "x".repeat(MAX_BYTES));
    assert_eq!(Note::parse(long.as_bytes()), Err(NoteError::TooLarge));
    assert!(Note::parse(format!("{TEXT}\n{}", line.repeat(MAX_SIGNATURES)).as_bytes()).is_ok());
    let many = format!("{TEXT}\n{}", line.repeat(MAX_SIGNATURES + 1));
    assert_eq!(Note::parse(many.as_bytes()), Err(NoteError::TooLarge));
    assert!(Note::new("no end").is_err());
    assert!(Note::new("a\tb\n").is_err());
}

#[test]
fn what_is_not_a_checkpoint_is_refused() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let wrong = [
        String::new(),
        "\n".to_owned(),
        "o\n1\n".to_owned(),
        format!("o\n1\n{root}"),
        format!("\n1\n{root}\n"),
        format!("o\n01\n{root}\n"),
        format!("o\n+1\n{root}\n"),
        format!("o\n-1\n{root}\n"),
        format!("o\n 1\n{root}\n"),
        format!("o\n１\n{root}\n"),
        format!("o\n\n{root}\n"),
        format!("o\n18446744073709551616\n{root}\n"),
        format!("o\n0\n{root}\n"),
        format!("o\n1\n{root}\n\n"),
        format!("o\n1\n{root}\n\nx\n"),
        format!("o\n1\n{}\n", &root[..43]),
        format!("o\n1\n{}\n", &root[4..]),
        format!("o\n1\n{}\n", root.replace("2I=", "2J=")),
        format!("o\n1\n{root} \n"),
    ];
    for text in wrong {
        assert!(matches!(Checkpoint::parse(&text), Err(NoteError::NotCheckpoint(_))), "{text:?}");
    }
    assert!(Checkpoint::parse(&format!("o\n18446744073709551615\n{root}\nany line\n")).is_ok());
    let key = SigningKey::from_seed([7; 32], "o").unwrap();
    let signs = |checkpoint: &Checkpoint| sign(checkpoint, &key).is_ok();
    let mut checkpoint = Checkpoint::new("o", 1, EMPTY);
    assert!(signs(&checkpoint));
    checkpoint.extensions = vec!["two\nlines".to_owned()];
    assert!(!signs(&checkpoint));
    checkpoint.extensions = vec![String::new()];
    assert!(!signs(&checkpoint));
    assert!(!signs(&Checkpoint::new("o", 0, leaf_hash(b""))));
}

#[test]
fn what_is_not_a_key_is_refused() {
    let wrong = [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a3+",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAA==",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
        PRIVATE,
    ];
    for text in wrong {
        assert!(matches!(text.parse::<VerifierKey>(), Err(NoteError::Key(_))), "{text}");
    }
    for text in [PUBLIC, "", &PRIVATE.replace("c74f20a3", "c74f20a4"), &PRIVATE.replace("Peter", "Paul")] {
        assert!(matches!(SigningKey::from_private_text(text), Err(NoteError::Key(_))), "{text}");
    }
    // The neutral point would believe any signature.
    let neutral = "PeterNeumann+00000000+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(neutral.parse::<VerifierKey>(), Err(NoteError::Key("weak")));
    for name in ["", "a b", "a+b", "a\nb", "a\u{a0}b", "a\u{1}b"] {
        assert!(SigningKey::from_seed([1; 32], name).is_err(), "{name:?}");
    }
}

#[test]
fn a_secret_is_not_shown() {
    let shown = format!("{:?}", book_key());
    assert!(!shown.contains(&"7, ".repeat(4)) && !shown.contains("0707"), "{shown}");
    assert!(!book_key().verifier().to_string().contains("BwcHBwcH"));
}

/// Each byte of a signed head, changed to each other value of one bit, cut off, doubled or taken out.
#[test]
fn every_changed_byte_of_a_checkpoint_is_noticed() {
    let key = book_key();
    let keys = [key.verifier().clone()];
    let note = sign(&head(), &key).unwrap().into_bytes();
    assert!(open(&note, &keys).is_ok());
    for place in 0..note.len() {
        for bit in 0..8 {
            let mut changed = note.clone();
            changed[place] ^= 1 << bit;
            assert!(open(&changed, &keys).is_err(), "bit {bit} of byte {place}");
        }
        let mut without = note.clone();
        without.remove(place);
        assert!(open(&without, &keys).is_err(), "without byte {place}");
        let mut doubled = note.clone();
        doubled.insert(place, note[place]);
        assert!(open(&doubled, &keys).is_err(), "byte {place} twice");
        assert!(open(&note[..place], &keys).is_err(), "cut at {place}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_head_comes_back_and_any_other_byte_does_not(
        seed in any::<[u8; 32]>(), size in 1_u64.., root in any::<[u8; 32]>(),
        at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let key = SigningKey::from_seed(seed, ORIGIN).unwrap();
        let keys = [key.verifier().to_string().parse::<VerifierKey>().unwrap()];
        let again = SigningKey::from_private_text(&key.to_private_text()).unwrap();
        let head = Checkpoint::new(ORIGIN, size, Hash(root));
        let mut note = sign(&head, &again).unwrap().into_bytes();
        prop_assert_eq!(open(&note, &keys).unwrap(), head);
        let place = at.index(note.len());
        prop_assume!(note[place] != byte);
        note[place] = byte;
        prop_assert!(open(&note, &keys).is_err());
    }

    /// What is accepted is written again as it was: one note, one text.
    #[test]
    fn a_note_has_one_text(text in "(\\PC|\n){0,60}", bytes in prop::collection::vec(any::<u8>(), 0..90)) {
        let key = book_key();
        if let Ok(note) = Note::new(&format!("{text}\n")) {
            let whole = note.signed_by(&key).to_text();
            let parsed = Note::parse(whole.as_bytes()).unwrap();
            prop_assert_eq!(parsed.text(), format!("{text}\n"));
            prop_assert_eq!(parsed.to_text(), whole);
        }
        for input in [text.as_bytes(), &bytes] {
            if let Ok(note) = Note::parse(input) {
                prop_assert_eq!(note.to_text().into_bytes(), input);
            }
            let _ = open(input, &[key.verifier().clone()]);
        }
        let _ = Checkpoint::parse(&text);
        let _ = text.parse::<VerifierKey>();
    }
}
