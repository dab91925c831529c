//! Money between its stages, on both engines, moved by events that only these tests know.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::BoxFuture;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use relief_ledger::db::entity::{allotments, grant_spans, paid_days, policies, recipient_spans, stage_days, transfers};
use relief_ledger::db::sql;
use relief_ledger::funds::{self, Move, Stage};
use relief_ledger::journal::{self, Actor, Applier, Door, Recorded, Registry, Tx};
use relief_ledger::kernel::dates::Day;
use relief_ledger::kernel::money::Fen;
use relief_ledger::kernel::{Error, Result};
use relief_ledger::people;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

use crate::support::book::World;

const KIND_OPENED: &str = "test_opened";
const KIND_MOVED: &str = "test_moved";

static TEST: Applier = Applier { feature: "test", kinds: &[(KIND_OPENED, 1), (KIND_MOVED, 1)], slots: &[], apply };
static REGISTRY: Registry = Registry(&[&journal::APPLIER, &people::APPLIER, &funds::APPLIER, &TEST]);

/// How many moves are posted in one call: what is in the tables may not depend on it.
static AT_ONCE: AtomicUsize = AtomicUsize::new(2);

/// What moves, and when it counts; all else follows from the grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    grant: Option<i64>,
    from: Stage,
    to: Stage,
    amount: Fen,
    on: Day,
    reverses: Option<(i64, i64)>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Moved {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Opened {
    code: String,
}

/// Position of the event that opened the only allotment, which is its policy's number as well.
const ALLOTMENT: i64 = 4;

/// Three grants belong to one recipient.
fn to_move(position: i64, (index, part): (usize, &Part)) -> Move {
    let recipient = part.grant.map(|grant| grant / 3);
    let group = |word: &str| recipient.map_or_else(String::new, |recipient| format!("{word}{}", recipient % 2));
    Move {
        position,
        line: i64::try_from(index).unwrap() + 1,
        allotment: ALLOTMENT,
        policy: ALLOTMENT,
        grant: part.grant,
        recipient,
        from: part.from,
        to: part.to,
        amount: part.amount,
        effective_on: part.on,
        kind: group("kind"),
        subdistrict: group("subdistrict"),
        industry: group("industry"),
        size: group("size"),
        reverses: part.reverses,
    }
}

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let mut moves = Vec::new();
        for event in events {
            if event.kind == KIND_OPENED {
                open(tx, event).await?;
            } else {
                let moved: Moved = event.payload()?;
                moves.extend(moved.parts.iter().enumerate().map(|part| to_move(event.position, part)));
            }
        }
        for piece in moves.chunks(AT_ONCE.load(Ordering::Relaxed)) {
            funds::post(tx, piece).await?;
        }
        Ok(())
    })
}

async fn open(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let opened: Opened = event.payload()?;
    let (book_id, id) = (tx.book_id(), event.position);
    let policy = policies::Model {
        book_id,
        id,
        code: opened.code,
        title: "稳岗补助".into(),
        document_number: "仑财〔2020〕1号".into(),
        instrument: "grant".into(),
        starts_on: "2020-02-10".into(),
        ends_on: "2020-12-31".into(),
        cap_fen: None,
        state: "open".into(),
        import_id: None,
        row_line: None,
        leaf_hash: vec![],
        prepared_by: String::new(),
        prepared_person: String::new(),
        prepared_at_ms: 0,
        reviewed_by: None,
        reviewed_person: None,
        reviewed_at_ms: None,
    };
    tx.insert(vec![policy]).await?;
    let allotment = allotments::Model {
        book_id,
        id,
        policy: id,
        document_number: String::new(),
        level: "district".into(),
        direct: 0,
        fiscal_year: 2020,
        functional_class: String::new(),
        economic_class: String::new(),
        department: String::new(),
        share: 1,
        starts_on: "2020-02-10".into(),
        leaf_hash: vec![],
    };
    tx.insert(vec![allotment]).await?;
    funds::open_stages(tx, &[id]).await
}

