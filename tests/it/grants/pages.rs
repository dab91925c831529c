//! Grants in a browser: recorded by a clerk, decided by a reviewer, found by everybody.

use relief_ledger::grants::{self, State};
use relief_ledger::people::Role;
use relief_ledger::policies;
use rocket::http::Status;
use rocket::local::asynchronous::LocalResponse;

use crate::support::book::{World, on_both_engines};
use crate::support::office::{USCCS, policy};
use crate::support::visitor::{Visitor, location, user, value};

/// A policy in force, and a person for every task.
pub(crate) async fn open(world: &World) {
    let manager = user(world, "zhou", &[Role::Manager]).await;
    let reviewer = user(world, "wang", &[Role::Reviewer]).await;
    user(world, "chen", &[Role::Clerk]).await;
    user(world, "both", &[Role::Clerk, Role::Reviewer]).await;
    user(world, "shen", &[Role::Auditor]).await;
    user(world, "xu", &[Role::Administrator]).await;
    let door = &world.door;
    let id = policies::record(door, world.ask(&manager, "policy"), policy("BL2020-01")).await.unwrap().id;
    let shown = policies::by_id(&door.db.read, world.book_id, id).await.unwrap().unwrap();
    let digest = policies::digest(&[shown]);
    policies::approve(door, world.ask(&reviewer, "approve"), vec![id], digest).await.unwrap();
}

/// A grant as its page sends it, without amount and reference.
pub(crate) const GRANT: [(&str, &str); 12] = [
    ("policy", "BL2020-01"),
    ("number", USCCS[0]),
    ("name", "宁波港信建筑有限公司"),
    ("kind", "企业"),
    ("subdistrict", "新碶街道"),
    ("industry", "E"),
    ("size", "微型"),
    ("applied_on", "2020-03-02"),
    ("account_name", "宁波港信建筑有限公司"),
    ("account_number", "6222021234567894029"),
    ("bank_code", "102332001239"),
    ("bank_name", "中国工商银行北仑支行"),
];

fn grant_of<'a>(amount: &'a str, reference: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields = GRANT.to_vec();
    fields.extend([("amount", amount), ("reference", reference)]);
    fields
}

async fn state(world: &World, id: i64) -> State {
    grants::grant(&world.door.db.read, world.book_id, id).await.unwrap().unwrap().state
}

