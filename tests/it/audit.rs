//! Totals and trial balances against a brute-force oracle: random transfers, asked at random pairs of clocks.

mod offline;
mod pages;

use std::collections::{BTreeMap, BTreeSet};

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use relief_ledger::audit::{self, Figures, GroupBy, Totals};
use relief_ledger::funds::{self, Move, Stage};
use relief_ledger::journal::Actor;
use relief_ledger::kernel::Error;
use relief_ledger::kernel::codes::Instrument;
use relief_ledger::kernel::dates::Day;
use relief_ledger::kernel::money::Fen;
use relief_ledger::people::Role;
use relief_ledger::policies::{self, Level, NewAllotment, NewPolicy, Policy};
use relief_ledger::web::Lang;

use crate::support::book::World;

const SUBDISTRICTS: [&str; 3] = ["新碶街道", "大碶街道", "=梅山"];
const SIZES: [&str; 2] = ["小型", "微型"];
const KINDS: [&str; 2] = ["企业", "个体工商户"];
const INDUSTRIES: [&str; 3] = ["C", "F", "62"];

fn day(n: i64) -> Day {
    Day::parse("2020-03-01").unwrap().plus_days(n)
}

fn allotment(number: &str, level: Level, share: i64) -> NewAllotment {
    NewAllotment {
        document_number: number.into(),
        level,
        direct: false,
        fiscal_year: 2020,
        functional_class: String::new(),
        economic_class: String::new(),
        department: String::new(),
        share,
        amount: Fen::parse("10000000").unwrap(),
        starts_on: day(-20),
    }
}

fn policy(code: &str, allotments: Vec<NewAllotment>) -> NewPolicy {
    let budget = Fen::parse("10000000").unwrap();
    let window = (day(-20), day(300));
    let policy = NewPolicy::with_budget(
        code.into(),
        "补助".into(),
        format!("文〔2020〕{code}"),
        Instrument::Grant,
        window,
        None,
        budget,
    );
    if allotments.is_empty() { policy } else { NewPolicy { allotments, ..policy } }
}

/// Two policies in force: one with a single allotment, one paid by the province and the district.
async fn policies(world: &World) -> Vec<Policy> {
    let manager = world.actor("zhou", "P1", &[Role::Manager]).await;
    let reviewer = world.actor("wang", "P2", &[Role::Reviewer]).await;
    let shared = vec![allotment("省财1", Level::Province, 2), allotment("区财9", Level::District, 1)];
    let mut found = Vec::new();
    for new in [policy("B-2", Vec::new()), policy("A-1", shared)] {
        let id = policies::record(&world.door, world.ask(&manager, "policy"), new).await.unwrap().id;
        let shown = policies::by_id(&world.door.db.read, world.book_id, id).await.unwrap().unwrap();
        let digest = policies::digest(std::slice::from_ref(&shown));
        policies::approve(&world.door, world.ask(&reviewer, "approve"), vec![id], digest).await.unwrap();
        found.push(shown);
    }
    found
}

/// A grant on its way, and the last thing that happened to its money.
struct Going {
    grant: i64,
    recipient: i64,
    policy: usize,
    split: Vec<(i64, Fen)>,
    columns: [String; 4],
    stage: Stage,
    since: i64,
    last: Vec<Move>,
}

/// Invents lawful moves of grants; every event moves one grant by one step, or undoes the step.
struct Story {
    dice: StdRng,
    policies: Vec<Policy>,
    going: Vec<Going>,
}

impl Story {
    fn new(seed: u64, policies: Vec<Policy>) -> Self {
        Self { dice: StdRng::seed_from_u64(seed), policies, going: Vec::new() }
    }

    fn begin(&mut self, position: i64) -> usize {
        let pick = |dice: &mut StdRng, words: &[&str]| (*words.choose(dice).unwrap()).to_owned();
        let dice = &mut self.dice;
        let policy = dice.random_range(0..self.policies.len());
        let amount = Fen::new(dice.random_range(1..500_000));
        let columns = [pick(dice, &KINDS), pick(dice, &SUBDISTRICTS), pick(dice, &INDUSTRIES), pick(dice, &SIZES)];
        self.going.push(Going {
            grant: position,
            recipient: 10_000 + dice.random_range(0..12),
            policy,
            split: policies::split(amount, &self.policies[policy].shares()).unwrap(),
            columns,
            stage: Stage::Available,
            since: 0,
            last: Vec::new(),
        });
        self.going.len() - 1
    }

