//! What a profile that is being written would do: a file of sample payments for the bank, or what it reads in a sample of
//! the bank's; or what is wrong with it, line by line.

use askama::Template;

use super::words;
use crate::kernel::Refusal;
use crate::kernel::money::Fen;
use crate::payments::files::{
    self, BankFile, Column, FileDirection, Profile, Status, columns_found, first_lines, line_of, sample,
};
use crate::sheets::BadCell;
use crate::web::T;

/// Lines of a made file that are shown.
const LINES_SHOWN: usize = 40;
/// Lines of a read file that are shown.
const ROWS_SHOWN: usize = 20;
/// Bad cells that are shown.
const FAULTS_SHOWN: usize = 50;

/// Something wrong in the text of a profile.
#[derive(Debug, Clone)]
struct Problem {
    line: Option<usize>,
    sentence: String,
}

/// A column of a profile, and where the sample has it.
#[derive(Debug, Clone)]
struct Found {
    column: Column,
    at: Option<usize>,
}

/// What became of it.
#[derive(Debug, Clone)]
enum Outcome {
    /// The profile is wrong.
    Wrong(Vec<Problem>),
    /// A file for the bank: its name, how many there would be, its first lines.
    Made { name: String, files: usize, lines: Vec<String> },
    /// A sound profile of the bank's files, and nothing to read.
    Sound,
    /// A sample that was read.
    Read { found: Vec<Found>, file: Box<BankFile> },
    /// A sample, or a sample file, with what is wrong in it.
    Faulty { found: Vec<Found>, faults: Vec<BadCell>, n: usize },
}

/// The preview.
#[derive(Debug, Clone)]
pub struct Preview(Outcome);

/// The preview as it is shown.
#[derive(Template)]
#[template(path = "payments/pages/_preview.html")]
struct Shown<'p> {
    t: T,
    outcome: &'p Outcome,
}

impl Preview {
    /// Tries a text on a sample of the bank's, which may be empty.
    pub(super) fn of(t: T, toml: &str, sample: &[u8]) -> Self {
        match Profile::parse(toml) {
            Ok(profile) if profile.direction == FileDirection::Out => Self(made(&profile)),
            Ok(_) if sample.is_empty() => Self(Outcome::Sound),
            Ok(profile) => Self(read(&profile, sample)),
            Err(refusals) => Self(Outcome::Wrong(refusals.iter().map(|refusal| problem(t, toml, refusal)).collect())),
        }
    }

    /// How much is wrong with the profile itself.
    pub(super) const fn problems(&self) -> usize {
        match &self.0 {
            Outcome::Wrong(problems) => problems.len(),
            _ => 0,
        }
    }

    /// The preview as HTML.
    pub(super) fn shown(&self, t: T) -> String {
        Shown { t, outcome: &self.0 }.render().unwrap_or_default()
    }
}

fn problem(t: T, toml: &str, refusal: &Refusal) -> Problem {
    Problem { line: line_of(toml, refusal), sentence: t.sentence(refusal) }
}

fn made(profile: &Profile) -> Outcome {
    let files = match sample(profile) {
        Ok(files) => files,
        Err(faults) => return faulty(Vec::new(), faults),
    };
    let Some(first) = files.first() else { return Outcome::Sound };
    match first_lines(profile, &first.bytes, LINES_SHOWN) {
        Ok(lines) => Outcome::Made { name: first.name.clone(), files: files.len(), lines },
        Err(fault) => faulty(Vec::new(), vec![fault]),
    }
}

fn read(profile: &Profile, sample: &[u8]) -> Outcome {
    let at = if profile.columns.is_empty() { Vec::new() } else { columns_found(profile, sample).unwrap_or_default() };
    let found: Vec<Found> = profile.columns.iter().cloned().zip(at).map(|(column, at)| Found { column, at }).collect();
    match files::read(profile, sample) {
        Ok(file) => match file.in_yuan() {
            Ok(()) => Outcome::Read { found, file: Box::new(file) },
            Err(refusal) => faulty(found, vec![BadCell::file(refusal)]),
        },
        Err(faults) => faulty(found, faults.cells),
    }
}

fn faulty(found: Vec<Found>, mut faults: Vec<BadCell>) -> Outcome {
    let n = faults.len();
    faults.truncate(FAULTS_SHOWN);
    Outcome::Faulty { found, faults, n }
}

impl Shown<'_> {
    /// The columns, where a sample was looked at.
    fn found(&self) -> &[Found] {
        match self.outcome {
            Outcome::Read { found, .. } | Outcome::Faulty { found, .. } => found,
            _ => &[],
        }
    }

    fn field(&self, column: &Column) -> &'static str {
        self.t.s(&format!("payments.field.{}", column.field.word()))
    }

    fn rows<'f>(&self, file: &'f BankFile) -> &'f [files::BankLine] {
        file.lines.get(..ROWS_SHOWN).unwrap_or(&file.lines)
    }

    fn amount(&self, line: &files::BankLine) -> String {
        self.t.yuan_or(line.amount_fen)
    }

    fn status(&self, line: &files::BankLine) -> String {
        match &line.status {
            Status::Paid => words::answer(self.t, "paid"),
            Status::Refused => words::answer(self.t, "refused"),
            Status::Returned => words::answer(self.t, "returned"),
            Status::Unknown(word) => self.t.f("payments.preview.unknown").with("word", word).to_string(),
        }
    }

    fn kind(&self, line: &files::BankLine) -> &'static str {
        self.t.s(&format!("payments.preview.kind.{}", line.kind.word()))
    }

    fn read(&self, file: &BankFile) -> String {
        let sum: Fen = file.control.sum_fen;
        self.t.n("payments.preview.read", file.lines.len()).with("sum", self.t.yuan(sum)).to_string()
    }

    fn made(&self, name: &str, files: &usize) -> String {
        self.t.n("payments.preview.made", *files).with("name", name).to_string()
    }
}
