//! Vouchers by month and type, one voucher as it is printed, and the posting rules.

mod list;
mod posting;
mod show;
mod version;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use rocket::fairing::AdHoc;
use rocket::routes;

use super::rules::{RuleSet, Side};
use super::store;
use crate::journal::{Actor, Door};
use crate::kernel::Result;
use crate::people::{Admission, In, Place, Role, roles_of};
use crate::web::T;

/// The roles of [`Gatherer`].
#[derive(Debug, Clone, Copy)]
pub enum OfGatherer {}

impl Admission for OfGatherer {
    const ROLES: &'static [Role] = &[Role::Clerk, Role::Manager];
}

/// Gathers what has no voucher into vouchers.
type Gatherer = In<OfGatherer>;

/// The roles of [`RulesDecider`].
#[derive(Debug, Clone, Copy)]
pub enum OfRulesDecider {}

impl Admission for OfRulesDecider {
    const ROLES: &'static [Role] = &[Role::Reviewer, Role::Manager];
}

/// Decides on versions of the posting rules.
type RulesDecider = In<OfRulesDecider>;

/// The pages of vouchers.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("vouchers", |rocket| async {
        let routes = routes![
            list::show,
            list::gather,
            show::show,
            posting::show,
            posting::new,
            posting::prepare,
            version::show,
            version::approve,
            version::refuse,
        ];
        rocket.mount("/", routes)
    })
}

/// Vouchers in the navigation, with the versions of the rules that wait for this person.
pub fn places() -> Vec<Place> {
    vec![Place::new("vouchers", &Role::READERS).counting(waiting)]
}

fn waiting<'a>(door: &'a Door, book_id: i64, actor: &'a Actor) -> BoxFuture<'a, Result<i64>> {
    async move {
        let held = roles_of(&door.db.read, book_id, &actor.uid).await?;
        if !held.iter().any(|role| OfRulesDecider::ROLES.contains(role)) {
            return Ok(0);
        }
        store::waiting_for(&door.db.read, book_id, &actor.person).await
    }
    .boxed()
}

/// A posting rule in words.
#[derive(Debug, Clone)]
struct ShownRule {
    from: &'static str,
    to: &'static str,
    /// Occasion and payer, where it is not for all.
    when: String,
    kind: &'static str,
    words: String,
    /// By side: accounts that are debited, accounts that are credited.
    sides: [(Vec<String>, Vec<String>); 2],
}

/// A set of rules in words.
fn in_words(t: T, set: &RuleSet) -> Vec<ShownRule> {
    let named = |codes: &[String], side: Side| {
        let accounts = codes.iter().filter_map(|code| set.account(code)).filter(|account| account.side == side);
        accounts.map(|account| format!("{} {}", account.code, account.name)).collect::<Vec<_>>()
    };
    let shown = |rule: &super::rules::Rule| {
        let payer = rule.payer.as_ref().map(|payer| t.s(&format!("payments.payer.{payer}")));
        let when = [Some(t.s(rule.occasion.key())), payer].into_iter().flatten().collect::<Vec<_>>();
        ShownRule {
            from: t.s(rule.from.key()),
            to: t.s(rule.to.key()),
            when: when.join(" · "),
            kind: t.s(rule.kind.key()),
            words: rule.words.clone(),
            sides: Side::ALL.map(|side| (named(&rule.debit, side), named(&rule.credit, side))),
        }
    };
    set.rules().iter().map(shown).collect()
}
