//! `datapackage.json`: what stands in the package, for people and for programs that read Frictionless data packages.

use serde::Serialize;

use super::FORMAT_VERSION;
use super::archive::Sealed;
use super::tables::{Declared, Moment, is_guarded};
use crate::exports::codes;
use crate::exports::columns::{self, Column, Kind};
use crate::journal::Head;
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};
use crate::web::{Lang, T};

/// The whole description.
#[derive(Debug, Serialize)]
pub(super) struct Described {
    profile: &'static str,
    name: String,
    title: String,
    title_en: String,
    book: String,
    book_uid: String,
    as_of: Day,
    at: i64,
    root: String,
    format_version: u32,
    resources: Vec<Resource>,
    /// What is no table.
    files: Vec<Plain>,
}

#[derive(Debug, Serialize)]
struct Resource {
    profile: &'static str,
    name: String,
    path: String,
    title: String,
    title_en: String,
    description: &'static str,
    description_en: &'static str,
    format: &'static str,
    mediatype: &'static str,
    encoding: &'static str,
    bytes: u64,
    hash: String,
    rows: u64,
    dialect: Dialect,
    schema: Schema,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Dialect {
    delimiter: char,
    line_terminator: &'static str,
    quote_char: char,
    double_quote: bool,
    header: bool,
}

const RFC_4180: Dialect =
    Dialect { delimiter: ',', line_terminator: "\r\n", quote_char: '"', double_quote: true, header: true };

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Schema {
    fields: Vec<Field>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    primary_key: Vec<&'static str>,
    missing_values: [&'static str; 1],
}

#[derive(Debug, Serialize)]
struct Field {
    name: &'static str,
    #[serde(rename = "type")]
    cell_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    title: &'static str,
    title_en: &'static str,
    /// Whether a cell that a spreadsheet would run has an apostrophe before it.
    guarded: bool,
    constraints: Constraints,
}

#[derive(Debug, Serialize)]
struct Constraints {
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<i64>,
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    codes: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct Plain {
    path: String,
    bytes: u64,
    hash: String,
}

impl Described {
    pub(super) fn new(head: &Head, moment: &Moment, root: &str) -> Self {
        let title = |lang| {
            let words = T(lang).f("exports.package.of").with("book", &head.name).with("as_of", moment.as_of);
            words.with("at", moment.at).to_string()
        };
        Self {
            profile: "tabular-data-package",
            name: format!("relief-ledger-{}-{}-{}", head.code.to_lowercase(), moment.as_of, moment.at),
            title: title(Lang::Zh),
            title_en: title(Lang::En),
            book: head.code.clone(),
            book_uid: head.book_uid.clone(),
            as_of: moment.as_of,
            at: moment.at,
            root: root.to_owned(),
            format_version: FORMAT_VERSION,
            resources: Vec::new(),
            files: Vec::new(),
        }
    }

    /// Adds a table that was written as text: in which language, in which encoding, and how its name ends for that.
    pub(super) fn table(
        &mut self,
        table: &Declared,
        (lang, (encoding, suffix)): (Lang, (&'static str, &'static str)),
        path: String,
        rows: u64,
        sealed: Sealed,
    ) {
        let fields = table.columns().into_iter().map(|column| field(table, column, lang)).collect();
        let headers = table.key.iter().map(|name| columns::header(lang, name));
        self.resources.push(Resource {
            profile: "tabular-data-resource",
            name: format!("{}{}", table.name, suffix),
            path,
            title: table.title(Lang::Zh),
            title_en: table.title(Lang::En),
            description: table.about(Lang::Zh),
            description_en: table.about(Lang::En),
            format: "csv",
            mediatype: "text/csv",
            encoding,
            bytes: sealed.bytes,
            hash: format!("sha256:{}", sealed.sha256),
            rows,
            dialect: RFC_4180,
            schema: Schema { fields, primary_key: headers.collect(), missing_values: [""] },
        });
    }

    /// Adds a file that is no table.
    pub(super) fn file(&mut self, path: String, sealed: Sealed) {
        self.files.push(Plain { path, bytes: sealed.bytes, hash: format!("sha256:{}", sealed.sha256) });
    }

    /// JSON with a line end.
    pub(super) fn to_json(&self) -> Result<Vec<u8>> {
        let mut json = serde_json::to_vec_pretty(self).map_err(Error::internal)?;
        json.push(b'\n');
        Ok(json)
    }
}

fn field(table: &Declared, (name, kind): Column, lang: Lang) -> Field {
    let codes = codes::of(kind).into_iter().map(|code| match lang {
        Lang::En => code,
        Lang::Zh => codes::word(kind, code, lang),
    });
    // Two codes may have one word.
    let mut once: Vec<&str> = Vec::new();
    codes.for_each(|code| {
        if !once.contains(&code) {
            once.push(code);
        }
    });
    Field {
        name: columns::header(lang, name),
        cell_type: codes::cell_type(kind),
        format: (kind == Kind::Instant).then_some("%Y-%m-%dT%H:%M:%S.%f%z"),
        title: columns::title(Lang::Zh, name),
        title_en: columns::title(Lang::En, name),
        guarded: is_guarded(kind),
        constraints: Constraints {
            required: table.key.contains(&name),
            minimum: matches!(kind, Kind::Amount | Kind::AmountIfAny).then_some(0),
            codes: once,
        },
    }
}
