//! Posting rules 记账规则: which accounts a move of money is posted to. Data, shipped and of a book's own.
//!
//! Every account of a rule takes the whole amount, so a rule balances for every amount if on each side as many accounts
//! are debited as credited; [`RuleSet::parse`] holds that, and that no move of money is without a rule.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::voucher::{Occasion, Side, VoucherKind};
use crate::funds::Stage;
use crate::kernel::Refusal;

/// The words for the kinds of accounts from which a book pays, as [`Rule::payer`] has them.
pub const PAYERS: [&str; 4] = ["treasury_direct", "treasury_authorised", "special", "own"];

/// Longest text of a set of rules, in bytes.
const TEXT_MAX: usize = 60_000;
/// Longest name or phrase, in characters.
const WORDS_MAX: usize = 60;

/// An account 科目.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The side that it belongs to.
    pub side: Side,
}

/// Where a move of money is posted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The stage that the money leaves.
    pub from: Stage,
    /// The stage that it enters.
    pub to: Stage,
    /// What is special about the act.
    #[serde(default)]
    pub occasion: Occasion,
    /// The kind of the account from which it was paid; none is any.
    #[serde(default)]
    pub payer: Option<String>,
    /// The type of voucher that it stands on.
    #[serde(rename = "type")]
    pub kind: VoucherKind,
    /// The phrase for summaries 摘要.
    pub words: String,
    /// Accounts that are debited with the whole amount.
    #[serde(default)]
    pub debit: Vec<String>,
    /// Accounts that are credited with the whole amount.
    #[serde(default)]
    pub credit: Vec<String>,
}

impl Rule {
    /// Whether the move is posted at all.
    pub const fn posts(&self) -> bool {
        !self.debit.is_empty() || !self.credit.is_empty()
    }

    const fn key(&self) -> (Stage, Stage, Occasion, Option<&String>) {
        (self.from, self.to, self.occasion, self.payer.as_ref())
    }

    fn fault(&self, code: &'static str) -> Refusal {
        Refusal::new(code).at("text").with("from", self.from).with("to", self.to).with("words", &self.words)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: String,
    #[serde(default, rename = "account")]
    accounts: Vec<Account>,
    #[serde(default, rename = "rule")]
    rules: Vec<Rule>,
}

/// A set of rules that was checked: every lawful move has a rule, and every rule balances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSet {
    title: String,
    accounts: Vec<Account>,
    rules: Vec<Rule>,
}

/// The rules that the program brings, as text.
const SHIPPED: &str = include_str!("posting_rules.toml");

