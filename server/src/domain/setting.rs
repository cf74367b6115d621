//! Settings an operator decides (domain §18), typed, each with its default.

use bidao_schema::api::duty::{ArrivalScope, DutySettings, ReportCovers, StayDayMeans};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::store::{Tx, setting};

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

/// Decides them anew.
///
/// # Errors
/// The database fails.
pub fn put_duty(tx: &mut Tx, settings: &DutySettings) -> Result<()> {
    write(tx, "arrival_scope", settings.arrival_scope)?;
    write(tx, "stay_day_means", settings.stay_day_means)?;
    write(tx, "leave_prorates", settings.leave_prorates)?;
    write(tx, "report_covers", settings.report_covers)
}

/// Values are kept as JSON.
fn read<T: DeserializeOwned>(tx: &mut Tx, name: &str, default: T) -> Result<T> {
    let Some(stored) = setting::find(tx, name)? else { return Ok(default) };
    serde_json::from_str(&stored).map_err(|_| Error::Internal(format!("setting {name} has an unknown value")))
}

fn write<T: Serialize>(tx: &mut Tx, name: &str, value: T) -> Result<()> {
    let text = serde_json::to_string(&value).map_err(|error| Error::Internal(error.to_string()))?;
    setting::put(tx, name, &text)
}
