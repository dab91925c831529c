//! A batch is built by one, released by another who prepared nothing in it, once; money follows at once.

use relief_ledger::grants::{self, Form, ReasonForm, State};
use relief_ledger::journal::Actor;
use relief_ledger::kernel::Result;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::PaymentState::{Dropped, InTransit};
use relief_ledger::payments::{self, BatchAnswer, BatchState, Gather, NewPayingAccount, PaymentState};
use relief_ledger::people::Role;

use crate::support::book::on_both_engines;
use crate::support::office::{forbidden, form, policy, refused_with, yuan};
use crate::support::treasury::{Stages, Treasury, amount};

fn named(grants: &[i64]) -> Gather {
    Gather { grants: grants.to_vec(), ..Gather::default() }
}

fn sum(numbers: impl Iterator<Item = usize>) -> Fen {
    Fen::sum(numbers.map(amount)).unwrap()
}

async fn dropped(treasury: &Treasury<'_>, actor: &Actor, batch: i64, payments: &[i64]) -> Result<BatchAnswer> {
    let ask = treasury.world.ask(actor, "drop");
    payments::drop_payments(&treasury.world.door, ask, batch, payments.to_vec(), "由本人经办".into()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_gathered_by_policy_by_names_or_up_to_a_number() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let ids = treasury.approved(0..9).await;
        let other = treasury.office.submitted(form("A-1", 0)).await;
        let waits = treasury.office.submitted(form("A-2", 1)).await;
        treasury.office.approve_as(&treasury.office.reviewer, &[other]).await.unwrap();

        let cashier = &treasury.cashier;
        let policy = Gather { policy: Some(treasury.policy), limit: Some(3), ..Gather::default() };
        let made = treasury.build_as(cashier, policy.clone()).await.unwrap();
        assert_eq!((made.payments, made.sum), (3, sum(0..3)), "the oldest first");
        let names = treasury.build_as(cashier, named(&[ids[5], ids[8]])).await.unwrap();
        assert_eq!((names.payments, names.sum), (2, sum([5, 8].into_iter())));
        let rest = treasury.build_as(cashier, Gather { limit: None, ..policy }).await.unwrap();
        let grants: Vec<i64> = treasury.payments(rest.batch).await.iter().map(|payment| payment.grant).collect();
        assert_eq!(grants, [ids[3], ids[4], ids[6], ids[7]]);

        // What is in payment, waits for review or does not exist is not payable, and nothing of such a batch is kept.
        let head = world.head().await.position;
        refused_with(treasury.build_as(cashier, named(&[ids[0]])).await, &["nothing_to_pay"]);
        refused_with(treasury.build_as(cashier, named(&[other, ids[0], waits, 999_999])).await, &["not_payable"]);
        for actor in [&treasury.office.clerk, &treasury.office.reviewer, &treasury.office.manager] {
            forbidden(treasury.build_as(actor, named(&[other])).await);
        }
        assert_eq!(world.head().await.position, head, "a refusal stores nothing");
        let nowhere = Gather { subdistrict: Some("无此街道".into()), ..Gather::default() };
        refused_with(treasury.build_as(cashier, nowhere).await, &["nothing_to_pay"]);
        let nobody = Gather { search: Some("B-".into()), ..Gather::default() };
        refused_with(treasury.build_as(cashier, nobody).await, &["nothing_to_pay"]);
        let found = Gather { subdistrict: Some("新碶街道".into()), search: Some("A-".into()), ..Gather::default() };
        let left = treasury.build_as(cashier, found).await.unwrap();
        assert_eq!(left.payments, 1, "only the grant of the other policy was left");

        for (batch, from) in [(made.batch, 0), (names.batch, 5)] {
            for payment in treasury.payments(batch).await {
                assert_eq!((payment.state, payment.attempt), (PaymentState::Built, 1), "{from}");
                assert_eq!(treasury.grant_state(payment.grant).await, State::InBatch);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_follows_every_step_of_a_batch() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let ids = treasury.approved(0..6).await;
        let all = sum(0..6);
        let payable = Stages::of(all, Fen::ZERO, Fen::ZERO);
        assert_eq!(treasury.stages().await, payable);

        let first = treasury.built().await.batch;
        assert_eq!(treasury.stages().await, payable, "a batch that nobody released moves nothing");
        let withdrawn = |actor: &Actor, reason: &str| {
            payments::withdraw(&world.door, world.ask(actor, "withdraw"), first, reason.to_owned())
        };
        refused_with(withdrawn(&treasury.cashier, " ").await, &["field_empty"]);
        forbidden(withdrawn(&treasury.office.reviewer, "重做").await);
        withdrawn(&treasury.second_cashier, "重做").await.unwrap();
        refused_with(withdrawn(&treasury.cashier, "重做").await, &["batch_step"]);
        refused_with(treasury.release_as(&treasury.office.reviewer, first).await, &["batch_step"]);
        assert_eq!(treasury.batch(first).await.state, BatchState::Withdrawn);
        assert_eq!(treasury.grant_state(ids[0]).await, State::Approved);
        assert_eq!(treasury.stages().await, payable);

        let second = treasury.built().await;
        assert_eq!(second.payments, 6, "what was withdrawn waits again");
        let payments: Vec<i64> = treasury.payments(second.batch).await.iter().map(|payment| payment.id).collect();
        let cashier = &treasury.cashier;
        refused_with(dropped(&treasury, cashier, second.batch, &[]).await, &["nothing_chosen"]);
        refused_with(dropped(&treasury, cashier, second.batch, &payments).await, &["batch_would_be_empty"]);
        refused_with(dropped(&treasury, cashier, second.batch, &[payments[0], 17]).await, &["not_in_batch"]);
        forbidden(dropped(&treasury, &treasury.office.clerk, second.batch, &payments[..1]).await);
        dropped(&treasury, cashier, second.batch, &[payments[4], payments[1], payments[4]]).await.unwrap();
        refused_with(dropped(&treasury, cashier, second.batch, &payments[1..2]).await, &["not_in_batch"]);
        let left = treasury.batch(second.batch).await;
        let rest = sum([0, 2, 3, 5].into_iter());
        assert_eq!((left.payments, left.sum), (4, rest));
        assert_ne!(left.digest, second.digest, "what is signed is what remains");

        treasury.release_as(&treasury.office.reviewer, second.batch).await.unwrap();
        let aside = sum([1, 4].into_iter());
        assert_eq!(treasury.stages().await, Stages::of(aside, rest, Fen::ZERO));
        let states: Vec<PaymentState> = treasury.payments(second.batch).await.iter().map(|p| p.state).collect();
        assert_eq!(states, [InTransit, Dropped, InTransit, InTransit, Dropped, InTransit]);
        refused_with(dropped(&treasury, cashier, second.batch, &payments[..1]).await, &["batch_step"]);
        let late = payments::withdraw(&world.door, world.ask(cashier, "withdraw"), second.batch, "重做".into());
        refused_with(late.await, &["batch_step"]);

        // What was dropped goes with the next batch.
        let third = treasury.built().await;
        assert_eq!((third.payments, third.sum), (2, aside));
        treasury.release_as(&treasury.office.reviewer, third.batch).await.unwrap();
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, all, Fen::ZERO));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_built_a_batch_or_prepared_a_grant_in_it_does_not_release_it() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let office = &treasury.office;
        treasury.approved(0..3).await;
        // Prepared by the clerk, who reviews under another login.
        let own = office.submitted(form("A-1", 0)).await;
        // Reduced by the second reviewer.
        let reduced = office.submitted(Form { amount: "900".into(), ..form("A-2", 1) }).await;
        let smaller = grants::ReduceForm { grant: reduced, amount: "800".into(), reason: "面积核减".into() };
        grants::reduce(&world.door, world.ask(&office.second_reviewer, "reduce"), smaller).await.unwrap();
        office.approve_as(&office.reviewer, &[own, reduced]).await.unwrap();
        let made = treasury.built().await;
        let batch = made.batch;

        for actor in [&treasury.cashier, &treasury.second_cashier, &office.clerk, &office.manager] {
            forbidden(treasury.release_as(actor, batch).await);
        }
        refused_with(treasury.release_as(&treasury.cashier_again, batch).await, &["two_people"]);
        refused_with(treasury.release_as(&office.clerk_again, batch).await, &["barred_from_release"]);
        refused_with(treasury.release_as(&office.second_reviewer, batch).await, &["barred_from_release"]);
        let c = &world.door.db.read;
        let barred = payments::barred(c, world.book_id, batch, "P-chen").await.unwrap();
        let both: Vec<i64> = vec![treasury.payment_of(own).await.id, treasury.payment_of(reduced).await.id];
        assert_eq!(barred, both, "the clerk prepared both");
        assert_eq!(payments::barred(c, world.book_id, batch, "P-zhao").await.unwrap(), both[1..]);
        assert_eq!(payments::barred(c, world.book_id, batch, "P-wang").await.unwrap(), Vec::<i64>::new());
        assert_eq!(payments::barred(c, world.book_id, batch, "P-li").await.unwrap().len(), 5);

        // After those were taken out the rest may be released by the same person.
        dropped(&treasury, &office.clerk_again, batch, &barred).await.unwrap();
        treasury.release_as(&office.clerk_again, batch).await.unwrap();
        assert_eq!(treasury.stages().await, Stages::of(yuan("1800"), sum(0..3), Fen::ZERO));
        // Control: who approved the grants may release them.
        let rest = treasury.built().await.batch;
        treasury.release_as(&office.reviewer, rest).await.unwrap();
        assert_eq!(
            treasury.stages().await,
            Stages::of(Fen::ZERO, sum(0..3).checked_add(yuan("1800")).unwrap(), Fen::ZERO)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_bound_to_the_digest_and_happens_once() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..4).await;
        let made = treasury.built().await;
        let stale = made.digest;
        let last = treasury.payments(made.batch).await[3].id;
        dropped(&treasury, &treasury.cashier, made.batch, &[last]).await.unwrap();
        let release = |actor: &Actor, key: &str, digest: &str| {
            let ask = world.ask_with_key(actor, "release", key);
            payments::release(&world.door, ask, made.batch, digest.to_owned())
        };
        let (reviewer, other) = (&treasury.office.reviewer, &treasury.office.second_reviewer);
        refused_with(release(reviewer, "the-key-stale", &stale).await, &["digest_changed"]);
        let digest = treasury.batch(made.batch).await.digest;
        let first = release(reviewer, "the-key-one", &digest).await.unwrap();
        let stages = Stages::of(amount(3), sum(0..3), Fen::ZERO);
        assert_eq!(treasury.stages().await, stages);
        let head = world.head().await.position;
        assert_eq!(release(reviewer, "the-key-one", &digest).await.unwrap(), first, "the same key answers the same");
        refused_with(release(reviewer, "the-key-two", &digest).await, &["batch_step"]);
        refused_with(release(other, "the-key-three", &digest).await, &["batch_step"]);
        assert_eq!(world.head().await.position, head);
        assert_eq!(treasury.stages().await, stages);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_reviewers_who_race_release_once() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..4).await;
        let batch = treasury.built().await.batch;
        let (one, other) = futures::future::join(
            treasury.release_as(&treasury.office.reviewer, batch),
            treasury.release_as(&treasury.office.second_reviewer, batch),
        )
        .await;
        let (won, lost): (Vec<_>, Vec<_>) = [one, other].into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1);
        for lost in lost {
            refused_with(lost, &["batch_step"]);
        }
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, sum(0..4), Fen::ZERO));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_payment_cannot_be_cancelled() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let office = &treasury.office;
        let id = office.submitted(form("A-1", 0)).await;
        office.approve_as(&office.reviewer, &[id]).await.unwrap();
        let cancel = || {
            let why = ReasonForm { grant: id, reason: "放弃".into() };
            grants::cancel(&world.door, world.ask(&office.manager, "cancel"), why)
        };
        let batch = treasury.built().await.batch;
        refused_with(cancel().await, &["illegal_step"]);
        payments::withdraw(&world.door, world.ask(&treasury.cashier, "withdraw"), batch, "放弃".into()).await.unwrap();
        // Control: out of the batch it can.
        cancel().await.unwrap();
        refused_with(treasury.build_as(&treasury.cashier, named(&[id])).await, &["nothing_to_pay"]);
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, Fen::ZERO, Fen::ZERO));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn allotments_share_every_payment_to_the_fen() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let ids = treasury.approved(0..5).await;
        let batch = treasury.released("2020-03-04").await;
        let rows = treasury.rows("SELECT line, grant_id, amount_fen FROM transfers", "position, line").await;
        // The last transfers are those of the release: two for each payment, two thirds and one third.
        let released: Vec<(i64, i64, i64)> = rows[rows.len() - 10..]
            .iter()
            .map(|row| (row[0].int().unwrap(), row[1].int().unwrap(), row[2].int().unwrap()))
            .collect();
        assert_eq!(released.iter().map(|row| row.0).collect::<Vec<_>>(), (1..=10).collect::<Vec<_>>());
        for (n, pair) in released.chunks(2).enumerate() {
            assert_eq!([pair[0].1, pair[1].1], [ids[n]; 2], "the transfers stand in the order of the payments");
            let whole = amount(n).get();
            assert_eq!(pair[0].2 + pair[1].2, whole);
            let larger = pair[0].2.max(pair[1].2);
            assert!((3 * larger - 2 * whole).abs() < 3, "{pair:?} of {whole}");
        }
        assert_eq!(treasury.batch(batch).await.state, BatchState::Released);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn direct_money_does_not_rest_on_an_account_of_ones_own() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let office = &treasury.office;
        let mut direct = policy("BL2020-05");
        direct.allotments[0].direct = true;
        office.in_force(direct).await;
        let (plain, straight) = (form("A-1", 0), Form { policy: "BL2020-05".into(), ..form("D-1", 1) });
        let (plain, straight) = (office.submitted(plain).await, office.submitted(straight).await);
        office.approve_as(&office.reviewer, &[plain, straight]).await.unwrap();

        let account = async |kind: &str, number: &str| {
            let new = NewPayingAccount {
                name: "区财政局".into(),
                kind: kind.into(),
                account_number: number.into(),
                bank_code: "104100000004".into(),
                bank_name: "中国银行宁波北仑支行".into(),
            };
            let made = payments::record_paying_account(&world.door, world.ask(&office.manager, "account"), new).await;
            made.unwrap().account
        };
        let decide = async |actor: &Actor, id: i64| {
            let shown = payments::paying_account(&world.door.db.read, world.book_id, id).await.unwrap();
            let ask = world.ask(actor, "decide");
            payments::decide_paying_account(&world.door, ask, id, shown.leaf.to_string(), true).await
        };
        let (own, treasury_account) = (account("own", "330501").await, account("treasury_direct", "330502").await);
        let build = async |account: i64, grants: &[i64]| {
            payments::build(&world.door, world.ask(&treasury.cashier, "build"), named(grants), Some(account)).await
        };
        refused_with(build(own, &[plain]).await, &["paying_account_unknown"]);
        refused_with(decide(&office.manager, own).await, &["two_people"]);
        let manager_again = world.actor("zhou2", "P-zhou", &[Role::Reviewer]).await;
        refused_with(decide(&manager_again, own).await, &["two_people"]);
        for id in [own, treasury_account] {
            decide(&office.reviewer, id).await.unwrap();
        }
        refused_with(build(own, &[plain, straight]).await, &["direct_through_own"]);
        // Control: other money may, and 直达 money may go another way.
        build(own, &[plain]).await.unwrap();
        build(treasury_account, &[straight]).await.unwrap();
        let again = NewPayingAccount {
            name: "区财政局".into(),
            kind: "own".into(),
            account_number: "330501".into(),
            bank_code: "104100000004".into(),
            bank_name: "中国银行宁波北仑支行".into(),
        };
        let again = payments::record_paying_account(&world.door, world.ask(&office.manager, "account"), again);
        refused_with(again.await, &["paying_account_used"]);
    })
    .await;
}