/// A world whose door knows the events of these tests.
struct Fund<'a> {
    world: &'a World,
    door: Door,
    actor: Actor,
}

impl Fund<'_> {
    async fn emit(&self, kind: &'static str, payload: impl Serialize, proven: Vec<Part>) -> Result<i64> {
        let payload = serde_json::to_value(payload).unwrap();
        let asked = payload.clone();
        let ask = self.world.ask(&self.actor, "move");
        self.door
            .command(ask, &asked, move |desk| {
                let (payload, proven) = (payload.clone(), proven.clone());
                Box::pin(async move {
                    let position = desk.next_position();
                    let moves: Vec<Move> = proven.iter().enumerate().map(|part| to_move(position, part)).collect();
                    funds::prove(desk, &moves).await?;
                    desk.emit(kind, 1, &payload)
                })
            })
            .await
    }

    /// Proves and moves.
    async fn moves(&self, parts: &[Part]) -> Result<i64> {
        self.emit(KIND_MOVED, Moved { parts: parts.to_vec() }, parts.to_vec()).await
    }

    /// Moves without a proof, as a faulty feature would.
    async fn moves_unproven(&self, parts: &[Part]) -> Result<i64> {
        self.emit(KIND_MOVED, Moved { parts: parts.to_vec() }, vec![]).await
    }

    async fn rows<M: FromQueryResult>(&self, table: &str) -> Vec<M> {
        let query = format!("SELECT * FROM {table} WHERE book_id = ?");
        sql::all(&self.door.db.read, &query, vec![self.world.book_id.into()]).await.unwrap()
    }

    /// How many grants and recipients count at (as of, at).
    async fn counted(&self, as_of: &str, at: i64) -> (usize, usize) {
        let (grants, recipients) = (self.rows("grant_spans").await, self.rows("recipient_spans").await);
        (grants_above(&grants, as_of, at).len(), recipients_above(&recipients, as_of, at).len())
    }
}

