//! Files that the pages load, embedded in the program and served under their hash, so that a browser keeps them for ever
//! and never shows an old one.

use std::path::Path;
use std::path::PathBuf;
use std::sync::LazyLock;

use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use rocket::{Route, get, routes};
use sha2::{Digest, Sha256};

use super::icons;

/// A served file: its name, its type, its bytes and the first 12 hex digits of their SHA-256.
struct Asset {
    name: &'static str,
    content_type: ContentType,
    bytes: &'static [u8],
    tag: String,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let sprite: &'static str = Box::leak(icons::sprite().into_boxed_str());
    vec![
        Asset::new("app.css", ContentType::CSS, include_bytes!("static/app.css")),
        Asset::new("app.js", ContentType::JavaScript, include_bytes!("static/app.js")),
        Asset::new("favicon.svg", ContentType::SVG, include_bytes!("static/favicon.svg")),
        Asset::new("icons.svg", ContentType::SVG, sprite.as_bytes()),
        Asset::new("tabler.min.css", ContentType::CSS, include_bytes!("static/vendor/tabler.min.css")),
        Asset::new("htmx.min.js", ContentType::JavaScript, include_bytes!("static/vendor/htmx.min.js")),
        Asset::new("echarts.min.js", ContentType::JavaScript, include_bytes!("static/vendor/echarts.min.js")),
    ]
});

impl Asset {
    fn new(name: &'static str, content_type: ContentType, bytes: &'static [u8]) -> Self {
        let digest = hex::encode(Sha256::digest(bytes));
        Self { name, content_type, bytes, tag: digest.chars().take(12).collect() }
    }
}

/// The address of an embedded file. In a template: `{{ crate::web::asset("echarts.min.js") }}`.
pub fn asset(name: &str) -> String {
    let found = ASSETS.iter().find(|asset| asset.name == name);
    found.map_or_else(String::new, |asset| format!("/static/{}/{}", asset.tag, asset.name))
}

pub(super) fn routes() -> Vec<Route> {
    routes![serve]
}

/// Sends a file. Under another hash than today's (a page opened before an upgrade) it comes too, but is not kept.
#[get("/static/<tag>/<path..>")]
fn serve(tag: &str, path: PathBuf) -> Option<Served> {
    let asset = ASSETS.iter().find(|asset| Path::new(asset.name) == path)?;
    Some(Served { asset, current: asset.tag == tag })
}

struct Served {
    asset: &'static Asset,
    current: bool,
}

impl<'r> Responder<'r, 'static> for Served {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let etag = format!("\"{}\"", self.asset.tag);
        let cache = if self.current { "public, max-age=31536000, immutable" } else { "no-cache" };
        let mut response = Response::build();
        response.header(Header::new("Cache-Control", cache));
        response.header(Header::new("ETag", etag.clone()));
        if request.headers().get("If-None-Match").any(|known| known == etag) {
            return response.status(Status::NotModified).ok();
        }
        let bytes = self.asset.bytes;
        response.header(self.asset.content_type.clone()).sized_body(bytes.len(), std::io::Cursor::new(bytes)).ok()
    }
}
