//! What can happen to statements, and what it does to the tables.

use std::collections::BTreeMap;

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::check::Checked;
use super::rules::Binding;
use crate::db::entity::{statement_figures, statements};
use crate::journal::{Applier, Recorded, Tx};
use crate::kernel::{Error, Result};

/// Somebody held a statement against the book and keeps what came of it; its id is the position of this event.
pub const KIND_STATEMENT_CHECKED: &str = "statement_checked";

/// A checked statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementChecked {
    /// The text.
    pub text: String,
    /// The year of days without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// What a person bound by hand, by the place of the figure in the text, from 0.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bindings: BTreeMap<usize, Binding>,
    /// What came of it.
    pub checked: Checked,
}

/// This feature's part in replay.
pub static APPLIER: Applier = Applier { feature: "claims", kinds: &[(KIND_STATEMENT_CHECKED, 1)], slots: &[], apply };

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let (mut rows, mut figures) = (Vec::new(), Vec::new());
        for event in events {
            let payload: StatementChecked = event.payload()?;
            figures.extend(figures_of(tx.book_id(), event.position, &payload)?);
            rows.push(row(tx.book_id(), event, payload)?);
        }
        tx.insert(rows).await?;
        tx.insert(figures).await
    })
}

fn row(book_id: i64, event: &Recorded, payload: StatementChecked) -> Result<statements::Model> {
    Ok(statements::Model {
        book_id,
        id: event.position,
        text: payload.text,
        year_named: payload.year.map(i64::from),
        as_of: payload.checked.as_of.to_string(),
        at_position: payload.checked.at,
        root: payload.checked.root,
        verdict: payload.checked.verdict.code().to_owned(),
        figures_count: i64::try_from(payload.checked.claims.len()).map_err(Error::internal)?,
        checked_by: event.actor_uid.clone(),
        checked_at_ms: event.recorded_at.get(),
    })
}

fn figures_of(book_id: i64, statement: i64, payload: &StatementChecked) -> Result<Vec<statement_figures::Model>> {
    let figure = |(place, told): (usize, &super::Told)| {
        Ok(statement_figures::Model {
            book_id,
            statement,
            place: i64::try_from(place).map_err(Error::internal)?,
            figure: told.text.clone(),
            measure: told.measure.map_or_else(String::new, |measure| measure.code().to_owned()),
            from_on: told.from.map(|day| day.to_string()),
            as_of: told.as_of.to_string(),
            low: told.low.clone().unwrap_or_default(),
            high: told.high.clone().unwrap_or_default(),
            exact: told.actual.clone().unwrap_or_default(),
            verdict: told.verdict.code().to_owned(),
            bound_by_hand: i64::from(payload.bindings.contains_key(&place)),
        })
    };
    payload.checked.claims.iter().enumerate().map(figure).collect()
}
