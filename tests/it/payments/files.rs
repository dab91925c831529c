//! Files that a bank sends damaged or twice; names with characters that few programs can write, both ways.

use relief_ledger::db::sql;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments;

use crate::support::bank::{Answer, answer_file, gb18030, orders, sum, text_answer, text_orders};
use crate::support::book::on_both_engines;
use crate::support::office::refused_with;
use crate::support::treasury::{Stages, Treasury};

const RARE: &str = "㛃䶮𬭎";
const PROFILE: &str = "gb18030-text";

/// What the bank answers in the text format: all paid but the last.
fn answers(orders: &[crate::support::bank::Order]) -> Vec<Answer> {
    let status = |n: usize| if n + 1 == orders.len() { "失败" } else { "成功" };
    orders
        .iter()
        .enumerate()
        .map(|(n, order)| Answer { reason: "", ..order.answer(status(n), n, "2020-03-05") })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rare_characters_go_to_the_bank_and_come_back() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..10).await;
        let batch = treasury.released("2020-03-04").await;
        let file = treasury.file(batch, PROFILE).await;
        assert!(std::str::from_utf8(&file).is_err(), "the file is in GB18030");
        let orders = text_orders(&file);
        assert_eq!(orders.iter().filter(|order| order.name.contains(RARE)).count(), 2);
        assert_eq!(orders.len(), 10);
        assert_eq!(sum(&orders, &(0..10).collect::<Vec<_>>()), treasury.batch(batch).await.sum);
        let csv = crate::support::bank::orders(&treasury.file(batch, "generic-csv").await);
        assert_eq!(orders, csv, "both files tell the bank the same");

        world.it_is("2020-03-06");
        let bytes = gb18030(&text_answer(&answers(&orders), None));
        let loaded = treasury.load(PROFILE, "answer.txt", &bytes).await.unwrap().unwrap();
        assert_eq!((loaded.lines, loaded.applied), (10, 10), "{:?}", loaded.discrepancies);
        let paid = sum(&orders, &(0..9).collect::<Vec<_>>());
        assert_eq!(treasury.stages().await, Stages::of(orders[9].amount, Fen::ZERO, paid));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_lost_a_character_at_the_bank_differs() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(3..4).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = text_orders(&treasury.file(batch, PROFILE).await);
        world.it_is("2020-03-06");
        let mut answers = vec![orders[0].answer("成功", 0, "2020-03-05")];
        answers[0].reason = "";
        answers[0].name = answers[0].name.replace('𬭎', "?");
        let bytes = gb18030(&text_answer(&answers, None));
        let loaded = treasury.load(PROFILE, "answer.txt", &bytes).await.unwrap().unwrap();
        assert_eq!(loaded.discrepancies.into_iter().collect::<Vec<_>>(), [("name_differs", 1)]);
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, orders[0].amount, Fen::ZERO));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_refused_whole_and_leaves_nothing() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..10).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = text_orders(&treasury.file(batch, PROFILE).await);
        world.it_is("2020-03-06");
        let answers = answers(&orders);
        let right = text_answer(&answers, None);
        let whole = gb18030(&right);
        let before = (treasury.stages().await, world.head().await, stored(&treasury).await);

        let all = sum(&orders, &(0..10).collect::<Vec<_>>());
        let count = format!("END|11|{}", all.plain());
        let amount = format!("END|10|{}", Fen::new(all.get() + 1).plain());
        let without = right.rsplit_once("END").unwrap().0;
        let header = right.replacen("|10|", "|9|", 1);
        let bad_line = right.replace("2020030", "2020133");
        let csv = answer_file(&[orders[0].answer("paid", 0, "2020-03-05")]);
        let damaged: Vec<(&str, &str, Vec<u8>)> = vec![
            ("a trailer of another count", PROFILE, gb18030(&text_answer(&answers, Some(&count)))),
            ("a trailer of another sum", PROFILE, gb18030(&text_answer(&answers, Some(&amount)))),
            ("no trailer", PROFILE, gb18030(without)),
            ("a header of another count", PROFILE, gb18030(&header)),
            ("days that are none", PROFILE, gb18030(&bad_line)),
            ("cut in the middle", PROFILE, whole[..whole.len() / 2].to_vec()),
            ("cut before the last characters", PROFILE, whole[..whole.len() - 5].to_vec()),
            ("cut within a character", PROFILE, whole[..whole.len() / 2 - 1].to_vec()),
            ("in UTF-8", PROFILE, right.clone().into_bytes()),
            ("in UTF-16", PROFILE, right.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            ("of another profile", PROFILE, csv.clone()),
            ("of another profile", "generic-csv", whole.clone()),
            ("a cut table", "generic-csv", csv[..csv.len() - 4].to_vec()),
            ("empty", "generic-csv", Vec::new()),
        ];
        for (what, profile, bytes) in damaged {
            let faults = treasury.load(profile, "a.txt", &bytes).await.unwrap().expect_err(what);
            assert!(!faults.cells.is_empty(), "{what}");
            let now = (treasury.stages().await, world.head().await, stored(&treasury).await);
            assert_eq!(now, before, "{what}: nothing is stored");
        }
        refused_with(treasury.load("no-such-bank", "a.txt", &whole).await, &["profile_unknown"]);
        assert!(payments::bank_files(&world.door.db.read, world.book_id, i64::MAX, 10).await.unwrap().is_empty());
        // Control: the same file undamaged.
        let loaded = treasury.load(PROFILE, "a.txt", &whole).await.unwrap().unwrap();
        assert_eq!(loaded.applied, 10);
    })
    .await;
}

