//! What mends, holds or takes back: corrections, demands with receipts and offsets, holds; what took effect before it was
//! written down; months closed and opened again.

use super::{Decisions, Declared, Moment, Rows};
use crate::exports::columns::Column;
use crate::exports::columns::Kind::{
    Actor, Amount, Code, Day, Happening, Hold, Instant, Number, Outcome, PeriodState, Stage, Words,
};
use crate::journal::Cell;
use crate::kernel::{Error, Result, dates, instant};

pub(super) const TABLES: &[Declared] = &[
    Declared {
        name: "corrections",
        columns: CORRECTIONS,
        key: &["position"],
        rows: Rows::Decided(
            corrections,
            &Decisions {
                named_by: "correction",
                outcomes: &[("correction_approved", "approved"), ("correction_refused", "refused")],
            },
        ),
    },
    Declared {
        name: "demands",
        columns: &[
            ("position", Number),
            ("grant", Number),
            ("uscc", Words),
            ("amount", Amount),
            ("received", Amount),
            ("document", Words),
            ("reason", Words),
            ("due_on", Day),
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
            demands,
            &Decisions {
                named_by: "id",
                outcomes: &[
                    ("demand_approved", "approved"),
                    ("demand_refused", "refused"),
                    ("demand_undo_prepared", "undo_pending"),
                    ("demand_undo_approved", "undone"),
                    ("demand_undo_refused", "approved"),
                ],
            },
            with_corrections,
        ),
    },
    Declared {
        name: "receipts",
        columns: &[
            ("position", Number),
            ("demand", Number),
            ("grant", Number),
            ("amount", Amount),
            ("document", Words),
            ("received_on", Day),
            ("to_stage", Stage),
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
            receipts,
            &Decisions {
                named_by: "id",
                outcomes: &[
                    ("receipt_approved", "approved"),
                    ("receipt_refused", "refused"),
                    ("receipt_undo_prepared", "undo_pending"),
                    ("receipt_undo_approved", "undone"),
                    ("receipt_undo_refused", "approved"),
                ],
            },
        ),
    },
    Declared {
        name: "offsets",
        columns: &[
            ("position", Number),
            ("demand", Number),
            ("grant", Number),
            ("settled_grant", Number),
            ("amount", Amount),
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
        rows: Rows::Decided(
            offsets,
            &Decisions {
                named_by: "id",
                outcomes: &[
                    ("offset_approved", "approved"),
                    ("offset_refused", "refused"),
                    ("offset_undo_prepared", "undo_pending"),
                    ("offset_undo_approved", "undone"),
                    ("offset_undo_refused", "approved"),
                ],
            },
        ),
    },
    Declared {
        name: "holds",
        columns: &[
            ("position", Number),
            ("grant", Number),
            ("uscc", Words),
            ("hold", Hold),
            ("document", Words),
            ("reason", Words),
            ("from_on", Day),
            ("until_on", Day),
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
            holds,
            &Decisions {
                named_by: "hold",
                outcomes: &[
                    ("hold_confirmed", "approved"),
                    ("hold_refused", "refused"),
                    ("hold_lift_prepared", "lift_pending"),
                    ("hold_lifted", "lifted"),
                    ("hold_lift_refused", "approved"),
                ],
            },
        ),
    },
    Declared {
        name: "back-dated",
        columns: &[
            ("position", Number),
            ("line", Number),
            ("effective_on", Day),
            ("recorded_at", Instant),
            ("days_late", Number),
            ("happening", Happening),
            ("actor", Actor),
            ("policy", Words),
            ("reference", Words),
            ("uscc", Words),
            ("from_stage", Stage),
            ("to_stage", Stage),
            ("amount", Amount),
        ],
        key: &["position", "line"],
        rows: Rows::Shaped(transfers, back_dated),
    },
    Declared {
        name: "periods",
        columns: &[
            ("period", Code),
            ("position", Number),
            ("recorded_at", Instant),
            ("actor", Actor),
            ("period_state", PeriodState),
            ("happening", Happening),
        ],
        key: &["period", "position"],
        rows: Rows::Scan(periods),
    },
    Declared {
        name: "closings",
        columns: &[
            ("position", Number),
            ("first_month", Code),
            ("last_month", Code),
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
            closings,
            &Decisions {
                named_by: "closing",
                outcomes: &[("closing_approved", "approved"), ("closing_refused", "refused")],
            },
        ),
    },
    Declared {
        name: "reopenings",
        columns: &[
            ("position", Number),
            ("period", Code),
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
        rows: Rows::Decided(
            reopenings,
            &Decisions {
                named_by: "reopening",
                outcomes: &[("reopening_approved", "approved"), ("reopening_refused", "refused")],
            },
        ),
    },
];

const CORRECTIONS: &[Column] = &[
    ("position", Number),
    ("grant", Number),
    ("policy", Words),
    ("reference", Words),
    ("uscc", Words),
    ("amount", Amount),
    ("overpaid", Amount),
    ("due_on", Day),
    ("document", Words),
    ("reason", Words),
    ("prepared_by", Actor),
    ("prepared_at", Instant),
    ("outcome", Outcome),
    ("decided_position", Number),
    ("decided_at", Instant),
    ("decided_by", Actor),
    ("remark", Words),
];

fn corrections(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT c.id, c.grant_id, p.code, c.reference, r.number, c.amount_fen, c.overpaid_fen, c.due_on, c.document,
             c.reason, c.prepared_by, c.prepared_at_ms
         FROM corrections c
         JOIN policies p ON p.book_id = c.book_id AND p.id = c.policy
         JOIN recipients r ON r.book_id = c.book_id AND r.id = c.recipient
         WHERE c.book_id = {book_id} AND c.id <= {at} ORDER BY c.id"
    )
}

/// Demands with what had come back by then.
fn demands(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT d.id, d.grant_id, r.number, d.amount_fen, k.received_fen, d.document, d.reason, d.due_on, d.prepared_by,
             d.prepared_at_ms
         FROM demands d
         JOIN recipients r ON r.book_id = d.book_id AND r.id = d.recipient
         JOIN demand_steps k ON k.book_id = d.book_id AND k.demand = d.id AND k.position = (
             SELECT MAX(x.position) FROM demand_steps x
             WHERE x.book_id = d.book_id AND x.demand = d.id AND x.position <= {at})
         WHERE d.book_id = {book_id} AND d.id <= {at} ORDER BY d.id"
    )
}

