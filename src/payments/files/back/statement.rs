//! What the statements of a `camt` document say of their lines: counts and sums, balances, days.
//!
//! A document may hold several statements of one account, one after another: the balances of each hold by themselves, and
//! each begins with what the one before ended with.

use super::balance::{Balance, followed};
use super::camt::side_of;
use super::message::{amount, day, in_currency};
use super::said::plain;
use super::xml::Node;
use super::{BankLine, Side, Statement};
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::sheets::BadCell;

/// Balances with which a statement may begin, the best first: opening booked, previously closed booked, and the interim
/// one of a page that continues another.
const OPENING: [&str; 3] = ["OPBD", "PRCD", "ITBD"];
/// Balance with which a statement ends.
const CLOSING: &str = "CLBD";
/// Balance with which a page ends that another one of the document continues.
const INTERIM: &str = "ITBD";

/// An entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moved {
    pub(super) side: Side,
    pub(super) amount: Fen,
    pub(super) is_booked: bool,
}

/// A statement or notification of a document.
pub(super) struct Part<'m> {
    pub(super) node: &'m Node,
    pub(super) lines: &'m [BankLine],
    pub(super) moved: &'m [Moved],
}

impl Part<'_> {
    /// Number and sum of its entries: those that are booked, or all.
    fn counted(&self, side: Option<Side>, only_booked: bool) -> (u64, i128) {
        let wanted = |moved: &&Moved| side.is_none_or(|side| side == moved.side) && (moved.is_booked || !only_booked);
        let counted = self.moved.iter().filter(wanted);
        counted.fold((0, 0), |(count, sum), moved| (count + 1, sum + i128::from(moved.amount.get())))
    }
}

/// Holds the summary of entries, if there is one, against the entries: number and sum of all, of credits and of debits.
/// Banks count what is booked, or what is pending too.
pub(super) fn summary(part: &Part<'_>, bad: &mut Vec<BadCell>) -> bool {
    let Some(summary) = part.node.at(&["TxsSummry"]) else { return false };
    let mut said = false;
    for (element, side) in
        [("TtlNtries", None), ("TtlCdtNtries", Some(Side::Credit)), ("TtlDbtNtries", Some(Side::Debit))]
    {
        let Some(node) = summary.at(&[element]) else { continue };
        let (booked, all) = (part.counted(side, true), part.counted(side, false));
        if let Some(text) = node.text(&["NbOfNtries"]) {
            said = true;
            if !text.parse().is_ok_and(|claimed: u64| claimed == booked.0 || claimed == all.0) {
                let refusal = Refusal::new("bank_count_differs").with("said", text).with("found", booked.0);
                bad.push(BadCell::cell(node.line, "count", text, refusal));
            }
        }
        if let Some(text) = node.text(&["Sum"]) {
            said = true;
            // some banks write the sum of debits below zero
            let refusal = match amount(text.strip_prefix('-').unwrap_or(text)) {
                Ok(claimed) if [booked.1, all.1].contains(&i128::from(claimed.get())) => None,
                Ok(claimed) => {
                    Some(Refusal::new("bank_sum_differs").with("said", claimed.plain()).with("found", plain(booked.1)))
                }
                Err(refusal) => Some(refusal),
            };
            bad.extend(refusal.map(|refusal| BadCell::cell(node.line, "sum", text, refusal)));
        }
    }
    said
}

