//! A profile of bank files is written or changed, with what it would do beside it; another person lets it be used.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::fs::TempFile;
use rocket::{State as Managed, get, post};

use super::preview::Preview;
use super::{AccountKeeper, words};
use crate::journal::Door;
use crate::kernel::{Error, Refusal, Result};
use crate::payments::actions::{self, NewProfile};
use crate::payments::files::{Field, FileDirection, Profile};
use crate::payments::store;
use crate::web::form::KEY_FIELD;
use crate::web::{Answer, Fields, Frame, Page, Reply, T, bytes_of};

/// The form.
#[derive(Template)]
#[template(path = "payments/pages/profile_new.html")]
pub struct Entry {
    frame: Frame,
    form: Fields,
    preview: Preview,
    /// Profiles that can be the start of another one: direction, name, title.
    starts: Vec<(&'static str, String, String)>,
}

impl Entry {
    fn new(frame: Frame, form: Fields, preview: Preview) -> Self {
        let (t, up) = (frame.t, frame.href("profiles"));
        let start = |profile: &Profile| (profile.direction.word(), profile.name().to_owned(), words::title(t, profile));
        Self {
            starts: Profile::shipped().iter().filter(|one| !one.format.is_xml()).map(start).collect(),
            frame: frame.page("profiles", t.s("payments.profiles.new")).crumb(up, t.s("payments.profiles.title")),
            form,
            preview,
        }
    }

    fn preview(&self) -> String {
        self.preview.shown(self.frame.t)
    }

    fn direction(&self, word: &str) -> &'static str {
        FileDirection::parse(word).map_or("", |direction| words::direction(self.frame.t, direction))
    }

    /// The fields of columns, each with its meaning and the directions that have it.
    fn fields(&self) -> Vec<(&'static str, &'static str, String)> {
        let t = self.frame.t;
        let of = |field: &Field| {
            let goes = |direction| field.goes(direction).then(|| words::direction(t, direction));
            let both = [goes(FileDirection::Out), goes(FileDirection::In)];
            both.into_iter().flatten().collect::<Vec<_>>().join(t.s("payments.between"))
        };
        let one = |field: &Field| (field.word(), t.s(&format!("payments.field.{}", field.word())), of(field));
        Field::ALL.iter().map(one).collect()
    }
}

/// Shows the form: empty, or with a profile that is the start of it. A shipped one needs another name.
#[get("/profiles/new?<direction>&<from>")]
pub async fn show(
    who: AccountKeeper,
    direction: Option<&str>,
    from: Option<&str>,
    frame: Frame,
    door: &Managed<Door>,
) -> Answer<Entry> {
    let direction = direction.and_then(FileDirection::parse).unwrap_or(FileDirection::Out);
    let toml = start(&who, door, direction, from.unwrap_or("generic-csv")).await?;
    let preview = Preview::of(frame.t, &toml, &[]);
    Ok(Page::new(Entry::new(frame, Fields::new().with("toml", toml), preview)))
}

/// The text with which a form begins.
async fn start(who: &AccountKeeper, door: &Door, direction: FileDirection, name: &str) -> Result<String> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let used = store::profile(c, book_id, name, direction).await?;
    if used.version > 0 {
        let versions = store::versions_of(c, book_id, direction, name).await?;
        let typed = versions.into_iter().find(|one| one.version == used.version);
        return typed.map(|one| one.toml).ok_or(Error::NotFound);
    }
    let own_name = format!("{name}-{}", who.head().code);
    let text = used.profile.shipped_text().map_or_else(|| used.profile.toml(), str::to_owned);
    Ok(text.replacen(&format!("name = \"{name}\""), &format!("name = \"{own_name}\""), 1))
}

/// A profile as it is sent, with a sample of the bank's.
#[derive(FromForm)]
pub struct Sent<'r> {
    #[field(default = "")]
    request_key: &'r str,
    #[field(default = "")]
    toml: &'r str,
    #[field(default = "")]
    reason: &'r str,
    #[field(default = "")]
    sample: &'r str,
    file: Option<TempFile<'r>>,
}

impl Sent<'_> {
    /// Text areas send CR LF, and in forms with files nobody takes the CR away.
    fn toml(&self) -> String {
        self.toml.replace("\r\n", "\n")
    }

    fn form(&self) -> Fields {
        let form = Fields::new().with(KEY_FIELD, self.request_key).with("toml", self.toml());
        form.with("reason", self.reason).with("sample", self.sample.replace("\r\n", "\n"))
    }

    /// The bytes of the sample: of the file, else of what was pasted, in the encoding that the profile names.
    async fn sample(&self) -> Result<Vec<u8>> {
        let bytes = bytes_of(self.file.as_ref()).await?;
        if !bytes.is_empty() || self.sample.trim().is_empty() {
            return Ok(bytes);
        }
        let mut text = self.sample.replace("\r\n", "\n").trim_matches('\n').replace('\n', "\r\n");
        text.push_str("\r\n");
        let encoded = Profile::parse(&self.toml()).ok().and_then(|profile| profile.encoding.encode(&text).ok());
        Ok(encoded.unwrap_or_else(|| text.into_bytes()))
    }

    async fn preview(&self, t: T) -> Result<Preview> {
        Ok(Preview::of(t, &self.toml(), &self.sample().await?))
    }
}

/// What the text would do, as a fragment.
#[derive(Template)]
#[template(path = "payments/pages/preview.html")]
pub struct Fragment {
    html: String,
}

/// Tries what is typed so far. It changes nothing.
#[post("/profiles/preview", data = "<sent>")]
pub async fn preview(_who: AccountKeeper, sent: Form<Sent<'_>>, frame: Frame) -> Answer<Fragment> {
    Ok(Page::new(Fragment { html: sent.preview(frame.t).await?.shown(frame.t) }))
}

/// Records the profile; another person lets it be used.
#[post("/profiles/new", data = "<sent>")]
pub async fn record(
    who: AccountKeeper,
    sent: Form<Sent<'_>>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Entry>, Error> {
    let mut form = sent.form();
    let preview = sent.preview(frame.t).await?;
    if preview.problems() > 0 {
        form.refuse(Refusal::new("profile_wrong").at("toml").with("n", preview.problems()));
    }
    let (Some(key), false) = (form.key(), form.is_refused()) else {
        return Ok(Reply::again(Entry::new(frame, form, preview)));
    };
    let new = NewProfile { toml: sent.toml(), reason: sent.reason.to_owned() };
    match actions::record_profile(door, who.ask(key, "record_profile"), new).await {
        Ok(answer) => {
            let to = frame.href(&format!("profiles/{}", answer.profile));
            Ok(Reply::done(to, frame.t.s("payments.profiles.recorded")))
        }
        Err(error) => Ok(Reply::again(Entry::new(frame, form.take(error)?, preview))),
    }
}
