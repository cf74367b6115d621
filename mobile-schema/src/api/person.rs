//! Persons and the roles they hold (domain §3.1).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A role key of domain §3.1 that the present features use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 区级联系领导: at least one arrival a month in each linked village (R1).
    DistrictLeader,
    /// 部门处级帮扶领导: at least two arrivals a month in the helped village (R2).
    DeptHead,
    /// 驻村工作队员: at least fifteen nights a month in the village (R3).
    TeamMember,
    /// 驻村工作队队长: a team member who reviews.
    TeamLeader,
    /// 乡镇街道: sees its township at the desk.
    TownOffice,
    /// 区扶贫办: sees the whole district.
    AlleviationOffice,
    /// 区委组织部: duty records only, no household data.
    OrgDepartment,
    /// 系统管理员: accounts and devices, no business data.
    SysAdmin,
}

/// A person as others may see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Person {
    /// 32 hex digits.
    pub id: String,
    /// Name as written.
    pub name: String,
    /// The roles held now.
    pub roles: Vec<Role>,
    /// The areas those roles cover (any level).
    pub areas: Vec<String>,
}
