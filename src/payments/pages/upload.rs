//! A file of the bank is loaded: taken whole, or refused whole with everything that is wrong in it.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::fs::TempFile;
use rocket::{State as Managed, get, post};

use super::words;
use crate::journal::Door;
use crate::kernel::{Error, Refusal, Result};
use crate::payments::actions::{self, Through};
use crate::payments::files::FileDirection;
use crate::payments::store::{self, PayingAccount, Profiles};
use crate::people::Cashier;
use crate::sheets::{BadCell, Faults};
use crate::web::form::{Choice, KEY_FIELD};
use crate::web::{Answer, Fields, Frame, Page, Reply, bytes_of, file_name_of};

/// Bad cells shown.
const FAULTS_SHOWN: usize = 300;

/// The form with which a file is brought, and what is wrong with the last one.
#[derive(Template)]
#[template(path = "payments/pages/upload.html")]
pub struct Bring {
    frame: Frame,
    form: Fields,
    profiles: Vec<Choice>,
    accounts: Vec<Choice>,
    file_name: String,
    faults: Vec<BadCell>,
    /// How many cells are bad, and rows there are.
    counted: (usize, u64),
}

impl Bring {
    fn new(frame: Frame, form: Fields, (profiles, accounts): (&Profiles, &[PayingAccount])) -> Self {
        let (t, up) = (frame.t, frame.href("bank-files"));
        Self {
            profiles: words::profiles(t, profiles, FileDirection::In),
            accounts: words::accounts(t, accounts),
            frame: frame.page("bank-files", t.s("payments.upload.title")).crumb(up, t.s("payments.files.title")),
            form,
            file_name: String::new(),
            faults: Vec::new(),
            counted: (0, 0),
        }
    }

    fn faulty(self, file_name: String, faults: Faults) -> Self {
        let counted = (faults.cells.len(), faults.rows_in_file);
        let faults = faults.cells.into_iter().take(FAULTS_SHOWN).collect();
        Self { file_name, faults, counted, ..self }
    }
}

/// Shows the form.
#[get("/bank-files/new")]
pub async fn show(who: Cashier, frame: Frame, door: &Managed<Door>) -> Answer<Bring> {
    let profiles = Profiles::read(&door.db.read, who.book_id()).await?;
    let accounts = store::paying_accounts(&door.db.read, who.book_id()).await?;
    Ok(Page::new(Bring::new(frame, Fields::new(), (&profiles, &accounts))))
}

/// A form with a file.
#[derive(FromForm)]
pub struct Sent<'r> {
    #[field(default = "")]
    request_key: &'r str,
    #[field(default = "")]
    profile: &'r str,
    /// The paying account, where the file does not name it.
    #[field(default = "")]
    account: &'r str,
    file: Option<TempFile<'r>>,
}

/// Loads a file.
#[post("/bank-files/new", data = "<sent>")]
pub async fn take(
    who: Cashier,
    sent: Form<Sent<'_>>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Bring>, Error> {
    let profiles = Profiles::read(&door.db.read, who.book_id()).await?;
    let accounts = store::paying_accounts(&door.db.read, who.book_id()).await?;
    let known = (&profiles, accounts.as_slice());
    let typed = || Fields::new().with("profile", sent.profile).with("account", sent.account);
    let mut form = typed().with(KEY_FIELD, sent.request_key);
    let profile = form.read("profile", |name| {
        let found = profiles.find(name, FileDirection::In);
        found.ok_or_else(|| Refusal::new("profile_unknown").with("profile", name))
    });
    let account =
        form.read_optional("account", |id| id.parse::<i64>().map_err(|_| Refusal::new("paying_account_unknown")));
    let bytes = bytes_of(sent.file.as_ref()).await?;
    if bytes.is_empty() {
        form.refuse(Refusal::new("file_not_chosen").at("file"));
    }
    let (Some(key), Some(used), false) = (form.key(), profile, form.is_refused()) else {
        return Ok(Reply::again(Bring::new(frame, form, known)));
    };
    let through = Through { profile: used.profile.name(), account: account.flatten() };
    let name = file_name_of(sent.file.as_ref());
    let ask = who.ask(key, "load_bank_file");
    match actions::load_bank_file(door, ask, who.head(), through, name.clone(), bytes).await {
        Ok(Ok(loaded)) => {
            let phrase = frame.t.f("payments.upload.done").with("lines", frame.t.count(loaded.lines));
            let message = phrase.with("applied", frame.t.count(loaded.applied)).to_string();
            let told = loaded.notices.iter().map(|notice| frame.t.sentence(notice));
            let message = std::iter::once(message).chain(told).collect::<Vec<_>>().join("　");
            Ok(Reply::done(frame.href(&format!("bank-files/{}", loaded.file)), message))
        }
        // The next file is another submit, and so gets another key.
        Ok(Err(faults)) => Ok(Reply::again(Bring::new(frame, typed(), known).faulty(name, faults))),
        Err(error) => Ok(Reply::again(Bring::new(frame, typed().take(error)?, known))),
    }
}
