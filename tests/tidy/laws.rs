//! The laws. Each looks at one file and returns what is wrong with it, as sentences that begin with the line.

use std::collections::BTreeSet;

use super::paths::{Named, named};
use super::source::{Source, closing, starts_with};

/// Longest file, in lines.
const FILE_LINES_MAX: usize = 500;
/// Longest `main.rs`, in lines.
const MAIN_LINES_MAX: usize = 40;
/// Longest function, in lines from `fn` to its brace.
const FUNCTION_LINES_MAX: usize = 80;
/// Longest story that a test tells.
const STORY_LINES_MAX: usize = 120;

/// Where a float may stand in spite of law 5, each with its reason. A file that no longer needs it is a fault as well.
pub const FLOATS: &[(&str, &str)] = &[
    ("src/sheets/number.rs", "a workbook stores numbers as doubles; they are only printed to 15 digits"),
    ("src/sheets/writer.rs", "a workbook stores numbers as doubles; amounts of at most 15 digits pass exactly"),
];

/// Where `clippy::disallowed_methods` may be expected: the one clock, the one random source, the ones who begin transactions.
const SOURCES_OF_TIME_CHANCE_AND_TRANSACTIONS: &[&str] =
    &["src/config.rs", "src/db/", "src/journal/", "src/cli/progress.rs", "benches/"];

/// Modules that everybody may reach into, because their parts are words of their own: `kernel::tree::root`, `web::form::Field`.
const FOUNDATIONS: &[&str] = &["kernel", "web"];

const DATABASE: &[&str] = &["sea_orm", "sea_orm_migration", "sea_query"];
const WEB: &[&str] = &["rocket"];
const TEMPLATES: &[&str] = &["askama"];
const DRIVERS: &[&str] = &["rusqlite", "sqlx", "libsqlite3_sys", "tokio_postgres"];

/// What the kernel and the rules may not name: web, database, template, async, file, clock, random source.
const IMPURE: &[&str] = &[
    "rocket",
    "askama",
    "sea_orm",
    "sea_orm_migration",
    "sea_query",
    "rusqlite",
    "sqlx",
    "migrations",
    "tokio",
    "futures",
    "getrandom",
    "rand",
    "rand_core",
    "tempfile",
    "indicatif",
    "rpassword",
    "clap",
    "calamine",
    "rust_xlsxwriter",
    "std::env",
    "std::fs",
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "crate::app",
    "crate::cli",
    "crate::config",
    "crate::db",
    "crate::web",
];
/// Parts of a feature that its rules may not name.
const PARTS_WITH_EFFECTS: &[&str] = &["actions", "pages", "store"];
/// Words that make code depend on more than what it is given.
const IMPURE_WORDS: &[&str] = &["async", "await", "now_utc", "now_local"];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] =
    &["common", "helper", "helpers", "manager", "managers", "misc", "service", "services", "util", "utils"];

/// The whole house, as far as a law about one file must know it.
#[derive(Debug)]
pub struct House {
    /// The modules of `lib.rs`, in their order.
    pub order: Vec<String>,
    /// The paths of all files.
    pub files: BTreeSet<String>,
}

impl House {
    /// Reads the map in `lib.rs`.
    pub fn new(sources: &[Source]) -> Self {
        let map = sources.iter().find(|source| source.path == "src/lib.rs");
        Self {
            order: map.map(declared).unwrap_or_default(),
            files: sources.iter().map(|source| source.path.clone()).collect(),
        }
    }

    fn place(&self, module: &str) -> Option<usize> {
        self.order.iter().position(|name| name == module)
    }

    fn is_part(&self, module: &str, part: &str) -> bool {
        [format!("src/{module}/{part}.rs"), format!("src/{module}/{part}/mod.rs")]
            .iter()
            .any(|path| self.files.contains(path))
    }
}

/// What a law is.
pub type Law = fn(&Source, &House) -> Vec<String>;

/// All laws, by name.
pub const LAWS: &[(&str, Law)] = &[
    ("imports go up the map of lib.rs, and through mod.rs", imports),
    ("only db, journal, stores and events name the database", database),
    ("only web, pages, mod.rs, guards and app name the web", web),
    ("only journal/bulk.rs and db name a driver; only journal/bulk.rs is unsafe", drivers),
    ("kernel and rules are pure", purity),
    ("no float near money", floats),
    ("no glob imports outside tests", globs),
    ("files and functions are short", lengths),
    ("names say what is inside", names),
    ("an exception is expected with a reason, and time, chance and transactions have one source", exceptions),
    ("every file is declared", declarations),
];

/// A module imports only modules above it in `lib.rs`, and only through their `mod.rs`.
pub fn imports(source: &Source, house: &House) -> Vec<String> {
    let module = source.module();
    let Some(own) = module.first().and_then(|name| house.place(name)) else { return Vec::new() };
    named(source).iter().filter_map(|path| import_fault(source, house, own, path)).collect()
}

