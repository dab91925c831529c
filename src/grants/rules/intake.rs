//! The rows of a file, checked one after another: what a row uses up, the rows after it find used.
//!
//! The facts of the book come in portions ([`Behind`], loaded for a few thousand rows at a time); what the file itself
//! has used stays here, as hashes and numbers, so that a million rows fit into memory beside the rest.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::checks::{Alike, Facts, Known, OtherName, Source, UsedBy, check};
use super::content::{AccountUse, Content, Draft, written};
use crate::kernel::dates::Day;
use crate::kernel::identity::Identity;
use crate::kernel::money::Fen;
use crate::kernel::{Refusal, text};
use crate::periods::Closed;
use crate::policies::Policy;
use crate::recipients::{Account, Recipient, masked_number};

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowKey {
    /// Its line in the file.
    pub line: i64,
    /// The position that its event will have; when a file is only checked, any numbers that rise from row to row.
    pub position: i64,
}

/// What the book knew before the file about the rows of one portion.
#[derive(Debug, Clone, Default)]
pub struct Behind {
    /// Registered recipients, and whether anything rests on them.
    pub recipients: HashMap<Identity, (Recipient, bool)>,
    /// How many registered personal numbers look like one that is not registered.
    pub alike_numbers: HashMap<Identity, usize>,
    /// Changes of account that wait, by recipient.
    pub pending: HashMap<i64, Vec<(i64, Account)>>,
    /// References used by living grants, by policy.
    pub references: HashMap<i64, Vec<String>>,
    /// What living grants gave, by policy with a cap and recipient.
    pub granted: HashMap<(i64, i64), Fen>,
    /// Living grants with the same policy, recipient and amount.
    pub alike: HashMap<(i64, i64, Fen), Vec<Alike>>,
    /// Recipients with an account of that number, with their names.
    pub accounts: HashMap<String, Vec<(i64, String)>>,
}

/// A recipient that an earlier row of the file named.
#[derive(Debug, Clone, Copy)]
struct Met {
    id: i64,
    line: i64,
    name: u64,
    on_file: Option<u64>,
    /// How many personal numbers that look alike stand before its own.
    alike: usize,
}

/// The recipient of a row.
#[derive(Debug)]
struct Of {
    id: i64,
    known: Option<Known>,
    number: String,
    on_file: Option<u64>,
}

/// The state of a file that is being checked.
#[derive(Debug)]
pub struct Intake {
    source: Source,
    today: Day,
    closed: Closed,
    policies: HashMap<String, Policy>,
    behind: Behind,
    met: HashMap<(u64, u64), Met>,
    references: HashMap<(u64, u64), i64>,
    granted: HashMap<(i64, i64), Fen>,
    alike: HashMap<(i64, i64, i64), Alike>,
    accounts: HashMap<u64, (i64, i64)>,
    changes: HashMap<(i64, u64), i64>,
    masks: HashMap<String, usize>,
}

impl Intake {
    /// A file of new grants, or of history, checked on the Shanghai day `today` against these policies, in a book that is
    /// closed that far.
    pub fn new(source: Source, today: Day, closed: Closed, policies: Vec<Policy>) -> Self {
        Self {
            source,
            today,
            closed,
            policies: policies.into_iter().map(|policy| (policy.code.clone(), policy)).collect(),
            behind: Behind::default(),
            met: HashMap::new(),
            references: HashMap::new(),
            granted: HashMap::new(),
            alike: HashMap::new(),
            accounts: HashMap::new(),
            changes: HashMap::new(),
            masks: HashMap::new(),
        }
    }

    /// The policy with this code.
    pub fn policy(&self, code: &str) -> Option<&Policy> {
        self.policies.get(code)
    }

    /// Takes the facts of the next portion; those of the last one go.
    pub fn next_portion(&mut self, behind: Behind) {
        self.behind = behind;
    }

    /// Whether a recipient's cap matters under some policy.
    pub fn has_caps(&self) -> bool {
        self.policies.values().any(|policy| policy.cap.is_some())
    }