impl RuleSet {
    /// The rules that the program brings.
    ///
    /// # Errors
    /// Never: a test reads them.
    pub fn shipped() -> Result<&'static Self, Refusal> {
        static READ: LazyLock<Result<RuleSet, Vec<Refusal>>> = LazyLock::new(|| RuleSet::parse(SHIPPED));
        READ.as_ref().map_err(|faults| faults.first().cloned().unwrap_or(Refusal::new("posting_rules_unreadable")))
    }

    /// Their text, to begin a version of one's own with.
    pub const fn shipped_text() -> &'static str {
        SHIPPED
    }

    /// Reads and checks rules.
    ///
    /// # Errors
    /// `posting_rules_long`, `posting_rules_unreadable` (`line`, `why`), `posting_words` (`found`),
    /// `posting_account_twice` (`code`), `posting_account_unknown`, `posting_payer_unknown` (`found`),
    /// `posting_unbalanced` (`side`), `posting_way`, `posting_rule_twice`, `posting_rule_alone`, `posting_rule_missing`
    /// (`from`, `to`).
    pub fn parse(text: &str) -> Result<Self, Vec<Refusal>> {
        if text.len() > TEXT_MAX {
            return Err(vec![Refusal::new("posting_rules_long").at("text").with("most", TEXT_MAX)]);
        }
        let written: Written = toml::from_str(text).map_err(|error| {
            let before = error.span().map_or("", |span| text.get(..span.start).unwrap_or_default());
            let line = before.matches('\n').count() + 1;
            vec![Refusal::new("posting_rules_unreadable").at("text").with("line", line).with("why", error.message())]
        })?;
        let set = Self { title: written.title, accounts: written.accounts, rules: written.rules };
        let faults = set.faults();
        if faults.is_empty() { Ok(set) } else { Err(faults) }
    }

    /// What the rules are called.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The accounts, as written.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// The rules, as written.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The account with this code.
    pub fn account(&self, code: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.code == code)
    }

    /// The rule for a move: one for the occasion before an ordinary one, one for the payer before one for any.
    pub fn rule(&self, from: Stage, to: Stage, occasion: Occasion, payer: Option<&str>) -> Option<&Rule> {
        let of = |occasion: Occasion, payer: Option<&str>| {
            self.rules.iter().find(|rule| {
                (rule.from, rule.to, rule.occasion) == (from, to, occasion) && rule.payer.as_deref() == payer
            })
        };
        of(occasion, payer)
            .or_else(|| of(occasion, None))
            .or_else(|| of(Occasion::Ordinary, payer))
            .or_else(|| of(Occasion::Ordinary, None))
    }

    fn faults(&self) -> Vec<Refusal> {
        let mut faults = Vec::new();
        let phrases = self.accounts.iter().flat_map(|account| [&account.code, &account.name]);
        for phrase in phrases.chain(self.rules.iter().map(|rule| &rule.words)).chain([&self.title]) {
            let is_sound = phrase.trim() == phrase && (1..=WORDS_MAX).contains(&phrase.chars().count());
            if !is_sound || phrase.chars().any(char::is_control) {
                faults.push(Refusal::new("posting_words").at("text").with("found", phrase).with("most", WORDS_MAX));
            }
        }
        let mut codes = BTreeSet::new();
        for account in self.accounts.iter().filter(|account| !codes.insert(&account.code)) {
            faults.push(Refusal::new("posting_account_twice").at("text").with("code", &account.code));
        }
        let mut keys = BTreeSet::new();
        for rule in &self.rules {
            faults.extend(self.faults_of(rule));
            if !keys.insert(rule.key()) {
                faults.push(rule.fault("posting_rule_twice"));
            }
        }
        faults.extend(self.missing());
        faults
    }

    fn faults_of(&self, rule: &Rule) -> Vec<Refusal> {
        let mut faults = Vec::new();
        if !rule.from.leads_to(rule.to) {
            faults.push(rule.fault("posting_way"));
        }
        if let Some(payer) = rule.payer.as_ref().filter(|payer| !PAYERS.contains(&payer.as_str())) {
            faults.push(rule.fault("posting_payer_unknown").with("found", payer));
        }
        for code in rule.debit.iter().chain(&rule.credit).filter(|code| self.account(code).is_none()) {
            faults.push(rule.fault("posting_account_unknown").with("found", code));
        }
        for side in Side::ALL {
            let of_side = |codes: &[String]| {
                codes.iter().filter(|code| self.account(code).is_some_and(|account| account.side == side)).count()
            };
            if of_side(&rule.debit) != of_side(&rule.credit) {
                faults.push(rule.fault("posting_unbalanced").with("side", side.code()));
            }
        }
        // A move that is posted in general is never left out in particular, or it would be taken for forgotten.
        let general = self.rule(rule.from, rule.to, Occasion::Ordinary, None);
        if general.is_some_and(|general| general.posts() != rule.posts()) {
            faults.push(rule.fault("posting_rule_alone"));
        }
        faults
    }

    /// Lawful moves for which there is no rule in general.
    fn missing(&self) -> Vec<Refusal> {
        let ways = Stage::ALL.into_iter().flat_map(|from| Stage::ALL.into_iter().map(move |to| (from, to)));
        ways.filter(|(from, to)| from.leads_to(*to))
            .filter(|(from, to)| self.rule(*from, *to, Occasion::Ordinary, None).is_none())
            .map(|(from, to)| Refusal::new("posting_rule_missing").at("text").with("from", from).with("to", to))
            .collect()
    }
}
