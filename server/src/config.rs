//! Settings of one server.

use std::net::SocketAddr;

use crate::file_store::Place;
use crate::store::Location;
use crate::store::vault::key::Source;

/// Settings of one server.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the data is.
    pub database: Location,
    /// Where the keys are that it is sealed with.
    pub keys: Source,
    /// Where the bytes of files are.
    pub files: Place,
    /// Where to listen.
    pub listen: SocketAddr,
    /// What the phones and the desk are told this server is called.
    pub name: String,
}
