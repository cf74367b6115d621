//! The columns of a change: what the data type's format calls run-length, delta and boolean encoding, read into rows and
//! written again, as its own writer does or as it never would.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Number,
    /// Differences of whole numbers.
    Delta,
    /// Texts.
    Text,
    /// Lengths of alternating runs.
    Flag,
    /// Bytes.
    Raw,
}

/// Columns of the format that a change may have, and some that it may not.
pub const COLUMNS: [(u64, Kind); 14] = [
    (1, Kind::Number),
    (2, Kind::Number),
    (17, Kind::Number),
    (19, Kind::Delta),
    (21, Kind::Text),
    (52, Kind::Flag),
    (66, Kind::Number),
    (86, Kind::Number),
    (87, Kind::Raw),
    (112, Kind::Number),
    (113, Kind::Number),
    (115, Kind::Delta),
    (148, Kind::Flag),
    (165, Kind::Text),
];

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As the format demands: the shortest.
    Canonical,
    /// Everything as literals.
    Literals,
    /// Everything as runs of one.
    Ones,
    /// Runs that could be one run.
    Split,
    /// Numbers with an idle byte at their end.
    Loose,
}

/// Rows that are read at most.
const ROWS: usize = 10_000;
/// Rows of a column of numbers or texts, each as its bytes; nothing is a null.
pub type Rows = Vec<Option<Vec<u8>>>;

/// Writes an unsigned LEB128.
pub fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Writes a signed LEB128.
pub fn put_signed(out: &mut Vec<u8>, mut value: i64) {
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if (value == 0 && byte & 0x40 == 0) || (value == -1 && byte & 0x40 != 0) {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

/// Takes an unsigned LEB128 off the front.
pub fn take(bytes: &mut &[u8]) -> Option<u64> {
    let length = bytes.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let (number, rest) = bytes.split_at(length);
    *bytes = rest;
    Some(number.iter().rev().fold(0, |value, byte| value.wrapping_shl(7) | u64::from(byte & 0x7f)))
}

/// Takes a signed LEB128 off the front.
pub fn take_signed(bytes: &mut &[u8]) -> Option<i64> {
    let length = bytes.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let (number, rest) = bytes.split_at(length);
    *bytes = rest;
    let value = number.iter().rev().fold(0_i64, |value, byte| value.wrapping_shl(7) | i64::from(byte & 0x7f));
    let bits = u32::try_from(length * 7).ok()?;
    Some(if bits < 64 && value >> (bits - 1) & 1 == 1 { value - (1 << bits) } else { value })
}

/// One value of a run, as its bytes.
fn value(kind: Kind, bytes: &mut &[u8]) -> Option<Vec<u8>> {
    let before = *bytes;
    match kind {
        Kind::Delta => {
            take_signed(bytes)?;
        }
        Kind::Text => {
            let length = usize::try_from(take(bytes)?).ok()?;
            *bytes = bytes.get(length..)?;
        }
        Kind::Number | Kind::Flag | Kind::Raw => {
            take(bytes)?;
        }
    }
    Some(before[..before.len() - bytes.len()].to_vec())
}

/// Rows of a run-length encoded column; nothing if it is not one.
#[must_use]
pub fn read(kind: Kind, mut bytes: &[u8]) -> Option<Rows> {
    let mut rows = Rows::new();
    // A bomb is not unpacked here.
    let few = |run: u64| usize::try_from(run).ok().filter(|run| *run <= ROWS);
    while !bytes.is_empty() && rows.len() <= ROWS {
        match take_signed(&mut bytes)? {
            0 => rows.extend(std::iter::repeat_n(None, few(take(&mut bytes)?)?)),
            run @ 1.. => {
                let value = value(kind, &mut bytes)?;
                rows.extend(std::iter::repeat_n(Some(value), few(run.unsigned_abs())?));
            }
            literals => {
                for _ in 0..literals.unsigned_abs() {
                    rows.push(Some(value(kind, &mut bytes)?));
                }
            }
        }
    }
    Some(rows)
}

/// Writes rows. A column of nothing but nulls is left out.
#[must_use]
pub fn write(rows: &Rows, style: Style) -> Vec<u8> {
    let mut out = Vec::new();
    if style == Style::Canonical && rows.iter().all(Option::is_none) {
        return out;
    }
    let mut at = 0;
    while at < rows.len() {
        let whole = rows[at..].iter().take_while(|row| **row == rows[at]).count();
        let run = if style == Style::Split && whole > 1 { whole - 1 } else { whole };
        let Some(value) = &rows[at] else {
            put_signed(&mut out, 0);
            put(&mut out, run as u64);
            at += run;
            continue;
        };
        if style == Style::Ones {
            put_signed(&mut out, 1);
            out.extend(value);
            at += 1;
        } else if whole > 1 && style != Style::Literals {
            put_signed(&mut out, run as i64);
            out.extend(value);
            at += run;
        } else {
            let literals = literals(&rows[at..], style);
            put_signed(&mut out, -(literals.len() as i64));
            literals.iter().for_each(|value| out.extend(*value));
            at += literals.len();
        }
        if let (Style::Loose, Some(last)) = (style, out.last_mut()) {
            *last |= 0x80;
            out.push(0);
        }
    }
    out
}

/// The values up to the next run or null.
fn literals(rows: &[Option<Vec<u8>>], style: Style) -> Vec<&Vec<u8>> {
    let mut values = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let begins_run = style != Style::Literals && rows.get(index + 1).is_some_and(|next| next == row);
        match row {
            Some(value) if !begins_run => values.push(value),
            _ => break,
        }
    }
    values
}
