//! The rows that a reviewer struck, as a file that goes back to whoever sent them: the columns of the file that came
//! in, with line and reason, so that what is mended can be sent again.

use csv::{Terminator, WriterBuilder};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::ImportView;
use crate::db::sql;
use crate::imports::reading::{Column, What};
use crate::kernel::codes::Instrument;
use crate::kernel::identity::IdType;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::web::Lang;
use crate::web::i18n::text;

/// The columns of the file, those that every file has first.
const COLUMNS: [Column; 25] = [
    Column::Reference,
    Column::Uscc,
    Column::Name,
    Column::Kind,
    Column::Subdistrict,
    Column::Industry,
    Column::Size,
    Column::Policy,
    Column::Amount,
    Column::BankCode,
    Column::BankName,
    Column::AccountName,
    Column::AccountNumber,
    Column::PaidOn,
    Column::IdType,
    Column::PayeeRelation,
    Column::AppliedAmount,
    Column::AppliedOn,
    Column::Allotment,
    Column::AwardDocument,
    Column::Summary,
    Column::PeriodFrom,
    Column::PeriodTo,
    Column::Attachments,
    Column::VoucherNumber,
];

#[derive(Debug, FromQueryResult)]
struct Struck {
    row_line: Option<i64>,
    reason: String,
    reference: String,
    number: String,
    name: String,
    kind: String,
    subdistrict: String,
    industry: String,
    size: String,
    policy_code: String,
    amount_fen: i64,
    bank_code: String,
    bank_name: String,
    account_name: String,
    account_number: String,
    paid_on: Option<String>,
    id_type: String,
    payee_relation: String,
    applied_fen: i64,
    applied_on: String,
    allotment_document: Option<String>,
    award_document: String,
    summary: String,
    period_from: Option<String>,
    period_to: Option<String>,
    attachments: i64,
    voucher_number: String,
}

impl Struck {
    /// The cells of [`COLUMNS`], in their order.
    fn into_cells(self, lang: Lang) -> [String; COLUMNS.len()] {
        let id_type = IdType::ALL.into_iter().find(|kind| kind.code() == self.id_type);
        let id_type = id_type.map_or(self.id_type, |kind| match lang {
            Lang::Zh => kind.zh().to_owned(),
            Lang::En => kind.code().to_owned(),
        });
        [
            self.reference,
            self.number,
            self.name,
            self.kind,
            self.subdistrict,
            self.industry,
            self.size,
            self.policy_code,
            Fen::new(self.amount_fen).plain(),
            self.bank_code,
            self.bank_name,
            self.account_name,
            self.account_number,
            self.paid_on.unwrap_or_default(),
            id_type,
            self.payee_relation,
            Fen::new(self.applied_fen).plain(),
            self.applied_on,
            self.allotment_document.unwrap_or_default(),
            self.award_document,
            self.summary,
            self.period_from.unwrap_or_default(),
            self.period_to.unwrap_or_default(),
            self.attachments.to_string(),
            self.voucher_number,
        ]
    }
}

/// The columns of a file of policies.
const POLICY_COLUMNS: [Column; 8] = [
    Column::Code,
    Column::Title,
    Column::DocumentNumber,
    Column::Instrument,
    Column::StartsOn,
    Column::EndsOn,
    Column::PerRecipientCap,
    Column::Budget,
];

#[derive(Debug, FromQueryResult)]
struct StruckPolicy {
    row_line: Option<i64>,
    reason: String,
    code: String,
    title: String,
    document_number: String,
    instrument: String,
    starts_on: String,
    ends_on: String,
    cap_fen: Option<i64>,
    budget_fen: i64,
}

impl StruckPolicy {
    /// The cells of [`POLICY_COLUMNS`], in their order.
    fn into_cells(self, lang: Lang) -> [String; POLICY_COLUMNS.len()] {
        let instrument = match (lang, Instrument::from_code(&self.instrument)) {
            (Lang::Zh, Some(instrument)) => instrument.zh().to_owned(),
            _ => self.instrument,
        };
        [
            self.code,
            self.title,
            self.document_number,
            instrument,
            self.starts_on,
            self.ends_on,
            self.cap_fen.map(|cap| Fen::new(cap).plain()).unwrap_or_default(),
            Fen::new(self.budget_fen).plain(),
        ]
    }
}

