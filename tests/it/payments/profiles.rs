//! Formats of bank files that staff keep: written on a page that shows what they do, used once another person approved.

use relief_ledger::db::sql;
use relief_ledger::journal::Actor;
use relief_ledger::kernel::Result;
use relief_ledger::payments::{self, FileDirection, NewProfile, ProfileAnswer};
use relief_ledger::people::Role;
use relief_ledger::settings::Verdict;
use rocket::http::Status;

use crate::support::bank::{answer_file, orders};
use crate::support::book::{World, on_both_engines};
use crate::support::every_payment::own_format;
use crate::support::office::{forbidden, refused_with};
use crate::support::treasury::Treasury;
use crate::support::visitor::{Visitor, filled, location, user};

const INCOMING: &str = include_str!("../../../src/payments/files/profiles/generic-csv.in.toml");

async fn record(treasury: &Treasury<'_>, toml: String) -> Result<ProfileAnswer> {
    let new = NewProfile { toml, reason: "建行说明".into() };
    payments::record_profile(&treasury.world.door, treasury.world.ask(&treasury.cashier, "profile"), new).await
}

async fn approve(treasury: &Treasury<'_>, id: i64) -> Result<ProfileAnswer> {
    let world = treasury.world;
    let shown = payments::own_profile(&world.door.db.read, world.book_id, id).await.unwrap();
    let verdict = Verdict::Approved { digest: shown.leaf.to_string() };
    payments::decide_profile(&world.door, world.ask(&treasury.office.reviewer, "approve"), id, verdict).await
}

async fn in_use(treasury: &Treasury<'_>, toml: String) -> i64 {
    let id = record(treasury, toml).await.unwrap().profile;
    approve(treasury, id).await.unwrap().profile
}

