//! What a recipient paid back is 企收银未收 until the bank's statement shows it and somebody says that it is the same.

use relief_ledger::kernel::Result;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments;
use relief_ledger::people::Role;
use relief_ledger::reconciliation::{self, Adjustment, BookForm, Group, Item, What};
use relief_ledger::recoveries::{self, Claim};
use rocket::http::Status;

use super::{Paying, items, march, march_ends, on};
use crate::support::bank::Order;
use crate::support::book::{World, on_both_engines};
use crate::support::office::refused_with;
use crate::support::recovering::Recovering;
use crate::support::statement::StatementLine;
use crate::support::visitor::{Visitor, location, user};

/// What came back, in fen.
pub const BACK: i64 = 5_000;

async fn grant_of(paying: &Paying<'_>, order: &Order) -> i64 {
    let id: i64 = order.id.rsplit_once('-').unwrap().1.parse().unwrap();
    payments::payment(&paying.world.door.db.read, paying.world.book_id, id).await.unwrap().unwrap().grant
}

fn people<'a>(paying: &Paying<'a>) -> Recovering<'a> {
    let (world, treasury) = (paying.world, &paying.treasury);
    Recovering {
        world,
        clerk: treasury.office.clerk.clone(),
        cashier: treasury.cashier.clone(),
        reviewer: treasury.office.reviewer.clone(),
    }
}

/// Money that came back to the account at the end of April, signed on the second of May.
pub async fn came_back(paying: &Paying<'_>, orders: &[Order]) -> i64 {
    let people = people(paying);
    let demand = people.demanded(grant_of(paying, &orders[0]).await, "60").await;
    paying.world.it_is("2020-05-02");
    let to = ("2020-04-30", "available", Some(paying.account));
    let id = people.receive_on(&people.cashier, demand, "50", to).await.unwrap().id;
    people.sign_as(&people.reviewer, Claim::Receipt(id)).await.unwrap();
    id
}

fn recovered(month: &Adjustment) -> Vec<&Item> {
    month.items.iter().filter(|item| item.what == What::Recovery).collect()
}

