//! How records travel and merge.
//!
//! Pure: no socket, disk, clock, randomness or SQL. `PROTOCOL.md` is normative.

pub mod code;
pub mod document;
pub mod feed;
pub mod gate;
pub mod hub;
pub mod ids;
pub mod limits;
pub mod message;
pub mod phone;
pub mod seal;
pub mod time;
