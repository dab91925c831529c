//! Reports that are handed in 报表: the monthly report on direct funds, grants one by one and summed up, the progress of
//! budgets, what is published, and the adjusted balances of paying accounts.
//!
//! A report is a layout, which is data, filled as of a day and as known at a position: the same pair is the same bytes for
//! ever. It is filed by one person and signed by another; what was filed is kept and never changes, and what became known
//! later stands beside it as an adjustment.

mod actions;
mod duties;
mod events;
mod files;
mod make;
mod pages;
mod printed;
mod rules;
mod store;

use futures::FutureExt as _;
use rocket::fairing::AdHoc;

use crate::people::{Place, Role, roles_of};

pub use actions::{
    FileForm, FilingAnswer, PublicationAnswer, PublicationForm, content, file, frozen, publish, refuse, sign,
};
pub use duties::{Owed, due, missing_by, owed};
pub use events::{APPLIER, KIND_REPORT_FILED, KIND_REPORT_PUBLISHED, KIND_REPORT_REFUSED, KIND_REPORT_SIGNED};
pub use files::{FileFormat, Signatures, bytes};
pub use make::make;
pub use pages::{period, title};
pub use rules::{
    Adjustment, Cell, Figure, FilingState, Layout, Obligation, Report, Row, adjustments, difference, parse_unit,
    unit_code,
};
pub use store::{Filing, FilingsPage, Publication, filing, filings, publications};

/// Who files a report.
const FILERS: [Role; 3] = [Role::Clerk, Role::Cashier, Role::Manager];
/// Who signs it.
const SIGNERS: [Role; 2] = [Role::Reviewer, Role::Manager];

/// The pages of reports. The server must manage the door.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("reports", |rocket| async { rocket.mount("/", pages::routes()) })
}

/// Reports in the navigation, with the count of those that wait for whoever may sign them.
pub fn places() -> Vec<Place> {
    vec![Place::new("reports", &Role::READERS).counting(|door, book_id, actor| {
        async move {
            let roles = roles_of(&door.db.read, book_id, &actor.uid).await?;
            if roles.iter().any(|role| SIGNERS.contains(role)) {
                store::pending_for(&door.db.read, book_id, &actor.person).await
            } else {
                Ok(0)
            }
        }
        .boxed()
    })]
}
