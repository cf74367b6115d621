//! Fields that several forms ask in the same words: photos, attestations. A block is defined once, in
//! `forms/blocks.toml`, and a section names it.

use crate::choice::ChoiceLists;
use crate::compile::CompileError;
use crate::source::{FieldSource, FormSource};
use serde::Deserialize;
use std::collections::BTreeMap;

/// One block: `[name]` with its `fields`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    fields: Vec<FieldSource>,
}

/// Blocks by name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Blocks(BTreeMap<String, Block>);

impl Blocks {
    /// The blocks of a `blocks.toml`.
    ///
    /// # Errors
    /// The parser's sentence when the text is not such a file.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// Puts the fields of every named block at the end of its section.
    ///
    /// # Errors
    /// A section names a block that is not there, or has neither fields nor a block.
    pub(crate) fn put_in(&self, form: &mut FormSource) -> Result<(), CompileError> {
        for section in &mut form.sections {
            if let Some(name) = &section.block {
                let missing = || CompileError::new(&section.name, format!("there is no block `{name}`"));
                section.fields.extend(self.0.get(name).ok_or_else(missing)?.fields.iter().cloned());
            }
            if section.fields.is_empty() {
                return Err(CompileError::new(&section.name, "a section has fields or a block"));
            }
        }
        Ok(())
    }
}

/// What forms share: choice lists and blocks.
#[derive(Debug, Clone, Default)]
pub struct Shared {
    /// Of `choices.toml`.
    pub lists: ChoiceLists,
    /// Of `blocks.toml`.
    pub blocks: Blocks,
}

impl Shared {
    /// From the texts of `choices.toml` and `blocks.toml`.
    ///
    /// # Errors
    /// The parser's sentence, with the file.
    pub fn parse(choices: &str, blocks: &str) -> Result<Self, String> {
        let lists = ChoiceLists::parse(choices).map_err(|error| format!("choices.toml: {error}"))?;
        let blocks = Blocks::parse(blocks).map_err(|error| format!("blocks.toml: {error}"))?;
        Ok(Self { lists, blocks })
    }
}
