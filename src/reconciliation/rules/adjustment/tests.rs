use proptest::prelude::*;

use super::*;

fn day(n: i64) -> Day {
    Day::parse("2020-03-01").unwrap().plus_days(n)
}

fn book(key: Key, flow: Flow, on: i64, fen: i64, what: What) -> BookEntry {
    let (counterparty, serial) = (String::new(), String::new());
    BookEntry { key, flow, on: day(on), amount: Fen::new(fen), counterparty, serial, what }
}

fn bank(line: i64, flow: Flow, on: i64, fen: i64, matches: Vec<Key>) -> BankEntry {
    let (counterparty, serial) = (String::new(), String::new());
    let what = if flow == Flow::Out { What::Payment } else { What::Receipt };
    BankEntry { line, flow, on: day(on), amount: Fen::new(fen), counterparty, serial, what, matches }
}

/// One statement over two months whose balances follow from its lines.
fn sides(opening: i64, bank: Vec<BankEntry>, book: Vec<BookEntry>) -> Sides {
    let moved: i64 = bank.iter().map(|entry| signed(entry.flow, entry.amount)).sum();
    let span =
        Span { file: 1, from: day(0), to: day(60), opening: Fen::new(opening), closing: Fen::new(opening + moved) };
    let opening = Opening { on: day(0), amount: Fen::new(opening), is_recorded: false };
    Sides { spans: vec![span], stated: Vec::new(), bank, opening, book }
}

const OUT: fn(i64) -> Key = |payment| Key::Payment(payment, Flow::Out);
const BACK: fn(i64) -> Key = |payment| Key::Payment(payment, Flow::In);

#[test]
fn each_of_the_four_groups_is_open_until_the_other_side_follows() {
    let sides = sides(
        1_000,
        vec![
            bank(10, Flow::Out, 33, 70, vec![OUT(1)]),
            bank(11, Flow::Out, 5, 3, vec![Key::Line(11)]),
            bank(12, Flow::In, 6, 9, vec![]),
            bank(13, Flow::In, 35, 40, vec![BACK(2)]),
            bank(14, Flow::Out, 4, 40, vec![OUT(2)]),
        ],
        vec![
            book(OUT(1), Flow::Out, 3, 70, What::Payment),
            book(OUT(2), Flow::Out, 3, 40, What::Payment),
            book(BACK(2), Flow::In, 20, 40, What::Return),
            book(Key::Line(11), Flow::Out, 34, 3, What::Fee),
        ],
    );
    let march = sides.adjust(day(0), day(30)).unwrap();
    let groups: Vec<(Group, i64)> = march.items.iter().map(|item| (item.group, item.amount.get())).collect();
    let all = [(Group::BankReceived, 9), (Group::BankPaid, 3), (Group::BookReceived, 40), (Group::BookPaid, 70)];
    assert_eq!(groups, all);
    assert_eq!((march.bank, march.book), (Fen::new(1_000 - 3 + 9 - 40), Fen::new(1_000 - 70 - 40 + 40)));
    assert!(march.closes(), "{march:#?}");
    let april = sides.adjust(day(31), day(60)).unwrap();
    assert_eq!(april.items.len(), 1, "only what nobody booked is open");
    let cleared: Vec<_> = april.carried.iter().map(|carried| carried.cleared_on).collect();
    assert_eq!(cleared, [None, Some(day(34)), Some(day(35)), Some(day(33))]);
    assert!(april.closes() && april.movements.opening == march.book);
}

#[test]
fn a_line_that_stands_for_many_clears_them_all_or_none() {
    let members = || vec![book(OUT(1), Flow::Out, 1, 70, What::Payment), book(OUT(2), Flow::Out, 1, 30, What::Payment)];
    let whole = sides(500, vec![bank(9, Flow::Out, 2, 100, vec![OUT(1), OUT(2)])], members());
    let shown = whole.adjust(day(0), day(30)).unwrap();
    assert!(shown.items.is_empty() && shown.closes());
    let wrong = sides(500, vec![bank(9, Flow::Out, 2, 99, vec![OUT(1), OUT(2)])], members());
    let shown = wrong.adjust(day(0), day(30)).unwrap();
    assert_eq!(shown.items.len(), 3, "what differs in amount is open on both sides");
    assert!(shown.closes(), "and named, so that both sides agree");
}

#[test]
fn a_refused_payment_that_no_statement_knows_is_no_item() {
    let entries = vec![book(OUT(1), Flow::Out, 1, 70, What::Payment), book(BACK(1), Flow::In, 9, 70, What::Refusal)];
    let quiet = sides(500, Vec::new(), entries.clone());
    assert_eq!(quiet.adjust(day(0), day(5)).unwrap().of(Group::BookPaid).len(), 1, "until it is refused");
    assert!(quiet.adjust(day(0), day(30)).unwrap().items.is_empty());
    let debited = sides(500, vec![bank(3, Flow::Out, 2, 70, vec![OUT(1)])], entries);
    let shown = debited.adjust(day(0), day(30)).unwrap();
    assert_eq!(shown.sum(Group::BookReceived), Fen::new(70), "the bank took it and owes it");
    assert!(shown.closes());
}

