//! Accounts, sessions, the access log, checkpoints handed out, jobs. Never replayed, holds no amounts.

crate::ddl::step!(
    "CREATE TABLE users (
        actor_uid {TXT} NOT NULL PRIMARY KEY,
        person {TXT} NOT NULL,
        login {TXT} NOT NULL,
        name {TXT} NOT NULL,
        password_hash {TXT} NOT NULL,
        password_changed_at_ms {INT} NOT NULL,
        disabled_at_ms {INT},
        created_at_ms {INT} NOT NULL,
        language {TXT} NOT NULL
    ) {STRICT}",
    "CREATE UNIQUE INDEX ux_users_login ON users (login)",
    "CREATE TABLE sessions (
        token_hash {TXT} NOT NULL PRIMARY KEY,
        actor_uid {TXT} NOT NULL,
        book_id {INT},
        created_at_ms {INT} NOT NULL,
        seen_at_ms {INT} NOT NULL,
        address {TXT} NOT NULL,
        agent {TXT} NOT NULL
    ) {STRICT}",
    "CREATE INDEX ix_sessions_actor ON sessions (actor_uid)",
    "CREATE TABLE setup_links (
        token_hash {TXT} NOT NULL PRIMARY KEY,
        created_at_ms {INT} NOT NULL,
        used_at_ms {INT}
    ) {STRICT}",
    "CREATE TABLE sign_in_failures (
        login {TXT} NOT NULL PRIMARY KEY,
        failures {INT} NOT NULL,
        last_at_ms {INT} NOT NULL
    ) {STRICT}",
    "CREATE TABLE access_log (
        id {TXT} NOT NULL PRIMARY KEY,
        at_ms {INT} NOT NULL,
        actor_uid {TXT} NOT NULL,
        book_id {INT},
        what {TXT} NOT NULL,
        outcome {TXT} NOT NULL,
        detail {TXT} NOT NULL,
        address {TXT} NOT NULL
    ) {STRICT}",
    "CREATE INDEX ix_access_log_at ON access_log (at_ms)",
    "CREATE TABLE office_marks (
        name {TXT} NOT NULL PRIMARY KEY,
        marked_at_ms {INT} NOT NULL
    ) {STRICT}",
    "CREATE TABLE checkpoints_sent (
        book_id {INT} NOT NULL,
        position {INT} NOT NULL,
        note {TXT} NOT NULL,
        sent_at_ms {INT} NOT NULL,
        PRIMARY KEY (book_id, position)
    ) {STRICT}",
    "CREATE TABLE book_checks (
        book_id {INT} NOT NULL,
        checked_at_ms {INT} NOT NULL,
        position {INT} NOT NULL,
        outcome {TXT} NOT NULL,
        PRIMARY KEY (book_id, checked_at_ms)
    ) {STRICT}",
);
