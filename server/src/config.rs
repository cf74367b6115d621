//! Settings of one server.

use std::net::SocketAddr;

use crate::file_store::Place;
use crate::store::Location;

/// Settings of one server.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the data is.
    pub database: Location,
    /// Where the bytes of files are.
    pub files: Place,
    /// Where to listen.
    pub listen: SocketAddr,
    /// What the phones and the desk are told this server is called.
    pub name: String,
}
