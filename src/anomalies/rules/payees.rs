//! Questions about who got what: accounts, names, repetitions, caps, round amounts. Of grants of which something is paid.

use super::{Book, Grant, Group, Why, distinct, group, parted, percent};
use crate::kernel::bank_code::mask_account;
use crate::kernel::money::Fen;

/// Thousand yuan, in fen: amounts that are multiples of it are round.
const ROUND_FEN: i64 = 100_000;
/// Ten thousand yuan.
const WAN_FEN: i64 = 1_000_000;

fn is_paid(grant: &Grant) -> bool {
    grant.net.get() > 0
}

fn code(book: &Book, policy: i64) -> &str {
    book.policies.get(&policy).map_or("", |policy| &policy.code)
}

/// Recipients whose money went to one account.
pub fn shared_account(book: &Book) -> Vec<Group> {
    let number = |account: usize| book.accounts.get(account).map_or("", String::as_str);
    let parts = parted(book, |grant| (is_paid(grant) && !number(grant.account).is_empty()).then_some(grant.account));
    let found = parts.into_iter().filter_map(|(account, members)| {
        let recipients = distinct(book, &members, |grant| grant.recipient).len();
        let why = Why::new("shared_account").with("n", recipients).with("account", mask_account(number(account)));
        (recipients > 1).then(|| group(members, why))
    });
    found.collect()
}

/// Recipients of one name with different numbers.
pub fn same_name(book: &Book) -> Vec<Group> {
    let named = |grant: &Grant| book.names.get(grant.name).is_some_and(|name| !name.is_empty());
    let parts = parted(book, |grant| (is_paid(grant) && named(grant)).then_some(grant.name));
    let found = parts.into_values().filter_map(|members| {
        let recipients = distinct(book, &members, |grant| grant.recipient).len();
        (recipients > 1).then(|| group(members, Why::new("same_name").with("n", recipients)))
    });
    found.collect()
}

/// Grants of one recipient that are alike in amount and day.
pub fn same_day(book: &Book) -> Vec<Group> {
    let key = |grant: &Grant| Some((grant.recipient, grant.net, grant.paid_on?)).filter(|_| is_paid(grant));
    let parts = parted(book, key).into_iter().filter(|(_, members)| members.len() > 1);
    let found = parts.map(|((_, amount, day), members)| {
        let why = Why::new("same_day").with("n", members.len()).with("amount", amount.grouped()).with("day", day);
        group(members, why)
    });
    found.collect()
}

/// Recipients that were paid under several policies.
pub fn several_policies(book: &Book) -> Vec<Group> {
    let parts = parted(book, |grant| is_paid(grant).then_some(grant.recipient));
    let found = parts.into_values().filter_map(|members| {
        let policies = distinct(book, &members, |grant| code(book, grant.policy));
        let why = Why::new("several_policies").with("n", policies.len()).with("policies", policies.join("、"));
        (policies.len() > 1).then(|| group(members, why))
    });
    found.collect()
}

/// Recipients that got under a policy a little less than its cap. Who got all of it was stopped by the cap, which is what
/// it is there for.
pub fn near_cap(book: &Book, percent_below: i64) -> Vec<Group> {
    let parts = parted(book, |grant| is_paid(grant).then_some((grant.policy, grant.recipient)));
    let found = parts.into_iter().filter_map(|((policy, _), members)| {
        let cap = book.policies.get(&policy)?.cap?;
        let got: i128 = members.iter().filter_map(|member| book.grants.get(*member)).map(|one| fen(one.net)).sum();
        let is_near = got < fen(cap) && got * 100 >= fen(cap) * i128::from(100 - percent_below);
        let missing = Fen::new(i64::try_from(fen(cap) - got).ok()?);
        let why = Why::new("near_cap")
            .with("policy", code(book, policy))
            .with("cap", cap.grouped())
            .with("missing", missing.grouped());
        is_near.then(|| group(members, why))
    });
    found.collect()
}