    fn next(&mut self, position: i64) -> Vec<Move> {
        let fresh = self.going.len() < 3 || self.dice.random_bool(0.3);
        let at = if fresh { self.begin(position) } else { self.dice.random_range(0..self.going.len()) };
        let undo = self.dice.random_bool(0.15);
        let going = &mut self.going[at];
        if undo && !going.last.is_empty() && going.last.iter().all(|one| one.reverses.is_none()) {
            let back: Vec<Move> = going.last.iter().map(|one| reversed(position, one)).collect();
            going.stage = back[0].to;
            going.last.clear();
            return back;
        }
        let next: &[Stage] = match going.stage {
            Stage::Available => &[Stage::Payable, Stage::Payable, Stage::Disbursed],
            Stage::Payable => &[Stage::InTransit],
            Stage::InTransit => &[Stage::Disbursed, Stage::Disbursed, Stage::Payable],
            Stage::Disbursed => &[Stage::Payable, Stage::Available, Stage::Source],
            Stage::Source => &[Stage::Available],
        };
        let to = *next.choose(&mut self.dice).unwrap();
        // Later than what went before, or on the same day; known in an order of its own.
        going.since += self.dice.random_range(0..25);
        let moves: Vec<Move> = going
            .split
            .iter()
            .zip(1..)
            .filter(|((_, amount), _)| amount.get() > 0)
            .map(|((allotment, amount), line)| Move {
                position,
                line,
                allotment: *allotment,
                policy: self.policies[going.policy].id,
                grant: (going.stage != Stage::Source).then_some(going.grant),
                recipient: (going.stage != Stage::Source).then_some(going.recipient),
                from: going.stage,
                to,
                amount: *amount,
                effective_on: day(going.since),
                kind: going.columns[0].clone(),
                subdistrict: going.columns[1].clone(),
                industry: going.columns[2].clone(),
                size: going.columns[3].clone(),
                reverses: None,
            })
            .collect();
        going.stage = to;
        going.last.clone_from(&moves);
        moves
    }
}

fn reversed(position: i64, before: &Move) -> Move {
    Move {
        position,
        from: before.to,
        to: before.from,
        reverses: Some((before.position, before.line)),
        ..before.clone()
    }
}

/// Brings the moves in by events that say nothing: what posts them is the tested part, not why.
async fn post(world: &World, actor: &Actor, moves: Vec<Move>) {
    let positions = i64::try_from(moves.len()).unwrap();
    world
        .door
        .command(world.ask(actor, "post"), &positions, move |desk| {
            let moves = moves.clone();
            Box::pin(async move {
                let nothing = serde_json::json!({"position": 1, "slot": "x", "reason": "x"});
                desk.emit("private_erased", 1, &nothing)?;
                funds::post(&mut desk.tx, &moves).await?;
                Ok(1_i64)
            })
        })
        .await
        .unwrap();
}

/// The oracle: everything again for each question, from the moves alone.
struct Oracle<'m> {
    known: Vec<&'m Move>,
    policies: &'m [Policy],
}

impl<'m> Oracle<'m> {
    fn new(moves: &'m [Move], policies: &'m [Policy], as_of: Day, at: i64) -> Self {
        Self { known: moves.iter().filter(|m| m.position <= at && m.effective_on <= as_of).collect(), policies }
    }