async fn on_both_engines(scenario: impl AsyncFn(&Fund<'_>)) {
    for world in [World::on_sqlite().await, World::on_postgres().await] {
        let door = Door::open(world.door.db.clone(), REGISTRY, world.door.surroundings.clone());
        let actor = Actor { uid: "uid-of-a".into(), person: "P1".into(), login: "a".into(), name: "a".into() };
        let fund = Fund { world: &world, door, actor };
        let opened = fund.emit(KIND_OPENED, Opened { code: "BL2020-01".into() }, vec![]).await.unwrap();
        assert_eq!(opened, ALLOTMENT);
        scenario(&fund).await;
        let before = AT_ONCE.swap(10_000, Ordering::Relaxed);
        let report = journal::verify(&world.door.db, REGISTRY, world.book_id, None, |_, _| ()).await.unwrap();
        AT_ONCE.store(before, Ordering::Relaxed);
        assert!(report.findings.is_empty(), "{:?}: {:#?}", world.door.db.engine, report.findings);
    }
}

fn day(number: i64) -> Day {
    Day::parse("2020-03-01").unwrap().plus_days(number)
}

fn part(grant: Option<i64>, way: (Stage, Stage), amount: i64, on: i64) -> Part {
    Part { grant, from: way.0, to: way.1, amount: Fen::new(amount), on: day(on), reverses: None }
}

const APPROPRIATED: (Stage, Stage) = (Stage::Source, Stage::Available);
const TAKEN_OVER: (Stage, Stage) = (Stage::Available, Stage::Disbursed);
const APPROVED: (Stage, Stage) = (Stage::Available, Stage::Payable);
const RELEASED: (Stage, Stage) = (Stage::Payable, Stage::InTransit);
const PAID: (Stage, Stage) = (Stage::InTransit, Stage::Disbursed);
const RETURNED: (Stage, Stage) = (Stage::Disbursed, Stage::Payable);

fn known(opened_at: i64, closed_at: Option<i64>, at: i64) -> bool {
    opened_at <= at && closed_at.is_none_or(|closed_at| closed_at > at)
}

fn within(from_on: &str, to_on: Option<&String>, as_of: &str) -> bool {
    from_on <= as_of && to_on.is_none_or(|to_on| as_of < to_on.as_str())
}

fn grants_above(rows: &[grant_spans::Model], as_of: &str, at: i64) -> BTreeMap<i64, String> {
    rows.iter()
        .filter(|row| known(row.opened_at, row.closed_at, at) && within(&row.from_on, row.to_on.as_ref(), as_of))
        .map(|row| (row.grant_id, row.first_on.clone()))
        .collect()
}

fn recipients_above(rows: &[recipient_spans::Model], as_of: &str, at: i64) -> BTreeSet<i64> {
    rows.iter()
        .filter(|row| known(row.opened_at, row.closed_at, at) && within(&row.from_on, row.to_on.as_ref(), as_of))
        .map(|row| row.recipient)
        .collect()
}

#[tokio::test]
async fn a_grant_passes_through_the_stages_and_each_stage_knows_its_balance() {
    on_both_engines(async |fund| {
        fund.moves(&[part(None, APPROPRIATED, 1_000, 0)]).await.unwrap();
        fund.moves(&[part(Some(9), APPROVED, 300, 2), part(Some(10), APPROVED, 200, 2)]).await.unwrap();
        fund.moves(&[part(Some(9), RELEASED, 300, 3)]).await.unwrap();
        fund.moves(&[part(Some(9), PAID, 300, 4)]).await.unwrap();
        let standings = funds::standings(&fund.door.db.read, fund.world.book_id).await.unwrap();
        let [standing] = standings.as_slice() else { panic!("{standings:?}") };
        let fen = [standing.budget, standing.available, standing.payable, standing.in_transit, standing.disbursed];
        assert_eq!(fen.map(Fen::get), [1_000, 500, 200, 0, 300]);
        let of_policy = funds::standing_of(&fund.door.db.read, fund.world.book_id, ALLOTMENT).await.unwrap();
        assert_eq!(of_policy, standings);
        let balances = funds::balances_of(&fund.door.db.read, fund.world.book_id, &[ALLOTMENT]).await.unwrap();
        assert_eq!(balances.iter().map(|balance| balance.amount.get()).sum::<i64>(), 0);
        let moves = funds::moves_of_grant(&fund.door.db.read, fund.world.book_id, 9).await.unwrap();
        assert_eq!(
            moves.iter().map(|m| m.to).collect::<Vec<_>>(),
            [Stage::Payable, Stage::InTransit, Stage::Disbursed]
        );
        let days: Vec<stage_days::Model> = fund.rows("stage_days").await;
        let entered: i64 = days.iter().map(|row| row.in_fen).sum();
        assert_eq!(entered, days.iter().map(|row| row.out_fen).sum::<i64>());
    })
    .await;
}

#[tokio::test]
async fn what_the_budget_does_not_cover_is_refused_and_leaves_nothing() {
    on_both_engines(async |fund| {
        fund.moves(&[part(None, APPROPRIATED, 1_000, 5)]).await.unwrap();
        let position = fund.world.head().await.position;
        let early = fund.moves(&[part(Some(9), TAKEN_OVER, 300, 4)]).await.unwrap_err();
        let refusal = early.refusals().first().unwrap();
        assert_eq!(refusal.code, "budget_short");
        let facts: BTreeMap<_, _> = refusal.facts.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(facts, BTreeMap::from([("policy", "BL2020-01"), ("missing", "3.00"), ("on", "2020-03-05")]));
        let too_much = fund.moves(&[part(Some(9), TAKEN_OVER, 1_001, 6)]).await.unwrap_err();
        assert_eq!(too_much.refusals().first().unwrap().code, "budget_short");
        let not_there = fund.moves(&[part(Some(9), RELEASED, 1, 6)]).await.unwrap_err();
        assert_eq!(not_there.refusals().first().unwrap().code, "payable_short");
        assert!(matches!(
            fund.moves(&[part(Some(9), (Stage::Payable, Stage::Source), 1, 6)]).await,
            Err(Error::Internal(_))
        ));
        assert!(matches!(
            fund.moves_unproven(&[part(Some(9), (Stage::Payable, Stage::Source), 1, 6)]).await,
            Err(Error::Internal(_))
        ));
        // Who forgets to prove meets the constraint.
        let forgot = fund.moves_unproven(&[part(Some(9), TAKEN_OVER, 1_001, 6)]).await.unwrap_err();
        assert_eq!(forgot.refusals().first().unwrap().code, "balance_negative");
        assert_eq!(fund.world.head().await.position, position);
        fund.moves(&[part(Some(9), TAKEN_OVER, 1_000, 5)]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn who_was_paid_returned_and_paid_again_counts_as_each_position_knew_it() {
    on_both_engines(async |fund| {
        fund.moves(&[part(None, APPROPRIATED, 10_000, 0)]).await.unwrap();
        let paid = fund.moves(&[part(Some(9), TAKEN_OVER, 300, 2), part(Some(10), TAKEN_OVER, 100, 8)]).await.unwrap();
        let returned = fund.moves(&[part(Some(9), RETURNED, 300, 5)]).await.unwrap();
        fund.moves(&[part(Some(9), RELEASED, 300, 6)]).await.unwrap();
        let again = fund.moves(&[part(Some(9), PAID, 300, 7)]).await.unwrap();
        // Grants 9 and 10 are of one recipient.
        for (as_of, at, counted) in [
            ("2020-03-02", paid, (0, 0)),
            ("2020-03-03", paid, (1, 1)),
            ("2020-03-09", paid, (2, 1)),
            ("2020-03-07", paid, (1, 1)),
            ("2020-03-07", returned, (0, 0)),
            ("2020-03-09", returned, (1, 1)),
            ("2020-03-05", returned, (1, 1)),
            ("2020-03-07", again, (0, 0)),
            ("2020-03-08", again, (1, 1)),
            ("2020-03-09", again, (2, 1)),
        ] {
            assert_eq!(fund.counted(as_of, at).await, counted, "as of {as_of} at {at}");
        }
        let days: Vec<paid_days::Model> = fund.rows("paid_days").await;
        assert_eq!(
            days.iter().map(|row| (row.paid_fen, row.returned_fen)).fold((0, 0), |(p, r), (a, b)| (p + a, r + b)),
            (700, 300)
        );
    })
    .await;
}

#[tokio::test]
async fn an_undone_history_leaves_no_trace_but_in_the_book() {
    on_both_engines(async |fund| {
        fund.moves(&[part(None, APPROPRIATED, 100_000, 0)]).await.unwrap();
        let parts: Vec<Part> = (30..150).map(|grant| part(Some(grant), TAKEN_OVER, grant, grant % 20)).collect();
        let paid = fund.moves(&parts).await.unwrap();
        let back = |(line, part): (i64, &Part)| Part {
            from: part.to,
            to: part.from,
            reverses: Some((paid, line)),
            ..part.clone()
        };
        let reversed: Vec<Part> = (1_i64..).zip(&parts).map(back).collect();
        let undone = fund.moves(&reversed).await.unwrap();
        assert_eq!(fund.counted("2020-12-31", paid).await, (120, 40));
        assert_eq!(fund.counted("2020-12-31", undone).await, (0, 0));
        let days: Vec<paid_days::Model> = fund.rows("paid_days").await;
        assert!(days.iter().all(|row| row.paid_fen == 0 && row.returned_fen == 0));
        let twice = fund.moves_unproven(&reversed[..1]).await.unwrap_err();
        assert_eq!(twice.refusals().first().unwrap().code, "already_reversed");
    })
    .await;
}

/// Follows where the money of each grant is, to draw only what the stages can bear.
#[derive(Default)]
struct Tale {
    held: BTreeMap<(i64, Stage), i64>,
    moved: Vec<(i64, i64, Part)>,
    reversed: BTreeSet<(i64, i64)>,
}

impl Tale {
    fn bears(&self, part: &Part) -> bool {
        let grant = part.grant.unwrap();
        part.from == Stage::Available
            || self.held.get(&(grant, part.from)).is_some_and(|held| *held >= part.amount.get())
    }

    fn draw(&mut self, chance: &mut StdRng) -> Option<Part> {
        let drawn = if chance.random_ratio(1, 6) && !self.moved.is_empty() {
            let (position, line, part) = &self.moved[chance.random_range(0..self.moved.len())];
            let again = self.reversed.contains(&(*position, *line)) || part.reverses.is_some();
            let back = Part { from: part.to, to: part.from, reverses: Some((*position, *line)), ..part.clone() };
            (!again).then_some(back)?
        } else {
            let ways =
                [TAKEN_OVER, TAKEN_OVER, APPROVED, RELEASED, PAID, RETURNED, (Stage::Disbursed, Stage::Available)];
            let way = ways[chance.random_range(0..ways.len())];
            part(Some(chance.random_range(0..12)), way, chance.random_range(1..4), chance.random_range(0..15))
        };
        if !self.bears(&drawn) {
            return None;
        }
        let grant = drawn.grant.unwrap();
        *self.held.entry((grant, drawn.from)).or_default() -= drawn.amount.get();
        *self.held.entry((grant, drawn.to)).or_default() += drawn.amount.get();
        self.reversed.extend(drawn.reverses);
        Some(drawn)
    }
}

#[tokio::test]
async fn any_history_counts_the_same_by_spans_as_by_transfers_and_by_pieces_as_at_once() {
    on_both_engines(async |fund| {
        let mut chance = StdRng::seed_from_u64(20_200_310);
        let mut tale = Tale::default();
        fund.moves(&[part(None, APPROPRIATED, 1_000_000, 0)]).await.unwrap();
        for _ in 0..60 {
            let parts: Vec<Part> = (0..chance.random_range(1..7)).filter_map(|_| tale.draw(&mut chance)).collect();
            if parts.is_empty() {
                continue;
            }
            // Dates are drawn at random, so a proof would often refuse; the head always bears them.
            let position = fund.moves_unproven(&parts).await.unwrap();
            tale.moved.extend((1_i64..).zip(parts).map(|(line, part)| (position, line, part)));
        }
        let moved: Vec<transfers::Model> = fund.rows("transfers").await;
        let (grants, recipients) = (fund.rows("grant_spans").await, fund.rows("recipient_spans").await);
        let positions: BTreeSet<i64> = moved.iter().map(|row| row.position).collect();
        assert!(positions.len() > 40 && moved.iter().filter(|row| row.reverses_position.is_some()).count() > 10);
        for at in positions {
            let mut days: BTreeMap<i64, BTreeMap<&str, i64>> = BTreeMap::new();
            for row in moved.iter().filter(|row| row.position <= at) {
                let net = i64::from(row.to_stage == "disbursed") - i64::from(row.from_stage == "disbursed");
                if let Some(grant) = row.grant_id {
                    *days.entry(grant).or_default().entry(&row.effective_on).or_default() += net * row.amount_fen;
                }
            }
            for as_of in (-1..17).map(|number| day(number).to_string()) {
                let above =
                    |days: &BTreeMap<&str, i64>, on: &str| days.range(..=on).map(|(_, net)| net).sum::<i64>() > 0;
                let expected: BTreeMap<i64, String> = days
                    .iter()
                    .filter(|(_, days)| above(days, &as_of))
                    .map(|(grant, days)| (*grant, (*days.keys().find(|on| above(days, on)).unwrap()).to_owned()))
                    .collect();
                assert_eq!(grants_above(&grants, &as_of, at), expected, "as of {as_of} at {at}");
                let people: BTreeSet<i64> = expected.keys().map(|grant| grant / 3).collect();
                assert_eq!(recipients_above(&recipients, &as_of, at), people, "as of {as_of} at {at}");
            }
        }
    })
    .await;
}
