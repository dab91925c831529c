//! The rules in order. Each has keys, the finest first; what is alone with its key on both sides is paired, what then
//! still shares the last key of a rule with several is ambiguous.

use std::collections::HashMap;

use super::{Booked, Entry, Listed, Outcome, Rule, differences, key_of_name};

/// What rules look at of either side.
struct Cues {
    reference: Option<String>,
    uscc: Option<String>,
    name: Option<String>,
    policy: Option<String>,
    amount: String,
    account: Option<String>,
    date: Option<String>,
}

impl Cues {
    fn of_row(row: &Listed) -> Self {
        Self {
            reference: row.reference.clone(),
            uscc: row.uscc.clone(),
            name: row.name.as_deref().and_then(key_of_name),
            policy: row.policy.clone(),
            amount: row.amount.get().to_string(),
            account: row.account.clone(),
            date: row.date.map(|day| day.to_string()),
        }
    }

    fn of_grant(grant: &Booked) -> Self {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Self {
            reference: some(&grant.reference),
            uscc: some(&grant.uscc),
            name: key_of_name(&grant.name),
            policy: some(&grant.policy),
            amount: grant.amount.get().to_string(),
            account: some(&grant.account),
            date: grant.date.map(|day| day.to_string()),
        }
    }
}

/// A part of a key.
#[derive(Debug, Clone, Copy)]
enum Cue {
    Reference,
    Uscc,
    Name,
    Policy,
    Amount,
    Account,
    Date,
}

/// The key of one side, if it has all parts.
fn key(cues: &Cues, of: &[Cue]) -> Option<String> {
    let mut key = String::new();
    for cue in of {
        let part = match cue {
            Cue::Reference => cues.reference.as_deref(),
            Cue::Uscc => cues.uscc.as_deref(),
            Cue::Name => cues.name.as_deref(),
            Cue::Policy => cues.policy.as_deref(),
            Cue::Amount => Some(cues.amount.as_str()),
            Cue::Account => cues.account.as_deref(),
            Cue::Date => cues.date.as_deref(),
        };
        key.push_str(part?);
        key.push('\u{1f}');
    }
    Some(key)
}

/// The keys of a rule, the finest first; the last one is the rule itself.
const fn keys_of(rule: Rule) -> &'static [&'static [Cue]] {
    use Cue::{Account, Amount, Date, Name, Policy, Reference, Uscc};
    match rule {
        Rule::Reference => {
            &[&[Reference, Policy, Uscc], &[Reference, Policy], &[Reference, Uscc], &[Reference, Amount], &[Reference]]
        }
        Rule::UsccPolicyAmount => &[
            &[Uscc, Policy, Amount, Date, Account],
            &[Uscc, Policy, Amount, Date],
            &[Uscc, Policy, Amount, Account],
            &[Uscc, Policy, Amount],
        ],
        Rule::UsccAmount => &[&[Uscc, Amount, Date], &[Uscc, Amount, Account], &[Uscc, Amount]],
        Rule::UsccPolicySum | Rule::UsccPolicy => &[&[Uscc, Policy]],
        Rule::Uscc => &[&[Uscc]],
        Rule::NameAmount => &[&[Name, Amount, Policy], &[Name, Amount, Date], &[Name, Amount]],
    }
}

/// Both sides, and what is not yet paired of them.
struct Sides<'s> {
    list: &'s [Listed],
    book: &'s [Booked],
    rows: Vec<(usize, Cues)>,
    grants: Vec<(usize, Cues)>,
    entries: Vec<Entry>,
}

/// Rows and grants that share a key.
type Sharing = HashMap<String, (Vec<usize>, Vec<usize>)>;

