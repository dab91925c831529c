//! Batches built and released, files to and from the bank, differences settled, accounts from which the book pays.

mod account;
mod accounts;
mod bank_file;
mod bank_files;
mod batch;
mod batches;
mod condition;
mod cues;
mod differences;
mod instalments;
mod new_batch;
mod payment;
mod preview;
mod profile;
mod profile_new;
mod profile_version;
mod profiles;
mod progress;
mod release;
mod schedule;
mod schedule_one;
mod together;
mod undo;
mod upload;
mod words;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use rocket::fairing::AdHoc;
use rocket::{Route, routes};

use super::store;
use crate::journal::{Actor, Door};
use crate::kernel::Result;
use crate::people::{Admission, In, Place, Role, roles_of};

/// The roles of [`Payer`].
#[derive(Debug, Clone, Copy)]
pub enum OfPayer {}

impl Admission for OfPayer {
    const ROLES: &'static [Role] = &[Role::Cashier, Role::Reviewer];
}

/// Has to do with payments on their way: takes payments out of batches, makes files, settles differences, wants files
/// of the bank undone.
type Payer = In<OfPayer>;

/// The roles of [`FileReader`].
#[derive(Debug, Clone, Copy)]
pub enum OfFileReader {}

impl Admission for OfFileReader {
    const ROLES: &'static [Role] = &[Role::Reviewer, Role::Cashier, Role::Manager, Role::Auditor];
}

/// Sees files as they go to the bank and come from it, account numbers included.
type FileReader = In<OfFileReader>;

/// The roles of [`AccountKeeper`].
#[derive(Debug, Clone, Copy)]
pub enum OfAccountKeeper {}

impl Admission for OfAccountKeeper {
    const ROLES: &'static [Role] = &[Role::Cashier, Role::Manager];
}

/// Records what payments run on: accounts from which the book pays, profiles of bank files.
type AccountKeeper = In<OfAccountKeeper>;

/// The roles of [`Scheduler`].
#[derive(Debug, Clone, Copy)]
pub enum OfScheduler {}

impl Admission for OfScheduler {
    const ROLES: &'static [Role] = &[Role::Clerk, Role::Manager];
}

/// Sets schedules, and records that conditions are met.
type Scheduler = In<OfScheduler>;

/// The roles of [`AccountConfirmer`].
#[derive(Debug, Clone, Copy)]
pub enum OfAccountConfirmer {}

impl Admission for OfAccountConfirmer {
    const ROLES: &'static [Role] = &[Role::Reviewer, Role::Manager];
}

/// Confirms them, and that conditions are met; lets formats be used.
type AccountConfirmer = In<OfAccountConfirmer>;

/// The pages of payments.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("payments", |rocket| async { rocket.mount("/", pages()) })
}

fn pages() -> Vec<Route> {
    routes![
        account::show,
        account::approve,
        account::refuse,
        accounts::show,
        accounts::new,
        accounts::record,
        bank_file::show,
        bank_file::original,
        bank_files::show,
        batch::show,
        batch::withdraw,
        batch::take_out,
        batch::make,
        batch::file,
        batches::show,
        condition::show,
        condition::record,
        condition::confirm,
        condition::refuse,
        differences::show,
        differences::settle,
        differences::choose,
        differences::choose_payment,
        instalments::show,
        instalments::of_grant,
        new_batch::show,
        new_batch::build,
        payment::show,
        payment::of_grant,
        payment::reissue,
        payment::approve_reissue,
        payment::refuse_reissue,
        profile::show,
        profile_new::show,
        profile_new::record,
        profile_new::preview,
        profile_version::show,
        profile_version::approve,
        profile_version::refuse,
        profile_version::retire,
        profiles::show,
        release::show,
        release::release,
        release::split_off,
        schedule::show,
        schedule::check,
        schedule::set,
        schedule_one::show,
        schedule_one::approve,
        schedule_one::refuse,
        together::settle,
        undo::show,
        undo::prepare,
        undo::approve,
        undo::refuse,
        upload::show,
        upload::take,
    ]
}

/// Where people go, with what waits for them there.
pub fn places() -> Vec<Place> {
    vec![
        Place::new("batches", &Role::READERS).counting(to_release),
        Place::new("instalments", &Role::READERS).counting(instalments),
        Place::new("bank-files", &Role::READERS).counting(undos),
        Place::new("differences", &Role::READERS).counting(differences),
        Place::new("paying-accounts", &Role::READERS).counting(accounts),
        Place::new("profiles", &Role::READERS).counting(versions),
    ]
}

async fn has_any(door: &Door, book_id: i64, actor: &Actor, roles: &[Role]) -> Result<bool> {
    let held = roles_of(&door.db.read, book_id, &actor.uid).await?;
    Ok(held.iter().any(|role| roles.contains(role)))
}

fn to_release<'a>(door: &'a Door, book_id: i64, actor: &'a Actor) -> BoxFuture<'a, Result<i64>> {
    async move {
        if !has_any(door, book_id, actor, &[Role::Reviewer]).await? {
            return Ok(0);
        }
        store::to_release(&door.db.read, book_id, &actor.person).await
    }
    .boxed()
}

fn instalments<'a>(door: &'a Door, book_id: i64, actor: &'a Actor) -> BoxFuture<'a, Result<i64>> {
    async move {
        if !has_any(door, book_id, actor, &[Role::Reviewer]).await? {
            return Ok(0);
        }
        store::instalments_to_decide(&door.db.read, book_id, &actor.person).await
    }
    .boxed()
}

fn undos<'a>(door: &'a Door, book_id: i64, actor: &'a Actor) -> BoxFuture<'a, Result<i64>> {
    async move {
        if !has_any(door, book_id, actor, &[Role::Reviewer]).await? {
            return Ok(0);
        }
        store::undos_to_decide(&door.db.read, book_id, &actor.person).await
    }
    .boxed()
}

fn differences<'a>(door: &'a Door, book_id: i64, actor: &'a Actor) -> BoxFuture<'a, Result<i64>> {
    async move {
        if !has_any(door, book_id, actor, OfPayer::ROLES).await? {
            return Ok(0);
        }
        store::open_count(&door.db.read, book_id).await
    }
    .boxed()
}

fn accounts<'a>(door: &'a Door, book_id: i64, actor: &'a Actor) -> BoxFuture<'a, Result<i64>> {
    async move {
        if !has_any(door, book_id, actor, OfAccountConfirmer::ROLES).await? {
            return Ok(0);
        }
        store::accounts_to_decide(&door.db.read, book_id, &actor.person).await
    }
    .boxed()
}

fn versions<'a>(door: &'a Door, book_id: i64, actor: &'a Actor) -> BoxFuture<'a, Result<i64>> {
    async move {
        if !has_any(door, book_id, actor, OfAccountConfirmer::ROLES).await? {
            return Ok(0);
        }
        store::profiles_to_decide(&door.db.read, book_id, &actor.person).await
    }
    .boxed()
}
