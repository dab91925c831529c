//! The transfers behind a line of the trial balance.

use sea_orm::{ConnectionTrait, FromQueryResult};

use super::Moment;
use crate::db::sql;
use crate::kernel::{Error, Result};

/// A transfer, with the names of what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Moved {
    /// The event.
    pub position: i64,
    /// Which of its transfers.
    pub line: i64,
    /// Effective day.
    pub effective_on: String,
    /// Code of the policy.
    pub policy: String,
    /// Number of the allotment's document.
    pub allotment: String,
    /// The grant, if it is of one.
    pub grant_id: Option<i64>,
    /// Its reference.
    pub reference: Option<String>,
    /// The stage that the money left.
    pub from_stage: String,
    /// The stage that it entered.
    pub to_stage: String,
    /// How much, in fen.
    pub amount_fen: i64,
}

/// Which transfers are asked for; what is absent restricts nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moves {
    /// Of this allotment.
    pub allotment: Option<i64>,
    /// That enter or leave this stage.
    pub stage: Option<String>,
    /// Behind this position and line.
    pub after: (i64, i64),
    /// At most so many.
    pub limit: usize,
}

/// The transfers at a moment, in the order of the book.
pub async fn moved(c: &impl ConnectionTrait, moment: &Moment, asked: &Moves) -> Result<Vec<Moved>> {
    let mut conditions = String::new();
    let mut values = vec![
        moment.book_id.into(),
        moment.at.into(),
        moment.as_of.to_string().into(),
        asked.after.0.into(),
        asked.after.1.into(),
    ];
    if let Some(allotment) = asked.allotment {
        conditions += " AND t.allotment = ?";
        values.push(allotment.into());
    }
    if let Some(stage) = &asked.stage {
        conditions += " AND (t.from_stage = ? OR t.to_stage = ?)";
        values.extend([stage.clone().into(), stage.clone().into()]);
    }
    values.push(i64::try_from(asked.limit).map_err(Error::internal)?.into());
    let query = format!(
        "SELECT t.position, t.line, t.effective_on, p.code AS policy, a.document_number AS allotment, t.grant_id,
             g.reference, t.from_stage, t.to_stage, t.amount_fen
         FROM transfers t
         JOIN policies p ON p.book_id = t.book_id AND p.id = t.policy
         JOIN allotments a ON a.book_id = t.book_id AND a.id = t.allotment
         LEFT JOIN grants g ON g.book_id = t.book_id AND g.id = t.grant_id
         WHERE t.book_id = ? AND t.position <= ? AND t.effective_on <= ? AND (t.position, t.line) > (?, ?){conditions}
         ORDER BY t.position, t.line LIMIT ?"
    );
    sql::all(c, &query, values).await
}