/// A demand that a correction raised was signed with it.
fn with_corrections(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT d.id, 'approved', e.position, e.recorded_at_ms, e.actor_uid, ''
         FROM demands d JOIN events e ON e.book_id = d.book_id AND e.position = d.id
         WHERE d.book_id = {book_id} AND d.id <= {at} AND d.correction IS NOT NULL ORDER BY d.id"
    )
}

fn receipts(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT id, demand, grant_id, amount_fen, document, received_on, destination, prepared_by, prepared_at_ms
         FROM receipts WHERE book_id = {book_id} AND id <= {at} ORDER BY id"
    )
}

fn offsets(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT id, demand, grant_id, settled_grant, amount_fen, document, reason, prepared_by, prepared_at_ms
         FROM offsets WHERE book_id = {book_id} AND id <= {at} ORDER BY id"
    )
}

fn holds(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT h.id, h.grant_id, r.number, h.kind, h.document, h.reason, h.from_on, h.until_on, h.set_by, h.set_at_ms
         FROM holds h LEFT JOIN recipients r ON r.book_id = h.book_id AND r.id = h.recipient
         WHERE h.book_id = {book_id} AND h.id <= {at} ORDER BY h.id"
    )
}

fn transfers(Moment { book_id, as_of, at, .. }: &Moment) -> String {
    format!(
        "SELECT t.position, t.line, t.effective_on, e.recorded_at_ms, e.kind, e.actor_uid, p.code, g.reference,
             r.number, t.from_stage, t.to_stage, t.amount_fen
         FROM transfers t
         JOIN events e ON e.book_id = t.book_id AND e.position = t.position
         JOIN policies p ON p.book_id = t.book_id AND p.id = t.policy
         LEFT JOIN grants g ON g.book_id = t.book_id AND g.id = t.grant_id
         LEFT JOIN recipients r ON r.book_id = t.book_id AND r.id = t.recipient
         WHERE t.book_id = {book_id} AND t.position <= {at} AND t.effective_on <= '{as_of}'
         ORDER BY t.position, t.line"
    )
}

/// A transfer that took effect on a day before it was recorded, and how many days before.
fn back_dated(_: &Moment, cells: &[Cell], emit: &mut dyn FnMut(&[Cell]) -> Result<()>) -> Result<()> {
    let [position, line, on, at, rest @ ..] = cells else {
        return Err(Error::internal("a transfer has twelve columns here"));
    };
    let days = dates::Day::parse(on.text())?.days_between(instant::Instant::new(at.int()?).day());
    if days <= 0 {
        return Ok(());
    }
    let known = [position.clone(), line.clone(), on.clone(), at.clone(), Cell::Int(days)];
    emit(&[known.as_slice(), rest].concat())
}

fn periods(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT s.month, s.position, s.at_ms, s.actor_uid, s.state, e.kind
         FROM period_steps s JOIN events e ON e.book_id = s.book_id AND e.position = s.position
         WHERE s.book_id = {book_id} AND s.position <= {at} ORDER BY s.month, s.position"
    )
}

fn closings(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT id, first_month, last_month, prepared_by, prepared_at_ms
         FROM closings WHERE book_id = {book_id} AND id <= {at} ORDER BY id"
    )
}

fn reopenings(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT id, month, reason, prepared_by, prepared_at_ms
         FROM reopenings WHERE book_id = {book_id} AND id <= {at} ORDER BY id"
    )
}
