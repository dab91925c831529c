//! The proof of a grant as a paper with a QR code, and as a file.

use askama::Template;
use rocket::http::ContentType;
use rocket::http::uri::Host;
use rocket::{State, get};

use crate::journal::{Door, Keeper};
use crate::kernel::{Error, Refusal, Result};
use crate::people::Reader;
use crate::proofs::rules::{path, qr_svg};
use crate::proofs::store::{Proven, prove};
use crate::web::{Answer, Download, Frame, Page, Settings};

/// The paper.
#[derive(Template)]
#[template(path = "proofs/pages/paper.html")]
pub struct Paper {
    frame: Frame,
    /// Name of the book.
    unit: String,
    origin: String,
    proven: Proven,
    /// Where whoever holds the paper checks it.
    link: String,
    qr: String,
}

/// Shows the paper.
#[get("/grants/<id>/proof")]
pub async fn show(
    who: Reader,
    id: i64,
    host: Option<&Host<'_>>,
    frame: Frame,
    door: &State<Door>,
    keeper: &State<Keeper>,
    settings: &State<Settings>,
) -> Answer<Paper> {
    let head = who.head();
    let proven = prove(&door.db.read, keeper, head.book_id, id).await?;
    let link = [site(host, settings), path(&head.code, proven.event.position, proven.event.leaf)].concat();
    let t = frame.t;
    let up = format!("{}/{id}", frame.href("grants"));
    Ok(Page::new(Paper {
        qr: qr_svg(&link)?,
        unit: head.name.clone(),
        origin: head.origin.clone(),
        frame: frame.page("grants", t.s("proofs.title")).crumb(up, &proven.grant.content.reference),
        proven,
        link,
    }))
}

/// Where people reach the server, as the browser says it does.
fn site(host: Option<&Host<'_>>, settings: &Settings) -> String {
    let scheme = if settings.tls { "https" } else { "http" };
    host.map(|host| format!("{scheme}://{host}")).unwrap_or_default()
}

/// The proof as a file that is checked offline.
#[get("/grants/<id>/proof/file")]
pub async fn file(who: Reader, id: i64, door: &State<Door>, keeper: &State<Keeper>) -> Result<Download, Error> {
    let proven = prove(&door.db.read, keeper, who.book_id(), id).await?;
    let missing = || Refusal::new("signing_key_missing").with("book", &who.head().code);
    let proof = proven.proof.ok_or_else(missing)?;
    let name = format!("{}-{}.tlog-proof", who.head().code, proven.event.position);
    Ok(Download { name, kind: ContentType::Plain, bytes: proof.to_text().into_bytes() })
}
