//! Vouchers that were made. What a book's vouchers promise is held here as well, so that a replay refuses a history
//! in which a number is missing or entries do not balance.

use std::collections::BTreeMap;

use super::VoucherMade;
use crate::db::entity::{voucher_lines, voucher_reversals, vouchers};
use crate::journal::{Recorded, Tx};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::vouchers::rules::{Side, VoucherKind};
use crate::vouchers::store;

/// Writes vouchers and their entries.
pub(super) async fn apply(tx: &mut Tx, run: &[Recorded]) -> Result<()> {
    let book_id = tx.book_id();
    let mut last: BTreeMap<(VoucherKind, String), i64> = BTreeMap::new();
    let (mut rows, mut lines, mut reversals) = (Vec::new(), Vec::new(), Vec::new());
    for event in run {
        let made: VoucherMade = event.payload()?;
        let key = (made.kind, made.month.clone());
        let before = match last.get(&key) {
            Some(number) => *number,
            None => store::last_number(tx.connection(), book_id, made.kind, &made.month).await?,
        };
        hold(event.position, &made, before)?;
        last.insert(key, made.number);
        for (line, number) in made.lines.iter().zip(1..) {
            lines.push(voucher_lines::Model {
                book_id,
                voucher: event.position,
                line: number,
                side: line.side.code().to_owned(),
                account: line.account.clone(),
                account_name: line.account_name.clone(),
                words: line.words.clone(),
                policy: line.policy,
                allotment: line.allotment,
                debit_fen: line.debit.get(),
                credit_fen: line.credit.get(),
            });
        }
        let taken = made.taken.iter().map(|taken| taken.get()).chain(std::iter::repeat(0));
        reversals.extend(made.reverses.iter().zip(taken).map(|(reversed, taken_fen)| voucher_reversals::Model {
            book_id,
            voucher: event.position,
            reversed: *reversed,
            taken_fen,
        }));
        rows.push(row(book_id, event.position, made));
    }
    tx.insert(rows).await?;
    tx.insert(lines).await?;
    tx.insert(reversals).await
}

/// The number follows the last one, and each side balances.
fn hold(position: i64, made: &VoucherMade, before: i64) -> Result<()> {
    if made.number != before + 1 {
        let name = crate::vouchers::rules::name(made.kind, &made.month, made.number);
        return Err(Error::internal(format!("event {position}: voucher {name} does not follow number {before}")));
    }
    for side in Side::ALL {
        let of_side = || made.lines.iter().filter(|line| line.side == side);
        let debits = Fen::sum(of_side().map(|line| line.debit));
        if debits.is_none() || debits != Fen::sum(of_side().map(|line| line.credit)) {
            return Err(Error::internal(format!(
                "event {position}: a voucher does not balance on its {} side",
                side.code()
            )));
        }
    }
    Ok(())
}

fn row(book_id: i64, id: i64, made: VoucherMade) -> vouchers::Model {
    vouchers::Model {
        book_id,
        id,
        kind: made.kind.code().to_owned(),
        month: made.month,
        number: made.number,
        made_on: made.made_on.to_string(),
        is_red: i64::from(made.is_red),
        act: made.act.code().to_owned(),
        subject: made.subject,
        first_position: made.first,
        last_position: made.last,
        rules: made.rules,
        summary: made.summary,
        attachments: made.attachments,
        payment_voucher: made.payment_voucher,
        sum_fen: made.sum.get(),
        prepared_by: made.prepared_by.join(","),
        reviewed_by: made.reviewed_by.join(","),
        approved_by: made.approved_by.join(","),
        cashiers: made.cashiers.join(","),
    }
}
