//! Layouts: which columns a report has, as data. The shipped ones are TOML files beside this folder.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// The texts of the shipped layouts, in the order of the page.
const TEXTS: [&str; 6] = [
    include_str!("../layouts/direct-monthly.toml"),
    include_str!("../layouts/grants-detail.toml"),
    include_str!("../layouts/grants-summary.toml"),
    include_str!("../layouts/budget-progress.toml"),
    include_str!("../layouts/publication.toml"),
    include_str!("../layouts/bank-adjustment.toml"),
];
/// Most columns of a report.
const COLUMNS_MAX: usize = 40;

/// A text that cannot be read gives no layout; a test fails on it long before anybody could miss it.
static SHIPPED: LazyLock<Vec<Layout>> =
    LazyLock::new(|| TEXTS.iter().filter_map(|text| Layout::parse(text).ok()).collect());

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// What a row of the report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// An allotment of which money ever moved.
    Allotments,
    /// A sub-district, a policy and a level together.
    Groups,
    /// A grant of which something was paid.
    Grants,
    /// A grant approved in the month of the day, and not cancelled.
    Approved,
    /// An account from which the book pays and of which the bank stated a balance.
    Accounts,
}

/// Over what time a figure is summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// It is no sum over time.
    #[default]
    None,
    /// 本月: the month of the day, up to the day.
    Month,
    /// 本年累计: its fiscal year, up to the day.
    Year,
    /// 累计: all, up to the day.
    All,
}

impl Span {
    /// The word of files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Month => "month",
            Self::Year => "year",
            Self::All => "all",
        }
    }
}

/// What a column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// 序号.
    RowNumber,
    /// Code of the policy.
    Policy,
    /// Title of the policy.
    PolicyTitle,
    /// 指标文号.
    Allotment,
    /// Level of the source.
    Level,
    /// The grant's reference.
    Reference,
    /// Name on the grant.
    Name,
    /// Identity number as staff see it.
    Number,
    /// Identity number as the public may see it.
    PublishedNumber,
    /// Kind on the grant.
    Kind,
    /// Sub-district on the grant.
    Subdistrict,
    /// Industry on the grant.
    Industry,
    /// Size on the grant.
    Size,
    /// Effective day of the first approval that stands.
    ApprovedOn,
    /// Day of the first payment that stands.
    PaidOn,
    /// 下达: appropriated less reduced or taken back.
    Appropriated,
    /// 分配, 批准, 核定: approved less cancelled.
    Approved,
    /// 支付: reached recipients, corrections taken off.
    Paid,
    /// 退回: came back from recipients.
    Returned,
    /// 净支付: paid less returned.
    Net,
    /// 上年结转.
    Carried,
    /// 结余: available, payable and in transit.
    Left,
    /// Grants of which something is left paid.
    Grants,
    /// Distinct recipients of which that is so.
    Recipients,
    /// Net paid of what there was to spend.
    Progress,
    /// 账号 of a paying account.
    AccountNumber,
    /// 户名 of it.
    AccountName,
    /// 开户行 of it.
    BankName,
    /// 银行对账单余额.
    BankBalance,
    /// 企收银未收: received in the book, not yet at the bank.
    BookReceived,
    /// 企付银未付: paid in the book, not yet at the bank.
    BookPaid,
    /// The bank's balance, adjusted by what only the book knows.
    AdjustedBank,
    /// 账面余额.
    BookBalance,
    /// 银收企未收: received by the bank, not yet in the book.
    BankReceived,
    /// 银付企未付: paid by the bank, not yet in the book.
    BankPaid,
    /// The book's balance, adjusted by what only the bank knows.
    AdjustedBook,
    /// How many items are open.
    OpenItems,
    /// What the adjusted balances differ by: the bank's less the book's.
    Unexplained,
}

/// What kind of thing a measure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words, codes, days.
    Text,
    /// An amount.
    Amount,
    /// A number of things.
    Count,
    /// A share.
    Share,
}

