//! A bank that answers in workbooks: the same money as with any other file, and what a person does not see is told.

use relief_ledger::kernel::money::Fen;
use relief_ledger::people::Role;
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use crate::support::bank::{Order, orders};
use crate::support::book::{World, on_both_engines};
use crate::support::program::{done, run, told, words};
use crate::support::treasury::{Stages, Treasury};
use crate::support::visitor::user;

/// Answers to three orders: two paid, of which one stands in a hidden row, one refused.
fn answer(orders: &[Order]) -> Vec<u8> {
    let fill = |sheet: &mut Worksheet| -> Result<(), XlsxError> {
        sheet.write_string(0, 0, "代发结果明细")?;
        let heads = ["支付编号", "户名", "账号", "金额", "状态", "原因", "银行流水号", "完成日期"];
        for (column, head) in (0..).zip(heads) {
            sheet.write_string(1, column, head)?;
        }
        for (row, order) in (2..).zip(orders) {
            let (status, reason) = if row == 4 { ("失败", "账户已销户") } else { ("成功", "") };
            let serial = format!("B{row}");
            let cells = [order.id.as_str(), &order.name, &order.number, "", status, reason, &serial, "2020/3/5"];
            for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string(row, column, cell)?;
            }
            sheet.write_number(row, 3, order.amount.plain().parse::<f64>().unwrap())?;
        }
        sheet.set_row_hidden(3).map(|_| ())
    };
    let mut book = Workbook::new();
    fill(book.add_worksheet()).unwrap();
    book.save_to_buffer().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_of_the_bank_moves_money_like_a_text() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..3).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-06");
        let loaded = treasury.load("generic-xlsx", "回单.xlsx", &answer(&orders)).await.unwrap().unwrap();
        assert_eq!((loaded.lines, loaded.applied), (3, 3), "{:?}", loaded.discrepancies);
        assert_eq!(loaded.notices.iter().map(|notice| notice.code).collect::<Vec<_>>(), ["bank_hidden_rows"]);
        let paid = Fen::new(orders[0].amount.get() + orders[1].amount.get());
        assert_eq!(treasury.stages().await, Stages::of(orders[2].amount, Fen::ZERO, paid));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_rows_are_told_on_the_command_line() {
    let world = World::on_sqlite().await;
    let treasury = Treasury::open(&world).await;
    treasury.approved(0..3).await;
    let batch = treasury.released("2020-03-04").await;
    let orders = orders(&treasury.file(batch, "generic-csv").await);
    user(&world, "sun", &[Role::Cashier]).await;
    let file = world.folder().join("回单.xlsx");
    std::fs::write(&file, answer(&orders)).unwrap();
    let file = file.display().to_string();
    let import = ["bank", "import", &file, "--profile", "generic-xlsx"];
    let said = told(&run(&world, &words(&import, &["--request-key", "workbook-1"], "sun")));
    assert_eq!((said["applied"].as_i64(), said["notices"][0]["code"].as_str()), (Some(3), Some("bank_hidden_rows")));
    assert_eq!(said["notices"][0]["lines"], "4");
    // the same request tells the same again, also to a person
    let again = [&import[..], &["--request-key", "workbook-1", "--book", "beilun", "--as", "sun"]].concat();
    assert!(done(&run(&world, &again)).contains("第 4 行"));
}
