//! `batch release`: what the releaser says, read from the command line.

use clap::Args;

use super::acting::Acting;
use super::batch::tell;
use super::workplace::Workplace;
use super::{Outcome, output};
use crate::kernel::{Error, Refusal, Result};
use crate::payments::{self, Batch, Confirmation, Explanation, ReleaseChecks, ReleaseForm};

/// What the releaser says.
#[derive(Debug, Args)]
pub struct Said {
    /// Release only if the payments have this digest; who gives it has the sum before them and need not type it
    #[arg(long)]
    digest: Option<String>,
    /// The sum, typed above the book's limit by whoever gives no digest
    #[arg(long)]
    sum: Option<String>,
    /// A changed account: with whom it was confirmed, through which number on file (repeatable)
    #[arg(long, value_name = "ACCOUNT=WHO,NUMBER")]
    confirm: Vec<String>,
    /// An account number of several recipients: why they share it (repeatable)
    #[arg(long, value_name = "ACCOUNT=WHY")]
    explain: Vec<String>,
}

/// Without a digest it signs what it prints, in the transaction that holds it to that.
pub(super) async fn release(workplace: &Workplace, id: i64, acting: &Acting, said: Said) -> Result<Outcome> {
    let (head, actor) = acting.seat(workplace).await?;
    let c = &workplace.door.db.read;
    let batch = payments::batch(c, head.book_id, id).await?;
    let form = form(workplace, head.book_id, &batch, said).await?;
    if !acting.is_json() {
        let today = workplace.door.surroundings.clock.now().day();
        let checks = payments::release_checks(c, head.book_id, id, today).await?;
        show(workplace, &batch, &form.digest, &checks)?;
    }
    let is_typed = !form.typed_sum.is_empty();
    let released = payments::release(&workplace.door, workplace.ask(&head, actor, "batch_release"), id, form).await;
    released.map_err(|error| if is_typed { error } else { naming_option(error) })?;
    tell(workplace, acting, id, "released")
}

/// A digest fixes every amount, so it stands for the sum; without one the sum is typed.
async fn form(workplace: &Workplace, book_id: i64, batch: &Batch, said: Said) -> Result<ReleaseForm> {
    let by_digest = said.digest.as_ref().map(|_| batch.sum.plain());
    let mut confirmed = Vec::new();
    for written in &said.confirm {
        let read = written.split_once('=').and_then(|(number, rest)| Some((number, rest.rsplit_once(',')?)));
        let (number, (with, through)) = read.ok_or_else(|| spelling(written))?;
        let accounts =
            payments::accounts_with_number(&workplace.door.db.read, book_id, batch.id, number.trim()).await?;
        confirmed.extend(accounts.into_iter().map(|account| Confirmation {
            account,
            with: with.to_owned(),
            through: through.to_owned(),
        }));
    }
    let explain = |written: &String| {
        let (number, why) = written.split_once('=').ok_or_else(|| spelling(written))?;
        Ok(Explanation { account_number: number.trim().to_owned(), explanation: why.to_owned() })
    };
    Ok(ReleaseForm {
        typed_sum: said.sum.or(by_digest).unwrap_or_default(),
        digest: said.digest.unwrap_or_else(|| batch.digest.clone()),
        confirmed,
        explained: said.explain.iter().map(explain).collect::<Result<_, Refusal>>()?,
    })
}

/// Says with which option the sum is given that nobody typed.
fn naming_option(error: Error) -> Error {
    let Error::Refused(refusals) = error else { return error };
    let named = |one: Refusal| {
        if one.field == Some("typed_sum") { Refusal::new("release_sum_missing").at("typed_sum") } else { one }
    };
    Error::Refused(refusals.into_iter().map(named).collect())
}

fn spelling(written: &str) -> Refusal {
    Refusal::new("confirm_spelling").with("found", written)
}

/// What will go out, and what the releaser must have looked at.
fn show(workplace: &Workplace, batch: &Batch, digest: &str, checks: &ReleaseChecks) -> Result<()> {
    let (id, payments, sum) = (batch.id.to_string(), batch.payments.to_string(), batch.sum.grouped());
    let places = [("batch", id.as_str()), ("payments", &payments), ("sum", &sum), ("digest", digest)];
    output::say(workplace.lang, "cli.batch.signing", &places)?;
    for one in &checks.changed {
        let places = [("name", one.name.as_str()), ("number", &one.account_number)];
        output::say(workplace.lang, "cli.batch.changed", &places)?;
    }
    for one in &checks.shared {
        let recipients = one.recipients.to_string();
        let places = [("number", one.account_number.as_str()), ("n", &recipients)];
        output::say(workplace.lang, "cli.batch.shared", &places)?;
    }
    Ok(())
}
