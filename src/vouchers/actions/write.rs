//! The vouchers of one act, in the command of the act.

use std::collections::BTreeMap;

use crate::journal::{ActorUid, Desk};
use crate::kernel::Result;
use crate::kernel::money::Fen;
use crate::vouchers::events::{KIND_VOUCHER_MADE, VoucherLine, VoucherMade};
use crate::vouchers::rules::{self, Act, Drawn, MovedSum, Occasion, VoucherKind, named_day};
use crate::vouchers::store::{self, Span};

/// Whose hands an act went through; actors who stand in the book's events. Each may be several, or nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hands {
    /// 经办: who prepared it.
    pub prepared_by: Vec<ActorUid>,
    /// 复核: who reviewed what it rests on.
    pub reviewed_by: Vec<ActorUid>,
    /// 审批: who approved it.
    pub approved_by: Vec<ActorUid>,
    /// 出纳: who handled the money.
    pub cashiers: Vec<ActorUid>,
}

/// An act whose events were emitted and whose vouchers shall be written.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What was done.
    pub act: Act,
    /// To which record; zero if to none.
    pub subject: i64,
    /// Positions of the first and the last event of the act: their transfers, all of them, are what is posted.
    pub positions: (i64, i64),
    /// What is special about it. Exact reversals need no word here: each transfer tells what it reverses, and when.
    pub occasion: Occasion,
    /// What the summary 摘要 begins with, in Chinese: `支付批次 12`.
    pub summary: String,
    /// 附件张数: how many documents it rests on.
    pub attachments: i64,
    /// 支付凭证号 of the treasury; empty if there is none.
    pub payment_voucher: String,
    /// Who did it.
    pub hands: Hands,
}

/// Writes the vouchers of an act: one for each month, colour and type that its transfers come to, none for moves that the
/// rules do not post. Call it behind the act's events, in their command, after [`Desk::answer_is`]: it flushes the desk,
/// so that the transfers stand in the book. Money that goes back (transfers that reverse others) gets red vouchers, whose
/// summary names what they cancel. Returns the ids of the vouchers.
///
/// # Errors
/// `posting_rule_missing` (`from`, `to`), `sum_too_large`.
pub async fn write(desk: &mut Desk, draft: Draft) -> Result<Vec<i64>> {
    desk.flush().await?;
    let sums = store::sums(desk.tx.connection(), desk.book_id(), draft.positions).await?;
    emit(desk, &draft, &sums).await
}

/// Emits the vouchers that sums come to.
pub(super) async fn emit(desk: &mut Desk, draft: &Draft, sums: &[MovedSum]) -> Result<Vec<i64>> {
    let book_id = desk.book_id();
    let (version, rules) = store::rules_in_force(desk.tx.connection(), book_id).await?;
    let mut numbers: BTreeMap<(VoucherKind, String), i64> = BTreeMap::new();
    let mut ids = Vec::new();
    for drawn in rules::draw(&rules, sums, draft.occasion)? {
        let key = (drawn.kind, drawn.month.clone());
        let before = match numbers.get(&key) {
            Some(number) => *number,
            None => store::last_number(desk.tx.connection(), book_id, drawn.kind, &drawn.month).await?,
        };
        numbers.insert(key, before + 1);
        let cancelled = cancelled(desk, &drawn, draft.positions).await?;
        let made = made(draft, drawn, (before + 1, version), &cancelled);
        ids.push(desk.emit(KIND_VOUCHER_MADE, 1, &made)?);
    }
    Ok(ids)
}

/// The vouchers that a red one takes back.
async fn cancelled(desk: &Desk, drawn: &Drawn, positions: Span) -> Result<Vec<store::Cancelled>> {
    if !drawn.is_red {
        return Ok(Vec::new());
    }
    let of = (drawn.kind, drawn.month.as_str(), &drawn.ways);
    store::cancelled(desk.tx.connection(), desk.book_id(), of, positions).await
}

fn made(draft: &Draft, drawn: Drawn, (number, rules): (i64, i64), cancelled: &[store::Cancelled]) -> VoucherMade {
    let line = |line: rules::Line| VoucherLine {
        side: line.side,
        account: line.account,
        account_name: line.account_name,
        words: line.words,
        policy: line.policy,
        allotment: line.allotment,
        debit: line.debit,
        credit: line.credit,
    };
    VoucherMade {
        summary: summary(&draft.summary, &drawn, cancelled),
        kind: drawn.kind,
        month: drawn.month,
        number,
        made_on: drawn.made_on,
        is_red: drawn.is_red,
        reverses: cancelled.iter().map(|voucher| voucher.id).collect(),
        taken: cancelled.iter().map(|voucher| Fen::new(voucher.taken_fen)).collect(),
        act: draft.act,
        subject: draft.subject,
        first: draft.positions.0,
        last: draft.positions.1,
        rules,
        attachments: draft.attachments,
        payment_voucher: draft.payment_voucher.clone(),
        prepared_by: draft.hands.prepared_by.clone(),
        reviewed_by: draft.hands.reviewed_by.clone(),
        approved_by: draft.hands.approved_by.clone(),
        cashiers: draft.hands.cashiers.clone(),
        sum: drawn.sum,
        lines: drawn.lines.into_iter().map(line).collect(),
    }
}

/// What the act was and what became of the money, `支付批次 12：送交支付 120 笔`; a red one says first what it cancels.
fn summary(of_act: &str, drawn: &Drawn, cancelled: &[store::Cancelled]) -> String {
    let phrase = |(words, grants): &(String, i64)| {
        if *grants > 0 { format!("{words} {grants} 笔") } else { words.clone() }
    };
    let phrases = drawn.words.iter().map(phrase).collect::<Vec<_>>().join("、");
    let plain = format!("{of_act}：{phrases}");
    if !drawn.is_red {
        return plain;
    }
    let named = |voucher: &store::Cancelled| {
        let day =
            crate::kernel::dates::Day::parse(&voucher.made_on).map_or_else(|_| voucher.made_on.clone(), named_day);
        let name = rules::name(drawn.kind, &voucher.month, voucher.number);
        let whole = voucher.taken_fen >= voucher.sum_fen;
        let part = if whole { String::new() } else { format!("中的 {} 元", Fen::new(voucher.taken_fen)) };
        format!("{day}{name}号凭证{part}")
    };
    match cancelled {
        [] => format!("冲销 {plain}"),
        some => format!("注销{}。{plain}", some.iter().map(named).collect::<Vec<_>>().join("、")),
    }
}
