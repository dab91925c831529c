//! A file on its way in: its digest, its rows, read on a thread beside the work that is done with them, so that a
//! million rows need neither memory nor a pause.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use super::reading::{self, GrantRow, PolicyRow, Reading, Summary};
use super::upload::{Faults, Upload};
use crate::kernel::{Error, Result};

/// Rows that are looked at together: the book is asked once for all of them, in lists of at most 500.
const CHUNK: usize = 480;
/// Chunks that reading may be ahead.
const AHEAD: usize = 8;

/// A file and the digest of its bytes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct File {
    upload: Arc<Upload>,
    /// SHA-256 of the bytes, lower-case hex.
    pub sha256: Arc<str>,
}

impl File {
    /// Takes the bytes and hashes them.
    pub async fn new(upload: Upload) -> Result<Self> {
        let upload = Arc::new(upload);
        let bytes = Arc::clone(&upload);
        let sha256 =
            spawn_blocking(move || hex::encode(Sha256::digest(&bytes.bytes))).await.map_err(Error::internal)?;
        Ok(Self { upload, sha256: sha256.into() })
    }

    /// What was sent.
    pub fn upload(&self) -> &Upload {
        &self.upload
    }

    /// The rows of a `policies` file.
    pub async fn policies(&self) -> Result<Result<Reading<PolicyRow>, Faults>> {
        let upload = Arc::clone(&self.upload);
        let read = spawn_blocking(move || reading::read_policies(&upload.bytes, upload.unit));
        Ok(read.await.map_err(Error::internal)?.map_err(Faults::from))
    }

    /// Begins to read the rows of a `grants` or `history` file.
    pub fn grants(&self) -> Incoming {
        let upload = Arc::clone(&self.upload);
        let (sender, chunks) = mpsc::channel(AHEAD);
        let reading = spawn_blocking(move || {
            let mut chunk = Vec::with_capacity(CHUNK);
            let read = reading::scan_grants(&upload.bytes, upload.what, upload.unit, &mut |line, row| {
                chunk.push((line, row));
                if chunk.len() == CHUNK {
                    let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
                    // Nobody waits for rows any more once something else was refused.
                    let _ = sender.blocking_send(full);
                }
            });
            if !chunk.is_empty() {
                let _ = sender.blocking_send(chunk);
            }
            read
        });
        Incoming { chunks, reading }
    }
}

/// Rows that come in.
#[derive(Debug)]
pub struct Incoming {
    chunks: mpsc::Receiver<Vec<(u64, GrantRow)>>,
    reading: JoinHandle<Result<Summary, reading::Faults>>,
}

impl Incoming {
    /// The next rows with their lines; none at the end.
    pub async fn next(&mut self) -> Option<Vec<(u64, GrantRow)>> {
        self.chunks.recv().await
    }

    /// What was read, or everything that could not be.
    pub async fn end(self) -> Result<Result<Summary, Faults>> {
        drop(self.chunks);
        Ok(self.reading.await.map_err(Error::internal)?.map_err(Faults::from))
    }
}
