//! Vouchers of every type and posting rules in every state, for a book in which every kind of record stands.

use relief_ledger::vouchers::{self, RuleSet};

use super::book::World;
use super::office::Office;

/// Where vouchers and posting rules stand.
#[derive(Debug, Clone, Copy)]
pub struct VouchersStand {
    /// A gathered voucher.
    pub voucher: i64,
    /// A version of the rules that waits.
    pub rules: i64,
}

/// The shipped rules with another title: a version of one's own.
pub fn rules_called(title: &str) -> String {
    RuleSet::shipped_text().replacen("政府会计制度（行政单位，授权支付）", title, 1)
}

/// Decides on versions of the rules and gathers what has no voucher. Payments have theirs already.
pub async fn every_voucher(world: &World, office: &Office<'_>) -> VouchersStand {
    let door = &world.door;
    let prepared = async |title: &str| {
        let ask = world.ask(&office.manager, "rules");
        vouchers::prepare_rules(door, ask, rules_called(title), "按新口径".into()).await.unwrap().rules
    };
    let leaf =
        async |rules: i64| vouchers::rules_version(&door.db.read, world.book_id, rules).await.unwrap().leaf.to_string();
    let refused = prepared("不用").await;
    let ask = world.ask(&office.reviewer, "rules");
    vouchers::refuse_rules(door, ask, refused, leaf(refused).await, "口径不符".into()).await.unwrap();
    let own = prepared("北仑区财政局记账规则").await;
    vouchers::approve_rules(door, world.ask(&office.reviewer, "rules"), own, leaf(own).await).await.unwrap();
    let gathered = vouchers::gather(door, world.ask(&office.clerk, "gather")).await.unwrap();
    VouchersStand { voucher: gathered.vouchers[0], rules: prepared("待批准").await }
}
