use std::fmt::Write as _;

use relief_ledger::app::REGISTRY;
use relief_ledger::journal::{self, Actor, Ask, NewBook};
use relief_ledger::people::{self, Clerk, Member, Reader, Role, Seating, Visit};
use relief_ledger::web::{self, Fields};
use rocket::form::Form;
use rocket::http::{ContentType, Header, Status};
use rocket::local::asynchronous::{Client, LocalResponse};
use rocket::{get, post, routes};

use super::{PASSWORD, access_log, user};
use crate::support::book::{World, on_both_engines};

/// Shows something to any role.
#[get("/try/member")]
fn try_member(who: Member) -> String {
    format!("{} {}", who.actor().login, who.head().code)
}

/// Shows something to whoever sees grants.
#[get("/try/reader")]
fn try_reader(who: Reader) -> String {
    who.actor().login.clone()
}

/// Changes something for a clerk.
#[post("/try/clerk", data = "<form>")]
fn try_clerk(who: Clerk, form: Form<Fields>) -> String {
    let Ask { book_id, verb, .. } = who.ask(form.value("request_key"), "try");
    format!("{verb} in {book_id}")
}

/// A browser with cookies of its own.
struct Visitor(Client);

impl Visitor {
    async fn of(world: &World, tls: bool) -> Self {
        let surroundings = world.door.surroundings.clone();
        let settings = web::Settings { tls, chance: surroundings.chance, clock: surroundings.clock };
        let config = rocket::Config { log_level: rocket::config::LogLevel::Off, ..rocket::Config::default() };
        let server = rocket::custom(config)
            .manage(world.door.clone())
            .manage(world.keeper.clone())
            .attach(web::stage(settings))
            .attach(people::stage(Seating::new()))
            .mount("/", routes![try_member, try_reader, try_clerk]);
        Self(Client::tracked(server).await.unwrap())
    }

    async fn signed_in(world: &World, login: &str) -> Self {
        let visitor = Self::of(world, false).await;
        let answer = visitor.send("/login", "/login", &[("login", login), ("password", PASSWORD), ("next", "/")]).await;
        assert_eq!(answer.status(), Status::SeeOther);
        drop(answer);
        visitor
    }

    async fn get(&self, path: &str) -> LocalResponse<'_> {
        self.0.get(path.to_owned()).dispatch().await
    }

    async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), Status::Ok, "{path}");
        answer.into_string().await.unwrap()
    }

    /// Sends a form with the token and the request key of the page that it stands on.
    async fn send(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> LocalResponse<'_> {
        let html = self.page(page).await;
        let key = value(&html, "request_key").unwrap_or_default();
        let mut body = format!("csrf={}&request_key={key}", value(&html, "csrf").unwrap());
        for (name, typed) in fields {
            let typed = rocket::http::RawStr::new(typed).percent_encode().to_string();
            write!(body, "&{name}={typed}").unwrap();
        }
        self.0.post(path.to_owned()).header(ContentType::Form).body(body).dispatch().await
    }
}

fn value(html: &str, name: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("name=\"{name}\" value=\""))?;
    rest.split_once('"').map(|(value, _)| value.to_owned())
}

fn location(answer: &LocalResponse<'_>) -> String {
    answer.headers().get_one("Location").unwrap_or_default().to_owned()
}

