//! What must hold of a profile before it may be used.

use std::collections::BTreeMap;

use super::choices::{AMOUNT_UNITS, DATE_FORMATS, DELIMITERS, DIRECTIONS, ENCODINGS, FORMATS, LINE_ENDS, Words};
use super::{Column, ColumnDraft, Draft, Field, FileDirection, FileFormat, Profile, Template};
use crate::kernel::Refusal;
use crate::kernel::text::fold;
use crate::payments::files::template::{PLACES_IN, PLACES_OUT, PLACES_PURPOSE};
use crate::sheets::{Delimiter, Encoding};

/// Columns of a bank's file; more are an accident.
const COLUMNS_MAX: usize = 60;
/// Characters of any text of a profile.
const TEXT_CHARS_MAX: usize = 200;

/// What is wrong so far.
type Bad = Vec<Refusal>;

impl Profile {
    /// Checks what a form or a TOML text holds. All that is wrong comes back, each refusal with its field.
    ///
    /// Refusals: `profile_name`, `profile_empty`, `profile_long`, `profile_choice` (`found`, `known`), `profile_direction`,
    /// `profile_columns_given`, `profile_columns_many`, `profile_field` (`found`, `known`), `profile_field_direction`
    /// (`found`), `profile_column_twice` (`found`), `profile_header` (`found`), `profile_header_fixed`,
    /// `profile_width` (`found`), `profile_column_missing` (`found`), `profile_sides_mixed`, `profile_brace`, `profile_place`,
    /// `profile_places_touch`, `profile_extension`, `profile_rows_max`, `profile_status_words`, `profile_word_twice`
    /// (`found`), `profile_encoding_xml`, `profile_quoting`.
    pub fn check(draft: Draft) -> Result<Self, Vec<Refusal>> {
        let mut bad = Bad::new();
        let direction = choice(&mut bad, "direction", &draft.direction, DIRECTIONS);
        let format = choice(&mut bad, "format", &draft.format, FORMATS);
        let encoding = choice(&mut bad, "encoding", &draft.encoding, ENCODINGS);
        let delimiter = choice(&mut bad, "delimiter", &draft.delimiter, DELIMITERS);
        let line_end = choice(&mut bad, "line_end", &draft.line_end, LINE_ENDS);
        let amount_unit = choice(&mut bad, "amount_unit", &draft.amount_unit, AMOUNT_UNITS);
        let date_format = choice(&mut bad, "date_format", &draft.date_format, DATE_FORMATS);
        let purpose =
            Template::parse(&draft.purpose, PLACES_PURPOSE).map_err(|refusal| bad.push(refusal.at("purpose")));
        check_names(&mut bad, &draft);
        let chosen = (direction, format, encoding, delimiter, line_end, amount_unit, date_format, purpose.ok());
        let (
            Some(direction),
            Some(format),
            Some(encoding),
            Some(delimiter),
            Some(line_end),
            Some(unit),
            Some(dates),
            Some(purpose),
        ) = chosen
        else {
            return Err(bad);
        };
        let columns = columns(&mut bad, &draft.columns, direction, format);
        let mut profile = Self {
            direction,
            format,
            encoding,
            delimiter,
            line_end,
            amount_unit: unit,
            date_format: dates,
            columns,
            first_lines: Vec::new(),
            last_lines: Vec::new(),
            purpose,
            folded: (draft.status.folded(), draft.kinds.folded()),
            draft,
        };
        profile.first_lines = lines(&mut bad, "first_lines", &profile.draft.first_lines, &profile);
        profile.last_lines = lines(&mut bad, "last_lines", &profile.draft.last_lines, &profile);
        check_form(&mut bad, &profile);
        check_columns(&mut bad, &profile);
        check_words(&mut bad, &profile);
        if bad.is_empty() { Ok(profile) } else { Err(bad) }
    }
}

