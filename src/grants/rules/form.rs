//! A grant as typed on a page, and how it is read.

use serde::{Deserialize, Serialize};

use super::content::Draft;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Refusal, text};
use crate::recipients::{
    AccountForm, ParticularsForm, Reading, read_account, read_identity, read_particulars, required,
};

/// Longest reference, document or voucher number, in characters.
pub const NUMBER_MAX: usize = 60;
/// Longest summary, in characters.
pub const SUMMARY_MAX: usize = 200;
/// Most sheets of paper behind a grant.
const ATTACHMENTS_MAX: i64 = 9_999;

/// A grant as typed. Every field is text; what is empty and may be is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// Number within the policy; empty: made from the position.
    pub reference: String,
    /// Code of the policy.
    pub policy: String,
    /// Document number of the one allotment that pays; empty: all by their shares.
    pub allotment: String,
    /// Kind of number; empty: the credit code.
    pub id_type: String,
    /// The recipient's number.
    pub number: String,
    /// What the recipient is.
    #[serde(flatten)]
    pub particulars: ParticularsForm,
    /// Applied for; empty: what is granted.
    pub applied_amount: String,
    /// Granted.
    pub amount: String,
    /// Day of the application; empty: today.
    pub applied_on: String,
    /// Document of the award.
    pub award_document: String,
    /// Summary.
    pub summary: String,
    /// First day of the period.
    pub period_from: String,
    /// Last day of the period.
    pub period_to: String,
    /// Sheets of paper; empty: none.
    pub attachments: String,
    /// Whose account is paid.
    #[serde(flatten)]
    pub account: AccountForm,
}

impl Form {
    /// Reads what was typed; all that is wrong is told at once, at its field.
    pub fn read(&self, today: Day) -> Result<Draft, Vec<Refusal>> {
        let mut reading = Reading::default();
        let draft = self.fields(today, &mut reading);
        reading.done(draft)
    }

    fn fields(&self, today: Day, reading: &mut Reading) -> Option<Draft> {
        let reference = reading.take("reference", text::clean(&self.reference, NUMBER_MAX));
        let policy = reading.take("policy", required(&self.policy, NUMBER_MAX));
        let allotment = reading.take("allotment", text::clean(&self.allotment, NUMBER_MAX));
        let identity = read_identity(&self.id_type, &self.number, reading);
        let particulars = read_particulars(&self.particulars, reading);
        let amount = reading.take("amount", Fen::parse(&self.amount));
        let applied_amount = match self.applied_amount.trim() {
            "" => amount,
            typed => reading.take("applied_amount", Fen::parse(typed)),
        };
        let applied_on = reading.take("applied_on", optional_day(&self.applied_on));
        let award_document = reading.take("award_document", text::clean(&self.award_document, NUMBER_MAX));
        let summary = reading.take("summary", text::clean(&self.summary, SUMMARY_MAX));
        let period_from = reading.take("period_from", optional_day(&self.period_from));
        let period_to = reading.take("period_to", optional_day(&self.period_to));
        let attachments = reading.take("attachments", attachments(&self.attachments));
        let account = if self.account.is_empty() { Some(None) } else { read_account(&self.account, reading).map(Some) };
        Some(Draft {
            reference: reference?,
            policy: policy?,
            allotment: allotment.map(|named| (!named.is_empty()).then_some(named))?,
            identity: identity?,
            particulars: particulars?,
            applied_amount: applied_amount?,
            amount: amount?,
            applied_on: applied_on?.unwrap_or(today),
            paid_on: None,
            award_document: award_document?,
            summary: summary?,
            period_from: period_from?,
            period_to: period_to?,
            attachments: attachments?,
            voucher_number: String::new(),
            account: account?,
        })
    }
}

fn optional_day(typed: &str) -> Result<Option<Day>, Refusal> {
    if typed.trim().is_empty() { Ok(None) } else { Day::parse_lenient(typed).map(Some) }
}

/// A count of sheets. Refusal: `attachments_number` (`max`).
fn attachments(typed: &str) -> Result<i64, Refusal> {
    let half = text::half_width(typed);
    let typed = half.trim();
    if typed.is_empty() {
        return Ok(0);
    }
    let count = if typed.bytes().all(|byte| byte.is_ascii_digit()) { typed.parse().ok() } else { None };
    count
        .filter(|count| *count <= ATTACHMENTS_MAX)
        .ok_or_else(|| Refusal::new("attachments_number").with("max", ATTACHMENTS_MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples;
    use super::*;

    fn form() -> Form {
        Form {
            reference: "BL-00000001".into(),
            policy: "BL2020-01".into(),
            number: "9133 0206 MANH 5DXR 88".into(),
            particulars: ParticularsForm {
                name: "宁波港信（北仑）有限公司".into(),
                kind: "企业".into(),
                subdistrict: "新碶街道".into(),
                industry: "C".into(),
                size: "小型".into(),
            },
            amount: "１00".into(),
            account: AccountForm {
                payee_relation: String::new(),
                account_name: "宁波港信（北仑）有限公司".into(),
                account_number: "9757 0933 0130 0454 029".into(),
                bank_code: "104100000004".into(),
                bank_name: "中国银行宁波北仑支行".into(),
            },
            ..Form::default()
        }
    }

    #[test]
    fn a_form_is_read_with_today_and_the_granted_amount_where_nothing_is_typed() {
        assert_eq!(form().read(samples::day("2020-03-02")).unwrap(), samples::draft());
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_at_its_field() {
        let wrong = Form {
            number: "91330206MANH5DXR87".into(),
            amount: "12.345".into(),
            applied_on: "2020-02-30".into(),
            attachments: "-1".into(),
            ..form()
        };
        let refusals = wrong.read(samples::day("2020-03-02")).unwrap_err();
        let told: Vec<_> = refusals.iter().map(|refusal| (refusal.field.unwrap(), refusal.code)).collect();
        let expected = [
            ("number", "uscc_check"),
            ("amount", "amount_decimals"),
            ("applied_on", "date_no_such_day"),
            ("attachments", "attachments_number"),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn an_account_is_typed_whole_or_not_at_all() {
        let none = Form { account: AccountForm::default(), ..form() };
        assert_eq!(none.read(samples::day("2020-03-02")).unwrap().account, None);
        let half = Form { account: AccountForm { bank_code: String::new(), ..form().account }, ..form() };
        assert_eq!(half.read(samples::day("2020-03-02")).unwrap_err()[0].field, Some("bank_code"));
    }

    proptest! {
        #[test]
        fn any_typing_is_read_or_refused_without_stopping(a in any::<String>(), b in any::<String>(), c in any::<String>()) {
            let odd = Form { amount: a.clone(), applied_on: b.clone(), attachments: c.clone(), reference: a, summary: b, number: c, ..form() };
            let _ = odd.read(samples::day("2020-03-02"));
        }
    }
}
