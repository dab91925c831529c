//! Profiles are read, refused by field, and come back as they went.

use super::*;
use crate::payments::files::profile::{ColumnDraft, Field};

/// Field and code of all that is wrong with a draft.
fn refused(change: impl FnOnce(&mut Draft)) -> Vec<(&'static str, &'static str)> {
    refused_of(outgoing("generic-csv"), change)
}

fn refused_of(profile: &Profile, change: impl FnOnce(&mut Draft)) -> Vec<(&'static str, &'static str)> {
    let mut draft = profile.draft().clone();
    change(&mut draft);
    let bad = Profile::check(draft).unwrap_err();
    bad.iter().map(|refusal| (refusal.field.unwrap_or_default(), refusal.code)).collect()
}

#[test]
fn every_shipped_profile_is_sound_and_its_name_is_its_own() {
    let names: Vec<_> = Profile::shipped().iter().map(|profile| (profile.name(), profile.direction.word())).collect();
    assert_eq!(
        names,
        [
            ("generic-csv", "out"),
            ("generic-csv", "in"),
            ("generic-xlsx", "out"),
            ("generic-xlsx", "in"),
            ("gb18030-text", "out"),
            ("gb18030-text", "in"),
            ("treasury-detail", "out"),
            ("treasury-detail", "in"),
            ("generic-statement", "in"),
            ("pain001", "out"),
            ("pain002", "in"),
            ("camt053", "in"),
            ("camt054", "in"),
        ]
    );
    for profile in Profile::shipped() {
        assert_eq!(Profile::parse(&profile.toml()).as_ref(), Ok(profile), "{}", profile.name());
    }
}

#[test]
fn a_profile_that_is_no_toml_is_refused_with_its_line() {
    for (text, line) in
        [("name = ", "1"), ("name = \"a\"\ncolour = \"red\"\n", "2"), ("name = \"a\"\nrows_max = \"x\"", "2")]
    {
        let bad = Profile::parse(text).unwrap_err();
        assert_eq!((bad.len(), bad[0].code), (1, "profile_toml"), "{text}");
        assert_eq!(bad[0].facts[0], ("line", line.to_owned()), "{text}");
    }
}

#[test]
fn what_is_wrong_is_named_with_its_field() {
    assert_eq!(refused(|draft| draft.encoding = "utf-16".into()), [("encoding", "profile_choice")]);
    assert_eq!(refused(|draft| draft.direction = "up".into()), [("direction", "profile_choice")]);
    assert_eq!(refused(|draft| draft.name = "Mein Profil".into()), [("name", "profile_name")]);
    assert_eq!(refused(|draft| draft.title.zh = " ".into()), [("title_zh", "profile_empty")]);
    assert_eq!(refused(|draft| draft.extension = ".csv".into()), [("extension", "profile_extension")]);
    assert_eq!(refused(|draft| draft.rows_max = Some(0)), [("rows_max", "profile_rows_max")]);
    assert_eq!(refused(|draft| draft.purpose = "{polcy}".into()), [("purpose", "profile_place")]);
    assert_eq!(refused(|draft| draft.purpose = "x".repeat(201)), [("purpose", "profile_long")]);
    assert_eq!(
        refused_of(incoming("generic-csv"), |draft| draft.first_lines = vec!["{count}{sum}".into()]),
        [("first_lines", "profile_places_touch")]
    );
    assert_eq!(refused(|draft| draft.last_lines = vec!["{opening}".into()]), [("last_lines", "profile_place")]);
    assert_eq!(refused(|draft| draft.last_lines = vec!["{count".into()]), [("last_lines", "profile_brace")]);
    assert_eq!(refused(|draft| draft.delimiter = "|".into()), [("quoting", "profile_quoting")]);
    let two = refused(|draft| {
        draft.encoding = "latin".into();
        draft.name = String::new();
    });
    assert_eq!(two, [("encoding", "profile_choice"), ("name", "profile_name")]);
}

