//! The HTTP interface, noun by noun, on SQLite and PostgreSQL.

mod assets;
mod attestation;
pub mod cadre;
mod conflict;
mod device;
mod dossier;
mod duplicate;
mod duty;
mod event;
mod file;
mod income;
mod operation;
mod picture;
mod record;
mod reference;
mod register;
mod review;
mod session;
mod survey;
mod sync;