impl Measure {
    /// What kind of thing it is.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Appropriated
            | Self::Approved
            | Self::Paid
            | Self::Returned
            | Self::Net
            | Self::Carried
            | Self::Left => Kind::Amount,
            _ if self.is_of_account_alone() && !self.is_text_of_account() && !matches!(self, Self::OpenItems) => {
                Kind::Amount
            }
            Self::Grants | Self::Recipients | Self::OpenItems => Kind::Count,
            Self::Progress => Kind::Share,
            _ => Kind::Text,
        }
    }

    const fn is_text_of_account(self) -> bool {
        matches!(self, Self::AccountNumber | Self::AccountName | Self::BankName)
    }

    /// Whether it is about the balance of a paying account, and so at the end of the day, not over a time.
    const fn is_of_account_alone(self) -> bool {
        self.is_text_of_account()
            || matches!(
                self,
                Self::BankBalance
                    | Self::BookReceived
                    | Self::BookPaid
                    | Self::AdjustedBank
                    | Self::BookBalance
                    | Self::BankReceived
                    | Self::BankPaid
                    | Self::AdjustedBook
                    | Self::OpenItems
                    | Self::Unexplained
            )
    }

    /// Whether rows of a source have it.
    pub const fn is_of(self, source: Source) -> bool {
        match self {
            Self::RowNumber | Self::Paid | Self::Returned | Self::Net => true,
            _ if self.is_of_account_alone() => matches!(source, Source::Accounts),
            _ if matches!(source, Source::Accounts) => false,
            Self::Policy | Self::PolicyTitle => true,
            Self::Allotment | Self::Appropriated | Self::Carried | Self::Left | Self::Progress => {
                matches!(source, Source::Allotments)
            }
            Self::Level => matches!(source, Source::Allotments | Source::Groups),
            Self::Approved => !matches!(source, Source::Groups),
            Self::Subdistrict => !matches!(source, Source::Allotments),
            Self::Grants | Self::Recipients => matches!(source, Source::Allotments | Source::Groups),
            Self::Reference
            | Self::Name
            | Self::Number
            | Self::PublishedNumber
            | Self::Kind
            | Self::Industry
            | Self::Size
            | Self::ApprovedOn
            | Self::PaidOn => matches!(source, Source::Grants | Source::Approved),
            _ => false,
        }
    }

    /// Whether it is summed over a time.
    const fn is_over_time(self) -> bool {
        !matches!(self.kind(), Kind::Text) && !matches!(self, Self::Carried | Self::Left) && !self.is_of_account_alone()
    }

    /// Whether the public may see it.
    const fn is_public(self) -> bool {
        !matches!(self, Self::Number)
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// What it shows.
    pub measure: Measure,
    /// Over what time.
    #[serde(default)]
    pub span: Span,
    /// What it is called.
    pub title: Words,
    /// Its width in a workbook, in characters.
    pub width: u16,
}

/// A report as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Its name in addresses and on the command line.
    pub name: String,
    /// What it is called.
    pub title: Words,
    /// What it tells.
    pub about: Words,
    /// What its rows are.
    pub source: Source,
    /// Only direct money.
    #[serde(default)]
    pub direct_only: bool,
    /// Whether it is due for every month.
    #[serde(default)]
    pub monthly: bool,
    /// Its columns.
    pub columns: Vec<Column>,
    /// What stands below the table.
    pub notes: Vec<Words>,
}

impl Layout {
    /// Reads a layout.
    ///
    /// # Errors
    /// In words, for who writes one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let layout: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if layout.columns.is_empty() || layout.columns.len() > COLUMNS_MAX {
            return Err(format!("a report has 1 to {COLUMNS_MAX} columns"));
        }
        for column in &layout.columns {
            let Column { measure, span, width, .. } = column;
            if !measure.is_of(layout.source) {
                return Err(format!("rows of {:?} have no {measure:?}", layout.source));
            }
            if measure.is_over_time() == (*span == Span::None) {
                return Err(format!("{measure:?} and span {span:?} do not go together"));
            }
            if layout.source == Source::Approved && !measure.is_public() {
                return Err(format!("{measure:?} may not be published"));
            }
            if !(1..=200).contains(width) {
                return Err(format!("a column is 1 to 200 characters wide, not {width}"));
            }
        }
        Ok(layout)
    }

    /// Whether its columns tell times apart: one that sums all alone needs no word for it.
    pub fn tells_spans(&self) -> bool {
        self.columns.iter().any(|column| matches!(column.span, Span::Month | Span::Year))
    }

    /// The layouts that come with the program.
    pub fn shipped() -> &'static [Self] {
        &SHIPPED
    }

    /// The shipped layout of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        SHIPPED.iter().find(|layout| layout.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_layout_is_read_and_has_a_name_of_its_own() {
        for text in TEXTS {
            let layout = Layout::parse(text).unwrap();
            assert_eq!(Layout::find(&layout.name), Some(&layout));
            let again = Layout::parse(&toml::to_string(&layout).unwrap()).unwrap();
            assert_eq!(again, layout, "written and read again");
            for words in layout.columns.iter().map(|column| &column.title).chain([&layout.title, &layout.about]) {
                assert!(!words.zh.is_empty() && !words.en.is_empty(), "{}", layout.name);
            }
        }
        assert_eq!(Layout::shipped().len(), TEXTS.len());
        assert!(Layout::find("direct-monthly").is_some_and(|layout| layout.monthly && layout.direct_only));
    }

    #[test]
    fn a_layout_that_makes_no_sense_is_refused() {
        let good = TEXTS[0];
        for (from, to, about) in [
            (r#"measure = "level""#, r#"measure = "name""#, "have no Name"),
            (r#"measure = "left""#, r#"measure = "net""#, "do not go together"),
            (r#"measure = "policy", "#, r#"measure = "policy", span = "month", "#, "do not go together"),
            ("width = 22", "width = 0", "characters wide"),
            ("monthly = true", "weekly = true", "unknown field"),
            (r#"source = "allotments""#, r#"source = "moon""#, "unknown variant"),
        ] {
            assert!(good.contains(from), "{from}");
            let fault = Layout::parse(&good.replacen(from, to, 1)).unwrap_err();
            assert!(fault.contains(about), "{to}: {fault}");
        }
        let published = TEXTS[4].replace("published_number", "number");
        assert!(Layout::parse(&published).unwrap_err().contains("may not be published"));
    }
}
