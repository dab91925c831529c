//! What a login, a name and a password must be, how long a sign-in waits, when a session ends, who may change a role.

use super::role::Role;
use crate::journal::{Actor, OPERATOR};
use crate::kernel::instant::Instant;
use crate::kernel::text::{clean, fold, half_width};
use crate::kernel::{Error, Refusal, Result};

/// Shortest login, in characters.
const LOGIN_CHARS_MIN: usize = 2;
/// Longest login, in characters.
const LOGIN_CHARS_MAX: usize = 40;
/// Longest name of a person, in characters.
const NAME_CHARS_MAX: usize = 60;
/// Shortest password, in characters.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// Longest password, in characters: far above what people type, so that nobody makes the server hash a book.
const PASSWORD_CHARS_MAX: usize = 200;
/// Fewest different characters in a password.
const PASSWORD_VARIETY_MIN: usize = 4;

/// Passwords of ten and more characters that everybody tries first; shorter ones are refused by their length.
const COMMON_PASSWORDS: &str = include_str!("common_passwords.txt");

/// Failures that cost nothing: a person may mistype.
const FAILURES_FREE: i64 = 5;
/// The first wait, in milliseconds; each further failure doubles it.
const WAIT_FIRST_MS: i64 = 1_000;
/// The longest wait, in milliseconds: a login is never shut for good.
const WAIT_MAX_MS: i64 = 15 * 60 * 1_000;
/// After this long without a failure the count begins anew.
pub const FAILURES_FORGOTTEN_MS: i64 = 24 * 60 * 60 * 1_000;

/// A session ends after this long without a request.
pub const SESSION_IDLE_MS: i64 = 30 * 60 * 1_000;
/// A session ends this long after signing in, whatever happens in it.
pub const SESSION_LONGEST_MS: i64 = 12 * 60 * 60 * 1_000;
/// How exactly the last request of a session is kept: often enough for the idle time-out, without a write per request.
pub const SESSION_SEEN_EVERY_MS: i64 = 10_000;

/// A set-up link ends after this long.
pub const SETUP_LINK_MS: i64 = 24 * 60 * 60 * 1_000;

/// Reads a login as typed: lower case, half width; letters, digits, dot, hyphen and underline.
///
/// # Errors
/// `login_form` at `login`.
pub fn login(typed: &str) -> Result<String, Refusal> {
    let login = half_width(typed.trim()).to_ascii_lowercase();
    let fits = (LOGIN_CHARS_MIN..=LOGIN_CHARS_MAX).contains(&login.len())
        && login.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-'))
        && login != OPERATOR;
    if fits { Ok(login) } else { Err(Refusal::new("login_form").at("login")) }
}

/// Reads the name of a person.
///
/// # Errors
/// `person_name_empty`, or what the text is refused for, at `name`.
pub fn person_name(typed: &str) -> Result<String, Refusal> {
    let name = clean(typed, NAME_CHARS_MAX).map_err(|refusal| refusal.at("name"))?;
    if name.is_empty() { Err(Refusal::new("person_name_empty").at("name")) } else { Ok(name) }
}

/// Holds that a new password is long enough, not the login and not one that everybody tries. A password is taken as
/// typed: it is neither trimmed nor folded.
///
/// # Errors
/// `password_short`, `password_long`, `password_login`, `password_common` at `field`.
pub fn password(password: &str, login: &str, field: &'static str) -> Result<(), Refusal> {
    let length = password.chars().count();
    if length < PASSWORD_CHARS_MIN {
        return Err(Refusal::new("password_short").at(field).with("min", PASSWORD_CHARS_MIN));
    }
    if length > PASSWORD_CHARS_MAX {
        return Err(Refusal::new("password_long").at(field).with("max", PASSWORD_CHARS_MAX));
    }
    let folded = fold(password);
    if folded == fold(login) || folded == fold(login).repeat(2) {
        return Err(Refusal::new("password_login").at(field));
    }
    if is_common(&folded) {
        return Err(Refusal::new("password_common").at(field));
    }
    Ok(())
}

/// In the list, of three different characters at most, or a run such as `0123456789` or `jihgfedcba`.
fn is_common(folded: &str) -> bool {
    let characters: Vec<char> = folded.chars().collect();
    let mut different = characters.clone();
    different.sort_unstable();
    different.dedup();
    let steps: Vec<i64> =
        characters.windows(2).map(|pair| i64::from(u32::from(pair[1])) - i64::from(u32::from(pair[0]))).collect();
    let is_run = [1, -1].iter().any(|step| steps.iter().all(|found| found == step));
    different.len() < PASSWORD_VARIETY_MIN || is_run || COMMON_PASSWORDS.lines().any(|common| common == folded)
}

