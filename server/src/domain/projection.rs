//! What reports count from: on arrival every trip, visit, stay, difficulty and document of a household's file leaves
//! flat rows.
//!
//! A row is a claim ("this person, this village, this date"). Content that does not make one yet (no date,
//! no household) leaves no row and never fails the edit: people's work is warned about, not rejected
//! (domain §4). Work counts in the village it was done in; registers and difficulties are of the village the record is
//! filed under now, the one whose leaders see and review it.

mod dossier;

use bidao_schema::calendar::Date;
use serde_json::Value;

use super::duplicate;
use crate::error::Result;
use crate::store::projection::{self, Difficulty, Household, Stay, Trip, Visit};
use crate::store::{self, Tx, register};

/// The content of a record after an edit.
#[derive(Debug, Clone, Copy)]
pub struct Fact<'a> {
    /// Name of the form.
    pub kind: &'a str,
    /// Record id.
    pub record: &'a str,
    /// Village code the record is filed under.
    pub area: &'a str,
    /// Village code it was first filed under: where the work was done.
    pub made_in: &'a str,
    /// Author of the record; the person meant when the content names none.
    pub person: &'a str,
    /// Record id of the household, if the record is about one.
    pub household: Option<&'a str>,
    /// The content as JSON.
    pub answers: &'a Value,
    /// Paths with more than one value that nobody has settled.
    pub contested: &'a [String],
    /// When the server stored the edit. A row keeps the time of the edit that first made its claim, so
    /// that moving a date later does not hide that it is late (INV-52).
    pub received_at: i64,
}

/// Makes the record's row say what its content says; other kinds have none.
///
/// # Errors
/// The database fails.
pub fn project(tx: &mut Tx, fact: &Fact) -> Result<()> {
    match fact.kind {
        "trip" => {
            let before = projection::find_trip(tx, fact.record)?;
            projection::put_trip(tx, fact.record, trip(fact, before.as_ref()).as_ref())
        }
        "stay" => {
            let before = projection::find_stay(tx, fact.record)?;
            projection::put_stay(tx, fact.record, stay(fact, before.as_ref()).as_ref())
        }
        "visit" => {
            let before = projection::find_visit(tx, fact.record)?;
            projection::put_visit(tx, fact.record, visit(fact, before.as_ref()).as_ref())
        }
        "household" => {
            projection::put_household(tx, &household_row(fact))?;
            duplicate::project(tx, fact.record, fact.area, fact.answers, fact.received_at)
        }
        "difficulty" => projection::put_difficulty(tx, fact.record, difficulty(fact).as_ref()),
        "income" => store::income::put(tx, fact.record, dossier::statement(fact).as_ref()),
        "measure" => register::put_measure(tx, fact.record, dossier::measure(fact).as_ref()),
        "project" => register::put_project(tx, fact.record, dossier::project(fact).as_ref()),
        "ledger" | "card" | "agreement" => {
            store::dossier::put(tx, fact.record, dossier::document(fact).as_ref())
        }
        _ => Ok(()),
    }
}

/// Gives records their rows that were stored before there were any; answers how many.
///
/// # Errors
/// The database fails, or a document cannot be read.
pub fn fill(tx: &mut Tx) -> Result<usize> {
    let missing = projection::unprojected(tx)?;
    missing.iter().try_for_each(|row| again(tx, row))?;
    Ok(missing.len())
}

/// Projects a stored record as it is.
///
/// # Errors
/// The database fails, or the document cannot be read.
pub fn again(tx: &mut Tx, row: &crate::store::record::Row) -> Result<()> {
    let document = super::record::document(row)?;
    let contested: Vec<String> = document.conflicts().into_iter().map(|conflict| conflict.path).collect();
    let answers = super::content::storable(document.answers());
    let fact = Fact {
        kind: &row.kind,
        record: &row.id,
        area: &row.area,
        made_in: &row.made_in,
        person: &row.author,
        household: row.household.as_deref(),
        answers: &answers,
        contested: &contested,
        received_at: row.updated_at,
    };
    project(tx, &fact)
}

