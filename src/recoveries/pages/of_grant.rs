//! What is demanded back of a grant and what of it was settled, as a part of the grant's page.

use std::collections::HashMap;

use askama::Template;
use rocket::{State as Managed, get};

use super::words::{self, Look};
use super::{OfClaimant, store};
use crate::grants;
use crate::journal::Door;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::people::{Admission, Reader};
use crate::recoveries::rules::{State, less};
use crate::recoveries::store::{Demand, Offset};
use crate::web::{Frame, Page};

/// Gross, offset and net of a grant that an offset settles.
pub struct Net {
    gross: Fen,
    offset: Fen,
    net: Fen,
}

/// The part of the page.
#[derive(Template)]
#[template(path = "recoveries/pages/of_grant.html")]
pub struct OfGrant {
    frame: Frame,
    demands: Vec<Demand>,
    offsets: Vec<Offset>,
    references: HashMap<i64, String>,
    net: Option<Net>,
    /// Where money may be demanded back, if this person may do so.
    demand: String,
}

impl OfGrant {
    fn look(&self, demand: &Demand) -> Look {
        words::demand(self.frame.t, demand)
    }

    fn offset_look(&self, offset: &Offset) -> Look {
        words::movement(self.frame.t, &offset.signed)
    }

    fn reference(&self, offset: &Offset) -> &str {
        self.references.get(&offset.grant).map_or("", String::as_str)
    }
}

/// Shows it.
#[get("/recoveries/of-grant/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Result<Page<OfGrant>, Error> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let grant = grants::grant(c, book_id, id).await?.ok_or(Error::NotFound)?;
    let demands = store::demands_of_grant(c, book_id, id).await?;
    let offsets = store::offsets_of_grant(c, book_id, id).await?;
    let ids: Vec<i64> = offsets.iter().map(|offset| offset.grant).collect();
    let overpaid = grants::grants(c, book_id, &ids).await?;
    let standing = offsets.iter().filter(|one| matches!(one.signed.state, State::Standing | State::UndoPending));
    let offset = Fen::sum(standing.map(|one| one.amount)).unwrap_or(Fen::ZERO);
    let claims = OfClaimant::ROLES.iter().any(|role| who.acts(*role));
    let may_demand = claims && grant.state == grants::State::Paid;
    Ok(Page::new(OfGrant {
        references: overpaid.into_iter().map(|grant| (grant.id, grant.content.reference)).collect(),
        net: (offset > Fen::ZERO).then(|| Net {
            gross: grant.content.amount,
            offset,
            net: less(grant.content.amount, offset),
        }),
        demand: if may_demand { frame.to(&format!("recoveries/new?grant={id}")) } else { String::new() },
        demands,
        offsets,
        frame,
    }))
}