    /// Checks the next row of the file. What passes counts for the rows after it.
    pub fn check(&mut self, draft: Draft, row: RowKey) -> Result<Content, Vec<Refusal>> {
        let identity = pair_of(&(draft.identity.id_type().code(), draft.identity.number()));
        let Of { id, known, number, on_file } = self.recipient(&draft, identity, row);
        let policy = self.policies.get(&draft.policy);
        let policy_id = policy.map_or(0, |policy| policy.id);
        let reference = pair_of(&(policy_id, &draft.reference));
        let capped = policy.is_some_and(|policy| policy.cap.is_some());
        let facts = Facts {
            source: self.source,
            today: self.today,
            closed: self.closed,
            policy,
            known,
            granted: if capped { self.granted_to(policy_id, id) } else { Fen::ZERO },
            reference_used: self.reference_used(policy_id, &draft.reference, reference),
            alike: self.alike_to(policy_id, id, &draft),
            account_shared: self.account_shared(id, &draft),
        };
        let (mut hard, warnings) = check(&facts, &draft);
        let mask = (facts.known.is_none() && draft.identity.id_type().is_personal()).then(|| draft.identity.masked());
        let content = match written(draft, &facts, number, warnings) {
            Ok(content) if hard.is_empty() => Ok(content),
            Ok(_) => Err(hard),
            Err(refusal) => {
                if !hard.iter().any(|other| other.code == refusal.code) {
                    hard.push(refusal);
                }
                Err(hard)
            }
        };
        self.references.entry(reference).or_insert(row.line);
        let content = content?;
        self.met(&content, identity, (id, on_file), row);
        self.used(&content, id, capped, row);
        if let Some(mask) = mask {
            *self.masks.entry(mask).or_default() += 1;
        }
        Ok(content)
    }

    fn recipient(&self, draft: &Draft, identity: (u64, u64), row: RowKey) -> Of {
        if let Some(met) = self.met.get(&identity) {
            let number = masked_number(&draft.identity, met.alike);
            let known = Some(self.known_from_file(draft, *met, number.clone()));
            return Of { id: met.id, known, number, on_file: met.on_file };
        }
        if let Some((recipient, settled)) = self.behind.recipients.get(&draft.identity) {
            let known = Some(Known::of(recipient, *settled, self.pending(recipient.id), draft, self.source));
            let on_file = recipient.account.as_ref().map(|on_file| account_hash(&on_file.account));
            return Of { id: recipient.id, known, number: recipient.number.clone(), on_file };
        }
        let number = masked_number(&draft.identity, self.alike_numbers(draft));
        Of { id: row.position, known: None, number, on_file: None }
    }

    fn pending(&self, recipient: i64) -> &[(i64, Account)] {
        self.behind.pending.get(&recipient).map_or(&[], Vec::as_slice)
    }

    fn alike_numbers(&self, draft: &Draft) -> usize {
        if !draft.identity.id_type().is_personal() {
            return 0;
        }
        let before = self.behind.alike_numbers.get(&draft.identity).copied().unwrap_or_default();
        before + self.masks.get(&draft.identity.masked()).copied().unwrap_or_default()
    }

    /// What an earlier row said must hold in this one.
    fn known_from_file(&self, draft: &Draft, met: Met, number: String) -> Known {
        let account = match (draft.account.as_ref(), met.on_file) {
            (None, _) => AccountUse::OnFile,
            (Some(_), None) => AccountUse::First,
            (Some(account), Some(on_file)) if account_hash(account) == on_file => AccountUse::OnFile,
            (Some(_), Some(_)) if self.source == Source::History => AccountUse::OnFile,
            (Some(account), Some(_)) => self.change_of(met.id, account),
        };
        let same_name = name_hash(&draft.particulars.name) == met.name;
        Known {
            id: met.id,
            number,
            other_name: (!same_name).then_some(OtherName::Line(met.line)),
            differs: false,
            settled: true,
            account,
        }
    }

    /// The change of account that waits for this account, in the file or in the book, or a new one.
    fn change_of(&self, recipient: i64, account: &Account) -> AccountUse {
        let in_file = self.changes.get(&(recipient, account_hash(account))).copied();
        let before = || self.pending(recipient).iter().find(|(_, other)| other.is_same(account)).map(|(id, _)| *id);
        in_file.or_else(before).map_or(AccountUse::Change, AccountUse::Open)
    }

    fn granted_to(&self, policy: i64, recipient: i64) -> Fen {
        let key = (policy, recipient);
        self.granted.get(&key).or_else(|| self.behind.granted.get(&key)).copied().unwrap_or(Fen::ZERO)
    }

