//! The columns of the files that come in: their English name, their Chinese name, and what departments call them.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::What;
use crate::kernel::text;

/// A column that some file has. One name means one thing in all files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the column of its English name, below")]
pub enum Column {
    // policies
    Code,
    Title,
    DocumentNumber,
    Instrument,
    StartsOn,
    EndsOn,
    PerRecipientCap,
    Budget,
    // grants and history
    Reference,
    Uscc,
    Name,
    Kind,
    Subdistrict,
    Industry,
    Size,
    Policy,
    Amount,
    BankCode,
    BankName,
    AccountName,
    AccountNumber,
    PaidOn,
    IdType,
    PayeeRelation,
    AppliedAmount,
    AppliedOn,
    Allotment,
    AwardDocument,
    Summary,
    PeriodFrom,
    PeriodTo,
    Attachments,
    VoucherNumber,
}

impl Column {
    /// How many columns there are.
    pub const COUNT: usize = Self::VoucherNumber as usize + 1;

    /// The name in English files, in errors and in the program.
    pub fn name(self) -> &'static str {
        self.names().english
    }

    /// The name in Chinese files.
    pub fn zh(self) -> &'static str {
        self.names().zh
    }

    /// An amount of money, to which the unit applies.
    pub const fn is_money(self) -> bool {
        matches!(self, Self::PerRecipientCap | Self::Budget | Self::Amount | Self::AppliedAmount)
    }

    fn names(self) -> &'static Names {
        // the table stands in the order of the enum; a test holds it
        POLICY_NAMES.iter().chain(GRANT_NAMES).find(|names| names.column == self).unwrap_or(&UNNAMED)
    }
}

/// What a column is called.
struct Names {
    column: Column,
    english: &'static str,
    zh: &'static str,
    also: &'static [&'static str],
}

static UNNAMED: Names = names(Column::Code, "", "", &[]);

const fn names(column: Column, english: &'static str, zh: &'static str, also: &'static [&'static str]) -> Names {
    Names { column, english, zh, also }
}

static POLICY_NAMES: &[Names] = &[
    names(Column::Code, "code", "政策编号", &["政策代码", "policy_code"]),
    names(Column::Title, "title", "政策名称", &["帮扶政策名称", "名称"]),
    names(Column::DocumentNumber, "document_number", "文号", &["政策文号", "发文字号", "文件号"]),
    names(Column::Instrument, "instrument", "资金方式", &["补助方式", "支持方式"]),
    names(Column::StartsOn, "starts_on", "起始日期", &["开始日期", "生效日期", "起始时间"]),
    names(Column::EndsOn, "ends_on", "截止日期", &["结束日期", "终止日期", "截止时间"]),
    names(Column::PerRecipientCap, "per_recipient_cap", "单户上限", &["单户限额", "每户上限", "补助上限"]),
    names(Column::Budget, "budget", "预算金额", &["预算", "预算数", "资金规模"]),
];

static GRANT_NAMES: &[Names] = &[
    names(Column::Reference, "reference", "编号", &["业务编号", "申请编号", "发放编号", "流水号", "业务流水号"]),
    names(
        Column::Uscc,
        "uscc",
        "统一社会信用代码",
        &["信用代码", "社会信用代码", "统一信用代码", "证件号码", "证件号", "统一社会信用代码/证件号码"],
    ),
    names(
        Column::Name,
        "name",
        "名称",
        &[
            "企业名称",
            "单位名称",
            "收款单位",
            "市场主体",
            "市场主体名称",
            "主体名称",
            "申请单位",
            "申报单位",
            "企业（单位）名称",
        ],
    ),
    names(Column::Kind, "kind", "主体类型", &["市场主体类型", "企业类型", "类型", "主体性质"]),
    names(
        Column::Subdistrict,
        "subdistrict",
        "所属街道",
        &["街道", "镇街", "街道（乡镇）", "所属镇街", "属地", "所在街道"],
    ),
    names(Column::Industry, "industry", "行业", &["所属行业", "行业类别", "行业代码", "行业门类"]),
    names(Column::Size, "size", "规模", &["企业规模", "规模类型", "企业划型", "规模划型"]),
    names(Column::Policy, "policy", "政策编号", &["政策代码", "帮扶政策", "所属政策", "policy_code"]),
    names(
        Column::Amount,
        "amount",
        "金额",
        &[
            "补助金额",
            "核定金额",
            "发放金额",
            "补贴金额",
            "拨付金额",
            "支付金额",
            "审定金额",
            "奖补金额",
            "核定补助金额",
        ],
    ),
    names(Column::BankCode, "bank_code", "联行号", &["行号", "开户行行号", "开户行联行号", "银行行号", "大额行号"]),
    names(
        Column::BankName,
        "bank_name",
        "开户行",
        &["开户银行", "开户行名称", "收款银行", "收款人开户行", "开户银行名称"],
    ),
    names(
        Column::AccountName,
        "account_name",
        "户名",
        &["账户名称", "帐户名称", "收款户名", "收款人户名", "账户名", "开户名称", "收款人名称", "银行户名"],
    ),
    names(
        Column::AccountNumber,
        "account_number",
        "账号",
        &["银行账号", "帐号", "银行帐号", "收款账号", "收款人账号", "银行账户", "开户账号"],
    ),
    names(
        Column::PaidOn,
        "paid_on",
        "发放日期",
        &["支付日期", "拨付日期", "到账日期", "付款日期", "发放时间", "支付时间", "拨付时间"],
    ),
    names(Column::IdType, "id_type", "证件类型", &["证照类型"]),
    names(Column::PayeeRelation, "payee_relation", "收款人关系", &["与收款人关系", "收款人与主体关系"]),
    names(Column::AppliedAmount, "applied_amount", "申请金额", &["申报金额", "申请补助金额"]),
    names(Column::AppliedOn, "applied_on", "申报日期", &["申请日期", "申报时间", "申请时间"]),
    names(Column::Allotment, "allotment", "指标文号", &["指标", "预算指标文号"]),
    names(Column::AwardDocument, "award_document", "下达文号", &["下达文件", "拨款文号"]),
    names(Column::Summary, "summary", "摘要", &["用途", "资金用途"]),
    names(Column::PeriodFrom, "period_from", "所属期起", &["所属期开始", "所属期始", "补助期起"]),
    names(Column::PeriodTo, "period_to", "所属期止", &["所属期结束", "所属期末", "补助期止"]),
    names(Column::Attachments, "attachments", "附件张数", &["附件数", "附单据数"]),
    names(Column::VoucherNumber, "voucher_number", "凭证号", &["凭证编号", "记账凭证号"]),
];