impl Sides<'_> {
    /// Those that share a key on both sides.
    fn sharing(&self, rule: Rule, cues: &[Cue]) -> Vec<(Vec<usize>, Vec<usize>)> {
        let mut sharing = Sharing::new();
        for (place, one) in &self.rows {
            // A row that names a policy is not paired with grants of any other by its number alone.
            let takes_part = rule != Rule::Uscc || one.policy.is_none();
            if let Some(key) = key(one, cues).filter(|_| takes_part) {
                sharing.entry(key).or_default().0.push(*place);
            }
        }
        for (place, one) in &self.grants {
            if let Some(both) = key(one, cues).and_then(|key| sharing.get_mut(&key)) {
                both.1.push(*place);
            }
        }
        sharing.into_values().filter(|(rows, grants)| !rows.is_empty() && !grants.is_empty()).collect()
    }

    /// Applies a rule: pairs what is alone, tells what is not.
    fn apply(&mut self, rule: Rule) {
        let keys = keys_of(rule);
        for (number, cues) in (1..).zip(keys) {
            let is_last = number == keys.len();
            for (rows, grants) in self.sharing(rule, cues) {
                let is_alone = rows.len() == 1 && grants.len() == 1;
                let adds_up = || (rows.len() == 1 || grants.len() == 1) && self.adds_up(&rows, &grants);
                match rule {
                    Rule::UsccPolicySum if !is_alone && adds_up() => self.together(rule, rows, grants),
                    Rule::UsccPolicySum => {}
                    _ if is_alone => self.together(rule, rows, grants),
                    _ if is_last => self.entries.push(Entry {
                        outcome: Outcome::Ambiguous,
                        differs: Vec::new(),
                        rule: Some(rule),
                        rows,
                        grants,
                    }),
                    _ => {}
                }
            }
            self.forget_paired();
        }
    }

    fn adds_up(&self, rows: &[usize], grants: &[usize]) -> bool {
        let list: i128 =
            rows.iter().filter_map(|row| self.list.get(*row)).map(|row| i128::from(row.amount.get())).sum();
        let book: i128 =
            grants.iter().filter_map(|grant| self.book.get(*grant)).map(|one| i128::from(one.amount.get())).sum();
        list == book
    }

    fn together(&mut self, rule: Rule, rows: Vec<usize>, grants: Vec<usize>) {
        let of_list: Vec<&Listed> = rows.iter().filter_map(|row| self.list.get(*row)).collect();
        let of_book: Vec<&Booked> = grants.iter().filter_map(|grant| self.book.get(*grant)).collect();
        let differs = differences(&of_list, &of_book);
        let outcome = differs.first().copied().unwrap_or(Outcome::Same);
        self.entries.push(Entry { outcome, differs, rule: Some(rule), rows, grants });
    }

    fn forget_paired(&mut self) {
        let (mut rows, mut grants) = (vec![false; self.list.len()], vec![false; self.book.len()]);
        for entry in &self.entries {
            mark(&mut rows, &entry.rows);
            mark(&mut grants, &entry.grants);
        }
        self.rows.retain(|(place, _)| rows.get(*place) == Some(&false));
        self.grants.retain(|(place, _)| grants.get(*place) == Some(&false));
    }

    /// What is left stands on one side only.
    fn leave(mut self) -> Vec<Entry> {
        let alone = |outcome: Outcome, rows: Vec<usize>, grants: Vec<usize>| Entry {
            outcome,
            differs: Vec::new(),
            rule: None,
            rows,
            grants,
        };
        let rows = self.rows.iter().map(|(place, _)| alone(Outcome::MissingInBook, vec![*place], Vec::new()));
        let grants = self.grants.iter().map(|(place, _)| alone(Outcome::MissingInList, Vec::new(), vec![*place]));
        self.entries.extend(rows.chain(grants).collect::<Vec<_>>());
        // In the order of the list; what it does not have comes behind, in the order of the book.
        let order = |entry: &Entry| {
            let first = |places: &[usize]| places.iter().min().copied().unwrap_or(usize::MAX);
            (first(&entry.rows), first(&entry.grants))
        };
        self.entries.sort_by_key(order);
        self.entries
    }
}

fn mark(marks: &mut [bool], places: &[usize]) {
    for place in places {
        if let Some(mark) = marks.get_mut(*place) {
            *mark = true;
        }
    }
}

/// Pairs the rows of a list with the grants of a book.
pub fn pair(list: &[Listed], book: &[Booked]) -> Vec<Entry> {
    let rows = list.iter().map(Cues::of_row).enumerate().collect();
    let grants = book.iter().map(Cues::of_grant).enumerate().collect();
    let mut sides = Sides { list, book, rows, grants, entries: Vec::new() };
    for rule in Rule::ALL {
        sides.apply(rule);
    }
    sides.leave()
}
