//! Every difference is settled by somebody, in one of the ways that its name has, until nothing is open.

use std::collections::BTreeMap;

use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{Discrepancy, How, Name, PaymentState};

use crate::support::bank::{answer_file, first_answer, orders, sum};
use crate::support::book::on_both_engines;
use crate::support::office::{forbidden, refused_with};
use crate::support::treasury::{Stages, Treasury};

fn of(differences: &[Discrepancy], name: Name) -> Vec<(i64, Name)> {
    differences.iter().filter(|difference| difference.name == name).map(|found| (found.line, found.name)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn differences_are_settled_until_nothing_is_open() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..100).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-06");
        let answer = first_answer(&orders, "2020-03-05");
        treasury.answered("first.csv", &answer_file(&answer.lines)).await;
        let open = treasury.differences("open").await;
        let (cashier, reviewer) = (&treasury.cashier, &treasury.office.reviewer);
        let (refused, paid) = (sum(&orders, &answer.refused), sum(&orders, &answer.paid));
        let letter = "甬银函〔2020〕18号";

        // The swapped account: the bank says in writing that it paid to the right one.
        let swapped = of(&open, Name::AccountDiffers)[0];
        let as_booked =
            async |actor, difference, document| treasury.settle_as(actor, difference, How::AsBooked, document).await;
        forbidden(as_booked(cashier, swapped, letter).await);
        forbidden(as_booked(&treasury.office.clerk, swapped, letter).await);
        refused_with(as_booked(&treasury.cashier_again, swapped, letter).await, &["two_people"]);
        refused_with(as_booked(reviewer, swapped, " ").await, &["field_empty"]);
        refused_with(treasury.settle_as(reviewer, swapped, How::OnceOnly, letter).await, &["no_remedy"]);
        refused_with(treasury.settle_as(reviewer, swapped, How::AnsweredLater, letter).await, &["no_remedy"]);
        assert_eq!(treasury.differences("open").await.len(), open.len(), "a refusal settles nothing");
        as_booked(reviewer, swapped, letter).await.unwrap();
        refused_with(as_booked(reviewer, swapped, letter).await, &["not_open"]);
        let counted = paid.checked_add(orders[answer.swapped].amount).unwrap();
        let wrong = sum(&orders, &answer.wrong);
        assert_eq!(treasury.stages().await, Stages::of(refused, wrong, counted));
        let payment = &treasury.payments(batch).await[answer.swapped];
        assert_eq!(payment.state, PaymentState::Paid);
        assert_eq!(payment.completed_on.unwrap().to_string(), "2020-03-05", "the bank's day");
        let settled = treasury.differences("settled").await.remove(0);
        assert_eq!((settled.how, settled.document.as_str()), (Some(How::AsBooked), letter));
        assert_eq!(settled.settled_by.as_ref(), Some(&reviewer.uid));

        // Wrong amounts: two count as booked, two are corrected by the bank, one is simply answered rightly.
        let amounts = of(&open, Name::AmountDiffers);
        for difference in &amounts[..2] {
            as_booked(reviewer, *difference, letter).await.unwrap();
        }
        for difference in &amounts[2..4] {
            treasury.settle_as(cashier, *difference, How::BankCorrects, "").await.unwrap();
        }
        let waiting = sum(&orders, &answer.wrong[2..]);
        let counted = counted.checked_add(sum(&orders, &answer.wrong[..2])).unwrap();
        assert_eq!(treasury.stages().await, Stages::of(refused, waiting, counted), "a correction is still to come");

        // Others.
        for difference in of(&open, Name::MissingInBook) {
            refused_with(as_booked(reviewer, difference, letter).await, &["no_remedy"]);
            treasury.settle_as(cashier, difference, How::NotOurs, "").await.unwrap();
        }
        for difference in of(&open, Name::Duplicate) {
            refused_with(as_booked(reviewer, difference, letter).await, &["no_remedy"]);
            treasury.settle_as(reviewer, difference, How::OnceOnly, "").await.unwrap();
        }
        assert_eq!(treasury.open_names().await, BTreeMap::from([("amount_differs", 1)]));

        // The bank's corrected file.
        world.it_is("2020-03-09");
        let lines: Vec<_> =
            answer.wrong[2..].iter().map(|n| orders[*n].answer("paid", 900 + n, "2020-03-05")).collect();
        let corrected = treasury.answered("corrected.csv", &answer_file(&lines)).await;
        assert_eq!((corrected.applied, corrected.discrepancies), (3, BTreeMap::new()));
        assert_eq!(treasury.open_names().await, BTreeMap::new());
        let all = sum(&orders, &(0..100).collect::<Vec<_>>());
        assert_eq!(treasury.stages().await, Stages::of(refused, Fen::ZERO, Fen::new(all.get() - refused.get())));
        let by_bank = treasury.differences("settled").await;
        let count = |how| by_bank.iter().filter(|difference| difference.how == Some(how)).count();
        assert_eq!(
            How::ALL.map(count),
            [3, 2, 3, 2, 1, 0, 0, 0, 0],
            "as booked, corrected by the bank, not ours, once only, answered later; nobody chose or asked"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_does_not_follow_cannot_be_made_to_count() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..4).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-06");
        let lines = [
            orders[0].answer("refused", 0, "2020-03-05"),
            orders[0].answer("paid", 1, "2020-03-06"),
            orders[1].answer("returned", 2, "2020-03-05"),
            orders[2].answer("paid", 3, "2020-03-07"),
        ];
        treasury.answered("a.csv", &answer_file(&lines)).await;
        let open = of(&treasury.differences("open").await, Name::StatusDiffers);
        assert_eq!(open.len(), 3);
        let reviewer = &treasury.office.reviewer;
        let as_booked = async |difference| treasury.settle_as(reviewer, difference, How::AsBooked, "函1").await;
        for difference in &open {
            refused_with(as_booked(*difference).await, &["answer_does_not_follow"]);
        }
        let stages = treasury.stages().await;
        treasury.settle_as(&treasury.cashier, open[0], How::BankCorrects, "").await.unwrap();
        assert_eq!(treasury.stages().await, stages);
        // Once its day has come the last one can be.
        world.it_is("2020-03-07");
        as_booked(open[2]).await.unwrap();
        let waiting = sum(&orders, &[1, 3]);
        assert_eq!(treasury.stages().await, Stages::of(orders[0].amount, waiting, orders[2].amount));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_differs_about_a_line_is_settled_when_it_counts() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..2).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-06");
        let mut line = orders[0].answer("paid", 0, "2020-03-05");
        (line.amount, line.name, line.number) = (Fen::new(1), "别人".into(), "11111".into());
        let loaded = treasury.answered("a.csv", &answer_file(&[line])).await;
        let three = BTreeMap::from([("account_differs", 1), ("amount_differs", 1), ("name_differs", 1)]);
        assert_eq!(loaded.discrepancies, three);
        let open = treasury.differences("open").await;
        let amount = (open[0].line, Name::AmountDiffers);
        treasury.settle_as(&treasury.office.reviewer, amount, How::AsBooked, "函1").await.unwrap();
        assert_eq!(treasury.open_names().await, BTreeMap::new());
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, orders[1].amount, orders[0].amount));
    })
    .await;
}
