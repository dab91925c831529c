//! Lists that were put up 公示: when, where, and which grants stood on them.

crate::ddl::step!(
    "CREATE TABLE publications (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        filing {INT} NOT NULL,
        starts_on {TXT} NOT NULL,
        ends_on {TXT} NOT NULL,
        place {TXT} NOT NULL CHECK (place <> ''),
        noted_by {TXT} NOT NULL,
        noted_at_ms {INT} NOT NULL,
        PRIMARY KEY (book_id, id),
        FOREIGN KEY (book_id, filing) REFERENCES report_filings (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT,
        CONSTRAINT ck_publications_days CHECK (starts_on <= ends_on)
    ) {STRICT}",
    "CREATE TABLE publication_grants (
        book_id {INT} NOT NULL,
        publication {INT} NOT NULL,
        grant_id {INT} NOT NULL,
        PRIMARY KEY (book_id, publication, grant_id),
        FOREIGN KEY (book_id, publication) REFERENCES publications (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT,
        FOREIGN KEY (book_id, grant_id) REFERENCES grants (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {STRICT}",
    "CREATE INDEX ix_publications_filing ON publications (book_id, filing)",
    "CREATE INDEX ix_publication_grants_grant ON publication_grants (book_id, grant_id, publication)",
);