#[test]
fn columns_are_checked_one_by_one_and_together() {
    let column = |field: &str, header: &str| ColumnDraft {
        field: field.into(),
        header: header.into(),
        ..ColumnDraft::default()
    };
    let add =
        |field: &'static str, header: &'static str| move |draft: &mut Draft| draft.columns.push(column(field, header));
    assert_eq!(refused(add("iban", "IBAN")), [("columns", "profile_field")]);
    assert_eq!(refused(add("status", "Status")), [("columns", "profile_field_direction")]);
    assert_eq!(refused(add("amount", "again")), [("columns", "profile_column_twice")]);
    assert_eq!(refused(add("batch", " Amount ")), [("columns", "profile_column_twice")]);
    assert_eq!(refused(add("batch", "")), [("columns", "profile_header")]);
    assert_eq!(
        refused(|draft| draft.columns.retain(|column| column.field != "amount")),
        [("columns", "profile_column_missing")]
    );
    assert_eq!(
        refused(|draft| draft.columns = vec![column("ignored", "x"); 61])[0],
        ("columns", "profile_columns_many")
    );
    let fixed = refused(|draft| {
        draft.format = "fixed".into();
        draft.quoting = false;
        draft.columns.iter_mut().skip(1).for_each(|column| column.width = Some(20));
    });
    assert_eq!(fixed, [("columns", "profile_width"), ("header_line", "profile_header_fixed")]);
    assert!(
        changed(outgoing("generic-csv"), |draft| draft
            .columns
            .extend([column("constant", "a"), column("constant", "b")]))
        .columns
        .iter()
        .any(|column| column.field == Field::Constant)
    );
}

#[test]
fn what_a_direction_or_format_cannot_have_is_refused() {
    let xml = refused_of(outgoing("pain001"), |draft| {
        draft.encoding = "gb18030".into();
        draft.columns = outgoing("generic-csv").draft().columns.clone();
        draft.last_lines = vec!["END".into()];
    });
    assert_eq!(
        xml,
        [
            ("columns", "profile_columns_given"),
            ("encoding", "profile_encoding_xml"),
            ("last_lines", "profile_columns_given")
        ]
    );
    assert_eq!(
        refused_of(outgoing("pain001"), |draft| draft.format = "camt053".into()),
        [("format", "profile_direction")]
    );
    let silent = refused_of(incoming("generic-csv"), |draft| draft.status.paid.clear());
    assert_eq!(silent, [("status", "profile_status_words")]);
    let ambiguous = refused_of(incoming("generic-csv"), |draft| draft.status.refused.push("Paid".into()));
    assert_eq!(ambiguous, [("status", "profile_word_twice")]);
    let mixed = refused_of(incoming("generic-statement"), |draft| {
        draft.columns.push(ColumnDraft { field: "amount".into(), header: "amount".into(), ..ColumnDraft::default() });
    });
    assert_eq!(mixed, [("columns", "profile_sides_mixed")]);
}

#[test]
fn the_purpose_follows_the_profile() {
    let profile =
        changed(outgoing("generic-csv"), |draft| draft.purpose = "纾困资金{policy}/{reference}({batch})".into());
    assert_eq!(profile.purpose("BL2020-01", "R-1", "B7"), "纾困资金BL2020-01/R-1(B7)");
}

#[test]
fn a_shipped_profile_can_be_taken_as_it_is_written() {
    for profile in Profile::shipped() {
        let text = profile.shipped_text().unwrap();
        assert_eq!(Profile::parse(text).as_ref(), Ok(profile), "{}", profile.name());
        assert!(text.contains(&format!("name = \"{}\"", profile.name())), "{}", profile.name());
    }
    let own = changed(outgoing("generic-csv"), |draft| draft.name = "ccb".into());
    assert_eq!(own.shipped_text(), None);
}
