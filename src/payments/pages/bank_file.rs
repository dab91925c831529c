//! One file of the bank: what it brought, its lines, its bytes.

use std::collections::HashMap;

use askama::Template;
use rocket::http::ContentType;
use rocket::{State as Managed, get};

use super::FileReader;
use super::words::{self, Look};
use crate::journal::{Door, Names};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::actions;
use crate::payments::files::FileDirection;
use crate::payments::rules::Name;
use crate::payments::store::{self, BankFile, DifferenceFilter, Discrepancy, Line, LineWhole, Profiles, WhichLines};
use crate::people::{Reader, Role};
use crate::vouchers::{self, Act};
use crate::web::{Answer, Download, Frame, Page};

/// Lines on one page.
const ROWS_EACH: u64 = 100;

/// The file.
#[derive(Template)]
#[template(path = "payments/pages/bank_file.html")]
pub struct Shown {
    frame: Frame,
    file: BankFile,
    names: Names,
    profiles: Profiles,
    /// Differences by name, and how many of them there are.
    counted: Vec<(Name, i64)>,
    /// Those that are open.
    open: Vec<(Name, i64)>,
    /// How many lines there are of each kind.
    kinds: Vec<(WhichLines, i64)>,
    which: WhichLines,
    rows: Vec<Line>,
    differences: HashMap<i64, Vec<Discrepancy>>,
    /// What lines stand for as a whole, by line.
    wholes: HashMap<i64, LineWhole>,
    is_first: bool,
    next: Option<i64>,
    undoes: bool,
    pays: bool,
    decides: bool,
    downloads: bool,
    vouchers: Vec<vouchers::Brief>,
}

impl Shown {
    /// How many differences of a name this person can settle together.
    fn together(&self, name: &Name) -> i64 {
        let open = self.open.iter().find(|(open, _)| open == name).map_or(0, |(_, n)| *n);
        if self.pays && open > 1 { open } else { 0 }
    }

    fn look(&self) -> Look {
        words::bank_file(self.frame.t, &self.file.state)
    }

    fn base(&self) -> String {
        self.frame.href(&format!("bank-files/{}", self.file.id))
    }

    fn profile(&self) -> String {
        words::profile(self.frame.t, &self.profiles, &self.file.profile, (FileDirection::In, self.file.profile_version))
    }

    fn which_word(&self, which: &WhichLines) -> &'static str {
        let t = self.frame.t;
        match which {
            WhichLines::All => t.s("payments.lines.all"),
            WhichLines::Applied => t.s("payments.lines.applied"),
            WhichLines::Differing => t.s("payments.lines.differing"),
            WhichLines::Other => t.s("payments.lines.other"),
        }
    }

    fn is(&self, which: &WhichLines) -> bool {
        self.which == *which
    }

    fn status(&self, status: &str) -> String {
        words::answer(self.frame.t, status)
    }

    /// What became of a line.
    fn outcome(&self, line: &Line) -> Look {
        let t = self.frame.t;
        let differs = self.differences.get(&line.id).map_or(&[][..], Vec::as_slice);
        let open = differs.iter().any(|difference| difference.state == "open");
        match (line.applied == 1, differs.is_empty(), open) {
            (true, ..) => Look { class: "paid", icon: "circle-check", word: t.s("payments.lines.applied") },
            (false, true, _) if self.wholes.contains_key(&line.id) => {
                Look { class: "paid", icon: "circle-check", word: t.s("payments.whole") }
            }
            (false, true, _) => Look { class: "draft", icon: "info-circle", word: t.s("payments.lines.other") },
            (false, false, true) => words::difference(t, "open"),
            (false, false, false) => words::difference(t, "settled"),
        }
    }

    fn said(&self, line: &Line) -> String {
        let t = self.frame.t;
        let differs = self.differences.get(&line.id).map_or(&[][..], Vec::as_slice);
        differs.iter().map(|difference| t.s(difference.name.key())).collect::<Vec<_>>().join(t.s("payments.between"))
    }

    /// What a line stands for as a whole, in words; empty if it does not.
    fn whole(&self, line: &Line) -> String {
        let t = self.frame.t;
        let Some(whole) = self.wholes.get(&line.id) else { return String::new() };
        let n = t.count(whole.payments_count);
        match (whole.batch, whole.part) {
            (Some(batch), Some(part)) => {
                t.f("payments.whole.part").with("batch", batch).with("part", part).with("n", n).to_string()
            }
            (Some(batch), None) => t.f("payments.whole.batch").with("batch", batch).with("n", n).to_string(),
            (None, _) => t.f("payments.whole.several").with("n", n).to_string(),
        }
    }

    fn amount(&self, line: &Line) -> String {
        self.frame.t.yuan_or(line.amount_fen.map(Fen::new))
    }

    fn day(&self, line: &Line) -> String {
        self.frame.t.day_or(line.completed_on.as_deref().and_then(|day| Day::parse(day).ok()))
    }

    fn first_page(&self) -> String {
        if self.is_first { String::new() } else { format!("{}?which={}", self.base(), self.which.code()) }
    }

    fn onward(&self) -> String {
        let link = |after| format!("{}?which={}&after={after}", self.base(), self.which.code());
        self.next.map_or_else(String::new, link)
    }
}

