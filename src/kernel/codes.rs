//! The short code lists that records carry: kind, size, instrument, relation of the payee, industry.
//!
//! Each value has one code for files, tables and URLs, and one Chinese word for the screen. Both are read, width, case
//! and blanks ignored.

mod industry;

pub use industry::Industry;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::refusal::Refusal;
use super::text::{self, FromText};

/// Declares a code list: the values, their code, their word, other words under which departments write them.
macro_rules! code_list {
    ($(#[$doc:meta])* $list:ident, $refusal:literal, { $($(#[$value_doc:meta])* $value:ident $code:literal $zh:literal [$($also:literal),*],)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $list {
            $($(#[$value_doc])* $value,)+
        }

        impl $list {
            /// All values, in the order in which they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The code of files, tables and URLs.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$value => $code),+ }
            }

            /// The word on the screen.
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$value => $zh),+ }
            }

            #[doc = concat!("Reads the code or the word in either language. Refusal: `", $refusal, "` with `found`.")]
            pub fn parse(text: &str) -> Result<Self, Refusal> {
                let exact = Self::ALL.iter().find(|value| value.code() == text || value.zh() == text);
                if let Some(value) = exact {
                    return Ok(*value);
                }
                let folded = text::fold(text);
                $(if [$code, $zh $(, $also)*].contains(&folded.as_str()) {
                    return Ok(Self::$value);
                })+
                Err(unknown($refusal, text))
            }

            /// The value with exactly this code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }

        impl fmt::Display for $list {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }

        impl Serialize for $list {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> Deserialize<'de> for $list {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(FromText::new(Self::from_code, concat!("a code of ", stringify!($list))))
            }
        }
    };
}

code_list!(
    /// What a recipient is (主体类型). Its codes are the words of the field: what a department sent stands in the book.
    Kind, "kind_unknown", {
        /// A company.
        Enterprise "企业" "企业" ["enterprise", "公司", "企业法人", "company"],
        /// A sole trader.
        SoleTrader "个体工商户" "个体工商户" ["sole_trader", "个体户", "个体", "soletrader"],
        /// A farmers' cooperative.
        Cooperative "农民专业合作社" "农民专业合作社" ["cooperative", "合作社", "专业合作社"],
        /// A social organisation.
        Social "社会组织" "社会组织" ["social", "社会团体", "民办非企业单位"],
        /// Anything else.
        Other "其他" "其他" ["other", "其它"],
    }
);

code_list!(
    /// The size class of a recipient (规模), after 工信部联企业〔2011〕300号. Its codes are the words of the field.
    Size, "size_unknown", {
        /// Large.
        Large "大型" "大型" ["large", "大", "大型企业"],
        /// Medium.
        Medium "中型" "中型" ["medium", "中", "中型企业"],
        /// Small.
        Small "小型" "小型" ["small", "小", "小型企业"],
        /// Micro.
        Micro "微型" "微型" ["micro", "微", "微型企业"],
    }
);

code_list!(
    /// In what way money is given (资金方式).
    Instrument, "instrument_unknown", {
        /// A grant.
        Grant "grant" "补助" ["补贴", "奖补"],
        /// Interest paid for a borrower.
        InterestSubsidy "interest_subsidy" "贴息" ["贷款贴息", "interestsubsidy"],
        /// Tax not taken.
        TaxRelief "tax_relief" "税收减免" ["减税", "taxrelief"],
        /// Social insurance paid later.
        SocialInsuranceDeferral "social_insurance_deferral" "社保缓缴" ["缓缴社保", "社会保险缓缴", "socialinsurancedeferral"],
        /// A loan.
        Loan "loan" "贷款" [],
    }
);

code_list!(
    /// What the payee, whose account is paid, is to the recipient (收款人关系).
    PayeeRelation, "payee_relation_unknown", {
        /// The recipient itself.
        Itself "self" "本单位" ["本人", "本企业", "本主体", "自身", "itself"],
        /// The owner of a sole trader.
        Owner "owner" "经营者" ["业主"],
        /// A bank that lent to the recipient.
        Lender "lender" "贷款银行" ["放款银行", "贷款机构"],
        /// Who lets the recipient's premises.
        Landlord "landlord" "出租人" ["房东", "出租方"],
        /// Someone who holds the money for the recipient.
        Trustee "trustee" "受托人" ["代收人", "受托方"],
    }
);

/// The refusal of a word that a list does not have.
fn unknown(code: &'static str, found: &str) -> Refusal {
    Refusal::new(code).with("found", found.chars().take(20).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_words_and_other_words_are_read() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.code()).unwrap(), *kind);
            assert_eq!(Kind::parse(kind.zh()).unwrap(), *kind);
            assert_eq!(Kind::from_code(kind.code()), Some(*kind));
        }
        assert_eq!(Kind::parse(" 个体户 ").unwrap(), Kind::SoleTrader);
        assert_eq!(Kind::parse("Sole_Trader").unwrap(), Kind::SoleTrader);
        assert_eq!(Size::parse("微 型").unwrap(), Size::Micro);
        assert_eq!(Size::parse("ＳＭＡＬＬ").unwrap(), Size::Small);
        assert_eq!(Instrument::parse("贷款贴息").unwrap(), Instrument::InterestSubsidy);
        assert_eq!(PayeeRelation::parse("房东").unwrap(), PayeeRelation::Landlord);
    }

    #[test]
    fn a_strange_word_is_named() {
        let refusal = Kind::parse("国家").unwrap_err();
        assert_eq!(refusal.code, "kind_unknown");
        assert_eq!(refusal.facts, [("found", "国家".to_owned())]);
        assert!(Size::parse("").is_err());
    }

    #[test]
    fn json_holds_the_code() {
        assert_eq!(serde_json::to_string(&Kind::SoleTrader).unwrap(), "\"sole_trader\"");
        assert_eq!(serde_json::from_str::<Size>("\"micro\"").unwrap(), Size::Micro);
        assert!(serde_json::from_str::<Size>("\"微型\"").is_err());
    }
}
