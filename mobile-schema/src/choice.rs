//! Choices of a select field. Lists that several fields share live in `forms/choices.toml`.

use crate::label::Label;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One choice. The code is what is stored; it never changes once released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// Letters, digits, `_` and `-`; no spaces, as many codes are stored in one string.
    pub code: String,
    /// What the person reads.
    pub label: Label,
}

impl Choice {
    /// Whether a code can be stored in a space-separated string.
    pub fn valid_code(code: &str) -> bool {
        !code.is_empty()
            && code.len() <= 64
            && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    }
}

/// One line of a list as its author writes it: `{ code = "illness", zh = "因病", en = "Illness" }`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceLine {
    /// Stored code.
    pub code: String,
    /// zh-CN.
    pub zh: String,
    /// English.
    pub en: String,
}

impl From<ChoiceLine> for Choice {
    fn from(line: ChoiceLine) -> Self {
        Self { code: line.code, label: Label::new(line.zh, line.en) }
    }
}

/// Shared lists by name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct ChoiceLists(BTreeMap<String, Vec<ChoiceLine>>);

impl ChoiceLists {
    /// The lists of a `choices.toml`.
    ///
    /// # Errors
    /// The parser's sentence when the text is not such a file.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// One list, in its author's order.
    pub fn get(&self, name: &str) -> Option<Vec<Choice>> {
        self.0.get(name).map(|lines| lines.iter().cloned().map(Choice::from).collect())
    }
}
