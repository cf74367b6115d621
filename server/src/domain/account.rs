//! Accounts: how one is made, how it is let in, and how guessing is slowed down.

use bidao_schema::api::person::Role;
use bidao_schema::api::problem::ProblemCode;

use super::password::Verdict;
use crate::error::{Error, Result};
use crate::store::audit::{Audit, Entry};
use crate::store::{self, Tx, account, assignment, person};

/// Failures in a row after which nobody may try for a while. Wrong enrolment codes count too.
pub const MAX_FAILURES: i32 = 10;
/// How long that while is, in milliseconds.
pub const LOCKOUT_MILLIS: i64 = 15 * 60 * 1000;
/// Most characters of an account name.
pub const MAX_NAME: usize = 64;

/// An account to be made, with its person and roles. Ids are drawn before the transaction.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Account name; see [`normalise`].
    pub name: String,
    /// argon2id, from [`super::password::hash`].
    pub password_hash: String,
    /// 32 hex digits of the person; made together with the account when there is none yet.
    pub person: String,
    /// The person's name, when it is to be made.
    pub person_name: String,
    /// Roles with their areas and the id of the assignment.
    pub assignments: Vec<(String, Role, String)>,
    /// First day of the assignments, `YYYY-MM-DD`.
    pub valid_from: String,
}

/// A password compared outside the transaction, with what it was compared with.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Account name, normalised.
    pub account: String,
    /// The hash that was compared.
    pub hash: Option<String>,
    /// The outcome.
    pub verdict: Verdict,
}

/// Whether an attempt gets in.
pub enum Admission {
    /// It does.
    Admitted(account::Row),
    /// It does not; a failure was counted.
    Refused(Error, Audit),
}

/// The form in which account names are stored and compared.
#[must_use]
pub fn normalise(name: &str) -> String {
    name.trim().to_lowercase()
}

/// The account of a name that an operator typed as `argument`.
///
/// # Errors
/// `invalid` naming the argument, or the database fails.
pub fn named(tx: &mut Tx, argument: &str, name: &str) -> Result<account::Row> {
    let name = normalise(name);
    let found = account::find(tx, &name)?;
    found.ok_or_else(|| Error::invalid(argument, format!("no account is called {name}")))
}

/// Makes an account, its person if there is none yet, and its assignments.
///
/// # Errors
/// `invalid` naming the field, or the database fails.
pub fn add(tx: &mut Tx, new: &NewAccount, at: i64) -> Result<Audit> {
    let fits = |c: char| c.is_alphanumeric() || "._-".contains(c);
    if new.name != normalise(&new.name)
        || new.name.is_empty()
        || !new.name.chars().all(fits)
        || new.name.chars().count() > MAX_NAME
    {
        return Err(Error::invalid(
            "name",
            "letters, digits, dot, dash or underscore; lower case; at most 64",
        ));
    }
    if account::find(tx, &new.name)?.is_some() {
        return Err(Error::invalid("name", "there is such an account already"));
    }
    if person::find(tx, &new.person)?.is_none() {
        if new.person_name.trim().is_empty() {
            return Err(Error::invalid("person_name", "a person has a name"));
        }
        person::insert(
            tx,
            &person::Row { id: new.person.clone(), name: new.person_name.trim().to_owned(), created_at: at },
        )?;
    }
    account::insert(
        tx,
        &account::Row {
            name: new.name.clone(),
            person: new.person.clone(),
            password_hash: new.password_hash.clone(),
            failures: 0,
            locked_until: 0,
            created_at: at,
        },
    )?;
    let mut audit = Audit::of(entry(at, "system", "add_account", &new.name, &new.person));
    for (id, role, area) in &new.assignments {
        audit.push(assign(tx, id, &new.person, (*role, area), &new.valid_from, at)?);
    }
    Ok(audit)
}

/// Gives a person a role in an area from a day on.
///
/// # Errors
/// `invalid` when there is no such area, or the database fails.
pub fn assign(
    tx: &mut Tx,
    id: &str,
    person: &str,
    (role, area): (Role, &str),
    valid_from: &str,
    at: i64,
) -> Result<Entry> {
    if store::area::find(tx, area)?.is_none() {
        return Err(Error::invalid("area", format!("no area has the code {area}: load the areas first")));
    }
    assignment::insert(
        tx,
        &assignment::Row {
            id: id.to_owned(),
            person: person.to_owned(),
            role: assignment::role_key(role),
            area: area.to_owned(),
            valid_from: valid_from.to_owned(),
            valid_to: None,
        },
    )?;
    Ok(entry(at, "system", "assign", id, person))
}

/// Replaces a password and ends the account's sessions.
///
/// # Errors
/// `not_found`, or the database fails.
pub fn set_password(tx: &mut Tx, name: &str, hash: &str, at: i64) -> Result<Audit> {
    if account::set_password(tx, name, hash)? == 0 {
        return Err(Error::not_found("account"));
    }
    store::session::revoke_of_account(tx, name, at)?;
    Ok(Audit::of(entry(at, "system", "set_password", name, "")))
}

