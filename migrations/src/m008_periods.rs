//! Months that are closed, how they came to be closed or open again, and who prepared and decided that.

crate::ddl::step!(
    "CREATE TABLE periods (
        book_id {INT} NOT NULL,
        month {TXT} NOT NULL,
        state {TXT} NOT NULL CHECK (state IN ('closed', 'open')),
        position {INT} NOT NULL,
        PRIMARY KEY (book_id, month)
    ) {NARROW}",
    "CREATE TABLE period_steps (
        book_id {INT} NOT NULL,
        month {TXT} NOT NULL,
        position {INT} NOT NULL,
        state {TXT} NOT NULL,
        actor_uid {TXT} NOT NULL,
        at_ms {INT} NOT NULL,
        PRIMARY KEY (book_id, month, position),
        FOREIGN KEY (book_id, month) REFERENCES periods (book_id, month) ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {NARROW}",
    "CREATE TABLE closings (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        first_month {TXT} NOT NULL,
        last_month {TXT} NOT NULL,
        state {TXT} NOT NULL CHECK (state IN ('prepared', 'closed', 'refused')),
        refused_because {TXT} NOT NULL,
        leaf_hash {BIN} NOT NULL,
        prepared_by {TXT} NOT NULL,
        prepared_person {TXT} NOT NULL,
        prepared_at_ms {INT} NOT NULL,
        reviewed_by {TXT},
        reviewed_person {TXT},
        reviewed_at_ms {INT},
        PRIMARY KEY (book_id, id),
        CONSTRAINT ck_closings_two_people CHECK (state <> 'closed'
            OR (reviewed_person IS NOT NULL AND reviewed_person <> prepared_person))
    ) {STRICT}",
    "CREATE UNIQUE INDEX ux_closings_one_waits ON closings (book_id) WHERE state = 'prepared'",
    "CREATE TABLE reopenings (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        month {TXT} NOT NULL,
        state {TXT} NOT NULL CHECK (state IN ('prepared', 'opened', 'refused')),
        reason {TXT} NOT NULL,
        refused_because {TXT} NOT NULL,
        leaf_hash {BIN} NOT NULL,
        prepared_by {TXT} NOT NULL,
        prepared_person {TXT} NOT NULL,
        prepared_at_ms {INT} NOT NULL,
        reviewed_by {TXT},
        reviewed_person {TXT},
        reviewed_at_ms {INT},
        PRIMARY KEY (book_id, id),
        CONSTRAINT ck_reopenings_two_people CHECK (state <> 'opened'
            OR (reviewed_person IS NOT NULL AND reviewed_person <> prepared_person))
    ) {STRICT}",
    "CREATE UNIQUE INDEX ux_reopenings_one_waits ON reopenings (book_id) WHERE state = 'prepared'",
);
