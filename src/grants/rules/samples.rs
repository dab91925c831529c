//! One good policy, recipient and draft, from which the tests of the rules depart.
use super::checks::{Facts, Source};
use super::content::Draft;
use crate::kernel::codes::{Industry, Instrument, Kind, Size};
use crate::kernel::dates::Day;
use crate::kernel::identity::{IdType, Identity};
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::tree::Hash;
use crate::periods::Closed;
use crate::policies::{Allotment, Level, Policy, State};
use crate::recipients::{Account, AccountOnFile, Particulars, Recipient};

pub(super) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn allotment(id: i64, share: i64, document_number: &str) -> Allotment {
    Allotment {
        id,
        document_number: document_number.into(),
        level: Level::District,
        direct: false,
        fiscal_year: 2020,
        functional_class: String::new(),
        economic_class: String::new(),
        department: String::new(),
        share,
        starts_on: day("2020-02-10"),
        leaf: Hash([1; 32]),
    }
}

pub(super) fn policy() -> Policy {
    Policy {
        id: 10,
        code: "BL2020-01".into(),
        title: "小微企业房租补助".into(),
        document_number: "仑政办〔2020〕11号".into(),
        instrument: Instrument::Grant,
        starts_on: day("2020-02-10"),
        ends_on: day("2020-12-31"),
        cap: None,
        state: State::Open,
        import: None,
        line: None,
        leaf: Hash([0; 32]),
        prepared_by: "uid".into(),
        prepared_person: "wang".into(),
        prepared_at: Instant::new(0),
        reviewed_by: None,
        reviewed_at: None,
        allotments: vec![allotment(11, 1, "仑财〔2020〕1号")],
    }
}

pub(super) fn shared_policy() -> Policy {
    Policy {
        allotments: vec![allotment(21, 2, "甬财〔2020〕1号"), allotment(22, 1, "甬财〔2020〕2号")], ..policy()
    }
}

pub(super) fn account() -> Account {
    Account {
        payee_relation: "self".into(),
        account_name: "宁波港信（北仑）有限公司".into(),
        account_number: "9757093301300454029".into(),
        bank_code: "104100000004".into(),
        bank_name: "中国银行宁波北仑支行".into(),
    }
}

pub(super) fn draft() -> Draft {
    Draft {
        reference: "BL-00000001".into(),
        policy: "BL2020-01".into(),
        allotment: None,
        identity: Identity::parse(IdType::Uscc, "91330206MANH5DXR88").unwrap(),
        particulars: Particulars::new(
            "宁波港信（北仑）有限公司".into(),
            Kind::Enterprise,
            "新碶街道".into(),
            Industry::parse("C").unwrap(),
            Size::Small,
        ),
        applied_amount: Fen::new(10_000),
        amount: Fen::new(10_000),
        applied_on: day("2020-03-02"),
        paid_on: None,
        award_document: String::new(),
        summary: String::new(),
        period_from: None,
        period_to: None,
        attachments: 0,
        voucher_number: String::new(),
        account: Some(account()),
    }
}

pub(super) fn recipient() -> Recipient {
    let draft = draft();
    Recipient {
        id: 5,
        id_type: IdType::Uscc,
        number: draft.identity.number().to_owned(),
        name: draft.particulars.name,
        kind: draft.particulars.kind,
        subdistrict: draft.particulars.subdistrict,
        industry: draft.particulars.industry,
        size: draft.particulars.size,
        account: Some(AccountOnFile { id: 5, account: account() }),
    }
}

pub(super) fn facts(policy: &Policy) -> Facts<'_> {
    Facts {
        source: Source::Page,
        today: day("2020-04-01"),
        closed: Closed::default(),
        policy: Some(policy),
        known: None,
        granted: Fen::ZERO,
        reference_used: None,
        alike: None,
        account_shared: None,
    }
}