/// Columns that number the rows and mean nothing else.
const ROW_NUMBERS: [&str; 4] = ["序号", "序 号", "no.", "no"];

/// Is this the column that only numbers the rows?
pub fn is_row_number(header: &str) -> bool {
    if header.len() > HEADER_BYTES_MAX {
        return false;
    }
    let key = key_of(header);
    ROW_NUMBERS.iter().any(|name| key_of(name) == key)
}

static POLICY_KEYS: LazyLock<HashMap<String, Column>> = LazyLock::new(|| keys_of(POLICY_NAMES));
static GRANT_KEYS: LazyLock<HashMap<String, Column>> = LazyLock::new(|| keys_of(GRANT_NAMES));

fn keys_of(table: &[Names]) -> HashMap<String, Column> {
    let mut keys = HashMap::new();
    for row in table {
        for name in [row.english, row.zh].iter().chain(row.also) {
            keys.insert(key_of(name), row.column);
        }
    }
    keys
}

/// A header as it is compared: width, case, blanks, underscores and the star of required fields do not count.
fn key_of(header: &str) -> String {
    text::fold(header).chars().filter(|c| !matches!(c, '_' | '-' | '*' | '\'')).collect()
}

/// Bytes of the longest text that is taken for a header: fifty Chinese characters.
pub const HEADER_BYTES_MAX: usize = 150;

/// The column of that name in that file, if there is one.
pub fn find(what: What, header: &str) -> Option<Column> {
    if header.len() > HEADER_BYTES_MAX {
        return None;
    }
    let keys = match what {
        What::Policies => &POLICY_KEYS,
        What::Grants | What::History => &GRANT_KEYS,
    };
    keys.get(&key_of(header)).copied()
}

/// All columns of a file.
pub fn of(what: What) -> impl Iterator<Item = Column> {
    let table = match what {
        What::Policies => POLICY_NAMES,
        What::Grants | What::History => GRANT_NAMES,
    };
    table.iter().map(|names| names.column)
}

/// Must the file have the column? What it must have it must have filled in, but for the cap of a policy.
pub fn is_required(what: What, column: Column) -> bool {
    match what {
        What::Policies => column != Column::PerRecipientCap,
        What::History => column <= Column::PaidOn,
        What::Grants => column < Column::PaidOn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_means_two_columns_of_one_file() {
        for table in [POLICY_NAMES, GRANT_NAMES] {
            let mut seen = HashMap::new();
            for row in table {
                for name in [row.english, row.zh].iter().chain(row.also) {
                    if let Some(other) = seen.insert(key_of(name), row.column) {
                        assert_eq!(other, row.column, "{name}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_column_has_its_names() {
        assert_eq!(POLICY_NAMES.len() + GRANT_NAMES.len(), Column::COUNT);
        for row in POLICY_NAMES.iter().chain(GRANT_NAMES) {
            assert_eq!(row.column.name(), row.english);
        }
    }

    #[test]
    fn blanks_width_case_and_underscores_do_not_count() {
        assert_eq!(find(What::Grants, "统一社会 信用代码"), Some(Column::Uscc));
        assert_eq!(find(What::Grants, "*Account Number"), Some(Column::AccountNumber));
        assert_eq!(find(What::Grants, "ＡＭＯＵＮＴ"), Some(Column::Amount));
        assert_eq!(find(What::Policies, "名称"), Some(Column::Title));
        assert_eq!(find(What::Grants, "金额大写"), None);
    }
}
