//! The file itself, and its manifest.

use rocket::http::{ContentType, Status};
use rocket::request::Request as Incoming;
use rocket::response::{self, Responder, Response};
use rocket::{State, get};

use super::question::{Question, read};
use crate::exports::{FileFormat, Request, to_spool};
use crate::journal::Door;
use crate::kernel::Error;
use crate::people::Reader;
use crate::web::Lang;

/// A file on its way.
#[derive(Debug)]
pub struct Download {
    body: Body,
    name: String,
    kind: ContentType,
}

#[derive(Debug)]
enum Body {
    /// Streamed from where it was written.
    Spool(std::fs::File),
    Text(Vec<u8>),
}

impl<'r> Responder<'r, 'static> for Download {
    fn respond_to(self, _: &'r Incoming<'_>) -> response::Result<'static> {
        let mut response = Response::build();
        response
            .status(Status::Ok)
            .header(self.kind)
            .raw_header("Content-Disposition", format!("attachment; filename=\"{}\"", self.name));
        match self.body {
            Body::Spool(file) => response.sized_body(None, tokio::fs::File::from_std(file)).ok(),
            Body::Text(bytes) => response.sized_body(bytes.len(), std::io::Cursor::new(bytes)).ok(),
        }
    }
}

fn kind(format: FileFormat) -> ContentType {
    match format {
        FileFormat::Csv => ContentType::CSV,
        FileFormat::Xlsx => ContentType::new("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        FileFormat::Jsonl => ContentType::new("application", "jsonl"),
        FileFormat::Json => ContentType::JSON,
        FileFormat::Journal => ContentType::Plain,
    }
}

/// The request in an address, or everything that is wrong with it.
fn request(who: &Reader, question: &Question, door: &Door) -> Result<Request, Error> {
    let mut form = question.fields();
    let today = door.surroundings.clock.now().day();
    let read = read(&mut form, today, who.head().position, Lang::Zh);
    read.ok_or_else(|| Error::Refused(form.refusals().to_vec()))
}

/// What a file is called.
pub(super) fn name(who: &Reader, request: &Request) -> String {
    let at = request.at.unwrap_or(who.head().position);
    format!("{}-{}-{}-{at}.{}", who.head().code, request.what.code(), request.as_of, request.format.extension())
}

/// The file.
#[get("/audit/exports/file?<question..>")]
pub async fn download(who: Reader, question: Question, door: &State<Door>) -> Result<Download, Error> {
    let request = request(&who, &question, door)?;
    file(&who, &request, door).await
}

/// Writes a file and sends it.
pub(super) async fn file(who: &Reader, request: &Request, door: &Door) -> Result<Download, Error> {
    let (spool, _) = to_spool(&door.db, who.head(), request).await?;
    let file = spool.reopen().map_err(Error::internal)?;
    Ok(Download { body: Body::Spool(file), name: name(who, request), kind: kind(request.format) })
}

/// What the file holds, and its digest.
#[get("/audit/exports/manifest?<question..>")]
pub async fn manifest(who: Reader, question: Question, door: &State<Door>) -> Result<Download, Error> {
    let request = request(&who, &question, door)?;
    let (_, manifest) = to_spool(&door.db, who.head(), &request).await?;
    let name = format!("{}.manifest.json", name(&who, &request));
    Ok(Download { body: Body::Text(manifest.to_json()?), name, kind: ContentType::JSON })
}
