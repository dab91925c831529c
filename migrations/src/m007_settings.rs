//! Settings of a book, profiles of bank files that staff keep, and what a releaser confirmed and explained.

crate::ddl::step!(
    "CREATE TABLE setting_changes (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        name {TXT} NOT NULL,
        value {TXT} NOT NULL,
        reason {TXT} NOT NULL,
        state {TXT} NOT NULL CHECK (state IN ('pending', 'approved', 'refused')),
        leaf_hash {BIN} NOT NULL,
        prepared_by {TXT} NOT NULL,
        prepared_person {TXT} NOT NULL,
        prepared_at_ms {INT} NOT NULL,
        reviewed_by {TXT},
        reviewed_person {TXT},
        reviewed_at_ms {INT},
        PRIMARY KEY (book_id, id),
        CONSTRAINT ck_setting_changes_two_people CHECK (reviewed_person IS NULL OR reviewed_person <> prepared_person)
    ) {STRICT}",
    "CREATE UNIQUE INDEX ux_setting_changes_pending ON setting_changes (book_id, name) WHERE state = 'pending'",
    "CREATE TABLE setting_versions (
        book_id {INT} NOT NULL,
        name {TXT} NOT NULL,
        position {INT} NOT NULL,
        change_id {INT} NOT NULL,
        value {TXT} NOT NULL,
        PRIMARY KEY (book_id, name, position),
        FOREIGN KEY (book_id, change_id) REFERENCES setting_changes (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {NARROW}",
    "CREATE TABLE bank_profiles (
        book_id {INT} NOT NULL,
        id {INT} NOT NULL,
        direction {TXT} NOT NULL CHECK (direction IN ('out', 'in')),
        name {TXT} NOT NULL,
        version {INT} NOT NULL CHECK (version > 0),
        toml {TXT} NOT NULL,
        reason {TXT} NOT NULL,
        state {TXT} NOT NULL CHECK (state IN ('pending', 'approved', 'refused')),
        leaf_hash {BIN} NOT NULL,
        prepared_by {TXT} NOT NULL,
        prepared_person {TXT} NOT NULL,
        prepared_at_ms {INT} NOT NULL,
        reviewed_by {TXT},
        reviewed_person {TXT},
        reviewed_at_ms {INT},
        PRIMARY KEY (book_id, id),
        CONSTRAINT ck_bank_profiles_two_people CHECK (reviewed_person IS NULL OR reviewed_person <> prepared_person)
    ) {STRICT}",
    "CREATE UNIQUE INDEX ux_bank_profiles_pending ON bank_profiles (book_id, direction, name) WHERE state = 'pending'",
    "CREATE UNIQUE INDEX ux_bank_profiles_version ON bank_profiles (book_id, direction, name, version)",
    "CREATE TABLE bank_profile_versions (
        book_id {INT} NOT NULL,
        direction {TXT} NOT NULL,
        name {TXT} NOT NULL,
        position {INT} NOT NULL,
        profile_id {INT} NOT NULL,
        PRIMARY KEY (book_id, direction, name, position),
        FOREIGN KEY (book_id, profile_id) REFERENCES bank_profiles (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {NARROW}",
    // Files of before have version 0, that of a profile which comes with the program: what replay makes of their events.
    "ALTER TABLE payment_files ADD COLUMN profile_version {INT} NOT NULL DEFAULT 0",
    "ALTER TABLE bank_files ADD COLUMN profile_version {INT} NOT NULL DEFAULT 0",
    "DROP INDEX ux_payment_files_once",
    "CREATE UNIQUE INDEX ux_payment_files_once ON payment_files (book_id, batch, profile, profile_version, part)",
    "CREATE TABLE release_confirmations (
        book_id {INT} NOT NULL,
        batch {INT} NOT NULL,
        account {INT} NOT NULL,
        account_number {TXT} NOT NULL,
        confirmed_with {TXT} NOT NULL,
        confirmed_through {TXT} NOT NULL,
        PRIMARY KEY (book_id, batch, account),
        FOREIGN KEY (book_id, batch) REFERENCES batches (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {NARROW}",
    "CREATE TABLE release_explanations (
        book_id {INT} NOT NULL,
        batch {INT} NOT NULL,
        account_number {TXT} NOT NULL,
        recipients_count {INT} NOT NULL CHECK (recipients_count > 1),
        explanation {TXT} NOT NULL,
        PRIMARY KEY (book_id, batch, account_number),
        FOREIGN KEY (book_id, batch) REFERENCES batches (book_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {NARROW}",
);
