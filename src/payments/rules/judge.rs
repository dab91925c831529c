//! What a bank's line means for the payment that it names: an answer that follows, or differences with names.
//!
//! A line is applied if nothing differs. Others match an id and never look at the amount; here id, account, name, amount,
//! status and day must all fit, and what does not is told, never silently applied and never lost.

use super::discrepancy::{Difference, Name};
use super::life::PaymentState;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::text;

/// A payment as the book knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The payment.
    pub payment: i64,
    /// Where it stands.
    pub state: PaymentState,
    /// How much.
    pub amount: Fen,
    /// To whom.
    pub account_name: String,
    /// On which account.
    pub account_number: String,
    /// When it was released.
    pub released_on: Option<Day>,
    /// When the bank paid it.
    pub completed_on: Option<Day>,
    /// Whether its money, or some of it, left the recipient on another way since: recovered, or its booking corrected.
    pub is_gone: bool,
}

/// What a bank says became of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// 成功
    Paid,
    /// 失败
    Refused,
    /// 退汇
    Returned,
    /// A word that the profile does not know.
    Unknown(String),
}

impl Answer {
    /// The state that follows from it.
    pub const fn state(&self) -> Option<PaymentState> {
        match self {
            Self::Paid => Some(PaymentState::Paid),
            Self::Refused => Some(PaymentState::Refused),
            Self::Returned => Some(PaymentState::Returned),
            Self::Unknown(_) => None,
        }
    }

    /// The word of tables and files; that of the bank for one that is not known.
    pub fn code(&self) -> &str {
        match self {
            Self::Paid => "paid",
            Self::Refused => "refused",
            Self::Returned => "returned",
            Self::Unknown(word) => word,
        }
    }
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The other side's name; empty if the bank does not say it.
    pub account_name: String,
    /// The other side's account; empty if the bank does not say it.
    pub account_number: String,
    /// How much, if the bank says it.
    pub amount: Option<Fen>,
    /// What became of the payment.
    pub answer: Answer,
    /// The bank's date.
    pub completed_on: Option<Day>,
}

/// What follows from a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The payment goes into this state on this day.
    Applies(PaymentState, Day),
    /// A file of the other kind, a statement or a return, says once more, in every cue, what is known.
    Agrees,
    /// Nothing moves; this differs.
    Differs(Vec<Difference>),
}

impl Verdict {
    /// The same, unless something else differs too: then nothing moves.
    #[must_use]
    pub fn unless(self, other: Option<Difference>) -> Self {
        match (self, other) {
            (verdict, None) => verdict,
            (Self::Differs(mut found), Some(other)) => {
                found.push(other);
                Self::Differs(found)
            }
            (Self::Applies(..) | Self::Agrees, Some(other)) => Self::Differs(vec![other]),
        }
    }
}

/// Judges a line that may say once more what is known, for a file of the other kind said it: a statement after a return,
/// or a return after a statement. That is no duplicate, but it must agree.
pub fn judge_again(known: Option<&Known>, said: &Said, today: Day) -> Verdict {
    match (known, said.answer.state()) {
        // A payment that came back was paid before: either file has a line for both.
        (Some(known), Some(to))
            if known.state == to || (known.state == PaymentState::Returned && to == PaymentState::Paid) =>
        {
            let differences = cues(known, said);
            if differences.is_empty() { Verdict::Agrees } else { Verdict::Differs(differences) }
        }
        _ => judge(known, said, today),
    }
}

