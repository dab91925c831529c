//! The list of grants.

use std::collections::{HashMap, HashSet};

use askama::Template;
use rocket::{State as Managed, get};

use super::wanted::{Address, Wanted};
use crate::grants::rules::State;
use crate::grants::store::{self, Line, Order, Sort, Sums};
use crate::journal::{Door, Keeper};
use crate::kernel::Result;
use crate::kernel::money::Fen;
use crate::people::{Reader, Role};
use crate::policies;
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page, Pager};

/// Lines of one page.
const LINES: usize = 100;

/// A filter in force, and the list without it.
#[derive(Debug)]
struct Chip {
    name: &'static str,
    value: String,
    without: String,
}

/// The list, filtered and sorted as its address says.
#[derive(Template)]
#[template(path = "grants/pages/list.html")]
pub struct List {
    frame: Frame,
    form: Fields,
    address: Address,
    order: Order,
    lines: Vec<Line>,
    /// Those whose money is held back today.
    held: HashSet<i64>,
    sums: Sums,
    /// What was disbursed until the day that is asked for, of each line and of all.
    nets: Option<(HashMap<i64, Fen>, Fen)>,
    pager: Pager,
    policies: Vec<Choice>,
    states: Vec<Choice>,
    chips: Vec<Chip>,
    may_record: bool,
    /// Position of what is shown.
    at: i64,
    /// Whether this machine can sign the book as it was there.
    signs: bool,
}

impl List {
    fn sorted(&self, by: &str) -> String {
        self.address.sorted(Sort::from_code(by).unwrap_or_default(), self.order)
    }

    fn direction(&self, by: &str) -> &'static str {
        match (self.order.by.code() == by, self.order.ascending) {
            (true, true) => "ascending",
            (true, false) => "descending",
            (false, _) => "",
        }
    }

    fn csv(&self) -> String {
        self.address.at(self.frame.href("grants.csv"))
    }

    fn net(&self, line: &Line) -> Fen {
        self.nets.as_ref().and_then(|(nets, _)| nets.get(&line.id).copied()).unwrap_or(Fen::ZERO)
    }

    fn is_held(&self, line: &Line) -> bool {
        self.held.contains(&line.id)
    }

    /// Whether the book has no grant at all.
    fn is_new(&self) -> bool {
        self.chips.is_empty() && self.sums.grants == 0
    }
}

/// Shows the list. The whole question stands in the address, so that it can be shared and found again.
#[get("/grants?<form..>")]
pub async fn show(
    who: Reader,
    mut form: Fields,
    frame: Frame,
    door: &Managed<Door>,
    keeper: &Managed<Keeper>,
) -> Answer<List> {
    let at = frame.clocks.at.unwrap_or_else(|| who.head().position);
    let signs = keeper.signs_at(&door.db.read, who.head(), at).await?;
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let policies = policies::all(c, book_id).await?;
    let wanted = Wanted::read(&mut form, &policies, &who.actor().uid);
    let page = store::page(c, book_id, &wanted.filter, wanted.order, &wanted.near, LINES).await?;
    let sums = store::sums(c, book_id, &wanted.filter).await?;
    let ids: Vec<i64> = page.rows.iter().map(|(_, line)| line.id).collect();
    let today = frame.clocks.as_of.unwrap_or_else(|| door.surroundings.clock.now().day());
    let nets = match frame.clocks.as_of {
        Some(day) => {
            Some((store::nets(c, book_id, &ids, day).await?, store::net(c, book_id, &wanted.filter, day).await?))
        }
        None => None,
    };
    let held = store::which_held_back(c, book_id, &ids, today).await?;
    let address = Address::of(frame.href("grants"), &form);
    let t = frame.t;
    let chips = chips(&frame, &form, &address);
    Ok(Page::new(List {
        pager: address.pager(&page).noting(t.n("grants.pager.shown", page.rows.len())),
        lines: page.rows.into_iter().map(|(_, line)| line).collect(),
        held,
        sums,
        nets,
        order: wanted.order,
        policies: policies
            .iter()
            .map(|policy| Choice::new(&policy.code, format!("{} {}", policy.code, policy.title)))
            .collect(),
        states: State::ALL.iter().map(|state| Choice::new(state.code(), t.state_word(state.code()))).collect(),
        chips,
        may_record: who.acts(Role::Clerk),
        at,
        signs,
        address,
        form,
        frame: frame.following_clocks().page("grants", t.s("grants.list.title")),
    }))
}

fn chips(frame: &Frame, form: &Fields, address: &Address) -> Vec<Chip> {
    let t = frame.t;
    let mut chips = Vec::new();
    let mut add = |name: &'static str, value: String, names: &[&str]| {
        chips.push(Chip { name, value, without: address.without(names) });
    };
    let plain = [
        ("q", "grants.filter.q"),
        ("policy", "grants.policy"),
        ("subdistrict", "grants.subdistrict"),
        ("min", "grants.filter.min"),
        ("max", "grants.filter.max"),
        ("from", "grants.filter.from"),
        ("to", "grants.filter.to"),
        ("import", "grants.import"),
    ];
    for (name, key) in plain {
        if let Some(value) = form.filled(name) {
            add(t.s(key), value.to_owned(), &[name]);
        }
    }
    let states: Vec<&str> = form.values("state").filter_map(State::from_code).map(|s| t.state_word(s.code())).collect();
    if !states.is_empty() {
        add(t.s("grants.state"), states.join(t.s("grants.between")), &["state"]);
    }
    if form.filled("recipient").is_some() {
        add(t.s("grants.recipient"), t.s("grants.filter.one").to_owned(), &["recipient"]);
    }
    if form.filled("mine").is_some() {
        add(t.s("grants.filter.mine"), t.s("grants.filter.yes").to_owned(), &["mine"]);
    }
    chips
}

/// How much waits for a clerk: own drafts, returned ones among them.
pub async fn own_drafts(door: &Door, book_id: i64, actor_uid: &str) -> Result<i64> {
    let filter = store::Filter {
        states: vec![State::Draft],
        prepared_by: Some(actor_uid.to_owned()),
        ..store::Filter::default()
    };
    Ok(store::sums(&door.db.read, book_id, &filter).await?.grants)
}
