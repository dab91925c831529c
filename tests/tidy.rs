//! The laws of the house (see `src/lib.rs`), held over every source file; and for each law the proof that it bites.
#![expect(clippy::expect_used, reason = "a test stops where it fails")]

#[path = "tidy/controls.rs"]
mod controls;
#[path = "tidy/laws.rs"]
mod laws;
#[path = "tidy/paths.rs"]
mod paths;
#[path = "tidy/source.rs"]
mod source;

#[test]
fn the_house_keeps_its_laws() {
    let sources = source::project();
    let house = laws::House::new(&sources);
    assert!(!house.order.is_empty(), "lib.rs should be the map");
    let mut faults = Vec::new();
    for source in &sources {
        for (name, law) in laws::LAWS {
            faults.extend(law(source, &house).iter().map(|fault| format!("{}:{fault}  ({name})", source.path)));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn exceptions_name_files_that_exist() {
    let sources = source::project();
    for (path, reason) in laws::FLOATS {
        assert!(sources.iter().any(|source| source.path == *path), "{path} ({reason}) is gone");
    }
}
