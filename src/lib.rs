//! relief-ledger: the book in which every grant of relief money is recorded, checked, paid, reconciled and proven.
//!
//! # The map
//! The modules stand in import order: each may import those above it, never those below (`tests/tidy.rs`).
//!
//! # The laws
//! 1. `kernel` and every `rules.rs` name no web, database, template, async, file, clock or random source.
//! 2. A feature imports only features before it, and only through their `mod.rs`.
//! 3. `sea_orm` is named only in `db`, `journal`, `*/store.rs`, `*/events.rs`; `rocket` and templates only in
//!    `web`, `*/pages/`, `mod.rs`, the guards of `people` and `app.rs`; drivers only in `journal/bulk.rs`.
//! 4. Only `journal` writes book tables, in the one transaction that it begins and commits.
//! 5. No float touches an amount; nothing updates or deletes an event or a transfer.
//! 6. Every route stands in the table of role × route (`tests/it/doors/roles_by_route.txt`); the default is no.

pub mod kernel;

pub mod config;
pub mod db;
pub mod web;
pub mod sheets;
pub mod journal;

pub mod people;
pub mod settings;
pub mod periods;
pub mod funds;
pub mod policies;
pub mod recipients;
pub mod grants;
pub mod holds;
pub mod imports;
pub mod vouchers;
pub mod payments;
pub mod recoveries;
pub mod corrections;
pub mod reconciliation;
pub mod calendar;
pub mod documents;
pub mod audit;
pub mod anomalies;
pub mod comparing;
pub mod claims;
pub mod samples;
pub mod closing;
pub mod reports;
pub mod exports;
pub mod proofs;
pub mod overview;

pub mod app;
pub mod cli;
