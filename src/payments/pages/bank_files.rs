//! The files of the bank, the newest first.

use askama::Template;
use rocket::{State as Managed, get};

use super::words::{self, Look};
use crate::journal::{Door, Names};
use crate::payments::files::FileDirection;
use crate::payments::store::{self, BankFile, Profiles};
use crate::people::{Reader, Role};
use crate::web::{Answer, Frame, Page};

/// Files on one page.
const ROWS_EACH: u64 = 50;

/// The list.
#[derive(Template)]
#[template(path = "payments/pages/bank_files.html")]
pub struct List {
    frame: Frame,
    files: Vec<BankFile>,
    names: Names,
    profiles: Profiles,
    first_page: String,
    older: String,
    loads: bool,
}

impl List {
    fn look(&self, state: &str) -> Look {
        words::bank_file(self.frame.t, state)
    }

    fn profile(&self, file: &BankFile) -> String {
        words::profile(self.frame.t, &self.profiles, &file.profile, (FileDirection::In, file.profile_version))
    }
}

/// Shows the list.
#[get("/bank-files?<before>")]
pub async fn show(who: Reader, before: Option<i64>, frame: Frame, door: &Managed<Door>) -> Answer<List> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let mut files = store::bank_files(c, book_id, before.unwrap_or(i64::MAX), ROWS_EACH + 1).await?;
    let is_more = files.len() as u64 > ROWS_EACH;
    files.truncate(usize::try_from(ROWS_EACH).unwrap_or(usize::MAX));
    let older = files.last().filter(|_| is_more).map(|file| frame.to(&format!("bank-files?before={}", file.id)));
    let title = frame.t.s("payments.files.title");
    Ok(Page::new(List {
        first_page: before.map(|_| frame.href("bank-files")).unwrap_or_default(),
        older: older.unwrap_or_default(),
        names: Names::read(c, book_id).await?,
        profiles: Profiles::read(c, book_id).await?,
        loads: who.acts(Role::Cashier),
        files,
        frame: frame.following_position().page("bank-files", title),
    }))
}
