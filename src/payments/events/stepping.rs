//! Where payments bring their grants: a whole one goes where its payment goes; of one that is paid in parts it follows from
//! all of its payments.

use std::collections::BTreeSet;

use crate::grants::{self, State, Stepped};
use crate::journal::{Recorded, Tx};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::rules::{Attempt, PaymentState};
use crate::payments::store::{Brief, Course};

/// What an event makes of a payment.
pub(super) struct Change<'a> {
    pub(super) event: &'a Recorded,
    pub(super) payment: i64,
    pub(super) grant: i64,
    /// 0 if it pays its grant whole.
    pub(super) instalment: i64,
    pub(super) amount: Fen,
    pub(super) to: PaymentState,
    /// Whether it was released for another attempt.
    pub(super) is_reissued: bool,
    pub(super) reason: &'a str,
}

impl<'a> Change<'a> {
    /// A payment that goes into another state.
    pub(super) const fn of(event: &'a Recorded, payment: &Brief, to: PaymentState, reason: &'a str) -> Self {
        Self {
            event,
            payment: payment.id,
            grant: payment.grant,
            instalment: payment.instalment,
            amount: payment.amount,
            to,
            is_reissued: false,
            reason,
        }
    }

    const fn whole(&self) -> State {
        if self.is_reissued { State::Approved } else { self.to.grant() }
    }
}

/// Steps that wait until all payments of an event are known.
#[derive(Debug, Default)]
pub(super) struct Steps(Vec<Stepped>);

impl Steps {
    /// What these changes, in their order, make of grants. Must be asked before the payments themselves are written.
    pub(super) async fn of(tx: &Tx, changes: &[Change<'_>]) -> Result<Self> {
        let parted: BTreeSet<i64> =
            changes.iter().filter(|change| change.instalment > 0).map(|change| change.grant).collect();
        let parted: Vec<i64> = parted.into_iter().collect();
        let mut course = Course::of(tx.connection(), tx.book_id(), &parted).await?;
        let mut steps = Vec::with_capacity(changes.len());
        for event in changes.chunk_by(|one, next| one.event.position == next.event.position) {
            let before: Vec<(i64, Option<State>)> = touched(event).map(|grant| (grant, course.stands(grant))).collect();
            for change in event {
                if change.instalment == 0 {
                    steps.push(Stepped::by(change.event, change.grant, change.whole(), change.reason));
                    continue;
                }
                let attempt = Attempt { amount: change.amount, state: change.to, is_reissued: change.is_reissued };
                course.set(change.grant, change.payment, attempt);
            }
            for (grant, before) in before {
                let after = course.stands(grant);
                let after = after.ok_or_else(|| Error::internal(format!("there is no grant {grant}")))?;
                let last = event.iter().rfind(|change| change.grant == grant);
                if let Some(change) = last.filter(|_| before != Some(after)) {
                    steps.push(Stepped::by(change.event, grant, after, change.reason));
                }
            }
        }
        Ok(Self(steps))
    }

    /// Writes them down.
    pub(super) async fn take(self, tx: &mut Tx) -> Result<()> {
        grants::step(tx, &self.0).await
    }
}

/// The grants of which an event changes parts, each once, in order.
fn touched(event: &[Change<'_>]) -> impl Iterator<Item = i64> {
    let grants: BTreeSet<i64> =
        event.iter().filter(|change| change.instalment > 0).map(|change| change.grant).collect();
    grants.into_iter()
}
