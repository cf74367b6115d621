//! What can be wrong with a change whose checksum is right.

use crate::chunk::{Chunk, sealed};
use crate::column::{self, COLUMNS, Kind, Style, put, put_signed};
use crate::scene::{Scene, attacker, somebody};
use crate::source::Source;

/// Numbers that are seldom right.
const ODD: [u64; 14] = [
    0,
    1,
    2,
    3,
    7,
    64,
    255,
    4096,
    (1 << 31) - 2,
    (1 << 31) - 1,
    (1 << 32) - 2,
    (1 << 32) - 1,
    1 << 53,
    u64::MAX,
];
const STYLES: [Style; 5] = [Style::Canonical, Style::Literals, Style::Ones, Style::Split, Style::Loose];
/// Keys, right and wrong.
const KEYS: [&str; 12] = [
    "a",
    "members",
    "lines",
    "attestations",
    "name",
    "amount",
    "0123456789abcdef0123456789abcdef",
    "fedcba9876543210fedcba9876543210",
    "",
    "__proto__",
    "a/b",
    "a key that is longer than the sixty-four bytes that a key may be long",
];

/// Changes of a scene, one to three of them, each wrong in at most three places.
pub fn changes(scene: &Scene, source: &mut Source<'_>) -> Vec<Vec<u8>> {
    let count = [1, 1, 1, 2, 3][source.below(5)];
    (0..count).map(|_| change(scene, source)).collect()
}

fn change(scene: &Scene, source: &mut Source<'_>) -> Vec<u8> {
    let right = source.one(&scene.right).clone();
    let Some(mut chunk) = Chunk::read(&right) else { return right };
    for _ in 0..source.below(4) {
        spoil(&mut chunk, source);
    }
    let mut bytes = chunk.bytes();
    // Seldom, bytes that are no longer any change at all.
    if source.below(16) == 0 {
        let header = 9 + bytes[9..].iter().position(|byte| byte & 0x80 == 0).unwrap_or_default() + 1;
        let mut contents = bytes.split_off(header.min(bytes.len()));
        if !contents.is_empty() {
            let at = source.below(contents.len());
            contents[at] = source.word() as u8;
        }
        bytes = sealed(chunk.kind, &contents);
    }
    bytes
}

fn odd(source: &mut Source<'_>, right: u64) -> u64 {
    match source.below(3) {
        0 => right.wrapping_add(1),
        1 => right.wrapping_sub(1),
        _ => *source.one(&ODD),
    }
}

/// One thing made wrong.
fn spoil(chunk: &mut Chunk, source: &mut Source<'_>) {
    match source.below(16) {
        0 => chunk.sequence = odd(source, chunk.sequence),
        1 => chunk.start = odd(source, chunk.start),
        2 => dependencies(chunk, source),
        3 => actors(chunk, source),
        4 => chunk.time = [-1, i64::MIN, i64::MAX, 0, 1 << 40][source.below(5)],
        5 => chunk.message = vec![b'm'; *source.one(&[1, 256, 257, 5000])],
        6 => chunk.extra = vec![1; 1 + source.below(3)],
        7 => chunk.kind = *source.one(&[0, 2, 3, 9]),
        8 => table(chunk, source),
        9 => bomb(chunk, source),
        _ => rows(chunk, source),
    }
}

fn dependencies(chunk: &mut Chunk, source: &mut Source<'_>) {
    let all = &mut chunk.dependencies;
    match source.below(5) {
        0 => all.clear(),
        1 => all.extend(all.first().copied()),
        2 => all.push([9; 32]),
        3 => all.reverse(),
        _ => all.extend((0..source.below(40)).map(|n| [n as u8; 32])),
    }
}

fn actors(chunk: &mut Chunk, source: &mut Source<'_>) {
    let (me, other) = (attacker().0.to_vec(), somebody().0.to_vec());
    match source.below(8) {
        0 => chunk.actor = other,
        1 => chunk.actor.truncate(15),
        2 => chunk.actor.push(1),
        3 => chunk.actor[..8].fill(0),
        4 => chunk.others.push(other),
        5 => chunk.others.push(me),
        6 => chunk.others.reverse(),
        _ => chunk.others.extend((0..source.below(70)).map(|n| vec![n as u8; 16])),
    }
}

/// The table of columns: one left out, one twice, one too many, two in the other order, one cut or longer.
fn table(chunk: &mut Chunk, source: &mut Source<'_>) {
    if chunk.columns.is_empty() {
        return;
    }
    let at = source.below(chunk.columns.len());
    match source.below(6) {
        0 => drop(chunk.columns.remove(at)),
        1 => chunk.columns.insert(at, chunk.columns[at].clone()),
        2 => chunk.columns.swap(0, at),
        3 => chunk.columns[at].0 = *source.one(&[0, 3, 18, 20, 74, 148, 165, 1 << 40]),
        4 => drop(chunk.columns[at].1.pop()),
        _ => chunk.columns[at].1.push(source.word() as u8),
    }
}

/// A run of very many rows in a few bytes.
fn bomb(chunk: &mut Chunk, source: &mut Source<'_>) {
    let Some((_, bytes)) = pick(chunk, source) else { return };
    let run = *source.one(&[4097_i64, 16_385, 1_000_000, 1 << 31, 1 << 40, i64::MAX]);
    if source.below(3) == 0 {
        put_signed(bytes, 0);
        put(bytes, run.unsigned_abs());
    } else {
        put_signed(bytes, run);
        put(bytes, *source.one(&ODD));
    }
}

fn pick<'a>(chunk: &'a mut Chunk, source: &mut Source<'_>) -> Option<(Kind, &'a mut Vec<u8>)> {
    let at = source.below(chunk.columns.len());
    let (column, bytes) = chunk.columns.get_mut(at)?;
    let kind = COLUMNS.iter().find(|(known, _)| known == column)?.1;
    Some((kind, bytes))
}

/// Rows of one column: another value, one more, one less, two in the other order, or the same ones written otherwise.
fn rows(chunk: &mut Chunk, source: &mut Source<'_>) {
    let Some((kind, bytes)) = pick(chunk, source) else { return };
    if matches!(kind, Kind::Raw | Kind::Flag) {
        if !bytes.is_empty() {
            let at = source.below(bytes.len());
            bytes[at] = source.word() as u8;
        }
        return;
    }
    let Some(mut rows) = column::read(kind, bytes) else { return };
    let at = source.below(rows.len());
    let how = source.below(6);
    match how {
        0 if !rows.is_empty() => rows[at] = cell(kind, source),
        1 => rows.insert(at, cell(kind, source)),
        2 if !rows.is_empty() => drop(rows.remove(at)),
        3 if !rows.is_empty() => rows.swap(0, at),
        4 if !rows.is_empty() => {
            let again = rows[at].clone();
            rows.extend(std::iter::repeat_n(again, source.below(20)));
        }
        _ => {}
    }
    let style = if how == 5 { *source.one(&STYLES) } else { Style::Canonical };
    *bytes = column::write(&rows, style);
}

fn cell(kind: Kind, source: &mut Source<'_>) -> Option<Vec<u8>> {
    let mut value = Vec::new();
    match kind {
        Kind::Text => {
            let key = source.one(&KEYS).as_bytes();
            put(&mut value, key.len() as u64);
            value.extend(key);
        }
        Kind::Delta => put_signed(&mut value, i64::from(source.word() as i16)),
        Kind::Number | Kind::Flag | Kind::Raw => {
            let number = if source.below(4) == 0 { *source.one(&ODD) } else { source.below(24) as u64 };
            put(&mut value, number);
        }
    }
    (source.below(8) != 0).then_some(value)
}
