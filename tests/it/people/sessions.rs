use relief_ledger::app::REGISTRY;
use relief_ledger::config::Surroundings;
use relief_ledger::db::Database;
use relief_ledger::journal::{Door, Head, Keeper, NewBook};
use relief_ledger::kernel::Result;
use relief_ledger::people::actions::FirstSetup;
use relief_ledger::people::{self, Authority, Entry, NewUser, Role, Visit};

use super::{PASSWORD, access_log, code, user};
use crate::support::book::{World, on_both_engines};

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;

async fn sign_in(world: &World, login: &str, password: &str) -> Result<Entry> {
    people::actions::sign_in(&world.door, &Visit::new("10.1.2.3", "a browser"), login, password).await
}

async fn lives(world: &World, token: &str) -> bool {
    people::actions::session_of(&world.door, token).await.unwrap().is_some()
}

#[tokio::test]
async fn a_session_ends_after_half_an_hour_of_rest_and_after_twelve_hours_of_work() {
    on_both_engines(async |world| {
        user(world, "chen", &[Role::Clerk]).await;
        let idle = sign_in(world, " Chen ", PASSWORD).await.unwrap();
        assert_eq!(idle.book_id, Some(world.book_id), "the only book is chosen");
        world.passes(30 * MINUTE_MS - SECOND_MS);
        assert!(lives(world, &idle.token).await);
        world.passes(30 * MINUTE_MS - SECOND_MS);
        assert!(lives(world, &idle.token).await, "a request keeps it alive");
        world.passes(30 * MINUTE_MS);
        assert!(!lives(world, &idle.token).await);

        let busy = sign_in(world, "chen", PASSWORD).await.unwrap();
        for _ in 0..12 * 4 - 1 {
            world.passes(15 * MINUTE_MS);
            assert!(lives(world, &busy.token).await);
        }
        world.passes(15 * MINUTE_MS - SECOND_MS);
        assert!(lives(world, &busy.token).await);
        world.passes(SECOND_MS);
        assert!(!lives(world, &busy.token).await);
    })
    .await;
}