#[tokio::test]
async fn from_the_setup_link_to_a_role_given_in_the_browser() {
    on_both_engines(async |world| {
        let browser = Visitor::of(world, false).await;
        assert!(browser.page("/login").await.contains("一次性链接"));
        assert_eq!(browser.get("/setup/guessed").await.status(), Status::NotFound);
        let setup = format!("/setup/{}", people::setup_token(&world.door).await.unwrap().unwrap());
        let fields = [("login", "admin1"), ("name", "王敏"), ("password", PASSWORD), ("again", PASSWORD)];
        let mistaken = browser.send(&setup, &setup, &[fields[0], fields[1], fields[2], ("again", "x")]).await;
        assert_eq!(mistaken.status(), Status::UnprocessableEntity);
        let html = mistaken.into_string().await.unwrap();
        assert!(html.contains("两次输入的密码不一致") && html.contains("value=\"admin1\"") && !html.contains(PASSWORD));
        let done = browser.send(&setup, &setup, &fields).await;
        assert_eq!((done.status(), location(&done).as_str()), (Status::SeeOther, "/login"));
        drop(done);

        let come = [("login", "admin1"), ("password", PASSWORD), ("next", "/users")];
        let come = browser.send("/login", "/login", &come).await;
        assert_eq!(location(&come), "/users");
        drop(come);
        let added = [("login", "chen"), ("name", "陈洁"), ("password", PASSWORD), ("again", PASSWORD)];
        let added = browser.send("/users/new", "/users/new", &added).await;
        assert_eq!(location(&added), "/users/of/chen");
        drop(added);
        let given = browser.send("/users/of/chen", "/users/of/chen/give", &[("role", "clerk")]).await;
        assert_eq!(location(&given), "/users/of/chen");
        drop(given);
        let html = browser.page("/users/of/chen").await;
        assert!(html.contains("角色已授予并记入账页。") && html.contains("登记发放、导入名单"), "{html}");
        let list = browser.page("/users").await;
        assert!(list.contains("陈洁") && list.contains("系统管理员") && list.contains("共 2 个用户"), "{list}");

        let twice = browser.send("/users/of/chen", "/users/of/chen/give", &[("role", "clerk")]).await;
        assert_eq!(twice.status(), Status::UnprocessableEntity);
        assert!(twice.into_string().await.unwrap().contains("chen 已有这个角色"));
        let withdrawn = browser.send("/users/of/chen", "/users/of/chen/withdraw", &[("role", "clerk")]).await;
        assert_eq!(withdrawn.status(), Status::SeeOther);
        drop(withdrawn);
        let disabled = browser.send("/users/of/chen", "/users/of/chen/disable", &[]).await;
        assert_eq!(disabled.status(), Status::SeeOther);
        drop(disabled);
        assert!(browser.page("/users/of/chen").await.contains("停用"));
        let own = browser.page("/users/of/admin1").await;
        assert!(own.contains("这是您自己的账号") && !own.contains("/users/of/admin1/give"));

        let left = browser.send("/users", "/logout", &[]).await;
        assert_eq!(location(&left), "/login");
        drop(left);
        assert_eq!(location(&browser.get("/users").await), "/login?next=%2Fusers");
    })
    .await;
}

