//! Files of rows taken whole or not at all.

crate::ddl::step!(
    "CREATE TABLE imports (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        what {TXT} NOT NULL CHECK (what IN ('policies', 'grants', 'history')),
        file_sha256 {TXT} NOT NULL,
        file_name {TXT} NOT NULL,
        unit {TXT} NOT NULL,
        rows_count {INT} NOT NULL,
        sum_fen {INT} NOT NULL,
        first_position {INT} NOT NULL,
        last_position {INT} NOT NULL,
        state {TXT} NOT NULL,
        prepared_by {TXT} NOT NULL,
        prepared_person {TXT} NOT NULL,
        prepared_at_ms {INT} NOT NULL,
        reviewed_by {TXT},
        reviewed_person {TXT},
        reviewed_at_ms {INT},
        digest {TXT} NOT NULL,
        reason {TXT} NOT NULL,
        undo_position {INT},
        undo_by {TXT},
        undo_person {TXT},
        undo_reviewed_by {TXT},
        undo_reviewed_person {TXT},
        PRIMARY KEY (book_id, id),
        CONSTRAINT ck_imports_two_people CHECK (reviewed_person IS NULL OR reviewed_person <> prepared_person),
        CONSTRAINT ck_imports_undo_two_people CHECK (undo_reviewed_person IS NULL OR undo_reviewed_person <> undo_person)
    ) {STRICT}",
    "CREATE UNIQUE INDEX ux_imports_content ON imports (book_id, what, file_sha256)
        WHERE state NOT IN ('refused', 'withdrawn', 'undone')",
);