fn trip(fact: &Fact, before: Option<&Trip>) -> Option<Trip> {
    let on = date(fact, "occurred_on")?;
    let row = Trip {
        record: fact.record.into(),
        person: person(fact),
        village: fact.made_in.into(),
        occurred_on: on.to_string(),
        month: on.month().to_string(),
        lodged: flag(fact, "lodged"),
        received_at: fact.received_at,
    };
    let kept = before
        .filter(|b| b.person == row.person && b.occurred_on == row.occurred_on && b.lodged >= row.lodged);
    Some(Trip { received_at: kept.map_or(row.received_at, |b| b.received_at), ..row })
}

fn stay(fact: &Fact, before: Option<&Stay>) -> Option<Stay> {
    let on = date(fact, "occurred_on")?;
    let row = Stay {
        record: fact.record.into(),
        person: person(fact),
        village: fact.made_in.into(),
        occurred_on: on.to_string(),
        month: on.month().to_string(),
        lodged: flag(fact, "lodged"),
        received_at: fact.received_at,
    };
    let kept = before
        .filter(|b| b.person == row.person && b.occurred_on == row.occurred_on && b.lodged >= row.lodged);
    Some(Stay { received_at: kept.map_or(row.received_at, |b| b.received_at), ..row })
}

fn visit(fact: &Fact, before: Option<&Visit>) -> Option<Visit> {
    let on = date(fact, "occurred_on")?;
    let kept = before.filter(|b| b.occurred_on == on.to_string());
    Some(Visit {
        record: fact.record.into(),
        person: fact.person.into(),
        household: household(fact)?,
        trip: text(fact, "trip").into(),
        village: fact.made_in.into(),
        occurred_on: on.to_string(),
        month: on.month().to_string(),
        visit_type: text(fact, "visit_type").into(),
        met: text(fact, "met").into(),
        activities: text(fact, "activity_types").into(),
        received_at: kept.map_or(fact.received_at, |b| b.received_at),
        outcome: text(fact, "survey_outcome").into(),
    })
}

/// What registers count. A contested class is none: it must not be counted in two, or in the one that came last.
fn household_row(fact: &Fact) -> Household {
    let settled = |field: &str| {
        let is_contested = fact.contested.iter().any(|path| path == field);
        if is_contested { String::new() } else { text(fact, field).to_owned() }
    };
    let members = fact.answers.get("members").and_then(Value::as_object);
    let stays = |member: &&Value| {
        let said = |field: &str| member.get(field).is_some_and(|value| !value.is_null() && value != "");
        !said("left_on") && !said("deleted_at")
    };
    let persons = members.map_or(0, |members| members.values().filter(stays).count());
    Household {
        record: fact.record.into(),
        village: fact.area.into(),
        group_name: text(fact, "group_name").trim().into(),
        in_system: settled("in_system"),
        severity: settled("severity"),
        main_cause: settled("main_cause"),
        persons: i32::try_from(persons).unwrap_or(i32::MAX),
    }
}

fn difficulty(fact: &Fact) -> Option<Difficulty> {
    let raised = date(fact, "raised_on")?;
    let state = text(fact, "state");
    let solved = date(fact, "solved_on").filter(|_| state == "solved");
    let confirmed = match text(fact, "household_confirms") {
        "no" | "not_asked" if !text(fact, "no_confirm_reason").trim().is_empty() => "reason",
        answer => answer,
    };
    Some(Difficulty {
        record: fact.record.into(),
        household: household(fact)?,
        village: fact.area.into(),
        raised_month: raised.month().to_string(),
        solved_month: solved.map(|on| on.month().to_string()),
        state: state.into(),
        confirmed: confirmed.into(),
    })
}

