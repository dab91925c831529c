use proptest::prelude::*;

use super::*;

fn parameters(method: Method, size: i64) -> Parameters {
    let by = (method == Method::Stratified).then_some(StratumBy::Policy);
    let as_of = Day::parse("2020-10-31").unwrap();
    Parameters {
        method,
        by,
        size,
        seed: "北仑 2020".into(),
        as_of,
        at: 100,
        policy: None,
        subdistrict: None,
        least: None,
        most: None,
    }
}

fn member(grant: i64, policy: &str, fen: i64) -> Member {
    let (policy, subdistrict) = (policy.to_owned(), "新碶街道".to_owned());
    Member { grant, reference: format!("BL-{grant}"), policy, subdistrict, amount: Fen::new(fen) }
}

/// The population of `draw_vectors.py`.
fn thirty() -> Vec<Member> {
    let policy = |n: i64| ["P-1", "P-2", "P-3"][usize::from(n > 4) + usize::from(n > 12)];
    let fen = |n: i64| (n * n * 1_000 + n) * if n == 30 { 20 } else { 1 };
    (1..=30).map(|n| member(n * 7, policy(n), fen(n))).collect()
}

/// Draws with nothing of this program: see the script. Controls: it fails where any item differs.
#[test]
fn an_independent_program_draws_the_same() {
    let vectors = include_str!("../draw_vectors.json");
    let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
    for method in Method::ALL {
        let (population, strata, items) = draw(&parameters(method, 7), &thirty()).unwrap();
        let drawn = serde_json::json!({
            "population": [population.count, population.sum.get(), population.digest],
            "strata": strata.iter().map(|one| (one.name.clone(), one.size)).collect::<Vec<_>>(),
            "items": items.iter().map(|item| (item.grant, item.hits)).collect::<Vec<_>>(),
        });
        assert_eq!(drawn, vectors[method.code()], "{}", method.code());
    }
    let other = Parameters { seed: "北仑 2021".into(), ..parameters(Method::Random, 7) };
    let (.., items) = draw(&other, &thirty()).unwrap();
    let drawn: Vec<_> = items.iter().map(|item| (item.grant, item.hits)).collect();
    assert_ne!(serde_json::json!(drawn), vectors["random"]["items"], "control: another seed draws others");
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let refused = |parameters: &Parameters| draw(parameters, &thirty()).map(|_| ()).map_err(|refusal| refusal.code);
    let random = parameters(Method::Random, 7);
    assert_eq!(refused(&random), Ok(()));
    for size in [0, -1, 10_001] {
        assert_eq!(refused(&Parameters { size, ..random.clone() }), Err("sample_size"));
    }
    assert_eq!(refused(&Parameters { size: 31, ..random.clone() }), Err("sample_population_small"));
    assert_eq!(refused(&Parameters { policy: Some("P-9".into()), ..random.clone() }), Err("sample_population_none"));
    assert_eq!(refused(&Parameters { by: Some(StratumBy::Policy), ..random }), Err("sample_by"));
}

proptest! {
    #[test]
    fn a_draw_depends_on_seed_and_population_alone(
        amounts in proptest::collection::vec((1_i64..5_000_000, 0_usize..4), 1..60),
        size in 1_i64..60,
        seed in "[a-z]{1,8}",
        turn in 0_usize..60,
    ) {
        let policies = ["A", "B", "C", "D"];
        let of = |(place, (fen, policy)): (usize, &(i64, usize))| {
            member(i64::try_from(place).unwrap() * 3 + 1, policies[*policy], *fen)
        };
        let mut members: Vec<Member> = amounts.iter().enumerate().map(of).collect();
        for method in Method::ALL {
            let parameters = Parameters { seed: seed.clone(), ..parameters(method, size) };
            let drawn = draw(&parameters, &members);
            let middle = turn % members.len();
            members.rotate_left(middle);
            prop_assert_eq!(&drawn, &draw(&parameters, &members));
            let Ok((population, strata, items)) = drawn else { continue };
            prop_assert_eq!(items.iter().map(|item| item.hits).sum::<i64>(), size);
            prop_assert_eq!(strata.iter().map(|stratum| stratum.size).sum::<i64>(), size);
            prop_assert_eq!(strata.iter().map(|stratum| stratum.count).sum::<i64>(), population.count);
            prop_assert!(strata.iter().all(|stratum| method == Method::MonetaryUnit || stratum.size <= stratum.count));
            let reached = i64::try_from(strata.len()).unwrap() <= size;
            prop_assert!(!reached || strata.iter().all(|stratum| stratum.size > 0));
            prop_assert!(items.windows(2).all(|pair| pair[0].grant < pair[1].grant));
            // What is as much as an interval is never missed.
            let large = members.iter().filter(|one| i128::from(one.amount.get()) * i128::from(size) >= i128::from(population.sum.get()));
            let certain = items.iter().filter(|item| item.certain).count();
            prop_assert!(method != Method::MonetaryUnit || large.count() == certain);
        }
    }
}
