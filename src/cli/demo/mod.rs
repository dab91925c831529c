//! `demo`: an empty database becomes the demonstration book, through the same door as everything else.

mod bank;
mod claims_back;
mod direct;
mod looked_at;
mod month_ends;
mod papers;
mod parts;
mod payment_days;
mod seed;
mod story;

use clap::Args;

use self::story::Business;
use super::serve::Serve;
use super::workplace::Workplace;
use super::{Outcome, book, output};
use crate::grants;
use crate::imports::{self, Upload, What};
use crate::journal::{Actor, Head, NewBook};
use crate::kernel::{Error, Refusal, Result};
use crate::people::{self, Role};
use crate::recipients::{AccountForm, ParticularsForm};
use crate::vouchers;

/// Code of the demonstration book.
pub const BOOK: &str = "beilun";

/// People of the demonstration: login, name, roles. Their passwords are made anew each time and printed.
const PEOPLE: [(&str, &str, &[Role]); 7] = [
    ("clerk", "经办员 陈", &[Role::Clerk]),
    ("clerk2", "经办员 李", &[Role::Clerk]),
    ("reviewer", "复核员 王", &[Role::Reviewer]),
    ("cashier", "出纳 张", &[Role::Cashier]),
    ("manager", "业务主管 周", &[Role::Manager]),
    ("auditor", "审计员 吴", &[Role::Auditor]),
    ("admin", "系统管理员 郑", &[Role::Administrator]),
];

/// Make the demonstration book in an empty database, and serve it.
#[derive(Debug, Args)]
pub struct Demo {
    /// Make the book and stop
    #[arg(long)]
    no_serve: bool,
    #[command(flatten)]
    serve: Serve,
}

impl Demo {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        if workplace.is_empty().await? {
            make(&workplace).await?;
        } else if workplace.book(BOOK).await.is_err() {
            return Err(Refusal::new("demo_not_empty").into());
        } else {
            output::say(workplace.lang, "cli.demo.there", &[])?;
        }
        if self.no_serve { Ok(Outcome::True) } else { self.serve.run(workplace).await }
    }
}

async fn make(workplace: &Workplace) -> Result<()> {
    let new =
        NewBook {
            code: BOOK.to_owned(), name: "北仑区纾困资金（演示）".to_owned(), division: "330206".to_owned()
        };
    let head = book::make(workplace, &new).await?;
    people::mark_as_demonstration(&workplace.door).await?;
    add_people(workplace, &head).await?;
    let story = tokio::task::spawn_blocking(story::tell).await.map_err(Error::internal)?;
    let files = [
        (What::Policies, "纾困政策.csv", story.policies, "manager"),
        (What::History, "2020年发放明细.csv", story.history, "clerk"),
        (What::Grants, "已核定名单.csv", story.approved, "clerk2"),
    ];
    for (what, name, text, login) in files {
        let id = submit(workplace, &head, what, name, text, login).await?;
        approve(workplace, &head, id).await?;
    }
    // What waits is not approved, so that no batch takes it.
    submit(workplace, &head, What::Grants, "待复核名单.csv", story.waiting, "clerk2").await?;
    record_single_grants(workplace, &head, &story.businesses).await?;
    let paid = payment_days::tell(workplace, &head).await?;
    parts::tell(workplace, &head).await?;
    claims_back::tell(workplace, &head).await?;
    direct::tell(workplace, &head, &story.businesses).await?;
    let clerk = people::actor(&workplace.door, "clerk").await?;
    vouchers::gather(&workplace.door, workplace.ask(&head, clerk, "gather_vouchers")).await?;
    month_ends::tell(workplace, &head, &paid).await?;
    papers::tell(workplace, &head, paid.unanswered).await?;
    looked_at::tell(workplace, &workplace.book(BOOK).await?).await
}

async fn add_people(workplace: &Workplace, head: &Head) -> Result<()> {
    output::say(workplace.lang, "cli.demo.people", &[])?;
    for (login, name, roles) in PEOPLE {
        let password = password(workplace);
        people::add_user(&workplace.door, login, name, &password).await?;
        for role in roles {
            let ask = workplace.ask(head, Actor::operator(), "user_role");
            people::give_role(&workplace.door, ask, login, *role).await?;
        }
        output::line(&format!("  {login:<10} {password}   {name}"))?;
    }
    Ok(())
}

/// A password that nobody else has and anybody can type: four groups of four letters and digits.
fn password(workplace: &Workplace) -> String {
    let token = workplace.door.surroundings.chance.token();
    let groups: Vec<&str> = (0..3).filter_map(|i| token.get(i * 4..i * 4 + 4)).collect();
    groups.join("-")
}

async fn submit(
    workplace: &Workplace,
    head: &Head,
    what: What,
    file_name: &str,
    text: String,
    login: &str,
) -> Result<i64> {
    let actor = people::actor(&workplace.door, login).await?;
    let upload = Upload { what, file_name: file_name.to_owned(), bytes: text.into_bytes(), unit: None };
    let taken = imports::submit(&workplace.door, workplace.ask(head, actor, "import"), upload).await?;
    match taken {
        Ok(submitted) => Ok(submitted.import),
        Err(faults) => Err(Error::internal(format!("demonstration file: {:?}", faults.errors.first()))),
    }
}

async fn approve(workplace: &Workplace, head: &Head, id: i64) -> Result<()> {
    let reviewer = people::actor(&workplace.door, "reviewer").await?;
    let import = imports::by_id(&workplace.door.db.read, head.book_id, id).await?;
    let ask = workplace.ask(head, reviewer, "import_approve");
    imports::approve(&workplace.door, ask, id, import.digest).await.map(|_| ())
}

/// A grant to a business as its application says it, without policy and amount.
fn form_of(business: &Business) -> grants::Form {
    grants::Form {
        number: business.uscc.clone(),
        particulars: ParticularsForm {
            name: business.name.clone(),
            kind: business.kind.to_owned(),
            subdistrict: business.subdistrict.to_owned(),
            industry: business.industry.to_owned(),
            size: business.size.to_owned(),
        },
        account: AccountForm {
            payee_relation: String::new(),
            account_name: business.name.clone(),
            account_number: business.account_number.clone(),
            bank_code: business.bank_code.clone(),
            bank_name: business.bank_name.to_owned(),
        },
        ..grants::Form::default()
    }
}

/// A few grants as clerks record them: some wait for review, some are drafts.
async fn record_single_grants(workplace: &Workplace, head: &Head, businesses: &[Business]) -> Result<()> {
    let clerk = people::actor(&workplace.door, "clerk").await?;
    for (number, business) in businesses.iter().step_by(997).take(9).enumerate() {
        let form = grants::Form {
            policy: "BL2020-05".to_owned(),
            amount: format!("{}.00", 1_200 + 350 * number),
            summary: "第四季度贷款贴息".to_owned(),
            ..form_of(business)
        };
        let ask = workplace.ask(head, clerk.clone(), "grant_record");
        grants::record(&workplace.door, ask, form, number < 7).await?;
    }
    Ok(())
}
