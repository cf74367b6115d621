//! Who may do what where (domain §3.1). Only this file makes a [`Scope`]; without one there are no rows.

use bidao_schema::api::person::Role;

use crate::error::{Error, Result};
use crate::store::{Tx, assignment, pairing};

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// No token needed.
    Anyone,
    /// Any account.
    Account,
    /// An account on an enrolled phone.
    Device,
    /// An account with one of these roles anywhere.
    Roles(&'static [Role]),
}

impl Who {
    /// Lets the principal through or says why not.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn admit(self, principal: &Principal) -> Result<()> {
        match self {
            Self::Anyone | Self::Account => Ok(()),
            Self::Device if principal.device.is_some() => Ok(()),
            Self::Device => Err(Error::forbidden("only an enrolled phone may do this")),
            Self::Roles(roles) if principal.scope.has_any(roles) => Ok(()),
            Self::Roles(_) => Err(Error::forbidden("your role does not allow this")),
        }
    }
}

/// The authenticated caller.
#[derive(Debug, Clone)]
pub struct Principal {
    /// Person id.
    pub person: String,
    /// Person's name.
    pub name: String,
    /// Account name.
    pub account: String,
    /// Session id.
    pub session: String,
    /// Device id, when the session belongs to a phone.
    pub device: Option<String>,
    /// What the person may see now.
    pub scope: Scope,
}

/// What a person may see and do at one moment.
#[derive(Debug, Clone)]
pub struct Scope {
    assignments: Vec<(Role, String)>,
    paired: Vec<String>,
}

/// Roles that read the content of records in the areas they hold.
const READS_AREA: &[Role] =
    &[Role::TeamMember, Role::TeamLeader, Role::DistrictLeader, Role::TownOffice, Role::AlleviationOffice];
/// Roles that review in the areas they hold.
pub const REVIEWS: &[Role] = &[Role::TeamLeader, Role::TownOffice, Role::AlleviationOffice];
/// Roles that are told a masked value for a purpose, in the areas they hold (domain §12.3).
pub const REVEALS: &[Role] = &[Role::TeamLeader, Role::TownOffice, Role::AlleviationOffice];
/// Roles that see duty figures of the areas they hold.
const SEES_DUTIES: &[Role] = &[
    Role::TeamMember,
    Role::TeamLeader,
    Role::DistrictLeader,
    Role::DeptHead,
    Role::TownOffice,
    Role::AlleviationOffice,
    Role::OrgDepartment,
];
/// Roles that manage devices and codes in the areas they hold.
pub const MANAGES_DEVICES: &[Role] =
    &[Role::TeamLeader, Role::TownOffice, Role::AlleviationOffice, Role::SysAdmin];
/// Roles that work in the field: they write records.
const WRITES: &[Role] = &[Role::TeamMember, Role::TeamLeader, Role::DistrictLeader, Role::DeptHead];

impl Scope {
    /// What `person` holds on `today` (`YYYY-MM-DD`, Asia/Shanghai).
    ///
    /// # Errors
    /// The database fails.
    pub fn of(tx: &mut Tx, person: &str, today: &str) -> Result<Self> {
        Ok(Self {
            assignments: assignment::valid_on(tx, person, today)?,
            paired: pairing::households_of(tx, person, today)?,
        })
    }

    /// Every role held, with its area.
    #[must_use]
    pub fn assignments(&self) -> &[(Role, String)] {
        &self.assignments
    }

    /// Households the person is paired with.
    #[must_use]
    pub fn paired(&self) -> &[String] {
        &self.paired
    }

    /// Whether one of `roles` is held anywhere.
    #[must_use]
    pub fn has_any(&self, roles: &[Role]) -> bool {
        self.assignments.iter().any(|(role, _)| roles.contains(role))
    }

    /// Whether records of this village, or of this household, may be read.
    #[must_use]
    pub fn reads(&self, village: &str, household: Option<&str>) -> bool {
        self.holds(READS_AREA, village)
            || household.is_some_and(|household| self.paired.iter().any(|paired| paired == household))
    }

    /// Whether records of this village may be reviewed and its conflicts settled.
    #[must_use]
    pub fn reviews(&self, village: &str) -> bool {
        self.holds(REVIEWS, village)
    }

    /// Whether what is masked of this village's records is told.
    #[must_use]
    pub fn reveals(&self, village: &str) -> bool {
        self.holds(REVEALS, village)
    }

    /// Area prefixes of whose records masked values are told.
    #[must_use]
    pub fn revealable_prefixes(&self) -> Vec<String> {
        self.prefixes(REVEALS)
    }

    /// Whether a household may be taken from one village to another: by who reviews both.
    #[must_use]
    pub fn relocates(&self, from: &str, to: &str) -> bool {
        self.reviews(from) && self.reviews(to)
    }

