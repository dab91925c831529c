//! What a book decides for itself: settings, formats of bank files, accounts that grants brought and somebody reviews.

use rand::Rng as _;
use rand::rngs::StdRng;
use relief_ledger::kernel::{Error, Result};
use relief_ledger::payments::{self, NewProfile};
use relief_ledger::recipients::{self, ApproveAccountForm};
use relief_ledger::settings::{self, SettingForm, Verdict};

use super::Side;
use crate::support::every_payment::own_format;

/// The verbs that are drawn.
pub const VERBS: [&str; 6] =
    ["setting", "decide setting", "format", "decide format", "review brought account", "review brought account"];

impl Side<'_> {
    pub(super) async fn of_settings(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door, c) = (self.world, &self.world.door, &self.world.door.db.read);
        let keeper = world.ask(&self.somebody(chance, &["zhou"]), "step");
        let reviewer = world.ask(&self.somebody(chance, &["wang", "zhao"]), "step");
        let approves = chance.random_ratio(3, 4);
        let verdict = |leaf: String| {
            if approves {
                Verdict::Approved { digest: leaf }
            } else {
                Verdict::Refused { reason: "口径未定".into() }
            }
        };
        match verb {
            "setting" => {
                let (name, value) = [
                    ("typed_above", format!("{}00", chance.random_range(0..30))),
                    ("changed_account_days", chance.random_range(0..60).to_string()),
                    ("head_of_unit", "王建国".to_owned()),
                ][chance.random_range(0..3)]
                .clone();
                let form = SettingForm { name: name.into(), value, reason: "纪要".into() };
                let made = settings::prepare(door, keeper, form).await;
                self.keep("setting", made.map(|made| made.change))
            }
            "decide setting" => {
                let change = self.one(chance, "setting");
                let leaf = settings::change(c, world.book_id, change).await?.leaf.to_string();
                settings::decide(door, reviewer, change, verdict(leaf)).await.map(|done| format!("{done:?}"))
            }
            "format" => {
                let toml = format!(
                    "# {}\n{}",
                    chance.random_range(0..9),
                    own_format(["ccb", "pain001"][chance.random_range(0..2)])
                );
                let made = payments::record_profile(door, keeper, NewProfile { toml, reason: "说明".into() }).await;
                self.keep("format", made.map(|made| made.profile))
            }
            "decide format" => {
                let version = self.one(chance, "format");
                let leaf = payments::own_profile(c, world.book_id, version).await?.leaf.to_string();
                payments::decide_profile(door, reviewer, version, verdict(leaf)).await.map(|done| format!("{done:?}"))
            }
            _ => {
                let brought = recipients::pending_accounts(c, world.book_id, None).await?;
                let from = brought.len().saturating_sub(3);
                let account = brought.get(chance.random_range(from..=brought.len())).ok_or(Error::NotFound)?.id;
                let row = recipients::account(c, world.book_id, account).await?.ok_or(Error::NotFound)?;
                let digest = recipients::digest_of_account(&row.leaf_hash)?;
                let form = ApproveAccountForm { account, digest, evidence: "已回拨".into() };
                recipients::approve_account(door, reviewer, form).await.map(|done| format!("{done:?}"))
            }
        }
    }
}