/// How long a login waits after its last failure, in milliseconds: nothing for the first five failures, then 1 s, 2 s,
/// 4 s … up to a quarter of an hour.
pub fn wait_ms(failures: i64) -> i64 {
    if failures < FAILURES_FREE {
        return 0;
    }
    let doublings = u32::try_from(failures - FAILURES_FREE).unwrap_or(u32::MAX);
    2_i64
        .checked_pow(doublings)
        .and_then(|factor| WAIT_FIRST_MS.checked_mul(factor))
        .unwrap_or(WAIT_MAX_MS)
        .min(WAIT_MAX_MS)
}

/// What is remembered of a login that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// How often since the last success.
    pub count: i64,
    /// When last.
    pub last_at: Instant,
}

/// The count that a further attempt starts from. An attempt counts as failed until it has succeeded, so that many
/// at once gain nothing.
///
/// # Errors
/// `sign_in_wait` with the seconds that are left, at least 1.
pub fn attempt(before: Option<Failures>, now: Instant) -> Result<i64, Refusal> {
    let Some(before) = before else { return Ok(0) };
    let since = now.get() - before.last_at.get();
    if since >= FAILURES_FORGOTTEN_MS {
        return Ok(0);
    }
    let left_ms = wait_ms(before.count) - since.max(0);
    if left_ms > 0 {
        let seconds = (left_ms + 999) / 1_000;
        return Err(Refusal::new("sign_in_wait").with("seconds", seconds));
    }
    Ok(before.count)
}

/// Whether a session still counts: neither idle nor open for too long, and not from the future.
pub fn session_lives(created_at: Instant, seen_at: Instant, now: Instant) -> bool {
    let idle = now.get() - seen_at.get();
    let open = now.get() - created_at.get();
    idle < SESSION_IDLE_MS && (0..SESSION_LONGEST_MS).contains(&open)
}

/// Whether the last request must be written down anew.
pub fn session_seen_is_old(seen_at: Instant, now: Instant) -> bool {
    now.get() - seen_at.get() >= SESSION_SEEN_EVERY_MS
}

/// Whether a set-up link still opens.
pub fn setup_link_opens(created_at: Instant, now: Instant) -> bool {
    (0..SETUP_LINK_MS).contains(&(now.get() - created_at.get()))
}

/// Holds that `actor`, with these roles in the book, may give or withdraw a role of `target`: the operator of the
/// machine may, and an administrator of the book; but nobody changes a role of his own, under whatever login.
///
/// # Errors
/// `Forbidden`; `role_own` at `login`.
pub fn may_change_role(actor: &Actor, held: &[Role], target: &Actor) -> Result<()> {
    if actor.uid == OPERATOR {
        return Ok(());
    }
    if !held.contains(&Role::Administrator) {
        return Err(Error::Forbidden);
    }
    if actor.uid == target.uid || actor.person == target.person {
        return Err(Refusal::new("role_own").at("login").into());
    }
    Ok(())
}

