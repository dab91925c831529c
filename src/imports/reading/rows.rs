//! The rows of the files as typed values.

use serde::{Deserialize, Serialize};

use super::What;
use super::columns::Column;
use super::values::{Seen, Values, account, bank, count, day, period_end, period_start, words};
use crate::kernel::Refusal;
use crate::kernel::bank_code::BankCode;
use crate::kernel::codes::{Industry, Instrument, Kind, PayeeRelation, Size};
use crate::kernel::dates::Day;
use crate::kernel::identity::{IdType, Identity};
use crate::kernel::money::Fen;

/// Characters of a code or reference.
const CODE_CHARS: usize = 64;
/// Characters of a name.
const NAME_CHARS: usize = 200;
/// Characters of free text.
const TEXT_CHARS: usize = 1000;

/// A row of a `policies` file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRow {
    /// 政策编号
    pub code: String,
    /// 政策名称
    pub title: String,
    /// 文号
    pub document_number: String,
    /// 资金方式
    pub instrument: Instrument,
    /// 起始日期
    pub starts_on: Day,
    /// 截止日期, not before the start.
    pub ends_on: Day,
    /// 单户上限, above zero; none means no cap.
    pub per_recipient_cap_fen: Option<Fen>,
    /// 预算金额, above zero.
    pub budget_fen: Fen,
}

/// A row of a `grants` or `history` file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantRow {
    /// 编号, used once within a policy of the file.
    pub reference: String,
    /// 统一社会信用代码, or another number if 证件类型 says so.
    pub identity: Identity,
    /// 名称
    pub name: String,
    /// 主体类型
    pub kind: Kind,
    /// 所属街道
    pub subdistrict: String,
    /// 行业
    pub industry: Industry,
    /// 规模
    pub size: Size,
    /// 政策编号
    pub policy: String,
    /// 金额, above zero.
    pub amount_fen: Fen,
    /// 联行号
    pub bank_code: BankCode,
    /// 开户行
    pub bank_name: String,
    /// 户名
    pub account_name: String,
    /// 账号
    pub account_number: String,
    /// 发放日期; always there in a `history` file.
    pub paid_on: Option<Day>,
    /// 收款人关系
    pub payee_relation: Option<PayeeRelation>,
    /// 申请金额, not below the amount.
    pub applied_amount_fen: Option<Fen>,
    /// 申报日期
    pub applied_on: Option<Day>,
    /// 指标文号
    pub allotment: Option<String>,
    /// 下达文号
    pub award_document: Option<String>,
    /// 摘要
    pub summary: Option<String>,
    /// 所属期, first day.
    pub period_from: Option<Day>,
    /// 所属期, last day; not before the first.
    pub period_to: Option<Day>,
    /// 附件张数
    pub attachments: Option<u32>,
    /// 凭证号
    pub voucher_number: Option<String>,
}

