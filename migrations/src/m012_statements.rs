//! What lines of a statement stand for as a whole, what is signed and frozen, what an account's own book holds, and which
//! files are expected when.

crate::ddl::step!(
    "CREATE TABLE line_wholes (
        book_id {INT} NOT NULL,
        line_id {INT} NOT NULL,
        batch {INT},
        part {INT},
        payments_count {INT} NOT NULL CHECK (payments_count > 0),
        sum_fen {INT} NOT NULL CHECK (sum_fen > 0),
        PRIMARY KEY (book_id, line_id),
        FOREIGN KEY (book_id, line_id) REFERENCES bank_lines (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {STRICT}",
    "CREATE TABLE line_payments (
        book_id {INT} NOT NULL,
        line_id {INT} NOT NULL,
        payment_id {INT} NOT NULL,
        PRIMARY KEY (book_id, line_id, payment_id),
        FOREIGN KEY (book_id, line_id) REFERENCES line_wholes (book_id, line_id) ON DELETE RESTRICT ON UPDATE RESTRICT,
        FOREIGN KEY (book_id, payment_id) REFERENCES payments (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {STRICT}",
    "CREATE INDEX ix_line_payments_payment ON line_payments (book_id, payment_id, line_id)",
    "CREATE TABLE bank_file_steps (
        book_id {INT} NOT NULL,
        file {INT} NOT NULL,
        position {INT} NOT NULL,
        state {TXT} NOT NULL,
        PRIMARY KEY (book_id, file, position),
        FOREIGN KEY (book_id, file) REFERENCES bank_files (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {NARROW}",
    "CREATE TABLE freezes (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        batch {INT},
        paying_account {INT},
        from_on {TXT},
        to_on {TXT},
        lifted_position {INT},
        PRIMARY KEY (book_id, id),
        CONSTRAINT ck_freezes_what CHECK ((batch IS NULL) <> (paying_account IS NULL))
    ) {STRICT}",
    "CREATE TABLE account_entries (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        paying_account {INT} NOT NULL,
        kind {TXT} NOT NULL CHECK (kind IN ('opening', 'issued', 'withdrawn', 'stated')),
        effective_on {TXT} NOT NULL,
        amount_fen {INT} NOT NULL CHECK (amount_fen >= 0),
        document {TXT} NOT NULL,
        note {TXT} NOT NULL,
        recorded_by {TXT} NOT NULL,
        PRIMARY KEY (book_id, id),
        FOREIGN KEY (book_id, paying_account) REFERENCES paying_accounts (book_id, id)
            ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {STRICT}",
    "CREATE INDEX ix_account_entries_account ON account_entries (book_id, paying_account, id)",
    "CREATE UNIQUE INDEX ux_account_entries_opening ON account_entries (book_id, paying_account) WHERE kind = 'opening'",
    "CREATE TABLE line_bookings (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        line_id {INT} NOT NULL,
        paying_account {INT} NOT NULL,
        entry {INT},
        booked_on {TXT} NOT NULL,
        document {TXT} NOT NULL,
        note {TXT} NOT NULL,
        booked_by {TXT} NOT NULL,
        booked_person {TXT} NOT NULL,
        PRIMARY KEY (book_id, id),
        FOREIGN KEY (book_id, line_id) REFERENCES bank_lines (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {STRICT}",
    "CREATE UNIQUE INDEX ux_line_bookings_line ON line_bookings (book_id, line_id)",
    "CREATE UNIQUE INDEX ux_line_bookings_entry ON line_bookings (book_id, entry) WHERE entry IS NOT NULL",
    "CREATE TABLE reconciliations (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        scope {TXT} NOT NULL,
        batch {INT},
        paying_account {INT},
        from_on {TXT},
        to_on {TXT},
        state {TXT} NOT NULL CHECK (state IN ('prepared', 'signed', 'refused', 'reopen_pending', 'reopened')),
        at_position {INT} NOT NULL,
        digest {TXT} NOT NULL,
        bank_fen {INT} NOT NULL,
        book_fen {INT} NOT NULL,
        adjusted_fen {INT} NOT NULL,
        prepared_by {TXT} NOT NULL,
        prepared_person {TXT} NOT NULL,
        prepared_at_ms {INT} NOT NULL,
        signed_by {TXT},
        signed_person {TXT},
        signed_at_ms {INT},
        reason {TXT} NOT NULL,
        reopen_by {TXT},
        reopen_person {TXT},
        reopen_reviewed_by {TXT},
        reopen_reviewed_person {TXT},
        PRIMARY KEY (book_id, id),
        CONSTRAINT ck_reconciliations_what CHECK ((batch IS NULL) <> (paying_account IS NULL)),
        CONSTRAINT ck_reconciliations_two_people CHECK (signed_person IS NULL OR signed_person <> prepared_person),
        CONSTRAINT ck_reconciliations_reopen_two_people
            CHECK (reopen_reviewed_person IS NULL OR reopen_reviewed_person <> reopen_person)
    ) {STRICT}",
    "CREATE UNIQUE INDEX ux_reconciliations_scope ON reconciliations (book_id, scope)
        WHERE state IN ('prepared', 'signed', 'reopen_pending')",
    "CREATE TABLE reconciliation_hands (
        book_id {INT} NOT NULL,
        reconciliation {INT} NOT NULL,
        person {TXT} NOT NULL,
        signed_person {TXT},
        PRIMARY KEY (book_id, reconciliation, person),
        FOREIGN KEY (book_id, reconciliation) REFERENCES reconciliations (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT,
        CONSTRAINT ck_reconciliation_hands_two_people CHECK (signed_person IS NULL OR signed_person <> person)
    ) {NARROW}",
    "CREATE TABLE reconciliation_items (
        book_id {INT} NOT NULL,
        reconciliation {INT} NOT NULL,
        number {INT} NOT NULL,
        item_group {TXT} NOT NULL CHECK (item_group IN ('bank_received', 'bank_paid', 'book_received', 'book_paid')),
        since_on {TXT} NOT NULL,
        counterparty {TXT} NOT NULL,
        serial {TXT} NOT NULL,
        what {TXT} NOT NULL,
        amount_fen {INT} NOT NULL CHECK (amount_fen > 0),
        PRIMARY KEY (book_id, reconciliation, number),
        FOREIGN KEY (book_id, reconciliation) REFERENCES reconciliations (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {NARROW}",
    "CREATE TABLE calendar_days (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        day {TXT} NOT NULL,
        working {INT} NOT NULL CHECK (working IN (0, 1)),
        name {TXT} NOT NULL,
        set_by {TXT} NOT NULL,
        PRIMARY KEY (book_id, id)
    ) {STRICT}",
    "CREATE INDEX ix_calendar_days_day ON calendar_days (book_id, day, id)",
    "CREATE TABLE expected_files (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        paying_account {INT} NOT NULL,
        profile {TXT} NOT NULL,
        rhythm {TXT} NOT NULL CHECK (rhythm IN ('daily', 'monthly')),
        nth_day {INT} NOT NULL CHECK (nth_day BETWEEN 1 AND 20),
        from_on {TXT} NOT NULL,
        ended_on {TXT},
        set_by {TXT} NOT NULL,
        PRIMARY KEY (book_id, id),
        FOREIGN KEY (book_id, paying_account) REFERENCES paying_accounts (book_id, id)
            ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {STRICT}",
);
