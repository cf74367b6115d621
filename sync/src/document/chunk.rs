//! Reading change chunks without allocating and without Automerge: rule 2 of the gate.
//!
//! Layout: magic (4) ‖ checksum (4) ‖ type (1) ‖ length (uleb) ‖ contents. The hash of a change is the SHA-256 of
//! everything after the checksum.

use crate::code::{Code, Refusal};
use crate::ids::{ActorId, ChangeHash};
use crate::limits;
use sha2::{Digest, Sha256};
use std::ops::Range;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const TYPE_CHANGE: u8 = 1;
const HEADER: usize = 9;

/// Columns a change may have, in the order they must come. Marks (148, 165) are left out: we never accept them.
const COLUMNS: [u64; 12] = [1, 2, 17, 19, 21, 52, 66, 86, 87, 112, 113, 115];
const COLUMN_KEY: u64 = 21;
const COLUMN_ACTION: u64 = 66;
const COLUMN_PREDECESSORS: u64 = 112;

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn is_done(&self) -> bool {
        self.at == self.bytes.len()
    }

    fn take(&mut self, count: u64) -> Option<&'a [u8]> {
        let end = self.at.checked_add(usize::try_from(count).ok()?)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            let part = u64::from(byte & 0x7f);
            if shift == 63 && part > 1 {
                return None;
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let mut value = 0_i64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= i64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                if byte & 0x40 != 0 && shift + 7 < 64 {
                    value |= -1_i64 << (shift + 7);
                }
                return Some(value);
            }
        }
        None
    }
}

/// What the prescan learned.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prescan {
    /// Who says it wrote the change.
    pub actor: ActorId,
    /// Number of operations.
    pub operations: u64,
    /// The checksum written in the header.
    pub checksum: [u8; 4],
}

/// The hash that names a change chunk, if it is one.
pub fn change_hash(chunk: &[u8]) -> Option<ChangeHash> {
    (chunk.len() >= HEADER && chunk[8] == TYPE_CHANGE).then(|| ChangeHash(Sha256::digest(&chunk[8..]).into()))
}

/// Where the chunks of a row of raw change chunks lie; nothing if it is not exactly such a row or has more than `most`.
pub fn split_changes(bytes: &[u8], most: usize) -> Option<Vec<Range<usize>>> {
    let mut chunks = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let mut reader = Reader::new(&bytes[start..]);
        let header = reader.take(HEADER as u64)?;
        if header[..4] != MAGIC || header[8] != TYPE_CHANGE || chunks.len() == most {
            return None;
        }
        let length = reader.unsigned()?;
        reader.take(length)?;
        chunks.push(start..start + reader.at);
        start += reader.at;
    }
    Some(chunks)
}

/// Rule 2: sizes and counts from the headers and run lengths alone. Takes a fraction of a microsecond, allocates nothing.
///
/// # Errors
/// [`Code::NotAChange`], [`Code::BadChange`], [`Code::LimitExceeded`], [`Code::ForeignActor`], [`Code::ExtraBytes`],
/// [`Code::OperationNotAllowed`] for mark columns.
pub(crate) fn prescan(chunk: &[u8]) -> Result<Prescan, Refusal> {
    if chunk.len() > limits::CHANGE_BYTES {
        return Err(exceeded("bytes in a change"));
    }
    if chunk.len() < HEADER || chunk[..4] != MAGIC || chunk[8] != TYPE_CHANGE {
        return Err(Refusal::new(Code::NotAChange, "only raw change chunks"));
    }
    let mut reader = Reader::new(chunk);
    let header = reader.take(HEADER as u64).and(reader.unsigned());
    if header != Some((chunk.len() - reader.at) as u64) {
        return Err(Refusal::new(Code::NotAChange, "length is not exact"));
    }
    let mut checksum = [0; 4];
    checksum.copy_from_slice(&chunk[4..8]);
    let (actor, start) = prescan_head(&mut reader)?;
    let operations = prescan_columns(&mut reader)?;
    if start.saturating_add(operations) >= limits::OPERATION_NUMBER {
        return Err(exceeded("operation number"));
    }
    Ok(Prescan { actor, operations, checksum })
}

/// Dependencies, actor, sequence, first operation, time, message, other actors.
fn prescan_head(reader: &mut Reader<'_>) -> Result<(ActorId, u64), Refusal> {
    let dependencies = reader.unsigned().ok_or_else(bad)?;
    if dependencies > limits::CHANGE_DEPENDENCIES {
        return Err(exceeded("dependencies"));
    }
    reader.take(dependencies * ChangeHash::SIZE as u64).ok_or_else(bad)?;
    let actor = prescan_actor(reader)?;
    let sequence = reader.unsigned().ok_or_else(bad)?;
    let start = reader.unsigned().ok_or_else(bad)?;
    if sequence == 0 || start == 0 {
        return Err(bad());
    }
    if sequence >= limits::OPERATION_NUMBER || start >= limits::OPERATION_NUMBER {
        return Err(exceeded("sequence or operation number"));
    }
    reader.signed().ok_or_else(bad)?;
    let message = reader.unsigned().ok_or_else(bad)?;
    if message > limits::CHANGE_MESSAGE_BYTES {
        return Err(exceeded("bytes in a message"));
    }
    reader.take(message).ok_or_else(bad)?;
    let others = reader.unsigned().ok_or_else(bad)?;
    if others > limits::CHANGE_OTHER_ACTORS {
        return Err(exceeded("other actors"));
    }
    for _ in 0..others {
        prescan_actor(reader)?;
    }
    Ok((actor, start))
}

