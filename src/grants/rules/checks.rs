//! The checks of a grant: hard ones refuse it, soft ones are warnings that a second person must confirm.

use std::collections::BTreeMap;

use super::content::{AccountUse, Draft, Warning};
use crate::kernel::bank_code::BankCode;
use crate::kernel::codes::Instrument;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Refusal, text};
use crate::periods::Closed;
use crate::policies::{self, Policy};
use crate::recipients::{Account, Particulars, Recipient};

/// Two grants of one recipient, policy and amount within so many days look like one grant recorded twice.
pub const ALIKE_DAYS: i64 = 30;

/// Where a grant comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Recorded by hand.
    Page,
    /// A row of a `grants` file.
    File,
    /// A row of a `history` file: paid before the book began. Caps and windows do not apply.
    History,
}

impl Source {
    /// The word of the table.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::File => "file",
            Self::History => "history",
        }
    }
}

/// In what a name differs from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OtherName {
    /// The registered name.
    Registered(String),
    /// The name in an earlier line of the same file.
    Line(i64),
}

/// What the book knows of a draft's recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The recipient.
    pub id: i64,
    /// The number under which it stands in the table.
    pub number: String,
    /// Another name than the draft's.
    pub other_name: Option<OtherName>,
    /// Whether other particulars than the draft's are registered.
    pub differs: bool,
    /// Whether anything but the draft itself rests on the recipient: a living grant, or its registration by hand.
    pub settled: bool,
    /// What the draft's account means.
    pub account: AccountUse,
}

impl Known {
    /// Holds a draft against a registered recipient. `pending` are the changes of its account that wait.
    pub fn of(recipient: &Recipient, settled: bool, pending: &[(i64, Account)], draft: &Draft, source: Source) -> Self {
        let same_name = text::same_name(&recipient.name, &draft.particulars.name);
        let on_file = recipient.account.as_ref().map(|on_file| &on_file.account);
        Self {
            id: recipient.id,
            number: recipient.number.clone(),
            other_name: (!same_name).then(|| OtherName::Registered(recipient.name.clone())),
            differs: !same_particulars(recipient, &draft.particulars),
            settled,
            account: account_use(draft.account.as_ref(), on_file, settled, pending, source),
        }
    }

    /// Whether the draft describes the recipient anew.
    pub fn renews(&self) -> bool {
        !self.settled && (self.differs || self.other_name.is_some())
    }
}

fn same_particulars(recipient: &Recipient, draft: &Particulars) -> bool {
    recipient.name == draft.name
        && recipient.kind == draft.kind
        && recipient.subdistrict == draft.subdistrict
        && recipient.industry == draft.industry
        && recipient.size == draft.size
}

/// What a grant's account means for the one on file. A payment of the past changes no account.
pub fn account_use(
    wanted: Option<&Account>,
    on_file: Option<&Account>,
    settled: bool,
    pending: &[(i64, Account)],
    source: Source,
) -> AccountUse {
    let Some(wanted) = wanted else { return AccountUse::OnFile };
    let Some(on_file) = on_file else { return AccountUse::First };
    if on_file.is_same(wanted) || (settled && source == Source::History) {
        return AccountUse::OnFile;
    }
    if !settled {
        return AccountUse::First;
    }
    pending
        .iter()
        .find(|(_, account)| account.is_same(wanted))
        .map_or(AccountUse::Change, |(id, _)| AccountUse::Open(*id))
}

/// Who has the reference of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsedBy {
    /// A living grant of the policy.
    Grant,
    /// An earlier line of the same file.
    Line(i64),
}

/// A grant that looks like the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alike {
    /// The grant.
    pub grant: i64,
    /// Day of its application.
    pub applied_on: Day,
}

/// What the book says about a draft, loaded before it is checked. Everything leaves the draft's own grant out.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// Where the draft comes from.
    pub source: Source,
    /// The Shanghai day of the decision.
    pub today: Day,
    /// Up to when the book is closed.
    pub closed: Closed,
    /// The policy that it names.
    pub policy: Option<&'a Policy>,
    /// Its recipient, if the book knows it.
    pub known: Option<Known>,
    /// What living grants under the policy gave the recipient, net of recoveries.
    pub granted: Fen,
    /// Who else has its reference.
    pub reference_used: Option<UsedBy>,
    /// The grant nearest in time with the same recipient, policy and amount.
    pub alike: Option<Alike>,
    /// Name of another recipient with the same account.
    pub account_shared: Option<String>,
}

