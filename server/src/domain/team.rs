//! Resident work teams (domain §6.9): the operator says which team lives in which village.

use super::account::entry;
use crate::error::{Error, Result};
use crate::store::audit::Audit;
use crate::store::{Tx, area, team};

/// Most characters of a team's number.
pub const MAX_NUMBER: usize = 32;

/// Adds a team.
///
/// # Errors
/// `invalid` naming the argument, or the database fails.
pub fn add(tx: &mut Tx, team: &team::Row, at: i64) -> Result<Audit> {
    let number = &team.number;
    let length = number.chars().count();
    if length == 0 || length > MAX_NUMBER || number.trim() != number {
        return Err(Error::invalid("number", format!("1 to {MAX_NUMBER} characters, no spaces around them")));
    }
    if team.name.trim().is_empty() {
        return Err(Error::invalid("name", "a team has a name"));
    }
    if team::find(tx, number)?.is_some() {
        return Err(Error::invalid("number", format!("there is a team {number} already")));
    }
    match area::find(tx, &team.village)? {
        None => {
            let unknown = format!("no area has the code {}: load the areas first", team.village);
            return Err(Error::invalid("village", unknown));
        }
        Some(area) if area.level != "village" => {
            let elsewhere = format!("{} is a {}: a team lives in a village", area.code, area.level);
            return Err(Error::invalid("village", elsewhere));
        }
        Some(_) => team::insert(tx, team)?,
    }
    Ok(Audit::of(entry(at, "system", "add_team", number, &team.village)))
}
