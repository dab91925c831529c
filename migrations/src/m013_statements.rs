//! Statements that were held against the book, figure by figure.

crate::ddl::step!(
    "CREATE TABLE statements (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        text {TXT} NOT NULL,
        year_named {INT},
        as_of {TXT} NOT NULL,
        at_position {INT} NOT NULL,
        root {TXT} NOT NULL,
        verdict {TXT} NOT NULL CHECK (verdict IN ('true', 'false', 'not_checkable')),
        figures_count {INT} NOT NULL CHECK (figures_count >= 0),
        checked_by {TXT} NOT NULL,
        checked_at_ms {INT} NOT NULL,
        PRIMARY KEY (book_id, id)
    ) {STRICT}",
    "CREATE TABLE statement_figures (
        book_id {INT} NOT NULL,
        statement {INT} NOT NULL,
        place {INT} NOT NULL,
        figure {TXT} NOT NULL,
        measure {TXT} NOT NULL,
        from_on {TXT},
        as_of {TXT} NOT NULL,
        low {TXT} NOT NULL,
        high {TXT} NOT NULL,
        exact {TXT} NOT NULL,
        verdict {TXT} NOT NULL CHECK (verdict IN ('true', 'false', 'not_checkable')),
        bound_by_hand {INT} NOT NULL CHECK (bound_by_hand IN (0, 1)),
        PRIMARY KEY (book_id, statement, place),
        FOREIGN KEY (book_id, statement) REFERENCES statements (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {NARROW}",
);
