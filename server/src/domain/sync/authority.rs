//! Whether an author may write in an area: now, until some moment, or never (P10–P12).

use bidao_schema::calendar::{DAY_MILLIS, Date};
use bidao_sync::code::{Code, Refusal};
use bidao_sync::hub::Access;
use bidao_sync::message::BatchManifest;
use bidao_sync::planted::{self, Fault};

use crate::domain::access::{Scope, significant};
use crate::domain::relocation;
use crate::error::Result;
use crate::store::{Tx, assignment, device, feed, pairing, person, record};

/// Who wrote a batch: not who carries it.
#[derive(Debug, Clone)]
pub struct Author {
    /// Device id.
    pub device: String,
    /// Person id.
    pub person: String,
    /// Person's name.
    pub name: String,
    /// Whether the device may still write.
    pub is_active: bool,
}

/// Whether a device has not been revoked.
#[must_use]
pub fn is_active(device: &device::Row) -> bool {
    let is_in_use = device.revoked_at.is_none() && device.state == "active";
    is_in_use || planted::is(Fault::RevokedWrites)
}

impl Author {
    /// The owner of a device.
    ///
    /// # Errors
    /// The database fails.
    pub fn of(tx: &mut Tx, device: &device::Row) -> Result<Self> {
        let name = person::find(tx, &device.person)?.map(|person| person.name).unwrap_or_default();
        Ok(Self {
            device: device.id.clone(),
            person: device.person.clone(),
            name,
            is_active: is_active(device),
        })
    }
}

/// The author's right to write records of `area`, or of `household` in it, on the day of `now`.
///
/// # Errors
/// The database fails.
pub fn access(tx: &mut Tx, author: &str, area: &str, household: Option<&str>, now: i64) -> Result<Access> {
    if !is_village(area) {
        return Ok(Access::Never);
    }
    let today = Date::from_epoch_millis_shanghai(now).to_string();
    if writes_on(tx, author, area, household, &today)? {
        return Ok(Access::Now);
    }
    let mut ends: Vec<String> =
        assignment::of_person(tx, author)?.into_iter().filter_map(|row| row.valid_to).collect();
    ends.extend(pairing::of_helper(tx, author)?.into_iter().filter_map(|row| row.valid_to));
    ends.retain(|end| *end < today);
    ends.sort_unstable();
    ends.dedup();
    for end in ends.into_iter().rev() {
        if writes_on(tx, author, area, household, &end)?
            && let Some(day) = Date::parse(&end)
        {
            let at = day.start_millis_shanghai() + DAY_MILLIS - 1;
            let seq = u64::try_from(feed::position_at(tx, area, at)?).unwrap_or(0);
            return Ok(Access::Ended { seq, at });
        }
    }
    // Whoever stood by a household in its village did so until it moved away.
    for household in pairing::households_of(tx, author, &today)? {
        if let Some((_, seq, at)) = feed::left(tx, &household)?.into_iter().find(|(left, ..)| left == area) {
            let (seq, at) = left(seq, at);
            return Ok(Access::Ended { seq, at });
        }
    }
    Ok(Access::Never)
}

/// An author's right, and the village it is a right in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// Village code.
    pub area: String,
    /// What the author may do there.
    pub access: Access,
}

/// The author's right to write a record that is there: where it is filed now, or where it was until it was moved, which
/// is a grant that ended then (P11). `claimed` is the village an edit names; a command names none.
///
/// # Errors
/// The database fails.
pub fn right(tx: &mut Tx, author: &str, row: &record::Row, claimed: Option<&str>, now: i64) -> Result<Right> {
    let household = row.household.as_deref();
    let here = Right { access: access(tx, author, &row.area, household, now)?, area: row.area.clone() };
    if here.access == Access::Now || claimed == Some(row.area.as_str()) {
        return Ok(here);
    }
    for (area, seq, at) in relocation::left(tx, row)? {
        if claimed.is_some_and(|claimed| claimed != area) {
            continue;
        }
        let access = until(tx, author, &area, left(seq, at), now)?;
        if access != Access::Never {
            return Ok(Right { area, access });
        }
    }
    let access = if claimed.is_some() { Access::Never } else { here.access };
    Ok(Right { access, ..here })
}

/// The author's right in a village over something that left it then.
fn until(tx: &mut Tx, author: &str, area: &str, end: (u64, i64), now: i64) -> Result<Access> {
    Ok(match access(tx, author, area, None, now)? {
        Access::Ended { seq, at } => Access::Ended { seq: seq.min(end.0), at: at.min(end.1) },
        Access::Never => Access::Never,
        _ => Access::Left { seq: end.0, at: end.1 },
    })
}

/// The last position and time at which readers had what `moved` at these.
fn left(seq: i64, at: i64) -> (u64, i64) {
    (u64::try_from(seq - 1).unwrap_or(0), at)
}

/// Why a new record about a household that has moved away has to wait for a leader, if it has to (P11).
///
/// # Errors
/// The database fails.
pub fn too_late(
    tx: &mut Tx,
    author: &str,
    manifest: &BatchManifest,
    (claimed, household): (&str, &str),
    now: i64,
) -> Result<Option<Refusal>> {
    let moved = feed::left(tx, household)?.into_iter().find(|(area, ..)| area == claimed);
    let Some((_, seq, at)) = moved else { return Ok(None) };
    let lives_in = record::briefs(tx, &[household.to_owned()])?.pop().map(|row| row.area).unwrap_or_default();
    if lives_in == claimed || access(tx, author, &lives_in, Some(household), now)? == Access::Now {
        return Ok(None);
    }
    let access = until(tx, author, claimed, left(seq, at), now)?;
    let late = || Refusal::new(Code::GrantEnded, format!("the household left {claimed}"));
    Ok((!counts(access, manifest, claimed, now)).then(late))
}

/// Whether a text is a village's code: grants compare beginnings, so anything longer must not get through.
fn is_village(area: &str) -> bool {
    area.len() == 12 && area.bytes().all(|digit| digit.is_ascii_digit()) && significant(area) == area
}

fn writes_on(tx: &mut Tx, author: &str, area: &str, household: Option<&str>, day: &str) -> Result<bool> {
    let scope = Scope::of(tx, author, day)?;
    if scope.writes(area, household) {
        return Ok(true);
    }
    // A pairing is an assignment too: its helper writes trips and visits in the household's village.
    let paired = record::briefs(tx, scope.paired())?;
    Ok(paired.iter().any(|household| household.area == area))
}

/// Whether work of that batch in `area` counts (P11): the rule `hub` has for edits, for commands.
pub fn counts(access: Access, manifest: &BatchManifest, area: &str, now: i64) -> bool {
    access.counts(manifest.seen.get(area).copied(), now)
}
