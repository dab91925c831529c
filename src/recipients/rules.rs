//! What a recipient's particulars and account must be like, and who may review a change of account.
//!
//! The types here are what events carry: plain codes, checked when they are read from a form or file and never again,
//! so that a later change of a code list cannot make an old book unreadable.

use serde::{Deserialize, Serialize};

use crate::kernel::Refusal;
use crate::kernel::bank_code::{BankCode, parse_account};
use crate::kernel::codes::{Industry, Kind, PayeeRelation, Size};
use crate::kernel::identity::{IdType, Identity};
use crate::kernel::text;

/// Longest name of a recipient or payee, in characters.
pub const NAME_MAX: usize = 120;
/// Longest name of a sub-district, in characters.
pub const SUBDISTRICT_MAX: usize = 40;
/// Longest name of a bank, in characters.
pub const BANK_NAME_MAX: usize = 120;
/// Longest reason or evidence, in characters.
pub const REASON_MAX: usize = 500;
/// Longest number of a document, in characters.
pub const DOCUMENT_MAX: usize = 60;

/// Reads field after field and keeps every refusal, so that a person sees all that is wrong at once.
#[derive(Debug, Default)]
pub struct Reading(Vec<Refusal>);

impl Reading {
    /// The value, or nothing with its refusal kept at `field`.
    pub fn take<T>(&mut self, field: &'static str, read: Result<T, Refusal>) -> Option<T> {
        read.map_err(|refusal| self.0.push(refusal.at(field))).ok()
    }

    /// Keeps a refusal.
    pub fn refuse(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }

    /// What was read, unless something was refused or is missing.
    pub fn done<T>(self, read: Option<T>) -> Result<T, Vec<Refusal>> {
        match read {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }
}

/// Text that must be there. Refusals: `field_empty`, those of [`text::clean`].
pub fn required(written: &str, max_chars: usize) -> Result<String, Refusal> {
    let clean = text::clean(written, max_chars)?;
    if clean.is_empty() { Err(Refusal::new("field_empty")) } else { Ok(clean) }
}

/// The number under which a new recipient stands in the table: a personal one masked, and told by a counter behind a
/// slash from the `alike` others that look like it.
pub fn masked_number(identity: &Identity, alike: usize) -> String {
    let masked = identity.masked();
    if alike == 0 { masked } else { format!("{masked}/{}", alike + 1) }
}

/// What a recipient is, beside its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Particulars {
    /// Name as registered.
    pub name: String,
    /// The name for searching, where it differs from the name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub folded: String,
    /// Code of [`Kind`].
    pub kind: String,
    /// Sub-district in words.
    pub subdistrict: String,
    /// Code of [`Industry`].
    pub industry: String,
    /// Code of [`Size`].
    pub size: String,
}

impl Particulars {
    /// Particulars of checked parts.
    pub fn new(name: String, kind: Kind, subdistrict: String, industry: Industry, size: Size) -> Self {
        let folded = text::fold(&name);
        Self {
            folded: if folded == name { String::new() } else { folded },
            name,
            kind: kind.code().to_owned(),
            subdistrict,
            industry: industry.code().to_owned(),
            size: size.code().to_owned(),
        }
    }

    /// The name for searching.
    pub fn name_folded(&self) -> &str {
        if self.folded.is_empty() { &self.name } else { &self.folded }
    }
}

/// Particulars as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ParticularsForm {
    /// Name.
    pub name: String,
    /// Code or word of the kind.
    pub kind: String,
    /// Sub-district.
    pub subdistrict: String,
    /// Section letter, division or name of the industry.
    pub industry: String,
    /// Code or word of the size.
    pub size: String,
}

/// Reads particulars. Refusals stand at `name`, `kind`, `subdistrict`, `industry`, `size`.
pub fn read_particulars(form: &ParticularsForm, reading: &mut Reading) -> Option<Particulars> {
    let name = reading.take("name", required(&form.name, NAME_MAX));
    let kind = reading.take("kind", Kind::parse(&form.kind));
    let subdistrict = reading.take("subdistrict", required(&form.subdistrict, SUBDISTRICT_MAX));
    let industry = reading.take("industry", Industry::parse(&form.industry));
    let size = reading.take("size", Size::parse(&form.size));
    Some(Particulars::new(name?, kind?, subdistrict?, industry?, size?))
}

/// Reads the number by which a recipient is known. Refusals stand at `id_type` and `number`.
pub fn read_identity(id_type: &str, number: &str, reading: &mut Reading) -> Option<Identity> {
    let id_type = reading.take("id_type", IdType::parse(id_type))?;
    reading.take("number", Identity::parse(id_type, number))
}

/// Whose account is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Code of [`PayeeRelation`].
    pub payee_relation: String,
    /// Account holder.
    pub account_name: String,
    /// Digits of the account.
    pub account_number: String,
    /// Twelve digits of the bank.
    pub bank_code: String,
    /// Bank and branch in words.
    pub bank_name: String,
}

impl Account {
    /// Whether money would reach the same account of the same holder; how the bank is spelled does not matter.
    pub fn is_same(&self, other: &Self) -> bool {
        self.account_number == other.account_number
            && self.bank_code == other.bank_code
            && text::same_name(&self.account_name, &other.account_name)
    }
}

/// An account as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountForm {
    /// Code or word of the relation; empty: the recipient itself.
    pub payee_relation: String,
    /// Account holder.
    pub account_name: String,
    /// Account number.
    pub account_number: String,
    /// Bank code.
    pub bank_code: String,
    /// Bank and branch.
    pub bank_name: String,
}