fn prescan_actor(reader: &mut Reader<'_>) -> Result<ActorId, Refusal> {
    let length = reader.unsigned().ok_or_else(bad)?;
    let bytes = reader.take(length).ok_or_else(bad)?;
    ActorId::try_from(bytes).map_err(|_| Refusal::new(Code::ForeignActor, "an actor has 16 bytes"))
}

/// The column table and the columns whose run lengths say how much there will be. Returns the operation count.
fn prescan_columns(reader: &mut Reader<'_>) -> Result<u64, Refusal> {
    let count = reader.unsigned().ok_or_else(bad)?;
    if count > COLUMNS.len() as u64 {
        return Err(Refusal::new(Code::OperationNotAllowed, "unknown columns"));
    }
    let mut lengths = [0_u64; COLUMNS.len()];
    let mut next = 0;
    for _ in 0..count {
        let column = reader.unsigned().ok_or_else(bad)?;
        let length = reader.unsigned().ok_or_else(bad)?;
        let place = COLUMNS[next..].iter().position(|known| *known == column);
        let index = next + place.ok_or_else(|| unknown_column(column))?;
        lengths[index] = length;
        next = index + 1;
    }
    let (mut operations, mut predecessors) = (0, 0);
    for (column, length) in COLUMNS.iter().zip(lengths) {
        let bytes = reader.take(length).ok_or_else(bad)?;
        match *column {
            COLUMN_ACTION => operations = count_rows(bytes, limits::CHANGE_OPERATIONS, |_| 1)?,
            COLUMN_PREDECESSORS => {
                predecessors = count_rows(bytes, limits::CHANGE_PREDECESSORS, |value| value)?
            }
            COLUMN_KEY => prescan_keys(bytes)?,
            _ => {}
        }
    }
    if !reader.is_done() {
        return Err(Refusal::new(Code::ExtraBytes, "bytes after the columns"));
    }
    if operations > limits::CHANGE_OPERATIONS || predecessors > limits::CHANGE_PREDECESSORS {
        return Err(exceeded("operations or predecessors"));
    }
    if operations == 0 {
        return Err(Refusal::new(Code::BadChange, "a change without operations"));
    }
    Ok(operations)
}

/// Sums a weight over the rows of a run-length encoded integer column, giving up above `most`.
fn count_rows(bytes: &[u8], most: u64, weight: impl Fn(u64) -> u64) -> Result<u64, Refusal> {
    let mut reader = Reader::new(bytes);
    let mut sum = 0_u64;
    let mut rows = 0_u64;
    while !reader.is_done() {
        let run = reader.signed().ok_or_else(bad)?;
        if run > 0 {
            let value = reader.unsigned().ok_or_else(bad)?;
            sum = sum.saturating_add(weight(value).saturating_mul(run.unsigned_abs()));
            rows = rows.saturating_add(run.unsigned_abs());
        } else if run < 0 {
            for _ in 0..run.unsigned_abs() {
                let value = reader.unsigned().ok_or_else(bad)?;
                sum = sum.saturating_add(weight(value));
                rows = rows.saturating_add(1);
            }
        } else {
            rows = rows.saturating_add(reader.unsigned().ok_or_else(bad)?);
        }
        if sum > most || rows > limits::CHANGE_OPERATIONS {
            return Err(exceeded("operations or predecessors"));
        }
    }
    Ok(sum)
}

/// No key is longer than allowed, whatever the runs say.
fn prescan_keys(bytes: &[u8]) -> Result<(), Refusal> {
    let mut reader = Reader::new(bytes);
    while !reader.is_done() {
        let run = reader.signed().ok_or_else(bad)?;
        let literals = match run {
            0 => {
                reader.unsigned().ok_or_else(bad)?;
                0
            }
            1.. => 1,
            _ => run.unsigned_abs(),
        };
        for _ in 0..literals {
            let length = reader.unsigned().ok_or_else(bad)?;
            if length > limits::KEY_BYTES as u64 {
                return Err(Refusal::new(Code::BadKey, "key too long"));
            }
            reader.take(length).ok_or_else(bad)?;
        }
    }
    Ok(())
}

fn bad() -> Refusal {
    Refusal::new(Code::BadChange, "the change ends early or is malformed")
}

fn exceeded(what: &str) -> Refusal {
    Refusal::new(Code::LimitExceeded, what)
}

fn unknown_column(column: u64) -> Refusal {
    Refusal::new(Code::OperationNotAllowed, format!("column {column}"))
}
