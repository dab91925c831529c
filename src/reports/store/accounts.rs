//! Paying accounts with both balances at the end of a day: the lines of 银行存款余额调节表.

use sea_orm::ConnectionTrait;

use super::Moment;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::reconciliation::{self, Adjustment, Group};
use crate::reports::rules::{Balanced, Line, Sums};

/// The accounts that were confirmed by the position and of which the bank stated a balance, in the order of their ids.
pub async fn accounts(c: &impl ConnectionTrait, moment: &Moment) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for account in reconciliation::accounts_at(c, moment.book_id, moment.at).await? {
        let from = async |day| {
            let known = (moment.book_id, moment.at);
            let found = reconciliation::account_month(c, known, account.id, (day, moment.as_of)).await?;
            Ok::<_, Error>(found.adjustment)
        };
        let (Some(month), Some(year)) = (from(moment.month()).await?, from(moment.year()).await?) else { continue };
        let balanced = balanced(&month)?;
        lines.push(Line {
            key: account.id.to_string(),
            month: moved(&month),
            year: moved(&year),
            account: Balanced {
                number: account.account_number,
                holder: account.name,
                bank_name: account.bank_name,
                ..balanced
            },
            ..Line::default()
        });
    }
    Ok(lines)
}

fn moved(form: &Adjustment) -> Sums {
    Sums { paid: form.movements.paid, returned: form.movements.returned, ..Sums::default() }
}

fn balanced(form: &Adjustment) -> Result<Balanced> {
    let of = |group| {
        let sum = Fen::sum(form.of(group).into_iter().map(|item| item.amount));
        sum.ok_or_else(|| Error::internal("a sum of open items leaves the range"))
    };
    Ok(Balanced {
        bank: form.bank,
        book_received: of(Group::BookReceived)?,
        book_paid: of(Group::BookPaid)?,
        adjusted_bank: form.adjusted_bank,
        book: form.book,
        bank_received: of(Group::BankReceived)?,
        bank_paid: of(Group::BankPaid)?,
        adjusted_book: form.adjusted_book,
        open_items: i64::try_from(form.items.len()).map_err(Error::internal)?,
        ..Balanced::default()
    })
}
