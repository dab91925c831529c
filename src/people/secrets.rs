//! Passwords and tokens: what is kept of them is a hash.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use crate::kernel::clock::Chance;
use crate::kernel::{Error, Result};

/// Memory of one hash, in KiB (OWASP Password Storage: Argon2id m = 19 MiB, t = 2, p = 1).
const MEMORY_KIB: u32 = 19_456;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;

/// Hashes at once: a flood of sign-ins may fill neither the memory nor all processors.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// The hash of a password that nobody knows: an unknown login costs the same time as a known one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$cmVsaWVmLWxlZGdlci0x$LK7SB9pmNZPrJqv2vhHQQtX0n2zv1mEdhQvqsfiEH2E";

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The PHC string of a password, with a fresh salt.
pub async fn hash(password: &str, chance: &dyn Chance) -> Result<String> {
    let mut salt = [0; 16];
    chance.fill(&mut salt);
    let password = password.to_owned();
    apart(move || {
        let hash: PasswordHash =
            argon2()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(Error::internal)?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether a password belongs to a PHC string; without one the answer is no, after the same time.
pub async fn verify(password: &str, hash: Option<&str>) -> Result<bool> {
    let (password, known) = (password.to_owned(), hash.is_some());
    let hash = hash.unwrap_or(NOBODY).to_owned();
    apart(move || {
        let hash = PasswordHash::new(&hash).map_err(Error::internal)?;
        Ok(argon2()?.verify_password(password.as_bytes(), &hash).is_ok() && known)
    })
    .await
}

/// Runs heavy work where it holds up nobody else.
async fn apart<V: Send + 'static>(work: impl FnOnce() -> Result<V> + Send + 'static) -> Result<V> {
    let permit = AT_ONCE.acquire().await.map_err(Error::internal)?;
    let done = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?;
    drop(permit);
    done
}

/// What is kept of a token: its SHA-256 in lower-case hex. 128 random bits need no salt.
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SystemChance;

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other() {
        let kept = hash("春江水暖鸭先知道一些", &SystemChance).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("春江水暖鸭先知道一些", Some(&kept)).await.unwrap());
        assert!(!verify("春江水暖鸭先知道一点", Some(&kept)).await.unwrap());
        assert_ne!(kept, hash("春江水暖鸭先知道一些", &SystemChance).await.unwrap(), "the salt is fresh");
    }

    #[tokio::test]
    async fn nobody_has_a_hash_of_the_same_cost_and_no_password() {
        let (nobody, fresh) = (PasswordHash::new(NOBODY).unwrap(), hash("x", &SystemChance).await.unwrap());
        let fresh = PasswordHash::new(&fresh).unwrap();
        assert_eq!((nobody.algorithm, nobody.version), (fresh.algorithm, fresh.version));
        assert_eq!(nobody.params.to_string(), fresh.params.to_string());
        assert_eq!(nobody.hash.map(|h| h.len()), fresh.hash.map(|h| h.len()));
        assert!(!verify("x", None).await.unwrap());
    }
}
