//! The shapes that cross the wire as JSON, one file per noun. The server answers them, the OpenAPI
//! document and the TypeScript types are made from them, so no shape is written twice.
//!
//! Conventions: ids are lower-case hex, times are milliseconds since 1970 (UTC), dates are
//! `YYYY-MM-DD` and months `YYYY-MM` in Asia/Shanghai, areas are 12-digit codes, field paths are
//! `field` or `repeat/element-id/field`.

pub mod area;
pub mod attestation;
pub mod carriage;
pub mod conflict;
pub mod device;
pub mod dispute;
pub mod dossier;
pub mod duplicate;
pub mod duty;
pub mod file;
pub mod person;
pub mod problem;
pub mod prompt;
pub mod quarantine;
pub mod readiness;
pub mod record;
pub mod reference;
pub mod register;
pub mod relocation;
pub mod reveal;
pub mod review;
pub mod session;
pub mod survey;
