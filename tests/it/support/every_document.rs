//! Documents in every state, for a book in which every kind of record stands.

use relief_ledger::documents::{self, DocumentForm};

use super::book::World;
use super::office::Office;

/// The smallest scan.
pub const PDF: &[u8] = b"%PDF-1.4 small\n";

async fn document(world: &World, office: &Office<'_>, (number, kind): (&str, &str), bytes: &[u8]) -> i64 {
    let form = DocumentForm {
        number: number.into(),
        title: "关于下达纾困资金的通知".into(),
        kind: kind.into(),
        dated_on: "2020-01-20".into(),
        file_name: "指标文.pdf".into(),
    };
    let ask = world.ask(&office.clerk, "document");
    documents::file(&world.door, ask, form, bytes.to_vec()).await.unwrap().document
}

/// A document that counts.
pub async fn filed(world: &World, office: &Office<'_>) -> i64 {
    document(world, office, ("甬财〔2020〕5号", "budget"), PDF).await
}

/// A document that was struck, another one under its number, and one that counts; that one.
pub async fn every_document(world: &World, office: &Office<'_>) -> i64 {
    let struck = document(world, office, ("甬财〔2020〕5号", "minutes"), b"%PDF-1.4 wrong\n").await;
    let ask = world.ask(&office.clerk, "strike");
    documents::strike(&world.door, ask, struck, "扫描错了".into()).await.unwrap();
    document(world, office, ("会议纪要〔2020〕1号", "minutes"), b"%PDF-1.4 minutes\n").await;
    filed(world, office).await
}
