//! Pictures of every page of the demonstration book, for people to look at: in both languages, light and dark, on an
//! office screen and on a telephone. One command makes them:
//!
//! `cargo test --test it screens -- --ignored`
//!
//! They lie in `.screens/LANGUAGE-LOOK-WIDTH/PAGE.png`. `SCREENS=imports` takes only pages whose name begins so,
//! `SCREENS_LOOK=zh-light-390` only that look. A page that is wider than its window fails.

use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::Locator;

use crate::support::browser::Browser;
use crate::support::guarded::{Guarded, directory};
use crate::support::person::{Person, fixture, free_port};

/// How long the demonstration may take, unoptimised on a busy machine.
const START_S_MAX: u64 = 300;
/// Width and height of an office screen and of a telephone.
const WINDOWS: [(u32, u32); 2] = [(1366, 768), (390, 844)];

/// A page: its name, and how to come to it: an address, then the links to follow, by selector.
type Stop = (&'static str, &'static str, &'static [&'static str]);

const ROW: &str = "tbody tr:nth-child(2) a";
const ACTION: &str = ".page-actions a";
/// The first demand of which something is open, and the next one, of which a part was settled against another grant.
const DEMAND: &str = "tbody tr:has(.state-recovered) a[href*='/recoveries/']";
const OFFSET: &str = "tbody tr:has(.state-recovered) ~ tr:has(.state-recovered) a[href*='/recoveries/']";

/// What nobody in particular sees.
const OUTSIDE: &[Stop] = &[("login", "/login", &[])];

const CLERK: &[Stop] = &[
    ("overview", "/", &[]),
    ("overview-past", "/?as_of=2020-10-31", &[]),
    ("grants", "/grants", &[]),
    ("grants-second", "/grants", &["a[rel=next]"]),
    ("grants-filtered", "/grants?policy=BL2020-02&state=paid&subdistrict=新碶街道&sort=amount", &[]),
    ("grants-nothing", "/grants?q=没有这样的名称", &[]),
    ("grant-paid", "/grants?state=paid", &[ROW]),
    ("grant-waiting", "/grants?state=submitted", &["tbody a"]),
    ("grant-draft", "/grants?state=draft", &["tbody a"]),
    ("grant-edit", "/grants?state=draft", &["tbody a", "a[href$='/edit']"]),
    ("grant-new", "/grants/new", &[]),
    ("review-of-clerk", "/review", &[]),
    ("recipients", "/recipients", &[]),
    ("recipients-nothing", "/recipients?q=没有这样的名称", &[]),
    ("recipient", "/recipients", &[ROW]),
    ("recipient-new", "/recipients/new", &[]),
    ("recipient-change", "/recipients", &[ROW, "a[href$='/change']"]),
    ("recipient-account-new", "/recipients", &[ROW, "a[href$='/account']"]),
    ("imports", "/imports", &[]),
    ("imports-none", "/imports?state=undone", &[]),
    ("imports-history", "/imports?state=approved", &["tbody tr:nth-child(2) td:nth-child(3) a"]),
    ("imports-history-second", "/imports?state=approved", &["tbody tr:nth-child(2) td:nth-child(3) a", "a[rel=next]"]),
    ("imports-waiting", "/imports?state=submitted", &["tbody tr:last-child td:nth-child(3) a"]),
    ("imports-row", "/imports?state=submitted", &["tbody tr:last-child td:nth-child(3) a", ROW]),
    ("imports-new", "/imports/new", &[]),
    ("instalments", "/instalments", &[]),
    ("instalments-none", "/instalments?until=2019-01-01", &[]),
    ("instalments-grant", "/instalments", &["table[data-list] tbody a"]),
    ("instalments-set", "/grants?state=approved", &["tbody tr:nth-child(9) a", "a[href$='/schedule']"]),
    ("instalments-condition", "/instalments", &["table[data-list] a[href*='/parts/']"]),
    ("holds", "/holds", &[]),
    ("holds-none", "/holds?which=all&before=1", &[]),
    ("holds-new", "/grants?state=approved", &["tbody tr:nth-child(9) a", "a[href*='/holds/new']"]),
    ("holds-grant", "/holds", &["tbody td:nth-child(3) a"]),
    ("holds-one", "/holds", &["tbody tr:nth-child(2) td:nth-child(1) a"]),
    ("recovery-new", "/grants?state=paid", &["tbody tr:nth-child(6) a", "a[href*='/recoveries/new']"]),
    ("correction-new", "/grants?state=paid", &["tbody tr:nth-child(6) a", "a[href*='/corrections/new']"]),
    ("offset-new", "/recoveries", &[OFFSET, "a[href*='/offsets/new']"]),
    ("book", "/book", &[]),
    ("password", "/password", &[]),
    ("error-not-found", "/nowhere", &[]),
    ("error-forbidden", "/users", &[]),
];

