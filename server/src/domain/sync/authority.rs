//! Whether an author may write in an area: now, until some moment, or never (P10–P12).

use bidao_schema::calendar::{DAY_MILLIS, Date};
use bidao_sync::hub::Access;
use bidao_sync::limits;
use bidao_sync::message::BatchManifest;

use crate::domain::access::{Scope, significant};
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
    device.revoked_at.is_none() && device.state == "active"
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
    Ok(Access::Never)
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
    match access {
        Access::Now | Access::Released => true,
        Access::Never => false,
        Access::Ended { seq, at } => {
            let seen = manifest.seen.get(area).copied();
            seen.is_some_and(|seen| seen <= seq) && now <= at.saturating_add(limits::LATE_WORK_MS)
        }
    }
}
