//! The HTTP interface, noun by noun, on SQLite and PostgreSQL.

mod assets;
mod device;
mod duty;
mod operation;
mod reference;
mod session;