/// Checks a draft against the facts: (why it is refused, what a second person must confirm).
pub fn check(facts: &Facts<'_>, draft: &Draft) -> (Vec<Refusal>, Vec<Warning>) {
    let mut hard = Vec::new();
    hard.extend(amounts(draft));
    hard.extend(dates(facts, draft));
    match facts.policy {
        Some(policy) => hard.extend(under(policy, facts, draft)),
        None => hard.push(Refusal::new("policy_unknown").at("policy").with("found", &draft.policy)),
    }
    hard.extend(reference(facts));
    hard.extend(name(facts));
    (hard, warnings(facts, draft))
}

fn amounts(draft: &Draft) -> Option<Refusal> {
    if draft.amount <= Fen::ZERO {
        return Some(Refusal::new("amount_not_positive").at("amount"));
    }
    (draft.amount > draft.applied_amount)
        .then(|| Refusal::new("amount_above_applied").at("amount").with("applied", draft.applied_amount.grouped()))
}

fn dates(facts: &Facts<'_>, draft: &Draft) -> Vec<Refusal> {
    let mut wrong = Vec::new();
    match (facts.source, draft.paid_on) {
        (Source::History, None) => wrong.push(Refusal::new("paid_on_missing").at("paid_on")),
        (Source::History, Some(day)) if day > facts.today => {
            wrong.push(Refusal::new("paid_on_future").at("paid_on").with("today", facts.today));
        }
        // What was paid then would take effect then.
        (Source::History, Some(day)) => {
            wrong.extend(facts.closed.must_be_open(day).err().map(|refusal| refusal.at("paid_on")));
        }
        _ => {}
    }
    if let (Some(from), Some(to)) = (draft.period_from, draft.period_to)
        && from > to
    {
        wrong.push(Refusal::new("period_order").at("period_to"));
    }
    wrong
}

fn under(policy: &Policy, facts: &Facts<'_>, draft: &Draft) -> Vec<Refusal> {
    let mut wrong = Vec::new();
    if !may_grant(policy, facts.source) {
        wrong.push(Refusal::new("policy_takes_no_grants").at("policy").with("policy", &policy.code));
    }
    if facts.source == Source::History {
        wrong.extend(before_allotment(policy, draft));
    } else {
        wrong.extend(window(policy, draft));
        wrong.extend(cap(policy, facts.granted, draft.amount));
    }
    let needs_account = facts.source != Source::History && !is_without_payment(policy);
    if needs_account && draft.account.is_none() {
        wrong.push(Refusal::new("account_missing").at("account_number"));
    }
    wrong
}

/// A file may come before its policies are approved; its own approval then waits for theirs.
fn may_grant(policy: &Policy, source: Source) -> bool {
    match policy.state {
        policies::State::Open => true,
        policies::State::Pending => source != Source::Page,
        policies::State::Closed | policies::State::Refused | policies::State::Struck => false,
    }
}

/// Whether nothing is paid to an account under the policy.
const fn is_without_payment(policy: &Policy) -> bool {
    matches!(policy.instrument, Instrument::TaxRelief | Instrument::SocialInsuranceDeferral)
}

fn before_allotment(policy: &Policy, draft: &Draft) -> Option<Refusal> {
    let paid_on = draft.paid_on?;
    let pays =
        |document: &str| draft.allotment.as_deref().is_none_or(|named| text::fold(named) == text::fold(document));
    let late = policy.allotments.iter().find(|a| a.starts_on > paid_on && pays(&a.document_number))?;
    Some(Refusal::new("paid_before_allotment").at("paid_on").with("starts_on", late.starts_on))
}

