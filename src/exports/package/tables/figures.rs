//! Tables that can also be exported alone, totals by each column, and the dictionary of all.

use super::{Declared, Rows};
use crate::audit::GroupBy;
use crate::exports::columns::{Column, Kind};
use crate::exports::request::What;

/// A file that can also be exported alone.
const fn export(what: What, key: &'static [&'static str]) -> Declared {
    Declared { name: what.code(), columns: &[], key, rows: Rows::Export(what) }
}

/// Totals by one column.
const fn totals(name: &'static str, by: GroupBy, key: &'static [&'static str]) -> Declared {
    Declared { name, columns: &[], key, rows: Rows::Totals(by) }
}

pub(super) const TABLES: &[Declared] = &[
    export(What::Grants, &["position"]),
    export(What::Recipients, &["position"]),
    export(What::Payments, &["position"]),
    export(What::Transfers, &["position", "line"]),
    export(What::TrialBalance, &[]),
    export(What::Reconciliation, &["batch"]),
    export(What::Discrepancies, &["position", "discrepancy"]),
    export(What::Vouchers, &["position", "line"]),
    export(What::BankStatement, &[]),
    export(What::GeneralLedger, &["GL_Detail_ID"]),
    export(What::ArchiveList, &[]),
    totals("totals-by-policy", GroupBy::Policy, &["policy"]),
    totals("totals-by-subdistrict", GroupBy::Subdistrict, &["subdistrict"]),
    totals("totals-by-industry", GroupBy::Industry, &["industry"]),
    totals("totals-by-size", GroupBy::Size, &["size"]),
    totals("totals-by-kind", GroupBy::Kind, &["kind"]),
    totals("totals-by-month", GroupBy::Month, &["month"]),
    totals("totals-by-allotment", GroupBy::Allotment, &["allotment"]),
    totals("totals-by-level", GroupBy::Level, &["level"]),
    Declared { name: "anomalies", columns: ANOMALIES, key: &["anomaly", "group", "grant"], rows: Rows::Anomalies },
    Declared { name: "data-dictionary", columns: DICTIONARY, key: &["table", "column"], rows: Rows::Dictionary },
];

const ANOMALIES: &[Column] = &[
    ("anomaly", Kind::Anomaly),
    ("group", Kind::Number),
    ("grant", Kind::Number),
    ("policy", Kind::Words),
    ("reference", Kind::Words),
    ("uscc", Kind::Words),
    ("name", Kind::Words),
    ("amount", Kind::Amount),
    ("paid_on", Kind::Day),
    ("why", Kind::Words),
];

const DICTIONARY: &[Column] = &[
    ("table", Kind::Code),
    ("table_title", Kind::Words),
    ("column", Kind::Code),
    ("column_title", Kind::Words),
    ("column_title_en", Kind::Words),
    ("cell_type", Kind::CellType),
    ("required", Kind::Number),
    ("codes", Kind::Words),
];
