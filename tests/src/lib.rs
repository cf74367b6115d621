//! What tests stand on: a real server on a real database, people with real tokens, phones with real
//! keys, and the world of the simulation.

pub mod app;
pub mod client;
pub mod clock;
pub mod cluster;
pub mod process;
pub mod sim;