    /// Whether survey rounds of this area may be opened and closed.
    #[must_use]
    pub fn opens_surveys(&self, area: &str) -> bool {
        self.holds(super::survey::OPENS, area)
    }

    /// Whether records of this area, or of some place within it, may be read.
    #[must_use]
    pub fn meets(&self, area: &str) -> bool {
        let within = significant(area);
        self.readable_prefixes()
            .iter()
            .any(|held| held.starts_with(within) || within.starts_with(held.as_str()))
    }

    /// Whether duty figures of this village may be read.
    #[must_use]
    pub fn sees_duties(&self, village: &str) -> bool {
        self.holds(SEES_DUTIES, village)
    }

    /// Whether devices of people of this area may be managed.
    #[must_use]
    pub fn manages_devices(&self, area: &str) -> bool {
        self.holds(MANAGES_DEVICES, area)
    }

    /// Whether the person may write records of this village: works there, or is paired in it.
    #[must_use]
    pub fn writes(&self, village: &str, household: Option<&str>) -> bool {
        self.holds(WRITES, village)
            || household.is_some_and(|household| self.paired.iter().any(|paired| paired == household))
    }

    /// Area prefixes whose records may be read, for SQL: an empty prefix is the whole database.
    #[must_use]
    pub fn readable_prefixes(&self) -> Vec<String> {
        self.prefixes(READS_AREA)
    }

    /// Area prefixes whose records may be written.
    #[must_use]
    pub fn writable_prefixes(&self) -> Vec<String> {
        self.prefixes(WRITES)
    }

    /// Area prefixes that may be reviewed.
    #[must_use]
    pub fn reviewable_prefixes(&self) -> Vec<String> {
        self.prefixes(REVIEWS)
    }

    /// Area prefixes whose duties may be seen.
    #[must_use]
    pub fn duty_prefixes(&self) -> Vec<String> {
        self.prefixes(SEES_DUTIES)
    }

    /// Area prefixes whose devices may be managed.
    #[must_use]
    pub fn device_prefixes(&self) -> Vec<String> {
        self.prefixes(MANAGES_DEVICES)
    }

    /// What a phone of this person receives (P10): `a:<village>` and `h:<household>`.
    #[must_use]
    pub fn grants(&self) -> Vec<String> {
        let area_roles = [Role::TeamMember, Role::TeamLeader, Role::DistrictLeader];
        let villages = self.assignments.iter().filter(|(role, _)| area_roles.contains(role));
        let mut grants: Vec<String> = villages.map(|(_, area)| format!("a:{area}")).collect();
        grants.extend(self.paired.iter().map(|household| format!("h:{household}")));
        grants.sort();
        grants.dedup();
        grants
    }

    fn holds(&self, roles: &[Role], area: &str) -> bool {
        self.assignments
            .iter()
            .any(|(role, held)| roles.contains(role) && area.starts_with(significant(held)))
    }

    fn prefixes(&self, roles: &[Role]) -> Vec<String> {
        let held = self.assignments.iter().filter(|(role, _)| roles.contains(role));
        let mut prefixes: Vec<String> = held.map(|(_, area)| significant(area).to_owned()).collect();
        prefixes.sort();
        prefixes.dedup();
        prefixes
    }
}

/// The digits of a 12-digit code that say where it is: 6 for a district, 9 for a township, 12 for a village.
#[must_use]
pub fn significant(code: &str) -> &str {
    match code.as_bytes() {
        [rest @ .., b'0', b'0', b'0', b'0', b'0', b'0'] => &code[..rest.len()],
        [rest @ .., b'0', b'0', b'0'] => &code[..rest.len()],
        _ => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(role: Role, area: &str) -> Scope {
        Scope { assignments: vec![(role, area.into())], paired: vec!["h1".into()] }
    }

    #[test]
    fn a_township_office_reads_its_villages_and_no_other_township() {
        let scope = scope(Role::TownOffice, "500114101000");
        assert!(scope.reads("500114101003", None));
        assert!(!scope.reads("500114102003", None));
    }

    #[test]
    fn the_organisation_department_sees_duties_and_no_records() {
        let scope = scope(Role::OrgDepartment, "500114000000");
        assert!(scope.sees_duties("500114101003"));
        assert!(!scope.reads("500114101003", None));
    }

    #[test]
    fn a_department_head_reads_only_paired_households() {
        let scope = scope(Role::DeptHead, "500114101003");
        assert!(!scope.reads("500114101003", Some("h2")));
        assert!(scope.reads("500114101003", Some("h1")));
        assert_eq!(scope.grants(), ["h:h1"]);
    }
}