/// Version and SHA-256 of the files of a batch in a profile.
async fn made(treasury: &Treasury<'_>, batch: i64, profile: &str) -> Result<Vec<(i64, String)>> {
    let (world, head) = (treasury.world, treasury.world.head().await);
    let ask = world.ask(&treasury.cashier, "file");
    let files = payments::make_file(&world.door, ask, &head, batch, profile.to_owned()).await?;
    Ok(files.into_iter().map(|file| (file.profile_version, file.sha256)).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_format_of_the_book_writes_and_reads_files_and_each_file_keeps_its_version() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..3).await;
        let batch = treasury.released("2020-03-04").await;
        let first = record(&treasury, own_format("ccb")).await.unwrap().profile;
        refused_with(made(&treasury, batch, "ccb").await, &["profile_unknown"]);
        approve(&treasury, first).await.unwrap();
        let one = made(&treasury, batch, "ccb").await.unwrap();
        let bytes = payments::bank_file_bytes(&world.door, world.book_id, &one[0].1).await.unwrap();
        assert_eq!((one[0].0, orders(&bytes).len()), (1, 3));

        // The bank wants it otherwise: the second version makes another file, the first one stays what it was.
        in_use(&treasury, own_format("ccb").replace("header = \"purpose\"", "header = \"用途\"")).await;
        let two = made(&treasury, batch, "ccb").await.unwrap();
        assert_eq!((two.len(), two[0].0), (1, 2));
        let other = payments::bank_file_bytes(&world.door, world.book_id, &two[0].1).await.unwrap();
        assert!(
            String::from_utf8(other)
                .unwrap()
                .starts_with("payment_id,account_name,account_number,bank_code,bank_name,amount,用途")
        );
        assert_eq!(made(&treasury, batch, "ccb").await.unwrap(), two, "made once in each version");
        let all = payments::made_files(&world.door.db.read, world.book_id, batch, None).await.unwrap();
        assert_eq!(all.iter().map(|file| file.profile_version).collect::<Vec<_>>(), [1, 2]);

        // A name of its own for what the bank sends, with its own words.
        let words = INCOMING.replace("name = \"generic-csv\"", "name = \"ccb\"").replace("\"成功\"", "\"交易成功\"");
        let unknown = treasury.load("ccb", "回单.csv", b"x").await;
        refused_with(unknown, &["profile_unknown"]);
        in_use(&treasury, words).await;
        let answers: Vec<_> =
            orders(&bytes).iter().enumerate().map(|(n, order)| order.answer("paid", n, "2020-03-04")).collect();
        let text = String::from_utf8(answer_file(&answers)).unwrap().replace(",paid,", ",交易成功,");
        let loaded = treasury.load("ccb", "回单.csv", text.as_bytes()).await.unwrap().unwrap();
        assert_eq!((loaded.lines, loaded.applied), (3, 3));
        let file = payments::bank_file(&world.door.db.read, world.book_id, loaded.file).await.unwrap();
        assert_eq!((file.profile.as_str(), file.profile_version), ("ccb", 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_format_is_recorded_by_one_and_approved_by_another() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let (c, book_id) = (&world.door.db.read, world.book_id);
        let new = || NewProfile { toml: own_format("ccb"), reason: "建行说明".into() };
        for actor in [&treasury.office.clerk, &treasury.office.reviewer] {
            forbidden(payments::record_profile(&world.door, world.ask(actor, "profile"), new()).await);
        }
        for (toml, codes) in [
            (own_format("ccb").replace("\"out\"", "\"up\""), vec!["profile_choice"]),
            (own_format("generic-csv"), vec!["profile_shipped"]),
            // Also in the direction in which the program has none of that name.
            (INCOMING.replace("\"generic-csv\"", "\"pain001\""), vec!["profile_shipped"]),
            ("name = ".to_owned(), vec!["profile_toml"]),
            (format!("{}\n#{}", own_format("ccb"), "x".repeat(65_536)), vec!["profile_too_long"]),
        ] {
            refused_with(record(&treasury, toml).await, &codes);
        }
        let id = record(&treasury, own_format("ccb").replace('\n', "\r\n")).await.unwrap().profile;
        let shown = payments::own_profile(c, book_id, id).await.unwrap();
        assert_eq!((shown.version, shown.toml), (1, own_format("ccb")), "kept with line feeds");
        refused_with(record(&treasury, own_format("ccb").replace("csv", "txt")).await, &["profile_waits"]);

        let decide =
            async |actor, verdict| payments::decide_profile(&world.door, world.ask(actor, "decide"), id, verdict).await;
        let signed = Verdict::Approved { digest: shown.leaf.to_string() };
        forbidden(decide(&treasury.office.clerk, signed.clone()).await);
        // The other login of the cashier who recorded it.
        refused_with(decide(&treasury.cashier_again, signed.clone()).await, &["two_people"]);
        let stale = Verdict::Approved { digest: "0".repeat(64) };
        refused_with(decide(&treasury.office.manager, stale).await, &["digest_changed"]);
        decide(&treasury.office.manager, signed.clone()).await.unwrap();
        refused_with(decide(&treasury.office.manager, signed).await, &["not_pending"]);
        refused_with(record(&treasury, own_format("ccb")).await, &["profile_same"]);

        let used = payments::profile(c, book_id, "ccb", FileDirection::Out).await.unwrap();
        assert_eq!((used.version, used.profile.name()), (1, "ccb"));
        assert_eq!(payments::profile(c, book_id, "generic-csv", FileDirection::Out).await.unwrap().version, 0);
        refused_with(payments::profile(c, book_id, "ccb", FileDirection::In).await, &["profile_unknown"]);

        let second =
            record(&treasury, own_format("ccb").replace("csv\"\ntitle", "txt\"\ntitle")).await.unwrap().profile;
        let statement = |person: &str| {
            format!("UPDATE bank_profiles SET reviewed_person = {person} WHERE book_id = ? AND id = {second}")
        };
        let run = async |text: String| sql::run(&world.door.db.write, &text, vec![book_id.into()]).await;
        refused_with(run(statement("prepared_person")).await, &["two_people"]);
        assert_eq!(run(statement("'P-wang'")).await.unwrap() + run(statement("NULL")).await.unwrap(), 2);
        let refuse = Verdict::Refused { reason: "扩展名不对".into() };
        payments::decide_profile(&world.door, world.ask(&treasury.office.reviewer, "decide"), second, refuse)
            .await
            .unwrap();
        let used = payments::profile(c, book_id, "ccb", FileDirection::Out).await.unwrap();
        assert_eq!(used.profile.extension(), "csv", "what was refused is never used");
    })
    .await;
}

