//! Files out: the same bytes for the same book, file, language, format, filters, as_of and at.
//!
//! [`What`] is a file alone; a [`package`] is all of them for an auditor.
//!
//! Rows are read in one ordered scan and written through a buffer into a file aside, which is named when it is whole.
//! Beside each file stands its manifest; a signed checkpoint goes with them where this machine can sign.

mod adjusting;
mod archive_list;
mod codes;
mod columns;
mod discrepancies;
mod general_ledger;
mod giving;
mod grants;
mod hledger;
mod manifest;
mod package;
mod pages;
mod queries;
mod request;
mod vouchers;
mod writer;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use manifest::Manifest;
pub use package::{Made, PACKAGE, PackageOf, Progress, export as export_package};
pub use request::{FileFormat, Filter, Request, What};

use rocket::fairing::AdHoc;

use crate::db::Database;
use crate::journal::{Head, Keeper};
use crate::kernel::{Error, Refusal, Result};
use crate::people::{Place, Role};

/// Bytes written at once.
const BUFFER: usize = 64 * 1024;

/// The pages of downloads.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("exports", |rocket| async {
        rocket.manage(Arc::new(package::Packages::default())).mount("/", pages::routes())
    })
}

/// Downloads in the navigation.
pub fn places() -> Vec<Place> {
    vec![Place::new("exports", &Role::READERS)]
}

/// Writes a file to `target` with `TARGET.manifest.json` and, where this machine can sign, `TARGET.checkpoint` beside it.
pub async fn export(
    db: &Database,
    keeper: &Keeper,
    head: &Head,
    request: &Request,
    target: &Path,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Manifest> {
    let unwritable = || Refusal::new("file_unwritable").with("file", target.display());
    let head = Head::read(&db.read, head.book_id).await?;
    let aside = beside(target, "part");
    let file = File::create(&aside).map_err(|_| unwritable())?;
    let manifest = write(db, &head, request, file, progress).await;
    let manifest = match manifest {
        Ok(manifest) => manifest,
        Err(error) => {
            // Half a file must not look like a whole one.
            let _ = std::fs::remove_file(&aside);
            return Err(error);
        }
    };
    std::fs::rename(&aside, target).map_err(|_| unwritable())?;
    std::fs::write(beside(target, "manifest.json"), manifest.to_json()?).map_err(|_| unwritable())?;
    if keeper.signs_at(&db.read, &head, manifest.at).await? {
        let note = keeper.sign_at(&db.read, &head, manifest.at).await?;
        std::fs::write(beside(target, "checkpoint"), note).map_err(|_| unwritable())?;
    }
    Ok(manifest)
}

/// `FILE` → `FILE.extension`.
fn beside(target: &Path, extension: &str) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}

/// Writes a file into a temporary one, for a download. Works aside: a long scan must not hold up other requests.
pub async fn to_spool(db: &Database, head: &Head, request: &Request) -> Result<(tempfile::NamedTempFile, Manifest)> {
    let (db, request) = (db.clone(), request.clone());
    let head = Head::read(&db.read, head.book_id).await?;
    let runtime = tokio::runtime::Handle::current();
    let spooled = tokio::task::spawn_blocking(move || {
        let spool = tempfile::NamedTempFile::new().map_err(Error::internal)?;
        let file = spool.reopen().map_err(Error::internal)?;
        let manifest = runtime.block_on(write(&db, &head, &request, file, &mut |_| ()))?;
        Ok((spool, manifest))
    });
    spooled.await.map_err(Error::internal)?
}

async fn write(
    db: &Database,
    head: &Head,
    request: &Request,
    file: File,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Manifest> {
    let at = request.at.unwrap_or(head.position);
    if !(1..=head.position).contains(&at) {
        return Err(Refusal::new("position_beyond").at("at").with("at", at).with("head", head.position).into());
    }
    request.check()?;
    let mut out = writer::Hashing::new(BufWriter::with_capacity(BUFFER, file));
    let tally = queries::run(db, head, request, at, &mut out, progress).await?;
    out.flush().map_err(Error::internal)?;
    let (file, sha256) = out.finish()?;
    file.sync_all().map_err(Error::internal)?;
    let root = crate::journal::root_at(&db.read, head, at).await?;
    Ok(Manifest::new(head, request, at, root, &tally, sha256))
}
