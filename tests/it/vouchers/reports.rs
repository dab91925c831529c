//! Vouchers as a file and on pages.

use relief_ledger::exports::{self, FileFormat, Filter, Request, What};
use relief_ledger::people::Role;
use relief_ledger::web::Lang;
use rocket::http::Status;

use super::of_month;
use crate::support::bank::{answer_file, orders};
use crate::support::book::{World, on_both_engines};
use crate::support::every_voucher::rules_called;
use crate::support::office::day;
use crate::support::treasury::Treasury;
use crate::support::visitor::{Visitor, location, user};

#[tokio::test(flavor = "multi_thread")]
async fn the_file_of_vouchers_is_the_same_bytes_at_the_same_position() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..5).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        let at = world.head().await.position;
        let written = async |lang: Lang, format: FileFormat, at: Option<i64>, as_of: &str| {
            let request = Request {
                what: What::Vouchers,
                format,
                lang,
                as_of: day(as_of),
                at,
                by: Vec::new(),
                filter: Filter::default(),
            };
            let (spool, manifest) = exports::to_spool(&world.door.db, &world.head().await, &request).await.unwrap();
            (std::fs::read(spool.path()).unwrap(), manifest.rows)
        };
        let before = written(Lang::En, FileFormat::Csv, Some(at), "2020-12-31").await;
        let text = String::from_utf8(before.0.clone()).unwrap();
        let rows: Vec<&str> = text.lines().collect();
        let wide = "voucher,voucher_type,voucher_month,voucher_number,made_on,colour,summary,line,side,account,\
                    account_name,words,policy,allotment,debit,credit,attachments,payment_voucher,handled_by,checked_by,\
                    approved_by,cashiers,posting_rules,position";
        assert_eq!(rows[0], wide);
        // Two allotments, two accounts.
        assert_eq!((rows.len(), before.1), (5, 4));
        assert!(rows[1].starts_with("转-2020-03-0001,transfer,2020-03,1,2020-03-04,blue,"), "{}", rows[1]);
        assert!(rows[1].contains(",financial,230301,"), "{}", rows[1]);

        world.it_is("2020-03-06");
        let lines: Vec<_> = orders.iter().zip(0..).map(|(order, n)| order.answer("paid", n, "2020-03-05")).collect();
        treasury.answered("paid.csv", &answer_file(&lines)).await;
        assert_eq!(written(Lang::En, FileFormat::Csv, Some(at), "2020-12-31").await, before);
        assert_eq!(written(Lang::En, FileFormat::Csv, None, "2020-03-04").await, before);
        assert_eq!(written(Lang::En, FileFormat::Csv, None, "2020-12-31").await.1, 12);
        let chinese = String::from_utf8(written(Lang::Zh, FileFormat::Csv, None, "2020-12-31").await.0).unwrap();
        assert!(chinese.contains("凭证号,凭证类型") && chinese.contains(",付款凭证,"), "{chinese}");
        let book = written(Lang::Zh, FileFormat::Xlsx, None, "2020-12-31").await;
        assert_eq!(book, written(Lang::Zh, FileFormat::Xlsx, None, "2020-12-31").await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_show_vouchers_and_gather_what_has_none() {
    let world = World::on_sqlite().await;
    let treasury = Treasury::open(&world).await;
    treasury.approved(0..3).await;
    let batch = treasury.released("2020-03-04").await;
    user(&world, "auditor", &[Role::Auditor]).await;
    user(&world, "clerk", &[Role::Clerk]).await;
    user(&world, "manager", &[Role::Manager]).await;
    let auditor = Visitor::signed_in(&world, "auditor").await;
    let list = auditor.page("/vouchers").await;
    assert!(list.contains("转-2020-03-0001") && !list.contains("/vouchers/gather"));
    assert!(auditor.page(&format!("/batches/{batch}")).await.contains("转-2020-03-0001"));
    let id = of_month(&world, "2020-03").await[0].0.id;
    let shown = auditor.page(&format!("/vouchers/{id}")).await;
    for part in ["转账凭证", "单位：区财政局", "附件 1 张", "应付政府补贴款—支付在途", "人民币叁佰元贰角壹分"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }

    let clerk = Visitor::signed_in(&world, "clerk").await;
    assert!(clerk.page("/vouchers").await.contains("笔划转还没有凭证"));
    let answer = clerk.send("/vouchers", "/vouchers/gather", &[]).await;
    assert_eq!(answer.status(), Status::SeeOther);
    assert!(!clerk.page("/vouchers").await.contains("笔划转还没有凭证"));

    let manager = Visitor::signed_in(&world, "manager").await;
    assert!(manager.page("/posting-rules").await.contains("随程序提供的规则"));
    let form = manager.page("/posting-rules/new").await;
    assert!(form.contains("[[rule]]"));
    let head = world.head().await;
    let own = rules_called("本局规则");
    let checked = manager.send_from(&form, "/posting-rules/new", &[("text", &own)]).await;
    assert_eq!(checked.status(), Status::Ok);
    assert!(checked.into_string().await.unwrap().contains("规则完整，借贷平衡"));
    assert_eq!(world.head().await, head, "a check changes nothing");
    let wrong = manager.send_from(&form, "/posting-rules/new", &[("text", "title = 1")]).await;
    assert_eq!(wrong.status(), Status::UnprocessableEntity);
    let fields = [("text", own.as_str()), ("reason", "口径"), ("prepare", "1")];
    let handed = manager.send_from(&form, "/posting-rules/new", &fields).await;
    assert_eq!(handed.status(), Status::SeeOther);
    assert!(manager.page(&location(&handed)).await.contains("由另一人批准"));
}
