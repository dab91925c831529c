//! A file to take away that may be long: a download that broke off goes on where it stopped (RFC 9110, one range).

use std::io::{Seek as _, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use rocket::http::{ContentType, Header, RawStr, Status};
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use rocket::tokio::fs::File;
use rocket::tokio::io::{AsyncRead, AsyncReadExt as _, AsyncSeek, ReadBuf, Take};

use crate::kernel::Error;

/// A file on its way to the browser.
#[derive(Debug)]
pub struct Resumable {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ContentType,
    /// The file, opened.
    pub file: std::fs::File,
    /// How long it is.
    pub bytes: u64,
    /// The SHA-256 of its bytes, hex: whoever has a part of these bytes may go on with any file that has it.
    pub sha256: String,
}

/// Which part of a file is asked for: first byte and length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Whole,
    Part {
        first: u64,
        length: u64,
    },
    /// It begins behind the end.
    Beyond,
}

/// Reads a `Range`. What is not understood, and several ranges at once, are the whole.
fn asked(range: &str, bytes: u64) -> Asked {
    let Some((first, last)) = range.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Asked::Whole;
    };
    let (from, to) = (first.trim().parse::<u64>(), last.trim().parse::<u64>());
    let (first, end) = match (first.trim(), last.trim(), from, to) {
        ("", _, _, Ok(tail)) => (bytes.saturating_sub(tail), bytes),
        (_, "", Ok(first), _) => (first, bytes),
        (_, _, Ok(first), Ok(last)) if first <= last => (first, bytes.min(last.saturating_add(1))),
        _ => return Asked::Whole,
    };
    if first >= bytes || first >= end { Asked::Beyond } else { Asked::Part { first, length: end - first } }
}

impl<'r> Responder<'r, 'static> for Resumable {
    fn respond_to(mut self, request: &'r Request<'_>) -> response::Result<'static> {
        let tag = format!("\"{}\"", self.sha256);
        let header = |name| request.headers().get_one(name);
        // A part of another file is of no use.
        let range = header("Range").filter(|_| header("If-Range").is_none_or(|known| known == tag));
        let asked = range.map_or(Asked::Whole, |range| asked(range, self.bytes));
        let name = RawStr::new(&self.name).percent_encode().to_string();
        let mut response = Response::build();
        response
            .header(self.kind)
            .header(Header::new("Accept-Ranges", "bytes"))
            .header(Header::new("ETag", tag))
            .header(Header::new("Content-Disposition", format!("attachment; filename*=UTF-8''{name}")));
        let (first, length) = match asked {
            Asked::Whole => (0, self.bytes),
            Asked::Part { first, length } => {
                let range = format!("bytes {first}-{}/{}", first + length - 1, self.bytes);
                response.status(Status::PartialContent).header(Header::new("Content-Range", range));
                (first, length)
            }
            Asked::Beyond => {
                let range = format!("bytes */{}", self.bytes);
                return response
                    .status(Status::RangeNotSatisfiable)
                    .header(Header::new("Content-Range", range))
                    .sized_body(0, std::io::Cursor::new(Vec::new()))
                    .ok();
            }
        };
        let placed =
            self.file.seek(SeekFrom::Start(first)).and_then(|_| usize::try_from(length).map_err(std::io::Error::other));
        match placed {
            Ok(length) => response.sized_body(length, Part(File::from_std(self.file).take(length as u64))).ok(),
            Err(error) => Error::internal(error).respond_to(request),
        }
    }
}

/// A part of a file, whose length is known, so that nobody has to look for its end.
struct Part(Take<File>);

impl AsyncRead for Part {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncSeek for Part {
    fn start_seek(self: Pin<&mut Self>, _: SeekFrom) -> std::io::Result<()> {
        Err(std::io::ErrorKind::Unsupported.into())
    }

    fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<u64>> {
        Poll::Ready(Err(std::io::ErrorKind::Unsupported.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_understood_and_everything_else_is_the_whole() {
        let part = |first, length| Asked::Part { first, length };
        for (range, expected) in [
            ("bytes=0-9", part(0, 10)),
            ("bytes=90-", part(90, 10)),
            ("bytes=-5", part(95, 5)),
            ("bytes=-500", part(0, 100)),
            ("bytes=50-1000", part(50, 50)),
            ("bytes=99-99", part(99, 1)),
            ("bytes=100-", Asked::Beyond),
            ("bytes=-0", Asked::Beyond),
            ("bytes=9-3", Asked::Whole),
            ("bytes=0-1,5-6", Asked::Whole),
            ("lines=0-1", Asked::Whole),
            ("bytes=x-", Asked::Whole),
        ] {
            assert_eq!(asked(range, 100), expected, "{range}");
        }
        assert_eq!(asked("bytes=0-", 0), Asked::Beyond);
    }
}
