//! Files that are expected, and what is missing.

use relief_ledger::calendar::{self, DayForm, ExpectationForm, missing_by};
use relief_ledger::kernel::Result;
use relief_ledger::payments::Through;

use super::{OPENING, Paying};
use crate::support::bank::{Answer, answer_file};
use crate::support::book::on_both_engines;
use crate::support::office::{day, forbidden, refused_with};

async fn expected(paying: &Paying<'_>, profile: &str, rhythm: &str, nth: &str) -> Result<i64> {
    let form = ExpectationForm {
        account: paying.account.to_string(),
        profile: profile.into(),
        rhythm: rhythm.into(),
        nth: nth.into(),
        from: "2020-03-02".into(),
    };
    let ask = paying.world.ask(&paying.treasury.cashier, "expect");
    calendar::expect(&paying.world.door, ask, form).await.map(|done| done.expectation)
}

async fn missing(paying: &Paying<'_>, today: &str) -> Vec<String> {
    let due = missing_by(&paying.world.door.db.read, paying.world.book_id, day(today)).await.unwrap();
    due.into_iter().map(|due| due.about.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_did_not_come_is_missing_until_it_comes() {
    on_both_engines(async |world| {
        let paying = Paying::open(world, "special").await;
        refused_with(expected(&paying, "nothing", "daily", "").await, &["profile_unknown"]);
        refused_with(expected(&paying, "generic-statement", "monthly", "0").await, &["nth_day"]);
        let daily = expected(&paying, "generic-statement", "daily", "").await.unwrap();
        assert!(missing(&paying, "2020-03-02").await.is_empty());
        assert_eq!(missing(&paying, "2020-03-04").await, ["2020-03-02", "2020-03-03"]);
        world.it_is("2020-03-04");
        let file = paying.stated(("2020-03-02", "2020-03-02"), OPENING, &[]).await.0.unwrap().file;
        assert_eq!(missing(&paying, "2020-03-04").await, ["2020-03-03"]);
        paying.treasury.undone(file).await.unwrap();
        assert_eq!(missing(&paying, "2020-03-04").await.len(), 2, "what was undone is not there");

        let holiday = DayForm { day: "2020-03-03".into(), working: "off".into(), name: "防疫放假".into() };
        let say = async |actor| calendar::set_day(&world.door, world.ask(actor, "day"), holiday.clone()).await;
        forbidden(say(&paying.treasury.cashier).await);
        say(&paying.treasury.office.manager).await.unwrap();
        assert_eq!(missing(&paying, "2020-03-04").await, ["2020-03-02"], "nothing is expected of a day off");
        let end =
            async || calendar::end_expectation(&world.door, world.ask(&paying.treasury.cashier, "end"), daily).await;
        end().await.unwrap();
        refused_with(end().await, &["expectation_ended"]);
        assert_eq!(missing(&paying, "2020-03-31").await, ["2020-03-02"], "from today on none is expected");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_monthly_statement_is_due_on_its_working_day() {
    on_both_engines(async |world| {
        let paying = Paying::open(world, "special").await;
        expected(&paying, "generic-statement", "monthly", "3").await.unwrap();
        assert!(missing(&paying, "2020-04-02").await.is_empty());
        assert_eq!(missing(&paying, "2020-04-03").await, ["2020-03-31"]);
        world.it_is("2020-04-03");
        paying.stated(("2020-03-01", "2020-03-31"), OPENING, &[]).await.0.unwrap();
        assert!(missing(&paying, "2020-04-03").await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_that_names_no_account_is_of_that_from_which_its_payments_went() {
    on_both_engines(async |world| {
        let paying = Paying::open(world, "special").await;
        let grants = paying.treasury.approved(0..1).await;
        let (_, orders) = paying.released(&grants, "2020-03-04").await;
        expected(&paying, "generic-csv", "daily", "").await.unwrap();
        world.it_is("2020-03-06");
        let due = async || missing(&paying, "2020-03-06").await;
        assert_eq!(due().await, ["2020-03-02", "2020-03-03", "2020-03-04", "2020-03-05"]);
        let answer = orders[0].answer("paid", 0, "2020-03-05");
        let file = paying.treasury.answered("a.csv", &answer_file(std::slice::from_ref(&answer))).await.file;
        assert_eq!(due().await, ["2020-03-02", "2020-03-03", "2020-03-04"], "the file says nothing of its account");
        paying.treasury.undone(file).await.unwrap();
        // What is about no payment of the book is of the account that is chosen for it.
        let unknown = Answer { id: "beilun-999999".into(), serial: "S9".into(), ..answer };
        let through = Through { profile: "generic-csv", account: Some(paying.account) };
        paying.treasury.load(through, "b.csv", &answer_file(&[unknown])).await.unwrap().unwrap();
        assert_eq!(due().await, ["2020-03-02", "2020-03-03", "2020-03-04"]);
    })
    .await;
}