#[tokio::test]
async fn leaving_disabling_and_another_password_end_sessions() {
    on_both_engines(async |world| {
        let visit = Visit::default();
        let chen = user(world, "chen", &[Role::Clerk]).await;
        let (one, two) =
            (sign_in(world, "chen", PASSWORD).await.unwrap(), sign_in(world, "chen", PASSWORD).await.unwrap());
        assert_ne!(one.token, two.token);
        people::actions::sign_out(&world.door, &visit, &one.token).await.unwrap();
        assert!(!lives(world, &one.token).await);
        assert!(lives(world, &two.token).await);

        let three = sign_in(world, "chen", PASSWORD).await.unwrap();
        let (_, session) = people::actions::session_of(&world.door, &three.token).await.unwrap().unwrap();
        let change = async |old: &str, new: &str| {
            people::actions::change_password(&world.door, &visit, &session, old, new).await
        };
        assert_eq!(code(change("not this one", "another password").await), "password_old_wrong");
        assert_eq!(code(change(PASSWORD, "chen").await), "password_short");
        assert_eq!(code(change(PASSWORD, PASSWORD).await), "password_same");
        let four = change(PASSWORD, "another password").await.unwrap();
        assert_eq!(four.book_id, Some(world.book_id));
        for (token, alive) in [(&two.token, false), (&three.token, false), (&four.token, true)] {
            assert_eq!(lives(world, token).await, alive);
        }
        assert_eq!(code(sign_in(world, "chen", PASSWORD).await), "sign_in_wrong");

        people::actions::disable_user(&world.door, &visit, &Authority::Operator, &chen.uid).await.unwrap();
        assert!(!lives(world, &four.token).await);
        assert_eq!(code(sign_in(world, "chen", "another password").await), "sign_in_wrong");
        people::actions::enable_user(&world.door, &visit, &Authority::Operator, &chen.uid).await.unwrap();
        assert!(!lives(world, &four.token).await, "an ended session stays ended");
        sign_in(world, "chen", "another password").await.unwrap();
        people::reset_password(&world.door, "chen", "a third password").await.unwrap();
        sign_in(world, "chen", "a third password").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn five_mistakes_are_free_then_one_waits_and_never_for_ever() {
    on_both_engines(async |world| {
        user(world, "chen", &[Role::Clerk]).await;
        // A login that nobody has answers in the same words and waits the same time.
        for login in ["chen", "nobody"] {
            for _ in 0..5 {
                assert_eq!(code(sign_in(world, login, "wrong password").await), "sign_in_wrong");
            }
            assert_eq!(code(sign_in(world, login, PASSWORD).await), "sign_in_wait");
            world.passes(SECOND_MS);
            assert_eq!(code(sign_in(world, login, "wrong password").await), "sign_in_wrong");
            world.passes(SECOND_MS);
            let early = sign_in(world, login, PASSWORD).await.unwrap_err();
            assert_eq!(early.refusals()[0].facts, [("seconds", "1".to_owned())]);
        }
        world.passes(SECOND_MS);
        sign_in(world, "chen", PASSWORD).await.unwrap();
        assert_eq!(code(sign_in(world, "chen", "wrong password").await), "sign_in_wrong");
        sign_in(world, "chen", PASSWORD).await.unwrap();
        assert_eq!(
            access_log(world, 100).await.into_iter().filter(|line| line == "sign_in refused sign_in_wrong").count(),
            6,
            "a login that nobody has is not written down"
        );
        for _ in 0..40 {
            let _ = sign_in(world, "chen", "wrong password").await;
            world.passes(15 * MINUTE_MS);
        }
        sign_in(world, "chen", PASSWORD).await.unwrap();
        world.passes(24 * HOUR_MS);
    })
    .await;
}

#[tokio::test]
async fn guesses_made_at_once_count_each() {
    on_both_engines(async |world| {
        user(world, "chen", &[Role::Clerk]).await;
        let guesses = (0..20).map(|_| sign_in(world, "chen", "wrong password"));
        let answers = futures::future::join_all(guesses).await;
        let tried =
            answers.into_iter().filter(|answer| answer.as_ref().unwrap_err().refusals()[0].code == "sign_in_wrong");
        assert_eq!(tried.count(), 5);
    })
    .await;
}

#[tokio::test]
async fn coming_and_going_leave_a_line_each() {
    on_both_engines(async |world| {
        user(world, "chen", &[Role::Clerk]).await;
        world.passes(SECOND_MS);
        let entry = sign_in(world, "chen", PASSWORD).await.unwrap();
        world.passes(SECOND_MS);
        people::actions::sign_out(&world.door, &Visit::default(), &entry.token).await.unwrap();
        world.passes(SECOND_MS);
        people::authenticate(&world.door, "chen", PASSWORD).await.unwrap();
        assert_eq!(access_log(world, 3).await, ["authenticate done chen", "sign_out done", "sign_in done chen"]);
    })
    .await;
}

fn first(login: &str, code: &str) -> FirstSetup {
    FirstSetup {
        user: NewUser { login: login.into(), name: "王敏".into(), password: PASSWORD.into() },
        book: NewBook { code: code.into(), name: "区财政局".into(), division: "330206".into() },
    }
}

#[tokio::test]
async fn a_setup_link_opens_once_for_a_day_and_only_while_there_is_nobody() {
    on_both_engines(async |world| {
        let (door, visit) = (&world.door, Visit::default());
        let set_up = async |token: &str, form: &FirstSetup| {
            people::actions::first_setup(door, &world.keeper, &visit, token, form).await
        };
        let old = people::setup_token(door).await.unwrap().unwrap();
        let late = people::setup_token(door).await.unwrap().unwrap();
        assert!(!people::actions::setup_opens(door, &old).await.unwrap(), "a new link takes the place of the old one");
        world.passes(24 * HOUR_MS);
        assert_eq!(code(set_up(&late, &first("admin1", "")).await), "not_found");

        let token = people::setup_token(door).await.unwrap().unwrap();
        assert!(people::actions::setup_opens(door, &token).await.unwrap());
        assert_eq!(code(set_up("guessed", &first("admin1", "")).await), "not_found");
        assert_eq!(code(set_up(&token, &first("A", "")).await), "login_form");
        assert!(people::actions::setup_opens(door, &token).await.unwrap(), "a mistake does not use it up");
        let administrator = set_up(&token, &first("admin1", "")).await.unwrap();
        let roles = people::roles_of(&door.db.read, world.book_id, &administrator.uid).await.unwrap();
        assert_eq!(roles, [Role::Administrator], "in the book that was there");
        assert!(!people::actions::setup_opens(door, &token).await.unwrap());
        assert_eq!(code(set_up(&token, &first("admin2", "")).await), "not_found");
        assert_eq!(people::setup_token(door).await.unwrap(), None);
        sign_in(world, "admin1", PASSWORD).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_first_setup_makes_the_first_book() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("books.db").display());
    let door = Door::open(Database::open(&url).await.unwrap(), REGISTRY, Surroundings::system());
    let keeper = Keeper::new(folder.path().join("keys"), folder.path().join("checkpoints"));
    let token = people::setup_token(&door).await.unwrap().unwrap();
    let wrong = people::actions::first_setup(&door, &keeper, &Visit::default(), &token, &first("admin1", "区")).await;
    assert_eq!(code(wrong), "book_code");
    assert!(people::actions::no_accounts(&door).await.unwrap(), "a refused book leaves no account behind");
    let done = people::actions::first_setup(&door, &keeper, &Visit::default(), &token, &first("admin1", "beilun"))
        .await
        .unwrap();
    let head = Head::by_code(&door.db.read, "beilun").await.unwrap();
    assert!(keeper.can_sign(&head));
    assert_eq!(people::roles_of(&door.db.read, head.book_id, &done.uid).await.unwrap(), [Role::Administrator]);
}
