//! What is asked about a statement of income, and what was answered (domain §8.6): shown to the reviewer, never a refusal.

use crate::income::Prompt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `GET /api/v1/records/{id}/prompts`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PromptList {
    /// What is asked now, in a fixed order.
    pub prompts: Vec<AskedPrompt>,
}

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AskedPrompt {
    /// The question.
    pub prompt: Prompt,
    /// Code of the answer, as the form has it; none while nobody answered.
    pub answer: Option<String>,
    /// Name of who answered, or empty.
    pub answered_by: String,
}
