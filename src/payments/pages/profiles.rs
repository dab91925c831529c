//! The profiles of bank files: those of the book and those that come with the program.

use askama::Template;
use rocket::{State as Managed, get};

use super::OfAccountKeeper;
use super::words;
use crate::journal::{Door, Names};
use crate::payments::files::Profile;
use crate::payments::store::{self, InUse, OwnProfile, Profiles};
use crate::people::{Admission, Reader};
use crate::web::{Answer, Frame, Page};

/// The list.
#[derive(Template)]
#[template(path = "payments/pages/profiles.html")]
pub struct List {
    frame: Frame,
    /// Those of the book first.
    all: Vec<InUse>,
    waiting: Vec<OwnProfile>,
    /// Those that are used no more.
    retired: Vec<OwnProfile>,
    names: Names,
    keeps: bool,
}

impl List {
    fn title(&self, profile: &Profile) -> String {
        words::title(self.frame.t, profile)
    }

    fn direction(&self, profile: &Profile) -> &'static str {
        words::direction(self.frame.t, profile.direction)
    }

    fn format(&self, profile: &Profile) -> &'static str {
        words::format(self.frame.t, profile.format)
    }

    fn encoding(&self, profile: &Profile) -> &'static str {
        if profile.format.is_text() { profile.encoding.name() } else { crate::web::ABSENT }
    }

    fn why<'a>(&self, one: &'a OwnProfile) -> &'a str {
        one.retired_reason.as_deref().unwrap_or_default()
    }

    fn version(&self, used: &InUse) -> String {
        let t = self.frame.t;
        match used.version {
            0 => t.s("payments.profiles.shipped").to_owned(),
            version => t.f("payments.profiles.version_n").with("n", version).to_string(),
        }
    }
}

/// Shows the list.
#[get("/profiles")]
pub async fn show(who: Reader, frame: Frame, door: &Managed<Door>) -> Answer<List> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let profiles = Profiles::read(c, book_id).await?;
    let mut all = profiles.all().to_vec();
    all.sort_by_key(|used| used.version == 0);
    let title = frame.t.s("payments.profiles.title");
    Ok(Page::new(List {
        all,
        waiting: store::profiles_waiting(c, book_id).await?,
        retired: store::profiles_retired(c, book_id).await?,
        names: Names::read(c, book_id).await?,
        keeps: OfAccountKeeper::ROLES.iter().any(|role| who.acts(*role)),
        frame: frame.following_position().page("profiles", title),
    }))
}
