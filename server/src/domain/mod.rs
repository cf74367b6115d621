//! The rules: synchronous functions over a transaction. No `.await`, no HTTP, no SQL.

pub mod access;
pub mod duty;
pub mod projection;
pub mod session;
pub mod setting;
