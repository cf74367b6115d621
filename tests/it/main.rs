//! The one integration binary: API and authority on both databases, migrations, storage, style.

mod api;
mod attestation;
mod authority;
mod backup;
mod cli;
mod degraded;
mod demo;
mod district;
mod file_store;
mod hostile;
mod jobs;
mod migrations;
mod picture;
mod restore;
mod sealed;
mod store;
mod tidy;
mod tls;
