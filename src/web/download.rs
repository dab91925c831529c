//! Bytes to take away under a name; a browser keeps them and never shows them as a page.

use rocket::http::{ContentType, Header, RawStr};
use rocket::request::Request;
use rocket::response::{self, Responder, Response};

/// A file on its way to the browser.
#[derive(Debug, Clone)]
pub struct Download {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ContentType,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl<'r> Responder<'r, 'static> for Download {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let name = RawStr::new(&self.name).percent_encode().to_string();
        Response::build()
            .header(self.kind)
            .header(Header::new("Content-Disposition", format!("attachment; filename*=UTF-8''{name}")))
            .sized_body(self.bytes.len(), std::io::Cursor::new(self.bytes))
            .ok()
    }
}
