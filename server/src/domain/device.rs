//! Devices: a phone enrols once with a code, its owner's password and its own key; leaders see the phones
//! of their people and take one away when it is lost (`3-protocol` §9, domain §9.7).

use bidao_schema::api::device::{Device, DeviceState, Enrol, Enrolled};
use bidao_schema::api::problem::ProblemCode;

use super::access::{Principal, Scope};
use super::account::{self, Admission, Attempt, entry};
use super::enrol_code;
use super::public_key::PublicKey;
use super::session::{self, Fresh, Keys};
use crate::error::{Error, Result};
use crate::store::audit::{Audit, Entry};
use crate::store::{self, Tx, device};

/// How long the same code, password and key are answered again when the answer was lost, in milliseconds.
pub const LOST_ANSWER_MILLIS: i64 = 15 * 60 * 1000;
/// Most characters of a phone's name or version.
pub const MAX_NAME: usize = 64;

/// Registers a phone. A phone that did not hear the answer asks again with the same code and key and gets
/// the same device.
///
/// # Errors
/// `invalid`, or the database fails; other refusals are outcomes, because failures are counted.
pub fn enrol(
    tx: &mut Tx,
    keys: &Keys,
    fresh: &Fresh,
    (ask, attempt): (&Enrol, &Attempt),
    (id, key): (&str, &PublicKey),
) -> Result<(Result<Enrolled>, Audit)> {
    let account = match account::admit(tx, attempt, fresh.now)? {
        Admission::Admitted(account) => account,
        Admission::Refused(error, audit) => return Ok((Err(error), audit)),
    };
    let Some(known) = use_code(tx, &ask.code, (&account.person, key), fresh.now)? else {
        let audit = account::count_failure(tx, &account, fresh.now)?;
        let wrong = Error::refused(ProblemCode::BadEnrolCode, "the code is wrong, used or ended");
        return Ok((Err(wrong), audit));
    };
    account::forgive(tx, &account)?;
    let id = match known {
        Known::Device(id) => id,
        Known::Nothing => {
            device::insert(tx, &row(id, &account.person, ask, key, fresh.now))?;
            id.to_owned()
        }
    };
    let session = session::begin(tx, keys, fresh, (&account.name, Some(&id)), key)?;
    let entry = entry(fresh.now, &account.person, "enrol", &id, &key.thumbprint());
    let audit = Audit::of(Entry { device: id.clone(), ..entry });
    Ok((Ok(Enrolled { device: id, session }), audit))
}

/// What a code that fits leads to.
enum Known {
    /// A device that was enrolled with it just now and asks again.
    Device(String),
    /// A new one.
    Nothing,
}

fn use_code(tx: &mut Tx, code: &str, (person, key): (&str, &PublicKey), now: i64) -> Result<Option<Known>> {
    let hash = enrol_code::hash(code);
    let Some(row) = store::enrol_code::find(tx, &hash)?.filter(|row| row.person == person) else {
        return Ok(None);
    };
    if row.used_at.is_none() && row.expires_at > now && store::enrol_code::use_up(tx, &hash, now)? {
        let known = device::with_key(tx, person, key.bytes())?.filter(|known| known.revoked_at.is_none());
        return Ok(Some(known.map_or(Known::Nothing, |known| Known::Device(known.id))));
    }
    let lately = row.used_at.is_some_and(|used_at| now - used_at < LOST_ANSWER_MILLIS);
    let known = if lately { device::with_key(tx, person, key.bytes())? } else { None };
    let same = known.filter(|known| known.revoked_at.is_none() && Some(known.enrolled_at) >= row.used_at);
    Ok(same.map(|known| Known::Device(known.id)))
}

fn row(id: &str, person: &str, ask: &Enrol, key: &PublicKey, now: i64) -> device::Row {
    let short =
        |text: &str| text.trim().chars().filter(|c| !c.is_control()).take(MAX_NAME).collect::<String>();
    device::Row {
        id: id.to_owned(),
        person: person.to_owned(),
        name: short(&ask.name),
        public_key: key.bytes().to_vec(),
        state: "active".into(),
        app_version: short(&ask.app_version),
        enrolled_at: now,
        revoked_at: None,
        last_sync_at: None,
        unsynced: 0,
    }
}

/// Devices of everybody who works, or worked, where the principal manages devices; by name.
///
/// # Errors
/// The database fails.
pub fn list(tx: &mut Tx, principal: &Principal) -> Result<Vec<Device>> {
    let persons = owners(tx, &principal.scope)?;
    let rows = device::of_persons(tx, &persons)?;
    let mut devices = described(tx, rows)?;
    devices.sort_by(|a, b| (&a.person_name, &a.id).cmp(&(&b.person_name, &b.id)));
    Ok(devices)
}

/// Everybody who works, or worked, where the scope manages devices.
///
/// # Errors
/// The database fails.
pub fn owners(tx: &mut Tx, scope: &Scope) -> Result<Vec<String>> {
    let mut persons = Vec::new();
    for prefix in scope.device_prefixes() {
        persons.extend(store::assignment::under(tx, &prefix)?.into_iter().map(|row| row.person));
    }
    persons.sort();
    persons.dedup();
    Ok(persons)
}

/// Takes a device out of use: its sessions end, and what it sends later is quarantined (P12).
///
/// # Errors
/// `not_found` when it is not within reach, or the database fails.
pub fn revoke(tx: &mut Tx, principal: &Principal, id: &str, now: i64) -> Result<(Device, Audit)> {
    let unknown = || Error::not_found("device");
    let row = device::find(tx, id)?.ok_or_else(unknown)?;
    let assignments = store::assignment::of_person(tx, &row.person)?;
    if !assignments.iter().any(|held| principal.scope.manages_devices(&held.area)) {
        return Err(unknown());
    }
    device::revoke(tx, id, now)?;
    store::session::revoke_of_device(tx, id, now)?;
    let row = device::find(tx, id)?.ok_or_else(unknown)?;
    let device = described(tx, vec![row])?.pop().ok_or_else(unknown)?;
    let own = principal.device.clone().unwrap_or_default();
    let entry = entry(now, &principal.person, "revoke_device", id, "");
    Ok((device, Audit::of(Entry { device: own, ..entry })))
}

fn described(tx: &mut Tx, rows: Vec<device::Row>) -> Result<Vec<Device>> {
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let persons: Vec<String> = rows.iter().map(|row| row.person.clone()).collect();
    let problems = device::problems(tx, &ids)?;
    let names = store::person::names(tx, &persons)?;
    let describe = |row: device::Row| Device {
        person_name: names.get(&row.person).cloned().unwrap_or_default(),
        state: if row.revoked_at.is_some() { DeviceState::Revoked } else { DeviceState::Active },
        problems: problems.get(&row.id).map_or(0, |count| u32::try_from(*count).unwrap_or(u32::MAX)),
        unsynced: u32::try_from(row.unsynced).unwrap_or_default(),
        id: row.id,
        person: row.person,
        name: row.name,
        app_version: row.app_version,
        enrolled_at: row.enrolled_at,
        last_sync_at: row.last_sync_at,
    };
    Ok(rows.into_iter().map(describe).collect())
}