fn choice<T: Copy>(bad: &mut Bad, field: &'static str, word: &str, words: Words<T>) -> Option<T> {
    let found = if word.is_empty() { words.first() } else { words.iter().find(|(known, _)| *known == word) };
    if found.is_none() {
        let known: Vec<&str> = words.iter().map(|(known, _)| *known).collect();
        bad.push(Refusal::new("profile_choice").at(field).with("found", word).with("known", known.join(" ")));
    }
    found.map(|(_, chosen)| *chosen)
}

/// Letters that a name of a profile or an ending of a file may have.
fn is_plain(text: &str, chars_max: usize) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.len() <= chars_max && text.chars().all(plain) && !text.starts_with('-')
}

fn check_names(bad: &mut Bad, draft: &Draft) {
    if !is_plain(&draft.name, 64) {
        bad.push(Refusal::new("profile_name").at("name"));
    }
    for (field, text) in [("title_zh", &draft.title.zh), ("title_en", &draft.title.en)] {
        if text.trim().is_empty() {
            bad.push(Refusal::new("profile_empty").at(field));
        }
    }
    if !is_plain(&draft.extension, 8) {
        bad.push(Refusal::new("profile_extension").at("extension"));
    }
    if draft.rows_max == Some(0) {
        bad.push(Refusal::new("profile_rows_max").at("rows_max"));
    }
    let mut long = |field: &'static str, text: &str| {
        if text.chars().count() > TEXT_CHARS_MAX {
            bad.push(Refusal::new("profile_long").at(field).with("max", TEXT_CHARS_MAX));
        }
    };
    long("title_zh", &draft.title.zh);
    long("title_en", &draft.title.en);
    long("purpose", &draft.purpose);
    draft.first_lines.iter().for_each(|line| long("first_lines", line));
    draft.last_lines.iter().for_each(|line| long("last_lines", line));
    for column in &draft.columns {
        column.also.iter().chain([&column.header, &column.value]).for_each(|text| long("columns", text));
    }
}

fn columns(bad: &mut Bad, drafts: &[ColumnDraft], direction: FileDirection, format: FileFormat) -> Vec<Column> {
    if format.is_xml() {
        if !drafts.is_empty() {
            bad.push(Refusal::new("profile_columns_given").at("columns"));
        }
        return Vec::new();
    }
    if drafts.len() > COLUMNS_MAX {
        bad.push(Refusal::new("profile_columns_many").at("columns").with("max", COLUMNS_MAX));
        return Vec::new();
    }
    drafts.iter().filter_map(|draft| column(bad, draft, direction, format)).collect()
}

fn column(bad: &mut Bad, draft: &ColumnDraft, direction: FileDirection, format: FileFormat) -> Option<Column> {
    let Some(field) = Field::ALL.iter().copied().find(|field| field.word() == draft.field) else {
        let known: Vec<&str> =
            Field::ALL.iter().filter(|field| field.goes(direction)).map(|field| field.word()).collect();
        let refusal = Refusal::new("profile_field").at("columns").with("found", &draft.field);
        bad.push(refusal.with("known", known.join(" ")));
        return None;
    };
    if !field.goes(direction) {
        bad.push(Refusal::new("profile_field_direction").at("columns").with("found", field.word()));
    }
    let width = draft.width.and_then(|width| usize::try_from(width).ok()).unwrap_or(0);
    if format == FileFormat::Fixed && !(1..=1000).contains(&width) {
        bad.push(Refusal::new("profile_width").at("columns").with("found", field.word()));
    }
    Some(Column {
        field,
        header: draft.header.trim().to_owned(),
        also: draft.also.iter().map(|text| text.trim().to_owned()).collect(),
        width,
        value: draft.value.clone(),
        optional: draft.optional,
        required: draft.required,
    })
}

/// The lines above or below the rows, each cut into its cells.
fn lines(bad: &mut Bad, field: &'static str, texts: &[String], profile: &Profile) -> Vec<Vec<Template>> {
    let parse = |cell: &str| match profile.direction {
        FileDirection::Out => Template::parse(cell, PLACES_OUT),
        FileDirection::In => Template::parse_to_match(cell, PLACES_IN),
    };
    let mut lines = Vec::new();
    for text in texts {
        let cells: Vec<&str> = match profile.format {
            FileFormat::Fixed => vec![text],
            FileFormat::Xlsx => text.split('|').collect(),
            _ => text.split(char::from(profile.delimiter.byte())).collect(),
        };
        if text.trim().is_empty() {
            bad.push(Refusal::new("profile_empty").at(field));
        }
        match cells.into_iter().map(parse).collect::<Result<Vec<_>, _>>() {
            Ok(cells) => lines.push(cells),
            Err(refusal) => bad.push(refusal.at(field)),
        }
    }
    lines
}

