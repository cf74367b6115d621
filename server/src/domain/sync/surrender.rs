//! A phone that was taken out of use comes back: what it had sealed goes to quarantine, and nothing is given to it.

use bidao_schema::api::problem::ProblemCode;
use bidao_sync::message::{BatchManifest, Message as _, SyncRequest, SyncResponse, VERSION};

use super::is_active;
use crate::app::App;
use crate::error::{Error, Result};
use crate::store::device;

/// Who brought such a batch, in its row.
const CARRIER: &str = "surrender";

/// Takes in what revoked phones sealed. Nobody logs in: the seal of each batch says whose it is, and a batch whose seal
/// does not hold is refused and not kept. Cursors and all else of the request are ignored.
///
/// # Errors
/// `forbidden` when a batch is of a phone that may still sync, or of none; storage is not available.
pub fn surrender(app: &App, request: &SyncRequest) -> Result<SyncResponse> {
    let now = app.ctx.now();
    let mut devices = Vec::with_capacity(request.push.len());
    for sealed in &request.push {
        let manifest = BatchManifest::decode(&sealed.manifest).map_err(|error| super::unreadable(&error))?;
        devices.push(manifest.actor.device().to_string());
    }
    let all_revoked = app.db.read_blocking(move |tx| {
        devices.iter().try_fold(true, |all, id| {
            Ok::<_, Error>(all && device::find(tx, id)?.is_some_and(|device| !is_active(&device)))
        })
    })?;
    if !all_revoked {
        return Err(Error::refused(
            ProblemCode::Forbidden,
            "only a phone taken out of use hands its work in here",
        ));
    }
    let mut receipts = Vec::with_capacity(request.push.len());
    for sealed in &request.push {
        receipts.push(super::carried(app, CARRIER, sealed)?);
    }
    Ok(SyncResponse {
        v: VERSION,
        now,
        receipts,
        entries: Vec::new(),
        cursors: std::collections::BTreeMap::new(),
        rewound: Vec::new(),
        more: false,
        want: Vec::new(),
        revoked: Vec::new(),
        reference: None,
        reference_tag: String::new(),
    })
}
