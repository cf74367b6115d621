//! What happens to concurrent different values of one field (domain §0.4, §11-4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Merge policy of a field. Both policies keep every value in the history; they differ in whether a
/// person is asked. Equal concurrent values never conflict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MergePolicy {
    /// The document's winner is taken (LWW).
    #[default]
    Latest,
    /// All values are shown and a person settles them (MVR).
    Ask,
}

impl MergePolicy {
    /// Whether this is the default, for compact JSON.
    pub fn is_latest(&self) -> bool {
        *self == Self::Latest
    }
}
