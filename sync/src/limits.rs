//! P14: every size and count is a named constant.

/// Body of a request on the wire, compressed.
pub const BODY_WIRE: usize = 256 * 1024;
/// Body of a request after our own limited decoder inflated it; also the largest message decoded.
pub const BODY_INFLATED: usize = 4 * 1024 * 1024;
/// Nesting of CBOR accepted in a message.
pub const MESSAGE_DEPTH: usize = 16;
/// Changes in one request, over all batches.
pub const CHANGES_PER_REQUEST: usize = 1024;
/// Items of one batch.
pub const ITEMS_PER_BATCH: usize = 1024;
/// Cursors in one request.
pub const CURSORS_PER_REQUEST: usize = 1024;
/// Bytes of a kind, form, area, grant or command name.
pub const NAME_BYTES: usize = 64;
/// Bytes of one raw change chunk.
pub const CHANGE_BYTES: usize = 64 * 1024;
/// Operations in one change.
pub const CHANGE_OPERATIONS: u64 = 4096;
/// Predecessors in one change.
pub const CHANGE_PREDECESSORS: u64 = 16_384;
/// Dependencies of one change.
pub const CHANGE_DEPENDENCIES: u64 = 32;
/// Actors other than the author named by one change.
pub const CHANGE_OTHER_ACTORS: u64 = 64;
/// Bytes of a change's message.
pub const CHANGE_MESSAGE_BYTES: u64 = 256;
/// First operation number no change may reach: the data type fails beyond 32 bits.
pub const OPERATION_NUMBER: u64 = 1 << 31;
/// Maps inside maps, the root counted as one. The form's shape allows only three.
pub const DEPTH: usize = 6;
/// Bytes of a map key.
pub const KEY_BYTES: usize = 64;
/// Bytes of a text or bytes value.
pub const VALUE_BYTES: usize = 8 * 1024;
/// Bytes of one record, saved without compression.
pub const RECORD_BYTES: usize = 1024 * 1024;
/// Largest integer value, either sign: what a JavaScript number holds exactly.
pub const INTEGER: i64 = 1 << 53;
/// Held items a device may have at once (P9).
pub const HELD_PER_DEVICE: usize = 1000;
/// How far in the future a change may claim to be made, in milliseconds: a century (P15).
pub const FUTURE_CLAIM_MS: i64 = 100 * 365 * 24 * 3600 * 1000;
/// How long after a grant ended its holder's earlier work is still stored by itself (P11), in milliseconds: 30 days.
pub const LATE_WORK_MS: i64 = 30 * 24 * 3600 * 1000;
/// Bytes of a leader's remark.
pub const REMARK_BYTES: usize = 2000;
/// Attestations one record may have.
pub const ATTESTATIONS_PER_RECORD: usize = 100;
/// Characters of the name of a signer, reader or witness; the form says the same.
pub const SIGNER_NAME_CHARS: usize = 30;
/// Characters of a signer's remark; the form says the same.
pub const ATTESTATION_REMARK_CHARS: usize = 500;
/// Payload bytes after which the phone closes a batch.
pub const BATCH_PAYLOAD: usize = 32 * 1024;
/// Bytes of a file in one envelope that another phone carries.
pub const PIECE_BYTES: usize = 64 * 1024;
/// Bytes of sealed batches the phone puts in one request (one batch always goes).
pub const PUSH_BYTES: usize = 192 * 1024;
/// Batches the phone keeps after their receipt, to offer them again to a server that lost them (P17).
pub const KEPT_BATCHES: usize = 256;
/// How far ahead a phone continues to number its batches after another copy of it used the same numbers, times 1 to 65,536.
pub const NUMBER_JUMP: u64 = 1000;
