//! Every refusal leaves one line in the access log, whichever feature refused: a fairing, so that none can forget it.

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Method, Status};
use rocket::request::Request;
use rocket::response::Response;

use super::{Known, SignedIn, door, visit};
use crate::kernel::{Error, Result};
use crate::people::actions::Attempt;

/// Writes down what was refused and is not written down yet.
#[derive(Debug, Clone, Copy)]
pub struct Refusals;

#[rocket::async_trait]
impl Fairing for Refusals {
    fn info(&self) -> Info {
        Info { name: "refusals go to the access log", kind: Kind::Response }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let status = response.status();
        let changing = !matches!(request.method(), Method::Get | Method::Head);
        let refused = status == Status::Forbidden || changing && status.class().is_client_error();
        if !refused || visit(request).is_written() {
            return;
        }
        let signed = request.local_cache(|| Known(Err(Error::SignedOut))).0.clone().ok();
        if let Err(error) = log(request, signed.as_ref(), &status.code.to_string(), &why(status)).await {
            tracing::error!(%error, "a refusal could not be written to the access log");
        }
    }
}

fn why(status: Status) -> Error {
    match status {
        Status::Forbidden => Error::Forbidden,
        Status::NotFound => Error::NotFound,
        Status::Conflict => Error::KeyConflict,
        _ => Error::Refused(Vec::new()),
    }
}

/// Writes one line about the request.
pub(super) async fn log(request: &Request<'_>, signed: Option<&SignedIn>, about: &str, error: &Error) -> Result<()> {
    let path = Attempt::at_path(request);
    let attempt = Attempt {
        actor_uid: signed.map_or("", |signed| &signed.actor.uid),
        book_id: signed.and_then(|signed| signed.session.book_id),
        what: &path,
        about,
    };
    let logged = attempt.logged(door(request)?, visit(request), Err::<(), _>(error.clone())).await;
    match logged {
        Err(fault @ Error::Internal(_)) => Err(fault),
        _ => Ok(()),
    }
}
