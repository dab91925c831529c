//! Where tables stand: lines of equally many cells, of which the first have names and the others numbers.

use super::super::bind::Page;
use super::super::text::starts;
use super::super::written::{self, Written};

/// A stretch of a line, without the blanks around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// First character.
    pub start: usize,
    /// Behind the last one.
    pub end: usize,
}

/// A table of a text.
#[derive(Debug, Clone)]
pub struct Table {
    /// First character of its header.
    pub start: usize,
    /// Behind the last character of its last row.
    pub end: usize,
    /// Lines with names of columns, from above.
    pub header: Vec<Vec<Cell>>,
    /// Lines with numbers.
    pub rows: Vec<Vec<Cell>>,
    /// The lines above that speak of all of it.
    pub titles: Vec<Cell>,
    /// The end of a paragraph directly above that tells the unit: …发放情况如下（单位：万元）.
    pub note: Option<Cell>,
}

/// A number that fills a cell.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    /// The number.
    pub written: Written,
    /// Its own unit.
    pub unit: Option<Unit>,
}

/// What a number is told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Yuan, times a power of ten.
    Money(i32),
    /// A hundredth.
    Percent,
    /// Entities.
    Entities,
    /// Acts of paying.
    Acts,
    /// Anything else that is counted.
    Other,
}

/// Units by their words, longer ones first.
const UNITS: [(&str, Unit); 19] = [
    ("千万元", Unit::Money(7)),
    ("百万元", Unit::Money(6)),
    ("亿元", Unit::Money(8)),
    ("万元", Unit::Money(4)),
    ("千元", Unit::Money(3)),
    ("元", Unit::Money(0)),
    ("%", Unit::Percent),
    ("户次", Unit::Acts),
    ("家次", Unit::Acts),
    ("笔数", Unit::Acts),
    ("笔", Unit::Acts),
    ("户数", Unit::Entities),
    ("家数", Unit::Entities),
    ("户", Unit::Entities),
    ("家", Unit::Entities),
    ("人次", Unit::Other),
    ("人", Unit::Other),
    ("件", Unit::Other),
    ("个百分点", Unit::Other),
];

/// The unit that words name, 发放金额（万元）; none where they name none.
pub(super) fn unit_of(chars: &[char]) -> Option<Unit> {
    let unit = |at: usize| UNITS.iter().find_map(|(word, unit)| Some((*unit, starts(chars, at, word)?)));
    let money =
        (0..chars.len()).find_map(|at| unit(at).filter(|(unit, _)| matches!(unit, Unit::Money(_) | Unit::Percent)));
    // 个人, 商家, 用户 name none
    let is_bare = |from: usize, end: usize| {
        let before = from.checked_sub(1).and_then(|at| chars.get(at));
        before.map_or(end == chars.len(), |c| "(/:、,[".contains(*c))
    };
    let counted = || (0..chars.len()).find_map(|at| unit(at).filter(|(_, end)| is_bare(at, *end)));
    money.or_else(counted).map(|(unit, _)| unit)
}

/// The number that a cell is, whole.
pub(super) fn number(chars: &[char], cell: Cell) -> Option<Number> {
    if !chars.get(cell.start).is_some_and(char::is_ascii_digit) {
        return None;
    }
    let written = written::read(chars, cell.start).filter(|written| written.end <= cell.end)?;
    let unit = super::super::text::blanks(chars, written.end);
    if unit >= cell.end {
        return Some(Number { written, unit: None });
    }
    // the power of ten of 万元 was read with the number
    let own = match chars.get(unit..cell.end).unwrap_or_default() {
        ['元'] => Unit::Money(0),
        rest => {
            let word: String = rest.iter().collect();
            UNITS.iter().find(|(known, _)| *known == word).map(|(_, unit)| *unit)?
        }
    };
    Some(Number { written, unit: Some(own) })
}

/// Whether a cell says that there is nothing.
pub(super) fn is_nothing(chars: &[char], cell: Cell) -> bool {
    chars.get(cell.start..cell.end).unwrap_or_default().iter().all(|c| "-—–/…*无 ".contains(*c))
}

/// What stands between the cells of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Tab,
    Bar,
    Blanks,
    Blank,
}

const STYLES: [Style; 4] = [Style::Tab, Style::Bar, Style::Blanks, Style::Blank];

/// Longest title, in characters, and most of them.
const TITLE_CHARS: usize = 80;
const TITLES_MAX: usize = 3;

/// Finds the tables of a text, in order.
pub(in super::super) fn find(page: &Page<'_>) -> Vec<Table> {
    let lines = lines(&page.chars);
    let mut found = Vec::new();
    let (mut n, mut free) = (0, 0);
    while n < lines.len() {
        match STYLES.into_iter().find_map(|style| table(page, &lines, (n, free), style)) {
            Some((table, next)) => {
                found.push(table);
                (n, free) = (next, next);
            }
            None => n += 1,
        }
    }
    found
}

fn lines(chars: &[char]) -> Vec<Cell> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (at, c) in chars.iter().enumerate() {
        if matches!(c, '\n' | '\r') {
            lines.push(Cell { start, end: at });
            start = at + 1;
        }
    }
    lines.push(Cell { start, end: chars.len() });
    lines.retain(|line| !is_ruler(chars, *line));
    lines
}

