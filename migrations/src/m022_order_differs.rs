//! A difference may be about the payment order, and not only about what the line says: the closed list of names grows, and
//! so the table is made anew with all that is in it.

crate::ddl::step!(
    "CREATE TABLE discrepancies_before AS SELECT * FROM discrepancies",
    "CREATE TABLE discrepancy_steps_before AS SELECT * FROM discrepancy_steps",
    "DROP TABLE discrepancy_steps",
    "DROP TABLE discrepancies",
    "CREATE TABLE discrepancies (
        book_id {INT} NOT NULL,
        line_id {INT} NOT NULL,
        name {TXT} NOT NULL CHECK (name IN ('missing_at_bank', 'missing_in_book', 'amount_differs', 'account_differs',
            'name_differs', 'status_differs', 'duplicate', 'balance_differs', 'order_differs')),
        file {INT} NOT NULL,
        payment {INT},
        book_value {TXT} NOT NULL,
        bank_value {TXT} NOT NULL,
        state {TXT} NOT NULL CHECK (state IN ('open', 'settled', 'undone')),
        loaded_person {TXT} NOT NULL,
        how {TXT} NOT NULL,
        document {TXT} NOT NULL,
        note {TXT} NOT NULL,
        settled_position {INT},
        settled_by {TXT},
        settled_person {TXT},
        PRIMARY KEY (book_id, line_id, name),
        FOREIGN KEY (book_id, line_id) REFERENCES bank_lines (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT,
        CONSTRAINT ck_discrepancies_two_people CHECK (how <> 'as_booked' OR settled_person <> loaded_person)
    ) {STRICT}",
    "CREATE TABLE discrepancy_steps (
        book_id {INT} NOT NULL,
        line_id {INT} NOT NULL,
        name {TXT} NOT NULL,
        position {INT} NOT NULL,
        state {TXT} NOT NULL,
        how {TXT} NOT NULL,
        document {TXT} NOT NULL,
        actor_uid {TXT} NOT NULL,
        PRIMARY KEY (book_id, line_id, name, position),
        FOREIGN KEY (book_id, line_id, name) REFERENCES discrepancies (book_id, line_id, name)
            ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {NARROW}",
    "INSERT INTO discrepancies (book_id, line_id, name, file, payment, book_value, bank_value, state, loaded_person, how,
            document, note, settled_position, settled_by, settled_person)
        SELECT book_id, line_id, name, file, payment, book_value, bank_value, state, loaded_person, how, document, note,
            settled_position, settled_by, settled_person FROM discrepancies_before",
    "INSERT INTO discrepancy_steps (book_id, line_id, name, position, state, how, document, actor_uid)
        SELECT book_id, line_id, name, position, state, how, document, actor_uid FROM discrepancy_steps_before",
    "CREATE INDEX ix_discrepancies_state ON discrepancies (book_id, state, line_id)",
    "CREATE INDEX ix_discrepancies_payment ON discrepancies (book_id, payment, line_id)",
    "DROP TABLE discrepancies_before",
    "DROP TABLE discrepancy_steps_before",
);
