//! Every setting with its value, since when, by whom.

use askama::Template;
use rocket::{State as Managed, get};

use super::{OfKeeper, purpose, shown, title};
use crate::journal::{Door, Names};
use crate::people::{Admission, Member};
use crate::settings::rules::Setting;
use crate::settings::store::{self, Standing};
use crate::web::{ABSENT, Answer, Frame, Page};

/// The list.
#[derive(Template)]
#[template(path = "settings/pages/list.html")]
pub struct List {
    frame: Frame,
    standings: Vec<Standing>,
    names: Names,
    keeps: bool,
}

impl List {
    fn title(&self, setting: &Setting) -> &'static str {
        title(self.frame.t, *setting)
    }

    fn purpose(&self, setting: &Setting) -> &'static str {
        purpose(self.frame.t, *setting)
    }

    fn value(&self, setting: &Setting, stored: &str) -> String {
        shown(self.frame.t, *setting, stored)
    }

    fn name<'n>(&'n self, uid: Option<&'n str>) -> &'n str {
        uid.map_or(ABSENT, |uid| self.names.of(uid))
    }
}

/// Shows the list.
#[get("/settings")]
pub async fn show(who: Member, frame: Frame, door: &Managed<Door>) -> Answer<List> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let title = frame.t.s("settings.title");
    Ok(Page::new(List {
        standings: store::standings(c, book_id).await?,
        names: Names::read(c, book_id).await?,
        keeps: OfKeeper::ROLES.iter().any(|role| who.acts(*role)),
        frame: frame.following_position().page("settings", title),
    }))
}
