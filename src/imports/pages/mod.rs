//! Files brought, looked at, signed, taken back: the pages of imports.

mod decide;
mod detail;
mod download;
mod held;
mod list;
mod row;
mod undo;
mod upload;
mod words;

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use rocket::fairing::AdHoc;
use rocket::{Route, routes};

use super::store;
use crate::journal::{Actor, Door};
use crate::kernel::Result;
use crate::people::{Admission, In, Place, Role, roles_of};
use crate::web::sweeper;
use held::HeldFiles;

/// The roles of [`Preparer`].
pub enum OfPreparer {}

impl Admission for OfPreparer {
    const ROLES: &'static [Role] = &[Role::Clerk, Role::Manager];
}

/// Brings files: clerks grants and history, managers policies.
type Preparer = In<OfPreparer>;

/// The roles of [`Decider`].
pub enum OfDecider {}

impl Admission for OfDecider {
    const ROLES: &'static [Role] = &[Role::Reviewer, Role::Manager];
}

/// Decides on files: reviewers, on policies managers too.
type Decider = In<OfDecider>;

/// The roles of [`Undoer`].
pub enum OfUndoer {}

impl Admission for OfUndoer {
    const ROLES: &'static [Role] = &[Role::Clerk, Role::Reviewer];
}

/// Prepares that history be undone.
type Undoer = In<OfUndoer>;

/// The roles of [`RowKeeper`].
pub enum OfRowKeeper {}

impl Admission for OfRowKeeper {
    const ROLES: &'static [Role] = &[Role::Clerk, Role::Reviewer, Role::Manager];
}

/// Strikes and reduces rows: of grants clerks and reviewers, of policies managers and reviewers.
type RowKeeper = In<OfRowKeeper>;

/// The roles of [`FileReader`].
pub enum OfFileReader {}

impl Admission for OfFileReader {
    const ROLES: &'static [Role] = &[Role::Clerk, Role::Reviewer, Role::Manager, Role::Auditor];
}

/// Sees files as they were sent, account numbers included.
type FileReader = In<OfFileReader>;

/// Imports' part of the server: routes, and the files between preview and submit.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("imports", |rocket| async {
        let held = Arc::new(HeldFiles::default());
        rocket.manage(Arc::clone(&held)).mount("/", pages()).attach(sweeper("imports: held files", held))
    })
}

fn pages() -> Vec<Route> {
    routes![
        decide::show,
        decide::approve,
        decide::refuse,
        detail::show,
        detail::withdraw,
        download::errors,
        download::original,
        download::struck,
        list::show,
        row::show,
        row::strike,
        row::reduce,
        undo::show,
        undo::prepare,
        undo::approve,
        undo::refuse,
        upload::show,
        upload::take,
        upload::checked,
        upload::submit,
    ]
}

/// Where people go, with what waits for their decision.
pub fn places() -> Vec<Place> {
    vec![Place::new("imports", &Role::READERS).counting(waiting)]
}

fn waiting<'a>(door: &'a Door, book_id: i64, actor: &'a Actor) -> BoxFuture<'a, Result<i64>> {
    async move {
        let c = &door.db.read;
        let held = roles_of(c, book_id, &actor.uid).await?;
        let reviews = held.contains(&Role::Reviewer);
        let policies = reviews || held.contains(&Role::Manager);
        store::waiting_for(c, book_id, &actor.person, policies, reviews).await
    }
    .boxed()
}