async fn staff(world: &World) -> [Visitor; 3] {
    user(world, "li", &[Role::Cashier]).await;
    user(world, "wang", &[Role::Reviewer]).await;
    user(world, "chen", &[Role::Clerk]).await;
    [
        Visitor::signed_in(world, "li").await,
        Visitor::signed_in(world, "wang").await,
        Visitor::signed_in(world, "chen").await,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_format_is_written_on_a_page_that_shows_what_it_does() {
    on_both_engines(async |world| {
        let [cashier, reviewer, clerk] = staff(world).await;
        let list = clerk.page("/profiles").await;
        assert!(
            list.contains("generic-csv") && list.contains("随程序提供") && !list.contains("/profiles/new"),
            "{list}"
        );
        assert!(clerk.page("/profiles/of/in/camt053").await.contains("camt.053"));
        let form = cashier.page("/profiles/new?direction=out&from=gb18030-text").await;
        assert!(form.contains("gb18030-text-beilun") && form.contains("宁波港信建筑有限公司"), "{form}");

        let preview = async |toml: &str, sample: &str| {
            let html = cashier.page("/profiles/new").await;
            let answer = cashier.send_from(&html, "/profiles/preview", &[("toml", toml), ("sample", sample)]).await;
            assert_eq!(answer.status(), Status::Ok);
            answer.into_string().await.unwrap()
        };
        let html = preview(&own_format("ccb").replace("header = \"amount\"", "header = \"金额\""), "").await;
        assert!(html.contains("bank_name,金额,purpose") && html.contains("1234.56"), "{html}");
        let html = preview("name = \"ccb\"\ndirection = \"out\"\nencoding = \"latin\"\n", "").await;
        assert!(html.contains("<td class=\"n\">3</td>") && html.contains("latin"), "{html}");
        let incoming = INCOMING.replace("name = \"generic-csv\"", "name = \"ccb\"");
        let sample = "payment_id,account_name,account_number,amount,status,reason,bank_serial,completed_on\n\
            beilun-7,张三,6222,12.50,成功,,B1,2020-03-04\n";
        let html = preview(&incoming, sample).await;
        assert!(
            html.contains("读到 1 行，合计 12.50 元") && html.contains("第 4 列") && html.contains("已支付"),
            "{html}"
        );
        let html = preview(&incoming, &sample.replace("12.50", "12.345").replace("reason", "原因")).await;
        assert!(html.contains("没有找到") && html.contains("读不懂"), "{html}");

        let statement = "name = \"ccb\"\ndirection = \"in\"\nformat = \"camt053\"\nextension = \"xml\"\n\
            title = { zh = \"对账单\", en = \"Statement\" }\n";
        let message = std::fs::read_to_string("tests/fixtures/bank/good-camt053.xml").unwrap();
        let html = preview(statement, &message).await;
        assert!(
            html.contains("读到 7 行") && html.contains("<td>利息</td>") && html.contains("<td>退汇</td>"),
            "{html}"
        );
        let html = preview(statement, &message.replace("Ccy=\"CNY\"", "Ccy=\"EUR\"")).await;
        assert!(html.contains("样本有 1 处读不懂") && html.contains("文件的币种是 EUR"), "{html}");

        let page = "/profiles/new";
        let wrong = cashier.send(page, page, &[("toml", "name = \"ccb\""), ("reason", "建行说明")]).await;
        assert_eq!(wrong.status(), Status::UnprocessableEntity);
        let html = wrong.into_string().await.unwrap();
        assert!(html.contains("格式有") && html.contains("name = &#34;ccb&#34;"), "{html}");
        let forged = clerk.send("/profiles", page, &[("toml", "x")]).await;
        assert_eq!(forged.status(), Status::Forbidden);
        drop(forged);

        let toml = own_format("ccb");
        let body = filled(&cashier.page(page).await, &[("toml", &toml), ("reason", "建行说明")]);
        let first = cashier.post(page, body.clone()).await;
        let version = location(&first);
        assert_eq!(first.status(), Status::SeeOther);
        drop(first);
        assert_eq!(location(&cashier.post(page, body).await), version, "the same submit twice is one version");
        assert!(cashier.page(&version).await.contains("格式由您登记"));
        assert!(reviewer.page("/profiles").await.contains("1 个格式等待批准"));
        let html = reviewer.page(&version).await;
        assert!(html.contains("批准使用这个格式") && html.contains("宁波港信建筑有限公司"), "{html}");
        let done = reviewer.send(&version, &format!("{version}/approve"), &[]).await;
        assert_eq!((done.status(), location(&done)), (Status::SeeOther, "/profiles".to_owned()));
        drop(done);
        assert!(reviewer.page("/profiles/of/out/ccb").await.contains("第 1 版"));
        assert!(cashier.page("/profiles/new?direction=out&from=ccb").await.contains("name = &#34;ccb&#34;"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retired_format_makes_and_loads_nothing_new_and_its_files_stay() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..3).await;
        let batch = treasury.released("2020-03-04").await;
        let first = in_use(&treasury, own_format("ccb")).await;
        let second = in_use(&treasury, own_format("ccb").replace("header = \"purpose\"", "header = \"用途\"")).await;
        let files = made(&treasury, batch, "ccb").await.unwrap();
        let retire = async |actor: &Actor, id: i64, why: &str| {
            payments::retire_profile(&world.door, world.ask(actor, "retire"), id, why.into()).await
        };
        let (cashier, office) = (&treasury.cashier, &treasury.office);
        forbidden(retire(&office.reviewer, second, "不再使用").await);
        refused_with(retire(cashier, second, " ").await, &["field_empty"]);
        refused_with(retire(cashier, first, "不再使用").await, &["profile_not_in_use"]);
        let waits = record(&treasury, own_format("ccb")).await.unwrap().profile;
        refused_with(retire(cashier, second, "不再使用").await, &["profile_waits"]);
        let refused = Verdict::Refused { reason: "不必".into() };
        payments::decide_profile(&world.door, world.ask(&office.reviewer, "decide"), waits, refused).await.unwrap();

        user(world, "sun9", &[Role::Cashier]).await;
        let visitor = Visitor::signed_in(world, "sun9").await;
        let offered = async || visitor.page(&format!("/batches/{batch}")).await.contains("value=\"ccb\"");
        assert!(offered().await, "control: it is offered");
        let address = format!("/profiles/{second}");
        let sent = visitor.send(&address, &format!("{address}/retire"), &[("reason", "建行改用新系统")]).await;
        assert_eq!(sent.status(), Status::SeeOther);
        drop(sent);
        refused_with(retire(cashier, second, "再停一次").await, &["profile_not_in_use"]);
        assert!(!offered().await);
        assert!(visitor.page("/profiles").await.contains("建行改用新系统"));
        assert!(visitor.page("/profiles/of/out/ccb").await.contains("已经停用"));
        assert!(visitor.page(&address).await.contains("已停用"));

        assert_eq!(made(&treasury, batch, "ccb").await.unwrap(), files, "the same bytes as ever");
        treasury.approved(10..11).await;
        let other = treasury.released("2020-03-05").await;
        refused_with(made(&treasury, other, "ccb").await, &["profile_unknown"]);
        // Another version that is approved brings it back, be it the same text.
        in_use(&treasury, own_format("ccb").replace("header = \"purpose\"", "header = \"用途\"")).await;
        assert_eq!(made(&treasury, other, "ccb").await.unwrap()[0].0, 4);
        visitor.sign_in("sun9").await;
        assert!(offered().await);
    })
    .await;
}
