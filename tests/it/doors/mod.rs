//! Who may come through which door: every mounted route with every role, and with pages that are not ours.

mod foreign_pages;
mod past;
mod roles_by_route;

use std::fmt::Write as _;

use relief_ledger::grants::{self, Form};
use relief_ledger::people::Role;
use rocket::http::Method;

use crate::support::book::World;
use crate::support::every_record::{Stands, every_record};
use crate::support::office::form;
use crate::support::visitor::user;

/// The table.
const TABLE: &str = include_str!("roles_by_route.txt");

/// Who comes to a door, in the order of the table's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visiting {
    /// Nobody has signed in.
    Nobody,
    /// Somebody without a role.
    Roleless,
    /// Somebody with this role alone.
    With(Role),
}

impl Visiting {
    const ALL: [Self; 8] = [
        Self::Nobody,
        Self::Roleless,
        Self::With(Role::Clerk),
        Self::With(Role::Reviewer),
        Self::With(Role::Cashier),
        Self::With(Role::Manager),
        Self::With(Role::Auditor),
        Self::With(Role::Administrator),
    ];

    /// The login of whoever it is.
    const fn login(self) -> Option<&'static str> {
        match self {
            Self::Nobody => None,
            Self::Roleless => Some("roleless"),
            Self::With(role) => Some(role.code()),
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    method: Method,
    route: String,
    may: [bool; 8],
}

impl Row {
    fn is_decision_on_import(&self) -> bool {
        ["review", "approve", "refuse"].iter().any(|verb| self.route == format!("/imports/<id>/{verb}"))
    }
}

fn table(text: &str) -> Vec<Row> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [method, route, marks @ ..] = words.as_slice() else { panic!("{line}") };
            assert_eq!(marks.len(), 8, "{line}");
            assert!(marks.iter().all(|mark| matches!(*mark, "x" | ".")), "{line}");
            Row {
                method: method.parse().unwrap(),
                route: (*route).to_owned(),
                may: std::array::from_fn(|column| marks[column] == "x"),
            }
        })
        .collect()
}

