//! One profile of bank files: what its files look like, its text, its versions.

use askama::Template;
use rocket::{State as Managed, get};

use super::OfAccountKeeper;
use super::words::{self, Look};
use crate::journal::{Door, Names};
use crate::kernel::Error;
use crate::payments::files::{FileDirection, Profile};
use crate::payments::store::{self, InUse, OwnProfile};
use crate::people::{Admission, Reader};
use crate::web::{ABSENT, Answer, Frame, Page, T};

/// What a profile says, to be read by people; part of several pages.
#[derive(Template)]
#[template(path = "payments/pages/_profile.html")]
pub struct Described<'p> {
    t: T,
    profile: &'p Profile,
}

impl<'p> Described<'p> {
    /// The facts and columns of a profile.
    pub(super) const fn new(t: T, profile: &'p Profile) -> Self {
        Self { t, profile }
    }

    fn direction(&self) -> &'static str {
        words::direction(self.t, self.profile.direction)
    }

    fn format(&self) -> &'static str {
        words::format(self.t, self.profile.format)
    }

    fn unit(&self) -> &'static str {
        self.t.s(match self.profile.amount_unit {
            crate::payments::files::AmountUnit::Yuan => "payments.profiles.unit.yuan",
            crate::payments::files::AmountUnit::Fen => "payments.profiles.unit.fen",
        })
    }

    fn field(&self, word: &str) -> &'static str {
        self.t.s(&format!("payments.field.{word}"))
    }

    /// Groups of words of the bank, each with what they mean.
    fn words(&self) -> Vec<(&'static str, String)> {
        let (t, status, kinds) = (self.t, self.profile.status(), self.profile.kinds());
        let all = [
            ("payments.state.paid", &status.paid),
            ("payments.state.refused", &status.refused),
            ("payments.state.returned", &status.returned),
            ("payments.profiles.kind.returned", &kinds.returned),
            ("payments.profiles.kind.fee", &kinds.fee),
            ("payments.profiles.kind.interest", &kinds.interest),
            ("payments.profiles.kind.own_transfer", &kinds.own_transfer),
        ];
        let said = all.into_iter().filter(|(_, words)| !words.is_empty());
        said.map(|(key, words)| (t.s(key), words.join("  "))).collect()
    }
}

/// The page.
#[derive(Template)]
#[template(path = "payments/pages/profile.html")]
pub struct Shown {
    frame: Frame,
    used: InUse,
    /// As it was typed, or as it comes with the program.
    toml: String,
    versions: Vec<OwnProfile>,
    names: Names,
    /// Whether it is used no more.
    is_retired: bool,
    keeps: bool,
}

impl Shown {
    fn described(&self) -> String {
        Described::new(self.frame.t, &self.used.profile).render().unwrap_or_default()
    }

    fn look(&self, state: &str) -> Look {
        words::version(self.frame.t, state)
    }

    fn version(&self) -> String {
        let t = self.frame.t;
        match self.used.version {
            0 => t.s("payments.profiles.shipped").to_owned(),
            version => t.f("payments.profiles.version_n").with("n", version).to_string(),
        }
    }

    fn name<'n>(&'n self, uid: Option<&'n str>) -> &'n str {
        uid.map_or(ABSENT, |uid| self.names.of(uid))
    }
}

/// The version of a profile that was used until it was retired.
fn last_used(versions: &[OwnProfile]) -> Option<InUse> {
    let last = versions.iter().find(|one| one.state == "approved" && one.retired_at.is_some())?;
    let profile = Profile::parse(&last.toml).ok()?;
    Some(InUse { profile: std::sync::Arc::new(profile), version: last.version })
}

/// Shows a profile.
#[get("/profiles/of/<direction>/<name>")]
pub async fn show(who: Reader, direction: &str, name: &str, frame: Frame, door: &Managed<Door>) -> Answer<Shown> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let direction = FileDirection::parse(direction).ok_or(Error::NotFound)?;
    let profiles = store::Profiles::read(c, book_id).await?;
    let versions = store::versions_of(c, book_id, direction, name).await?;
    let in_use = profiles.find(name, direction).cloned();
    let is_retired = in_use.is_none();
    let used = in_use.or_else(|| last_used(&versions)).ok_or(Error::NotFound)?;
    let (t, up) = (frame.t, frame.href("profiles"));
    let toml = versions.iter().find(|one| one.version == used.version).map(|one| one.toml.clone());
    Ok(Page::new(Shown {
        toml: toml.unwrap_or_else(|| used.profile.shipped_text().map_or_else(|| used.profile.toml(), str::to_owned)),
        names: Names::read(c, book_id).await?,
        is_retired,
        keeps: !is_retired && OfAccountKeeper::ROLES.iter().any(|role| who.acts(*role)),
        frame: frame
            .following_position()
            .page("profiles", words::title(t, &used.profile))
            .crumb(up, t.s("payments.profiles.title")),
        versions,
        used,
    }))
}
