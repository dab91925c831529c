//! Vouchers of a month, and what has none yet.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::{Gatherer, OfGatherer};
use crate::journal::Door;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::people::{Admission, In, Reader};
use crate::vouchers::actions;
use crate::vouchers::rules::{VoucherKind, parse_month};
use crate::vouchers::store::{self, Month, Voucher};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// Vouchers on one page.
const ROWS_EACH: u64 = 100;

/// The list.
#[derive(Template)]
#[template(path = "vouchers/pages/list.html")]
pub struct List {
    frame: Frame,
    form: Fields,
    /// The months that have vouchers, the newest first.
    months: Vec<String>,
    month: String,
    kind: Option<VoucherKind>,
    /// The types of the month that is shown.
    kinds: Vec<Month>,
    rows: Vec<Voucher>,
    is_first: bool,
    next: Option<i64>,
    /// Transfers without a voucher, by month; for those who may gather them.
    uncovered: Vec<(String, i64)>,
}

impl List {
    fn address(&self, month: &str, kind: Option<&VoucherKind>) -> String {
        let kind = kind.map_or_else(String::new, |kind| format!("&kind={}", kind.code()));
        format!("{}?month={month}{kind}", self.frame.href("vouchers"))
    }

    fn is_month(&self, month: &str) -> bool {
        self.month == month
    }

    fn is_kind(&self, kind: &VoucherKind) -> bool {
        self.kind == Some(*kind)
    }

    fn amount(&self, voucher: &Voucher) -> String {
        let sign = if voucher.is_red { "-" } else { "" };
        format!("{sign}{}", self.frame.t.yuan(voucher.sum))
    }

    fn first_page(&self) -> String {
        if self.is_first { String::new() } else { self.address(&self.month, self.kind.as_ref()) }
    }

    fn onward(&self) -> String {
        let after = |id| format!("{}&after={id}", self.address(&self.month, self.kind.as_ref()));
        self.next.map_or_else(String::new, after)
    }

    fn sum_of(&self, month: &Month) -> String {
        let sum: Fen = month.sum;
        self.frame.t.yuan(sum)
    }

    /// How many transfers have no voucher, and in which months.
    fn without(&self) -> String {
        let n: i64 = self.uncovered.iter().map(|(_, n)| n).sum();
        let months: Vec<&str> = self.uncovered.iter().map(|(month, _)| month.as_str()).collect();
        let t = self.frame.t;
        let between = t.s("payments.between");
        t.f("vouchers.uncovered").with("n", t.count(n)).with("months", months.join(between)).to_string()
    }
}

/// What an address asks for.
#[derive(Default)]
struct Asked<'a> {
    month: Option<&'a str>,
    kind: Option<&'a str>,
    after: Option<i64>,
}

async fn page<A: Admission>(who: &In<A>, asked: Asked<'_>, frame: Frame, form: Fields, door: &Door) -> Result<List> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let all = store::months(c, book_id).await?;
    let mut months: Vec<String> = all.iter().map(|of| of.month.clone()).collect();
    months.dedup();
    let month = asked.month.and_then(parse_month).or_else(|| months.first().cloned()).unwrap_or_default();
    let kind = asked.kind.and_then(VoucherKind::from_code);
    let part = (asked.after.unwrap_or(0), ROWS_EACH + 1);
    let mut rows = store::vouchers_of_month(c, book_id, (&month, kind), part).await?;
    let is_more = rows.len() as u64 > ROWS_EACH;
    rows.truncate(usize::try_from(ROWS_EACH).unwrap_or(usize::MAX));
    let gathers = OfGatherer::ROLES.iter().any(|role| who.acts(*role));
    let uncovered = if gathers { store::uncovered(c, book_id, who.head().position).await? } else { Vec::new() };
    let title = frame.t.s("vouchers.title");
    Ok(List {
        next: rows.last().map(|voucher| voucher.id).filter(|_| is_more),
        is_first: asked.after.is_none(),
        kinds: all.into_iter().filter(|of| of.month == month).collect(),
        frame: frame.following_position().page("vouchers", title),
        form,
        months,
        month,
        kind,
        rows,
        uncovered,
    })
}

/// Shows the list.
#[get("/vouchers?<month>&<kind>&<after>")]
pub async fn show(
    who: Reader,
    month: Option<&str>,
    kind: Option<&str>,
    after: Option<i64>,
    frame: Frame,
    door: &Managed<Door>,
) -> Answer<List> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, Asked { month, kind, after }, frame, Fields::new(), door).await?))
}

/// Gathers what has no voucher into vouchers.
#[post("/vouchers/gather", data = "<sent>")]
pub async fn gather(
    who: Gatherer,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<List>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else {
        return Ok(Reply::again(page(&who, Asked::default(), frame, form, door).await?));
    };
    match actions::gather(door, who.ask(key, "gather_vouchers")).await {
        Ok(gathered) => {
            let said = frame.t.n("vouchers.gathered", gathered.vouchers.len());
            Ok(Reply::done(frame.href("vouchers"), said))
        }
        Err(error) => Ok(Reply::again(page(&who, Asked::default(), frame, form.take(error)?, door).await?)),
    }
}
