//! What was booked wrongly of a statement is taken back, and booked as it should be.

use relief_ledger::kernel::Result;
use relief_ledger::payments;
use relief_ledger::people::Role;
use relief_ledger::reconciliation::{self, Booking, Group, Subject};
use rocket::http::Status;

use super::recovered::{BACK, came_back, said_to_be};
use super::{Paying, items, march, march_ends};
use crate::support::book::on_both_engines;
use crate::support::office::{forbidden, refused_with};
use crate::support::statement::StatementLine;
use crate::support::visitor::{Visitor, user};

async fn bookings(paying: &Paying<'_>) -> Vec<Booking> {
    let Subject::Account { account, from, until } = paying.subject("2020-03-01") else { unreachable!() };
    reconciliation::bookings(&paying.world.door.db.read, paying.world.book_id, account, (from, until)).await.unwrap()
}

async fn withdraw(paying: &Paying<'_>, booking: i64, why: &str) -> Result<()> {
    let ask = paying.world.ask(&paying.treasury.cashier, "withdraw");
    reconciliation::withdraw_booking(&paying.world.door, ask, booking, why.to_owned()).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_booking_is_withdrawn_and_its_line_is_open_again() {
    on_both_engines(async |world| {
        let (paying, _) = march(world).await;
        let open = items(&paying.month("2020-03-01").await.unwrap());
        paying.book("2020-03-01", 500, "2020-03-31").await.unwrap();
        let booked = items(&paying.month("2020-03-01").await.unwrap());
        assert!(
            open.contains(&(Group::BankPaid, 500)) && !booked.contains(&(Group::BankPaid, 500)),
            "{open:?} {booked:?}"
        );
        let (booking, before) = (bookings(&paying).await[0].id, world.head().await.position);
        refused_with(withdraw(&paying, booking, " ").await, &["field_empty"]);
        let ask = world.ask(&paying.treasury.office.manager, "withdraw");
        forbidden(reconciliation::withdraw_booking(&world.door, ask, booking, "错".into()).await);
        withdraw(&paying, booking, "收费单属于别的账户").await.unwrap();
        refused_with(withdraw(&paying, booking, "再撤一次").await, &["booking_withdrawn"]);
        assert_eq!(items(&paying.month("2020-03-01").await.unwrap()), open);
        // As the book stood before, it still was booked.
        let march = paying.month("2020-03-01").await.unwrap();
        let (c, days) = (&world.door.db.read, (march.from, march.until));
        let then = reconciliation::account_month(c, (world.book_id, before), paying.account, days).await.unwrap();
        assert_eq!(items(&then.adjustment.unwrap()), booked);

        paying.book("2020-03-01", 500, "2020-03-31").await.unwrap();
        let both = bookings(&paying).await;
        assert_eq!(both.iter().map(|one| one.withdrawn_by.is_some()).collect::<Vec<_>>(), [true, false]);
        assert_eq!(items(&paying.month("2020-03-01").await.unwrap()), booked);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_is_not_withdrawn() {
    on_both_engines(async |world| {
        let (paying, _) = march(world).await;
        paying.book("2020-03-01", 500, "2020-03-31").await.unwrap();
        let booking = bookings(&paying).await[0].id;
        let (second, reviewer) = (&paying.treasury.second_cashier, &paying.treasury.office.reviewer);
        let id = paying.prepare_as(second, paying.subject("2020-03-01")).await.unwrap().reconciliation;
        paying.sign_as(reviewer, id).await.unwrap();
        refused_with(withdraw(&paying, booking, "入错账户").await, &["reconciliation_signed"]);
        // Control: reopened by two, it is.
        let ask = world.ask(second, "reopen");
        reconciliation::prepare_reopening(&world.door, ask, id, "入错账户".into()).await.unwrap();
        reconciliation::approve_reopening(&world.door, world.ask(reviewer, "reopen"), id).await.unwrap();
        withdraw(&paying, booking, "入错账户").await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_line_of_an_undone_file_was_is_what_the_line_in_its_place_is() {
    on_both_engines(async |world| {
        let (paying, orders) = march(world).await;
        let receipt = came_back(&paying, &orders).await;
        let ends = march_ends(&orders);
        paying.stated(("2020-04-01", "2020-04-30"), ends, &[]).await.0.unwrap();
        world.it_is("2020-05-08");
        let line = async |words: &str| {
            let lines = [StatementLine::new("2020-05-06", BACK, words)];
            let file = paying.stated(("2020-05-01", "2020-05-07"), ends, &lines).await.0.unwrap().file;
            let read = payments::lines(&world.door.db.read, world.book_id, file, 0, 9).await.unwrap();
            (file, read[0].id)
        };
        let (wrong, first) = line("缴回多付资金").await;
        said_to_be(&paying, first, receipt).await.unwrap();
        paying.treasury.undone(wrong).await.unwrap();
        let (_, second) = line("缴回多付的资金").await;
        said_to_be(&paying, second, receipt).await.unwrap();
        let may = paying.month("2020-05-01").await.unwrap();
        assert!(may.closes() && items(&may).iter().all(|(_, fen)| *fen != BACK), "{may:#?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_withdrawn_in_the_browser() {
    on_both_engines(async |world| {
        let (paying, _) = march(world).await;
        paying.book("2020-03-01", 500, "2020-03-31").await.unwrap();
        let booked = bookings(&paying).await.remove(0);
        user(world, "sun9", &[Role::Cashier]).await;
        let cashier = Visitor::signed_in(world, "sun9").await;
        let address = format!("/reconciliation/line/{}", booked.line);
        let month = cashier.page(&format!("/reconciliation/account/{}/2020-03", paying.account)).await;
        assert!(month.contains(&format!("{address}/book")), "{month}");
        let html = cashier.page(&format!("{address}/book")).await;
        assert!(html.contains("撤回入账：手续费 5.00 元"), "{html}");
        let (path, booking) = (format!("{address}/withdraw"), booked.id.to_string());
        let silent = cashier.send_from(&html, &path, &[("booking", &booking)]).await;
        assert_eq!(silent.status(), Status::UnprocessableEntity);
        drop(silent);
        // Pressed twice, it happens once.
        let before = world.head().await.position;
        for _ in 0..2 {
            let sent = cashier.send_from(&html, &path, &[("booking", &booking), ("reason", "收费单写错")]).await;
            assert_eq!(sent.status(), Status::SeeOther);
        }
        assert_eq!(world.head().await.position, before + 1);
        let html = cashier.page(&format!("{address}/book")).await;
        assert!(html.contains("入账：手续费 5.00 元") && !html.contains("撤回入账"), "{html}");
    })
    .await;
}
