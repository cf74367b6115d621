//! Enrolment codes: a leader gives one to a person, who enrols a phone with it within a day (`3-protocol` §9).

use bidao_schema::api::device::EnrolCode;
use sha2::{Digest, Sha256};

use super::access::Principal;
use super::account::entry;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::store::audit::Audit;
use crate::store::{self, Tx, enrol_code};

/// Characters of a code: no 0 O 1 I L, which look alike on paper.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Length of a code.
pub const CODE_LENGTH: usize = 8;
/// How long a code is good for, in milliseconds.
pub const CODE_MILLIS: i64 = 24 * 3600 * 1000;

/// Who asks for a code.
pub enum Asker<'a> {
    /// A leader, within the areas managed.
    Leader(&'a Principal),
    /// The operator at the command line.
    Operator,
}

/// Draws a code.
#[must_use]
pub fn draw(ctx: &Ctx) -> String {
    // 128 random bits against 31^8 (40 bits): the bias is beyond measure.
    let mut number = u128::from_be_bytes(ctx.random::<16>());
    let mut code = String::with_capacity(CODE_LENGTH);
    for _ in 0..CODE_LENGTH {
        code.push(char::from(ALPHABET[usize::try_from(number % 31).unwrap_or_default()]));
        number /= 31;
    }
    code
}

/// The hash under which a code is kept: case, spaces and dashes do not matter.
#[must_use]
pub fn hash(code: &str) -> String {
    let plain: String = code.chars().filter(|c| c.is_alphanumeric()).collect();
    bidao_sync::ids::to_hex(&Sha256::digest(plain.to_uppercase()))
}

/// Makes a code for a person; earlier unused codes of that person end.
///
/// # Errors
/// `not_found` when there is no such person within the asker's reach, or the database fails.
pub fn make(tx: &mut Tx, asker: &Asker, person: &str, code: &str, now: i64) -> Result<(EnrolCode, Audit)> {
    let made_by = match asker {
        Asker::Leader(principal) => {
            let reaches = store::assignment::of_person(tx, person)?
                .iter()
                .any(|row| principal.scope.manages_devices(&row.area));
            if !reaches {
                return Err(Error::not_found("person"));
            }
            principal.person.clone()
        }
        Asker::Operator => "system".to_owned(),
    };
    if store::person::find(tx, person)?.is_none() {
        return Err(Error::not_found("person"));
    }
    enrol_code::end_unused(tx, person, now)?;
    let row = enrol_code::Row {
        code_hash: hash(code),
        person: person.to_owned(),
        made_by: made_by.clone(),
        expires_at: now + CODE_MILLIS,
        used_at: None,
    };
    enrol_code::insert(tx, &row)?;
    let made = EnrolCode { code: code.to_owned(), person: row.person, expires_at: row.expires_at };
    Ok((made, Audit::of(entry(now, &made_by, "make_enrol_code", person, ""))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_eight_characters_without_look_alikes() {
        let code = draw(&Ctx::system());
        assert_eq!(code.len(), CODE_LENGTH);
        assert!(code.bytes().all(|b| ALPHABET.contains(&b)), "{code}");
        assert!(!ALPHABET.iter().any(|b| b"01OIL".contains(b)));
    }

    #[test]
    fn case_spaces_and_dashes_do_not_matter() {
        assert_eq!(hash("abcd 2345"), hash("ABCD-2345"));
        assert_ne!(hash("ABCD2345"), hash("ABCD2346"));
    }
}
