//! The lives of grants: every step, what was set aside, warnings waived, days between steps, accounts that changed.

use std::collections::BTreeMap;

use super::{Decisions, Declared, Moment, Rows};
use crate::exports::columns::Kind::{
    Actor, Amount, AmountIfAny, Day, Instant, Number, Outcome, SetAside, State, Warning, Words,
};
use crate::journal::Cell;
use crate::kernel::instant;
use crate::kernel::{Error, Result, dates};

pub(super) const TABLES: &[Declared] = &[
    Declared {
        name: "grant-steps",
        columns: &[
            ("grant", Number),
            ("position", Number),
            ("recorded_at", Instant),
            ("actor", Actor),
            ("state", State),
            ("amount", Amount),
            ("reason", Words),
        ],
        key: &["grant", "position"],
        rows: Rows::Scan(steps),
    },
    Declared {
        name: "set-aside",
        columns: &[
            ("grant", Number),
            ("position", Number),
            ("recorded_at", Instant),
            ("actor", Actor),
            ("policy", Words),
            ("reference", Words),
            ("uscc", Words),
            ("set_aside", SetAside),
            ("amount_before", Amount),
            ("amount_after", Amount),
            ("reason", Words),
        ],
        key: &["grant", "position"],
        rows: Rows::Shaped(set_aside, aside),
    },
    Declared {
        name: "warnings-waived",
        columns: &[
            ("grant", Number),
            ("policy", Words),
            ("reference", Words),
            ("uscc", Words),
            ("warning", Warning),
            ("warning_facts", Words),
            ("position", Number),
            ("recorded_at", Instant),
            ("waived_by", Actor),
        ],
        key: &[],
        rows: Rows::Shaped(warnings, waived),
    },
    Declared {
        name: "days-per-step",
        columns: &[
            ("grant", Number),
            ("policy", Words),
            ("reference", Words),
            ("uscc", Words),
            ("applied_on", Day),
            ("submitted_on", Day),
            ("approved_on", Day),
            ("published_on", Day),
            ("released_on", Day),
            ("paid_on", Day),
            ("days_to_submit", Number),
            ("days_to_approve", Number),
            ("days_to_publish", Number),
            ("days_to_release", Number),
            ("days_to_pay", Number),
            ("days_in_all", Number),
        ],
        key: &["grant"],
        rows: Rows::Shaped(days, between),
    },
    Declared {
        name: "account-changes",
        columns: &[
            ("position", Number),
            ("uscc", Words),
            ("account_holder", Words),
            ("account_number", Words),
            ("bank_code", Words),
            ("bank_name", Words),
            ("payee_relation", Words),
            ("prepared_by", Actor),
            ("prepared_at", Instant),
            ("outcome", Outcome),
            ("decided_position", Number),
            ("decided_at", Instant),
            ("decided_by", Actor),
            ("remark", Words),
        ],
        key: &["position"],
        rows: Rows::Decided(
            account_changes,
            &Decisions {
                named_by: "account",
                outcomes: &[("account_change_approved", "approved"), ("account_change_refused", "refused")],
            },
        ),
    },
    Declared {
        name: "payment-steps",
        columns: &[
            ("payment_id", Words),
            ("position", Number),
            ("recorded_at", Instant),
            ("actor", Actor),
            ("status", crate::exports::columns::Kind::PaymentState),
            ("completed_on", Day),
            ("bank_serial", Words),
            ("reason", Words),
        ],
        key: &["payment_id", "position"],
        rows: Rows::Scan(payment_steps),
    },
    Declared {
        name: "schedules",
        columns: &[
            ("position", Number),
            ("grant", Number),
            ("part", Number),
            ("part_amount", AmountIfAny),
            ("due_on", Day),
            ("condition", Words),
            ("document", Words),
            ("reason", Words),
        ],
        key: &["position", "part"],
        rows: Rows::Scan(schedules),
    },
];

fn steps(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT s.grant_id, s.position, e.recorded_at_ms, s.actor_uid, s.state, s.amount_fen, s.reason
         FROM grant_steps s JOIN events e ON e.book_id = s.book_id AND e.position = s.position
         WHERE s.book_id = {book_id} AND s.position <= {at} ORDER BY s.grant_id, s.position"
    )
}

