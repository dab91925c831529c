//! Demands, receipts, offsets and corrections in every state, for a book in which every kind of record stands.

use relief_ledger::corrections;
use relief_ledger::grants::Form;
use relief_ledger::people::Role;
use relief_ledger::recoveries::{self, Claim, Verdict};

use super::book::World;
use super::office::{Office, form};
use super::recovering::{Recovering, paid, to_policy};

/// Where the records of recoveries stand.
#[derive(Debug, Clone)]
pub struct RecoveriesStand {
    /// A paid grant of which nothing is demanded.
    pub grant: i64,
    /// A demand that stands.
    pub demand: i64,
    /// A receipt that waits.
    pub receipt: i64,
    /// An offset that waits.
    pub offset: i64,
    /// A correction that waits.
    pub correction: i64,
}

/// Fills the book of a world with what came back and what was booked wrongly.
pub async fn every_recovery(world: &World, office: &Office<'_>) -> RecoveriesStand {
    let cashier = world.actor("li3", "P-li", &[Role::Cashier]).await;
    let people = Recovering { world, clerk: office.clerk.clone(), cashier, reviewer: office.reviewer.clone() };
    let grant = async |n: usize| {
        let mut typed = Form { amount: format!("{}", 300 + n), ..form(&format!("Q-{n}"), n % 3) };
        if n % 3 == 2 {
            // The account that this recipient has on file by now.
            typed.account.account_number = form("", 1).account.account_number;
        }
        office.submitted(typed).await
    };
    let mut grants = Vec::new();
    for n in 0..14 {
        grants.push(grant(n).await);
    }
    office.approve_as(&office.reviewer, &grants).await.unwrap();
    paid(office, &people.cashier, &grants[..10], "2020-03-05").await;

    let waits = people.demand_as(&people.clerk, grants[0], "5").await.unwrap().id;
    let refused = people.demand_as(&people.clerk, grants[0], "6").await.unwrap().id;
    let no = || Verdict::Refused { reason: "理由不足".into() };
    people.say_as(&people.reviewer, Claim::Demand(refused), no()).await.unwrap();
    let withdrawn = people.demanded(grants[1], "7").await;
    people.undone(Claim::Demand(withdrawn)).await.unwrap();
    let kept = people.demanded(grants[1], "8").await;
    people.ask_undo_as(&people.clerk, Claim::Demand(kept)).await.unwrap();
    let ask = world.ask(&people.reviewer, "keep");
    recoveries::decide_undo(&world.door, ask, Claim::Demand(kept), Some("仍应追回".into())).await.unwrap();
    people.ask_undo_as(&people.clerk, Claim::Demand(kept)).await.unwrap();

    // Received whole, in part, refused, undone; one waits, one shall be undone.
    let whole = people.demanded(grants[2], "302").await;
    people.received(whole, "302", "2020-03-05").await;
    let demand = people.demanded(grants[3], "200").await;
    people.received(demand, "20", "2020-03-05").await;
    let gone = people.received(demand, "30", "2020-03-05").await;
    people.undone(Claim::Receipt(gone)).await.unwrap();
    let asked = people.receive_to(&people.cashier, demand, "10", ("2020-03-05", "source")).await.unwrap().id;
    people.sign_as(&people.reviewer, Claim::Receipt(asked)).await.unwrap();
    people.ask_undo_as(&people.cashier, Claim::Receipt(asked)).await.unwrap();
    let wrong = people.receive_as(&people.cashier, demand, "11", "2020-03-05").await.unwrap().id;
    people.say_as(&people.reviewer, Claim::Receipt(wrong), no()).await.unwrap();
    let receipt = people.receive_as(&people.cashier, demand, "12", "2020-03-05").await.unwrap().id;

    // Grants 4 and 10, 5 and 11, 6 and 12, 7 and 13 have one recipient each.
    let owed = people.demanded(grants[4], "304").await;
    let signer = Recovering { world, reviewer: office.second_reviewer.clone(), ..people };
    signer.offset(owed, grants[10], "100").await;
    let gone = signer.offset(owed, grants[10], "50").await;
    signer.undone(Claim::Offset(gone)).await.unwrap();
    let refused = signer.offset_as(&signer.clerk, owed, grants[10], "10").await.unwrap().id;
    signer.say_as(&signer.reviewer, Claim::Offset(refused), no()).await.unwrap();
    let whole = signer.demanded(grants[5], "305").await;
    signer.offset(whole, grants[11], "305").await;
    let asked = signer.offset(owed, grants[10], "9").await;
    signer.ask_undo_as(&signer.cashier, Claim::Offset(asked)).await.unwrap();
    let offset = signer.offset_as(&signer.clerk, owed, grants[10], "8").await.unwrap().id;

    signer.corrected(to_policy(grants[6], "BL2020-02", "300", "2020-03-05")).await;
    let refused = signer.correct_as(&signer.clerk, to_policy(grants[7], "BL2020-02", "307", "2020-03-05")).await;
    let no = corrections::Verdict::Refused { reason: "没有记错".into() };
    let ask = world.ask(&signer.reviewer, "decide");
    corrections::decide_correction(&world.door, ask, refused.unwrap().correction, no).await.unwrap();
    let waiting = signer.correct_as(&signer.clerk, to_policy(grants[8], "BL2020-02", "308", "2020-03-05")).await;
    assert!(waits > 0);
    RecoveriesStand { grant: grants[9], demand, receipt, offset, correction: waiting.unwrap().correction }
}
