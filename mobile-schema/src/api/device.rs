//! Devices: enrolled phones with a key that cannot leave them (`3-protocol` §9, domain §9.7).

use super::session::Session;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `POST /api/v1/enrol-codes`: a leader asks for a one-time code for a person.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EnrolCodeRequest {
    /// The person who will enrol, 32 hex digits.
    pub person: String,
}

/// A one-time code, shown once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EnrolCode {
    /// 8 characters without look-alikes.
    pub code: String,
    /// The person it is for.
    pub person: String,
    /// When it ends (24 h).
    pub expires_at: i64,
}

/// `POST /api/v1/devices`: a phone enrols with its code and the account's password.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Enrol {
    /// The one-time code; case and spaces do not matter.
    pub code: String,
    /// Account name of the person the code is for.
    pub account: String,
    /// Password of the account.
    pub password: String,
    /// P-256 public key: base64url of the 65-byte uncompressed point.
    pub key: String,
    /// What the phone calls itself.
    pub name: String,
    /// Version of the app.
    pub app_version: String,
}

/// What enrolment answers.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Enrolled {
    /// 16 hex digits: the first half of every actor id of this phone.
    pub device: String,
    /// The first session.
    pub session: Session,
}

/// State of a device (domain §9.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// In use.
    Active,
    /// Withdrawn; later work is quarantined.
    Revoked,
}

/// A device as the desk shows it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Device {
    /// 16 hex digits.
    pub id: String,
    /// Whose phone it is.
    pub person: String,
    /// That person's name.
    pub person_name: String,
    /// What the phone calls itself.
    pub name: String,
    /// State.
    pub state: DeviceState,
    /// Version of the app at its last contact.
    pub app_version: String,
    /// When it enrolled.
    pub enrolled_at: i64,
    /// Its last sync, if any.
    pub last_sync_at: Option<i64>,
    /// Records it said it had not sent yet, at its last sync.
    pub unsynced: u32,
    /// Items held, refused or quarantined that nobody settled.
    pub problems: u32,
}
