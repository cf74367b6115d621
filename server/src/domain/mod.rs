//! The rules: synchronous functions over a transaction. No `.await`, no HTTP, no SQL.

pub mod access;
pub mod account;
pub mod area;
pub mod device;
pub mod duty;
pub mod enrol_code;
pub mod password;
pub mod person;
pub mod content;
pub mod feed;
pub mod projection;
pub mod public_key;
pub mod reference;
pub mod record;
pub mod session;
pub mod setting;
pub mod sync;
