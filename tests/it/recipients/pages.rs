//! Recipients and their accounts in a browser.

use rocket::http::Status;

use crate::grants::pages::{GRANT, open};
use crate::support::book::World;
use crate::support::visitor::{Visitor, location, value};

#[tokio::test(flavor = "multi_thread")]
async fn recipients_are_registered_changed_and_their_account_changes_by_two_people() {
    let world = World::on_sqlite().await;
    open(&world).await;
    let (chen, wang) = (Visitor::signed_in(&world, "chen").await, Visitor::signed_in(&world, "wang").await);
    let to = location(&chen.send("/recipients/new", "/recipients/new", &GRANT[1..7]).await);
    assert!(chen.page(&to).await.contains("宁波港信建筑有限公司"));
    let known = chen.send("/recipients/new", "/recipients/new", &GRANT[1..7]).await;
    assert_eq!(known.status(), Status::UnprocessableEntity);
    drop(known);
    let change = format!("{to}/change");
    let mut fields = GRANT[2..7].to_vec();
    fields[2] = ("subdistrict", "霞浦街道");
    fields.push(("reason", "迁址"));
    assert_eq!(chen.send(&change, &change, &fields).await.status(), Status::SeeOther);
    assert!(chen.page(&to).await.contains("霞浦街道"));
    assert!(chen.page("/recipients?q=%E6%B8%AF%E4%BF%A1").await.contains("霞浦街道"));
    let prepare = format!("{to}/account");
    let mut fields = GRANT[8..].to_vec();
    fields.push(("evidence", "变更函 2020-3"));
    assert_eq!(chen.send(&prepare, &prepare, &fields).await.status(), Status::SeeOther);
    let shown = wang.page("/recipients").await;
    let (_, rest) = shown.split_once("/accounts/").unwrap();
    let account = format!("/accounts/{}", rest.split_once('"').unwrap().0);
    let html = wang.page(&account).await;
    let digest = value(&html, "digest").unwrap();
    let approved = wang.send_from(&html, &format!("{account}/approve"), &[("digest", &digest)]).await;
    assert_eq!(approved.status(), Status::SeeOther, "{:?}", approved.into_string().await);
    assert!(chen.page(&to).await.contains("****4029"));
    assert!(chen.page(&format!("{to}/grants")).await.contains("还没有给这个主体的发放"));
}
