//! Messages as CBOR: strict about version, size, depth and counts (P14).

use super::{BatchManifest, Decision, Item, SealedBatch, SyncRequest, SyncResponse, VERSION};
use crate::code::{Code, Refusal};
use crate::document::split_changes;
use crate::limits;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Types that are whole CBOR messages.
pub trait Message: Serialize + DeserializeOwned {
    /// The version it carries; types without one say [`VERSION`].
    fn version(&self) -> u64 {
        VERSION
    }

    /// Counts and sizes of P14 that the schema cannot say.
    ///
    /// # Errors
    /// [`Code::TooLarge`] names the limit.
    fn check(&self) -> Result<(), Refusal> {
        Ok(())
    }

    /// The CBOR bytes: maps in the order of the schema, definite lengths.
    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // Writing to a Vec cannot fail and every field of every message can be serialised.
        let written = ciborium::into_writer(self, &mut bytes);
        debug_assert!(written.is_ok());
        bytes
    }

    /// Reads exactly one message.
    ///
    /// # Errors
    /// [`Code::TooLarge`], [`Code::UnsupportedVersion`] or [`Code::Malformed`].
    fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
        decode(bytes)
    }
}

fn decode<T: Message>(bytes: &[u8]) -> Result<T, Refusal> {
    if bytes.len() > limits::BODY_INFLATED {
        return Err(Refusal::new(Code::TooLarge, format!("{} bytes", bytes.len())));
    }
    let message = match read::<T>(bytes) {
        Ok(message) => message,
        Err(refusal) => {
            #[derive(Deserialize)]
            struct Probe {
                v: u64,
            }
            return Err(match read::<Probe>(bytes) {
                Ok(probe) if probe.v != VERSION => unsupported(probe.v),
                _ => refusal,
            });
        }
    };
    if message.version() != VERSION {
        return Err(unsupported(message.version()));
    }
    message.check()?;
    Ok(message)
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let mut rest = bytes;
    let message = ciborium::de::from_reader_with_recursion_limit(&mut rest, limits::MESSAGE_DEPTH)
        .map_err(|error| Refusal::new(Code::Malformed, error.to_string()))?;
    if rest.is_empty() {
        Ok(message)
    } else {
        Err(Refusal::new(Code::Malformed, format!("{} bytes too many", rest.len())))
    }
}

fn unsupported(version: u64) -> Refusal {
    Refusal::new(Code::UnsupportedVersion, format!("version {version}"))
}

fn at_most(what: &str, count: usize, limit: usize) -> Result<(), Refusal> {
    if count <= limit {
        Ok(())
    } else {
        Err(Refusal::new(Code::TooLarge, format!("{count} {what}, at most {limit}")))
    }
}

fn names<'a>(all: impl IntoIterator<Item = &'a String>) -> Result<(), Refusal> {
    all.into_iter().try_for_each(|name| at_most("bytes in a name", name.len(), limits::NAME_BYTES))
}

impl Message for SyncRequest {
    fn version(&self) -> u64 {
        self.v
    }

    fn check(&self) -> Result<(), Refusal> {
        at_most("cursors", self.cursors.len(), limits::CURSORS_PER_REQUEST)?;
        at_most("batches", self.push.len(), limits::CHANGES_PER_REQUEST)?;
        // A payload that is no row of chunks is refused with its batch.
        let changes = |payload: &Vec<u8>| split_changes(payload, usize::MAX).map_or(1, |chunks| chunks.len());
        let changes = self.push.iter().flat_map(|batch| &batch.payload).map(changes).sum();
        at_most("changes", changes, limits::CHANGES_PER_REQUEST)?;
        names(self.cursors.keys().chain(&self.have_reference))
    }
}

impl Message for SyncResponse {
    fn version(&self) -> u64 {
        self.v
    }
}

impl Message for SealedBatch {}

impl Message for BatchManifest {
    fn check(&self) -> Result<(), Refusal> {
        at_most("items", self.items.len(), limits::ITEMS_PER_BATCH)?;
        at_most("areas", self.seen.len(), limits::CURSORS_PER_REQUEST)?;
        names(self.seen.keys())?;
        if self.items.is_empty() || self.number == 0 {
            return Err(Refusal::new(Code::Malformed, "a batch has a number from 1 and at least one item"));
        }
        let mut changes = 0;
        for item in &self.items {
            match item {
                Item::Edit(edit) => {
                    names([&edit.kind, &edit.form, &edit.area])?;
                    changes += edit.changes.len();
                    if edit.changes.is_empty() {
                        return Err(Refusal::new(Code::Malformed, format!("edit {} has no change", edit.id)));
                    }
                }
                Item::Command(command) => {
                    names(command.args.keys().chain([&command.name]))?;
                    at_most("heads", command.expected.len(), limits::CHANGES_PER_REQUEST)?;
                }
            }
        }
        at_most("changes", changes, limits::CHANGES_PER_REQUEST)
    }
}

impl Message for Decision {}
