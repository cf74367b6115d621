//! What a form is: fields, expressions, checks and code lists as data, and the shapes of the API.
//! Only serde; no I/O, no clock.
//!
//! A form is written in TOML ([`source`]), compiled once ([`compile`]) into [`form::Form`], and evaluated
//! the same way in Rust ([`expression::evaluate`], [`check`]) and in TypeScript.

pub mod answer;
pub mod api;
pub mod calendar;
pub mod check;
pub mod choice;
pub mod codegen;
pub mod codes;
pub mod compile;
pub mod evolve;
pub mod expression;
pub mod field;
pub mod form;
pub mod forms;
pub mod label;
pub mod merge_policy;
pub mod money;
pub mod source;
