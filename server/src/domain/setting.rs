//! Settings an operator decides (domain §18), typed, each with its default.

use bidao_schema::api::attestation::{Resign, SigningSettings};
use bidao_schema::api::duty::{ArrivalScope, DutySettings, ReportCovers, StayDayMeans};
use serde::de::DeserializeOwned;

use super::account::entry;
use crate::error::{Error, Result};
use crate::store::audit::Audit;
use crate::store::{Tx, setting};

/// A question the operator answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Name, as in [`DutySettings`] or [`SigningSettings`].
    pub name: &'static str,
    /// Allowed values, the default first.
    pub values: &'static [&'static str],
    /// The question.
    pub about: &'static str,
}

/// Questions of the duty report (Q1–Q4) and of signatures (Q12).
pub const CHOICES: &[Choice] = &[
    Choice {
        name: "arrival_scope",
        values: &["per_village", "per_leader"],
        about: "Q1: a leader's monthly arrivals are owed to each linked village, or to all together",
    },
    Choice {
        name: "stay_day_means",
        values: &["lodged", "present"],
        about: "Q2: a team member's day counts by the night lodged, or by being present",
    },
    Choice {
        name: "leave_prorates",
        values: &["false", "true"],
        about: "Q3: approved leave lowers the number of days owed",
    },
    Choice {
        name: "report_covers",
        values: &["same_month", "previous_month"],
        about: "Q4: the month that a report covers; told to desks, which ask for a month by name",
    },
    Choice {
        name: "resign",
        values: &["material", "any"],
        about: "Q12: a signed record is signed again when something material changed, or when anything did",
    },
    Choice {
        name: "resign_percent",
        values: &["5", "0", "1", "2", "3", "10", "20"],
        about: "Q12: sums that changed by at most so many percent need no new signature",
    },
];

/// Settings of the duty report (Q1–Q4).
///
/// # Errors
/// The database fails or holds a value this version does not know.
pub fn duty(tx: &mut Tx) -> Result<DutySettings> {
    Ok(DutySettings {
        arrival_scope: read(tx, "arrival_scope", ArrivalScope::PerVillage)?,
        stay_day_means: read(tx, "stay_day_means", StayDayMeans::Lodged)?,
        leave_prorates: read(tx, "leave_prorates", false)?,
        report_covers: read(tx, "report_covers", ReportCovers::SameMonth)?,
    })
}

/// Settings of signatures (Q12).
///
/// # Errors
/// The database fails or holds a value this version does not know.
pub fn signing(tx: &mut Tx) -> Result<SigningSettings> {
    let defaults = SigningSettings::default();
    Ok(SigningSettings {
        resign: read(tx, "resign", Resign::Material)?,
        resign_percent: read(tx, "resign_percent", defaults.resign_percent)?,
    })
}

/// Every choice with the value it has now.
///
/// # Errors
/// The database fails.
pub fn chosen(tx: &mut Tx) -> Result<Vec<(&'static Choice, String)>> {
    let read = |choice: &'static Choice| {
        let stored = setting::find(tx, choice.name)?;
        let value = stored.map(|json| json.trim_matches('"').to_owned());
        Ok((choice, value.unwrap_or_else(|| choice.values[0].to_owned())))
    };
    CHOICES.iter().map(read).collect()
}

/// Decides one anew.
///
/// # Errors
/// `invalid`, saying what is allowed; or the database fails.
pub fn set(tx: &mut Tx, name: &str, value: &str, at: i64) -> Result<Audit> {
    let Some(choice) = CHOICES.iter().find(|choice| choice.name == name) else {
        let names: Vec<&str> = CHOICES.iter().map(|choice| choice.name).collect();
        return Err(Error::invalid("name", format!("expected one of {}", names.join(", "))));
    };
    if !choice.values.contains(&value) {
        let allowed = format!("{name} is one of {}", choice.values.join(", "));
        return Err(Error::invalid("value", allowed));
    }
    // Values are kept as JSON.
    let is_plain = matches!(value, "true" | "false") || value.parse::<u32>().is_ok();
    let json = if is_plain { value.to_owned() } else { format!("\"{value}\"") };
    setting::put(tx, name, &json)?;
    Ok(Audit::of(entry(at, "system", "set_setting", name, value)))
}

fn read<T: DeserializeOwned>(tx: &mut Tx, name: &str, default: T) -> Result<T> {
    let Some(stored) = setting::find(tx, name)? else { return Ok(default) };
    serde_json::from_str(&stored).map_err(|_| Error::Internal(format!("setting {name} has an unknown value")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Db, Location};

    fn settings(db: &Db) -> serde_json::Map<String, serde_json::Value> {
        let both = db.read_blocking(|tx| Ok((duty(tx)?, signing(tx)?))).unwrap();
        let (duty, signing) = (serde_json::to_value(both.0).unwrap(), serde_json::to_value(both.1).unwrap());
        duty.as_object().unwrap().clone().into_iter().chain(signing.as_object().unwrap().clone()).collect()
    }

    fn as_text(db: &Db, name: &str) -> String {
        settings(db)[name].to_string().trim_matches('"').to_owned()
    }

    #[test]
    fn every_allowed_value_is_understood() {
        let db = Db::open(Location::Memory).unwrap();
        assert_eq!(settings(&db).len(), CHOICES.len());
        for choice in CHOICES {
            assert_eq!(as_text(&db, choice.name), choice.values[0], "the default comes first");
            for value in choice.values.iter().rev() {
                db.write_blocking(move |tx| Ok(((), set(tx, choice.name, value, 0)?))).unwrap();
                assert_eq!(as_text(&db, choice.name), *value);
                let chosen = db.read_blocking(chosen).unwrap();
                assert!(chosen.contains(&(choice, (*value).to_owned())));
            }
        }
    }

    #[test]
    fn what_is_not_a_choice_is_refused_with_what_is() {
        let db = Db::open(Location::Memory).unwrap();
        let refused = |name: &'static str, value: &'static str| {
            let outcome = db.write_blocking(move |tx| Ok(((), set(tx, name, value, 0)?)));
            outcome.unwrap_err().to_string()
        };
        let unknown = refused("signing_key", "00");
        assert!(unknown.starts_with("name: ") && unknown.contains("arrival_scope"), "{unknown}");
        let unknown = refused("stay_day_means", "LODGED");
        assert!(unknown.starts_with("value: ") && unknown.contains("lodged, present"), "{unknown}");
    }
}
