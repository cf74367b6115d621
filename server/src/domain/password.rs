//! Passwords: argon2id hashes. Hashing costs tens of milliseconds and 19 MiB on purpose, so it never runs
//! on a database lane, and only a few at once.

use std::sync::LazyLock;

use argon2::password_hash::{PasswordHash, SaltString};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

use crate::error::{Error, Result};

/// Memory of one hash in KiB (OWASP's first choice for argon2id: 19 MiB, 2 passes, 1 lane).
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;
/// Fewest characters of a new password.
pub const MIN_CHARACTERS: usize = 8;
/// Most bytes of a password.
pub const MAX_BYTES: usize = 256;

/// How a password compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is the account's.
    Right,
    /// It is not, or there is no such account.
    Wrong,
}

/// Verified against when there is no such account, so that both take equally long.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash("no account has this password", &[0; 16]).unwrap_or_default());

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|error| Error::Internal(format!("argon2 parameters: {error}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password with 16 random bytes; PHC string form.
///
/// # Errors
/// A fault of ours.
pub fn hash(password: &str, salt: &[u8; 16]) -> Result<String> {
    let failed = |error: argon2::password_hash::Error| Error::Internal(format!("argon2: {error}"));
    let salt = SaltString::encode_b64(salt).map_err(failed)?;
    Ok(argon2()?.hash_password(password.as_bytes(), &salt).map_err(failed)?.to_string())
}

/// Compares a password with an account's hash, or with nobody's.
#[must_use]
pub fn verify(password: &str, hash: Option<&str>) -> Verdict {
    let matches = password.len() <= MAX_BYTES
        && PasswordHash::new(hash.unwrap_or(&NOBODY))
            // The parameters are those inside the hash, so that old hashes stay valid when ours change.
            .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
    if matches && hash.is_some() { Verdict::Right } else { Verdict::Wrong }
}

/// Whether a new password is acceptable.
///
/// # Errors
/// `invalid`, field `password`.
pub fn check_new(password: &str) -> Result<()> {
    if password.chars().count() < MIN_CHARACTERS {
        return Err(Error::invalid("password", format!("at least {MIN_CHARACTERS} characters")));
    }
    if password.len() > MAX_BYTES {
        return Err(Error::invalid("password", format!("at most {MAX_BYTES} bytes")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_fits_its_password_and_no_other() {
        let hash = hash("correct horse", &[7; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(verify("correct horse", Some(&hash)), Verdict::Right);
        assert_eq!(verify("correct hors", Some(&hash)), Verdict::Wrong);
    }

    #[test]
    fn nobody_has_any_password() {
        assert_eq!(verify("no account has this password", None), Verdict::Wrong);
        assert_eq!(verify("x", Some("not a hash")), Verdict::Wrong);
    }

    #[test]
    fn a_new_password_has_eight_characters_to_256_bytes() {
        assert!(check_new("1234567").is_err());
        assert!(check_new("12345678").is_ok());
        assert!(check_new("必到必到必到必到").is_ok());
        assert!(check_new(&"x".repeat(MAX_BYTES)).is_ok());
        assert!(check_new(&"x".repeat(MAX_BYTES + 1)).is_err());
    }
}
