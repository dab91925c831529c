//! Lists of grants: filters, search, sorting, pages, and what waits for whom.

use relief_ledger::grants::{self, Cursor, Filter, Form, Line, Order, Sort, State};
use relief_ledger::kernel::keyset::Near;

use crate::support::book::{World, on_both_engines};
use crate::support::office::{Office, USCCS, day, form, yuan};

async fn found(world: &World, filter: Filter) -> Vec<String> {
    let page =
        grants::page(&world.door.db.read, world.book_id, &filter, Order::default(), &Near::Start, 50).await.unwrap();
    let sums = grants::sums(&world.door.db.read, world.book_id, &filter).await.unwrap();
    assert_eq!(usize::try_from(sums.grants).unwrap(), page.rows.len());
    page.rows.into_iter().map(|(_, line)| line.reference).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_are_found_by_what_people_know_of_them() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        for (number, recipient, amount) in [(1, 0, "100"), (2, 1, "200.50"), (3, 2, "300"), (4, 0, "400")] {
            world.it_is(&format!("2020-03-0{}", number + 1));
            office.submitted(Form { amount: amount.into(), ..form(&format!("A-{number}"), recipient) }).await;
        }
        let search = |text: &str| Filter { search: text.into(), ..Filter::default() };
        assert_eq!(found(world, Filter::default()).await, ["A-4", "A-3", "A-2", "A-1"]);
        assert_eq!(found(world, search("港信")).await, ["A-4", "A-1"]);
        assert_eq!(found(world, search(" 理发 店")).await, ["A-2"]);
        assert_eq!(found(world, search(&USCCS[1].to_lowercase())).await, ["A-2"]);
        assert_eq!(found(world, search("9133")).await.len(), 4);
        assert_eq!(found(world, search("A-3")).await, ["A-3"]);
        assert_eq!(found(world, search("100%")).await, Vec::<String>::new());
        let amounts = Filter { amount_from: Some(yuan("200.50")), amount_to: Some(yuan("300")), ..Filter::default() };
        assert_eq!(found(world, amounts).await, ["A-3", "A-2"]);
        let days =
            Filter { applied_from: Some(day("2020-03-03")), applied_to: Some(day("2020-03-04")), ..Filter::default() };
        assert_eq!(found(world, days).await, ["A-3", "A-2"]);
        let none = Filter { states: vec![State::Approved, State::Paid], ..Filter::default() };
        assert_eq!(found(world, none).await, Vec::<String>::new());
        let elsewhere = Filter { subdistrict: Some("大碶街道".into()), ..Filter::default() };
        assert_eq!(found(world, elsewhere).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_one_another_without_a_gap_in_every_order() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        for number in 1..=7 {
            let amount = ["5", "7", "5", "9", "7", "5", "1"][number - 1];
            office.submitted(Form { amount: amount.into(), ..form(&format!("A-{number}"), number % 3) }).await;
        }
        for by in Sort::ALL {
            for ascending in [false, true] {
                let order = Order { by, ascending };
                let (mut all, mut near): (Vec<Line>, Near<Cursor>) = (Vec::new(), Near::Start);
                let (c, filter) = (&world.door.db.read, Filter::default());
                let parsed = |cursor: &Cursor| Cursor::parse(&cursor.to_string()).unwrap();
                let mut before: Option<Vec<(Cursor, Line)>> = None;
                loop {
                    let page = grants::page(c, world.book_id, &filter, order, &near, 2).await.unwrap();
                    if let Some(before) = &before {
                        let back = Near::Before(parsed(&page.rows[0].0));
                        let back = grants::page(c, world.book_id, &filter, order, &back, 2).await.unwrap();
                        assert_eq!((&back.rows, back.has_next), (before, true), "{by:?} {ascending}: the page before");
                    }
                    assert_eq!(page.has_previous, before.is_some());
                    all.extend(page.rows.iter().map(|(_, line)| line.clone()));
                    if !page.has_next {
                        break;
                    }
                    near = Near::After(parsed(&page.rows[1].0));
                    before = Some(page.rows);
                }
                let ids: Vec<i64> = all.iter().map(|line| line.id).collect();
                let mut sorted = all.clone();
                sorted.sort_by(|one, other| {
                    let key = match by {
                        Sort::Position => one.id.cmp(&other.id),
                        Sort::Amount => one.amount.cmp(&other.amount),
                        Sort::Name => one.name.cmp(&other.name),
                        Sort::AppliedOn => one.applied_on.cmp(&other.applied_on),
                    };
                    let key = key.then(one.id.cmp(&other.id));
                    if ascending { key } else { key.reverse() }
                });
                assert_eq!(ids, sorted.iter().map(|line| line.id).collect::<Vec<_>>(), "{by:?} {ascending}");
                assert_eq!(ids.len(), 7);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_reviewer_is_what_others_prepared() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let id = office.submitted(form("A-1", 0)).await;
        office.drafted(form("A-2", 1)).await;
        let waiting = async |person: &str| {
            grants::waiting(&world.door.db.read, world.book_id, person, 0, 50).await.unwrap().len()
        };
        assert_eq!((waiting("P-wang").await, waiting("P-chen").await), (1, 0));
        office.approve_as(&office.reviewer, &[id]).await.unwrap();
        assert_eq!(waiting("P-wang").await, 0);
    })
    .await;
}
