//! 余额调节表: the four groups, bookings, what goes on into the next month, quota, and the file.

use std::collections::BTreeMap;

use relief_ledger::exports::{self, FileFormat, Filter, Request, What};
use relief_ledger::kernel::Result;
use relief_ledger::kernel::money::Fen;
use relief_ledger::reconciliation::{self, EntryForm, Group};
use relief_ledger::reports::{self, Cell, Layout};
use relief_ledger::web::Lang;

use super::{NUMBER, OPENING, Paying, items, march, march_ends, on};
use crate::payments::reports::rows;
use crate::support::bank::answer_file;
use crate::support::book::{World, on_both_engines};
use crate::support::office::{day, refused_with};
use crate::support::statement::StatementLine;

async fn file(world: &World, as_of: &str, at: i64, format: FileFormat) -> Vec<u8> {
    let request = Request {
        what: What::BankStatement,
        format,
        lang: Lang::En,
        as_of: day(as_of),
        at: Some(at),
        by: Vec::new(),
        filter: Filter::default(),
    };
    let (spool, _) = exports::to_spool(&world.door.db, &world.head().await, &request).await.unwrap();
    std::fs::read(spool.path()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_closes_with_each_open_item_named_and_carries_them_on() {
    on_both_engines(async |world| {
        let (paying, orders) = march(world).await;
        let shown = paying.month("2020-03-01").await.unwrap();
        let waiting = orders[3].amount.get();
        let open = [(Group::BankReceived, 5_000_000), (Group::BankPaid, 500), (Group::BookPaid, waiting)];
        assert_eq!(items(&shown), open, "what was refused is no item");
        assert_eq!(shown.bank, Fen::new(march_ends(&orders)));
        assert_eq!(shown.book, Fen::new(OPENING - orders[0].amount.get() - orders[1].amount.get() - waiting));
        assert!(shown.closes(), "{shown:#?}");

        refused_with(paying.book("2020-03-01", 500, "2020-03-30").await, &["booked_before_line"]);
        refused_with(paying.book("2020-03-01", 500, "2020-04-02").await, &["booked_ahead"]);
        paying.book("2020-03-01", 500, "2020-03-31").await.unwrap();
        let at = world.head().await.position;
        let before = file(world, "2020-03-31", at, FileFormat::Csv).await;
        // The receipt is booked later: it goes on into April, and is cleared there.
        paying.book("2020-03-01", 5_000_000, "2020-04-01").await.unwrap();
        let march = paying.month("2020-03-01").await.unwrap();
        assert_eq!(items(&march), [(Group::BankReceived, 5_000_000), (Group::BookPaid, waiting)]);
        assert_eq!(march.movements.other, Fen::new(500));

        world.it_is("2020-05-06");
        let late = StatementLine::new("2020-04-02", -waiting, "代发").of(&orders[3].id);
        let ends = march_ends(&orders);
        paying.stated(("2020-04-01", "2020-04-30"), ends, &[late]).await.0.unwrap();
        let april = paying.month("2020-04-01").await.unwrap();
        assert!(april.closes() && april.items.is_empty(), "{april:#?}");
        let carried: Vec<_> = april.carried.iter().map(|one| (one.item.group, one.cleared_on)).collect();
        assert_eq!(carried, [(Group::BankReceived, on("2020-04-01")), (Group::BookPaid, on("2020-04-02"))]);
        assert_eq!(april.book, Fen::new(ends - waiting));
        let after = file(world, "2020-03-31", at, FileFormat::Csv).await;
        assert_eq!(before, after, "the same day and position are the same bytes");
        assert_ne!(before, file(world, "2020-04-30", world.head().await.position, FileFormat::Csv).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_has_both_sides_and_every_item() {
    on_both_engines(async |world| {
        let (_paying, orders) = march(world).await;
        let bytes = file(world, "2020-03-31", world.head().await.position, FileFormat::Csv).await;
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
        let of = |code: &str| -> Vec<String> {
            rows.iter().filter(|row| row["row"] == code).map(|row| row["amount"].clone()).collect()
        };
        assert_eq!(of("bank_balance"), [Fen::new(march_ends(&orders)).plain()]);
        assert_eq!(of("book_paid"), [orders[3].amount.plain()]);
        assert_eq!((of("bank_paid"), of("bank_received")), (vec!["5.00".into()], vec!["50000.00".into()]));
        assert_eq!(of("adjusted_bank"), of("adjusted_book"));
        assert_eq!(rows.len(), 7);
        assert!(rows.iter().all(|row| row["paying_account"] == NUMBER && row["until"] == "2020-03-31"));
        assert!(rows.iter().any(|row| row["item"] == "fee" && row["date"] == "2020-03-31" && row["carried"] == "0"));
        let workbook = file(world, "2020-03-31", world.head().await.position, FileFormat::Xlsx).await;
        assert_eq!(&workbook[..2], b"PK");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_of_adjusted_balances_tells_the_form_of_each_account() {
    on_both_engines(async |world| {
        let (paying, orders) = march(world).await;
        let layout = Layout::find("bank-adjustment").unwrap();
        let made = async |at| {
            reports::make(&world.door.db, &world.head().await, layout, day("2020-03-31"), Some(at)).await.unwrap()
        };
        let at = world.head().await.position;
        let report = made(at).await;
        let form = paying.month("2020-03-01").await.unwrap();
        let [row] = report.rows.as_slice() else { panic!("{report:?}") };
        let shown = |title: &str| {
            let place = layout.columns.iter().position(|column| column.title.zh == title).unwrap();
            row.cells[place].clone()
        };
        let amount = |fen| Cell::Amount(Fen::new(fen));
        assert_eq!(shown("账号"), Cell::Text(NUMBER.into()));
        assert_eq!(shown("银行对账单余额"), amount(march_ends(&orders)));
        assert_eq!(shown("减：企业已付银行未付"), Cell::Amount(orders[3].amount));
        assert_eq!((shown("加：银行已收企业未收"), shown("减：银行已付企业未付")), (amount(5_000_000), amount(500)));
        assert_eq!((shown("加：企业已收银行未收"), shown("调整后差额")), (amount(0), amount(0)));
        assert_eq!(shown("调整后银行余额"), Cell::Amount(form.adjusted_bank));
        assert_eq!(shown("调整后账面余额"), Cell::Amount(form.adjusted_book));
        assert_eq!((shown("支付"), shown("未达账项")), (Cell::Amount(form.movements.paid), Cell::Count(3)));
        // What is booked later changes nothing of the report at its position.
        paying.book("2020-03-01", 500, "2020-03-31").await.unwrap();
        assert_eq!(made(at).await, report);
        assert_ne!(made(world.head().await.position).await.rows, report.rows);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_is_missing_does_not_close_and_days_told_twice_count_once() {
    on_both_engines(async |world| {
        let (paying, orders) = march(world).await;
        let ends = march_ends(&orders);
        world.it_is("2020-05-06");
        // April's first statement is missing: the next begins with another balance.
        paying.stated(("2020-04-10", "2020-04-30"), ends - 7, &[]).await.0.unwrap();
        let gap = paying.month("2020-04-01").await.unwrap();
        assert_eq!((gap.closes(), gap.difference()), (false, Fen::new(7)));
        let refused = paying.prepare_as(&paying.treasury.cashier, paying.subject("2020-04-01")).await;
        refused_with(refused.map(|_| ()), &["reconciliation_open"]);
        let fee = StatementLine::new("2020-04-03", -7, "手续费");
        paying.stated(("2020-04-01", "2020-04-09"), ends, &[fee]).await.0.unwrap();
        let april = paying.month("2020-04-01").await.unwrap();
        assert!(april.closes(), "{april:#?}");
        // A statement of days that others told is left out.
        let again = StatementLine::new("2020-04-03", -7, "手续费补打");
        paying.stated(("2020-04-01", "2020-04-05"), ends, &[again]).await.0.unwrap();
        assert_eq!(paying.month("2020-04-01").await.unwrap(), april);
        assert_eq!(paying.month("2020-01-01").await, None, "the bank has said nothing of January");
    })
    .await;
}

async fn entry(paying: &Paying<'_>, kind: &str, on: &str, amount: &str) -> Result<()> {
    let form = EntryForm {
        account: paying.account,
        kind: kind.into(),
        on: on.into(),
        amount: amount.into(),
        document: format!("甬库额〔2020〕{on}号"),
        note: String::new(),
    };
    let ask = paying.world.ask(&paying.treasury.office.manager, "entry");
    reconciliation::record_entry(&paying.world.door, ask, form).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_treasury_account_is_reconciled_by_its_quota() {
    on_both_engines(async |world| {
        let paying = Paying::open(world, "treasury_authorised").await;
        let grants = paying.treasury.approved(0..3).await;
        entry(&paying, "issued", "2020-03-02", "1000.00").await.unwrap();
        refused_with(entry(&paying, "issued", "2020-03-09", "1000.00").await, &["booked_ahead"]);
        let (_, orders) = paying.released(&grants, "2020-03-04").await;
        world.it_is("2020-03-20");
        let answers: Vec<_> = (0..2).map(|n| orders[n].answer("paid", n, "2020-03-05")).collect();
        paying.treasury.answered("paid.csv", &answer_file(&answers)).await;
        let back = [orders[1].answer("returned", 1, "2020-03-11")];
        paying.treasury.answered("back.csv", &answer_file(&back)).await;
        assert_eq!(paying.month("2020-03-01").await, None, "the treasury has stated nothing yet");
        world.it_is("2020-04-01");
        let left = 100_000 - orders[0].amount.get();
        entry(&paying, "stated", "2020-03-31", &Fen::new(left).plain()).await.unwrap();
        let march = paying.month("2020-03-01").await.unwrap();
        let moves = march.movements;
        let all = orders.iter().map(|order| order.amount.get()).sum::<i64>();
        assert_eq!((moves.received.get(), moves.paid.get(), moves.returned), (100_000, all, orders[1].amount));
        assert_eq!(items(&march), [(Group::BookPaid, orders[2].amount.get())]);
        assert!(march.closes(), "{march:#?}");
        entry(&paying, "withdrawn", "2020-03-31", "1.00").await.unwrap();
        let off = paying.month("2020-03-01").await.unwrap();
        assert_eq!(off.difference(), Fen::new(100), "the quota that was taken back is not in what the treasury stated");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opening_balance_is_recorded_once_and_quota_suits_treasury_accounts_alone() {
    on_both_engines(async |world| {
        let (paying, orders) = march(world).await;
        refused_with(entry(&paying, "issued", "2020-03-01", "1").await, &["entry_not_for_account"]);
        refused_with(entry(&paying, "nothing", "2020-03-01", "1").await, &["entry_kind"]);
        entry(&paying, "opening", "2020-03-01", &Fen::new(OPENING).plain()).await.unwrap();
        refused_with(entry(&paying, "opening", "2020-03-01", "1").await, &["opening_known"]);
        let shown = paying.month("2020-03-01").await.unwrap();
        assert!(shown.opening.is_recorded && shown.closes());
        assert_eq!(shown.bank, Fen::new(march_ends(&orders)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_whose_balances_are_not_one_is_among_the_exported_differences() {
    on_both_engines(async |world| {
        let (paying, _) = march(world).await;
        let differing = async || {
            let found = rows(world, What::Discrepancies, "2020-03-31").await;
            let found = found.into_iter().filter(|row| row["discrepancy"] == "balance_differs");
            found.map(|row| (row["payment_id"].clone(), row["book"].clone(), row["bank"].clone())).collect::<Vec<_>>()
        };
        assert_eq!(differing().await, [], "open items explain all of it");
        entry(&paying, "opening", "2020-03-01", &Fen::new(OPENING + 100).plain()).await.unwrap();
        let form = paying.month("2020-03-01").await.unwrap();
        assert!(!form.closes());
        let told = (NUMBER.to_owned(), form.adjusted_book.plain(), form.adjusted_bank.plain());
        assert_eq!(differing().await, [told]);
    })
    .await;
}
