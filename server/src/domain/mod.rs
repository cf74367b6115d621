//! The rules: synchronous functions over a transaction. No `.await`, no HTTP, no SQL.

pub mod access;
pub mod account;
pub mod area;
pub mod attestation;
pub mod conflict;
pub mod content;
pub mod device;
pub mod duty;
pub mod enrol_code;
pub mod feed;
pub mod history;
pub mod leave;
pub mod pairing;
pub mod password;
pub mod person;
pub mod poverty_line;
pub mod projection;
pub mod public_key;
pub mod quarantine;
pub mod record;
pub mod reference;
pub mod review;
pub mod session;
pub mod setting;
pub mod sync;
pub mod team;
