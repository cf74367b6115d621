//! Attestations: vectors for both languages, properties of any order of merges, phones that sign.
#![allow(clippy::unwrap_used, reason = "test support")]

#[path = "../support/mod.rs"]
mod support;

mod phones;
mod properties;
mod records;
mod vectors;