fn window(policy: &Policy, draft: &Draft) -> Option<Refusal> {
    let is_open = (policy.starts_on..=policy.ends_on).contains(&draft.applied_on);
    (!is_open).then(|| {
        Refusal::new("outside_window")
            .at("applied_on")
            .with("starts_on", policy.starts_on)
            .with("ends_on", policy.ends_on)
    })
}

fn cap(policy: &Policy, granted: Fen, amount: Fen) -> Option<Refusal> {
    let cap = policy.cap?;
    let fits = granted.checked_add(amount).is_some_and(|total| total <= cap);
    (!fits).then(|| {
        let left = cap.checked_sub(granted).filter(|left| *left > Fen::ZERO).unwrap_or(Fen::ZERO);
        Refusal::new("cap_exceeded")
            .at("amount")
            .with("cap", cap.grouped())
            .with("granted", granted.grouped())
            .with("left", left.grouped())
    })
}

fn reference(facts: &Facts<'_>) -> Option<Refusal> {
    facts.reference_used.map(|used| match used {
        UsedBy::Grant => Refusal::new("reference_used").at("reference"),
        UsedBy::Line(line) => Refusal::new("reference_twice").at("reference").with("line", line),
    })
}

fn name(facts: &Facts<'_>) -> Option<Refusal> {
    let known = facts.known.as_ref().filter(|known| known.settled)?;
    known.other_name.as_ref().map(|other| match other {
        OtherName::Registered(name) => Refusal::new("recipient_name_differs").at("name").with("registered", name),
        OtherName::Line(line) => Refusal::new("name_differs_in_file").at("name").with("line", line),
    })
}

/// What a second person must confirm, in a fixed order.
fn warnings(facts: &Facts<'_>, draft: &Draft) -> Vec<Warning> {
    let mut warnings: Vec<Warning> =
        draft.identity.warning().into_iter().map(|refusal| from_kernel(&refusal)).collect();
    if let Some(account) = &draft.account {
        if let Ok(bank) = BankCode::parse(&account.bank_code) {
            warnings.extend(bank.warning().map(|refusal| from_kernel(&refusal)));
        }
        if !text::same_name(&account.account_name, &draft.particulars.name) {
            warnings.push(warning("account_holder_differs", &[("holder", &account.account_name)]));
        }
    }
    if let Some(other) = &facts.account_shared {
        warnings.push(warning("account_shared", &[("other", other)]));
    }
    if let Some(alike) = facts.alike
        && alike.applied_on.days_between(draft.applied_on).abs() <= ALIKE_DAYS
    {
        let (on, grant) = (alike.applied_on.to_string(), alike.grant.to_string());
        warnings.push(warning("same_amount", &[("on", &on), ("grant", &grant)]));
    }
    warnings
}

fn warning(code: &str, facts: &[(&str, &str)]) -> Warning {
    let facts = facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Warning { code: code.to_owned(), facts }
}

