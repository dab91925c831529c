//! `archive-list`: 会计档案保管清册, what of the book is an accounting record, how much of it there is and how long it is kept
//! (会计档案管理办法, 财政部 国家档案局令第79号, 附表二).

use std::collections::BTreeMap;
use std::io::Write;

use serde::Deserialize;

use super::columns::{Column, Kind};
use super::request::Request;
use super::writer::{Logins, Table, Tally};
use crate::db::Database;
use crate::journal::{self, Head};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};
use crate::reconciliation::Subject;
use crate::reports::Layout;
use crate::vouchers::VoucherKind;

/// Years for which vouchers and ledgers are kept.
const LEDGER_YEARS: i64 = 30;
/// Years for which statements of banks, what was reconciled with them, and reports of months are kept.
const STATEMENT_YEARS: i64 = 10;

/// Its columns.
pub(super) const COLUMNS: &[Column] = {
    use Kind::{Archive, Code, Day, Number, Words};
    &[
        ("archive_class", Archive),
        ("archive_title", Words),
        ("period", Code),
        ("from_on", Day),
        ("to_on", Day),
        ("first_number", Number),
        ("last_number", Number),
        ("pieces", Number),
        ("kept_years", Number),
        ("kept_until", Day),
        ("sha256", Code),
    ]
};

/// Something that is kept.
struct Kept {
    class: &'static str,
    title: String,
    period: String,
    days: (String, String),
    numbers: Option<(i64, i64)>,
    pieces: i64,
    /// None for ever.
    years: Option<i64>,
    sha256: String,
}

/// Writes the list.
pub(super) async fn write(
    db: &Database,
    head: &Head,
    request: &Request,
    at: i64,
    out: &mut (impl Write + Send),
) -> Result<Tally> {
    let of = Of { db, book_id: head.book_id, as_of: request.as_of, at };
    let mut kept = of.vouchers().await?;
    kept.extend(of.ledgers().await?);
    kept.extend(of.statements().await?);
    kept.extend(of.reconciliations().await?);
    kept.extend(of.reports().await?);
    let mut table = Table::of(out, request.format, request.lang, COLUMNS, Logins::new())?;
    for one in kept {
        table.text(one.class)?;
        table.text(&one.title)?;
        table.text(&one.period)?;
        table.text(&one.days.0)?;
        table.text(&one.days.1)?;
        for number in
            [one.numbers.map(|(first, _)| first), one.numbers.map(|(_, last)| last), Some(one.pieces), one.years]
        {
            match number {
                Some(number) => table.number(number)?,
                None => table.text("")?,
            }
        }
        table.text(&one.years.and_then(|years| kept_until(&one.days.1, years)).unwrap_or_default())?;
        table.text(&one.sha256)?;
        table.end_row()?;
    }
    table.end()
}

/// The time of keeping begins on the day after the fiscal year.
fn kept_until(last_on: &str, years: i64) -> Option<String> {
    let year: i64 = last_on.get(..4)?.parse().ok()?;
    Some(format!("{}-12-31", year + years))
}

struct Of<'a> {
    db: &'a Database,
    book_id: i64,
    as_of: Day,
    at: i64,
}

#[derive(Deserialize)]
struct Signed {
    reconciliation: i64,
    #[serde(default)]
    subject: Option<Subject>,
    #[serde(default)]
    digest: String,
}

#[derive(Deserialize)]
struct Filed {
    filing: i64,
}