/// Shows a file.
#[get("/bank-files/<id>?<which>&<after>")]
pub async fn show(
    who: Reader,
    id: i64,
    which: Option<&str>,
    after: Option<i64>,
    frame: Frame,
    door: &Managed<Door>,
) -> Answer<Shown> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let file = store::bank_file(c, book_id, id).await?;
    let which = which.and_then(WhichLines::from_code).unwrap_or_default();
    let mut rows = store::lines_of(c, book_id, id, which, (after.unwrap_or(0), ROWS_EACH + 1)).await?;
    let is_more = rows.len() as u64 > ROWS_EACH;
    rows.truncate(usize::try_from(ROWS_EACH).unwrap_or(usize::MAX));
    let ids: Vec<i64> = rows.iter().map(|line| line.id).collect();
    let mut differences: HashMap<i64, Vec<Discrepancy>> = HashMap::new();
    for difference in store::differences_of(c, book_id, &ids).await? {
        differences.entry(difference.line).or_default().push(difference);
    }
    let mut kinds = Vec::with_capacity(WhichLines::ALL.len());
    for which in WhichLines::ALL {
        kinds.push((which, store::count_lines(c, book_id, id, which).await?));
    }
    let pays = who.acts(Role::Cashier) || who.acts(Role::Reviewer);
    let (t, up) = (frame.t, frame.href("bank-files"));
    let frame = frame
        .following_position()
        .page("bank-files", t.f("payments.file.title").with("id", id))
        .crumb(up, t.s("payments.files.title"));
    Ok(Page::new(Shown {
        profiles: Profiles::read(c, book_id).await?,
        names: Names::read(c, book_id).await?,
        counted: store::counted(c, book_id, id).await?,
        next: rows.last().map(|line| line.id).filter(|_| is_more),
        is_first: after.is_none(),
        open: {
            let open =
                DifferenceFilter { state: Some("open".to_owned()), file: Some(id), ..DifferenceFilter::default() };
            store::difference_counts(c, book_id, &open).await?
        },
        pays,
        undoes: pays && file.state == "taken",
        decides: who.acts(Role::Reviewer) && file.state == "undo_pending",
        downloads: [Role::Cashier, Role::Reviewer, Role::Manager, Role::Auditor].into_iter().any(|role| who.has(role)),
        vouchers: vouchers::of_subject(c, book_id, &[Act::BankFile, Act::BankUndo], id).await?,
        kinds,
        which,
        rows,
        differences,
        wholes: store::wholes_of_file(c, book_id, id).await?.into_iter().map(|one| (one.line_id, one)).collect(),
        file,
        frame,
    }))
}

/// The file as the bank sent it.
#[get("/bank-files/<id>/file/<sha256>")]
pub async fn original(who: FileReader, id: i64, sha256: &str, door: &Managed<Door>) -> Result<Download, Error> {
    let file = store::bank_file(&door.db.read, who.book_id(), id).await?;
    if file.sha256 != sha256 {
        return Err(Error::NotFound);
    }
    let bytes = actions::bank_file_bytes(door, who.book_id(), sha256).await?;
    Ok(Download { name: file.name, kind: ContentType::Binary, bytes })
}
