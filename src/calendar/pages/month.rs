//! One month of the calendar, what is missing, and what is expected.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::{Expecter, OfExpecter};
use crate::calendar::actions::{self, DayForm, ExpectationForm};
use crate::calendar::rules::{Calendar, Due, Expectation, Rhythm, days, dues, missing, weekday};
use crate::calendar::store;
use crate::journal::Door;
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};
use crate::payments::{self, FileDirection, PayingAccount, Profile};
use crate::people::{Admission, In, Manager, Reader, Role};
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Lang, Page, Reply};

/// A day of the grid.
pub struct Cell {
    day: Day,
    is_working: bool,
    is_today: bool,
    name: String,
    /// Files about this day.
    files: Vec<Due>,
}

/// The month.
#[derive(Template)]
#[template(path = "calendar/pages/month.html")]
pub struct Month {
    frame: Frame,
    form: Fields,
    first: Day,
    today: Day,
    /// Days before the first, so that it stands under its weekday.
    before: Vec<i64>,
    /// Days behind the last, so that its week is whole.
    after: Vec<i64>,
    cells: Vec<Cell>,
    missing: Vec<Due>,
    expectations: Vec<Expectation>,
    accounts: Vec<PayingAccount>,
    account_choices: Vec<Choice>,
    profiles: Vec<Choice>,
    rhythms: Vec<Choice>,
    kinds: Vec<Choice>,
    /// Whether the official days of the year are known.
    knows: bool,
    expects: bool,
    manages: bool,
}

impl Month {
    fn month(&self, day: Day) -> String {
        self.frame.to(&format!("calendar?month={}", day.month()))
    }

    fn previous(&self) -> String {
        self.month(self.first.plus_days(-1))
    }

    fn next(&self) -> String {
        self.month(self.first.month_end().plus_days(1))
    }

    fn account(&self, id: &i64) -> String {
        let found = self.accounts.iter().find(|account| account.id == *id);
        found.map_or_else(|| id.to_string(), |account| format!("{} {}", account.bank_name, self.tail(account)))
    }

    /// The last digits of an account: enough to tell accounts of one bank apart.
    fn tail(&self, account: &PayingAccount) -> String {
        self.frame.t.account(&account.account_number)
    }

    fn profile(&self, name: &str) -> String {
        profile(self.frame.t.lang(), name)
    }

    fn rhythm(&self, expectation: &Expectation) -> String {
        let t = self.frame.t;
        match expectation.rhythm {
            Rhythm::Daily => t.s("calendar.rhythm.daily").to_owned(),
            Rhythm::Monthly => t.f("calendar.rhythm.by").with("n", expectation.nth).to_string(),
        }
    }

    fn weekday(&self, n: &i64) -> &'static str {
        self.frame.t.s(&format!("calendar.weekday.{n}"))
    }

    fn weekdays(&self) -> [i64; 7] {
        [0, 1, 2, 3, 4, 5, 6]
    }

    /// How a file of a day looks: class, icon, word.
    fn look(&self, due: &Due) -> (&'static str, &'static str, &'static str) {
        let t = self.frame.t;
        if due.is_there {
            ("paid", "circle-check", t.s("calendar.there"))
        } else if due.due_on <= self.today {
            ("returned", "alert-triangle", t.s("calendar.missing"))
        } else {
            ("draft", "circle-dashed", t.s("calendar.expected"))
        }
    }

    fn class(&self, cell: &Cell) -> &'static str {
        match (cell.is_today, cell.is_working) {
            (true, _) => "today",
            (false, true) => "",
            (false, false) => "off",
        }
    }
}

fn profile(lang: Lang, name: &str) -> String {
    Profile::find(name, FileDirection::In).map_or_else(|| name.to_owned(), |found| title(lang, found))
}

fn title(lang: Lang, profile: &Profile) -> String {
    match lang {
        Lang::Zh => profile.title().zh.clone(),
        Lang::En => profile.title().en.clone(),
    }
}

fn cells(frame: &Frame, (first, today): (Day, Day), calendar: &Calendar, due: &[Due]) -> Vec<Cell> {
    let t = frame.t;
    days(first, first.month_end())
        .map(|day| {
            let official = Calendar::official(day).map(|code| t.s(&format!("calendar.official.{code}")).to_owned());
            let said = calendar.said(day).map(|said| said.name.clone());
            Cell {
                day,
                is_working: calendar.is_working(day),
                is_today: day == today,
                name: said.or(official).unwrap_or_default(),
                files: due.iter().filter(|due| due.about == day).cloned().collect(),
            }
        })
        .collect()
}

