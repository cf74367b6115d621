//! Every limit of files, in one place.

use bidao_schema::calendar::DAY_MILLIS;

/// Most bytes of one file: phones shrink photos to 400 kB; the rest is for scans from elsewhere.
pub const FILE_BYTES: u64 = 20 * 1024 * 1024;
/// Most files a device may bring on one day of Asia/Shanghai.
pub const DAY_FILES: i64 = 1000;
/// Most bytes a device may bring on such a day.
pub const DAY_BYTES: i64 = 512 * 1024 * 1024;
/// Most uploads a device may have open.
pub const OPEN_UPLOADS: usize = 64;
/// How long an upload may take, in milliseconds.
pub const UPLOAD_MILLIS: i64 = 3 * DAY_MILLIS;
/// How long a file stays that no record refers to, in milliseconds: its record may still be on the way.
pub const ORPHAN_MILLIS: i64 = 3 * DAY_MILLIS;
/// Most files an answer of the one request wants; the phone asks again when it has brought them.
pub const WANT: i64 = 256;

/// Most bytes of the strokes of a signature.
pub const STROKES_BYTES: u64 = 20 * 1024;
/// Most strokes of a signature.
pub const STROKES: usize = 400;
/// Most points of a signature.
pub const STROKE_POINTS: usize = 2000;
/// Longest side of the pad, in tenths of a pixel.
pub const PAD_SIDE: u32 = 50_000;
/// Longest time a signature may take, in milliseconds.
pub const SIGNING_MILLIS: u32 = 600_000;
