//! `audit anomalies`: what somebody should look into.

use clap::Args;

use super::audit::Clocks;
use super::workplace::Workplace;
use super::{Format, Outcome, output};
use crate::anomalies::{self, Kind, Lines, Row};
use crate::kernel::{Error, Refusal, Result};

/// Ask the book for anomalies and duplicates: questions, not verdicts
#[derive(Debug, Args)]
pub struct Anomalies {
    #[command(flatten)]
    clocks: Clocks,
    /// Only one question, with the grants behind it: `shared_account`, `same_name`, `same_day`, `mutual_pair`, `off_hours`,
    /// `near_cap`, `several_policies`, `dominant_pair`, `round_amount`, `first_digit`
    #[arg(long)]
    kind: Option<String>,
    /// Just under a cap: at most so many percent below it
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(i64).range(1..=99))]
    cap_percent: i64,
    /// One pair: more than so many percent of the approvals
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=99))]
    pair_percent: i64,
    /// Round amounts: at least so many grants of one policy
    #[arg(long, default_value_t = 10)]
    round_grants: usize,
    /// text, json or csv (the grants behind)
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Anomalies {
    pub(super) async fn run(self, workplace: &Workplace) -> Result<Outcome> {
        let head = workplace.book(self.clocks.book()).await?;
        let kind = self.kind.as_deref().map(read_kind).transpose()?;
        let (cap_percent, pair_percent, round_grants) = (self.cap_percent, self.pair_percent, self.round_grants);
        let lines = Lines { cap_percent, pair_percent, round_grants };
        let (db, lang) = (&workplace.door.db, workplace.lang);
        let (as_of, at) = (self.clocks.as_of(workplace)?, self.clocks.at());
        if kind.is_none() && self.format != Format::Csv {
            let survey = anomalies::survey(db, &head, as_of, at, &lines).await?;
            match self.format {
                Format::Json => output::json(&survey.to_json())?,
                _ => output::line(&survey.render_text(lang))?,
            }
            return Ok(Outcome::True);
        }
        let kinds = kind.map_or_else(|| Kind::ALL.to_vec(), |kind| vec![kind]);
        let mut rows = Vec::new();
        let mut csv = Row::csv_header(lang);
        anomalies::each_row(db, &head, (as_of, at), (&kinds, &lines), &mut |row| {
            match self.format {
                Format::Json => rows.push(row.to_json(lang)),
                _ => csv.extend(row.csv_line(lang)),
            }
            Ok(())
        })
        .await?;
        if self.format == Format::Json {
            output::json(&rows)?;
        } else {
            output::line(String::from_utf8(csv).map_err(Error::internal)?.trim_end())?;
        }
        Ok(Outcome::True)
    }
}

fn read_kind(code: &str) -> Result<Kind> {
    let known = || Kind::ALL.map(Kind::code).join(", ");
    Kind::from_code(code).ok_or_else(|| Refusal::new("anomaly_kind").with("kind", code).with("known", known()).into())
}
