//! 银行存款余额调节表 as a file: for each paying account both balances at the end of the day, every open item in its group,
//! and both balances adjusted.

use std::io::Write;

use super::columns;
use super::request::{Request, What};
use super::writer::{Logins, Table, Tally};
use crate::db::Database;
use crate::journal::Head;
use crate::kernel::Result;
use crate::kernel::money::Fen;
use crate::reconciliation::{self, Adjustment, Group, Item};

/// One row: what it is, its day, what it is about, amount.
struct Row<'a> {
    code: &'static str,
    item: Option<&'a Item>,
    amount: Fen,
}

/// Writes the form of every account, for the month of the day, up to that day.
pub(super) async fn write(
    db: &Database,
    head: &Head,
    request: &Request,
    at: i64,
    out: &mut (impl Write + Send),
) -> Result<Tally> {
    let columns = columns::of(What::BankStatement);
    let mut table = Table::of(out, request.format, request.lang, columns, Logins::new())?;
    let view = db.snapshot().await?;
    let until = request.as_of;
    for account in reconciliation::accounts_at(&view, head.book_id, at).await? {
        let days = (until.month_start(), until);
        let month = reconciliation::account_month(&view, (head.book_id, at), account.id, days).await?;
        let Some(adjustment) = month.adjustment else { continue };
        for row in rows(&adjustment) {
            let on = row.item.map_or(until, |item| item.on);
            let carried = row.item.is_some_and(|item| item.on < until.month_start());
            table.text(&account.account_number)?;
            table.text(&until.to_string())?;
            table.text(row.code)?;
            table.text(&on.to_string())?;
            table.text(row.item.map_or("", |item| item.what.code()))?;
            table.text(row.item.map_or("", |item| &item.counterparty))?;
            table.text(row.item.map_or("", |item| &item.serial))?;
            table.amount(row.amount.get())?;
            table.number(i64::from(carried))?;
            table.end_row()?;
        }
    }
    table.end()
}

/// The rows in the order of the form.
fn rows(adjustment: &Adjustment) -> Vec<Row<'_>> {
    let balance = |code, amount| Row { code, item: None, amount };
    let items = |group: Group| {
        let of = adjustment.of(group).into_iter();
        of.map(move |item| Row { code: group.code(), item: Some(item), amount: item.amount })
    };
    let mut rows = vec![balance("bank_balance", adjustment.bank)];
    rows.extend(items(Group::BookReceived));
    rows.extend(items(Group::BookPaid));
    rows.push(balance("adjusted_bank", adjustment.adjusted_bank));
    rows.push(balance("book_balance", adjustment.book));
    rows.extend(items(Group::BankReceived));
    rows.extend(items(Group::BankPaid));
    rows.push(balance("adjusted_book", adjustment.adjusted_book));
    rows
}