/// Round amounts that many grants of a policy have.
pub fn round_amount(book: &Book, grants_min: usize) -> Vec<Group> {
    let all = parted(book, |grant| is_paid(grant).then_some(grant.policy));
    let is_round = |grant: &Grant| is_paid(grant) && grant.net.get() % ROUND_FEN == 0;
    let parts = parted(book, |grant| is_round(grant).then_some((grant.policy, grant.net)));
    let frequent = parts.into_iter().filter(|(_, members)| members.len() >= grants_min.max(1));
    let found = frequent.map(|((policy, amount), members)| {
        let whole = all.get(&policy).map_or(0, Vec::len);
        let code_of_why = if amount.get() % WAN_FEN == 0 { "round_wan" } else { "round_thousand" };
        let why = Why::new(code_of_why)
            .with("policy", code(book, policy))
            .with("amount", amount.grouped())
            .with("n", members.len())
            .with("share", percent(members.len(), whole));
        group(members, why)
    });
    found.collect()
}

const fn fen(amount: Fen) -> i128 {
    amount.get() as i128
}

#[cfg(test)]
mod tests {
    use super::super::tests::{book, grant, ids};
    use super::super::{Grant, Kind, Lines, find};
    use super::*;

    #[test]
    fn one_account_of_two_recipients_is_found_and_one_of_one_is_not() {
        let on = |account: usize, id: i64, recipient: i64| Grant { account, ..grant(id, recipient, 1, 100) };
        let found = book(vec![on(1, 1, 7), on(1, 2, 8), on(2, 3, 7), on(2, 4, 7), on(0, 5, 7), on(0, 6, 8)]);
        assert_eq!(ids(Kind::SharedAccount, &found), [[1, 2]]);
        let unpaid = book(vec![on(1, 1, 7), Grant { net: Fen::new(0), ..on(1, 2, 8) }]);
        assert!(ids(Kind::SharedAccount, &unpaid).is_empty(), "nothing of the second was paid");
        let why = &find(Kind::SharedAccount, &found, &Lines::default())[0].why;
        assert_eq!(why.facts, [("n", "2".to_owned()), ("account", "****1111".to_owned())]);
    }

    #[test]
    fn names_repetitions_and_policies() {
        let named = |name: usize, id: i64, recipient: i64| Grant { name, ..grant(id, recipient, 1, 100) };
        assert_eq!(ids(Kind::SameName, &book(vec![named(1, 1, 7), named(1, 2, 8), named(2, 3, 9)])), [[1, 2]]);
        let twice = book(vec![grant(1, 7, 1, 500), grant(2, 7, 2, 500), grant(3, 7, 1, 501), grant(4, 8, 1, 500)]);
        assert_eq!(ids(Kind::SameDay, &twice), [[1, 2]]);
        assert_eq!(ids(Kind::SeveralPolicies, &twice), [[1, 2, 3]]);
        let later = Grant { paid_on: crate::kernel::dates::Day::parse("2020-03-06").ok(), ..grant(2, 7, 1, 500) };
        assert!(ids(Kind::SameDay, &book(vec![grant(1, 7, 1, 500), later])).is_empty());
    }

    #[test]
    fn just_under_a_cap_is_below_it_and_within_the_line() {
        let got = |fen: i64| ids(Kind::NearCap, &book(vec![grant(1, 7, 1, fen)])).len();
        assert_eq!(got(9_800_000), 1, "two percent below to the fen");
        assert_eq!(got(9_799_999), 0);
        assert_eq!(got(9_999_999), 1);
        assert_eq!(got(10_000_000), 0, "at the cap");
        let parts = book(vec![grant(1, 7, 1, 5_000_000), grant(2, 7, 1, 4_900_000), grant(3, 7, 2, 9_900_000)]);
        assert_eq!(ids(Kind::NearCap, &parts), [[1, 2]], "grants of one policy count together; the other has no cap");
    }

    #[test]
    fn round_amounts_are_found_where_many_have_them() {
        let of = |fen: i64, n: i64| (1..=n).map(|id| grant(id, id, 2, fen)).collect::<Vec<_>>();
        assert_eq!(ids(Kind::RoundAmount, &book(of(1_000_000, 10))).len(), 1);
        assert!(ids(Kind::RoundAmount, &book(of(1_000_000, 9))).is_empty());
        assert!(ids(Kind::RoundAmount, &book(of(1_000_100, 10))).is_empty());
        let found = find(Kind::RoundAmount, &book(of(100_000, 12)), &Lines::default());
        assert_eq!(found[0].why.code, "round_thousand");
    }
}
