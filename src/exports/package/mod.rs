//! The auditor's package: every table as CSV, the events, the original files, the verifier, and a description of all of
//! it, in one zip whose bytes follow from the book, the day, the position, the encodings and the signing key alone.
//!
//! It is written in one pass: entries sorted by path, `datapackage.json` last, for it names the digests of those before.
//! Sealed values stay behind: no role sees them in a file. Original files and account numbers are in it, so it is for the
//! roles that see those ([`Role`](crate::people::Role)s of [`READERS`]).

mod archive;
mod describe;
mod encoding;
mod readme;
mod tables;
mod under_way;

use std::fs::File;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use archive::{Archive, sealed};
use describe::Described;
use encoding::Gb18030;
use tables::{Declared, Moment};

use super::giving;
use super::queries::{self, Sealing};
use super::request::{FileFormat, Filter, Request, What};
use crate::db::Database;
use crate::journal::{self, Head, Keeper, key_at, root_at};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Refusal, Result};
use crate::people::Role;
use crate::web::Lang;

pub(super) use under_way::{Packages, Progress as Seconds, Ready, Seen, begin};

/// The word of the command line.
pub const PACKAGE: &str = "audit-package";

/// Who may have a package: the roles that see both the files of departments and those of banks.
pub const READERS: [Role; 3] = [Role::Reviewer, Role::Manager, Role::Auditor];

/// Grows when the bytes of any package change for the same question.
const FORMAT_VERSION: u32 = 1;

/// The verifier that goes with each package.
const VERIFIER: &[u8] = include_bytes!("../../../docs/verifier/verify.py");

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackageOf {
    /// Amounts up to and including this effective day.
    pub as_of: Day,
    /// As known at this position; the head's if absent.
    pub at: Option<i64>,
    /// Whether every table stands in it a second time, in GB18030 with Chinese headers and words.
    pub gb18030: bool,
    /// Whether every table stands in it as a workbook, with Chinese headers and words.
    pub workbooks: bool,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The position.
    pub at: i64,
    /// Root of the tree at it, hex.
    pub root: String,
    /// Rows of all tables, and events.
    pub rows: u64,
    /// Entries of the zip.
    pub entries: usize,
    /// Bytes of the zip.
    pub bytes: u64,
    /// SHA-256 of the zip, hex.
    pub sha256: String,
    /// Whether a signed checkpoint is in it: this machine could sign, and the key has not changed since.
    pub is_signed: bool,
}

/// How far the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Rows and events written.
    pub rows: u64,
    /// Entries of the zip that are whole.
    pub done: usize,
    /// All of them.
    pub of: usize,
}

/// In which form a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// With the names and codes of the contract; the one that is verified.
    Utf8,
    /// With Chinese headers and words, for programs that read nothing else.
    Gb18030,
    /// A workbook for people, codes and account numbers as text.
    Workbook,
}

impl Form {
    const fn folder(self) -> &'static str {
        match self {
            Self::Utf8 => "tables",
            Self::Gb18030 => "tables-gb18030",
            Self::Workbook => "tables-xlsx",
        }
    }

    /// The encoding of a form that is text, and how its tables' names end.
    const fn encoding(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Utf8 => Some(("utf-8", "")),
            Self::Gb18030 => Some(("gb18030", "-gb18030")),
            Self::Workbook => None,
        }
    }

    const fn format(self) -> FileFormat {
        match self {
            Self::Utf8 | Self::Gb18030 => FileFormat::Csv,
            Self::Workbook => FileFormat::Xlsx,
        }
    }

    const fn lang(self) -> Lang {
        match self {
            Self::Utf8 => Lang::En,
            Self::Gb18030 | Self::Workbook => Lang::Zh,
        }
    }
}