fn import_fault(source: &Source, house: &House, own: usize, path: &Named) -> Option<String> {
    let other = path.words.get(1).filter(|_| path.is_below("crate"))?;
    let place = house.place(other).filter(|place| *place != own)?;
    if place > own {
        return Some(format!("{}: {} stands below {} in lib.rs", path.line, path.full(), house.order[own]));
    }
    // `crate::audit::totals` is the function that mod.rs hands out; what lies in a private module of that name has a
    // longer path.
    path.words.get(2).filter(|part| house.is_part(other, part) && path.words.len() > 3)?;
    let is_open = FOUNDATIONS.contains(&other.as_str()) || (other == "db" && is_database(source));
    (!is_open).then(|| format!("{}: {} reaches past the mod.rs of {other}", path.line, path.full()))
}

fn is_database(source: &Source) -> bool {
    let is_foundation = matches!(source.module().first(), Some(&"db" | &"journal"));
    is_foundation || source.is_part("store") || source.is_part("events")
}

/// `sea_orm` is named only in `db/`, `journal/`, stores and events.
pub fn database(source: &Source, _: &House) -> Vec<String> {
    if is_database(source) { Vec::new() } else { naming(source, DATABASE) }
}

/// `rocket` is named only in `web/`, pages, a feature's `mod.rs`, the guards of people and `app.rs`; templates only in the first two.
pub fn web(source: &Source, _: &House) -> Vec<String> {
    let module = source.module();
    let is_page = module.first() == Some(&"web") || source.is_part("pages");
    let mounts = source.path.ends_with("/mod.rs") && module.len() == 1 && !matches!(module[0], "kernel" | "db");
    let is_guard = module.starts_with(&["people", "guards"]);
    let rocket = if is_page || mounts || is_guard || module == ["app"] { Vec::new() } else { naming(source, WEB) };
    let templates = if is_page { Vec::new() } else { naming(source, TEMPLATES) };
    [rocket, templates].concat()
}

/// Drivers are named only in `journal/bulk.rs` and `db/`; `unsafe` stands only in the first.
pub fn drivers(source: &Source, _: &House) -> Vec<String> {
    let module = source.module();
    let is_bulk = module.starts_with(&["journal", "bulk"]);
    let named = if is_bulk || module.first() == Some(&"db") { Vec::new() } else { naming(source, DRIVERS) };
    let unsafe_words = if is_bulk { Vec::new() } else { words(source, &["unsafe"]) };
    [named, unsafe_words].concat()
}

/// The kernel and every `rules.rs` depend on nothing but what they are given.
pub fn purity(source: &Source, _: &House) -> Vec<String> {
    let module = source.module();
    if module.first() != Some(&"kernel") && !source.is_part("rules") {
        return Vec::new();
    }
    let has_effects = |path: &Named| {
        path.is_below("crate") && path.words.get(2).is_some_and(|part| PARTS_WITH_EFFECTS.contains(&part.as_str()))
    };
    let effects = named(source).into_iter().filter(has_effects).map(|path| format!("{}: {}", path.line, path.full()));
    [naming(source, IMPURE), words(source, IMPURE_WORDS), effects.collect()].concat()
}

/// No `f32`, no `f64`, no `0.5`.
pub fn floats(source: &Source, _: &House) -> Vec<String> {
    let found: Vec<String> = in_src(source)
        .then(|| source.tokens.iter().filter(|token| is_float(&token.text)))
        .into_iter()
        .flatten()
        .map(|token| format!("{}: {}", token.line, token.text))
        .collect();
    match FLOATS.iter().find(|(path, _)| *path == source.path) {
        Some(_) if found.is_empty() => vec!["0: has no float any more and needs no exception".to_owned()],
        Some(_) => Vec::new(),
        None => found,
    }
}

fn is_float(text: &str) -> bool {
    let is_number = text.starts_with(|c: char| c.is_ascii_digit()) && !text.starts_with("0x");
    let has_exponent = text.trim_end_matches("usize").trim_end_matches("isize").contains(['e', 'E']);
    matches!(text, "f32" | "f64")
        || is_number && (text.contains('.') || has_exponent || text.ends_with("f32") || text.ends_with("f64"))
}

/// No `use x::*` outside tests.
pub fn globs(source: &Source, _: &House) -> Vec<String> {
    // The derive macros of entities and migrations need their prelude whole.
    let is_prelude = |path: &Named| path.words.iter().any(|word| word == "prelude");
    let is_glob = |path: &Named| path.words.last().is_some_and(|word| word == "*") && !is_prelude(path);
    named(source).into_iter().filter(is_glob).map(|path| format!("{}: {}", path.line, path.full())).collect()
}

