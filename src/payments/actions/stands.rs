//! What a line of a statement stands for as a whole, where it tells of no payment alone.

use std::collections::HashSet;

use crate::journal::{Desk, Head};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::events::StandsFor;
use crate::payments::files::{BankLine, LineKind, Side};
use crate::payments::rules::{self, BatchState, Difference, Name, Whole};
use crate::payments::store;

/// Days that may lie between a release, or a return, and the statement's line about it.
const WITHIN_DAYS: i64 = 10;

/// Whose account a statement is of, and which payments it told already, by side.
#[derive(Debug, Default)]
pub(super) struct Standing {
    pub(super) account: Option<i64>,
    /// Its number as the file says it, also where the book does not know the account.
    account_number: String,
    told: HashSet<(i64, &'static str)>,
}

/// What was found for a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// It tells of nothing that is known as a whole.
    Nothing,
    /// It stands for this.
    Stands(StandsFor),
    /// It names a batch, and this differs.
    Differs(Vec<Difference>),
    /// It may stand for a payment of these batches; a person looks at them.
    Several(Vec<i64>),
}

impl Standing {
    pub(super) fn of(account: Option<i64>) -> Self {
        Self { account, ..Self::default() }
    }

    /// The same of a file that says this number.
    pub(super) fn said(account: Option<i64>, account_number: &str) -> Self {
        Self { account_number: account_number.to_owned(), ..Self::of(account) }
    }

    /// A payment was told by a line of its own.
    pub(super) fn tell(&mut self, payment: i64, side: Side) {
        self.told.insert((payment, side.word()));
    }

    /// Which of these payments this statement or another one told on a side.
    pub(super) async fn told(&self, desk: &Desk, side: Side, payments: &[i64]) -> Result<HashSet<i64>> {
        let mut told = store::told(desk.tx.connection(), desk.book_id(), side.word(), payments).await?;
        told.extend(payments.iter().filter(|payment| self.told.contains(&(**payment, side.word()))));
        Ok(told)
    }

    /// What a line stands for: by the batch that it names, else by account, amount and day, if one alone fits.
    pub(super) async fn find(&mut self, desk: &Desk, head: &Head, line: &BankLine) -> Result<Found> {
        let Some(amount) = line.amount_fen else { return Ok(Found::Nothing) };
        let found = match named(head, line) {
            Some((batch, part)) => self.by_name(desk, line, amount, (batch, part)).await?,
            None => self.by_window(desk, line, amount).await?,
        };
        if let Found::Stands(stands) = &found {
            let told = stands.payments.iter().flat_map(|(first, last)| *first..=*last);
            self.told.extend(told.map(|payment| (payment, line.side.word())));
        }
        Ok(found)
    }

    /// What a line of this amount stands for, if it stands for this batch or a file of it: of several files of one sum the
    /// first that no statement told.
    pub(super) async fn of_batch(&self, desk: &Desk, side: Side, batch: i64, amount: Fen) -> Result<Option<StandsFor>> {
        let mut wholes = self.wholes(desk, side, batch, None).await?;
        if side == Side::Debit {
            wholes.extend(self.parts(desk, batch, None).await?);
        }
        let untold = self.untold(desk, side, rules::fitting(wholes, amount)).await?;
        Ok(untold.first().map(stands))
    }

    async fn by_name(
        &self,
        desk: &Desk,
        line: &BankLine,
        amount: Fen,
        (batch, part): (i64, Option<i64>),
    ) -> Result<Found> {
        let (c, book_id) = (desk.tx.connection(), desk.book_id());
        let found = match store::batch(c, book_id, batch).await {
            Ok(found) if found.state == BatchState::Released => found,
            Ok(_) | Err(Error::NotFound) => return Ok(Found::Nothing),
            Err(other) => return Err(other),
        };
        let differs = |name, book: String, bank: String| Found::Differs(vec![Difference { name, book, bank }]);
        if let Some(own) = found.paying_account
            && self.account != Some(own)
            && !self.account_number.is_empty()
        {
            let own = store::paying_account(c, book_id, own).await?.account_number;
            if own != self.account_number {
                return Ok(differs(Name::OrderDiffers, own, self.account_number.clone()));
            }
        }
        let wholes = self.wholes(desk, line.side, batch, part).await?;
        let Some(expected) = wholes.last().map(|whole| whole.sum) else { return Ok(Found::Nothing) };
        let fitting = rules::fitting(wholes, amount);
        let untold = self.untold(desk, line.side, fitting.clone()).await?;
        Ok(match (untold.as_slice(), fitting.is_empty()) {
            ([only], _) => Found::Stands(stands(only)),
            ([], true) => differs(Name::AmountDiffers, expected.plain(), amount.plain()),
            ([], false) => differs(Name::Duplicate, expected.plain(), amount.plain()),
            (several, _) => Found::Several(batches(several)),
        })
    }

