use relief_ledger::journal::{self, Actor, Filter};
use relief_ledger::people::{self, Authority, Role, Visit, must};

use super::{access_log, code, give, user};
use crate::support::book::{World, on_both_engines};

/// Something that only a clerk may do: it writes a role down, for want of grants in this feature.
async fn as_clerk(world: &World, actor: &Actor) -> relief_ledger::kernel::Result<i64> {
    world
        .door
        .command(world.ask(actor, "try"), &(), |desk| {
            Box::pin(async move {
                must(desk, &[Role::Clerk]).await?;
                let given = people::RoleChanged {
                    actor_uid: desk.actor().uid.clone(),
                    role: Role::Auditor,
                    scope: format!("{}", desk.next_position()),
                };
                desk.emit(people::KIND_ROLE_GIVEN, 1, &given)
            })
        })
        .await
}

#[tokio::test]
async fn a_role_counts_from_its_event_and_no_longer_than_to_its_withdrawal() {
    on_both_engines(async |world| {
        let clerk = user(world, "chen", &[]).await;
        assert_eq!(code(as_clerk(world, &clerk).await), "forbidden");
        give(world, "chen", Role::Clerk).await;
        as_clerk(world, &clerk).await.unwrap();

        let ask = world.ask(&Actor::operator(), "withdraw_role");
        people::actions::withdraw_role(&world.door, &Visit::default(), ask, "chen", Role::Clerk).await.unwrap();
        assert_eq!(code(as_clerk(world, &clerk).await), "forbidden");
        // Given again after it was withdrawn: one row ended, one open.
        give(world, "chen", Role::Clerk).await;
        as_clerk(world, &clerk).await.unwrap();
        let read = &world.door.db.read;
        assert_eq!(
            people::roles_of(read, world.book_id, &clerk.uid).await.unwrap(),
            [Role::Clerk, Role::Auditor],
            "in the order of the work, each once"
        );
    })
    .await;
}

#[tokio::test]
async fn whoever_gets_a_role_is_introduced_before() {
    on_both_engines(async |world| {
        user(world, "chen", &[Role::Clerk]).await;
        let entries = journal::entries(&world.door.db.read, world.book_id, &Filter::default(), 100).await.unwrap();
        let kinds: Vec<_> = entries.iter().map(|entry| entry.kind.as_str()).collect();
        let (seen, given) = (place(&kinds, "actor_seen"), place(&kinds, "role_given"));
        assert_eq!(entries[seen].position + 1, entries[given].position, "{kinds:?}");
    })
    .await;
}

fn place(kinds: &[&str], kind: &str) -> usize {
    kinds.iter().position(|found| *found == kind).unwrap()
}

#[tokio::test]
async fn an_administrator_gives_roles_to_others_and_to_nobody_else() {
    on_both_engines(async |world| {
        let administrator = user(world, "admin1", &[Role::Administrator]).await;
        let clerk = user(world, "chen", &[Role::Clerk]).await;
        let visit = Visit::default();
        let give = async |actor: &Actor, login: &str, role| {
            people::actions::give_role(&world.door, &visit, world.ask(actor, "give_role"), login, role).await
        };
        give(&administrator, "chen", Role::Reviewer).await.unwrap();
        assert_eq!(code(give(&administrator, "chen", Role::Reviewer).await), "role_held");
        assert_eq!(code(give(&administrator, "admin1", Role::Reviewer).await), "role_own");
        assert_eq!(code(give(&administrator, "nobody", Role::Reviewer).await), "user_unknown");
        assert_eq!(code(give(&clerk, "admin1", Role::Clerk).await), "forbidden");
        let ask = world.ask(&administrator, "withdraw_role");
        let never = people::actions::withdraw_role(&world.door, &visit, ask, "chen", Role::Cashier).await;
        assert_eq!(code(never), "role_not_held");
        world.passes(1_000);
        let own = world.ask(&administrator, "withdraw_role");
        let own = people::actions::withdraw_role(&world.door, &visit, own, "admin1", Role::Administrator).await;
        assert_eq!(code(own), "role_own");
        assert_eq!(access_log(world, 1).await, ["withdraw_role refused admin1 administrator role_own"]);
    })
    .await;
}

#[tokio::test]
async fn the_same_request_gives_a_role_once() {
    on_both_engines(async |world| {
        user(world, "chen", &[]).await;
        let ask = || world.ask_with_key(&Actor::operator(), "give_role", "give-once");
        let give = async |role| people::actions::give_role(&world.door, &Visit::default(), ask(), "chen", role).await;
        let first = give(Role::Clerk).await.unwrap();
        assert_eq!(give(Role::Clerk).await.unwrap(), first);
        assert_eq!(code(give(Role::Reviewer).await), "key_conflict");
    })
    .await;
}

#[tokio::test]
async fn the_operator_keeps_users_and_nothing_else() {
    on_both_engines(async |world| {
        assert_eq!(code(as_clerk(world, &Actor::operator()).await), "forbidden");
    })
    .await;
}

#[tokio::test]
async fn only_operator_and_administrator_keep_accounts() {
    on_both_engines(async |world| {
        let administrator = user(world, "admin1", &[Role::Administrator]).await;
        let clerk = user(world, "chen", &[Role::Clerk]).await;
        let (visit, door) = (Visit::default(), &world.door);
        let as_clerk = Authority::Administrator(clerk.clone());
        let as_administrator = Authority::Administrator(administrator.clone());
        let new = people::NewUser { login: "li".into(), name: "李".into(), password: super::PASSWORD.into() };
        assert_eq!(code(people::actions::add_user(door, &visit, &as_clerk, &new).await), "forbidden");
        people::actions::add_user(door, &visit, &as_administrator, &new).await.unwrap();
        assert_eq!(code(people::actions::add_user(door, &visit, &as_administrator, &new).await), "login_used");
        let wrong = people::NewUser { login: "L".into(), name: " ".into(), password: "123".into() };
        let refused = people::actions::add_user(door, &visit, &as_administrator, &wrong).await.unwrap_err();
        let codes: Vec<_> = refused.refusals().iter().map(|refusal| refusal.code).collect();
        assert_eq!(codes, ["login_form", "person_name_empty", "password_short"]);
        assert_eq!(code(people::actions::disable_user(door, &visit, &as_clerk, &administrator.uid).await), "forbidden");
        assert_eq!(
            code(people::actions::disable_user(door, &visit, &as_administrator, &administrator.uid).await),
            "account_own"
        );
        people::actions::disable_user(door, &visit, &as_administrator, &clerk.uid).await.unwrap();
        let ask = world.ask(&administrator, "give_role");
        assert_eq!(code(people::actions::give_role(door, &visit, ask, "chen", Role::Auditor).await), "user_disabled");
    })
    .await;
}