#[tokio::test]
async fn a_role_does_what_it_may_and_each_refusal_is_one_line() {
    on_both_engines(async |world| {
        for (login, roles) in
            [("chen", &[Role::Clerk][..]), ("li", &[Role::Auditor]), ("admin1", &[Role::Administrator])]
        {
            user(world, login, roles).await;
            let browser = Visitor::signed_in(world, login).await;
            world.passes(1_000);
            let may = |role| if roles.contains(&role) { Status::Ok } else { Status::Forbidden };
            assert_eq!(browser.page("/try/member").await, format!("{login} beilun"));
            let reader = if roles == [Role::Administrator] { Status::Forbidden } else { Status::Ok };
            assert_eq!(browser.get("/try/reader").await.status(), reader);
            for path in ["/users", "/users/new", "/users/of/chen"] {
                let lines = access_log(world, 1_000).await.len();
                assert_eq!(browser.get(path).await.status(), may(Role::Administrator), "{login} {path}");
                let more = usize::from(may(Role::Administrator) != Status::Ok);
                assert_eq!(access_log(world, 1_000).await.len(), lines + more, "{login} {path}");
            }
            let tried = browser.send("/password", "/try/clerk", &[("request_key", "0123456789")]).await;
            assert_eq!(tried.status(), may(Role::Clerk), "{login}");
            drop(tried);
            let given = browser.send("/password", "/users/of/chen/give", &[("role", "reviewer")]).await;
            let expected = if login == "admin1" { Status::UnprocessableEntity } else { Status::Forbidden };
            assert_eq!(given.status(), expected, "{login}: the page /password has no request key");
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_and_strangers_change_nothing_and_are_written_down() {
    on_both_engines(async |world| {
        user(world, "chen", &[Role::Clerk]).await;
        let browser = Visitor::of(world, false).await;
        assert_eq!(location(&browser.get("/try/member").await), "/login?next=%2Ftry%2Fmember");
        let lines = access_log(world, 1_000).await.len();
        world.passes(1_000);
        let nobody = browser.send("/login", "/try/clerk", &[]).await;
        assert_eq!(nobody.status(), Status::SeeOther);
        drop(nobody);
        assert_eq!(access_log(world, 1).await, ["POST /try/clerk refused not signed in"]);
        world.passes(1_000);
        let stranger = browser.0.post("/try/clerk").header(Header::new("Origin", "https://elsewhere")).dispatch().await;
        assert_eq!(stranger.status(), Status::Forbidden);
        drop(stranger);
        assert_eq!(access_log(world, 1).await, ["GET /closed refused 403 forbidden"]);
        assert_eq!(access_log(world, 1_000).await.len(), lines + 2);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_keeps_the_login_and_gets_no_session() {
    on_both_engines(async |world| {
        user(world, "chen", &[Role::Clerk]).await;
        let browser = Visitor::of(world, false).await;
        let before = cookie(&browser);
        let wrong = browser.send("/login", "/login", &[("login", "chen"), ("password", "wrong password")]).await;
        assert_eq!(wrong.status(), Status::UnprocessableEntity);
        let html = wrong.into_string().await.unwrap();
        assert!(html.contains("登录名或密码不正确") && html.contains("value=\"chen\""));
        let right =
            browser.send("/login", "/login", &[("login", "chen"), ("password", PASSWORD), ("next", "//evil")]).await;
        assert_eq!(location(&right), "/", "an address outside is not followed");
        drop(right);
        assert_ne!(cookie(&browser), before, "the session is new");
        assert_eq!(browser.page("/try/member").await, "chen beilun");
        let changed = [("old", PASSWORD), ("new", "another password"), ("again", "another password")];
        let changed = browser.send("/password", "/password", &changed).await;
        assert_eq!(changed.status(), Status::SeeOther);
        drop(changed);
        assert!(browser.page("/password").await.contains("密码已修改"));
    })
    .await;
}

fn cookie(browser: &Visitor) -> Option<String> {
    browser.0.cookies().get("session").map(|cookie| cookie.value().to_owned())
}

#[tokio::test]
async fn a_demonstration_says_so_on_every_page() {
    on_both_engines(async |world| {
        user(world, "chen", &[Role::Clerk]).await;
        let before = Visitor::signed_in(world, "chen").await;
        assert!(!before.page("/password").await.contains("演示"));
        people::mark_as_demonstration(&world.door).await.unwrap();
        people::mark_as_demonstration(&world.door).await.unwrap();
        let after = Visitor::signed_in(world, "chen").await;
        assert!(after.page("/password").await.contains("演示"));
    })
    .await;
}

#[tokio::test]
async fn the_cookie_is_for_this_host_alone_when_there_is_tls() {
    on_both_engines(async |world| {
        user(world, "chen", &[Role::Clerk]).await;
        let browser = Visitor::of(world, true).await;
        let come = browser.send("/login", "/login", &[("login", "chen"), ("password", PASSWORD)]).await;
        let set: Vec<_> = come.headers().get("Set-Cookie").map(ToOwned::to_owned).collect();
        let session = set.iter().find(|cookie| cookie.starts_with("__Host-session=")).unwrap();
        for part in ["; HttpOnly", "; SameSite=Lax", "; Secure", "; Path=/"] {
            assert!(session.contains(part), "{session}");
        }
        assert!(!session.contains("Domain"), "{session}");
    })
    .await;
}

#[tokio::test]
async fn who_works_in_two_books_chooses_one_and_who_works_in_none_is_told() {
    on_both_engines(async |world| {
        user(world, "chen", &[Role::Clerk]).await;
        user(world, "li", &[]).await;
        let stranger = Visitor::signed_in(world, "li").await;
        assert_eq!(location(&stranger.get("/try/member").await), "/book");
        assert!(stranger.page("/book").await.contains("您在任何账套中都还没有角色"));

        let (db, surroundings) = (&world.door.db, &world.door.surroundings);
        let new = NewBook { code: "zhenhai".into(), name: "另一区财政局".into(), division: "330211".into() };
        let other = journal::create(db, REGISTRY, surroundings, &new, |_| Ok(String::new())).await.unwrap();
        let ask = Ask { book_id: other.book_id, ..world.ask(&Actor::operator(), "give_role") };
        people::actions::give_role(&world.door, &Visit::default(), ask, "chen", Role::Auditor).await.unwrap();

        let browser = Visitor::of(world, false).await;
        let come =
            browser.send("/login", "/login", &[("login", "chen"), ("password", PASSWORD), ("next", "/users")]).await;
        assert_eq!(location(&come), "/book");
        drop(come);
        assert_eq!(location(&browser.get("/try/member").await), "/book");
        let html = browser.page("/book").await;
        assert!(html.contains("另一区财政局") && html.contains("区财政局"), "{html}");
        let chosen = browser.send("/book", "/book", &[("book", &other.book_id.to_string())]).await;
        assert_eq!(chosen.status(), Status::SeeOther);
        drop(chosen);
        assert_eq!(browser.page("/try/member").await, "chen zhenhai");
        let clerk_there = browser.send("/book", "/try/clerk", &[]).await;
        assert_eq!(clerk_there.status(), Status::Forbidden, "a role counts in its own book");
        drop(clerk_there);
        let elsewhere = browser.send("/book", "/book", &[("book", "99")]).await;
        assert_eq!(elsewhere.status(), Status::NotFound);
    })
    .await;
}
