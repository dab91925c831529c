//! All reports, one report, one that was filed, and what is due.

mod download;
mod due;
mod filing;
mod list;
mod question;
mod show;
mod words;

pub use words::{period, title};

use rocket::{Route, routes};

use super::{FILERS, SIGNERS};
use crate::people::{Admission, In, Role};
use crate::web::Fields;

/// Rows that a page shows of a report at first; it shows all when asked to, and the files hold all.
const ROWS_SHOWN: usize = 100;

/// How many rows the page shows that an address asks for.
fn rows_shown(form: &Fields) -> usize {
    if form.is("all", "1") { usize::MAX } else { ROWS_SHOWN }
}

/// The roles of [`Filer`].
#[derive(Debug, Clone, Copy)]
pub enum OfFiler {}

impl Admission for OfFiler {
    const ROLES: &'static [Role] = &FILERS;
}

/// Files reports.
type Filer = In<OfFiler>;

/// The roles of [`Signer`].
#[derive(Debug, Clone, Copy)]
pub enum OfSigner {}

impl Admission for OfSigner {
    const ROLES: &'static [Role] = &SIGNERS;
}

/// Signs them.
type Signer = In<OfSigner>;

/// All routes.
pub fn routes() -> Vec<Route> {
    routes![
        list::show,
        due::show,
        show::show,
        show::file,
        download::made,
        filing::show,
        filing::sign,
        filing::refuse,
        filing::publish,
        download::filed
    ]
}
