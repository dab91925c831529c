//! The cues by which a line of the bank and a payment of the book are held against each other.

use super::words;
use crate::kernel::money::Fen;
use crate::payments::rules::Name;
use crate::payments::store::{Discrepancy, Line, PaymentLine};
use crate::web::{ABSENT, T};

/// One cue on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    /// What it is.
    pub label: &'static str,
    /// In the book.
    pub book: String,
    /// At the bank.
    pub bank: String,
    /// Whether it differs.
    pub differs: bool,
}

/// What is compared, the word of each, and the differences that speak of it.
const COMPARED: [(&str, &[Name]); 5] = [
    ("payments.payment_id", &[Name::MissingInBook, Name::MissingAtBank]),
    ("payments.account_number", &[Name::AccountDiffers]),
    ("payments.account_name", &[Name::NameDiffers]),
    ("payments.sum.yuan", &[Name::AmountDiffers, Name::BalanceDiffers]),
    ("payments.state", &[Name::StatusDiffers, Name::Duplicate]),
];

fn or_absent(text: &str) -> String {
    if text.is_empty() { ABSENT.to_owned() } else { text.to_owned() }
}

fn of_line(t: T, line: &Line) -> [String; 5] {
    let status = match &line.completed_on {
        Some(day) => format!("{} {day}", words::answer(t, &line.status)),
        None => words::answer(t, &line.status),
    };
    [
        or_absent(&line.written_id),
        or_absent(&t.fours(&line.account_number)),
        or_absent(&line.account_name),
        t.yuan_or(line.amount_fen.map(Fen::new)),
        or_absent(&status),
    ]
}

/// `code` is that of the book, which stands before a payment's position in its name at the bank.
fn of_payment(t: T, code: &str, payment: &PaymentLine) -> [String; 5] {
    let state = t.s(payment.state.key());
    let status = payment.completed_on.map_or_else(|| state.to_owned(), |day| format!("{state} {day}"));
    [
        format!("{code}-{}", payment.id),
        t.fours(&payment.account_number),
        payment.account_name.clone(),
        t.yuan(payment.amount),
        status,
    ]
}

/// Both sides of a line.
pub(super) fn cues(
    t: T,
    code: &str,
    line: &Line,
    payment: Option<&PaymentLine>,
    differences: &[Discrepancy],
) -> Vec<Cue> {
    let bank = of_line(t, line);
    let book = payment.map_or_else(|| std::array::from_fn(|_| ABSENT.to_owned()), |p| of_payment(t, code, p));
    let sides = COMPARED.iter().zip(book).zip(bank);
    // Of how it was sent neither line nor payment says anything: the difference does.
    let order = differences.iter().filter(|difference| difference.name == Name::OrderDiffers).map(|difference| Cue {
        label: t.s("payments.order"),
        book: difference.book.clone(),
        bank: difference.bank.clone(),
        differs: true,
    });
    sides
        .map(|(((key, names), book), bank)| Cue {
            label: t.s(key),
            differs: differences.iter().any(|difference| names.contains(&difference.name)),
            book,
            bank,
        })
        .chain(order)
        .collect()
}

/// The cues of a line and of all payments that it may be about: label, bank, one text a payment.
pub(super) fn of_candidates(
    t: T,
    code: &str,
    line: &Line,
    candidates: &[PaymentLine],
) -> Vec<(&'static str, String, Vec<String>)> {
    if candidates.is_empty() {
        return Vec::new();
    }
    let columns: Vec<[String; 5]> = candidates.iter().map(|payment| of_payment(t, code, payment)).collect();
    let cell = |place: usize| columns.iter().filter_map(|column| column.get(place).cloned()).collect();
    let bank = of_line(t, line);
    COMPARED.iter().zip(bank).enumerate().map(|(place, ((key, _), bank))| (t.s(key), bank, cell(place))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payments::rules::PaymentState;
    use crate::web::Lang;

    fn line() -> Line {
        Line {
            book_id: 1,
            id: 9,
            file: 8,
            line: 2,
            payment: Some(5),
            written_id: "beilun-5".into(),
            account_name: "某公司".into(),
            account_number: "622202".into(),
            amount_fen: Some(100),
            side: "debit".into(),
            kind: "payment".into(),
            status: "paid".into(),
            reason: String::new(),
            bank_serial: String::new(),
            completed_on: Some("2020-03-05".into()),
            applied: 0,
        }
    }

    fn payment() -> PaymentLine {
        PaymentLine {
            id: 5,
            batch: 4,
            grant: 3,
            instalment: 0,
            parts: 0,
            beside: (None, None),
            attempt: 1,
            reference: "A-1".into(),
            name: "某公司".into(),
            amount: Fen::new(200),
            offset: Fen::ZERO,
            account_name: "某公司".into(),
            account_number: "622202".into(),
            bank_code: String::new(),
            bank_name: String::new(),
            state: PaymentState::InTransit,
            released_on: None,
            completed_on: None,
            bank_serial: String::new(),
            reason: String::new(),
            is_reissued: false,
        }
    }

    fn amount_differs() -> Discrepancy {
        Discrepancy {
            line: 9,
            name: Name::AmountDiffers,
            file: 8,
            payment: Some(5),
            book: "2.00".into(),
            bank: "1.00".into(),
            state: "open".into(),
            loaded_person: String::new(),
            how: None,
            document: String::new(),
            note: String::new(),
            settled_by: None,
        }
    }

    #[test]
    fn the_cue_that_differs_is_marked_and_no_other() {
        let t = T(Lang::Zh);
        let found = cues(t, "beilun", &line(), Some(&payment()), &[amount_differs()]);
        let marked: Vec<(&str, &str)> =
            found.iter().filter(|cue| cue.differs).map(|cue| (cue.book.as_str(), cue.bank.as_str())).collect();
        assert_eq!(marked, [("2.00", "1.00")]);
        assert_eq!((found[0].book.as_str(), found[0].bank.as_str()), ("beilun-5", "beilun-5"));
        assert!(cues(t, "beilun", &line(), None, &[]).iter().all(|cue| cue.book == ABSENT && !cue.differs));
    }

    #[test]
    fn every_candidate_has_a_column() {
        let t = T(Lang::Zh);
        let rows = of_candidates(t, "beilun", &line(), &[payment(), payment()]);
        assert_eq!(rows.len(), COMPARED.len());
        assert!(rows.iter().all(|(_, _, cells)| cells.len() == 2));
        assert!(of_candidates(t, "beilun", &line(), &[]).is_empty());
    }
}
