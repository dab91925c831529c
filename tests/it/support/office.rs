//! An office at work: people for every task, policies in force, and grants as a clerk types them.

use relief_ledger::grants::{self, ApproveForm, Form, Grant, State};
use relief_ledger::journal::Actor;
use relief_ledger::kernel::codes::Instrument;
use relief_ledger::kernel::dates::Day;
use relief_ledger::kernel::money::Fen;
use relief_ledger::kernel::{Error, Result};
use relief_ledger::people::Role;
use relief_ledger::policies::{self, NewPolicy};
use relief_ledger::recipients::{AccountForm, ParticularsForm};

use super::book::World;

/// Three recipients with right numbers.
pub const USCCS: [&str; 3] = ["91330206MANH5DXR88", "91330206RFLPDLB94G", "91330206YRJ5F7K2X8"];

/// The people and the book that they work in.
pub struct Office<'a> {
    pub world: &'a World,
    pub clerk: Actor,
    /// Another login of the clerk, with every role.
    pub clerk_again: Actor,
    pub reviewer: Actor,
    pub second_reviewer: Actor,
    pub manager: Actor,
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn yuan(text: &str) -> Fen {
    Fen::parse(text).unwrap()
}

/// A policy with a cap of 50,000 and a budget of 100,000 yuan, as the file of policies would bring it.
pub fn policy(code: &str) -> NewPolicy {
    NewPolicy::with_budget(
        code.into(),
        "小微企业房租补助".into(),
        "仑政办〔2020〕11号".into(),
        Instrument::Grant,
        (day("2020-02-10"), day("2020-12-31")),
        Some(yuan("50000")),
        yuan("100000"),
    )
}

/// A good grant of 1,000 yuan for a recipient of [`USCCS`], as typed.
pub fn form(reference: &str, recipient: usize) -> Form {
    let name = ["宁波港信建筑有限公司", "明德运理发店", "北仑信山装饰工程有限公司"][recipient];
    Form {
        reference: reference.into(),
        policy: "BL2020-01".into(),
        number: USCCS[recipient].into(),
        particulars: ParticularsForm {
            name: name.into(),
            kind: "企业".into(),
            subdistrict: "新碶街道".into(),
            industry: "C".into(),
            size: "微型".into(),
        },
        amount: "1000".into(),
        account: AccountForm {
            payee_relation: String::new(),
            account_name: name.into(),
            account_number: format!("975709330130045402{recipient}"),
            bank_code: "104100000004".into(),
            bank_name: "中国银行宁波北仑支行".into(),
        },
        ..Form::default()
    }
}

impl<'a> Office<'a> {
    /// People of every role, and the policy `BL2020-01` in force.
    pub async fn open(world: &'a World) -> Self {
        let every = [Role::Clerk, Role::Reviewer, Role::Manager];
        let office = Self {
            world,
            clerk: world.actor("chen", "P-chen", &[Role::Clerk]).await,
            clerk_again: world.actor("chen2", "P-chen", &every).await,
            reviewer: world.actor("wang", "P-wang", &[Role::Reviewer]).await,
            second_reviewer: world.actor("zhao", "P-zhao", &[Role::Reviewer]).await,
            manager: world.actor("zhou", "P-zhou", &[Role::Manager]).await,
        };
        office.in_force(policy("BL2020-01")).await;
        office
    }

    /// Brings a policy into force.
    pub async fn in_force(&self, policy: NewPolicy) -> i64 {
        let world = self.world;
        let ask = world.ask(&self.manager, "policy");
        let id = policies::record(&world.door, ask, policy).await.unwrap().id;
        let shown = policies::by_id(&world.door.db.read, world.book_id, id).await.unwrap().unwrap();
        let ask = world.ask(&self.reviewer, "approve_policy");
        policies::approve(&world.door, ask, vec![id], policies::digest(&[shown])).await.unwrap();
        id
    }

    /// Records a grant and sends it to review.
    pub async fn submitted(&self, form: Form) -> i64 {
        let ask = self.world.ask(&self.clerk, "record_grant");
        grants::record(&self.world.door, ask, form, true).await.unwrap().grant
    }

    /// Records a draft.
    pub async fn drafted(&self, form: Form) -> i64 {
        let ask = self.world.ask(&self.clerk, "record_grant");
        grants::record(&self.world.door, ask, form, false).await.unwrap().grant
    }

    /// What a reviewer signs who confirms every warning of these grants.
    pub async fn shown(&self, ids: &[i64]) -> ApproveForm {
        let (c, book_id) = (&self.world.door.db.read, self.world.book_id);
        let all = grants::grants(c, book_id, ids).await.unwrap();
        let codes = |grant: &Grant| grant.content.warnings.iter().map(|warning| warning.code.clone()).collect();
        ApproveForm {
            grants: ids.to_vec(),
            digest: grants::digest_of(c, book_id, ids).await.unwrap(),
            confirmed: all.iter().map(|grant| (grant.id, codes(grant))).collect(),
        }
    }

    /// Approves grants as somebody.
    pub async fn approve_as(&self, actor: &Actor, ids: &[i64]) -> Result<grants::Approval> {
        let form = self.shown(ids).await;
        grants::approve(&self.world.door, self.world.ask(actor, "approve_grants"), form).await
    }

    /// The grant as it stands.
    pub async fn grant(&self, id: i64) -> Grant {
        grants::grant(&self.world.door.db.read, self.world.book_id, id).await.unwrap().unwrap()
    }

    /// The state of a grant.
    pub async fn state(&self, id: i64) -> State {
        self.grant(id).await.state
    }
}

/// Holds that something was refused with these codes, in their order.
pub fn refused_with<T: std::fmt::Debug>(result: Result<T>, codes: &[&str]) {
    match &result {
        Err(Error::Refused(refusals)) => {
            assert_eq!(refusals.iter().map(|refusal| refusal.code).collect::<Vec<_>>(), codes);
        }
        other => panic!("{codes:?} were expected, not {other:?}"),
    }
}

/// Holds that somebody may not do something.
pub fn forbidden<T: std::fmt::Debug>(result: Result<T>) {
    assert!(matches!(result, Err(Error::Forbidden)), "{result:?}");
}