fn check_form(bad: &mut Bad, profile: &Profile) {
    let is_xml = profile.format.is_xml();
    if !profile.format.goes(profile.direction) {
        bad.push(Refusal::new("profile_direction").at("format"));
    }
    if is_xml && profile.encoding != Encoding::Utf8 {
        bad.push(Refusal::new("profile_encoding_xml").at("encoding"));
    }
    for (field, lines) in [("first_lines", &profile.first_lines), ("last_lines", &profile.last_lines)] {
        if is_xml && !lines.is_empty() {
            bad.push(Refusal::new("profile_columns_given").at(field));
        }
    }
    if profile.format == FileFormat::Fixed && profile.header_line() {
        bad.push(Refusal::new("profile_header_fixed").at("header_line"));
    }
    if profile.quoting() && (profile.format != FileFormat::Delimited || profile.delimiter == Delimiter::Pipe) {
        bad.push(Refusal::new("profile_quoting").at("quoting"));
    }
}

fn check_columns(bad: &mut Bad, profile: &Profile) {
    if profile.format.is_xml() {
        return;
    }
    let mut headers = BTreeMap::new();
    for (at, column) in profile.columns.iter().enumerate() {
        let named = profile.header_line() && profile.format != FileFormat::Fixed;
        let may_repeat = matches!(column.field, Field::Ignored | Field::Constant);
        let twice = profile.columns.iter().take(at).any(|other| other.field == column.field);
        if twice && !may_repeat {
            bad.push(Refusal::new("profile_column_twice").at("columns").with("found", column.field.word()));
        }
        if named && column.header.is_empty() {
            bad.push(Refusal::new("profile_header").at("columns").with("found", column.field.word()));
        }
        for header in std::iter::once(&column.header).chain(&column.also).filter(|header| named && !header.is_empty()) {
            if headers.insert(fold(header), at).is_some_and(|first| first != at) {
                bad.push(Refusal::new("profile_column_twice").at("columns").with("found", header));
            }
        }
    }
    let has = |field: Field| profile.columns.iter().any(|column| column.field == field);
    let needed: &[Field] = match profile.direction {
        FileDirection::Out => &[Field::AccountName, Field::AccountNumber, Field::Amount],
        FileDirection::In if has(Field::Debit) || has(Field::Credit) => {
            &[Field::Debit, Field::Credit, Field::CompletedOn]
        }
        FileDirection::In if has(Field::Side) => &[Field::Amount, Field::CompletedOn],
        FileDirection::In => &[Field::Amount, Field::Status],
    };
    for field in needed.iter().filter(|field| !has(**field)) {
        bad.push(Refusal::new("profile_column_missing").at("columns").with("found", field.word()));
    }
    let two_columns = has(Field::Debit) || has(Field::Credit);
    if two_columns && (has(Field::Side) || has(Field::Amount)) {
        bad.push(Refusal::new("profile_sides_mixed").at("columns"));
    }
}

fn check_words(bad: &mut Bad, profile: &Profile) {
    if profile.direction == FileDirection::Out {
        return;
    }
    let words = profile.status();
    let mut seen = BTreeMap::new();
    for word in words.paid.iter().chain(&words.refused).chain(&words.returned) {
        if word.trim().is_empty() || seen.insert(fold(word), ()).is_some() {
            bad.push(Refusal::new("profile_word_twice").at("status").with("found", word));
        }
    }
    let needs_words = !profile.is_statement();
    if needs_words && (words.paid.is_empty() || words.refused.is_empty()) {
        bad.push(Refusal::new("profile_status_words").at("status"));
    }
}