/// `|---|---|` and what stands between \r and \n: lines that hold nothing.
fn is_ruler(chars: &[char], line: Cell) -> bool {
    let words = chars.get(line.start..line.end).unwrap_or_default();
    let is_crlf = words.is_empty() && line.start > 0 && chars.get(line.start - 1..=line.start) == Some(&['\r', '\n']);
    let is_drawn = words.iter().filter(|c| **c == '-' || **c == '─' || **c == '━').count() > 2;
    is_crlf || (is_drawn && words.iter().all(|c| "|-:+= ─━┼├┤┌┐└┘┬┴│".contains(*c)))
}

/// The table whose header begins with the line `n`, and the line behind it.
fn table(page: &Page<'_>, lines: &[Cell], (n, free): (usize, usize), style: Style) -> Option<(Table, usize)> {
    let chars = &page.chars;
    let mut header = vec![header(page, *lines.get(n)?, style)?];
    let mut next = n + 1;
    let width = header.first()?.len();
    while header.len() < 3
        && let Some(line) = lines.get(next)
        && let Some(further) = self::header(page, *line, style).filter(|further| further.len() == width)
    {
        header.push(further);
        next += 1;
    }
    let mut rows = Vec::new();
    while let Some(line) = lines.get(next) {
        let cells = cells(page, *line, style);
        let is_row = match style {
            Style::Tab | Style::Bar => cells.len() > 1 && cells.len() <= width,
            Style::Blanks | Style::Blank => cells.len() == width,
        };
        let numbers = cells.iter().skip(1).filter(|cell| number(chars, **cell).is_some()).count();
        let is_word = |cell: &&Cell| number(chars, **cell).is_none() && !is_nothing(chars, **cell);
        let is_full = style != Style::Blank || cells.iter().skip(1).filter(is_word).count() < 2;
        if !is_row || numbers == 0 || !is_full {
            break;
        }
        rows.push(cells);
        next += 1;
    }
    let (start, end) = (lines.get(n)?.start, lines.get(next.checked_sub(1)?)?.end);
    let titles = titles(page, lines.get(free..n).unwrap_or_default());
    let note = lines.get(free..n).unwrap_or_default().iter().rev().find(|line| line.end > line.start);
    let note = note.and_then(|line| unit_note(chars, *line));
    (!rows.is_empty()).then_some((Table { start, end, header, rows, titles, note }, next))
}

/// A line of names: several cells, none of them a number.
fn header(page: &Page<'_>, line: Cell, style: Style) -> Option<Vec<Cell>> {
    let cells = cells(page, line, style);
    let is_named = cells.len() > 1 && cells.iter().all(|cell| number(&page.chars, *cell).is_none());
    is_named.then_some(cells)
}

fn cells(page: &Page<'_>, line: Cell, style: Style) -> Vec<Cell> {
    let chars = &page.chars;
    let parts = match style {
        Style::Tab => split(line, |at| page.original.get(at) == Some(&'\t')),
        Style::Bar => split(line, |at| matches!(chars.get(at), Some('|' | '│' | '┃'))),
        Style::Blanks => {
            let is_blank = |at: usize| chars.get(at) == Some(&' ');
            let is_wide = |at: usize| matches!(page.original.get(at), Some('\u{3000}' | '\t'));
            split(trimmed(chars, line), |at| {
                is_blank(at) && (is_wide(at) || is_blank(at + 1) || at.checked_sub(1).is_some_and(is_blank))
            })
        }
        Style::Blank => split(trimmed(chars, line), |at| chars.get(at) == Some(&' ')),
    };
    let mut cells: Vec<Cell> = parts.into_iter().map(|part| trimmed(chars, part)).collect();
    let is_empty = |cell: Option<&Cell>| cell.is_some_and(|cell| cell.start == cell.end);
    match style {
        Style::Blanks | Style::Blank => cells.retain(|cell| cell.start < cell.end),
        Style::Bar => {
            if is_empty(cells.last()) {
                cells.pop();
            }
            if is_empty(cells.first()) {
                cells.remove(0);
            }
        }
        Style::Tab => {}
    }
    cells
}

fn split(line: Cell, is_between: impl Fn(usize) -> bool) -> Vec<Cell> {
    let mut parts = Vec::new();
    let mut start = line.start;
    for at in (line.start..line.end).filter(|at| is_between(*at)) {
        parts.push(Cell { start, end: at });
        start = at + 1;
    }
    parts.push(Cell { start, end: line.end });
    parts
}

fn trimmed(chars: &[char], mut cell: Cell) -> Cell {
    while cell.start < cell.end && chars.get(cell.start) == Some(&' ') {
        cell.start += 1;
    }
    while cell.end > cell.start && chars.get(cell.end - 1) == Some(&' ') {
        cell.end -= 1;
    }
    cell
}

/// Farthest that 单位 stands before the end of its line, in characters.
const NOTE_CHARS: usize = 12;

/// The end of a line that tells a unit.
fn unit_note(chars: &[char], line: Cell) -> Option<Cell> {
    let from = line.end.saturating_sub(NOTE_CHARS).max(line.start);
    let start = (from..line.end).rev().find(|at| starts(chars, *at, "单位").is_some())?;
    Some(Cell { start, end: line.end })
}

/// The lines directly above a table that speak of all of it: short ones without the end of a sentence.
fn titles(page: &Page<'_>, above: &[Cell]) -> Vec<Cell> {
    let mut titles = Vec::new();
    for line in above.iter().rev() {
        let words = page.chars.get(line.start..line.end).unwrap_or_default();
        if words.iter().all(|c| *c == ' ') {
            continue;
        }
        if words.len() > TITLE_CHARS || words.contains(&'。') || titles.len() == TITLES_MAX {
            break;
        }
        titles.push(*line);
    }
    titles.reverse();
    titles
}
