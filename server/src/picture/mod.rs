//! Pictures: each is looked at in a process of its own ([`child`]), because a decoder that is wrong about one
//! of a million photos must not take the server along. What is looked at and how is the pure crate
//! `bidao-picture`; it is a crate so that a development build can optimise the scaling, which is generic.

pub mod child;
pub mod parent;
pub mod queue;

pub use bidao_picture::{Fault, Kind, Rendered, band, limits, perceptual_hash, process};
