//! A source file as the laws see it: tokens with their lines, without comments and literals.

use std::path::Path;

/// One word, number or sign of the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// As written; `::` is one sign, all others have one character.
    pub text: String,
    /// Line, from 1.
    pub line: usize,
}

/// A source file.
#[derive(Debug)]
pub struct Source {
    /// From the root of the project, with `/`.
    pub path: String,
    /// Number of lines.
    pub lines: usize,
    /// All tokens.
    pub all: Vec<Token>,
    /// The tokens outside of what is compiled for tests only.
    pub tokens: Vec<Token>,
}

impl Source {
    /// Reads the text of a file.
    pub fn new(path: &str, text: &str) -> Self {
        let all = tokens(&without_comments_and_literals(text));
        let is_test = path.starts_with("tests/") || path.ends_with("/tests.rs") || path.contains("/tests/");
        let tokens = if is_test { Vec::new() } else { without_tests(&all) };
        Self { path: path.to_owned(), lines: text.lines().count(), all, tokens }
    }

    /// The modules on the way to this file: `src/grants/pages/record.rs` is `grants`, `pages`, `record`.
    pub fn module(&self) -> Vec<&str> {
        let path = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        let path = path.strip_suffix("/mod").unwrap_or(path);
        if matches!(path, "lib" | "main") { Vec::new() } else { path.split('/').collect() }
    }

    /// Whether the file is, or lies in, the part of that name below a feature: `store.rs`, `store/…`.
    pub fn is_part(&self, name: &str) -> bool {
        self.module().iter().skip(1).any(|module| *module == name)
    }
}

/// Every Rust file of the project, in order of path.
pub fn project() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    for folder in ["benches", "migrations", "src", "tests"] {
        collect(root, &root.join(folder), &mut sources);
    }
    sources.sort_by(|a: &Source, b| a.path.cmp(&b.path));
    sources
}

fn collect(root: &Path, folder: &Path, sources: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("a readable source file");
            let name = path.strip_prefix(root).expect("a file below the root");
            sources.push(Source::new(&name.to_string_lossy(), &text));
        }
    }
}

/// The same text with a blank for every character of a comment, a string or a character literal.
fn without_comments_and_literals(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = blank_end(&chars, at);
        if end == at {
            out.push(chars[at]);
            at += 1;
        } else {
            out.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    out
}

/// Where the comment or literal that starts here ends; here itself, if none does.
fn blank_end(chars: &[char], at: usize) -> usize {
    let after = |n: usize| chars.get(at + n).copied().unwrap_or('\n');
    let inside_word = at > 0 && is_word(chars[at - 1]);
    match (chars[at], after(1)) {
        ('/', '/') => chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |n| at + n),
        ('/', '*') => comment_end(chars, at + 2),
        ('"', _) => quoted_end(chars, at + 1, '"'),
        ('\'', '\\') => quoted_end(chars, at + 1, '\''),
        ('\'', _) if after(2) == '\'' => at + 3,
        ('r', '"' | '#') if !inside_word => raw_end(chars, at + 1).unwrap_or(at),
        ('b' | 'c', 'r') if !inside_word => raw_end(chars, at + 2).unwrap_or(at),
        _ => at,
    }
}

fn comment_end(chars: &[char], mut at: usize) -> usize {
    let mut depth = 1;
    while depth > 0 && at < chars.len() {
        let step = match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => 1,
            ('*', Some('/')) => -1,
            _ => 0,
        };
        depth += step;
        at += if step == 0 { 1 } else { 2 };
    }
    at.min(chars.len())
}

fn quoted_end(chars: &[char], mut at: usize, quote: char) -> usize {
    while at < chars.len() && chars[at] != quote {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

/// The end of a raw string whose `#…"` starts here, if one does.
fn raw_end(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at..].iter().take_while(|c| **c == '#').count();
    if chars.get(at + hashes) != Some(&'"') {
        return None;
    }
    let body = at + hashes + 1;
    let close = |start: &usize| {
        chars[*start] == '"' && chars[start + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes
    };
    Some((body..chars.len()).find(close).map_or(chars.len(), |start| start + 1 + hashes))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn tokens(code: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for (index, text) in code.lines().enumerate() {
        let chars: Vec<char> = text.chars().collect();
        let mut at = 0;
        while at < chars.len() {
            let after_dot = tokens.last().is_some_and(|token| token.text == ".");
            let length = token_length(&chars[at..], after_dot);
            if !chars[at].is_whitespace() {
                tokens.push(Token { text: chars[at..at + length].iter().collect(), line: index + 1 });
            }
            at += length;
        }
    }
    tokens
}

fn token_length(rest: &[char], after_dot: bool) -> usize {
    let word = |from: usize| rest[from..].iter().take_while(|c| is_word(**c)).count();
    let next = |n: usize| rest.get(n).copied().unwrap_or(' ');
    let length = word(0);
    if length == 0 {
        return if rest[0] == ':' && next(1) == ':' { 2 } else { 1 };
    }
    // `1.5` is a number; `pair.0.1`, `0..5` and `1.max(2)` are not.
    let is_fraction = rest[0].is_ascii_digit() && !after_dot && next(length) == '.';
    if is_fraction && next(length + 1).is_ascii_digit() { length + 1 + word(length + 1) } else { length }
}

/// The tokens without the items that stand behind `#[cfg(test)]`; none, behind `#![cfg(test)]`.
fn without_tests(all: &[Token]) -> Vec<Token> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < all.len() {
        if starts_with(&all[at..], &["#", "!", "[", "cfg", "(", "test", ")", "]"]) {
            return Vec::new();
        }
        if starts_with(&all[at..], &["#", "[", "cfg", "(", "test", ")", "]"]) {
            at = item_end(all, at);
        } else {
            kept.push(all[at].clone());
            at += 1;
        }
    }
    kept
}

/// Whether the tokens begin with these.
pub fn starts_with(tokens: &[Token], texts: &[&str]) -> bool {
    tokens.len() >= texts.len() && tokens.iter().zip(texts).all(|(token, text)| token.text == *text)
}

/// The end of the item that begins, with its attributes, at this token.
fn item_end(all: &[Token], mut at: usize) -> usize {
    while starts_with(&all[at..], &["#", "["]) {
        at = closing(all, at + 1) + 1;
    }
    let ends_at_semicolon = all[at..]
        .iter()
        .find(|token| matches!(token.text.as_str(), "use" | "const" | "static" | "fn" | "mod" | "impl"));
    let whole_statement =
        ends_at_semicolon.is_some_and(|token| matches!(token.text.as_str(), "use" | "const" | "static"));
    while at < all.len() {
        match all[at].text.as_str() {
            ";" => return at + 1,
            "{" if !whole_statement => return closing(all, at) + 1,
            "{" | "(" | "[" => at = closing(all, at) + 1,
            _ => at += 1,
        }
    }
    at
}

/// The position of the bracket that closes the one at this position.
pub fn closing(all: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in all.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    all.len().saturating_sub(1)
}
