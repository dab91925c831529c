//! Holds stop money until their last day, are set and lifted by two people, and do not touch what already left.

use relief_ledger::grants::State;
use relief_ledger::holds::{self, HoldAnswer, HoldForm, HoldState, LiftForm, Scope, Verdict};
use relief_ledger::journal::Actor;
use relief_ledger::kernel::Result;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{self, Gather};

use crate::support::bank::{answer_file, orders};
use crate::support::book::{World, on_both_engines};
use crate::support::office::{day, forbidden, refused_with};
use crate::support::treasury::{Treasury, amount};

fn on_grant(grant: i64, until: &str) -> HoldForm {
    HoldForm {
        grant: Some(grant),
        recipient: None,
        kind: "court".into(),
        document: "（2020）浙0206执保12号".into(),
        reason: "法院冻结".into(),
        from_on: String::new(),
        until_on: until.into(),
    }
}

async fn set_as(world: &World, actor: &Actor, form: HoldForm) -> Result<HoldAnswer> {
    holds::set(&world.door, world.ask(actor, "set_hold"), form).await
}

async fn found(world: &World, hold: i64) -> holds::Hold {
    holds::by_id(&world.door.db.read, world.book_id, hold).await.unwrap()
}

async fn confirm_as(world: &World, actor: &Actor, hold: i64) -> Result<HoldAnswer> {
    let verdict = Verdict::Approved { digest: found(world, hold).await.leaf.to_string() };
    holds::decide(&world.door, world.ask(actor, "confirm_hold"), hold, verdict).await
}

async fn want_lifted_as(world: &World, actor: &Actor, hold: i64) -> Result<HoldAnswer> {
    let form = LiftForm { hold, document: "解除裁定".into(), reason: "已和解".into() };
    holds::lift(&world.door, world.ask(actor, "lift_hold"), form).await
}

async fn lift_as(world: &World, actor: &Actor, hold: i64) -> Result<HoldAnswer> {
    let leaf = found(world, hold).await.lift_leaf;
    let verdict = Verdict::Approved { digest: leaf.map(|leaf| leaf.to_string()).unwrap_or_default() };
    holds::decide_lift(&world.door, world.ask(actor, "lift_hold"), hold, verdict).await
}