    async fn by_window(&self, desk: &Desk, line: &BankLine, amount: Fen) -> Result<Found> {
        let Some(on) = line.completed_on else { return Ok(Found::Nothing) };
        let days = (on.plus_days(-WITHIN_DAYS), on);
        let mut wholes = Vec::new();
        if line.side == Side::Debit {
            let c = desk.tx.connection();
            for batch in store::released_between(c, desk.book_id(), self.account, days).await? {
                wholes.extend(self.wholes(desk, Side::Debit, batch, None).await?);
                wholes.extend(self.parts(desk, batch, None).await?);
            }
        } else {
            wholes = self.credits(desk, days).await?;
        }
        let untold = self.untold(desk, line.side, rules::fitting(wholes, amount)).await?;
        Ok(match untold.as_slice() {
            [] => Found::Nothing,
            [only] => Found::Stands(stands(only)),
            several => Found::Several(batches(several)),
        })
    }

    /// What a line about a batch, or a file of it, may stand for.
    async fn wholes(&self, desk: &Desk, side: Side, batch: i64, part: Option<i64>) -> Result<Vec<Whole>> {
        if part.is_some() {
            return self.parts(desk, batch, part).await;
        }
        let members = store::members_of(desk.tx.connection(), desk.book_id(), batch).await?;
        Ok(match side {
            Side::Debit => rules::debits(batch, None, &members),
            Side::Credit => rules::credits(&members),
        })
    }

    /// The files as which a batch went out: all of them, or the one that is named.
    async fn parts(&self, desk: &Desk, batch: i64, wanted: Option<i64>) -> Result<Vec<Whole>> {
        let (c, book_id) = (desk.tx.connection(), desk.book_id());
        let files = store::parts_of(c, book_id, batch).await?;
        if files.is_empty() {
            return Ok(Vec::new());
        }
        let members = store::members_of(c, book_id, batch).await?;
        let mut found = Vec::new();
        for file in files {
            let mut rest = members.as_slice();
            for (part, count) in file {
                let count = usize::try_from(count).map_err(Error::internal)?;
                let (own, after) = rest.split_at_checked(count).unwrap_or((rest, &[]));
                rest = after;
                if wanted.is_none_or(|wanted| wanted == part) {
                    found.extend(rules::debits(batch, Some(part), own));
                }
            }
        }
        Ok(found)
    }

    async fn credits(&self, desk: &Desk, days: (Day, Day)) -> Result<Vec<Whole>> {
        let (c, book_id) = (desk.tx.connection(), desk.book_id());
        let back = store::came_back(c, book_id, self.account, days).await?;
        let ids: Vec<i64> = back.iter().map(|member| member.payment).collect();
        let told = self.told(desk, Side::Credit, &ids).await?;
        let left: Vec<_> = back.into_iter().filter(|member| !told.contains(&member.payment)).collect();
        Ok(rules::credits(&left))
    }

    /// Those of which no statement told a payment yet.
    async fn untold(&self, desk: &Desk, side: Side, wholes: Vec<Whole>) -> Result<Vec<Whole>> {
        let mut left = Vec::with_capacity(wholes.len());
        for whole in wholes {
            if self.told(desk, side, &whole.payments).await?.is_empty() {
                left.push(whole);
            }
        }
        Ok(left)
    }
}

fn stands(whole: &Whole) -> StandsFor {
    StandsFor { batch: whole.batch, part: whole.part, payments: rules::runs(&whole.payments), sum: whole.sum }
}

fn batches(wholes: &[Whole]) -> Vec<i64> {
    let mut batches: Vec<i64> = wholes.iter().filter_map(|whole| whole.batch).collect();
    batches.dedup();
    batches
}

/// The batch, and the file of it, that a line names somewhere.
fn named(head: &Head, line: &BankLine) -> Option<(i64, Option<i64>)> {
    let words = [line.payment_id.as_deref(), line.batch.as_deref(), line.reason.as_deref()];
    words.into_iter().flatten().find_map(|words| rules::named_batch(&head.code, words))
}

/// Whether a line may stand for a whole: it is about payments, and says no payment's id that the book knows.
pub(super) fn may_stand(line: &BankLine) -> bool {
    matches!(line.kind, LineKind::Payment | LineKind::Return)
}