/// A row that a file can be read into.
pub trait TypedRow: Sized {
    /// Reads the row and keeps its faults in `values`; nothing if it has any.
    /// The amount comes back even if the rest is wrong, for the control total.
    fn read(what: What, values: &mut Values<'_>, seen: &mut Seen) -> (Option<Self>, Option<Fen>);
}

impl TypedRow for PolicyRow {
    fn read(_: What, values: &mut Values<'_>, seen: &mut Seen) -> (Option<Self>, Option<Fen>) {
        let code = values.need(Column::Code, words(CODE_CHARS));
        if let Some(code) = &code {
            refuse_repeated(values, seen, Column::Code, "code_repeated", &[code]);
        }
        let title = values.need(Column::Title, words(NAME_CHARS));
        let document_number = values.need(Column::DocumentNumber, words(NAME_CHARS));
        let instrument = values.need(Column::Instrument, Instrument::parse);
        let starts_on = values.need(Column::StartsOn, day);
        let ends_on = values.need(Column::EndsOn, day);
        refuse_reversed(values, Column::EndsOn, "window_reversed", starts_on, ends_on);
        let cap = values.maybe(Column::PerRecipientCap, values.amount(Column::PerRecipientCap));
        let budget = values.need(Column::Budget, values.amount(Column::Budget));
        let row = || {
            Some(Self {
                code: code?,
                title: title?,
                document_number: document_number?,
                instrument: instrument?,
                starts_on: starts_on?,
                ends_on: ends_on?,
                per_recipient_cap_fen: cap?,
                budget_fen: budget?,
            })
        };
        (row(), budget)
    }
}

impl TypedRow for GrantRow {
    fn read(what: What, values: &mut Values<'_>, seen: &mut Seen) -> (Option<Self>, Option<Fen>) {
        let reference = values.need(Column::Reference, words(CODE_CHARS));
        let policy = values.need(Column::Policy, words(CODE_CHARS));
        if let (Some(policy), Some(reference)) = (&policy, &reference) {
            refuse_repeated(values, seen, Column::Reference, "reference_repeated", &[policy, reference]);
        }
        let identity = read_identity(values);
        let name = values.need(Column::Name, words(NAME_CHARS));
        let kind = values.need(Column::Kind, Kind::parse);
        let subdistrict = values.need(Column::Subdistrict, words(NAME_CHARS));
        let industry = values.need(Column::Industry, Industry::parse);
        let size = values.need(Column::Size, Size::parse);
        let amount = values.need(Column::Amount, values.amount(Column::Amount));
        let bank_code = values.need(Column::BankCode, bank);
        let bank_name = values.need(Column::BankName, words(NAME_CHARS));
        let account_name = values.need(Column::AccountName, words(NAME_CHARS));
        let account_number = values.need(Column::AccountNumber, account);
        let paid_on = read_paid_on(what, values);
        let payee_relation = values.maybe(Column::PayeeRelation, PayeeRelation::parse);
        let applied_amount = read_applied_amount(values, amount);
        let applied_on = values.maybe(Column::AppliedOn, day);
        let allotment = values.maybe(Column::Allotment, words(NAME_CHARS));
        let award_document = values.maybe(Column::AwardDocument, words(NAME_CHARS));
        let summary = values.maybe(Column::Summary, words(TEXT_CHARS));
        let period_from = values.maybe(Column::PeriodFrom, period_start);
        let period_to = values.maybe(Column::PeriodTo, period_end);
        refuse_reversed(values, Column::PeriodTo, "period_reversed", period_from.flatten(), period_to.flatten());
        let attachments = values.maybe(Column::Attachments, count);
        let voucher_number = values.maybe(Column::VoucherNumber, words(CODE_CHARS));
        let row = || {
            Some(Self {
                reference: reference?,
                identity: identity?,
                name: name?,
                kind: kind?,
                subdistrict: subdistrict?,
                industry: industry?,
                size: size?,
                policy: policy?,
                amount_fen: amount?,
                bank_code: bank_code?,
                bank_name: bank_name?,
                account_name: account_name?,
                account_number: account_number?,
                paid_on: paid_on?,
                payee_relation: payee_relation?,
                applied_amount_fen: applied_amount?,
                applied_on: applied_on?,
                allotment: allotment?,
                award_document: award_document?,
                summary: summary?,
                period_from: period_from?,
                period_to: period_to?,
                attachments: attachments?,
                voucher_number: voucher_number?,
            })
        };
        (row(), amount)
    }
}

/// The number by the rules of its type; without a type it is a credit code.
fn read_identity(values: &mut Values<'_>) -> Option<Identity> {
    let id_type = values.maybe(Column::IdType, IdType::parse);
    let id_type = id_type?.unwrap_or_default();
    values.need(Column::Uscc, |shown| Identity::parse(id_type, shown))
}

#[expect(clippy::option_option, reason = "wrong, blank and read are three things")]
fn read_paid_on(what: What, values: &mut Values<'_>) -> Option<Option<Day>> {
    match what {
        What::History => values.need(Column::PaidOn, day).map(Some),
        What::Grants | What::Policies => values.maybe(Column::PaidOn, day),
    }
}

/// 申请 is never below 核定.
#[expect(clippy::option_option, reason = "wrong, blank and read are three things")]
fn read_applied_amount(values: &mut Values<'_>, amount: Option<Fen>) -> Option<Option<Fen>> {
    let applied = values.maybe(Column::AppliedAmount, values.amount(Column::AppliedAmount))?;
    match (applied, amount) {
        (Some(applied), Some(amount)) if applied < amount => {
            let refusal = Refusal::new("applied_below_amount").with("amount", amount.plain());
            values.refuse(Column::AppliedAmount, refusal.with("applied", applied.plain()));
            None
        }
        _ => Some(applied),
    }
}

fn refuse_repeated(values: &mut Values<'_>, seen: &mut Seen, column: Column, code: &'static str, key: &[&str]) {
    if let Some(first) = seen.before(key, values.line()) {
        values.refuse(column, Refusal::new(code).with("line", first));
    }
}

fn refuse_reversed(values: &mut Values<'_>, column: Column, code: &'static str, from: Option<Day>, to: Option<Day>) {
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        values.refuse(column, Refusal::new(code).with("from", from).with("to", to));
    }
}