const REVIEWER: &[Stop] = &[
    ("reviewer-overview", "/", &[]),
    ("review", "/review", &[]),
    ("review-decide", "/review", &["tbody a"]),
    ("imports-decide", "/imports?state=submitted", &["tbody tr:last-child td:nth-child(3) a", ACTION]),
    ("imports-decide-policies", "/imports?state=submitted", &["tbody td:nth-child(3) a", ACTION]),
    ("imports-policies", "/imports?state=submitted", &["tbody td:nth-child(3) a"]),
    ("imports-policy-row", "/imports?state=submitted", &["tbody td:nth-child(3) a", "tbody tr:not(.struck) a"]),
    ("imports-undo", "/imports?state=approved", &["tbody tr:nth-child(2) td:nth-child(3) a", "a[href$='/undo']"]),
    ("instalments-decide", "/instalments", &[".confirm-list a"]),
    ("holds-decide", "/holds?which=waiting", &["tbody a"]),
    ("account", "/recipients", &[".alert a"]),
    ("batch-release", "/batches?state=built", &["tbody a", ACTION]),
    ("differences-of-reviewer", "/differences", &[]),
    ("profile-decide", "/profiles", &[".alert a"]),
    ("setting-decide", "/settings", &["a.state-submitted"]),
    ("policy-decide", "/policies", &["tbody a", "a[href$='/decide']"]),
    ("policy-change-decide", "/policies", &["tbody tr:has(.state-paid) a", "a[href*='/policy-changes/']"]),
    ("policy-budget-decide", "/policies", &["tbody tr:has(.state-paid) a", "a[href*='/budget-changes/']"]),
    ("recovery-decide", "/recoveries", &[".confirm-list a"]),
    ("correction-decide", "/corrections", &["tbody tr:has(.state-submitted) a[href*='/corrections/']"]),
    ("reconciliation-sign", "/reconciliation", &["tr:has(.state-submitted) a[href*='/batch/']", "a[href*='/record/']"]),
    ("report-sign", "/reports", &["table a[href*='/report-filings/']"]),
    ("closing", "/closing", &[]),
    ("closing-decide", "/closing", &[".alert a"]),
];

const MANAGER: &[Stop] = &[
    ("settings", "/settings", &[]),
    ("setting", "/settings/typed_above", &[]),
    ("paying-account-decide", "/paying-accounts", &["tbody tr:has(.state-submitted) a"]),
    ("policies", "/policies", &[]),
    ("policy", "/policies", &["tbody tr:has(.state-paid) a"]),
    ("policy-new", "/policies/new", &[]),
    ("policy-change", "/policies", &["tbody tr:has(.state-paid) a", "a[href$='/change']"]),
    ("policy-budget", "/policies", &["tbody tr:has(.state-paid) a", "a[href$='/budget']"]),
    ("closing-prepare", "/closing/new?month=2020-12", &[]),
    ("closing-reopen", "/closing/reopen", &[]),
    ("vouchers-of-manager", "/vouchers", &[]),
    ("report-to-file", "/reports/budget-progress?as_of=2020-11-30&unit=wan", &[]),
    ("reports-of-manager", "/reports", &[]),
    ("posting-rules-new", "/posting-rules/new", &[]),
];

