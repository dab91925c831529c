//! Bank and book beside each other: which batches and months close and are signed, one of them at its levels, the form of a
//! month, what the book takes in, and what the bank is asked.

mod account;
mod entries;
mod inquiry;
mod line;
mod list;
mod record;
mod show;
mod words;

use rocket::{Route, routes};

use crate::people::{Admission, In, Role};

/// The roles of [`Preparer`].
#[derive(Debug, Clone, Copy)]
pub enum OfPreparer {}

impl Admission for OfPreparer {
    const ROLES: &'static [Role] = &[Role::Cashier, Role::Reviewer, Role::Manager];
}

/// Prepares reconciliations for signing, takes them back, asks that signed ones be reopened.
type Preparer = In<OfPreparer>;

/// The roles of [`Signer`].
#[derive(Debug, Clone, Copy)]
pub enum OfSigner {}

impl Admission for OfSigner {
    const ROLES: &'static [Role] = &[Role::Reviewer, Role::Manager];
}

/// Signs them.
type Signer = In<OfSigner>;

/// The roles of [`EntryKeeper`].
#[derive(Debug, Clone, Copy)]
pub enum OfEntryKeeper {}

impl Admission for OfEntryKeeper {
    const ROLES: &'static [Role] = &[Role::Cashier, Role::Manager];
}

/// Records with what an account's own book begins, and its quota.
type EntryKeeper = In<OfEntryKeeper>;

/// All routes.
pub fn routes() -> Vec<Route> {
    routes![
        account::show,
        account::prepare,
        account::inquire,
        entries::show,
        entries::record,
        inquiry::show,
        inquiry::answer,
        line::show,
        line::book,
        line::withdraw,
        list::show,
        record::show,
        record::sign,
        record::refuse,
        record::ask_to_reopen,
        record::reopen,
        record::let_stand,
        show::batch,
        show::period,
        show::prepare,
        show::inquire,
    ]
}
