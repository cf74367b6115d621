//! Hostile input, made with care: real changes taken apart, wrong in one or a few places, put together again with the
//! right length and checksum. Random bytes end at the checksum; these reach the rules behind it.
//!
//! [`scene`] sets up records, [`mutate`] spoils changes of them, [`endure`] says what must hold after each. The same three
//! serve `cargo x test`, `cargo x hostile` and the fuzz targets ([`targets`]).

pub mod chunk;
pub mod column;
pub mod endure;
pub mod mutate;
pub mod scene;
pub mod source;
pub mod targets;