fn from_kernel(refusal: &Refusal) -> Warning {
    let facts: BTreeMap<_, _> = refusal.facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Warning { code: refusal.code.to_owned(), facts }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples::{account, day, draft, facts, policy, recipient};
    use super::*;
    use crate::periods::Month;

    fn refused(facts: &Facts<'_>, draft: &Draft) -> Vec<&'static str> {
        check(facts, draft).0.iter().map(|refusal| refusal.code).collect()
    }

    fn warned(facts: &Facts<'_>, draft: &Draft) -> Vec<String> {
        check(facts, draft).1.into_iter().map(|warning| warning.code).collect()
    }

    #[test]
    fn a_good_draft_passes_without_a_warning() {
        let policy = policy();
        assert_eq!(check(&facts(&policy), &draft()), (Vec::new(), Vec::new()));
    }

    #[test]
    fn an_amount_is_above_nothing_and_not_above_what_was_applied_for() {
        let policy = policy();
        assert_eq!(refused(&facts(&policy), &Draft { amount: Fen::ZERO, ..draft() }), ["amount_not_positive"]);
        let more = Draft { applied_amount: Fen::new(9_999), ..draft() };
        assert_eq!(refused(&facts(&policy), &more), ["amount_above_applied"]);
    }

    #[test]
    fn the_window_holds_on_the_day_of_the_application_both_ends_included() {
        let policy = policy();
        for (on, wrong) in [("2020-02-09", true), ("2020-02-10", false), ("2020-12-31", false), ("2021-01-01", true)] {
            let found = refused(&facts(&policy), &Draft { applied_on: day(on), ..draft() });
            assert_eq!(found.contains(&"outside_window"), wrong, "{on}");
        }
    }

    #[test]
    fn a_page_needs_an_open_policy_and_a_file_may_come_before_its_approval() {
        for (state, page, file) in [
            (policies::State::Open, true, true),
            (policies::State::Pending, false, true),
            (policies::State::Closed, false, false),
        ] {
            let policy = Policy { state, ..policy() };
            assert_eq!(refused(&facts(&policy), &draft()).is_empty(), page, "{state:?}");
            let from_file = Facts { source: Source::File, ..facts(&policy) };
            assert_eq!(refused(&from_file, &draft()).is_empty(), file, "{state:?}");
        }
    }

    #[test]
    fn the_cap_counts_what_was_granted_before_to_the_fen() {
        let policy = Policy { cap: Some(Fen::new(25_000)), ..policy() };
        let fits = Facts { granted: Fen::new(15_000), ..facts(&policy) };
        assert!(refused(&fits, &draft()).is_empty());
        let over = Facts { granted: Fen::new(15_001), ..facts(&policy) };
        let (hard, _) = check(&over, &draft());
        assert_eq!(hard[0].code, "cap_exceeded");
        assert!(hard[0].facts.contains(&("left", "99.99".to_owned())));
    }

    #[test]
    fn history_knows_neither_window_nor_cap_but_needs_a_day_of_payment() {
        let policy = Policy { cap: Some(Fen::new(1)), ..policy() };
        let history = Facts { source: Source::History, ..facts(&policy) };
        let row = Draft { applied_on: day("2019-01-01"), paid_on: Some(day("2020-03-01")), ..draft() };
        assert!(refused(&history, &row).is_empty());
        assert_eq!(refused(&history, &Draft { paid_on: None, ..row.clone() }), ["paid_on_missing"]);
        assert_eq!(refused(&history, &Draft { paid_on: Some(day("2020-04-02")), ..row.clone() }), ["paid_on_future"]);
        let early = Draft { paid_on: Some(day("2020-02-09")), ..row.clone() };
        assert_eq!(refused(&history, &early), ["paid_before_allotment"]);
        assert!(refused(&history, &Draft { account: None, ..row }).is_empty());
    }

    #[test]
    fn history_that_was_paid_in_a_closed_month_is_refused_at_its_day() {
        let policy = policy();
        let closed = |month| Closed::until(Month::parse(month).ok());
        let until = |month| Facts { source: Source::History, closed: closed(month), ..facts(&policy) };
        let row = Draft { paid_on: Some(day("2020-03-01")), ..draft() };
        let (hard, _) = check(&until("2020-03"), &row);
        assert_eq!((hard[0].code, hard[0].field), ("period_closed", Some("paid_on")));
        assert!(refused(&until("2020-02"), &row).is_empty(), "control: the month before");
    }

    #[test]
    fn money_that_is_paid_needs_an_account_and_relief_from_tax_does_not() {
        let (cash, tax) = (policy(), Policy { instrument: Instrument::TaxRelief, ..policy() });
        let without = Draft { account: None, ..draft() };
        assert_eq!(refused(&facts(&cash), &without), ["account_missing"]);
        assert!(refused(&facts(&tax), &without).is_empty());
    }

    #[test]
    fn a_reference_is_used_once_in_the_book_and_in_a_file() {
        let policy = policy();
        assert_eq!(
            refused(&Facts { reference_used: Some(UsedBy::Grant), ..facts(&policy) }, &draft()),
            ["reference_used"]
        );
        let twice = Facts { reference_used: Some(UsedBy::Line(12)), ..facts(&policy) };
        assert_eq!(check(&twice, &draft()).0[0].facts, [("line", "12".to_owned())]);
    }

    #[test]
    fn an_unknown_policy_is_named() {
        let policy = policy();
        assert_eq!(refused(&Facts { policy: None, ..facts(&policy) }, &draft()), ["policy_unknown"]);
    }

    #[test]
    fn another_name_than_the_registered_one_is_refused_unless_nothing_rests_on_it() {
        let policy = policy();
        let other = Recipient { name: "别的公司".into(), ..recipient() };
        let known = |settled| Some(Known::of(&other, settled, &[], &draft(), Source::Page));
        assert_eq!(refused(&Facts { known: known(true), ..facts(&policy) }, &draft()), ["recipient_name_differs"]);
        let renewed = Facts { known: known(false), ..facts(&policy) };
        assert!(refused(&renewed, &draft()).is_empty());
        assert!(renewed.known.unwrap().renews());
    }

    #[test]
    fn a_name_that_differs_in_width_and_brackets_is_the_same() {
        let policy = policy();
        let spelled = Recipient { name: "宁波港信(北仑)有限公司".into(), ..recipient() };
        let known = Known::of(&spelled, true, &[], &draft(), Source::File);
        assert_eq!(known.other_name, None);
        assert!(refused(&Facts { known: Some(known), ..facts(&policy) }, &draft()).is_empty());
    }

    #[test]
    fn another_account_than_the_one_on_file_opens_a_change_and_is_waited_for() {
        let (wanted, other) = (account(), Account { account_number: "6222020000000000001".into(), ..account() });
        let uses = |on_file: Option<&Account>, settled, pending: &[(i64, Account)], source| {
            account_use(Some(&wanted), on_file, settled, pending, source)
        };
        assert_eq!(uses(None, true, &[], Source::Page), AccountUse::First);
        assert_eq!(uses(Some(&wanted), true, &[], Source::Page), AccountUse::OnFile);
        assert_eq!(uses(Some(&other), true, &[], Source::Page), AccountUse::Change);
        assert_eq!(uses(Some(&other), true, &[(7, wanted.clone())], Source::Page), AccountUse::Open(7));
        assert_eq!(uses(Some(&other), true, &[(7, other.clone())], Source::Page), AccountUse::Change);
        assert_eq!(uses(Some(&other), false, &[], Source::Page), AccountUse::First);
        assert_eq!(uses(Some(&other), true, &[], Source::History), AccountUse::OnFile);
        assert_eq!(account_use(None, Some(&other), true, &[], Source::Page), AccountUse::OnFile);
    }

    #[test]
    fn what_looks_odd_is_a_warning_and_not_a_refusal() {
        let policy = policy();
        let odd = Draft {
            account: Some(Account { account_name: "王小明".into(), bank_code: "104100000005".into(), ..account() }),
            ..draft()
        };
        let facts = Facts {
            account_shared: Some("另一家".into()),
            alike: Some(Alike { grant: 9, applied_on: day("2020-02-20") }),
            ..facts(&policy)
        };
        assert!(refused(&facts, &odd).is_empty());
        let expected = ["bank_code_check", "account_holder_differs", "account_shared", "same_amount"];
        assert_eq!(warned(&facts, &odd), expected);
    }

    #[test]
    fn the_same_amount_is_odd_for_thirty_days() {
        let policy = policy();
        for (on, odd) in [("2020-02-01", true), ("2020-01-31", false), ("2020-04-01", true), ("2020-04-02", false)] {
            let facts = Facts { alike: Some(Alike { grant: 9, applied_on: day(on) }), ..facts(&policy) };
            assert_eq!(!warned(&facts, &draft()).is_empty(), odd, "{on}");
        }
    }

    proptest! {
        #[test]
        fn what_passes_never_goes_above_the_cap(cap in 1_i64..1_000_000, granted in 0_i64..1_000_000, amount in 1_i64..1_000_000) {
            let policy = Policy { cap: Some(Fen::new(cap)), ..policy() };
            let facts = Facts { granted: Fen::new(granted), ..facts(&policy) };
            let draft = Draft { amount: Fen::new(amount), applied_amount: Fen::new(amount), ..draft() };
            prop_assert_eq!(refused(&facts, &draft).is_empty(), granted + amount <= cap);
        }
    }
}
