//! What the columns of a list may mean, and what such columns are called.

use crate::imports::{Column, What, column_of, split_unit};
use crate::kernel::money::Unit;
use crate::kernel::text;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// 编号 of the grant.
    Reference,
    /// Number of the recipient.
    Uscc,
    /// Name of the recipient.
    Name,
    /// Policy: code, title or document number.
    Policy,
    /// Amount.
    Amount,
    /// Account that was paid.
    Account,
    /// Day of payment.
    Date,
}

/// Names beside those that the files of grants use; the first column of a name counts.
const ALSO: [(Field, &[&str]); 7] = [
    (Field::Reference, &["文号", "单号", "支付编号", "申请单号", "referenceno"]),
    (Field::Uscc, &["纳税人识别号", "税号", "creditcode"]),
    (Field::Name, &["收款人", "收款人全称", "收款单位名称", "单位", "企业", "recipient", "payee"]),
    (Field::Policy, &["政策", "政策名称", "政策文号", "项目", "项目名称", "policytitle", "program"]),
    (Field::Amount, &["实发金额", "实付金额", "付款金额", "金额合计", "补助资金", "paid"]),
    (Field::Account, &["账户", "收款人账户", "account"]),
    (Field::Date, &["日期", "date", "paydate", "交易日期", "入账日期"]),
];

impl Field {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Reference, Self::Uscc, Self::Name, Self::Policy, Self::Amount, Self::Account, Self::Date];

    /// The word of forms, of `--map` and of files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Uscc => "uscc",
            Self::Name => "name",
            Self::Policy => "policy",
            Self::Amount => "amount",
            Self::Account => "account",
            Self::Date => "date",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.code() == code)
    }

    /// What a header means, and the unit that it names.
    pub fn of_header(header: &str) -> Option<(Self, Option<Unit>)> {
        if header.trim().is_empty() || header.len() > HEADER_BYTES_MAX {
            return None;
        }
        let (name, unit) = split_unit(header);
        let field = Self::of_name(header).or_else(|| Self::of_name(&name))?;
        Some((field, unit.filter(|_| field == Self::Amount)))
    }

    fn of_name(name: &str) -> Option<Self> {
        let key: String = text::fold(name).chars().filter(|c| !matches!(c, '_' | '-' | '*')).collect();
        let own = ALSO.iter().find(|(_, names)| names.contains(&key.as_str())).map(|(field, _)| *field);
        own.or_else(|| match column_of(What::Grants, name)? {
            Column::Reference => Some(Self::Reference),
            Column::Uscc => Some(Self::Uscc),
            Column::Name => Some(Self::Name),
            Column::Policy => Some(Self::Policy),
            Column::Amount => Some(Self::Amount),
            Column::AccountNumber => Some(Self::Account),
            Column::PaidOn => Some(Self::Date),
            _ => None,
        })
    }
}

/// Bytes of the longest text that is taken for a header.
const HEADER_BYTES_MAX: usize = 150;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_either_language_are_known_and_others_are_not() {
        for (header, field, unit) in [
            ("统一社会信用代码", Field::Uscc, None),
            ("uscc", Field::Uscc, None),
            ("名称", Field::Name, None),
            ("金额（万元）", Field::Amount, Some(Unit::Wan)),
            ("Amount", Field::Amount, None),
            ("政策", Field::Policy, None),
            ("账号", Field::Account, None),
            ("account_number", Field::Account, None),
            ("日期", Field::Date, None),
            ("发放日期", Field::Date, None),
            ("文号", Field::Reference, None),
            ("Reference", Field::Reference, None),
        ] {
            assert_eq!(Field::of_header(header), Some((field, unit)), "{header}");
        }
        for header in ["", "序号", "金额（大写）", "联系电话", "申请金额"] {
            assert_eq!(Field::of_header(header), None, "{header}");
        }
        for field in Field::ALL {
            assert_eq!(Field::from_code(field.code()), Some(field));
        }
    }
}