const CASHIER: &[Stop] = &[
    ("batches", "/batches", &[]),
    ("batches-none", "/batches?state=open", &[]),
    ("batch-new", "/batches/new", &[]),
    ("batch-waiting", "/batches?state=built", &["tbody a"]),
    ("batch-released", "/batches?state=released", &["tbody tr:nth-child(2) a"]),
    ("bank-files", "/bank-files", &[]),
    ("bank-file", "/bank-files", &["tbody tr:nth-child(3) a"]),
    ("bank-file-new", "/bank-files/new", &[]),
    ("bank-file-undo", "/bank-files", &["tbody tr:nth-child(3) a", "a[href$='/undo']"]),
    ("differences", "/differences", &[]),
    ("differences-settled", "/differences?state=settled", &[]),
    ("payment", "/batches?state=released", &["tbody tr:nth-child(2) a", "table[data-list] tbody a"]),
    (
        "payment-returned",
        "/batches?state=released",
        &["tbody tr:last-child a", "a[href*='state=returned']", "table[data-list] tbody a"],
    ),
    ("paying-accounts", "/paying-accounts", &[]),
    ("paying-account-new", "/paying-accounts/new", &[]),
    ("profiles", "/profiles", &[]),
    ("profile", "/profiles/of/out/gb18030-text", &[]),
    ("profile-in", "/profiles/of/in/generic-csv", &[]),
    ("profile-new", "/profiles/new?direction=out&from=generic-csv", &[]),
    ("reconciliation", "/reconciliation", &[]),
    ("reconciliation-batch", "/reconciliation", &["a[href*='/reconciliation/batch/']"]),
    ("reconciliation-month", "/reconciliation", &["a[href*='/reconciliation/account/']"]),
    ("reconciliation-entries", "/reconciliation", &["a[href*='/reconciliation/account/']", "a[href$='/entries']"]),
    (
        "reconciliation-signed",
        "/reconciliation",
        &["a[href*='/reconciliation/account/']:has(+ .state-paid)", "a[href*='/record/']"],
    ),
    ("calendar-of-cashier", "/calendar", &[]),
    ("recovery-receive", "/recoveries", &[DEMAND]),
];

/// A sentence with figures that are true, false and not checkable.
const CHECKED: &str = "/audit/claim?year=2020&text=截至10月底，该区已向10402家市场主体发放共计1.27亿元纾困资金，稳岗返还3500万元，\
    兑现率99.38%25。";

const AUDITOR: &[Stop] = &[
    ("totals", "/audit/totals?by=policy&as_of=2020-10-31", &[]),
    ("totals-many", "/audit/totals?by=subdistrict&by=size", &[]),
    ("monthly", "/audit/monthly?month=2020-10", &[]),
    ("past-grants", "/grants?as_of=2020-08-31&at=14000&policy=BL2020-01", &[]),
    ("log", "/audit/log", &[]),
    ("log-nothing", "/audit/log?kind=book_reopened", &[]),
    ("event", "/audit/log", &[ROW]),
    ("vouchers", "/vouchers", &[]),
    ("voucher", "/vouchers", &["tbody td:first-child a"]),
    ("voucher-red", "/vouchers", &["tbody tr:has(.red-ink) td:first-child a"]),
    ("posting-rules", "/posting-rules", &[]),
    ("claim", "/audit/claim", &[]),
    ("claim-checked", CHECKED, &[]),
    ("claim-kept", "/audit/claim/kept", &[]),
    ("claim-rows", CHECKED, &["a[href*='/audit/claim/rows']"]),
    ("anomalies", "/audit/anomalies", &[]),
    ("anomalies-groups", "/audit/anomalies/several_policies", &[]),
    ("anomalies-rows", "/audit/anomalies/several_policies", &["tbody a"]),
    ("compare", "/audit/compare", &[]),
    ("samples", "/audit/samples", &[]),
    ("sample", "/audit/samples", &["tbody a"]),
    ("sample-redrawn", "/audit/samples", &["tbody a", "a[href$='?redraw=1']"]),
    ("sample-new", "/audit/samples/new", &[]),
    ("sample-preview", "/audit/samples/new?method=monetary-unit&size=30&as_of=2020-10-31", &[]),
    ("reports", "/reports", &[]),
    ("report-monthly", "/reports/direct-monthly?as_of=2020-10-31&unit=wan", &[]),
    ("report-summary", "/reports/grants-summary?as_of=2020-10-31&unit=wan", &[]),
    ("report-detail", "/reports/grants-detail?as_of=2020-10-31", &[]),
    ("report-progress", "/reports/budget-progress?as_of=2020-10-31&unit=wan", &[]),
    ("report-publication", "/reports/publication?as_of=2020-10-31", &[]),
    ("report-empty", "/reports/grants-detail?as_of=2019-01-31", &[]),
    ("report-filed", "/reports", &["table a[href*='/report-filings/']"]),
    ("recoveries", "/recoveries", &[]),
    ("recovery", "/recoveries", &[DEMAND]),
    ("recovery-receipt", "/recoveries", &[DEMAND, "a[href*='/receipts/']"]),
    ("recovery-offset", "/recoveries", &[OFFSET, "a[href*='/offsets/']"]),
    ("undelivered", "/undelivered", &[]),
    ("corrections", "/corrections", &[]),
    ("correction", "/corrections", &["tbody tr:last-child a[href*='/corrections/']"]),
    ("closing-of-auditor", "/closing", &[]),
    ("closing-month", "/closing", &["tbody a[href*='/closing/']:not([href$='reopen'])"]),
    ("calendar", "/calendar", &[]),
    ("verify", "/audit/verify", &[]),
    ("exports", "/audit/exports?what=grants", &[]),
    ("package", "/audit/package", &[]),
    ("proof", "/grants?state=paid", &[ROW, "a[href$='/proof']"]),
];

