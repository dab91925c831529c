//! What the list of grants shows, as a file: the same address asks the same question.

use rocket::{State, get};

use super::file::{Download, file};
use crate::exports::{FileFormat, Filter, Request, What};
use crate::journal::Door;
use crate::kernel::Error;
use crate::people::Reader;
use crate::web::{Fields, Frame};
use crate::{grants, policies};

/// The grants that the list of this address shows, now.
#[get("/grants.csv?<form..>")]
pub async fn download(who: Reader, mut form: Fields, frame: Frame, door: &State<Door>) -> Result<Download, Error> {
    let policies = policies::all(&door.db.read, who.book_id()).await?;
    let asked = grants::Asked::read(&mut form, &policies, &who.actor().uid).filter;
    let request = Request {
        what: What::Grants,
        format: FileFormat::Csv,
        lang: frame.t.lang(),
        as_of: door.surroundings.clock.now().day(),
        at: Some(who.head().position),
        by: Vec::new(),
        filter: Filter {
            policy: policies.iter().find(|policy| Some(policy.id) == asked.policy).map(|policy| policy.code.clone()),
            states: asked.states.iter().map(|state| state.code().to_owned()).collect(),
            subdistrict: asked.subdistrict,
            from: asked.applied_from,
            to: asked.applied_to,
            least: asked.amount_from,
            most: asked.amount_to,
            search: (!asked.search.is_empty()).then_some(asked.search),
            recipient: asked.recipient,
            import: asked.import,
            prepared_by: asked.prepared_by,
        },
    };
    file(&who, &request, door).await
}
