//! Reference data: what a phone or desk must know offline, cut to what the asker's roles reach.

use std::sync::LazyLock;

use bidao_schema::api::area::{Area, AreaLevel};
use bidao_schema::api::reference::{Assignments, PovertyLine, Reference, VillageAssignment};
use bidao_schema::calendar::Date;
use bidao_schema::codes::area_level;
use sha2::{Digest, Sha256};

use super::access::{Principal, significant};
use super::{carriage, catalogue, duplicate, person, setting, survey};
use crate::error::{Error, Result};
use crate::store::{self, Tx};

/// Hash of the built-in forms: they change with the binary only, so they are not hashed at every request.
static FORMS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let forms = serde_json::to_vec(bidao_schema::forms::built_in()).unwrap_or_default();
    Sha256::digest(forms).to_vec()
});

/// Everything the principal needs, as of `now_ms`.
///
/// # Errors
/// The database fails.
pub fn of(tx: &mut Tx, principal: &Principal, now_ms: i64) -> Result<Reference> {
    let mut reference = without_forms(tx, principal, now_ms)?;
    reference.tag = tag_of(&reference)?;
    reference.forms = bidao_schema::forms::built_in().to_vec();
    Ok(reference)
}

/// The tag of the principal's reference data, and its JSON unless `have` is that tag already.
///
/// # Errors
/// The database fails.
pub fn tag_and_bytes(
    tx: &mut Tx,
    principal: &Principal,
    have: Option<&str>,
    now_ms: i64,
) -> Result<(String, Option<Vec<u8>>)> {
    let mut reference = without_forms(tx, principal, now_ms)?;
    reference.tag = tag_of(&reference)?;
    if have == Some(reference.tag.as_str()) {
        return Ok((reference.tag, None));
    }
    reference.forms = bidao_schema::forms::built_in().to_vec();
    let bytes = serde_json::to_vec(&reference).map_err(|error| Error::Internal(error.to_string()))?;
    Ok((reference.tag, Some(bytes)))
}

fn without_forms(tx: &mut Tx, principal: &Principal, now_ms: i64) -> Result<Reference> {
    let today = Date::from_epoch_millis_shanghai(now_ms).to_string();
    let areas = areas(tx, principal)?;
    let codes: Vec<String> = areas.iter().map(|area| area.code.clone()).collect();
    let assignments = store::assignment::in_areas(tx, &codes)?;
    let lines = store::poverty_line::all(tx)?;
    let line = |(year, fen): (i32, i64)| Some(PovertyLine { year: u16::try_from(year).ok()?, fen });
    Ok(Reference {
        tag: String::new(),
        me: person::of(tx, &principal.person, &today)?,
        people: person::holding(tx, &assignments, &today)?,
        areas: with_destinations(tx, principal, areas)?,
        forms: Vec::new(),
        assignments: assigned(principal),
        catalogues: catalogue::all(tx)?,
        poverty_lines: lines.into_iter().filter_map(line).collect(),
        settings: setting::duty(tx)?,
        signing: setting::signing(tx)?,
        surveys: survey::of_phone(tx, &principal.scope)?,
        aliases: duplicate::aliases(tx, &principal.scope)?,
        carriage_key: carriage::public_key(tx)?,
    })
}

/// Areas under the ones held, and those above them, by code.
fn areas(tx: &mut Tx, principal: &Principal) -> Result<Vec<Area>> {
    let mut rows = Vec::new();
    for (_, held) in principal.scope.assignments() {
        rows.extend(store::area::under(tx, significant(held))?);
        let mut above = store::area::find(tx, held)?.and_then(|row| row.parent);
        // Levels are few; a loop in the operator's table must not hang the server.
        for _ in 0..4 {
            let Some(row) = above.take().map(|code| store::area::find(tx, &code)).transpose()?.flatten()
            else {
                break;
            };
            above.clone_from(&row.parent);
            rows.push(row);
        }
    }
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    rows.dedup_by(|a, b| a.code == b.code);
    rows.into_iter().map(Area::try_from).collect()
}

/// The areas, and the names of villages to which households went from there: a phone says so while something about such
/// a household is unsent.
fn with_destinations(tx: &mut Tx, principal: &Principal, mut areas: Vec<Area>) -> Result<Vec<Area>> {
    for (_, held) in principal.scope.assignments() {
        for row in store::relocation::destinations(tx, significant(held))? {
            if areas.iter().all(|area| area.code != row.code) {
                areas.push(row.try_into()?);
            }
        }
    }
    areas.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(areas)
}

fn assigned(principal: &Principal) -> Assignments {
    let villages = principal.scope.assignments().iter();
    let mut villages: Vec<_> = villages
        .filter(|(_, area)| area_level(area) == Some(AreaLevel::Village))
        .map(|(role, village)| VillageAssignment { village: village.clone(), role: *role })
        .collect();
    villages.sort_by(|a, b| (&a.village, a.role).cmp(&(&b.village, b.role)));
    villages.dedup();
    Assignments { villages, households: principal.scope.paired().to_vec() }
}

fn tag_of(reference: &Reference) -> Result<String> {
    let bytes = serde_json::to_vec(reference).map_err(|error| Error::Internal(error.to_string()))?;
    let hash = Sha256::new().chain_update(&*FORMS).chain_update(bytes).finalize();
    Ok(bidao_sync::ids::to_hex(&hash[..16]))
}
