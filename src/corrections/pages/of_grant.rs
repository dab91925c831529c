//! What became of a grant's booking, as a part of the grant's page.

use std::collections::HashMap;

use askama::Template;
use rocket::{State as Managed, get};

use super::{Look, OfCorrector, look};
use crate::corrections::store::{self, Correction};
use crate::grants;
use crate::journal::Door;
use crate::kernel::{Error, Result};
use crate::people::{Admission, Reader};
use crate::web::{Frame, Page};

/// The part of the page.
#[derive(Template)]
#[template(path = "corrections/pages/of_grant.html")]
pub struct OfGrant {
    frame: Frame,
    corrections: Vec<Correction>,
    /// References of the wrong grants.
    references: HashMap<i64, String>,
    /// Where its booking may be corrected, if this person may prepare that.
    correct: String,
}

impl OfGrant {
    fn look(&self, correction: &Correction) -> Look {
        look(self.frame.t, correction.state)
    }

    fn wrong(&self, correction: &Correction) -> &str {
        self.references.get(&correction.grant).map_or("", String::as_str)
    }
}

/// Shows it.
#[get("/corrections/of-grant/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Result<Page<OfGrant>, Error> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let grant = grants::grant(c, book_id, id).await?.ok_or(Error::NotFound)?;
    let corrections = store::corrections_of_grant(c, book_id, id).await?;
    let ids: Vec<i64> = corrections.iter().map(|correction| correction.grant).collect();
    let wrong = grants::grants(c, book_id, &ids).await?;
    let corrects = OfCorrector::ROLES.iter().any(|role| who.acts(*role));
    let may = corrects && grant.state == grants::State::Paid;
    Ok(Page::new(OfGrant {
        references: wrong.into_iter().map(|grant| (grant.id, grant.content.reference)).collect(),
        correct: if may { frame.to(&format!("corrections/new?grant={id}")) } else { String::new() },
        corrections,
        frame,
    }))
}
