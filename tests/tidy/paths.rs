//! The paths that a file names, as full as they can be read: `use` trees unfolded, `super` and aliases resolved.

use std::collections::HashMap;

use super::source::{Source, Token};

/// A path in the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its words; the first is `crate`, the name of another crate, or a word that the file declares itself.
    pub words: Vec<String>,
    /// Line, from 1.
    pub line: usize,
    /// The word by which the file calls it from now on, where it stands in a `use`.
    alias: Option<String>,
}

impl Named {
    /// Whether it is this path or lies below it.
    pub fn is_below(&self, path: &str) -> bool {
        let mut words = self.words.iter();
        path.split("::").all(|word| words.next().is_some_and(|own| own == word))
    }

    /// As written in full.
    pub fn full(&self) -> String {
        self.words.join("::")
    }
}

/// All paths outside tests: those of `use`, and those of two and more words elsewhere.
pub fn named(source: &Source) -> Vec<Named> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < source.tokens.len() {
        at = if source.tokens[at].text == "use" {
            unfold(&source.tokens, at + 1, &[], &mut found)
        } else {
            inline(&source.tokens, at, &mut found)
        };
    }
    resolve(source, &mut found);
    found
}

fn is_name(token: &Token) -> bool {
    token.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Reads one branch of a `use` tree; returns where it ends.
fn unfold(tokens: &[Token], mut at: usize, stem: &[String], found: &mut Vec<Named>) -> usize {
    let mut words = stem.to_vec();
    let line = tokens.get(at).map_or(0, |token| token.line);
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "::" => {}
            "{" => return branches(tokens, at + 1, &words, found),
            "self" if !words.is_empty() => {}
            "as" => {
                let alias = tokens.get(at + 1).map(|token| token.text.clone());
                found.push(Named { words, line, alias });
                return at + 2;
            }
            word if word == "*" || is_name(token) => words.push(word.to_owned()),
            _ => break,
        }
        at += 1;
    }
    let alias = words.last().cloned();
    found.push(Named { words, line, alias });
    at
}

fn branches(tokens: &[Token], mut at: usize, stem: &[String], found: &mut Vec<Named>) -> usize {
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "}" => return at + 1,
            "," => at += 1,
            _ => at = unfold(tokens, at, stem, found).max(at + 1),
        }
    }
    at
}

/// Reads a path outside `use`, if one of two and more words starts here; returns where it ends.
fn inline(tokens: &[Token], mut at: usize, found: &mut Vec<Named>) -> usize {
    let line = tokens[at].line;
    let mut words = Vec::new();
    while tokens.get(at).is_some_and(is_name) {
        words.push(tokens[at].text.clone());
        at += 1;
        if tokens.get(at).is_none_or(|token| token.text != "::") {
            break;
        }
        at += 1;
    }
    match words.len() {
        0 => at + 1,
        1 => at,
        _ => {
            found.push(Named { words, line, alias: None });
            at
        }
    }
}

/// Turns `self`, `super` and the names brought by `use` into full paths.
fn resolve(source: &Source, found: &mut [Named]) {
    let module: Vec<String> = source.module().into_iter().map(str::to_owned).collect();
    let mut aliases: HashMap<String, Vec<String>> = HashMap::new();
    for path in found.iter_mut() {
        from_root(&module, &mut path.words);
        if let Some(alias) = &path.alias {
            aliases.insert(alias.clone(), path.words.clone());
        }
    }
    for path in found.iter_mut().filter(|path| path.alias.is_none()) {
        if let Some(full) = path.words.first().and_then(|first| aliases.get(first)) {
            path.words.splice(..1, full.iter().cloned());
        }
    }
}

fn from_root(module: &[String], words: &mut Vec<String>) {
    let up = words.iter().take_while(|word| *word == "super").count();
    let from_self = usize::from(words.first().is_some_and(|word| word == "self"));
    if up + from_self > 0 {
        let kept = module.len().saturating_sub(up);
        let base = std::iter::once("crate".to_owned()).chain(module[..kept].iter().cloned());
        words.splice(..up + from_self, base);
    }
}