fn text<'a>(fact: &Fact<'a>, field: &str) -> &'a str {
    fact.answers.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn flag(fact: &Fact, field: &str) -> bool {
    fact.answers.get(field).and_then(Value::as_bool).unwrap_or_default()
}

fn date(fact: &Fact, field: &str) -> Option<Date> {
    Date::parse(text(fact, field))
}

/// The person the content names: a leader enters stays for the team, a secretary trips for a leader.
fn person(fact: &Fact) -> String {
    let named = text(fact, "person");
    let is_id = named.len() == 32 && named.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if is_id { named.into() } else { fact.person.into() }
}

fn household(fact: &Fact) -> Option<String> {
    let named = fact.household.unwrap_or_else(|| text(fact, "household"));
    (!named.is_empty()).then(|| named.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ME: &str = "00000000000000000000000000000001";
    const OTHER: &str = "00000000000000000000000000000002";

    fn fact<'a>(kind: &'a str, answers: &'a Value, received_at: i64) -> Fact<'a> {
        Fact {
            kind,
            record: "r1",
            area: "500114101001",
            made_in: "500114101001",
            person: ME,
            household: None,
            answers,
            contested: &[],
            received_at,
        }
    }

    #[test]
    fn a_trip_without_a_real_date_makes_no_claim() {
        for answers in [json!({}), json!({"occurred_on": "2015-02-30"}), json!({"occurred_on": 7}), json!([])]
        {
            assert_eq!(trip(&fact("trip", &answers, 0), None), None);
        }
    }

    #[test]
    fn a_claim_keeps_the_time_it_was_first_made_and_a_changed_one_does_not() {
        let first = json!({"occurred_on": "2015-11-03", "lodged": false, "person": OTHER});
        let row = trip(&fact("trip", &first, 10), None).unwrap();
        assert_eq!((row.person.as_str(), row.month.as_str()), (OTHER, "2015-11"));
        let noted = json!({"occurred_on": "2015-11-03", "lodged": false, "person": OTHER, "note": "雨"});
        assert_eq!(trip(&fact("trip", &noted, 99), Some(&row)).unwrap().received_at, 10);
        let moved = json!({"occurred_on": "2015-11-02", "lodged": false, "person": OTHER});
        assert_eq!(trip(&fact("trip", &moved, 99), Some(&row)).unwrap().received_at, 99);
        let lodged = json!({"occurred_on": "2015-11-03", "lodged": true, "person": OTHER});
        assert_eq!(trip(&fact("trip", &lodged, 99), Some(&row)).unwrap().received_at, 99);
    }

    #[test]
    fn a_visit_counts_where_it_was_made_and_a_difficulty_where_its_record_is() {
        let answers = json!({"household": OTHER, "occurred_on": "2015-11-03", "raised_on": "2015-11-03"});
        let moved = |kind| Fact { area: "500114101002", ..fact(kind, &answers, 0) };
        assert_eq!(visit(&moved("visit"), None).unwrap().village, "500114101001");
        assert_eq!(difficulty(&moved("difficulty")).unwrap().village, "500114101002");
    }

    #[test]
    fn a_stay_that_names_nobody_is_its_authors() {
        let answers = json!({"occurred_on": "2015-11-03", "lodged": true, "person": "张三"});
        assert_eq!(stay(&fact("stay", &answers, 0), None).unwrap().person, ME);
    }

    #[test]
    fn a_difficulty_is_solved_in_a_month_only_when_its_state_says_so() {
        let mut answers = json!({"household": "h", "raised_on": "2015-10-30", "state": "in_progress",
            "solved_on": "2015-11-02", "household_confirms": "not_asked", "no_confirm_reason": "外出"});
        assert_eq!(difficulty(&fact("difficulty", &answers, 0)).unwrap().solved_month, None);
        answers["state"] = "solved".into();
        let row = difficulty(&fact("difficulty", &answers, 0)).unwrap();
        assert_eq!((row.solved_month.as_deref(), row.confirmed.as_str()), (Some("2015-11"), "reason"));
    }
}