    fn reference_used(&self, policy: i64, reference: &str, key: (u64, u64)) -> Option<UsedBy> {
        if let Some(line) = self.references.get(&key) {
            return Some(UsedBy::Line(*line));
        }
        self.behind
            .references
            .get(&policy)
            .is_some_and(|used| used.iter().any(|other| other == reference))
            .then_some(UsedBy::Grant)
    }

    fn alike_to(&self, policy: i64, recipient: i64, draft: &Draft) -> Option<Alike> {
        let before = self.behind.alike.get(&(policy, recipient, draft.amount)).into_iter().flatten();
        let in_file = self.alike.get(&(policy, recipient, draft.amount.get()));
        before.chain(in_file).copied().min_by_key(|alike| alike.applied_on.days_between(draft.applied_on).abs())
    }

    fn account_shared(&self, recipient: i64, draft: &Draft) -> Option<String> {
        let number = &draft.account.as_ref()?.account_number;
        let before = self.behind.accounts.get(number).into_iter().flatten();
        let other = before.clone().find(|(id, _)| *id != recipient).map(|(_, name)| name.clone());
        let in_file = self.accounts.get(&hash_of(number)).filter(|(id, _)| *id != recipient);
        other.or_else(|| in_file.map(|(_, line)| format!("#{line}")))
    }

    /// Remembers the recipient of a row that passed; its first name stands.
    fn met(&mut self, content: &Content, identity: (u64, u64), (id, on_file): (i64, Option<u64>), row: RowKey) {
        let used = content.payee().map(|account| account_hash(&account));
        let name = name_hash(&content.name);
        let counter = content.number.split_once('/').and_then(|(_, counter)| counter.parse::<usize>().ok());
        let alike = counter.map_or(0, |counter| counter.saturating_sub(1));
        let met = self.met.entry(identity).or_insert(Met { id, line: row.line, name, on_file, alike });
        match (content.account, used) {
            (AccountUse::First, _) => met.on_file = used,
            (AccountUse::Change, Some(used)) => _ = self.changes.insert((id, used), row.position),
            _ => {}
        }
    }

    /// Remembers what a row that passed has used up.
    fn used(&mut self, content: &Content, id: i64, capped: bool, row: RowKey) {
        if !content.account_number.is_empty() {
            self.accounts.entry(hash_of(&content.account_number)).or_insert((id, row.line));
        }
        if capped {
            let total = self.granted_to(content.policy, id).checked_add(content.amount).unwrap_or(content.amount);
            self.granted.insert((content.policy, id), total);
        }
        // Rows mostly come in the order of their days: the last one is the nearest.
        let alike = Alike { grant: row.position, applied_on: content.applied_on };
        self.alike.insert((content.policy, id, content.amount.get()), alike);
    }
}