const ADMINISTRATOR: &[Stop] = &[
    ("administrator-overview", "/", &[]),
    ("users", "/users", &[]),
    ("user", "/users", &["tbody a"]),
    ("user-new", "/users/new", &[]),
];

/// Pages that only those see who just did something: name and address.
type Found = Vec<(&'static str, String)>;

/// The demonstration, served by the program itself from a directory of its own.
struct Demonstration {
    served: Guarded,
    address: String,
}

impl Demonstration {
    async fn start() -> Self {
        let folder = directory("relief-ledger-screens-", None).unwrap();
        let (port, database) = (free_port(), format!("sqlite://{}/demo.db", folder.display()));
        let program =
            [env!("CARGO_BIN_EXE_relief-ledger"), "demo", "--database", &database, "--port", &port.to_string()];
        let served = Guarded::start(folder, None, "TERM", program).unwrap();
        for _ in 0..START_S_MAX * 10 {
            assert!(!served.ended(), "{}{}", served.output(), served.log());
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Self { served, address: format!("http://127.0.0.1:{port}") };
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the demonstration is not served: {}{}", served.output(), served.log());
    }

    /// The password that was printed for a login.
    fn password(&self, login: &str) -> String {
        let output = self.served.output();
        let line = output.lines().map(str::trim).find(|line| line.split_whitespace().next() == Some(login));
        line.and_then(|line| line.split_whitespace().nth(1)).expect("a password for every login").to_owned()
    }
}

/// A look: language, light or dark, window.
#[derive(Clone, Copy)]
struct Look {
    language: &'static str,
    theme: &'static str,
    window: (u32, u32),
}

impl Look {
    fn name(self) -> String {
        format!("{}-{}-{}", self.language, self.theme, self.window.0)
    }

    fn all() -> Vec<Self> {
        let asked = std::env::var("SCREENS_LOOK").unwrap_or_default();
        let themes = |language| ["light", "dark"].map(move |theme| (language, theme));
        let looks = WINDOWS.iter().flat_map(move |window| {
            ["zh", "en"].into_iter().flat_map(themes).map(|(language, theme)| Self { language, theme, window: *window })
        });
        looks.filter(|look| asked.is_empty() || look.name() == asked).collect()
    }
}

fn is_wanted(name: &str) -> bool {
    std::env::var("SCREENS").map_or(true, |asked| name.starts_with(&asked))
}

/// Somebody who takes pictures.
struct Photographer<'b> {
    person: Person<'b>,
    look: Look,
    folder: PathBuf,
    too_wide: Vec<String>,
}

impl Photographer<'_> {
    async fn comes_as(&mut self, demonstration: &Demonstration, login: &str) {
        self.person.signs_in_with(login, &demonstration.password(login)).await;
        self.dresses().await;
    }

    async fn dresses(&self) {
        let Look { language, theme, .. } = self.look;
        let set = format!("document.cookie='lang={language};path=/';document.cookie='theme={theme};path=/'");
        self.person.asks(&set).await;
    }

    async fn visits(&mut self, stops: &[Stop]) {
        for (name, address, links) in stops.iter().filter(|stop| is_wanted(stop.0)) {
            self.person.goes_to(address).await;
            for link in *links {
                let to = self.person.finds(link).await.attr("href").await.unwrap().expect("a link");
                self.person.goes_to(&to).await;
            }
            self.takes(name).await;
        }
    }

    async fn takes(&mut self, name: &str) {
        // Charts and what is loaded after the page.
        tokio::time::sleep(Duration::from_millis(150)).await;
        let picture = self.person.browser.client.screenshot().await.unwrap();
        std::fs::write(self.folder.join(format!("{name}.png")), picture).unwrap();
        let width = self.person.asks("return document.documentElement.scrollWidth - innerWidth").await;
        if width.as_i64().unwrap_or_default() > 0 {
            self.too_wide.push(format!("{} {name}: {width} px", self.look.name()));
        }
    }
}

