//! What a form is: fields, expressions, checks and code lists as data, and the shapes of the API.
//! Only serde; no I/O, no clock.
//!
//! A form is written in TOML ([`source`]), compiled once ([`compile`]) into [`form::Form`], and evaluated
//! the same way in Rust ([`expression::evaluate`], [`check`]) and in TypeScript.
//!
//! ```
//! use bidao_schema::block::Shared;
//! use bidao_schema::calendar::Date;
//! use bidao_schema::check::{Context, FindingCode, check};
//! use bidao_schema::compile::compile;
//! use serde_json::json;
//!
//! let form = compile(
//!     r#"
//!     name = "well"
//!     version = 1
//!     title = { zh = "水井", en = "Well" }
//!
//!     [[sections]]
//!     name = "water"
//!     title = { zh = "饮水", en = "Water" }
//!
//!     [[sections.fields]]
//!     name = "safe"
//!     type = "boolean"
//!     label = { zh = "水质安全", en = "The water is safe" }
//!     privacy = "P1"
//!
//!     [[sections.fields]]
//!     name = "reason"
//!     type = "text"
//!     label = { zh = "原因", en = "Why not" }
//!     relevant = "${safe} = false()"
//!     required = true
//!     privacy = "P1"
//!     "#,
//!     &Shared::default(),
//! )?;
//! let context = Context { today: Date::parse("2015-12-22").unwrap() };
//! assert!(check(&form, &json!({ "safe": true }), context).is_empty());
//!
//! let findings = check(&form, &json!({ "safe": false }), context);
//! assert_eq!((findings[0].path.as_str(), findings[0].code), ("reason", FindingCode::Required));
//! # Ok::<(), bidao_schema::compile::CompileError>(())
//! ```

pub mod answer;
pub mod api;
pub mod block;
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
pub mod income;
pub mod label;
pub mod lines;
pub mod mask;
pub mod merge_policy;
pub mod money;
pub mod source;
