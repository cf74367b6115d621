//! Households by severity, the same way in the survey summary and in the registers.

use bidao_schema::api::survey::Tally;

use crate::store::projection::Household;

/// Counts a household. One that says no class, or two, is unclassified.
pub fn count(tally: &mut Tally, household: &Household) {
    tally.households += 1;
    tally.persons += household.persons.unsigned_abs();
    *match household.severity.as_str() {
        "severe" => &mut tally.severe,
        "moderate" => &mut tally.moderate,
        "light" => &mut tally.light,
        _ => &mut tally.unclassified,
    } += 1;
}

/// Adds what a part counted.
pub fn add(sum: &mut Tally, part: &Tally) {
    sum.households += part.households;
    sum.persons += part.persons;
    sum.severe += part.severe;
    sum.moderate += part.moderate;
    sum.light += part.light;
    sum.unclassified += part.unclassified;
}
