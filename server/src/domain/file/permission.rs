//! What a household permitted to photograph (domain §6.1 `photo_permission`). Values written without knowing of
//! each other: the more restrictive one counts at once (domain §11-9).

use crate::domain::record;
use crate::error::Result;
use crate::store::{self, Tx};

const FIELD: &str = "photo_permission";

/// What a household permits, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// No photos; also while nobody has asked.
    Nothing,
    /// Outside only.
    Outside,
    /// Inside too.
    Inside,
}

impl Permission {
    fn parse(value: Option<&str>) -> Self {
        match value {
            Some("interior_ok") => Self::Inside,
            Some("exterior_only") => Self::Outside,
            _ => Self::Nothing,
        }
    }

    /// Whether a photo of this subject is permitted. A photographed slip is a signature, not a picture of the
    /// household.
    #[must_use]
    pub fn allows(self, subject: &str) -> bool {
        match self {
            Self::Inside => true,
            Self::Outside => subject != "interior",
            Self::Nothing => subject == "document",
        }
    }
}

/// What a household permits today; none while its record has not arrived.
///
/// # Errors
/// The database fails.
pub fn of(tx: &mut Tx, household: &str) -> Result<Option<Permission>> {
    let Some(row) = store::record::find(tx, household)? else { return Ok(None) };
    let document = record::document(&row)?;
    let conflict = document.conflicts().into_iter().find(|conflict| conflict.path == FIELD);
    let parse = |value: &serde_json::Value| Permission::parse(value.as_str());
    let strictest = conflict.and_then(|conflict| conflict.values.iter().map(|one| parse(&one.value)).min());
    let permitted = strictest.unwrap_or_else(|| Permission::parse(document.answers()[FIELD].as_str()));
    Ok(Some(permitted))
}

#[cfg(test)]
mod tests {
    use super::Permission::{Inside, Nothing, Outside};
    use super::*;

    #[test]
    fn what_is_allowed_grows_with_the_permission() {
        let allowed = |permission: Permission| {
            ["document", "crop", "exterior", "interior"].map(|subject| permission.allows(subject))
        };
        assert_eq!(allowed(Nothing), [true, false, false, false]);
        assert_eq!(allowed(Outside), [true, true, true, false]);
        assert_eq!(allowed(Inside), [true; 4]);
        assert!(Nothing < Outside && Outside < Inside);
        assert_eq!(Permission::parse(None), Nothing);
        assert_eq!(Permission::parse(Some("something else")), Nothing);
    }
}