/// Steps that end a grant or send it back, and those that make it smaller.
fn set_aside(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT s.grant_id, s.position, e.recorded_at_ms, s.actor_uid, p.code, g.reference, r.number,
             CASE WHEN s.state = 'draft' THEN 'sent_back' WHEN s.state = s.state_before THEN 'reduced'
                 ELSE s.state END,
             COALESCE(s.amount_before, s.amount_fen), s.amount_fen, s.reason
         FROM (SELECT k.*, LAG(k.state) OVER (PARTITION BY k.grant_id ORDER BY k.position) AS state_before,
                   LAG(k.amount_fen) OVER (PARTITION BY k.grant_id ORDER BY k.position) AS amount_before
               FROM grant_steps k WHERE k.book_id = {book_id} AND k.position <= {at}) s
         JOIN events e ON e.book_id = {book_id} AND e.position = s.position
         JOIN grants g ON g.book_id = {book_id} AND g.id = s.grant_id
         JOIN recipients r ON r.book_id = {book_id} AND r.id = g.recipient
         JOIN policies p ON p.book_id = {book_id} AND p.id = g.policy
         WHERE s.state IN ('refused', 'cancelled', 'struck', 'undone', 'corrected')
             OR (s.state = 'draft' AND s.state_before = 'submitted')
             OR (s.state = s.state_before AND s.state <> 'draft' AND s.amount_fen < s.amount_before)
         ORDER BY s.grant_id, s.position"
    )
}

/// A step with policy, reference and number as the grant had them.
fn aside(moment: &Moment, cells: &[Cell], emit: &mut dyn FnMut(&[Cell]) -> Result<()>) -> Result<()> {
    let mut row = cells.to_vec();
    if let Some(grant) = cells.first() {
        moment.as_it_was(&mut row, grant, [Some(4), Some(5), Some(6)]);
    }
    emit(&row)
}

fn warnings(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT g.id, p.code, g.reference, r.number, g.warnings, s.position, e.recorded_at_ms, s.actor_uid
         FROM grants g
         JOIN grant_steps s ON s.book_id = g.book_id AND s.grant_id = g.id AND s.position = (
             SELECT MIN(k.position) FROM grant_steps k WHERE k.book_id = g.book_id AND k.grant_id = g.id
             AND k.position <= {at} AND k.state IN ('approved', 'paid'))
         JOIN events e ON e.book_id = g.book_id AND e.position = s.position
         JOIN policies p ON p.book_id = g.book_id AND p.id = g.policy
         JOIN recipients r ON r.book_id = g.book_id AND r.id = g.recipient
         WHERE g.book_id = {book_id} AND g.id <= {at} AND g.warnings <> '' AND g.warnings <> '[]' ORDER BY g.id"
    )
}

#[derive(serde::Deserialize)]
struct Warned {
    code: String,
    #[serde(default)]
    facts: BTreeMap<String, String>,
}

/// One row a warning.
fn waived(_: &Moment, cells: &[Cell], emit: &mut dyn FnMut(&[Cell]) -> Result<()>) -> Result<()> {
    let [id, policy, reference, number, warnings, position, at, by] = cells else {
        return Err(Error::internal("a warned grant has eight columns here"));
    };
    let warnings: Vec<Warned> = serde_json::from_slice(warnings.bytes()).map_err(Error::internal)?;
    for Warned { code, facts } in warnings {
        let facts: Vec<String> = facts.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let (code, facts) = (Cell::Text(code), Cell::Text(facts.join("; ")));
        let grant = [id, policy, reference, number].map(Clone::clone);
        emit(&[grant.as_slice(), &[code, facts], &[position.clone(), at.clone(), by.clone()]].concat())?;
    }
    Ok(())
}