impl AccountForm {
    /// Whether nothing of an account was typed.
    pub fn is_empty(&self) -> bool {
        [&self.account_name, &self.account_number, &self.bank_code, &self.bank_name]
            .iter()
            .all(|typed| typed.trim().is_empty())
    }
}

/// Reads an account. Refusals stand at `payee_relation`, `account_name`, `account_number`, `bank_code`, `bank_name`.
pub fn read_account(form: &AccountForm, reading: &mut Reading) -> Option<Account> {
    let relation = match form.payee_relation.trim() {
        "" => Some(PayeeRelation::Itself),
        written => reading.take("payee_relation", PayeeRelation::parse(written)),
    };
    let holder = reading.take("account_name", required(&form.account_name, NAME_MAX));
    let number = reading.take("account_number", parse_account(&form.account_number));
    let bank = reading.take("bank_code", BankCode::parse(&form.bank_code));
    let bank_name = reading.take("bank_name", required(&form.bank_name, BANK_NAME_MAX));
    Some(Account {
        payee_relation: relation?.code().to_owned(),
        account_name: holder?,
        account_number: number?,
        bank_code: bank?.as_str().to_owned(),
        bank_name: bank_name?,
    })
}

/// What becomes of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Grants of the recipient are paid to it.
    OnFile,
    /// A change that waits for a second person.
    Pending,
    /// Another has taken its place.
    Replaced,
    /// A second person refused it.
    Refused,
}

impl Standing {
    /// The word of the table.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OnFile => "on_file",
            Self::Pending => "pending",
            Self::Replaced => "replaced",
            Self::Refused => "refused",
        }
    }

    /// Reads the word of the table.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::OnFile, Self::Pending, Self::Replaced, Self::Refused].into_iter().find(|s| s.code() == code)
    }
}

/// Whether this person may decide a change of account that `preparer` prepared.
///
/// Refusals: `account_change_decided` (it waits no more), `two_people`.
pub fn may_decide(standing: Standing, preparer: &str, decider: &str) -> Result<(), Refusal> {
    if standing != Standing::Pending {
        return Err(Refusal::new("account_change_decided"));
    }
    if preparer == decider {
        return Err(Refusal::new("two_people"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn particulars() -> ParticularsForm {
        ParticularsForm {
            name: " 宁波港信（北仑）有限公司 ".into(),
            kind: "企业".into(),
            subdistrict: "新碶街道".into(),
            industry: "C".into(),
            size: "小型".into(),
        }
    }

    fn account() -> AccountForm {
        AccountForm {
            payee_relation: String::new(),
            account_name: "宁波港信（北仑）有限公司".into(),
            account_number: "9757 0933 0130 0454 029".into(),
            bank_code: "104332006334".into(),
            bank_name: "中国银行宁波北仑支行".into(),
        }
    }

    #[test]
    fn particulars_are_kept_as_codes_and_the_name_is_folded_for_searching() {
        let mut reading = Reading::default();
        let read = read_particulars(&particulars(), &mut reading);
        let read = reading.done(read).unwrap();
        assert_eq!((read.kind.as_str(), read.industry.as_str(), read.size.as_str()), ("企业", "C", "小型"));
        assert_eq!(read.name, "宁波港信（北仑）有限公司");
        assert_eq!(read.name_folded(), "宁波港信(北仑)有限公司");
    }

    #[test]
    fn a_name_that_folds_to_itself_is_written_once() {
        let read = Particulars::new(
            "港信".into(),
            Kind::Enterprise,
            "新碶街道".into(),
            Industry::parse("C").unwrap(),
            Size::Small,
        );
        assert!(!serde_json::to_string(&read).unwrap().contains("folded"));
        assert_eq!(read.name_folded(), "港信");
    }

    #[test]
    fn personal_numbers_that_look_alike_are_told_apart_by_a_counter() {
        let identity = Identity::parse(IdType::Other, "AB1234567").unwrap();
        assert_eq!(masked_number(&identity, 0), "A******67");
        assert_eq!(masked_number(&identity, 1), "A******67/2");
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let mut reading = Reading::default();
        let read = read_particulars(&ParticularsForm::default(), &mut reading);
        let fields: Vec<_> = reading.done(read).unwrap_err().iter().map(|refusal| refusal.field).collect();
        assert_eq!(fields, ["name", "kind", "subdistrict", "industry", "size"].map(Some));
    }

    #[test]
    fn an_account_is_the_same_however_its_bank_is_spelled() {
        let mut reading = Reading::default();
        let one = read_account(&account(), &mut reading).unwrap();
        let spelled = AccountForm {
            bank_name: "中行北仑支行".into(),
            account_name: "宁波港信(北仑)有限公司".into(),
            ..account()
        };
        let other = read_account(&spelled, &mut reading).unwrap();
        assert!(one.is_same(&other));
        let third = read_account(&AccountForm { account_number: "1234567".into(), ..account() }, &mut reading).unwrap();
        assert!(!one.is_same(&third));
    }

    #[test]
    fn a_change_of_account_is_decided_once_and_by_another_person() {
        assert!(may_decide(Standing::Pending, "a", "b").is_ok());
        assert_eq!(may_decide(Standing::Pending, "a", "a").unwrap_err().code, "two_people");
        assert_eq!(may_decide(Standing::Refused, "a", "b").unwrap_err().code, "account_change_decided");
    }
}
