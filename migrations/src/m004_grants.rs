//! Grants, their lives, their splits over allotments and their steps.
//!
//! What a grant is (`grants`) stands apart from where it stands (`grant_lives`): a decision on a million of them then
//! writes a few bytes of each. `whole_grants` shows both as one.

crate::ddl::step!(
    "CREATE TABLE grants (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        reference {TXT} NOT NULL,
        policy {INT} NOT NULL,
        recipient {INT} NOT NULL,
        allotment {INT},
        applied_fen {INT} NOT NULL CHECK (applied_fen > 0),
        amount_fen {INT} NOT NULL CHECK (amount_fen > 0),
        applied_on {TXT} NOT NULL,
        paid_on {TXT},
        award_document {TXT} NOT NULL,
        summary {TXT} NOT NULL,
        period_from {TXT},
        period_to {TXT},
        attachments {INT} NOT NULL CHECK (attachments >= 0),
        voucher_number {TXT} NOT NULL,
        name {TXT} NOT NULL,
        name_folded {TXT} NOT NULL,
        kind {TXT} NOT NULL,
        subdistrict {TXT} NOT NULL,
        industry {TXT} NOT NULL,
        size {TXT} NOT NULL,
        payee_relation {TXT} NOT NULL,
        account_name {TXT} NOT NULL,
        account_number {TXT} NOT NULL,
        bank_code {TXT} NOT NULL,
        bank_name {TXT} NOT NULL,
        account_change {INT},
        origin {TXT} NOT NULL CHECK (origin IN ('page', 'file', 'history')),
        import_id {INT},
        row_line {INT},
        living {INT} NOT NULL CHECK (living IN (0, 1)),
        warnings {TXT} NOT NULL,
        content_position {INT} NOT NULL,
        content_leaf {BIN} NOT NULL,
        prepared_by {TXT} NOT NULL,
        prepared_at_ms {INT} NOT NULL,
        PRIMARY KEY (book_id, id),
        FOREIGN KEY (book_id, policy) REFERENCES policies (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT,
        FOREIGN KEY (book_id, recipient) REFERENCES recipients (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT,
        CONSTRAINT ck_grants_amount CHECK (amount_fen <= applied_fen)
    ) {STRICT}",
    "CREATE UNIQUE INDEX ux_grants_reference ON grants (book_id, policy, reference) WHERE living = 1",
    "CREATE INDEX ix_grants_reference ON grants (book_id, reference, id)",
    "CREATE INDEX ix_grants_recipient ON grants (book_id, recipient, id)",
    "CREATE INDEX ix_grants_import ON grants (book_id, import_id, id)",
    "CREATE TABLE grant_lives (
        book_id {INT} NOT NULL,
        grant_id {INT} NOT NULL,
        state {TXT} NOT NULL,
        prepared_person {TXT} NOT NULL,
        reduced_by {TXT},
        reduced_person {TXT},
        reviewed_by {TXT},
        reviewed_person {TXT},
        reviewed_at_ms {INT},
        PRIMARY KEY (book_id, grant_id),
        FOREIGN KEY (book_id, grant_id) REFERENCES grants (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT,
        CONSTRAINT ck_grant_lives_two_people CHECK (reviewed_person IS NULL
            OR (reviewed_person <> prepared_person AND (reduced_person IS NULL OR reviewed_person <> reduced_person)))
    ) {STRICT}",
    "CREATE INDEX ix_grant_lives_state ON grant_lives (book_id, state, grant_id)",
    "CREATE VIEW whole_grants AS
        SELECT g.*, l.state, l.prepared_person, l.reduced_by, l.reduced_person, l.reviewed_by, l.reviewed_person,
            l.reviewed_at_ms
        FROM grants g JOIN grant_lives l ON l.book_id = g.book_id AND l.grant_id = g.id",
    "CREATE TABLE grant_splits (
        book_id {INT} NOT NULL,
        grant_id {INT} NOT NULL,
        allotment {INT} NOT NULL,
        amount_fen {INT} NOT NULL CHECK (amount_fen >= 0),
        PRIMARY KEY (book_id, grant_id, allotment),
        FOREIGN KEY (book_id, grant_id) REFERENCES grants (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT,
        FOREIGN KEY (book_id, allotment) REFERENCES allotments (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {NARROW}",
    "CREATE TABLE grant_steps (
        book_id {INT} NOT NULL,
        grant_id {INT} NOT NULL,
        position {INT} NOT NULL,
        state {TXT} NOT NULL,
        amount_fen {INT} NOT NULL,
        actor_uid {TXT} NOT NULL,
        reason {TXT} NOT NULL,
        PRIMARY KEY (book_id, grant_id, position),
        FOREIGN KEY (book_id, grant_id) REFERENCES grants (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {NARROW}",
);
