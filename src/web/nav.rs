//! The navigation, in the order of the work. One table; who may see what is decided by whoever seats a person.

/// A place that people go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Its name in the program: what [`super::Frame::page`] is told to mark it.
    pub id: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Its address below the base of the book, without a leading slash.
    pub path: &'static str,
    /// Its word in the catalogue.
    pub key: &'static str,
}

/// Places of one kind of work.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// The heading in the catalogue; none for the overview, which stands alone.
    pub key: Option<&'static str>,
    /// The places.
    pub items: &'static [Item],
}

const fn item(id: &'static str, icon: &'static str, path: &'static str, key: &'static str) -> Item {
    Item { id, icon, path, key }
}

/// Every place there is, in the order of the work. A feature that adds a page adds its line here and its word to
/// `frame.toml`.
pub const ALL: &[Group] = &[
    Group { key: None, items: &[item("overview", "home", "", "frame.nav.overview")] },
    Group {
        key: Some("frame.nav.ledger"),
        items: &[
            item("grants", "list-details", "grants", "frame.nav.grants"),
            item("imports", "file-import", "imports", "frame.nav.imports"),
            item("review", "clipboard-check", "review", "frame.nav.review"),
            item("recipients", "building-store", "recipients", "frame.nav.recipients"),
        ],
    },
    Group {
        key: Some("frame.nav.payment"),
        items: &[
            item("batches", "cash-banknote", "batches", "frame.nav.batches"),
            item("instalments", "calendar-due", "instalments", "frame.nav.instalments"),
            item("holds", "lock", "holds", "frame.nav.holds"),
            item("bank-files", "building-bank", "bank-files", "frame.nav.bank_files"),
            item("differences", "alert-triangle", "differences", "frame.nav.differences"),
            item("recoveries", "receipt-refund", "recoveries", "frame.nav.recoveries"),
            item("undelivered", "clock", "undelivered", "frame.nav.undelivered"),
            item("corrections", "transfer", "corrections", "frame.nav.corrections"),
            item("paying-accounts", "wallet", "paying-accounts", "frame.nav.paying_accounts"),
            item("vouchers", "book", "vouchers", "frame.nav.vouchers"),
            item("documents", "file-text", "documents", "frame.nav.documents"),
            item("profiles", "file-text", "profiles", "frame.nav.profiles"),
            item("reconciliation", "scale", "reconciliation", "frame.nav.reconciliation"),
            item("calendar", "list-check", "calendar", "frame.nav.calendar"),
        ],
    },
    Group {
        key: Some("frame.nav.audit"),
        items: &[
            item("totals", "report-money", "audit/totals", "frame.nav.totals"),
            item("trial-balance", "scale", "audit/trial-balance", "frame.nav.trial_balance"),
            item("monthly", "file-text", "audit/monthly", "frame.nav.monthly"),
            item("reports", "clipboard-check", "reports", "frame.nav.reports"),
            item("closing", "lock", "closing", "frame.nav.closing"),
            item("claim", "checklist", "audit/claim", "frame.nav.claim"),
            item("samples", "list-check", "audit/samples", "frame.nav.samples"),
            item("anomalies", "alert-triangle", "audit/anomalies", "frame.nav.anomalies"),
            item("compare", "scale", "audit/compare", "frame.nav.compare"),
            item("log", "history", "audit/log", "frame.nav.log"),
            item("exports", "download", "audit/exports", "frame.nav.exports"),
        ],
    },
    Group {
        key: Some("frame.nav.service"),
        items: &[
            item("policies", "certificate", "policies", "frame.nav.policies"),
            item("applications", "file-text", "applications", "frame.nav.applications"),
            item("cases", "message-circle", "cases", "frame.nav.cases"),
            item("disclosure", "speakerphone", "disclosure", "frame.nav.disclosure"),
        ],
    },
    Group {
        key: Some("frame.nav.system"),
        items: &[
            item("users", "users", "users", "frame.nav.users"),
            item("settings", "settings", "settings", "frame.nav.settings"),
        ],
    },
];

/// A place as one person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The place.
    pub item: Item,
    /// Its whole address.
    pub href: String,
    /// How much waits there for this person; zero shows nothing.
    pub waiting: i64,
}

/// The places of one kind of work that one person may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading in the catalogue.
    pub key: Option<&'static str>,
    /// At least one place.
    pub links: Vec<Link>,
}

/// The navigation of one person. `base` is the address of the book without a trailing slash (`""` or `"/books/beilun"`);
/// `waiting` says for each place how much waits there, or `None` where the person has no business or nothing is built.
pub fn sections(base: &str, waiting: impl Fn(&Item) -> Option<i64>) -> Vec<Section> {
    ALL.iter()
        .map(|group| Section {
            key: group.key,
            links: group
                .items
                .iter()
                .filter_map(|item| {
                    let waiting = waiting(item)?;
                    Some(Link { item: *item, href: format!("{base}/{}", item.path), waiting })
                })
                .collect(),
        })
        .filter(|section| !section.links.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::{i18n, icons};

    #[test]
    fn every_place_has_a_word_and_an_icon() {
        for group in ALL {
            assert!(group.key.is_none_or(i18n::has));
            for item in group.items {
                assert!(i18n::has(item.key), "{}", item.key);
                assert!(icons::exists(item.icon), "{}", item.icon);
            }
        }
    }

    #[test]
    fn only_what_the_person_may_use_is_shown() {
        let shown = sections("", |item| (item.id == "grants").then_some(3));
        assert_eq!(shown.len(), 1);
        assert_eq!(shown[0].links[0].href, "/grants");
        assert_eq!(shown[0].links[0].waiting, 3);
    }
}
