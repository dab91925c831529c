use proptest::prelude::*;

use super::*;

fn row(line: u64, uscc: &str, policy: &str, fen: i64) -> Listed {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Listed {
        line,
        reference: None,
        uscc: some(uscc),
        name: None,
        policy: some(policy),
        amount: Fen::new(fen),
        account: None,
        date: None,
    }
}

fn grant(id: i64, uscc: &str, policy: &str, fen: i64) -> Booked {
    Booked {
        grant: id,
        reference: format!("A-{id}"),
        uscc: uscc.to_owned(),
        name: format!("{uscc}（北仑）公司"),
        policy: policy.to_owned(),
        amount: Fen::new(fen),
        account: "622200001111".to_owned(),
        date: Day::parse("2020-03-05").ok(),
    }
}

/// Outcome, rule, rows and grants of an entry.
type Told = (Outcome, Option<Rule>, Vec<usize>, Vec<usize>);

/// What is told of each entry.
fn told(list: &[Listed], book: &[Booked]) -> Vec<Told> {
    let entries = pair(list, book);
    assert!(reconciles(&entries, list, book));
    entries.into_iter().map(|entry| (entry.outcome, entry.rule, entry.rows, entry.grants)).collect()
}

#[test]
fn a_reference_goes_before_everything_and_tells_what_differs() {
    let list = [Listed { reference: Some("A-2".into()), name: Some("别家".into()), ..row(2, "U1", "P", 7) }];
    let book = [grant(1, "U1", "P", 7), grant(2, "U2", "P", 8)];
    let entries = pair(&list, &book);
    assert_eq!((entries[0].outcome, entries[0].rule), (Outcome::AmountDiffers, Some(Rule::Reference)));
    assert_eq!(entries[0].differs, [Outcome::AmountDiffers, Outcome::UsccDiffers, Outcome::NameDiffers]);
    assert_eq!(entries[1].outcome, Outcome::MissingInList);
}

#[test]
fn each_rule_is_named_by_what_it_found() {
    use Outcome::{AmountDiffers, PolicyDiffers, Same, UsccDiffers};
    let one = |list: Listed, book: &[Booked]| told(&[list], book)[0].clone();
    let alone = [grant(1, "U", "P", 100)];
    assert_eq!(one(row(2, "U", "P", 100), &alone), (Same, Some(Rule::UsccPolicyAmount), vec![0], vec![0]));
    assert_eq!(one(row(2, "U", "Q", 100), &alone), (PolicyDiffers, Some(Rule::UsccAmount), vec![0], vec![0]));
    assert_eq!(one(row(2, "U", "", 100), &alone), (Same, Some(Rule::UsccAmount), vec![0], vec![0]));
    assert_eq!(one(row(2, "U", "P", 99), &alone), (AmountDiffers, Some(Rule::UsccPolicy), vec![0], vec![0]));
    assert_eq!(one(row(2, "U", "", 99), &alone), (AmountDiffers, Some(Rule::Uscc), vec![0], vec![0]));
    assert_eq!(one(row(2, "U", "Q", 99), &alone).0, Outcome::MissingInBook, "nothing but the number agrees");
    let named = |uscc: &str| Listed { name: Some("U(北仑) 公司".into()), ..row(2, uscc, "", 100) };
    assert_eq!(one(named(""), &alone), (Same, Some(Rule::NameAmount), vec![0], vec![0]));
    assert_eq!(one(named("V"), &alone).0, UsccDiffers);
    let parts = [grant(1, "U", "P", 60), grant(2, "U", "P", 40), grant(3, "V", "P", 40)];
    assert_eq!(one(row(2, "U", "P", 100), &parts), (Same, Some(Rule::UsccPolicySum), vec![0], vec![0, 1]));
    let two = [row(2, "U", "P", 60), row(3, "U", "P", 40)];
    assert_eq!(told(&two, &alone)[0], (Same, Some(Rule::UsccPolicySum), vec![0, 1], vec![0]));
}

#[test]
fn what_may_be_several_is_told_and_never_guessed() {
    let twins = [grant(1, "U", "P", 100), grant(2, "U", "P", 100)];
    let found = told(&[row(2, "U", "P", 100)], &twins);
    assert_eq!(found, [(Outcome::Ambiguous, Some(Rule::UsccPolicyAmount), vec![0], vec![0, 1])]);
    // A day tells them apart.
    let dated = |date: &str| Listed { date: Day::parse(date).ok(), ..row(2, "U", "P", 100) };
    let apart = [twins[0].clone(), Booked { date: Day::parse("2020-04-01").ok(), ..twins[1].clone() }];
    let found = told(&[dated("2020-04-01")], &apart);
    assert_eq!(found[0], (Outcome::Same, Some(Rule::UsccPolicyAmount), vec![0], vec![1]));
    assert_eq!(found[1].0, Outcome::MissingInList);
    assert_eq!(told(&[dated("2020-05-01")], &apart)[0].0, Outcome::Ambiguous);
}

