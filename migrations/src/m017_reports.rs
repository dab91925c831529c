//! Reports that were handed in: at which clocks, in which unit, and whose signatures they bear.

crate::ddl::step!(
    "CREATE TABLE report_filings (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        report {TXT} NOT NULL,
        as_of {TXT} NOT NULL,
        at_position {INT} NOT NULL,
        unit {TXT} NOT NULL CHECK (unit IN ('yuan', 'wan')),
        rows_count {INT} NOT NULL CHECK (rows_count >= 0),
        content_sha256 {TXT} NOT NULL,
        state {TXT} NOT NULL CHECK (state IN ('pending', 'signed', 'refused')),
        refused_because {TXT} NOT NULL,
        leaf_hash {BIN} NOT NULL,
        prepared_by {TXT} NOT NULL,
        prepared_person {TXT} NOT NULL,
        prepared_name {TXT} NOT NULL,
        prepared_at_ms {INT} NOT NULL,
        reviewed_by {TXT},
        reviewed_person {TXT},
        reviewed_name {TXT},
        reviewed_at_ms {INT},
        PRIMARY KEY (book_id, id),
        CONSTRAINT ck_report_filings_two_people CHECK (state <> 'signed'
            OR (reviewed_person IS NOT NULL AND reviewed_person <> prepared_person))
    ) {STRICT}",
    "CREATE UNIQUE INDEX ux_report_filings_once ON report_filings (book_id, report, as_of) WHERE state <> 'refused'",
);
