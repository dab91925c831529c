//! 直达资金 in the demonstration: a policy paid out of the centre's money, of which some is granted and nothing paid yet, so that
//! its monthly report has something to tell.

use super::form_of;
use super::story::Business;
use crate::cli::workplace::Workplace;
use crate::grants::{self, ApproveForm, Form};
use crate::journal::{Ask, Head};
use crate::kernel::Result;
use crate::kernel::codes::Instrument;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::people;
use crate::policies::{self, Level, NewAllotment, NewPolicy};

/// Its code.
const POLICY: &str = "ZD-稳岗";
/// What the centre and the district give.
const BUDGETS: [(&str, Level, bool, i64, Fen); 2] = [
    ("财社〔2026〕18号", Level::Central, true, 4, Fen::new(240_000_000)),
    ("仑财社〔2026〕9号", Level::District, false, 1, Fen::new(60_000_000)),
];
/// What is granted to three businesses; the last one waits for review.
const AMOUNTS: [&str; 3] = ["26000.00", "18500.00", "9300.00"];
/// Which businesses: one in so many, so that no account stands on two waiting lists.
const EVERY: usize = 1_201;

/// A policy is decided on, and three grants are recorded under it.
pub(super) async fn tell(workplace: &Workplace, head: &Head, businesses: &[Business]) -> Result<()> {
    let (door, book_id) = (&workplace.door, head.book_id);
    let ask = async |login: &str, verb: &'static str| -> Result<Ask> {
        Ok(workplace.ask(head, people::actor(door, login).await?, verb))
    };
    let today = door.surroundings.clock.now().day();
    let id = policies::record(door, ask("manager", "policy_record").await?, policy(today)?).await?.id;
    let shown = policies::by_id(&door.db.read, book_id, id).await?.into_iter().collect::<Vec<_>>();
    let digest = policies::digest(&shown);
    policies::approve(door, ask("reviewer", "policy_approve").await?, vec![id], digest).await?;

    let mut ids = Vec::new();
    for (business, amount) in businesses.iter().skip(5).step_by(EVERY).zip(AMOUNTS) {
        let form = Form {
            policy: POLICY.to_owned(),
            amount: amount.to_owned(),
            summary: "上半年稳岗补贴".to_owned(),
            ..form_of(business)
        };
        ids.push(grants::record(door, ask("clerk", "grant_record").await?, form, true).await?.grant);
    }
    ids.pop();
    let all = grants::grants(&door.db.read, book_id, &ids).await?;
    let codes = |grant: &grants::Grant| grant.content.warnings.iter().map(|warning| warning.code.clone()).collect();
    let form = ApproveForm {
        digest: grants::digest_of(&door.db.read, book_id, &ids).await?,
        confirmed: all.iter().map(|grant| (grant.id, codes(grant))).collect(),
        grants: ids,
    };
    grants::approve(door, ask("reviewer", "grants_approve").await?, form).await.map(|_| ())
}

fn policy(today: Day) -> Result<NewPolicy> {
    let allotment = |(document, level, direct, share, amount): (&str, Level, bool, i64, Fen)| NewAllotment {
        document_number: document.to_owned(),
        level,
        direct,
        fiscal_year: i64::from(today.year()),
        functional_class: String::new(),
        economic_class: String::new(),
        department: String::new(),
        share,
        amount,
        starts_on: today.month_start(),
    };
    Ok(NewPolicy {
        code: POLICY.to_owned(),
        title: "中小微企业稳岗补贴（直达资金）".to_owned(),
        document_number: "仑人社〔2026〕12号".to_owned(),
        instrument: Instrument::Grant,
        starts_on: today.month_start(),
        ends_on: Day::parse("2099-12-31")?,
        cap: Some(Fen::new(5_000_000)),
        allotments: BUDGETS.map(allotment).to_vec(),
    })
}
