//! What the messages of ISO 20022 share: amounts, days, parties, accounts, reasons. Where versions moved an element, all
//! places are looked at.

use super::line::account;
use super::xml::Node;
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::text::clean;
use crate::sheets::BadCell;

/// Characters of a name, id or serial number.
const NAME_CHARS: usize = 200;
/// Characters of a reason.
const TEXT_CHARS: usize = 1000;
/// What banks write where a payment had no id.
const NO_ID: [&str; 3] = ["NOTPROVIDED", "NOT PROVIDED", "NONREF"];

/// A part of a message, read field by field; what is wrong is kept.
pub(super) struct Fields<'m> {
    pub(super) node: &'m Node,
    pub(super) bad: &'m mut Vec<BadCell>,
}

impl<'m> Fields<'m> {
    /// The first text at one of the paths, with its line.
    fn first(&self, paths: &[&[&str]]) -> Option<(u64, &str)> {
        paths.iter().find_map(|path| {
            let node = self.node.at(path)?;
            Some((node.line, node.own_text())).filter(|(_, text)| !text.is_empty())
        })
    }

    /// What stands at the first of the paths that is there.
    pub(super) fn read<T>(
        &mut self,
        field: &str,
        paths: &[&[&str]],
        read: impl FnOnce(&str) -> Result<T, Refusal>,
    ) -> Option<T> {
        let (line, text) = self.first(paths)?;
        match read(text) {
            Ok(value) => Some(value),
            Err(refusal) => {
                let bad = BadCell::cell(line, field, text, refusal);
                self.bad.push(bad);
                None
            }
        }
    }

    /// Words.
    pub(super) fn words(&mut self, field: &str, paths: &[&[&str]]) -> Option<String> {
        self.read(field, paths, |text| clean(text, NAME_CHARS))
    }

    /// The id of a payment, unless the bank says that it had none.
    pub(super) fn id(&mut self, paths: &[&[&str]]) -> Option<String> {
        self.words("payment_id", paths).filter(|id| NO_ID.iter().all(|none| !id.eq_ignore_ascii_case(none)))
    }

    /// A day, also with a time behind it.
    pub(super) fn day(&mut self, paths: &[&[&str]]) -> Option<Day> {
        self.read("completed_on", paths, day)
    }

    /// An amount above zero, as [`Fields::moved`]. Refusals: `amount_zero` besides.
    pub(super) fn amount(&mut self, paths: &[&[&str]], currency: &mut Option<String>, required: bool) -> Option<Fen> {
        let amount = self.moved(paths, currency, required)?;
        if amount == Fen::ZERO {
            let (line, text) = self.first(paths)?;
            let bad = BadCell::cell(line, "amount", text, Refusal::new("amount_zero"));
            self.bad.push(bad);
            return None;
        }
        Some(amount)
    }

    /// An amount in the currency that is expected; it must be there if `required`.
    ///
    /// Refusals: those of [`Fen::parse`], `bank_currency` (`found`, `expected`), `cell_required`.
    pub(super) fn moved(&mut self, paths: &[&[&str]], currency: &mut Option<String>, required: bool) -> Option<Fen> {
        let Some(node) = paths.iter().find_map(|path| self.node.at(path)) else {
            if required {
                self.bad.push(BadCell::cell(self.node.line, "amount", "", Refusal::new("cell_required")));
            }
            return None;
        };
        let read = in_currency(node, currency).and_then(|()| amount(node.own_text()));
        match read {
            Ok(amount) => Some(amount),
            Err(refusal) => {
                self.bad.push(BadCell::cell(node.line, "amount", node.own_text(), refusal));
                None
            }
        }
    }

    /// The number of an account below one of the paths.
    pub(super) fn account(&mut self, paths: &[&[&str]]) -> Option<String> {
        let found = paths.iter().find_map(|path| self.node.at(path)).and_then(account_text)?;
        match account(found.1) {
            Ok(number) => Some(number),
            Err(refusal) => {
                self.bad.push(BadCell::cell(found.0, "account_number", found.1, refusal));
                None
            }
        }
    }

    /// The name of a party: it moved from `Cdtr/Nm` to `Cdtr/Pty/Nm`.
    pub(super) fn party(&mut self, paths: &[&[&str]]) -> Option<String> {
        let named = |node: &'m Node| Some((node, node.text(&["Nm"]).or_else(|| node.text(&["Pty", "Nm"]))?));
        let (node, text) = paths.iter().find_map(|path| named(self.node.at(path)?))?;
        clean(text, NAME_CHARS)
            .map_err(|refusal| self.bad.push(BadCell::cell(node.line, "account_name", text, refusal)))
            .ok()
    }

    /// A reason below a path: its code or the bank's own word, and what is said beside it.
    pub(super) fn reason(&self, path: &[&str]) -> Option<String> {
        let node = self.node.at(path)?;
        let code = node.text(&["Rsn", "Cd"]).or_else(|| node.text(&["Rsn", "Prtry"]));
        let said: String = node.all("AddtlInf").map(Node::own_text).collect();
        let whole = [code.unwrap_or_default(), &said].join(" ");
        Some(shortened(whole.trim())).filter(|reason| !reason.is_empty())
    }
}

/// Text of a bank's remark: what does not fit is left out, for it is never compared.
pub(super) fn shortened(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(TEXT_CHARS).collect()
}

/// The number of an account element: `Id/Othr/Id`, `Id/IBAN`, and what the first version had in their place.
pub(super) fn account_text(node: &Node) -> Option<(u64, &str)> {
    let found = [&["Id", "Othr", "Id"][..], &["Id", "IBAN"], &["Id", "PrtryAcct", "Id"], &["Id", "BBAN"]];
    found.iter().find_map(|path| Some((node.line, node.text(path)?)))
}

/// Holds the currency of an amount against the one expected; the first one met is what is expected of the others.
pub(super) fn in_currency(node: &Node, currency: &mut Option<String>) -> Result<(), Refusal> {
    let Some(found) = &node.currency else { return Ok(()) };
    match currency {
        Some(expected) if expected != found => {
            Err(Refusal::new("bank_currency").with("found", found).with("expected", expected))
        }
        Some(_) => Ok(()),
        None => {
            *currency = Some(found.clone());
            Ok(())
        }
    }
}

/// An amount: the standard allows five decimals, of which two may be other than zero.
pub(super) fn amount(text: &str) -> Result<Fen, Refusal> {
    let exact = match text.split_once('.') {
        Some((_, decimals)) if decimals.len() > 2 => text.trim_end_matches('0'),
        _ => text,
    };
    Fen::parse(exact.trim_end_matches('.'))
}

/// A day, or the day of a moment as it is written there: the bank's own day.
pub(super) fn day(text: &str) -> Result<Day, Refusal> {
    Day::parse(text.split_once('T').map_or(text, |(day, _)| day).get(..10).unwrap_or(text))
}