/// When each approved grant was applied for, first sent to review, approved, put up, released and paid.
fn days(Moment { book_id, as_of, at, .. }: &Moment) -> String {
    let first = |state: &str| format!("MIN(CASE WHEN s.state = '{state}' THEN e.recorded_at_ms END)");
    let moved = |stage: &str| {
        format!("MIN(CASE WHEN to_stage = '{stage}' AND reverses_position IS NULL THEN effective_on END)")
    };
    format!(
        "SELECT g.id, p.code, g.reference, r.number, g.applied_on, k.submitted_at, k.approved_at,
             (SELECT MIN(b.starts_on) FROM publication_grants l
                 JOIN publications b ON b.book_id = l.book_id AND b.id = l.publication
                 WHERE l.book_id = g.book_id AND l.grant_id = g.id AND b.id <= {at}),
             t.released_on, t.paid_on
         FROM grants g
         JOIN (SELECT s.grant_id, {} AS submitted_at, {} AS approved_at, {} AS paid_at
               FROM grant_steps s JOIN events e ON e.book_id = s.book_id AND e.position = s.position
               WHERE s.book_id = {book_id} AND s.position <= {at} GROUP BY s.grant_id) k ON k.grant_id = g.id
         JOIN policies p ON p.book_id = g.book_id AND p.id = g.policy
         JOIN recipients r ON r.book_id = g.book_id AND r.id = g.recipient
         LEFT JOIN (SELECT grant_id, {} AS released_on, {} AS paid_on FROM transfers
               WHERE book_id = {book_id} AND position <= {at} AND effective_on <= '{as_of}' AND grant_id IS NOT NULL
               GROUP BY grant_id) t ON t.grant_id = g.id
         WHERE g.book_id = {book_id} AND g.id <= {at} AND (k.approved_at IS NOT NULL OR k.paid_at IS NOT NULL)
         ORDER BY g.id",
        first("submitted"),
        first("approved"),
        first("paid"),
        moved("in_transit"),
        moved("disbursed")
    )
}

/// Calendar days from each step to the next one that is known, and from first to last. What was taken over or corrected was
/// recorded when it had been paid long since: the days of its recording are no steps of its life.
fn between(_: &Moment, cells: &[Cell], emit: &mut dyn FnMut(&[Cell]) -> Result<()>) -> Result<()> {
    let [id, policy, reference, number, applied_on, submitted_at, approved_at, published_on, released_on, paid_on] =
        cells
    else {
        return Err(Error::internal("the days of a grant have ten columns here"));
    };
    let day = |cell: &Cell| match cell {
        Cell::Int(unix_ms) => Ok(Some(instant::Instant::new(*unix_ms).day())),
        Cell::Text(text) => dates::Day::parse(text).map(Some),
        _ => Ok(None),
    };
    let approved = day(approved_at)?;
    let of_life = |day: Option<dates::Day>| day.filter(|_| approved.is_some());
    let days = [
        day(applied_on)?,
        of_life(day(submitted_at)?),
        approved,
        of_life(day(published_on)?),
        of_life(day(released_on)?),
        day(paid_on)?,
    ];
    let mut row = [id, policy, reference, number].map(Clone::clone).to_vec();
    row.extend(days.map(|day| day.map_or(Cell::Null, |day| Cell::Text(day.to_string()))));
    let mut last = days[0];
    for day in days.into_iter().skip(1) {
        row.push(last.zip(day).map_or(Cell::Null, |(from, to)| Cell::Int(from.days_between(to))));
        last = day.or(last);
    }
    row.push(days[0].zip(days[5]).map_or(Cell::Null, |(from, to)| Cell::Int(from.days_between(to))));
    emit(&row)
}

/// Changes alone: an account that came with its recipient was no change.
fn account_changes(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT a.id, r.number, a.account_name, a.account_number, a.bank_code, a.bank_name, a.payee_relation,
             a.prepared_by, a.prepared_at_ms
         FROM accounts a JOIN recipients r ON r.book_id = a.book_id AND r.id = a.recipient
         WHERE a.book_id = {book_id} AND a.id <= {at} AND (a.reviewed_by IS NOT NULL OR a.state = 'pending')
         ORDER BY a.id"
    )
}

fn payment_steps(Moment { book_id, code, at, .. }: &Moment) -> String {
    format!(
        "SELECT '{code}-' || s.payment_id, s.position, e.recorded_at_ms, e.actor_uid, s.state, s.completed_on,
             s.bank_serial, s.reason
         FROM payment_steps s JOIN events e ON e.book_id = s.book_id AND e.position = s.position
         WHERE s.book_id = {book_id} AND s.position <= {at} ORDER BY s.payment_id, s.position"
    )
}

fn schedules(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT s.id, s.grant_id, i.number, i.amount_fen, i.due_on, i.condition, s.document, s.reason
         FROM schedules s JOIN instalments i ON i.book_id = s.book_id AND i.schedule = s.id
         WHERE s.book_id = {book_id} AND s.id <= {at} ORDER BY s.id, i.number"
    )
}