    fn touching(&self) -> impl Iterator<Item = &'m Move> {
        self.known.clone().into_iter().filter(|m| m.from == Stage::Disbursed || m.to == Stage::Disbursed)
    }

    /// The first payment that was not taken back; the first one if all were.
    fn month(&self, grant: Option<i64>) -> String {
        let undone: BTreeSet<(i64, i64)> = self.known.iter().filter_map(|m| m.reverses).collect();
        let payments =
            || self.touching().filter(|m| m.grant == grant && m.to == Stage::Disbursed && m.reverses.is_none());
        let standing = payments().filter(|m| !undone.contains(&(m.position, m.line))).map(|m| m.effective_on).min();
        standing.or_else(|| payments().map(|m| m.effective_on).min()).unwrap().month()
    }

    fn key(&self, by: GroupBy, one: &Move) -> String {
        let policy = self.policies.iter().find(|p| p.id == one.policy).unwrap();
        let allotment = policy.allotments.iter().find(|a| a.id == one.allotment).unwrap();
        match by {
            GroupBy::Policy => policy.code.clone(),
            GroupBy::Subdistrict => one.subdistrict.clone(),
            GroupBy::Industry => one.industry.clone(),
            GroupBy::Size => one.size.clone(),
            GroupBy::Kind => one.kind.clone(),
            GroupBy::Month => self.month(one.grant),
            GroupBy::Allotment => allotment.document_number.clone(),
            GroupBy::Level => allotment.level.code().to_owned(),
        }
    }

    fn figures(moves: &[&Move]) -> Figures {
        let mut net: BTreeMap<(i64, i64), i64> = BTreeMap::new();
        let (mut paid, mut returned) = (0, 0);
        for one in moves {
            let fen = one.amount.get();
            match (one.to == Stage::Disbursed, one.reverses.is_some()) {
                (true, false) => paid += fen,
                (true, true) => returned -= fen,
                (false, false) => returned += fen,
                (false, true) => paid -= fen,
            }
            *net.entry((one.grant.unwrap(), one.recipient.unwrap())).or_default() +=
                if one.to == Stage::Disbursed { fen } else { -fen };
        }
        let above: Vec<_> = net.iter().filter(|(_, net)| **net > 0).map(|(key, _)| *key).collect();
        let recipients: BTreeSet<i64> = above.iter().map(|(_, recipient)| *recipient).collect();
        Figures {
            grants: i64::try_from(above.len()).unwrap(),
            recipients: i64::try_from(recipients.len()).unwrap(),
            paid: Fen::new(paid),
            returned: Fen::new(returned),
            net: Fen::new(paid - returned),
        }
    }

    fn overall(&self) -> Figures {
        Self::figures(&self.touching().collect::<Vec<_>>())
    }

    fn groups(&self, by: &[GroupBy]) -> BTreeMap<Vec<String>, Figures> {
        let mut groups: BTreeMap<Vec<String>, Vec<&Move>> = BTreeMap::new();
        for one in self.touching() {
            groups.entry(by.iter().map(|by| self.key(*by, one)).collect()).or_default().push(one);
        }
        let figures = groups.into_iter().map(|(keys, moves)| (keys, Self::figures(&moves)));
        figures.filter(|(_, figures)| *figures != Figures::default()).collect()
    }

    /// By policy, document of the allotment and stage: what came in, what left.
    fn stages(&self) -> BTreeMap<(String, String, &'static str), (i64, i64)> {
        let mut stages: BTreeMap<_, (i64, i64)> = BTreeMap::new();
        for one in &self.known {
            let names =
                |stage: Stage| (self.key(GroupBy::Policy, one), self.key(GroupBy::Allotment, one), stage.code());
            stages.entry(names(one.to)).or_default().0 += one.amount.get();
            stages.entry(names(one.from)).or_default().1 += one.amount.get();
        }
        stages
    }
}

/// The appropriations by which the policies came into force, in the form of moves.
async fn appropriations(world: &World, policies: &[Policy]) -> Vec<Move> {
    let budget = Fen::parse("10000000").unwrap();
    let head = world.head().await;
    let allotments = policies.iter().flat_map(|policy| policy.allotments.iter().map(move |a| (policy, a)));
    allotments
        .map(|(policy, allotment)| Move {
            position: head.position,
            line: 1,
            allotment: allotment.id,
            policy: policy.id,
            grant: None,
            recipient: None,
            from: Stage::Source,
            to: Stage::Available,
            amount: budget,
            effective_on: allotment.starts_on,
            kind: String::new(),
            subdistrict: String::new(),
            industry: String::new(),
            size: String::new(),
            reverses: None,
        })
        .collect()
}

