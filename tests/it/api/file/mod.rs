//! Files over HTTP: on both databases, on a disk and in a bucket.

mod cut;
mod expiry;
mod kill;
mod quota;
pub mod read;
mod tus;

use bidao_schema::api::person::Role;
use bidao_tests::app::{TestApp, TestPerson, TestPhone, VILLAGE, on_both};
use bidao_tests::bucket::S3Server;
use bidao_tests::client::{Answer, Client};
use rand::rngs::StdRng;
use rand::{RngCore as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};

/// Runs a test on SQLite and PostgreSQL with a folder, and on SQLite with a bucket.
pub fn on_all(test: impl Fn(&TestApp)) {
    on_both(&test);
    let server = S3Server::start();
    test(&TestApp::sqlite_with(server.place()));
}

pub fn random_bytes(seed: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    StdRng::seed_from_u64(seed).fill_bytes(&mut bytes);
    bytes
}

pub fn sha256(bytes: &[u8]) -> String {
    bidao_sync::ids::to_hex(&Sha256::digest(bytes))
}

/// A cadre of the village with a phone.
pub fn cadre(app: &TestApp) -> (TestPerson, TestPhone) {
    let person = app.person("向敏", Role::TeamMember, VILLAGE);
    let phone = app.phone(&person);
    (person, phone)
}

pub fn at(name: &str) -> String {
    format!("/api/v1/files/{name}")
}

pub const VERSION: (&str, &str) = ("tus-resumable", "1.0.0");
pub const PIECE: (&str, &str) = ("content-type", "application/offset+octet-stream");

pub fn head(client: &Client, name: &str) -> Answer {
    client.send("HEAD", &at(name), &[VERSION], &[])
}

/// The next bytes of an upload that was begun.
pub fn patch(client: &Client, name: &str, offset: usize, bytes: &[u8]) -> Answer {
    client.send("PATCH", &at(name), &[VERSION, PIECE, ("upload-offset", &offset.to_string())], bytes)
}

/// The first bytes of a named file of `length` bytes.
pub fn bring(client: &Client, name: &str, length: usize, bytes: &[u8]) -> Answer {
    let length = length.to_string();
    let headers = [VERSION, PIECE, ("upload-offset", "0"), ("upload-length", &length)];
    client.send("PATCH", &at(name), &headers, bytes)
}

/// Where an answer says that the upload goes on.
pub fn offset(answer: &Answer) -> Option<usize> {
    answer.header("upload-offset")?.parse().ok()
}

/// Whether a file is there, byte for byte.
pub fn is_stored(app: &TestApp, bytes: &[u8]) -> bool {
    app.app.files.read_original(&sha256(bytes)).expect("read").is_some_and(|stored| stored == bytes)
}