#[test]
fn a_row_that_stands_twice_is_not_the_same_twice() {
    let found = told(&[row(2, "U", "P", 100), row(3, "U", "P", 100)], &[grant(1, "U", "P", 100)]);
    assert_eq!(found, [(Outcome::Ambiguous, Some(Rule::UsccPolicyAmount), vec![0, 1], vec![0])]);
}

#[test]
fn a_missing_or_a_double_place_does_not_reconcile() {
    let (list, book) = ([row(2, "U", "P", 100)], [grant(1, "U", "P", 100)]);
    let entries = pair(&list, &book);
    assert!(!reconciles(&[], &list, &book), "control: nothing is said of either");
    assert!(!reconciles(&[entries[0].clone(), entries[0].clone()], &list, &book), "control: said twice");
}

fn texts(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(of).prop_map(ToOwned::to_owned)
}

prop_compose! {
    fn rows()(drawn in proptest::collection::vec(
        (texts(&["", "U1", "U2", "U3"]), texts(&["", "P", "Q"]), 1_i64..5, texts(&["", "A-1", "A-2", "A-9"]), any::<bool>()), 0..14
    )) -> Vec<Listed> {
        drawn.into_iter().zip(2..).map(|((uscc, policy, fen, reference, named), line)| Listed {
            reference: Some(reference).filter(|text| !text.is_empty()),
            name: named.then(|| format!("{uscc}（北仑）公司")),
            ..row(line, &uscc, &policy, fen)
        }).collect()
    }
}

prop_compose! {
    fn grants()(drawn in proptest::collection::vec(
        (texts(&["U1", "U2", "U3"]), texts(&["P", "Q"]), 1_i64..5), 0..14
    )) -> Vec<Booked> {
        drawn.into_iter().zip(1..).map(|((uscc, policy, fen), id)| grant(id, &uscc, &policy, fen)).collect()
    }
}

proptest! {
    #[test]
    fn every_row_and_grant_ends_in_one_entry_and_sums_reconcile(list in rows(), book in grants()) {
        let entries = pair(&list, &book);
        prop_assert!(reconciles(&entries, &list, &book));
        let parts = parts(&entries, &list, &book);
        let difference: i128 = parts.iter().map(|(_, part)| part.difference_fen()).sum();
        let of_list: i128 = list.iter().map(|row| i128::from(row.amount.get())).sum();
        let of_book: i128 = book.iter().map(|grant| i128::from(grant.amount.get())).sum();
        prop_assert_eq!(difference, of_list - of_book);
        prop_assert_eq!(parts.iter().map(|(_, part)| part.rows).sum::<usize>(), list.len());
        for entry in &entries {
            let (of_rows, of_grants) = sums(entry, &list, &book);
            match entry.outcome {
                Outcome::AmountDiffers => prop_assert!(of_rows != of_grants),
                Outcome::MissingInBook => prop_assert!(entry.grants.is_empty() && entry.rows.len() == 1),
                Outcome::MissingInList => prop_assert!(entry.rows.is_empty() && entry.grants.len() == 1),
                Outcome::Ambiguous => prop_assert!(entry.rows.len() + entry.grants.len() > 2),
                _ => prop_assert_eq!(of_rows, of_grants),
            }
        }
    }

    #[test]
    fn the_order_of_a_list_changes_nothing(list in rows(), book in grants()) {
        let backwards: Vec<Listed> = list.iter().rev().cloned().collect();
        prop_assert_eq!(parts(&pair(&list, &book), &list, &book), parts(&pair(&backwards, &book), &backwards, &book));
    }

    #[test]
    fn a_list_made_from_the_book_is_the_same(book in grants()) {
        let list: Vec<Listed> = book.iter().zip(2..).map(|(one, line)| Listed {
            reference: Some(one.reference.clone()),
            name: Some(one.name.clone()),
            account: Some(one.account.clone()),
            date: one.date,
            ..row(line, &one.uscc, &one.policy, one.amount.get())
        }).collect();
        prop_assert!(pair(&list, &book).iter().all(|entry| entry.outcome == Outcome::Same));
    }
}
