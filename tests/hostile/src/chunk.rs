//! A change chunk taken apart and put together with the right length and checksum, whatever it says.

use sha2::{Digest, Sha256};

use crate::column::{put, put_signed, take, take_signed};

/// Magic bytes of every chunk.
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];

/// A change as its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// 1 for a change.
    pub kind: u8,
    /// Hashes it depends on.
    pub dependencies: Vec<[u8; 32]>,
    /// Who wrote it.
    pub actor: Vec<u8>,
    /// The author's count.
    pub sequence: u64,
    /// Number of its first operation.
    pub start: u64,
    /// Seconds since 1970.
    pub time: i64,
    /// A message.
    pub message: Vec<u8>,
    /// Other actors it names.
    pub others: Vec<Vec<u8>>,
    /// Columns in their order.
    pub columns: Vec<(u64, Vec<u8>)>,
    /// What follows the columns.
    pub extra: Vec<u8>,
}

fn cut<'a>(bytes: &mut &'a [u8], count: u64) -> Option<&'a [u8]> {
    let count = usize::try_from(count).ok().filter(|count| *count <= bytes.len())?;
    let (taken, rest) = bytes.split_at(count);
    *bytes = rest;
    Some(taken)
}

impl Chunk {
    /// Reads one that is right.
    #[must_use]
    pub fn read(chunk: &[u8]) -> Option<Self> {
        let (kind, mut bytes) = (*chunk.get(8)?, chunk.get(9..)?);
        take(&mut bytes)?;
        let mut dependencies = Vec::new();
        for _ in 0..take(&mut bytes)? {
            dependencies.push(cut(&mut bytes, 32)?.try_into().ok()?);
        }
        let length = take(&mut bytes)?;
        let actor = cut(&mut bytes, length)?.to_vec();
        let (sequence, start) = (take(&mut bytes)?, take(&mut bytes)?);
        let time = take_signed(&mut bytes)?;
        let length = take(&mut bytes)?;
        let message = cut(&mut bytes, length)?.to_vec();
        let mut others = Vec::new();
        for _ in 0..take(&mut bytes)? {
            let length = take(&mut bytes)?;
            others.push(cut(&mut bytes, length)?.to_vec());
        }
        let mut table = Vec::new();
        for _ in 0..take(&mut bytes)? {
            table.push((take(&mut bytes)?, take(&mut bytes)?));
        }
        let mut columns = Vec::new();
        for (column, length) in table {
            columns.push((column, cut(&mut bytes, length)?.to_vec()));
        }
        let extra = bytes.to_vec();
        Some(Self { kind, dependencies, actor, sequence, start, time, message, others, columns, extra })
    }

    /// Writes it.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut contents = Vec::new();
        put(&mut contents, self.dependencies.len() as u64);
        self.dependencies.iter().for_each(|hash| contents.extend(hash));
        put(&mut contents, self.actor.len() as u64);
        contents.extend(&self.actor);
        put(&mut contents, self.sequence);
        put(&mut contents, self.start);
        put_signed(&mut contents, self.time);
        put(&mut contents, self.message.len() as u64);
        contents.extend(&self.message);
        put(&mut contents, self.others.len() as u64);
        for other in &self.others {
            put(&mut contents, other.len() as u64);
            contents.extend(other);
        }
        put(&mut contents, self.columns.len() as u64);
        for (column, bytes) in &self.columns {
            put(&mut contents, *column);
            put(&mut contents, bytes.len() as u64);
        }
        self.columns.iter().for_each(|(_, bytes)| contents.extend(bytes));
        contents.extend(&self.extra);
        sealed(self.kind, &contents)
    }
}

/// A chunk of any contents, with the right length and checksum.
#[must_use]
pub fn sealed(kind: u8, contents: &[u8]) -> Vec<u8> {
    let mut named = vec![kind];
    put(&mut named, contents.len() as u64);
    named.extend(contents);
    let checksum = Sha256::digest(&named);
    [&MAGIC[..], &checksum[..4], &named].concat()
}
