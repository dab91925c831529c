//! All rows as they lie in the tables. A row is neither a form nor an event nor a line of a file.
#![expect(missing_docs, reason = "the columns are described in docs/architecture.md and named in the migrations")]

pub mod access_log;
pub mod accounts;
pub mod actor_roles;
pub mod actors;
pub mod allotments;
pub mod balances;
pub mod book_checks;
pub mod books;
pub mod budget_changes;
pub mod checkpoints_sent;
pub mod events;
pub mod files;
pub mod grant_lives;
pub mod grant_spans;
pub mod grant_splits;
pub mod grant_steps;
pub mod grants;
pub mod imports;
pub mod office_marks;
pub mod paid_days;
pub mod policies;
pub mod policy_changes;
pub mod policy_versions;
pub mod private;
pub mod recipient_spans;
pub mod recipient_versions;
pub mod recipients;
pub mod requests;
pub mod sessions;
pub mod setup_links;
pub mod sign_in_failures;
pub mod stage_days;
pub mod tiles;
pub mod transfers;
pub mod users;