/// How many files are kept beside the events.
async fn stored(treasury: &Treasury<'_>) -> usize {
    treasury.rows("SELECT sha256 FROM files", "sha256").await.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_made_of_what_was_released_once() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..3).await;
        let built = treasury.built().await.batch;
        let head = world.head().await;
        let make = |batch: i64, profile: &str| {
            let ask = world.ask(&treasury.cashier, "file");
            payments::make_file(&world.door, ask, &head, batch, profile.to_owned())
        };
        refused_with(make(built, "generic-csv").await, &["batch_not_released"]);
        let last = treasury.payments(built).await[2].id;
        let drop = payments::drop_payments(
            &world.door,
            world.ask(&treasury.cashier, "drop"),
            built,
            vec![last],
            "账户待核".into(),
        );
        drop.await.unwrap();
        treasury.release_as(&treasury.office.reviewer, built).await.unwrap();
        refused_with(make(built, "no-such-bank").await, &["profile_unknown"]);
        let (one, other) = futures::future::join(make(built, "generic-csv"), make(built, "generic-csv")).await;
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!(one, other, "two who ask at once get one file");
        assert_eq!((one[0].payments, one[0].sum), (2, treasury.batch(built).await.sum));
        let file = treasury.file(built, "generic-csv").await;
        assert_eq!(orders(&file).len(), 2, "what was taken out is not told to the bank");
        // Later answers change nothing about it.
        world.it_is("2020-03-06");
        let paid: Vec<_> = orders(&file).iter().map(|order| order.answer("refused", 1, "2020-03-05")).collect();
        treasury.answered("a.csv", &answer_file(&paid)).await;
        assert_eq!(treasury.file(built, "generic-csv").await, file);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_file_is_made_of_payments_that_are_not_as_they_were_signed() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..3).await;
        let batch = treasury.released("2020-03-04").await;
        let payment = treasury.payments(batch).await[1].id;
        let head = world.head().await;
        let make = || {
            let ask = world.ask(&treasury.cashier, "file");
            payments::make_file(&world.door, ask, &head, batch, "generic-csv".to_owned())
        };
        // Somebody who owns the database sends the money of one payment elsewhere, or more of it.
        for (column, forged, honest) in [
            ("account_number", "'6' || account_number", "substr(account_number, 2)"),
            ("account_name", "'某' || account_name", "substr(account_name, 2)"),
            ("amount_fen", "amount_fen + 1", "amount_fen - 1"),
        ] {
            let change = async |value: &str| {
                let query = format!("UPDATE payments SET {column} = {value} WHERE book_id = ? AND id = ?");
                sql::run(&world.door.db.write, &query, vec![world.book_id.into(), payment.into()]).await.unwrap();
            };
            change(forged).await;
            refused_with(make().await, &["order_not_as_signed"]);
            change(honest).await;
        }
        // Control: as they were signed, the file is made.
        assert_eq!(make().await.unwrap()[0].payments, 3);
    })
    .await;
}