async fn page<A: Admission>(
    who: &In<A>,
    month: Option<&str>,
    frame: Frame,
    form: Fields,
    door: &Door,
) -> Result<Month> {
    let (c, book_id, t) = (&door.db.read, who.book_id(), frame.t);
    let today = door.surroundings.clock.now().day();
    let first = match month {
        Some(month) => Day::parse(&format!("{month}-01")).map_err(|_| Error::NotFound)?,
        None => today.month_start(),
    };
    let calendar = store::calendar(c, book_id).await?;
    let expectations = store::expectations(c, book_id).await?;
    let received = store::received(c, book_id).await?;
    let of_month = expectations.iter().flat_map(|one| dues(&calendar, one, &received, first.month_end()));
    let due: Vec<Due> = of_month.filter(|due| first <= due.about).collect();
    let accounts = payments::paying_accounts(c, book_id).await?;
    let open = accounts.iter().filter(|account| account.state == "open");
    let rhythm = |rhythm: Rhythm| {
        let word = match rhythm {
            Rhythm::Daily => t.s("calendar.rhythm.daily"),
            Rhythm::Monthly => t.s("calendar.rhythm.monthly"),
        };
        Choice::new(rhythm.code(), word)
    };
    let incoming = Profile::shipped().iter().filter(|found| found.direction == FileDirection::In);
    let heading = t.f("calendar.title.month").with("month", first.month());
    Ok(Month {
        before: (0..weekday(first)).collect(),
        after: (weekday(first.month_end()) + 1..7).collect(),
        cells: cells(&frame, (first, today), &calendar, &due),
        missing: missing(&calendar, &expectations, &received, today),
        account_choices: open
            .map(|one| Choice::new(one.id, format!("{} {}", one.bank_name, one.account_number)))
            .collect(),
        profiles: incoming.map(|found| Choice::new(found.name(), title(t.lang(), found))).collect(),
        rhythms: Rhythm::ALL.map(rhythm).to_vec(),
        kinds: vec![Choice::new("off", t.s("calendar.off")), Choice::new("working", t.s("calendar.working"))],
        knows: Calendar::knows(first.year()),
        expects: OfExpecter::ROLES.iter().any(|role| who.acts(*role)),
        manages: who.acts(Role::Manager),
        frame: frame.following_position().page("calendar", heading),
        accounts,
        expectations,
        first,
        today,
        form,
    })
}

/// Shows a month.
#[get("/calendar?<month>")]
pub async fn show(who: Reader, month: Option<&str>, frame: Frame, door: &Managed<Door>) -> Answer<Month> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, month, frame, Fields::new(), door).await?))
}

/// Says whether a day is worked.
#[post("/calendar/days", data = "<sent>")]
pub async fn set_day(
    who: Manager,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Month>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, None, frame, form, door).await?)) };
    let typed = |name: &str| form.value(name).to_owned();
    let day = DayForm { day: typed("day"), working: typed("working"), name: typed("name") };
    match actions::set_day(door, who.ask(key, "set_calendar_day"), day).await {
        Ok(answer) => {
            let to = frame.to(&format!("calendar?month={}", answer.day.month()));
            Ok(Reply::done(to, frame.t.s("calendar.day.done")))
        }
        Err(error) => Ok(Reply::again(page(&who, None, frame, form.take(error)?, door).await?)),
    }
}

/// Says that a bank is expected to send a file.
#[post("/calendar/expectations", data = "<sent>")]
pub async fn expect(
    who: Expecter,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Month>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, None, frame, form, door).await?)) };
    let typed = |name: &str| form.value(name).to_owned();
    let expectation = ExpectationForm {
        account: typed("account"),
        profile: typed("profile"),
        rhythm: typed("rhythm"),
        nth: typed("nth"),
        from: typed("from"),
    };
    match actions::expect(door, who.ask(key, "expect_bank_file"), expectation).await {
        Ok(_) => Ok(Reply::done(frame.href("calendar"), frame.t.s("calendar.expect.done"))),
        Err(error) => Ok(Reply::again(page(&who, None, frame, form.take(error)?, door).await?)),
    }
}

/// Says that it is expected no more.
#[post("/calendar/expectations/<id>/end", data = "<sent>")]
pub async fn end(
    who: Expecter,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Month>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, None, frame, form, door).await?)) };
    match actions::end_expectation(door, who.ask(key, "end_expectation"), id).await {
        Ok(_) => Ok(Reply::done(frame.href("calendar"), frame.t.s("calendar.end.done"))),
        Err(error) => Ok(Reply::again(page(&who, None, frame, form.take(error)?, door).await?)),
    }
}
