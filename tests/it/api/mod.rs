//! The HTTP interface, noun by noun, on SQLite and PostgreSQL.

mod assets;
mod attestation;
pub mod cadre;
mod conflict;
mod device;
mod dispute;
mod dossier;
mod duplicate;
mod duty;
mod event;
pub mod file;
mod income;
mod operation;
mod pace;
mod picture;
mod prompt;
mod quarantine;
mod reach;
mod record;
mod reference;
mod register;
mod relocation;
mod review;
pub mod session;
mod survey;
mod sync;
mod token;
