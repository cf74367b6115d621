//! Areas: district → township → village → group (domain §3.2, codes §7.1).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The level of an area, by how many digits of its 12-digit code are significant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AreaLevel {
    /// 6 significant digits (区).
    District,
    /// 9 significant digits (乡镇街道).
    Township,
    /// 12 significant digits (村居).
    Village,
}

/// One area of the operator's own table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Area {
    /// 12 digits; shorter levels are padded with zeros.
    pub code: String,
    /// Chinese name as loaded.
    pub name: String,
    /// Level of the area.
    pub level: AreaLevel,
    /// Code of the area above, none for a district.
    pub parent: Option<String>,
}