/// Lets an attempt in, or counts its failure. An account that is locked lets nobody in, whatever the
/// password. Failures are forgotten by [`forgive`], once everything else fitted too.
///
/// # Errors
/// The database fails; a refusal is an outcome, because its failure count must be kept.
pub fn admit(tx: &mut Tx, attempt: &Attempt, now: i64) -> Result<Admission> {
    let wrong = || Error::refused(ProblemCode::BadCredentials, "account or password is wrong");
    let Some(row) = account::find(tx, &attempt.account)? else {
        // Nothing is written: names that do not exist must not fill the database.
        return Ok(Admission::Refused(wrong(), Audit::default()));
    };
    // A lock from before the clock was set back is none: it would last for years.
    if row.locked_until > now && row.locked_until <= now + LOCKOUT_MILLIS {
        let locked = Error::refused(ProblemCode::LockedOut, "too many failures: wait 15 minutes");
        return Ok(Admission::Refused(locked, Audit::default()));
    }
    // The password may have been replaced between the comparison and this transaction.
    let right = attempt.verdict == Verdict::Right && attempt.hash.as_ref() == Some(&row.password_hash);
    if right {
        return Ok(Admission::Admitted(row));
    }
    let audit = count_failure(tx, &row, now)?;
    Ok(Admission::Refused(wrong(), audit))
}

/// Counts a failure; the last one that is allowed locks the account.
///
/// # Errors
/// The database fails.
pub fn count_failure(tx: &mut Tx, row: &account::Row, now: i64) -> Result<Audit> {
    let failures = account::count_failure(tx, &row.name)?;
    let mut audit = Audit::of(entry(now, &row.person, "fail_login", &row.name, ""));
    if failures >= MAX_FAILURES {
        account::set_failures(tx, &row.name, 0, now + LOCKOUT_MILLIS)?;
        audit.push(entry(now, "system", "lock_out", &row.name, ""));
    }
    Ok(audit)
}

/// Forgets the failures of an account that got in.
///
/// # Errors
/// The database fails.
pub fn forgive(tx: &mut Tx, row: &account::Row) -> Result<()> {
    if row.failures > 0 || row.locked_until > 0 {
        account::set_failures(tx, &row.name, 0, 0)?;
    }
    Ok(())
}

/// An audit entry that concerns no device.
pub fn entry(at: i64, person: &str, action: &'static str, object: &str, detail: &str) -> Entry {
    Entry {
        at,
        person: person.to_owned(),
        device: String::new(),
        action,
        object: object.to_owned(),
        detail: detail.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Db, Location};

    fn with_account() -> Db {
        let db = Db::open(Location::Memory).unwrap();
        db.write_blocking(|tx| Ok(((), add(tx, &new("li"), 0)?))).unwrap();
        db
    }

    fn new(name: &str) -> NewAccount {
        NewAccount {
            name: name.into(),
            password_hash: "hash".into(),
            person: "p1".into(),
            person_name: "李四".into(),
            assignments: Vec::new(),
            valid_from: "2015-11-01".into(),
        }
    }

    fn attempt(db: &Db, verdict: Verdict, now: i64) -> Option<ProblemCode> {
        let attempt = Attempt { account: "li".into(), hash: Some("hash".into()), verdict };
        db.write_blocking(move |tx| match admit(tx, &attempt, now)? {
            Admission::Admitted(row) => {
                forgive(tx, &row)?;
                Ok((None, Audit::default()))
            }
            Admission::Refused(error, audit) => Ok((Some(error.code()), audit)),
        })
        .unwrap()
    }

    #[test]
    fn the_tenth_failure_locks_for_fifteen_minutes() {
        let db = with_account();
        for _ in 1..MAX_FAILURES {
            assert_eq!(attempt(&db, Verdict::Wrong, 1), Some(ProblemCode::BadCredentials));
        }
        assert_eq!(attempt(&db, Verdict::Right, 1), None, "nine failures do not lock");
        for _ in 0..MAX_FAILURES {
            assert_eq!(attempt(&db, Verdict::Wrong, 1), Some(ProblemCode::BadCredentials));
        }
        assert_eq!(attempt(&db, Verdict::Right, 1), Some(ProblemCode::LockedOut));
        assert_eq!(attempt(&db, Verdict::Right, LOCKOUT_MILLIS), Some(ProblemCode::LockedOut));
        assert_eq!(attempt(&db, Verdict::Right, 1 + LOCKOUT_MILLIS), None);
    }

    #[test]
    fn a_password_replaced_meanwhile_does_not_let_in() {
        let db = with_account();
        db.write_blocking(|tx| Ok(((), set_password(tx, "li", "newer", 0)?))).unwrap();
        assert_eq!(attempt(&db, Verdict::Right, 1), Some(ProblemCode::BadCredentials));
    }

    #[test]
    fn an_account_name_is_plain_and_unique() {
        let db = with_account();
        for name in ["", "Li", "li si", "li\n", "li", &"x".repeat(MAX_NAME + 1)] {
            let name = name.to_owned();
            let added = db.write_blocking(move |tx| Ok(((), add(tx, &new(&name), 0)?)));
            assert!(added.is_err());
        }
        for name in ["li.si-2_x", "李四", &"x".repeat(MAX_NAME)] {
            let name = name.to_owned();
            db.write_blocking(move |tx| Ok(((), add(tx, &new(&name), 0)?))).unwrap();
        }
    }
}
