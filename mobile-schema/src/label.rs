//! A sentence in the two languages of the product; every text a form shows is one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The same words in Chinese and English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// zh-CN.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Label {
    /// Both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}
