//! The program as its users meet it: one binary, real databases, a real browser.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it fails")]

mod access;
mod audit;
mod both_engines_alike;
mod claims;
mod closing;
mod command_line;
mod corrections;
mod damage;
mod doors;
mod exports;
mod funds;
mod grants;
mod ground;
mod holds;
mod imports;
mod journal;
mod keys;
mod payments;
mod people;
mod periods;
mod policies;
mod proofs;
mod races;
mod recipients;
mod recoveries;
mod reconciliation;
mod reports;
mod schema;
mod screens;
mod settings;
mod struck;
mod support;
mod twice;
mod vouchers;
mod walk;
