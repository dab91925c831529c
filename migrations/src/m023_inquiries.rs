//! Inquiries 查询 with a bank about payments that it has not answered, or about an account whose balances are not one; and
//! what the bank answered 查复.

crate::ddl::step!(
    "CREATE TABLE inquiries (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        batch {INT},
        paying_account {INT},
        until_on {TXT},
        document {TXT} NOT NULL CHECK (document <> ''),
        note {TXT} NOT NULL,
        made_by {TXT} NOT NULL,
        made_at_ms {INT} NOT NULL,
        answered_position {INT},
        answer_document {TXT} NOT NULL,
        answer {TXT} NOT NULL,
        answered_by {TXT},
        answered_at_ms {INT},
        PRIMARY KEY (book_id, id),
        FOREIGN KEY (book_id, batch) REFERENCES batches (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT,
        FOREIGN KEY (book_id, paying_account) REFERENCES paying_accounts (book_id, id)
            ON DELETE RESTRICT ON UPDATE RESTRICT,
        CONSTRAINT ck_inquiries_about CHECK ((batch IS NULL) <> (paying_account IS NULL)
            AND (paying_account IS NULL) = (until_on IS NULL)),
        CONSTRAINT ck_inquiries_answered CHECK ((answered_position IS NULL) = (answer = '')
            AND (answered_position IS NULL) = (answered_by IS NULL)
            AND (answered_position IS NULL) = (answered_at_ms IS NULL))
    ) {STRICT}",
    "CREATE TABLE inquiry_payments (
        book_id {INT} NOT NULL,
        inquiry {INT} NOT NULL,
        payment {INT} NOT NULL,
        PRIMARY KEY (book_id, inquiry, payment),
        FOREIGN KEY (book_id, inquiry) REFERENCES inquiries (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT,
        FOREIGN KEY (book_id, payment) REFERENCES payments (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {STRICT}",
    "CREATE INDEX ix_inquiries_batch ON inquiries (book_id, batch)",
    "CREATE INDEX ix_inquiries_account ON inquiries (book_id, paying_account, until_on)",
    "CREATE INDEX ix_inquiry_payments_payment ON inquiry_payments (book_id, payment, inquiry)",
);