fn id_in(path: &str) -> i64 {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

/// The decision page's hidden fields and the boxes that must be ticked.
fn signed(html: &str, id: i64) -> Vec<(String, String)> {
    let mut fields = vec![("grant".to_owned(), id.to_string()), ("digest".to_owned(), value(html, "digest").unwrap())];
    let boxes = html.split("name=\"confirm\" value=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    fields.extend(boxes.map(|(value, _)| ("confirm".to_owned(), value.to_owned())));
    fields
}

async fn decide(visitor: &Visitor, id: i64) -> LocalResponse<'_> {
    let html = visitor.page(&format!("/review/decide?grant={id}")).await;
    let fields = signed(&html, id);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.send_from(&html, "/review/decide", &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_recorded_on_its_page_and_approved_by_another_person() {
    on_both_engines(async |world| {
        open(world).await;
        let (chen, wang) = (Visitor::signed_in(world, "chen").await, Visitor::signed_in(world, "wang").await);
        let answer = chen.send("/grants/new", "/grants/new", &grant_of("1,234.50", "A-1")).await;
        assert_eq!(answer.status(), Status::SeeOther);
        let to = location(&answer);
        drop(answer);
        let id = id_in(&to);
        assert_eq!(state(world, id).await, State::Submitted);
        let shown = chen.page(&to).await;
        assert!(shown.contains("1,234.50") && shown.contains("人民币壹仟贰佰叁拾肆元伍角整"), "{shown}");
        assert!(!shown.contains("6222021234567894029"), "an account is shown masked");
        let queue = wang.page("/review").await;
        assert!(queue.contains("A-1") && queue.contains("data-fen=\"123450\""), "{queue}");
        let html = wang.page(&format!("/review/decide?grant={id}")).await;
        assert!(html.contains("批准 1 笔，共 1,234.50 元"), "{html}");
        assert!(html.contains("98,765.50"), "the budget afterwards: {html}");
        assert_eq!(decide(&wang, id).await.status(), Status::SeeOther);
        assert_eq!(state(world, id).await, State::Approved);
        let listed = wang.page("/grants?state=approved&policy=BL2020-01&min=1000&sort=amount&dir=asc").await;
        assert!(listed.contains("A-1") && listed.contains("筛选出 1 笔"), "{listed}");
        assert!(wang.page("/grants?from=2020-03-03").await.contains("没有符合筛选条件"));
        for (asked, lines) in
            [("", 2), ("?q=%E6%B8%AF%E4%BF%A1&state=approved", 2), ("?q=A-1&min=1000", 2), ("?q=B", 1)]
        {
            let file = wang.page(&format!("/grants.csv{asked}")).await;
            assert_eq!(file.lines().count(), lines, "{asked}: {file}");
        }
        assert_eq!(location(&wang.get("/search?q=A-1").await), to);
        assert!(location(&wang.get(&format!("/search?q={}", USCCS[0])).await).starts_with("/recipients/"));
        let reason = [("reason", "企业已注销")];
        assert_eq!(wang.send(&to, &format!("{to}/cancel"), &reason).await.status(), Status::SeeOther);
        assert_eq!(state(world, id).await, State::Cancelled);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_approves_what_the_same_person_prepared_and_a_refusal_needs_a_reason() {
    let world = World::on_sqlite().await;
    open(&world).await;
    let both = Visitor::signed_in(&world, "both").await;
    let to = location(&both.send("/grants/new", "/grants/new", &grant_of("100", "A-1")).await);
    let id = id_in(&to);
    assert!(both.page("/review").await.contains("不能自己复核"));
    let answer = decide(&both, id).await;
    assert_eq!(answer.status(), Status::UnprocessableEntity);
    assert!(answer.into_string().await.unwrap().contains("复核人不能是经办人本人"));
    let wang = Visitor::signed_in(&world, "wang").await;
    let refused = wang.send(&to, &format!("{to}/refuse"), &[("reason", " ")]).await;
    assert_eq!(refused.status(), Status::UnprocessableEntity);
    drop(refused);
    assert_eq!(state(&world, id).await, State::Submitted);
    let returned = wang.send(&to, &format!("{to}/return"), &[("reason", "发票不清")]).await;
    assert_eq!(returned.status(), Status::SeeOther);
    drop(returned);
    assert!(both.page(&to).await.contains("发票不清"));
    let edit = both.page(&format!("{to}/edit")).await;
    assert!(edit.contains(USCCS[0]) && edit.contains("value=\"100.00\""), "{edit}");
    let again = both.send_from(&edit, &format!("{to}/edit"), &grant_of("90", "A-1")).await;
    assert_eq!(again.status(), Status::SeeOther, "{:?}", again.into_string().await);
    assert_eq!(state(&world, id).await, State::Submitted);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_comes_back_filled_and_a_double_submit_records_once() {
    let world = World::on_sqlite().await;
    open(&world).await;
    let chen = Visitor::signed_in(&world, "chen").await;
    let html = chen.page("/grants/new").await;
    let answer = chen.send_from(&html, "/grants/new", &grant_of("12.345", "A-1")).await;
    assert_eq!(answer.status(), Status::UnprocessableEntity);
    let back = answer.into_string().await.unwrap();
    assert!(back.contains("value=\"12.345\"") && back.contains("value=\"宁波港信建筑有限公司\""), "{back}");
    assert!(back.contains("最多两位小数") && back.contains("href=\"#f-amount\""), "{back}");
    // The form that came back keeps its key; sent twice it is one grant.
    let key = value(&html, "request_key");
    assert_eq!(value(&back, "request_key"), key);
    let first = location(&chen.send_from(&back, "/grants/new", &grant_of("12.34", "A-1")).await);
    let second = location(&chen.send_from(&back, "/grants/new", &grant_of("12.34", "A-1")).await);
    assert_eq!(first, second);
    // On to the next one, with policy and day kept.
    let mut next = grant_of("20", "A-2");
    next.push(("again", "1"));
    let to = location(&chen.send("/grants/new", "/grants/new", &next).await);
    assert_eq!(to, "/grants/new?policy=BL2020-01&applied_on=2020-03-02");
    assert!(chen.page(&to).await.contains("value=\"2020-03-02\""));
    assert!(chen.page("/grants").await.contains("筛选出 2 笔"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_checked_while_it_is_typed() {
    let world = World::on_sqlite().await;
    open(&world).await;
    let chen = Visitor::signed_in(&world, "chen").await;
    let form = chen.page("/grants/new").await;
    let bad = [("number", "91330206MANH5DXR89"), ("policy", "BL2020-01")];
    let said = chen.send_from(&form, "/grants/check?grant=0", &bad).await.into_string().await.unwrap();
    assert!(said.contains("校验码不符") && said.contains("100,000.00"), "{said}");
    assert!(!said.contains("data-fill"));
    drop(chen.send_from(&form, "/grants/new", &grant_of("100", "A-1")).await);
    let good = [("number", USCCS[0]), ("policy", "BL2020-01")];
    let said = chen.send_from(&form, "/grants/check?grant=0", &good).await.into_string().await.unwrap();
    assert!(said.contains("宁波港信建筑有限公司") && said.contains("data-fill"), "{said}");
    assert!(said.contains("49,900.00"), "what the cap leaves: {said}");
    let twice = chen.send_from(&form, "/grants/check?grant=0", &grant_of("100", "A-2")).await;
    assert!(twice.into_string().await.unwrap().contains("相同金额的申报"));
}