/// A file and a function can be read at one go.
pub fn lengths(source: &Source, _: &House) -> Vec<String> {
    let lines_max = if source.path == "src/main.rs" { MAIN_LINES_MAX } else { FILE_LINES_MAX };
    let file = (source.lines > lines_max).then(|| format!("{lines_max}: the file has {} lines", source.lines));
    let functions = (0..source.all.len()).filter_map(|at| function_fault(source, at));
    file.into_iter().chain(functions).collect()
}

fn function_fault(source: &Source, at: usize) -> Option<String> {
    let is_function = source.all[at].text == "fn" && source.all.get(at + 1)?.text != "(";
    let mut open = if is_function { at } else { return None };
    loop {
        match source.all.get(open)?.text.as_str() {
            ";" => return None,
            "{" => break,
            "(" | "[" => open = closing(&source.all, open) + 1,
            _ => open += 1,
        }
    }
    let start = source.all[at].line;
    let lines = source.all[closing(&source.all, open)].line + 1 - start;
    let name = &source.all[at + 1].text;
    let most = if source.path.starts_with("tests/it/") { STORY_LINES_MAX } else { FUNCTION_LINES_MAX };
    (lines > most).then(|| format!("{start}: fn {name} has {lines} lines, at most {most}"))
}

/// No file and no module is called after nothing in particular.
pub fn names(source: &Source, _: &House) -> Vec<String> {
    let of_path = source.path.trim_end_matches(".rs").split('/').map(|word| (0, word.to_owned()));
    let of_modules =
        source.all.windows(2).filter(|pair| pair[0].text == "mod").map(|pair| (pair[1].line, pair[1].text.clone()));
    let is_empty = |(_, name): &(usize, String)| EMPTY_NAMES.contains(&name.as_str());
    of_path.chain(of_modules).filter(is_empty).map(|(line, name)| format!("{line}: a module called {name}")).collect()
}

/// `#[expect]`, not `#[allow]`; and the forbidden methods of clippy.toml are expected only at their sources.
pub fn exceptions(source: &Source, _: &House) -> Vec<String> {
    let is_allow = |at: &usize| {
        let rest = &source.all[*at..];
        starts_with(rest, &["#", "[", "allow", "("]) || starts_with(rest, &["#", "!", "[", "allow", "("])
    };
    let allowed = (0..source.all.len()).filter(is_allow).map(|at| format!("{}: allow", source.all[at].line));
    let may_expect = SOURCES_OF_TIME_CHANCE_AND_TRANSACTIONS.iter().any(|path| source.path.starts_with(path));
    let methods = if may_expect { Vec::new() } else { words(source, &["disallowed_methods", "disallowed_types"]) };
    allowed.chain(methods).collect()
}

/// A file that no module declares is not compiled, and nobody notices.
pub fn declarations(source: &Source, house: &House) -> Vec<String> {
    if !in_src(source) {
        return Vec::new();
    }
    let base = ["/mod.rs", "/lib.rs"].iter().find_map(|end| source.path.strip_suffix(end));
    let base = base.unwrap_or_else(|| source.path.trim_end_matches(".rs"));
    let own = declared(source);
    let is_child = |path: &&String| {
        let rest =
            path.strip_prefix(base).and_then(|rest| rest.strip_prefix('/')).map(|rest| rest.trim_end_matches(".rs"));
        let name = rest.map(|rest| rest.strip_suffix("/mod").unwrap_or(rest));
        name.is_some_and(|name| {
            !name.contains('/') && !matches!(name, "lib" | "main" | "mod") && !own.iter().any(|own| own == name)
        })
    };
    house.files.iter().filter(is_child).map(|path| format!("0: does not declare {path}")).collect()
}

/// The modules that a file declares, those for tests included.
fn declared(source: &Source) -> Vec<String> {
    let is_declaration = |triple: &&[super::source::Token]| triple[0].text == "mod" && triple[2].text == ";";
    source.all.windows(3).filter(is_declaration).map(|triple| triple[1].text.clone()).collect()
}

fn in_src(source: &Source) -> bool {
    source.path.starts_with("src/")
}

/// The lines that name one of these paths.
fn naming(source: &Source, forbidden: &[&str]) -> Vec<String> {
    if !in_src(source) {
        return Vec::new();
    }
    let is_forbidden = |path: &Named| forbidden.iter().any(|name| path.is_below(name));
    named(source).into_iter().filter(is_forbidden).map(|path| format!("{}: {}", path.line, path.full())).collect()
}

/// The lines where one of these words stands.
fn words(source: &Source, forbidden: &[&str]) -> Vec<String> {
    let in_project = source.tokens.iter().filter(|token| forbidden.contains(&token.text.as_str()));
    in_project.map(|token| format!("{}: {}", token.line, token.text)).collect()
}
