//! What the three musts are computed from: plain values, no rows and no SQL.

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::api::duty::DutyRule;
use bidao_schema::api::person::Role;
use bidao_schema::calendar::{Date, Month};

/// A claim stored more days than this after its date is late (domain §4.1).
pub const LATE_DAYS: i64 = 7;

/// Everything one month's report needs.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Assignments that carry a duty, past and present.
    pub duties: Vec<Duty>,
    /// Trips and stays dated in the month.
    pub presences: Vec<Presence>,
    /// Leave touching the month.
    pub leave: Vec<Leave>,
    /// Phones in use.
    pub phones: Vec<Phone>,
    /// Names by person id.
    pub names: BTreeMap<String, String>,
    /// Visits dated in the month.
    pub visits: Vec<Visit>,
    /// Difficulties raised or solved in the month.
    pub difficulties: Vec<Difficulty>,
    /// Record ids of the households on file, by village.
    pub households: BTreeMap<String, BTreeSet<String>>,
}

/// A person's dated duty in a village.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Person id.
    pub person: String,
    /// The role that carries it.
    pub role: Role,
    /// Village code.
    pub village: String,
    /// First day.
    pub from: Date,
    /// Last day, none while it lasts.
    pub to: Option<Date>,
}

/// Where a presence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A trip to the village.
    Trip,
    /// A stay in it.
    Stay,
}

/// "This person was in this village on this date."
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// Record id.
    pub record: String,
    /// Kind of the record.
    pub source: Source,
    /// Person id.
    pub person: String,
    /// Village code.
    pub village: String,
    /// The date; a night belongs to its evening.
    pub on: Date,
    /// Whether the night was spent there.
    pub lodged: bool,
    /// When the server first stored the claim.
    pub received_at: i64,
}

/// Leave of a person, both days included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leave {
    /// Person id.
    pub person: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Code: `sick`, `annual`, `training`, `meeting`, `secondment`, `other`.
    pub kind: String,
}

/// A phone in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// Whose.
    pub person: String,
    /// When it enrolled.
    pub enrolled_at: i64,
    /// Its last sync.
    pub last_sync_at: Option<i64>,
    /// Items it had not sent, then.
    pub unsynced: u32,
}

/// A visit or a conversation by phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Record id of the household.
    pub household: String,
    /// Record id of the trip, empty by phone.
    pub trip: String,
    /// Village code.
    pub village: String,
    /// The date.
    pub on: Date,
    /// Whether it was a conversation by phone, which counts for no rule.
    pub by_phone: bool,
    /// Whether anybody was at home.
    pub met_someone: bool,
    /// Codes of the work done.
    pub activities: Vec<String>,
}

/// A difficulty of a household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difficulty {
    /// Village code.
    pub village: String,
    /// Month it was raised in.
    pub raised: Option<Month>,
    /// Month it was solved in.
    pub solved: Option<Month>,
    /// Solved in the household's own eyes, or with a reason why it was not asked (domain §6.8).
    pub confirmed: bool,
}

impl Duty {
    /// The rule the role carries.
    #[must_use]
    pub fn rule(&self) -> Option<DutyRule> {
        rule_of(self.role)
    }

    /// Whether any day of the month is in it.
    #[must_use]
    pub fn touches(&self, month: Month) -> bool {
        self.from <= month.last() && self.to.is_none_or(|last| month.first() <= last)
    }

    /// Whether it holds on a day.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|last| day <= last)
    }
}

impl Presence {
    /// Whether the claim was stored more than [`LATE_DAYS`] after its date.
    #[must_use]
    pub fn is_late(&self) -> bool {
        Date::from_epoch_millis_shanghai(self.received_at).days_since(self.on) > LATE_DAYS
    }
}

/// The rule a role carries (domain §4, R1–R3).
#[must_use]
pub fn rule_of(role: Role) -> Option<DutyRule> {
    match role {
        Role::DistrictLeader => Some(DutyRule::R1),
        Role::DeptHead => Some(DutyRule::R2),
        Role::TeamMember | Role::TeamLeader => Some(DutyRule::R3),
        Role::TownOffice | Role::AlleviationOffice | Role::OrgDepartment | Role::SysAdmin => None,
    }
}
