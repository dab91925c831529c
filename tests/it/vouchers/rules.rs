//! Posting rules of a book's own, and what they make of each kind of account.

use std::collections::BTreeMap;

use relief_ledger::db::sql;
use relief_ledger::journal::Actor;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{self, Gather, NewPayingAccount, PayerKind};
use relief_ledger::people::Role;
use relief_ledger::vouchers::{self, PAYERS, RuleSet};

use super::of_month;
use crate::support::bank::{answer_file, orders};
use crate::support::book::on_both_engines;
use crate::support::every_voucher::rules_called;
use crate::support::office::{forbidden, refused_with};
use crate::support::treasury::Treasury;

#[tokio::test(flavor = "multi_thread")]
async fn rules_of_ones_own_need_two_people_and_are_named_by_vouchers() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let (door, office) = (&world.door, &treasury.office);
        let prepare = async |who: &Actor, text: &str, why: &str| {
            vouchers::prepare_rules(door, world.ask(who, "rules"), text.to_owned(), why.to_owned()).await
        };
        let own = rules_called("本局规则").replacen("words = \"送交支付\"", "words = \"交国库集中支付\"", 1);
        forbidden(prepare(&office.clerk, &own, "口径").await);
        refused_with(prepare(&office.manager, &own, "").await, &["field_empty"]);
        refused_with(prepare(&office.manager, RuleSet::shipped_text(), "口径").await, &["posting_rules_same"]);
        let unbalanced = own.replacen("credit = [\"230301\"]", "credit = []", 1);
        refused_with(prepare(&office.manager, &unbalanced, "口径").await, &["posting_unbalanced"]);
        let rules = prepare(&office.manager, &own, "口径").await.unwrap().rules;
        refused_with(prepare(&office.manager, &rules_called("又一"), "口径").await, &["posting_rules_wait"]);
        let leaf = vouchers::rules_version(&door.db.read, world.book_id, rules).await.unwrap().leaf.to_string();
        let approve = async |who: &Actor, digest: &str| {
            vouchers::approve_rules(door, world.ask(who, "rules"), rules, digest.to_owned()).await
        };
        forbidden(approve(&office.clerk, &leaf).await);
        refused_with(approve(&office.manager, &leaf).await, &["two_people"]);
        let second_self = world.actor("manager2", &office.manager.person, &[Role::Reviewer]).await;
        refused_with(approve(&second_self, &leaf).await, &["two_people"]);
        refused_with(approve(&office.reviewer, "0").await, &["digest_changed"]);

        // Until it is approved the rules in force count.
        treasury.approved(0..2).await;
        let before = treasury.released("2020-03-04").await;
        approve(&office.reviewer, &leaf).await.unwrap();
        refused_with(approve(&office.reviewer, &leaf).await, &["not_pending"]);
        treasury.approved(2..4).await;
        let after = treasury.released("2020-03-05").await;
        let found = of_month(world, "2020-03").await;
        let told: Vec<_> = found.iter().map(|(v, _)| (v.subject, v.rules, v.summary.as_str())).collect();
        assert_eq!(
            told,
            [
                (before, 0, format!("支付批次 {before}：送交支付 2 笔").as_str()),
                (after, rules, format!("支付批次 {after}：交国库集中支付 2 笔").as_str()),
            ]
        );
        let run = async |statement: &str| sql::run(&door.db.write, statement, vec![world.book_id.into()]).await;
        let one_person = "UPDATE posting_rules SET reviewed_person = prepared_person WHERE book_id = ?";
        refused_with(run(one_person).await, &["two_people"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_account_is_posted_to_its_own() {
    assert_eq!(PAYERS, PayerKind::ALL.map(PayerKind::code));
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let (door, c) = (&world.door, &world.door.db.read);
        let mut all = Vec::new();
        for (n, kind) in PayerKind::ALL.into_iter().enumerate() {
            let new = NewPayingAccount {
                name: "区财政局".into(),
                kind: kind.code().into(),
                account_number: format!("33050{n}"),
                bank_code: "104100000004".into(),
                bank_name: "中国银行宁波北仑支行".into(),
            };
            let ask = world.ask(&treasury.cashier, "account");
            let account = payments::record_paying_account(door, ask, new).await.unwrap().account;
            let shown = payments::paying_account(c, world.book_id, account).await.unwrap();
            let ask = world.ask(&treasury.office.reviewer, "decide");
            payments::decide_paying_account(door, ask, account, shown.leaf.to_string(), true).await.unwrap();
            treasury.approved(n..n + 1).await;
            let ask = world.ask(&treasury.cashier, "build");
            let batch = payments::build(door, ask, Gather::default(), Some(account)).await.unwrap();
            treasury.release_as(&treasury.office.second_reviewer, batch.batch).await.unwrap();
            all.extend(orders(&treasury.file(batch.batch, "generic-csv").await));
        }
        world.it_is("2020-03-06");
        let lines: Vec<_> = all.iter().zip(0..).map(|(order, n)| order.answer("paid", n, "2020-03-05")).collect();
        treasury.answered("paid.csv", &answer_file(&lines)).await;
        let found = of_month(world, "2020-03").await;
        let (paid, entries) = &found[4];
        assert_eq!(paid.name(), "付-2020-03-0001");
        let mut credited: BTreeMap<&str, i64> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| entry.credit > Fen::ZERO) {
            *credited.entry(entry.account.as_str()).or_default() += entry.credit.get();
        }
        let [direct, authorised, special, own] = [0, 1, 2, 3].map(|n: usize| all[n].amount.get());
        let wanted = [
            ("1002", special + own),
            ("1011", authorised),
            ("4001", direct),
            ("6001", direct),
            ("800101", authorised),
            ("800102", special + own),
        ];
        assert_eq!(credited, wanted.into());
    })
    .await;
}
