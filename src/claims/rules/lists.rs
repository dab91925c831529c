//! 分别 and `respectively`: what is listed before and the figures behind go together in order.

use std::collections::BTreeMap;

use super::bind::Page;
use super::context::Measure;
use super::cues::Cue;
use super::figure::{Figure, Kind};
use super::period::Span;
use super::scope::Scope;
use super::sentences::Sentence;
use super::text::{blanks, joins};
use super::tokens::{Found, Token};
use super::written;

/// What a list binds a figure to.
#[derive(Debug, Clone, Default)]
pub struct Bound {
    /// Of whom.
    pub scope: Option<Scope>,
    /// When.
    pub span: Option<Span>,
    /// What it measures.
    pub measure: Option<Measure>,
    /// Whether the lists are not equally long, so that nobody can tell.
    pub is_unpaired: bool,
}

/// What the figures of a sentence are bound to by their order.
pub(super) fn bound(page: &Page<'_>, sentence: &Sentence, all: &[Token]) -> BTreeMap<usize, Bound> {
    let mut bound = BTreeMap::new();
    let Some(at) = page.cues.joining(Cue::EachInOrder, sentence.start, sentence.end) else { return bound };
    let own = all.get(sentence.tokens.clone()).unwrap_or_default();
    let figures: Vec<&Figure> = own.iter().filter_map(figure).collect();
    let is_english = page.chars.get(at).is_some_and(char::is_ascii_alphabetic);
    let before = if is_english { sentence.end } else { at };
    let (names, names_end) = names(page, sentence, before, &figures);
    let times = times(page, own, before);
    let measures: Vec<Measure> =
        page.cues.within(sentence.start, before).filter_map(|(cue, ..)| average(cue)).collect();
    let from = if names.len() > 1 {
        names_end.min(at)
    } else if is_english {
        sentence.start
    } else {
        at
    };
    let behind: Vec<&Figure> = figures.into_iter().filter(|figure| figure.start >= from).collect();
    for run in runs(page, &behind) {
        let n = run.len();
        let of = |place: usize| {
            if names.len() == n && n > 1 {
                Bound { scope: names.get(place).cloned(), ..Bound::default() }
            } else if times.len() == n && n > 1 {
                Bound { span: times.get(place).copied(), ..Bound::default() }
            } else if measures.len() == n && n > 1 && run.first().is_some_and(|figure| figure.kind == Kind::Amount) {
                Bound { measure: measures.get(place).copied(), ..Bound::default() }
            } else {
                Bound { is_unpaired: true, ..Bound::default() }
            }
        };
        // A single figure beside lists is of all of them, or of what stands before it.
        if n == 1 {
            continue;
        }
        for (place, figure) in run.iter().enumerate() {
            bound.insert(figure.start, of(place));
        }
    }
    bound
}

const fn average(cue: Cue) -> Option<Measure> {
    match cue {
        Cue::PerRecipient => Some(Measure::PerRecipient),
        Cue::PerGrant => Some(Measure::PerGrant),
        _ => None,
    }
}

fn figure(token: &Token) -> Option<&Figure> {
    match &token.found {
        Found::Figure(figure) => Some(figure),
        _ => None,
    }
}

/// The names of the last list before a place, and where it ends.
fn names(page: &Page<'_>, sentence: &Sentence, before: usize, figures: &[&Figure]) -> (Vec<Scope>, usize) {
    let mut best: (Vec<Scope>, usize) = (Vec::new(), before);
    let mut list: Vec<Scope> = Vec::new();
    let mut end = 0;
    for mention in page.named(sentence.start, before) {
        // 5810家企业、4555户个体工商户: the number of each stands between the names
        let is_number = |at: &usize| figures.iter().any(|figure| figure.start <= *at && *at < figure.end);
        let between: Vec<char> =
            (end..mention.start).filter(|at| !is_number(at)).filter_map(|at| page.chars.get(at).copied()).collect();
        // a mark between may be a part of the name: 制造、
        let is_joined = joins(&between) || between.is_empty();
        let goes_on = list.last().is_some_and(|last| last.is_sibling(&mention.scope)) && is_joined;
        if !goes_on {
            list.clear();
        }
        list.push(mention.scope.clone());
        end = mention.end;
        if list.len() > 1 {
            best = (list.clone(), end);
        }
    }
    best
}

/// The times of the last list before a place: 9月、10月.
fn times(page: &Page<'_>, own: &[Token], before: usize) -> Vec<Span> {
    let all: Vec<(usize, Span)> = own
        .iter()
        .filter(|token| token.start < before)
        .filter_map(|token| match token.found {
            Found::Time(span, _) => Some((token.start, span)),
            _ => None,
        })
        .collect();
    let near =
        |pair: &[(usize, Span)]| matches!(pair, [one, other] if other.0 - one.0 <= 12 && page.chars.len() > other.0);
    if all.windows(2).all(near) { all.into_iter().map(|(_, span)| span).collect() } else { Vec::new() }
}

/// Figures of one kind that only marks and words that join stand between.
fn runs<'f>(page: &Page<'_>, figures: &[&'f Figure]) -> Vec<Vec<&'f Figure>> {
    let mut runs: Vec<Vec<&Figure>> = Vec::new();
    for figure in figures {
        let goes_on = runs.last().and_then(|run| run.last()).is_some_and(|last| {
            let between = page.chars.get(last.end..figure.start).unwrap_or_default();
            last.kind == figure.kind && last.counted == figure.counted && joins_figures(between)
        });
        match runs.last_mut() {
            Some(run) if goes_on => run.push(figure),
            _ => runs.push(vec![figure]),
        }
    }
    runs
}

/// Whether nothing but words that join stands between two figures, a noun of what they count apart.
fn joins_figures(between: &[char]) -> bool {
    let text: String = between.iter().collect();
    let text = ["多", "余", "左右", "市场主体", "企业", "资金", "补贴", "businesses", "firms"]
        .iter()
        .fold(text, |text, word| text.replace(word, ""));
    joins(&text.chars().collect::<Vec<_>>()) || text.trim().is_empty()
}

/// 等5项政策: the number behind 等.
pub(super) fn number_behind(chars: &[char], at: usize) -> Option<i128> {
    let number = written::read(chars, blanks(chars, at))?;
    let unit = chars.get(blanks(chars, number.end))?;
    (number.exponent == 0 && "个项条类家大种".contains(*unit)).then_some(number.mantissa)
}