#[test]
fn what_lies_before_a_recorded_beginning_is_open_only_if_the_bank_followed() {
    let entries = vec![book(OUT(1), Flow::Out, -5, 70, What::Payment), book(OUT(2), Flow::Out, -9, 11, What::Payment)];
    let mut sides = sides(1_070, vec![bank(3, Flow::Out, 2, 70, vec![OUT(1)])], entries);
    sides.opening = Opening { on: day(0), amount: Fen::new(1_000), is_recorded: true };
    let shown = sides.adjust(day(0), day(30)).unwrap();
    assert_eq!(shown.book, Fen::new(1_000));
    assert_eq!(shown.carried.len(), 1);
    assert!(shown.items.is_empty() && shown.closes());
}

#[test]
fn a_gap_between_statements_does_not_close() {
    let mut sides = sides(500, Vec::new(), Vec::new());
    sides.spans[0].to = day(10);
    sides.spans.push(Span { file: 2, from: day(12), to: day(30), opening: Fen::new(480), closing: Fen::new(480) });
    assert!(sides.adjust(day(0), day(10)).unwrap().closes());
    let gap = sides.adjust(day(0), day(30)).unwrap();
    assert_eq!((gap.closes(), gap.difference()), (false, Fen::new(20)));
    sides.spans.clear();
    assert_eq!(sides.adjust(day(0), day(30)), None, "the bank said nothing");
    sides.stated = vec![(day(30), Fen::new(500)), (day(31), Fen::new(1))];
    assert!(sides.adjust(day(0), day(30)).unwrap().closes(), "a balance on paper");
}

/// A payment's life as drawn: released, then perhaps told by the bank, refused or returned and told again; the days after
/// the release.
#[derive(Debug, Clone)]
struct Life {
    fen: i64,
    released: i64,
    debited: Option<i64>,
    back: Option<(i64, bool)>,
    credited: Option<i64>,
}

fn lives() -> impl Strategy<Value = Vec<Life>> {
    let life = (
        1_i64..1_000,
        0_i64..50,
        prop::option::of(0_i64..60),
        prop::option::of((0_i64..60, any::<bool>())),
        prop::option::of(0_i64..60),
    );
    let life =
        life.prop_map(|(fen, released, debited, back, credited)| Life { fen, released, debited, back, credited });
    prop::collection::vec(life, 0..30)
}

/// Both sides of an account on which these payments and these other lines happened; some lines were booked.
fn happened(lives: &[Life], others: &[(i64, bool, i64, Option<i64>)]) -> Sides {
    let (mut lines, mut entries) = (Vec::new(), Vec::new());
    for (payment, life) in (1..).zip(lives) {
        entries.push(book(OUT(payment), Flow::Out, life.released, life.fen, What::Payment));
        // What follows, follows the release; the statement ends on day 60.
        let after = |days: i64| (life.released + days).min(60);
        if let Some(on) = life.debited.map(after) {
            lines.push(bank(payment * 10, Flow::Out, on, life.fen, vec![OUT(payment)]));
        }
        if let Some((on, refused)) = life.back {
            let what = if refused { What::Refusal } else { What::Return };
            entries.push(book(BACK(payment), Flow::In, after(on), life.fen, what));
        }
        if let Some(on) = life.credited.map(after) {
            lines.push(bank(payment * 10 + 1, Flow::In, on, life.fen, vec![BACK(payment)]));
        }
    }
    for (n, (fen, comes, on, booked)) in (1..).zip(others) {
        let (line, flow) = (n * 10 + 100_000, if *comes { Flow::In } else { Flow::Out });
        let key = Key::Line(line);
        lines.push(bank(line, flow, *on, *fen, vec![key]));
        if let Some(later) = booked {
            entries.push(book(key, flow, on + later, *fen, if *comes { What::Receipt } else { What::Fee }));
        }
    }
    sides(1_000_000, lines, entries)
}

proptest! {
    /// Whatever happened, and whenever one looks: both adjusted balances agree, and what is open at the end of one month is
    /// what the next one begins with.
    #[test]
    fn the_adjusted_balances_agree(
        lives in lives(),
        others in prop::collection::vec((1_i64..500, any::<bool>(), 0_i64..60, prop::option::of(0_i64..20)), 0..10),
        until in 0_i64..60,
    ) {
        let sides = happened(&lives, &others);
        let shown = sides.adjust(day(0), day(until)).unwrap();
        prop_assert!(shown.closes(), "{:#?}", shown);
        let next = sides.adjust(day(until + 1), day(60)).unwrap();
        let carried: Vec<Item> = next.carried.iter().map(|carried| carried.item.clone()).collect();
        prop_assert_eq!(&carried, &shown.items);
        for carried in &next.carried {
            prop_assert_eq!(carried.cleared_on.is_none(), next.items.contains(&carried.item));
        }
        let moves = next.movements;
        let closing = moves.opening.get() + moves.received.get() - moves.paid.get() + moves.returned.get() - moves.other.get();
        prop_assert_eq!(closing, next.book.get());
    }

    /// A control: a balance that the bank's lines do not lead to, or a line that is missing, never closes.
    #[test]
    fn a_seeded_error_never_closes(lives in lives(), off in prop::sample::select(vec![-100_i64, -1, 1, 100])) {
        let mut wrong = happened(&lives, &[]);
        wrong.spans[0].closing = Fen::new(wrong.spans[0].closing.get() + off);
        let shown = wrong.adjust(day(0), day(60)).unwrap();
        prop_assert_eq!(shown.difference(), Fen::new(off.abs()));
        let mut lost = happened(&lives, &[]);
        if let Some(line) = lost.bank.pop() {
            let shown = lost.adjust(day(0), day(60)).unwrap();
            prop_assert_eq!(shown.difference(), line.amount, "a line is lost");
        }
    }
}
