//! The three musts (domain §4): loads one month's facts for what the caller may see, computes, and leads
//! from every figure to its records. Figures are plain: no ranking, no score (INV-41).

pub mod drill;
pub mod evaluate;
pub mod fact;
mod load;
pub mod work;

#[cfg(test)]
mod rules_test;

use std::collections::BTreeSet;

use bidao_schema::api::duty::{ArrivalScope, DutyRecords, DutyReport, DutyRule};
use bidao_schema::calendar::Month;

use super::access::{Scope, significant};
use super::setting;
use crate::error::{Error, Result};
use crate::store::{Tx, area};
use evaluate::{ALL_VILLAGES, Period};

/// The report of a month for an area: the villages in it that the caller may see.
///
/// # Errors
/// `not_found` when the caller sees no village there, or the database fails.
pub fn report(tx: &mut Tx, scope: &Scope, month: Month, area: &str, now: i64) -> Result<DutyReport> {
    let villages = visible_villages(tx, scope, area)?;
    let settings = setting::duty(tx)?;
    // A leader's sum needs the villages outside the area too.
    let reach = match settings.arrival_scope {
        ArrivalScope::PerVillage => significant(area),
        ArrivalScope::PerLeader => "",
    };
    let facts = load::facts(tx, month, reach)?;
    let rows = evaluate::evaluate(&facts, &villages, Period { month, settings: &settings, now });
    let work = work::work(&facts, &villages, month);
    Ok(DutyReport { month: month.to_string(), area: area.to_owned(), as_of: now, settings, rows, work })
}

/// Which figure is opened up.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Month.
    pub month: Month,
    /// Person id.
    pub person: String,
    /// Village code, or [`ALL_VILLAGES`].
    pub village: String,
    /// Rule.
    pub rule: DutyRule,
}

/// The records behind one figure.
///
/// # Errors
/// `not_found` when the caller does not see the village, or the database fails.
pub fn records(tx: &mut Tx, scope: &Scope, figure: &Figure, now: i64) -> Result<DutyRecords> {
    let villages = if figure.village == ALL_VILLAGES {
        load::villages_of(tx, &figure.person, figure.rule)?
    } else {
        BTreeSet::from([figure.village.clone()])
    };
    if !villages.iter().any(|village| scope.sees_duties(village)) {
        return Err(Error::not_found("duty"));
    }
    let settings = setting::duty(tx)?;
    let period = Period { month: figure.month, settings: &settings, now };
    let (presences, visits) = load::of_person(tx, figure.month, &figure.person, &villages)?;
    Ok(DutyRecords { records: drill::drill(&presences, &visits, figure.rule, period) })
}

/// Villages of an area whose duties the caller sees.
fn visible_villages(tx: &mut Tx, scope: &Scope, code: &str) -> Result<BTreeSet<String>> {
    let under = area::under(tx, significant(code))?;
    let villages = under.into_iter().filter(|row| row.level == "village" && scope.sees_duties(&row.code));
    let villages: BTreeSet<String> = villages.map(|row| row.code).collect();
    if villages.is_empty() { Err(Error::not_found("area")) } else { Ok(villages) }
}