/// An address that leads to a route, with ids of records that are there.
fn address(row: &Row, house: &House) -> String {
    let (route, stands) = (row.route.as_str(), &house.stands);
    let id = match route.split('/').nth(1).unwrap() {
        "policies" => stands.policy,
        "policy-changes" => stands.policy_change,
        "budget-changes" => stands.budget_change,
        "recipients" => stands.recipient,
        "grants" if route.ends_with("/edit") => house.draft,
        "accounts" => stands.account,
        // A manager decides on policies alone, whoever decides on them.
        "imports" if row.is_decision_on_import() => stands.policies_import,
        "imports" => stands.import,
        "batches" if route.contains("/files") => stands.payments.released,
        "reconciliation" if route.contains("/account/") => stands.statements.account,
        "reconciliation" if route.contains("/line/") => stands.statements.line,
        "reconciliation" if route.contains("/record/") => stands.statements.record,
        "reconciliation" if route.contains("/inquiries/") => stands.statements.inquiry,
        "reconciliation" => stands.payments.released,
        "documents" => stands.document,
        "calendar" => stands.statements.expectation,
        "batches" => stands.payments.waiting,
        "payments" if route.contains("/of-grant/") => stands.payments.grant,
        "payments" => stands.payments.payment,
        "bank-files" => stands.payments.bank_file,
        "differences" => stands.payments.line,
        "audit" if route.contains("/samples/") => stands.sample,
        "audit" => stands.statement,
        "schedules" if row.route.contains("/parts/") => stands.parts.standing,
        "schedules" => stands.parts.pending,
        "holds" if route.contains("/of-recipient/") => stands.recipient,
        "holds" if route.contains("/of-grant/") => stands.grant,
        "holds" => stands.parts.hold,
        "instalments" => stands.payments.grant,
        "closing" => stands.closings.closing,
        "reopenings" => stands.closings.reopening,
        "paying-accounts" => stands.payments.paying_account,
        "vouchers" => stands.vouchers.voucher,
        "posting-rules" => stands.vouchers.rules,
        "profiles" => stands.payments.profile,
        "setting-changes" => stands.setting_change,
        "report-filings" => stands.report_filing,
        "recoveries" | "corrections" if route.contains("/of-grant/") => stands.recoveries.grant,
        "recoveries" => stands.recoveries.demand,
        "receipts" => stands.recoveries.receipt,
        "offsets" => stands.recoveries.offset,
        "corrections" => stands.recoveries.correction,
        _ => stands.grant,
    };
    let file = match route.split('/').nth(1).unwrap() {
        "batches" => &stands.payments.made,
        "bank-files" => &stands.payments.bytes,
        _ => &stands.file,
    };

    let mut path = match route {
        "/static/<tag>/<path..>" => relief_ledger::web::asset("app.css"),
        _ => route.to_owned(),
    };
    for (place, value) in [
        ("<id>", id.to_string()),
        ("<row>", stands.row.to_string()),
        ("<sha256>", file.clone()),
        ("<month>", "2020-03".to_owned()),
        ("<position>", "1".to_owned()),
        ("<number>", "2".to_owned()),
        ("<direction>", "out".to_owned()),
        ("<name>", name(route).to_owned()),
        ("<login>", "somebody".to_owned()),
        ("<code>", "no-such-book".to_owned()),
        ("<leaf>", "00ff".to_owned()),
        ("<token>", "no-such-token".to_owned()),
        ("<kind>", "same_day".to_owned()),
    ] {
        path = path.replace(place, &value);
    }
    assert!(!path.contains('<'), "{path}: what stands for this place?");
    match route {
        "/grants/check" => write!(path, "?grant=0").unwrap(),
        "/review/decide" => write!(path, "?grant={}", stands.grant).unwrap(),
        "/reports/due" => path += "?month=2020-03",
        "/audit/samples/<id>/file" => path += "?format=csv",
        "/reports/<name>/file" | "/report-filings/<id>/file" if row.method == Method::Get => path += "?format=csv",
        "/recoveries/new" | "/corrections/new" => write!(path, "?grant={}", stands.recoveries.grant).unwrap(),
        "/offsets/new" => write!(path, "?demand={}", stands.recoveries.demand).unwrap(),
        "/undelivered/rows" => write!(path, "?policy={}&why=approved", stands.policy).unwrap(),
        "/audit/exports/file" | "/audit/exports/manifest" => {
            path += "?what=totals&format=csv&lang=en&as_of=2020-10-31&by=policy";
        }
        _ => {}
    }
    path
}

/// What is called by a name behind this route.
fn name(route: &str) -> &'static str {
    match route.split('/').nth(1) {
        Some("settings") => "head_of_unit",
        Some("reports") => "grants-summary",
        _ => "ccb",
    }
}

/// What a form must at least say so that something is found.
fn fields(row: &Row, house: &House) -> String {
    match row.route.as_str() {
        "/review/decide" => format!("&grant={}", house.stands.grant),
        "/offsets/new" => format!("&demand={}", house.stands.recoveries.demand),
        "/recoveries/new" | "/corrections/new" => format!("&grant={}", house.stands.recoveries.grant),
        _ => String::new(),
    }
}

/// What stands in the book, and a draft of the clerk who comes.
struct House {
    stands: Stands,
    draft: i64,
}

/// A full book, an account for everybody who comes, one to be administered and one with every role.
async fn house(world: &World) -> House {
    let mut draft = 0;
    let stands = every_record(world).await;
    for visiting in Visiting::ALL {
        let roles: &[Role] = if let Visiting::With(role) = &visiting { std::slice::from_ref(role) } else { &[] };
        if let Some(login) = visiting.login() {
            let actor = user(world, login, roles).await;
            if roles == [Role::Clerk] {
                let typed = Form { amount: "1900".into(), applied_on: "2020-12-01".into(), ..form("A-9", 0) };
                let ask = world.ask(&actor, "record_grant");
                draft = grants::record(&world.door, ask, typed, false).await.unwrap().grant;
            }
        }
    }
    user(world, "somebody", &[]).await;
    user(world, "everything", &Role::ALL).await;
    House { stands, draft }
}