/// How many payments a batch of all that waits has; it is taken back at once.
async fn gathered(treasury: &Treasury<'_>) -> i64 {
    match treasury.build_as(&treasury.cashier, Gather::default()).await {
        Ok(made) => {
            let (world, why) = (treasury.world, "试算".to_owned());
            let ask = world.ask(&treasury.cashier, "withdraw");
            payments::withdraw(&world.door, ask, made.batch, why).await.unwrap();
            made.payments
        }
        Err(error) => {
            refused_with(Err::<(), _>(error), &["nothing_to_pay"]);
            0
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_set_a_hold_and_two_lift_it() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let ids = treasury.approved(0..2).await;
        let office = &treasury.office;
        assert_eq!(gathered(&treasury).await, 2, "control");
        forbidden(set_as(world, &treasury.cashier, on_grant(ids[0], "2020-03-31")).await);
        refused_with(set_as(world, &office.clerk, on_grant(ids[0], "2020-03-01")).await, &["hold_days"]);
        let nobody = HoldForm { grant: None, ..on_grant(0, "2020-03-31") };
        refused_with(set_as(world, &office.clerk, nobody).await, &["hold_target"]);
        let bare = HoldForm { document: String::new(), ..on_grant(ids[0], "2020-03-31") };
        refused_with(set_as(world, &office.clerk, bare).await, &["field_empty"]);
        let hold = set_as(world, &office.clerk, on_grant(ids[0], "2020-03-31")).await.unwrap().hold;
        assert_eq!(gathered(&treasury).await, 1, "it stops money before anybody confirmed it");
        let only = Gather { grants: vec![ids[0]], ..Gather::default() };
        refused_with(treasury.build_as(&treasury.cashier, only).await, &["nothing_to_pay"]);
        refused_with(confirm_as(world, &office.clerk_again, hold).await, &["two_people"]);
        forbidden(confirm_as(world, &office.clerk, hold).await);
        confirm_as(world, &office.reviewer, hold).await.unwrap();
        refused_with(confirm_as(world, &office.manager, hold).await, &["hold_state"]);
        assert_eq!(found(world, hold).await.state, HoldState::Held);

        want_lifted_as(world, &office.reviewer, hold).await.unwrap();
        assert_eq!(gathered(&treasury).await, 1, "wanted is not lifted");
        refused_with(lift_as(world, &office.reviewer, hold).await, &["two_people"]);
        let no = Verdict::Refused { reason: "裁定未生效".into() };
        holds::decide_lift(&world.door, world.ask(&office.manager, "keep"), hold, no).await.unwrap();
        assert_eq!(gathered(&treasury).await, 1);
        want_lifted_as(world, &office.clerk, hold).await.unwrap();
        lift_as(world, &office.manager, hold).await.unwrap();
        assert_eq!(gathered(&treasury).await, 2);
        assert_eq!(found(world, hold).await.state, HoldState::Lifted);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_ends_by_itself_or_is_refused() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let ids = treasury.approved(0..3).await;
        let office = &treasury.office;
        let hold = set_as(world, &office.clerk, on_grant(ids[0], "2020-03-10")).await.unwrap().hold;
        confirm_as(world, &office.reviewer, hold).await.unwrap();
        let later = HoldForm { from_on: "2020-03-05".into(), ..on_grant(ids[1], "2020-03-10") };
        let later = set_as(world, &office.manager, later).await.unwrap().hold;
        let wrong = set_as(world, &office.clerk, on_grant(ids[2], "2020-03-10")).await.unwrap().hold;
        assert_eq!(gathered(&treasury).await, 1, "one is held from the fifth on");
        let no = Verdict::Refused { reason: "查无此文".into() };
        holds::decide(&world.door, world.ask(&office.reviewer, "refuse"), wrong, no).await.unwrap();
        assert_eq!(gathered(&treasury).await, 2);
        world.it_is("2020-03-05");
        assert_eq!(gathered(&treasury).await, 1);
        confirm_as(world, &office.reviewer, later).await.unwrap();
        let (c, book_id) = (&world.door.db.read, world.book_id);
        let on = async |on: &str| holds::holds(c, book_id, Scope::On(day(on)), (i64::MAX, 10)).await.unwrap().len();
        assert_eq!((on("2020-03-04").await, on("2020-03-10").await, on("2020-03-11").await), (1, 2, 0));
        world.it_is("2020-03-10");
        assert_eq!(gathered(&treasury).await, 1, "on its last day it holds");
        world.it_is("2020-03-11");
        assert_eq!(gathered(&treasury).await, 3, "on the day after it does not");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_on_a_recipient_holds_all_its_grants() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let ids = treasury.approved(0..2).await;
        let office = &treasury.office;
        let recipient = office.grant(ids[0]).await.recipient;
        let form = HoldForm { grant: None, recipient: Some(recipient), ..on_grant(0, "2020-03-31") };
        let hold = set_as(world, &office.clerk, form).await.unwrap().hold;
        assert_eq!(gathered(&treasury).await, 1);
        confirm_as(world, &office.reviewer, hold).await.unwrap();
        assert_eq!(gathered(&treasury).await, 1);
        let (c, book_id) = (&world.door.db.read, world.book_id);
        let today = day("2020-03-02");
        let of = async |scope| holds::holds(c, book_id, scope, (i64::MAX, 10)).await.unwrap().len();
        assert_eq!(of(Scope::Grant(ids[0], today)).await, 1, "the grant's page tells it");
        assert_eq!(of(Scope::Grant(ids[1], today)).await, 0);
        assert_eq!(of(Scope::Recipient(recipient, today)).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_with_a_held_payment_is_not_released() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let ids = treasury.approved(0..3).await;
        let office = &treasury.office;
        let releaser = &office.second_reviewer;
        // Control: without a hold a batch like it is released.
        let only = Gather { grants: vec![ids[0]], ..Gather::default() };
        let sent = treasury.build_as(&treasury.cashier, only).await.unwrap().batch;
        treasury.release_as(releaser, sent).await.unwrap();

        let batch = treasury.built().await.batch;
        let mut holds = Vec::new();
        for grant in [ids[0], ids[1]] {
            holds.push(set_as(world, &office.clerk, on_grant(grant, "2020-03-31")).await.unwrap().hold);
        }
        refused_with(treasury.release_as(releaser, batch).await, &["held_in_batch"]);
        confirm_as(world, &office.reviewer, holds[1]).await.unwrap();
        refused_with(treasury.release_as(releaser, batch).await, &["held_in_batch"]);
        let held = treasury.payment_of(ids[1]).await.id;
        let ask = world.ask(releaser, "split");
        payments::drop_payments(&world.door, ask, batch, vec![held], "冻结".into()).await.unwrap();
        treasury.release_as(releaser, batch).await.unwrap();
        assert_eq!(treasury.stages().await.in_transit, Fen::sum([amount(0), amount(2)]).unwrap());
        // What was on its way before the hold arrives as if there were none.
        world.it_is("2020-03-05");
        let told = orders(&treasury.file(sent, "generic-csv").await);
        treasury.answered("a.csv", &answer_file(&[told[0].answer("paid", 0, "2020-03-04")])).await;
        assert_eq!(treasury.grant_state(ids[0]).await, State::Paid);
        assert_eq!(treasury.grant_state(ids[1]).await, State::Approved);
    })
    .await;
}