async fn check(world: &World, moves: &[Move], policies: &[Policy], as_of: Day, at: Option<i64>, by: &[GroupBy]) {
    let head = world.head().await;
    let oracle = Oracle::new(moves, policies, as_of, at.unwrap_or(head.position));
    let totals = audit::totals(&world.door.db, &head, as_of, at, by).await.unwrap();
    let asked = format!("{:?} as of {as_of} at {at:?} by {by:?}", world.door.db.engine);
    assert_eq!(totals.figures(), oracle.overall(), "{asked}");
    let groups: Vec<(Vec<String>, Figures)> =
        totals.groups.iter().map(|g| (g.keys.iter().map(|(_, v)| v.clone()).collect(), g.figures)).collect();
    let expected: Vec<_> = if by.is_empty() { Vec::new() } else { oracle.groups(by).into_iter().collect() };
    assert_eq!(groups, expected, "{asked}");

    let balance = audit::trial_balance(&world.door.db, &head, as_of, at).await.unwrap();
    assert!(balance.balances && balance.debit == balance.credit, "{asked}");
    let lines: BTreeMap<_, _> = balance
        .lines
        .iter()
        .map(|l| ((l.policy.clone(), l.allotment.clone(), l.stage.clone()), (l.debit.get(), l.credit.get())))
        .collect();
    let expected: BTreeMap<_, _> =
        oracle.stages().into_iter().map(|((p, a, s), moved)| ((p, a, s.to_owned()), moved)).collect();
    assert_eq!(lines, expected, "{asked}");
    let balances = |side: fn(&audit::Line) -> Fen| Fen::sum(balance.lines.iter().map(side)).unwrap();
    assert_eq!(balances(|l| l.debit_balance), balances(|l| l.credit_balance), "{asked}");
}

async fn random_books_agree_with_the_oracle(world: &World, seed: u64) {
    let policies = policies(world).await;
    let clerk = world.actor("chen", "P3", &[Role::Clerk]).await;
    let mut moves = appropriations(world, &policies).await;
    let begun = world.head().await.position;
    let mut story = Story::new(seed, policies.clone());
    for round in 0..12 {
        for _ in 0..15 {
            let next = story.next(world.head().await.position + 1);
            post(world, &clerk, next.clone()).await;
            moves.extend(next);
        }
        let head = world.head().await.position;
        for question in 0..8 {
            let as_of = day(story.dice.random_range(-5..200));
            let older = story.dice.random_range(begun..=head);
            let at = if question % 2 == 0 { None } else { Some(older) };
            let count = story.dice.random_range(0..4_usize);
            let by: Vec<GroupBy> = GroupBy::ALL.choose_multiple(&mut story.dice, count).copied().collect();
            check(world, &moves, &policies, as_of, at, &by).await;
        }
        // The head named as a position is the head.
        let by = [GroupBy::ALL[round % 8]];
        check(world, &moves, &policies, day(200), Some(head), &by).await;
    }
    answers_do_not_change_later(world, &clerk, &mut story).await;
}

/// The same pair of clocks gives the same bytes after other writes.
async fn answers_do_not_change_later(world: &World, clerk: &Actor, story: &mut Story) {
    let head = world.head().await;
    let ask = async |head| -> String {
        let mut texts = String::new();
        for by in GroupBy::ALL {
            let totals = audit::totals(&world.door.db, head, day(60), Some(at_of(head)), &[by]).await.unwrap();
            texts.push_str(&serde_json::to_string(&totals).unwrap());
            texts.push_str(&totals.render_csv(Lang::Zh).unwrap());
        }
        let balance = audit::trial_balance(&world.door.db, head, day(60), Some(at_of(head))).await.unwrap();
        texts.push_str(&serde_json::to_string(&balance).unwrap());
        texts
    };
    let before = ask(&head).await;
    for _ in 0..20 {
        let next = story.next(world.head().await.position + 1);
        post(world, clerk, next).await;
    }
    assert!(world.head().await.position > head.position);
    assert_eq!(ask(&head).await, before);
}

fn at_of(head: &relief_ledger::journal::Head) -> i64 {
    head.position
}

#[tokio::test(flavor = "multi_thread")]
async fn totals_and_trial_balances_are_those_of_the_oracle_on_sqlite() {
    for seed in 1..=3 {
        random_books_agree_with_the_oracle(&World::on_sqlite().await, seed).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn totals_and_trial_balances_are_those_of_the_oracle_on_postgresql() {
    random_books_agree_with_the_oracle(&World::on_postgres().await, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_book_has_empty_totals_and_a_position_outside_is_refused() {
    let world = World::on_sqlite().await;
    let head = world.head().await;
    let totals = audit::totals(&world.door.db, &head, day(0), None, &[GroupBy::Policy]).await.unwrap();
    let Totals { grants, recipients, paid, groups, short, .. } = totals;
    assert_eq!((grants, recipients, paid, groups, short.as_str()), (0, 0, Fen::ZERO, vec![], "0.00元"));
    for outside in [0, -1, head.position + 1] {
        let refused = audit::totals(&world.door.db, &head, day(0), Some(outside), &[]).await;
        assert!(matches!(&refused, Err(Error::Refused(r)) if r[0].code == "position_beyond"), "{refused:?}");
    }
}
