//! The server of Bidao: merges what phones send, shows leaders what changed, computes the duties.
//!
//! `routes → domain → store`; time and randomness come in through [`ctx::Ctx`].

pub mod app;
pub mod cli;
pub mod config;
pub mod ctx;
pub mod demo;
pub mod domain;
pub mod error;
pub mod file_store;
pub mod health;
pub mod http;
pub mod jobs;
pub mod picture;
pub mod routes;
pub mod serve;
pub mod steady_clock;
pub mod stop;
pub mod store;
pub mod telemetry;