/// What an entry holds.
enum Content {
    Table(&'static Declared, Form),
    Events,
    /// A file in a standard of other tools.
    Standard(What, FileFormat),
    /// The original file of this SHA-256.
    Original(String),
    Bytes(Vec<u8>),
    /// Signed: it is no part of the description, whose bytes do not depend on a key.
    Checkpoint(Vec<u8>),
}

/// Writes a package to `target`: aside, then named.
pub async fn export(
    db: &Database,
    keeper: &Keeper,
    head: &Head,
    asked: PackageOf,
    target: &Path,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Made> {
    let unwritable = || Refusal::new("file_unwritable").with("file", target.display());
    let aside = super::beside(target, "part");
    let file = File::options().read(true).write(true).create(true).truncate(true).open(&aside);
    let made = match file {
        Ok(file) => write(db, keeper, head, asked, file, progress).await,
        Err(_) => return Err(unwritable().into()),
    };
    match made {
        Ok(made) => std::fs::rename(&aside, target).map(|()| made).map_err(|_| unwritable().into()),
        Err(error) => {
            // Half a package must not look like a whole one.
            let _ = std::fs::remove_file(&aside);
            Err(error)
        }
    }
}

/// Writes a package into a file.
async fn write(
    db: &Database,
    keeper: &Keeper,
    head: &Head,
    asked: PackageOf,
    file: File,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Made> {
    let head = Head::read(&db.read, head.book_id).await?;
    let at = crate::audit::position(&head, asked.at)?;
    let root = root_at(&db.read, &head, at).await?.to_string();
    let moment = Moment::read(db, &head, asked.as_of, at).await?;
    let key = key_at(&db.read, head.book_id, at).await?;
    let note = if keeper.signs_at(&db.read, &head, at).await? {
        Some(keeper.sign_at(&db.read, &head, at).await?)
    } else {
        None
    };
    let is_signed = note.is_some();
    let plan = plan(db, &head, &moment, &root, (key, note), asked).await?;
    let read = file.try_clone().map_err(Error::internal)?;
    let mut package = Package {
        db,
        head: &head,
        moment: &moment,
        archive: Archive::new(file),
        described: Described::new(&head, &moment, &root),
        told: Progress { rows: 0, done: 0, of: plan.len() + 1 },
        progress,
    };
    for (path, content) in plan {
        package.add(path, content).await?;
    }
    let (rows, entries) = package.end()?;
    let (bytes, sha256) = digest(read)?;
    Ok(Made { at, root, rows, entries, bytes, sha256, is_signed })
}

/// The entries by their paths.
async fn plan(
    db: &Database,
    head: &Head,
    moment: &Moment,
    root: &str,
    (key, note): (String, Option<String>),
    asked: PackageOf,
) -> Result<Vec<(String, Content)>> {
    let mut plan = vec![
        ("events.jsonl".to_owned(), Content::Events),
        ("public-key.txt".to_owned(), Content::Bytes(format!("{key}\n").into_bytes())),
        ("verify.py".to_owned(), Content::Bytes(VERIFIER.to_vec())),
    ];
    for lang in [Lang::Zh, Lang::En] {
        let text = readme::readme(lang, head, moment, root);
        plan.push((format!("README.{}.md", lang.code()), Content::Bytes(text.into_bytes())));
    }
    plan.extend(note.map(|note| ("checkpoint".to_owned(), Content::Checkpoint(note.into_bytes()))));
    let forms = [(Form::Utf8, true), (Form::Gb18030, asked.gb18030), (Form::Workbook, asked.workbooks)];
    for (form, _) in forms.into_iter().filter(|(_, wanted)| *wanted) {
        for table in tables::all() {
            let path = format!("{}/{}.{}", form.folder(), table.name, form.format().extension());
            plan.push((path, Content::Table(table, form)));
        }
    }
    plan.push(("standard/ledger.journal".to_owned(), Content::Standard(What::Hledger, FileFormat::Journal)));
    let giving = standard(moment, What::Giving, FileFormat::Json);
    if giving::has_grants(db, head, &giving, moment.at).await? {
        for format in [FileFormat::Json, FileFormat::Csv] {
            let path = format!("standard/360giving.{}", format.extension());
            plan.push((path, Content::Standard(What::Giving, format)));
        }
    }
    for sha256 in tables::originals(db, moment).await? {
        plan.push((format!("files/{sha256}"), Content::Original(sha256)));
    }
    plan.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(plan)
}

/// A file of the package that can also be exported alone.
fn standard(moment: &Moment, what: What, format: FileFormat) -> Request {
    Request {
        what,
        format,
        lang: Lang::En,
        as_of: moment.as_of,
        at: Some(moment.at),
        by: Vec::new(),
        filter: Filter::default(),
    }
}

/// A package on its way.
struct Package<'a> {
    db: &'a Database,
    head: &'a Head,
    moment: &'a Moment,
    archive: Archive,
    described: Described,
    told: Progress,
    progress: &'a mut (dyn FnMut(Progress) + Send),
}

impl Package<'_> {
    async fn add(&mut self, path: String, content: Content) -> Result<()> {
        match content {
            Content::Table(table, form) => self.table(path, table, form).await?,
            Content::Events => self.events(path).await?,
            Content::Standard(what, format) => self.standard(path, what, format).await?,
            Content::Original(sha256) => self.original(path, &sha256).await?,
            Content::Bytes(bytes) => {
                let sealed = self.archive.put(&path, &bytes)?;
                self.described.file(path, sealed);
            }
            Content::Checkpoint(bytes) => {
                self.archive.put(&path, &bytes)?;
            }
        }
        self.told.done += 1;
        (self.progress)(self.told);
        Ok(())
    }

    async fn table(&mut self, path: String, table: &'static Declared, form: Form) -> Result<()> {
        let (told, progress) = (self.told, &mut *self.progress);
        let mut tell = |rows| progress(Progress { rows: told.rows + rows, ..told });
        let Self { db, head, moment, .. } = *self;
        let asked = tables::Asked { db, head, moment, format: form.format(), lang: form.lang() };
        let mut entry = self.archive.begin(&path)?;
        let tally = match form {
            Form::Utf8 | Form::Workbook => tables::write(asked, table, &mut entry, &mut tell).await?,
            Form::Gb18030 => {
                let mut encoded = Gb18030::new(&mut entry);
                let written = tables::write(asked, table, &mut encoded, &mut tell).await;
                // Why a character could not be written says more than that it could not.
                encoded.end()?;
                written?
            }
        };
        let sealed = sealed(entry);
        self.told.rows += tally.rows;
        match form.encoding() {
            Some(encoding) => self.described.table(table, (form.lang(), encoding), path, tally.rows, sealed),
            // Frictionless describes rows of text; what a workbook has to say is said by its twin.
            None => self.described.file(path, sealed),
        }
        Ok(())
    }

    async fn events(&mut self, path: String) -> Result<()> {
        let (told, progress) = (self.told, &mut *self.progress);
        let mut tell = |rows| progress(Progress { rows: told.rows + rows, ..told });
        let mut entry = self.archive.begin(&path)?;
        let tally =
            queries::events(self.db, self.head, self.moment.at, Sealing::Without, &mut entry, &mut tell).await?;
        let sealed = sealed(entry);
        self.told.rows += tally.rows;
        self.described.file(path, sealed);
        Ok(())
    }

    async fn standard(&mut self, path: String, what: What, format: FileFormat) -> Result<()> {
        let (told, progress) = (self.told, &mut *self.progress);
        let mut tell = |rows| progress(Progress { rows: told.rows + rows, ..told });
        let request = standard(self.moment, what, format);
        let mut entry = self.archive.begin(&path)?;
        let tally = queries::run(self.db, self.head, &request, self.moment.at, &mut entry, &mut tell).await?;
        let sealed = sealed(entry);
        self.told.rows += tally.rows;
        self.described.file(path, sealed);
        Ok(())
    }

    /// The bytes as they came, part by part.
    async fn original(&mut self, path: String, sha256: &str) -> Result<()> {
        let mut entry = self.archive.begin(&path)?;
        let query = format!(
            "SELECT bytes FROM files WHERE book_id = {} AND sha256 = '{sha256}' ORDER BY part",
            self.moment.book_id
        );
        journal::scan(&self.db.read, &query, |cells| {
            let part = cells.first().map_or(&[] as &[u8], journal::Cell::bytes);
            std::io::Write::write_all(&mut entry, part).map_err(Error::internal)
        })
        .await?;
        let sealed = sealed(entry);
        self.described.file(path, sealed);
        Ok(())
    }

    /// Writes the description and ends; rows and entries.
    fn end(mut self) -> Result<(u64, usize)> {
        self.archive.put("datapackage.json", &self.described.to_json()?)?;
        self.archive.end()?;
        self.told.done += 1;
        (self.progress)(self.told);
        Ok((self.told.rows, self.told.done))
    }
}

/// Length and SHA-256 of a file, read from its beginning.
fn digest(mut file: File) -> Result<(u64, String)> {
    use std::io::Seek as _;
    file.rewind().map_err(Error::internal)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    let mut bytes = 0_u64;
    loop {
        let read = std::io::Read::read(&mut file, &mut buffer).map_err(Error::internal)?;
        if read == 0 {
            return Ok((bytes, hex::encode(hash.finalize())));
        }
        hash.update(buffer.get(..read).unwrap_or_default());
        bytes += read as u64;
    }
}
