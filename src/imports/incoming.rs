//! A file on its way in: its digest, its rows, read on a thread beside the work that is done with them, so that a
//! million rows need neither memory nor a pause.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use super::reading::{self, GrantRow, PolicyRow, Reading, Summary};
use super::upload::{Faults, Upload};
use crate::kernel::{Error, Result};
use crate::sheets;

/// Rows that are held against the book together.
const PORTION: usize = 1_000;
/// Portions that reading may be ahead.
const AHEAD: usize = 4;

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
        let (sender, portions) = mpsc::channel(AHEAD);
        let reading = spawn_blocking(move || {
            let mut portion = Vec::with_capacity(PORTION);
            let read = reading::scan_grants(&upload.bytes, upload.what, upload.unit, &mut |line, row| {
                portion.push((line, row));
                if portion.len() == PORTION {
                    let full = std::mem::replace(&mut portion, Vec::with_capacity(PORTION));
                    // Nobody waits for rows any more once something else was refused.
                    let _ = sender.blocking_send(full);
                }
            });
            if !portion.is_empty() {
                let _ = sender.blocking_send(portion);
            }
            read
        });
        Incoming { portions, reading }
    }
}

/// Rows that come in.
#[derive(Debug)]
pub struct Incoming {
    portions: mpsc::Receiver<Vec<(u64, GrantRow)>>,
    reading: JoinHandle<Result<Summary, sheets::Faults>>,
}

impl Incoming {
    /// The next rows with their lines; none at the end.
    pub async fn next(&mut self) -> Option<Vec<(u64, GrantRow)>> {
        self.portions.recv().await
    }

    /// What was read, or everything that could not be.
    pub async fn end(self) -> Result<Result<Summary, Faults>> {
        drop(self.portions);
        Ok(self.reading.await.map_err(Error::internal)?.map_err(Faults::from))
    }
}
