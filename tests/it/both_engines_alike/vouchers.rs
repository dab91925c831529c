//! What accountants do: vouchers gathered, posting rules prepared and decided on.

use rand::Rng as _;
use rand::rngs::StdRng;
use relief_ledger::kernel::Result;
use relief_ledger::vouchers;

use super::Side;
use crate::support::every_voucher::rules_called;

/// How many steps they take.
pub const STEPS: usize = 45;

/// The verbs, one after another.
pub const VERBS: [&str; 3] = ["gather vouchers", "prepare rules", "decide rules"];

impl Side<'_> {
    pub(super) async fn of_vouchers(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door) = (self.world, &self.world.door);
        match verb {
            "gather vouchers" => {
                let ask = world.ask(&self.somebody(chance, &["chen", "zhou"]), "step");
                vouchers::gather(door, ask).await.map(|done| format!("{done:?}"))
            }
            "prepare rules" => {
                let ask = world.ask(&self.somebody(chance, &["zhou"]), "step");
                let text = match chance.random_range(0..6) {
                    0 => "title = 1".to_owned(),
                    n => rules_called(&format!("规则 {n}")).replacen("送交支付", &format!("送交支付{n}"), 1),
                };
                self.keep("rules", vouchers::prepare_rules(door, ask, text, "口径".into()).await.map(|made| made.rules))
            }
            _ => {
                let rules = self.one(chance, "rules");
                let ask = world.ask(&self.somebody(chance, &["wang", "zhao"]), "step");
                let leaf = vouchers::rules_version(&door.db.read, world.book_id, rules).await?.leaf.to_string();
                if chance.random_ratio(1, 3) {
                    let refused = vouchers::refuse_rules(door, ask, rules, leaf, "不妥".into()).await;
                    return refused.map(|done| format!("{done:?}"));
                }
                vouchers::approve_rules(door, ask, rules, leaf).await.map(|done| format!("{done:?}"))
            }
        }
    }
}
