//! Appends pieces to an upload to a bucket, and makes a file of them.

use bidao_schema::api::problem::ProblemCode;
use object_store::path::Path;
use object_store::{
    Error as StoreError, ObjectStore as _, ObjectStoreExt as _, PutMode, PutPayload, WriteMultipart,
};
use sha2::{Digest as _, Sha256};

use super::super::seal::Seal;
use super::super::{Completed, original};
use super::{Bucket, PART, PIECE};
use crate::error::{Error, Result};

/// Appends pieces to an upload.
pub struct Appender {
    bucket: Bucket,
    seal: Seal,
    upload: String,
    start: u64,
    pieces: Vec<Path>,
    /// How many of them were there before.
    old: usize,
    offset: u64,
    buffer: Vec<u8>,
}

impl Appender {
    /// After the pieces that are there, which end at `start`.
    pub(super) fn new(bucket: Bucket, seal: Seal, upload: String, (pieces, start): (Vec<Path>, u64)) -> Self {
        let old = pieces.len();
        Self { bucket, seal, upload, start, pieces, old, offset: start, buffer: Vec::new() }
    }

    pub(in crate::file_store) fn start(&self) -> u64 {
        self.start
    }

    pub(in crate::file_store) fn push(&mut self, bytes: &[u8]) -> Result<()> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE { self.flush() } else { Ok(()) }
    }

    pub(in crate::file_store) fn keep(mut self) -> Result<u64> {
        self.flush()?;
        Ok(self.offset)
    }

    pub(in crate::file_store) fn undo(self) -> Result<()> {
        self.pieces[self.old..].iter().try_for_each(|piece| self.bucket.delete(piece))
    }

    pub(in crate::file_store) fn complete(self, expected: Option<&str>) -> Result<Completed> {
        let total = self.offset + self.buffer.len() as u64;
        let found = if total > PART as u64 { self.assemble(expected)? } else { self.put_whole(expected)? };
        // The file is there or refused; pieces that stay behind are thrown away with those of ended uploads.
        if let Err(error) = self.bucket.discard(&self.upload) {
            tracing::warn!(%error, "pieces stay behind");
        }
        Ok(found)
    }

    /// Turns what is held in memory into a piece, unless another server was faster.
    fn flush(&mut self) -> Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = self.bucket.piece(&self.upload, self.offset);
        let (length, payload) =
            (self.buffer.len() as u64, PutPayload::from(self.seal.frame("", self.offset, &self.buffer)?));
        match self.bucket.run(self.bucket.store.put_opts(&piece, payload, PutMode::Create.into())) {
            Ok(_) => {
                self.offset += length;
                self.buffer.clear();
                self.pieces.push(piece);
                Ok(())
            }
            Err(StoreError::AlreadyExists { .. } | StoreError::Precondition { .. }) => Err(Error::refused(
                ProblemCode::OffsetMismatch,
                "another server received these bytes at the same time",
            )),
            Err(error) => Err(self.bucket.failed(&error)),
        }
    }

    /// Hands out what has arrived, piece by piece; without those bytes that are still in memory.
    fn open_pieces(&self, mut hear: impl FnMut(&[u8])) -> Result<()> {
        let mut offset = 0;
        for piece in &self.pieces {
            let frame = self.bucket.read_at(piece)?;
            let frame = frame.ok_or_else(|| Error::Unavailable("a piece of the upload is gone".into()))?;
            let plain = self.seal.opened("", offset, &frame)?;
            offset += plain.len() as u64;
            hear(&plain);
        }
        Ok(())
    }

    fn put_whole(&self, expected: Option<&str>) -> Result<Completed> {
        let mut whole = Vec::new();
        self.open_pieces(|plain| whole.extend_from_slice(plain))?;
        whole.extend_from_slice(&self.buffer);
        let found = bidao_sync::ids::to_hex(&Sha256::digest(&whole));
        if expected.is_some_and(|expected| expected != found) {
            return Ok(Completed::Mismatch(found));
        }
        self.bucket.write(&original(&found)?, &self.seal.frame("", 0, &whole)?)?;
        Ok(Completed::Stored(found))
    }

    /// Reads the pieces twice, so that no byte becomes visible before all of them are known to be right.
    fn assemble(&self, expected: Option<&str>) -> Result<Completed> {
        let mut hash = Sha256::new();
        self.open_pieces(|plain| hash.update(plain))?;
        hash.update(&self.buffer);
        let found = bidao_sync::ids::to_hex(&hash.finalize());
        if expected.is_some_and(|expected| expected != found) {
            return Ok(Completed::Mismatch(found));
        }
        let last = if self.buffer.is_empty() {
            Vec::new()
        } else {
            self.seal.frame("", self.offset, &self.buffer)?
        };
        let bucket = &self.bucket;
        let target = bucket.at(&original(&found)?);
        bucket.wait(async {
            let upload = bucket.store.put_multipart(&target).await?;
            let mut writer = WriteMultipart::new_with_chunk_size(upload, PART);
            match self.feed(&mut writer, &last).await {
                Ok(()) => writer.finish().await.map(drop),
                Err(error) => {
                    // Parts that stay behind are the bucket's to forget, if even this fails.
                    let _ = writer.abort().await;
                    Err(error)
                }
            }
        })?;
        Ok(Completed::Stored(found))
    }

    /// The pieces as they lie, and the frame after them.
    async fn feed(&self, writer: &mut WriteMultipart, last: &[u8]) -> Result<(), StoreError> {
        for piece in &self.pieces {
            writer.wait_for_capacity(1).await?;
            writer.put(self.bucket.store.get(piece).await?.bytes().await?);
        }
        writer.write(last);
        Ok(())
    }
}
