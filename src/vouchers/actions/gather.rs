//! Vouchers for all that moved without one of its own: budgets, approvals, history.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::write::{Draft, Hands, emit};
use crate::journal::{ActorUid, Ask, Door};
use crate::kernel::{Refusal, Result};
use crate::people::{Role, must};
use crate::vouchers::rules::{Act, MovedSum, Occasion};
use crate::vouchers::store;

/// What was gathered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gathered {
    /// The vouchers that came of it.
    pub vouchers: Vec<i64>,
}

/// Gathers the transfers up to now for which no voucher stands into vouchers, one for each month, colour and type. Clerks
/// and managers.
///
/// # Errors
/// `nothing_to_gather`; `posting_rule_missing` (`from`, `to`), `sum_too_large`.
pub async fn gather(door: &Door, ask: Ask) -> Result<Gathered> {
    door.command(ask, &(), move |desk| {
        Box::pin(async move {
            must(desk, &[Role::Clerk, Role::Manager]).await?;
            let (c, book_id, head) = (desk.tx.connection(), desk.book_id(), desk.opening().head);
            let spans = store::open_spans(c, book_id, head).await?;
            let mut sums: Vec<MovedSum> = Vec::new();
            let mut movers: BTreeSet<ActorUid> = BTreeSet::new();
            for span in &spans {
                sums.extend(store::sums(c, book_id, *span).await?);
                movers.extend(store::movers(c, book_id, *span).await?);
            }
            // Whoever let money move, as the second person, reviewed and approved it by one act.
            let movers: Vec<ActorUid> = movers.into_iter().collect();
            let draft = Draft {
                act: Act::Gathering,
                subject: 0,
                positions: (spans.first().map_or(head, |(first, _)| *first), head),
                occasion: Occasion::Ordinary,
                summary: "汇总记账".to_owned(),
                attachments: store::papers(c, book_id, &spans).await?,
                payment_voucher: String::new(),
                hands: Hands {
                    prepared_by: vec![desk.actor().uid.clone()],
                    reviewed_by: movers.clone(),
                    approved_by: movers,
                    ..Hands::default()
                },
            };
            let vouchers = emit(desk, &draft, &sums).await?;
            if vouchers.is_empty() {
                return Err(Refusal::new("nothing_to_gather").into());
            }
            Ok(Gathered { vouchers })
        })
    })
    .await
}