async fn sends(person: &Person<'_>, path: &str, fields: &[(&str, &str)]) {
    person.goes_to(path).await;
    let fields = serde_json::to_string(fields).unwrap();
    let script = format!(
        "const form = document.querySelector('main form[method=post]');
         {fields}.forEach(([name, value]) => {{ form.elements[name].value = value; }});
         form.requestSubmit();"
    );
    person.asks(&script).await;
    person.finds(".alert-success").await;
}

async fn href(person: &Person<'_>, page: &str, link: &str) -> String {
    person.goes_to(page).await;
    person.finds(link).await.attr("href").await.unwrap().unwrap()
}

/// Lets the staff leave work for each other: a policy, changes, an account, a file of policies with a struck row.
async fn prepare(person: &Person<'_>, demonstration: &Demonstration, scratch: &Path) {
    let comes = async |login: &str| person.signs_in_with(login, &demonstration.password(login)).await;
    comes("manager").await;
    let policy = href(person, "/policies", "tbody a").await;
    let change = [("per_recipient_cap", "60000"), ("reason", "单户上限按市级文件调整")];
    sends(person, &format!("{policy}/change"), &change).await;
    let budget = [("amount", "3000000"), ("document_number", "仑财预〔2020〕88号"), ("reason", "追加预算")];
    sends(person, &format!("{policy}/budget"), &budget).await;
    let new = [
        ("code", "BL2021-01"),
        ("title", "留工优工补助"),
        ("document_number", "仑人社〔2021〕2号"),
        ("instrument", "grant"),
        ("starts_on", "2021-01-15"),
        ("ends_on", "2099-12-31"),
        ("amount_1", "8000000"),
    ];
    sends(person, "/policies/new", &new).await;
    let file = scratch.join("2021年政策.csv");
    let rows = "BL2021-02,外贸稳产补助,仑商务〔2021〕3号,补助,2021-02-01,2099-12-31,80000.00,6000000.00\r\n\
                BL2021-03,物流保畅补助,仑交〔2021〕1号,补助,2021-02-01,2099-12-31,,2500000.00\r\n";
    std::fs::write(&file, format!("政策编号,政策名称,文号,资金方式,起始日期,截止日期,单户上限,预算金额\r\n{rows}"))
        .unwrap();
    person.brings("policies", &file).await;
    person.clicks("form.act button").await;
    let row = person.finds("table[data-list] tbody tr:nth-child(2) a").await.attr("href").await.unwrap().unwrap();
    sends(person, &row, &[("reason", "与市级政策重复，另行安排")]).await;

    let change = [("value", "60"), ("reason", "审计建议延长核实期")];
    sends(person, "/settings/changed_account_days", &change).await;
    comes("cashier").await;
    sends(person, "/profiles/new?direction=out&from=gb18030-text", &[("reason", "建行 2020 年文件说明")]).await;

    comes("clerk").await;
    let report = "/reports/budget-progress?as_of=2020-10-31&unit=wan";
    person.goes_to(report).await;
    person.asks("document.querySelector('main form[method=post]').requestSubmit()").await;
    person.finds(".alert-success").await;
    let recipient = href(person, "/recipients", ROW).await;
    let account = [
        ("account_name", "宁波北仑新户"),
        ("account_number", "6222021234567894029"),
        ("bank_code", "102332006123"),
        ("bank_name", "中国工商银行宁波北仑支行"),
        ("evidence", "企业来函〔2021〕5号"),
    ];
    sends(person, &format!("{recipient}/account"), &account).await;
}

/// Verifies the book and prepares the rest of its first year, with reasons and choices: that waits. The first month is closed.
async fn close_months(person: &Person<'_>, demonstration: &Demonstration) {
    let comes = async |login: &str| person.signs_in_with(login, &demonstration.password(login)).await;
    let fill = "document.querySelectorAll('main form[method=post] input:placeholder-shown')
            .forEach(field => { field.value = '下月办理'; });
        document.querySelectorAll('main form[method=post] td').forEach(cell => cell.querySelector('[type=radio]')?.click());
        const form = document.querySelector('main form[method=post]');
        if (form.elements.document) form.elements.document.value = '仑财〔2020〕99号';
        form.requestSubmit();";
    comes("auditor").await;
    person.goes_to("/audit/verify").await;
    person.clicks("main form .btn-primary").await;
    let ended = "return !!document.querySelector('table .state-paid') && !document.querySelector('progress')";
    person.waits_until(ended).await;
    comes("manager").await;
    person.goes_to("/closing/new?month=2020-12").await;
    person.asks(fill).await;
    person.finds(".alert-success").await;
}

