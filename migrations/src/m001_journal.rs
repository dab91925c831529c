//! Books, events, the tree, request keys, actors, sealed contents, files.

crate::ddl::step!(
    "CREATE TABLE books (
        book_id {INT} NOT NULL PRIMARY KEY,
        code {TXT} NOT NULL,
        book_uid {TXT} NOT NULL,
        name {TXT} NOT NULL,
        division {TXT} NOT NULL,
        origin {TXT} NOT NULL,
        public_key {TXT} NOT NULL,
        position {INT} NOT NULL CHECK (position >= 0),
        recorded_at_ms {INT} NOT NULL,
        edge {BIN} NOT NULL,
        projection_version {INT} NOT NULL
    ) {STRICT}",
    "CREATE TABLE events (
        book_id {INT} NOT NULL,
        position {INT} NOT NULL CHECK (position > 0),
        recorded_at_ms {INT} NOT NULL,
        actor_uid {TXT} NOT NULL,
        kind {TXT} NOT NULL,
        version {INT} NOT NULL,
        request_key {TXT} NOT NULL,
        payload {BIN} NOT NULL,
        leaf_hash {BIN} NOT NULL,
        PRIMARY KEY (book_id, position),
        FOREIGN KEY (book_id) REFERENCES books (book_id) ON DELETE RESTRICT ON UPDATE RESTRICT
    ) {STRICT}",
    "CREATE INDEX ix_events_kind ON events (book_id, kind, position)",
    "CREATE INDEX ix_events_actor ON events (book_id, actor_uid, position)",
    "CREATE TABLE tiles (
        book_id {INT} NOT NULL,
        level {INT} NOT NULL,
        idx {INT} NOT NULL,
        hashes {BIN} NOT NULL,
        PRIMARY KEY (book_id, level, idx)
    ) {STRICT}",
    "CREATE TABLE requests (
        book_id {INT} NOT NULL,
        request_key {TXT} NOT NULL,
        content {TXT} NOT NULL,
        answer {TXT} NOT NULL,
        position {INT} NOT NULL,
        PRIMARY KEY (book_id, request_key)
    ) {NARROW}",
    "CREATE TABLE actors (
        book_id {INT} NOT NULL,
        position {INT} NOT NULL,
        actor_uid {TXT} NOT NULL,
        person {TXT} NOT NULL,
        login {TXT} NOT NULL,
        name {TXT} NOT NULL,
        PRIMARY KEY (book_id, position)
    ) {STRICT}",
    "CREATE INDEX ix_actors_uid ON actors (book_id, actor_uid, position)",
    "CREATE TABLE actor_roles (
        book_id {INT} NOT NULL,
        position {INT} NOT NULL,
        actor_uid {TXT} NOT NULL,
        role {TXT} NOT NULL,
        scope {TXT} NOT NULL,
        until_position {INT},
        PRIMARY KEY (book_id, position)
    ) {STRICT}",
    "CREATE UNIQUE INDEX ux_actor_roles_held ON actor_roles (book_id, actor_uid, role, scope) WHERE until_position IS NULL",
    "CREATE TABLE private (
        book_id {INT} NOT NULL,
        position {INT} NOT NULL,
        slot {TXT} NOT NULL,
        salt {BIN} NOT NULL,
        value {BIN} NOT NULL,
        PRIMARY KEY (book_id, position, slot)
    ) {STRICT}",
    "CREATE TABLE files (
        book_id {INT} NOT NULL,
        sha256 {TXT} NOT NULL,
        part {INT} NOT NULL CHECK (part >= 0),
        bytes {BIN} NOT NULL,
        PRIMARY KEY (book_id, sha256, part)
    ) {STRICT}",
);