/// The struck rows of an import as CSV (RFC 4180, CRLF; in Chinese with a byte order mark): line and reason, then the
/// columns of the file. A cell that a spreadsheet would run as a formula is prefixed with `'`, which reading takes off.
pub async fn struck_rows_csv(c: &impl ConnectionTrait, book_id: i64, view: &ImportView, lang: Lang) -> Result<Vec<u8>> {
    if view.what == What::Policies {
        let rows = struck_policies(c, book_id, view.id).await?.into_iter();
        let rows = rows.map(|row| (row.row_line, row.reason.clone(), row.into_cells(lang)));
        return written(&POLICY_COLUMNS, rows, lang);
    }
    let rows = struck_grants(c, book_id, view.id).await?.into_iter();
    written(&COLUMNS, rows.map(|row| (row.row_line, row.reason.clone(), row.into_cells(lang))), lang)
}

async fn struck_policies(c: &impl ConnectionTrait, book_id: i64, import: i64) -> Result<Vec<StruckPolicy>> {
    sql::all(
        c,
        "SELECT p.row_line, v.reason, p.code, p.title, p.document_number, p.instrument, p.starts_on, p.ends_on, p.cap_fen,
            CAST(COALESCE((SELECT SUM(b.amount_fen) FROM budget_changes b
                JOIN allotments a ON a.book_id = b.book_id AND a.id = b.id
                WHERE a.book_id = p.book_id AND a.policy = p.id), 0) AS BIGINT) AS budget_fen
         FROM policies p
         JOIN policy_versions v ON v.book_id = p.book_id AND v.policy = p.id AND v.state = 'struck'
         WHERE p.book_id = ? AND p.import_id = ? AND p.state = 'struck' ORDER BY p.row_line, p.id",
        vec![book_id.into(), import.into()],
    )
    .await
}

async fn struck_grants(c: &impl ConnectionTrait, book_id: i64, import: i64) -> Result<Vec<Struck>> {
    sql::all(
        c,
        "SELECT g.row_line, s.reason, g.reference, r.number, g.name, g.kind, g.subdistrict, g.industry, g.size,
            p.code AS policy_code, g.amount_fen, g.bank_code, g.bank_name, g.account_name, g.account_number, g.paid_on,
            r.id_type, g.payee_relation, g.applied_fen, g.applied_on, a.document_number AS allotment_document,
            g.award_document, g.summary, g.period_from, g.period_to, g.attachments, g.voucher_number
         FROM whole_grants g
         JOIN grant_steps s ON s.book_id = g.book_id AND s.grant_id = g.id AND s.state = 'struck'
         JOIN recipients r ON r.book_id = g.book_id AND r.id = g.recipient
         JOIN policies p ON p.book_id = g.book_id AND p.id = g.policy
         LEFT JOIN allotments a ON a.book_id = g.book_id AND a.id = g.allotment
         WHERE g.book_id = ? AND g.import_id = ? AND g.state = 'struck' ORDER BY g.row_line, g.id",
        vec![book_id.into(), import.into()],
    )
    .await
}

/// Rows (line, reason, cells) below the columns of their file.
fn written<const N: usize>(
    columns: &[Column; N],
    rows: impl Iterator<Item = (Option<i64>, String, [String; N])>,
    lang: Lang,
) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    if lang == Lang::Zh {
        out.extend_from_slice("\u{feff}".as_bytes());
    }
    let mut csv = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    let header = columns.map(|column| if lang == Lang::Zh { column.zh() } else { column.name() });
    let own = [text(lang, "imports.struck.line"), text(lang, "imports.struck.reason")];
    csv.write_record(own.into_iter().chain(header)).map_err(Error::internal)?;
    for (line, reason, cells) in rows {
        let own = [line.map(|line| line.to_string()).unwrap_or_default(), reason];
        csv.write_record(own.into_iter().chain(cells).map(unrunnable)).map_err(Error::internal)?;
    }
    csv.into_inner().map_err(Error::internal)
}

/// A cell that no spreadsheet runs as a formula.
pub fn unrunnable(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}
