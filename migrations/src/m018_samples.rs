//! Audit samples: how each was drawn from which population, its items, and what was found of them.

crate::ddl::step!(
    "CREATE TABLE samples (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        method {TXT} NOT NULL CHECK (method IN ('random', 'stratified', 'monetary-unit')),
        strata_by {TXT} NOT NULL CHECK (strata_by IN ('', 'policy', 'subdistrict')),
        size {INT} NOT NULL CHECK (size > 0),
        seed {TXT} NOT NULL CHECK (seed <> ''),
        as_of {TXT} NOT NULL,
        at_position {INT} NOT NULL,
        policy {TXT} NOT NULL,
        subdistrict {TXT} NOT NULL,
        least_fen {INT},
        most_fen {INT},
        population_count {INT} NOT NULL CHECK (population_count > 0),
        population_fen {INT} NOT NULL CHECK (population_fen > 0),
        population_sha256 {TXT} NOT NULL,
        drawn_by {TXT} NOT NULL,
        drawn_at_ms {INT} NOT NULL,
        concluded_position {INT},
        summary {TXT} NOT NULL,
        concluded_by {TXT},
        concluded_at_ms {INT},
        PRIMARY KEY (book_id, id),
        CONSTRAINT ck_samples_by CHECK ((method = 'stratified') = (strata_by <> '')),
        CONSTRAINT ck_samples_concluded CHECK ((concluded_position IS NULL) = (summary = '')
            AND (concluded_position IS NULL) = (concluded_by IS NULL)
            AND (concluded_position IS NULL) = (concluded_at_ms IS NULL))
    ) {STRICT}",
    "CREATE TABLE sample_items (
        book_id {INT} NOT NULL,
        sample {INT} NOT NULL,
        grant_id {INT} NOT NULL,
        reference {TXT} NOT NULL,
        stratum {TXT} NOT NULL,
        amount_fen {INT} NOT NULL CHECK (amount_fen > 0),
        hits {INT} NOT NULL CHECK (hits > 0),
        certain {INT} NOT NULL CHECK (certain IN (0, 1)),
        PRIMARY KEY (book_id, sample, grant_id),
        FOREIGN KEY (book_id, sample) REFERENCES samples (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT,
        FOREIGN KEY (book_id, grant_id) REFERENCES grants (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {NARROW}",
    "CREATE TABLE sample_notes (
        book_id {INT} NOT NULL,
        position {INT} NOT NULL,
        sample {INT} NOT NULL,
        grant_id {INT} NOT NULL,
        result {TXT} NOT NULL CHECK (result IN ('satisfactory', 'exception', 'not_found')),
        found_fen {INT} NOT NULL CHECK (found_fen >= 0),
        note {TXT} NOT NULL,
        noted_by {TXT} NOT NULL,
        noted_at_ms {INT} NOT NULL,
        PRIMARY KEY (book_id, position),
        FOREIGN KEY (book_id, sample, grant_id) REFERENCES sample_items (book_id, sample, grant_id)
            ON DELETE RESTRICT ON UPDATE RESTRICT,
        CONSTRAINT ck_sample_notes_said CHECK (result = 'satisfactory' OR note <> ''),
        CONSTRAINT ck_sample_notes_found CHECK (result <> 'not_found' OR found_fen = 0)
    ) {STRICT}",
    "CREATE INDEX ix_sample_notes_item ON sample_notes (book_id, sample, grant_id, position)",
);
