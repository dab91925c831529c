//! A file as the browser sent it with a form.

use rocket::fs::TempFile;
use rocket::tokio::io::AsyncReadExt as _;

use crate::kernel::{Error, Result};

/// Longest name of a file that is kept, in characters.
const FILE_NAME_CHARS_MAX: usize = 120;

/// Its bytes; none where no file was chosen.
///
/// # Errors
/// Those of the disk.
pub async fn bytes_of(file: Option<&TempFile<'_>>) -> Result<Vec<u8>> {
    let Some(file) = file else { return Ok(Vec::new()) };
    let mut bytes = Vec::with_capacity(usize::try_from(file.len()).map_err(Error::internal)?);
    let mut reader = file.open().await.map_err(Error::internal)?;
    reader.read_to_end(&mut bytes).await.map_err(Error::internal)?;
    Ok(bytes)
}

/// The last part of the name that the browser sent, which is only ever shown.
pub fn file_name_of(file: Option<&TempFile<'_>>) -> String {
    let raw = file.and_then(|file| file.raw_name()).map_or("", |name| name.dangerous_unsafe_unsanitized_raw().as_str());
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(FILE_NAME_CHARS_MAX).collect()
}