/// Judges a line against the payment that it names, on the Shanghai day `today`.
pub fn judge(known: Option<&Known>, said: &Said, today: Day) -> Verdict {
    let Some(known) = known else {
        let bank = said.amount.map_or_else(String::new, Fen::plain);
        return Verdict::Differs(vec![Difference { name: Name::MissingInBook, book: String::new(), bank }]);
    };
    let Some(to) = said.answer.state() else {
        return Verdict::Differs(vec![status(known, said.answer.code())]);
    };
    if known.state == to {
        let book = said_on(known.state.code(), known.completed_on);
        let bank = said_on(said.answer.code(), said.completed_on);
        let mut differences = vec![Difference { name: Name::Duplicate, book, bank }];
        differences.extend(cues(known, said));
        return Verdict::Differs(differences);
    }
    let mut differences = cues(known, said);
    let on = said.completed_on.unwrap_or(today);
    // Money does not arrive before it was sent, nor come back before it arrived, nor tomorrow.
    let earliest = if to == PaymentState::Returned { known.completed_on } else { known.released_on };
    let in_time = earliest.is_none_or(|earliest| earliest <= on) && on <= today;
    // What was recovered cannot come back once more.
    let is_there = to != PaymentState::Returned || !known.is_gone;
    if !known.state.leads_to(to) || !in_time || !is_there {
        differences.push(status(known, &said_on(said.answer.code(), said.completed_on)));
    }
    if differences.is_empty() { Verdict::Applies(to, on) } else { Verdict::Differs(differences) }
}

/// Amount, account and name.
fn cues(known: &Known, said: &Said) -> Vec<Difference> {
    let mut found = Vec::new();
    if let Some(amount) = said.amount.filter(|amount| *amount != known.amount) {
        found.push(Difference { name: Name::AmountDiffers, book: known.amount.plain(), bank: amount.plain() });
    }
    if !said.account_number.is_empty() && said.account_number != known.account_number {
        let (book, bank) = (known.account_number.clone(), said.account_number.clone());
        found.push(Difference { name: Name::AccountDiffers, book, bank });
    }
    if !said.account_name.is_empty() && !text::same_name(&said.account_name, &known.account_name) {
        let (book, bank) = (known.account_name.clone(), said.account_name.clone());
        found.push(Difference { name: Name::NameDiffers, book, bank });
    }
    found
}

/// Whether a line without an id may be about this payment: account, amount and name agree, and it was on its way, or
/// paid for a return, when the line says; or, with `tells_again`, it says once more what is known of it. One such payment
/// alone is taken for it; of several a person chooses.
pub fn same_cues(known: &Known, said: &Said, today: Day, tells_again: bool) -> bool {
    if said.account_number.is_empty() || said.amount != Some(known.amount) {
        return false;
    }
    match judge(Some(known), said, today) {
        Verdict::Applies(..) => true,
        _ if tells_again => {
            // What is told again happened between the release and today; which of two days is right is not asked.
            let on = said.completed_on.unwrap_or(today);
            let in_time = known.released_on.is_none_or(|released| released <= on) && on <= today;
            in_time && judge_again(Some(known), said, today) == Verdict::Agrees
        }
        _ => false,
    }
}

fn status(known: &Known, bank: &str) -> Difference {
    Difference {
        name: Name::StatusDiffers,
        book: said_on(known.state.code(), known.completed_on.or(known.released_on)),
        bank: bank.to_owned(),
    }
}

