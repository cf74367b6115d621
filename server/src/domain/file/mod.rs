//! Files: how they come (tus 1.0), which the server wants, who may look at them, when they go.

pub mod expiry;
pub mod key;
pub mod likeness;
pub mod limits;
pub mod list;
pub mod permission;
pub mod piece;
pub mod show;
pub mod strokes;
pub mod upload;
pub mod usage;
