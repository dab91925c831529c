//! `reconcile --batch ID | --from DATE --to DATE | --period MONTH`; `reconcile prepare`, `sign` and so on (`signing.rs`).

use clap::Args;

use super::signing::Signing;
use super::workplace::Workplace;
use super::{Format, Outcome, output};
use crate::kernel::dates::Day;
use crate::kernel::{Refusal, Result};
use crate::payments::Name;
use crate::reconciliation::{self, AccountLevel, Compared, Scope};
use crate::web::{Lang, i18n};

/// Compare bank and book at every level, exit status 1 while it does not close; or prepare and sign what closes.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Reconcile {
    #[command(subcommand)]
    signing: Option<Signing>,
    #[command(flatten)]
    compare: Option<Compare>,
}

/// What is compared.
#[derive(Debug, Args)]
pub struct Compare {
    /// The payments of this batch
    #[arg(long, conflicts_with_all = ["from", "to", "period"])]
    batch: Option<i64>,
    /// The payments released from this day on
    #[arg(long, requires = "to")]
    from: Option<String>,
    /// … up to this day
    #[arg(long, requires = "from")]
    to: Option<String>,
    /// The payments released in this month, YYYY-MM
    #[arg(long, conflicts_with_all = ["from", "to"])]
    period: Option<String>,
    /// The book
    #[arg(long)]
    book: String,
    /// text or json
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Reconcile {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        match (self.signing, self.compare) {
            (Some(signing), _) => signing.run(workplace).await,
            (None, Some(compare)) => compare.run(workplace).await,
            (None, None) => Err(Refusal::new("reconcile_what").into()),
        }
    }
}

impl Compare {
    async fn run(self, workplace: Workplace) -> Result<Outcome> {
        let head = workplace.book(&self.book).await?;
        let compared = reconciliation::reconcile(&workplace.door.db, &head, self.scope()?).await?;
        if self.format == Format::Text {
            show(&workplace, &compared)?;
        } else {
            output::json(&compared)?;
        }
        Ok(if compared.closes { Outcome::True } else { Outcome::False })
    }

    fn scope(&self) -> Result<Scope> {
        let day = |text: &str, field: &'static str| Day::parse(text).map_err(|refusal| refusal.at(field));
        match (self.batch, &self.from, &self.to, &self.period) {
            (Some(batch), ..) => Ok(Scope::Batch(batch)),
            (None, Some(from), Some(to), _) => Ok(Scope::Period(day(from, "from")?, day(to, "to")?)),
            (None, _, _, Some(month)) => {
                let first = day(&format!("{month}-01"), "period")?;
                Ok(Scope::Period(first, first.month_end()))
            }
            _ => Err(Refusal::new("reconcile_what").into()),
        }
    }
}

fn show(workplace: &Workplace, compared: &Compared) -> Result<()> {
    let lang = workplace.lang;
    let lines = &compared.lines;
    output::say(
        lang,
        "cli.reconcile.lines",
        &[
            ("sent", &lines.sent.to_string()),
            ("agree", &lines.agree.to_string()),
            ("differ", &lines.differ.to_string()),
            ("missing", &lines.missing_at_bank.to_string()),
        ],
    )?;
    let batch = &compared.batch;
    output::say(
        lang,
        "cli.reconcile.batch",
        &[
            ("sent", &batch.sent.sum.grouped()),
            ("paid", &batch.paid.sum.grouped()),
            ("refused", &batch.refused.sum.grouped()),
            ("returned", &batch.returned.sum.grouped()),
            ("in_transit", &batch.in_transit.sum.grouped()),
            ("difference", &batch.difference.grouped()),
        ],
    )?;
    accounts(lang, &compared.account)?;
    for open in &compared.discrepancies {
        let word = Name::from_code(open.name).map_or(open.name, |name| i18n::text(lang, name.key()));
        output::line(&format!("  {word}  {}  {} | {}", open.payment_id, open.book, open.bank))?;
    }
    let key = if compared.closes { "cli.reconcile.closes" } else { "cli.reconcile.open" };
    let n = compared.discrepancies.len().to_string();
    output::say(lang, key, &[("n", &n), ("levels", &compared.differs.join(", "))])
}

fn accounts(lang: Lang, account: &AccountLevel) -> Result<()> {
    if !account.compared {
        output::say(lang, "cli.reconcile.not_compared", &[])?;
    }
    for stated in &account.statements {
        output::say(
            lang,
            "cli.reconcile.account",
            &[
                ("account", &stated.account_number),
                ("from", &stated.from_on.to_string()),
                ("to", &stated.to_on.to_string()),
                ("closing", &stated.closing.grouped()),
                ("adjusted_bank", &stated.adjusted_bank.grouped()),
                ("book", &stated.book.grouped()),
                ("adjusted_book", &stated.adjusted_book.grouped()),
                ("difference", &stated.difference.grouped()),
            ],
        )?;
    }
    for quota in &account.quotas {
        output::say(
            lang,
            "cli.reconcile.quota",
            &[
                ("account", &quota.account_number),
                ("until", &quota.until.to_string()),
                ("issued", &quota.issued.grouped()),
                ("paid", &quota.paid.grouped()),
                ("returned", &quota.returned.grouped()),
                ("balance", &quota.balance.grouped()),
                ("difference", &quota.difference.grouped()),
            ],
        )?;
    }
    Ok(())
}
