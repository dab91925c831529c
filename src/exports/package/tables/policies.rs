//! Policies and budgets over time, the documents that everything names, money that lies idle.

use super::{Decisions, Declared, Moment, Rows};
use crate::documents;
use crate::exports::columns::Kind::{
    Actor, Amount, AmountIfAny, Code, Day, Hash, Instant, Instrument, Level, Number, Outcome, PolicyState, Subject,
    Words,
};
use crate::journal::Cell;
use crate::kernel::{Error, Result, dates};

pub(super) const TABLES: &[Declared] = &[
    Declared {
        name: "policies",
        columns: &[
            ("record", Number),
            ("position", Number),
            ("recorded_at", Instant),
            ("actor", Actor),
            ("policy", Words),
            ("policy_state", PolicyState),
            ("policy_title", Words),
            ("document", Words),
            ("instrument", Instrument),
            ("starts_on", Day),
            ("ends_on", Day),
            ("cap", AmountIfAny),
            ("reason", Words),
        ],
        key: &["record", "position"],
        rows: Rows::Scan(policies),
    },
    Declared {
        name: "allotments",
        columns: &[
            ("position", Number),
            ("recorded_at", Instant),
            ("actor", Actor),
            ("policy", Words),
            ("allotment", Words),
            ("level", Level),
            ("direct", Number),
            ("fiscal_year", Number),
            ("functional_class", Words),
            ("economic_class", Words),
            ("department", Words),
            ("share", Number),
            ("starts_on", Day),
        ],
        key: &["position"],
        rows: Rows::Scan(allotments),
    },
    Declared {
        name: "budget-changes",
        columns: &[
            ("position", Number),
            ("policy", Words),
            ("allotment", Words),
            ("direction", Code),
            ("amount", Amount),
            ("effective_on", Day),
            ("document", Words),
            ("reason", Words),
            ("prepared_by", Actor),
            ("prepared_at", Instant),
            ("outcome", Outcome),
            ("decided_position", Number),
            ("decided_at", Instant),
            ("decided_by", Actor),
            ("remark", Words),
        ],
        key: &["position"],
        rows: Rows::DecidedWith(
            budget_changes,
            &Decisions {
                named_by: "change",
                outcomes: &[("budget_change_approved", "approved"), ("budget_change_refused", "refused")],
            },
            with_policies,
        ),
    },
    Declared {
        name: "documents",
        columns: &[
            ("position", Number),
            ("subject", Subject),
            ("document", Words),
            ("policy", Words),
            ("reference", Words),
            ("attachments", Number),
            ("file_sha256", Code),
            ("recorded_at", Instant),
            ("actor", Actor),
            ("leaf", Hash),
        ],
        key: &[],
        rows: Rows::Shaped(documents, named),
    },
    Declared {
        name: "filed-documents",
        columns: &[
            ("position", Number),
            ("document", Words),
            ("document_title", Words),
            ("document_kind", Code),
            ("dated_on", Day),
            ("file_name", Words),
            ("media", Code),
            ("sha256", Code),
            ("bytes", Number),
            ("recorded_at", Instant),
            ("actor", Actor),
            ("struck_position", Number),
            ("struck_at", Instant),
            ("struck_by", Actor),
            ("reason", Words),
        ],
        key: &["position"],
        rows: Rows::Scan(filed_documents),
    },
    Declared {
        name: "idle-money",
        columns: &[
            ("position", Number),
            ("policy", Words),
            ("allotment", Words),
            ("level", Level),
            ("fiscal_year", Number),
            ("appropriated", Amount),
            ("available", Amount),
            ("payable", Amount),
            ("in_transit", Amount),
            ("disbursed", Amount),
            ("idle", Amount),
            ("idle_since", Day),
            ("idle_days", Number),
        ],
        key: &["position"],
        rows: Rows::Shaped(idle_money, idle),
    },
];

fn policies(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT v.policy, v.position, e.recorded_at_ms, e.actor_uid, p.code, v.state, v.title, v.document_number,
             v.instrument, v.starts_on, v.ends_on, v.cap_fen, v.reason
         FROM policy_versions v
         JOIN policies p ON p.book_id = v.book_id AND p.id = v.policy
         JOIN events e ON e.book_id = v.book_id AND e.position = v.position
         WHERE v.book_id = {book_id} AND v.position <= {at} ORDER BY v.policy, v.position"
    )
}

fn allotments(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT a.id, e.recorded_at_ms, e.actor_uid, p.code, a.document_number, a.level, a.direct, a.fiscal_year,
             a.functional_class, a.economic_class, a.department, a.share, a.starts_on
         FROM allotments a
         JOIN policies p ON p.book_id = a.book_id AND p.id = a.policy
         JOIN events e ON e.book_id = a.book_id AND e.position = a.id
         WHERE a.book_id = {book_id} AND a.id <= {at} ORDER BY a.id"
    )
}

fn budget_changes(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT b.id, p.code, a.document_number, b.direction, b.amount_fen, b.effective_on, b.document_number, b.reason,
             b.prepared_by, b.prepared_at_ms
         FROM budget_changes b
         JOIN allotments a ON a.book_id = b.book_id AND a.id = b.allotment
         JOIN policies p ON p.book_id = a.book_id AND p.id = a.policy
         WHERE b.book_id = {book_id} AND b.id <= {at} ORDER BY b.id"
    )
}