impl Of<'_> {
    /// Vouchers, a bundle for each month and type.
    async fn vouchers(&self) -> Result<Vec<Kept>> {
        let query = format!(
            "SELECT month, kind, MIN(number), MAX(number), COUNT(*), MIN(made_on), MAX(made_on) FROM vouchers
             WHERE book_id = {} AND id <= {} AND made_on <= '{}' GROUP BY month, kind ORDER BY month, kind",
            self.book_id, self.at, self.as_of
        );
        let mut kept = Vec::new();
        journal::scan(&self.db.read, &query, |cells| {
            let [month, kind, first, last, count, from, to] = cells else {
                return Err(Error::internal("a bundle of vouchers has seven columns"));
            };
            let mark = VoucherKind::ALL.into_iter().find(|one| one.code() == kind.text()).map_or("", VoucherKind::mark);
            kept.push(Kept {
                class: "voucher",
                title: format!("{}记账凭证（{mark}）", month.text()),
                period: month.text().to_owned(),
                days: (from.text().to_owned(), to.text().to_owned()),
                numbers: Some((first.int()?, last.int()?)),
                pieces: count.int()?,
                years: Some(LEDGER_YEARS),
                sha256: String::new(),
            });
            Ok(())
        })
        .await?;
        Ok(kept)
    }

    /// The ledger of each year: its transfers.
    async fn ledgers(&self) -> Result<Vec<Kept>> {
        let query = format!(
            "SELECT SUBSTR(effective_on, 1, 4), COUNT(*), MIN(effective_on), MAX(effective_on) FROM transfers
             WHERE book_id = {} AND position <= {} AND effective_on <= '{}'
             GROUP BY SUBSTR(effective_on, 1, 4) ORDER BY 1",
            self.book_id, self.at, self.as_of
        );
        let mut kept = Vec::new();
        journal::scan(&self.db.read, &query, |cells| {
            let [year, count, from, to] = cells else { return Err(Error::internal("a ledger has four columns")) };
            kept.push(Kept {
                class: "ledger",
                title: format!("{}年资金明细账", year.text()),
                period: year.text().to_owned(),
                days: (from.text().to_owned(), to.text().to_owned()),
                numbers: None,
                pieces: count.int()?,
                years: Some(LEDGER_YEARS),
                sha256: String::new(),
            });
            Ok(())
        })
        .await?;
        Ok(kept)
    }

    /// Statements of banks that stand.
    async fn statements(&self) -> Result<Vec<Kept>> {
        let query = format!(
            "SELECT f.account_number, f.from_on, f.to_on, f.file_sha256,
                 (SELECT COUNT(*) FROM bank_lines l WHERE l.book_id = f.book_id AND l.file = f.id AND l.id <= {at})
             FROM bank_files f
             WHERE f.book_id = {book_id} AND f.id <= {at} AND f.opening_fen IS NOT NULL AND f.to_on <= '{as_of}'
                 AND 'taken' = (SELECT s.state FROM bank_file_steps s WHERE s.book_id = f.book_id AND s.file = f.id
                     AND s.position <= {at} ORDER BY s.position DESC LIMIT 1)
             ORDER BY f.to_on, f.id",
            at = self.at,
            book_id = self.book_id,
            as_of = self.as_of
        );
        let mut kept = Vec::new();
        journal::scan(&self.db.read, &query, |cells| {
            let [account, from, to, sha256, lines] = cells else {
                return Err(Error::internal("a statement has five columns here"));
            };
            kept.push(Kept {
                class: "bank_statement",
                title: format!("银行对账单 {}", account.text()),
                period: to.text().get(..7).unwrap_or_default().to_owned(),
                days: (from.text().to_owned(), to.text().to_owned()),
                numbers: None,
                pieces: lines.int()?,
                years: Some(STATEMENT_YEARS),
                sha256: sha256.text().to_owned(),
            });
            Ok(())
        })
        .await?;
        Ok(kept)
    }

    /// Months of accounts that were signed, and not reopened.
    async fn reconciliations(&self) -> Result<Vec<Kept>> {
        let query = format!(
            "SELECT kind, payload FROM events WHERE book_id = {} AND position <= {}
                 AND kind IN ('reconciliation_signed', 'reconciliation_reopening_approved') ORDER BY position",
            self.book_id, self.at
        );
        let mut standing: BTreeMap<i64, Signed> = BTreeMap::new();
        journal::scan(&self.db.read, &query, |cells| {
            let [kind, payload] = cells else { return Err(Error::internal("an event has two columns here")) };
            let signed: Signed = serde_json::from_slice(payload.bytes()).map_err(Error::internal)?;
            if kind.text() == "reconciliation_signed" {
                standing.insert(signed.reconciliation, signed);
            } else {
                standing.remove(&signed.reconciliation);
            }
            Ok(())
        })
        .await?;
        let mut numbers = BTreeMap::new();
        let query = format!("SELECT id, account_number FROM paying_accounts WHERE book_id = {}", self.book_id);
        journal::scan(&self.db.read, &query, |cells| {
            if let [id, number] = cells {
                numbers.insert(id.int()?, number.text().to_owned());
            }
            Ok(())
        })
        .await?;
        let kept = standing.into_values().filter_map(|signed| match signed.subject? {
            Subject::Account { account, from, until } if until <= self.as_of => Some(Kept {
                class: "reconciliation",
                title: format!("银行存款余额调节表 {}", numbers.get(&account).map_or("", String::as_str)),
                period: from.month(),
                days: (from.to_string(), until.to_string()),
                numbers: None,
                pieces: 1,
                years: Some(STATEMENT_YEARS),
                sha256: signed.digest,
            }),
            _ => None,
        });
        Ok(kept.collect())
    }

    /// Reports that were handed in: those of a year's end are kept for ever.
    async fn reports(&self) -> Result<Vec<Kept>> {
        let query = format!(
            "SELECT payload FROM events WHERE book_id = {} AND position <= {} AND kind = 'report_signed' ORDER BY position",
            self.book_id, self.at
        );
        let mut signed = Vec::new();
        journal::scan(&self.db.read, &query, |cells| {
            let payload = cells.first().map_or(&[] as &[u8], journal::Cell::bytes);
            let filed: Filed = serde_json::from_slice(payload).map_err(Error::internal)?;
            signed.push(filed.filing.to_string());
            Ok(())
        })
        .await?;
        if signed.is_empty() {
            return Ok(Vec::new());
        }
        let query = format!(
            "SELECT report, as_of, rows_count, content_sha256 FROM report_filings
             WHERE book_id = {} AND as_of <= '{}' AND id IN ({}) ORDER BY as_of, id",
            self.book_id,
            self.as_of,
            signed.join(", ")
        );
        let mut kept = Vec::new();
        journal::scan(&self.db.read, &query, |cells| {
            let [report, as_of, rows, sha256] = cells else {
                return Err(Error::internal("a report has four columns here"));
            };
            let on = as_of.text();
            kept.push(Kept {
                class: "report",
                title: Layout::find(report.text()).map_or_else(String::new, |layout| layout.title.zh.clone()),
                period: on.get(..7).unwrap_or_default().to_owned(),
                days: (format!("{}-01", on.get(..7).unwrap_or_default()), on.to_owned()),
                numbers: None,
                pieces: rows.int()?,
                years: (!on.ends_with("-12-31")).then_some(STATEMENT_YEARS),
                sha256: sha256.text().to_owned(),
            });
            Ok(())
        })
        .await?;
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeping_counts_from_the_end_of_the_year() {
        assert_eq!(kept_until("2020-03-31", LEDGER_YEARS).as_deref(), Some("2050-12-31"));
        assert_eq!(kept_until("2020-12-31", STATEMENT_YEARS).as_deref(), Some("2030-12-31"));
        assert_eq!(kept_until("", STATEMENT_YEARS), None);
    }
}
