//! What can happen to vouchers and posting rules, and what it does to the tables.

mod made;
mod posting;

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::rules::{Act, Side, VoucherKind};
use crate::journal::{ActorUid, Applier, Recorded, Tx};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::people::Persons;

/// A voucher was made; its id is the position of this event.
pub const KIND_VOUCHER_MADE: &str = "voucher_made";
/// A version of the posting rules was prepared; its id is the position of this event.
pub const KIND_POSTING_RULES_PREPARED: &str = "posting_rules_prepared";
/// Another person put it in force.
pub const KIND_POSTING_RULES_APPROVED: &str = "posting_rules_approved";
/// Another person refused it.
pub const KIND_POSTING_RULES_REFUSED: &str = "posting_rules_refused";

/// An entry of a voucher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoucherLine {
    /// Financial or budget side.
    pub side: Side,
    /// Code of the account.
    pub account: String,
    /// Its name.
    pub account_name: String,
    /// The phrase of the rule.
    pub words: String,
    /// The policy.
    pub policy: i64,
    /// The allotment.
    pub allotment: i64,
    /// Zero if it is credited.
    pub debit: Fen,
    /// Zero if it is debited.
    pub credit: Fen,
}

/// A voucher, with all that was derived for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoucherMade {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: VoucherKind,
    /// Its month, `2020-10`.
    pub month: String,
    /// Its number among those of its type and month, from 1.
    pub number: i64,
    /// Its day.
    pub made_on: Day,
    /// Whether it takes back what other vouchers say (红字).
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_red: bool,
    /// The vouchers that it takes back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reverses: Vec<i64>,
    /// How much of each of them; unknown (0) in events recorded before it was told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<Fen>,
    /// What was done.
    pub act: Act,
    /// To which record; zero if to none.
    pub subject: i64,
    /// Position of the first event whose transfers it stands for.
    pub first: i64,
    /// Position of the last one.
    pub last: i64,
    /// Version of the posting rules that made it; zero for those shipped.
    pub rules: i64,
    /// 摘要
    pub summary: String,
    /// 附件张数
    pub attachments: i64,
    /// 支付凭证号; empty if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub payment_voucher: String,
    /// 经办
    pub prepared_by: Vec<ActorUid>,
    /// 复核
    pub reviewed_by: Vec<ActorUid>,
    /// 审批
    pub approved_by: Vec<ActorUid>,
    /// 出纳
    pub cashiers: Vec<ActorUid>,
    /// The larger of the debits of its sides.
    pub sum: Fen,
    /// Its entries.
    pub lines: Vec<VoucherLine>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands the field out by reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// A version of the posting rules that waits for another person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostingRulesPrepared {
    /// The rules, as written.
    pub text: String,
    /// Why they are to change.
    pub reason: String,
}

/// What another person decided about a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostingRulesDecided {
    /// The version.
    pub rules: i64,
    /// Hex leaf hash of what was signed.
    pub digest: String,
    /// Why it is refused; empty if it is not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// This feature's part in replay.
pub static APPLIER: Applier = Applier {
    feature: "vouchers",
    kinds: &[
        (KIND_VOUCHER_MADE, 1),
        (KIND_POSTING_RULES_PREPARED, 1),
        (KIND_POSTING_RULES_APPROVED, 1),
        (KIND_POSTING_RULES_REFUSED, 1),
    ],
    slots: &[],
    apply,
};

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let persons = Persons::behind(tx, events).await?;
        for run in events.chunk_by(|one, next| one.kind == next.kind) {
            let Some(first) = run.first() else { continue };
            match first.kind.as_str() {
                KIND_VOUCHER_MADE => made::apply(tx, run).await?,
                KIND_POSTING_RULES_PREPARED => posting::prepared(tx, run, &persons).await?,
                KIND_POSTING_RULES_APPROVED => posting::decided(tx, run, &persons, "approved").await?,
                KIND_POSTING_RULES_REFUSED => posting::decided(tx, run, &persons, "refused").await?,
                other => return Err(Error::internal(format!("vouchers does not apply {other}"))),
            }
        }
        Ok(())
    })
}
