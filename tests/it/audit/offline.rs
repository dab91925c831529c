//! The offline verifier over a book in which every record stands; and that each of its checks bites.

use std::process::Command;

use relief_ledger::exports::{self, FileFormat, Filter, Request, What};
use relief_ledger::journal::Recorded;
use relief_ledger::kernel::instant::Instant;
use relief_ledger::kernel::tree::Hash;
use relief_ledger::web::Lang;
use serde_json::Value;

use crate::support::book::World;
use crate::support::every_record::every_record;
use crate::support::office::day;

const VERIFIER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verifier/verify.py");

/// The lines of `events.jsonl`.
struct Events(Vec<Value>);

impl Events {
    async fn of(world: &World) -> Self {
        every_record(world).await;
        let request = Request {
            what: What::Events,
            format: FileFormat::Jsonl,
            lang: Lang::En,
            as_of: day("2020-12-31"),
            at: None,
            by: Vec::new(),
            filter: Filter::default(),
        };
        let (spool, _) = exports::to_spool(&world.door.db, &world.head().await, &request).await.unwrap();
        let text = std::fs::read_to_string(spool.path()).unwrap();
        Self(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
    }

    /// The same with payloads that somebody changed and hashed anew; the book inside agrees with itself.
    fn forged(&self, change: impl Fn(&str, &mut Value)) -> Self {
        let forge = |event: &Value| {
            let (before, mut event) = (payload(event), event.clone());
            let mut after = before.clone();
            change(kind(&event), &mut after);
            // The bytes of what nobody touches are what was signed.
            if after == before {
                return event;
            }
            event["payload"] = after.to_string().into();
            event["leaf_hash"] = leaf(&event).to_string().into();
            event
        };
        Self(self.0.iter().map(forge).collect())
    }

    /// The same where other people acted.
    fn acted(&self, who: impl Fn(&Value) -> Option<String>) -> Self {
        let act = |event: &Value| {
            let mut event = event.clone();
            if let Some(actor) = who(&event) {
                event["actor_uid"] = actor.into();
                event["leaf_hash"] = leaf(&event).to_string().into();
            }
            event
        };
        Self(self.0.iter().map(act).collect())
    }

    /// The event at a position.
    fn at(&self, position: &Value) -> &Value {
        &self.0[usize::try_from(position.as_i64().unwrap()).unwrap() - 1]
    }

    fn count(&self, of: &str) -> usize {
        self.0.iter().filter(|event| kind(event) == of).count()
    }

    /// How many of them decide on what somebody else prepared.
    fn decisions(&self) -> usize {
        self.0.iter().filter(|event| decides(kind(event), &payload(event))).count()
    }

    fn verified(&self, world: &World) -> Verified {
        let file = world.folder().join("forged.jsonl");
        let lines: String = self.0.iter().map(|event| format!("{event}\n")).collect();
        std::fs::write(&file, lines).unwrap();
        let output = Command::new("python3").arg(VERIFIER).arg(&file).output().unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        Verified { holds: output.status.success(), said: String::from_utf8(output.stdout).unwrap() }
    }
}

fn kind(event: &Value) -> &str {
    event["kind"].as_str().unwrap()
}

fn actor(event: &Value) -> String {
    event["actor_uid"].as_str().unwrap().to_owned()
}

fn payload(event: &Value) -> Value {
    serde_json::from_str(event["payload"].as_str().unwrap()).unwrap()
}

fn leaf(event: &Value) -> Hash {
    let text = |name: &str| event[name].as_str().unwrap().to_owned();
    let recorded = Recorded {
        position: text("position").parse().unwrap(),
        recorded_at: Instant::new(text("recorded_at_ms").parse().unwrap()),
        actor_uid: text("actor_uid"),
        kind: text("kind"),
        version: text("version").parse().unwrap(),
        request_key: text("request_key"),
        payload: text("payload").into_bytes(),
        leaf: text("leaf_hash").parse().unwrap(),
    };
    recorded.expected_leaf(&text("book_uid"))
}

fn decides(kind: &str, payload: &Value) -> bool {
    match kind {
        "batch_released" | "grant_refused" => true,
        "payment_reissued" => payload.get("prepared").is_some(),
        "discrepancy_settled" => payload["how"] == "as_booked",
        _ => ["_approved", "_confirmed", "_lifted", "_met", "_signed"].iter().any(|end| kind.ends_with(end)),
    }
}

/// What the verifier said.
struct Verified {
    holds: bool,
    said: String,
}

impl Verified {
    /// How many things a check looked at, as it tells itself.
    fn looked_at(&self, check: u8) -> usize {
        let line = self.said.lines().find(|line| line[6..].starts_with(&format!("{check}  "))).unwrap();
        line[9..].split(' ').next().unwrap().parse().unwrap()
    }

