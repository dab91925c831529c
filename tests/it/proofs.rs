//! That one grant is in the book: a paper for its recipient, a file that is checked offline, a page without an account; and the
//! keys by which all that is signed.

use std::path::Path;
use std::process::Command;

use relief_ledger::grants;
use relief_ledger::journal::{self, Actor};
use relief_ledger::kernel::Result;
use relief_ledger::kernel::note::Proof;
use relief_ledger::people::{Role, must};
use relief_ledger::proofs;
use rocket::http::Status;
use sea_orm::FromQueryResult;

use crate::support::book::{World, on_both_engines};
use crate::support::office::{Office, forbidden, form, policy};
use crate::support::treasury::Treasury;
use crate::support::visitor::{Visitor, server, user};

const VERIFIER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verifier/verify.py");

async fn proof_of(world: &World, grant: i64) -> Proof {
    let proven = proofs::prove(&world.door.db.read, &world.keeper, world.book_id, grant).await.unwrap();
    proven.proof.unwrap()
}

/// Whether a proof holds against the keys that the book had.
async fn holds(world: &World, proof: &Proof) -> Result<u64, &'static str> {
    let keys = journal::keys_of(&world.door.db.read, world.book_id).await.unwrap();
    proof.verify(&keys).map(|checkpoint| checkpoint.size).map_err(|refusal| refusal.code)
}