/// What a clerk sees right after bringing files, and a form that was refused.
async fn found_by_clerk(person: &Person<'_>, scratch: &Path) -> Found {
    person.brings("history", &fixture("bad-cells.csv")).await;
    person.finds(".cell-wrong").await;
    let faulty = person.place().await;
    let file = scratch.join("第三批名单.csv");
    let row = |n: u32, uscc: &str, name: &str| {
        format!(
            "CS-{n},{uscc},{name},企业,新碶街道,E,微型,BL2020-01,{n}200.00,102332001239,工行北仑支行,{name},6222{n}\r\n"
        )
    };
    let head = "编号,统一社会信用代码,名称,主体类型,所属街道,行业,规模,政策编号,金额,联行号,开户行,户名,账号\r\n";
    let rows = row(1, "91330206MANH5DXR88", "宁波港信建筑有限公司") + &row(2, "91330206RFLPDLB94G", "明德运理发店");
    std::fs::write(&file, head.to_owned() + &rows).unwrap();
    person.brings("grants", &file).await;
    person.finds("form.act").await;
    vec![("imports-faults", faulty), ("imports-preview", person.place().await)]
}

async fn round(look: Look, demonstration: &Demonstration, is_first: bool) -> Vec<String> {
    let browser = Browser::open_at(look.window).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".screens").join(look.name());
    std::fs::create_dir_all(&folder).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let person = Person { browser: &browser, address: demonstration.address.clone() };
    if is_first {
        prepare(&person, demonstration, scratch.path()).await;
        close_months(&person, demonstration).await;
    }
    let mut one = Photographer { person, look, folder, too_wide: Vec::new() };
    one.person.goes_to("/login").await;
    one.dresses().await;
    one.visits(OUTSIDE).await;
    one.comes_as(demonstration, "clerk").await;
    one.visits(CLERK).await;
    if ["imports-faults", "imports-preview"].into_iter().any(is_wanted) {
        for (name, address) in found_by_clerk(&one.person, scratch.path()).await {
            one.person.goes_to(&address).await;
            one.takes(name).await;
        }
    }
    if is_wanted("grant-refused") {
        one.person.goes_to("/grants/new").await;
        one.person.types("number", "91330206RFLPDLB94A").await;
        one.person.types("amount", "12.345").await;
        one.person.asks("document.forms.entry.requestSubmit()").await;
        one.person.finds(".alert-danger").await;
        one.takes("grant-refused").await;
    }
    for (login, stops) in [
        ("reviewer", REVIEWER),
        ("manager", MANAGER),
        ("cashier", CASHIER),
        ("auditor", AUDITOR),
        ("admin", ADMINISTRATOR),
    ] {
        if stops.iter().any(|stop| is_wanted(stop.0)) {
            one.comes_as(demonstration, login).await;
            one.visits(stops).await;
        }
        if login == "auditor" && is_wanted("verify-running") {
            one.comes_as(demonstration, login).await;
            one.person.goes_to("/audit/verify").await;
            one.person.clicks("main form .btn-primary").await;
            one.person.finds("progress, table .state-paid").await;
            one.takes("verify-running").await;
            let ended = "return !!document.querySelector('table .state-paid') && !document.querySelector('progress')";
            one.person.waits_until(ended).await;
            one.takes("verify-found").await;
        }
    }
    if is_wanted("menu") && look.window.0 < 800 {
        one.person.goes_to("/").await;
        one.person.browser.client.find(Locator::Css(".menu-button")).await.unwrap().click().await.unwrap();
        one.takes("menu").await;
    }
    one.too_wide
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "makes pictures to be looked at; takes minutes"]
async fn every_page_in_every_look() {
    let demonstration = Demonstration::start().await;
    let mut too_wide = Vec::new();
    for (number, look) in Look::all().into_iter().enumerate() {
        too_wide.extend(round(look, &demonstration, number == 0).await);
    }
    assert!(too_wide.is_empty(), "wider than the window:\n{}", too_wide.join("\n"));
}