/// What a policy begins with is decided with the policy.
fn with_policies(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT a.id, CASE v.state WHEN 'open' THEN 'approved' ELSE v.state END, v.position, e.recorded_at_ms, e.actor_uid,
             v.reason
         FROM allotments a
         JOIN policy_versions v ON v.book_id = a.book_id AND v.policy = a.policy AND v.position = (
             SELECT MIN(x.position) FROM policy_versions x WHERE x.book_id = a.book_id AND x.policy = a.policy
             AND x.position > a.id AND x.position <= {at})
         JOIN events e ON e.book_id = v.book_id AND e.position = v.position
         WHERE a.book_id = {book_id} AND a.id <= {at} ORDER BY a.id"
    )
}

fn documents(moment: &Moment) -> String {
    let (book_id, at) = (moment.book_id, moment.at);
    format!(
        "SELECT n.position, n.subject, n.document, p.code, g.reference, n.attachments,
             (SELECT d.file_sha256 FROM documents d WHERE d.book_id = {book_id} AND d.id = (
                 SELECT MAX(x.id) FROM documents x WHERE x.book_id = {book_id} AND x.number = n.document AND x.id <= {at}
                     AND (x.struck_position IS NULL OR x.struck_position > {at}))),
             e.recorded_at_ms, e.actor_uid, e.leaf_hash, n.grant_id
         FROM {named} n
         JOIN events e ON e.book_id = {book_id} AND e.position = n.position
         LEFT JOIN grants g ON g.book_id = {book_id} AND g.id = n.grant_id
         LEFT JOIN policies p ON p.book_id = {book_id} AND p.id = COALESCE(n.policy, g.policy)
         ORDER BY n.position, n.number, n.document",
        named = documents::named(book_id, at),
    )
}

fn filed_documents(Moment { book_id, at, .. }: &Moment) -> String {
    let then = |column: &str, other: &str| format!("CASE WHEN struck_position <= {at} THEN {column} {other}END");
    format!(
        "SELECT id, number, title, kind, dated_on, file_name, media, file_sha256, file_bytes, filed_at_ms, filed_by,
             {}, {}, {}, {}
         FROM documents WHERE book_id = {book_id} AND id <= {at} ORDER BY id",
        then("struck_position", ""),
        then("struck_at_ms", ""),
        then("struck_by", ""),
        then("struck_because", "ELSE '' ")
    )
}

/// A document with policy and reference as its grant had them.
fn named(moment: &Moment, cells: &[Cell], emit: &mut dyn FnMut(&[Cell]) -> Result<()>) -> Result<()> {
    let [row @ .., grant] = cells else { return Err(Error::internal("a document has eleven columns here")) };
    let mut row = row.to_vec();
    moment.as_it_was(&mut row, grant, [Some(3), Some(4), None]);
    emit(&row)
}

fn idle_money(Moment { book_id, as_of, at, .. }: &Moment) -> String {
    let stage = |stage: &str| {
        format!(
            "CAST(COALESCE(SUM(CASE WHEN t.to_stage = '{stage}' THEN t.amount_fen WHEN t.from_stage = '{stage}'
                 THEN -t.amount_fen ELSE 0 END), 0) AS BIGINT)"
        )
    };
    let stages = ["source", "available", "payable", "in_transit", "disbursed"].map(stage).join(", ");
    format!(
        "SELECT a.id, p.code, a.document_number, a.level, a.fiscal_year, a.starts_on, {stages},
             MAX(CASE WHEN t.to_stage = 'disbursed' THEN t.effective_on END)
         FROM allotments a
         JOIN policies p ON p.book_id = a.book_id AND p.id = a.policy
         LEFT JOIN transfers t ON t.book_id = a.book_id AND t.allotment = a.id AND t.position <= {at}
             AND t.effective_on <= '{as_of}'
         WHERE a.book_id = {book_id} AND a.id <= {at}
         GROUP BY a.id, p.code, a.document_number, a.level, a.fiscal_year, a.starts_on ORDER BY a.id"
    )
}

/// What was appropriated and is not paid out, and since when nothing was paid.
fn idle(moment: &Moment, cells: &[Cell], emit: &mut dyn FnMut(&[Cell]) -> Result<()>) -> Result<()> {
    let [id, policy, allotment, level, year, starts_on, source, available, payable, in_transit, disbursed, last] =
        cells
    else {
        return Err(Error::internal("an allotment has twelve columns here"));
    };
    let too_large = || Error::internal("a sum is too large");
    let appropriated = source.int()?.checked_neg().ok_or_else(too_large)?;
    let idle = appropriated.checked_sub(disbursed.int()?).ok_or_else(too_large)?;
    let since = if *last == Cell::Null { starts_on } else { last };
    let days = dates::Day::parse(since.text())?.days_between(moment.as_of);
    let (since, days) = if idle > 0 { (since.clone(), Cell::Int(days.max(0))) } else { (Cell::Null, Cell::Null) };
    emit(&[
        id.clone(),
        policy.clone(),
        allotment.clone(),
        level.clone(),
        year.clone(),
        Cell::Int(appropriated),
        available.clone(),
        payable.clone(),
        in_transit.clone(),
        disbursed.clone(),
        Cell::Int(idle),
        since,
        days,
    ])
}