async fn rotate_as(world: &World, actor: &Actor) -> Result<journal::Head> {
    let ask = world.ask(actor, "rotate");
    journal::rotate(&world.door, &world.keeper, &world.head().await, ask, |desk| {
        Box::pin(must(desk, &[Role::Administrator]))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_proven_by_a_file_and_by_nothing_else() {
    on_both_engines(async |world: &World| {
        let office = Office::open(world).await;
        office.in_force(policy("Z-1")).await;
        let ids = [office.submitted(form("A-1", 0)).await, office.submitted(form("A-2", 1)).await];
        let [one, other] = [proof_of(world, ids[0]).await, proof_of(world, ids[1]).await];
        assert_eq!(holds(world, &one).await, Ok(one.checkpoint.lines().nth(1).unwrap().parse().unwrap()));
        assert_eq!(Proof::parse(&one.to_text()).unwrap(), one);
        // The record of one grant does not stand in the place of another.
        let swapped = Proof { record: other.record.clone(), ..one.clone() };
        assert_eq!(holds(world, &swapped).await, Err("proof_root"));
        // What happens later takes nothing from it.
        office.approve_as(&office.reviewer, &ids).await.unwrap();
        holds(world, &one).await.unwrap();
    })
    .await;
}

#[derive(FromQueryResult)]
struct Counted {
    n: i64,
}

/// What the offline verifier says of a file, and its exit status.
fn verifier(file: &Path, key: &str) -> (Option<i32>, String) {
    let output = Command::new("python3").arg(VERIFIER).arg(file).args(["--key", key]).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_offline_verifier_reads_a_proof() {
    let world = &World::on_sqlite().await;
    let office = Office::open(world).await;
    office.in_force(policy("Z-1")).await;
    let grant = office.submitted(form("A-1", 0)).await;
    office.submitted(form("A-2", 1)).await;
    let (text, key) = (proof_of(world, grant).await.to_text(), world.head().await.public_key);
    let file = world.folder().join("A-1.tlog-proof");
    std::fs::write(&file, &text).unwrap();
    let (status, said) = verifier(&file, &key);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("reference: A-1"), "{said}");
    // Another place, another root, another key.
    let lines: Vec<&str> = text.lines().collect();
    let index = lines[2];
    let root = lines[lines.iter().position(|line| line.is_empty()).unwrap() + 3];
    let forged = [text.replace(index, "index 1"), text.replace(root, lines[3])];
    for changed in forged {
        assert_ne!(changed, text);
        std::fs::write(&file, changed).unwrap();
        assert_eq!(verifier(&file, &key).0, Some(1));
    }
    std::fs::write(&file, &text).unwrap();
    let strange = World::on_sqlite().await;
    rotate_as(&strange, &strange.actor("admin", "P9", &[Role::Administrator]).await).await.unwrap();
    assert_eq!(verifier(&file, &strange.head().await.public_key).0, Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_holds_the_paper_checks_it_without_an_account() {
    let world = &World::on_sqlite().await;
    let office = Office::open(world).await;
    office.in_force(policy("Z-1")).await;
    let grant = office.submitted(form("A-1", 0)).await;
    user(world, "audit", &[Role::Auditor]).await;
    let auditor = Visitor::signed_in(world, "audit").await;
    let paper = auditor.page(&format!("/grants/{grant}/proof")).await;
    assert!(paper.contains("<svg") && paper.contains("A-1"), "{paper}");
    let link = paper.split("<figure class=\"qr\"><a href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let file = auditor.get(&format!("/grants/{grant}/proof/file")).await;
    let text = file.into_string().await.unwrap();
    let proof = Proof::parse(&text).unwrap();
    holds(world, &proof).await.unwrap();
    // The paper carries the signed head: origin, size and root, and a signature that its holder keeps.
    let signed = paper.split("<pre>").nth(1).and_then(|rest| rest.split("</pre>").next()).unwrap();
    let head: Vec<&str> = signed.lines().take(3).collect();
    assert_eq!(head, proof.checkpoint.lines().take(3).collect::<Vec<_>>());
    assert!(signed.contains("\u{2014} "), "{signed}");

    let nobody = Visitor::at(server(world)).await;
    let seen = nobody.page(link).await;
    let name = office.grant(grant).await.content.name;
    assert!(paper.contains(&name) && !seen.contains(&name), "the page tells no name");
    assert!(seen.contains("A-1") && seen.contains("未被改动"), "{seen}");
    // Nobody finds a grant by counting: position and leaf go together.
    let other = format!("{}{}", &link[..link.len() - 2], if link.ends_with("00") { "11" } else { "00" });
    assert_eq!(nobody.get(&other).await.status(), Status::NotFound);
    // The paper of what was changed since says so.
    assert!(!seen.contains("又变更过"));
    let reason = grants::ReasonForm { grant, reason: "补正".into() };
    grants::give_back(&world.door, world.ask(&office.reviewer, "give_back"), reason).await.unwrap();
    let again = grants::Form { amount: "123.45".into(), ..form("A-1", 0) };
    grants::edit(&world.door, world.ask(&office.clerk, "edit"), grant, again, true).await.unwrap();
    let seen = nobody.page(link).await;
    assert!(seen.contains("又变更过") && seen.contains("123.45"), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_signs_from_here_on_and_the_old_signatures_stay_valid() {
    on_both_engines(async |world: &World| {
        let office = Office::open(world).await;
        office.in_force(policy("Z-1")).await;
        let grant = office.submitted(form("A-1", 0)).await;
        let (before, first) = (proof_of(world, grant).await, world.head().await.public_key);
        forbidden(rotate_as(world, &office.manager).await);
        assert_eq!(world.head().await.public_key, first, "nothing changed");
        let administrator = world.actor("admin", "P9", &[Role::Administrator]).await;
        let head = rotate_as(world, &administrator).await.unwrap();
        assert_ne!(head.public_key, first);
        holds(world, &before).await.unwrap();
        let after = proof_of(world, grant).await;
        holds(world, &after).await.unwrap();
        // The new key alone vouches for the new proof, not for the old one.
        let new = [head.public_key.parse().unwrap()];
        assert_eq!(after.verify(&new).map(|found| found.size), Ok(u64::try_from(head.position).unwrap()));
        assert_eq!(before.verify(&new).unwrap_err().code, "note_unsigned");
        assert_eq!(world.keeper.objection(&world.door.db.read, &world.head().await).await.unwrap(), None);
        rotate_as(world, &administrator).await.unwrap();
        assert_eq!(journal::keys_of(&world.door.db.read, world.book_id).await.unwrap().len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_is_kept_once_a_day() {
    let world = &World::on_sqlite().await;
    let office = Office::open(world).await;
    let signed = async || journal::sign_due(&world.door, &world.keeper).await.unwrap();
    assert_eq!((signed().await, signed().await), (1, 0), "the first one, and no second one the same day");
    world.it_is("2099-01-01");
    assert_eq!(signed().await, 0, "nothing new to sign");
    office.in_force(policy("Z-1")).await;
    assert_eq!(signed().await, 1);
    let last = world.keeper.last(&world.door.db.read, &world.head().await).await.unwrap().unwrap();
    assert_eq!(last.checkpoint.size, world.head().await.edge.size());
    // A book that may not be written to has nothing to vouch for.
    office.in_force(policy("Z-2")).await;
    world.it_is("2099-01-03");
    world.door.close_for_writing(world.book_id, "book_shorter_than_checkpoint");
    assert_eq!(signed().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_that_grew_are_counted_at_once() {
    let world = &World::on_postgres().await;
    let treasury = Treasury::open(world).await;
    let counted = async || {
        let query = "SELECT CAST(GREATEST(reltuples, 0) AS BIGINT) AS n FROM pg_class WHERE oid = 'grants'::regclass";
        relief_ledger::db::sql::one::<Counted>(&world.door.db.read, query, vec![]).await.unwrap().unwrap().n
    };
    assert_eq!(counted().await, 0);
    treasury.approved(0..1_200).await;
    assert_eq!(counted().await, 1_200);
}