/// Holds that an account may be disabled by an administrator of these books: not one's own, and not one that works in a
/// book where the administrator is none.
///
/// # Errors
/// `account_own`, `account_elsewhere`.
pub fn may_disable(actor: &Actor, administers: &[i64], target: &Actor, works_in: &[i64]) -> Result<()> {
    if actor.uid == OPERATOR {
        return Ok(());
    }
    if actor.uid == target.uid || actor.person == target.person {
        return Err(Refusal::new("account_own").into());
    }
    if works_in.iter().any(|book| !administers.contains(book)) {
        return Err(Refusal::new("account_elsewhere").with("login", &target.login).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(ms: i64) -> Instant {
        Instant::new(ms)
    }

    fn actor(uid: &str, person: &str) -> Actor {
        Actor { uid: uid.into(), person: person.into(), login: uid.into(), name: uid.into() }
    }

    #[test]
    fn a_login_is_short_plain_and_not_the_operator() {
        assert_eq!(login(" Wang.Min_2 ").unwrap(), "wang.min_2");
        assert_eq!(login("ｌｉ－２").unwrap(), "li-2");
        let long = "a".repeat(41);
        for wrong in ["", "a", "王敏", "a b", "a@b", "operator", long.as_str()] {
            assert_eq!(login(wrong).unwrap_err().code, "login_form", "{wrong}");
        }
    }

    #[test]
    fn a_password_is_counted_in_characters() {
        assert_eq!(password("短密码", "li", "password").unwrap_err().code, "password_short");
        assert_eq!(password("春江水暖鸭先知道一些", "li", "password"), Ok(()));
        assert_eq!(password("bcdefgx", "li", "password").unwrap_err().code, "password_short");
        assert_eq!(password(&"长a1-".repeat(51), "li", "password").unwrap_err().code, "password_long");
        assert_eq!(password(&"长a1-".repeat(16), "li", "password"), Ok(()));
    }

    #[test]
    fn a_password_is_not_what_everybody_tries() {
        for common in
            ["1234567890", "Password123", "aaaaaaaaaa", "9876543210", "QWERTYUIOP", "ababababab", "abcdefghij"]
        {
            assert_eq!(password(common, "li", "new").unwrap_err().code, "password_common", "{common}");
        }
        assert_eq!(password("Wang.Min.2020", "wang.min.2020", "new").unwrap_err().code, "password_login");
        assert_eq!(password("lijun-5lijun-5", "lijun-5", "new").unwrap_err().code, "password_login");
    }

    #[test]
    fn every_common_password_in_the_list_is_refused_and_needed() {
        for common in COMMON_PASSWORDS.lines() {
            assert_eq!(fold(common), common, "the list holds folded text");
            assert!(common.chars().count() >= PASSWORD_CHARS_MIN, "{common} is refused by its length");
            assert!(password(common, "li", "new").is_err(), "{common}");
        }
    }

    #[test]
    fn five_failures_are_free_and_then_waiting_doubles_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = [0, 4, 5, 6, 7, 14, 15, 100, i64::MAX].iter().map(|n| wait_ms(*n)).collect();
        assert_eq!(waits, [0, 0, 1_000, 2_000, 4_000, 512_000, 900_000, 900_000, 900_000]);
    }

    #[test]
    fn an_attempt_before_its_time_is_told_the_seconds_left() {
        let failed = |count| Some(Failures { count, last_at: at(100_000) });
        assert_eq!(attempt(None, at(0)), Ok(0));
        assert_eq!(attempt(failed(4), at(100_000)), Ok(4));
        assert_eq!(attempt(failed(6), at(102_000)), Ok(6));
        let refusal = attempt(failed(6), at(101_999)).unwrap_err();
        assert_eq!((refusal.code, refusal.facts[0].1.as_str()), ("sign_in_wait", "1"));
        assert_eq!(attempt(failed(9), at(100_000 + FAILURES_FORGOTTEN_MS)), Ok(0));
        // A clock that was set back does not lengthen the wait.
        assert_eq!(attempt(failed(6), at(0)).unwrap_err().facts[0].1, "2");
    }

    #[test]
    fn ten_thousand_guesses_take_longer_than_a_day() {
        let total: i64 = (0..10_000).map(wait_ms).sum();
        assert!(total > 24 * 60 * 60 * 1_000);
    }

    #[test]
    fn a_session_ends_idle_and_ends_in_the_evening() {
        let start = at(1_000);
        assert!(session_lives(start, start, at(1_000 + SESSION_IDLE_MS - 1)));
        assert!(!session_lives(start, start, at(1_000 + SESSION_IDLE_MS)));
        let late = at(1_000 + SESSION_LONGEST_MS - 1);
        assert!(session_lives(start, late, late));
        assert!(!session_lives(start, late, late.plus_ms(1)));
        assert!(!session_lives(start, start, at(999)), "a session from the future");
    }

    #[test]
    fn a_setup_link_opens_for_a_day() {
        assert!(setup_link_opens(at(0), at(SETUP_LINK_MS - 1)));
        assert!(!setup_link_opens(at(0), at(SETUP_LINK_MS)));
        assert!(!setup_link_opens(at(1), at(0)));
    }

    #[test]
    fn nobody_changes_a_role_of_his_own_under_any_login() {
        let (me, other_login, colleague) = (actor("a1", "p1"), actor("a2", "p1"), actor("a3", "p3"));
        let administrator = [Role::Administrator];
        assert!(may_change_role(&me, &administrator, &colleague).is_ok());
        for own in [&me, &other_login] {
            assert_eq!(may_change_role(&me, &administrator, own).unwrap_err().refusals()[0].code, "role_own");
        }
        assert!(may_change_role(&Actor::operator(), &[], &me).is_ok());
        for role in Role::READERS {
            assert!(matches!(may_change_role(&me, &[role], &colleague), Err(Error::Forbidden)));
        }
    }

    #[test]
    fn an_account_is_disabled_only_where_one_administers() {
        let (me, colleague) = (actor("a1", "p1"), actor("a3", "p3"));
        assert!(may_disable(&me, &[1, 2], &colleague, &[2]).is_ok());
        assert!(may_disable(&me, &[1], &colleague, &[]).is_ok());
        assert_eq!(may_disable(&me, &[1], &colleague, &[1, 2]).unwrap_err().refusals()[0].code, "account_elsewhere");
        assert_eq!(may_disable(&me, &[1], &me, &[1]).unwrap_err().refusals()[0].code, "account_own");
        assert!(may_disable(&Actor::operator(), &[], &colleague, &[7]).is_ok());
    }

    proptest! {
        #[test]
        fn a_login_is_read_the_same_way_twice(typed in any::<String>()) {
            if let Ok(once) = login(&typed) {
                prop_assert_eq!(login(&once), Ok(once.clone()));
            }
        }

        #[test]
        fn waiting_never_shrinks_and_never_locks(failures in 0_i64..10_000) {
            prop_assert!(wait_ms(failures) <= wait_ms(failures + 1));
            prop_assert!(wait_ms(failures) <= WAIT_MAX_MS);
            let before = Failures { count: failures, last_at: at(0) };
            prop_assert!(attempt(Some(before), at(WAIT_MAX_MS)).is_ok());
        }
    }
}
