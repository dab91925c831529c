//! Who there was, who might do what from when to when, and everything that happened.

use super::{Decisions, Declared, Moment, Rows};
use crate::exports::columns::Kind::{Actor, Code, Happening, Hash, Instant, Number, Outcome, Role, Words};

pub(super) const TABLES: &[Declared] = &[
    Declared {
        name: "people",
        columns: &[
            ("position", Number),
            ("recorded_at", Instant),
            ("actor_uid", Code),
            ("person", Words),
            ("login", Words),
            ("person_name", Words),
        ],
        key: &["position"],
        rows: Rows::Scan(people),
    },
    Declared {
        name: "roles",
        columns: &[
            ("position", Number),
            ("recorded_at", Instant),
            ("holder", Actor),
            ("role", Role),
            ("scope", Words),
            ("given_by", Actor),
            ("withdrawn_position", Number),
            ("withdrawn_at", Instant),
            ("withdrawn_by", Actor),
        ],
        key: &["position"],
        rows: Rows::Scan(roles),
    },
    Declared {
        name: "settings",
        columns: &[
            ("position", Number),
            ("setting", Code),
            ("setting_value", Words),
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
            settings,
            &Decisions {
                named_by: "change",
                outcomes: &[("setting_approved", "approved"), ("setting_refused", "refused")],
            },
        ),
    },
    Declared {
        name: "log",
        columns: &[
            ("position", Number),
            ("recorded_at", Instant),
            ("actor", Actor),
            ("happening", Happening),
            ("request_key", Words),
            ("leaf", Hash),
        ],
        key: &["position"],
        rows: Rows::Scan(log),
    },
];

fn people(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT a.position, e.recorded_at_ms, a.actor_uid, a.person, a.login, a.name
         FROM actors a JOIN events e ON e.book_id = a.book_id AND e.position = a.position
         WHERE a.book_id = {book_id} AND a.position <= {at} ORDER BY a.position"
    )
}

fn roles(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT r.position, e.recorded_at_ms, r.actor_uid, r.role, r.scope, e.actor_uid, w.position, w.recorded_at_ms,
             w.actor_uid
         FROM actor_roles r JOIN events e ON e.book_id = r.book_id AND e.position = r.position
         LEFT JOIN events w ON w.book_id = r.book_id AND w.position = r.until_position AND w.position <= {at}
         WHERE r.book_id = {book_id} AND r.position <= {at} ORDER BY r.position"
    )
}

fn settings(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT id, name, value, reason, prepared_by, prepared_at_ms FROM setting_changes
         WHERE book_id = {book_id} AND id <= {at} ORDER BY id"
    )
}

fn log(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT position, recorded_at_ms, actor_uid, kind, request_key, leaf_hash FROM events
         WHERE book_id = {book_id} AND position <= {at} ORDER BY position"
    )
}
