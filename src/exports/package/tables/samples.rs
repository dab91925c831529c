//! Audit samples: how each was drawn and what was concluded; its items with what was found of them by then.

use super::{Declared, Moment, Rows};
use crate::exports::columns::Kind::{Actor, Amount, AmountIfAny, Code, Day, Instant, Number, Words};

pub(super) const TABLES: &[Declared] = &[
    Declared {
        name: "samples",
        columns: &[
            ("position", Number),
            ("recorded_at", Instant),
            ("actor", Actor),
            ("sample_method", Code),
            ("strata_by", Code),
            ("sample_size", Number),
            ("seed", Words),
            ("as_of", Day),
            ("at_position", Number),
            ("policy", Words),
            ("subdistrict", Words),
            ("least", AmountIfAny),
            ("most", AmountIfAny),
            ("population_count", Number),
            ("population_amount", Amount),
            ("population_sha256", Code),
            ("concluded_position", Number),
            ("concluded_at", Instant),
            ("concluded_by", Actor),
            ("conclusion", Words),
        ],
        key: &["position"],
        rows: Rows::Scan(samples),
    },
    Declared {
        name: "sample-items",
        columns: &[
            ("sample", Number),
            ("grant", Number),
            ("reference", Words),
            ("stratum", Words),
            ("amount", Amount),
            ("hits", Number),
            ("certain", Number),
            ("sample_result", Code),
            ("amount_found", AmountIfAny),
            ("note", Words),
            ("noted_position", Number),
            ("noted_at", Instant),
            ("noted_by", Actor),
        ],
        key: &["sample", "grant"],
        rows: Rows::Scan(items),
    },
];

fn samples(moment: &Moment) -> String {
    let Moment { book_id, at, .. } = moment;
    let then = |column: &str, other: &str| format!("CASE WHEN concluded_position <= {at} THEN {column} {other}END");
    format!(
        "SELECT id, drawn_at_ms, drawn_by, method, strata_by, size, seed, as_of, at_position, policy, subdistrict,
             least_fen, most_fen, population_count, population_fen, population_sha256, {}, {}, {}, {}
         FROM samples WHERE book_id = {book_id} AND id <= {at} ORDER BY id",
        then("concluded_position", ""),
        then("concluded_at_ms", ""),
        then("concluded_by", ""),
        then("summary", "ELSE '' ")
    )
}

fn items(moment: &Moment) -> String {
    let Moment { book_id, at, .. } = moment;
    format!(
        "SELECT i.sample, i.grant_id, i.reference, i.stratum, i.amount_fen, i.hits, i.certain, n.result, n.found_fen,
             n.note, n.position, n.noted_at_ms, n.noted_by
         FROM sample_items i
         LEFT JOIN sample_notes n ON n.book_id = i.book_id AND n.position = (
             SELECT MAX(x.position) FROM sample_notes x
             WHERE x.book_id = i.book_id AND x.sample = i.sample AND x.grant_id = i.grant_id AND x.position <= {at})
         WHERE i.book_id = {book_id} AND i.sample <= {at} ORDER BY i.sample, i.grant_id"
    )
}
