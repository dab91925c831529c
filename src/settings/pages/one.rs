//! One setting: what it is worth, what it was worth before, and the form of another value.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::{Keeper, OfKeeper, look, purpose, shown, title};
use crate::journal::{Door, Names};
use crate::kernel::{Error, Result};
use crate::people::{Admission, In, Member};
use crate::settings::actions::{self, SettingForm};
use crate::settings::rules::Setting;
use crate::settings::store::{self, Change};
use crate::web::form::Choice;
use crate::web::{ABSENT, Answer, Fields, Frame, Page, Reply};

/// How often a report is due: the words of values and of the page.
const OFTEN: [(&str, &str); 3] =
    [("none", "settings.due.none"), ("month", "settings.due.month"), ("quarter", "settings.due.quarter")];

/// The setting.
#[derive(Template)]
#[template(path = "settings/pages/one.html")]
pub struct One {
    frame: Frame,
    form: Fields,
    setting: Setting,
    value: String,
    changes: Vec<Change>,
    names: Names,
    keeps: bool,
    /// How often a report may be due.
    often: Vec<Choice>,
}

impl One {
    fn purpose(&self) -> &'static str {
        purpose(self.frame.t, self.setting)
    }

    fn shown(&self, stored: &str) -> String {
        shown(self.frame.t, self.setting, stored)
    }

    fn look(&self, state: &str) -> (&'static str, &'static str, &'static str) {
        look(self.frame.t, state)
    }

    fn name<'n>(&'n self, uid: Option<&'n str>) -> &'n str {
        uid.map_or(ABSENT, |uid| self.names.of(uid))
    }

    /// The change that waits.
    fn waiting(&self) -> Option<&Change> {
        self.changes.iter().find(|change| change.state == "pending")
    }
}

async fn page<A: Admission>(who: &In<A>, setting: Setting, frame: Frame, form: Fields, door: &Door) -> Result<One> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let (t, up) = (frame.t, frame.href("settings"));
    Ok(One {
        value: store::value(c, book_id, setting, None).await?,
        changes: store::changes_of(c, book_id, setting).await?,
        names: Names::read(c, book_id).await?,
        keeps: OfKeeper::ROLES.iter().any(|role| who.acts(*role)),
        frame: frame.following_position().page("settings", title(t, setting)).crumb(up, t.s("settings.title")),
        often: OFTEN.map(|(code, key)| Choice::new(code, t.s(key))).to_vec(),
        setting,
        form,
    })
}

/// Shows a setting.
#[get("/settings/<name>")]
pub async fn show(who: Member, name: &str, frame: Frame, door: &Managed<Door>) -> Answer<One> {
    let door = &who.looking(door).await?;
    let setting = Setting::from_code(name).ok_or(Error::NotFound)?;
    Ok(Page::new(page(&who, setting, frame, Fields::new(), door).await?))
}

/// Prepares another value; another person decides on it.
#[post("/settings/<name>", data = "<sent>")]
pub async fn prepare(
    who: Keeper,
    name: &str,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<One>, Error> {
    let setting = Setting::from_code(name).ok_or(Error::NotFound)?;
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, setting, frame, form, door).await?)) };
    let typed = |field: &str| form.value(field).to_owned();
    // The working day of a report has a field of its own, and is part of the value.
    let value = if setting.is_due() && typed("value") != "none" {
        format!("{} {}", typed("value"), typed("nth")).trim().to_owned()
    } else {
        typed("value")
    };
    let new = SettingForm { name: setting.code().to_owned(), value, reason: typed("reason") };
    match actions::prepare(door, who.ask(key, "prepare_setting"), new).await {
        Ok(answer) => {
            let to = frame.href(&format!("setting-changes/{}", answer.change));
            Ok(Reply::done(to, frame.t.s("settings.prepared")))
        }
        Err(error) => Ok(Reply::again(page(&who, setting, frame, form.take(error)?, door).await?)),
    }
}