/// The balances and days of the statements together, if each of them says how it begins and ends. Balances that are there
/// must hold, also where another statement of the document has none.
///
/// Refusals: `bank_balance_differs` (`said`, `found`), `bank_period_missing`; those of amounts.
pub(super) fn stated(
    parts: &[Part<'_>],
    account_number: Option<&str>,
    currency: &mut Option<String>,
    bad: &mut Vec<BadCell>,
) -> Option<Statement> {
    let mut balances = Vec::with_capacity(parts.len());
    for (place, part) in parts.iter().enumerate() {
        let opening = OPENING.iter().find_map(|wanted| of_type(part.node, wanted).next());
        let goes_on = place + 1 < parts.len();
        let is_other = |node: &&Node| goes_on && !opening.is_some_and(|opening| std::ptr::eq(opening, *node));
        let interim = || of_type(part.node, INTERIM).last().filter(is_other);
        let closing = of_type(part.node, CLOSING).next().or_else(interim);
        let mut read = |node: &Node| balance(node, currency, bad);
        balances.push(opening.and_then(&mut read).zip(closing.and_then(&mut read)));
    }
    if !bad.is_empty() {
        // amounts are missing: what the balances would say of the rest would only mislead
        return None;
    }
    let mut before: Option<Balance> = None;
    for (part, balances) in parts.iter().zip(&balances) {
        if let Some((opening, closing)) = balances {
            continued(before, *opening, bad);
            followed(part.lines, Some(*opening), Some(*closing), bad);
        }
        before = balances.map(|(_, closing)| closing);
    }
    let balances: Vec<(Balance, Balance)> = balances.into_iter().collect::<Option<_>>()?;
    let (opening, closing) = (balances.first()?.0, balances.last()?.1);
    if !bad.is_empty() {
        return None;
    }
    let days: Vec<Option<(Day, Day)>> = parts.iter().map(period).collect();
    let Some(days) = days.into_iter().collect::<Option<Vec<_>>>() else {
        bad.push(BadCell::row(parts.first()?.node.line, Refusal::new("bank_period_missing")));
        return None;
    };
    Some(Statement {
        account_number: account_number.map(str::to_owned),
        currency: currency.clone().unwrap_or_else(|| "CNY".to_owned()),
        from_on: days.iter().map(|(from, _)| *from).min()?,
        to_on: days.iter().map(|(_, to)| *to).max()?,
        opening_fen: opening.amount_fen,
        closing_fen: closing.amount_fen,
    })
}

/// A statement begins with what the one before it ended with.
fn continued(before: Option<Balance>, opening: Balance, bad: &mut Vec<BadCell>) {
    let Some(before) = before.filter(|before| before.amount_fen != opening.amount_fen) else { return };
    let (said, found) = (opening.amount_fen.plain(), before.amount_fen.plain());
    let refusal = Refusal::new("bank_balance_differs").with("said", &said).with("found", found);
    bad.push(BadCell::cell(opening.line, "opening", &said, refusal));
}

/// The balances of a type, in the order of the document.
fn of_type<'m>(account: &'m Node, wanted: &'m str) -> impl Iterator<Item = &'m Node> {
    // version 1 has the code one element higher
    let code = |node: &Node| node.text(&["Tp", "CdOrPrtry", "Cd"]).or_else(|| node.text(&["Tp", "Cd"])) == Some(wanted);
    account.all("Bal").filter(move |node| code(node))
}

/// A balance, below zero if it is a debit.
fn balance(node: &Node, currency: &mut Option<String>, bad: &mut Vec<BadCell>) -> Option<Balance> {
    let text = node.text(&["Amt"]).unwrap_or_default();
    let read = node.at(&["Amt"]).map_or(Ok(()), |amount| in_currency(amount, currency)).and_then(|()| amount(text));
    match read {
        Ok(amount) => {
            let is_debit = node.at(&["CdtDbtInd"]).and_then(side_of) == Some(Side::Debit);
            let amount_fen = if is_debit { Fen::new(-amount.get()) } else { amount };
            Some(Balance { line: node.line, amount_fen })
        }
        Err(refusal) => {
            bad.push(BadCell::cell(node.line, "balance", text, refusal));
            None
        }
    }
}

/// The first and last day: as said, else those of the lines and of the closing balance, else the day on which it was made.
fn period(part: &Part<'_>) -> Option<(Day, Day)> {
    let days = || part.lines.iter().filter_map(|line| line.completed_on);
    let said = |paths: [&[&str]; 2]| paths.iter().find_map(|path| part.node.text(path)).and_then(|text| day(text).ok());
    let closing = of_type(part.node, CLOSING).next();
    let closed = closing.and_then(|node| node.text(&["Dt", "Dt"]).or_else(|| node.text(&["Dt", "DtTm"])));
    let closed = closed.and_then(|text| day(text).ok());
    let from = said([&["FrToDt", "FrDtTm"], &["FrToDt", "FrDt"]]).or_else(|| days().chain(closed).min());
    let to = said([&["FrToDt", "ToDtTm"], &["FrToDt", "ToDt"]]).or_else(|| days().chain(closed).max());
    let made = part.node.text(&["CreDtTm"]).and_then(|text| day(text).ok());
    from.or(made).zip(to.or(made))
}
