//! Reports that were handed in, in every state, for a book in which every kind of record stands.

use std::collections::BTreeMap;

use relief_ledger::kernel::money::Unit;
use relief_ledger::people::digest_of_one;
use relief_ledger::reports::{self, FileForm, FileFormat, Layout, PublicationForm, Signatures};
use relief_ledger::web::Lang;
use sha2::{Digest as _, Sha256};

use super::book::World;
use super::office::{Office, day};

/// A report of February was signed, the list of February signed and put up, a report given back, and one waits; that one.
pub async fn every_report(world: &World, office: &Office<'_>) -> i64 {
    let door = &world.door;
    let file = async |report: &str, as_of: &str| {
        let head = world.head().await;
        let form = FileForm {
            report: report.into(),
            as_of: day(as_of),
            at: head.position,
            unit: "wan".into(),
            content: String::new(),
        };
        reports::file(door, world.ask(&office.clerk, "file"), &head, form).await.unwrap().filing
    };
    let signed = file("budget-progress", "2020-02-29").await;
    let leaf = reports::filing(&door.db.read, world.book_id, signed).await.unwrap().leaf;
    reports::sign(door, world.ask(&office.reviewer, "sign"), signed, digest_of_one(leaf)).await.unwrap();
    let list = file("publication", "2020-02-29").await;
    put_up(world, office, list, ["2020-03-01", "2020-03-07"]).await;
    let refused = file("grants-detail", "2020-02-29").await;
    reports::refuse(door, world.ask(&office.reviewer, "refuse"), refused, "应以万元编报".into()).await.unwrap();
    file("grants-summary", "2020-02-29").await
}

/// Signs a list that was filed, and notes that it was put up.
async fn put_up(world: &World, office: &Office<'_>, filing: i64, [starts_on, ends_on]: [&str; 2]) {
    let leaf = reports::filing(&world.door.db.read, world.book_id, filing).await.unwrap().leaf;
    reports::sign(&world.door, world.ask(&office.reviewer, "sign"), filing, digest_of_one(leaf)).await.unwrap();
    let form = PublicationForm {
        filing,
        starts_on: starts_on.into(),
        ends_on: ends_on.into(),
        place: "区政府网站 政务公开栏".into(),
    };
    reports::publish(&world.door, world.ask(&office.clerk, "publish"), world.book_id, form).await.unwrap();
}

/// Hands every report in, as of the end of March, and tells the SHA-256 of each of its files.
pub async fn handed_in(world: &World, office: &Office<'_>) -> BTreeMap<String, String> {
    let (door, head, as_of) = (&world.door, world.head().await, day("2020-03-31"));
    let mut files = BTreeMap::new();
    for layout in Layout::shipped() {
        let form = FileForm {
            report: layout.name.clone(),
            as_of,
            at: head.position,
            unit: "yuan".into(),
            content: String::new(),
        };
        let id = reports::file(door, world.ask(&office.clerk, "file"), &head, form).await.unwrap().filing;
        let report = reports::make(&door.db, &head, layout, as_of, Some(head.position)).await.unwrap();
        if layout.name != "bank-adjustment" {
            let direct = layout.direct_only;
            assert_eq!(report.rows.is_empty(), direct, "{}: no direct money is in this history", layout.name);
        }
        let filing = reports::filing(&door.db.read, world.book_id, id).await.unwrap();
        assert_eq!(reports::content(&report).unwrap().1, filing.content);
        if layout.name == "publication" {
            put_up(world, office, id, ["2020-03-31", "2020-04-06"]).await;
        }
        for (name, bytes) in files_of(&report) {
            files.insert(format!("{} {name}", layout.name), hex::encode(Sha256::digest(bytes)));
        }
    }
    files
}

/// Every file of a report, by format, unit and language.
pub fn files_of(report: &reports::Report) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for format in FileFormat::ALL {
        for unit in [Unit::Yuan, Unit::Wan] {
            for lang in [Lang::Zh, Lang::En] {
                let bytes = reports::bytes(report, unit, format, lang, &Signatures::default()).unwrap();
                files.push((format!("{} {} {}", format.extension(), reports::unit_code(unit), lang.code()), bytes));
            }
        }
    }
    files
}
