//! From rows to facts. A row that cannot be read as a fact (it was never written by this version) is left out.

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::api::duty::DutyRule;
use bidao_schema::calendar::{Date, Month};

use super::fact::{Difficulty, Duty, Facts, Leave, Phone, Presence, Source, Visit, rule_of};
use crate::domain::duplicate::Aliases;
use crate::error::Result;
use crate::store::{Tx, assignment, device, duty, leave, person, projection};

/// Everything about a month in the villages under a prefix.
pub(super) fn facts(tx: &mut Tx, month: Month, prefix: &str) -> Result<Facts> {
    let duties = duties(assignment::under(tx, prefix)?)?;
    let persons: BTreeSet<String> = duties.iter().map(|duty| duty.person.clone()).collect();
    let persons: Vec<String> = persons.into_iter().collect();
    let (first, last) = (month.first().to_string(), month.last().to_string());
    let mut households: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let aliases = Aliases::load(tx)?;
    for (village, household) in duty::households(tx, prefix)? {
        if aliases.is_alias(&household) {
            continue;
        }
        households.entry(village).or_default().insert(household);
    }
    Ok(Facts {
        presences: presences(tx, month, prefix)?,
        leave: leave::between(tx, &first, &last)?.into_iter().filter_map(self::leave).collect(),
        phones: duty::phones(tx, &persons)?.into_iter().map(phone).collect(),
        names: person::names(tx, &persons)?,
        visits: duty::visits(tx, &month.to_string(), prefix)?
            .into_iter()
            .filter_map(visit)
            .map(|visit| Visit { household: aliases.kept(&visit.household).to_owned(), ..visit })
            .collect(),
        difficulties: duty::difficulties(tx, &month.to_string(), prefix)?
            .into_iter()
            .map(difficulty)
            .collect(),
        households,
        duties,
    })
}

/// Trips, stays and visits of a month in these villages; trips and stays only of one person.
pub(super) fn of_person(
    tx: &mut Tx,
    month: Month,
    person: &str,
    villages: &BTreeSet<String>,
) -> Result<(Vec<Presence>, Vec<Visit>)> {
    let (mut theirs, mut visits) = (Vec::new(), Vec::new());
    for village in villages {
        theirs
            .extend(presences(tx, month, village)?.into_iter().filter(|presence| presence.person == person));
        visits.extend(duty::visits(tx, &month.to_string(), village)?.into_iter().filter_map(visit));
    }
    Ok((theirs, visits))
}

/// Villages in which a person has had a duty of this rule.
pub(super) fn villages_of(tx: &mut Tx, person: &str, rule: DutyRule) -> Result<BTreeSet<String>> {
    let duties = duties(assignment::of_person(tx, person)?)?;
    let of_rule = duties.into_iter().filter(|duty| duty.rule() == Some(rule));
    Ok(of_rule.map(|duty| duty.village).collect())
}

/// A duty is owed to one village: a role in a whole township or district carries none.
fn duties(rows: Vec<assignment::Row>) -> Result<Vec<Duty>> {
    let mut duties = Vec::new();
    for row in rows {
        let role = row.role()?;
        let is_village = crate::domain::access::significant(&row.area).len() == 12;
        if rule_of(role).is_none() || !is_village {
            continue;
        }
        let Some(from) = Date::parse(&row.valid_from) else { continue };
        let to = row.valid_to.as_deref().and_then(Date::parse);
        duties.push(Duty { person: row.person, role, village: row.area, from, to });
    }
    Ok(duties)
}

fn presences(tx: &mut Tx, month: Month, prefix: &str) -> Result<Vec<Presence>> {
    let month = month.to_string();
    let trips = duty::trips(tx, &month, prefix)?.into_iter().filter_map(trip);
    let trips: Vec<Presence> = trips.collect();
    let stays = duty::stays(tx, &month, prefix)?.into_iter().filter_map(stay);
    Ok(trips.into_iter().chain(stays).collect())
}

fn trip(row: projection::Trip) -> Option<Presence> {
    Some(Presence {
        on: Date::parse(&row.occurred_on)?,
        record: row.record,
        source: Source::Trip,
        person: row.person,
        village: row.village,
        lodged: row.lodged,
        received_at: row.received_at,
    })
}

fn stay(row: projection::Stay) -> Option<Presence> {
    Some(Presence {
        on: Date::parse(&row.occurred_on)?,
        record: row.record,
        source: Source::Stay,
        person: row.person,
        village: row.village,
        lodged: row.lodged,
        received_at: row.received_at,
    })
}

fn visit(row: projection::Visit) -> Option<Visit> {
    Some(Visit {
        on: Date::parse(&row.occurred_on)?,
        by_phone: row.visit_type == "phone",
        met_someone: matches!(row.met.as_str(), "head" | "adult" | "minor"),
        activities: row.activities.split_whitespace().map(str::to_owned).collect(),
        household: row.household,
        trip: row.trip,
        village: row.village,
    })
}

fn difficulty(row: projection::Difficulty) -> Difficulty {
    Difficulty {
        raised: Month::parse(&row.raised_month),
        solved: row.solved_month.as_deref().and_then(Month::parse),
        confirmed: matches!(row.confirmed.as_str(), "yes" | "reason"),
        village: row.village,
    }
}

fn leave(row: leave::Row) -> Option<Leave> {
    Some(Leave {
        from: Date::parse(&row.from_on)?,
        to: Date::parse(&row.to_on)?,
        person: row.person,
        kind: row.kind,
    })
}

fn phone(row: device::Row) -> Phone {
    Phone {
        person: row.person,
        enrolled_at: row.enrolled_at,
        last_sync_at: row.last_sync_at,
        unsynced: u32::try_from(row.unsynced).unwrap_or_default(),
    }
}
