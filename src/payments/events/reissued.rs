//! Payments that came to nothing and may be made again.

use super::PaymentReissued;
use crate::grants::{self, Stepped};
use crate::journal::{Recorded, Tx};
use crate::kernel::Result;

/// The grant waits for another payment, to the account that the event names.
pub(super) async fn apply(tx: &mut Tx, run: &[Recorded]) -> Result<()> {
    for event in run {
        let reissued: PaymentReissued = event.payload()?;
        tx.run(
            "UPDATE payment_lives SET reissued = 1 WHERE book_id = ? AND payment_id = ?",
            vec![tx.book_id().into(), reissued.payment.into()],
        )
        .await?;
        grants::pay_to(tx, reissued.grant, &reissued.account).await?;
        let step = Stepped::by(event, reissued.grant, grants::State::Approved, &reissued.reason);
        grants::step(tx, &[step]).await?;
    }
    Ok(())
}