fn said_on(word: &str, on: Option<Day>) -> String {
    on.map_or_else(|| word.to_owned(), |on| format!("{word} {on}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    const TODAY: &str = "2020-11-05";

    fn known(state: PaymentState) -> Known {
        Known {
            payment: 7,
            state,
            amount: Fen::new(10_000),
            account_name: "宁波港信（北仑）有限公司".into(),
            account_number: "9757093301300454029".into(),
            released_on: Some(day("2020-11-02")),
            completed_on: (state == PaymentState::Paid).then(|| day("2020-11-03")),
            is_gone: false,
        }
    }

    fn said(answer: Answer) -> Said {
        Said {
            account_name: "宁波港信(北仑)有限公司".into(),
            account_number: "9757093301300454029".into(),
            amount: Some(Fen::new(10_000)),
            answer,
            completed_on: Some(day("2020-11-04")),
        }
    }

    fn names(verdict: Verdict) -> Vec<Name> {
        match verdict {
            Verdict::Applies(..) | Verdict::Agrees => Vec::new(),
            Verdict::Differs(found) => found.into_iter().map(|difference| difference.name).collect(),
        }
    }

    fn found(state: PaymentState, said: &Said) -> Vec<Name> {
        names(judge(Some(&known(state)), said, day(TODAY)))
    }

    #[test]
    fn an_answer_that_fits_applies_on_the_banks_day() {
        use PaymentState::{InTransit, Paid, Refused, Returned};
        for (state, answer, to) in
            [(InTransit, Answer::Paid, Paid), (InTransit, Answer::Refused, Refused), (Paid, Answer::Returned, Returned)]
        {
            let verdict = judge(Some(&known(state)), &said(answer), day(TODAY));
            assert_eq!(verdict, Verdict::Applies(to, day("2020-11-04")));
        }
        let undated = Said { completed_on: None, ..said(Answer::Paid) };
        assert_eq!(judge(Some(&known(InTransit)), &undated, day(TODAY)), Verdict::Applies(Paid, day(TODAY)));
    }

    #[test]
    fn each_cue_is_looked_at_and_all_that_differ_are_told() {
        let line = said(Answer::Paid);
        let amount = Said { amount: Some(Fen::new(10_001)), ..line.clone() };
        assert_eq!(found(PaymentState::InTransit, &amount), [Name::AmountDiffers]);
        let account = Said { account_number: "6222020000000000001".into(), ..line.clone() };
        assert_eq!(found(PaymentState::InTransit, &account), [Name::AccountDiffers]);
        let name = Said { account_name: "别的公司".into(), ..line.clone() };
        assert_eq!(found(PaymentState::InTransit, &name), [Name::NameDiffers]);
        let all = Said { account_name: "别的公司".into(), account_number: "1".into(), ..amount };
        let told = [Name::AmountDiffers, Name::AccountDiffers, Name::NameDiffers];
        assert_eq!(found(PaymentState::InTransit, &all), told);
        let silent = Said { account_name: String::new(), account_number: String::new(), amount: None, ..line };
        assert_eq!(found(PaymentState::InTransit, &silent), []);
    }

    #[test]
    fn the_same_answer_again_is_a_duplicate_and_another_one_is_a_status_that_differs() {
        assert_eq!(found(PaymentState::Paid, &said(Answer::Paid)), [Name::Duplicate]);
        assert_eq!(found(PaymentState::Refused, &said(Answer::Refused)), [Name::Duplicate]);
        let other = Said { amount: Some(Fen::new(10_001)), ..said(Answer::Paid) };
        let told = [Name::Duplicate, Name::AmountDiffers];
        assert_eq!(found(PaymentState::Paid, &other), told, "a second answer hides no amount");
        assert_eq!(found(PaymentState::Paid, &said(Answer::Refused)), [Name::StatusDiffers]);
        assert_eq!(found(PaymentState::Refused, &said(Answer::Paid)), [Name::StatusDiffers]);
        assert_eq!(found(PaymentState::InTransit, &said(Answer::Returned)), [Name::StatusDiffers]);
        assert_eq!(found(PaymentState::Built, &said(Answer::Paid)), [Name::StatusDiffers]);
        assert_eq!(found(PaymentState::InTransit, &said(Answer::Unknown("处理中".into()))), [Name::StatusDiffers]);
    }

    #[test]
    fn money_does_not_arrive_before_it_was_sent_nor_tomorrow() {
        for (on, fits) in [("2020-11-01", false), ("2020-11-02", true), ("2020-11-05", true), ("2020-11-06", false)] {
            let line = Said { completed_on: Some(day(on)), ..said(Answer::Paid) };
            assert_eq!(found(PaymentState::InTransit, &line).is_empty(), fits, "{on}");
        }
        let early = Said { completed_on: Some(day("2020-11-02")), ..said(Answer::Returned) };
        assert_eq!(found(PaymentState::Paid, &early), [Name::StatusDiffers], "back before it arrived");
    }

    #[test]
    fn what_was_recovered_does_not_come_back_once_more() {
        let back = said(Answer::Returned);
        let paid = known(PaymentState::Paid);
        assert!(matches!(judge(Some(&paid), &back, day(TODAY)), Verdict::Applies(PaymentState::Returned, _)));
        let gone = Known { is_gone: true, ..paid };
        let Verdict::Differs(differences) = judge(Some(&gone), &back, day(TODAY)) else { panic!("it came back twice") };
        assert_eq!(differences.iter().map(|one| one.name).collect::<Vec<_>>(), [Name::StatusDiffers]);
    }

    #[test]
    fn a_statement_tells_again_what_a_return_told_and_is_held_against_it() {
        let again = |state, said: &Said| judge_again(Some(&known(state)), said, day(TODAY));
        assert_eq!(again(PaymentState::Paid, &said(Answer::Paid)), Verdict::Agrees);
        assert_eq!(again(PaymentState::Returned, &said(Answer::Paid)), Verdict::Agrees);
        let other = Said { amount: Some(Fen::new(1)), ..said(Answer::Paid) };
        assert_eq!(names(again(PaymentState::Paid, &other)), [Name::AmountDiffers]);
        let first = again(PaymentState::InTransit, &said(Answer::Paid));
        assert_eq!(first, Verdict::Applies(PaymentState::Paid, day("2020-11-04")));
    }

    #[test]
    fn a_line_without_an_id_may_tell_again_what_is_known_between_release_and_today() {
        let paid = known(PaymentState::Paid);
        let fits = |said: &Said, again| same_cues(&paid, said, day(TODAY), again);
        assert!(!fits(&said(Answer::Paid), false) && fits(&said(Answer::Paid), true));
        for wrong in [
            Said { amount: Some(Fen::new(1)), ..said(Answer::Paid) },
            Said { account_number: String::new(), ..said(Answer::Paid) },
            Said { account_name: "别的公司".into(), ..said(Answer::Paid) },
            Said { completed_on: Some(day("2020-11-01")), ..said(Answer::Paid) },
            Said { completed_on: Some(day("2020-11-06")), ..said(Answer::Paid) },
        ] {
            assert!(!fits(&wrong, true), "{wrong:?}");
        }
    }

    #[test]
    fn a_payment_that_the_book_does_not_know_is_named() {
        assert_eq!(names(judge(None, &said(Answer::Paid), day(TODAY))), [Name::MissingInBook]);
    }

    proptest! {
        /// Whatever the bank writes: a line either fits in every cue, or nothing moves and something is named.
        #[test]
        fn nothing_applies_that_differs(
            fen in 9_998_i64..10_003,
            account in prop::sample::select(vec!["9757093301300454029", "9757093301300454028", ""]),
            name in prop::sample::select(vec!["宁波港信（北仑）有限公司", "宁波港信", ""]),
            state in prop::sample::select(PaymentState::ALL.to_vec()),
            answer in prop::sample::select(vec![Answer::Paid, Answer::Refused, Answer::Returned, Answer::Unknown("?".into())]),
            on in -10_i64..10,
        ) {
            let today = day(TODAY);
            let line = Said {
                account_name: name.into(),
                account_number: account.into(),
                amount: Some(Fen::new(fen)),
                answer,
                completed_on: Some(today.plus_days(on)),
            };
            let known = known(state);
            match judge(Some(&known), &line, today) {
                Verdict::Applies(to, day) => {
                    prop_assert!(known.state.leads_to(to));
                    prop_assert!(fen == 10_000 && account != "9757093301300454028" && name != "宁波港信");
                    prop_assert!(day <= today && known.released_on.unwrap() <= day);
                }
                Verdict::Agrees => prop_assert!(false, "only a statement agrees"),
                Verdict::Differs(found) => prop_assert!(!found.is_empty()),
            }
        }
    }
}