fn hash_of(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Two hashes: enough that no two values of a file share them.
fn pair_of(value: &impl Hash) -> (u64, u64) {
    let mut second = DefaultHasher::new();
    second.write_u8(1);
    value.hash(&mut second);
    (hash_of(value), second.finish())
}

fn name_hash(name: &str) -> u64 {
    hash_of(&text::name_key(name))
}

/// What [`Account::is_same`] compares.
fn account_hash(account: &Account) -> u64 {
    hash_of(&(&account.account_number, &account.bank_code, text::name_key(&account.account_name)))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{account, day, draft, policy, recipient};
    use super::*;
    use crate::kernel::identity::IdType;

    fn intake(policy: Policy) -> Intake {
        Intake::new(Source::File, day("2020-04-01"), Closed::default(), vec![policy])
    }

    fn row(number: i64) -> RowKey {
        RowKey { line: number, position: 100 + number }
    }

    fn referenced(reference: &str) -> Draft {
        Draft { reference: reference.into(), ..draft() }
    }

    fn codes(refused: Result<Content, Vec<Refusal>>) -> Vec<&'static str> {
        refused.unwrap_err().iter().map(|refusal| refusal.code).collect()
    }

    #[test]
    fn a_recipient_is_registered_by_its_first_row_and_known_in_the_next() {
        let mut intake = intake(policy());
        let first = intake.check(referenced("A-1"), row(2)).unwrap();
        assert_eq!((first.recipient, first.account), (None, AccountUse::First));
        let next = intake.check(referenced("A-2"), row(3)).unwrap();
        assert_eq!((next.recipient, next.account), (Some(102), AccountUse::OnFile));
    }

    #[test]
    fn a_reference_is_taken_even_by_a_row_that_is_refused() {
        let mut intake = intake(policy());
        assert_eq!(
            codes(intake.check(Draft { amount: Fen::ZERO, ..referenced("A-1") }, row(2))),
            ["amount_not_positive"]
        );
        let again = intake.check(referenced("A-1"), row(3)).unwrap_err();
        assert_eq!((again[0].code, again[0].facts[0].1.as_str()), ("reference_twice", "2"));
    }

    #[test]
    fn rows_of_one_recipient_share_its_cap() {
        let mut intake = intake(Policy { cap: Some(Fen::new(25_000)), ..policy() });
        assert!(intake.check(referenced("A-1"), row(2)).is_ok());
        assert!(intake.check(referenced("A-2"), row(3)).is_ok());
        assert_eq!(codes(intake.check(referenced("A-3"), row(4))), ["cap_exceeded"]);
    }

    #[test]
    fn another_name_for_the_same_number_is_an_error_with_its_line() {
        let mut intake = intake(policy());
        intake.check(referenced("A-1"), row(2)).unwrap();
        let mut other = referenced("A-2");
        other.particulars.name = "别的公司".into();
        assert_eq!(codes(intake.check(other, row(3))), ["name_differs_in_file"]);
    }

    #[test]
    fn a_second_account_in_the_file_opens_one_change_that_later_rows_wait_for() {
        let mut intake = intake(policy());
        let other = Account { account_number: "6222020000000000001".into(), ..account() };
        intake.check(referenced("A-1"), row(2)).unwrap();
        let with = |reference: &str| Draft { account: Some(other.clone()), ..referenced(reference) };
        assert_eq!(intake.check(with("A-2"), row(3)).unwrap().account, AccountUse::Change);
        assert_eq!(intake.check(with("A-3"), row(4)).unwrap().account, AccountUse::Open(103));
        assert_eq!(intake.check(referenced("A-4"), row(5)).unwrap().account, AccountUse::OnFile);
    }

    #[test]
    fn two_recipients_with_one_account_and_one_amount_twice_are_warned_of() {
        let mut intake = intake(policy());
        intake.check(referenced("A-1"), row(2)).unwrap();
        let again = intake.check(referenced("A-2"), row(3)).unwrap();
        assert_eq!(again.warnings[0].code, "same_amount");
        let mut other = referenced("A-3");
        other.identity = Identity::parse(IdType::Uscc, "91330206RFLPDLB94G").unwrap();
        let shared = intake.check(other, row(4)).unwrap();
        assert_eq!(shared.warnings[0].code, "account_shared");
    }

    #[test]
    fn what_the_book_knew_before_the_file_counts() {
        let mut intake = intake(Policy { cap: Some(Fen::new(15_000)), ..policy() });
        let known = recipient();
        intake.next_portion(Behind {
            recipients: HashMap::from([(draft().identity, (known.clone(), true))]),
            references: HashMap::from([(10, vec!["A-1".to_owned()])]),
            granted: HashMap::from([((10, known.id), Fen::new(5_000))]),
            ..Behind::default()
        });
        assert_eq!(codes(intake.check(referenced("A-1"), row(2))), ["reference_used"]);
        let passed = intake.check(referenced("A-2"), row(3)).unwrap();
        assert_eq!((passed.recipient, passed.account), (Some(known.id), AccountUse::OnFile));
        assert_eq!(codes(intake.check(referenced("A-3"), row(4))), ["cap_exceeded"]);
    }

    #[test]
    fn personal_numbers_that_look_alike_get_a_counter() {
        let mut intake = intake(policy());
        let personal = |number: &str, reference: &str| Draft {
            identity: Identity::parse(IdType::Other, number).unwrap(),
            ..referenced(reference)
        };
        assert_eq!(intake.check(personal("AB1234567", "A-1"), row(2)).unwrap().number, "A******67");
        assert_eq!(intake.check(personal("AC1234567", "A-2"), row(3)).unwrap().number, "A******67/2");
        assert_eq!(intake.check(personal("AC1234567", "A-3"), row(4)).unwrap().number, "A******67/2");
    }
}