pub async fn said_to_be(paying: &Paying<'_>, line: i64, entry: i64) -> Result<()> {
    let form = BookForm {
        line,
        booked_on: "2020-05-07".into(),
        document: "回单".into(),
        note: String::new(),
        entry: Some(entry),
    };
    let world = paying.world;
    let ask = world.ask(&paying.treasury.cashier, "book");
    reconciliation::book_line(&world.door, ask, form).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn recovered_money_is_received_by_the_book_until_the_bank_tells_of_it() {
    on_both_engines(async |world| {
        let (paying, orders) = march(world).await;
        let before = world.head().await.position;
        let receipt = came_back(&paying, &orders).await;
        let ends = march_ends(&orders);
        paying.stated(("2020-04-01", "2020-04-30"), ends, &[]).await.0.unwrap();
        let april = paying.month("2020-04-01").await.unwrap();
        let open = recovered(&april);
        assert_eq!(open.len(), 1);
        assert_eq!(
            (open[0].group, open[0].amount, open[0].receipt),
            (Group::BookReceived, Fen::new(BACK), Some(receipt))
        );
        assert!(april.closes() && april.movements.received == Fen::new(BACK), "{april:#?}");
        let (c, days) = (&world.door.db.read, (april.from, april.until));
        let then = reconciliation::account_month(c, (world.book_id, before), paying.account, days).await.unwrap();
        assert_eq!(recovered(&then.adjustment.unwrap()), Vec::<&Item>::new(), "nobody had signed it then");

        world.it_is("2020-05-08");
        let lines = [
            StatementLine::new("2020-05-06", BACK, "缴回多付资金"),
            StatementLine::new("2020-05-06", BACK, "别的来款"),
            StatementLine::new("2020-05-06", BACK + 1, "来款"),
        ];
        let file = paying.stated(("2020-05-01", "2020-05-07"), ends, &lines).await.0.unwrap().file;
        let lines = payments::lines(c, world.book_id, file, 0, 9).await.unwrap();
        let both = items(&paying.month("2020-05-01").await.unwrap());
        assert!(both.contains(&(Group::BankReceived, BACK)) && both.contains(&(Group::BookReceived, BACK)), "{both:?}");
        // Another amount is another matter, and one receipt is told once.
        refused_with(said_to_be(&paying, lines[2].id, receipt).await, &["entry_unknown"]);
        said_to_be(&paying, lines[0].id, receipt).await.unwrap();
        refused_with(said_to_be(&paying, lines[1].id, receipt).await, &["entry_unknown"]);
        let may = paying.month("2020-05-01").await.unwrap();
        assert_eq!(recovered(&may), Vec::<&Item>::new());
        assert_eq!(items(&may).iter().filter(|item| **item == (Group::BankReceived, BACK)).count(), 1, "the other one");
        let carried = may.carried.iter().find(|carried| carried.item.what == What::Recovery).unwrap();
        assert_eq!(carried.cleared_on, on("2020-05-06"));
        assert!(may.closes());
        assert_eq!(recovered(&paying.month("2020-04-01").await.unwrap()).len(), 1, "April stays as it was");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_back_on_signed_days_stands() {
    on_both_engines(async |world| {
        let (paying, orders) = march(world).await;
        let receipt = came_back(&paying, &orders).await;
        paying.stated(("2020-04-01", "2020-04-30"), march_ends(&orders), &[]).await.0.unwrap();
        let people = people(&paying);
        let (treasury, subject) = (&paying.treasury, paying.subject("2020-04-01"));
        let id = paying.prepare_as(&treasury.second_cashier, subject).await.unwrap().reconciliation;
        refused_with(paying.sign_as(&treasury.cashier_again, id).await, &["reconciliation_hand"]);
        paying.sign_as(&treasury.office.manager, id).await.unwrap();
        let signed = &["reconciliation_signed"];
        refused_with(people.ask_undo_as(&people.cashier, Claim::Receipt(receipt)).await, signed);
        let demand = recoveries::receipt(&world.door.db.read, world.book_id, receipt).await.unwrap().demand;
        let to = |on, account| (on, "available", account);
        let cashier = &people.cashier;
        refused_with(people.receive_on(cashier, demand, "1", to("2020-04-30", Some(paying.account))).await, signed);
        refused_with(
            people.receive_on(cashier, demand, "1", to("2020-05-01", Some(7))).await,
            &["paying_account_unknown"],
        );
        // Controls: the day after is free, and money that came to no account is none of its business.
        people.receive_on(cashier, demand, "1", to("2020-05-01", Some(paying.account))).await.unwrap();
        people.receive_on(cashier, demand, "1", to("2020-04-30", None)).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_undone_is_received_no_more() {
    on_both_engines(async |world| {
        let (paying, orders) = march(world).await;
        let receipt = came_back(&paying, &orders).await;
        let position = world.head().await.position;
        let people = people(&paying);
        people.undone(Claim::Receipt(receipt)).await.unwrap();
        let may = paying.month("2020-05-01").await.unwrap();
        assert_eq!(recovered(&may), Vec::<&Item>::new());
        let (c, days) = (&world.door.db.read, (may.from, may.until));
        let then = reconciliation::account_month(c, (world.book_id, position), paying.account, days).await.unwrap();
        assert_eq!(recovered(&then.adjustment.unwrap()).len(), 1, "it stood then");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cashier_names_the_account_to_which_money_came() {
    on_both_engines(async |world: &World| {
        let (paying, orders) = march(world).await;
        let people = people(&paying);
        let demand = people.demanded(grant_of(&paying, &orders[0]).await, "60").await;
        user(world, "sun9", &[Role::Cashier]).await;
        let cashier = Visitor::signed_in(world, "sun9").await;
        let address = format!("/recoveries/{demand}");
        let html = cashier.page(&address).await;
        let chosen = format!("<option value=\"{}\" selected", paying.account);
        assert!(html.contains("收款账户") && html.contains(&chosen), "the account from which it was paid: {html}");
        let account = paying.account.to_string();
        let fields = [
            ("amount", "20"),
            ("received_on", "2020-04-01"),
            ("destination", "available"),
            ("document", "回单2号"),
            ("account", account.as_str()),
        ];
        let sent = cashier.send(&address, &format!("{address}/receive"), &fields).await;
        assert_eq!(sent.status(), Status::SeeOther);
        let to = location(&sent);
        drop(sent);
        assert!(cashier.page(&to).await.contains("收款账户"));
    })
    .await;
}