    /// How many faults a check found.
    fn faults(&self, check: u8) -> usize {
        let mut lines = self.said.lines().skip_while(|line| !line.starts_with(&format!("WRONG {check}"))).skip(1);
        let faults: Vec<&str> = lines.by_ref().take_while(|line| line.starts_with(' ')).map(str::trim).collect();
        let more = faults.last().and_then(|last| last.strip_prefix("… and ")?.strip_suffix(" more")?.parse().ok());
        more.map_or(faults.len(), |more: usize| faults.len() - 1 + more)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_offline_verifier_holds_every_decision_and_every_digest() {
    let world = &World::on_sqlite().await;
    let events = Events::of(world).await;
    let honest = events.verified(world);
    assert!(honest.holds, "{}", honest.said);
    assert_eq!(honest.looked_at(4), events.decisions(), "{}", honest.said);

    // One person behind all logins: nothing was decided by another one.
    let alone = events.forged(|kind, payload| {
        if kind == "actor_seen" {
            payload["person"] = "the same".into();
        }
    });
    let found = alone.verified(world);
    assert_eq!((found.holds, found.faults(4)), (false, events.decisions()), "{}", found.said);

    // Everybody is an auditor: nobody who decided was one who may.
    let powerless = events.forged(|kind, payload| {
        if kind == "role_given" {
            payload["role"] = "auditor".into();
        }
    });
    let found = powerless.verified(world);
    assert_eq!((found.holds, found.faults(4)), (false, events.decisions()), "{}", found.said);

    // Something else was signed, each time.
    let other = events.forged(|kind, payload| {
        if decides(kind, payload) && payload.get("digest").is_some() {
            payload["digest"] = "00".repeat(32).into();
        }
    });
    let found = other.verified(world);
    assert_eq!((found.holds, found.faults(5)), (false, honest.looked_at(5)), "{}", found.said);

    // Somebody else prepared the offsets; whoever prepared the grants that they pay signs them.
    let manager = events.0.iter().find(|event| kind(event) == "policy_recorded").unwrap();
    let own = events.acted(|event| match kind(event) {
        "offset_prepared" => Some(actor(manager)),
        "offset_approved" => {
            let offset = payload(events.at(&payload(event)["id"]));
            Some(actor(events.at(&offset["settled_grant"])))
        }
        _ => None,
    });
    let found = own.verified(world);
    let named = found.said.matches("the person who prepared the offset decides on it").count();
    assert_eq!(named, events.count("offset_approved"), "{}", found.said);

    // Everybody had a hand in what was reconciled.
    let persons: Vec<Value> =
        events.0.iter().filter(|e| kind(e) == "actor_seen").map(|e| payload(e)["person"].clone()).collect();
    let handy = events.forged(|kind, payload| {
        if kind == "reconciliation_prepared" {
            payload["hands"] = persons.clone().into();
        }
    });
    let found = handy.verified(world);
    assert_eq!((found.holds, found.faults(4)), (false, events.count("reconciliation_signed")), "{}", found.said);

    // A payment is made again to the same account without a paper.
    let unasked = events.forged(|kind, payload| {
        if kind == "payment_reissued" {
            payload.as_object_mut().unwrap().remove("prepared");
        }
    });
    let found = unasked.verified(world);
    assert_eq!((found.holds, found.faults(4)), (false, 1), "{}", found.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_offline_verifier_holds_what_corrections_and_closings_move() {
    let world = &World::on_sqlite().await;
    let events = Events::of(world).await;
    // A transfer that is not taken back stays under the right one.
    let kept = events.forged(|kind, payload| {
        if kind == "correction_approved" {
            payload["reversed"].as_array_mut().unwrap().pop();
        }
    });
    let found = kept.verified(world);
    assert!(!found.holds && found.said.contains("takes other transfers back than were prepared"), "{}", found.said);
    // A grant whose shares are not its amount.
    let unequal = events.forged(|kind, payload| {
        if kind == "correction_approved" {
            payload["content"]["amount"] = "0.01".into();
        }
    });
    assert_eq!((unequal.verified(world).holds, unequal.verified(world).faults(6)), (false, 1));
    // What a closed year cancels is what was prepared.
    let cancelled = events.forged(|kind, payload| {
        if kind == "closing_approved" {
            payload["cancelled"] = Value::Array(Vec::new());
            payload["document"] = "另一份".into();
        }
        if kind == "closing_prepared" {
            payload["cancelled"] = vec![1_i64].into();
        }
    });
    let found = cancelled.verified(world);
    assert!(!found.holds && found.said.contains("cancels other grants than were prepared"), "{}", found.said);
}
