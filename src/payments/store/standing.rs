//! Where grants that are paid in parts stand by their payments.

use std::collections::{BTreeMap, HashMap};

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::{AT_ONCE, places, state};
use crate::db::sql;
use crate::grants::State;
use crate::kernel::Result;
use crate::kernel::money::Fen;
use crate::payments::rules::{Attempt, grant_state};

#[derive(Debug, FromQueryResult)]
struct Row {
    grant_id: i64,
    whole_fen: i64,
    id: Option<i64>,
    amount_fen: Option<i64>,
    state: Option<String>,
    reissued: Option<i64>,
}

/// The payments of some grants, as events bring them further one after another.
#[derive(Debug, Default)]
pub struct Course(HashMap<i64, (Fen, BTreeMap<i64, Attempt>)>);

impl Course {
    /// As the tables have them.
    pub async fn of(c: &impl ConnectionTrait, book_id: i64, grants: &[i64]) -> Result<Self> {
        let mut course = Self::default();
        for chunk in grants.chunks(AT_ONCE) {
            let query = format!(
                "SELECT g.id AS grant_id, g.amount_fen AS whole_fen, p.id, p.amount_fen, p.state, p.reissued
                 FROM grants g LEFT JOIN whole_payments p ON p.book_id = g.book_id AND p.grant_id = g.id
                 WHERE g.book_id = ? AND g.id IN ({})",
                places(chunk.len())
            );
            let mut values: Vec<Value> = vec![book_id.into()];
            values.extend(chunk.iter().map(|id| Value::from(*id)));
            for row in sql::all::<Row>(c, &query, values).await? {
                let (_, attempts) = course.0.entry(row.grant_id).or_insert((Fen::new(row.whole_fen), BTreeMap::new()));
                if let (Some(id), Some(amount), Some(code)) = (row.id, row.amount_fen, row.state) {
                    let is_reissued = row.reissued == Some(1);
                    attempts.insert(id, Attempt { amount: Fen::new(amount), state: state(&code)?, is_reissued });
                }
            }
        }
        Ok(course)
    }

    /// Where a grant stands.
    pub fn stands(&self, grant: i64) -> Option<State> {
        self.0.get(&grant).map(|(whole, attempts)| grant_state(*whole, attempts.values().copied()))
    }

    /// Brings a payment further.
    pub fn set(&mut self, grant: i64, payment: i64, attempt: Attempt) {
        if let Some((_, attempts)) = self.0.get_mut(&grant) {
            attempts.insert(payment, attempt);
        }
    }
}
