//! Settings in every state, for a book in which every kind of record stands.

use relief_ledger::settings::{self, SettingForm, Verdict};

use super::book::World;
use super::office::Office;

/// A limit that came into force, a unit that was refused, a head of it that waits; the change that waits.
pub async fn every_setting(world: &World, office: &Office<'_>) -> i64 {
    let (door, c) = (&world.door, &world.door.db.read);
    let mut last = 0;
    for (name, value, said) in [
        ("typed_above", "500000", Some(true)),
        ("typed_above", "800000", Some(true)),
        ("reporting_unit", "区财政局", Some(false)),
        ("head_of_unit", "王建国", None),
    ] {
        let form = SettingForm { name: name.into(), value: value.into(), reason: "局长办公会纪要".into() };
        last = settings::prepare(door, world.ask(&office.manager, "setting"), form).await.unwrap().change;
        let shown = settings::change(c, world.book_id, last).await.unwrap();
        let verdict = match said {
            Some(true) => Verdict::Approved { digest: shown.leaf.to_string() },
            Some(false) => Verdict::Refused { reason: "应写全称".into() },
            None => continue,
        };
        settings::decide(door, world.ask(&office.reviewer, "decide"), last, verdict).await.unwrap();
    }
    last
}
